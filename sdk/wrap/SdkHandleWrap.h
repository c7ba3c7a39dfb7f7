/* SPDX-License-Identifier: MIT */
/*
 * SdkHandleWrap.h: a C++ class that owns one reference to a handle.
 *
 *     SdkHandleWrap job(PrlVm_Start(vm));
 *     SdkHandleWrap result;
 *     PrlJob_GetResult(job, result.GetHandlePtr());
 *
 * Constructing or assigning from a PRL_HANDLE takes the reference over; copying adds one.
 * The object itself may be used by one thread at a time.
 */

#ifndef SDK_HANDLE_WRAP_H
#define SDK_HANDLE_WRAP_H

#ifdef DYN_API_WRAP
#include "SdkWrap.h"
#elif !defined(__has_include)
#include "../../Virtuozzo.h"
#elif __has_include("../../Virtuozzo.h")
#include "../../Virtuozzo.h"
#elif __has_include(<prlsdk/Virtuozzo.h>)
#include <prlsdk/Virtuozzo.h>
#else
#include <Virtuozzo.h>
#endif

#ifdef __cplusplus

class SdkHandleWrap {
public:
    SdkHandleWrap(PRL_HANDLE handle = PRL_INVALID_HANDLE) : m_handle(handle) {}

    SdkHandleWrap(const SdkHandleWrap &other) : m_handle(other.m_handle)
    {
        if (m_handle != PRL_INVALID_HANDLE)
            PrlHandle_AddRef(m_handle);
    }

    ~SdkHandleWrap() { reset(); }

    SdkHandleWrap &operator=(const SdkHandleWrap &other)
    {
        SdkHandleWrap copy(other);
        PRL_HANDLE mine = m_handle;

        m_handle = copy.m_handle;
        copy.m_handle = mine;
        return *this;
    }

    SdkHandleWrap &operator=(PRL_HANDLE handle)
    {
        reset(handle);
        return *this;
    }

    /* Gives the reference up and takes over another. Its own handle again is left alone. */
    void reset(PRL_HANDLE handle = PRL_INVALID_HANDLE)
    {
        if (m_handle != PRL_INVALID_HANDLE && m_handle != handle)
            PrlHandle_Free(m_handle);
        m_handle = handle;
    }

    /* Hands the reference to the caller. */
    PRL_HANDLE release()
    {
        PRL_HANDLE handle = m_handle;

        m_handle = PRL_INVALID_HANDLE;
        return handle;
    }

    /* For [out] parameters: gives the present reference up first. */
    PRL_HANDLE_PTR GetHandlePtr()
    {
        reset();
        return &m_handle;
    }

    PRL_HANDLE GetHandle() const { return m_handle; }
    PRL_HANDLE get() const { return m_handle; }
    bool valid() const { return m_handle != PRL_INVALID_HANDLE; }
    operator PRL_HANDLE() const { return m_handle; }

    PRL_HANDLE_TYPE GetHandleType() const
    {
        PRL_HANDLE_TYPE type = PHT_ERROR;

        if (m_handle != PRL_INVALID_HANDLE)
            PrlHandle_GetType(m_handle, &type);
        return type;
    }

private:
    PRL_HANDLE m_handle;
};

#endif /* __cplusplus */

#endif /* SDK_HANDLE_WRAP_H */
