/* SPDX-License-Identifier: MIT */
/* The texts beside a list: the same memfd while nothing has changed, and never one with a text more than was asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/vec.h"
#include "vm/text_bank.h"
#include "vm/vm_entry.h"
#include "wire/frame.h"

#define N 3
#define BIG 5000

static struct vm *vms[N];

static void
set_text(struct vm *vm, char fill, size_t len)
{
    struct vm_text *t;
    char *text = malloc(len);

    memset(text, fill, len);
    t = vm_text_new(text, len);
    free(text);
    vm_config_adopt(vm, t, strdup("one"), false, 0);
}

static int
setup(void **state)
{
    for (unsigned i = 0; i < N; i++) {
        char uuid[UUID_TEXT];

        snprintf(uuid, sizeof uuid, "{00000000-0000-4000-8000-%012x}", i + 1);
        vms[i] = vm_new(uuid, "one", "/nowhere");
        if (!vms[i])
            return -1;
        set_text(vms[i], (char)('a' + i), i ? BIG : 10); /* short ones too */
    }
    return 0;
}

static int
teardown(void **state)
{
    for (unsigned i = 0; i < N; i++)
        vm_unref(vms[i]);
    return 0;
}

static struct text_bank *
bank_of_first(unsigned n)
{
    vm_vec some = { .p = vms, .len = n };

    return text_bank_of(&some);
}

static void
expect_text(int memfd, struct text_bank *bank, unsigned i, char fill, size_t len)
{
    AUTO(json_decref) json_t *at = NULL;
    char *text;
    size_t place, got;

    assert_true(text_bank_find(bank, i, vms[i]->config, &place));
    at = frame_text_at(place, len);
    assert_int_equal(frame_text_get(at, memfd, &text, &got), PRL_ERR_SUCCESS);
    assert_int_equal(got, len);
    for (size_t k = 0; k < len; k++)
        assert_int_equal(text[k], fill);
    free(text);
}

static ino_t
inode_of(struct text_bank *bank)
{
    struct frame_texts texts = FRAME_TEXTS_INIT;
    struct stat st;

    assert_true(text_bank_lend(bank, &texts));
    assert_int_equal(fstat(texts.fd, &st), 0);
    frame_texts_close(&texts);
    return st.st_ino;
}

static void
texts__are_lent_sealed_and_where_they_are_said_to_be(void **state)
{
    AUTO(text_bank_unref) struct text_bank *bank = bank_of_first(N);
    struct frame_texts texts = FRAME_TEXTS_INIT;
    AUTO(json_decref) json_t *late = NULL;
    struct frame_map *map;

    assert_non_null(bank);
    assert_true(text_bank_lend(bank, &texts));
    expect_text(texts.fd, bank, 0, 'a', 10);
    expect_text(texts.fd, bank, 1, 'b', BIG);
    expect_text(texts.fd, bank, 2, 'c', BIG);
    assert_int_equal(write(texts.fd, "x", 1), -1);
    map = frame_map_new(texts.fd); /* only of sealed ones */
    assert_non_null(map);
    frame_map_unref(map);
    assert_int_equal(frame_texts_seal(&texts), PRL_ERR_SUCCESS);
    late = frame_text_add(&texts, vms[1]->config->p, BIG);
    assert_true(json_is_string(late)); /* there is no room beside any more */
    frame_texts_close(&texts);
}

static void
nothing_changed__the_same_one(void **state)
{
    AUTO(text_bank_unref) struct text_bank *one = bank_of_first(N), *two = bank_of_first(N);

    assert_ptr_equal(one, two);
    assert_int_equal(inode_of(one), inode_of(two));
}

static void
a_text_changed__another_one(void **state)
{
    AUTO(text_bank_unref) struct text_bank *one = bank_of_first(N), *two = NULL;
    AUTO(vm_text_unref) struct vm_text *old = vm_config_ref(vms[1]);
    struct frame_texts texts = FRAME_TEXTS_INIT;
    size_t at;

    set_text(vms[1], 'z', BIG);
    assert_false(text_bank_find(one, 1, vms[1]->config, &at)); /* it changed behind the bank */
    assert_true(text_bank_find(one, 1, old, &at));
    two = bank_of_first(N);
    assert_ptr_not_equal(one, two);
    assert_true(text_bank_lend(two, &texts));
    expect_text(texts.fd, two, 1, 'z', BIG);
    assert_false(text_bank_find(two, 1, old, &at));
    frame_texts_close(&texts);
}

static void
a_vm_less__its_text_is_not_sent(void **state)
{
    AUTO(text_bank_unref) struct text_bank *all = bank_of_first(N), *fewer = bank_of_first(N - 1);
    struct frame_texts texts = FRAME_TEXTS_INIT;
    struct stat st;

    assert_ptr_not_equal(all, fewer);
    assert_true(text_bank_lend(fewer, &texts));
    assert_int_equal(fstat(texts.fd, &st), 0);
    assert_int_equal(st.st_size, 10 + BIG);
    frame_texts_close(&texts);
}

static void
no_texts__no_bank(void **state)
{
    struct vm *bare = vm_new("{00000000-0000-4000-8000-0000000000ff}", "one", "/nowhere");
    vm_vec none = { 0 }, one = { .p = &bare, .len = 1 };

    assert_null(text_bank_of(&none));
    assert_null(text_bank_of(&one));
    vm_unref(bare);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(texts__are_lent_sealed_and_where_they_are_said_to_be, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_changed__the_same_one, setup, teardown),
        cmocka_unit_test_setup_teardown(a_text_changed__another_one, setup, teardown),
        cmocka_unit_test_setup_teardown(a_vm_less__its_text_is_not_sent, setup, teardown),
        cmocka_unit_test_setup_teardown(no_texts__no_bank, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
