/* SPDX-License-Identifier: MIT */
/* The registry: names are taken once, what is published survives a restart, broken configurations are listed as what they are. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "engine/claims_task.h"
#include "model/vm_model.h"
#include "temp_dir.h"
#include "vm/vm_home.h"
#include "vm/vm_registry.h"
#include "vm/vm_store.h"

#define UUID_A "{aaaaaaaa-0000-4000-8000-000000000001}"
#define UUID_B "{bbbbbbbb-0000-4000-8000-000000000002}"

static int
up(void **state)
{
    claims_setup(1000);
    temp_dir_up(state);
    return vm_store_load(temp_dir);
}

static int
down(void **state)
{
    vm_store_unload();
    return temp_dir_down(state);
}

static void
restart(void)
{
    vm_store_unload();
    assert_int_equal(vm_store_load(temp_dir), PRL_ERR_SUCCESS);
}

static char *
home_of(const char *uuid)
{
    AUTO(cleanup_free) char *vms = temp_path("vms");

    return vm_home_final(vms, uuid);
}

static PRL_RESULT
add(const char *uuid, const char *name)
{
    AUTO(cleanup_free) char *home = home_of(uuid);
    AUTO(vm_unref) struct vm *vm = vm_new(uuid, name, home);
    AUTO(xmlFreeDoc) xmlDocPtr doc = vm_model_new();
    struct vm_reservation *reservation = NULL;
    PRL_RESULT r = vm_store_reserve(uuid, name, home, &reservation);

    if (PRL_FAILED(r))
        return r;
    assert_int_equal(path_make_dirs(home, 0700), 0);
    assert_true(xml_set(vm_model_root(doc), "Identification/VmUuid", uuid));
    assert_true(xml_set(vm_model_root(doc), "Identification/VmName", name));
    assert_true(xml_set(vm_model_root(doc), "Identification/ServerUuid", vm_store_server_uuid()));
    assert_int_equal(vm_store_save_config(vm, doc), PRL_ERR_SUCCESS);
    vm->state = VMS_STOPPED;
    return vm_store_publish(reservation, vm);
}

static char *
config_of(const char *uuid)
{
    AUTO(cleanup_free) char *home = home_of(uuid);

    return path_join(home, "config.pvs");
}

static PRL_RESULT
valid_rc(const char *uuid)
{
    AUTO(vm_unref) struct vm *vm = vm_store_find(uuid);

    assert_non_null(vm);
    vm_store_recheck(vm);
    return vm->valid_rc;
}

/* ---- names ---- */

static void
reserve__what_is_taken__is_refused_by_its_code(void **state)
{
    AUTO(cleanup_free) char *home_a = home_of(UUID_A);
    struct vm_reservation *r = NULL;

    assert_int_equal(add(UUID_A, "one"), PRL_ERR_SUCCESS);
    assert_int_equal(vm_store_reserve(UUID_A, "one", home_a, &r), PRL_ERR_VM_ALREADY_REGISTERED);
    assert_int_equal(vm_store_reserve(UUID_A, "two", "/x", &r), PRL_ERR_VM_ALREADY_REGISTERED_VM_UUID);
    assert_int_equal(vm_store_reserve(UUID_B, "one", "/x", &r), PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME);
    assert_string_equal(err_peek()->param[0], "one");
    assert_int_equal(vm_store_reserve(UUID_B, "two", home_a, &r), PRL_ERR_VM_ALREADY_REGISTERED_VM_PATH);
    assert_string_equal(err_peek()->param[1], home_a);
    assert_int_equal(vm_store_reserve("nonsense", "two", "/x", &r), PRL_ERR_INVALID_ARG);
    assert_null(r);
}

static void
reserve__twice_at_once__is_refused_until_cancelled(void **state)
{
    struct vm_reservation *first = NULL, *second = NULL;

    assert_int_equal(vm_store_reserve(UUID_A, "one", "/x", &first), PRL_ERR_SUCCESS);
    assert_int_equal(vm_store_reserve(UUID_B, "one", "/y", &second), PRL_ERR_VM_ALREADY_REGISTERED_UNIQUE_PARAMS);
    vm_store_cancel(first);
    assert_int_equal(vm_store_reserve(UUID_B, "one", "/y", &second), PRL_ERR_SUCCESS);
    vm_store_cancel(second);
}

