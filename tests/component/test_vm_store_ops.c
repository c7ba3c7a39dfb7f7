/* SPDX-License-Identifier: MIT */
/* VMs on disk through the whole service: made, listed, edited, cloned, deleted; and what a service that died in between leaves. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <prlsdk/PrlCommandsFlags.h>
#include <prlsdk/PrlEventsValues.h>
#include <prlsdk/PrlOses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "model/vm_model.h"
#include "qemu/backend.h"
#include "qemu/proc_run.h"
#include "qemu/qemu_find.h"
#include "service_fixture.h"
#include "vm/image_file.h"
#include "vm/links.h"
#include "vm/vm_store.h"
#include "skip.h"

#define UUID_A "{aaaaaaaa-0000-4000-8000-000000000001}"
#define UUID_B "{bbbbbbbb-0000-4000-8000-000000000002}"
#define UUID_C "{cccccccc-0000-4000-8000-000000000003}"

static struct caller *client;

/* ---- a backend whose freeze and commit work on files ---- */

static int freezes, commits;
static PRL_RESULT freeze_says, commit_says; /* what they answer when they have done it; a failed commit does nothing */
static struct gate *late_commit; /* the first commit does not know, the second waits here */

static PRL_RESULT
file_init(const char *state_dir, const char *run_dir)
{
    return PRL_ERR_SUCCESS;
}

static void
file_shutdown(void)
{
}

static PRL_RESULT
file_take_over(void)
{
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
file_freeze(struct vm *vm, struct task *t, const struct backend_overlay *o, int n)
{
    freezes++;
    for (int i = 0; i < n; i++) {
        PRL_RESULT r = image_overlay_create(o[i].overlay, o[i].image, o[i].image);

        if (PRL_FAILED(r))
            return r;
    }
    return freeze_says;
}

static PRL_RESULT
file_commit_back(struct vm *vm, struct task *t, const struct backend_overlay *o, int n)
{
    commits++;
    if (late_commit && commits == 1)
        return err_set(PRL_ERR_TRY_AGAIN, "mute");
    if (late_commit)
        gate_wait(late_commit, 1);
    if (PRL_FAILED(commit_says))
        return commit_says;
    for (int i = 0; i < n; i++) {
        char *chain[] = { (char *)o[i].image, NULL };
        PRL_RESULT r = image_commit(o[i].overlay, chain, false);

        if (PRL_FAILED(r))
            return r;
        unlink(o[i].overlay);
    }
    return PRL_ERR_SUCCESS;
}

static const struct backend files = { .name = "files",
                                      .init = file_init,
                                      .shutdown = file_shutdown,
                                      .take_over = file_take_over,
                                      .freeze = file_freeze,
                                      .commit_back = file_commit_back };

static int
up(void **state)
{
    service_up(NULL);
    backend = &files;
    freezes = commits = 0;
    client = caller_new(true);
    return 0;
}

static int
down(void **state)
{
    caller_free(client);
    service_down();
    return 0;
}

static void
restart(void)
{
    caller_free(client);
    service_restart();
    backend = &files;
    client = caller_new(true);
}

/* ---- short words ---- */

static struct call *
done(struct call *call)
{
    call_wait(call);
    return call;
}
#define CALL(op, vm, ...) done(call_start(client, op, vm, CALL_ARGS(__VA_ARGS__)))
#define CALL0(op, vm) done(call_start(client, op, vm, CALL_NO_ARGS))

/* The call must have worked; its reply is wanted. */
static struct call *
good(struct call *call)
{
    if (PRL_FAILED(call->code))
        fail_msg("%x: %s", (unsigned)call->code, call->details ? call->details : "");
    return call;
}

static PRL_RESULT
end(struct call *call)
{
    PRL_RESULT r = call->code;

    if (PRL_FAILED(r) && getenv("PRLKVM_TEST_VERBOSE"))
        printf("  %x: %s\n", (unsigned)r, call->details ? call->details : "");
    call_free(call);
    return r;
}

static json_t *
result(struct call *call, size_t i, const char *kind)
{
    return json_object_get(json_array_get(json_object_get(call->reply, "results"), i), kind);
}

static char *
text_of(xmlDocPtr doc)
{
    char *text = NULL;
    size_t len;

    assert_int_equal(vm_model_text(doc, VM_TEXT_HANDLE, &text, &len), PRL_ERR_SUCCESS);
    return text;
}

static xmlDocPtr
fresh_document(const char *uuid, const char *name)
{
    struct host_facts host = { .cpus = 2, .ram_mib = 2048, .bridged_network = "" };
    xmlDocPtr doc = vm_model_new();

    assert_non_null(doc);
    assert_int_equal(vm_model_set_default(doc, &host, PVS_GUEST_VER_LIN_DEBIAN, true), PRL_ERR_SUCCESS);
    assert_true(xml_set(vm_model_root(doc), "Identification/VmUuid", uuid));
    assert_true(xml_set(vm_model_root(doc), "Identification/VmName", name));
    assert_true(xml_set(vm_model_root(doc), "Hardware/Hdd/Size", "64"));
    return doc;
}

static struct call *
reg(const char *uuid, const char *name, const char *path)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = fresh_document(uuid, name);
    AUTO(cleanup_free) char *text = text_of(doc);

    return CALL(OP_VM_REG, NULL, ARG_X(text, strlen(text)), ARG_S(path), ARG_U(0));
}

static void
must_reg(const char *uuid, const char *name)
{
    assert_int_equal(end(reg(uuid, name, "")), PRL_ERR_SUCCESS);
}

static char *
home_of(const char *uuid)
{
    AUTO(vm_unref) struct vm *vm = vm_store_find(uuid);

    assert_non_null(vm);
    return vm_home_dup(vm);
}

static char *
file_of(const char *uuid, const char *name)
{
    AUTO(cleanup_free) char *home = home_of(uuid);

    return path_join(home, name);
}

/* SystemName of the first disk of the stored configuration. */
static char *
disk_of(const char *uuid)
{
    AUTO(vm_unref) struct vm *vm = vm_store_find(uuid);
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    char *name;

    assert_non_null(vm);
    assert_int_equal(vm_config_doc(vm, &doc), PRL_ERR_SUCCESS);
    name = xml_get(vm_model_root(doc), "Hardware/Hdd/SystemName");
    assert_non_null(name);
    return name;
}

static void
set_state(const char *uuid, VIRTUAL_MACHINE_STATE state)
{
    AUTO(vm_unref) struct vm *vm = vm_store_find(uuid);

    assert_non_null(vm);
    vm_state_set(vm, state);
}

/* Entries of the directory that new homes are in, "." and ".." apart. */
static int
entries_of(const char *name)
{
    AUTO(cleanup_free) char *dir = path_join(service_state_dir(), name);
    DIR *d = opendir(dir);
    struct dirent *e;
    int n = 0;

    assert_non_null(d);
    while ((e = readdir(d)))
        n += strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    closedir(d);
    return n;
}

static int
entries_of_default_dir(void)
{
    return entries_of("vms");
}

static bool
has_vm(const char *uuid)
{
    AUTO(vm_unref) struct vm *vm = vm_store_find(uuid);

    return vm != NULL;
}

