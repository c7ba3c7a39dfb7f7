/* SPDX-License-Identifier: MIT */
/*
 * Changes of a bundle, cut at every point. Each scenario runs once and is recorded; then every prefix of what it did to the files is
 * replayed into a new directory, with unsynced changes there, gone or half there. The bundle must open; it is as before the change or as
 * after it, each snapshot that it has reads right, the next writer finishes what was begun, removes what was left, and touches nothing
 * else. Then each change fails once, with ENOSPC and EIO.
 *
 * PRLKVM_TEST_HEAVY=1: many more losses per point.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <inttypes.h>

#include "bundle_fixture.h"
#include "crash_replay.h"

#define BLOCKS 12

/* ---- scenarios ---- */

struct scenario {
    const char *name;
    void (*prepare)(struct bundle *b);    /* not recorded */
    PRL_RESULT (*change)(struct bundle *b);
    bool is_plain, is_split;
};

static void
put_range(struct bundle *b, unsigned from, unsigned to, uint32_t value)
{
    for (unsigned i = from; i < to; i++)
        put_block(b, i, value + i);
}

static void
prepare_nothing(struct bundle *b)
{
    put_range(b, 0, 6, 100);
}

static void
prepare_one(struct bundle *b)
{
    put_range(b, 0, 6, 100);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_range(b, 4, 7, 200);
}

static void
prepare_light_snapshot(struct bundle *b)
{
    put_range(b, 0, 6, 100);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_range(b, 1, 11, 700);
}

/* S1 has much, what stands on it little. */
static void
prepare_heavy_snapshot(struct bundle *b)
{
    put_range(b, 0, 9, 100);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_block(b, 8, 208);
}

/* root - S1 - S2 - active, S1 - S3 - S4 */
static void
prepare_tree(struct bundle *b)
{
    put_range(b, 0, 6, 100);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_range(b, 2, 4, 300);
    ASSERT_OK(bundle_snapshot_create(b, S3));
    put_range(b, 3, 5, 400);
    ASSERT_OK(bundle_snapshot_create(b, S4));
    ASSERT_OK(bundle_snapshot_switch(b, S1, false));
    put_range(b, 5, 8, 200);
    ASSERT_OK(bundle_snapshot_create(b, S2));
    put_block(b, 0, 500);
}

static void
prepare_frozen_child(struct bundle *b)
{
    prepare_heavy_snapshot(b);
    ASSERT_OK(bundle_snapshot_create(b, S2));
    put_block(b, 3, 603);
}

static bool
cancel_third(void *arg, int permille)
{
    return ++*(int *)arg < 3;
}

/* A merge down that stopped after two of its clusters. */
static void
prepare_half_merge(struct bundle *b)
{
    int calls = 0;
    const struct image_watch watch = { cancel_third, &calls };

    put_range(b, 0, 9, 100);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_block(b, 8, 208);
    put_block(b, 4, 204);
    put_block(b, 2, 202);
    put_block(b, 0, 200);
    assert_int_equal(bundle_snapshot_delete(b, S1, false, &watch), PRL_ERR_DISK_USER_INTERRUPTED);
}

static PRL_RESULT
do_create(struct bundle *b)
{
    return bundle_snapshot_create(b, "{eeeeeeee-eeee-4eee-8eee-eeeeeeeeeeee}");
}

static PRL_RESULT
do_switch_s1(struct bundle *b)
{
    return bundle_snapshot_switch(b, S1, false);
}

static PRL_RESULT
do_switch_drop_s1(struct bundle *b)
{
    return bundle_snapshot_switch(b, S1, true);
}

static PRL_RESULT
do_delete_s1(struct bundle *b)
{
    return bundle_snapshot_delete(b, S1, false, NULL);
}

static PRL_RESULT
do_delete_s4(struct bundle *b)
{
    return bundle_snapshot_delete(b, S4, false, NULL);
}

static PRL_RESULT
do_delete_s3(struct bundle *b)
{
    return bundle_snapshot_delete(b, S3, false, NULL);
}

static PRL_RESULT
do_delete_s3_tree(struct bundle *b)
{
    return bundle_snapshot_delete(b, S3, true, NULL);
}

static PRL_RESULT
do_merge_all(struct bundle *b)
{
    return bundle_merge_all(b, NULL);
}

static PRL_RESULT
do_nothing(struct bundle *b)
{
    return PRL_ERR_SUCCESS;
}

