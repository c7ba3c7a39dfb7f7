/* SPDX-License-Identifier: MIT */
/* PrlEvtPrm_*: one parameter of an event. Conversions never fail (semantics 3.2). */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "core/entry.h"
#include "core/event.h"
#include "core/srv_obj.h"
#include "model/event_xml.h"
#include "model/vm_model.h"
#include "public.h"
#include "row_body.h"

/* ---- reading ---- */

struct param {
    char *name, *value;
    size_t len;
    int type; /* as stored */
};

static void
param_free(struct param *p)
{
    free(p->name);
    free(p->value);
}

static PRL_RESULT
param_read(struct config_obj *o, struct param *ret)
{
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(o, &node);

    if (PRL_FAILED(r))
        return r;
    ret->name = xml_get(node, "Name");
    ret->value = event_xml_value(node, &ret->len);
    ret->type = event_xml_type(node);
    config_obj_unlock(o, false);
    return ret->name && ret->value ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

/* Enters, resolves and reads the parameter into `p`. */
#define ENTER_PARAM(h_, ret_)                                                                      \
    struct param p __attribute__((cleanup(param_free))) = { .name = NULL };                        \
    ENTER();                                                                                       \
    RESOLVE(struct config_obj, o, h_, PHT_EVENT_PARAMETER);                                        \
    REQUIRE(ret_);                                                                                 \
    const PRL_RESULT read_ = param_read(o, &p);                                                    \
    if (PRL_FAILED(read_))                                                                         \
    return read_

/* Text that is no number, or does not fit, gives 0. */
static uint64_t
to_u64(const char *text, uint64_t max)
{
    unsigned long long v;
    char *end;

    if (*text < '0' || *text > '9')
        return 0;
    errno = 0;
    v = strtoull(text, &end, 10);
    return *end || errno || v > max ? 0 : v;
}

static int64_t
to_i64(const char *text, int64_t min, int64_t max)
{
    const char *digits = *text == '-' ? text + 1 : text;
    long long v;
    char *end;

    if (*digits < '0' || *digits > '9')
        return 0;
    errno = 0;
    v = strtoll(text, &end, 10);
    return *end || errno || v < min || v > max ? 0 : v;
}

PRL_METHOD(PrlEvtPrm_GetName)(PRL_HANDLE h, PRL_STR buf, PRL_UINT32_PTR len)
{
    ENTER_PARAM(h, len);
    return entry_text_out(p.name, buf, len);
}

PRL_METHOD(PrlEvtPrm_GetType)(PRL_HANDLE h, PRL_PARAM_FIELD_DATA_TYPE_PTR ret)
{
    static const PRL_PARAM_FIELD_DATA_TYPE reported[] = {
        [EVENT_UINT] = PFD_UINT32,        [EVENT_STRING] = PFD_STRING,         [EVENT_INT] = PFD_INT32,
        [EVENT_CDATA] = PFD_CDATA,        [EVENT_TEXT] = PFD_STRING,           [EVENT_SHOW_NEXT] = PFD_BOOLEAN,
        [EVENT_BOOL] = PFD_BOOLEAN,       [EVENT_VM_CONFIG] = PFD_ENTITY,      [EVENT_LICENSE] = PFD_ENTITY,
        [EVENT_UUID] = PFD_STRING,        [EVENT_RETURN_CODE] = PFD_INT32,     [EVENT_RUNTIME_STATE] = PFD_ENUMERATION,
        [EVENT_KERNEL_STATE] = PFD_ENUMERATION, [EVENT_TOOL_STATE] = PFD_ENUMERATION, [EVENT_ANSWER] = PFD_INT32,
        [EVENT_DEVICE_STATE] = PFD_ENUMERATION, [EVENT_INT64] = PFD_INT64,     [EVENT_UINT64] = PFD_UINT64,
    };

    ENTER_PARAM(h, ret);
    *ret = p.type >= 0 && p.type < (int)ARRAY_LEN(reported) ? reported[p.type] : PFD_UNKNOWN;
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlEvtPrm_ToString)(PRL_HANDLE h, PRL_STR buf, PRL_UINT32_PTR len)
{
    ENTER_PARAM(h, len);
    return entry_text_out(p.value, buf, len);
}

PRL_METHOD(PrlEvtPrm_ToCData)(PRL_HANDLE h, PRL_STR buf, PRL_UINT32_PTR len)
{
    ENTER_PARAM(h, len);
    return entry_text_out(p.value, buf, len);
}

PRL_METHOD(PrlEvtPrm_GetBuffer)(PRL_HANDLE h, PRL_VOID_PTR buf, PRL_UINT32_PTR len)
{
    ENTER_PARAM(h, len);
    return entry_bytes_out(p.value, p.len, buf, len);
}

PRL_METHOD(PrlEvtPrm_ToUint32)(PRL_HANDLE h, PRL_UINT32_PTR ret)
{
    ENTER_PARAM(h, ret);
    /* A negative code read as unsigned keeps its bits. */
    *ret = p.value[0] == '-' ? (PRL_UINT32)to_i64(p.value, INT32_MIN, INT32_MAX) : (PRL_UINT32)to_u64(p.value, UINT32_MAX);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlEvtPrm_ToInt32)(PRL_HANDLE h, PRL_INT32_PTR ret)
{
    ENTER_PARAM(h, ret);
    *ret = (PRL_INT32)to_i64(p.value, INT32_MIN, UINT32_MAX);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlEvtPrm_ToUint64)(PRL_HANDLE h, PRL_UINT64_PTR ret)
{
    ENTER_PARAM(h, ret);
    *ret = to_u64(p.value, UINT64_MAX);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlEvtPrm_ToInt64)(PRL_HANDLE h, PRL_INT64_PTR ret)
{
    ENTER_PARAM(h, ret);
    *ret = to_i64(p.value, INT64_MIN, INT64_MAX);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlEvtPrm_ToBoolean)(PRL_HANDLE h, PRL_BOOL_PTR ret)
{
    ENTER_PARAM(h, ret);
    *ret = to_u64(p.value, UINT32_MAX) != 0; /* "true" is no number: 0 */
    return PRL_ERR_SUCCESS;
}

/* ---- objects, by the parameter's name ---- */

typedef PRL_RESULT make(struct srv_link *link, const struct param *p, PRL_HANDLE_TYPE pht, struct object **ret);

static PRL_RESULT
make_document(struct srv_link *link, const struct param *p, PRL_HANDLE_TYPE pht, struct object **ret)
{
    AUTO(cleanup_free) char *why = NULL;
    xmlDocPtr tree = xml_parse(p->value, p->len, &why);
    AUTO(doc_unref) struct doc *doc = NULL;
    struct config_obj *o;

    if (!tree)
        return err_set(PRL_ERR_INVALID_ARG, "%s: %s", p->name, why ? why : "no memory");
    doc = doc_new_tree(pht, tree);
    o = doc ? config_obj_new(pht, doc, NULL) : NULL;
    if (!o)
        return PRL_ERR_OUT_OF_MEMORY;
    *ret = &o->obj;
    return PRL_ERR_SUCCESS;
}

/* The element of a device, alone or, as PrlVmDev_ToString has it, within a Hardware. */
static PRL_RESULT
make_device(struct srv_link *link, const struct param *p, PRL_HANDLE_TYPE pht, struct object **ret)
{
    AUTO(xmlFreeDoc) xmlDocPtr tree = xml_parse(p->value, p->len, NULL);
    xmlNodePtr device = tree ? xmlDocGetRootElement(tree) : NULL;
    struct config_obj *o;

    if (device && strcmp((const char *)device->name, "Hardware") == 0)
        device = xmlFirstElementChild(device);
    if (device)
        pht = row_device_pht(vm_model_device_type(device));
    if (pht == PHT_ERROR)
        return err_set(PRL_ERR_INVALID_ARG, "%s: no device", p->name);
    o = row_copy_doc(pht, device);
    if (!o)
        return PRL_ERR_OUT_OF_MEMORY;
    *ret = &o->obj;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
make_event(struct srv_link *link, const struct param *p, PRL_HANDLE_TYPE pht, struct object **ret)
{
    struct event *e;
    PRL_RESULT r = link ? event_from_text(link, p->value, &e) : PRL_ERR_INVALID_ARG;

    if (PRL_SUCCEEDED(r))
        *ret = &e->obj;
    return r;
}

/* The VM of that uuid if one lives, else a new object over this configuration. */
static PRL_RESULT
make_vm(struct srv_link *link, const struct param *p, PRL_HANDLE_TYPE pht, struct object **ret)
{
    struct srv_obj *srv = srv_link_get(link);
    OBJECT_SCOPE(srv ? &srv->obj : NULL);
    AUTO(cleanup_free) char *uuid = NULL;
    AUTO(doc_unref) struct doc *doc = NULL;
    xmlDocPtr tree = NULL;
    struct config_obj *o;
    struct vm_obj *vm;
    PRL_RESULT r = srv ? vm_model_parse(p->value, p->len, &tree) : PRL_ERR_INVALID_ARG;

    if (PRL_FAILED(r))
        return PRL_ERR_INVALID_ARG;
    uuid = xml_get(xmlDocGetRootElement(tree), "Identification/VmUuid");
    doc = doc_new_tree(PHT_VIRTUAL_MACHINE, tree);
    vm = uuid ? srv_obj_find_vm(srv, uuid) : NULL;
    o = vm ? &vm->cfg : doc ? config_obj_new(PHT_VIRTUAL_MACHINE, doc, &srv->obj) : NULL;
    if (!o)
        return PRL_ERR_OUT_OF_MEMORY;
    *ret = &o->obj;
    return PRL_ERR_SUCCESS;
}

static const struct {
    const char *name;
    PRL_HANDLE_TYPE pht;
    make *how;
} kinds[] = {
    { "vm_cfg", PHT_VIRTUAL_MACHINE, make_vm },
    { "internal_event", PHT_EVENT, make_event },
    { "disp_common_prefs", PHT_DISP_CONFIG, make_document },
    { "vm_config_dev_state", PHT_ERROR, make_device },
    { "statistics", PHT_SYSTEM_STATISTICS, make_document },
    { "vm_search_info", PHT_FOUND_VM_INFO, make_document },
    { "vm_security_info", PHT_ACCESS_RIGHTS, make_document },
    { "vm_license", PHT_LICENSE, make_document },
};

PRL_METHOD(PrlEvtPrm_ToHandle)(PRL_HANDLE h, PRL_HANDLE_PTR ret)
{
    ENTER_PARAM(h, ret);
    struct srv_link *link = o->owner && o->owner->cls->type == PHT_EVENT ? ((struct event *)o->owner)->link : NULL;

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        AUTO(object_unref) struct object *obj = NULL;

        if (strcmp(kinds[i].name, p.name) != 0)
            continue;
        const PRL_RESULT r = kinds[i].how(link, &p, kinds[i].pht, &obj);

        return PRL_FAILED(r) ? r : handle_give(obj, ret);
    }
    return PRL_ERR_INVALID_ARG;
}
