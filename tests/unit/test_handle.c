/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>

#include "core/handle.h"

static _Atomic int n_alive;

static void
destroy(struct object *obj)
{
    n_alive--;
    free(obj);
}

static const struct object_class a_class = { .type = PHT_STRINGS_LIST, .destroy = destroy };
static const struct object_class device_class = { .type = PHT_VIRTUAL_DEV_HARD_DISK, .destroy = destroy };

static struct object *
new_object(const struct object_class *cls)
{
    struct object *obj = calloc(1, sizeof *obj);

    assert_non_null(obj);
    object_init(obj, cls);
    n_alive++;
    return obj;
}

/* A handle that holds the only reference. */
static PRL_HANDLE
new_handle(void)
{
    struct object *obj = new_object(&a_class);
    PRL_HANDLE h = NULL;

    assert_int_equal(handle_give(obj, &h), PRL_ERR_SUCCESS);
    object_unref(obj);
    return h;
}

static PRL_HANDLE
number(uintptr_t n)
{
    return (PRL_HANDLE)n;
}

static void
handle__last_free__destroys(void **state)
{
    PRL_HANDLE h = new_handle();

    assert_int_equal(n_alive, 1);
    assert_int_equal(handle_addref(h), PRL_ERR_SUCCESS);
    assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
    assert_int_equal(n_alive, 1);
    assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
    assert_int_equal(n_alive, 0);
}

static void
handle__used_after_free__is_refused(void **state)
{
    PRL_HANDLE h = new_handle();

    assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
    assert_int_equal(handle_free(h), PRL_ERR_INVALID_ARG);
    assert_int_equal(handle_addref(h), PRL_ERR_INVALID_ARG);
    assert_null(handle_get(h, HANDLE_ANY));
}

static void
handle__any_other_number__is_refused(void **state)
{
    PRL_HANDLE h = new_handle();
    const uintptr_t bad[] = { 0,          1,          (uintptr_t)h + 1, (uintptr_t)h ^ (1u << 20), (uintptr_t)h | (1u << 31),
                              0xFACE,     0xffffffff, UINTPTR_MAX,      (uintptr_t)&h,             (uintptr_t)h | (UINT64_C(1) << 32),
                              0x80000000, 1u << 20 };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(handle_free(number(bad[i])), PRL_ERR_INVALID_ARG);
        assert_int_equal(handle_addref(number(bad[i])), PRL_ERR_INVALID_ARG);
        assert_null(handle_get(number(bad[i]), HANDLE_ANY));
    }
    assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
}

static void
handle__number__fits_32_bits(void **state)
{
    PRL_HANDLE h = new_handle();

    assert_true((uintptr_t)h <= UINT32_MAX);
    assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
}

static void
handle__of_another_type__is_refused(void **state)
{
    struct object *obj = new_object(&device_class), *got;
    PRL_HANDLE h;

    assert_int_equal(handle_give(obj, &h), PRL_ERR_SUCCESS);
    assert_null(handle_get(h, PHT_STRINGS_LIST));
    assert_null(handle_get(h, HANDLE_EVENT_SRC));
    assert_null(handle_get(h, HANDLE_HW));
    got = handle_get(h, HANDLE_VM_DEV);
    assert_ptr_equal(got, obj);
    object_unref(got);
    object_unref(obj);
    assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
}

static void
handle__given_twice__is_one_number(void **state)
{
    struct object *obj = new_object(&a_class);
    PRL_HANDLE a, b, c;

    assert_int_equal(handle_give(obj, &a), PRL_ERR_SUCCESS);
    assert_int_equal(handle_give(obj, &b), PRL_ERR_SUCCESS);
    assert_ptr_equal(a, b);
    assert_int_equal(handle_free(a), PRL_ERR_SUCCESS);
    assert_int_equal(handle_free(a), PRL_ERR_SUCCESS);
    assert_int_equal(handle_free(a), PRL_ERR_INVALID_ARG);
    /* The object lives on; its next number is another one. */
    assert_int_equal(handle_give(obj, &c), PRL_ERR_SUCCESS);
    assert_ptr_not_equal(a, c);
    object_unref(obj);
    assert_int_equal(handle_free(c), PRL_ERR_SUCCESS);
    assert_int_equal(n_alive, 0);
}

