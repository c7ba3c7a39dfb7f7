/* SPDX-License-Identifier: MIT */
/*
 * The list of all VMs, by order of registration, with a hash by uuid, and the registry file that mirrors it.
 */
#include "vm_store.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "durable.h"
#include "engine/events.h"
#include "home_sweep.h"
#include "links.h"
#include "model/vm_model.h"
#include "registry_file.h"
#include "vm_registry.h"

#define RANK_STORE 20
#define BUCKETS 4096
#define RECHECKS 8 /* of a file that is another one at each look */
#define PASSING_MS 1000 /* how old the time that a machine runs may be in a list */

struct vm_reservation {
    struct vm_reservation *next;
    char uuid[UUID_TEXT];
    char *name;
    char *home;
    struct vm *vm; /* being published: already in the file that is written */
};

static struct {
    struct lock lock;
    vm_vec vms;                   /* counted */
    struct vm *buckets[BUCKETS];  /* borrowed from vms, chained by hash_next */
    struct vm_reservation *reservations;
    struct durable file;          /* the registry */
    struct str lines;             /* what the file does not have yet */
    bool is_touched;              /* lines are not all that it lacks: all of it is to be written */
    char *state_dir, *default_dir; /* constant after load */
    char server_uuid[UUID_TEXT];   /* the same */
} store = { .lock = LOCK_INIT(RANK_STORE) };

static _Atomic uint64_t last_rev;
static _Atomic uint64_t order_rev;   /* the list had other members, or another order, before */
static _Atomic uint64_t passing_rev; /* what passes by itself is taken for changed at */
static _Atomic int64_t passing_ms;   /* when that was */
static pthread_once_t store_once = PTHREAD_ONCE_INIT;

uint64_t
vm_store_next_rev(void)
{
    return atomic_fetch_add(&last_rev, 1) + 1;
}

const char *
vm_store_default_dir(void)
{
    return store.default_dir ? store.default_dir : "";
}

const char *
vm_store_state_dir(void)
{
    return store.state_dir ? store.state_dir : "";
}

const char *
vm_store_server_uuid(void)
{
    return store.server_uuid;
}

bool
vm_store_set_default_dir(const char *dir)
{
    char *copy;

    if (!path_is_absolute(dir) || !path_is_clean(dir) || !(copy = strdup(dir)))
        return false;
    free(store.default_dir);
    store.default_dir = copy;
    return true;
}

/* ---- the list ---- */

static struct vm **
bucket_of(const char uuid[UUID_TEXT])
{
    return &store.buckets[vm_hash(uuid) % BUCKETS];
}

static struct vm *
find_locked(const char uuid[UUID_TEXT])
{
    struct vm *vm = *bucket_of(uuid);

    while (vm && strcmp(vm->uuid, uuid) != 0)
        vm = vm->hash_next;
    return vm;
}

/* Steals the reference. */
static bool
insert_locked(struct vm *vm)
{
    struct vm **bucket = bucket_of(vm->uuid);

    if (!vec_push(&store.vms, vm))
        return false;
    vm->hash_next = *bucket;
    *bucket = vm;
    home_watch_enter(vm);
    vm_store_reordered();
    return true;
}

static void
take_out_locked(struct vm *vm)
{
    struct vm **at = bucket_of(vm->uuid);

    while (*at && *at != vm)
        at = &(*at)->hash_next;
    if (*at)
        *at = vm->hash_next;
    for (size_t i = 0; i < store.vms.len; i++)
        if (store.vms.p[i] == vm) {
            vec_remove(&store.vms, i);
            break;
        }
    home_watch_leave(vm);
    vm_store_reordered();
}

struct vm *
vm_store_find(const char *uuid)
{
    char key[UUID_TEXT];

    if (!uuid || !uuid_parse(uuid, key))
        return NULL;
    LOCK_SCOPE(&store.lock);
    return vm_ref(find_locked(key));
}

/* The locks of all but one or two are not taken. */
static bool
has_name(struct vm *vm, const char *name, uint32_t hash)
{
    if (vm->name_hash != hash)
        return false;
    LOCK_SCOPE(&vm->lock);
    return strcmp(vm->name, name) == 0;
}

static struct vm *
find_name_locked(const char *name)
{
    const uint32_t hash = vm_hash(name);

    for (size_t i = 0; i < store.vms.len; i++)
        if (has_name(store.vms.p[i], name, hash))
            return store.vms.p[i];
    return NULL;
}

struct vm *
vm_store_find_name(const char *name)
{
    LOCK_SCOPE(&store.lock);

    return vm_ref(find_name_locked(name));
}

static bool
is_template(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return vm->is_template;
}

