/* SPDX-License-Identifier: MIT */
/*
 * The list of VMs as it was told last: the service tells only what has changed since, and where nothing has, the list that was given
 * before is given again, as long as somebody has it and nobody has changed one of its documents.
 */
#include <stdlib.h>
#include <string.h>

#include "base/uuid.h"
#include "conn.h"
#include "doc.h"
#include "result.h"
#include "srv_obj.h"
#include "vm_table.h"

uint64_t
srv_obj_list_since(struct srv_obj *srv)
{
    LOCK_SCOPE(&srv->lock);

    return srv->vms->listed_rev;
}

void
srv_obj_list_seen(struct srv_obj *srv, uint64_t rev)
{
    LOCK_SCOPE(&srv->lock);

    if (rev > srv->vms->listed_rev)
        srv->vms->listed_rev = rev;
}

uint64_t
srv_obj_list_now(struct srv_obj *srv, uint64_t flags)
{
    LOCK_SCOPE(&srv->lock);

    return srv->vms->listed_flags == flags ? srv->vms->listed_now : 0;
}

/* ---- the same again ---- */

/* Does the list say what is known of its VMs, unchanged? *ret_sum stands for the documents as they are then. */
static bool
is_current_locked(const struct vm_table *t, const struct results *list, uint64_t *ret_sum)
{
    uint64_t sum = 0;

    if (list->n != t->n_listed)
        return false;
    for (size_t i = 0; i < list->n; i++) {
        const struct vm_record *rec = t->listed[i];
        struct doc *doc = rec->vm ? rec->vm->cfg.doc : NULL;

        if (!rec->vm || list->p[i].obj != &rec->vm->cfg.obj || !doc_is_service(doc, rec->has_text ? rec->text : NULL, rec->facts))
            return false;
        sum += (uint32_t)doc_generation(doc); /* edits; that a text has been read is none */
    }
    *ret_sum = sum;
    return true;
}

static void
keep_locked(struct srv_obj *srv, struct results *list)
{
    struct kept_answer *kept = &srv->vms->list;
    uint64_t changes = doc_changes(), sum;

    results_unkeep(kept);
    /* An empty one keeps no server object alive, which `kept` is a part of. */
    if (!list->n || !is_current_locked(srv->vms, list, &sum))
        return;
    results_keep(list, srv, kept);
    kept->version = srv->vms->version;
    kept->changes = changes;
    kept->sum = sum;
}

static bool
is_kept_locked(struct srv_obj *srv, const struct results *list)
{
    struct kept_answer *kept = &srv->vms->list;
    const uint64_t changes = doc_changes();
    uint64_t sum;

    if (list && kept->version == srv->vms->version && kept->changes == changes)
        return true;
    if (!list || !is_current_locked(srv->vms, list, &sum) || sum != kept->sum)
        return false;
    kept->version = srv->vms->version;
    kept->changes = changes; /* from before the documents were compared */
    return true;
}

/* ---- a new one ---- */

struct item {
    struct vm_obj *vm; /* counted */
    struct blob *text;
    struct facts *facts;
    bool is_new;
};

static struct item *
items_locked(struct srv_obj *srv)
{
    const struct vm_table *t = srv->vms;
    struct item *items = calloc(t->n_listed ? t->n_listed : 1, sizeof *items);

    for (size_t i = 0; items && i < t->n_listed; i++) {
        items[i].vm = srv_obj_vm_locked(srv, t->listed[i], &items[i].is_new);
        items[i].text = t->listed[i]->has_text ? blob_ref(t->listed[i]->text) : NULL;
        items[i].facts = facts_ref(t->listed[i]->facts);
    }
    return items;
}

/* Takes the items. */
static struct results *
list_of(struct item *items, size_t n)
{
    AUTO(results_unref) struct results *list = results_new();
    bool ok = list;

    for (size_t i = 0; i < n; i++) {
        struct item *it = &items[i];

        if (it->vm && !it->is_new)
            doc_set_service(it->vm->cfg.doc, it->text, it->facts);
        ok = ok && it->vm && results_add_object(list, &it->vm->cfg.obj);
        object_unref(it->vm ? &it->vm->cfg.obj : NULL);
        blob_unref(it->text);
        facts_unref(it->facts);
    }
    free(items);
    return ok ? TAKE(list) : NULL;
}

PRL_RESULT
srv_obj_list_again(struct srv_obj *srv, uint64_t flags, uint64_t now, struct results **ret)
{
    AUTO(results_unref) struct results *before = NULL; /* unlocked before it is let go of: that may be its end */
    struct results *list;
    struct item *items;
    size_t n;

    {
        struct vm_table *t = srv->vms;

        LOCK_SCOPE(&srv->lock);
        if (!t->listed_now || t->listed_flags != flags)
            return PRL_ERR_NO_DATA;
        if (now > t->listed_now)
            t->listed_now = now;
        t->listed_tag = conn_reply_tag();
        before = results_again(&t->list);
        if (is_kept_locked(srv, before)) {
            *ret = TAKE(before);
            return PRL_ERR_SUCCESS;
        }
        items = items_locked(srv);
        n = t->n_listed;
    }
    list = items ? list_of(items, n) : NULL;
    if (!list)
        return PRL_ERR_OUT_OF_MEMORY;
    {
        LOCK_SCOPE(&srv->lock);
        keep_locked(srv, list);
    }
    *ret = list;
    return PRL_ERR_SUCCESS;
}

/* ---- a whole one has come ---- */

static struct vm_record *
record_locked(struct srv_obj *srv, struct object *obj)
{
    struct vm_obj *vm = vm_obj_of(obj);
    struct vm_record *rec = vm && vm->uuid ? vm_table_find(srv->vms, vm->uuid) : NULL;

    return rec && rec->facts && !rec->is_gone ? rec : NULL;
}

void
srv_obj_list_took(struct srv_obj *srv, uint64_t flags, uint64_t now, struct results *list)
{
    struct vm_record **records = calloc(list->n ? list->n : 1, sizeof(struct vm_record *));
    struct vm_table *t = srv->vms;
    bool ok = records && now;

    LOCK_SCOPE(&srv->lock);
    for (size_t i = 0; ok && i < list->n; i++)
        ok = (records[i] = record_locked(srv, list->p[i].obj)); /* NULL: deleted while this was under way */
    if (!ok || now < t->listed_now) { /* a newer one came first, or what there is stays good */
        free(records);
        return;
    }
    vm_table_unlist(t);
    t->listed = records;
    t->n_listed = list->n;
    t->listed_now = now;
    t->listed_flags = flags;
    for (size_t i = 0; i < t->n_listed; i++)
        records[i]->is_listed = true;
    keep_locked(srv, list);
}
