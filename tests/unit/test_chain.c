/* SPDX-License-Identifier: MIT */
/* image/chain: several images as one disk; many threads in it at once. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

#include "image/file_io.h"
#include "temp_dir.h"
#include "hds_make.h"
#include "image_support.h"

#define DISK (UINT64_C(3) * MIB + 512 * 7) /* not whole clusters */
#define CLUSTER 4096u

static char *root, *mid, *top;

static int
up(void **state)
{
    if (temp_dir_up(state))
        return -1;
    root = temp_path("root.raw");
    mid = temp_path("mid.hds");
    top = temp_path("top.hds");
    return 0;
}

static int
down(void **state)
{
    free(root);
    free(mid);
    free(top);
    return temp_dir_down(state);
}

/* Plain root (may be shorter than the disk), two overlays; the last is written. */
static struct chain *
open_three(uint64_t root_size)
{
    struct image *images[3];
    struct chain *c;

    images[0] = must_open(top, IMAGE_WRITE);
    images[1] = must_open(mid, 0);
    assert_int_equal(plain_open(AT_FDCWD, root, 0, root_size, &images[2]), 0);
    assert_int_equal(chain_new(images, 3, DISK, &c), 0);
    assert_int_equal(chain_length(c), 3);
    return c;
}

static void
make_three(unsigned char *model, uint64_t root_size)
{
    struct image *image;

    for (uint64_t i = 0; i < root_size; i++)
        model[i] = (unsigned char)(1 + i / 1000 % 250);
    put_file(root, model, root_size);
    must_create(mid, DISK / 512, CLUSTER / 512);
    must_create(top, DISK / 512, 2 * CLUSTER / 512);
    image = must_open(mid, IMAGE_WRITE);
    for (uint64_t at = 0; at < DISK; at += 5 * CLUSTER) {
        uint64_t n = DISK - at < CLUSTER ? DISK - at : CLUSTER;

        memset(model + at, at / CLUSTER % 3 ? 'm' : 0, n); /* zeros over data too */
        assert_int_equal(image_put(image, model + at, n, at), 0);
    }
    assert_int_equal(image_close(image), 0);
}

static void
assert_model(struct chain *c, const unsigned char *model)
{
    AUTO(cleanup_free) unsigned char *data = malloc(DISK);

    assert_int_equal(chain_read(c, data, DISK, 0), 0);
    for (uint64_t i = 0; i < DISK; i++)
        if (data[i] != model[i]) {
            print_error("byte %ju is %u, not %u\n", (uintmax_t)i, data[i], model[i]);
            fail();
        }
}

/* The same chain as QEMU sees it; only the top is its own file, the rest is given as options. */
static void
assert_qemu_agrees(const unsigned char *model, uint64_t root_size)
{
    AUTO(cleanup_free) char *raw = temp_path("want.raw");
    AUTO(cleanup_free) char *options = str_printf("driver=parallels,file.filename=%s,backing.driver=parallels,backing.file.filename=%s,"
                                                  "backing.backing.driver=raw,backing.backing.file.filename=%s", top, mid, root);
    AUTO(cleanup_free) char *want = str_printf("driver=raw,file.filename=%s", raw);

    if (!has_qemu_img())
        return;
    put_file(raw, model, DISK);
    assert_int_equal(QEMU_IMG("compare", "-q", "--image-opts", options, want), 0);
}

static void
chain__of_three__reads_through_and_copies_up(void **state)
{
    static const uint64_t root_sizes[] = { DISK, DISK / 2 / 512 * 512, 512 };

    for (size_t k = 0; k < ARRAY_LEN(root_sizes); k++) {
        AUTO(cleanup_free) unsigned char *model = calloc(1, DISK);
        struct chain *c;

        unlink(mid);
        unlink(top);
        make_three(model, root_sizes[k]);
        c = open_three(root_sizes[k]);
        assert_model(c, model);
        for (int i = 0; i < 150; i++) {
            uint64_t at = rnd(DISK), n = 1 + rnd(rnd(3) ? 3000 : 60000);

            n = n < DISK - at ? n : DISK - at;
            memset(model + at, i % 4 ? i : 0, n);
            assert_int_equal(chain_write(c, model + at, n, at), 0);
            if (i % 20 == 0)
                assert_model(c, model);
            if (i % 50 == 0)
                assert_int_equal(chain_flush(c), 0);
        }
        assert_model(c, model);
        assert_int_equal(chain_close(c), 0);
        c = open_three(root_sizes[k]);
        assert_model(c, model);
        assert_int_equal(chain_close(c), 0);
        assert_qemu_agrees(model, root_sizes[k]);
    }
}

