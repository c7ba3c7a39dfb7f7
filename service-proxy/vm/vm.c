/* SPDX-License-Identifier: MIT */
/* The VM object: reference counts, the configuration text, edit marks. Memory only; files are vm_store's and config_file's. */
#include "vm.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/claims_task.h"
#include "model/vm_model.h"
#include "vm_store.h"

#define RANK_ORDER 29
#define RANK_VM 30

/* ---- texts ---- */

struct vm_text *
vm_text_new(const char *text, size_t len)
{
    struct vm_text *t = malloc(sizeof *t + len + 1);

    if (!t)
        return NULL;
    atomic_init(&t->refs, 1);
    t->len = len;
    memcpy(t->p, text, len);
    t->p[len] = '\0';
    return t;
}

struct vm_text *
vm_text_ref(struct vm_text *t)
{
    if (t)
        atomic_fetch_add_explicit(&t->refs, 1, memory_order_relaxed);
    return t;
}

void
vm_text_unref(struct vm_text *t)
{
    if (t && atomic_fetch_sub_explicit(&t->refs, 1, memory_order_acq_rel) == 1)
        free(t);
}

/* ---- life ---- */

struct vm *
vm_new(const char *uuid, const char *name, const char *home)
{
    AUTO(vm_unref) struct vm *vm = calloc(1, sizeof *vm);

    if (!vm)
        return NULL;
    atomic_init(&vm->refs, 1);
    lock_init(&vm->order, RANK_ORDER);
    lock_init(&vm->lock, RANK_VM);
    vm->lock_fd = -1;
    vm->state = VMS_UNKNOWN;
    vm->addition_state = VMAS_NOSTATE;
    vm_name_set_locked(vm, strdup(name));
    vm->home = strdup(home);
    if (!vm->name || !vm->home || !uuid_parse(uuid, vm->uuid))
        return NULL;
    return TAKE(vm);
}

/* FNV-1a */
uint32_t
vm_hash(const char *text)
{
    uint32_t h = 2166136261u;

    for (const char *p = text; *p; p++)
        h = (h ^ (unsigned char)*p) * 16777619u;
    return h;
}

char *
vm_name_set_locked(struct vm *vm, char *name)
{
    char *old = vm->name;

    vm->name = name;
    vm->name_hash = name ? vm_hash(name) : 0;
    return old;
}

struct vm *
vm_ref(struct vm *vm)
{
    if (vm)
        atomic_fetch_add_explicit(&vm->refs, 1, memory_order_relaxed);
    return vm;
}

static void
edits_free(struct vm_edit *e)
{
    while (e) {
        struct vm_edit *next = e->next;

        vm_text_unref(e->base);
        free(e);
        e = next;
    }
}

void
vm_unref(struct vm *vm)
{
    if (!vm || atomic_fetch_sub_explicit(&vm->refs, 1, memory_order_acq_rel) != 1)
        return;
    claims_free(vm->claims);
    edits_free(vm->edits);
    disk_rooms_clear(&vm->rooms);
    vm_text_unref(vm->config);
    cleanup_close(&vm->lock_fd);
    free(vm->name);
    free(vm->home);
    free(vm->registered_by);
    lock_destroy(&vm->lock);
    lock_destroy(&vm->order);
    free(vm);
}

/* ---- copies ---- */

char *
vm_name_dup(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return strdup(vm->name);
}

char *
vm_home_dup(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return strdup(vm->home);
}

char *
vm_path(struct vm *vm, const char *file)
{
    LOCK_SCOPE(&vm->lock);

    return path_join(vm->home, file);
}

/* ---- the configuration ---- */

struct vm_text *
vm_config_ref(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return vm_text_ref(vm->config);
}

PRL_RESULT
vm_config_doc(struct vm *vm, xmlDocPtr *ret)
{
    AUTO(vm_text_unref) struct vm_text *text = vm_config_ref(vm);
    AUTO(cleanup_free) char *name = NULL;

    if (text)
        return vm_model_parse(text->p, text->len, ret);
    name = vm_name_dup(vm);
    err_set(PRL_ERR_VM_CONFIG_DOESNT_EXIST, "no configuration of %s could be read", vm->uuid);
    err_param(0, "%s", name ? name : "");
    return PRL_ERR_VM_CONFIG_DOESNT_EXIST;
}