static void
put_text(const char *path, const char *text)
{
    FILE *f = fopen(path, "we");

    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void
qemu_io(const char *path, const char *command)
{
    AUTO(cleanup_free) char *img = NULL;
    AUTO(cleanup_free) char *io = NULL;
    AUTO(cleanup_free) char *out = NULL;

    if (PRL_FAILED(qemu_find_img(&img)))
        skip_because("there is no qemu-img");
    io = str_printf("%.*sio", (int)strlen(img) - 3, img);
    const char *argv[] = { io, "-f", "qcow2", "-c", command, path, NULL };
    if (PRL_FAILED(proc_run(argv, NULL, clock_deadline(30000), -1, &out)))
        fail_msg("%s: %s", path, err_peek()->details);
    if (strstr(out, "failed"))
        fail_msg("%s: %s", path, out);
}

/* A journal entry that a service before this one left. */
static void
leave_journal(const char *method, json_t *entry)
{
    AUTO(cleanup_free) char *dir = path_join(service_state_dir(), "journal");
    AUTO(cleanup_free) char *path = path_join(dir, "11111111-0000-4000-8000-000000000001.json");
    json_t *whole = json_pack("{s:s, s:o}", "method", method, "entry", entry);
    char *text = json_dumps(whole, 0);

    path_make_dirs(dir, 0700);
    put_text(path, text);
    free(text);
    json_decref(whole);
}

/* ---- Reg ---- */

static void
reg__default_document__makes_home_disk_and_entry(void **state)
{
    struct call *call = good(reg(UUID_A, "one", ""));
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *home = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    struct image_info info;
    json_t *entry;

    assert_int_equal(call->code, PRL_ERR_SUCCESS);
    entry = result(call, 0, "vm");
    assert_string_equal(json_string_value(json_object_get(entry, "uuid")), UUID_A);
    assert_string_equal(json_string_value(json_object_get(entry, "name")), "one");
    assert_int_equal(json_integer_value(json_object_get(entry, "state")), VMS_STOPPED);
    assert_int_equal(json_integer_value(json_object_get(entry, "valid")), 0);
    assert_true(json_is_true(json_object_get(entry, "is_owner")));
    assert_int_equal(json_integer_value(json_object_get(entry, "allowed")), 7);
    home = home_of(UUID_A);
    assert_string_equal(json_string_value(json_object_get(entry, "home")), home);
    assert_int_equal(vm_model_parse(call->text, strlen(call->text), &doc), PRL_ERR_SUCCESS);
    call_free(call);

    disk = disk_of(UUID_A);
    assert_true(path_is_inside(disk, home));
    assert_int_equal(image_file_info(disk, &info), PRL_ERR_SUCCESS);
    assert_int_equal(info.size_bytes, 64u << 20);
    image_info_clear(&info);
    assert_int_equal(entries_of_default_dir(), 1);
    caller_wait_event(client, PET_DSP_EVT_VM_ADDED);
    assert_int_equal(xml_get_u64(vm_model_root(doc), "Settings/Startup/BootingOrder/BootDevice/BootingNumber", 99), 1);
}

static void
reg__conflicts__leave_nothing_behind(void **state)
{
    must_reg(UUID_A, "one");
    assert_int_equal(end(reg(UUID_A, "two", "")), PRL_ERR_VM_ALREADY_REGISTERED_VM_UUID);
    assert_int_equal(end(reg(UUID_B, "one", "")), PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME);
    assert_int_equal(end(reg(UUID_A, "one", "")), PRL_ERR_VM_ALREADY_REGISTERED);
    assert_int_equal(end(reg(UUID_B, "two", "relative")), PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE);
    assert_int_equal(end(reg(UUID_B, "two", "/none/such")), PRL_ERR_DIRECTORY_DOES_NOT_EXIST);
    assert_int_equal(end(reg(UUID_B, "two", "/tmp/../tmp")), PRL_ERR_INVALID_ARG);
    assert_int_equal(end(reg(UUID_B, "a/b", "")), PRL_ERR_INCONSISTENCY_VM_CONFIG);
    assert_int_equal(end(reg("nonsense", "two", "")), PRL_ERR_PARSE_VM_CONFIG);
    assert_int_equal(entries_of_default_dir(), 1);
}

static void
reg__without_uuid_and_name__gets_both(void **state)
{
    struct call *call = good(reg("", "", ""));
    json_t *entry;

    entry = result(call, 0, "vm");
    assert_int_equal(strlen(json_string_value(json_object_get(entry, "uuid"))), 38);
    assert_true(strlen(json_string_value(json_object_get(entry, "name"))) > 0);
    call_free(call);
}

static void
reg__image_names_that_lead_outside__make_nothing(void **state)
{
    static const char *const names[] = { "../escape.hdd", "/etc/../tmp/escape.hdd", "a\nb.hdd", "config.pvs" };

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        AUTO(xmlFreeDoc) xmlDocPtr doc = fresh_document(UUID_A, "one");
        AUTO(cleanup_free) char *text = NULL;

        xml_set(vm_model_root(doc), "Hardware/Hdd/SystemName", names[i]);
        text = text_of(doc);
        assert_true(PRL_FAILED(end(CALL(OP_VM_REG, NULL, ARG_X(text, strlen(text)), ARG_S(""), ARG_U(0)))));
        assert_int_equal(entries_of_default_dir(), 0);
    }
    assert_false(has_vm(UUID_A));
}

static void
reg__home_is_there_with_a_disk__uses_it(void **state)
{
    AUTO(cleanup_free) char *home = str_printf("%s/vms/%.36s", service_state_dir(), UUID_A + 1);
    AUTO(cleanup_free) char *disk = path_join(home, "harddisk.hdd");
    AUTO(cleanup_free) char *extra = path_join(home, "notes.txt");
    AUTO(cleanup_free) char *now = NULL;
    struct image_info info;

    assert_int_equal(path_make_dirs(home, 0700), 0);
    assert_int_equal(image_create(disk, 10), PRL_ERR_SUCCESS);
    put_text(extra, "x");
    must_reg(UUID_A, "one");
    now = disk_of(UUID_A);
    assert_string_equal(now, disk);
    assert_int_equal(image_file_info(disk, &info), PRL_ERR_SUCCESS);
    assert_int_equal(info.size_bytes, 10u << 20);
    image_info_clear(&info);
    assert_true(path_exists(extra));
    assert_int_equal(end(reg(UUID_A, "two", "")), PRL_ERR_VM_ALREADY_REGISTERED_VM_UUID);
}

/* ---- lists ---- */

static void
list__since__brings_texts_that_are_newer_only(void **state)
{
    struct call *call;
    uint64_t rev = 0;

    must_reg(UUID_A, "one");
    call = CALL(OP_VM_LIST, NULL, ARG_U(PVTF_VM | PVTF_CT), ARG_U(0));
    assert_int_equal(call->code, PRL_ERR_SUCCESS);
    assert_non_null(call->text);
    rev = (uint64_t)json_integer_value(json_object_get(result(call, 0, "vm"), "rev"));
    call_free(call);
    must_reg(UUID_B, "two");
    call = CALL(OP_VM_LIST, NULL, ARG_U(PVTF_VM), ARG_U(rev));
    assert_int_equal(json_array_size(json_object_get(call->reply, "results")), 2);
    assert_null(json_object_get(result(call, 0, "vm"), "text"));
    assert_non_null(json_object_get(result(call, 1, "vm"), "text"));
    call_free(call);
    call = CALL(OP_VM_LIST, NULL, ARG_U(PVTF_CT), ARG_U(0));
    assert_int_equal(json_array_size(json_object_get(call->reply, "results")), 0);
    call_free(call);
}

static void
get_config__by_uuid_and_by_name(void **state)
{
    must_reg(UUID_A, "one");
    assert_int_equal(end(CALL(OP_VM_CONFIG, NULL, ARG_S(UUID_A), ARG_U(PGVC_SEARCH_BY_UUID))), PRL_ERR_SUCCESS);
    assert_int_equal(end(CALL(OP_VM_CONFIG, NULL, ARG_S("one"), ARG_U(PGVC_SEARCH_BY_UUID))), PRL_ERR_VM_UUID_NOT_FOUND);
    assert_int_equal(end(CALL(OP_VM_CONFIG, NULL, ARG_S("one"), ARG_U(PGVC_SEARCH_BY_NAME))), PRL_ERR_SUCCESS);
    assert_int_equal(end(CALL(OP_VM_CONFIG, NULL, ARG_S("none"), ARG_U(PGVC_SEARCH_BY_UUID | PGVC_SEARCH_BY_NAME))),
                     PRL_ERR_VM_UUID_NOT_FOUND);
}

static void
get_state__is_an_event_document(void **state)
{
    struct call *call;

    must_reg(UUID_A, "one");
    call = CALL0(OP_VM_GET_STATE, UUID_A);
    assert_int_equal(call->code, PRL_ERR_SUCCESS);
    assert_non_null(strstr(call->text, "vminfo_vm_state"));
    assert_non_null(strstr(call->text, "vminfo_vm_valid_rc"));
    call_free(call);
}

static void
list__broken_configuration__is_listed_as_such_and_restored(void **state)
{
    AUTO(cleanup_free) char *config = NULL;
    struct call *call;

    must_reg(UUID_A, "one");
    restart(); /* the backup is made behind the reply: a service that ends waits for it */
    config = file_of(UUID_A, "config.pvs");
    assert_int_equal(end(CALL(OP_VM_RESTORE, UUID_A, ARG_U(0))), PRL_ERR_VM_CONFIG_IS_ALREADY_VALID);
    put_text(config, "<nothing");
    call = CALL(OP_VM_LIST, NULL, ARG_U(0), ARG_U(0));
    assert_int_equal(json_integer_value(json_object_get(result(call, 0, "vm"), "valid")), PRL_ERR_VM_CONFIG_CAN_BE_RESTORED);
    call_free(call);
    assert_int_equal(end(CALL0(OP_VM_BEGIN_EDIT, UUID_A)), PRL_ERR_VM_CONFIG_CAN_BE_RESTORED);
    assert_int_equal(end(CALL(OP_VM_RESTORE, UUID_A, ARG_U(0))), PRL_ERR_SUCCESS);
    assert_int_equal(end(CALL0(OP_VM_BEGIN_EDIT, UUID_A)), PRL_ERR_SUCCESS);
}

/* ---- Unreg, RegisterVm, Delete ---- */

