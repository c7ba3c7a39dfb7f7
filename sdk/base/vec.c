/* SPDX-License-Identifier: MIT */
/* Growth of typed arrays: doubling, from eight items. */
#include "vec.h"

#include <stdint.h>
#include <stdlib.h>

bool
vec_grow(void **p, size_t *room, size_t want, size_t item_size)
{
    size_t n = *room ? *room : 8;
    void *grown;

    if (want <= *room)
        return true;
    while (n < want) {
        if (n > SIZE_MAX / 2)
            return false;
        n *= 2;
    }
    if (n > SIZE_MAX / item_size)
        return false;
    grown = realloc(*p, n * item_size);
    if (!grown)
        return false;
    *p = grown;
    *room = n;
    return true;
}
