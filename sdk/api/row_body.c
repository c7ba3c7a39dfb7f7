/* SPDX-License-Identifier: MIT */
/* The few bodies that most exported functions share. Each is: enter, resolve, look at one document
 * under its lock, leave. */
#include "row_body.h"

#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "core/doc.h"
#include "core/entry.h"
#include "core/vm_facts.h"
#include "model/event_xml.h"
#include "model/vm_model.h"
#include "row_list.h"

/* ---- VMs that nobody has looked into: lists ask each for a word or two, and parsing takes longer than all the rest ---- */

static struct facts *
told_of(struct config_obj *o)
{
    return o->part == PART_ROOT ? doc_unread_facts(o->doc) : NULL;
}

/* What the VM's entry says. */
static bool
told_number(struct config_obj *o, const struct field *f, int64_t *ret_value)
{
    AUTO(facts_unref) struct facts *facts = told_of(o);

    if (!facts || !vm_facts_number(facts->json, f->path, ret_value))
        return false;
    *ret_value = field_number_of(f, *ret_value);
    return true;
}

static char *
told_text(struct config_obj *o, const struct field *f)
{
    AUTO(facts_unref) struct facts *facts = told_of(o);

    return facts ? vm_facts_text(facts->json, f->path) : NULL;
}

/* config_obj_lock to read one path: the first part of the document may do. */
static PRL_RESULT
lock_to_read(struct config_obj *o, const char *path, xmlNodePtr *ret_node)
{
    xmlNodePtr head = o->part == PART_ROOT ? doc_lock_head(o->doc, path) : NULL;

    if (!head)
        return config_obj_lock(o, ret_node);
    *ret_node = head;
    return PRL_ERR_SUCCESS;
}

/* ---- one value ---- */

PRL_RESULT
row_get_number(PRL_HANDLE h, unsigned accept, const struct field *f, void *ret_value)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    REQUIRE(ret_value);
    xmlNodePtr node;
    int64_t value;

    if (!told_number(o, f, &value)) {
        PRL_RESULT r = lock_to_read(o, f->path, &node);

        if (PRL_FAILED(r))
            return r;
        value = field_get_number(node, f);
        config_obj_unlock(o, false);
    }
    field_store(f->type, value, ret_value);
    return PRL_ERR_SUCCESS;
}

/* A value of a document that came without the elements around it. */
static bool
make_above(xmlNodePtr node, unsigned accept, const struct field *f)
{
    return accept != PHT_VM_CONFIGURATION || vm_model_make_above(node, f->path);
}

PRL_RESULT
row_set_number(PRL_HANDLE h, unsigned accept, const struct field *f, int64_t value)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(o, &node);

    if (PRL_FAILED(r))
        return r;
    r = make_above(node, accept, f) ? field_set_number(node, f, value) : PRL_ERR_OUT_OF_MEMORY;
    config_obj_unlock(o, PRL_SUCCEEDED(r));
    return r;
}

PRL_RESULT
row_get_text(PRL_HANDLE h, unsigned accept, const struct field *f, PRL_STR buf, PRL_UINT32_PTR len)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    REQUIRE(len);
    AUTO(cleanup_free) char *text = told_text(o, f);
    xmlNodePtr node;

    if (!text) {
        PRL_RESULT r = lock_to_read(o, f->path, &node);

        if (PRL_FAILED(r))
            return r;
        text = field_get_text(node, f);
        config_obj_unlock(o, false);
    }
    return text ? entry_text_out(text, buf, len) : PRL_ERR_OUT_OF_MEMORY;
}

PRL_RESULT
row_set_text(PRL_HANDLE h, unsigned accept, const struct field *f, PRL_CONST_STR text)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    REQUIRE(text);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(o, &node);

    if (PRL_FAILED(r))
        return r;
    r = make_above(node, accept, f) ? field_set_text(node, f, text) : PRL_ERR_OUT_OF_MEMORY;
    config_obj_unlock(o, PRL_SUCCEEDED(r));
    return r;
}

/* ---- lists of texts ---- */

PRL_RESULT
row_get_texts(PRL_HANDLE h, unsigned accept, const char *path, PRL_HANDLE_PTR ret_list)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    REQUIRE(ret_list);
    AUTO_TEXTS struct row_texts texts = { 0 };
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(o, &node);
    bool is_complete = true;

    if (PRL_FAILED(r))
        return r;
    for (xmlNodePtr n = xml_find(node, path); n && is_complete; n = xml_next(n))
        is_complete = row_texts_add(&texts, xml_get(n, ""));
    config_obj_unlock(o, false);
    return is_complete ? row_texts_to_list(&texts, ret_list) : PRL_ERR_OUT_OF_MEMORY;
}