static const struct scenario scenarios[] = {
    { "create the first snapshot", prepare_nothing, do_create },
    { "create on a plain root", prepare_nothing, do_create, .is_plain = true },
    { "create, split", prepare_one, do_create, .is_split = true },
    { "switch to a snapshot", prepare_tree, do_switch_s1 },
    { "switch, split", prepare_one, do_switch_s1, .is_split = true },
    { "switch and drop", prepare_one, do_switch_drop_s1 },
    { "switch and drop, plain", prepare_one, do_switch_drop_s1, .is_plain = true },
    { "delete a leaf", prepare_tree, do_delete_s4 },
    { "delete a subtree", prepare_tree, do_delete_s3_tree },
    { "merge on a side branch", prepare_tree, do_delete_s3 },
    { "merge up", prepare_light_snapshot, do_delete_s1 },
    { "merge down", prepare_heavy_snapshot, do_delete_s1 },
    { "merge down, split", prepare_heavy_snapshot, do_delete_s1, .is_split = true },
    { "merge down into a plain root", prepare_heavy_snapshot, do_delete_s1, .is_plain = true },
    { "merge into a frozen child", prepare_frozen_child, do_delete_s1 },
    { "merge all", prepare_frozen_child, do_merge_all },
    { "finish a merge", prepare_half_merge, do_nothing },
};

/* ---- what is right ---- */

struct state {
    char guid[UUID_TEXT];
    unsigned char content[BLOCKS * BLOCK];
};

struct tree_state {
    struct state active, shots[8];
    int n;
};

static void
read_all(struct bundle *b, unsigned char *content)
{
    ASSERT_OK(bundle_read(b, content, BLOCKS * BLOCK, 0));
}

/* The tree of a bundle that nobody has open. Snapshots that are being merged away are none. */
static void
look(const char *path, struct tree_state *t)
{
    AUTO(bundle_free) struct bundle *b = opened(path, 0);
    const struct descriptor *d = bundle_descriptor(b);

    memset(t, 0, sizeof *t);
    read_all(b, t->active.content);
    for (int i = 0; i < d->n_shots; i++) {
        AUTO(bundle_free) struct bundle *s = NULL;

        if (strcmp(d->shots[i].guid, d->active) == 0 || strcmp(d->shots[i].guid, d->merging) == 0)
            continue;
        assert_true(t->n < 8);
        s = opened_at(path, d->shots[i].guid);
        memcpy(t->shots[t->n].guid, d->shots[i].guid, UUID_TEXT);
        read_all(s, t->shots[t->n++].content);
    }
}

/* As tree: the same nodes, the same content. */
static bool
is_tree(const struct tree_state *a, const struct tree_state *b)
{
    if (a->n != b->n || memcmp(a->active.content, b->active.content, sizeof a->active.content) != 0)
        return false;
    for (int i = 0; i < a->n; i++) {
        int k = 0;

        while (k < b->n && strcmp(a->shots[i].guid, b->shots[k].guid) != 0)
            k++;
        if (k == b->n || memcmp(a->shots[i].content, b->shots[k].content, sizeof a->shots[i].content) != 0)
            return false;
    }
    return true;
}

struct run {
    const struct scenario *s;
    /* Merges of several steps have more than two. */
    struct tree_state known[8];
    int n_known, last_known;
    int first; /* points before this one are not looked at: the last write was not flushed */
    const char *what;
    int point;
};

static int
which(const struct run *run, const struct tree_state *t)
{
    for (int i = 0; i < run->n_known; i++)
        if (is_tree(t, &run->known[i]))
            return i;
    fail_msg("%s, point %d, %s: neither the state before nor that after", run->s->name, run->point, run->what);
    return -1;
}

static void
assert_no_litter(const struct run *run, const char *path)
{
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_DESCRIPTOR_ONLY);
    const struct descriptor *d = bundle_descriptor(b);
    AUTO(cleanup_free) char *stray = path_join(path, "stray.hds");
    int wanted = 1;

    for (int i = 0; i < d->n_storages; i++)
        wanted += d->storages[i].n_images;
    if (count_files(path, ".hds") != wanted || !path_exists(stray))
        fail_msg("%s, point %d, %s: %d image files, not %d", run->s->name, run->point, run->what, count_files(path, ".hds"), wanted);
    if (strcmp(d->merging, UUID_NIL) != 0)
        fail_msg("%s, point %d, %s: the merge is not finished", run->s->name, run->point, run->what);
}

