/* SPDX-License-Identifier: MIT */
/*
 * An expanding image, cut off at every moment: random work is recorded change by change, and what a crash could leave of the file is opened,
 * checked and compared. A sector may hold what was last flushed or anything written to it since, and nothing else. The same with
 * changes that fail, and with the image's own thread writing the table in between, all the time. PRLKVM_CRASH_ROUNDS: more of it than the default.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/err.h"
#include "image/chain.h"
#include "image/hds_private.h"
#include "temp_dir.h"
#include "file_record.h"
#include "hds_make.h"

#define SECTOR HDS_SECTOR
#define SECTORS_MAX 1600u /* guest sectors, after growing */
#define STEPS 60
#define VALUES_MAX 64
#define BITMAP_GRANULARITY 4096u

static uint64_t seed;
static char dir[64];
static char *path, *parent_path;
static unsigned rounds = 6;

static uint64_t
rnd(uint64_t below)
{
    seed ^= seed << 13;
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

/* In memory where that is possible: there are many syncs that mean nothing here. */
static int
up(void **state)
{
    const char *env = getenv("PRLKVM_CRASH_ROUNDS");

    if (env && atoi(env) > 0)
        rounds = (unsigned)atoi(env);
    strcpy(dir, access("/dev/shm", W_OK) == 0 ? "/dev/shm/prlkvm-test-XXXXXX" : "/tmp/prlkvm-test-XXXXXX");
    if (!mkdtemp(dir))
        return -1;
    path = path_join(dir, "top.hds");
    parent_path = path_join(dir, "root.hds");
    return 0;
}

static int
down(void **state)
{
    file_watch_set(NULL);
    free(path);
    free(parent_path);
    return path_remove_tree(dir);
}

/* ---- What the guest may see: a value is a number that fills a sector; 0 is zeros. */

struct sector {
    uint32_t values[VALUES_MAX];
    unsigned n;
    bool is_torn; /* the last write to it failed: it may stay any of them */
};
enum event_kind { EVENT_WRITE, EVENT_FLUSHED, EVENT_SIZE, EVENT_SIZED };
struct event {
    enum event_kind kind;
    uint32_t first, n, value;
};

static struct sector sectors[SECTORS_MAX], replayed[SECTORS_MAX];
static struct event events[STEPS * 8];
static atomic_uint n_events; /* the flusher reads it */
static uint32_t next_value, size_now, size_min, size_max; /* sectors; while a resize is under way it may be either */
static bool has_failed;                                  /* a change was made to fail */

/* Images as hds_create makes them, and others: tables that are longer than a cluster must move data when they grow. */
static const struct kind {
    uint32_t cluster_sectors;
    bool is_made_by_hand, is_v1;
} kinds[] = { { 8, false, false }, { 1, true, false }, { 3, true, true } };
static const struct kind *kind;

static void
apply_event(struct sector *of, const struct event *e)
{
    switch (e->kind) {
    case EVENT_WRITE:
        for (uint32_t s = e->first; s < e->first + e->n; s++) {
            assert_true(of[s].n < VALUES_MAX);
            of[s].values[of[s].n++] = e->value;
        }
        break;
    case EVENT_FLUSHED:
        for (uint32_t s = 0; s < SECTORS_MAX; s++) {
            if (of[s].is_torn)
                continue;
            of[s].values[0] = of[s].values[of[s].n - 1];
            of[s].n = 1;
        }
        break;
    case EVENT_SIZE:
        size_min = e->first < e->n ? e->first : e->n;
        size_max = e->first > e->n ? e->first : e->n;
        break;
    case EVENT_SIZED:
        size_min = size_max = e->first;
        break;
    }
}

static void
note(enum event_kind what, uint32_t first, uint32_t n, uint32_t value)
{
    struct event e = { what, first, n, value };

    assert_true(n_events < ARRAY_LEN(events));
    events[n_events] = e; /* nobody else looks before it is counted */
    n_events++;
    apply_event(sectors, &e);
}

static void
note_result(PRL_RESULT r, uint32_t first, uint32_t n)
{
    for (uint32_t s = first; s < first + n; s++)
        sectors[s].is_torn = PRL_FAILED(r);
}

static void
fill_sector(unsigned char *p, uint32_t value)
{
    for (unsigned i = 0; i < SECTOR; i += 4)
        memcpy(p + i, &value, 4);
}

static void
check_guest(struct chain *c, const struct sector *expected, uint32_t n_sectors, const char *when, size_t where)
{
    static unsigned char data[SECTORS_MAX * SECTOR];

    if (PRL_FAILED(chain_read(c, data, (size_t)n_sectors * SECTOR, 0))) {
        print_error("%s %zu: %s\n", when, where, err_peek()->details);
        fail();
    }
    for (uint32_t s = 0; s < n_sectors; s++) {
        uint32_t value;
        unsigned k = 0;

        memcpy(&value, data + s * SECTOR, 4);
        while (k < expected[s].n && expected[s].values[k] != value)
            k++;
        if (k == expected[s].n || memcmp(data + s * SECTOR, data + s * SECTOR + 4, SECTOR - 4) != 0) {
            print_error("%s %zu: sector %u holds %u; last flushed %u, %u later values\n", when, where, s, value, expected[s].values[0],
                        expected[s].n - 1);
            fail();
        }
    }
}

/* ---- The disk under test. */

static pthread_mutex_t recording = PTHREAD_MUTEX_INITIALIZER; /* the flusher changes the file too */
static struct record record;
static size_t fail_at;
static int fail_with;
static bool fail_forever;

static int
before_change(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    bool fails;

    pthread_mutex_lock(&recording);
    record.mark = n_events;
    fails = fail_with && (record.n == fail_at || (fail_forever && record.n > fail_at));
    if (fails) {
        record_add(&record, FILE_SYNC_DIR, 0, 0, NULL); /* takes a number, changes nothing */
        has_failed = true;
    } else {
        record_add(&record, change, offset, size, data);
    }
    pthread_mutex_unlock(&recording);
    return fails ? fail_with : 0;
}
static const struct file_watch watch = { before_change, NULL };

static PRL_RESULT
open_chain(bool has_parent, struct chain **ret)
{
    struct image *images[2];
    uint64_t size;
    PRL_RESULT r = hds_open(AT_FDCWD, path, IMAGE_WRITE, &images[0]);

    if (PRL_FAILED(r))
        return r;
    if (has_parent)
        assert_int_equal(hds_open(AT_FDCWD, parent_path, 0, &images[1]), 0);
    size = images[0]->size_bytes;
    assert_int_equal(chain_new(images, has_parent ? 2 : 1, size, ret), 0);
    return PRL_ERR_SUCCESS;
}

static void
step_write(struct chain *c)
{
    static unsigned char data[64 * SECTOR];
    uint32_t first = (uint32_t)rnd(size_now), n = 1 + (uint32_t)rnd(rnd(3) ? 6 : 40);

    n = n < size_now - first ? n : size_now - first;
    next_value++;
    for (uint32_t i = 0; i < n; i++)
        fill_sector(data + i * SECTOR, next_value);
    note(EVENT_WRITE, first, n, next_value);
    note_result(chain_write(c, data, (size_t)n * SECTOR, (uint64_t)first * SECTOR), first, n);
}

static void
step_flush(struct chain *c)
{
    unsigned at = n_events;

    if (PRL_SUCCEEDED(chain_flush(c))) {
        assert_int_equal(at, n_events);
        note(EVENT_FLUSHED, 0, 0, 0);
    }
}

/* Only where there is no parent: what is discarded reads as zeros then. */
static void
step_discard(struct chain *c)
{
    uint32_t per = kind->cluster_sectors, first = (uint32_t)rnd(size_now / per) * per, n = (1 + (uint32_t)rnd(6)) * per;

    n = n < size_now - first ? n : size_now - first;
    note(EVENT_WRITE, first, n, 0);
    note_result(hds_discard(chain_image(c, 0), (uint64_t)first * SECTOR, (uint64_t)n * SECTOR), first, n);
}

static void
step_close(struct chain **c, bool has_parent)
{
    PRL_RESULT r = chain_close(*c);

    *c = NULL;
    if (PRL_SUCCEEDED(r))
        note(EVENT_FLUSHED, 0, 0, 0);
    else
        for (uint32_t s = 0; s < SECTORS_MAX; s++) /* what was not flushed may be gone */
            sectors[s].is_torn |= sectors[s].n > 1;
    if (PRL_SUCCEEDED(open_chain(has_parent, c)))
        assert_true(chain_image(*c, 0)->size_bytes >= (uint64_t)size_min * SECTOR);
    if (*c)
        size_now = (uint32_t)(chain_image(*c, 0)->size_bytes / SECTOR);
}

/* A chain keeps the size that it was made for: it is closed with it. */
static void
step_resize(struct chain **c, bool has_parent)
{
    uint32_t size = size_now + 1 + (uint32_t)rnd(300);

    if (size > SECTORS_MAX)
        return;
    note(EVENT_SIZE, size_now, size, 0);
    if (PRL_SUCCEEDED(hds_resize(chain_image(*c, 0), size)))
        note(EVENT_SIZED, size, 0, 0);
    step_close(c, has_parent);
}

static void
make_images(bool has_parent, uint32_t size)
{
    struct hds_new args = { size, 8, false }, parent_args = { size - size / 3, 8, false };
    uint32_t n_entries = (size + kind->cluster_sectors - 1) / kind->cluster_sectors;
    static const unsigned char uuid[16] = "sixteen bytes..";
    static unsigned char data[SECTORS_MAX * SECTOR];
    struct image *image;

    unlink(path);
    unlink(parent_path);
    if (kind->is_made_by_hand) {
        static const uint32_t no_entries[SECTORS_MAX];
        uint32_t data_sector = (64 + 4 * n_entries + SECTOR - 1) / SECTOR;
        struct hds_make m = { kind->is_v1, kind->cluster_sectors, n_entries, HDS_MAKE_CLEAN, kind->is_v1 ? 0 : data_sector, 0, size, 0 };

        close(hds_make_file(path, &m, no_entries, (uint64_t)data_sector * SECTOR));
    } else {
        assert_int_equal(hds_create(AT_FDCWD, path, &args, NULL), 0);
    }
    assert_int_equal(hds_open(AT_FDCWD, path, IMAGE_WRITE, &image), 0);
    assert_int_equal(hds_bitmap_add(image, uuid, BITMAP_GRANULARITY), 0);
    assert_int_equal(image_close(image), 0);
    for (uint32_t s = 0; s < SECTORS_MAX; s++)
        sectors[s] = (struct sector){ .n = 1 };
    if (!has_parent)
        return;
    assert_int_equal(hds_create(AT_FDCWD, parent_path, &parent_args, NULL), 0);
    assert_int_equal(hds_open(AT_FDCWD, parent_path, IMAGE_WRITE, &image), 0);
    for (uint32_t s = 0; s < parent_args.size_sectors; s++) {
        if (s / 50 % 3 == 0)
            continue; /* absent in both */
        sectors[s].values[0] = 1000000 + s;
        fill_sector(data, 1000000 + s);
        assert_int_equal(image->class->write(image, NULL, data, SECTOR, (uint64_t)s * SECTOR), 0);
    }
    assert_int_equal(image_close(image), 0);
}

/* Work on fresh images. What was expected at the start is left in `replayed`. */
static void
work(bool has_parent)
{
    struct chain *c = NULL;

    n_events = 0;
    has_failed = false;
    next_value = 0;
    size_now = size_min = size_max = 200 + (uint32_t)rnd(500);
    make_images(has_parent, size_now);
    memcpy(replayed, sectors, sizeof replayed);
    file_watch_set(&watch);
    (void)open_chain(has_parent, &c);
    for (int i = 0; c && i < STEPS; i++) {
        uint64_t what = rnd(100);

        if (what < 66)
            step_write(c);
        else if (what < 80)
            step_flush(c);
        else if (what < 88 && !has_parent)
            step_discard(c);
        else if (what < 91)
            (void)hds_pack(chain_image(c, 0), NULL);
        else if (what < 95)
            step_resize(&c, has_parent);
        else if (what < 99)
            step_close(&c, has_parent);
        if (c && i % 5 == 0)
            check_guest(c, sectors, size_min, "step", (size_t)i);
    }
    if (c && PRL_SUCCEEDED(chain_close(c)))
        note(EVENT_FLUSHED, 0, 0, 0);
    file_watch_set(NULL);
}

/* ---- After a crash. */

static void
say(void *arg, const char *line)
{
    if (getenv("PRLKVM_TEST_VERBOSE"))
        print_error("%s\n", line);
}

/* Holes are no fault: what was not flushed, or discarded, leaves them, and they are used again. */
static void
assert_sound(void)
{
    struct hds_report report;

    assert_int_equal(hds_check(AT_FDCWD, path, false, say, NULL, &report), 0);
    assert_int_equal(report.fatal + report.corruptions + report.warnings, 0);
    assert_false(report.is_unclean);
}

/* Bitmaps that are still there tell of every change since the start. */
static void
check_bitmaps(struct chain *c, const struct sector *start, uint32_t n_sectors)
{
    static unsigned char bits[SECTORS_MAX], data[SECTORS_MAX * SECTOR];
    const struct hds_bitmap_info *infos;

    if (!hds_bitmaps(chain_image(c, 0), &infos))
        return;
    assert_int_equal(hds_bitmap_read(chain_image(c, 0), 0, bits, sizeof bits), 0);
    assert_int_equal(chain_read(c, data, (size_t)n_sectors * SECTOR, 0), 0);
    for (uint32_t s = 0; s < n_sectors; s++) {
        uint32_t value, bit = s / (BITMAP_GRANULARITY / SECTOR);

        memcpy(&value, data + s * SECTOR, 4);
        assert_true(value == start[s].values[0] || bits[bit / 8] >> bit % 8 & 1);
    }
}

static void
check_crashed(const struct record_file *f, bool has_parent, const struct sector *start, const char *when, size_t where)
{
    struct chain *c;
    PRL_RESULT r;
    uint32_t n;

    record_store(f, path);
    r = open_chain(has_parent, &c);
    if (PRL_FAILED(r)) {
        print_error("%s %zu: %s\n", when, where, err_peek()->details);
        fail();
    }
    n = (uint32_t)(chain_image(c, 0)->size_bytes / SECTOR);
    assert_true(n == size_min || n == size_max);
    check_guest(c, replayed, n < size_min ? n : size_min, when, where);
    check_bitmaps(c, start, n < size_min ? n : size_min);
    if (where % 8 == 0) { /* and it can be gone on with */
        static unsigned char data[SECTOR];

        fill_sector(data, 7);
        assert_int_equal(chain_write(c, data, SECTOR, (uint64_t)(where % n) * SECTOR), 0);
    }
    assert_int_equal(chain_close(c), 0);
    assert_sound();
}

/* Every other set of rounds has a table that is written whenever it is dirty; the others one that only a flush writes. */
static void
set_flusher(unsigned set)
{
    hds_flush_after_ms = set % 2 ? 0 : 3600 * 1000;
}

static unsigned
replay(const struct record_file *start_file, bool has_parent)
{
    static struct sector start[SECTORS_MAX];
    struct record_file synced = { calloc(1, RECORD_BYTES), 0, 0 }, now = { calloc(1, RECORD_BYTES), 0, 0 };
    size_t epoch = 0;
    unsigned done = 0, points = 0;

    memcpy(start, replayed, sizeof start);
    record_copy(&synced, start_file);
    for (size_t i = 0; i <= record.n; i++) {
        for (; i < record.n && done < record.ops[i].mark; done++)
            apply_event(replayed, &events[done]);
        for (; i == record.n && done < n_events; done++)
            apply_event(replayed, &events[done]);
        /* All in order, then some in any order. */
        record_copy(&now, &synced);
        for (size_t k = epoch; k < i; k++)
            record_apply(&now, &record.ops[k]);
        check_crashed(&now, has_parent, start, "prefix", i);
        points++;
        for (int v = 0; v < 2 && i > epoch; v++, points++) {
            record_copy(&now, &synced);
            record_apply_some(&now, &record, epoch, i, rnd);
            check_crashed(&now, has_parent, start, "some of", i);
        }
        if (i < record.n && record.ops[i].change == FILE_SYNC) {
            for (; epoch <= i; epoch++)
                record_apply(&synced, &record.ops[epoch]);
        }
    }
    free(synced.data);
    free(now.data);
    return points;
}

static void
image__cut_off_anywhere__loses_nothing_flushed(void **state)
{
    unsigned points = 0;

    for (unsigned round = 0; round < 2 * rounds; round++) {
        struct record_file start_file;
        bool has_parent = round % 2;
        uint32_t size;

        kind = &kinds[round / 2 % ARRAY_LEN(kinds)];
        set_flusher(round / 2 / ARRAY_LEN(kinds));
        seed = 0x9e3779b97f4a7c15u * (round + 1);
        /* The start is made twice the same: once to keep the file as it was before the work. */
        record_clear(&record);
        fail_with = 0;
        {
            uint64_t kept = seed;

            size = 200 + (uint32_t)rnd(500);
            make_images(has_parent, size);
            record_file_init(&start_file, path);
            seed = kept;
        }
        work(has_parent);
        assert_false(has_failed);
        size_min = size_max = size;
        points += replay(&start_file, has_parent);
        free(start_file.data);
    }
    record_clear(&record);
    print_message("%u states after a crash\n", points);
    assert_true(points >= 2 * 300 * rounds);
}

/* Each change fails in turn, alone or with all that follow: what was flushed stays, and the image can be opened again. */
static void
image__change_fails__loses_nothing_flushed(void **state)
{
    static const int errors[] = { -ENOSPC, -EIO };
    unsigned runs = 0;

    for (unsigned round = 0; round < 4 * rounds; round++) {
        size_t n_changes = 1;
        bool has_parent = round % 2;

        kind = &kinds[round / 4 % ARRAY_LEN(kinds)];
        set_flusher(round / 4 / ARRAY_LEN(kinds));
        for (size_t at = 0; at < n_changes; at += 1 + at % 11, runs++) {
            struct chain *c;

            record_clear(&record);
            seed = 0xda942042e4dd58b5u * (round + 1);
            fail_at = at;
            fail_with = errors[round / 2 % 2];
            fail_forever = at % 3 == 0;
            work(has_parent);
            if (record.n > n_changes)
                n_changes = record.n;
            fail_with = 0;
            assert_int_equal(open_chain(has_parent, &c), 0);
            check_guest(c, sectors, size_min, "after failure at", at);
            assert_int_equal(chain_close(c), 0);
            assert_sound();
        }
    }
    record_clear(&record);
    print_message("%u runs with a failure\n", runs);
}

int
main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(image__cut_off_anywhere__loses_nothing_flushed, up, down),
        cmocka_unit_test_setup_teardown(image__change_fails__loses_nothing_flushed, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