/* Replaces the elements at path. */
static PRL_RESULT
put_texts(xmlNodePtr node, const char *path, const struct row_texts *texts)
{
    const char *name = strrchr(path, '/');
    AUTO(cleanup_free)
    char *parent_path = name ? str_printf("%.*s", (int)(name - path), path) : NULL;
    xmlNodePtr parent;

    row_remove_all(node, path);
    if (!texts->len)
        return PRL_ERR_SUCCESS;
    if (name && !parent_path)
        return PRL_ERR_OUT_OF_MEMORY;
    parent = name ? xml_make(node, parent_path) : node;
    if (!parent)
        return PRL_ERR_OUT_OF_MEMORY;
    for (size_t i = 0; i < texts->len; i++)
        if (!xmlNewTextChild(parent, NULL, (const xmlChar *)(name ? name + 1 : path),
                             (const xmlChar *)texts->p[i]))
            return PRL_ERR_OUT_OF_MEMORY;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
row_set_texts(PRL_HANDLE h, unsigned accept, const char *path, PRL_HANDLE list, enum row_list what)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    AUTO_TEXTS struct row_texts texts = { 0 };
    xmlNodePtr node;
    PRL_RESULT r = row_texts_from_list(list, what, &texts);

    if (PRL_FAILED(r))
        return r;
    r = config_obj_lock(o, &node);
    if (PRL_FAILED(r))
        return r;
    r = put_texts(node, path, &texts);
    config_obj_unlock(o, true);
    return r;
}

/* ---- objects over elements ---- */

PRL_RESULT
row_count(PRL_HANDLE h, unsigned accept, const char *path, PRL_UINT32_PTR ret_count)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    REQUIRE(ret_count);
    PRL_UINT32 count = 0;
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(o, &node);

    if (PRL_FAILED(r))
        return r;
    for (xmlNodePtr n = xml_find(node, path); n; n = xml_next(n))
        count++;
    config_obj_unlock(o, false);
    field_store(FIELD_IS_U32, count, ret_count);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
row_item(PRL_HANDLE h, unsigned accept, const char *path, PRL_HANDLE_TYPE pht, PRL_UINT32 index,
         PRL_HANDLE_PTR ret_item)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    REQUIRE(ret_item);
    xmlNodePtr node, n;
    PRL_UINT32 left = index;
    PRL_RESULT r = config_obj_lock(o, &node);

    if (PRL_FAILED(r))
        return r;
    for (n = xml_find(node, path); n && left; n = xml_next(n))
        left--;
    config_obj_unlock(o, false);
    if (!n)
        return err_set(PRL_ERR_INVALID_ARG, "%s: there is no number %u", path, (unsigned)index);
    return row_give((struct object *)config_obj_part(pht, o, PART_LIST_ITEM, path, 0, index, NULL),
                    ret_item);
}