/* Nobody has it open. A reader, a writer, a reader see the same; in between the merge is finished. */
static void
check_bundle(struct run *run, const char *path)
{
    struct tree_state t;
    struct bundle *b;
    int seen;

    look(path, &t);
    seen = which(run, &t);
    b = opened(path, BUNDLE_WRITE);
    if (run->point % 4 == 0) {
        put_block(b, BLOCKS - 1, 900);
        ASSERT_OK(bundle_flush(b));
        assert_block(b, BLOCKS - 1, 900);
        put_block(b, BLOCKS - 1, 0);
    }
    ASSERT_OK(bundle_close(b));
    assert_no_litter(run, path);
    look(path, &t);
    if (which(run, &t) < seen)
        fail_msg("%s, point %d, %s: fell back to the state before", run->s->name, run->point, run->what);
}

/* ---- running ---- */

static char bundle_path[128], copy_path[128];

static void
make_scenario(const struct scenario *s)
{
    static const uint64_t ends[] = { 5 * 8 + 4, BLOCKS * 8 };
    const struct bundle_new args = {
        .size_sectors = BLOCKS * 8, .cluster_sectors = 8, .is_plain = s->is_plain, .part_ends = s->is_split ? ends : NULL, .n_parts = 2,
    };
    AUTO(cleanup_free) char *stray = NULL;
    struct bundle *b;

    if (path_exists(bundle_path))
        assert_int_equal(path_remove_tree(bundle_path), 0);
    ASSERT_OK(bundle_create(bundle_path, &args, NULL));
    stray = path_join(bundle_path, "stray.hds");
    put_text(stray, "somebody else's");
    b = opened(bundle_path, BUNDLE_WRITE);
    s->prepare(b);
    ASSERT_OK(bundle_close(b));
}

/* Open, write, flush, the change, close: what a program does. */
static PRL_RESULT
run_change(const struct scenario *s, struct bundle **b, int *ret_first)
{
    PRL_RESULT r = bundle_open(bundle_path, BUNDLE_WRITE, b);

    if (PRL_FAILED(r))
        return r;
    put_block(*b, 1, 800);
    ASSERT_OK(bundle_flush(*b));
    if (ret_first)
        *ret_first = replay.n_changes;
    return s->change(*b);
}

/* Before the change, after each of its steps, after it. */
static void
learn_states(struct run *run)
{
    struct bundle *b = NULL;

    make_scenario(run->s);
    b = opened(bundle_path, BUNDLE_WRITE);
    put_block(b, 1, 800);
    ASSERT_OK(bundle_close(b));
    look(bundle_path, &run->known[run->n_known++]);
    if (run->s->change == do_merge_all) {
        b = opened(bundle_path, BUNDLE_WRITE);
        ASSERT_OK(bundle_snapshot_delete(b, S1, false, NULL));
        ASSERT_OK(bundle_close(b));
        look(bundle_path, &run->known[run->n_known++]);
    }
    /* A snapshot that is spoilt is gone before its node is. */
    if (run->s->change == do_delete_s1 || run->s->change == do_merge_all || run->s->change == do_delete_s3) {
        const char *gone = run->s->change == do_delete_s3 ? S3 : S1;
        struct tree_state *t = &run->known[run->n_known];

        *t = run->known[run->n_known - 1];
        for (int i = 0; i < t->n; i++)
            if (strcmp(t->shots[i].guid, gone) == 0
                || (run->s->change == do_merge_all && run->n_known == 2 && strcmp(t->shots[i].guid, S2) == 0)) {
                t->shots[i] = t->shots[--t->n];
                run->n_known++;
                break;
            }
    }
}

static void
learn_end(struct run *run)
{
    struct tree_state t;

    look(bundle_path, &t);
    for (int i = 0; i < run->n_known; i++)
        if (is_tree(&t, &run->known[i])) {
            run->last_known = i;
            return;
        }
    run->last_known = run->n_known;
    run->known[run->n_known++] = t;
}