static void
unreg_and_register__same_directory__is_the_same_vm(void **state)
{
    AUTO(cleanup_free) char *home = NULL;
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *now = NULL;

    must_reg(UUID_A, "one");
    home = home_of(UUID_A);
    disk = disk_of(UUID_A);
    assert_int_equal(end(CALL(OP_REGISTER_VM, NULL, ARG_S(home), ARG_S(NULL), ARG_U(0))), PRL_ERR_VM_ALREADY_REGISTERED);
    assert_int_equal(end(CALL(OP_REGISTER_VM, NULL, ARG_S(home), ARG_S(UUID_A), ARG_U(0))), PRL_ERR_VM_ALREADY_REGISTERED_VM_PATH);
    assert_int_equal(end(CALL0(OP_VM_UNREG, UUID_A)), PRL_ERR_SUCCESS);
    caller_wait_event(client, PET_DSP_EVT_VM_UNREGISTERED);
    assert_false(has_vm(UUID_A));
    assert_true(path_exists(disk));
    assert_int_equal(end(CALL(OP_REGISTER_VM, NULL, ARG_S(home), ARG_S("nonsense"), ARG_U(0))), PRL_ERR_INVALID_ARG);
    assert_int_equal(end(CALL(OP_REGISTER_VM, NULL, ARG_S(home), ARG_S(UUID_B), ARG_U(PRVF_REGENERATE_VM_UUID))), PRL_ERR_INVALID_ARG);
    assert_int_equal(end(CALL(OP_REGISTER_VM, NULL, ARG_S(home), ARG_S(NULL), ARG_U(0))), PRL_ERR_SUCCESS);
    now = disk_of(UUID_A);
    assert_string_equal(now, disk);
}

static void
register__copy_of_a_registered_home__is_another_vm_with_its_own_disk(void **state)
{
    AUTO(cleanup_free) char *home = NULL;
    AUTO(cleanup_free) char *copy = path_join(service_state_dir(), "copy");
    AUTO(cleanup_free) char *command = NULL;
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *uuid = NULL;
    struct call *call;
    json_t *entry;

    must_reg(UUID_A, "one");
    home = home_of(UUID_A);
    command = str_printf("cp -a '%s' '%s'", home, copy);
    assert_int_equal(system(command), 0);
    call = CALL(OP_REGISTER_VM, NULL, ARG_S(copy), ARG_S(NULL), ARG_U(0));
    assert_int_equal(call->code, PRL_ERR_SUCCESS);
    entry = result(call, 0, "vm");
    uuid = str_dup(json_string_value(json_object_get(entry, "uuid")));
    assert_string_not_equal(uuid, UUID_A);
    assert_string_equal(json_string_value(json_object_get(entry, "name")), "one (1)");
    call_free(call);
    disk = disk_of(uuid);
    assert_true(path_is_inside(disk, copy));
}

static void
register__no_configuration__is_told(void **state)
{
    AUTO(cleanup_free) char *dir = path_join(service_state_dir(), "empty");
    AUTO(cleanup_free) char *config = path_join(dir, "config.pvs");

    assert_int_equal(mkdir(dir, 0700), 0);
    assert_int_equal(end(CALL(OP_REGISTER_VM, NULL, ARG_S(dir), ARG_S(NULL), ARG_U(0))), PRL_ERR_VM_CONFIG_DOESNT_EXIST);
    put_text(config, "<VirtuozzoVirtualMachine><a></VirtuozzoVirtualMachine>");
    assert_int_equal(end(CALL(OP_REGISTER_VM, NULL, ARG_S(dir), ARG_S(NULL), ARG_U(0))), PRL_ERR_PARSE_VM_CONFIG);
    assert_int_equal(end(CALL(OP_REGISTER_VM, NULL, ARG_S("empty"), ARG_S(NULL), ARG_U(0))), PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE);
}

static void
delete__whole__leaves_nothing(void **state)
{
    must_reg(UUID_A, "one");
    set_state(UUID_A, VMS_RUNNING);
    assert_int_equal(end(CALL0(OP_VM_DELETE, UUID_A)), PRL_ERR_DISP_VM_IS_NOT_STOPPED);
    set_state(UUID_A, VMS_STOPPED);
    assert_int_equal(end(done(call_start(client, OP_VM_DELETE, UUID_A, CALL_ARGS(ARG_L(NULL))))), PRL_ERR_SUCCESS);
    caller_wait_event(client, PET_DSP_EVT_VM_DELETED);
    assert_int_equal(entries_of_default_dir(), 0);
    assert_int_equal(end(CALL0(OP_VM_GET_STATE, UUID_A)), PRL_ERR_VM_UUID_NOT_FOUND);
}

static void
delete__files_given__goes_no_further(void **state)
{
    AUTO(cleanup_free) char *home = NULL;
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *config = NULL;
    json_t *outside = json_pack("[s]", "/etc/passwd"), *list;

    must_reg(UUID_A, "one");
    home = home_of(UUID_A);
    disk = disk_of(UUID_A);
    config = file_of(UUID_A, "config.pvs");
    assert_int_equal(end(CALL(OP_VM_DELETE, UUID_A, ARG_L(outside))), PRL_ERR_INVALID_ARG);
    assert_true(has_vm(UUID_A));
    list = json_pack("[s]", disk);
    assert_int_equal(end(CALL(OP_VM_DELETE, UUID_A, ARG_L(list))), PRL_ERR_SUCCESS);
    assert_false(path_exists(disk));
    assert_true(path_exists(config));
    json_decref(outside);
    json_decref(list);
}

static void
delete__of_another_servers_directory__is_refused_and_unreg_works(void **state)
{
    AUTO(cleanup_free) char *config = NULL;
    AUTO(cleanup_free) char *text = NULL;
    AUTO(cleanup_free) char *now = NULL;
    char *at;

    must_reg(UUID_A, "one");
    config = file_of(UUID_A, "config.pvs");
    assert_int_equal(path_read(config, 1 << 20, &text, NULL), 0);
    at = strstr(text, vm_store_server_uuid());
    assert_non_null(at);
    memcpy(at, UUID_C, strlen(UUID_C));
    put_text(config, text);
    assert_int_equal(end(done(call_start(client, OP_VM_DELETE, UUID_A, CALL_ARGS(ARG_L(NULL))))), PRL_ERR_VM_CONFIG_INVALID_SERVER_UUID);
    assert_int_equal(end(CALL0(OP_VM_UNREG, UUID_A)), PRL_ERR_SUCCESS);
    assert_int_equal(path_read(config, 1 << 20, &now, NULL), 0);
    assert_string_equal(now, text);
}

/* From its place at once; from the disk behind the reply, or at the next start. */
static void
delete__home_of_our_own__leaves_nothing_in_the_trash(void **state)
{
    must_reg(UUID_A, "one");
    assert_int_equal(end(CALL(OP_VM_DELETE, UUID_A, ARG_L(NULL))), PRL_ERR_SUCCESS);
    assert_int_equal(entries_of_default_dir(), 0);
    restart();
    assert_int_equal(entries_of("trash"), 0);
    assert_false(has_vm(UUID_A));
}

/* Held by somebody: nothing is moved, nothing is unregistered. */
static void
delete__home_in_use__is_refused_and_stays(void **state)
{
    AUTO(cleanup_free) char *home = NULL;
    int fd = -1;

    must_reg(UUID_A, "one");
    home = home_of(UUID_A);
    assert_int_equal(vm_home_lock(home, &fd), PRL_ERR_SUCCESS);
    assert_int_equal(end(CALL(OP_VM_DELETE, UUID_A, ARG_L(NULL))), PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED);
    assert_true(has_vm(UUID_A));
    assert_true(path_is_dir(home));
    close(fd);
    assert_int_equal(end(CALL(OP_VM_DELETE, UUID_A, ARG_L(NULL))), PRL_ERR_SUCCESS);
}

static void
delete__directory_holds_another_vm__leaves_and_names_it(void **state)
{
    AUTO(cleanup_free) char *inner = NULL;
    AUTO(cleanup_free) char *inner_config = NULL;
    struct call *call;

    must_reg(UUID_A, "one");
    inner = file_of(UUID_A, "inner");
    inner_config = path_join(inner, "config.pvs");
    assert_int_equal(mkdir(inner, 0700), 0);
    put_text(inner_config, "x");
    call = done(call_start(client, OP_VM_DELETE, UUID_A, CALL_ARGS(ARG_L(NULL))));
    assert_int_equal(call->code, PRL_ERR_NOT_ALL_FILES_WAS_DELETED);
    assert_string_equal(json_string_value(json_object_get(json_array_get(json_object_get(call->reply, "results"), 0), "text")), inner);
    call_free(call);
    assert_false(has_vm(UUID_A));
    assert_true(path_exists(inner_config));
}

/* ---- edit ---- */

static xmlDocPtr
begin_edit(struct caller *who, const char *uuid)
{
    struct call *call = done(call_start(who, OP_VM_BEGIN_EDIT, uuid, CALL_NO_ARGS));
    xmlDocPtr doc = NULL;

    assert_int_equal(call->code, PRL_ERR_SUCCESS);
    assert_int_equal(vm_model_parse(call->text, strlen(call->text), &doc), PRL_ERR_SUCCESS);
    call_free(call);
    return doc;
}

