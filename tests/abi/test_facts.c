/* SPDX-License-Identifier: MIT */
/*
 * test_facts.c: the public headers against the facts of the interface: every value,
 * size, field, prototype and text of the .def files here. Nearly all of it is decided
 * by the compiler; what is left runs. Also compiled as C++ (test_facts_cpp.cpp).
 */
#include <prlsdk/Parallels.h>
#include <prlsdk/PrlApiMacro.h>
#include <prlsdk/PrlFs.h>
#include <prlsdk/PrlPluginClasses.h>
#include <prlsdk/PrlPorts.h>
#include <prlsdk/Virtuozzo.h>

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#ifdef __cplusplus
#include <type_traits>
#define CHECK(condition, text) static_assert(condition, text)
#define SAME_TYPE(a, ...)      std::is_same<a, __VA_ARGS__>::value
#define TYPE_OF_FIELD(s, f)    decltype(s::f)
#define ALIGN_OF(type)         alignof(type)
#define REDECLARE              extern "C"
#else
#define CHECK(condition, text) _Static_assert(condition, text)
#define SAME_TYPE(a, ...)      __builtin_types_compatible_p(a, __VA_ARGS__)
#define TYPE_OF_FIELD(s, f)    __typeof__(((s *)0)->f)
#define ALIGN_OF(type)         _Alignof(type)
#define REDECLARE              extern
#endif

#define ABI_VALUE(name, value) CHECK((long long)(name) == (value), #name);
#include "values.def"

