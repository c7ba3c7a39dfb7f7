/* SPDX-License-Identifier: MIT */
/* engine/claims.def: the table is whole and says what design 9 says. Waiting is in tests/component/test_service.c. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "engine/claims.h"

static void
table__every_pair__has_an_answer(void **state)
{
    for (enum claim wanted = CLAIM_START; wanted < CLAIM_COUNT; wanted++) {
        for (enum claim running = CLAIM_START; running < CLAIM_COUNT; running++) {
            int together = claims_may_overlap(running, wanted);

            assert_true(together == 0 || together == 1);
        }
        assert_true(PRL_FAILED(claims_code(wanted)));
        assert_int_equal(claims_may_overlap(CLAIM_NONE, wanted), 1);
        assert_int_equal(claims_may_overlap(wanted, CLAIM_NONE), 1);
    }
}

static void
table__running_vm__holds_nobody_up(void **state)
{
    for (enum claim c = CLAIM_START; c < CLAIM_COUNT; c++) {
        assert_int_equal(claims_may_overlap(CLAIM_RUNNING, c), 1);
        assert_int_equal(claims_may_overlap(c, CLAIM_RUNNING), 1);
    }
}

static void
table__clones__share_and_freeze_alone(void **state)
{
    assert_int_equal(claims_may_overlap(CLAIM_CLONE, CLAIM_CLONE), 1);
    assert_int_equal(claims_may_overlap(CLAIM_CLONE, CLAIM_FREEZE), 1);
    assert_int_equal(claims_may_overlap(CLAIM_FREEZE, CLAIM_CLONE), 1);
    assert_int_equal(claims_may_overlap(CLAIM_FREEZE, CLAIM_FREEZE), 0);
    assert_int_equal(claims_may_overlap(CLAIM_FREEZE, CLAIM_CONTROL), 0);
    assert_int_equal(claims_may_overlap(CLAIM_FREEZE, CLAIM_STOP), 0);
}

static void
table__suspend_and_clone__exclude_each_other(void **state)
{
    assert_int_equal(claims_may_overlap(CLAIM_SUSPEND, CLAIM_CLONE), 0);
    assert_int_equal(claims_may_overlap(CLAIM_CLONE, CLAIM_SUSPEND), 0);
    assert_int_equal(claims_may_overlap(CLAIM_SUSPEND, CLAIM_CONTROL), 0);
    assert_int_equal(claims_may_overlap(CLAIM_SUSPEND, CLAIM_STOP), 0);
    assert_int_equal(claims_may_overlap(CLAIM_STOP, CLAIM_SUSPEND), 0);
}

static void
table__work_on_images__is_alone_with_a_name(void **state)
{
    static const enum claim all[] = { CLAIM_RESIZE, CLAIM_COMPACT, CLAIM_CONVERT, CLAIM_COPY_IMAGE };
    static const PRL_RESULT codes[] = { PRL_ERR_VM_LOCKED_FOR_DISK_RESIZE, PRL_ERR_VM_LOCKED_FOR_DISK_COMPACT, PRL_ERR_VM_LOCKED_FOR_DISK_CONVERT,
                                        PRL_ERR_VM_LOCKED_FOR_COPY_IMAGE };

    for (int i = 0; i < 4; i++) {
        assert_int_equal(claims_code(all[i]), codes[i]);
        for (int k = 0; k < 4; k++) /* copies alone share */
            assert_int_equal(claims_may_overlap(all[i], all[k]), all[i] == CLAIM_COPY_IMAGE && all[k] == CLAIM_COPY_IMAGE);
        assert_int_equal(claims_may_overlap(all[i], CLAIM_START), 0);
        assert_int_equal(claims_may_overlap(all[i], CLAIM_EDIT), 0);
        assert_int_equal(claims_may_overlap(CLAIM_CLONE, all[i]), 0);
        assert_int_equal(claims_may_overlap(all[i], CLAIM_CONTROL), 1);
    }
}

static void
table__what_takes_everything__meets_nobody(void **state)
{
    static const enum claim all[] = { CLAIM_DELETE, CLAIM_UNREG };

    for (unsigned i = 0; i < 2; i++)
        for (enum claim c = CLAIM_START; c < CLAIM_COUNT; c++)
            if (c != CLAIM_RUNNING) {
                assert_int_equal(claims_may_overlap(all[i], c), 0);
                assert_int_equal(claims_may_overlap(c, all[i]), 0);
            }
}

static void
table__codes__are_those_of_the_reference(void **state)
{
    assert_int_equal(claims_code(CLAIM_CLONE), PRL_ERR_VM_LOCKED_FOR_CLONE);
    assert_int_equal(claims_code(CLAIM_FREEZE), PRL_ERR_VM_LOCKED_FOR_CLONE);
    assert_int_equal(claims_code(CLAIM_DELETE), PRL_ERR_VM_LOCKED_FOR_DELETE);
    assert_int_equal(claims_code(CLAIM_UNREG), PRL_ERR_VM_LOCKED_FOR_UNREGISTER);
    assert_int_equal(claims_code(CLAIM_EDIT), PRL_ERR_VM_LOCKED_FOR_EDIT_COMMIT);
    assert_int_equal(claims_code(CLAIM_START), PRL_ERR_VM_LOCKED_FOR_EXECUTE);
    assert_int_equal(claims_code(CLAIM_RUNNING), PRL_ERR_VM_LOCKED_FOR_EXECUTE_EX);
    assert_int_equal(claims_code(CLAIM_SUSPEND), PRL_ERR_VM_LOCKED_FOR_INTERNAL_REASON);
    assert_int_equal(claims_code(CLAIM_SECURITY), PRL_ERR_VM_LOCKED_FOR_UPDATE_SECURITY);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(table__every_pair__has_an_answer),
        cmocka_unit_test(table__running_vm__holds_nobody_up),
        cmocka_unit_test(table__clones__share_and_freeze_alone),
        cmocka_unit_test(table__suspend_and_clone__exclude_each_other),
        cmocka_unit_test(table__work_on_images__is_alone_with_a_name),
        cmocka_unit_test(table__what_takes_everything__meets_nobody),
        cmocka_unit_test(table__codes__are_those_of_the_reference),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