static void
chain__map__says_who_has_it(void **state)
{
    AUTO(cleanup_free) unsigned char *model = calloc(1, DISK);
    struct image_run run;
    struct chain *c;
    int depth;

    make_three(model, 2 * MIB);
    c = open_three(2 * MIB);
    assert_int_equal(chain_write(c, "x", 1, 3 * CLUSTER), 0);
    assert_int_equal(chain_map(c, 0, DISK, &run, &depth), 0);
    assert_true(run.kind == RUN_DATA && depth == 1 && run.length == CLUSTER);
    assert_int_equal(chain_map(c, CLUSTER, DISK - CLUSTER, &run, &depth), 0);
    assert_true(run.kind == RUN_DATA && depth == 2 && run.length == CLUSTER);
    assert_int_equal(chain_map(c, 2 * CLUSTER + 100, DISK / 2, &run, &depth), 0);
    assert_true(run.kind == RUN_DATA && depth == 0 && run.length == 2 * CLUSTER - 100);
    assert_int_equal(chain_map(c, 3 * MIB - CLUSTER, DISK - (3 * MIB - CLUSTER), &run, &depth), 0);
    assert_true(run.kind == RUN_ABSENT && depth == 3);
    assert_int_equal(chain_map(c, DISK, 1, &run, &depth), PRL_ERR_DISK_READ_OUT_DISK);
    assert_int_equal(chain_read(c, model, 2, DISK - 1), PRL_ERR_DISK_READ_OUT_DISK);
    assert_int_equal(chain_read(c, model, 2, UINT64_MAX), PRL_ERR_DISK_READ_OUT_DISK);
    assert_int_equal(chain_write(c, model, 2, DISK - 1), PRL_ERR_DISK_WRITE_OUT_DISK);
    assert_int_equal(chain_close(c), 0);
}

/* ---- Threads. Each writer owns every n-th slot of 1 KiB, so four writers meet in each cluster; the readers see all of it. */

#define SLOT 1024u
#define WRITERS 4
#define READERS 3
#define ROUNDS 700

struct shared {
    struct chain *chain;
    _Atomic uint32_t versions[DISK / SLOT]; /* of what was written last and acknowledged */
    atomic_int writers_left, failures;
};
struct worker {
    struct shared *shared;
    unsigned index;
};

static void
fill_slot(unsigned char *data, uint32_t slot, uint32_t version)
{
    uint32_t words[2] = { slot, version };

    for (unsigned i = 0; i < SLOT; i += sizeof words)
        memcpy(data + i, words, sizeof words);
}

/* One version, all of it, of this slot: the old, the new, or zeros. */
static bool
is_whole(const unsigned char *data, uint32_t slot, uint32_t *ret_version)
{
    uint32_t words[2];

    memcpy(words, data, sizeof words);
    for (unsigned i = sizeof words; i < SLOT; i += sizeof words)
        if (memcmp(data, data + i, sizeof words) != 0)
            return false;
    *ret_version = words[1];
    return words[0] == slot || (!words[0] && !words[1]);
}

/* All writers through the disk side by side: each cluster is new to all of them at once. */
static bool
write_in_step(struct worker *w)
{
    unsigned char data[SLOT];

    for (uint32_t slot = w->index; slot < DISK / SLOT; slot += WRITERS) {
        fill_slot(data, slot, 1);
        if (PRL_FAILED(chain_write(w->shared->chain, data, SLOT, (uint64_t)slot * SLOT)))
            return false;
        atomic_store(&w->shared->versions[slot], 1);
    }
    return true;
}

static void *
writer(void *arg)
{
    struct worker *w = arg;
    struct shared *s = w->shared;
    uint64_t state = 0x9e3779b97f4a7c15u * (w->index + 1);
    unsigned char data[SLOT];

    if (!write_in_step(w))
        atomic_fetch_add(&s->failures, 1);
    for (unsigned i = 2; i <= ROUNDS; i++) {
        uint32_t slot;

        state = state * 6364136223846793005u + 1442695040888963407u;
        slot = (uint32_t)((state >> 33) % (DISK / SLOT / WRITERS)) * WRITERS + w->index;
        fill_slot(data, slot, i);
        if (PRL_FAILED(chain_write(s->chain, data, SLOT, (uint64_t)slot * SLOT)))
            atomic_fetch_add(&s->failures, 1);
        atomic_store(&s->versions[slot], i);
        if (i % 200 == 0 && PRL_FAILED(chain_flush(s->chain)))
            atomic_fetch_add(&s->failures, 1);
    }
    atomic_fetch_sub(&s->writers_left, 1);
    return NULL;
}

static void *
reader(void *arg)
{
    struct worker *w = arg;
    struct shared *s = w->shared;
    uint64_t state = w->index + 77;
    unsigned char data[8 * SLOT];

    do {
        uint32_t slot, before[8];

        state = state * 6364136223846793005u + 1442695040888963407u;
        slot = (uint32_t)((state >> 33) % (DISK / SLOT - 8));
        for (unsigned i = 0; i < 8; i++)
            before[i] = atomic_load(&s->versions[slot + i]);
        if (PRL_FAILED(chain_read(s->chain, data, sizeof data, (uint64_t)slot * SLOT)))
            atomic_fetch_add(&s->failures, 1);
        for (unsigned i = 0; i < 8; i++) {
            uint32_t version;

            /* A write in place can be seen in part, as with any file; a version older than what was acknowledged cannot. */
            if (is_whole(data + i * SLOT, slot + i, &version) && version < before[i])
                atomic_fetch_add(&s->failures, 1);
        }
    } while (atomic_load(&s->writers_left));
    return NULL;
}