PRL_RESULT
vm_config_set(struct vm *vm, const char *text, size_t len)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(vm_text_unref) struct vm_text *blob = NULL;
    AUTO(cleanup_free) char *name = NULL;
    xmlNodePtr root;
    PRL_RESULT r = vm_model_parse(text, len, &doc);

    if (PRL_FAILED(r))
        return r;
    root = xmlDocGetRootElement(doc);
    name = xml_get(root, "Identification/VmName");
    if (!name)
        name = strdup("");
    blob = vm_text_new(text, len);
    if (!name || !blob)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration of %s", vm->uuid);
    vm_config_adopt(vm, TAKE(blob), TAKE(name), vm_model_is_template(root), 0);
    return PRL_ERR_SUCCESS;
}

bool
vm_config_adopt(struct vm *vm, struct vm_text *text, char *name, bool is_template, uint64_t only_if_rev)
{
    uint64_t rev = vm_store_next_rev();
    bool is_taken, is_moved;

    {
        LOCK_SCOPE(&vm->lock);
        is_taken = !only_if_rev || vm->config_rev == only_if_rev;
        is_moved = is_taken && vm->is_template != is_template;
        if (is_taken) {
            struct vm_text *old = vm->config;
            char *old_name = vm_name_set_locked(vm, name);

            vm->config = text;
            vm->is_template = is_template;
            vm->rev = rev;
            vm->config_rev = rev;
            text = old;
            name = old_name;
        }
    }
    if (is_moved) /* templates are listed first */
        vm_store_reordered();
    vm_text_unref(text);
    free(name);
    return is_taken;
}

static void
raise_to(_Atomic uint64_t *at, uint64_t rev)
{
    uint64_t before = atomic_load(at);

    while (before < rev && !atomic_compare_exchange_weak(at, &before, rev))
        ;
}

void
vm_told(struct vm *vm)
{
    uint64_t rev = vm_store_next_rev();

    raise_to(&vm->told_rev, rev);
    raise_to(&vm->event_rev, rev);
}

void
vm_drifted(struct vm *vm)
{
    raise_to(&vm->told_rev, vm_store_next_rev());
}

bool
vm_is_untold(struct vm *vm, uint64_t rev)
{
    LOCK_SCOPE(&vm->lock);

    return vm->rev > rev && vm->rev > atomic_load(&vm->event_rev);
}

uint64_t
vm_rev(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return vm->rev;
}

void
vm_valid_set(struct vm *vm, PRL_RESULT rc)
{
    uint64_t rev = vm_store_next_rev();
    LOCK_SCOPE(&vm->lock);

    if (vm->valid_rc == rc)
        return;
    vm->valid_rc = rc;
    vm->rev = rev;
}

/* ---- edit marks ---- */

static struct vm_edit **
edit_find_locked(struct vm *vm, struct session *s)
{
    struct vm_edit **at = &vm->edits;

    while (*at && (*at)->session != s)
        at = &(*at)->next;
    return at;
}

/* A second BeginEdit of one session starts over from what is stored now. */
PRL_RESULT
vm_edit_begin(struct vm *vm, struct session *s)
{
    struct vm_edit *fresh = calloc(1, sizeof *fresh);
    LOCK_SCOPE(&vm->lock);
    struct vm_edit **at = edit_find_locked(vm, s);

    if (!fresh)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "edit mark");
    if (*at) {
        free(fresh);
        vm_text_unref((*at)->base);
    } else {
        fresh->session = s;
        *at = fresh;
    }
    (*at)->base = vm_text_ref(vm->config);
    return PRL_ERR_SUCCESS;
}

enum vm_edit_mark
vm_edit_base(struct vm *vm, struct session *s, struct vm_text **ret_base)
{
    LOCK_SCOPE(&vm->lock);
    struct vm_edit *e = *edit_find_locked(vm, s);

    *ret_base = e ? vm_text_ref(e->base) : NULL;
    if (e)
        return VM_EDIT_OURS;
    return vm->edits ? VM_EDIT_OF_OTHERS : VM_EDIT_NOBODYS;
}

void
vm_edit_end(struct vm *vm, struct session *s)
{
    struct vm_edit *e;

    {
        LOCK_SCOPE(&vm->lock);
        struct vm_edit **at = edit_find_locked(vm, s);

        e = *at;
        if (e) {
            *at = e->next;
            e->next = NULL;
        }
    }
    edits_free(e);
}

bool
vm_forget_session(struct vm *vm, struct session *s)
{
    vm_edit_end(vm, s);

    LOCK_SCOPE(&vm->lock);
    if (vm->lock_session != s)
        return false;
    vm->lock_session = NULL;
    return true;
}
