/* SPDX-License-Identifier: MIT */
/* PrlEvent_*: what an event says, its parameters, answers to questions (semantics 3.2). */
#include <stdio.h>
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "core/entry.h"
#include "core/errors.h"
#include "core/event.h"
#include "core/srv_obj.h"
#include "model/event_xml.h"
#include "public.h"

static void
head_free(struct event_head *h)
{
    event_head_free(h);
}

/* Enters, resolves and reads the header into `head`. */
#define ENTER_HEAD(h_, ret_)                                                                       \
    struct event_head head __attribute__((cleanup(head_free))) = { .issuer_id = NULL };            \
    ENTER();                                                                                       \
    RESOLVE(struct event, e, h_, PHT_EVENT);                                                       \
    REQUIRE(ret_);                                                                                 \
    if (!event_head(e, &head))                                                                     \
    return PRL_ERR_OUT_OF_MEMORY

/* ---- header ---- */

PRL_METHOD(PrlEvent_GetType)(PRL_HANDLE h, PRL_EVENT_TYPE_PTR ret)
{
    ENTER_HEAD(h, ret);
    /* The XML of a job's error says PET_DSP_EVT_ERROR_MESSAGE; the call never did. */
    *ret = e->is_of_job ? PET_VM_INF_UNINITIALIZED_EVENT_CODE : head.type;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlEvent_GetErrCode)(PRL_HANDLE h, PRL_RESULT_PTR ret)
{
    ENTER_HEAD(h, ret);
    *ret = head.code;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlEvent_GetIssuerType)(PRL_HANDLE h, PRL_EVENT_ISSUER_TYPE_PTR ret)
{
    ENTER_HEAD(h, ret);
    *ret = head.issuer_type;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlEvent_GetIssuerId)(PRL_HANDLE h, PRL_STR buf, PRL_UINT32_PTR len)
{
    ENTER_HEAD(h, len);
    return entry_text_out(head.issuer_id, buf, len);
}

PRL_METHOD(PrlEvent_IsAnswerRequired)(PRL_HANDLE h, PRL_BOOL_PTR ret)
{
    ENTER_HEAD(h, ret);
    *ret = head.need_response;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlEvent_CanBeIgnored)(PRL_HANDLE h, PRL_BOOL_PTR ret)
{
    ENTER_HEAD(h, ret);
    const struct error_text *t = errors_find(head.code);

    *ret = t && t->is_ignorable;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlEvent_GetErrString)(PRL_HANDLE h, PRL_BOOL is_brief, PRL_BOOL is_formatted, PRL_STR buf, PRL_UINT32_PTR len)
{
    AUTO(cleanup_free) char *text = NULL;

    ENTER();
    RESOLVE(struct event, e, h, PHT_EVENT);
    REQUIRE(len);
    const PRL_RESULT r = event_message(e, is_brief, is_formatted, &text);

    return PRL_FAILED(r) ? r : entry_text_out(text, buf, len);
}

/* ---- what it is about ---- */

PRL_METHOD(PrlEvent_GetServer)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    ENTER();
    RESOLVE(struct event, e, h, PHT_EVENT);
    REQUIRE(ret);
    struct srv_obj *srv = srv_link_get(e->link);
    OBJECT_SCOPE(srv ? &srv->obj : NULL);

    return srv ? handle_give(&srv->obj, ret) : PRL_ERR_INVALID_HANDLE;
}

PRL_METHOD(PrlEvent_GetVm)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    ENTER_HEAD(h, ret);
    struct srv_obj *srv = srv_link_get(e->link);
    OBJECT_SCOPE(srv ? &srv->obj : NULL);
    struct vm_obj *vm = srv ? srv_obj_find_vm(srv, head.issuer_id) : NULL;
    OBJECT_SCOPE(vm ? &vm->cfg.obj : NULL);

    return vm ? handle_give(&vm->cfg.obj, ret) : PRL_ERR_INVALID_HANDLE;
}

/* No event is tied to a job here. */
PRL_METHOD(PrlEvent_GetJob)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    ENTER();
    RESOLVE(struct event, e, h, PHT_EVENT);
    REQUIRE(ret);
    return PRL_ERR_UNINITIALIZED;
}

/* ---- parameters ---- */

PRL_METHOD(PrlEvent_GetParamsCount)(PRL_HANDLE h, PRL_UINT32_PTR ret)
{
    ENTER();
    RESOLVE(struct event, e, h, PHT_EVENT);
    REQUIRE(ret);
    return event_param_count(e, ret);
}

static PRL_RESULT
give_param(struct event *e, PRL_UINT32 i, const char *name, PRL_HANDLE_PTR ret)
{
    struct config_obj *param = NULL;
    PRL_RESULT r = event_param(e, i, name, &param);
    OBJECT_SCOPE(param ? &param->obj : NULL);

    return PRL_FAILED(r) ? r : handle_give(&param->obj, ret);
}

PRL_METHOD(PrlEvent_GetParam)(PRL_HANDLE h, PRL_UINT32 i, PRL_HANDLE_PTR ret)
{
    ENTER();
    RESOLVE(struct event, e, h, PHT_EVENT);
    REQUIRE(ret);
    return give_param(e, i, NULL, ret);
}

