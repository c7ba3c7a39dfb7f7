/* SPDX-License-Identifier: MIT */
/*
 * image/bundle: the snapshot tree. Create, switch, delete each way, merges in both directions, change tracking through it, litter of
 * interrupted changes.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <errno.h>
#include <sys/stat.h>

#include "base/uuid.h"
#include "bundle_fixture.h"
#include "image/disk.h"
#include "image/file_io.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, fast_dir_up, down)

static int
down(void **state)
{
    file_watch_set(NULL);
    return temp_dir_down(state);
}

static struct bundle *
reopened(struct bundle *b, const char *path)
{
    ASSERT_OK(bundle_close(b));
    return opened(path, BUNDLE_WRITE);
}

static void
assert_at(const char *path, const char *guid, uint64_t block, uint32_t value)
{
    AUTO(bundle_free) struct bundle *b = opened_at(path, guid);

    assert_block(b, block, value);
}

static bool
has_shot(struct bundle *b, const char *guid)
{
    return descriptor_shot(bundle_descriptor(b), guid) >= 0;
}

/* ---- create and switch ---- */

static void
create__of_a_snapshot__freezes_what_was(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 8);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);
    const struct descriptor *d;

    put_block(b, 0, 1);
    put_block(b, 1, 2);
    ASSERT_OK(bundle_snapshot_create(b, "11111111-1111-4111-8111-111111111111")); /* brackets are optional */
    put_block(b, 1, 3);
    assert_block(b, 0, 1);
    assert_block(b, 1, 3);
    d = bundle_descriptor(b);
    assert_string_equal(d->active, DESCRIPTOR_ACTIVE);
    assert_string_equal(d->shots[descriptor_shot(d, d->active)].parent, S1);
    assert_int_equal(chain_length(bundle_chain(b, 0)), 2);
    assert_at(path, S1, 1, 2);
    b = reopened(TAKE(b), path);
    assert_block(b, 1, 3);
    assert_int_equal(count_files(path, ".hds"), 2);
}

static void
create__with_a_name_that_cannot_be__is_refused(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 8);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);
    const char *const bad[] = { "", "x", UUID_NIL, DESCRIPTOR_OF_BACKUP, DESCRIPTOR_ACTIVE, S1, NULL };

    ASSERT_OK(bundle_snapshot_create(b, S1));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        ASSERT_FAILS(bundle_snapshot_create(b, bad[i]), PRL_ERR_DISK_STATES_ERROR);
        if (!bad[i] || strcmp(bad[i], S1) != 0)
            ASSERT_FAILS(bundle_snapshot_delete(b, bad[i], false, NULL), PRL_ERR_DISK_STATES_ERROR);
        if (!bad[i] || strcmp(bad[i], S1) != 0)
            ASSERT_FAILS(bundle_snapshot_switch(b, bad[i], false), PRL_ERR_DISK_STATES_ERROR);
    }
    assert_int_equal(bundle_descriptor(b)->n_shots, 2);
    assert_int_equal(count_files(path, ".hds"), 2);
}

static void
switch__to_a_snapshot__forgets_what_was_since(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 8);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);

    put_block(b, 0, 1);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_block(b, 0, 2);
    ASSERT_OK(bundle_snapshot_create(b, S2));
    put_block(b, 0, 3);
    ASSERT_OK(bundle_snapshot_switch(b, S1, false));
    assert_block(b, 0, 1);
    put_block(b, 0, 4);
    assert_at(path, S1, 0, 1);
    assert_at(path, S2, 0, 2);
    assert_int_equal(count_files(path, ".hds"), 3);
    ASSERT_OK(bundle_snapshot_switch(b, S2, false));
    assert_block(b, 0, 2);
    b = reopened(TAKE(b), path);
    assert_block(b, 0, 2);
    assert_int_equal(count_files(path, ".hds"), 3);
}

static void
switch__that_drops_the_snapshot__takes_its_image(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 8);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);

    put_block(b, 0, 1);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_block(b, 0, 2);
    ASSERT_OK(bundle_snapshot_create(b, S2));
    put_block(b, 0, 3);
    ASSERT_FAILS(bundle_snapshot_switch(b, S1, true), PRL_ERR_DISK_OPERATION_NOT_ALLOWED); /* S2 stands on it */
    assert_block(b, 0, 3);
    ASSERT_OK(bundle_snapshot_switch(b, S2, true));
    assert_block(b, 0, 2);
    assert_false(has_shot(b, S2));
    assert_int_equal(count_files(path, ".hds"), 2);
    put_block(b, 1, 9);
    ASSERT_OK(bundle_snapshot_switch(b, S1, true));
    assert_block(b, 0, 1);
    assert_block(b, 1, 0);
    assert_int_equal(bundle_descriptor(b)->n_shots, 1);
    b = reopened(TAKE(b), path);
    put_block(b, 0, 5);
    assert_block(b, 0, 5);
    assert_int_equal(count_files(path, ".hds"), 1);
}

