/* SPDX-License-Identifier: MIT */
/*
 * wrap_c.c: SdkWrap from C.
 *
 *     wrap_c LIBRARY INCOMPLETE_LIBRARY
 *
 * Also compiled as C++ by wrap_cpp.cpp, which adds what only C++ has.
 */
#include "SdkWrap.h"

#include <stdio.h>
#include <string.h>

static int failures;

#define CHECK(condition) check(condition, #condition)

static void
check(int good, const char *what)
{
    if (good)
        return;
    fprintf(stderr, "wrong: %s (last error: %s)\n", what, SdkWrap_LastError());
    failures++;
}

static void
nothing_is_loaded(void)
{
    CHECK(!SdkWrap_IsLoaded());
    CHECK(PrlApi_Init == NULL);
    CHECK(SdkWrap_GetSymbol("PrlApi_Init") == NULL);
    CHECK(SdkWrap_Unload() == PRL_ERR_UNINITIALIZED);
    CHECK(prl_result_to_string(PRL_ERR_FAILURE) != NULL);
}

static void
load__missing_file__is_refused(void)
{
    CHECK(SdkWrap_Load("/nowhere/libprl_sdk.so") == PRL_ERR_FILE_NOT_FOUND);
    CHECK(strstr(SdkWrap_LastError(), "/nowhere/libprl_sdk.so") != NULL);
    CHECK(SdkWrap_Load("") == PRL_ERR_INVALID_ARG);
    CHECK(SdkWrap_Load(NULL) == PRL_ERR_INVALID_ARG);
    nothing_is_loaded();
}

static void
load__library_lacking_a_name__is_refused(const char *library)
{
    CHECK(SdkWrap_Load(library) == PRL_ERR_FAILURE);
    CHECK(strstr(SdkWrap_LastError(), "PrlVm_Start") != NULL);
    nothing_is_loaded();
}

static void
load__library__can_be_used(const char *library)
{
    CHECK(PRL_SUCCEEDED(SdkWrap_Load(library)));
    if (!SdkWrap_IsLoaded())
        return;
    CHECK(!strcmp(SdkWrap_LastError(), ""));

#define PRL_SDK_WRAP_FOR_EACH_ITERATOR(name) CHECK(name != NULL);
    PRL_SDK_WRAP_FOR_EACH()
#undef PRL_SDK_WRAP_FOR_EACH_ITERATOR

    /* Not in the lists, but there. */
    CHECK(SdkWrap_GetSymbol("PrlSrv_CheckVirtuozzoServerAliveEx") != NULL);
    CHECK(SdkWrap_GetSymbol("no_such_function") == NULL);

    CHECK(PRL_SUCCEEDED(PrlApi_Init(VIRTUOZZO_API_VER)));
    CHECK(prl_result_to_string(PRL_ERR_FAILURE) != NULL);
    CHECK(handle_type_to_string(PHT_JOB) != NULL);
    CHECK(event_type_to_string(PET_DSP_EVT_VM_STATE_CHANGED) != NULL);
    CHECK(PRL_SUCCEEDED(PrlApi_Deinit()));

    /* Loading again replaces what is loaded. */
    CHECK(PRL_SUCCEEDED(SdkWrap_Load(library)));
    CHECK(SdkWrap_Unload() == PRL_ERR_SUCCESS);
    nothing_is_loaded();
}

static int
run(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: %s LIBRARY INCOMPLETE_LIBRARY\n", argv[0]);
        return 2;
    }
    nothing_is_loaded();
    load__missing_file__is_refused();
    load__library_lacking_a_name__is_refused(argv[2]);
    load__library__can_be_used(argv[1]);
    return failures ? 1 : 0;
}

#ifndef __cplusplus
int
main(int argc, char **argv)
{
    return run(argc, argv);
}
#endif
