/* SPDX-License-Identifier: MIT */
/* qemu/efi_store: the variables of one file of EFI variables into another. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "qemu/efi_store.h"

#define HEADER 72
#define SMALL 1024
#define LARGE 4096
#define FAILED PRL_ERR_UPDATE_NVRAM_OPERATION_FAILED

static uint8_t small[SMALL], large[LARGE];

static void
put32(uint8_t *p, size_t n)
{
    for (int i = 0; i < 4; i++)
        p[i] = (uint8_t)(n >> 8 * i);
}

/* A volume whose store takes half of it. */
static void
make_store(uint8_t *p, size_t len)
{
    static const uint8_t volume[16] = { 0x8D, 0x2B, 0xF1, 0xFF, 0x96, 0x76, 0x8B, 0x4C, 0xA9, 0x85, 0x27, 0x47, 0x07, 0x5B, 0x4F, 0x50 };
    static const uint8_t store[16] = { 0x78, 0x2C, 0xF3, 0xAA, 0x7B, 0x94, 0x9A, 0x43, 0xA1, 0x80, 0x2E, 0x14, 0x4E, 0xC3, 0x77, 0x92 };

    memset(p, 0xFF, len);
    memset(p, 0, HEADER + 28);
    memcpy(p + 16, volume, 16);
    memcpy(p + 40, "_FVH", 4);
    p[48] = HEADER;
    memcpy(p + HEADER, store, 16);
    put32(p + HEADER + 16, len / 2);
    p[HEADER + 20] = 0x5A;
    p[HEADER + 21] = 0xFE;
}

/* Where the next one goes. */
static size_t
end_of(const uint8_t *p)
{
    size_t at = HEADER + 28;

    while (p[at] == 0xAA)
        at = (at + 60 + p[at + 36] + p[at + 40] + 3) & ~(size_t)3;
    return at;
}

/* A name of one character, a text without its NUL. */
static void
add(uint8_t *p, char name, const char *text, uint8_t state)
{
    size_t at = end_of(p);

    memset(p + at, 0, 60);
    p[at] = 0xAA;
    p[at + 1] = 0x55;
    p[at + 2] = state;
    p[at + 4] = 7;
    put32(p + at + 36, 4);
    put32(p + at + 40, strlen(text));
    memset(p + at + 44, 'G', 16);
    memcpy(p + at + 60, (uint8_t[]){ (uint8_t)name, 0, 0, 0 }, 4);
    memcpy(p + at + 64, text, strlen(text));
}

/* "A=1 B=22": all of them in their order. */
static const char *
list(const uint8_t *p)
{
    static char out[256];
    size_t n = 0;

    for (size_t at = HEADER + 28; p[at] == 0xAA; at = (at + 60 + p[at + 36] + p[at + 40] + 3) & ~(size_t)3) {
        assert_int_equal(p[at + 2], 0x3F);
        n += (size_t)snprintf(out + n, sizeof out - n, "%s%c=%.*s", n ? " " : "", p[at + 60], (int)p[at + 40], (const char *)p + at + 64);
    }
    out[n] = '\0';
    return out;
}

static int
fresh(void **state)
{
    (void)state;
    make_store(small, SMALL);
    make_store(large, LARGE);
    return 0;
}

static void
efi_store__variables__are_all_there(void **state)
{
    (void)state;
    add(small, 'A', "one", 0x3F);
    add(small, 'B', "t", 0x3F);
    assert_int_equal(efi_store_move(small, SMALL, large, LARGE), PRL_ERR_SUCCESS);
    assert_string_equal(list(large), "A=one B=t");
    for (size_t i = end_of(large); i < HEADER + LARGE / 2; i++)
        assert_int_equal(large[i], 0xFF);
}

static void
efi_store__deleted_ones__do_not_come_along(void **state)
{
    (void)state;
    add(small, 'A', "old", 0x3C);      /* deleted */
    add(small, 'A', "new", 0x3F);
    add(small, 'B', "kept", 0x3E);     /* its successor never came */
    add(small, 'C', "half", 0x7F);     /* written in part */
    add(small, 'D', "before", 0x3E);
    add(small, 'D', "after", 0x3F);
    assert_int_equal(efi_store_move(small, SMALL, large, LARGE), PRL_ERR_SUCCESS);
    assert_string_equal(list(large), "A=new B=kept D=after");
}

static void
efi_store__what_the_template_has__stays_where_the_old_file_has_none(void **state)
{
    (void)state;
    add(large, 'K', "key", 0x3F);
    add(large, 'A', "theirs", 0x3F);
    add(small, 'A', "ours", 0x3F);
    assert_int_equal(efi_store_move(small, SMALL, large, LARGE), PRL_ERR_SUCCESS);
    assert_string_equal(list(large), "K=key A=ours");
}

static void
efi_store__too_much__changes_nothing(void **state)
{
    static uint8_t copy[SMALL];

    (void)state;
    for (char c = 'A'; c < 'M'; c++)
        add(large, c, "a text of some length, so that it adds up", 0x3F);
    memcpy(copy, small, SMALL);
    assert_int_equal(efi_store_move(large, LARGE, small, SMALL), FAILED);
    assert_memory_equal(copy, small, SMALL);
}

/* Each byte of the headers, and each length that there is. */
static void
efi_store__damage__is_refused_or_harmless(void **state)
{
    static uint8_t copy[SMALL];

    (void)state;
    add(small, 'A', "one", 0x3F);
    add(small, 'B', "two", 0x3F);
    for (size_t i = 0; i < end_of(small); i++)
        for (int k = 0; k < 3; k++) {
            uint8_t *cut = malloc(SMALL);

            memcpy(cut, small, SMALL);
            cut[i] = (uint8_t[]){ 0, 0xFF, (uint8_t)(small[i] ^ 0x80) }[k];
            make_store(large, LARGE);
            efi_store_move(cut, SMALL, large, LARGE);
            free(cut);
        }
    for (size_t len = 0; len < SMALL; len++) {
        uint8_t *cut = malloc(len ? len : 1);

        memcpy(cut, small, len);
        make_store(large, LARGE);
        assert_int_equal(efi_store_move(cut, len, large, LARGE), len < HEADER + SMALL / 2 ? FAILED : PRL_ERR_SUCCESS);
        free(cut);
    }
    memcpy(copy, small, SMALL);
    put32(copy + HEADER + 28 + 40, 0xFFFFFFF0); /* more data than a file can have */
    assert_int_equal(efi_store_move(copy, SMALL, large, LARGE), FAILED);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(efi_store__variables__are_all_there, fresh),
        cmocka_unit_test_setup(efi_store__deleted_ones__do_not_come_along, fresh),
        cmocka_unit_test_setup(efi_store__what_the_template_has__stays_where_the_old_file_has_none, fresh),
        cmocka_unit_test_setup(efi_store__too_much__changes_nothing, fresh),
        cmocka_unit_test_setup(efi_store__damage__is_refused_or_harmless, fresh),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
