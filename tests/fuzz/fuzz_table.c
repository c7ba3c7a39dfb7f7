/* SPDX-License-Identifier: MIT */
/* A partition table, which a guest wrote, when its disk is to become smaller. Checksums are put right first, or nothing would get past them. */
#include "fuzz.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "image/work_table.h"
#include "prlsdk/PrlDisk.h"

#define SECTOR 512u
#define DISK_BYTES (8u << 20)
#define SMALLER (6u << 20)
#define TABLE_MAX (256u << 10)

static char path[64];
static unsigned char table[TABLE_MAX];

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

static uint32_t
get32(size_t at)
{
    uint32_t v;

    memcpy(&v, table + at, sizeof v);
    return v;
}

static uint32_t
crc_of(const unsigned char *p, size_t n)
{
    uint32_t crc = ~0u;

    while (n--) {
        crc ^= *p++;
        for (int i = 0; i < 8; i++)
            crc = (crc >> 1) ^ (0xedb88320u & -(crc & 1));
    }
    return ~crc;
}

static void
correct_checksums(void)
{
    uint64_t list_at, bytes = (uint64_t)get32(SECTOR + 80) * get32(SECTOR + 84);
    uint32_t header_bytes = get32(SECTOR + 12), crc;

    memcpy(&list_at, table + SECTOR + 72, sizeof list_at);
    if (header_bytes > SECTOR || list_at > TABLE_MAX / SECTOR || bytes > TABLE_MAX - list_at * SECTOR)
        return;
    crc = crc_of(table + list_at * SECTOR, bytes);
    memcpy(table + SECTOR + 88, &crc, sizeof crc);
    memset(table + SECTOR + 16, 0, 4);
    crc = crc_of(table + SECTOR, header_bytes);
    memcpy(table + SECTOR + 16, &crc, sizeof crc);
}

static PRL_RESULT
shrink(int number, uint64_t end_sector)
{
    const struct disk_open_args args = { .flags = PRL_DISK_READ | PRL_DISK_WRITE, .format = "raw" };
    struct disk *d;
    PRL_RESULT r = disk_open(path, &args, &d);

    FUZZ_CHECK(PRL_SUCCEEDED(r));
    r = work_table_shrink(d, number, end_sector, SMALLER);
    disk_unref(d);
    return r;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;

    if (size < 2 || size > TABLE_MAX)
        return 0;
    if (fd < 0) {
        strcpy(path, access("/dev/shm", W_OK) == 0 ? "/dev/shm/prlkvm-fuzz-XXXXXX" : "/tmp/prlkvm-fuzz-XXXXXX");
        fd = mkstemp(path);
        atexit(remove_file);
    }
    memset(table, 0, sizeof table);
    memcpy(table, data, size);
    correct_checksums();
    FUZZ_CHECK(fd >= 0 && ftruncate(fd, 0) == 0 && ftruncate(fd, DISK_BYTES) == 0);
    FUZZ_CHECK(pwrite(fd, table, sizeof table, 0) == (ssize_t)sizeof table);
    /* What is right for the smaller disk stays so. */
    if (PRL_SUCCEEDED(shrink(data[0] % 6, work_table_last_sector(size % 2, SMALLER))))
        FUZZ_CHECK(PRL_SUCCEEDED(shrink(0, 0)));
    return 0;
}
