/* SPDX-License-Identifier: MIT */
/* New entries of the registry: PrlVm_Reg (a new VM, semantics 6.4) and PrlSrv_RegisterVm (a directory that is there, 6.5). */
#include <errno.h>
#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/handlers.h"
#include "host/host_info.h"
#include "model/vm_model.h"
#include "qemu/qemu_find.h"
#include "qemu/qemu_images.h"
#include "qemu/saved_state.h"
#include "vm/disk_facts.h"
#include "vm/neighbours.h"
#include "vm/vm_build.h"
#include "vm/vm_home.h"
#include "vm/vm_registry.h"

#define NULL_UUID "{00000000-0000-0000-0000-000000000000}"
#define NAME_TRIES 1000
#define JOURNAL_TEXT_MAX (256u << 10)

/* ---- PrlVm_Reg ---- */

static PRL_RESULT
take_document(struct task *t, xmlDocPtr *ret)
{
    AUTO(cleanup_free) char *text = NULL;
    size_t len;
    PRL_RESULT r = task_arg_x(t, "config", &text, &len);

    return PRL_FAILED(r) ? r : vm_model_parse(text, len, ret);
}

/* Kept when there is one; empty or null: a new one. */
static PRL_RESULT
choose_uuid(xmlDocPtr doc, char out[UUID_TEXT])
{
    AUTO(cleanup_free) char *text = xml_get(vm_model_root(doc), "Identification/VmUuid");

    if (!text || !text[0]) {
        uuid_make(out);
        return PRL_ERR_SUCCESS;
    }
    if (!uuid_parse(text, out))
        return err_set(PRL_ERR_INVALID_ARG, "'%s' is no uuid", text);
    if (strcmp(out, NULL_UUID) == 0)
        uuid_make(out);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
validate(xmlDocPtr doc, const char *uuid, const char *home)
{
    struct vm_findings findings = { 0 };
    struct vm_neighbours neighbours;
    struct vm_validate_host host;
    PRL_RESULT r;

    host_validate_get(&host);
    neighbours_of(uuid, &neighbours);
    neighbours.has_address = NULL; /* not critical */
    host.neighbours = &neighbours;
    host.check_files = false;
    host.home = home;
    if (!vm_model_validate(doc, NULL, PVC_ALL, &host, &findings))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "validation");
    r = vm_findings_critical(&findings);
    vm_findings_free(&findings);
    return r;
}

#define MACHINE_MS 1000

static struct {
    struct lock lock;
    char *name;
    int64_t until_ms;
} machine = { .lock = LOCK_INIT(0) };

/* What QEMU's best machine is; NULL: there is no QEMU. Asked again after a second: who makes many VMs is not to look for the program each time. */
static char *
best_machine(void)
{
    AUTO(cleanup_free) char *found = NULL;
    char *name;

    {
        LOCK_SCOPE(&machine.lock);
        if (machine.name && clock_now_ms() < machine.until_ms)
            return str_dup(machine.name);
    }
    if (PRL_FAILED(qemu_find_machine(&found)))
        return NULL;
    name = str_dup(found);
    LOCK_SCOPE(&machine.lock);
    free(machine.name);
    machine.name = TAKE(found);
    machine.until_ms = clock_now_ms() + MACHINE_MS;
    return name;
}

static PRL_RESULT
prepare(xmlDocPtr doc, const char *home, const char *uuid, bool *ret_generated)
{
    AUTO(cleanup_free) char *found = best_machine(); /* without a QEMU a VM can be made all the same; its first start chooses */
    struct host_facts facts;
    struct vm_prepare_new p = { .home = home, .uuid = uuid, .server_uuid = vm_store_server_uuid(), .now = time(NULL), .machine = found };

    host_facts_get(&facts);
    p.bridged_network = facts.bridged_network;
    return vm_model_prepare_new(doc, &p, ret_generated);
}

/* Names of guest systems ("GNU/Linux") are not all names for a VM. */
static bool
make_valid(xmlDocPtr doc, char *name)
{
    for (char *p = name; *p; p++)
        if (strchr("\\/:*?\"<>|%", *p))
            *p = '-';
    return xml_set(vm_model_root(doc), "Identification/VmName", name);
}

