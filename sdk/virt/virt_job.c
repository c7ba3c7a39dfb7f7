/* SPDX-License-Identifier: MIT */
/* Jobs of the SDK, waited for. */
#include <stdlib.h>
#include <string.h>

#include "virt.h"

/*
 * No operation of the service takes this long without progress: it ends or cancels it by its own deadlines. This one is for a service that is stopped
 * or stuck, so that no call of a program hangs for good.
 */
#define JOB_MS (60 * 60 * 1000)

void
prl_free(PRL_HANDLE h)
{
    PrlHandle_Free(h);
}

char *
virt_text(virt_getter get, PRL_HANDLE h)
{
    char usual[256];
    PRL_UINT32 n = sizeof usual;

    usual[0] = '\0';
    if (PRL_SUCCEEDED(get(h, usual, &n)))
        return strdup(usual);
    for (;;) { /* the text may grow between the two calls */
        PRL_UINT32 len = 0, room;
        char *text;
        PRL_RESULT rc = get(h, NULL, &len);

        if (PRL_FAILED(rc) || !(text = malloc(len ? len : 1)))
            return NULL;
        text[0] = '\0';
        room = len;
        rc = len ? get(h, text, &len) : PRL_ERR_SUCCESS;
        if (PRL_SUCCEEDED(rc))
            return text;
        free(text);
        if (rc != PRL_ERR_BUFFER_OVERRUN || len <= room)
            return NULL;
    }
}

static PRL_RESULT PRL_CALL
param_text(PRL_HANDLE param, PRL_STR text, PRL_UINT32_PTR len)
{
    return PrlEvtPrm_ToString(param, text, len);
}

/* The cause that the job's error event carries, or NULL. */
static char *
details_of(PRL_HANDLE job)
{
    AUTO(prl_free) PRL_HANDLE event = PRL_INVALID_HANDLE;
    AUTO(prl_free) PRL_HANDLE param = PRL_INVALID_HANDLE;
    char *text;

    if (PRL_FAILED(PrlJob_GetError(job, &event)) || PRL_FAILED(PrlEvent_GetParamByName(event, "Details", &param)))
        return NULL;
    text = virt_text(param_text, param);
    if (text && !text[0]) {
        free(text);
        return NULL;
    }
    return text;
}

PRL_RESULT
virt_job_wait(PRL_HANDLE job, PRL_HANDLE *ret_result, char **ret_details)
{
    AUTO(prl_free) PRL_HANDLE held = job;
    PRL_RESULT code = PRL_ERR_FAILURE;
    PRL_RESULT rc = PrlJob_Wait(job, JOB_MS);

    if (PRL_FAILED(rc))
        return rc;
    rc = PrlJob_GetRetCode(job, &code);
    if (PRL_FAILED(rc))
        return rc;
    if (PRL_FAILED(code)) {
        if (ret_details)
            *ret_details = details_of(job);
        return code;
    }
    return ret_result ? PrlJob_GetResult(job, ret_result) : PRL_ERR_SUCCESS;
}

bool
virt_job(virConnectPtr conn, virDomainPtr dom, PRL_HANDLE job, const char *what, PRL_HANDLE *ret_result)
{
    AUTO(cleanup_free) char *details = NULL;
    PRL_RESULT rc = virt_job_wait(job, ret_result, &details);

    if (PRL_FAILED(rc))
        virt_raise_prl(conn, dom, rc, details, what);
    return PRL_SUCCEEDED(rc);
}

bool
virt_command(virDomainPtr d, const char *name, const char *const args[], char **ret_answer)
{
    AUTO(prl_free) PRL_HANDLE list = PRL_INVALID_HANDLE;
    AUTO(prl_free) PRL_HANDLE result = PRL_INVALID_HANDLE;
    PRL_RESULT rc = PrlApi_CreateStringsList(&list);

    for (; PRL_SUCCEEDED(rc) && args && *args; args++)
        rc = PrlStrList_AddItem(list, *args);
    if (PRL_FAILED(rc)) {
        virt_raise_prl(d->conn, d, rc, NULL, d->name);
        return false;
    }
    if (!virt_job(d->conn, d, PrlVm_InternalCommand(d->vm, name, list), d->name, &result))
        return false;
    if (ret_answer)
        *ret_answer = virt_text(PrlResult_GetParamAsString, result);
    return true;
}

unsigned long long
virt_answer(const char *text, const char *name)
{
    size_t len = strlen(name);

    for (const char *p = text; p && *p; p = strchr(p, '\n'), p = p ? p + 1 : NULL)
        if (strncmp(p, name, len) == 0 && p[len] == '=')
            return strtoull(p + len + 1, NULL, 10);
    return 0;
}
