/* SPDX-License-Identifier: MIT */
/* The format extension as it is in the file; for hds_ext*.c alone. */
#ifndef PRLKVM_IMAGE_HDS_EXT_FORMAT_H
#define PRLKVM_IMAGE_HDS_EXT_FORMAT_H

#include <string.h>

#include <nettle/md5.h>
#include <nettle/version.h>

#include "image/hds_private.h"

#define EXT_MAGIC UINT64_C(0xAB234CEF23DCEA87)
#define BITMAP_MAGIC UINT64_C(0x20385FAE252CB34A)
#define EXT_HEAD_BYTES 24u     /* magic, MD5 */
#define FEATURE_HEAD_BYTES 24u /* magic, flags, size, 0 */
#define BITMAP_HEAD_BYTES 32u  /* size, uuid, granularity, l1_size */
#define FLAG_NECESSARY 1u
#define FLAG_TRANSIT 2u
#define L1_ALL_CLEAR 0u
#define L1_ALL_SET 1u

static inline uint32_t
get32(const unsigned char *p)
{
    uint32_t v;

    memcpy(&v, p, sizeof v);
    return le32toh(v);
}

static inline uint64_t
get64(const unsigned char *p)
{
    uint64_t v;

    memcpy(&v, p, sizeof v);
    return le64toh(v);
}

static inline void
put32(unsigned char *p, uint32_t v)
{
    v = htole32(v);
    memcpy(p, &v, sizeof v);
}

static inline void
put64(unsigned char *p, uint64_t v)
{
    v = htole64(v);
    memcpy(p, &v, sizeof v);
}

static inline void
ext_md5(const unsigned char *data, size_t n, unsigned char ret[MD5_DIGEST_SIZE])
{
    struct md5_ctx ctx;

    md5_init(&ctx);
    md5_update(&ctx, n, data);
#if NETTLE_VERSION_MAJOR >= 4
    md5_digest(&ctx, ret);
#else
    md5_digest(&ctx, MD5_DIGEST_SIZE, ret);
#endif
}

#endif