/* The record names files by inode: those of the copy are others. */
static void
correct_inodes(const char *path)
{
    AUTO(cleanup_free) char *lock = path_join(path, DESCRIPTOR_LOCK);
    AUTO(cleanup_free) char *text = path_exists(lock) ? get_file(lock) : NULL;
    AUTO_STR out = STR_INIT;
    char *save = NULL;

    if (!text || strlen(text) < 4 || strcmp(text + strlen(text) - 4, "end\n") != 0)
        return;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        char *name = strncmp(line, "old ", 4) == 0 ? strchr(line + 4, ' ') : NULL;
        AUTO(cleanup_free) char *file = name ? path_join(path, name + 1) : NULL;
        struct stat st;

        if (file && stat(file, &st) == 0)
            str_addf(&out, "old %" PRIuMAX "%s\n", (uintmax_t)st.st_ino, name);
        else
            str_addf(&out, "%s\n", line);
    }
    put_text(lock, out.p);
}

static int
up(void **state)
{
    if (fast_dir_up(state) < 0)
        return -1;
    snprintf(bundle_path, sizeof bundle_path, "%s/b.hdd", temp_dir);
    snprintf(copy_path, sizeof copy_path, "%s/copy.hdd", temp_dir);
    return 0;
}

static int
down(void **state)
{
    replay_stop();
    return temp_dir_down(state);
}

/* Every point from run->first on. */
static unsigned
replay_points(struct run *run, int n_random)
{
    unsigned points = 0, seed = 1;

    for (run->point = run->first; run->point <= replay.n_changes; run->point++) {
        for (int i = -2; i < n_random; i++) {
            bool has_dropped;

            run->what = i == -2 ? "all" : i == -1 ? "only what is synced" : "some";
            replay_crash(copy_path, run->point, i == -2 ? REPLAY_ALL : i == -1 ? REPLAY_ONLY_SYNCED : REPLAY_SOME, &seed, &has_dropped);
            if (i > -2 && !has_dropped)
                break; /* nothing to lose here */
            correct_inodes(copy_path);
            check_bundle(run, copy_path);
            points++;
        }
    }
    return points;
}

static unsigned
replay_scenario(struct run *run, int n_random)
{
    struct bundle *b = NULL;

    learn_states(run);
    make_scenario(run->s);
    replay_start(bundle_path);
    ASSERT_OK(run_change(run->s, &b, &run->first));
    ASSERT_OK(bundle_close(b));
    file_watch_set(NULL);
    learn_end(run);
    return replay_points(run, n_random);
}

static void
crash__at_any_point_of_a_change__is_harmless(void **state)
{
    int n_random = getenv("PRLKVM_TEST_HEAVY") ? 100 : 2;
    unsigned points = 0;

    for (size_t i = 0; i < ARRAY_LEN(scenarios); i++) {
        AUTO(cleanup_free) struct run *run = calloc(1, sizeof *run);
        unsigned n;

        run->s = &scenarios[i];
        n = replay_scenario(run, n_random);
        assert_true(n > 10);
        points += n;
    }
    printf("%u crashes\n", points);
    assert_true(points > 1000);
}

/*
 * The program dies in the middle, so that nothing is lost yet; another one opens the bundle, cleans up; then the power fails. What the
 * second one did may be on the disk without what the first one did.
 */
static void
crash__after_the_next_one_cleaned_up__is_harmless(void **state)
{
    bool is_heavy = getenv("PRLKVM_TEST_HEAVY");
    unsigned points = 0;

    for (size_t i = 0; i < ARRAY_LEN(scenarios); i++) {
        AUTO(cleanup_free) struct run *run = calloc(1, sizeof *run);
        bool is_over = false;

        run->s = &scenarios[i];
        learn_states(run);
        make_scenario(run->s);
        {
            struct bundle *b = NULL;

            ASSERT_OK(run_change(run->s, &b, NULL));
            ASSERT_OK(bundle_close(b));
        }
        learn_end(run);
        for (int lives = is_heavy ? 0 : (int)i % 12; !is_over; lives += is_heavy ? 1 : 12) {
            struct bundle *b = NULL;

            make_scenario(run->s);
            replay_start(bundle_path);
            b = opened(bundle_path, BUNDLE_WRITE);
            put_block(b, 1, 800);
            ASSERT_OK(bundle_flush(b));
            run->first = replay.n_changes + lives;
            replay.dies_at = run->first;
            if (lives) /* 0 means never */
                is_over = PRL_SUCCEEDED(run->s->change(b)) && replay.n_changes < replay.dies_at;
            bundle_free(b);
            replay.dies_at = 0;
            run->first = replay.n_changes;
            b = opened(bundle_path, BUNDLE_WRITE);
            ASSERT_OK(bundle_close(b));
            file_watch_set(NULL);
            points += replay_points(run, is_heavy ? 3 : 1);
        }
    }
    printf("%u crashes\n", points);
    assert_true(points > 500);
}

