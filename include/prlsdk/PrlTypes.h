/* SPDX-License-Identifier: MIT */
/*
 * PrlTypes.h: plain types, linkage and declaration macros, for all other headers.
 *
 * Platform: define _LIN_ or _WIN_; with neither, GNU C means _LIN_ and Microsoft C
 * _WIN_. Programs that load the library at run time define DYN_API_WRAP before
 * anything else (helpers/SdkWrap/SdkWrap.h does): a prototype PrlX then becomes
 * wrapPrlX and its pointer type PrlXwrap_Ptr, which leaves the name PrlX to a
 * pointer variable of the program.
 */

#ifndef PRL_TYPES_H
#define PRL_TYPES_H

#if !defined(_LIN_) && !defined(_WIN_)
#if defined(_MSC_VER)
#define _WIN_
#elif defined(__GNUC__)
#define _LIN_
#else
#error "prlsdk: define _LIN_ or _WIN_"
#endif
#endif

/*
 * Linkage. PRL_CALL and PRL_EXTERN may be set by the program beforehand;
 * PRL_GCC_DISABLE_VISIBILITY_ATTR takes the visibility attribute away.
 */

#ifndef PRL_CALL
#if defined(_WIN_)
#define PRL_CALL __stdcall
#elif defined(__i386__)
#define PRL_CALL __attribute__((cdecl, regparm(0)))
#else
#define PRL_CALL
#endif
#endif

#ifndef PRL_EXTERN
#ifdef __cplusplus
#define PRL_EXTERN extern "C"
#else
#define PRL_EXTERN
#endif
#endif

#if defined(_WIN_) || defined(PRL_GCC_DISABLE_VISIBILITY_ATTR)
#define PRL_DLLEXPORT
#else
#define PRL_DLLEXPORT __attribute__((visibility("default")))
#endif

#ifdef _WIN_
#define PRL_UNUSED
#define PRL_PACKED
#else
#define PRL_UNUSED __attribute__((unused))
#define PRL_PACKED __attribute__((packed))
#endif

/*
 * Not part of the API: C before C23 wants enumerators to fit int, and a few do
 * not. This keeps -Wpedantic quiet about them.
 */
#if defined(__GNUC__) && !defined(__cplusplus)
#define PRL_WIDE_ENUM __extension__
#else
#define PRL_WIDE_ENUM
#endif

/** PRL_STRUCT: name of a packed structure type, after the closing brace of its definition. */
#define PRL_STRUCT(struct_name) PRL_PACKED struct_name

/** PRL_UNUSED_PARAM: say that a parameter is not used on purpose. */
#define PRL_UNUSED_PARAM(x) ((void)(x))

/*
 * Heads of functions: PRL_METHOD(PrlApi_Deinit)(void) { ... } defines an exported
 * function that returns a result code, PRL_ASYNC_METHOD one that returns a job.
 * The _PTR forms are the declarators of pointers to such functions.
 */
#define PRL_METHOD(func) PRL_EXTERN PRL_DLLEXPORT PRL_RESULT PRL_CALL func
#define PRL_ASYNC_METHOD(func) PRL_EXTERN PRL_DLLEXPORT PRL_HANDLE PRL_CALL func
#define PRL_METHOD_PTR(func_type) PRL_RESULT(PRL_CALL *func_type)
#define PRL_ASYNC_METHOD_PTR(func_type) PRL_HANDLE(PRL_CALL *func_type)

/*
 * Prototypes: version is the API version a function appeared in and is there for
 * the reader; name##_Ptr becomes the type of a pointer to the function. The _SRV
 * forms mark work that is done by the service.
 */
