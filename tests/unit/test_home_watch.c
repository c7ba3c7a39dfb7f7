/* SPDX-License-Identifier: MIT */
/* What is done to a home from outside is found by who asks afterwards; what is not done to it costs no look. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdatomic.h>

#include "base/cleanup.h"
#include "base/thread.h"
#include "base/xml.h"
#include "engine/claims_task.h"
#include "model/vm_model.h"
#include "skip.h"
#include "temp_dir.h"
#include "vm/config_file.h"
#include "vm/home_watch.h"
#include "vm/vm_home.h"
#include "vm/vm_store.h"

#define UUID "{aaaaaaaa-0000-4000-8000-%012x}"
#define MANY 50
#define EDITS 300
#define READERS 3

static char *dir, *home, *config, *text; /* of VM 1; its configuration as it was */

static char *
home_of(unsigned n)
{
    char uuid[UUID_TEXT];

    snprintf(uuid, sizeof uuid, UUID, n);
    return vm_home_final(dir, uuid);
}

static void
add(unsigned n, const char *name)
{
    AUTO(cleanup_free) char *at = home_of(n);
    AUTO(xmlFreeDoc) xmlDocPtr doc = vm_model_new();
    AUTO(vm_unref) struct vm *vm = NULL;
    struct vm_reservation *reservation = NULL;
    char uuid[UUID_TEXT];

    snprintf(uuid, sizeof uuid, UUID, n);
    vm = vm_new(uuid, name, at);
    assert_int_equal(vm_store_reserve(uuid, name, at, &reservation), PRL_ERR_SUCCESS);
    assert_int_equal(path_make_dirs(at, 0700), 0);
    assert_true(xml_set(vm_model_root(doc), "Identification/VmUuid", uuid));
    assert_true(xml_set(vm_model_root(doc), "Identification/VmName", name));
    assert_true(xml_set(vm_model_root(doc), "Identification/ServerUuid", vm_store_server_uuid()));
    assert_int_equal(vm_store_save_config(vm, doc), PRL_ERR_SUCCESS);
    vm->state = VMS_STOPPED;
    assert_int_equal(vm_store_publish(reservation, vm), PRL_ERR_SUCCESS);
}

static struct vm *
find(unsigned n)
{
    char uuid[UUID_TEXT];

    snprintf(uuid, sizeof uuid, UUID, n);
    return vm_store_find(uuid);
}

static int
up(void **state)
{
    claims_setup(1000);
    if (temp_dir_up(state) || vm_store_load(temp_dir) != PRL_ERR_SUCCESS)
        return -1;
    dir = temp_path("vms");
    add(1, "one");
    home = home_of(1);
    config = path_join(home, CONFIG_FILE);
    text = get_file(config);
    return 0;
}

static int
down(void **state)
{
    vm_store_unload();
    free(dir);
    free(home);
    free(config);
    free(text);
    return temp_dir_down(state);
}

static void
must_be_quiet(void)
{
    vm_store_recheck_all();
    if (!home_watch_all_quiet())
        skip_because("the file system of /tmp is none that is watched");
}

/* As a list does. */
static PRL_RESULT
valid_rc(void)
{
    AUTO(vm_unref) struct vm *vm = find(1);

    vm_store_recheck_all();
    return vm->valid_rc;
}

static bool
is_named(const char *name)
{
    AUTO(vm_unref) struct vm *vm = find(1);
    AUTO(cleanup_free) char *its = NULL;

    vm_store_recheck_all();
    its = vm_name_dup(vm);
    return strcmp(its, name) == 0;
}

/* The configuration with another name. */
static char *
renamed(const char *name)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    size_t len;
    char *out;

    assert_int_equal(vm_model_parse(text, strlen(text), &doc), PRL_ERR_SUCCESS);
    assert_true(xml_set(vm_model_root(doc), "Identification/VmName", name));
    assert_int_equal(vm_model_text(doc, VM_TEXT_FILE, &out, &len), PRL_ERR_SUCCESS);
    return out;
}

static void
put_over(const char *data)
{
    AUTO(cleanup_free) char *fresh = str_printf("%s.edited", config);

    put_text(fresh, data);
    assert_int_equal(rename(fresh, config), 0);
}

/* ---- quiet ---- */