/* A disk of version 1 with clusters of 63 sectors and no data offset, as old products made them. */
static void
put_old_disk(const char *path, uint32_t n_clusters)
{
    AUTO(cleanup_free) char *image = path_join(path, "old.hds"), *descriptor = path_join(path, DESCRIPTOR_FILE);
    unsigned char header[512] = "WithoutFreeSpace";
    const uint32_t version = 2, cluster = 63, sectors = n_clusters * 63;
    AUTO(cleanup_free) char *text = str_printf(
        "<Parallels_disk_image><Disk_Parameters><Disk_size>%u</Disk_size></Disk_Parameters><StorageData><Storage><Start>0</Start><End>%u</End>"
        "<Blocksize>63</Blocksize><Image><GUID>" DESCRIPTOR_ACTIVE "</GUID><Type>Compressed</Type><File>old.hds</File></Image></Storage></StorageData>"
        "</Parallels_disk_image>", sectors, sectors);

    memcpy(header + 16, &version, 4);
    memcpy(header + 28, &cluster, 4);
    memcpy(header + 32, &n_clusters, 4);
    memcpy(header + 36, &sectors, 4);
    assert_int_equal(mkdir(path, 0700), 0);
    put_file(image, header, sizeof header);
    put_text(descriptor, text);
}

static void
tree__of_an_old_disk__keeps_its_cluster_size(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("old.hdd");
    AUTO(bundle_free) struct bundle *b = NULL;

    put_old_disk(path, 20);
    b = opened(path, BUNDLE_WRITE);
    for (uint32_t i = 0; i < 100; i += 3)
        put_block(b, i, 100 + i);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    for (uint32_t i = 0; i < 150; i += 5)
        put_block(b, i, 300 + i);
    assert_int_equal(chain_image(bundle_chain(b, 0), 0)->cluster_bytes, 63 * 512);
    for (int round = 0; round < 3; round++) {
        for (uint32_t i = 0; i < 150; i++)
            assert_block(b, i, i % 5 == 0 ? 300 + i : i % 3 == 0 && i < 100 ? 100 + i : 0);
        if (round == 0)
            ASSERT_OK(bundle_snapshot_delete(b, S1, false, NULL));
        b = reopened(TAKE(b), path);
    }
    ASSERT_OK(bundle_close(TAKE(b)));
}

/* ---- delete ---- */

static void
delete__of_a_leaf__removes_its_file(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 8);
    AUTO(cleanup_free) char *leaf = NULL;
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);

    put_block(b, 0, 1);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_block(b, 0, 2);
    ASSERT_OK(bundle_snapshot_create(b, S2));
    ASSERT_OK(bundle_snapshot_switch(b, S1, false));
    leaf = file_of(path, 0, S2);
    ASSERT_OK(bundle_snapshot_delete(b, S2, false, NULL));
    assert_false(path_exists(leaf));
    assert_false(has_shot(b, S2));
    assert_block(b, 0, 1);
    ASSERT_OK(bundle_close(TAKE(b)));
}

static void
delete__of_a_subtree__removes_all_of_it(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 8);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);

    put_block(b, 0, 1);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    ASSERT_OK(bundle_snapshot_create(b, S2));
    ASSERT_OK(bundle_snapshot_create(b, S3));
    ASSERT_OK(bundle_snapshot_switch(b, S2, false));
    ASSERT_OK(bundle_snapshot_create(b, S4));
    ASSERT_FAILS(bundle_snapshot_delete(b, S2, true, NULL), PRL_ERR_DISK_OPERATION_NOT_ALLOWED); /* the active one stands on it */
    ASSERT_FAILS(bundle_snapshot_delete(b, S2, false, NULL), PRL_ERR_DISK_OPERATION_NOT_ALLOWED); /* two children */
    ASSERT_FAILS(bundle_merge_all(b, NULL), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    assert_int_equal(bundle_descriptor(b)->n_shots, 5);
    ASSERT_OK(bundle_snapshot_switch(b, S1, false));
    ASSERT_OK(bundle_snapshot_delete(b, S2, true, NULL));
    assert_int_equal(bundle_descriptor(b)->n_shots, 2);
    assert_int_equal(count_files(path, ".hds"), 2);
    assert_block(b, 0, 1);
    ASSERT_OK(bundle_close(TAKE(b)));
}

