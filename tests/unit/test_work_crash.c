/* SPDX-License-Identifier: MIT */
/*
 * Long work cut at every moment, failed at every change and cancelled at every look: the disk is as it was or as it shall be, sound, and nothing is
 * left beside it. PRLKVM_CRASH_ROUNDS: how many states of each moment are tried, 1 by default.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdatomic.h>

#include "temp_dir.h"
#include "work_disks.h"
#include "crash_replay.h"

static unsigned char data[2 * DISK_BYTES];
static unsigned rounds = 1;
static char base[64], *work_home, *crash_home;

/* ---- the works ---- */

static PRL_RESULT
grow(const char *path, const struct image_watch *watch)
{
    return work_resize(path, DISK_BYTES * 3 / 2, watch);
}

static PRL_RESULT
shrink(const char *path, const struct image_watch *watch)
{
    return work_resize(path, DISK_BYTES / 4 * 3, watch);
}

static PRL_RESULT
compact(const char *path, const struct image_watch *watch)
{
    return work_compact(path, watch, NULL);
}

static PRL_RESULT
to_plain(const char *path, const struct image_watch *watch)
{
    return work_convert_bundle(path, true, watch);
}

static PRL_RESULT
to_expanding(const char *path, const struct image_watch *watch)
{
    return work_convert_bundle(path, false, watch);
}

static PRL_RESULT
join(const char *path, const struct image_watch *watch)
{
    static const struct work_layout one = { WORK_KEEP, WORK_NO };

    return work_convert(path, &one, watch);
}

static PRL_RESULT
flatten(const char *path, const struct image_watch *watch)
{
    return work_merge(path, true, watch);
}

enum made { MADE_EXPANDING, MADE_PLAIN, MADE_SPLIT, MADE_TREE, MADE_BARE };

static const struct work {
    const char *name;
    enum made made;
    PRL_RESULT (*run)(const char *path, const struct image_watch *watch);
    uint64_t size_after;
} works[] = {
    { "grow an expanding disk", MADE_EXPANDING, grow, DISK_BYTES * 3 / 2 },
    { "grow a plain disk", MADE_PLAIN, grow, DISK_BYTES * 3 / 2 },
    { "grow a split disk", MADE_SPLIT, grow, DISK_BYTES * 3 / 2 },
    { "grow a bare image", MADE_BARE, grow, DISK_BYTES * 3 / 2 },
    { "shrink an expanding disk", MADE_EXPANDING, shrink, DISK_BYTES / 4 * 3 },
    { "shrink a plain disk", MADE_PLAIN, shrink, DISK_BYTES / 4 * 3 },
    { "shrink a bare image", MADE_BARE, shrink, DISK_BYTES / 4 * 3 },
    { "compact an expanding disk", MADE_EXPANDING, compact, DISK_BYTES },
    { "compact a split disk", MADE_SPLIT, compact, DISK_BYTES },
    { "compact a disk with snapshots", MADE_TREE, compact, DISK_BYTES },
    { "compact a bare image", MADE_BARE, compact, DISK_BYTES },
    { "convert to plain", MADE_EXPANDING, to_plain, DISK_BYTES },
    { "convert to expanding", MADE_PLAIN, to_expanding, DISK_BYTES },
    { "convert a split disk to plain", MADE_SPLIT, to_plain, DISK_BYTES },
    { "join a split disk", MADE_SPLIT, join, DISK_BYTES },
    { "flatten a tree", MADE_TREE, flatten, DISK_BYTES },
    { "allocate a bare image", MADE_BARE, to_plain, DISK_BYTES },
};

/* ---- the disks ---- */

/* The tail stays zeros so that it can shrink, but is written. */
#define USED (DISK_BYTES / 8 * 5)

static const char *
disk_name(const struct work *w)
{
    return w->made == MADE_BARE ? "d.hds" : "d.hdd";
}

