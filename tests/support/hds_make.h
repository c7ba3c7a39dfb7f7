/* SPDX-License-Identifier: MIT */
/* Expanding images made by hand, field by field, for tests of the code that reads them. Include it after cmocka.h and temp_dir.h. */
#ifndef PRLKVM_TESTS_HDS_MAKE_H
#define PRLKVM_TESTS_HDS_MAKE_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

#define HDS_MAKE_IN_USE 0x746F6E59u
#define HDS_MAKE_CLEAN 0x312e3276u

struct hds_make {
    bool is_v1;
    uint32_t cluster_sectors, n_entries, in_use, data_sector, flags;
    uint64_t n_sectors, ext_sector;
};

static __attribute__((unused)) void
hds_make_header(unsigned char raw[64], const struct hds_make *m)
{
    uint32_t words[] = { htole32(2), htole32(16), htole32(1), htole32(m->cluster_sectors), htole32(m->n_entries) };
    uint64_t n_sectors = htole64(m->n_sectors), ext = htole64(m->ext_sector);
    uint32_t tail[] = { htole32(m->in_use), htole32(m->data_sector), htole32(m->flags) };

    memcpy(raw, m->is_v1 ? "WithoutFreeSpace" : "WithouFreSpacExt", 16);
    memcpy(raw + 16, words, sizeof words);
    memcpy(raw + 36, &n_sectors, 8);
    memcpy(raw + 44, tail, sizeof tail);
    memcpy(raw + 56, &ext, 8);
}

/* A file of `size` bytes with that header and table; returns its descriptor, open for writing more. */
static __attribute__((unused)) int
hds_make_file(const char *path, const struct hds_make *m, const uint32_t *entries, uint64_t size)
{
    unsigned char raw[64];
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    assert_true(fd >= 0);
    hds_make_header(raw, m);
    assert_int_equal(pwrite(fd, raw, sizeof raw, 0), sizeof raw);
    for (uint32_t i = 0; i < m->n_entries; i++) {
        uint32_t e = htole32(entries[i]);

        if (e)
            assert_int_equal(pwrite(fd, &e, sizeof e, 64 + 4 * (off_t)i), sizeof e);
    }
    assert_int_equal(ftruncate(fd, (off_t)size), 0);
    return fd;
}

static __attribute__((unused)) uint32_t
hds_get32(const char *path, off_t at)
{
    uint32_t v;
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    assert_true(fd >= 0);
    assert_int_equal(pread(fd, &v, sizeof v, at), sizeof v);
    close(fd);
    return le32toh(v);
}
#define hds_in_use_of(path) hds_get32(path, 44)
#define hds_data_sector_of(path) hds_get32(path, 48)
#define hds_ext_sector_of(path) hds_get32(path, 56)
#define hds_entry_at(path, i) hds_get32(path, 64 + 4 * (off_t)(i))

#endif