/* ---- failures ---- */

struct failing {
    pthread_mutex_t lock;
    int countdown, error;
    bool is_lasting, has_failed;
    enum file_change failed; /* the first */
};

static int
fail_at(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    struct failing *f = arg;
    bool fails;

    pthread_mutex_lock(&f->lock);
    fails = f->is_lasting ? f->countdown <= 0 : f->countdown == 0;
    f->countdown--;
    if (fails && !f->has_failed)
        f->failed = change;
    f->has_failed |= fails;
    pthread_mutex_unlock(&f->lock);
    return fails ? f->error : 0;
}

static void
read_as_known(struct run *run, struct bundle *b)
{
    unsigned char content[BLOCKS * BLOCK];
    bool is_known = false;

    ASSERT_OK(bundle_read(b, content, sizeof content, 0));
    for (int i = 0; i < run->n_known; i++)
        is_known |= memcmp(content, run->known[i].active.content, sizeof content) == 0;
    if (!is_known)
        fail_msg("%s, failure %d: the open disk reads wrong", run->s->name, run->point);
}

/* False: there are not so many changes. */
static bool
fail_once(struct run *run, int at, int error, bool is_lasting)
{
    struct failing f = { PTHREAD_MUTEX_INITIALIZER, at, error, is_lasting };
    const struct file_watch watch = { fail_at, &f };
    struct bundle *b = NULL;
    PRL_RESULT r;

    run->point = at;
    run->what = is_lasting ? "from then on" : "once";
    make_scenario(run->s);
    b = opened(bundle_path, BUNDLE_WRITE);
    put_block(b, 1, 800);
    ASSERT_OK(bundle_flush(b));
    file_watch_set(&watch);
    err_clear();
    r = run->s->change(b);
    file_watch_set(NULL);
    if (!f.has_failed)
        ASSERT_OK(r);
    if (PRL_FAILED(r))
        assert_true(err_peek()->code == r && err_peek()->details);
    if (bundle_chain(b, 0))
        read_as_known(run, b);
    if (PRL_FAILED(r) && !is_lasting && f.failed != FILE_SYNC_DIR && strcmp(bundle_descriptor(b)->merging, UUID_NIL) == 0)
        assert_no_litter(run, bundle_path);
    bundle_close(b); /* may fail: a file that could not be synced stays suspect */
    check_bundle(run, bundle_path);
    return f.has_failed;
}

static void
failure__of_any_change__loses_nothing(void **state)
{
    static const int errors[] = { -ENOSPC, -EIO };
    bool is_heavy = getenv("PRLKVM_TEST_HEAVY");
    unsigned n = 0;

    for (size_t i = 0; i < ARRAY_LEN(scenarios); i++) {
        AUTO(cleanup_free) struct run *run = calloc(1, sizeof *run);
        struct bundle *b = NULL;

        if (scenarios[i].change == do_nothing)
            continue;
        run->s = &scenarios[i];
        learn_states(run);
        make_scenario(run->s);
        ASSERT_OK(run_change(run->s, &b, NULL));
        ASSERT_OK(bundle_close(b));
        learn_end(run);
        for (int k = 0; k < 4; k++) {
            if (!is_heavy && (k ^ (int)i) & 1) /* each scenario with one error of each kind */
                continue;
            for (int at = 0; fail_once(run, at, errors[k / 2], k % 2); at++)
                n++;
        }
    }
    printf("%u failures\n", n);
    assert_true(n > 300);
}

/* The sync behind the descriptor's rename fails, once; everything else works and is recorded. */
static int
fail_descriptor_sync(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *data, uint64_t offset, uint64_t size)
{
    bool *is_armed = arg;

    if (*is_armed && change == FILE_SYNC_DIR && replay.n_changes && replay.changes[replay.n_changes - 1].kind == FILE_RENAME) {
        *is_armed = false;
        return -EIO;
    }
    return replay_before(NULL, change, fd, name, to, data, offset, size);
}

/* Of what is durable now: a block that was written since, and one that the switch took back. Ends the recording's hold on file_watch. */
static void
open_crashed(unsigned *seed, uint64_t written, uint32_t written_value, uint32_t switched_value)
{
    struct bundle *b;

    file_watch_set(NULL);
    replay_crash(copy_path, replay.n_changes, REPLAY_ONLY_SYNCED, seed, NULL);
    correct_inodes(copy_path);
    b = opened(copy_path, BUNDLE_WRITE);
    assert_block(b, written, written_value);
    assert_block(b, 5, switched_value);
    ASSERT_OK(bundle_close(b));
    assert_int_equal(count_files(copy_path, "}.hds"), 2);
}