static void
rename__to_a_name_in_use__is_refused(void **state)
{
    AUTO(vm_unref) struct vm *vm = NULL;

    assert_int_equal(add(UUID_A, "one"), PRL_ERR_SUCCESS);
    assert_int_equal(add(UUID_B, "two"), PRL_ERR_SUCCESS);
    vm = vm_store_find(UUID_B);
    assert_int_equal(vm_store_rename(vm, "one"), PRL_ERR_VM_ALREADY_REGISTERED_VM_NAME);
    assert_string_equal(vm->name, "two");
    assert_int_equal(vm_store_rename(vm, "two"), PRL_ERR_SUCCESS);
}

/* ---- finding ---- */

static void
find__any_spelling_of_the_uuid(void **state)
{
    AUTO(vm_unref) struct vm *a = NULL;
    AUTO(vm_unref) struct vm *b = NULL;
    AUTO(vm_unref) struct vm *by_name = NULL;

    assert_int_equal(add(UUID_A, "one"), PRL_ERR_SUCCESS);
    a = vm_store_find("AAAAAAAA-0000-4000-8000-000000000001");
    b = vm_store_find(UUID_A);
    by_name = vm_store_find_name("one");
    assert_non_null(a);
    assert_ptr_equal(a, b);
    assert_ptr_equal(a, by_name);
    assert_null(vm_store_find(UUID_B));
    assert_null(vm_store_find(""));
    assert_null(vm_store_find(NULL));
    assert_null(vm_store_find_name("One"));
}

/* ---- restarts ---- */

static void
load__after_a_restart__everything_is_there(void **state)
{
    AUTO(vm_unref) struct vm *vm = NULL;
    AUTO(cleanup_free) char *server = strdup(vm_store_server_uuid());
    AUTO(cleanup_free) char *text = NULL;

    assert_int_equal(add(UUID_A, "one"), PRL_ERR_SUCCESS);
    text = strdup(vm_store_find(UUID_A)->config->p);
    vm = vm_store_find(UUID_A);
    vm_unref(vm);
    vm_unref(vm); /* both finds */
    vm = NULL;
    restart();
    assert_string_equal(vm_store_server_uuid(), server);
    vm = vm_store_find(UUID_A);
    assert_non_null(vm);
    assert_string_equal(vm->name, "one");
    assert_string_equal(vm->config->p, text);
    assert_int_equal(vm->state, VMS_STOPPED);
    assert_int_equal(vm->valid_rc, 0);
    assert_true(vm->is_registered);
}

static void
remove__is_lasting(void **state)
{
    AUTO(vm_unref) struct vm *vm = NULL;

    assert_int_equal(add(UUID_A, "one"), PRL_ERR_SUCCESS);
    assert_int_equal(add(UUID_B, "two"), PRL_ERR_SUCCESS);
    vm = vm_store_find(UUID_A);
    assert_int_equal(vm_store_remove(vm), PRL_ERR_SUCCESS);
    assert_false(vm->is_registered);
    assert_int_equal(vm_store_remove(vm), PRL_ERR_VM_UUID_NOT_FOUND);
    restart();
    assert_null(vm_store_find(UUID_A));
    vm_unref(vm);
    vm = vm_store_find(UUID_B);
    assert_non_null(vm);
}

static void
load__saved_state_in_the_home__is_suspended(void **state)
{
    AUTO(cleanup_free) char *home = home_of(UUID_A);
    AUTO(cleanup_free) char *sav = path_join(home, "config.sav");
    AUTO(vm_unref) struct vm *vm = NULL;

    assert_int_equal(add(UUID_A, "one"), PRL_ERR_SUCCESS);
    put_text(sav, "x");
    restart();
    vm = vm_store_find(UUID_A);
    assert_int_equal(vm->state, VMS_SUSPENDED);
}

static void
load__damaged_registry__is_never_replaced(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("vms.json");
    AUTO(cleanup_free) char *now = NULL;

    assert_int_equal(add(UUID_A, "one"), PRL_ERR_SUCCESS);
    vm_store_unload();
    put_text(path, "{\"vms\":[{");
    assert_int_equal(vm_store_load(temp_dir), PRL_ERR_FAILURE);
    vm_store_unload();
    now = get_file(path);
    assert_string_equal(now, "{\"vms\":[{");
    put_text(path, "{\"vms\":[7,{},{\"uuid\":\"x\",\"home\":\"/a\"},{\"uuid\":\"" UUID_A "\",\"home\":\"a/../b\"}]}");
    vm_store_load(temp_dir); /* entries that are none are left out */
    assert_null(vm_store_find(UUID_A));
}

