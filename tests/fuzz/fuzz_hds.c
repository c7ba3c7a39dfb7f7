/* SPDX-License-Identifier: MIT */
/* An expanding image: header, table, extension. Opened, mapped, read, checked, written, repaired; afterwards a check finds nothing. */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "prlsdk/PrlErrors.h"
#include "image/chain.h"
#include "image/hds.h"

/* Work that grows with what the header claims is left out above this: it is bounded too, but not by a fuzzer's patience. */
#define RUNS_MAX 3000
#define CLUSTER_MAX (64u << 10)
#define CLUSTERS_MAX 2000u

static char path[64];
static int fd = -1;

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    log_set_level(LOG_ERROR_LEVEL);
    return 0;
}

static void
remove_file(void)
{
    unlink(path);
}

/* In memory where possible: there are syncs. */
static void
put(const uint8_t *data, size_t size)
{
    if (fd < 0) {
        strcpy(path, access("/dev/shm", W_OK) == 0 ? "/dev/shm/prlkvm-fuzz-XXXXXX" : "/tmp/prlkvm-fuzz-XXXXXX");
        fd = mkstemp(path);
        atexit(remove_file);
    }
    FUZZ_CHECK(fd >= 0 && ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size);
}

static void
look(struct image *image)
{
    const struct hds_bitmap_info *infos;
    static unsigned char bits[1 << 20];
    uint64_t at = 0;

    for (int runs = 0; runs < RUNS_MAX && at < image->size_bytes; runs++) {
        struct image_run run;

        if (PRL_FAILED(image->class->map(image, at, image->size_bytes - at, &run))) {
            at += image->cluster_bytes;
            continue;
        }
        FUZZ_CHECK(run.length && run.length <= image->size_bytes - at);
        at += run.length;
    }
    for (int i = hds_bitmaps(image, &infos) - 1; i >= 0; i--) {
        FUZZ_CHECK(infos[i].granularity_bytes);
        (void)hds_bitmap_read(image, i, bits, sizeof bits);
    }
}

static void
read_some(struct chain *c, uint64_t size)
{
    static char data[8192];

    for (uint64_t at = 0, runs = 0; at < size && runs < 64; at += 4096 + at / 2, runs++)
        (void)chain_read(c, data, size - at < sizeof data ? (size_t)(size - at) : sizeof data, at);
}

static uint64_t
cluster_bytes(const uint8_t *data, size_t size)
{
    uint32_t sectors = 0;

    if (size >= 32)
        memcpy(&sectors, data + 28, sizeof sectors);
    return (uint64_t)sectors * 512;
}

static struct chain *
open_chain(unsigned flags)
{
    struct image *image;
    struct chain *c;

    if (PRL_FAILED(hds_open(AT_FDCWD, path, flags, &image)))
        return NULL;
    look(image);
    if (PRL_FAILED(chain_new(&image, 1, image->size_bytes, &c)))
        return NULL;
    read_some(c, chain_image(c, 0)->size_bytes);
    return c;
}

/* What was written is read back, and is there after closing. */
static void
write_and_read(struct chain *c)
{
    uint64_t size = chain_image(c, 0)->size_bytes, at = size / 2;
    char got[3] = { 0 };
    bool is_written;

    if (size < 8)
        return;
    is_written = PRL_SUCCEEDED(chain_write(c, "abc", 3, at));
    if (is_written)
        FUZZ_CHECK(PRL_SUCCEEDED(chain_read(c, got, 3, at)) && memcmp(got, "abc", 3) == 0);
    (void)hds_discard(chain_image(c, 0), 0, size / 3);
    (void)chain_flush(c);
    if (is_written)
        FUZZ_CHECK(PRL_SUCCEEDED(chain_read(c, got, 3, at)) && memcmp(got, "abc", 3) == 0);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct hds_report report, after;
    struct chain *c;

    put(data, size);
    c = open_chain(IMAGE_SHARE_WRITERS);
    if (!c)
        return 0;
    chain_free(c);
    FUZZ_CHECK(PRL_SUCCEEDED(hds_check(AT_FDCWD, path, false, NULL, NULL, &report)));
    c = open_chain(IMAGE_WRITE | (size % 2 ? IMAGE_NO_CHECK : 0));
    if (c && chain_image(c, 0)->cluster_bytes <= CLUSTER_MAX)
        write_and_read(c);
    chain_close(c);

    put(data, size);
    if (report.clusters > CLUSTERS_MAX || cluster_bytes(data, size) > CLUSTER_MAX
        || PRL_FAILED(hds_check(AT_FDCWD, path, true, NULL, NULL, &report)))
        return 0;
    FUZZ_CHECK(PRL_SUCCEEDED(hds_check(AT_FDCWD, path, false, NULL, NULL, &after)));
    FUZZ_CHECK(!after.fatal && !after.corruptions && !after.is_unclean);
    c = open_chain(IMAGE_WRITE);
    if (!c) { /* made for a program that knows more */
        FUZZ_CHECK(err_peek()->code == PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
        return 0;
    }
    if (chain_image(c, 0)->cluster_bytes <= CLUSTER_MAX)
        write_and_read(c);
    FUZZ_CHECK(PRL_SUCCEEDED(chain_close(c)));
    return 0;
}
