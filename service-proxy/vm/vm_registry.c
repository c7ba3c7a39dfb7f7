/* SPDX-License-Identifier: MIT */
/*
 * The registry remembers of each VM which file its configuration was (inode, size, time) and what was in it, so that a start of the
 * service with a thousand VMs reads their texts but parses only those that changed behind our back.
 */
#include "vm_registry.h"

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
#include "vm_store.h"

#define SERVER_FILE "server.json"
#define SERVER_MAX_BYTES 4096u

/* ---- the server ---- */

PRL_RESULT
vm_registry_server_uuid(const char *state_dir, char out[UUID_TEXT])
{
    json_t *file = NULL;
    const char *text;
    PRL_RESULT r = durable_read_json(state_dir, SERVER_FILE, SERVER_MAX_BYTES, &file);

    if (PRL_FAILED(r))
        return r;
    if (file) {
        text = json_string_value(json_object_get(file, "server_uuid"));
        if (!text || !uuid_parse(text, out))
            r = err_set(PRL_ERR_FAILURE, "'%s/%s' has no server_uuid", state_dir, SERVER_FILE);
        json_decref(file);
        return r;
    }
    uuid_make(out);
    file = json_pack("{s:s}", "server_uuid", out);
    r = durable_write_json(state_dir, SERVER_FILE, file);
    json_decref(file);
    return r;
}

/* ---- entries ---- */

json_t *
vm_registry_entry_locked(const struct vm *vm)
{
    const struct vm_stamp *s = &vm->stamp;
    json_t *e = json_pack("{s:s, s:s, s:s, s:s, s:s, s:b, s:I}", "uuid", vm->uuid, "name", vm->name, "home", vm->home, "by",
                          vm->registered_by ? vm->registered_by : "", "at", vm->registered_at, "template", (int)vm->is_template,
                          "uptime", (json_int_t)vm_uptime_locked(vm));

    /* Only of a good configuration: the others are looked at anew. */
    if (e && !vm->valid_rc && s->ino)
        json_object_set_new(e, "stamp", json_pack("[I, I, I]", (json_int_t)s->ino, (json_int_t)s->size, (json_int_t)s->mtime_ns));
    return e;
}

static bool
is_stamp(json_t *a, const struct vm_stamp *s)
{
    return json_array_size(a) == 3 && (uint64_t)json_integer_value(json_array_get(a, 0)) == s->ino &&
           (uint64_t)json_integer_value(json_array_get(a, 1)) == s->size &&
           json_integer_value(json_array_get(a, 2)) == s->mtime_ns;
}

/* The text alone, when it is the file that was known to be good. */
static bool
load_known(struct vm *vm, json_t *entry)
{
    struct config_file c = CONFIG_FILE_INIT;
    json_t *stamp = json_object_get(entry, "stamp");
    AUTO(cleanup_free) char *path = NULL;
    AUTO(cleanup_free) char *data = NULL;
    size_t len;

    if (!stamp || !config_file_stat(vm->home, &c) || !is_stamp(stamp, &c.stamp))
        return false;
    path = path_join(vm->home, CONFIG_FILE);
    if (!path || path_read(path, XML_MAX_BYTES, &data, &len) < 0 || len != c.stamp.size)
        return false;
    c.text = vm_text_new(data, len);
    c.name = strdup(vm->name);
    if (!c.text || !c.name) {
        config_file_clear(&c);
        return false;
    }
    c.is_template = json_is_true(json_object_get(entry, "template"));
    vm_registry_take(vm, &c, PRL_ERR_SUCCESS, 0);
    return true;
}

static VIRTUAL_MACHINE_STATE
state_by_files(const char *home)
{
    AUTO(cleanup_free) char *sav = path_join(home, CONFIG_SAV);

    return sav && path_exists(sav) ? VMS_SUSPENDED : VMS_STOPPED;
}

static const char *
text_of(json_t *entry, const char *key)
{
    const char *s = json_string_value(json_object_get(entry, key));

    return s ? s : "";
}