static void
failure__to_make_a_change_durable__is_made_good_by_the_next_flush(void **state)
{
    static const struct scenario scenario = { "switch", prepare_one, do_switch_s1 };
    bool is_armed = true;
    const struct file_watch watch = { fail_descriptor_sync, &is_armed };
    unsigned seed = 1;
    struct bundle *b;

    make_scenario(&scenario);
    replay_start(bundle_path);
    b = opened(bundle_path, BUNDLE_WRITE);
    put_block(b, 5, 955);
    file_watch_set(&watch);
    ASSERT_FAILS(bundle_snapshot_switch(b, S1, false), PRL_ERR_DISK_FSYNC_FAILED);
    assert_false(is_armed);
    assert_block(b, 5, 105); /* it is made all the same */
    assert_int_equal(count_files(bundle_path, "}.hds"), 3);
    put_block(b, 2, 950);

    open_crashed(&seed, 2, 102, 955);
    file_watch_set(&watch);
    ASSERT_OK(bundle_flush(b));
    open_crashed(&seed, 2, 950, 105);
    ASSERT_OK(bundle_snapshot_create(b, S2));
    assert_int_equal(count_files(bundle_path, "}.hds"), 3); /* what could not be removed then is gone */
    ASSERT_OK(bundle_close(b));
}

/* ---- creation ---- */

static void
create__failing_at_any_change__leaves_nothing(void **state)
{
    static const uint64_t ends[] = { 40, 96 };
    static const int errors[] = { -ENOSPC, -EIO };

    for (size_t e = 0; e < ARRAY_LEN(errors); e++) {
        for (int at = 0;; at++) {
            const struct bundle_new args = { .size_sectors = 96, .cluster_sectors = 8, .part_ends = ends, .n_parts = 2, .is_plain = at % 2 };
            struct failing f = { PTHREAD_MUTEX_INITIALIZER, at, errors[e] };
            const struct file_watch watch = { fail_at, &f };
            PRL_RESULT r;

            file_watch_set(&watch);
            r = bundle_create(bundle_path, &args, NULL);
            file_watch_set(NULL);
            if (!f.has_failed) {
                ASSERT_OK(r);
                assert_true(at > 8);
                assert_int_equal(path_remove_tree(bundle_path), 0);
                break;
            }
            assert_true(PRL_FAILED(r));
            assert_int_equal(count_files(temp_dir, ""), 0);
        }
    }
}

/* The directory is renamed into place when all in it is durable: so whatever is not synced by then may be lost. */
static void
create__renamed_into_place__needs_nothing_unsynced(void **state)
{
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        static const uint64_t ends[] = { 40, 96 };
        const struct bundle_new args = { .size_sectors = 96, .cluster_sectors = 8, .part_ends = ends, .n_parts = 2, .is_plain = is_plain };
        struct bundle *b;
        unsigned seed = 1;

        assert_int_equal(mkdir(copy_path, 0700), 0);
        replay_start(copy_path); /* of nothing */
        ASSERT_OK(bundle_create(bundle_path, &args, NULL));
        file_watch_set(NULL);
        replay_crash(copy_path, replay.n_changes, REPLAY_ONLY_SYNCED, &seed, NULL);
        b = opened(copy_path, BUNDLE_WRITE);
        for (uint64_t i = 0; i < BLOCKS; i++)
            assert_block(b, i, 0);
        ASSERT_OK(bundle_close(b));
        assert_int_equal(path_remove_tree(bundle_path), 0);
        assert_int_equal(path_remove_tree(copy_path), 0);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(crash__at_any_point_of_a_change__is_harmless, up, down),
        cmocka_unit_test_setup_teardown(crash__after_the_next_one_cleaned_up__is_harmless, up, down),
        cmocka_unit_test_setup_teardown(failure__of_any_change__loses_nothing, up, down),
        cmocka_unit_test_setup_teardown(failure__to_make_a_change_durable__is_made_good_by_the_next_flush, up, down),
        cmocka_unit_test_setup_teardown(create__failing_at_any_change__leaves_nothing, up, down),
        cmocka_unit_test_setup_teardown(create__renamed_into_place__needs_nothing_unsynced, up, down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
