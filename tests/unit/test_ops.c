/* SPDX-License-Identifier: MIT */
/* wire/ops.c: the rows themselves, and requests against them. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "wire/frame.h"
#include "wire/ops.h"

#define VM "{11111111-2222-3333-4444-555555555555}"

static void
rows__numbers_methods_and_specs__are_sound(void **state)
{
    const struct op_row *row, *other;

    for (size_t i = 0; (row = op_row_at(i)); i++) {
        AUTO(cleanup_free) char *full = str_printf(WIRE_PREFIX "%s", row->method);
        const char *at = row->args;
        struct op_spec spec;

        assert_ptr_equal(op_row(row->op), row);
        assert_ptr_equal(op_find_method(full), row);
        for (size_t k = i + 1; (other = op_row_at(k)); k++) {
            assert_int_not_equal(row->op, other->op);
            assert_string_not_equal(row->method, other->method);
        }
        while (op_spec_next(&at, &spec)) {
            assert_non_null(strchr("suibxl", spec.kind));
            assert_string_not_equal(spec.name, "vm");
        }
        assert_int_equal(strspn(at, " "), strlen(at)); /* read to its end */
    }
    assert_null(op_find_method("VmStart"));
    assert_null(op_find_method("org.prlkvm."));
    assert_null(op_find_method("org.prlkvm.vmstart"));
    assert_null(op_row((enum op)9999));
}

static PRL_RESULT
check(enum op op, const char *parameters)
{
    AUTO(json_decref) json_t *p = json_loads(parameters, 0, NULL);

    assert_non_null(p);
    return op_check_args(op_row(op), p);
}

static void
arguments__that_fit__are_taken(void **state)
{
    assert_int_equal(check(OP_LOGIN, "{\"security\":2,\"flags\":0,\"api_version\":9}"), PRL_ERR_SUCCESS);
    assert_int_equal(check(OP_LOGIN, "{\"prev_session\":\"\",\"security\":2,\"flags\":0,\"api_version\":9}"), PRL_ERR_SUCCESS);
    assert_int_equal(check(OP_VM_PAUSE, "{\"vm\":\"" VM "\",\"acpi\":true}"), PRL_ERR_SUCCESS);
    assert_int_equal(check(OP_VM_PAUSE, "{\"vm\":\"11111111-2222-3333-4444-555555555555\",\"acpi\":false}"), PRL_ERR_SUCCESS);
    assert_int_equal(check(OP_VM_DELETE, "{\"vm\":\"" VM "\",\"files\":[\"a\",\"b\"]}"), PRL_ERR_SUCCESS);
    assert_int_equal(check(OP_VM_DELETE, "{\"vm\":\"" VM "\"}"), PRL_ERR_SUCCESS);
    assert_int_equal(check(OP_VM_COMMIT, "{\"vm\":\"" VM "\",\"config\":{\"at\":[0,5]},\"flags\":0}"), PRL_ERR_SUCCESS);
    assert_int_equal(check(OP_VM_COMMIT, "{\"vm\":\"" VM "\",\"config\":\"<x/>\",\"flags\":0}"), PRL_ERR_SUCCESS);
}