PRL_RESULT
row_device_count(PRL_HANDLE h, PRL_DEVICE_TYPE type, PRL_UINT32_PTR ret_count)
{
    ENTER();
    RESOLVE(struct config_obj, vm, h, PHT_VM_CONFIGURATION);
    REQUIRE(ret_count);
    xmlNodePtr node;
    PRL_RESULT r;

    if ((unsigned)type >= PDE_MAX)
        return PRL_ERR_INVALID_ARG;
    if (!vm_model_device_element(type))
        return PRL_ERR_UNSUPPORTED_DEVICE_TYPE;
    r = config_obj_lock(vm, &node);
    if (PRL_FAILED(r))
        return r;
    const PRL_UINT32 count = vm_model_device_count(node->doc, type);
    config_obj_unlock(vm, false);
    field_store(FIELD_IS_U32, count, ret_count);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
row_device(PRL_HANDLE h, PRL_DEVICE_TYPE type, PRL_UINT32 index, PRL_HANDLE_PTR ret_device)
{
    ENTER();
    RESOLVE(struct config_obj, vm, h, PHT_VM_CONFIGURATION);
    REQUIRE(ret_device);
    xmlNodePtr node, device;
    struct config_obj *part;
    PRL_RESULT r;

    if ((unsigned)type >= PDE_MAX)
        return PRL_ERR_INVALID_ARG;
    if (!vm_model_device_element(type))
        return PRL_ERR_UNSUPPORTED_DEVICE_TYPE;
    r = config_obj_lock(vm, &node);
    if (PRL_FAILED(r))
        return r;
    device = vm_model_device_nth(node->doc, type, index);
    part = device ? row_device_obj(vm, device) : NULL;
    config_obj_unlock(vm, false);
    return device ? row_give((struct object *)part, ret_device) : PRL_ERR_INVALID_ARG;
}

/* ---- parameters of event-like documents ---- */

/* The text of parameter `name`; NULL in *ret_text when it is absent. */
static PRL_RESULT
param_text(struct config_obj *o, const char *name, char **ret_text)
{
    xmlNodePtr node, param;
    PRL_RESULT r = config_obj_lock(o, &node);

    if (PRL_FAILED(r))
        return r;
    param = event_xml_param(node, name);
    *ret_text = param ? xml_get(param, "Value") : NULL;
    config_obj_unlock(o, false);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
row_param_number(PRL_HANDLE h, unsigned accept, const struct field *f, void *ret_value)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    REQUIRE(ret_value);
    struct field value = *f;
    xmlNodePtr node, param;
    int64_t told;
    PRL_RESULT r;

    if (told_number(o, f, &told)) {
        field_store(f->type, told, ret_value);
        return PRL_ERR_SUCCESS;
    }
    r = config_obj_lock(o, &node);
    if (PRL_FAILED(r))
        return r;
    param = event_xml_param(node, f->path);
    value.path = "Value";
    const int64_t number = param ? field_get_number(param, &value) : f->def;
    config_obj_unlock(o, false);
    field_store(f->type, number, ret_value);
    return param ? PRL_ERR_SUCCESS : PRL_ERR_NO_DATA;
}

PRL_RESULT
row_param_text(PRL_HANDLE h, unsigned accept, const char *name, PRL_STR buf, PRL_UINT32_PTR len)
{
    ENTER();
    RESOLVE(struct config_obj, o, h, accept);
    REQUIRE(len);
    AUTO(cleanup_free) char *text = NULL;
    PRL_RESULT r = param_text(o, name, &text);

    if (PRL_FAILED(r))
        return r;
    return text ? entry_text_out(text, buf, len) : PRL_ERR_NO_DATA;
}

/* ---- requests ---- */

bool
row_handle_is(PRL_HANDLE h, unsigned accept)
{
    AUTO(object_unref) struct object *obj = handle_get(h, accept);

    return obj != NULL;
}

/* A text may be left out where its argument in ops.def ends in '?'. */
static bool
is_optional(enum op op, int i)
{
    const char *p = op_row(op)->args;

    for (; i > 0 && p; i--)
        p = (p = strchr(p, ' ')) ? p + 1 : NULL;
    if (!p)
        return false;

    const size_t len = strcspn(p, " ");
    return len && p[len - 1] == '?';
}

static bool
are_args_good(enum op op, const struct op_arg *args, int n_args)
{
    for (int i = 0; i < n_args; i++) {
        if (args[i].kind != 's')
            continue;
        if (!args[i].s && !is_optional(op, i))
            return false;
        if (args[i].s && !str_is_xml_text(args[i].s, strlen(args[i].s)))
            return false;
    }
    return true;
}

PRL_HANDLE
row_request(PRL_HANDLE h, unsigned accept, int job_code, enum op op, const struct op_arg *args,
            int n_args)
{
    ENTER_ASYNC(job_code);
    RESOLVE_ASYNC(struct object, subject, h, accept);

    if (!are_args_good(op, args, n_args))
        return job_refused(job_code, PRL_ERR_INVALID_ARG);
    return job_request_args(subject, job_code, op, args, n_args);
}

PRL_HANDLE
row_request_doc(PRL_HANDLE h, unsigned accept, PRL_HANDLE doc_handle, unsigned doc_accept,
                int job_code, enum op op, const struct op_arg *args, int n_args)
{
    ENTER_ASYNC(job_code);
    RESOLVE_ASYNC(struct object, subject, h, accept);
    RESOLVE_ASYNC(struct config_obj, document, doc_handle, doc_accept);
    AUTO(cleanup_free) char *text = NULL;
    struct op_arg all[8];
    size_t len = 0;
    PRL_RESULT r;

    if (!are_args_good(op, args, n_args) || n_args + 1 > (int)ARRAY_LEN(all))
        return job_refused(job_code, PRL_ERR_INVALID_ARG);
    r = doc_text(document->doc, &text, &len);
    if (PRL_FAILED(r))
        return job_refused(job_code, r);
    all[0] = ARG_X(text, len);
    if (n_args)
        memcpy(all + 1, args, (size_t)n_args * sizeof *args);
    return job_request_args(subject, job_code, op, all, n_args + 1);
}

PRL_HANDLE
row_request_refused(PRL_HANDLE h, unsigned accept, int job_code, PRL_RESULT code)
{
    ENTER_ASYNC(job_code);
    RESOLVE_ASYNC(struct object, subject, h, accept);
    return job_refused(job_code, code);
}

PRL_HANDLE
row_request_unserved(PRL_HANDLE h, unsigned accept, int job_code)
{
    ENTER_ASYNC(job_code);
    RESOLVE_ASYNC(struct object, subject, h, accept);
    return job_unserved(subject, job_code);
}

/* ---- objects ---- */

PRL_RESULT
row_give(struct object *obj, PRL_HANDLE_PTR ret)
{
    AUTO(object_unref) struct object *mine = obj;
    PRL_HANDLE h;
    PRL_RESULT r;

    if (!mine)
        return PRL_ERR_OUT_OF_MEMORY;
    r = handle_give(mine, &h);
    if (PRL_SUCCEEDED(r))
        memcpy(ret, &h, sizeof h);
    return r;
}

PRL_HANDLE_TYPE
row_device_pht(PRL_DEVICE_TYPE type)
{
    static const struct {
        PRL_DEVICE_TYPE type;
        PRL_HANDLE_TYPE pht;
    } rows[] = {
        { PDE_FLOPPY_DISK, PHT_VIRTUAL_DEV_FLOPPY },
        { PDE_HARD_DISK, PHT_VIRTUAL_DEV_HARD_DISK },
        { PDE_OPTICAL_DISK, PHT_VIRTUAL_DEV_OPTICAL_DISK },
        { PDE_SERIAL_PORT, PHT_VIRTUAL_DEV_SERIAL_PORT },
        { PDE_PARALLEL_PORT, PHT_VIRTUAL_DEV_PARALLEL_PORT },
        { PDE_PRINTER, PHT_VIRTUAL_DEV_PARALLEL_PORT },
        { PDE_GENERIC_NETWORK_ADAPTER, PHT_VIRTUAL_DEV_NET_ADAPTER },
        { PDE_SOUND_DEVICE, PHT_VIRTUAL_DEV_SOUND },
        { PDE_USB_DEVICE, PHT_VIRTUAL_DEV_USB_DEVICE },
        { PDE_PCI_VIDEO_ADAPTER, PHT_VIRTUAL_DEV_DISPLAY },
        { PDE_GENERIC_PCI_DEVICE, PHT_VIRTUAL_DEV_GENERIC_PCI },
        { PDE_GENERIC_SCSI_DEVICE, PHT_VIRTUAL_DEV_GENERIC_SCSI },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].type == type)
            return rows[i].pht;
    return PHT_ERROR;
}

