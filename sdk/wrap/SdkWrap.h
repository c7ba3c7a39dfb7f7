/* SPDX-License-Identifier: MIT */
/*
 * SdkWrap.h: use the library without linking with it.
 *
 * Include this header before, or instead of, the other headers of the SDK, call
 * SdkWrap_Load, then call the API as usual: each name in PrlApiMacro.h is a pointer
 * variable of the same spelling, NULL until the library is loaded. Works from C and
 * from C++; in C++ everything is also in namespace PrlSdkWrapNamespace.
 *
 *     #include "SdkWrap.h"
 *
 *     if (PRL_FAILED(SdkWrap_Load(SDK_LIB_NAME)))
 *         fprintf(stderr, "%s\n", SdkWrap_LastError());
 *
 * Link with prl_sdkwrap, or compile SdkWrap.c (or SdkWrap.cpp) into the program.
 *
 * Threads: load before starting threads that use the API, unload after they ended;
 * these calls do not lock.
 */

#ifndef SDK_WRAP_H
#define SDK_WRAP_H

#ifndef DYN_API_WRAP
#ifdef PRL_TYPES_H
#error "include SdkWrap.h before the other headers of the SDK, or compile with -DDYN_API_WRAP"
#endif
#define DYN_API_WRAP
#endif

/* Installed in include/prlsdk/helpers/SdkWrap and, away from the headers, in share/prlsdk/helpers/SdkWrap; in the source tree
 * found through the include path. A program names either the directory of the headers or the one above it. */
#ifndef __has_include
#include "../../Parallels.h"
#include "../../Virtuozzo.h"
#elif __has_include("../../Virtuozzo.h")
#include "../../Parallels.h"
#include "../../Virtuozzo.h"
#elif __has_include(<prlsdk/Virtuozzo.h>)
#include <prlsdk/Parallels.h>
#include <prlsdk/Virtuozzo.h>
#else
#include <Parallels.h>
#include <Virtuozzo.h>
#endif

/** Name of the library, for SdkWrap_Load. */
#ifndef SDK_LIB_NAME
#define SDK_LIB_NAME "libprl_sdk.so"
#endif

#ifdef __cplusplus
namespace PrlSdkWrapNamespace {
extern "C" {
#endif

/**
 * SdkWrap_LoadEx: load the library and look up every name of PrlApiMacro.h.
 *
 * @name     file name, with a slash a path. ".so" is added if the last part has no
 *           ".so", "lib" if there is no slash and no such prefix.
 * @verbose  not 0 prints what went wrong on stderr, as the environment variable
 *           PRL_SDKWRAP_DEBUG does.
 *
 * A library loaded before is unloaded first. On failure nothing stays loaded.
 *
 * Returns PRL_ERR_SUCCESS; PRL_ERR_INVALID_ARG no name; PRL_ERR_FILE_NOT_FOUND the
 *         library cannot be opened; PRL_ERR_FAILURE it lacks a name. SdkWrap_LastError
 *         tells which.
 */
PRL_RESULT SdkWrap_LoadEx(PRL_CONST_STR name, int verbose);

/**
 * SdkWrap_LoadLibFromStdPathsEx: SdkWrap_LoadEx with the places a library is likely to
 * be, the current directory first.
 *
 * @verbose  see SdkWrap_LoadEx.
 *
 * Returns PRL_TRUE when one of them was loaded. Note that this is no result code.
 */
PRL_BOOL SdkWrap_LoadLibFromStdPathsEx(int verbose);

/**
 * SdkWrap_Unload: give the library up and set all pointers to NULL.
 *
 * Call PrlApi_Deinit before. Returns PRL_ERR_SUCCESS; PRL_ERR_UNINITIALIZED nothing
 * was loaded.
 */
PRL_RESULT SdkWrap_Unload(void);

/** SdkWrap_GetSymbol: address of any symbol of the loaded library, or NULL. */
PRL_VOID_PTR SdkWrap_GetSymbol(PRL_CONST_STR symbol);

/** SdkWrap_IsLoaded: whether a library is loaded. */
PRL_BOOL SdkWrap_IsLoaded(void);

/**
 * SdkWrap_LastError: why the last load failed, for a person.
 *
 * Returns text that is good until the next load; "" after a success.
 */
PRL_CONST_STR SdkWrap_LastError(void);

/*
 * The pointers. Their symbols are named SdkWrap_fn_<name>, because a program that
 * exports its symbols must not put a variable in the place of a function of the library.
 */
#define SDK_WRAP_SYMBOL_STR_(x) #x
#define SDK_WRAP_SYMBOL_STR(x)  SDK_WRAP_SYMBOL_STR_(x)
#define SDK_WRAP_SYMBOL(name)   __asm__(SDK_WRAP_SYMBOL_STR(__USER_LABEL_PREFIX__) "SdkWrap_fn_" #name)

#define PRL_SDK_WRAP_FOR_EACH_ITERATOR(name) extern name##wrap_Ptr name SDK_WRAP_SYMBOL(name);
#ifndef __has_include
#include "../../PrlApiMacro.h"
#elif __has_include("../../PrlApiMacro.h")
#include "../../PrlApiMacro.h"
#elif __has_include(<prlsdk/PrlApiMacro.h>)
#include <prlsdk/PrlApiMacro.h>
#else
#include <PrlApiMacro.h>
#endif
PRL_SDK_WRAP_FOR_EACH()
#undef PRL_SDK_WRAP_FOR_EACH_ITERATOR

#ifdef __cplusplus
} /* extern "C" */

inline PRL_RESULT
SdkWrap_Load(PRL_CONST_STR name, bool verbose = false)
{
    return SdkWrap_LoadEx(name, verbose);
}

inline PRL_BOOL
SdkWrap_LoadLibFromStdPaths(bool verbose = false)
{
    return SdkWrap_LoadLibFromStdPathsEx(verbose);
}
#else
/** SdkWrap_Load: SdkWrap_LoadEx(name, 0). In C++ it takes verbose as a second argument. */
static inline PRL_RESULT
SdkWrap_Load(PRL_CONST_STR name)
{
    return SdkWrap_LoadEx(name, 0);
}

/** SdkWrap_LoadLibFromStdPaths: SdkWrap_LoadLibFromStdPathsEx(0); in C++ with verbose. */
static inline PRL_BOOL
SdkWrap_LoadLibFromStdPaths(void)
{
    return SdkWrap_LoadLibFromStdPathsEx(0);
}
#endif

/*
 * Names of values as text, for messages; never NULL, also before the library is loaded.
 */

static inline const char *
prl_result_to_string(PRL_RESULT value)
{
    PRL_CONST_STR text = "unknown result";

    if (PrlDbg_PrlResultToString)
        (void)PrlDbg_PrlResultToString(value, &text);
    return text;
}

static inline const char *
handle_type_to_string(PRL_HANDLE_TYPE value)
{
    PRL_CONST_STR text = "unknown handle type";

    if (PrlDbg_HandleTypeToString)
        (void)PrlDbg_HandleTypeToString(value, &text);
    return text;
}

static inline const char *
event_type_to_string(PRL_EVENT_TYPE value)
{
    PRL_CONST_STR text = "unknown event type";

    if (PrlDbg_EventTypeToString)
        (void)PrlDbg_EventTypeToString(value, &text);
    return text;
}

#ifdef __cplusplus
} /* namespace PrlSdkWrapNamespace */

using namespace PrlSdkWrapNamespace;
#endif

#endif /* SDK_WRAP_H */