/* The snapshot has `n_below` blocks, its child `n_above`, some of them over those: both ways, by what is less. */
static void
merge_of(unsigned n_below, unsigned n_above, bool is_plain, bool with_root, bool is_frozen)
{
    const uint64_t ends[] = { 300, 512 };
    const struct bundle_new args = { .size_sectors = 512, .cluster_sectors = 8, .is_plain = is_plain, .part_ends = ends, .n_parts = 2 };
    AUTO(cleanup_free) char *path = temp_path("x.hdd");
    AUTO(cleanup_free) char *below = NULL, *above = NULL;
    AUTO(bundle_free) struct bundle *b = NULL;
    bool is_down = n_above < n_below + (is_plain && !with_root ? 64 : 0);
    uint32_t model[64] = { 0 };
    const char *child = is_frozen ? S3 : DESCRIPTOR_ACTIVE;

    ASSERT_OK(bundle_create(path, &args, NULL));
    b = opened(path, BUNDLE_WRITE);
    if (with_root) {
        for (uint32_t i = 0; i < 64; i += 3)
            put_block(b, i, model[i] = 1000 + i);
        ASSERT_OK(bundle_snapshot_create(b, S1));
    }
    for (uint32_t i = 0; i < n_below; i++)
        put_block(b, 63 - i, model[63 - i] = 2000 + i);
    ASSERT_OK(bundle_snapshot_create(b, S2));
    for (uint32_t i = 0; i < n_above; i++)
        put_block(b, 40 - i, model[40 - i] = i == 1 ? 0 : 3000 + i);
    if (is_frozen)
        ASSERT_OK(bundle_snapshot_create(b, S3));
    below = file_of(path, 0, S2);
    above = file_of(path, 0, child);
    ASSERT_OK(bundle_snapshot_delete(b, S2, false, NULL));
    assert_false(has_shot(b, S2));
    assert_int_equal(path_exists(below), is_down);
    assert_int_equal(path_exists(above), !is_down);
    assert_string_equal(bundle_descriptor(b)->merging, UUID_NIL);
    for (int round = 0; round < 2; round++) {
        for (uint32_t i = 0; i < 64; i++)
            assert_block(b, i, model[i]);
        b = reopened(TAKE(b), path);
    }
    if (is_frozen)
        for (uint32_t i = 0; i < 64; i++)
            assert_at(path, S3, i, model[i]);
    if (with_root)
        assert_at(path, S1, 63, 1063);
    assert_int_equal(count_files(path, ".hds"), 2 * bundle_descriptor(b)->n_shots);
    ASSERT_OK(bundle_close(TAKE(b)));
    assert_int_equal(path_remove_tree(path), 0);
}

static void
delete__with_one_child__merges_whichever_way_is_less(void **state)
{
    for (int with_root = 0; with_root < 2; with_root++)
        for (int is_frozen = 0; is_frozen < 2; is_frozen++) {
            merge_of(5, 20, false, with_root, is_frozen);
            merge_of(30, 6, false, with_root, is_frozen);
            merge_of(0, 6, false, with_root, is_frozen);
            merge_of(6, 0, false, with_root, is_frozen);
            merge_of(6, 30, true, with_root, is_frozen);
        }
}

static void
merge_all__of_a_chain__leaves_one_image(void **state)
{
    for (int is_plain = 0; is_plain < 2; is_plain++) {
        const struct bundle_new args = { .size_sectors = 512, .cluster_sectors = 8, .is_plain = is_plain };
        AUTO(cleanup_free) char *path = temp_path("x.hdd");
        AUTO(bundle_free) struct bundle *b = NULL;
        uint32_t model[64] = { 0 };
        unsigned seed = 3;

        ASSERT_OK(bundle_create(path, &args, NULL));
        b = opened(path, BUNDLE_WRITE);
        for (uint32_t round = 0; round < 20; round++) {
            char guid[UUID_TEXT];

            for (int i = 0; i < 4; i++) {
                unsigned at = (unsigned)rand_r(&seed) % 64;

                put_block(b, at, model[at] = (round * 64 + at) % 7 ? round * 64 + at : 0);
            }
            uuid_make(guid);
            ASSERT_OK(bundle_snapshot_create(b, guid));
        }
        ASSERT_OK(bundle_merge_all(b, NULL));
        assert_int_equal(bundle_descriptor(b)->n_shots, 1);
        assert_int_equal(bundle_descriptor(b)->storages[0].images[0].is_plain, is_plain);
        assert_int_equal(count_files(path, ".hds"), 1);
        b = reopened(TAKE(b), path);
        for (uint32_t i = 0; i < 64; i++)
            assert_block(b, i, model[i]);
        ASSERT_OK(bundle_close(TAKE(b)));
        assert_int_equal(path_remove_tree(path), 0);
    }
}

