/* SPDX-License-Identifier: MIT */
/*
 * PrlApiCore.h: the library itself, handles, jobs, results, events and lists.
 *
 * Rules for all calls of the API, not repeated at each one:
 *
 * Before PrlApi_Init a synchronous call returns PRL_ERR_API_WASNT_INITIALIZED.
 *
 * A handle that is not alive or is of another type than the one named at its
 * parameter, and a NULL pointer for an [out] parameter, give PRL_ERR_INVALID_ARG.
 * So does a NULL text, unless its parameter says NULL is good. [out] parameters
 * are written on success only.
 *
 * Handles: each handle an [out] parameter gives is a new reference, to be freed
 * with PrlHandle_Free. Handles and text passed in stay with the caller; text is
 * copied.
 *
 * Text out (a PRL_STR buffer and a PRL_UINT32 length): with a NULL buffer or the
 * length 0 the call stores the length needed and succeeds. Lengths are bytes with
 * the final NUL; an empty text needs 1. A short buffer gets the bytes that fit,
 * without a NUL, the length needed, and PRL_ERR_BUFFER_OVERRUN. All text is UTF-8.
 *
 * Asynchronous calls (declared with PRL_ASYNC_*) return a PHT_JOB at once, never
 * PRL_INVALID_HANDLE; whatever goes wrong, wrong arguments included, is the return
 * code of the job. The caller frees the job. "Job:" below tells the operation code
 * of the job and what its PHT_RESULT holds.
 *
 * Threads: any thread may make any call. Only PrlJob_Wait, PrlApi_Deinit and the
 * unregistering of a handler can block, and PrlDisk_ calls read and write files.
 *
 * "Source:" names the element a value is read from and written to; the copy is
 * the one held by the handle, not the running guest. In paths [i] is one element
 * of several and <dev> the element of the device's type.
 */

#ifndef PRL_API_CORE_H
#define PRL_API_CORE_H

#include "PrlApiVersion.h"
#include "PrlErrors.h"
#include "PrlIOStructs.h"
#include "PrlTypes.h"