struct config_obj *
row_device_obj(struct config_obj *vm, xmlNodePtr device)
{
    const PRL_DEVICE_TYPE type = vm_model_device_type(device);
    unsigned index = 0;

    if (xml_child(device, "Index")) {
        index = (unsigned)xml_get_u64(device, "Index", 0);
    } else {
        for (xmlNodePtr n = xml_child(device->parent, (const char *)device->name); n && n != device;
             n = xml_next(n))
            index++;
    }
    return config_obj_part(row_device_pht(type), vm, PART_DEVICE, NULL, (unsigned)type, index,
                           NULL);
}

struct doc *
row_copy_tree(PRL_HANDLE_TYPE pht, xmlNodePtr node, const char *root)
{
    xmlDocPtr tree = xmlNewDoc((const xmlChar *)"1.0");
    xmlNodePtr copy = NULL;

    if (tree)
        copy = node ? xmlDocCopyNode(node, tree, 1)
                    : xmlNewDocNode(tree, NULL, (const xmlChar *)root, NULL);
    if (!copy) {
        if (tree)
            xmlFreeDoc(tree);
        return NULL;
    }
    xmlDocSetRootElement(tree, copy);
    return doc_new_tree(pht, tree);
}

struct config_obj *
row_copy_doc(PRL_HANDLE_TYPE pht, xmlNodePtr node)
{
    AUTO(doc_unref) struct doc *d = row_copy_tree(pht, node, NULL);

    return d ? config_obj_new(pht, d, NULL) : NULL;
}

struct config_obj *
row_new_doc(PRL_HANDLE_TYPE pht, const char *root)
{
    AUTO(doc_unref) struct doc *d = row_copy_tree(pht, NULL, root);

    return d ? config_obj_new(pht, d, NULL) : NULL;
}

struct object *
row_new_values(PRL_HANDLE_TYPE pht, const char *root, const struct row_value *values, size_t n)
{
    AUTO(object_unref) struct object *obj = (struct object *)row_new_doc(pht, root);
    xmlNodePtr node;
    bool is_done = obj && PRL_SUCCEEDED(config_obj_lock((struct config_obj *)obj, &node));

    if (!is_done)
        return NULL;
    for (size_t i = 0; i < n && is_done; i++)
        is_done = xml_set_u64(node, values[i].path, values[i].number);
    config_obj_unlock((struct config_obj *)obj, true);
    return is_done ? TAKE(obj) : NULL;
}
