/* SPDX-License-Identifier: MIT */
/*
 * Many threads on one handle: each owns every n-th piece of the disk, writes it with what only it knows, reads it back, flushes, asks for facts and
 * maps. At the end a fresh handle reads all of it. PRLKVM_TEST_ROUNDS: more of it.
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/public.h"
#include "disk_tools.h"

#define THREADS 6
#define PIECE_SECTORS 24u /* no divisor of a cluster: neighbours share clusters */
#define PIECES 1200u
#define OK PRL_ERR_SUCCESS

static int
up(void **state)
{
    temp_dir_up(state);
    setenv("PRLKVM_HOME", temp_dir, 1);
    return 0;
}

static unsigned
rounds(void)
{
    const char *set = getenv("PRLKVM_TEST_ROUNDS");

    return set ? (unsigned)atoi(set) : 1;
}

struct worker {
    pthread_t thread;
    PRL_HANDLE disk;
    unsigned id, seed;
    const char *failed;
};

static bool
read_and_compare(PRL_HANDLE disk, unsigned piece, unsigned seed)
{
    unsigned char buf[PIECE_SECTORS * 512];
    PRL_UINT64 sector = (PRL_UINT64)piece * PIECE_SECTORS;

    return PrlDisk_Read(disk, buf, sizeof buf, sector) == OK && is_pattern(buf, sizeof buf, sector * 512, seed + piece % THREADS);
}

static bool
write_piece(PRL_HANDLE disk, unsigned piece, unsigned seed)
{
    unsigned char buf[PIECE_SECTORS * 512];
    PRL_UINT64 sector = (PRL_UINT64)piece * PIECE_SECTORS;

    fill_pattern(buf, sizeof buf, sector * 512, seed + piece % THREADS);
    return PrlDisk_Write(disk, buf, sizeof buf, sector) == OK;
}

static const char *
ask(PRL_HANDLE disk)
{
    PRL_UINT32 n = 0;
    PRL_HANDLE map;

    if (PrlDisk_FlushCache(disk) != OK)
        return "flush";
    if (PrlDisk_GetDiskInfo(disk, NULL, &n) != OK || !n)
        return "info";
    if (PrlDisk_GetChangesMap_Local(disk, NULL, NULL, &map) != OK || PrlHandle_Free(map) != OK)
        return "map";
    return NULL;
}

static void *
work(void *arg)
{
    struct worker *w = arg;
    unsigned x = w->seed * 2654435761u + w->id;

    for (unsigned i = 0; i < PIECES / THREADS && !w->failed; i++) {
        unsigned piece = i * THREADS + w->id, before;

        if (!write_piece(w->disk, piece, w->seed))
            w->failed = "write";
        x = x * 1103515245u + 12345u;
        before = x / 65536u % (i + 1) * THREADS + w->id;
        if (!w->failed && !read_and_compare(w->disk, before, w->seed))
            w->failed = "what was read";
        if (!w->failed && i % 64 == 63)
            w->failed = ask(w->disk);
    }
    return NULL;
}

static void
hammer(PRL_HANDLE disk, unsigned seed)
{
    struct worker w[THREADS];

    for (unsigned i = 0; i < THREADS; i++) {
        w[i] = (struct worker){ .disk = disk, .id = i, .seed = seed };
        assert_int_equal(pthread_create(&w[i].thread, NULL, work, &w[i]), 0);
    }
    for (unsigned i = 0; i < THREADS; i++) {
        pthread_join(w[i].thread, NULL);
        if (w[i].failed)
            print_error("thread %u: %s\n", i, w[i].failed);
        assert_null(w[i].failed);
    }
}

static void
run_on(PRL_IMAGE_TYPE type)
{
    PRL_IMAGE_PARAMETERS part = { .Type = type };
    PRL_DISK_PARAMETERS p = { .m_SizeInSectors = PIECES * PIECE_SECTORS, .m_BlockSize = 256, .m_Parts = 1, .m_Storages = &part };
    AUTO(cleanup_free) char *path = temp_path("disk.hdd");
    PRL_HANDLE disk;

    assert_int_equal(PrlDisk_CreateDisk_Local(&disk, path, &p, NULL, NULL), OK);
    for (unsigned i = 0; i < rounds(); i++)
        hammer(disk, i + 1);
    assert_int_equal(PrlDisk_Free(disk), OK);
    assert_int_equal(PrlDisk_OpenDisk_Local(&disk, path, PRL_DISK_READ, PRL_INVALID_HANDLE), OK);
    for (unsigned i = 0; i < PIECES; i++)
        assert_true(read_and_compare(disk, i, rounds()));
    assert_int_equal(PrlDisk_Free(disk), OK);
}

static void
threads__on_an_expanding_bundle__do_not_disturb_each_other(void **state)
{
    run_on(PRL_IMAGE_COMPRESSED);
}

static void
threads__on_a_plain_bundle__do_not_disturb_each_other(void **state)
{
    run_on(PRL_IMAGE_PLAIN);
}

static void
threads__on_qcow2__do_not_disturb_each_other(void **state)
{
    run_on(PRL_IMAGE_TRY_GUESS);
}

/* ---- freeing beside use ---- */

static void *
read_until_refused(void *arg)
{
    PRL_HANDLE disk = arg;
    char buf[512];
    PRL_RESULT r;

    while ((r = PrlDisk_Read(disk, buf, sizeof buf, 0)) == OK)
        ;
    return (void *)(intptr_t)r;
}

static void
handle__freed_while_threads_read__is_refused_then(void **state)
{
    static const PRL_IMAGE_TYPE types[] = { PRL_IMAGE_COMPRESSED, PRL_IMAGE_TRY_GUESS };

    for (size_t k = 0; k < ARRAY_LEN(types); k++) {
        PRL_IMAGE_PARAMETERS part = { .Type = types[k] };
        PRL_DISK_PARAMETERS p = { .m_SizeInSectors = 2048, .m_Parts = 1, .m_Storages = &part };
        AUTO(cleanup_free) char *path = temp_path(k ? "b" : "a");
        pthread_t t[THREADS];
        PRL_HANDLE disk;

        assert_int_equal(PrlDisk_CreateDisk_Local(&disk, path, &p, NULL, NULL), OK);
        for (int i = 0; i < THREADS; i++)
            assert_int_equal(pthread_create(&t[i], NULL, read_until_refused, disk), 0);
        assert_int_equal(PrlDisk_Free(disk), OK);
        for (int i = 0; i < THREADS; i++) {
            void *r;

            pthread_join(t[i], &r);
            assert_int_equal((PRL_RESULT)(intptr_t)r, PRL_ERR_INVALID_ARG);
        }
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(threads__on_an_expanding_bundle__do_not_disturb_each_other, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(threads__on_a_plain_bundle__do_not_disturb_each_other, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(threads__on_qcow2__do_not_disturb_each_other, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(handle__freed_while_threads_read__is_refused_then, up, temp_dir_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