static void
tree__as_deep_as_allowed__works_and_goes_no_deeper(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 256);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);
    char guid[UUID_TEXT], middle[UUID_TEXT];

    for (uint32_t i = 1; i < BUNDLE_MAX_CHAIN; i++) {
        put_block(b, i, i);
        put_block(b, 0, i);
        uuid_make(guid);
        if (i == 50)
            memcpy(middle, guid, sizeof middle);
        ASSERT_OK(bundle_snapshot_create(b, guid));
    }
    uuid_make(guid);
    ASSERT_FAILS(bundle_snapshot_create(b, guid), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    assert_int_equal(chain_length(bundle_chain(b, 0)), BUNDLE_MAX_CHAIN);
    b = reopened(TAKE(b), path);
    for (uint32_t i = 1; i < BUNDLE_MAX_CHAIN; i++)
        assert_block(b, i, i);
    assert_at(path, middle, 0, 50);
    assert_at(path, middle, 51, 0);
    ASSERT_OK(bundle_snapshot_delete(b, middle, false, NULL));
    ASSERT_OK(bundle_snapshot_create(b, guid));
    ASSERT_OK(bundle_merge_all(b, NULL));
    for (uint32_t i = 1; i < BUNDLE_MAX_CHAIN; i++)
        assert_block(b, i, i);
    assert_block(b, 0, BUNDLE_MAX_CHAIN - 1);
    ASSERT_OK(bundle_close(TAKE(b)));
}

/* The chain of another disk, by absolute path, with an active node of our own: a linked clone. */
static void
clone__on_the_files_of_another_disk__never_changes_them(void **state)
{
    AUTO(cleanup_free) char *source = new_bundle("source.hdd", 32), *clone = new_bundle("clone.hdd", 32);
    AUTO(cleanup_free) char *base = NULL, *own_base = NULL, *before = NULL, *after = NULL;
    AUTO(bundle_free) struct bundle *b = opened(source, BUNDLE_WRITE);
    struct bundle *none = NULL;
    size_t before_len, after_len;

    for (uint32_t i = 0; i < 20; i++)
        put_block(b, i, 100 + i);
    ASSERT_OK(bundle_close(TAKE(b)));
    base = file_of(source, 0, NULL);
    b = opened(clone, BUNDLE_WRITE);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    ASSERT_OK(bundle_close(TAKE(b)));
    own_base = file_of(clone, 0, S1);
    edit_descriptor(clone, name_in(own_base), base);
    assert_int_equal(unlink(own_base), 0);
    assert_int_equal(path_read(base, 1 << 24, &before, &before_len), 0);

    ASSERT_FAILS(bundle_open(clone, BUNDLE_WRITE, &none), PRL_ERR_DISK_NOT_PERMITTED);
    b = opened(clone, BUNDLE_WRITE | BUNDLE_ALLOW_EXTERNAL);
    ASSERT_FAILS(bundle_open(source, BUNDLE_WRITE, &none), PRL_ERR_DISK_SHARING_VIOLATION); /* the clone reads it */
    assert_block(b, 3, 103);
    put_block(b, 3, 303);
    ASSERT_OK(bundle_snapshot_create(b, S2));
    put_block(b, 4, 304);
    ASSERT_FAILS(bundle_snapshot_switch(b, S2, false) ?: bundle_snapshot_delete(b, S2, false, NULL) ?: bundle_snapshot_switch(b, S1, true),
                 PRL_ERR_DISK_OPERATION_NOT_ALLOWED); /* the other disk's node cannot become ours */
    assert_block(b, 3, 303);
    assert_block(b, 4, 104);
    ASSERT_OK(bundle_snapshot_delete(b, S1, false, NULL)); /* copied up, though there is more below */
    assert_int_equal(bundle_descriptor(b)->n_shots, 1);
    for (uint32_t i = 0; i < 20; i++)
        assert_block(b, i, i == 3 ? 303 : 100 + i);
    ASSERT_OK(bundle_close(TAKE(b)));
    b = opened(clone, BUNDLE_WRITE); /* on its own now */
    assert_int_equal(path_read(base, 1 << 24, &after, &after_len), 0);
    assert_int_equal(after_len, before_len);
    assert_memory_equal(after, before, before_len);
}

/* ---- cancel, interruption, litter ---- */

struct progress {
    const char *path;
    int calls, last, cancel_at;
};

static bool
on_progress(void *arg, int permille)
{
    struct progress *p = arg;
    struct bundle *b = NULL;

    ASSERT_FAILS(bundle_open(p->path, 0, &b), PRL_ERR_DISK_SHARING_VIOLATION); /* though its image may be open for reading only just now */
    ASSERT_FAILS(bundle_open(p->path, BUNDLE_WRITE, &b), PRL_ERR_DISK_SHARING_VIOLATION);
    assert_true(permille >= p->last && permille <= 1000);
    p->last = permille;
    return ++p->calls != p->cancel_at;
}