static void
handle__freed_number__does_not_come_back_soon(void **state)
{
    PRL_HANDLE first = new_handle();

    assert_int_equal(handle_free(first), PRL_ERR_SUCCESS);
    for (int i = 0; i < 300000; i++) {
        PRL_HANDLE h = new_handle();

        assert_ptr_not_equal(h, first);
        assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
        assert_int_equal(handle_free(first), PRL_ERR_INVALID_ARG);
    }
}

static void
handle__a_million__can_live(void **state)
{
    const unsigned n = 1000000;
    PRL_HANDLE *all = malloc(n * sizeof(PRL_HANDLE));
    PRL_UINT32 before = handle_count(PHT_ERROR);

    assert_non_null(all);
    for (unsigned i = 0; i < n; i++)
        all[i] = new_handle();
    assert_int_equal(handle_count(PHT_ERROR), before + n);
    assert_int_equal(handle_count(PHT_STRINGS_LIST), before + n);
    assert_int_equal(handle_count(PHT_VIRTUAL_DEV_HARD_DISK), 0);
    for (unsigned i = 0; i < n; i++)
        assert_int_equal(handle_free(all[i]), PRL_ERR_SUCCESS);
    assert_int_equal(n_alive, 0);
    free(all);
}

static void
handle__table_full__says_so(void **state)
{
    const unsigned n = (1u << 20) - 1;
    PRL_HANDLE *all = malloc(n * sizeof(PRL_HANDLE)), h = NULL;
    struct object *one_more;
    unsigned i;

    assert_non_null(all);
    for (i = 0; i < n; i++) {
        struct object *obj = new_object(&a_class);
        PRL_RESULT r = handle_give(obj, &all[i]);

        object_unref(obj);
        if (PRL_FAILED(r)) {
            assert_int_equal(r, PRL_ERR_OUT_OF_MEMORY);
            break;
        }
    }
    assert_true(i >= 1000000);
    one_more = new_object(&a_class);
    if (i == n)
        assert_int_equal(handle_give(one_more, &h), PRL_ERR_OUT_OF_MEMORY);
    object_unref(one_more);
    while (i)
        assert_int_equal(handle_free(all[--i]), PRL_ERR_SUCCESS);
    free(all);
    assert_int_equal(handle_free(new_handle()), PRL_ERR_SUCCESS);
}

static void
handle__sequence_bits__are_part_of_it(void **state)
{
    PRL_HANDLE h;

    handle_set_sequence(5);
    h = new_handle();
    assert_int_equal((uintptr_t)h >> 29, 5);
    assert_null(handle_get(number((uintptr_t)h & 0x1fffffff), HANDLE_ANY));
    assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
    handle_set_sequence(0);
    assert_int_equal(handle_free(h), PRL_ERR_INVALID_ARG);
}

static void
handle__drop_all__ends_every_count(void **state)
{
    PRL_HANDLE h = new_handle(), k = new_handle();

    handle_addref(h);
    handle_addref(h);
    handle_drop_all();
    assert_int_equal(n_alive, 0);
    assert_int_equal(handle_count(PHT_ERROR), 0);
    assert_int_equal(handle_free(h), PRL_ERR_INVALID_ARG);
    assert_int_equal(handle_free(k), PRL_ERR_INVALID_ARG);
}

/* ---- threads ---- */

#define ROUNDS 20000

static void *
hammer_get(void *arg)
{
    PRL_HANDLE h = *(PRL_HANDLE *)arg;

    for (int i = 0; i < ROUNDS; i++) {
        struct object *obj = handle_get(h, PHT_STRINGS_LIST);

        assert_non_null(obj);
        assert_int_equal(handle_addref(h), PRL_ERR_SUCCESS);
        object_unref(obj);
        assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
    }
    return NULL;
}

static void
handle__many_threads_on_one__keep_its_count(void **state)
{
    PRL_HANDLE h = new_handle();
    pthread_t t[4];

    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        assert_int_equal(pthread_create(&t[i], NULL, hammer_get, &h), 0);
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        pthread_join(t[i], NULL);
    assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
    assert_int_equal(n_alive, 0);
}