/* All that is made on disk, and the VM. */
static PRL_RESULT
build(struct task *t, struct vm_build *b, xmlDocPtr doc, struct vm **ret_vm)
{
    PRL_RESULT r = disk_facts_attach(doc, NULL, b->home); /* images that are there already */

    if (PRL_SUCCEEDED(r))
        r = vm_build_plan_files(b, doc);
    if (PRL_SUCCEEDED(r) && vm_build_needs_journal(b))
        r = task_journal(t, vm_build_journal(b));
    if (PRL_SUCCEEDED(r))
        r = vm_build_make_home(b);
    if (PRL_SUCCEEDED(r))
        r = vm_build_make_files(b, doc, t);
    if (PRL_SUCCEEDED(r) && !task_commit_point(t))
        r = err_set(PRL_ERR_OPERATION_WAS_CANCELED, "cancelled");
    if (PRL_SUCCEEDED(r))
        r = vm_build_finish(b, doc, ret_vm);
    return r;
}

static PRL_RESULT
reg(struct task *t, struct vm_build *b)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *parent = NULL;
    AUTO(cleanup_free) char *home = NULL;
    AUTO(cleanup_free) char *name = NULL;
    AUTO(vm_unref) struct vm *vm = NULL;
    char uuid[UUID_TEXT];
    bool is_generated = false;
    PRL_RESULT r = take_document(t, &doc);

    if (PRL_SUCCEEDED(r))
        r = vm_home_parent(task_arg_s(t, "path"), &parent);
    if (PRL_SUCCEEDED(r))
        r = choose_uuid(doc, uuid);
    if (PRL_FAILED(r))
        return r;
    home = vm_home_final(parent, uuid);
    if (!home)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    r = prepare(doc, home, uuid, &is_generated);
    if (PRL_FAILED(r))
        return r;
    name = xml_get(vm_model_root(doc), "Identification/VmName");
    if (!name || (is_generated && !make_valid(doc, name)))
        return err_set(PRL_ERR_VM_NAME_IS_EMPTY, "the configuration has no name");
    r = vm_build_begin(b, t, parent, uuid, name);
    if (PRL_SUCCEEDED(r))
        r = validate(doc, uuid, home);
    if (PRL_SUCCEEDED(r))
        r = build(t, b, doc, &vm);
    if (PRL_FAILED(r))
        return r;
    vm_build_announce(vm, is_generated ? name : NULL);
    vm_build_later(t, vm, TAKE(doc));
    return task_add_vm(t, vm);
}

PRL_RESULT
vm_reg(struct task *t)
{
    struct vm_build b = { 0 };
    PRL_RESULT r = reg(t, &b);

    vm_build_undo(&b);
    return r;
}

void
vm_reg_recover(json_t *entry)
{
    vm_build_recover(entry);
}

/* ---- PrlSrv_RegisterVm ---- */

struct registering {
    char *home;
    char uuid[UUID_TEXT];
    char *name;
    bool is_uuid_given, is_name_generated, has_state;
    struct config_file config; /* as it was found */
    xmlDocPtr doc;
    int lock_fd;
    struct vm_reservation *reservation;
};

static void
registering_clear(struct registering *g)
{
    free(g->home);
    free(g->name);
    config_file_clear(&g->config);
    xmlFreeDoc(g->doc);
    cleanup_close(&g->lock_fd);
    vm_store_cancel(g->reservation);
}

static PRL_RESULT
take_directory(const char *path, struct registering *g)
{
    size_t n;

    if (!path_is_absolute(path)) {
        err_set(PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE, "'%s'", path);
        err_param(0, "%s", path);
        return PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE;
    }
    if (!path_is_clean(path))
        return err_set(PRL_ERR_INVALID_ARG, "not a plain path: '%s'", path);
    /* Some clients name the file. */
    g->home = strcmp(path_basename(path), CONFIG_FILE) == 0 && !path_is_dir(path) ? path_dirname(path) : strdup(path);
    if (!g->home)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    for (n = strlen(g->home); n > 1 && g->home[n - 1] == '/'; n--)
        g->home[n - 1] = '\0';
    if (path_is_dir(g->home))
        return PRL_ERR_SUCCESS;
    err_set(PRL_ERR_DIRECTORY_DOES_NOT_EXIST, "'%s'", g->home);
    err_param(0, "%s", g->home);
    return PRL_ERR_DIRECTORY_DOES_NOT_EXIST;
}

