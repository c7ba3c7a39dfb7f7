/* SPDX-License-Identifier: MIT */
#include "efi_store.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/vec.h"

/* Offsets within the volume's header, the store's header and a variable's. */
#define FV_GUID 16
#define FV_SIGNATURE 40
#define FV_HEADER_LEN 48
#define FV_HEADER_MIN 72
#define STORE_SIZE 16
#define STORE_FORMAT 20
#define STORE_STATE 21
#define STORE_HEADER 28
#define VAR_STATE 2
#define VAR_NAME_LEN 36
#define VAR_DATA_LEN 40
#define VAR_GUID 44
#define VAR_HEADER 60

#define VAR_START 0x55AA
#define STATE_ADDED 0x3F
#define VARIABLES_MAX 4096 /* a firmware has about a hundred */
#define STATE_BEING_REPLACED 0x3E /* and so the one that counts, where its successor did not come to be */

static const uint8_t volume_guid[16] = { 0x8D, 0x2B, 0xF1, 0xFF, 0x96, 0x76, 0x8B, 0x4C, 0xA9, 0x85, 0x27, 0x47, 0x07, 0x5B, 0x4F, 0x50 };
static const uint8_t store_guid[16] = { 0x78, 0x2C, 0xF3, 0xAA, 0x7B, 0x94, 0x9A, 0x43, 0xA1, 0x80, 0x2E, 0x14, 0x4E, 0xC3, 0x77, 0x92 };

struct variable {
    const uint8_t *p; /* its header, with name and data behind it */
    uint32_t name_len, data_len;
};
typedef VEC(struct variable) variables;

static uint32_t
get32(const uint8_t *p)
{
    return (uint32_t)p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static size_t
aligned(size_t n)
{
    return (n + 3) & ~(size_t)3;
}

/* Where the variables begin, and what is behind the last place for one. */
static bool
find_store(const uint8_t *p, size_t len, size_t *ret_begin, size_t *ret_end)
{
    size_t header, size;

    if (len < FV_HEADER_MIN + STORE_HEADER || memcmp(p + FV_GUID, volume_guid, 16) != 0 || memcmp(p + FV_SIGNATURE, "_FVH", 4) != 0)
        return false;
    header = (size_t)p[FV_HEADER_LEN] | (size_t)p[FV_HEADER_LEN + 1] << 8;
    if (header < FV_HEADER_MIN || header % 4 || header > len - STORE_HEADER || memcmp(p + header, store_guid, 16) != 0)
        return false;
    size = get32(p + header + STORE_SIZE);
    if (p[header + STORE_FORMAT] != 0x5A || p[header + STORE_STATE] != 0xFE || size < STORE_HEADER || size > len - header)
        return false;
    *ret_begin = header + STORE_HEADER;
    *ret_end = header + size;
    return true;
}

static bool
is_same(const struct variable *a, const struct variable *b)
{
    return a->name_len == b->name_len && memcmp(a->p + VAR_GUID, b->p + VAR_GUID, 16) == 0 &&
           memcmp(a->p + VAR_HEADER, b->p + VAR_HEADER, a->name_len) == 0;
}

static size_t
find(const variables *list, const struct variable *v)
{
    size_t i = 0;

    while (i < list->len && !is_same(&list->p[i], v))
        i++;
    return i;
}

/* The one that was added last counts. */
static bool
take(variables *list, const struct variable *v)
{
    uint8_t state = v->p[VAR_STATE];
    size_t at = find(list, v);

    if (state != STATE_ADDED && state != STATE_BEING_REPLACED)
        return true; /* deleted, or never finished */
    if (at == list->len)
        return vec_push(list, *v);
    if (state == STATE_ADDED)
        list->p[at] = *v;
    return true;
}

static PRL_RESULT
read_variables(const uint8_t *p, size_t begin, size_t end, variables *ret)
{
    for (size_t at = begin; at + VAR_HEADER <= end && p[at] == (VAR_START & 0xFF) && p[at + 1] == VAR_START >> 8;) {
        struct variable v = { p + at, get32(p + at + VAR_NAME_LEN), get32(p + at + VAR_DATA_LEN) };

        if (v.name_len > end - at - VAR_HEADER || v.data_len > end - at - VAR_HEADER - v.name_len)
            return err_set(PRL_ERR_UPDATE_NVRAM_OPERATION_FAILED, "EFI variables: one is cut at %zu", at);
        if (ret->len == VARIABLES_MAX)
            return err_set(PRL_ERR_UPDATE_NVRAM_OPERATION_FAILED, "EFI variables: more than %d", VARIABLES_MAX);
        if (!take(ret, &v))
            return err_set(PRL_ERR_OUT_OF_MEMORY, "EFI variables");
        at = aligned(at + VAR_HEADER + v.name_len + v.data_len);
    }
    return PRL_ERR_SUCCESS;
}

static bool
put(uint8_t *area, size_t room, size_t *at, const struct variable *v)
{
    size_t len = VAR_HEADER + (size_t)v->name_len + v->data_len;

    if (*at > room || len > room - *at)
        return false;
    memcpy(area + *at, v->p, len);
    area[*at + VAR_STATE] = STATE_ADDED;
    *at = aligned(*at + len);
    return true;
}

/* What is free is all ones, as flash is. */
static PRL_RESULT
write_variables(const variables *from, const variables *own, uint8_t *into, size_t begin, size_t end)
{
    AUTO(cleanup_free) uint8_t *area = malloc(end - begin);
    bool is_good = true;
    size_t at = 0;

    if (!area)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "EFI variables");
    memset(area, 0xFF, end - begin);
    for (size_t i = 0; i < own->len; i++)
        if (find(from, &own->p[i]) == from->len)
            is_good = is_good && put(area, end - begin, &at, &own->p[i]);
    for (size_t i = 0; i < from->len; i++)
        is_good = is_good && put(area, end - begin, &at, &from->p[i]);
    if (!is_good)
        return err_set(PRL_ERR_UPDATE_NVRAM_OPERATION_FAILED, "the EFI variables do not fit into %zu bytes", end - begin);
    memcpy(into + begin, area, end - begin);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
efi_store_move(const uint8_t *from, size_t from_len, uint8_t *into, size_t into_len)
{
    variables theirs = { 0 }, own = { 0 };
    size_t begin, end, own_begin, own_end;
    PRL_RESULT rc;

    if (!find_store(from, from_len, &begin, &end) || !find_store(into, into_len, &own_begin, &own_end))
        return err_set(PRL_ERR_UPDATE_NVRAM_OPERATION_FAILED, "this is no file of EFI variables that is understood");
    rc = read_variables(from, begin, end, &theirs);
    if (PRL_SUCCEEDED(rc))
        rc = read_variables(into, own_begin, own_end, &own);
    if (PRL_SUCCEEDED(rc))
        rc = write_variables(&theirs, &own, into, own_begin, own_end);
    vec_free(&theirs);
    vec_free(&own);
    return rc;
}