static void
merge__cancelled_anywhere__is_finished_later(void **state)
{
    static const int n_below[] = { 3, 9 }; /* blocks of 1 MiB clusters: up, down */

    for (size_t way = 0; way < ARRAY_LEN(n_below); way++) {
        bool is_over = false;

        for (int at = 1; !is_over; at++) {
            const struct bundle_new args = { .size_sectors = 16 * 2048 };
            AUTO(cleanup_free) char *path = temp_path("x.hdd");
            AUTO(bundle_free) struct bundle *b = NULL;
            struct progress p = { .path = path, .cancel_at = at };
            const struct image_watch watch = { on_progress, &p };
            PRL_RESULT r;

            ASSERT_OK(bundle_create(path, &args, NULL));
            b = opened(path, BUNDLE_WRITE);
            for (int i = 0; i < n_below[way]; i++)
                put_block(b, (uint64_t)i * 256, 100 + (uint32_t)i);
            ASSERT_OK(bundle_snapshot_create(b, S1));
            for (int i = 0; i < 5; i++)
                put_block(b, (uint64_t)(15 - i) * 256, 200 + (uint32_t)i);
            r = bundle_snapshot_delete(b, S1, false, &watch);
            is_over = p.calls < at;
            assert_int_equal(r, is_over ? PRL_ERR_SUCCESS : PRL_ERR_DISK_USER_INTERRUPTED);
            for (int i = 0; i < n_below[way]; i++)
                assert_block(b, (uint64_t)i * 256, 100 + (uint32_t)i);
            for (int i = 0; i < 5; i++)
                assert_block(b, (uint64_t)(15 - i) * 256, 200 + (uint32_t)i);
            if (!is_over) {
                struct bundle *none = NULL;

                assert_string_equal(bundle_descriptor(b)->merging, way ? S1 : UUID_NIL);
                if (way)
                    ASSERT_FAILS(bundle_open_at(path, S1, 0, &none), PRL_ERR_DISK_STATES_ERROR);
                else
                    assert_at(path, S1, 0, 100);
                if (at == 2) /* asked again: goes on */
                    ASSERT_OK(bundle_snapshot_delete(b, S1, false, NULL));
                else if (at == 3) /* another change finishes it */
                    ASSERT_OK(bundle_snapshot_create(b, S2));
                put_block(b, 0, 77);
                b = reopened(TAKE(b), path);
                assert_block(b, 0, 77);
                assert_int_equal(has_shot(b, S1), !way && at != 2);
                assert_block(b, 256, 101);
                assert_block(b, 15 * 256, 200);
            }
            ASSERT_OK(bundle_close(TAKE(b)));
            assert_int_equal(path_remove_tree(path), 0);
        }
    }
}

static void
litter__of_an_interrupted_change__goes_and_nothing_else(void **state)
{
    static const char ours[] = "x.hdd.0.{99999999-9999-4999-8999-999999999999}.hds", theirs[] = "y.hdd.0.{99999999-9999-4999-8999-999999999998}.hds";
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 8);
    AUTO(cleanup_free) char *lock = path_join(path, DESCRIPTOR_LOCK);
    AUTO(cleanup_free) char *our = path_join(path, ours), *their = path_join(path, theirs), *old = path_join(path, "root.hds"),
                            *wrong = path_join(path, "wrong.hds"), *dir = path_join(path, "sub"), *active = file_of(path, 0, NULL);
    AUTO(cleanup_free) char *outside = temp_path("outside.hds");
    AUTO(bundle_free) struct bundle *b = NULL;
    AUTO_STR record = STR_INIT;
    struct stat st, active_st;

    put_text(our, "a");
    put_text(their, "b");
    put_text(old, "c");
    put_text(wrong, "d");
    put_text(outside, "e");
    assert_int_equal(mkdir(dir, 0700), 0);
    assert_int_equal(stat(old, &st), 0);
    assert_int_equal(stat(active, &active_st), 0);
    str_addf(&record, "prlkvm 1\nnew %s\nold %llu root.hds\nold %llu wrong.hds\nold %llu %s\nnew wrong.hds\nold 1 sub\n", ours, (unsigned long long)st.st_ino,
             (unsigned long long)st.st_ino, (unsigned long long)active_st.st_ino, name_in(active));
    assert_int_equal(stat(outside, &st), 0);
    str_addf(&record, "old %llu ../outside.hds\nold %llu %s\n", (unsigned long long)st.st_ino, (unsigned long long)st.st_ino, outside);

    put_text(lock, record.p); /* its end is missing: nothing was begun */
    b = opened(path, BUNDLE_WRITE);
    assert_true(path_exists(our));
    ASSERT_OK(bundle_close(TAKE(b)));
    str_add(&record, "end\n");
    put_text(lock, record.p);
    b = opened(path, 0); /* a reader removes nothing */
    assert_true(path_exists(our));
    ASSERT_OK(bundle_close(TAKE(b)));
    b = opened(path, BUNDLE_WRITE);
    assert_false(path_exists(our));
    assert_false(path_exists(old));
    assert_true(path_exists(their));
    assert_true(path_exists(wrong));
    assert_true(path_exists(outside));
    assert_true(path_exists(active));
    assert_true(path_exists(dir));
    assert_block(b, 0, 0);
}

/* ---- change tracking ---- */

