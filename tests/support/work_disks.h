/* SPDX-License-Identifier: MIT */
/* Small disks with known content for the tests of long work. Include it after cmocka.h and temp_dir.h. */
#ifndef PRLKVM_TESTS_WORK_DISKS_H
#define PRLKVM_TESTS_WORK_DISKS_H

#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "image/bundle.h"
#include "image/hds.h"
#include "image/work.h"
#include "prlsdk/PrlDisk.h"

#define KIB 1024u
#define CLUSTER (16u * KIB)
#define DISK_BYTES (256u * KIB)

static __attribute__((unused)) uint64_t disk_seed = 88172645463325252u;

static __attribute__((unused)) uint64_t
disk_rnd(uint64_t below)
{
    disk_seed ^= disk_seed << 13;
    disk_seed ^= disk_seed >> 7;
    disk_seed ^= disk_seed << 17;
    return disk_seed % below;
}

#define assert_ok(rc) assert_ok_at((rc), __LINE__)
static __attribute__((unused)) void
assert_ok_at(PRL_RESULT rc, int line)
{
    if (PRL_FAILED(rc))
        fail_msg("line %d: 0x%08x %s", line, (unsigned)rc, err_peek()->details ? err_peek()->details : "");
}

/* Noise in some clusters, zeros in others, half of each in one; nothing from `used` on. */
static __attribute__((unused)) void
disk_pattern(unsigned char *data, size_t size, size_t used)
{
    memset(data, 0, size);
    for (size_t at = 0; at < used; at += CLUSTER) {
        size_t n = used - at < CLUSTER ? used - at : CLUSTER;
        int kind = (int)(at / CLUSTER % 4);

        if (kind == 1)
            continue;
        for (size_t i = kind == 2 ? n / 2 : 0; i < n; i++)
            data[at + i] = (unsigned char)disk_rnd(256);
    }
}

/* Everything below `used` is written, zeros as well, so that those take room. */
static __attribute__((unused)) void
disk_fill(const char *path, const unsigned char *data, size_t used)
{
    struct disk_open_args args = { .flags = PRL_DISK_READ | PRL_DISK_WRITE };
    struct disk *d;

    assert_ok(disk_open(path, &args, &d));
    for (size_t at = 0; at < used; at += CLUSTER)
        assert_ok(disk_write(d, data + at, used - at < CLUSTER ? used - at : CLUSTER, at));
    assert_ok(disk_flush(d));
    disk_unref(d);
}

static __attribute__((unused)) void
disk_make_bundle(const char *path, bool is_plain, bool is_split, const unsigned char *data, size_t used)
{
    static const uint64_t ends[] = { DISK_BYTES / 2 / 512, DISK_BYTES / 512 };
    struct bundle_new args = { .size_sectors = DISK_BYTES / 512, .cluster_sectors = CLUSTER / 512, .is_plain = is_plain };

    if (is_split) {
        args.part_ends = ends;
        args.n_parts = 2;
    }
    assert_ok(bundle_create(path, &args, NULL));
    disk_fill(path, data, used);
}

static __attribute__((unused)) void
disk_make_hds(const char *path, const unsigned char *data, size_t used)
{
    struct hds_new args = { .size_sectors = DISK_BYTES / 512, .cluster_sectors = CLUSTER / 512 };

    assert_ok(hds_create(AT_FDCWD, path, &args, NULL));
    disk_fill(path, data, used);
}

/* Its whole content is data up to `size`, zeros behind it; yields its size. */
static __attribute__((unused)) uint64_t
disk_must_have(const char *path, const unsigned char *data, size_t size, const char *when)
{
    struct disk_open_args args = { .flags = PRL_DISK_READ };
    unsigned char *got;
    struct disk *d;
    PRL_RESULT rc = disk_open(path, &args, &d);
    uint64_t n;

    if (PRL_FAILED(rc))
        fail_msg("%s: 0x%08x %s", when, (unsigned)rc, err_peek()->details ? err_peek()->details : "");
    n = disk_size(d);
    got = calloc(1, n);
    assert_non_null(got);
    assert_ok(disk_read(d, got, n, 0));
    for (uint64_t i = 0; i < n; i++)
        if (got[i] != (i < size ? data[i] : 0))
            fail_msg("%s: byte %llu of %llu is %u, not %u", when, (unsigned long long)i, (unsigned long long)n, got[i], i < size ? data[i] : 0);
    free(got);
    disk_unref(d);
    return n;
}

#endif