/* One object, threads that give it and free what they got: the last free races with the next give. */
static void *
hammer_give(void *arg)
{
    struct object *obj = arg;

    for (int i = 0; i < ROUNDS; i++) {
        PRL_HANDLE h;

        assert_int_equal(handle_give(obj, &h), PRL_ERR_SUCCESS);
        struct object *got = handle_get(h, HANDLE_ANY);

        assert_ptr_equal(got, obj);
        object_unref(got);
        assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
    }
    return NULL;
}

static void
handle__give_against_last_free__is_safe(void **state)
{
    struct object *obj = new_object(&a_class);
    pthread_t t[4];

    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        assert_int_equal(pthread_create(&t[i], NULL, hammer_give, obj), 0);
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        pthread_join(t[i], NULL);
    assert_int_equal(obj->refs, 1);
    assert_int_equal(obj->handle, 0);
    object_unref(obj);
    assert_int_equal(n_alive, 0);
    assert_int_equal(handle_count(PHT_ERROR), 0);
}

/* Threads free a number others still try: each number is freed once, whoever gets there, and nobody sees a dead object. */
struct shared {
    _Atomic uintptr_t current;
    _Atomic int n_freed;
    _Atomic bool is_over;
};

static void *
hammer_stale(void *arg)
{
    struct shared *s = arg;

    while (!s->is_over) {
        PRL_HANDLE h = number(s->current);
        struct object *obj = handle_get(h, PHT_STRINGS_LIST);

        if (obj) {
            assert_ptr_equal(obj->cls, &a_class);
            object_unref(obj);
        }
        if (PRL_SUCCEEDED(handle_free(h)))
            s->n_freed++;
    }
    return NULL;
}

static void
handle__freed_under_others__dies_once(void **state)
{
    struct shared s = { .current = 0 };
    pthread_t t[3];

    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        assert_int_equal(pthread_create(&t[i], NULL, hammer_stale, &s), 0);
    for (int i = 0; i < ROUNDS; i++) {
        PRL_HANDLE h = new_handle();

        s.current = (uintptr_t)h;
        if (PRL_SUCCEEDED(handle_free(h)))
            s.n_freed++;
    }
    s.is_over = true;
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        pthread_join(t[i], NULL);
    assert_int_equal(s.n_freed, ROUNDS);
    assert_int_equal(n_alive, 0);
}

static void *
hammer_new(void *arg)
{
    for (int i = 0; i < ROUNDS * 5; i++) {
        PRL_HANDLE h = new_handle();
        struct object *obj = handle_get(h, HANDLE_ANY);

        assert_non_null(obj);
        object_unref(obj);
        assert_int_equal(handle_free(h), PRL_ERR_SUCCESS);
    }
    return NULL;
}

static void
handle__made_by_many_threads__are_all_different(void **state)
{
    pthread_t t[4];

    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        assert_int_equal(pthread_create(&t[i], NULL, hammer_new, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        pthread_join(t[i], NULL);
    assert_int_equal(n_alive, 0);
    assert_int_equal(handle_count(PHT_ERROR), 0);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(handle__last_free__destroys),
        cmocka_unit_test(handle__used_after_free__is_refused),
        cmocka_unit_test(handle__any_other_number__is_refused),
        cmocka_unit_test(handle__number__fits_32_bits),
        cmocka_unit_test(handle__of_another_type__is_refused),
        cmocka_unit_test(handle__given_twice__is_one_number),
        cmocka_unit_test(handle__freed_number__does_not_come_back_soon),
        cmocka_unit_test(handle__sequence_bits__are_part_of_it),
        cmocka_unit_test(handle__drop_all__ends_every_count),
        cmocka_unit_test(handle__many_threads_on_one__keep_its_count),
        cmocka_unit_test(handle__give_against_last_free__is_safe),
        cmocka_unit_test(handle__freed_under_others__dies_once),
        cmocka_unit_test(handle__made_by_many_threads__are_all_different),
        cmocka_unit_test(handle__a_million__can_live),
        cmocka_unit_test(handle__table_full__says_so),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