struct vm *
vm_registry_vm(json_t *entry, const char *server_uuid)
{
    const char *home = text_of(entry, "home");
    AUTO(vm_unref) struct vm *vm = NULL;

    if (!path_is_absolute(home) || !path_is_clean(home))
        return NULL;
    vm = vm_new(text_of(entry, "uuid"), text_of(entry, "name"), home);
    if (!vm)
        return NULL;
    vm->registered_by = strdup(text_of(entry, "by"));
    strncpy(vm->registered_at, text_of(entry, "at"), sizeof vm->registered_at - 1);
    vm->is_template = json_is_true(json_object_get(entry, "template"));
    vm->state = state_by_files(home);
    if (!load_known(vm, entry))
        vm_registry_reload(vm, server_uuid);
    if (!vm->valid_rc) { /* ours, so nobody else is writing there */
        durable_drop_half_written(home, CONFIG_FILE);
        durable_drop_half_written(home, CONFIG_BACKUP);
    }
    if (json_integer_value(json_object_get(entry, "uptime")) > 0)
        vm->uptime_s = (uint64_t)json_integer_value(json_object_get(entry, "uptime"));
    return TAKE(vm);
}

/* ---- configurations ---- */

void
vm_registry_take(struct vm *vm, struct config_file *c, PRL_RESULT valid_rc, uint64_t only_if_rev)
{
    bool is_taken = true;

    if (c->text)
        is_taken = vm_config_adopt(vm, TAKE(c->text), TAKE(c->name), c->is_template, only_if_rev);
    if (is_taken) {
        LOCK_SCOPE(&vm->lock);
        vm->stamp = c->stamp;
        vm->owner_uid = c->owner_uid;
        vm->others = c->others;
    }
    if (is_taken)
        vm_valid_set(vm, valid_rc);
    config_file_clear(c);
}

/* What is wrong with a configuration that could be read (semantics 5.3). A ServerUuid that is cleared belongs to nobody. */
static PRL_RESULT
whose(const struct vm *vm, const struct config_file *c, const char *server_uuid)
{
    if (strcmp(c->uuid, vm->uuid) != 0)
        return PRL_ERR_VM_CONFIG_INVALID_VM_UUID;
    if (c->server_uuid[0] && strcmp(c->server_uuid, server_uuid) != 0)
        return PRL_ERR_VM_CONFIG_INVALID_SERVER_UUID;
    return PRL_ERR_SUCCESS;
}

static bool
has_backup(const struct vm *vm, const char *home)
{
    AUTO_CONFIG backup = CONFIG_FILE_INIT;

    return PRL_SUCCEEDED(config_file_load_backup(home, &backup)) && strcmp(backup.uuid, vm->uuid) == 0;
}

/* A text that was good stays in memory while its file is broken: nobody loses a configuration by looking at it. */
void
vm_registry_reload(struct vm *vm, const char *server_uuid)
{
    AUTO(cleanup_free) char *home = vm_home_dup(vm);
    AUTO_CONFIG before = CONFIG_FILE_INIT;
    AUTO_CONFIG c = CONFIG_FILE_INIT;
    uint64_t rev;
    PRL_RESULT r;

    if (!home)
        return;
    {
        LOCK_SCOPE(&vm->lock);
        rev = vm->config_rev;
    }
    config_file_stat(home, &before);
    r = config_file_load(home, &c);
    if (PRL_SUCCEEDED(r)) {
        r = whose(vm, &c, server_uuid);
        vm_registry_take(vm, &c, r, rev);
        return;
    }
    if (r != PRL_ERR_ACCESS_TO_VM_DENIED && r != PRL_ERR_OUT_OF_MEMORY && has_backup(vm, home))
        r = PRL_ERR_VM_CONFIG_CAN_BE_RESTORED;
    err_clear();
    /* What it was before it was found to be no good: it may be another one by now. */
    vm_registry_take(vm, &before, r, rev);
}