static struct call *
commit(struct caller *who, const char *uuid, xmlDocPtr doc, unsigned flags)
{
    AUTO(cleanup_free) char *text = text_of(doc);

    return done(call_start(who, OP_VM_COMMIT, uuid, CALL_ARGS(ARG_X(text, strlen(text)), ARG_U(flags))));
}

static void
commit__without_begin_edit__is_refused(void **state)
{
    struct caller *other = caller_new(true);
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;

    must_reg(UUID_A, "one");
    doc = fresh_document(UUID_A, "one");
    assert_int_equal(end(commit(client, UUID_A, doc, 0)), PRL_ERR_CONFIG_BEGIN_EDIT_NOT_FOUND_OBJECT_UUID);
    xmlFreeDoc(begin_edit(other, UUID_A));
    assert_int_equal(end(commit(client, UUID_A, doc, 0)), PRL_ERR_CONFIG_BEGIN_EDIT_NOT_FOUND_USER_UUID);
    caller_free(other);
}

static void
commit__name_and_memory__are_stored_for_good(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr after = NULL;
    AUTO(vm_unref) struct vm *vm = NULL;
    AUTO(cleanup_free) char *server = NULL;

    must_reg(UUID_A, "one");
    must_reg(UUID_B, "two");
    doc = begin_edit(client, UUID_A);
    xml_set(vm_model_root(doc), "Identification/VmName", "two");
    assert_int_equal(end(commit(client, UUID_A, doc, 0)), PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME);
    xml_set(vm_model_root(doc), "Identification/VmName", "renamed");
    xml_set(vm_model_root(doc), "Hardware/Memory/RAM", "512");
    xml_set(vm_model_root(doc), "Identification/ServerUuid", UUID_C);
    assert_int_equal(end(commit(client, UUID_A, doc, 0)), PRL_ERR_SUCCESS);
    caller_wait_event(client, PET_DSP_EVT_VM_CONFIG_CHANGED);
    restart();
    vm = vm_store_find_name("renamed");
    assert_non_null(vm);
    assert_int_equal(vm_config_doc(vm, &after), PRL_ERR_SUCCESS);
    assert_int_equal(xml_get_u64(vm_model_root(after), "Hardware/Memory/RAM", 0), 512);
    server = xml_get(vm_model_root(after), "Identification/ServerUuid");
    assert_string_equal(server, vm_store_server_uuid());
}

static void
commit__two_sessions__are_merged_or_told(void **state)
{
    struct caller *other = caller_new(true);
    AUTO(xmlFreeDoc) xmlDocPtr one = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr two = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr after = NULL;
    AUTO(vm_unref) struct vm *vm = NULL;
    AUTO(cleanup_free) char *words = NULL;

    must_reg(UUID_A, "one");
    one = begin_edit(client, UUID_A);
    two = begin_edit(other, UUID_A);
    xml_set(vm_model_root(one), "Hardware/Memory/RAM", "512");
    assert_int_equal(end(commit(client, UUID_A, one, 0)), PRL_ERR_SUCCESS);
    xml_set(vm_model_root(two), "Settings/General/VmDescription", "words");
    xml_set(vm_model_root(two), "Hardware/Memory/RAM", "896");
    assert_int_equal(end(commit(other, UUID_A, two, 0)), PRL_ERR_VM_CONFIG_WAS_CHANGED);
    xmlFreeDoc(two);
    two = begin_edit(other, UUID_A);
    xmlFreeDoc(one);
    one = begin_edit(client, UUID_A);
    xml_set(vm_model_root(one), "Hardware/Memory/RAM", "640");
    assert_int_equal(end(commit(client, UUID_A, one, 0)), PRL_ERR_SUCCESS);
    xml_set(vm_model_root(two), "Settings/General/VmDescription", "words");
    assert_int_equal(end(commit(other, UUID_A, two, 0)), PRL_ERR_SUCCESS);
    vm = vm_store_find(UUID_A);
    assert_int_equal(vm_config_doc(vm, &after), PRL_ERR_SUCCESS);
    words = xml_get(vm_model_root(after), "Settings/General/VmDescription");
    assert_string_equal(words, "words");
    assert_int_equal(xml_get_u64(vm_model_root(after), "Hardware/Memory/RAM", 0), 640);
    caller_free(other);
}

static void
commit__running__hardware_is_refused_and_words_are_stored(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr hard = NULL;

    must_reg(UUID_A, "one");
    set_state(UUID_A, VMS_RUNNING);
    doc = begin_edit(client, UUID_A);
    hard = xmlCopyDoc(doc, 1);
    xml_set(vm_model_root(hard), "Hardware/Memory/RAM", "512");
    assert_int_equal(end(commit(client, UUID_A, hard, 0)), PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES);
    xml_set(vm_model_root(doc), "Settings/General/VmDescription", "words");
    xml_set(vm_model_root(doc), "Identification/VmName", "other");
    assert_int_equal(end(commit(client, UUID_A, doc, 0)), PRL_ERR_VM_MUST_BE_STOPPED_BEFORE_RENAMING);
    xml_set(vm_model_root(doc), "Identification/VmName", "one");
    assert_int_equal(end(commit(client, UUID_A, doc, 0)), PRL_ERR_SUCCESS);
    xmlFreeDoc(doc);
    doc = begin_edit(client, UUID_A);
    xml_set(vm_model_root(doc), "Hardware/Cpu/CpuUnits", "2000");
    assert_int_equal(end(commit(client, UUID_A, doc, 0)), PRL_ERR_SUCCESS);
    caller_wait_event(client, PET_DSP_EVT_VM_CONFIG_APPLIED);
    set_state(UUID_A, VMS_SUSPENDED);
    assert_int_equal(end(CALL0(OP_VM_BEGIN_EDIT, UUID_A)), PRL_ERR_CANT_EDIT_SUSPENDED_VM);
    set_state(UUID_A, VMS_STOPPED);
}

static void
commit__removed_disk__goes_only_when_asked(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *disk_a = NULL;
    AUTO(cleanup_free) char *disk_b = NULL;

    must_reg(UUID_A, "one");
    must_reg(UUID_B, "two");
    disk_a = disk_of(UUID_A);
    disk_b = disk_of(UUID_B);
    doc = begin_edit(client, UUID_A);
    vm_model_remove_device(doc, vm_model_device_nth(doc, PDE_HARD_DISK, 0));
    assert_int_equal(end(commit(client, UUID_A, doc, 0)), PRL_ERR_SUCCESS);
    assert_true(path_exists(disk_a));
    xmlFreeDoc(doc);
    doc = begin_edit(client, UUID_B);
    vm_model_remove_device(doc, vm_model_device_nth(doc, PDE_HARD_DISK, 0));
    assert_int_equal(end(commit(client, UUID_B, doc, PVCF_DESTROY_HDD_BUNDLE)), PRL_ERR_SUCCESS);
    assert_false(path_exists(disk_b));
}

static void
commit__into_a_template__is_unregistered_and_added(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;

    must_reg(UUID_A, "one");
    doc = begin_edit(client, UUID_A);
    xml_set(vm_model_root(doc), "Settings/General/IsTemplate", "1");
    assert_int_equal(end(commit(client, UUID_A, doc, 0)), PRL_ERR_SUCCESS);
    caller_wait_event(client, PET_DSP_EVT_VM_UNREGISTERED);
    assert_int_equal(caller_wait_event(client, PET_DSP_EVT_VM_ADDED), 2);
}

static void
lock__belongs_to_its_session(void **state)
{
    struct caller *other = caller_new(true);

    must_reg(UUID_A, "one");
    assert_int_equal(end(CALL0(OP_VM_UNLOCK, UUID_A)), PRL_ERR_VM_IS_NOT_LOCKED);
    assert_int_equal(end(CALL0(OP_VM_LOCK, UUID_A)), PRL_ERR_SUCCESS);
    assert_int_equal(end(CALL0(OP_VM_LOCK, UUID_A)), PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED);
    assert_int_equal(call_now(other, OP_VM_LOCK, UUID_A, CALL_NO_ARGS), PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED);
    assert_int_equal(call_now(other, OP_VM_UNLOCK, UUID_A, CALL_NO_ARGS), PRL_ERR_NOT_LOCK_OWNER_SESSION_TRIES_TO_UNLOCK);
    assert_int_equal(call_now(other, OP_VM_BEGIN_EDIT, UUID_A, CALL_NO_ARGS), PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED);
    xmlFreeDoc(begin_edit(client, UUID_A));
    assert_int_equal(end(CALL0(OP_VM_UNLOCK, UUID_A)), PRL_ERR_SUCCESS);
    assert_int_equal(call_now(other, OP_VM_LOCK, UUID_A, CALL_NO_ARGS), PRL_ERR_SUCCESS);
    assert_int_equal(call_now(other, OP_LOGOFF, NULL, CALL_NO_ARGS), PRL_ERR_SUCCESS);
    caller_free(other);
    assert_int_equal(end(CALL0(OP_VM_LOCK, UUID_A)), PRL_ERR_SUCCESS);
}