bool
vm_store_list(vm_vec *ret)
{
    vm_vec list = { 0 };
    bool ok = true;

    {
        LOCK_SCOPE(&store.lock);
        for (int pass = 0; ok && pass < 2; pass++)
            for (size_t i = 0; ok && i < store.vms.len; i++)
                if (is_template(store.vms.p[i]) == (pass == 0)) {
                    ok = vec_push(&list, store.vms.p[i]);
                    if (ok)
                        vm_ref(store.vms.p[i]);
                }
    }
    if (!ok) {
        vm_vec_free(&list);
        return false;
    }
    *ret = list;
    return true;
}

void
vm_vec_free(vm_vec *v)
{
    for (size_t i = 0; i < v->len; i++)
        vm_unref(v->p[i]);
    vec_free(v);
}

struct vm *
vm_store_find_home(const char *dir)
{
    vm_vec all = { 0 };
    struct vm *found = NULL;
    struct stat want, st;

    if (stat(dir, &want) < 0 || !vm_store_list(&all))
        return NULL;
    for (size_t i = 0; !found && i < all.len; i++) {
        AUTO(cleanup_free) char *home = vm_home_dup(all.p[i]);

        if (home && stat(home, &st) == 0 && st.st_dev == want.st_dev && st.st_ino == want.st_ino)
            found = vm_ref(all.p[i]);
    }
    vm_vec_free(&all);
    return found;
}

static bool
is_at(struct vm *vm, const char *home, const struct vm_stamp *config)
{
    if (path_is_inside(vm->home, home) || strcmp(vm->home, home) == 0)
        return true;
    if (!config->ino)
        return false;
    LOCK_SCOPE(&vm->lock);
    return vm->stamp.ino == config->ino && vm->stamp.dev == config->dev;
}

bool
vm_store_has_other(const struct vm *but, const char *home, const struct vm_stamp *config)
{
    bool found = false;
    LOCK_SCOPE(&store.lock);

    for (size_t i = 0; !found && i < store.vms.len; i++)
        found = store.vms.p[i] != but && is_at(store.vms.p[i], home, config);
    return found;
}

/* ---- what has changed ---- */

static void
rise(_Atomic uint64_t *to, uint64_t rev)
{
    uint64_t before = atomic_load(to);

    while (before < rev && !atomic_compare_exchange_weak(to, &before, rev))
        ;
}

void
vm_store_reordered(void)
{
    rise(&order_rev, vm_store_next_rev());
}

uint64_t
vm_store_order_rev(void)
{
    return atomic_load(&order_rev);
}

uint64_t
vm_store_now(void)
{
    const int64_t now_ms = clock_now_ms();
    int64_t before = atomic_load(&passing_ms);

    if (now_ms - before >= PASSING_MS && atomic_compare_exchange_strong(&passing_ms, &before, now_ms))
        rise(&passing_rev, vm_store_next_rev());
    return atomic_load(&last_rev);
}

bool
vm_store_has_changed(struct vm *vm, uint64_t since)
{
    if (atomic_load(&vm->told_rev) > since)
        return true;
    LOCK_SCOPE(&vm->lock);
    return vm->rev > since || (vm_state_is_live(vm->state) && atomic_load(&passing_rev) > since);
}

unsigned
vm_store_count_changed(uint64_t since, unsigned enough)
{
    unsigned n = 0;

    if (vm_store_now() == since)
        return 0;
    LOCK_SCOPE(&store.lock);
    for (size_t i = 0; i < store.vms.len && n < enough; i++)
        n += vm_store_has_changed(store.vms.p[i], since);
    return n;
}

/* ---- the registry file ---- */

static bool
append_locked(json_t *entries, struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return json_array_append_new(entries, vm_registry_entry_locked(vm)) == 0;
}

static json_t *
all_locked(void)
{
    json_t *entries = json_array();
    bool ok = entries != NULL;

    for (size_t i = 0; ok && i < store.vms.len; i++)
        if (!store.vms.p[i]->is_leaving)
            ok = append_locked(entries, store.vms.p[i]);
    for (struct vm_reservation *r = store.reservations; ok && r; r = r->next)
        if (r->vm)
            ok = append_locked(entries, r->vm);
    if (!ok) {
        json_decref(entries);
        return NULL;
    }
    return entries;
}

/* The lines that are missing, or an array of all entries. */
static json_t *
missing_locked(void)
{
    bool is_all = store.is_touched || store.lines.failed || !store.lines.len || registry_file_is_due();
    json_t *missing = is_all ? all_locked() : json_stringn_nocheck(store.lines.p, store.lines.len);

    if (missing) {
        str_free(&store.lines);
        store.is_touched = false;
    }
    return missing;
}