#define U1 "{aaaaaaaa-1111-4aaa-8aaa-aaaaaaaaaaaa}"
#define U2 "{bbbbbbbb-2222-4bbb-8bbb-bbbbbbbbbbbb}"
#define GRANULARITY 4096u

static void
add_bitmap(struct bundle *b, unsigned char first_byte, int n_storages)
{
    unsigned char uuid[16];

    for (int i = 0; i < 16; i++) /* aaaaaaaa-1111-4aaa-8aaa-aaaaaaaaaaaa as bytes */
        uuid[i] = first_byte;
    uuid[4] = uuid[5] = first_byte == 0xaa ? 0x11 : 0x22;
    uuid[6] = (unsigned char)(0x40 | (first_byte & 0xf));
    uuid[8] = (unsigned char)(0x80 | (first_byte & 0xf));
    for (int i = 0; i < n_storages; i++)
        ASSERT_OK(hds_bitmap_add(chain_image(bundle_chain(b, i), 0), uuid, GRANULARITY));
}

/* The blocks, as a text: "1 5 6". */
static void
assert_changed_between(struct bundle *b, const char *from, const char *to, const char *want)
{
    AUTO(disk_map_free) struct disk_map *m = NULL;
    AUTO_STR got = STR_INIT;

    ASSERT_OK(disk_map_new(bundle_size(b), GRANULARITY, &m));
    ASSERT_OK(bundle_changed(b, from, to, m));
    for (unsigned i = 0; i < m->n_bits; i++)
        if (m->bits[i / 8] & 1 << i % 8)
            str_addf(&got, "%s%u", got.len ? " " : "", i);
    if (!str_eq(got.p ? got.p : "", want))
        fail_msg("changed: '%s', wanted '%s'", got.p ? got.p : "", want);
}

static void
assert_changed(struct bundle *b, const char *uuid, const char *want)
{
    assert_changed_between(b, uuid, NULL, want);
}

static void
assert_not_known(struct bundle *b, const char *from, const char *to)
{
    AUTO(disk_map_free) struct disk_map *m = NULL;

    ASSERT_OK(disk_map_new(bundle_size(b), GRANULARITY, &m));
    ASSERT_FAILS(bundle_changed(b, from, to, m), PRL_ERR_NO_DATA);
}

static void
changed__through_the_tree__is_all_that_was_written_since(void **state)
{
    static const uint64_t ends[] = { 24 * 8, 64 * 8 };
    const struct bundle_new args = { .size_sectors = 64 * 8, .cluster_sectors = 8, .part_ends = ends, .n_parts = 2 };
    AUTO(cleanup_free) char *path = temp_path("x.hdd");
    AUTO(bundle_free) struct bundle *b = NULL;
    AUTO(disk_map_free) struct disk_map *coarse = NULL;

    ASSERT_OK(bundle_create(path, &args, NULL));
    b = opened(path, BUNDLE_WRITE);
    put_block(b, 1, 1);
    assert_not_known(b, U1, NULL);
    assert_not_known(b, "x", NULL);
    add_bitmap(b, 0xaa, 2);
    assert_changed(b, U1, "");
    put_block(b, 5, 1);
    put_block(b, 30, 1);
    assert_changed(b, U1, "5 30");
    ASSERT_OK(bundle_snapshot_create(b, S1)); /* the bitmap goes down with the frozen image */
    assert_changed(b, U1, "5 30");
    put_block(b, 6, 2);
    assert_changed(b, U1, "5 6 30");
    add_bitmap(b, 0xbb, 2);
    put_block(b, 40, 2);
    assert_changed(b, U1, "5 6 30 40");
    assert_changed(b, U2, "40");
    ASSERT_OK(disk_map_new(bundle_size(b), 32768, &coarse)); /* 8 blocks a bit */
    ASSERT_OK(bundle_changed(b, U1, NULL, coarse));
    assert_int_equal(coarse->bits[0], 1 << 0 | 1 << 3 | 1 << 5);
    b = reopened(TAKE(b), path);
    assert_changed(b, U1, "5 6 30 40");
    assert_changed(b, U2, "40");
    {
        AUTO(bundle_free) struct bundle *old = opened_at(path, S1);

        assert_changed(old, U1, "5 30");
    }

    /* Merged down, as the snapshot has more: both bitmaps live on, the newer one by whole clusters. */
    ASSERT_OK(bundle_close(TAKE(b)));
    b = opened(path, BUNDLE_WRITE);
    ASSERT_OK(bundle_snapshot_delete(b, S1, false, NULL));
    assert_changed(b, U1, "5 6 30 40");
    assert_changed(b, U2, "6 40");
    ASSERT_OK(bundle_close(TAKE(b)));
    b = opened(path, 0);
    assert_changed(b, U1, "5 6 30 40");
}

static void
changed__after_a_crash__is_not_known(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 8);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);

    add_bitmap(b, 0xaa, 1);
    put_block(b, 1, 1);
    ASSERT_OK(bundle_flush(b));
    bundle_free(TAKE(b)); /* not closed */
    b = opened(path, BUNDLE_WRITE);
    assert_block(b, 1, 1);
    assert_not_known(b, U1, NULL);
}

