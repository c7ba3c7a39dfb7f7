/* SPDX-License-Identifier: MIT */
/*
 * SdkWrap.c: the pointers of SdkWrap.h and the loading of the library.
 *
 * Written in what C and C++ share, because SdkWrap.cpp is this file for programs whose
 * build knows C++ only. State: one library at a time, and the text of the last error.
 */
#include "SdkWrap.h"

#include <dlfcn.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifdef __cplusplus
namespace PrlSdkWrapNamespace {
extern "C" {
#endif

#define PRL_SDK_WRAP_FOR_EACH_ITERATOR(name) name##wrap_Ptr name = NULL;
PRL_SDK_WRAP_FOR_EACH()
#undef PRL_SDK_WRAP_FOR_EACH_ITERATOR

/* An address from dlsym goes into a pointer to function by way of memcpy: no cast between the two is portable. */
struct wrapped {
    const char *name;
    void *where;
};

static const struct wrapped all[] = {
#define PRL_SDK_WRAP_FOR_EACH_ITERATOR(name) {#name, (void *)&name},
    PRL_SDK_WRAP_FOR_EACH()
#undef PRL_SDK_WRAP_FOR_EACH_ITERATOR
};

#define COUNT_ALL (sizeof(all) / sizeof(all[0]))

static void *library;
static char last_error[512];

static void
set_pointer(const struct wrapped *w, void *address)
{
    memcpy(w->where, &address, sizeof(address));
}

static PRL_RESULT
fail(int verbose, PRL_RESULT result, const char *format, ...) __attribute__((format(printf, 3, 4)));

static PRL_RESULT
fail(int verbose, PRL_RESULT result, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(last_error, sizeof(last_error), format, args);
    va_end(args);

    if (verbose || getenv("PRL_SDKWRAP_DEBUG"))
        fprintf(stderr, "SdkWrap: %s\n", last_error);
    return result;
}

/* "prl_sdk" becomes "libprl_sdk.so", "./x/prl_sdk" becomes "./x/prl_sdk.so". */
static int
file_name(const char *name, char *buf, size_t size)
{
    const char *slash = strrchr(name, '/');
    const char *last = slash ? slash + 1 : name;
    int n = snprintf(buf, size, "%s%s%s", !slash && strncmp(last, "lib", 3) ? "lib" : "", name,
                     strstr(last, ".so") ? "" : ".so");

    return n >= 0 && (size_t)n < size;
}

PRL_RESULT
SdkWrap_LoadEx(PRL_CONST_STR name, int verbose)
{
    char file[4096];
    size_t i;

    SdkWrap_Unload();

    if (!name || !*name)
        return fail(verbose, PRL_ERR_INVALID_ARG, "no library name");
    if (!file_name(name, file, sizeof(file)))
        return fail(verbose, PRL_ERR_INVALID_ARG, "library name too long");

    library = dlopen(file, RTLD_LAZY | RTLD_LOCAL);
    if (!library) {
        const char *why = dlerror();

        return fail(verbose, PRL_ERR_FILE_NOT_FOUND, "'%s': %s", file, why ? why : "cannot be opened");
    }

    for (i = 0; i < COUNT_ALL; i++) {
        void *address = dlsym(library, all[i].name);

        if (!address) {
            SdkWrap_Unload();
            return fail(verbose, PRL_ERR_FAILURE, "'%s' has no function %s", file, all[i].name);
        }
        set_pointer(&all[i], address);
    }

    last_error[0] = '\0';
    return PRL_ERR_SUCCESS;
}

PRL_BOOL
SdkWrap_LoadLibFromStdPathsEx(int verbose)
{
    static const char *const paths[] = {
        "./libprl_sdk.so",
        "libprl_sdk.so." VIRTUOZZO_SDK_LIB_MAJ,
        "${ORIGIN}/../../../virtuozzo-virtualization-sdk/libs/libprl_sdk.so." VIRTUOZZO_SDK_LIB_MAJ
        "/libprl_sdk.so",
        "libprl_sdk.so",
    };
    size_t i;

    for (i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
        if (PRL_SUCCEEDED(SdkWrap_LoadEx(paths[i], verbose)))
            return PRL_TRUE;
    }
    return PRL_FALSE;
}

PRL_RESULT
SdkWrap_Unload(void)
{
    size_t i;

    if (!library)
        return PRL_ERR_UNINITIALIZED;

    for (i = 0; i < COUNT_ALL; i++)
        set_pointer(&all[i], NULL);
    dlclose(library);
    library = NULL;
    return PRL_ERR_SUCCESS;
}

PRL_VOID_PTR
SdkWrap_GetSymbol(PRL_CONST_STR symbol)
{
    return library && symbol ? dlsym(library, symbol) : NULL;
}

PRL_BOOL
SdkWrap_IsLoaded(void)
{
    return library ? PRL_TRUE : PRL_FALSE;
}

PRL_CONST_STR
SdkWrap_LastError(void)
{
    return last_error;
}

#ifdef __cplusplus
} /* extern "C" */
} /* namespace PrlSdkWrapNamespace */
#endif