static PRL_RESULT
write_missing(json_t *missing)
{
    if (json_is_array(missing))
        return registry_file_write(store.state_dir, missing);
    return registry_file_append(store.state_dir, json_string_value(missing), json_string_length(missing));
}

/* One whose line cannot be written fails, and what others want is then written with all the rest. */
static PRL_RESULT
sync_locked(void)
{
    return durable_sync_locked(&store.file, &store.lock);
}

static void
add_locked(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    if (!registry_line_set(&store.lines, vm_registry_entry_locked(vm)))
        store.is_touched = true;
}

static void
drop_locked(const char *uuid)
{
    if (!registry_line_gone(&store.lines, uuid))
        store.is_touched = true;
}

void
vm_store_touch(void)
{
    LOCK_SCOPE(&store.lock);

    store.is_touched = true;
}

/* ---- load ---- */

static void
store_init(void)
{
    durable_init(&store.file, missing_locked, write_missing);
}

static void
load_entry(json_t *entry)
{
    struct vm *vm = vm_registry_vm(entry, store.server_uuid);
    AUTO(cleanup_free) char *text = NULL;

    if (!vm) {
        text = json_dumps(entry, JSON_COMPACT);
        LOG_E("store", "registry entry left out: %.200s", text ? text : "?");
        return;
    }
    LOCK_SCOPE(&store.lock);
    if (find_locked(vm->uuid)) {
        LOG_E("store", "registry has %s twice: the second is left out", vm->uuid);
        vm_unref(vm);
        return;
    }
    vm->is_registered = true;
    if (!insert_locked(vm))
        vm_unref(vm);
}

PRL_RESULT
vm_store_load(const char *state_dir)
{
    json_t *entries = NULL, *entry;
    size_t i;
    PRL_RESULT r;

    pthread_once(&store_once, store_init);
    xml_init();
    store.state_dir = strdup(state_dir);
    if (!store.default_dir)
        store.default_dir = path_join(state_dir, "vms");
    home_watch_open();
    if (!store.state_dir || !store.default_dir)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "store");
    r = vm_registry_server_uuid(state_dir, store.server_uuid);
    if (PRL_SUCCEEDED(r))
        r = links_load(state_dir);
    if (PRL_SUCCEEDED(r))
        r = registry_file_read(state_dir, &entries);
    if (PRL_FAILED(r))
        return r;
    home_sweep(state_dir, entries);
    json_array_foreach(entries, i, entry)
        load_entry(entry);
    json_decref(entries);
    LOG_I("store", "%zu virtual machines", store.vms.len);
    return PRL_ERR_SUCCESS;
}

void
vm_store_unload(void)
{
    vm_vec old = { 0 };

    {
        LOCK_SCOPE(&store.lock);
        store.is_touched = store.is_touched || registry_file_has_log(); /* one file is read faster than two */
        if (store.is_touched && store.state_dir)
            sync_locked(); /* what it would have kept is not worth an error */
        str_free(&store.lines);
        old = store.vms;
        memset(&store.vms, 0, sizeof store.vms);
        memset(store.buckets, 0, sizeof store.buckets);
    }
    home_watch_close();
    vm_vec_free(&old);
    links_unload();
    free(TAKE(store.state_dir));
    free(TAKE(store.default_dir));
    store.server_uuid[0] = '\0';
}

/* ---- reservations ---- */

static PRL_RESULT
conflict(PRL_RESULT code, const char *name, const char *home, const char *what)
{
    err_set(code, "%s", what);
    err_param(0, "%s", name);
    if (home)
        err_param(1, "%s", home);
    return code;
}