static void
look__once__is_quiet_until_something_happens(void **state)
{
    AUTO(cleanup_free) char *image = path_join(home, "disk.raw");

    assert_false(home_watch_all_quiet());
    must_be_quiet();
    put_text(image, "data"); /* what a guest writes makes nobody look */
    put_text(image, "more");
    unlink(image);
    assert_true(home_watch_all_quiet());
    put_text(config, text);
    assert_false(home_watch_all_quiet());
    vm_store_recheck_all();
    assert_true(home_watch_all_quiet());
}

static void
save__by_ourselves__is_not_read_again(void **state)
{
    AUTO(vm_unref) struct vm *vm = find(1);
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    uint64_t rev;

    must_be_quiet();
    assert_int_equal(vm_config_doc(vm, &doc), PRL_ERR_SUCCESS);
    assert_int_equal(vm_store_save_config(vm, doc), PRL_ERR_SUCCESS);
    rev = vm->rev;
    vm_store_recheck_all();
    assert_int_equal(vm->rev, rev);
    assert_true(home_watch_all_quiet());
    put_over(text);
    vm_store_recheck_all();
    assert_true(vm->rev > rev);
}

static void
remove__leaves_nothing_watched(void **state)
{
    AUTO(vm_unref) struct vm *vm = find(1);

    must_be_quiet();
    assert_int_equal(vm_store_remove(vm), PRL_ERR_SUCCESS);
    assert_int_equal(vm->watch.dir_wd, 0);
    assert_int_equal(vm->watch.file_wd, 0);
    put_over(text);
    assert_true(home_watch_all_quiet());
    vm_store_recheck(vm); /* a task may still hold it */
    assert_int_equal(vm->watch.dir_wd, 0);
    add(2, "one");
    assert_false(home_watch_all_quiet());
    vm_store_recheck_all();
    assert_true(home_watch_all_quiet());
}

/* ---- edits ---- */

static void
edit__of_the_file__is_found_by_the_next_list(void **state)
{
    AUTO(cleanup_free) char *two = renamed("two"), *three = renamed("three"), *four = renamed("four"), *five = renamed("five");
    AUTO(cleanup_free) char *aside = str_printf("%s.aside", config);
    AUTO(vm_unref) struct vm *vm = find(1);
    int fd;

    must_be_quiet();
    put_over(two);
    assert_true(is_named("two"));
    put_text(config, three);
    assert_true(is_named("three"));
    put_text(config, "<broken");
    assert_true(PRL_FAILED(valid_rc()));
    put_over(four);
    assert_true(is_named("four"));
    assert_int_equal(valid_rc(), PRL_ERR_SUCCESS);
    assert_int_equal(rename(config, aside), 0);
    assert_true(PRL_FAILED(valid_rc()));
    assert_int_equal(link(aside, config), 0);
    assert_int_equal(valid_rc(), PRL_ERR_SUCCESS);
    put_text(aside, five); /* through its other name */
    assert_true(is_named("five"));
    assert_int_equal(unlink(config), 0);
    assert_true(PRL_FAILED(valid_rc()));
    put_text(config, text);
    assert_true(is_named("one"));
    /* A descriptor that was opened long before. */
    fd = open(config, O_WRONLY | O_CLOEXEC);
    assert_true(is_named("one"));
    assert_int_equal(write(fd, two, strlen(two)), strlen(two));
    assert_int_equal(ftruncate(fd, (off_t)strlen(two)), 0);
    assert_true(is_named("two"));
    close(fd);
    assert_int_equal(chmod(config, 0644), 0);
    vm_store_recheck_all();
    assert_int_equal(vm->others, PAO_VM_SHARED_ON_VIEW);
    assert_true(home_watch_all_quiet());
}

