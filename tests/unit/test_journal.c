/* SPDX-License-Identifier: MIT */
/* engine/journal.c: entries of tasks, written, replaced, removed, recovered. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"
#include "engine/dispatch.h"
#include "engine/journal.h"
#include "engine/task_private.h"
#include "vm/vm.h"

static char state_dir[] = "/tmp/prlkvm-journal-XXXXXX";
static int recovered;
static char notes[64];

static void
recover(json_t *entry)
{
    strncat(notes, json_string_value(json_object_get(entry, "note")), 8);
    recovered++;
}

static int
set_up(void **state)
{
    memcpy(state_dir + sizeof state_dir - 7, "XXXXXX", 6);
    assert_non_null(mkdtemp(state_dir));
    assert_int_equal(journal_open(state_dir), PRL_ERR_SUCCESS);
    dispatch_replace_recover(OP_VM_CLONE, recover);
    recovered = 0;
    notes[0] = '\0';
    return 0;
}

static int
tear_down(void **state)
{
    journal_close();
    return path_remove_tree(state_dir);
}

static char *
journal_path(const char *name)
{
    return str_printf("%s/journal/%s", state_dir, name);
}

/* Files in the journal whose name ends so. */
static int
count(const char *suffix)
{
    AUTO(cleanup_free) char *dir = path_join(state_dir, "journal");
    DIR *d = opendir(dir);
    struct dirent *e;
    int n = 0;

    assert_non_null(d);
    while ((e = readdir(d))) {
        size_t len = strlen(e->d_name), s = strlen(suffix);

        if (len > s && strcmp(e->d_name + len - s, suffix) == 0)
            n++;
    }
    closedir(d);
    return n;
}

static struct task *
task_of(enum op op)
{
    struct task *t = task_new(op_row(op), dispatch_row(op), NULL, NULL, 0, json_object(), -1);

    assert_non_null(t);
    return t;
}

static void
entry__written_again__replaces_and_goes_when_done(void **state)
{
    AUTO(task_unref) struct task *t = task_of(OP_VM_CLONE);

    assert_int_equal(task_journal(t, json_pack("{s:s}", "note", "a")), PRL_ERR_SUCCESS);
    assert_int_equal(task_journal(t, json_pack("{s:s}", "note", "b")), PRL_ERR_SUCCESS);
    assert_int_equal(count(".json"), 1);
    assert_int_equal(task_journal_done(t), PRL_ERR_SUCCESS);
    assert_int_equal(count(".json"), 0);
    assert_int_equal(task_journal_done(t), PRL_ERR_SUCCESS);
}

static void
entries__left_behind__are_recovered_once(void **state)
{
    AUTO(task_unref) struct task *one = task_of(OP_VM_CLONE);
    AUTO(task_unref) struct task *two = task_of(OP_VM_CLONE);

    assert_int_equal(task_journal(one, json_pack("{s:s}", "note", "x")), PRL_ERR_SUCCESS);
    assert_int_equal(task_journal(one, json_pack("{s:s}", "note", "a")), PRL_ERR_SUCCESS);
    assert_int_equal(task_journal(two, json_pack("{s:s}", "note", "b")), PRL_ERR_SUCCESS);
    journal_recover();
    assert_int_equal(recovered, 2);
    assert_string_equal(notes, "ab");
    assert_int_equal(count(".json"), 0);
    journal_recover();
    assert_int_equal(recovered, 2);
}

static void
entries__that_are_none__are_set_aside(void **state)
{
    static const char *const bad[] = {
        "", "{", "[]", "{\"method\":\"VmClone\"}", "{\"method\":\"NoSuch\",\"entry\":{}}", "{\"method\":\"VmGetState\",\"entry\":{}}",
        "{\"method\":5,\"entry\":{}}",
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO(cleanup_free) char *name = str_printf("%zu.json", i);
        AUTO(cleanup_free) char *path = journal_path(name);

        assert_int_equal(path_write_durable(path, bad[i], strlen(bad[i])), 0);
    }
    journal_recover();
    assert_int_equal(recovered, 0);
    assert_int_equal(count(".json"), 0);
    assert_int_equal(count(".bad"), (int)ARRAY_LEN(bad));
}

static void
entry__that_cannot_be_written__fails(void **state)
{
    AUTO(task_unref) struct task *t = task_of(OP_VM_CLONE);
    AUTO(cleanup_free) char *dir = path_join(state_dir, "journal");

    assert_int_equal(rmdir(dir), 0);
    assert_true(PRL_FAILED(task_journal(t, json_object())));
    assert_null(t->priv->journal);
}

static void
keep(json_t *entry)
{
    recover(entry);
    journal_keep();
}

/* A QEMU that hangs has the last word: again when it is gone, and before anything else happens to that machine. */
static void
entry__that_is_kept__is_recovered_when_its_machine_stands_still(void **state)
{
    AUTO(vm_unref) struct vm *vm = vm_new("{11111111-2222-3333-4444-555555555555}", "kept", state_dir);
    AUTO(vm_unref) struct vm *other = vm_new("{11111111-2222-3333-4444-666666666666}", "other", state_dir);
    AUTO(task_unref) struct task *t = task_of(OP_VM_CLONE);

    t->vm = vm_ref(vm);
    vm->state = VMS_RUNNING;
    dispatch_replace_recover(OP_VM_CLONE, keep);
    assert_int_equal(task_journal(t, json_pack("{s:s}", "note", "a")), PRL_ERR_SUCCESS);
    journal_recover();
    assert_int_equal(recovered, 1);
    assert_int_equal(count(".json"), 1);
    dispatch_replace_recover(OP_VM_CLONE, recover);
    journal_recover_kept(vm); /* it runs */
    other->state = vm->state = VMS_STOPPED;
    journal_recover_kept(other);
    assert_int_equal(recovered, 1);
    journal_recover_kept(vm);
    assert_int_equal(recovered, 2);
    assert_int_equal(count(".json"), 0);
    journal_recover_kept(vm);
    assert_int_equal(recovered, 2);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        T(entry__written_again__replaces_and_goes_when_done),
        T(entries__left_behind__are_recovered_once),
        T(entries__that_are_none__are_set_aside),
        T(entry__that_cannot_be_written__fails),
        T(entry__that_is_kept__is_recovered_when_its_machine_stands_still),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