/* The directory that the files of the disk are in. */
static char *
files_of(const char *home, const struct work *w)
{
    return w->made == MADE_BARE ? str_dup(home) : path_join(home, "d.hdd");
}

static void
add_snapshots(const char *path)
{
    struct bundle *b;

    for (int i = 0; i < 2; i++) {
        char guid[UUID_TEXT];
        size_t at = (size_t)(i + 1) * CLUSTER;

        uuid_make(guid);
        assert_ok(bundle_open(path, BUNDLE_WRITE, &b));
        assert_ok(bundle_snapshot_create(b, guid));
        for (size_t k = 0; k < CLUSTER; k++)
            data[at + k] = i ? 0 : (unsigned char)disk_rnd(256); /* the second hides what is below with zeros */
        assert_ok(bundle_write(b, data + at, CLUSTER, at));
        assert_ok(bundle_write(b, data + 7 * CLUSTER, CLUSTER, 7 * CLUSTER)); /* zeros over zeros: can be freed */
        assert_ok(bundle_close(b));
    }
}

static char *
make_disk(const struct work *w)
{
    char *path = path_join(work_home, disk_name(w));

    path_remove_tree(work_home);
    assert_int_equal(mkdir(work_home, 0700), 0);
    disk_pattern(data, sizeof data, USED);
    memset(data + 7 * CLUSTER, 0, CLUSTER);
    if (w->made == MADE_BARE)
        disk_make_hds(path, data, DISK_BYTES);
    else
        disk_make_bundle(path, w->made == MADE_PLAIN, w->made == MADE_SPLIT, data, DISK_BYTES);
    if (w->made == MADE_TREE)
        add_snapshots(path);
    return path;
}

/* ---- what must be true afterwards ---- */

/*
 * "old INODE NAME" in the bundle's record: a file to be removed, known by its inode so that no other one of that name is taken for it. A state made anew
 * has other inodes, so there it stays.
 */
static bool
is_recorded_as_old(const char *record, const char *name)
{
    const char *at = strstr(record, name), *line = at;

    while (line && line > record && line[-1] != '\n')
        line--;
    return at && strncmp(line, "old ", 4) == 0;
}

static bool
is_known_file(const char *name, const struct descriptor *d, const char *record)
{
    /* The descriptor, its lock and backup, what a cut rewrite of it leaves under a name that is used again. */
    if (strncmp(name, DESCRIPTOR_FILE, sizeof DESCRIPTOR_FILE - 1) == 0)
        return true;
    for (int i = 0; d && i < d->n_storages; i++)
        for (int k = 0; k < d->storages[i].n_images; k++)
            if (strcmp(d->storages[i].images[k].file, name) == 0)
                return true;
    return is_recorded_as_old(record, name);
}

/* A first opening for writing has cleaned up what a crash left. */
static void
must_have_no_litter(const char *path, const char *when)
{
    char *lock = path_join(path, DESCRIPTOR_FILE ".lck"), *record = NULL;
    struct bundle *b;
    struct dirent *e;
    DIR *dir;

    if (path_read(lock, 1 << 20, &record, NULL) < 0)
        record = str_dup("");
    assert_ok(bundle_open(path, BUNDLE_WRITE, &b));
    assert_ok(bundle_close(b));
    assert_ok(bundle_open(path, BUNDLE_DESCRIPTOR_ONLY, &b));
    dir = opendir(path);
    assert_non_null(dir);
    while ((e = readdir(dir)))
        if (e->d_name[0] != '.' && !is_known_file(e->d_name, bundle_descriptor(b), record))
            fail_msg("%s: '%s' is left", when, e->d_name);
    closedir(dir);
    bundle_free(b);
    free(record);
    free(lock);
}

static void
must_be_sound(const char *path, const char *when)
{
    struct work_report r;
    PRL_RESULT rc = work_check(path, false, NULL, NULL, &r);

    if (PRL_FAILED(rc) || r.fatal || r.corruptions)
        fail_msg("%s: check says 0x%08x, %u fatal, %u corruptions", when, (unsigned)rc, PRL_FAILED(rc) ? 0 : r.fatal, PRL_FAILED(rc) ? 0 : r.corruptions);
}

