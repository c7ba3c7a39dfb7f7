/* SPDX-License-Identifier: MIT */
/*
 * Every row that writes a value: what is out of range, or of a wrong kind, is refused and changes nothing; what is taken survives the
 * text form of its object. Every row that reads one: what is no value counts as absent.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "api/public.h"
#include "api/row_body.h"
#include "base/xml.h"
#include "core/config_obj.h"
#include "row_table.h"

static PRL_HANDLE server;
static unsigned n_wrong;

static void
wrong(const char *name, const char *what, const char *value)
{
    n_wrong++;
    print_error("%s: %s%s%s\n", name, what, value ? ": " : "", value ? value : "");
}

static PRL_HANDLE
give(struct object *obj)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE;

    assert_int_equal(row_give(obj, &h), PRL_ERR_SUCCESS);
    return h;
}

/* An empty thing of that type. */
static PRL_HANDLE
make(unsigned pht)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE, disk;

    switch (pht) {
    case PHT_VIRTUAL_MACHINE:
        assert_int_equal(PrlSrv_CreateVm(server, &h), PRL_ERR_SUCCESS);
        return h;
    case PHT_VIRTUAL_DISK_ENCRYPTION:
        disk = make(PHT_VIRTUAL_DEV_HARD_DISK);
        assert_int_equal(PrlVmDevHd_GetEncryption(disk, &h), PRL_ERR_SUCCESS);
        PrlHandle_Free(disk);
        return h;
    case HANDLE_VM_DEV:
        return give((struct object *)row_new_doc(PHT_VIRTUAL_DEV_HARD_DISK, "Thing"));
    case HANDLE_HW:
        return give((struct object *)row_new_doc(PHT_HW_GENERIC_DEVICE, "Thing"));
    default:
        return give((struct object *)row_new_doc((PRL_HANDLE_TYPE)pht, "Thing"));
    }
}

/* Allocated; NULL: the type has no text form. */
static char *
text_of(PRL_HANDLE h)
{
    PRL_VOID_PTR buf = NULL;
    char *text;

    if (PRL_FAILED(PrlHandle_ToString(h, &buf)))
        return NULL;
    text = strdup(buf);
    PrlBuffer_Free(buf);
    return text;
}

/* ---- refused ---- */

static void
refuse(const struct row_set *s, PRL_HANDLE h, const char *value)
{
    if (row_write(s, h, value) != PRL_ERR_INVALID_ARG)
        wrong(s->name, "takes", value);
}

static void
refuse_number(const struct row_set *s, PRL_HANDLE h, uint64_t value)
{
    char text[24];

    snprintf(text, sizeof text, s->kind == ROW_I32 ? "%" PRId64 : "%" PRIu64, value);
    refuse(s, h, text);
}

static void
refuse_numbers(const struct row_set *s, PRL_HANDLE h)
{
    if (s->kind == ROW_BOOL)
        return; /* everything but 0 is true */
    if (s->kind == ROW_I32 ? (int64_t)s->lo > INT32_MIN : s->lo > 0)
        refuse_number(s, h, s->lo - 1);
    if (s->hi < row_kind_most(s->kind) && !(s->kind == ROW_I32 && (int64_t)s->hi < 0))
        refuse_number(s, h, s->hi + 1);
}

static void
refuse_texts(const struct row_set *s, PRL_HANDLE h)
{
    static const char *const texts[] = { "a\x01z", "\xff", "\xed\xa0\x80", "a\xc3" };

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        refuse(s, h, texts[i]);
    if (s->kind == ROW_TEXT && !s->takes_null && ((PRL_RESULT(*)(PRL_HANDLE, PRL_CONST_STR))s->call)(h, NULL) != PRL_ERR_INVALID_ARG)
        wrong(s->name, "takes NULL", NULL);
    if (s->kind == ROW_TEXT && s->check)
        refuse(s, h, row_unchecked_text(s->check));
}

static void
refuse_other_lists(const struct row_set *s, PRL_HANDLE h)
{
    PRL_RESULT (*const set)(PRL_HANDLE, PRL_HANDLE) = (PRL_RESULT(*)(PRL_HANDLE, PRL_HANDLE))s->call;
    PRL_HANDLE list;

    assert_int_equal(PrlApi_CreateHandlesList(&list), PRL_ERR_SUCCESS);
    if (set(h, list) != PRL_ERR_INVALID_ARG || set(h, h) != PRL_ERR_INVALID_ARG)
        wrong(s->name, "takes a handle of another type", NULL);
    PrlHandle_Free(list);
}

static void
refuse_other_handles(const struct row_set *s, const char *value)
{
    PRL_HANDLE list, dead = make(s->pht);

    assert_int_equal(PrlApi_CreateHandlesList(&list), PRL_ERR_SUCCESS);
    PrlHandle_Free(dead);
    if (row_write(s, PRL_INVALID_HANDLE, value) != PRL_ERR_INVALID_ARG || row_write(s, dead, value) != PRL_ERR_INVALID_ARG ||
        row_write(s, list, value) != PRL_ERR_INVALID_ARG)
        wrong(s->name, "works on no handle, a dead one or one of another type", NULL);
    PrlHandle_Free(list);
}