static PRL_RESULT
refuse_registered(struct registering *g)
{
    AUTO(vm_unref) struct vm *vm = vm_store_find_home(g->home);
    AUTO(cleanup_free) char *name = vm ? vm_name_dup(vm) : NULL;
    PRL_RESULT code = g->is_uuid_given ? PRL_ERR_VM_ALREADY_REGISTERED_VM_PATH : PRL_ERR_VM_ALREADY_REGISTERED;

    if (!vm)
        return PRL_ERR_SUCCESS;
    err_set(code, "'%s' is the home of %s", g->home, vm->uuid);
    err_param(0, "%s", name ? name : "");
    err_param(1, "%s", g->home);
    return code;
}

static PRL_RESULT
take_config(struct registering *g)
{
    AUTO(err_free) struct err *why = NULL;
    PRL_RESULT r = config_file_load(g->home, &g->config);

    if (r == PRL_ERR_VM_CONFIG_DOESNT_EXIST || r == PRL_ERR_PARSE_VM_CONFIG) {
        why = err_take(r);
        if (PRL_SUCCEEDED(config_file_load_backup(g->home, &g->config)))
            r = PRL_ERR_SUCCESS;
        else if (why)
            err_put(why);
    }
    if (PRL_FAILED(r))
        return r;
    return vm_model_parse(g->config.text->p, g->config.text->len, &g->doc);
}

static PRL_RESULT
check_server(struct registering *g, uint64_t flags)
{
    const char *theirs = g->config.server_uuid;

    if (!theirs[0] || strcmp(theirs, vm_store_server_uuid()) == 0 || (flags & PRCF_FORCE) || !vm_home_is_shared_fs(g->home))
        return PRL_ERR_SUCCESS;
    return err_set(PRL_ERR_FORCE_REG_ON_SHARED_STORAGE_IS_NEEDED, "'%s' is on a shared file system and belongs to server %s", g->home,
                   theirs);
}

static PRL_RESULT
state_has_uuid(const struct registering *g)
{
    return err_set(PRL_ERR_FAILURE, "'%s' holds a saved state, which would not fit another uuid", g->home);
}

static PRL_RESULT
choose_identity(struct task *t, struct registering *g, uint64_t flags)
{
    AUTO(cleanup_free) char *sav = path_join(g->home, CONFIG_SAV);
    const char *wanted = task_arg_s(t, "uuid");

    g->has_state = sav && path_exists(sav);
    if (g->is_uuid_given)
        uuid_parse(wanted, g->uuid);
    else if ((flags & PRVF_REGENERATE_VM_UUID) || !g->config.uuid[0])
        uuid_make(g->uuid);
    else
        memcpy(g->uuid, g->config.uuid, UUID_TEXT);
    if (g->has_state && strcmp(g->uuid, g->config.uuid) != 0)
        return state_has_uuid(g);
    g->is_name_generated = !g->config.name[0];
    g->name = strdup(g->is_name_generated ? path_basename(g->home) : g->config.name);
    return g->name ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "name");
}

/* Conflicts end in a new uuid and "name (N)" (6.5). */
static PRL_RESULT
reserve(struct registering *g)
{
    AUTO(cleanup_free) char *base = strdup(g->name);
    int n = 0;

    while (base && g->name && n < NAME_TRIES) {
        PRL_RESULT r = vm_store_reserve(g->uuid, g->name, g->home, &g->reservation);
        bool is_uuid_taken = r == PRL_ERR_VM_ALREADY_REGISTERED_VM_UUID && !g->is_uuid_given;

        if (is_uuid_taken && g->has_state)
            return state_has_uuid(g);
        if (is_uuid_taken) {
            uuid_make(g->uuid);
        } else if (r == PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME || r == PRL_ERR_VM_ALREADY_REGISTERED_UNIQUE_PARAMS) {
            free(g->name);
            g->name = str_printf("%s (%d)", base, ++n);
        } else {
            return r;
        }
    }
    return err_set(PRL_ERR_OUT_OF_MEMORY, "no free name for '%s'", g->home);
}

