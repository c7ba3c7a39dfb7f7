/* SPDX-License-Identifier: MIT */
/*
 * image/bundle: many readers and writers on one split disk with a snapshot below, every read checked. Meant for a build with
 * ThreadSanitizer as well.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdatomic.h>

#include "bundle_fixture.h"

#define BLOCKS 384
#define WRITERS 4
#define READERS 4

struct shared {
    struct bundle *b;
    atomic_bool is_over;
    atomic_uint reads, bad;
};

struct worker {
    struct shared *shared;
    pthread_t thread;
    unsigned number, rounds;
    uint32_t blocks[BLOCKS]; /* what this writer has put into its own ones */
};

/* Blocks of a writer lie between those of the others, so that clusters are shared. A block says its number and its round, all over. */
static void
make_block(unsigned char *block, uint32_t index, uint32_t round)
{
    const uint32_t words[2] = { round ? index + 1 : 0, round };

    for (size_t i = 0; i < BLOCK; i += sizeof words)
        memcpy(block + i, words, sizeof words);
}

static void *
write_blocks(void *arg)
{
    struct worker *w = arg;
    unsigned seed = w->number;

    for (uint32_t round = 2; round < w->rounds && !atomic_load(&w->shared->bad); round++) {
        uint32_t index = (uint32_t)rand_r(&seed) % (BLOCKS / WRITERS) * WRITERS + w->number;
        unsigned char block[BLOCK], back[BLOCK];
        uint64_t at = (uint64_t)index * BLOCK;

        make_block(block, index, round);
        if (PRL_FAILED(bundle_write(w->shared->b, block, BLOCK, at)) || PRL_FAILED(bundle_read(w->shared->b, back, BLOCK, at))
            || memcmp(block, back, BLOCK) != 0)
            atomic_fetch_add(&w->shared->bad, 1);
        w->blocks[index] = round;
        if (round % 64 == 0 && PRL_FAILED(bundle_flush(w->shared->b)))
            atomic_fetch_add(&w->shared->bad, 1);
    }
    return NULL;
}

/* A block that is being written may be seen in part, so only what belongs elsewhere is wrong: every word pair is of this block. */
static bool
is_of(const unsigned char *block, uint32_t index)
{
    for (size_t i = 0; i < BLOCK; i += 8) {
        uint32_t words[2];

        memcpy(words, block + i, sizeof words);
        if (words[0] != (words[1] ? index + 1 : 0))
            return false;
    }
    return true;
}

static void *
read_blocks(void *arg)
{
    struct worker *w = arg;
    AUTO(cleanup_free) unsigned char *buf = malloc(16 * BLOCK);
    unsigned seed = 100 + w->number;

    while (!atomic_load(&w->shared->is_over)) {
        uint32_t index = (uint32_t)rand_r(&seed) % (BLOCKS - 16), n = 1 + (uint32_t)rand_r(&seed) % 16;
        struct image_run run;
        int depth;

        if (PRL_FAILED(bundle_read(w->shared->b, buf, n * BLOCK, (uint64_t)index * BLOCK))
            || PRL_FAILED(bundle_map(w->shared->b, (uint64_t)index * BLOCK, BLOCK, &run, &depth)))
            atomic_fetch_add(&w->shared->bad, 1);
        for (uint32_t i = 0; i < n; i++)
            if (!is_of(buf + i * BLOCK, index + i))
                atomic_fetch_add(&w->shared->bad, 1);
        atomic_fetch_add(&w->shared->reads, 1);
    }
    return NULL;
}

static void
threads__on_one_split_disk__see_only_what_was_written(void **state)
{
    static const uint64_t ends[] = { 1001, 2040, BLOCKS * 8 }; /* borders inside of blocks and of clusters */
    const struct bundle_new args = { .size_sectors = BLOCKS * 8, .cluster_sectors = 64, .part_ends = ends, .n_parts = 3 };
    AUTO(cleanup_free) char *path = temp_path("x.hdd");
    AUTO(cleanup_free) struct worker *workers = calloc(WRITERS + READERS, sizeof *workers);
    struct shared shared = { NULL };
    unsigned char block[BLOCK];

    ASSERT_OK(bundle_create(path, &args, NULL));
    shared.b = opened(path, BUNDLE_WRITE);
    for (uint32_t i = 0; i < BLOCKS; i += 3) {
        make_block(block, i, 1);
        ASSERT_OK(bundle_write(shared.b, block, BLOCK, (uint64_t)i * BLOCK));
    }
    ASSERT_OK(bundle_snapshot_create(shared.b, S1));
    for (unsigned i = 0; i < WRITERS + READERS; i++) {
        struct worker *w = &workers[i];

        w->shared = &shared;
        w->number = i;
        w->rounds = getenv("PRLKVM_TEST_HEAVY") ? 30000 : 3000;
        for (uint32_t k = 0; k < BLOCKS; k += 3)
            w->blocks[k] = 1;
        assert_int_equal(pthread_create(&w->thread, NULL, i < WRITERS ? write_blocks : read_blocks, w), 0);
    }
    for (unsigned i = 0; i < WRITERS; i++)
        pthread_join(workers[i].thread, NULL);
    atomic_store(&shared.is_over, true);
    for (unsigned i = WRITERS; i < WRITERS + READERS; i++)
        pthread_join(workers[i].thread, NULL);
    assert_int_equal(shared.bad, 0);
    assert_true(shared.reads > 0);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < BLOCKS; i++) {
            unsigned char back[BLOCK];

            make_block(block, i, workers[i % WRITERS].blocks[i]);
            ASSERT_OK(bundle_read(shared.b, back, BLOCK, (uint64_t)i * BLOCK));
            assert_memory_equal(back, block, BLOCK);
        }
        ASSERT_OK(bundle_close(shared.b));
        shared.b = opened(path, 0);
    }
    ASSERT_OK(bundle_close(shared.b));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(threads__on_one_split_disk__see_only_what_was_written, fast_dir_up, temp_dir_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