PRL_METHOD(PrlEvent_GetParamByName)(PRL_HANDLE h, PRL_CONST_STR name, PRL_HANDLE_PTR ret)
{
    ENTER();
    RESOLVE(struct event, e, h, PHT_EVENT);
    REQUIRE(name);
    REQUIRE(ret);
    return give_param(e, 0, name, ret);
}

/* ---- text form ---- */

PRL_METHOD(PrlEvent_GetDataPtr)(PRL_HANDLE h, PRL_VOID_PTR_PTR ret)
{
    ENTER();
    RESOLVE(struct event, e, h, PHT_EVENT);
    REQUIRE(ret);
    struct doc *doc = event_doc(e);
    char *text;
    size_t len;
    const PRL_RESULT r = doc ? doc_text(doc, &text, &len) : PRL_ERR_OUT_OF_MEMORY;

    if (PRL_SUCCEEDED(r))
        *ret = text;
    return r;
}

PRL_METHOD(PrlEvent_FromString)(PRL_HANDLE h, PRL_CONST_STR text)
{
    ENTER();
    RESOLVE(struct event, e, h, PHT_EVENT);
    REQUIRE(text);
    struct doc *doc = event_doc(e);
    char *copy = str_dup(text);

    if (!doc || !copy) {
        cleanup_free(copy);
        return PRL_ERR_OUT_OF_MEMORY;
    }
    return PRL_FAILED(doc_replace_text(doc, copy, strlen(text))) ? PRL_ERR_INVALID_ARG : PRL_ERR_SUCCESS;
}

/* ---- made by the program ---- */

static PRL_RESULT
give_event(struct event *e, PRL_HANDLE_PTR ret)
{
    AUTO(object_unref) struct object *obj = e ? &e->obj : NULL;

    return e ? handle_give(obj, ret) : PRL_ERR_OUT_OF_MEMORY;
}

static bool
put_answer(xmlNodePtr root, const char *vm_uuid, PRL_RESULT answer)
{
    char number[16];

    snprintf(number, sizeof number, "%u", (unsigned)answer);
    return event_xml_add(root, "vm_uuid", EVENT_STRING, vm_uuid) &&
           event_xml_add(root, "vm_message_choice_0", EVENT_UINT, number);
}

/* The answer names the question by its request id. */
static struct event *
answer_to(struct srv_link *link, PRL_EVENT_ISSUER_TYPE issuer_type, const char *issuer_id, const char *request, PRL_RESULT answer)
{
    struct event *e = event_of_type(link, PET_DSP_EVT_VM_QUESTION, PET_DSP_EVT_VM_QUESTION, issuer_type, issuer_id);
    struct doc *doc = e ? event_doc(e) : NULL;
    xmlDocPtr tree = doc ? doc_lock(doc) : NULL;
    bool ok;

    if (!tree) {
        object_unref(e ? &e->obj : NULL);
        return NULL;
    }
    ok = put_answer(xmlDocGetRootElement(tree), issuer_id, answer) &&
         (!request || xml_set(xmlDocGetRootElement(tree), "EventInitialRequestId", request));
    doc_unlock(doc, true);
    if (ok)
        return e;
    object_unref(&e->obj);
    return NULL;
}

static char *
request_id(struct event *e)
{
    struct doc *doc = event_doc(e);
    xmlDocPtr tree = doc ? doc_lock(doc) : NULL;
    char *id;

    if (!tree)
        return NULL;
    id = xml_get(xmlDocGetRootElement(tree), "EventInitialRequestId");
    doc_unlock(doc, false);
    return id;
}

PRL_METHOD(PrlEvent_CreateAnswerEvent)(PRL_HANDLE h, PRL_HANDLE_PTR ret, PRL_RESULT answer)
{
    ENTER_HEAD(h, ret);
    AUTO(cleanup_free) char *request = request_id(e);

    return give_event(answer_to(e->link, head.issuer_type, head.issuer_id, request, answer), ret);
}

static struct srv_link *
link_of(struct vm_obj *vm)
{
    struct srv_obj *srv = srv_obj_of(&vm->cfg.obj);
    struct srv_link *link = srv ? srv->link : NULL;

    object_unref(srv ? &srv->obj : NULL);
    return link; /* kept by the VM's reference to its server */
}

PRL_METHOD(PrlVm_CreateAnswerEvent)(PRL_HANDLE h, PRL_HANDLE_PTR ret, PRL_RESULT answer)
{
    ENTER();
    RESOLVE(struct vm_obj, vm, h, PHT_VIRTUAL_MACHINE);
    REQUIRE(ret);
    AUTO(cleanup_free) char *uuid = vm_obj_uuid(vm);

    return give_event(uuid ? answer_to(link_of(vm), PIE_VIRTUAL_MACHINE, uuid, NULL, answer) : NULL, ret);
}

PRL_METHOD(PrlVm_CreateEvent)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    ENTER();
    RESOLVE(struct vm_obj, vm, h, PHT_VIRTUAL_MACHINE);
    REQUIRE(ret);
    AUTO(cleanup_free) char *uuid = vm_obj_uuid(vm);

    if (!uuid)
        return PRL_ERR_OUT_OF_MEMORY;
    return give_event(event_of_type(link_of(vm), PET_VM_INF_UNINITIALIZED_EVENT_CODE, PRL_ERR_SUCCESS, PIE_VIRTUAL_MACHINE, uuid), ret);
}