#define ABI_SIZE(type, size, alignment)                                                          \
    CHECK(sizeof(type) == (size), "size of " #type);                                             \
    CHECK(ALIGN_OF(type) == (alignment), "alignment of " #type);
#define ABI_TYPE(name, ...) CHECK((SAME_TYPE(name, __VA_ARGS__)), #name);
#define ABI_FIELD(s, f, type, offset, size)                                                      \
    CHECK(offsetof(s, f) == (offset), "offset of " #s "." #f);                                   \
    CHECK(sizeof(((s *)0)->f) == (size), "size of " #s "." #f);                                  \
    CHECK((SAME_TYPE(TYPE_OF_FIELD(s, f), type)), "type of " #s "." #f);
#include "types.def"

/*
 * A prototype is declared a second time, which the compiler refuses if it differs, and
 * the pointer type beside it is compared with the function.
 */
#ifdef __cplusplus
#define ABI_PROTO(name, result, params)                                                          \
    REDECLARE result name params;                                                                \
    CHECK((SAME_TYPE(decltype(&name), name##_Ptr)), #name "_Ptr");
#else
#define ABI_PROTO(name, result, params)                                                          \
    REDECLARE result name params;                                                                \
    CHECK(SAME_TYPE(__typeof__(&name), name##_Ptr), #name "_Ptr");                               \
    CHECK(SAME_TYPE(__typeof__(name), result params), #name);
#endif
#include "prototypes.def"

static int failures;

static void
check(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "wrong: %s\n", what);
    failures++;
}

static void
check_texts(void)
{
#define ABI_STRING(name, text) check(!strcmp(name, text), #name);
#define ABI_GUEST(id, text)    check(!strcmp(PVS_GUEST_TO_STRING(id), text), "name of " #id);
#define ABI_BYTES(name, bytes)                                                                   \
    {                                                                                            \
        static const unsigned char have[] = {name};                                              \
        static const unsigned char want[] = {ABI_BYTES_ bytes};                                  \
                                                                                                 \
        check(sizeof(have) == sizeof(want) && !memcmp(have, want, sizeof(want)), #name);         \
    }
#define ABI_BYTES_(...) __VA_ARGS__
#include "text.def"

    check(!strcmp(PVS_GUEST_TO_STRING(0), "unknown"), "name of no guest");
}

/* The loader's lists hold exactly the listed functions, each once, deprecated ones first. */
static void
check_lists(void)
{
    struct listed {
        const char *name;
        int list;
    };
    static const struct listed want[] = {
#define ABI_LISTED(name, list) {#name, list},
#include "lists.def"
    };
    static const char *const have[] = {
#define PRL_SDK_WRAP_FOR_EACH_ITERATOR(name) #name,
        PRL_SDK_WRAP_FOR_EACH()
    };
    static const char *const deprecated[] = {PRL_SDK_WRAP_FOR_EACH_DEPRECATED()};
    const size_t count = sizeof(have) / sizeof(have[0]);
    const size_t count_deprecated = sizeof(deprecated) / sizeof(deprecated[0]);
    size_t i, k, listed = 0;

    for (i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
        int times = 0, place = 0;

        for (k = 0; k < count; k++) {
            if (strcmp(have[k], want[i].name))
                continue;
            times++;
            place = k < count_deprecated ? 2 : 1;
        }
        check(times == (want[i].list ? 1 : 0) && place == want[i].list, want[i].name);
        listed += want[i].list != 0;
    }
    check(count == listed, "number of listed functions");
    for (i = 0; i < count_deprecated; i++)
        check(!strcmp(deprecated[i], have[i]), "deprecated functions come first");
}

static void
check_macros(void)
{
    static const PRL_GUID null_guid = {0, 0, 0, {0, 0, 0, 0, 0, 0, 0, 0}};
    PRL_UINT32 major, minor;
    int rights;

    check(PRL_SUCCEEDED(PRL_ERR_SUCCESS) && PRL_SUCCEEDED(1) && !PRL_SUCCEEDED(PRL_ERR_FAILURE), "PRL_SUCCEEDED");
    check(PRL_FAILED(PRL_ERR_FAILURE) && PRL_FAIL(PRL_ERR_FAILURE) && !PRL_FAILED(PET_ANSWER_YES), "PRL_FAILED");
    check(PRL_RESULT_DECLARE_ERROR(1004) == (PRL_RESULT)0x80001004u, "PRL_RESULT_DECLARE_ERROR");
    check(PRL_RESULT_DECLARE_SUCCESS(16000) == 0x3e80, "PRL_RESULT_DECLARE_SUCCESS");
    check(PRL_LICENSE_IS_VALID(PRL_ERR_LICENSE_GRACED) && !PRL_LICENSE_IS_VALID(PRL_ERR_LICENSE_EXPIRED),
          "PRL_LICENSE_IS_VALID");
    check(PRL_LICENSE_IS_EXPIRED(PRL_ERR_LICENSE_EXPIRED), "PRL_LICENSE_IS_EXPIRED");
    check(PVM_GET_SECURITY_LEVEL(PSL_HIGH_SECURITY | PACF_NON_INTERACTIVE_MODE) == PSL_HIGH_SECURITY,
          "PVM_GET_SECURITY_LEVEL");

    check(TO_VIRTUOZZO_API_VER(9, 0) == VIRTUOZZO_API_VER, "TO_VIRTUOZZO_API_VER");
    FROM_VIRTUOZZO_API_VER(TO_VIRTUOZZO_API_VER(3, 7), major, minor);
    check(major == 3 && minor == 7, "FROM_VIRTUOZZO_API_VER");
    check(PARALLELS_API_VER == 0x00070000u, "PARALLELS_API_VER");
    check(!strcmp(PARALLELS_SDK_LIB_MAJ, "9"), "PARALLELS_SDK_LIB_MAJ");
    check((int)PACF_CLONEVM_TO_TEMPLATE == (int)PCVF_CLONE_TO_TEMPLATE, "PACF_CLONEVM_TO_TEMPLATE");

    check(PVS_GET_GUEST_TYPE(PVS_GUEST_VER_LIN_DEBIAN) == PVS_GUEST_TYPE_LINUX, "PVS_GET_GUEST_TYPE");
    check(PVS_GET_GUEST_NUMBER(PVS_GUEST_VER_LIN_DEBIAN) == 6, "PVS_GET_GUEST_NUMBER");
    check(PVS_MAKE_GUEST_VER(9, 6) == PVS_GUEST_VER_LIN_DEBIAN, "PVS_MAKE_GUEST_VER");
    check(IS_LINUX(PVS_GUEST_VER_ANDROID_2_x) && IS_LINUX(PVS_GUEST_VER_LIN_OTHER) && !IS_LINUX(PVS_GUEST_VER_WIN_XP),
          "IS_LINUX");
    check(IS_WINDOWS(PVS_GUEST_VER_WIN_XP) && IS_OTHER(PVS_GUEST_VER_OTH_QNX), "IS_WINDOWS, IS_OTHER");
    check(IS_VALID_LINUX_VERSION(PVS_GUEST_VER_CHROMEOS_1x) && IS_VALID_LINUX_VERSION(PVS_GUEST_VER_LIN_OTHER) &&
              !IS_VALID_LINUX_VERSION(PVS_GUEST_VER_LIN_LAST + 1),
          "IS_VALID_LINUX_VERSION");
    check(!IS_VALID_MACOS_VERSION(0x07ff) && IS_VALID_MACOS_VERSION(PVS_GUEST_VER_MACOS_LAST), "IS_VALID_MACOS_VERSION");
    check(IS_VALID_WINDOWS_VERSION(PVS_GUEST_VER_WIN_OTHER) && IS_VALID_OTHER_OS_VERSION(PVS_GUEST_VER_OTH_OTHER),
          "IS_VALID_WINDOWS_VERSION");
    check(IS_WIN_VER_BELOW(PVS_GUEST_VER_WIN_XP, PVS_GUEST_VER_WIN_VISTA) &&
              IS_WIN_VER_BELOW(PVS_GUEST_VER_WIN_OTHER, PVS_GUEST_VER_WIN_311),
          "IS_WIN_VER_BELOW");

    rights = SET_FS_READ_ENABLED(0)
    rights = SET_FS_WRITE_ENABLED(rights)
    rights = SET_FS_READ_DISABLED(rights)
    check(IS_FS_WRITE_PERMITTED(rights) && !IS_FS_READ_PERMITTED(rights) && !IS_FS_EXECUTE_PERMITTED(rights),
          "SET_FS_READ_DISABLED");

    check(!memcmp(&PRL_CLS_NULL, &null_guid, sizeof(null_guid)), "PRL_CLS_NULL");
    check(PRL_CLS_BASE.Data1 == 0x823067ea && PRL_CLS_BASE.Data4[7] == 0x56, "PRL_CLS_BASE");
}

int
main(void)
{
    check_texts();
    check_lists();
    check_macros();
    if (failures)
        fprintf(stderr, "%d wrong\n", failures);
    return failures ? 1 : 0;
}