static void
edit__of_what_is_above__is_found_by_the_next_list(void **state)
{
    AUTO(cleanup_free) char *away = temp_path("away"), *two = renamed("two"), *three = renamed("three"), *other = NULL;

    must_be_quiet();
    assert_int_equal(rename(home, away), 0);
    assert_true(PRL_FAILED(valid_rc()));
    assert_int_equal(rename(away, home), 0);
    assert_int_equal(valid_rc(), PRL_ERR_SUCCESS);
    /* Another directory in its place, and a look at what happens in that. */
    assert_int_equal(rename(home, away), 0);
    assert_int_equal(mkdir(home, 0700), 0);
    put_text(config, two);
    assert_true(is_named("two"));
    put_text(config, three);
    assert_true(is_named("three"));
    assert_int_equal(path_remove_tree(home), 0);
    assert_true(PRL_FAILED(valid_rc()));
    assert_int_equal(rename(away, home), 0);
    assert_true(is_named("one"));
    /* All homes at once, by the directory they are in; the one that comes in its place has ours by another name before. */
    assert_int_equal(rename(dir, away), 0);
    assert_true(PRL_FAILED(valid_rc()));
    assert_int_equal(rename(away, dir), 0);
    assert_int_equal(valid_rc(), PRL_ERR_SUCCESS);
    assert_true(home_watch_all_quiet());
    other = temp_path("other");
    assert_int_equal(mkdir(other, 0700), 0);
    {
        AUTO(cleanup_free) char *moved = path_join(other, path_basename(home));

        assert_int_equal(rename(home, moved), 0);
    }
    assert_int_equal(rename(dir, away), 0);
    assert_int_equal(rename(other, dir), 0);
    assert_int_equal(valid_rc(), PRL_ERR_SUCCESS);
    assert_true(home_watch_all_quiet());
    assert_int_equal(rename(dir, other), 0);
    assert_true(PRL_FAILED(valid_rc()));
}

static void
edit__of_one_of_many__makes_one_loud(void **state)
{
    AUTO(vm_unref) struct vm *vm = find(1);
    vm_vec all = { 0 };
    unsigned n_loud = 0;
    char name[16];

    for (unsigned i = 2; i <= MANY; i++) {
        snprintf(name, sizeof name, "vm%u", i);
        add(i, name);
    }
    must_be_quiet();
    put_over(text);
    assert_false(home_watch_all_quiet());
    assert_true(vm_store_list(&all));
    for (size_t i = 0; i < all.len; i++)
        n_loud += !home_watch_is_quiet(all.p[i]);
    vm_vec_free(&all);
    assert_int_equal(n_loud, 1);
    assert_false(home_watch_is_quiet(vm));
}

/* ---- where it cannot be watched ---- */

static void
limit__no_watch_left__is_looked_at_each_time(void **state)
{
    AUTO(cleanup_free) char *two = renamed("two"), *three = renamed("three");

    must_be_quiet();
    home_watch_limit(0);
    put_over(two);
    assert_true(is_named("two"));
    assert_false(home_watch_all_quiet());
    put_over(three);
    assert_true(is_named("three"));
    assert_false(home_watch_all_quiet());
    home_watch_limit(-1);
    assert_true(is_named("three"));
    assert_true(home_watch_all_quiet());
}

static void
link__on_the_way_to_a_home__is_looked_at_each_time(void **state)
{
    AUTO(cleanup_free) char *real = temp_path("real"), *two = renamed("two"), *file = temp_path("file");

    must_be_quiet();
    assert_int_equal(rename(dir, real), 0);
    assert_int_equal(symlink(real, dir), 0);
    assert_int_equal(valid_rc(), PRL_ERR_SUCCESS);
    assert_false(home_watch_all_quiet());
    assert_int_equal(unlink(dir), 0);
    assert_int_equal(rename(real, dir), 0);
    assert_int_equal(valid_rc(), PRL_ERR_SUCCESS);
    assert_true(home_watch_all_quiet());
    /* The file itself: what it points at changes elsewhere. */
    assert_int_equal(rename(config, file), 0);
    assert_int_equal(symlink(file, config), 0);
    assert_int_equal(valid_rc(), PRL_ERR_SUCCESS);
    assert_false(home_watch_all_quiet());
    put_text(file, two);
    assert_true(is_named("two"));
}

static void
flood__more_than_the_kernel_queues__makes_all_loud(void **state)
{
    AUTO(cleanup_free) char *limit = get_file("/proc/sys/fs/inotify/max_queued_events");
    AUTO(cleanup_free) char *other = path_join(home, "other"), *two = renamed("two");
    const long n = strtol(limit, NULL, 10);

    if (n > 100000)
        skip_because("fs.inotify.max_queued_events is too high to overflow the queue");
    must_be_quiet();
    for (long i = 0; i <= n / 2; i++) { /* two events each, never two alike in a row */
        put_text(other, "x");
        unlink(other);
    }
    put_over(two); /* this one is lost */
    assert_false(home_watch_all_quiet());
    assert_true(is_named("two"));
    assert_true(home_watch_all_quiet());
}

/* ---- at once ---- */

