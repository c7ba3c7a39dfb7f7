/* SPDX-License-Identifier: MIT */
/*
 * Bundles with known content, for tests with cmocka: include it after cmocka.h. Every block has a number in it, so that a read says where
 * its data is from.
 */
#ifndef PRLKVM_TESTS_BUNDLE_FIXTURE_H
#define PRLKVM_TESTS_BUNDLE_FIXTURE_H

#include <dirent.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "image/bundle.h"
#include "image/hds.h"
#include "temp_dir.h"

#define BLOCK 4096u
#define CLUSTER_SECTORS 8u /* one block */

#define S1 "{11111111-1111-4111-8111-111111111111}"
#define S2 "{22222222-2222-4222-8222-222222222222}"
#define S3 "{33333333-3333-4333-8333-333333333333}"
#define S4 "{44444444-4444-4444-8444-444444444444}"

#define ASSERT_OK(call)                                                                                                                    \
    do {                                                                                                                                   \
        PRL_RESULT r_ = (call);                                                                                                            \
        if (r_ != PRL_ERR_SUCCESS)                                                                                                         \
            fail_msg("%s: %#x %s", #call, (unsigned)r_, err_peek()->details ? err_peek()->details : "");                                   \
    } while (0)
#define ASSERT_FAILS(call, want_)                                                                                                          \
    do {                                                                                                                                   \
        PRL_RESULT r_ = (call);                                                                                                            \
        if (r_ != (want_) || err_peek()->code != (want_) || !err_peek()->details)                                                          \
            fail_msg("%s: %#x, wanted %#x; %s", #call, (unsigned)r_, (unsigned)(want_), err_peek()->details ? err_peek()->details : "");   \
    } while (0)

#define FAST_DIR_BYTES (UINT64_C(512) << 20)

/* Instead of temp_dir_up: bundles are synced all the time, so they are in memory where there is room. */
static __attribute__((unused)) int
fast_dir_up(void **state)
{
    uint64_t free_bytes = 0;

    (void)state;
    if (access("/dev/shm", W_OK) == 0)
        path_free_bytes("/dev/shm", &free_bytes);
    strcpy(temp_dir, free_bytes >= FAST_DIR_BYTES ? "/dev/shm/prlkvm-test-XXXXXX" : "/tmp/prlkvm-test-XXXXXX");
    return mkdtemp(temp_dir) ? 0 : -1;
}

/* A value of 0 is zeros. */
static __attribute__((unused)) void
fill_block(unsigned char *block, uint32_t value)
{
    for (size_t i = 0; i < BLOCK / 4; i++)
        memcpy(block + 4 * i, &(uint32_t){ value ? value * 2654435761u + (uint32_t)i * 40503u : 0 }, 4);
}

static __attribute__((unused)) void
put_block(struct bundle *b, uint64_t index, uint32_t value)
{
    unsigned char block[BLOCK];

    fill_block(block, value);
    ASSERT_OK(bundle_write(b, block, BLOCK, index * BLOCK));
}

static __attribute__((unused)) void
assert_block(struct bundle *b, uint64_t index, uint32_t value)
{
    unsigned char block[BLOCK], wanted[BLOCK];

    fill_block(wanted, value);
    memset(block, 0x5a, BLOCK);
    ASSERT_OK(bundle_read(b, block, BLOCK, index * BLOCK));
    if (memcmp(block, wanted, BLOCK) != 0)
        fail_msg("block %llu is not %u", (unsigned long long)index, value);
}

static __attribute__((unused)) char *
new_bundle(const char *name, uint64_t blocks)
{
    const struct bundle_new args = { .size_sectors = blocks * (BLOCK / 512), .cluster_sectors = CLUSTER_SECTORS };
    char *path = temp_path(name);

    ASSERT_OK(bundle_create(path, &args, NULL));
    return path;
}

static __attribute__((unused)) struct bundle *
opened(const char *path, unsigned flags)
{
    struct bundle *b = NULL;

    ASSERT_OK(bundle_open(path, flags, &b));
    return b;
}

static __attribute__((unused)) struct bundle *
opened_at(const char *path, const char *guid)
{
    struct bundle *b = NULL;

    ASSERT_OK(bundle_open_at(path, guid, 0, &b));
    return b;
}

/* Files in the directory whose name ends so. */
static __attribute__((unused)) int
count_files(const char *dir, const char *end)
{
    DIR *d = opendir(dir);
    struct dirent *e;
    int n = 0;

    assert_non_null(d);
    while ((e = readdir(d))) {
        size_t len = strlen(e->d_name), want = strlen(end);

        n += len >= want && strcmp(e->d_name + len - want, end) == 0 && strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
    }
    closedir(d);
    return n;
}

/* Rewrites the descriptor as another program might: the first `from` becomes `to`. */
static __attribute__((unused)) void
edit_descriptor(const char *bundle, const char *from, const char *to)
{
    AUTO(cleanup_free) char *path = path_join(bundle, DESCRIPTOR_FILE);
    AUTO(cleanup_free) char *text = NULL;
    AUTO(cleanup_free) char *edited = NULL;
    size_t n = 0;

    assert_int_equal(path_read(path, DESCRIPTOR_MAX_BYTES, &text, NULL), 0);
    while (text[n] && strncmp(text + n, from, strlen(from)) != 0)
        n++;
    assert_true(text[n]);
    edited = str_printf("%.*s%s%s", (int)n, text, to, text + n + strlen(from));
    put_text(path, edited);
}

/* The image file of a node, as the descriptor names it. */
static __attribute__((unused)) char *
file_of(const char *bundle, int storage, const char *guid)
{
    AUTO(bundle_free) struct bundle *b = opened(bundle, BUNDLE_DESCRIPTOR_ONLY);
    const struct descriptor *d = bundle_descriptor(b);
    const struct descriptor_image *image = descriptor_image(d, storage, guid ? guid : d->active);

    assert_non_null(image);
    return path_join(bundle, image->file);
}

static __attribute__((unused)) const char *
name_in(const char *path)
{
    return path_basename(path);
}

#endif
