/* SPDX-License-Identifier: MIT */
/* Cylinders, heads and sectors of a disk, as the products compute them. */
#include "image/descriptor.h"

/* Disks that BIOSes translate: 16 heads of 63 sectors, the remainder is out of reach of CHS. */
#define TRANSLATED_ABOVE 1032192
#define TRANSLATED_BELOW 16777216

static uint64_t
first_divisor(uint64_t size, const uint32_t *candidates)
{
    for (; *candidates; candidates++)
        if (size % *candidates == 0)
            return *candidates;
    return 0;
}

void
geometry_of(uint64_t size_sectors, uint32_t *ret_cylinders, uint32_t *ret_heads, uint32_t *ret_sectors)
{
    static const uint32_t sector_counts[] = { 63, 32, 16, 8, 0 }, head_counts[] = { 16, 8, 4, 2, 0 };
    uint64_t heads = 16, sectors = 63, cylinders;

    if (size_sectors > TRANSLATED_ABOVE && size_sectors < TRANSLATED_BELOW) {
        cylinders = size_sectors / (16 * 63);
    } else {
        sectors = first_divisor(size_sectors, sector_counts);
        heads = sectors ? first_divisor(size_sectors / sectors, head_counts) : 0;
        if (!heads || !size_sectors)
            heads = sectors = 1;
        cylinders = size_sectors / heads / sectors;
    }
    /* The fields have 32 bits in the API; a disk beyond is addressed by sector anyway. */
    *ret_cylinders = cylinders > UINT32_MAX ? UINT32_MAX : (uint32_t)cylinders;
    *ret_heads = (uint32_t)heads;
    *ret_sectors = (uint32_t)sectors;
}