/*
 * Stored names are absolute: in a directory that was copied or moved they lead to the old place. What lies here under the same name
 * is meant.
 */
static PRL_RESULT
adopt_images(struct registering *g)
{
    struct vm_images images = { 0 };
    PRL_RESULT r = vm_model_images(g->doc, g->home, &images);

    for (size_t i = 0; PRL_SUCCEEDED(r) && i < images.len; i++) {
        const struct vm_image *image = &images.p[i];
        AUTO(cleanup_free) char *here = path_join(g->home, path_basename(image->path));
        const char *path = !image->is_inside && image->kind != VM_IMAGE_CD && here && path_exists(here) ? here : image->path;

        if (!here || !xml_set(image->device, "SystemName", path))
            r = err_set(PRL_ERR_OUT_OF_MEMORY, "image names");
    }
    vm_images_free(&images);
    return r;
}

static PRL_RESULT
edit_document(struct registering *g, uint64_t flags)
{
    xmlNodePtr root = vm_model_root(g->doc);
    PRL_RESULT r = adopt_images(g);
    bool ok;

    if (PRL_FAILED(r))
        return r;
    ok = xml_set(root, "Identification/VmUuid", g->uuid) && xml_set(root, "Identification/VmName", g->name);
    if (ok && g->config.server_uuid[0] && strcmp(g->config.server_uuid, vm_store_server_uuid()) != 0)
        ok = xml_set(root, "Identification/LastServerUuid", g->config.server_uuid);
    ok = ok && xml_set(root, "Identification/ServerUuid", vm_store_server_uuid());
    if (ok && (flags & PRVF_REGENERATE_SRC_VM_UUID))
        ok = xml_set(root, "Identification/SourceVmUuid", g->uuid);
    return ok ? PRL_ERR_SUCCESS : err_set(PRL_ERR_INVALID_ARG, "the name of '%s' cannot be stored", g->home);
}

/* A very large configuration is not kept for the way back: what it would undo is our mark of ownership. */
static json_t *
register_journal(const struct registering *g)
{
    const char *text = g->config.text->len <= JOURNAL_TEXT_MAX ? g->config.text->p : NULL;

    return json_pack("{s:s, s:s, s:s*}", "uuid", g->uuid, "home", g->home, "config", text);
}

static struct vm *
registered_vm(const struct registering *g, struct config_file *saved)
{
    AUTO(vm_unref) struct vm *vm = vm_new(g->uuid, g->name, g->home);

    if (!vm)
        return NULL;
    vm->registered_by = strdup(host_identity()->user_name);
    clock_local_text(time(NULL), vm->registered_at);
    vm->uptime_s = saved->uptime_s;
    vm->state = g->has_state ? VMS_SUSPENDED : VMS_STOPPED;
    vm_registry_take(vm, saved, PRL_ERR_SUCCESS, 0);
    return TAKE(vm);
}

