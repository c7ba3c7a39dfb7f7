/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <string.h>

#include <prlsdk/Virtuozzo.h>

#include "base/cleanup.h"

static int
init(void **state)
{
    return PrlApi_Init(VIRTUOZZO_API_VER);
}

static int
deinit(void **state)
{
    return PrlApi_Deinit();
}

static PRL_HANDLE
strings(void)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE;

    assert_int_equal(PrlApi_CreateStringsList(&h), PRL_ERR_SUCCESS);
    return h;
}

static PRL_UINT32
live(void)
{
    PRL_UINT32 n = 0;

    assert_int_equal(PrlDbg_GetHandlesNum(&n, PHT_ERROR), PRL_ERR_SUCCESS);
    return n;
}

static void
strings__added__are_copied(void **state)
{
    PRL_HANDLE h = strings();
    char text[] = "one", got[16];
    PRL_UINT32 n = 0, len = sizeof got;

    assert_int_equal(PrlStrList_AddItem(h, text), PRL_ERR_SUCCESS);
    text[0] = 'X';
    assert_int_equal(PrlStrList_AddItem(h, ""), PRL_ERR_SUCCESS);
    assert_int_equal(PrlStrList_GetItemsCount(h, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 2);
    assert_int_equal(PrlStrList_GetItem(h, 0, got, &len), PRL_ERR_SUCCESS);
    assert_string_equal(got, "one");
    assert_int_equal(len, 4);
    assert_int_equal(PrlStrList_RemoveItem(h, 0), PRL_ERR_SUCCESS);
    len = sizeof got;
    assert_int_equal(PrlStrList_GetItem(h, 0, got, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, 1);
    PrlHandle_Free(h);
}

static void
strings__short_buffer__gets_bytes_without_nul(void **state)
{
    PRL_HANDLE h = strings();
    char got[8];
    PRL_UINT32 len = 0;

    assert_int_equal(PrlStrList_AddItem(h, "abcde"), PRL_ERR_SUCCESS);
    assert_int_equal(PrlStrList_GetItem(h, 0, NULL, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, 6);
    len = 0;
    assert_int_equal(PrlStrList_GetItem(h, 0, got, &len), PRL_ERR_SUCCESS);
    assert_int_equal(len, 6);
    memset(got, '#', sizeof got);
    len = 5;
    assert_int_equal(PrlStrList_GetItem(h, 0, got, &len), PRL_ERR_BUFFER_OVERRUN);
    assert_int_equal(len, 6);
    assert_memory_equal(got, "abcde###", 8);
    PrlHandle_Free(h);
}

static void
strings__bad_arguments__are_refused(void **state)
{
    PRL_HANDLE h = strings();
    PRL_UINT32 len = 0;

    assert_int_equal(PrlStrList_AddItem(h, NULL), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlStrList_AddItem(h, "bad \xff"), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlStrList_AddItem(h, "bell \a"), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlStrList_GetItem(h, 0, NULL, &len), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlStrList_RemoveItem(h, 0), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlStrList_GetItemsCount(h, NULL), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlHndlList_GetItemsCount(h, &len), PRL_ERR_INVALID_ARG);
    PrlHandle_Free(h);
    assert_int_equal(PrlApi_CreateStringsList(NULL), PRL_ERR_INVALID_ARG);
}

static void
handles__item__is_the_same_number_with_one_more_reference(void **state)
{
    PRL_UINT32 before = live();
    PRL_HANDLE list, item = strings(), got;

    assert_int_equal(PrlApi_CreateHandlesList(&list), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHndlList_AddItem(list, item), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHndlList_GetItem(list, 0, &got), PRL_ERR_SUCCESS);
    assert_ptr_equal(got, item);
    assert_int_equal(PrlHandle_Free(got), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHandle_Free(item), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHndlList_GetItem(list, 0, &got), PRL_ERR_SUCCESS); /* the list kept it */
    assert_int_equal(PrlHndlList_RemoveItem(list, 0), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHndlList_GetItem(list, 0, &item), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlHandle_Free(got), PRL_ERR_SUCCESS);
    PrlHandle_Free(list);
    assert_int_equal(live(), before);
}

static void
handles__dead_handle_or_itself__is_refused(void **state)
{
    PRL_HANDLE list, item = strings();

    PrlHandle_Free(item);
    assert_int_equal(PrlApi_CreateHandlesList(&list), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHndlList_AddItem(list, item), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlHndlList_AddItem(list, PRL_INVALID_HANDLE), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlHndlList_AddItem(list, list), PRL_ERR_INVALID_ARG);
    PrlHandle_Free(list);
}

static void
numbers__copy_exactly_their_size(void **state)
{
    const PRL_SIZE sizes[] = { 1, 2, 4, 8 };

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
        const unsigned char in[9] = "ABCDEFGH";
        unsigned char out[9] = "........";
        PRL_SIZE size = 0;
        PRL_HANDLE h;

        assert_int_equal(PrlApi_CreateOpTypeList(&h, sizes[i]), PRL_ERR_SUCCESS);
        assert_int_equal(PrlOpTypeList_GetTypeSize(h, &size), PRL_ERR_SUCCESS);
        assert_int_equal(size, sizes[i]);
        assert_int_equal(PrlOpTypeList_AddItem(h, in), PRL_ERR_SUCCESS);
        assert_int_equal(PrlOpTypeList_GetItem(h, 0, out), PRL_ERR_SUCCESS);
        assert_memory_equal(out, in, sizes[i]);
        assert_int_equal(out[sizes[i]], sizes[i] == 8 ? 0 : '.');
        assert_int_equal(PrlOpTypeList_GetItem(h, 1, out), PRL_ERR_INVALID_ARG);
        assert_int_equal(PrlOpTypeList_AddItem(h, NULL), PRL_ERR_INVALID_ARG);
        PrlHandle_Free(h);
    }
}

static void
numbers__of_another_size__are_refused(void **state)
{
    const PRL_SIZE sizes[] = { 0, 3, 5, 7, 9, 16, 0xffffffff };
    PRL_HANDLE h;

    for (size_t i = 0; i < ARRAY_LEN(sizes); i++)
        assert_int_equal(PrlApi_CreateOpTypeList(&h, sizes[i]), PRL_ERR_INVALID_ARG);
}

static void
guests__types_and_versions__are_lists(void **state)
{
    PRL_UINT16 version = 0, by_default = 0;
    PRL_UINT8 type = 0;
    PRL_UINT32 n = 0, len = 0;
    PRL_SIZE size = 0;
    PRL_HANDLE h;

    assert_int_equal(PrlApi_GetSupportedOsesTypes(PHO_LIN, &h), PRL_ERR_SUCCESS);
    assert_int_equal(PrlOpTypeList_GetTypeSize(h, &size), PRL_ERR_SUCCESS);
    assert_int_equal(size, 1);
    assert_int_equal(PrlOpTypeList_GetItem(h, 0, &type), PRL_ERR_SUCCESS);
    PrlHandle_Free(h);
    assert_int_equal(PrlApi_GetSupportedOsesVersions(PHO_LIN, PVS_GUEST_TYPE_LINUX, &h), PRL_ERR_SUCCESS);
    assert_int_equal(PrlOpTypeList_GetItemsCount(h, &n), PRL_ERR_SUCCESS);
    assert_true(n > 5);
    assert_int_equal(PrlOpTypeList_GetItem(h, 0, &version), PRL_ERR_SUCCESS);
    assert_int_equal(version >> 8, PVS_GUEST_TYPE_LINUX);
    PrlHandle_Free(h);
    assert_int_equal(PrlApi_GetDefaultOsVersion(PVS_GUEST_TYPE_LINUX, &by_default), PRL_ERR_SUCCESS);
    assert_int_equal(by_default >> 8, PVS_GUEST_TYPE_LINUX);
    assert_int_equal(PrlApi_GuestToString(by_default, NULL, &len), PRL_ERR_SUCCESS);
    assert_true(len > 1);
    by_default = 1;
    h = PRL_INVALID_HANDLE;
    for (unsigned no_family = 0; no_family < 255; no_family += 254) {
        assert_int_equal(PrlApi_GetSupportedOsesVersions(PHO_LIN, (PRL_UINT8)no_family, &h), PRL_ERR_INVALID_ARG);
        assert_int_equal(PrlApi_GetDefaultOsVersion((PRL_UINT8)no_family, &by_default), PRL_ERR_INVALID_ARG);
    }
    assert_int_equal(by_default, 1);
    assert_ptr_equal(h, PRL_INVALID_HANDLE);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings__added__are_copied),
        cmocka_unit_test(strings__short_buffer__gets_bytes_without_nul),
        cmocka_unit_test(strings__bad_arguments__are_refused),
        cmocka_unit_test(handles__item__is_the_same_number_with_one_more_reference),
        cmocka_unit_test(handles__dead_handle_or_itself__is_refused),
        cmocka_unit_test(numbers__copy_exactly_their_size),
        cmocka_unit_test(numbers__of_another_size__are_refused),
        cmocka_unit_test(guests__types_and_versions__are_lists),
    };

    return cmocka_run_group_tests(tests, init, deinit);
}