/* 4 KiB clusters, so that clusters and blocks are the same. */
static void
changed__between_two_points__leaves_out_what_came_later(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 64);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);

    put_block(b, 1, 1);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    put_block(b, 2, 1);
    put_block(b, 3, 1);
    ASSERT_OK(bundle_snapshot_create(b, S2));
    put_block(b, 3, 2);
    put_block(b, 4, 2);
    ASSERT_OK(bundle_snapshot_create(b, S3));
    put_block(b, 5, 3);

    assert_changed_between(b, S1, S2, "2 3");
    assert_changed_between(b, S1, S3, "2 3 4");
    assert_changed_between(b, S2, S3, "3 4");
    assert_changed_between(b, S1, NULL, "2 3 4 5");
    assert_changed_between(b, S3, NULL, "5");
    assert_changed_between(b, S2, S2, "");
    assert_changed_between(b, S2, U1, "3 4 5"); /* not known: up to now */
    assert_changed_between(b, S2, "x", "3 4 5");
    assert_not_known(b, S2, S1);
    assert_not_known(b, S4, S2);
    assert_not_known(b, bundle_descriptor(b)->active, NULL); /* no snapshot */
    b = reopened(TAKE(b), path);
    assert_changed_between(b, "22222222-2222-4222-8222-222222222222", S3, "3 4");
    {
        AUTO(bundle_free) struct bundle *old = opened_at(path, S2);

        assert_changed_between(old, S1, NULL, "2 3");
        assert_not_known(old, S3, NULL); /* above what is open */
    }

    /* A snapshot is gone, what was written since an older one is not. */
    ASSERT_OK(bundle_close(TAKE(b)));
    b = opened(path, BUNDLE_WRITE);
    ASSERT_OK(bundle_snapshot_delete(b, S2, false, NULL));
    assert_changed_between(b, S1, S3, "2 3 4");
    assert_not_known(b, S2, S3);
}

static void
changed__between_bitmaps__goes_by_the_older_one(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("x.hdd", 64);
    AUTO(bundle_free) struct bundle *b = opened(path, BUNDLE_WRITE);

    put_block(b, 1, 1);
    put_block(b, 2, 1);
    add_bitmap(b, 0xaa, 1);
    put_block(b, 2, 2);
    ASSERT_OK(bundle_snapshot_create(b, S1));
    add_bitmap(b, 0xbb, 1); /* as backups do it: it begins with its image */
    put_block(b, 3, 3);
    put_block(b, 2, 3);
    assert_changed_between(b, U1, U2, "2");
    assert_changed_between(b, U1, S1, "2");
    assert_changed_between(b, S1, U2, "");
    assert_changed_between(b, U2, NULL, "2 3");
    assert_changed_between(b, U1, U1, "");
    assert_not_known(b, U2, U1);
    assert_not_known(b, U2, S1);
    assert_not_known(b, S1, U1);
    b = reopened(TAKE(b), path);
    assert_changed_between(b, U1, U2, "2");

    /* A bitmap that was begun late: what its image had by then is from before. */
    ASSERT_OK(bundle_close(TAKE(b)));
    b = opened(path, BUNDLE_WRITE);
    ASSERT_OK(bundle_snapshot_create(b, S2));
    put_block(b, 7, 4);
    put_block(b, 8, 4);
    {
        unsigned char uuid[16] = "\xcc\xcc\xcc\xcc\x33\x33\x4c\xcc\x8c\xcc\xcc\xcc\xcc\xcc\xcc\xcc";

        ASSERT_OK(hds_bitmap_add(chain_image(bundle_chain(b, 0), 0), uuid, GRANULARITY));
    }
    put_block(b, 8, 5);
    put_block(b, 9, 5);
    assert_changed_between(b, S2, "{cccccccc-3333-4ccc-8ccc-cccccccccccc}", "7");
    assert_changed_between(b, U2, "{cccccccc-3333-4ccc-8ccc-cccccccccccc}", "2 3 7");
    assert_changed_between(b, "{cccccccc-3333-4ccc-8ccc-cccccccccccc}", NULL, "8 9");
}

/* ---- random trees against a model ---- */

#define MODEL_BLOCKS 32
#define MODEL_SHOTS 12

struct model_state {
    char guid[UUID_TEXT];
    uint32_t blocks[MODEL_BLOCKS];
    bool is_there;
};

static void
assert_model(const char *path, struct bundle *b, const uint32_t *active, struct model_state *shots)
{
    for (uint64_t i = 0; i < MODEL_BLOCKS; i++)
        assert_block(b, i, active[i]);
    for (int s = 0; s < MODEL_SHOTS; s++) {
        AUTO(bundle_free) struct bundle *old = shots[s].is_there ? opened_at(path, shots[s].guid) : NULL;

        for (uint64_t i = 0; old && i < MODEL_BLOCKS; i++)
            assert_block(old, i, shots[s].blocks[i]);
    }
}