/* Between a decision and the change that it leads to others have their turn. */
static int
yield_before(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    if (size != SLOT) /* a cluster is being filled */
        sched_yield();
    return 0;
}

static void
chain__many_threads__see_what_was_written(void **state)
{
    static const struct file_watch watch = { yield_before, NULL };
    static struct shared s;
    struct worker workers[WRITERS + READERS];
    pthread_t threads[WRITERS + READERS];
    struct image *images[2];
    unsigned char data[SLOT];

    must_create(mid, DISK / 512, CLUSTER / 512);
    must_create(top, DISK / 512, 4 * CLUSTER / 512);
    images[0] = must_open(mid, IMAGE_WRITE);
    for (uint32_t slot = 0; slot < DISK / SLOT; slot += 3) { /* version 0 of every third */
        fill_slot(data, slot, 0);
        assert_int_equal(image_put(images[0], data, SLOT, (uint64_t)slot * SLOT), 0);
    }
    assert_int_equal(image_close(images[0]), 0);
    images[0] = must_open(top, IMAGE_WRITE);
    images[1] = must_open(mid, 0);
    memset(&s, 0, sizeof s);
    assert_int_equal(chain_new(images, 2, DISK, &s.chain), 0);
    atomic_store(&s.writers_left, WRITERS);
    file_watch_set(&watch);
    for (unsigned i = 0; i < WRITERS + READERS; i++) {
        workers[i] = (struct worker){ &s, i };
        assert_int_equal(pthread_create(&threads[i], NULL, i < WRITERS ? writer : reader, &workers[i]), 0);
    }
    for (unsigned i = 0; i < WRITERS + READERS; i++)
        pthread_join(threads[i], NULL);
    file_watch_set(NULL);
    assert_int_equal(atomic_load(&s.failures), 0);

    for (int again = 0; again < 2; again++) {
        for (uint32_t slot = 0; slot < DISK / SLOT; slot++) {
            uint32_t version;

            assert_int_equal(chain_read(s.chain, data, SLOT, (uint64_t)slot * SLOT), 0);
            assert_true(is_whole(data, slot, &version));
            assert_int_equal(version, atomic_load(&s.versions[slot]));
        }
        assert_int_equal(chain_close(s.chain), 0);
        images[0] = must_open(top, 0);
        images[1] = must_open(mid, 0);
        assert_int_equal(chain_new(images, 2, DISK, &s.chain), 0);
    }
    chain_free(s.chain);
}

/* ---- A table much larger than what is kept of it in memory: its blocks come and go under the threads that use them. */

#define FAR_THREADS 3
#define FAR_PLACES 400 /* each */

struct far {
    struct chain *chain;
    unsigned index;
    bool is_writing;
    int failures;
};

static void *
far_worker(void *arg)
{
    struct far *f = arg;

    for (uint64_t i = 0; i < FAR_PLACES; i++) {
        uint64_t at = (i * FAR_THREADS + f->index) * 22003 * 4096 + i % 4000;
        unsigned char value = (unsigned char)(1 + i % 200), got[2];

        if (f->is_writing && PRL_FAILED(chain_write(f->chain, &value, 1, at)))
            f->failures++;
        if (PRL_FAILED(chain_read(f->chain, got, 2, at)) || got[0] != value || got[1])
            f->failures++;
        /* And one of the next block, where nothing is: what was written must stay while blocks are only looked at. */
        if (PRL_FAILED(chain_read(f->chain, got, 2, at + UINT64_C(16384) * 4096)) || got[0] || got[1])
            f->failures++;
        if (f->is_writing && i % 400 == 0 && PRL_FAILED(chain_flush(f->chain)))
            f->failures++;
    }
    return NULL;
}

static void
chain__table_larger_than_its_cache__is_right_all_the_same(void **state)
{
    struct hds_new args = { UINT64_C(40000000) * 8, 8, false }; /* 160 MB of table */

    assert_int_equal(hds_create(AT_FDCWD, top, &args, NULL), 0);
    for (int round = 0; round < 2; round++) {
        struct chain *c = chain_of(must_open(top, round ? 0 : IMAGE_WRITE));
        struct far workers[FAR_THREADS];
        pthread_t threads[FAR_THREADS];

        for (unsigned i = 0; i < FAR_THREADS; i++) {
            workers[i] = (struct far){ c, i, !round, 0 };
            assert_int_equal(pthread_create(&threads[i], NULL, far_worker, &workers[i]), 0);
        }
        for (unsigned i = 0; i < FAR_THREADS; i++) {
            pthread_join(threads[i], NULL);
            assert_int_equal(workers[i].failures, 0);
        }
        assert_int_equal(chain_close(c), 0);
    }
}

int
main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)
    static const struct CMUnitTest tests[] = {
        TEST(chain__of_three__reads_through_and_copies_up),
        TEST(chain__map__says_who_has_it),
        TEST(chain__many_threads__see_what_was_written),
        TEST(chain__table_larger_than_its_cache__is_right_all_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