/* A saved state knows its images by their stamps, which copying a directory changes. One that is not ours lists as it is. */
static PRL_RESULT
renew_state(const struct registering *g)
{
    AUTO_IMAGES images = { 0 };
    PRL_RESULT r;

    if (!g->has_state)
        return PRL_ERR_SUCCESS;
    r = qemu_images_list(g->doc, g->home, &images);
    if (PRL_SUCCEEDED(r))
        r = saved_state_restamp(g->home, &images);
    if (PRL_FAILED(r)) {
        LOG_W("store", "the saved state in '%s' cannot be resumed: %s", g->home, err_peek()->details ? err_peek()->details : "");
        err_clear();
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
enter(struct task *t, struct registering *g, uint64_t flags, struct vm **ret_vm)
{
    AUTO(vm_unref) struct vm *vm = NULL;
    AUTO_CONFIG saved = CONFIG_FILE_INIT;
    PRL_RESULT r = task_journal(t, register_journal(g));

    if (PRL_SUCCEEDED(r))
        r = renew_state(g);
    if (PRL_SUCCEEDED(r))
        r = config_file_save(g->home, g->doc, &saved);
    if (PRL_FAILED(r))
        return r;
    if (!(flags & PRVF_KEEP_OTHERS_PERMISSIONS) && saved.others != PAO_VM_NOT_SHARED) {
        config_file_share(g->home, PAO_VM_NOT_SHARED);
        config_file_stat(g->home, &saved);
    }
    vm = registered_vm(g, &saved);
    r = vm ? vm_store_publish(TAKE(g->reservation), vm) : err_set(PRL_ERR_OUT_OF_MEMORY, "virtual machine");
    if (PRL_FAILED(r)) {
        AUTO(err_free) struct err *why = err_take(r);

        config_file_save_text(g->home, g->config.text->p, g->config.text->len);
        return why ? err_put(why) : r;
    }
    *ret_vm = TAKE(vm);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_uuid_argument(struct task *t, struct registering *g, uint64_t flags)
{
    const char *wanted = task_arg_s(t, "uuid");

    g->is_uuid_given = wanted && wanted[0];
    if (!g->is_uuid_given)
        return PRL_ERR_SUCCESS;
    if (!uuid_parse(wanted, g->uuid))
        return err_set(PRL_ERR_INVALID_ARG, "'%s' is no uuid", wanted);
    if (flags & PRVF_REGENERATE_VM_UUID)
        return err_set(PRL_ERR_INVALID_ARG, "a uuid is given and a new one is asked for");
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
register_directory(struct task *t, struct registering *g)
{
    uint64_t flags = task_arg_u(t, "flags");
    AUTO(vm_unref) struct vm *vm = NULL;
    PRL_RESULT r = check_uuid_argument(t, g, flags);

    if (PRL_SUCCEEDED(r))
        r = take_directory(task_arg_s(t, "path"), g);
    if (PRL_SUCCEEDED(r))
        r = refuse_registered(g);
    if (PRL_SUCCEEDED(r))
        r = take_config(g);
    if (PRL_SUCCEEDED(r)) /* taken over only while no QEMU, whoever's, runs it */
        r = vm_home_lock(g->home, &g->lock_fd);
    if (PRL_SUCCEEDED(r))
        r = check_server(g, flags);
    if (PRL_SUCCEEDED(r))
        r = choose_identity(t, g, flags);
    if (PRL_SUCCEEDED(r))
        r = reserve(g);
    if (PRL_SUCCEEDED(r))
        r = edit_document(g, flags);
    if (PRL_SUCCEEDED(r))
        r = enter(t, g, flags, &vm);
    if (PRL_FAILED(r))
        return r;
    vm_build_announce(vm, g->is_name_generated ? g->name : NULL);
    return task_add_vm(t, vm);
}

PRL_RESULT
vm_register(struct task *t)
{
    struct registering g = { .lock_fd = -1 };
    PRL_RESULT r = register_directory(t, &g);

    registering_clear(&g);
    return r;
}

/* Not in the registry: the configuration is what it was. */
void
vm_register_recover(json_t *entry)
{
    const char *uuid = json_string_value(json_object_get(entry, "uuid"));
    const char *home = json_string_value(json_object_get(entry, "home"));
    const char *config = json_string_value(json_object_get(entry, "config"));
    AUTO(vm_unref) struct vm *vm = uuid ? vm_store_find(uuid) : NULL;
    AUTO_CONFIG now = CONFIG_FILE_INIT;
    int fd = -1;

    if (vm || !home || !config || !path_is_absolute(home) || !path_is_clean(home))
        return;
    if (PRL_FAILED(vm_home_lock(home, &fd))) /* somebody else's by now */
        return;
    if (PRL_SUCCEEDED(config_file_load(home, &now)) && strcmp(now.server_uuid, vm_store_server_uuid()) == 0)
        config_file_save_text(home, config, strlen(config));
    cleanup_close(&fd);
}