/* ---- configurations that cannot be used ---- */

static void
recheck__broken_or_foreign_configurations__are_told_by_their_codes(void **state)
{
    AUTO(cleanup_free) char *config = config_of(UUID_A);
    AUTO(cleanup_free) char *backup = str_printf("%s.backup", config);
    AUTO(cleanup_free) char *good = NULL;
    AUTO(cleanup_free) char *other_uuid = NULL;

    assert_int_equal(add(UUID_A, "one"), PRL_ERR_SUCCESS);
    good = get_file(config);
    put_text(config, "<broken");
    assert_int_equal(valid_rc(UUID_A), PRL_ERR_VM_CONFIG_CAN_BE_RESTORED);
    unlink(backup);
    put_text(config, "<broken>");
    assert_int_equal(valid_rc(UUID_A), PRL_ERR_PARSE_VM_CONFIG);
    unlink(config);
    assert_int_equal(valid_rc(UUID_A), PRL_ERR_VM_CONFIG_DOESNT_EXIST);
    put_text(config, good);
    assert_int_equal(valid_rc(UUID_A), PRL_ERR_SUCCESS);
    other_uuid = strstr(good, "aaaaaaaa") ? strdup(good) : NULL;
    assert_non_null(other_uuid);
    for (char *p = other_uuid; (p = strstr(p, "aaaaaaaa"));)
        memcpy(p, "cccccccc", 8);
    unlink(config);
    put_text(config, other_uuid);
    assert_int_equal(valid_rc(UUID_A), PRL_ERR_VM_CONFIG_INVALID_VM_UUID);
    restart();
    assert_int_equal(valid_rc(UUID_A), PRL_ERR_VM_CONFIG_INVALID_VM_UUID);
}

static void
recheck__configuration_of_another_server__is_told(void **state)
{
    AUTO(cleanup_free) char *home = home_of(UUID_A);
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(vm_unref) struct vm *vm = NULL;

    assert_int_equal(add(UUID_A, "one"), PRL_ERR_SUCCESS);
    vm = vm_store_find(UUID_A);
    assert_int_equal(vm_config_doc(vm, &doc), PRL_ERR_SUCCESS);
    assert_true(xml_set(vm_model_root(doc), "Identification/ServerUuid", UUID_B));
    assert_int_equal(config_file_save(home, doc, NULL), PRL_ERR_SUCCESS);
    assert_int_equal(valid_rc(UUID_A), PRL_ERR_VM_CONFIG_INVALID_SERVER_UUID);
    assert_true(xml_set(vm_model_root(doc), "Identification/ServerUuid", ""));
    assert_int_equal(config_file_save(home, doc, NULL), PRL_ERR_SUCCESS);
    assert_int_equal(valid_rc(UUID_A), PRL_ERR_SUCCESS);
}

static void
recheck__nothing_changed__keeps_the_revision(void **state)
{
    AUTO(vm_unref) struct vm *vm = NULL;
    uint64_t rev;

    assert_int_equal(add(UUID_A, "one"), PRL_ERR_SUCCESS);
    vm = vm_store_find(UUID_A);
    rev = vm->rev;
    vm_store_recheck(vm);
    assert_int_equal(vm->rev, rev);
}

/* ---- home directories ---- */

static void
home_lock__held_once(void **state)
{
    int one = -1, two = -1;

    assert_int_equal(vm_home_lock(temp_dir, &one), PRL_ERR_SUCCESS);
    assert_int_equal(vm_home_lock(temp_dir, &two), PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED);
    assert_int_equal(vm_home_lock_shared(temp_dir, &two), PRL_ERR_VM_IS_EXCLUSIVELY_LOCKED);
    close(one);
    assert_int_equal(vm_home_lock_shared(temp_dir, &one), PRL_ERR_SUCCESS);
    assert_int_equal(vm_home_lock_shared(temp_dir, &two), PRL_ERR_SUCCESS);
    close(one);
    close(two);
}