static PRL_RESULT
check_vms_locked(const char *uuid, const char *name, const char *home)
{
    struct vm *by_uuid = find_locked(uuid);
    struct vm *by_name = find_name_locked(name);
    struct vm *by_home = NULL;

    for (size_t i = 0; !by_home && i < store.vms.len; i++)
        if (strcmp(store.vms.p[i]->home, home) == 0)
            by_home = store.vms.p[i];
    if (by_uuid && by_uuid == by_name && by_uuid == by_home)
        return conflict(PRL_ERR_VM_ALREADY_REGISTERED, name, NULL, "this virtual machine is registered");
    if (by_uuid)
        return conflict(PRL_ERR_VM_ALREADY_REGISTERED_VM_UUID, name, NULL, uuid);
    if (by_home)
        return conflict(PRL_ERR_VM_ALREADY_REGISTERED_VM_PATH, name, home, "the directory is the home of another one");
    if (by_name)
        return conflict(PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME, name, NULL, "the name is in use");
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_reservations_locked(const char *uuid, const char *name, const char *home)
{
    for (struct vm_reservation *r = store.reservations; r; r = r->next)
        if ((uuid && strcmp(r->uuid, uuid) == 0) || str_eq(r->name, name) || (home && str_eq(r->home, home)))
            return conflict(PRL_ERR_VM_ALREADY_REGISTERED_UNIQUE_PARAMS, name, NULL,
                            "a call in progress makes a virtual machine of that uuid, name or directory");
    return PRL_ERR_SUCCESS;
}

static void
reservation_free(struct vm_reservation *r)
{
    if (!r)
        return;
    free(r->name);
    free(r->home);
    vm_unref(r->vm);
    free(r);
}
CLEANUP_FOR(reservation_free, struct vm_reservation *)

PRL_RESULT
vm_store_reserve(const char *uuid, const char *name, const char *home, struct vm_reservation **ret)
{
    AUTO(reservation_free) struct vm_reservation *fresh = calloc(1, sizeof *fresh);
    PRL_RESULT r;

    if (!fresh || !(fresh->name = strdup(name)) || !(fresh->home = strdup(home)))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "reservation");
    if (!uuid_parse(uuid, fresh->uuid))
        return err_set(PRL_ERR_INVALID_ARG, "'%s' is no uuid", uuid);

    LOCK_SCOPE(&store.lock);
    r = check_vms_locked(fresh->uuid, name, home);
    if (PRL_SUCCEEDED(r))
        r = check_reservations_locked(fresh->uuid, name, home);
    if (PRL_FAILED(r))
        return r;
    fresh->next = store.reservations;
    store.reservations = fresh;
    *ret = TAKE(fresh);
    return PRL_ERR_SUCCESS;
}

static void
drop_reservation_locked(struct vm_reservation *r)
{
    struct vm_reservation **at = &store.reservations;

    while (*at && *at != r)
        at = &(*at)->next;
    if (*at)
        *at = r->next;
}

void
vm_store_cancel(struct vm_reservation *r)
{
    if (!r)
        return;
    {
        LOCK_SCOPE(&store.lock);
        drop_reservation_locked(r);
    }
    reservation_free(r);
}

/* The registry has it. A home that cannot get its name has no VM after all. */
static PRL_RESULT
put_in_place_locked(struct vm_reservation *res, struct vm *vm, const char *temp)
{
    PRL_RESULT r;

    lock_drop(&store.lock);
    r = home_put(temp, res->home);
    lock_take(&store.lock);
    if (PRL_SUCCEEDED(r))
        return r;
    vm_unref(TAKE(res->vm));
    drop_locked(vm->uuid);
    if (PRL_FAILED(sync_locked()))
        LOG_E("store", "%s is in the registry and has no home", vm->uuid);
    return r;
}

/* In the file before it is in the list: nobody sees a VM that a crash would take away again. */
static PRL_RESULT
publish(struct vm_reservation *res, struct vm *vm, const char *temp)
{
    PRL_RESULT r;

    {
        LOCK_SCOPE(&store.lock);
        res->vm = vm_ref(vm);
        add_locked(vm);
        r = sync_locked();
        if (PRL_SUCCEEDED(r) && temp)
            r = put_in_place_locked(res, vm, temp);
        if (PRL_SUCCEEDED(r) && !insert_locked(vm_ref(vm))) {
            vm_unref(vm);
            r = err_set(PRL_ERR_OUT_OF_MEMORY, "list of virtual machines");
        }
        if (PRL_SUCCEEDED(r)) {
            LOCK_SCOPE(&vm->lock);
            vm->is_registered = true;
            vm->rev = vm_store_next_rev(); /* not below the revision that a list in between has shown */
            vm->config_rev = vm->rev;
        }
        drop_reservation_locked(res);
        if (PRL_FAILED(r))
            store.is_touched = true; /* it may be in the file all the same */
    }
    if (PRL_FAILED(r) && temp && !path_exists(temp))
        path_rename_noreplace(res->home, temp); /* the caller's to remove */
    reservation_free(res);
    return r;
}

PRL_RESULT
vm_store_publish(struct vm_reservation *res, struct vm *vm)
{
    return publish(res, vm, NULL);
}

PRL_RESULT
vm_store_publish_home(struct vm_reservation *res, struct vm *vm, const char *temp)
{
    return publish(res, vm, temp);
}