/* Of a bare image: the check before has removed what was being made beside it. */
static void
must_be_alone(const char *home, const char *when)
{
    DIR *dir = opendir(home);
    struct dirent *e;

    assert_non_null(dir);
    while ((e = readdir(dir)))
        if (strstr(e->d_name, ".new-"))
            fail_msg("%s: '%s' is left", when, e->d_name);
    closedir(dir);
}

/* Yields its size. */
static uint64_t
must_be_whole(const char *home, const struct work *w, const char *when)
{
    char *path = path_join(home, disk_name(w));
    uint64_t size;

    size = disk_must_have(path, data, DISK_BYTES, when);
    if (size != DISK_BYTES && size != w->size_after)
        fail_msg("%s: %llu bytes", when, (unsigned long long)size);
    if (w->made != MADE_BARE)
        must_have_no_litter(path, when);
    must_be_sound(path, when);
    if (w->made == MADE_BARE)
        must_be_alone(home, when);
    free(path);
    return size;
}

/* ---- crashes ---- */

/* False: nothing could be lost there, so it is as with REPLAY_ALL. */
static bool
crash_at(int end, enum replay_loss loss, const struct work *w)
{
    static const char *const losses[] = { [REPLAY_ALL] = "all", [REPLAY_ONLY_SYNCED] = "synced", [REPLAY_SOME] = "some" };
    static unsigned seed = 1;
    char *files = files_of(crash_home, w), when[160];
    bool has_dropped;

    path_remove_tree(crash_home);
    assert_int_equal(mkdir(crash_home, 0700), 0);
    replay_crash(files, end, loss, &seed, &has_dropped);
    snprintf(when, sizeof when, "%s, cut at change %d of %d (%s)", w->name, end, replay.n_changes, losses[loss]);
    if (loss == REPLAY_ALL || has_dropped)
        must_be_whole(crash_home, w, when);
    free(files);
    return loss == REPLAY_ALL || has_dropped;
}

static void
work__cut_at_any_moment__leaves_the_old_or_the_new_disk(void **state)
{
    size_t states = 0;

    for (size_t i = 0; i < ARRAY_LEN(works); i++) {
        const struct work *w = &works[i];
        char *path = make_disk(w), *files = files_of(work_home, w);

        replay_start(files);
        assert_ok(w->run(path, NULL));
        file_watch_set(NULL);
        assert_true(replay.n_changes > 2);
        assert_int_equal(must_be_whole(work_home, w, w->name), w->size_after);
        for (int end = 0; end <= replay.n_changes; end++) {
            states += crash_at(end, REPLAY_ALL, w);
            if (rounds > 1 || end % 3 == 0)
                states += crash_at(end, REPLAY_ONLY_SYNCED, w);
            for (unsigned k = 0; k < rounds; k++)
                states += crash_at(end, REPLAY_SOME, w);
        }
        free(files);
        free(path);
    }
    print_message("%zu states\n", states);
    assert_true(states > 700);
}

/* ---- failures ---- */

struct failing {
    atomic_long left; /* changes before the one that fails */
    int error;
};

static int
fail_one(void *arg, enum file_change change, int fd, const char *name, const char *to, const void *bytes, uint64_t offset, uint64_t size)
{
    struct failing *f = arg;

    return atomic_fetch_sub(&f->left, 1) == 0 ? f->error : 0;
}

/* What the work made before it failed is gone, but for a file that is on the bundle's record. */
static void
fail_at(const struct work *w, long at, int e, PRL_RESULT *ret_rc, bool *ret_is_reached)
{
    char *path = make_disk(w), when[160];
    struct failing f = { at, e };
    const struct file_watch watch = { fail_one, &f };

    file_watch_set(&watch);
    *ret_rc = w->run(path, NULL);
    file_watch_set(NULL);
    *ret_is_reached = f.left < 0;
    snprintf(when, sizeof when, "%s, change %ld fails with %s", w->name, at, strerror(-e));
    must_be_whole(work_home, w, when);
    free(path);
}