static void
arguments__wrong_missing_or_unknown__are_refused(void **state)
{
    static const struct {
        enum op op;
        const char *parameters;
    } bad[] = {
        { OP_LOGIN, "{}" },
        { OP_LOGIN, "{\"security\":2,\"flags\":0}" },
        { OP_LOGIN, "{\"security\":-2,\"flags\":0,\"api_version\":9}" },
        { OP_LOGIN, "{\"security\":2.0,\"flags\":0,\"api_version\":9}" },
        { OP_LOGIN, "{\"security\":\"2\",\"flags\":0,\"api_version\":9}" },
        { OP_LOGIN, "{\"security\":2,\"flags\":0,\"api_version\":9,\"more\":1}" },
        { OP_LOGIN, "{\"prev_session\":null,\"security\":2,\"flags\":0,\"api_version\":9}" },
        { OP_LOGOFF, "{\"vm\":\"" VM "\"}" },
        { OP_VM_PAUSE, "{\"acpi\":true}" },
        { OP_VM_PAUSE, "{\"vm\":\"" VM "\",\"acpi\":1}" },
        { OP_VM_PAUSE, "{\"vm\":\"../../etc\",\"acpi\":true}" },
        { OP_VM_PAUSE, "{\"vm\":\"{11111111-2222-3333-4444-555555555555\",\"acpi\":true}" },
        { OP_VM_PAUSE, "{\"vm\":5,\"acpi\":true}" },
        { OP_VM_DELETE, "{\"vm\":\"" VM "\",\"files\":\"a\"}" },
        { OP_VM_DELETE, "{\"vm\":\"" VM "\",\"files\":[1]}" },
        { OP_VM_DELETE, "{\"vm\":\"" VM "\",\"files\":[\"a\\u0001\"]}" },
        { OP_FS_CREATE_DIR, "{\"path\":\"/a\\u0008\"}" },
        { OP_FS_CREATE_DIR, "{\"path\":\"/a\\uffff\"}" },
        { OP_VM_COMMIT, "{\"vm\":\"" VM "\",\"config\":5,\"flags\":0}" },
        { OP_VM_COMMIT, "{\"vm\":\"" VM "\",\"config\":{\"at\":[0,-5]},\"flags\":0}" },
        { OP_VM_COMMIT, "{\"vm\":\"" VM "\",\"config\":{\"at\":[0,5],\"x\":1},\"flags\":0}" },
    };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_int_equal(check(bad[i].op, bad[i].parameters), PRL_ERR_BAD_PARAMETERS);
}

static void
encode__what_it_makes__passes_the_check(void **state)
{
    struct frame_texts texts = FRAME_TEXTS_INIT;
    const struct op_arg clone[] = { ARG_S("name"), ARG_S(""), ARG_S("/x"), ARG_U(1u << 31) };
    AUTO(json_decref) json_t *p = op_encode(op_row(OP_VM_CLONE), VM, clone, 4, &texts);
    AUTO(json_decref) json_t *none = op_encode(op_row(OP_VM_DELETE), VM, (const struct op_arg[]){ ARG_L(NULL) }, 1, &texts);

    assert_non_null(p);
    assert_int_equal(op_check_args(op_row(OP_VM_CLONE), p), PRL_ERR_SUCCESS);
    assert_int_equal(json_integer_value(json_object_get(p, "flags")), 1u << 31);
    assert_non_null(none);
    assert_null(json_object_get(none, "files"));
    assert_int_equal(texts.fd, -1);
}

static void
encode__arguments_that_do_not_fit__give_nothing(void **state)
{
    struct frame_texts texts = FRAME_TEXTS_INIT;

    assert_null(op_encode(op_row(OP_VM_PAUSE), VM, (const struct op_arg[]){ ARG_U(1) }, 1, &texts));
    assert_null(op_encode(op_row(OP_LOGOFF), NULL, (const struct op_arg[]){ ARG_U(1) }, 1, &texts));
    assert_null(op_encode(op_row(OP_FS_CREATE_DIR), NULL, (const struct op_arg[]){ ARG_S(NULL) }, 1, &texts));
    assert_null(op_encode(op_row(OP_FS_CREATE_DIR), NULL, (const struct op_arg[]){ ARG_S("\xff") }, 1, &texts));
    assert_null(op_encode(op_row(OP_SHUTDOWN), NULL, (const struct op_arg[]){ ARG_U(UINT64_MAX) }, 1, &texts));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows__numbers_methods_and_specs__are_sound),
        cmocka_unit_test(arguments__that_fit__are_taken),
        cmocka_unit_test(arguments__wrong_missing_or_unknown__are_refused),
        cmocka_unit_test(encode__what_it_makes__passes_the_check),
        cmocka_unit_test(encode__arguments_that_do_not_fit__give_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