/* A value the row takes: which is 0 or 1. */
static void
good_value(const struct row_set *s, int which, char *text, size_t size)
{
    const uint64_t middle = s->kind == ROW_I32 ? 5 : s->lo + (s->hi - s->lo) / 2;

    if (strcmp(s->name, "PrlVmCfg_SetUuid") == 0) /* the reader of documents has an eye on it */
        snprintf(text, size, "{0a0a0a0a-0000-4000-8000-00000000000%d}", which);
    else if (s->kind == ROW_TEXTS)
        snprintf(text, size, which ? "" : "10.0.0.1\nfe80::1\n");
    else if (s->kind == ROW_TEXT && s->check)
        snprintf(text, size, "%s", row_checked_text(s->check, which));
    else if (s->kind == ROW_TEXT)
        snprintf(text, size, which ? "other" : "<a> & \xc3\xa4 \"'");
    else if (s->kind == ROW_I32)
        snprintf(text, size, "%" PRId64, which ? (int64_t)s->lo : (int64_t)middle);
    else
        snprintf(text, size, "%" PRIu64, which ? s->hi : middle);
}

static void
every_setter__refuses_what_it_cannot_hold__and_changes_nothing(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ROW_SETS; i++) {
        const struct row_set *s = &row_sets[i];
        PRL_HANDLE h = make(s->pht);
        char good[256], *before, *after;

        good_value(s, 0, good, sizeof good);
        if (row_write(s, h, good) != PRL_ERR_SUCCESS)
            wrong(s->name, "refuses", good);
        before = text_of(h);
        if (s->kind < ROW_TEXT)
            refuse_numbers(s, h);
        else
            refuse_texts(s, h);
        if (s->kind == ROW_TEXTS)
            refuse_other_lists(s, h);
        refuse_other_handles(s, good);
        after = text_of(h);
        if ((before == NULL) != (after == NULL) || (before && strcmp(before, after) != 0))
            wrong(s->name, "has changed something", NULL);
        free(before);
        free(after);
        PrlHandle_Free(h);
    }
    assert_true(N_ROW_SETS > 230);
    assert_int_equal(n_wrong, 0);
}

/* ---- the text form ---- */

static void
check_survives(const struct row_set *s, const struct row_get *g, int which)
{
    PRL_HANDLE from = make(s->pht), to = make(s->pht);
    char value[256], got[256], *text;

    good_value(s, which, value, sizeof value);
    if (row_write(s, from, value) != PRL_ERR_SUCCESS || row_read(g, from, got, sizeof got) != PRL_ERR_SUCCESS || strcmp(got, value) != 0)
        wrong(s->name, "does not keep", value);
    text = text_of(from);
    if (!text || PrlHandle_FromString(to, text) != PRL_ERR_SUCCESS)
        wrong(s->name, "has no text form", NULL);
    else if (row_read(g, to, got, sizeof got) != PRL_ERR_SUCCESS || strcmp(got, value) != 0)
        wrong(s->name, "is not in the text", value);
    free(text);
    PrlHandle_Free(from);
    PrlHandle_Free(to);
}

static void
every_value__survives_the_text_of_its_object(void **state)
{
    unsigned n_pairs = 0;

    (void)state;
    for (size_t i = 0; i < N_ROW_SETS; i++) {
        const struct row_get *g = row_getter_of(&row_sets[i]);

        if (!g)
            continue;
        n_pairs++;
        check_survives(&row_sets[i], g, 0);
        check_survives(&row_sets[i], g, 1);
    }
    assert_true(n_pairs > 230);
    assert_int_equal(n_wrong, 0);
}

/* ---- what documents may hold ---- */

static void
put(PRL_HANDLE h, const char *path, const char *text)
{
    struct object *obj = handle_get(h, HANDLE_ANY);
    xmlNodePtr node;

    assert_int_equal(config_obj_lock((struct config_obj *)obj, &node), PRL_ERR_SUCCESS);
    assert_true(xml_set(node, path, text));
    config_obj_unlock((struct config_obj *)obj, true);
    object_unref(obj);
}

static void
check_garbage(const struct row_get *g)
{
    static const char *const texts[] = { "x", "", "12x", "1 2", "1e3", "0x10", "99999999999999999999999", "-99999999999999999999", "--1", "+" };
    PRL_HANDLE h = make(g->pht);
    char wanted[32], got[256];

    snprintf(wanted, sizeof wanted, g->kind == ROW_I32 ? "%" PRId64 : "%" PRIu64, g->def);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        put(h, g->path, texts[i]);
        if (row_read(g, h, got, sizeof got) != PRL_ERR_SUCCESS || strcmp(got, wanted) != 0)
            wrong(g->name, "does not take for absent", texts[i]);
    }
    put(h, g->path, " \n1\t");
    if (row_read(g, h, got, sizeof got) != PRL_ERR_SUCCESS || strcmp(got, "1") != 0)
        wrong(g->name, "does not read a number between blanks", got);
    PrlHandle_Free(h);
}

static void
every_number__that_is_none__counts_as_absent(void **state)
{
    (void)state;
    for (size_t i = 0; i < N_ROW_GETS; i++)
        if (row_gets[i].kind < ROW_TEXT)
            check_garbage(&row_gets[i]);
    assert_true(N_ROW_GETS > 350);
    assert_int_equal(n_wrong, 0);
}

static int
up(void **state)
{
    (void)state;
    n_wrong = 0;
    return PrlApi_Init(VIRTUOZZO_API_VER) == PRL_ERR_SUCCESS && PrlSrv_Create(&server) == PRL_ERR_SUCCESS ? 0 : -1;
}

static int
down(void **state)
{
    (void)state;
    PrlHandle_Free(server);
    return PrlApi_Deinit() == PRL_ERR_SUCCESS ? 0 : -1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_setter__refuses_what_it_cannot_hold__and_changes_nothing, up, down),
        cmocka_unit_test_setup_teardown(every_value__survives_the_text_of_its_object, up, down),
        cmocka_unit_test_setup_teardown(every_number__that_is_none__counts_as_absent, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
