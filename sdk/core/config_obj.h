/* SPDX-License-Identifier: MIT */
/*
 * Handles over XML documents (semantics 7.1). A `doc` is one document with a lock and a generation; a VM, a server config, a
 * login response ... is an object that owns a doc, a device or an event parameter is an object that points into one and looks itself
 * up again when the document was replaced.
 */
#ifndef PRLKVM_CORE_CONFIG_OBJ_H
#define PRLKVM_CORE_CONFIG_OBJ_H

#include <libxml/tree.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/lock.h"
#include "object.h"

struct doc;

/* Text is parsed on first use. kind: the PHT_* whose text it is (chooses vm_model_parse, event_xml_parse or plain XML with a known root). */
struct doc *doc_new_text(PRL_HANDLE_TYPE kind, char *text /* taken */, size_t len);
struct doc *doc_new_tree(PRL_HANDLE_TYPE kind, xmlDocPtr tree /* taken */);
struct doc *doc_ref(struct doc *d);
void doc_unref(struct doc *d);
CLEANUP_FOR(doc_unref, struct doc *)
/* Locks (rank 60) and gives the tree, parsing it if need be; NULL: unparsable (not locked then). Short: one getter or setter. */
xmlDocPtr doc_lock(struct doc *d);
void doc_unlock(struct doc *d, bool was_changed);
uint64_t doc_generation(struct doc *d); /* grows with each change; by 2^32 or more with each replacement */
/* Replaces the content. The tree form is checked before; on failure the old content stays. */
PRL_RESULT doc_replace_text(struct doc *d, char *text /* taken */, size_t len);
PRL_RESULT doc_replace_tree(struct doc *d, xmlDocPtr tree /* taken */);
PRL_RESULT doc_text(struct doc *d, char **ret_text, size_t *ret_len);
/* Elements were removed (or may have been): objects that point into the document look themselves up again. Between doc_lock and doc_unlock. */
void doc_nodes_changed(struct doc *d);

/*
 * An object over a document. vm_obj (PHT_VIRTUAL_MACHINE) and srv_obj start with it too. `key` says where inside the document the
 * object's own element is: an owner of a whole document has PART_ROOT.
 */
enum part_kind {
    PART_ROOT,
    PART_DEVICE,    /* type (PDE_*), index: the element's Index (or its position for types without Index) */
    PART_LIST_ITEM, /* path of the list element's item name, e.g. "Settings/Startup/BootingOrder/BootDevice"; position */
    PART_NAMED,     /* event parameter: path "EventParameters/EventParameter", name */
    PART_PATH,      /* a fixed element, e.g. Security for PHT_ACCESS_RIGHTS, InternalVmInfo for PHT_VM_INFO */
};
struct config_obj {
    struct object obj;
    struct doc *doc;      /* counted, constant */
    struct object *owner; /* counted, constant: the server object of a VM, the VM of a device; NULL none */
    enum part_kind part;
    const char *path;     /* constant string */
    char *name;           /* PART_NAMED */
    unsigned type, index; /* atomically read; PART_DEVICE follows its own SetIndex */
    xmlNodePtr node;      /* under the doc's lock: found at generation `seen` */
    uint64_t seen;
    bool is_removed;      /* under the doc's lock */
};
/*
 * A new object of that PHT over part of doc (reference taken); owner counted. NULL: no memory, or a type whose objects are something
 * else (server, job, event, result, lists, disks). PHT_VIRTUAL_MACHINE gives a struct vm_obj.
 */
struct config_obj *config_obj_new(PRL_HANDLE_TYPE pht, struct doc *doc, struct object *owner);
struct config_obj *config_obj_part(PRL_HANDLE_TYPE pht, struct config_obj *of, enum part_kind part, const char *path, unsigned type, unsigned index, const char *name);
/* For owners of other layouts (vm_obj): the config_obj part of a zeroed object. References to doc and owner are taken. */
void config_obj_init(struct config_obj *o, const struct object_class *cls, struct doc *doc, struct object *owner);
bool config_obj_is(const struct object *obj); /* laid out as a config_obj: VMs, their parts, other documents */
void config_obj_release(struct config_obj *o); /* drops doc, owner, name; not the memory */
PRL_RESULT config_obj_to_text(struct object *obj, char **ret_text);
PRL_RESULT config_obj_from_text(struct object *obj, const char *text);
/* X_Remove: the element leaves the document (a device with its boot entries), o answers OBJECT_WAS_REMOVED from now on. */
PRL_RESULT config_obj_remove(struct config_obj *o);
/*
 * Locks the document and finds the object's element. Success: *ret_node, to be followed by config_obj_unlock. PRL_ERR_OBJECT_WAS_REMOVED:
 * the element is gone. Nothing is locked on failure.
 */
PRL_RESULT config_obj_lock(struct config_obj *o, xmlNodePtr *ret_node);
void config_obj_unlock(struct config_obj *o, bool was_changed);

#endif