PRL_RESULT
vm_store_rename(struct vm *vm, const char *name)
{
    char *copy = strdup(name);
    uint64_t rev = vm_store_next_rev();
    char *old = NULL;
    struct vm *other;
    PRL_RESULT r;

    if (!copy)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "name");
    {
        LOCK_SCOPE(&store.lock);
        other = find_name_locked(name);
        if (other && other != vm)
            r = conflict(PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME, name, NULL, "the name is in use");
        else
            r = check_reservations_locked(NULL, name, NULL);
        if (PRL_SUCCEEDED(r)) {
            LOCK_SCOPE(&vm->lock);
            old = vm_name_set_locked(vm, TAKE(copy));
            vm->rev = rev;
        }
        store.is_touched = true;
    }
    free(copy);
    free(old);
    return r;
}

PRL_RESULT
vm_store_remove(struct vm *vm)
{
    bool was_in = false;
    PRL_RESULT r;

    {
        LOCK_SCOPE(&store.lock);
        if (find_locked(vm->uuid) != vm)
            return err_set(PRL_ERR_VM_UUID_NOT_FOUND, "%s is not registered", vm->uuid);
        vm->is_leaving = true;
        drop_locked(vm->uuid);
        r = sync_locked();
        if (PRL_FAILED(r)) {
            vm->is_leaving = false;
            store.is_touched = true;
            return r;
        }
        was_in = find_locked(vm->uuid) == vm;
        take_out_locked(vm);
        LOCK_SCOPE(&vm->lock);
        vm->is_registered = false;
    }
    home_watch_drop(vm);
    if (was_in)
        vm_unref(vm);
    return r;
}

/* ---- configurations ---- */

PRL_RESULT
vm_store_save_config(struct vm *vm, xmlDocPtr doc)
{
    AUTO(cleanup_free) char *home = vm_home_dup(vm);
    AUTO_CONFIG c = CONFIG_FILE_INIT;
    PRL_RESULT r;

    if (!home)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    r = config_file_save(home, doc, &c);
    if (PRL_FAILED(r))
        return r;
    vm_registry_take(vm, &c, PRL_ERR_SUCCESS, 0);
    vm_store_touch();
    return PRL_ERR_SUCCESS;
}

static bool
same_stamp(const struct vm_stamp *a, const struct vm_stamp *b)
{
    return a->dev == b->dev && a->ino == b->ino && a->size == b->size && a->mtime_ns == b->mtime_ns;
}

/* True: what is known of it is what the file says. False: the file was read, which another look at this moment may have made vain. */
static bool
look_once(struct vm *vm, const char *home)
{
    AUTO_CONFIG now = CONFIG_FILE_INIT;
    bool is_same, is_told = true;
    uint64_t rev;

    config_file_stat(home, &now);
    {
        LOCK_SCOPE(&vm->lock);
        rev = vm->rev;
        is_same = same_stamp(&vm->stamp, &now.stamp) && (now.stamp.ino || vm->valid_rc);
        if (is_same) {
            is_told = vm->owner_uid == now.owner_uid && vm->others == now.others;
            vm->owner_uid = now.owner_uid;
            vm->others = now.others;
        }
    }
    if (!is_same) {
        vm_registry_reload(vm, store.server_uuid);
        LOCK_SCOPE(&vm->lock);
        is_told = vm->rev == rev;
    }
    if (!is_told) /* sessions rely on hearing of all that changes (doc/wire.md) */
        event_vm(vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    return is_same;
}

static bool
recheck(struct vm *vm, const char *home)
{
    bool ok = false;

    for (int i = 0; !ok && i < RECHECKS; i++)
        ok = look_once(vm, home);
    return ok;
}

void
vm_store_recheck(struct vm *vm)
{
    AUTO(cleanup_free) char *home = vm_home_dup(vm);
    uint64_t mark = home ? home_watch_look(vm, home) : 0;

    if (home && recheck(vm, home) && mark)
        home_watch_looked(vm, mark);
}

void
vm_store_recheck_once(struct vm *vm)
{
    AUTO(cleanup_free) char *home = vm_home_dup(vm);

    if (home)
        recheck(vm, home);
}

void
vm_store_recheck_all(void)
{
    vm_vec list = { 0 };

    if (home_watch_all_quiet() || !vm_store_list(&list))
        return;
    for (size_t i = 0; i < list.len; i++)
        if (!home_watch_is_quiet(list.p[i]))
            vm_store_recheck(list.p[i]);
    vm_vec_free(&list);
}

void
vm_session_closed(struct session *s)
{
    vm_vec all = { 0 };

    if (!vm_store_list(&all))
        return;
    for (size_t i = 0; i < all.len; i++)
        if (vm_forget_session(all.p[i], s))
            event_vm(all.p[i], PET_DSP_EVT_VM_CONFIG_CHANGED);
    vm_vec_free(&all);
}