#ifdef DYN_API_WRAP
#define PRL_METHOD_DECL(version, name, args)                                                     \
    PRL_METHOD(wrap##name) args;                                                                 \
    typedef PRL_METHOD_PTR(name##wrap_Ptr) args
#define PRL_ASYNC_METHOD_DECL(version, name, args)                                               \
    PRL_ASYNC_METHOD(wrap##name) args;                                                           \
    typedef PRL_ASYNC_METHOD_PTR(name##wrap_Ptr) args
#define PRL_SRV_METHOD_DECL(version, name, args)                                                 \
    PRL_METHOD(wrap##name) args;                                                                 \
    typedef PRL_METHOD_PTR(name##wrap_Ptr) args
#define PRL_ASYNC_SRV_METHOD_DECL(version, name, args)                                           \
    PRL_ASYNC_METHOD(wrap##name) args;                                                           \
    typedef PRL_ASYNC_METHOD_PTR(name##wrap_Ptr) args
#else
#define PRL_METHOD_DECL(version, name, args)                                                     \
    PRL_METHOD(name) args;                                                                       \
    typedef PRL_METHOD_PTR(name##_Ptr) args
#define PRL_ASYNC_METHOD_DECL(version, name, args)                                               \
    PRL_ASYNC_METHOD(name) args;                                                                 \
    typedef PRL_ASYNC_METHOD_PTR(name##_Ptr) args
#define PRL_SRV_METHOD_DECL(version, name, args)                                                 \
    PRL_METHOD(name) args;                                                                       \
    typedef PRL_METHOD_PTR(name##_Ptr) args
#define PRL_ASYNC_SRV_METHOD_DECL(version, name, args)                                           \
    PRL_ASYNC_METHOD(name) args;                                                                 \
    typedef PRL_ASYNC_METHOD_PTR(name##_Ptr) args
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Numbers and text. PRL_SIZE and PRL_BOOL have 4 bytes on every platform. Text is UTF-8.
 */

typedef char PRL_CHAR;
typedef PRL_CHAR *PRL_CHAR_PTR;
typedef PRL_CHAR_PTR PRL_STR;
typedef const char *PRL_CONST_STR;
typedef PRL_CONST_STR *PRL_CONST_STR_PTR;

typedef unsigned char PRL_UINT8;
typedef PRL_UINT8 *PRL_UINT8_PTR;
typedef PRL_UINT8 **PRL_UINT8_PTR_PTR;
typedef const PRL_UINT8 *PRL_CONST_UINT8_PTR;

typedef signed char PRL_INT8;
typedef PRL_INT8 *PRL_INT8_PTR;
typedef PRL_INT8 **PRL_INT8_PTR_PTR;
typedef const PRL_INT8 *PRL_CONST_INT8_PTR;

typedef unsigned short PRL_UINT16;
typedef PRL_UINT16 *PRL_UINT16_PTR;
typedef PRL_UINT16 **PRL_UINT16_PTR_PTR;
typedef const PRL_UINT16 *PRL_CONST_UINT16_PTR;

typedef short PRL_INT16;
typedef PRL_INT16 *PRL_INT16_PTR;
typedef PRL_INT16 **PRL_INT16_PTR_PTR;
typedef const PRL_INT16 *PRL_CONST_INT16_PTR;

typedef unsigned int PRL_UINT32;
typedef PRL_UINT32 *PRL_UINT32_PTR;
typedef PRL_UINT32 **PRL_UINT32_PTR_PTR;
typedef const PRL_UINT32 *PRL_CONST_UINT32_PTR;

typedef int PRL_INT32;
typedef PRL_INT32 *PRL_INT32_PTR;
typedef PRL_INT32 **PRL_INT32_PTR_PTR;
typedef const PRL_INT32 *PRL_CONST_INT32_PTR;

typedef unsigned long long PRL_UINT64;
typedef PRL_UINT64 *PRL_UINT64_PTR;
typedef PRL_UINT64 **PRL_UINT64_PTR_PTR;
typedef const PRL_UINT64 *PRL_CONST_UINT64_PTR;

typedef long long PRL_INT64;
typedef PRL_INT64 *PRL_INT64_PTR;
typedef PRL_INT64 **PRL_INT64_PTR_PTR;
typedef const PRL_INT64 *PRL_CONST_INT64_PTR;

typedef unsigned int PRL_BOOL;
typedef PRL_BOOL *PRL_BOOL_PTR;
typedef const PRL_BOOL *PRL_CONST_BOOL_PTR;

#define PRL_FALSE 0
#define PRL_TRUE 1

/* A yes or no that may be left open. */
#define PRL_TERNARY_UNDEF 0
#define PRL_TERNARY_TRUE 2
#define PRL_TERNARY_FALSE 3

typedef void PRL_VOID;
typedef PRL_VOID *PRL_VOID_PTR;
typedef const PRL_VOID *PRL_CONST_VOID_PTR;
typedef PRL_VOID_PTR *PRL_VOID_PTR_PTR;

#define PRL_NULL ((PRL_VOID_PTR)0)

typedef unsigned int PRL_SIZE;
typedef PRL_SIZE *PRL_SIZE_PTR;
typedef PRL_SIZE_PTR *PRL_SIZE_PTR_PTR;
typedef const PRL_SIZE *PRL_CONST_SIZE_PTR;

typedef double PRL_DOUBLE;
typedef PRL_DOUBLE *PRL_DOUBLE_PTR;
typedef PRL_DOUBLE_PTR *PRL_DOUBLE_PTR_PTR;
typedef const PRL_DOUBLE *PRL_CONST_DOUBLE_PTR;

/*
 * Handles and results
 */

/** A numbered object of the library; never an address, never dereferenced by the program. */
typedef int *PRL_HANDLE;
typedef PRL_HANDLE *PRL_HANDLE_PTR;
typedef const PRL_HANDLE *PRL_CONST_HANDLE_PTR;

#define PRL_INVALID_HANDLE 0

/** A result code (PrlErrorsValues.h): negative is failure. */
typedef int PRL_RESULT;
typedef PRL_RESULT *PRL_RESULT_PTR;

/**
 * PRL_EVENT_HANDLER_PTR: function of the program that takes events.
 *
 * @hEvent  PHT_EVENT, or a finished PHT_JOB; ask PrlHandle_GetType. The handler owns this
 *          reference: it frees the handle with PrlHandle_Free, now or later.
 * @data    the pointer given when the handler was registered.
 *
 * Runs on the notification thread of its server object, one event at a time. It may call
 * anything, wait for jobs included, but PrlApi_Deinit. The returned value is not looked at.
 */
typedef PRL_RESULT(PRL_CALL *PRL_EVENT_HANDLER_PTR)(PRL_HANDLE hEvent, PRL_VOID_PTR data);

/** Operating system file descriptor. */
typedef PRL_INT32 PRL_FILE_DESC;

#define PRL_INVALID_FILE_DESCRIPTOR (-1)

/** A uuid with its first three fields in the byte order of the machine. */
typedef struct _PRL_GUID {
    PRL_UINT32 Data1;
    PRL_UINT16 Data2;
    PRL_UINT16 Data3;
    PRL_UINT8 Data4[8];
} PRL_STRUCT(PRL_GUID);
typedef PRL_GUID *PRL_GUID_PTR;
typedef const PRL_GUID *PRL_CONST_GUID_PTR;

/** Description of one function of the API, for programs that list them. */
typedef struct _PRL_API_METHOD {
    PRL_CONST_STR MethodName;
    PRL_UINT32 MethodAPIVersion;
    PRL_VOID_PTR MethodPtr;
    PRL_BOOL MethodIsDeprecated;
    PRL_BOOL MethodIsAsync;
    PRL_BOOL MethodIsSrv;
    PRL_UINT32 ReservedA;
    PRL_UINT32 ReservedB;
    PRL_UINT32 ReservedC;
    PRL_UINT32 ReservedD;
} PRL_STRUCT(PRL_API_METHOD);
typedef PRL_API_METHOD *PRL_API_METHOD_PTR;
typedef const PRL_API_METHOD *PRL_CONST_API_METHOD_PTR;

#ifdef __cplusplus
}
#endif

#endif /* PRL_TYPES_H */