#ifdef __cplusplus
extern "C" {
#endif

/*
 * Starting and ending the use of the library; texts of result codes; problem reports
 */

/**
 * PrlApi_Init: starts the use of the library; the same as PrlApi_InitEx with PAM_SERVER and no
 * flags.
 *
 * @version  VIRTUOZZO_API_VER; not above what the library has, else PRL_ERR_API_INCOMPATIBLE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlApi_Init, (PRL_UINT32 version));

/**
 * PrlApi_InitEx: starts the use of the library. Calls are counted; only the first one's
 * arguments matter.
 *
 * @nVersion   VIRTUOZZO_API_VER; not above what the library has, else PRL_ERR_API_INCOMPATIBLE
 * @nAppMode   PAM_SERVER
 * @nFlags     PRL_API_INIT_FLAGS
 * @nReserved  0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_InitEx,
    (PRL_UINT32 nVersion, PRL_APPLICATION_MODE nAppMode, PRL_UINT32 nFlags,
     PRL_UINT32 nReserved));

/**
 * PrlApi_Deinit: undoes one PrlApi_Init. The last one closes all connections and destroys all
 * handles; it waits for calls in progress and must not be made from an event handler.
 * PRL_ERR_API_WASNT_INITIALIZED when there is nothing to undo.
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlApi_Deinit, (void));

/**
 * PrlApi_GetVersion: the version given to PrlApi_Init.
 *
 * @current_version  [out] VIRTUOZZO_API_VER_*
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlApi_GetVersion, (PRL_UINT32_PTR current_version));

/**
 * PrlApi_GetAppMode: the mode the library was started in.
 *
 * @app_mode  [out] a PRL_APPLICATION_MODE value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_GetAppMode, (PRL_APPLICATION_MODE_PTR app_mode));

/**
 * PrlApi_GetResultDescription: text for a result code, with %1, %2 ... where a message has
 * parameters; the name of the constant if there is no text. Works before PrlApi_Init.
 *
 * @nErrCode              a result code
 * @bIsBriefMessage       PRL_TRUE for the short text, PRL_FALSE for the long one
 * @bFormated             PRL_TRUE if markup is welcome
 * @sErrString            [out] text buffer, or NULL to ask for the length
 * @pnErrStringBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlApi_GetResultDescription,
    (PRL_RESULT nErrCode, PRL_BOOL bIsBriefMessage, PRL_BOOL bFormated, PRL_STR sErrString,
     PRL_UINT32_PTR pnErrStringBufLength));

/**
 * PrlApi_GetMessageType: how a result code should be presented; PMT_WARNING for one the
 * library does not know. Works before PrlApi_Init.
 *
 * @nErrCode   a result code
 * @pnMsgType  [out] a PRL_MESSAGE_TYPE_ENUM value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlApi_GetMessageType,
    (PRL_RESULT nErrCode, PRL_MESSAGE_TYPE_ENUM_PTR pnMsgType));

/**
 * PrlApi_MsgCanBeIgnored: tells whether a person may be offered to pass over a result code.
 * Works before PrlApi_Init.
 *
 * @nErrCode        a result code
 * @pbCanBeIgnored  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlApi_MsgCanBeIgnored,
    (PRL_RESULT nErrCode, PRL_BOOL_PTR pbCanBeIgnored));

/**
 * PrlApi_GetCrashDumpsPath: directory in which crash dumps are looked for. Works before
 * PrlApi_Init.
 *
 * @sPath            [out] text buffer, or NULL to ask for the length
 * @pnPathBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_GetCrashDumpsPath,
    (PRL_STR sPath, PRL_UINT32_PTR pnPathBufLength));

/**
 * PrlApi_InitCrashHandler: does nothing and succeeds; the library leaves signal handlers
 * alone.
 *
 * @sCrashDumpFileSuffix  not looked at
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_InitCrashHandler, (PRL_CONST_STR sCrashDumpFileSuffix));

/**
 * PrlApi_CreateStringsList: makes an empty list of strings.
 *
 * @phStringsList  [out] new reference to a PHT_STRINGS_LIST
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlApi_CreateStringsList, (PRL_HANDLE_PTR phStringsList));

/**
 * PrlApi_CreateHandlesList: makes an empty list of objects.
 *
 * @phHandlesList  [out] new reference to a PHT_HANDLES_LIST
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlApi_CreateHandlesList, (PRL_HANDLE_PTR phHandlesList));

/**
 * PrlApi_CreateOpTypeList: makes an empty list of numbers.
 *
 * @phOpTypeList  [out] new reference to a PHT_OPAQUE_TYPE_LIST
 * @nTypeSize     bytes of one number: 1, 2, 4 or 8
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_CreateOpTypeList,
    (PRL_HANDLE_PTR phOpTypeList, PRL_SIZE nTypeSize));

/**
 * PrlApi_SendProblemReport: sends a problem report to the vendor. This implementation sends
 * nothing anywhere: the job fails with PRL_ERR_UNIMPLEMENTED.
 *
 * @sProblemReport       the report as text
 * @bUseProxy            PRL_TRUE or PRL_FALSE
 * @sProxyHost           name or address of the proxy
 * @nProxyPort           port of the proxy
 * @sProxyUserLogin      user of the proxy
 * @sProxyUserPasswd     password for the proxy; never logged
 * @nProblemSendTimeout  milliseconds
 * @nReserved            0
 * @handler              called on the notification thread of the server object
 * @pUserData            given to the handler
 *
 * Job:    PJOC_API_SEND_PROBLEM_REPORT; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_SendProblemReport,
    (PRL_CONST_STR sProblemReport, PRL_BOOL bUseProxy, PRL_CONST_STR sProxyHost,
     PRL_UINT32 nProxyPort, PRL_CONST_STR sProxyUserLogin, PRL_CONST_STR sProxyUserPasswd,
     PRL_UINT32 nProblemSendTimeout, PRL_UINT32 nReserved, PRL_EVENT_HANDLER_PTR handler,
     PRL_VOID_PTR pUserData));

/**
 * PrlApi_SendPackedProblemReport: sends a packed problem report to the vendor. This
 * implementation sends nothing anywhere: the job fails with PRL_ERR_UNIMPLEMENTED.
 *
 * @hProblemReport       PHT_PROBLEM_REPORT
 * @bUseProxy            PRL_TRUE or PRL_FALSE
 * @sProxyHost           name or address of the proxy
 * @nProxyPort           port of the proxy
 * @sProxyUserLogin      user of the proxy
 * @sProxyUserPasswd     password for the proxy; never logged
 * @nProblemSendTimeout  milliseconds
 * @nReserved            0
 * @handler              called on the notification thread of the server object
 * @pUserData            given to the handler
 *
 * Job:    PJOC_API_SEND_PACKED_PROBLEM_REPORT; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_SendPackedProblemReport,
    (PRL_HANDLE hProblemReport, PRL_BOOL bUseProxy, PRL_CONST_STR sProxyHost,
     PRL_UINT32 nProxyPort, PRL_CONST_STR sProxyUserLogin, PRL_CONST_STR sProxyUserPasswd,
     PRL_UINT32 nProblemSendTimeout, PRL_UINT32 nReserved, PRL_EVENT_HANDLER_PTR handler,
     PRL_VOID_PTR pUserData));

/**
 * PrlApi_CreateProblemReport: makes an empty problem report.
 *
 * @nReportScheme    a PRL_PROBLEM_REPORT_SCHEME value
 * @phProblemReport  [out] new reference to a PHT_PROBLEM_REPORT
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlApi_CreateProblemReport,
    (PRL_PROBLEM_REPORT_SCHEME nReportScheme, PRL_HANDLE_PTR phProblemReport));

/**
 * PrlApi_SwitchConsoleLogging: turns log messages on the standard error of the program on or
 * off. Works before PrlApi_Init, and programs call it first.
 *
 * @bSwitchOn  PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlApi_SwitchConsoleLogging, (PRL_BOOL bSwitchOn));

/**
 * PrlApi_GuestToString: name of a guest family or version.
 *
 * @nGuestId           PVS_GUEST_TYPE_* or PVS_GUEST_VER_*
 * @sGuestString       [out] text buffer, or NULL to ask for the length
 * @pnGuestStringSize  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_7, PrlApi_GuestToString,
    (PRL_UINT32 nGuestId, PRL_STR sGuestString, PRL_UINT32_PTR pnGuestStringSize));

/*
 * Memory handed out by the library
 */

/**
 * PrlBuffer_Free: releases memory a call has allocated for the program.
 *
 * @buffer  what the call stored; not NULL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlBuffer_Free, (PRL_VOID_PTR buffer));

/*
 * Every object
 */

/**
 * PrlHandle_AddRef: adds a reference, so that one more PrlHandle_Free is needed.
 *
 * @handle  any live handle
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlHandle_AddRef, (PRL_HANDLE handle));

/**
 * PrlHandle_Free: gives up a reference; with the last one the object goes and the number is
 * dead. A dead or unknown number is refused and changes nothing.
 *
 * @handle  any live handle
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlHandle_Free, (PRL_HANDLE handle));

/**
 * PrlHandle_GetType: what an object is.
 *
 * @handle  any live handle
 * @type    [out] a PRL_HANDLE_TYPE value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlHandle_GetType,
    (PRL_HANDLE handle, PRL_HANDLE_TYPE_PTR type));

/**
 * PrlHandle_RegEventHandler: has a handler called for the events of an object: of a server
 * object everything its connection receives, of a machine what concerns it. The same pair may
 * be registered more than once.
 *
 * @hObj      PHT_SERVER or PHT_VIRTUAL_MACHINE or PHT_DESKTOP_CONTROL or PHT_CVSRC
 * @handler   called on the notification thread of the server object
 * @userData  given to the handler
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlHandle_RegEventHandler,
    (PRL_HANDLE hObj, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR userData));

/**
 * PrlHandle_UnregEventHandler: undoes one registration of a handler; the handler is not
 * running any more when this returns, unless called from it. An unknown pair is fine.
 *
 * @hObj      PHT_SERVER or PHT_VIRTUAL_MACHINE or PHT_DESKTOP_CONTROL or PHT_CVSRC
 * @handler   called on the notification thread of the server object
 * @userData  given to the handler
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlHandle_UnregEventHandler,
    (PRL_HANDLE hObj, PRL_EVENT_HANDLER_PTR handler, PRL_VOID_PTR userData));

/**
 * PrlHandle_GetPackageId: number of the message that brought an event or of the request of a
 * job; 0 if there was none. Only for PHT_EVENT and PHT_JOB.
 *
 * @hObj  PHT_JOB
 * @id    [out] the value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_5, PrlHandle_GetPackageId, (PRL_HANDLE hObj, PRL_UINT64_PTR id));

/**
 * PrlHandle_FromString: replaces the content of an object by a text form; text that is not
 * such a document leaves it as it was.
 *
 * @hHandle  any live handle
 * @sXml     XML text
 *
 * Errors: PRL_ERR_UNIMPLEMENTED for a type without a text form
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlHandle_FromString,
    (PRL_HANDLE hHandle, PRL_CONST_STR sXml));

/**
 * PrlHandle_ToString: the text form of an object: its XML document. Objects without one:
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hHandle  any live handle
 * @ppXml    [out] allocated text; release it with PrlBuffer_Free
 *
 * Errors: PRL_ERR_UNIMPLEMENTED for a type without a text form
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlHandle_ToString,
    (PRL_HANDLE hHandle, PRL_VOID_PTR_PTR ppXml));

/**
 * PrlHandle_GetChannelStatistics: quality of the connection of an object; not available here:
 * PRL_ERR_UNIMPLEMENTED.
 *
 * @hObj         PHT_SERVER or PHT_VIRTUAL_MACHINE or PHT_DESKTOP_CONTROL
 * @channelStat  [out] a PRL_IO_CHANNEL_STAT
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_4, PrlHandle_GetChannelStatistics,
    (PRL_HANDLE hObj, PRL_IO_CHANNEL_STAT_PTR channelStat));

/*
 * Lists of strings (PHT_STRINGS_LIST)
 */

/**
 * PrlStrList_GetItemsCount: number of strings in the list.
 *
 * @hStringsList  PHT_STRINGS_LIST
 * @pnItemsCount  [out] number of them
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStrList_GetItemsCount,
    (PRL_HANDLE hStringsList, PRL_UINT32_PTR pnItemsCount));

/**
 * PrlStrList_AddItem: appends a copy of a string.
 *
 * @hStringsList  PHT_STRINGS_LIST
 * @sItem         the string
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStrList_AddItem,
    (PRL_HANDLE hStringsList, PRL_CONST_STR sItem));

/**
 * PrlStrList_GetItem: a string of the list, copied out.
 *
 * @hStringsList   PHT_STRINGS_LIST
 * @nItemIndex     position, from 0
 * @sItemBuf       [out] text buffer, or NULL to ask for the length
 * @pnItemBufSize  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStrList_GetItem,
    (PRL_HANDLE hStringsList, PRL_UINT32 nItemIndex, PRL_STR sItemBuf,
     PRL_UINT32_PTR pnItemBufSize));

/**
 * PrlStrList_RemoveItem: takes a string out; those after it move up.
 *
 * @hStringsList  PHT_STRINGS_LIST
 * @nItemIndex    position, from 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlStrList_RemoveItem,
    (PRL_HANDLE hStringsList, PRL_UINT32 nItemIndex));

/*
 * Lists of objects (PHT_HANDLES_LIST)
 */

/**
 * PrlHndlList_GetItemsCount: number of objects in the list.
 *
 * @hHandlesList  PHT_HANDLES_LIST
 * @pnItemsCount  [out] number of them
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlHndlList_GetItemsCount,
    (PRL_HANDLE hHandlesList, PRL_UINT32_PTR pnItemsCount));

/**
 * PrlHndlList_AddItem: appends an object; the list holds a reference of its own.
 *
 * @hHandlesList  PHT_HANDLES_LIST
 * @hItem         PHT_ERROR
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlHndlList_AddItem,
    (PRL_HANDLE hHandlesList, PRL_HANDLE hItem));

/**
 * PrlHndlList_GetItem: an object of the list: the same handle number that was put in.
 *
 * @hHandlesList  PHT_HANDLES_LIST
 * @nItemIndex    position, from 0
 * @phItem        [out] new reference, free with PrlHandle_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlHndlList_GetItem,
    (PRL_HANDLE hHandlesList, PRL_UINT32 nItemIndex, PRL_HANDLE_PTR phItem));

/**
 * PrlHndlList_RemoveItem: takes an object out and gives up the list's reference; those after
 * it move up.
 *
 * @hHandlesList  PHT_HANDLES_LIST
 * @nItemIndex    position, from 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlHndlList_RemoveItem,
    (PRL_HANDLE hHandlesList, PRL_UINT32 nItemIndex));

/*
 * Lists of numbers of one size (PHT_OPAQUE_TYPE_LIST)
 */

/**
 * PrlOpTypeList_GetItemsCount: number of numbers in the list.
 *
 * @hOpTypeList   PHT_OPAQUE_TYPE_LIST
 * @pnItemsCount  [out] number of them
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlOpTypeList_GetItemsCount,
    (PRL_HANDLE hOpTypeList, PRL_UINT32_PTR pnItemsCount));

/**
 * PrlOpTypeList_AddItem: appends a number.
 *
 * @hOpTypeList  PHT_OPAQUE_TYPE_LIST
 * @pnItem       where the number is; as many bytes as the list was made for
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlOpTypeList_AddItem,
    (PRL_HANDLE hOpTypeList, PRL_CONST_VOID_PTR pnItem));

/**
 * PrlOpTypeList_GetItem: a number of the list, copied out.
 *
 * @hOpTypeList  PHT_OPAQUE_TYPE_LIST
 * @nItemIndex   position, from 0
 * @pnItem       [out] room for one number of the list's size
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlOpTypeList_GetItem,
    (PRL_HANDLE hOpTypeList, PRL_UINT32 nItemIndex, PRL_VOID_PTR pnItem));

/**
 * PrlOpTypeList_RemoveItem: takes a number out; those after it move up.
 *
 * @hOpTypeList  PHT_OPAQUE_TYPE_LIST
 * @nItemIndex   position, from 0
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlOpTypeList_RemoveItem,
    (PRL_HANDLE hOpTypeList, PRL_UINT32 nItemIndex));

/**
 * PrlOpTypeList_GetTypeSize: bytes of one number of the list.
 *
 * @hOpTypeList  PHT_OPAQUE_TYPE_LIST
 * @pnTypeSize   [out] a PRL_SIZE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlOpTypeList_GetTypeSize,
    (PRL_HANDLE hOpTypeList, PRL_SIZE_PTR pnTypeSize));

/*
 * Jobs: operations that go on in the background (PHT_JOB)
 */

/**
 * PrlJob_Wait: waits until a job has finished. PRL_ERR_TIMEOUT if it has not in time; the job
 * goes on.
 *
 * @hJob   PHT_JOB
 * @msecs  milliseconds to wait at most; 0 only looks, 0xffffffff waits for ever
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlJob_Wait, (PRL_HANDLE hJob, PRL_UINT32 msecs));

/**
 * PrlJob_Cancel: asks for the end of a running job. The job asked for ends itself, with
 * PRL_ERR_OPERATION_WAS_CANCELED or a code like it; not every operation can be stopped.
 *
 * @hJob  PHT_JOB
 *
 * Job:    PJOC_JOB_CANCEL; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlJob_Cancel, (PRL_HANDLE hJob));

/**
 * PrlJob_GetStatus: state of a job: running or finished.
 *
 * @hJob    PHT_JOB
 * @status  [out] a PRL_JOB_STATUS value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlJob_GetStatus,
    (PRL_HANDLE hJob, PRL_JOB_STATUS_PTR status));

/**
 * PrlJob_GetProgress: how far a job is.
 *
 * @hJob        PHT_JOB
 * @percentage  [out] percent, 0 to 100
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlJob_GetProgress,
    (PRL_HANDLE hJob, PRL_UINT32_PTR percentage));

/**
 * PrlJob_GetRetCode: result code of a job, PRL_ERR_UNINITIALIZED as long as it runs.
 *
 * @hJob     PHT_JOB
 * @retcode  [out] a PRL_RESULT
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlJob_GetRetCode, (PRL_HANDLE hJob, PRL_RESULT_PTR retcode));

/**
 * PrlJob_GetDataPtr: untyped data of a job; there is none: PRL_ERR_UNIMPLEMENTED.
 *
 * @hJob       PHT_JOB
 * @data_ptr   [out] nothing is stored
 * @data_size  [out] nothing is stored
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlJob_GetDataPtr,
    (PRL_HANDLE hJob, PRL_VOID_PTR data_ptr, PRL_UINT32_PTR data_size));

/**
 * PrlJob_GetResult: what a finished job brought: a new object each time, also when it is
 * empty. PRL_ERR_OPERATION_PENDING while the job runs.
 *
 * @hJob    PHT_JOB
 * @handle  [out] new reference to a PHT_RESULT
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlJob_GetResult, (PRL_HANDLE hJob, PRL_HANDLE_PTR handle));

/**
 * PrlJob_GetError: the event that explains the failure of a job: code, texts and parameters.
 * PRL_ERR_NO_DATA while it runs and if it succeeded.
 *
 * @hJob     PHT_JOB
 * @phError  [out] new reference to a PHT_EVENT
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlJob_GetError, (PRL_HANDLE hJob, PRL_HANDLE_PTR phError));

/**
 * PrlJob_GetOpCode: which operation a job performs (PJOC_*).
 *
 * @hJob      PHT_JOB
 * @pnOpCode  [out] a PRL_JOB_OPERATION_CODE value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlJob_GetOpCode,
    (PRL_HANDLE hJob, PRL_JOB_OPERATION_CODE_PTR pnOpCode));

/**
 * PrlJob_IsRequestWasSent: tells whether the request of a job has left for the service.
 *
 * @hJob                PHT_JOB
 * @pbIsRequestWasSent  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlJob_IsRequestWasSent,
    (PRL_HANDLE hJob, PRL_BOOL_PTR pbIsRequestWasSent));

/*
 * What a job brought (PHT_RESULT)
 */

/**
 * PrlResult_GetParamsCount: number of parameters in a result.
 *
 * @hResult  PHT_RESULT
 * @pCount   [out] number of them
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlResult_GetParamsCount,
    (PRL_HANDLE hResult, PRL_UINT32_PTR pCount));

/**
 * PrlResult_GetParamByIndex: a parameter of a result that is an object.
 *
 * @hResult  PHT_RESULT
 * @nIndex   position, from 0
 * @phParam  [out] new reference, free with PrlHandle_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlResult_GetParamByIndex,
    (PRL_HANDLE hResult, PRL_UINT32 nIndex, PRL_HANDLE_PTR phParam));

/**
 * PrlResult_GetParam: the first parameter of a result that is an object.
 *
 * @hResult  PHT_RESULT
 * @pHandle  [out] new reference, free with PrlHandle_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlResult_GetParam,
    (PRL_HANDLE hResult, PRL_HANDLE_PTR pHandle));

/**
 * PrlResult_GetParamByIndexAsString: a parameter of a result that is text.
 *
 * @hResult         PHT_RESULT
 * @nIndex          position, from 0
 * @sParamBuf       [out] text buffer, or NULL to ask for the length
 * @pnParamBufSize  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlResult_GetParamByIndexAsString,
    (PRL_HANDLE hResult, PRL_UINT32 nIndex, PRL_STR sParamBuf, PRL_UINT32_PTR pnParamBufSize));

/**
 * PrlResult_GetParamAsString: the first parameter of a result that is text.
 *
 * @hResult         PHT_RESULT
 * @sParamBuf       [out] text buffer, or NULL to ask for the length
 * @pnParamBufSize  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlResult_GetParamAsString,
    (PRL_HANDLE hResult, PRL_STR sParamBuf, PRL_UINT32_PTR pnParamBufSize));

/*
 * Events (PHT_EVENT)
 */

/**
 * PrlEvent_GetType: what happened (PET_*).
 *
 * @hEvent  PHT_EVENT
 * @type    [out] a PRL_EVENT_TYPE value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetType,
    (PRL_HANDLE hEvent, PRL_EVENT_TYPE_PTR type));

/**
 * PrlEvent_GetDataPtr: the event as XML text.
 *
 * @hEvent    PHT_EVENT
 * @data_ptr  [out] allocated text; release it with PrlBuffer_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetDataPtr,
    (PRL_HANDLE hEvent, PRL_VOID_PTR_PTR data_ptr));

/**
 * PrlEvent_GetServer: the server object an event came through.
 *
 * @hEvent  PHT_EVENT
 * @server  [out] new reference to a PHT_SERVER
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetServer,
    (PRL_HANDLE hEvent, PRL_HANDLE_PTR server));

/**
 * PrlEvent_GetVm: the machine an event is about, found by its uuid.
 *
 * @hEvent  PHT_EVENT
 * @pVm     [out] new reference to a PHT_VIRTUAL_MACHINE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetVm, (PRL_HANDLE hEvent, PRL_HANDLE_PTR pVm));

/**
 * PrlEvent_GetJob: the job an event belongs to.
 *
 * @hEvent  PHT_EVENT
 * @pJob    [out] new reference to a PHT_JOB
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetJob, (PRL_HANDLE hEvent, PRL_HANDLE_PTR pJob));

/**
 * PrlEvent_GetParamsCount: number of parameters of an event.
 *
 * @hEvent         PHT_EVENT
 * @pnParamsCount  [out] number of them
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetParamsCount,
    (PRL_HANDLE hEvent, PRL_UINT32_PTR pnParamsCount));

/**
 * PrlEvent_GetParam: a parameter of an event by position.
 *
 * @hEvent        PHT_EVENT
 * @nIndex        position, from 0
 * @phEventParam  [out] new reference to a PHT_EVENT_PARAMETER
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetParam,
    (PRL_HANDLE hEvent, PRL_UINT32 nIndex, PRL_HANDLE_PTR phEventParam));

/**
 * PrlEvent_GetParamByName: a parameter of an event by name.
 *
 * @hEvent        PHT_EVENT
 * @sParamName    name of the parameter, exact
 * @phEventParam  [out] new reference to a PHT_EVENT_PARAMETER
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetParamByName,
    (PRL_HANDLE hEvent, PRL_CONST_STR sParamName, PRL_HANDLE_PTR phEventParam));

/**
 * PrlEvent_GetErrCode: result code an event carries: of a failure, a question or an answer.
 *
 * @hEvent     PHT_EVENT
 * @pnErrCode  [out] a PRL_RESULT
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetErrCode,
    (PRL_HANDLE hEvent, PRL_RESULT_PTR pnErrCode));

/**
 * PrlEvent_GetErrString: text for the result code of an event, with its parameters put in.
 *
 * @hEvent                PHT_EVENT
 * @bIsBriefMessage       PRL_TRUE for the short text, PRL_FALSE for the long one
 * @bFormated             PRL_TRUE if markup is welcome
 * @sErrString            [out] text buffer, or NULL to ask for the length
 * @pnErrStringBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetErrString,
    (PRL_HANDLE hEvent, PRL_BOOL bIsBriefMessage, PRL_BOOL bFormated, PRL_STR sErrString,
     PRL_UINT32_PTR pnErrStringBufLength));

/**
 * PrlEvent_CanBeIgnored: tells whether a person may be offered to pass over the event.
 *
 * @hEvent          PHT_EVENT
 * @pbCanBeIgnored  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_CanBeIgnored,
    (PRL_HANDLE hEvent, PRL_BOOL_PTR pbCanBeIgnored));

/**
 * PrlEvent_IsAnswerRequired: tells whether the event is a question that waits for an answer.
 *
 * @hEvent              PHT_EVENT
 * @pbIsAnswerRequired  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_IsAnswerRequired,
    (PRL_HANDLE hEvent, PRL_BOOL_PTR pbIsAnswerRequired));

/**
 * PrlEvent_GetIssuerType: what kind of sender an event has.
 *
 * @hEvent        PHT_EVENT
 * @pnIssuerType  [out] a PRL_EVENT_ISSUER_TYPE value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetIssuerType,
    (PRL_HANDLE hEvent, PRL_EVENT_ISSUER_TYPE_PTR pnIssuerType));

/**
 * PrlEvent_GetIssuerId: uuid of the sender of an event, of the machine for most.
 *
 * @hEvent               PHT_EVENT
 * @sIssuerId            [out] text buffer, or NULL to ask for the length
 * @pnIssuerIdBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_GetIssuerId,
    (PRL_HANDLE hEvent, PRL_STR sIssuerId, PRL_UINT32_PTR pnIssuerIdBufLength));

/**
 * PrlEvent_CreateAnswerEvent: makes the answer to a question, for PrlSrv_SendAnswer.
 *
 * @hEvent   PHT_EVENT
 * @phEvent  [out] new reference to a PHT_EVENT
 * @nAnswer  PET_ANSWER_*
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_CreateAnswerEvent,
    (PRL_HANDLE hEvent, PRL_HANDLE_PTR phEvent, PRL_RESULT nAnswer));

/**
 * PrlEvent_FromString: replaces the content of an event by XML text.
 *
 * @hEvent  PHT_EVENT
 * @sEvent  XML text
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvent_FromString,
    (PRL_HANDLE hEvent, PRL_CONST_STR sEvent));

/*
 * Parameters of an event (PHT_EVENT_PARAMETER)
 */

/**
 * PrlEvtPrm_GetName: name of a parameter.
 *
 * @hEventParam           PHT_EVENT_PARAMETER
 * @sParamName            [out] text buffer, or NULL to ask for the length
 * @pnParamNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvtPrm_GetName,
    (PRL_HANDLE hEventParam, PRL_STR sParamName, PRL_UINT32_PTR pnParamNameBufLength));

/**
 * PrlEvtPrm_GetType: type of the value of a parameter.
 *
 * @hEventParam  PHT_EVENT_PARAMETER
 * @pnParamType  [out] a PRL_PARAM_FIELD_DATA_TYPE value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvtPrm_GetType,
    (PRL_HANDLE hEventParam, PRL_PARAM_FIELD_DATA_TYPE_PTR pnParamType));

/**
 * PrlEvtPrm_ToString: value of a parameter as text, whatever its type.
 *
 * @hEventParam            PHT_EVENT_PARAMETER
 * @sParamValue            [out] text buffer, or NULL to ask for the length
 * @pnParamValueBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvtPrm_ToString,
    (PRL_HANDLE hEventParam, PRL_STR sParamValue, PRL_UINT32_PTR pnParamValueBufLength));

/**
 * PrlEvtPrm_ToCData: value of a parameter of type PFD_CDATA: longer text.
 *
 * @hEventParam            PHT_EVENT_PARAMETER
 * @sParamValue            [out] text buffer, or NULL to ask for the length
 * @pnParamValueBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvtPrm_ToCData,
    (PRL_HANDLE hEventParam, PRL_STR sParamValue, PRL_UINT32_PTR pnParamValueBufLength));

/**
 * PrlEvtPrm_ToUint32: value of a parameter as a number.
 *
 * @hEventParam   PHT_EVENT_PARAMETER
 * @pnParamValue  [out] the value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvtPrm_ToUint32,
    (PRL_HANDLE hEventParam, PRL_UINT32_PTR pnParamValue));

/**
 * PrlEvtPrm_ToInt32: value of a parameter as a number.
 *
 * @hEventParam   PHT_EVENT_PARAMETER
 * @pnParamValue  [out] the value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvtPrm_ToInt32,
    (PRL_HANDLE hEventParam, PRL_INT32_PTR pnParamValue));

/**
 * PrlEvtPrm_ToUint64: value of a parameter as a number.
 *
 * @hEventParam   PHT_EVENT_PARAMETER
 * @pnParamValue  [out] the value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlEvtPrm_ToUint64,
    (PRL_HANDLE hEventParam, PRL_UINT64_PTR pnParamValue));

/**
 * PrlEvtPrm_ToInt64: value of a parameter as a number.
 *
 * @hEventParam   PHT_EVENT_PARAMETER
 * @pnParamValue  [out] the value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlEvtPrm_ToInt64,
    (PRL_HANDLE hEventParam, PRL_INT64_PTR pnParamValue));

/**
 * PrlEvtPrm_ToBoolean: value of a parameter as yes or no.
 *
 * @hEventParam   PHT_EVENT_PARAMETER
 * @pbParamValue  [out] PRL_TRUE or PRL_FALSE
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvtPrm_ToBoolean,
    (PRL_HANDLE hEventParam, PRL_BOOL_PTR pbParamValue));

/**
 * PrlEvtPrm_ToHandle: value of a parameter as an object, for parameters that hold one.
 *
 * @hEventParam   PHT_EVENT_PARAMETER
 * @phParamValue  [out] new reference, free with PrlHandle_Free
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlEvtPrm_ToHandle,
    (PRL_HANDLE hEventParam, PRL_HANDLE_PTR phParamValue));

/**
 * PrlEvtPrm_GetBuffer: value of a parameter as bytes, without a final NUL.
 *
 * @hEventParam            PHT_EVENT_PARAMETER
 * @pParamValue            [out] buffer, or NULL to ask for the length
 * @pnParamValueBufLength  [in,out] bytes of the buffer; becomes the bytes there are
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_2, PrlEvtPrm_GetBuffer,
    (PRL_HANDLE hEventParam, PRL_VOID_PTR pParamValue, PRL_UINT32_PTR pnParamValueBufLength));

/*
 * Problem reports (PHT_PROBLEM_REPORT)
 */

/**
 * PrlReport_SetUserName: sets the name of the reporter.
 *
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @sNewUserName    the text, UTF-8
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_SetUserName,
    (PRL_HANDLE hProblemReport, PRL_CONST_STR sNewUserName));

/**
 * PrlReport_GetUserName: name of the reporter.
 *
 * @hProblemReport       PHT_PROBLEM_REPORT
 * @sUserName            [out] text buffer, or NULL to ask for the length
 * @pnUserNameBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_GetUserName,
    (PRL_HANDLE hProblemReport, PRL_STR sUserName, PRL_UINT32_PTR pnUserNameBufLength));

/**
 * PrlReport_SetUserEmail: sets the mail address of the reporter.
 *
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @sNewUserEmail   the text, UTF-8
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_SetUserEmail,
    (PRL_HANDLE hProblemReport, PRL_CONST_STR sNewUserEmail));

/**
 * PrlReport_GetUserEmail: mail address of the reporter.
 *
 * @hProblemReport        PHT_PROBLEM_REPORT
 * @sUserEmail            [out] text buffer, or NULL to ask for the length
 * @pnUserEmailBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_GetUserEmail,
    (PRL_HANDLE hProblemReport, PRL_STR sUserEmail, PRL_UINT32_PTR pnUserEmailBufLength));

/**
 * PrlReport_SetDescription: sets the reporter's words about the problem.
 *
 * @hProblemReport   PHT_PROBLEM_REPORT
 * @sNewDescription  the text, UTF-8
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_SetDescription,
    (PRL_HANDLE hProblemReport, PRL_CONST_STR sNewDescription));

/**
 * PrlReport_GetDescription: the reporter's words about the problem.
 *
 * @hProblemReport          PHT_PROBLEM_REPORT
 * @sDescription            [out] text buffer, or NULL to ask for the length
 * @pnDescriptionBufLength  [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_GetDescription,
    (PRL_HANDLE hProblemReport, PRL_STR sDescription, PRL_UINT32_PTR pnDescriptionBufLength));

/**
 * PrlReport_SetType: sets what set off the report.
 *
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @nReportType     a PRL_PROBLEM_REPORT_TYPE value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_SetType,
    (PRL_HANDLE hProblemReport, PRL_PROBLEM_REPORT_TYPE nReportType));

/**
 * PrlReport_GetType: what set off the report.
 *
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @pnReportType    [out] a PRL_PROBLEM_REPORT_TYPE value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_GetType,
    (PRL_HANDLE hProblemReport, PRL_PROBLEM_REPORT_TYPE_PTR pnReportType));

/**
 * PrlReport_SetReason: sets what the reporter says is wrong.
 *
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @nReportReason   a PRL_PROBLEM_REPORT_REASON value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_SetReason,
    (PRL_HANDLE hProblemReport, PRL_PROBLEM_REPORT_REASON nReportReason));

/**
 * PrlReport_GetReason: what the reporter says is wrong.
 *
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @pnReportReason  [out] a PRL_PROBLEM_REPORT_REASON value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_GetReason,
    (PRL_HANDLE hProblemReport, PRL_PROBLEM_REPORT_REASON_PTR pnReportReason));

/**
 * PrlReport_GetScheme: format of the report.
 *
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @pnReportScheme  [out] a PRL_PROBLEM_REPORT_SCHEME value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_GetScheme,
    (PRL_HANDLE hProblemReport, PRL_PROBLEM_REPORT_SCHEME_PTR pnReportScheme));

/**
 * PrlReport_GetArchiveFileName: path of the archive of the report.
 *
 * @hProblemReport    PHT_PROBLEM_REPORT
 * @sArchiveFileName  [out] text buffer, or NULL to ask for the length
 * @pnBufLength       [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_GetArchiveFileName,
    (PRL_HANDLE hProblemReport, PRL_STR sArchiveFileName, PRL_UINT32_PTR pnBufLength));

/**
 * PrlReport_GetData: the packed report as bytes.
 *
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @pBuffer         [out] a PRL_VOID
 * @pnBufLength     [in,out] bytes of the buffer; becomes the bytes there are
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_GetData,
    (PRL_HANDLE hProblemReport, PRL_VOID_PTR pBuffer, PRL_UINT32_PTR pnBufLength));

/**
 * PrlReport_AsString: the report as text.
 *
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @sBuffer         [out] text buffer, or NULL to ask for the length
 * @pnBufLength     [in,out] bytes of the buffer; becomes the length with its NUL
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_AsString,
    (PRL_HANDLE hProblemReport, PRL_STR sBuffer, PRL_UINT32_PTR pnBufLength));

/**
 * PrlReport_Assembly: collects the parts of the report.
 *
 * @hProblemReport  PHT_PROBLEM_REPORT
 * @nFlags          0
 *
 * Job:    PJOC_REPORT_ASSEMBLY; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_Assembly,
    (PRL_HANDLE hProblemReport, PRL_UINT32 nFlags));

/**
 * PrlReport_Send: sends the report to the vendor. This implementation sends nothing anywhere:
 * the job fails with PRL_ERR_UNIMPLEMENTED.
 *
 * @hProblemReport       PHT_PROBLEM_REPORT
 * @bUseProxy            PRL_TRUE or PRL_FALSE
 * @sProxyHost           name or address of the proxy
 * @nProxyPort           port of the proxy
 * @sProxyUserLogin      user of the proxy
 * @sProxyUserPasswd     password for the proxy; never logged
 * @nProblemSendTimeout  milliseconds
 * @nReserved            0
 * @handler              called on the notification thread of the server object
 * @pUserData            given to the handler
 *
 * Job:    PJOC_API_SEND_PACKED_PROBLEM_REPORT; result: nothing
 */
PRL_ASYNC_METHOD_DECL(VIRTUOZZO_API_VER_3, PrlReport_Send,
    (PRL_HANDLE hProblemReport, PRL_BOOL bUseProxy, PRL_CONST_STR sProxyHost,
     PRL_UINT32 nProxyPort, PRL_CONST_STR sProxyUserLogin, PRL_CONST_STR sProxyUserPasswd,
     PRL_UINT32 nProblemSendTimeout, PRL_UINT32 nReserved, PRL_EVENT_HANDLER_PTR handler,
     PRL_VOID_PTR pUserData));

/*
 * For messages and tests
 */

/**
 * PrlDbg_GetHandlesNum: counts live handles of one type; PHT_ERROR counts all.
 *
 * @handles_num  [out] the value
 * @type         a PRL_HANDLE_TYPE value
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDbg_GetHandlesNum,
    (PRL_UINT32_PTR handles_num, PRL_HANDLE_TYPE type));

/**
 * PrlDbg_PrlResultToString: name of a result code's constant. Static text, a fixed one for an
 * unknown value; works before PrlApi_Init.
 *
 * @value   a result code
 * @result  a PRL_STR
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDbg_PrlResultToString,
    (PRL_RESULT value, PRL_CONST_STR_PTR result));

/**
 * PrlDbg_HandleTypeToString: name of a handle type's constant. Static text, a fixed one for an
 * unknown value; works before PrlApi_Init.
 *
 * @handle_type  a PRL_HANDLE_TYPE value
 * @result       a PRL_STR
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDbg_HandleTypeToString,
    (PRL_HANDLE_TYPE handle_type, PRL_CONST_STR_PTR result));

/**
 * PrlDbg_EventTypeToString: name of an event type's constant. Static text, a fixed one for an
 * unknown value; works before PrlApi_Init.
 *
 * @event_type  a PRL_EVENT_TYPE value
 * @result      a PRL_STR
 */
PRL_METHOD_DECL(VIRTUOZZO_API_VER_1, PrlDbg_EventTypeToString,
    (PRL_EVENT_TYPE event_type, PRL_CONST_STR_PTR result));

/*
 * Names of values as text, for messages and logs; never NULL. With DYN_API_WRAP
 * helpers/SdkWrap/SdkWrap.h has these three. Bindings call the PrlDbg_ functions.
 */

#ifndef DYN_API_WRAP

static inline const char *
prl_result_to_string(PRL_RESULT value)
{
    PRL_CONST_STR text = "unknown result";

    (void)PrlDbg_PrlResultToString(value, &text);
    return text;
}

static inline const char *
handle_type_to_string(PRL_HANDLE_TYPE value)
{
    PRL_CONST_STR text = "unknown handle type";

    (void)PrlDbg_HandleTypeToString(value, &text);
    return text;
}

static inline const char *
event_type_to_string(PRL_EVENT_TYPE value)
{
    PRL_CONST_STR text = "unknown event type";

    (void)PrlDbg_EventTypeToString(value, &text);
    return text;
}

#endif /* DYN_API_WRAP */

#ifdef __cplusplus
}
#endif

#endif /* PRL_API_CORE_H */
