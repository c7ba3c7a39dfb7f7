/* SPDX-License-Identifier: MIT */
/* States have names and consequences: revisions, uptime, the marks of clones and edits. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "engine/claims_task.h"
#include "vm/vm.h"

#define UUID "{aaaaaaaa-0000-4000-8000-000000000001}"

static struct vm *vm;

static int
up(void **state)
{
    claims_setup(1000);
    vm = vm_new(UUID, "one", "/none");
    return vm ? 0 : -1;
}

static int
down(void **state)
{
    vm_unref(vm);
    return 0;
}

static void
state_names__are_those_of_the_enumeration(void **state)
{
    assert_string_equal(vm_state_name(VMS_SUSPENDED), "VMS_SUSPENDED");
    assert_string_equal(vm_state_name(VMS_RUNNING), "VMS_RUNNING");
    assert_string_equal(vm_state_name((VIRTUAL_MACHINE_STATE)77), "VMS_UNKNOWN");
}

static void
state_set__same_state__changes_nothing(void **state)
{
    uint64_t rev;

    vm_state_set(vm, VMS_STOPPED);
    rev = vm->rev;
    vm_state_set(vm, VMS_STOPPED);
    assert_int_equal(vm->rev, rev);
    vm_state_set(vm, VMS_RUNNING);
    assert_true(vm->rev > rev);
}

static void
uptime__runs_from_the_first_live_state_to_the_last(void **state)
{
    vm_state_set(vm, VMS_STOPPED);
    assert_int_equal(vm->run_since_ms, 0);
    vm_state_set(vm, VMS_RUNNING);
    assert_true(vm->run_since_ms > 0);
    vm->run_since_ms -= 5000; /* five seconds ago */
    vm_state_set(vm, VMS_PAUSED);
    assert_true(vm->run_since_ms > 0);
    vm_state_set(vm, VMS_SUSPENDED);
    assert_int_equal(vm->run_since_ms, 0);
    assert_int_equal(vm->uptime_s, 5);
    vm_state_set(vm, VMS_STOPPED);
    assert_int_equal(vm->uptime_s, 5);
}

static void
cloning_mark__lasts_from_the_first_clone_to_the_last(void **state)
{
    vm_cloning_begin(vm);
    vm_cloning_begin(vm);
    assert_int_equal(vm->addition_state, VMAS_CLONING);
    vm_cloning_end(vm);
    assert_int_equal(vm->addition_state, VMAS_CLONING);
    vm_cloning_end(vm);
    assert_int_equal(vm->addition_state, VMAS_NOSTATE);
}

static void
edit_marks__belong_to_sessions(void **state)
{
    struct session *one = (struct session *)&one, *two = (struct session *)&two; /* only compared */
    AUTO(vm_text_unref) struct vm_text *base = NULL;
    struct vm_text *none;

    assert_int_equal(vm_edit_begin(vm, two), PRL_ERR_SUCCESS); /* of a machine whose file cannot be read */
    assert_int_equal(vm_edit_base(vm, two, &none), VM_EDIT_OURS);
    assert_null(none);
    vm_edit_end(vm, two);
    vm_config_adopt(vm, vm_text_new("text", 4), strdup("one"), false, 0);
    assert_int_equal(vm_edit_base(vm, one, &none), VM_EDIT_NOBODYS);
    assert_int_equal(vm_edit_begin(vm, one), PRL_ERR_SUCCESS);
    assert_int_equal(vm_edit_base(vm, two, &none), VM_EDIT_OF_OTHERS);
    assert_null(none);
    assert_int_equal(vm_edit_base(vm, one, &base), VM_EDIT_OURS);
    assert_string_equal(base->p, "text");
    vm_forget_session(vm, one);
    assert_int_equal(vm_edit_base(vm, one, &none), VM_EDIT_NOBODYS);
}

static void
forget_session__lets_go_of_its_lock_alone(void **state)
{
    struct session *one = (struct session *)&one, *two = (struct session *)&two;

    vm->lock_session = one;
    assert_false(vm_forget_session(vm, two));
    assert_ptr_equal(vm->lock_session, one);
    assert_true(vm_forget_session(vm, one));
    assert_null(vm->lock_session);
}

static void
config_adopt__of_an_older_reading__is_dropped(void **state)
{
    uint64_t rev;

    vm_config_adopt(vm, vm_text_new("first", 5), strdup("one"), false, 0);
    rev = vm->config_rev;
    vm_config_adopt(vm, vm_text_new("second", 6), strdup("one"), false, 0);
    assert_false(vm_config_adopt(vm, vm_text_new("first", 5), strdup("one"), false, rev));
    assert_string_equal(vm->config->p, "second");
}

/* What changes by itself must not hide that a change was kept quiet. */
static void
untold__until_an_event_says_so(void **state)
{
    uint64_t before = vm_rev(vm);

    vm_valid_set(vm, PRL_ERR_FAILURE);
    assert_true(vm_is_untold(vm, before));
    vm_drifted(vm);
    assert_true(vm_is_untold(vm, before));
    assert_true(vm->told_rev > vm_rev(vm));
    vm_told(vm);
    assert_false(vm_is_untold(vm, before));
}

#define WITH_VM(f) cmocka_unit_test_setup_teardown(f, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_VM(state_names__are_those_of_the_enumeration),
        WITH_VM(state_set__same_state__changes_nothing),
        WITH_VM(uptime__runs_from_the_first_live_state_to_the_last),
        WITH_VM(untold__until_an_event_says_so),
        WITH_VM(cloning_mark__lasts_from_the_first_clone_to_the_last),
        WITH_VM(edit_marks__belong_to_sessions),
        WITH_VM(forget_session__lets_go_of_its_lock_alone),
        WITH_VM(config_adopt__of_an_older_reading__is_dropped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