static void
update_security__is_the_mode_of_the_file(void **state)
{
    AUTO(cleanup_free) char *config = NULL;
    struct stat st;

    must_reg(UUID_A, "one");
    config = file_of(UUID_A, "config.pvs");
    assert_int_equal(end(CALL(OP_VM_UPDATE_SECURITY, UUID_A, ARG_U(9))), PRL_ERR_INVALID_ARG);
    assert_int_equal(end(CALL(OP_VM_UPDATE_SECURITY, UUID_A, ARG_U(PAO_VM_SHARED_ON_VIEW))), PRL_ERR_SUCCESS);
    caller_wait_event(client, PET_DSP_EVT_VM_SECURITY_CHANGED);
    assert_int_equal(stat(config, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0604);
}

/* ---- other small ones ---- */

static void
create_image__is_made_and_replaced_when_asked(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *text = NULL;
    AUTO(cleanup_free) char *path = NULL;
    struct image_info info;
    xmlNodePtr disk = NULL;
    unsigned index;

    must_reg(UUID_A, "one");
    doc = begin_edit(client, UUID_A);
    assert_int_equal(vm_model_create_device(doc, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS);
    xml_set(disk, "SystemName", "second.hdd");
    xml_set(disk, "EmulatedType", "1");
    xml_set(disk, "Size", "32");
    index = (unsigned)xml_get_u64(disk, "Index", 0);
    text = text_of(doc);
#define CREATE(recreate) \
    end(CALL(OP_VM_CREATE_IMAGE, UUID_A, ARG_X(text, strlen(text)), ARG_U(PDE_HARD_DISK), ARG_U(index), ARG_B(recreate), ARG_U(0)))
    assert_int_equal(CREATE(false), PRL_ERR_SUCCESS);
    path = file_of(UUID_A, "second.hdd");
    assert_int_equal(image_file_info(path, &info), PRL_ERR_SUCCESS);
    assert_int_equal(info.size_bytes, 32u << 20);
    image_info_clear(&info);
    assert_int_equal(CREATE(false), PRL_ERR_HDD_IMAGE_IS_ALREADY_EXIST);
    put_text(path, "old");
    assert_int_equal(CREATE(true), PRL_ERR_SUCCESS);
    assert_int_equal(image_file_info(path, &info), PRL_ERR_SUCCESS);
    assert_int_equal(info.format, IMAGE_QCOW2);
    image_info_clear(&info);
#undef CREATE
}

static void
generate_filename__finds_the_first_free_one(void **state)
{
    AUTO(cleanup_free) char *first = NULL;
    struct call *call;

    must_reg(UUID_A, "one");
    first = file_of(UUID_A, "disk.img");
    call = CALL(OP_VM_GENERATE_FILENAME, UUID_A, ARG_S("disk"), ARG_S(".img"), ARG_S("-"));
    assert_string_equal(call->text, "disk.img");
    call_free(call);
    put_text(first, "x");
    call = CALL(OP_VM_GENERATE_FILENAME, UUID_A, ARG_S("disk"), ARG_S(".img"), ARG_S("-"));
    assert_string_equal(call->text, "disk-1.img");
    call_free(call);
    assert_int_equal(end(CALL(OP_VM_GENERATE_FILENAME, UUID_A, ARG_S("../x"), ARG_S(""), ARG_S(""))), PRL_ERR_BAD_PARAMETERS);
}

/* ---- clones ---- */

static struct call *
start_clone(const char *source, const char *name, const char *uuid, unsigned flags)
{
    return call_start(client, OP_VM_CLONE, source, CALL_ARGS(ARG_S(name), ARG_S(uuid), ARG_S(""), ARG_U(flags)));
}

static PRL_RESULT
clone_vm(const char *source, const char *name, const char *uuid, unsigned flags)
{
    return end(done(start_clone(source, name, uuid, flags)));
}

static void
assert_chain(const char *image, int length)
{
    char **chain = NULL;
    int n = 0;

    assert_int_equal(links_chain(image, &chain), PRL_ERR_SUCCESS);
    while (chain[n])
        n++;
    assert_int_equal(n, length);
    links_chain_free(chain);
}

static void
clone__bad_arguments__change_nothing(void **state)
{
    must_reg(UUID_A, "one");
    assert_int_equal(clone_vm(UUID_A, "", "", 0), PRL_ERR_VM_NAME_IS_EMPTY);
    assert_int_equal(clone_vm(UUID_A, "a/b", "", 0), PRL_ERR_VMCONF_VM_NAME_HAS_INVALID_SYMBOL);
    assert_int_equal(clone_vm(UUID_A, "two", "nonsense", 0), PRL_ERR_INVALID_ARG);
    assert_int_equal(clone_vm(UUID_A, "two", UUID_A, 0), PRL_ERR_VM_ALREADY_REGISTERED_VM_UUID);
    assert_int_equal(clone_vm(UUID_A, "one", "", 0), PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME);
    assert_int_equal(clone_vm(UUID_A, "two", "", PCVF_CHANGE_SID), PRL_ERR_CHANGESID_NOT_SUPPORTED);
    set_state(UUID_A, VMS_SUSPENDED);
    assert_int_equal(clone_vm(UUID_A, "two", "", 0), PRL_ERR_DISP_VM_COMMAND_CANT_BE_EXECUTED);
    set_state(UUID_A, VMS_STOPPED);
    assert_int_equal(entries_of_default_dir(), 1);
}

static void
clone__full__is_a_vm_of_its_own(void **state)
{
    AUTO(cleanup_free) char *source = NULL;
    AUTO(cleanup_free) char *copy = NULL;
    AUTO(cleanup_free) char *home = NULL;

    must_reg(UUID_A, "one");
    source = disk_of(UUID_A);
    qemu_io(source, "write -P 5 1M 2M");
    assert_int_equal(clone_vm(UUID_A, "two", "bbbbbbbb-0000-4000-8000-000000000002", 0), PRL_ERR_SUCCESS);
    copy = disk_of(UUID_B);
    home = home_of(UUID_B);
    assert_true(path_is_inside(copy, home));
    qemu_io(copy, "read -P 5 1M 2M");
    assert_chain(copy, 1);
    caller_wait_event(client, PET_DSP_EVT_VM_ADDITION_STATE_CHANGED);
    assert_int_equal(caller_wait_event(client, PET_DSP_EVT_VM_ADDED), 2);
    restart();
    assert_true(has_vm(UUID_B));
    assert_int_equal(end(done(call_start(client, OP_VM_DELETE, UUID_A, CALL_ARGS(ARG_L(NULL))))), PRL_ERR_SUCCESS);
    qemu_io(copy, "read -P 5 1M 2M");
}

static void
clone__from_and_to_templates(void **state)
{
    AUTO(vm_unref) struct vm *template = NULL;
    AUTO(vm_unref) struct vm *back = NULL;

    must_reg(UUID_A, "one");
    assert_int_equal(clone_vm(UUID_A, "template", UUID_B, PCVF_CLONE_TO_TEMPLATE), PRL_ERR_SUCCESS);
    assert_int_equal(clone_vm(UUID_B, "back", UUID_C, 0), PRL_ERR_SUCCESS);
    template = vm_store_find(UUID_B);
    back = vm_store_find(UUID_C);
    assert_true(template->is_template);
    assert_false(back->is_template);
    assert_int_equal(clone_vm(UUID_A, "x", "", PCVF_CLONE_TO_TEMPLATE | PCVF_LINKED_CLONE), PRL_ERR_VM_REQUEST_NOT_SUPPORTED);
}

static void
clone__linked__stands_on_the_source_which_goes_on_in_an_overlay(void **state)
{
    AUTO(cleanup_free) char *base = NULL;
    AUTO(cleanup_free) char *goes_on = NULL;
    AUTO(cleanup_free) char *child = NULL;
    struct call *call;
    struct stat st;

    must_reg(UUID_A, "one");
    base = disk_of(UUID_A);
    qemu_io(base, "write -P 5 1M 2M");
    assert_int_equal(clone_vm(UUID_A, "two", UUID_B, PCVF_LINKED_CLONE), PRL_ERR_SUCCESS);
    goes_on = disk_of(UUID_A);
    child = disk_of(UUID_B);
    assert_string_not_equal(goes_on, base);
    assert_chain(goes_on, 2);
    assert_chain(child, 2);
    assert_int_equal(stat(base, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0400);
    qemu_io(goes_on, "write -P 6 1M 1M");
    qemu_io(child, "read -P 5 1M 2M");

    call = done(call_start(client, OP_VM_DELETE, UUID_A, CALL_ARGS(ARG_L(NULL))));
    assert_int_equal(call->code, PRL_ERR_VM_REQUEST_NOT_SUPPORTED);
    assert_non_null(strstr(call->details, UUID_B));
    call_free(call);
    /* Also when the child is registered no more. */
    assert_int_equal(end(CALL0(OP_VM_UNREG, UUID_B)), PRL_ERR_SUCCESS);
    restart();
    assert_int_equal(end(done(call_start(client, OP_VM_DELETE, UUID_A, CALL_ARGS(ARG_L(NULL))))), PRL_ERR_VM_REQUEST_NOT_SUPPORTED);
}

static void
clone__linked_again__no_chain_grows_without_need(void **state)
{
    AUTO(cleanup_free) char *first = NULL;
    AUTO(cleanup_free) char *second = NULL;
    AUTO(cleanup_free) char *third = NULL;

    must_reg(UUID_A, "one");
    assert_int_equal(clone_vm(UUID_A, "two", UUID_B, PCVF_LINKED_CLONE), PRL_ERR_SUCCESS);
    first = disk_of(UUID_A);
    assert_int_equal(clone_vm(UUID_A, "three", UUID_C, PCVF_LINKED_CLONE), PRL_ERR_SUCCESS);
    second = disk_of(UUID_A);
    assert_string_equal(first, second); /* nothing was written to it */
    qemu_io(second, "write -P 6 1M 1M");
    assert_int_equal(clone_vm(UUID_A, "four", "", PCVF_LINKED_CLONE), PRL_ERR_SUCCESS);
    third = disk_of(UUID_A);
    assert_string_not_equal(second, third);
    assert_chain(third, 3);
}

static void
delete__last_linked_clone__frees_the_base(void **state)
{
    AUTO(cleanup_free) char *base = NULL;

    must_reg(UUID_A, "one");
    base = disk_of(UUID_A);
    assert_int_equal(clone_vm(UUID_A, "two", UUID_B, PCVF_LINKED_CLONE), PRL_ERR_SUCCESS);
    assert_int_equal(end(done(call_start(client, OP_VM_DELETE, UUID_B, CALL_ARGS(ARG_L(NULL))))), PRL_ERR_SUCCESS);
    assert_int_equal(links_children_count(base), 1); /* the source's own overlay */
    assert_int_equal(end(done(call_start(client, OP_VM_DELETE, UUID_A, CALL_ARGS(ARG_L(NULL))))), PRL_ERR_SUCCESS);
    assert_int_equal(links_children_count(base), 0);
    assert_int_equal(entries_of_default_dir(), 0);
}

static void
clone__full_of_a_linked_source__copies_its_own_chain(void **state)
{
    AUTO(cleanup_free) char *base = NULL;
    AUTO(cleanup_free) char *goes_on = NULL;
    AUTO(cleanup_free) char *copy = NULL;
    AUTO(cleanup_free) char *home = NULL;
    char **chain = NULL;

    must_reg(UUID_A, "one");
    base = disk_of(UUID_A);
    qemu_io(base, "write -P 5 1M 2M");
    assert_int_equal(clone_vm(UUID_A, "two", UUID_B, PCVF_LINKED_CLONE), PRL_ERR_SUCCESS);
    goes_on = disk_of(UUID_A);
    qemu_io(goes_on, "write -P 6 1M 1M");
    assert_int_equal(clone_vm(UUID_A, "three", UUID_C, 0), PRL_ERR_SUCCESS);
    copy = disk_of(UUID_C);
    home = home_of(UUID_C);
    assert_int_equal(links_chain(copy, &chain), PRL_ERR_SUCCESS);
    assert_true(path_is_inside(chain[0], home));
    assert_true(path_is_inside(chain[1], home));
    assert_null(chain[2]);
    links_chain_free(chain);
    qemu_io(copy, "read -P 6 1M 1M");
    qemu_io(copy, "read -P 5 2M 1M");
}

static void
clone__full_of_a_linked_clone__is_linked_too(void **state)
{
    AUTO(cleanup_free) char *copy = NULL;
    AUTO(cleanup_free) char *linked = NULL;
    AUTO(vm_unref) struct vm *vm = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;

    must_reg(UUID_A, "one");
    assert_int_equal(clone_vm(UUID_A, "two", UUID_B, PCVF_LINKED_CLONE), PRL_ERR_SUCCESS);
    assert_int_equal(clone_vm(UUID_B, "three", UUID_C, 0), PRL_ERR_SUCCESS);
    copy = disk_of(UUID_C);
    assert_chain(copy, 2);
    vm = vm_store_find(UUID_C);
    assert_int_equal(vm_config_doc(vm, &doc), PRL_ERR_SUCCESS);
    linked = xml_get(vm_model_root(doc), "Identification/LinkedVmUuid");
    assert_string_equal(linked, UUID_B);
}

static void
clone__live__copies_what_stands_still_and_commits_back(void **state)
{
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *now = NULL;
    AUTO(cleanup_free) char *copy = NULL;
    AUTO(cleanup_free) char *live = NULL;

    must_reg(UUID_A, "one");
    disk = disk_of(UUID_A);
    qemu_io(disk, "write -P 5 1M 2M");
    set_state(UUID_A, VMS_RUNNING);
    assert_int_equal(clone_vm(UUID_A, "two", UUID_B, 0), PRL_ERR_SUCCESS);
    assert_int_equal(freezes, 1);
    assert_int_equal(commits, 1);
    now = disk_of(UUID_A);
    assert_string_equal(now, disk);
    live = str_printf("%s.live", disk);
    assert_false(path_exists(live));
    copy = disk_of(UUID_B);
    qemu_io(copy, "read -P 5 1M 2M");
    assert_chain(copy, 1);
    set_state(UUID_A, VMS_STOPPED);
}

static void
clone__live_and_linked__source_goes_on_in_the_overlay(void **state)
{
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *now = NULL;
    AUTO(cleanup_free) char *child = NULL;
    AUTO(cleanup_free) char *copy = NULL;

    must_reg(UUID_A, "one");
    disk = disk_of(UUID_A);
    qemu_io(disk, "write -P 5 1M 2M");
    set_state(UUID_A, VMS_PAUSED);
    assert_int_equal(clone_vm(UUID_A, "two", UUID_B, PCVF_LINKED_CLONE), PRL_ERR_SUCCESS);
    assert_int_equal(freezes, 1);
    assert_int_equal(commits, 0);
    now = disk_of(UUID_A);
    child = disk_of(UUID_B);
    assert_string_not_equal(now, disk);
    assert_chain(now, 2);
    assert_chain(child, 2);
    set_state(UUID_A, VMS_STOPPED);
    /* The header of that overlay has the base's whole path: a full clone has its own base all the same. */
    assert_int_equal(clone_vm(UUID_A, "three", UUID_C, 0), PRL_ERR_SUCCESS);
    copy = disk_of(UUID_C);
    assert_chain(copy, 2);
    qemu_io(copy, "read -P 5 1M 2M");
}

/*
 * A QEMU that has not said whether it froze the disks, and stays mute: the clone fails, and the source's configuration names the overlays,
 * which is right in either case.
 */
static void
clone_mute(unsigned flags)
{
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *now = NULL;
    AUTO(vm_unref) struct vm *made = NULL;

    must_reg(UUID_A, "one");
    disk = disk_of(UUID_A);
    qemu_io(disk, "write -P 5 1M 2M");
    set_state(UUID_A, VMS_RUNNING);
    freeze_says = commit_says = PRL_ERR_TIMEOUT;
    assert_int_equal(clone_vm(UUID_A, "two", UUID_B, flags), PRL_ERR_TIMEOUT);
    freeze_says = commit_says = PRL_ERR_SUCCESS;
    made = vm_store_find(UUID_B);
    assert_null(made);
    assert_int_equal(entries_of_default_dir(), 1);
    now = disk_of(UUID_A);
    assert_string_not_equal(now, disk);
    assert_chain(now, 2);
    set_state(UUID_A, VMS_STOPPED);
    qemu_io(now, "read -P 5 1M 2M");
    assert_int_equal(clone_vm(UUID_A, "two", UUID_B, 0), PRL_ERR_SUCCESS); /* nothing is held any more */
}

/* Mute in the last step of the commit: who asked is answered, and the rest is waited for, with nothing let in between. */
static void
clone__live_commit_unanswered__clone_is_told_and_the_source_settles_later(void **state)
{
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *live = NULL;
    AUTO(cleanup_free) char *now = NULL;
    AUTO(cleanup_free) char *copy = NULL;
    struct gate gate;

    gate_init(&gate);
    late_commit = &gate;
    must_reg(UUID_A, "one");
    disk = disk_of(UUID_A);
    live = str_printf("%s.live", disk);
    qemu_io(disk, "write -P 5 1M 2M");
    set_state(UUID_A, VMS_RUNNING);
    assert_int_equal(clone_vm(UUID_A, "two", UUID_B, 0), PRL_ERR_SUCCESS);
    copy = disk_of(UUID_B);
    qemu_io(copy, "read -P 5 1M 2M");
    assert_true(path_exists(live));
    now = disk_of(UUID_A);
    assert_string_equal(now, disk); /* nobody has decided for the overlay */
    gate_add(&gate, 1);
    assert_int_equal(clone_vm(UUID_A, "three", UUID_C, 0), PRL_ERR_SUCCESS); /* behind the first one's end */
    assert_false(path_exists(live));
    assert_int_equal(freezes, 2);
    assert_int_equal(commits, 3);
    set_state(UUID_A, VMS_STOPPED);
    qemu_io(disk, "read -P 5 1M 2M");
    late_commit = NULL;
    gate_free(&gate);
}

static void
clone__live_freeze_unanswered__source_has_its_overlay(void **state)
{
    clone_mute(0);
}

static void
clone__live_and_linked_freeze_unanswered__source_has_its_overlay(void **state)
{
    clone_mute(PCVF_LINKED_CLONE);
}

static void
clone_many(unsigned flags, VIRTUAL_MACHINE_STATE state)
{
    struct call *calls[16];
    AUTO(cleanup_free) char *disk = NULL;
    int refused = 0;

    must_reg(UUID_A, "one");
    disk = disk_of(UUID_A);
    qemu_io(disk, "write -P 5 1M 2M");
    set_state(UUID_A, state);
    for (int i = 0; i < 16; i++) {
        char name[16];

        snprintf(name, sizeof name, "clone %d", i);
        calls[i] = start_clone(UUID_A, name, "", flags);
    }
    for (int i = 0; i < 16; i++) {
        call_wait(calls[i]);
        refused += PRL_FAILED(end(calls[i]));
    }
    assert_int_equal(refused, 0);
    set_state(UUID_A, VMS_STOPPED);
    assert_int_equal(entries_of_default_dir(), 17);
    for (int i = 0; i < 16; i++) {
        char name[16];
        AUTO(vm_unref) struct vm *vm = NULL;
        AUTO(cleanup_free) char *copy = NULL;

        snprintf(name, sizeof name, "clone %d", i);
        vm = vm_store_find_name(name);
        copy = disk_of(vm->uuid);
        qemu_io(copy, "read -P 5 1M 2M");
    }
}

static void
clone__sixteen_at_once__none_is_refused(void **state)
{
    clone_many(0, VMS_STOPPED);
}

static void
clone__sixteen_linked_at_once__none_is_refused(void **state)
{
    AUTO(cleanup_free) char *now = NULL;

    clone_many(PCVF_LINKED_CLONE, VMS_STOPPED);
    now = disk_of(UUID_A);
    assert_chain(now, 2);
}

static void
clone__sixteen_live_at_once__share_their_freezes(void **state)
{
    clone_many(0, VMS_RUNNING);
    assert_int_equal(freezes, commits);
    assert_true(freezes <= 16);
}

static void
clone__sixteen_live_and_linked_at_once__none_is_refused(void **state)
{
    clone_many(PCVF_LINKED_CLONE, VMS_RUNNING);
}

static void
clone__cancelled__leaves_nothing(void **state)
{
    AUTO(cleanup_free) char *disk = NULL;
    struct call *call;
    FILE *f;

    must_reg(UUID_A, "one");
    disk = disk_of(UUID_A);
    f = fopen(disk, "r+e");
    assert_int_equal(fseek(f, 8 << 20, SEEK_SET), 0);
    for (int i = 0; i < 64 << 10; i++) { /* 256 MiB behind the image: it takes a while */
        char block[4096] = { 1 };

        assert_int_equal(fwrite(block, sizeof block, 1, f), 1);
    }
    fclose(f);
    call = start_clone(UUID_A, "two", UUID_B, 0);
    caller_wait_event(client, PET_VM_INF_START_FILE_COPYING);
    call_cancel(call);
    call_wait(call);
    if (PRL_SUCCEEDED(call->code)) { /* it was faster */
        call_free(call);
        return;
    }
    assert_int_equal(end(call), PRL_ERR_CLONE_OPERATION_CANCELED);
    assert_false(has_vm(UUID_B));
    assert_int_equal(entries_of_default_dir(), 1);
    assert_int_equal(clone_vm(UUID_A, "two", UUID_B, 0), PRL_ERR_SUCCESS);
}

static void
clone__image_with_a_foreign_backing_file__is_refused(void **state)
{
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *other = path_join(service_state_dir(), "other.hdd");

    must_reg(UUID_A, "one");
    disk = disk_of(UUID_A);
    assert_int_equal(image_create(other, 64), PRL_ERR_SUCCESS);
    unlink(disk);
    assert_int_equal(image_overlay_create(disk, other, "/etc/passwd"), PRL_ERR_SUCCESS);
    assert_int_equal(clone_vm(UUID_A, "two", "", 0), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(clone_vm(UUID_A, "two", "", PCVF_LINKED_CLONE), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(entries_of_default_dir(), 1);
}

/* ---- what a service that died left behind ---- */

static json_t *
build_entry(const char *uuid, const char *home, const char *temp)
{
    return json_pack("{s:s, s:s, s:s, s:[]}", "uuid", uuid, "home", home, "temp", temp, "made");
}

static void
recovery__half_built_home__is_removed(void **state)
{
    AUTO(cleanup_free) char *dir = path_join(service_state_dir(), "vms");
    AUTO(cleanup_free) char *home = path_join(dir, "bbbbbbbb-0000-4000-8000-000000000002");
    AUTO(cleanup_free) char *temp = path_join(dir, ".bbbbbbbb-0000-4000-8000-000000000002.new-11111111-0000-4000-8000-000000000001");
    AUTO(cleanup_free) char *bystander = path_join(dir, ".bbbbbbbb-0000-4000-8000-000000000002.new-x");

    assert_int_equal(path_make_dirs(temp, 0700), 0);
    assert_int_equal(path_make_dirs(bystander, 0700), 0);
    leave_journal("VmReg", build_entry(UUID_B, home, temp));
    restart();
    assert_false(path_exists(temp));
    assert_true(path_exists(bystander));
    leave_journal("VmReg", build_entry(UUID_B, home, bystander));
    restart();
    assert_true(path_exists(bystander));
}

static void
recovery__installed_but_not_in_the_registry__is_registered(void **state)
{
    AUTO(cleanup_free) char *home = NULL;
    AUTO(cleanup_free) char *temp = NULL;
    AUTO(cleanup_free) char *registry = path_join(service_state_dir(), "vms.json");

    must_reg(UUID_A, "one");
    home = home_of(UUID_A);
    temp = str_printf("%s/vms/.%.36s.new-11111111-0000-4000-8000-000000000001", service_state_dir(), UUID_A + 1);
    caller_free(client);
    service_restart(); /* writes what it keeps for convenience; then the entry is taken out as a crash would have it */
    put_text(registry, "{\"version\":1,\"vms\":[]}");
    leave_journal("VmReg", build_entry(UUID_A, home, temp));
    {
        AUTO(vm_unref) struct vm *vm = vm_store_find(UUID_A);

        assert_int_equal(vm_store_remove(vm), PRL_ERR_SUCCESS);
    }
    service_restart();
    backend = &files;
    client = caller_new(true);
    assert_true(has_vm(UUID_A));
    assert_true(path_exists(home));
}

static void
recovery__delete_in_the_middle__is_finished(void **state)
{
    AUTO(cleanup_free) char *home = NULL;
    AUTO(cleanup_free) char *del = NULL;

    must_reg(UUID_A, "one");
    home = home_of(UUID_A);
    del = str_printf("%s/vms/.%.36s.del-11111111-0000-4000-8000-000000000001", service_state_dir(), UUID_A + 1);
    {
        AUTO(vm_unref) struct vm *vm = vm_store_find(UUID_A);

        assert_int_equal(vm_store_remove(vm), PRL_ERR_SUCCESS);
    }
    leave_journal("VmDelete", json_pack("{s:s, s:s, s:s}", "uuid", UUID_A, "home", home, "del", del));
    restart();
    assert_int_equal(entries_of_default_dir(), 0);
}

static void
recovery__delete_not_begun__keeps_the_vm(void **state)
{
    AUTO(cleanup_free) char *home = NULL;
    AUTO(cleanup_free) char *del = NULL;

    must_reg(UUID_A, "one");
    home = home_of(UUID_A);
    del = str_printf("%s/vms/.%.36s.del-11111111-0000-4000-8000-000000000001", service_state_dir(), UUID_A + 1);
    leave_journal("VmDelete", json_pack("{s:s, s:s, s:s}", "uuid", UUID_A, "home", home, "del", del));
    restart();
    assert_true(has_vm(UUID_A));
    assert_true(path_exists(home));
}

/* The guest wrote into the overlay of a live clone; then everything died. */
static void
recovery__overlay_of_a_live_clone__is_committed(void **state)
{
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *live = NULL;
    json_t *frozen;

    must_reg(UUID_A, "one");
    disk = disk_of(UUID_A);
    live = str_printf("%s.live", disk);
    qemu_io(disk, "write -P 5 1M 2M");
    assert_int_equal(image_overlay_create(live, disk, disk), PRL_ERR_SUCCESS);
    qemu_io(live, "write -P 6 2M 2M");
    frozen = json_pack("{s:s, s:[{s:s, s:s, s:s, s:b, s:i}]}", "vm", UUID_A, "overlays", "node", "hdd0", "image", disk, "overlay", live,
                       "raw", 0, "index", 0);
    leave_journal("VmClone", json_pack("{s:o, s:[], s:o}", "build", build_entry(UUID_B, "/none/b", "/none/t"), "children", "frozen",
                                       frozen));
    restart();
    assert_false(path_exists(live));
    qemu_io(disk, "read -P 5 1M 1M");
    qemu_io(disk, "read -P 6 2M 2M");
}

static json_t *
switch_entry(const char *image, const char *overlay, bool was_live)
{
    json_t *turn = json_pack("{s:s, s:b, s:[{s:s, s:s, s:s, s:b, s:i}]}", "vm", UUID_A, "live", (int)was_live, "overlays", "node",
                             was_live ? "hdd0" : "", "image", image, "overlay", overlay, "raw", 0, "index", 0);

    return json_pack("{s:o, s:[], s:o}", "build", build_entry(UUID_B, "/none/b", "/none/t"), "children", "switch", turn);
}

static void
recovery__linked_clone_of_a_live_vm__goes_on_in_the_overlay(void **state)
{
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *overlay = NULL;
    AUTO(cleanup_free) char *now = NULL;
    struct link link;

    must_reg(UUID_A, "one");
    disk = disk_of(UUID_A);
    overlay = file_of(UUID_A, "harddisk-12345678.hdd");
    assert_int_equal(image_overlay_create(overlay, disk, disk), PRL_ERR_SUCCESS);
    qemu_io(overlay, "write -P 6 2M 2M");
    link = (struct link){ overlay, disk, UUID_A };
    assert_int_equal(links_add(&link, 1), PRL_ERR_SUCCESS);
    leave_journal("VmClone", switch_entry(disk, overlay, true));
    restart();
    now = disk_of(UUID_A);
    assert_string_equal(now, overlay);
    assert_chain(now, 2);
}

static void
recovery__linked_clone_of_a_stopped_vm__goes_back(void **state)
{
    AUTO(cleanup_free) char *disk = NULL;
    AUTO(cleanup_free) char *overlay = NULL;
    AUTO(cleanup_free) char *now = NULL;
    struct link link;
    struct stat st;

    must_reg(UUID_A, "one");
    disk = disk_of(UUID_A);
    overlay = file_of(UUID_A, "harddisk-12345678.hdd");
    assert_int_equal(image_overlay_create(overlay, disk, "harddisk.hdd"), PRL_ERR_SUCCESS);
    link = (struct link){ overlay, disk, UUID_A };
    assert_int_equal(links_add(&link, 1), PRL_ERR_SUCCESS);
    assert_int_equal(chmod(disk, 0400), 0);
    leave_journal("VmClone", switch_entry(disk, overlay, false));
    restart();
    now = disk_of(UUID_A);
    assert_string_equal(now, disk);
    assert_false(path_exists(overlay));
    assert_int_equal(links_children_count(disk), 0);
    assert_int_equal(stat(disk, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
}

static void
recovery__entries_that_are_none__do_no_harm(void **state)
{
    static const char *const methods[] = { "VmReg", "VmUnreg", "VmDelete", "VmCommit", "VmClone", "RegisterVm" };

    must_reg(UUID_A, "one");
    for (size_t i = 0; i < ARRAY_LEN(methods); i++) {
        leave_journal(methods[i], json_object());
        restart();
        leave_journal(methods[i], json_pack("{s:s, s:s, s:s, s:s, s:[s, i], s:{s:s}, s:{s:i}}", "uuid", UUID_B, "home", "/etc", "temp", "/etc",
                                            "del", "/etc", "made", "/etc/../x", 7, "switch", "vm", "x", "frozen", "vm", 1));
        restart();
        leave_journal(methods[i], json_string("x"));
        restart();
    }
    assert_true(has_vm(UUID_A));
    assert_true(path_exists("/etc/passwd"));
}

#define WITH_SERVICE(f) cmocka_unit_test_setup_teardown(f, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SERVICE(reg__default_document__makes_home_disk_and_entry),
        WITH_SERVICE(reg__conflicts__leave_nothing_behind),
        WITH_SERVICE(reg__without_uuid_and_name__gets_both),
        WITH_SERVICE(reg__image_names_that_lead_outside__make_nothing),
        WITH_SERVICE(reg__home_is_there_with_a_disk__uses_it),
        WITH_SERVICE(list__since__brings_texts_that_are_newer_only),
        WITH_SERVICE(get_config__by_uuid_and_by_name),
        WITH_SERVICE(get_state__is_an_event_document),
        WITH_SERVICE(list__broken_configuration__is_listed_as_such_and_restored),
        WITH_SERVICE(unreg_and_register__same_directory__is_the_same_vm),
        WITH_SERVICE(register__copy_of_a_registered_home__is_another_vm_with_its_own_disk),
        WITH_SERVICE(register__no_configuration__is_told),
        WITH_SERVICE(delete__whole__leaves_nothing),
        WITH_SERVICE(delete__files_given__goes_no_further),
        WITH_SERVICE(delete__of_another_servers_directory__is_refused_and_unreg_works),
        WITH_SERVICE(delete__home_of_our_own__leaves_nothing_in_the_trash),
        WITH_SERVICE(delete__home_in_use__is_refused_and_stays),
        WITH_SERVICE(delete__directory_holds_another_vm__leaves_and_names_it),
        WITH_SERVICE(commit__without_begin_edit__is_refused),
        WITH_SERVICE(commit__name_and_memory__are_stored_for_good),
        WITH_SERVICE(commit__two_sessions__are_merged_or_told),
        WITH_SERVICE(commit__running__hardware_is_refused_and_words_are_stored),
        WITH_SERVICE(commit__removed_disk__goes_only_when_asked),
        WITH_SERVICE(commit__into_a_template__is_unregistered_and_added),
        WITH_SERVICE(lock__belongs_to_its_session),
        WITH_SERVICE(update_security__is_the_mode_of_the_file),
        WITH_SERVICE(create_image__is_made_and_replaced_when_asked),
        WITH_SERVICE(generate_filename__finds_the_first_free_one),
        WITH_SERVICE(clone__bad_arguments__change_nothing),
        WITH_SERVICE(clone__full__is_a_vm_of_its_own),
        WITH_SERVICE(clone__from_and_to_templates),
        WITH_SERVICE(clone__linked__stands_on_the_source_which_goes_on_in_an_overlay),
        WITH_SERVICE(clone__linked_again__no_chain_grows_without_need),
        WITH_SERVICE(delete__last_linked_clone__frees_the_base),
        WITH_SERVICE(clone__full_of_a_linked_source__copies_its_own_chain),
        WITH_SERVICE(clone__full_of_a_linked_clone__is_linked_too),
        WITH_SERVICE(clone__live__copies_what_stands_still_and_commits_back),
        WITH_SERVICE(clone__live_and_linked__source_goes_on_in_the_overlay),
        WITH_SERVICE(clone__live_freeze_unanswered__source_has_its_overlay),
        WITH_SERVICE(clone__live_commit_unanswered__clone_is_told_and_the_source_settles_later),
        WITH_SERVICE(clone__live_and_linked_freeze_unanswered__source_has_its_overlay),
        WITH_SERVICE(clone__sixteen_at_once__none_is_refused),
        WITH_SERVICE(clone__sixteen_linked_at_once__none_is_refused),
        WITH_SERVICE(clone__sixteen_live_at_once__share_their_freezes),
        WITH_SERVICE(clone__sixteen_live_and_linked_at_once__none_is_refused),
        WITH_SERVICE(clone__cancelled__leaves_nothing),
        WITH_SERVICE(clone__image_with_a_foreign_backing_file__is_refused),
        WITH_SERVICE(recovery__half_built_home__is_removed),
        WITH_SERVICE(recovery__installed_but_not_in_the_registry__is_registered),
        WITH_SERVICE(recovery__delete_in_the_middle__is_finished),
        WITH_SERVICE(recovery__delete_not_begun__keeps_the_vm),
        WITH_SERVICE(recovery__overlay_of_a_live_clone__is_committed),
        WITH_SERVICE(recovery__linked_clone_of_a_live_vm__goes_on_in_the_overlay),
        WITH_SERVICE(recovery__linked_clone_of_a_stopped_vm__goes_back),
        WITH_SERVICE(recovery__entries_that_are_none__do_no_harm),
    };

    cmocka_set_test_filter(getenv("PRLKVM_TEST_FILTER"));
    return cmocka_run_group_tests(tests, NULL, NULL);
}