/* Nodes that went with a subtree. */
static int
forget_lost(struct bundle *b, struct model_state *shots)
{
    int n = 0;

    for (int s = 0; s < MODEL_SHOTS; s++) {
        shots[s].is_there = shots[s].is_there && has_shot(b, shots[s].guid);
        n += shots[s].is_there;
    }
    return n;
}

static void
tree__of_random_changes__agrees_with_a_model(void **state)
{
    static const uint64_t ends[] = { 100, 256 };
    unsigned rounds = getenv("PRLKVM_TEST_HEAVY") ? 200 : 8, changes = 0;

    for (unsigned round = 0; round < rounds; round++) {
        const struct bundle_new args = {
            .size_sectors = 256, .cluster_sectors = 8u << round % 3, .is_plain = round % 2, .part_ends = ends, .n_parts = round % 4 ? 2 : 0,
        };
        struct bundle_new a = args;
        AUTO(cleanup_free) char *path = temp_path("m.hdd");
        AUTO(bundle_free) struct bundle *b = NULL;
        struct model_state shots[MODEL_SHOTS] = { 0 };
        uint32_t active[MODEL_BLOCKS] = { 0 }, next = 1;
        unsigned seed = round * 31 + 5;

        if (!a.n_parts)
            a.part_ends = NULL;
        ASSERT_OK(bundle_create(path, &a, NULL));
        b = opened(path, BUNDLE_WRITE);
        for (int step = 0; step < 40; step++) {
            struct model_state *s = &shots[rand_r(&seed) % MODEL_SHOTS];
            PRL_RESULT r;

            for (int i = rand_r(&seed) % 4; i > 0; i--) {
                unsigned at = (unsigned)rand_r(&seed) % MODEL_BLOCKS;

                put_block(b, at, active[at] = rand_r(&seed) % 5 ? next++ : 0);
            }
            switch (rand_r(&seed) % 6) {
            case 0:
            case 1:
                if (s->is_there)
                    break;
                uuid_make(s->guid);
                ASSERT_OK(bundle_snapshot_create(b, s->guid));
                memcpy(s->blocks, active, sizeof active);
                s->is_there = true;
                changes++;
                break;
            case 2:
                if (!s->is_there)
                    break;
                ASSERT_OK(bundle_snapshot_switch(b, s->guid, false));
                memcpy(active, s->blocks, sizeof active);
                changes++;
                break;
            case 3:
                if (!s->is_there)
                    break;
                r = bundle_snapshot_switch(b, s->guid, true);
                if (r == PRL_ERR_DISK_OPERATION_NOT_ALLOWED)
                    break;
                ASSERT_OK(r);
                memcpy(active, s->blocks, sizeof active);
                changes++;
                break;
            case 4:
                if (!s->is_there)
                    break;
                r = bundle_snapshot_delete(b, s->guid, rand_r(&seed) % 4 == 0, NULL);
                if (r != PRL_ERR_DISK_OPERATION_NOT_ALLOWED)
                    ASSERT_OK(r);
                changes++;
                break;
            case 5:
                b = reopened(TAKE(b), path);
                break;
            }
            assert_int_equal(forget_lost(b, shots) + 1, bundle_descriptor(b)->n_shots);
            if (step % 8 == 7)
                assert_model(path, b, active, shots);
        }
        ASSERT_OK(bundle_close(TAKE(b)));
        assert_int_equal(path_remove_tree(path), 0);
    }
    assert_true(changes > rounds * 10);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(create__of_a_snapshot__freezes_what_was),
        TEST(create__with_a_name_that_cannot_be__is_refused),
        TEST(switch__to_a_snapshot__forgets_what_was_since),
        TEST(switch__that_drops_the_snapshot__takes_its_image),
        TEST(tree__of_an_old_disk__keeps_its_cluster_size),
        TEST(delete__of_a_leaf__removes_its_file),
        TEST(delete__of_a_subtree__removes_all_of_it),
        TEST(delete__with_one_child__merges_whichever_way_is_less),
        TEST(merge_all__of_a_chain__leaves_one_image),
        TEST(tree__as_deep_as_allowed__works_and_goes_no_deeper),
        TEST(clone__on_the_files_of_another_disk__never_changes_them),
        TEST(merge__cancelled_anywhere__is_finished_later),
        TEST(litter__of_an_interrupted_change__goes_and_nothing_else),
        TEST(changed__through_the_tree__is_all_that_was_written_since),
        TEST(changed__after_a_crash__is_not_known),
        TEST(changed__between_two_points__leaves_out_what_came_later),
        TEST(changed__between_bitmaps__goes_by_the_older_one),
        TEST(tree__of_random_changes__agrees_with_a_model),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
