/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdlib.h>

#include "core/object.h"

static _Atomic int n_destroyed;

static void
destroy(struct object *obj)
{
    n_destroyed++;
    free(obj);
}

static const struct object_class a_class = { .type = PHT_JOB, .destroy = destroy };

static struct object *
new_object(void)
{
    struct object *obj = calloc(1, sizeof *obj);

    assert_non_null(obj);
    object_init(obj, &a_class);
    n_destroyed = 0;
    return obj;
}

static void
object__last_unref__destroys_once(void **state)
{
    struct object *obj = new_object();

    object_ref(obj);
    object_unref(obj);
    assert_int_equal(n_destroyed, 0);
    object_unref(obj);
    assert_int_equal(n_destroyed, 1);
}

static void
object__unref_of_null__does_nothing(void **state)
{
    object_unref(NULL);
}

static void
object__try_ref__fails_without_references(void **state)
{
    struct object *obj = new_object();

    assert_true(object_try_ref(obj));
    assert_int_equal(obj->refs, 2);
    object_unref(obj);
    obj->refs = 0; /* as its destructor would see it */
    assert_false(object_try_ref(obj));
    assert_int_equal(obj->refs, 0);
    free(obj);
}

static void *
hammer(void *arg)
{
    for (int i = 0; i < 50000; i++) {
        object_ref(arg);
        assert_true(object_try_ref(arg));
        object_unref(arg);
        object_unref(arg);
    }
    object_unref(arg);
    return NULL;
}

static void
object__counted_by_many_threads__is_destroyed_once(void **state)
{
    struct object *obj = new_object();
    pthread_t t[4];

    for (size_t i = 0; i < ARRAY_LEN(t); i++) {
        object_ref(obj);
        assert_int_equal(pthread_create(&t[i], NULL, hammer, obj), 0);
    }
    object_unref(obj);
    for (size_t i = 0; i < ARRAY_LEN(t); i++)
        pthread_join(t[i], NULL);
    assert_int_equal(n_destroyed, 1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(object__last_unref__destroys_once),
        cmocka_unit_test(object__unref_of_null__does_nothing),
        cmocka_unit_test(object__try_ref__fails_without_references),
        cmocka_unit_test(object__counted_by_many_threads__is_destroyed_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