static void
temporary_names__are_told_from_others(void **state)
{
    AUTO(cleanup_free) char *temp = vm_home_temp("/p", UUID_A, "new", UUID_B);

    assert_true(vm_home_is_temp(temp, UUID_A, "new"));
    assert_false(vm_home_is_temp(temp, UUID_A, "del"));
    assert_false(vm_home_is_temp(temp, UUID_B, "new"));
    assert_false(vm_home_is_temp("/p/.x", UUID_A, "new"));
    assert_false(vm_home_is_temp("p/../q", UUID_A, "new"));
}

static void
home_delete__not_the_vms_alone__leaves_the_rest(void **state)
{
    AUTO(cleanup_free) char *home = home_of(UUID_A);
    AUTO(cleanup_free) char *other = path_join(home, "inner");
    AUTO(cleanup_free) char *other_config = path_join(other, "config.pvs");
    AUTO(cleanup_free) char *config = path_join(home, "config.pvs");
    AUTO(cleanup_free) char *photo = path_join(home, "photo.png");
    json_t *left = json_array();

    assert_int_equal(path_make_dirs(other, 0700), 0);
    put_text(other_config, "x");
    put_text(config, "x");
    put_text(photo, "x");
    assert_false(vm_home_is_own(home));
    assert_int_equal(vm_home_delete(home, "/nowhere", NULL, left), PRL_ERR_SUCCESS);
    assert_true(path_exists(other_config));
    assert_true(path_exists(photo));
    assert_false(path_exists(config));
    assert_int_equal(json_array_size(left), 2);
    json_decref(left);
}

static void
home_delete__links_inside__are_not_followed(void **state)
{
    AUTO(cleanup_free) char *home = home_of(UUID_A);
    AUTO(cleanup_free) char *outside = temp_path("outside");
    AUTO(cleanup_free) char *treasure = path_join(outside, "treasure");
    AUTO(cleanup_free) char *link = path_join(home, "link");
    json_t *left = json_array(), *files = json_pack("[s, s]", "link/treasure", "../../outside/treasure");

    assert_int_equal(path_make_dirs(home, 0700), 0);
    assert_int_equal(path_make_dirs(outside, 0700), 0);
    put_text(treasure, "x");
    assert_int_equal(symlink(outside, link), 0);
    vm_home_delete_files(home, files, left);
    assert_int_equal(json_array_size(left), 2);
    assert_true(path_exists(treasure));
    json_decref(files);
    json_decref(left);
}

/* ---- many ---- */

static void *
add_some(void *arg)
{
    unsigned base = *(unsigned *)arg;

    for (unsigned i = 0; i < 10; i++) {
        char uuid[UUID_TEXT], name[16];

        uuid_make(uuid);
        snprintf(name, sizeof name, "vm %u", base + i);
        if (PRL_FAILED(add(uuid, name)))
            return "failed";
    }
    return NULL;
}

static void
publish__from_many_threads__all_are_in_the_file(void **state)
{
    pthread_t threads[8];
    unsigned bases[8];
    vm_vec all = { 0 };

    for (unsigned i = 0; i < 8; i++) {
        bases[i] = i * 10;
        assert_int_equal(pthread_create(&threads[i], NULL, add_some, &bases[i]), 0);
    }
    for (unsigned i = 0; i < 8; i++) {
        void *r;

        pthread_join(threads[i], &r);
        assert_null(r);
    }
    restart();
    assert_true(vm_store_list(&all));
    assert_int_equal(all.len, 80);
    vm_vec_free(&all);
}

#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(reserve__what_is_taken__is_refused_by_its_code),
        IN_DIR(reserve__twice_at_once__is_refused_until_cancelled),
        IN_DIR(rename__to_a_name_in_use__is_refused),
        IN_DIR(find__any_spelling_of_the_uuid),
        IN_DIR(load__after_a_restart__everything_is_there),
        IN_DIR(remove__is_lasting),
        IN_DIR(load__saved_state_in_the_home__is_suspended),
        IN_DIR(load__damaged_registry__is_never_replaced),
        IN_DIR(recheck__broken_or_foreign_configurations__are_told_by_their_codes),
        IN_DIR(recheck__configuration_of_another_server__is_told),
        IN_DIR(recheck__nothing_changed__keeps_the_revision),
        IN_DIR(home_lock__held_once),
        IN_DIR(temporary_names__are_told_from_others),
        IN_DIR(home_delete__not_the_vms_alone__leaves_the_rest),
        IN_DIR(home_delete__links_inside__are_not_followed),
        IN_DIR(publish__from_many_threads__all_are_in_the_file),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