static void
work__any_change_fails__loses_nothing(void **state)
{
    static const int failures[] = { -ENOSPC, -EIO };
    unsigned told = 0, reached = 0;

    for (size_t i = 0; i < ARRAY_LEN(works); i++)
        for (size_t k = 0; k < ARRAY_LEN(failures); k++) {
            bool is_reached = true;

            for (long at = 0; is_reached; at += 1 + (long)disk_rnd(rounds > 1 ? 1 : 3)) {
                PRL_RESULT rc;

                fail_at(&works[i], at, failures[k], &rc, &is_reached);
                reached += is_reached;
                told += is_reached && PRL_FAILED(rc);
            }
        }
    print_message("%u failures, %u of them told\n", reached, told);
    assert_true(told > reached / 2); /* a file that could not be removed, a backup that could not be made are no failures of the work */
}

/* ---- cancels ---- */

struct canceller {
    int left;
};

static bool
count_down(void *arg, int permille)
{
    struct canceller *c = arg;

    assert_in_range(permille, 0, 1000);
    return c->left-- > 0;
}

static int
count_files(const char *dir)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    int n = 0;

    assert_non_null(d);
    while ((e = readdir(d)))
        if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0 && strncmp(e->d_name, DESCRIPTOR_FILE, sizeof DESCRIPTOR_FILE - 1) != 0)
            n++;
    closedir(d);
    return n;
}

static void
work__cancelled_at_any_look__leaves_the_disk_as_it_was(void **state)
{
    for (size_t i = 0; i < ARRAY_LEN(works); i++) {
        const struct work *w = &works[i];
        PRL_RESULT rc = PRL_ERR_DISK_USER_INTERRUPTED;
        int looks;

        for (looks = 0; rc == PRL_ERR_DISK_USER_INTERRUPTED; looks++) {
            struct canceller c = { looks };
            struct image_watch watch = { count_down, &c };
            char *path = make_disk(w), *files = files_of(work_home, w), when[160];
            int n_files = count_files(files);
            uint64_t size;

            rc = w->run(path, &watch);
            if (rc != PRL_ERR_DISK_USER_INTERRUPTED)
                assert_ok(rc);
            else
                assert_int_equal(count_files(files), n_files);
            snprintf(when, sizeof when, "%s, cancelled at look %d", w->name, looks);
            size = must_be_whole(work_home, w, when);
            assert_int_equal(size, PRL_FAILED(rc) ? DISK_BYTES : w->size_after);
            free(files);
            free(path);
        }
        assert_true(looks > 1); /* the first look was one */
    }
}

/* In memory where that is possible: there are many syncs that mean nothing here. */
static int
up(void **state)
{
    const char *env = getenv("PRLKVM_CRASH_ROUNDS");

    if (env && atoi(env) > 0)
        rounds = (unsigned)atoi(env);
    strcpy(base, access("/dev/shm", W_OK) == 0 ? "/dev/shm/prlkvm-test-XXXXXX" : "/tmp/prlkvm-test-XXXXXX");
    if (!mkdtemp(base))
        return -1;
    setenv("PRLKVM_HOME", base, 1);
    work_home = path_join(base, "work");
    crash_home = path_join(base, "crash");
    return 0;
}

static int
down(void **state)
{
    replay_stop();
    free(work_home);
    free(crash_home);
    return path_remove_tree(base);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(work__cut_at_any_moment__leaves_the_old_or_the_new_disk),
        cmocka_unit_test(work__any_change_fails__loses_nothing),
        cmocka_unit_test(work__cancelled_at_any_look__leaves_the_disk_as_it_was),
    };

    return cmocka_run_group_tests(tests, up, down);
}