static _Atomic unsigned n_written;
static _Atomic bool is_over;
static _Atomic unsigned n_stale;

/* A list that began after an edit was made has it, whichever other list is at it. */
static void
list_on(void *arg)
{
    AUTO(vm_unref) struct vm *vm = find(1);

    (void)arg;
    while (!is_over) {
        const unsigned before = n_written;
        AUTO(cleanup_free) char *name = NULL;

        vm_store_recheck_all();
        name = vm_name_dup(vm);
        if (strtoul(name, NULL, 10) < before)
            n_stale++;
    }
}

static void
edit__while_many_lists_are_made__is_in_each_that_begins_later(void **state)
{
    pthread_t readers[READERS];

    must_be_quiet();
    is_over = false;
    n_stale = n_written = 0;
    {
        AUTO(cleanup_free) char *zero = renamed("0");

        put_over(zero);
    }
    vm_store_recheck_all();
    for (int i = 0; i < READERS; i++)
        assert_int_equal(thread_start(&readers[i], "lists", list_on, NULL), 0);
    for (unsigned i = 1; i <= EDITS; i++) {
        char name[16];

        snprintf(name, sizeof name, "%u", i);
        AUTO(cleanup_free) char *edited = renamed(name);

        put_over(edited); /* by rename: in place, a list may come upon half of it */
        n_written = i;
    }
    is_over = true;
    for (int i = 0; i < READERS; i++)
        thread_join(readers[i]);
    assert_int_equal(n_stale, 0);
}

/* ---- what has changed ---- */

static void
changed__since_a_number__is_what_was_told_since(void **state)
{
    AUTO(vm_unref) struct vm *one = find(1);
    AUTO(vm_unref) struct vm *two = NULL;
    uint64_t now, order;

    add(2, "two");
    two = find(2);
    now = vm_store_now();
    assert_true(vm_store_order_rev() <= now);
    assert_int_equal(vm_store_count_changed(now, 10), 0);
    vm_told(two);
    assert_true(vm_store_now() > now);
    assert_int_equal(vm_store_count_changed(now, 10), 1);
    assert_true(vm_store_has_changed(two, now));
    assert_false(vm_store_has_changed(one, now));
    assert_int_equal(vm_store_count_changed(0, 1), 1); /* no further */
    now = vm_store_now();
    vm_valid_set(one, PRL_ERR_PARSE_VM_CONFIG);
    assert_true(vm_store_has_changed(one, now));
    order = vm_store_order_rev();
    assert_int_equal(vm_store_remove(two), PRL_ERR_SUCCESS);
    assert_true(vm_store_order_rev() > order);
}

static void
changed__from_machine_to_template__is_another_order(void **state)
{
    AUTO(vm_unref) struct vm *vm = find(1);
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    uint64_t order;

    assert_int_equal(vm_config_doc(vm, &doc), PRL_ERR_SUCCESS);
    assert_int_equal(vm_store_save_config(vm, doc), PRL_ERR_SUCCESS);
    order = vm_store_order_rev();
    assert_int_equal(vm_store_save_config(vm, doc), PRL_ERR_SUCCESS);
    assert_int_equal(vm_store_order_rev(), order);
    assert_true(xml_set(vm_model_root(doc), "Settings/General/IsTemplate", "1"));
    assert_int_equal(vm_store_save_config(vm, doc), PRL_ERR_SUCCESS);
    assert_true(vm_store_order_rev() > order);
}

#define IN_DIR(f) cmocka_unit_test_setup_teardown(f, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        IN_DIR(look__once__is_quiet_until_something_happens),
        IN_DIR(save__by_ourselves__is_not_read_again),
        IN_DIR(remove__leaves_nothing_watched),
        IN_DIR(edit__of_the_file__is_found_by_the_next_list),
        IN_DIR(edit__of_what_is_above__is_found_by_the_next_list),
        IN_DIR(edit__of_one_of_many__makes_one_loud),
        IN_DIR(limit__no_watch_left__is_looked_at_each_time),
        IN_DIR(link__on_the_way_to_a_home__is_looked_at_each_time),
        IN_DIR(flood__more_than_the_kernel_queues__makes_all_loud),
        IN_DIR(edit__while_many_lists_are_made__is_in_each_that_begins_later),
        IN_DIR(changed__since_a_number__is_what_was_told_since),
        IN_DIR(changed__from_machine_to_template__is_another_order),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
