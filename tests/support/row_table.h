/* SPDX-License-Identifier: MIT */
/*
 * The rows of sdk/api/api.def that read or write one value, as two tables: what reads and what writes, whatever the kind of row. Tests walk
 * over them, so that no row is left out of them. Values are passed as text: numbers in decimal, the items of a list with a line end
 * behind each. Include it in one file of a program.
 */
#ifndef PRLKVM_TESTS_ROW_TABLE_H
#define PRLKVM_TESTS_ROW_TABLE_H

#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <prlsdk/Virtuozzo.h>

#include "core/handle.h"

enum row_kind { ROW_BOOL, ROW_U16, ROW_U32, ROW_I32, ROW_U64, ROW_TEXT, ROW_TEXTS };

/* Of a function of any type; cast back to what its kind has before it is called. */
typedef void (*row_function)(void);

struct row_get {
    const char *name;
    unsigned pht; /* PHT_* or enum handle_group */
    enum row_kind kind;
    const char *path;
    int64_t def;          /* numbers */
    const char *def_text; /* texts */
    row_function call;
};

struct row_set {
    const char *name;
    unsigned pht;
    enum row_kind kind;
    const char *path;
    uint64_t lo, hi;   /* numbers; I32: as int64_t */
    const char *check; /* texts: the name of the check, or NULL */
    row_function call;
    bool takes_null; /* texts: NULL is "" */
};

#define U32_MAX 0xffffffffu
#define ROW_GET_(get, kind, path, def, def_text) { #get, ROW_PHT, kind, path, (int64_t)(def), def_text, (row_function)get },
#define ROW_SET_(set, kind, path, lo, hi, check) { #set, ROW_PHT, kind, path, (uint64_t)(lo), (uint64_t)(hi), check, (row_function)set, false },
#define ROW_NONE_(...)

static const struct row_get row_gets[] = {
#define FIELD_BOOL(get, set, path, def) ROW_GET_(get, ROW_BOOL, path, def, NULL)
#define FIELD_U16(get, set, path, def, lo, hi) ROW_GET_(get, ROW_U16, path, def, NULL)
#define FIELD_U32(get, set, path, def, lo, hi) ROW_GET_(get, ROW_U32, path, (PRL_UINT32)(def), NULL)
#define FIELD_I32(get, set, path, def, lo, hi) ROW_GET_(get, ROW_I32, path, def, NULL)
#define FIELD_U64(get, set, path, def, lo, hi) ROW_GET_(get, ROW_U64, path, def, NULL)
#define FIELD_ENUM(get, set, type, path, def) ROW_GET_(get, ROW_U32, path, (PRL_UINT32)(def), NULL)
#define FIELD_TEXT(get, set, path, def) ROW_GET_(get, ROW_TEXT, path, 0, def)
#define FIELD_TEXT_OR_NULL FIELD_TEXT
#define TEXTS(get, set, path) ROW_GET_(get, ROW_TEXTS, path, 0, "")
#define GET_BOOL(get, path, def) ROW_GET_(get, ROW_BOOL, path, def, NULL)
#define GET_U16(get, path, def) ROW_GET_(get, ROW_U16, path, def, NULL)
#define GET_U32(get, path, def) ROW_GET_(get, ROW_U32, path, (PRL_UINT32)(def), NULL)
#define GET_I32(get, path, def) ROW_GET_(get, ROW_I32, path, def, NULL)
#define GET_U64(get, path, def) ROW_GET_(get, ROW_U64, path, def, NULL)
#define GET_ENUM(get, type, path, def) ROW_GET_(get, ROW_U32, path, (PRL_UINT32)(def), NULL)
#define GET_TEXT(get, path, def) ROW_GET_(get, ROW_TEXT, path, 0, def)
#define GET_TEXTS(get, path) ROW_GET_(get, ROW_TEXTS, path, 0, "")
#define SET_BOOL ROW_NONE_
#define SET_U16 ROW_NONE_
#define SET_U32 ROW_NONE_
#define SET_I32 ROW_NONE_
#define SET_U64 ROW_NONE_
#define SET_ENUM ROW_NONE_
#define SET_TEXT ROW_NONE_
#define SET_TEXT_IF ROW_NONE_
#define SET_TEXTS ROW_NONE_
#define SET_TEXTS_NOT_0 ROW_NONE_
#define SET_TEXTS_OR_DEAD ROW_NONE_
#define COUNT ROW_NONE_
#define ITEM ROW_NONE_
#define DEVICE ROW_NONE_
#define PARAM_BOOL ROW_NONE_
#define PARAM_U32 ROW_NONE_
#define PARAM_ENUM ROW_NONE_
#define PARAM_TEXT ROW_NONE_
#define BY_HAND ROW_NONE_
#define BY_HAND_NO_BODY ROW_NONE_
#define NO_BODY ROW_NONE_
#define NO_BODY_ANYTIME ROW_NONE_
#define NO_BODY_ASYNC ROW_NONE_
#include "api/api.def"
};

#undef FIELD_BOOL
#undef FIELD_U16
#undef FIELD_U32
#undef FIELD_I32
#undef FIELD_U64
#undef FIELD_ENUM
#undef FIELD_TEXT
#undef FIELD_TEXT_OR_NULL
#undef TEXTS
#undef GET_BOOL
#undef GET_U16
#undef GET_U32
#undef GET_I32
#undef GET_U64
#undef GET_ENUM
#undef GET_TEXT
#undef GET_TEXTS
#undef SET_BOOL
#undef SET_U16
#undef SET_U32
#undef SET_I32
#undef SET_U64
#undef SET_ENUM
#undef SET_TEXT
#undef SET_TEXT_IF
#undef SET_TEXTS
#undef SET_TEXTS_NOT_0
#undef SET_TEXTS_OR_DEAD

static const struct row_set row_sets[] = {
#define FIELD_BOOL(get, set, path, def) ROW_SET_(set, ROW_BOOL, path, 0, 1, NULL)
#define FIELD_U16(get, set, path, def, lo, hi) ROW_SET_(set, ROW_U16, path, lo, hi, NULL)
#define FIELD_U32(get, set, path, def, lo, hi) ROW_SET_(set, ROW_U32, path, lo, hi, NULL)
#define FIELD_I32(get, set, path, def, lo, hi) ROW_SET_(set, ROW_I32, path, (int64_t)(lo), (int64_t)(hi), NULL)
#define FIELD_U64(get, set, path, def, lo, hi) ROW_SET_(set, ROW_U64, path, lo, hi, NULL)
#define FIELD_ENUM(get, set, type, path, def) ROW_SET_(set, ROW_U32, path, 0, U32_MAX, NULL)
#define FIELD_TEXT(get, set, path, def) ROW_SET_(set, ROW_TEXT, path, 0, 0, NULL)
#define FIELD_TEXT_OR_NULL(get, set, path, def) { #set, ROW_PHT, ROW_TEXT, path, 0, 0, NULL, (row_function)set, true },
#define TEXTS(get, set, path) ROW_SET_(set, ROW_TEXTS, path, 0, 0, NULL)
#define GET_BOOL ROW_NONE_
#define GET_U16 ROW_NONE_
#define GET_U32 ROW_NONE_
#define GET_I32 ROW_NONE_
#define GET_U64 ROW_NONE_
#define GET_ENUM ROW_NONE_
#define GET_TEXT ROW_NONE_
#define GET_TEXTS ROW_NONE_
#define SET_BOOL(set, path) ROW_SET_(set, ROW_BOOL, path, 0, 1, NULL)
#define SET_U16(set, path, lo, hi) ROW_SET_(set, ROW_U16, path, lo, hi, NULL)
#define SET_U32(set, path, lo, hi) ROW_SET_(set, ROW_U32, path, lo, hi, NULL)
#define SET_I32(set, path, lo, hi) ROW_SET_(set, ROW_I32, path, (int64_t)(lo), (int64_t)(hi), NULL)
#define SET_U64(set, path, lo, hi) ROW_SET_(set, ROW_U64, path, lo, hi, NULL)
#define SET_ENUM(set, type, path, lo, hi) ROW_SET_(set, ROW_U32, path, lo, hi, NULL)
#define SET_TEXT(set, path) ROW_SET_(set, ROW_TEXT, path, 0, 0, NULL)
#define SET_TEXT_IF(set, path, check) ROW_SET_(set, ROW_TEXT, path, 0, 0, #check)
#define SET_TEXTS(set, path) ROW_SET_(set, ROW_TEXTS, path, 0, 0, NULL)
#define SET_TEXTS_NOT_0(set, path) ROW_SET_(set, ROW_TEXTS, path, 0, 0, NULL)
#define SET_TEXTS_OR_DEAD(set, path) ROW_SET_(set, ROW_TEXTS, path, 0, 0, NULL)
#include "api/api.def"
};

#define N_ROW_GETS (sizeof row_gets / sizeof row_gets[0])
#define N_ROW_SETS (sizeof row_sets / sizeof row_sets[0])

/* Functions that write and are no rows: what the tables leave out must have a test elsewhere. */
static const char *const row_sets_by_hand[] = {
#undef BY_HAND
#define BY_HAND(name, how, ...) #name,
#undef FIELD_BOOL
#undef FIELD_U16
#undef FIELD_U32
#undef FIELD_I32
#undef FIELD_U64
#undef FIELD_ENUM
#undef FIELD_TEXT
#undef FIELD_TEXT_OR_NULL
#undef TEXTS
#undef SET_BOOL
#undef SET_U16
#undef SET_U32
#undef SET_I32
#undef SET_U64
#undef SET_ENUM
#undef SET_TEXT
#undef SET_TEXT_IF
#undef SET_TEXTS
#undef SET_TEXTS_NOT_0
#undef SET_TEXTS_OR_DEAD
#define FIELD_BOOL ROW_NONE_
#define FIELD_U16 ROW_NONE_
#define FIELD_U32 ROW_NONE_
#define FIELD_I32 ROW_NONE_
#define FIELD_U64 ROW_NONE_
#define FIELD_ENUM ROW_NONE_
#define FIELD_TEXT ROW_NONE_
#define FIELD_TEXT_OR_NULL ROW_NONE_
#define TEXTS ROW_NONE_
#define SET_BOOL ROW_NONE_
#define SET_U16 ROW_NONE_
#define SET_U32 ROW_NONE_
#define SET_I32 ROW_NONE_
#define SET_U64 ROW_NONE_
#define SET_ENUM ROW_NONE_
#define SET_TEXT ROW_NONE_
#define SET_TEXT_IF ROW_NONE_
#define SET_TEXTS ROW_NONE_
#define SET_TEXTS_NOT_0 ROW_NONE_
#define SET_TEXTS_OR_DEAD ROW_NONE_
#include "api/api.def"
};
#define N_ROW_SETS_BY_HAND (sizeof row_sets_by_hand / sizeof row_sets_by_hand[0])

/* What reads what this row writes; NULL: that is a function of its own. */
static inline const struct row_get *
row_getter_of(const struct row_set *set)
{
    for (size_t i = 0; i < N_ROW_GETS; i++)
        if (row_gets[i].pht == set->pht && row_gets[i].kind == set->kind && strcmp(row_gets[i].path, set->path) == 0)
            return &row_gets[i];
    return NULL;
}

/* ---- calling them ---- */

#define ROW_READ_(type, format)                                                                                        \
    {                                                                                                                  \
        type value = 0;                                                                                                \
        r = ((PRL_RESULT(*)(PRL_HANDLE, type *))g->call)(h, &value);                                                   \
        snprintf(text, size, format, value);                                                                           \
        break;                                                                                                         \
    }

static inline PRL_RESULT
row_read_texts(const struct row_get *g, PRL_HANDLE h, char *text, size_t size)
{
    PRL_HANDLE list = PRL_INVALID_HANDLE;
    PRL_RESULT r = ((PRL_RESULT(*)(PRL_HANDLE, PRL_HANDLE_PTR))g->call)(h, &list);
    PRL_UINT32 n = 0;

    text[0] = '\0';
    if (PRL_FAILED(r))
        return r;
    PrlStrList_GetItemsCount(list, &n);
    for (PRL_UINT32 i = 0; i < n; i++) {
        size_t at = strlen(text);
        PRL_UINT32 len = (PRL_UINT32)(size - at - 1);

        PrlStrList_GetItem(list, i, text + at, &len);
        strcat(text, "\n");
    }
    PrlHandle_Free(list);
    return r;
}

static inline PRL_RESULT
row_read(const struct row_get *g, PRL_HANDLE h, char *text, size_t size)
{
    PRL_RESULT r = PRL_ERR_FAILURE;
    PRL_UINT32 len = (PRL_UINT32)size;

    switch (g->kind) {
    case ROW_BOOL:
    case ROW_U32:
        ROW_READ_(PRL_UINT32, "%" PRIu32)
    case ROW_U16:
        ROW_READ_(PRL_UINT16, "%" PRIu16)
    case ROW_I32:
        ROW_READ_(PRL_INT32, "%" PRId32)
    case ROW_U64:
        ROW_READ_(PRL_UINT64, "%llu")
    case ROW_TEXT:
        text[0] = '\0';
        r = ((PRL_RESULT(*)(PRL_HANDLE, PRL_STR, PRL_UINT32_PTR))g->call)(h, text, &len);
        break;
    case ROW_TEXTS:
        r = row_read_texts(g, h, text, size);
        break;
    }
    return r;
}

static inline PRL_RESULT
row_write_texts(const struct row_set *s, PRL_HANDLE h, const char *text)
{
    PRL_HANDLE list = PRL_INVALID_HANDLE;
    char item[256];
    PRL_RESULT r = PrlApi_CreateStringsList(&list);

    while (PRL_SUCCEEDED(r) && *text) {
        snprintf(item, sizeof item, "%.*s", (int)strcspn(text, "\n"), text);
        r = PrlStrList_AddItem(list, item);
        text += strlen(item);
        text += *text == '\n';
    }
    if (PRL_SUCCEEDED(r))
        r = ((PRL_RESULT(*)(PRL_HANDLE, PRL_HANDLE))s->call)(h, list);
    PrlHandle_Free(list);
    return r;
}

static inline PRL_RESULT
row_write(const struct row_set *s, PRL_HANDLE h, const char *text)
{
    switch (s->kind) {
    case ROW_BOOL:
    case ROW_U32:
        return ((PRL_RESULT(*)(PRL_HANDLE, PRL_UINT32))s->call)(h, (PRL_UINT32)strtoull(text, NULL, 10));
    case ROW_U16:
        return ((PRL_RESULT(*)(PRL_HANDLE, PRL_UINT16))s->call)(h, (PRL_UINT16)strtoul(text, NULL, 10));
    case ROW_I32:
        return ((PRL_RESULT(*)(PRL_HANDLE, PRL_INT32))s->call)(h, (PRL_INT32)strtol(text, NULL, 10));
    case ROW_U64:
        return ((PRL_RESULT(*)(PRL_HANDLE, PRL_UINT64))s->call)(h, strtoull(text, NULL, 10));
    case ROW_TEXT:
        return ((PRL_RESULT(*)(PRL_HANDLE, PRL_CONST_STR))s->call)(h, text);
    case ROW_TEXTS:
        return row_write_texts(s, h, text);
    }
    return PRL_ERR_FAILURE;
}

/* The least and the greatest number of a kind. */
static inline uint64_t
row_kind_most(enum row_kind kind)
{
    switch (kind) {
    case ROW_BOOL: /* any number but 0 is true */
    case ROW_U32:
        return UINT32_MAX;
    case ROW_U16:
        return UINT16_MAX;
    case ROW_I32:
        return INT32_MAX;
    default:
        return UINT64_MAX;
    }
}

/* Something its check takes (which: 0 or 1), and something it does not. */
static inline const char *
row_checked_text(const char *check, int which)
{
    static const struct {
        const char *check, *good[2];
    } rows[] = {
        { "text_is_ip", { "10.1.2.3", "fe80::17" } },
        { "text_is_ip4_mask", { "255.255.0.0", "255.255.255.128" } },
        { "text_is_ip4_or_empty", { "10.1.2.3", "10.1.2.4" } },
        { "text_is_ip6_or_empty", { "fe80::17", "fe80::18" } },
        { "text_is_url", { "http://host/a", "nbd://host/b" } },
        { "text_is_cpu_mask", { "0", "0-1" } },
        { "text_is_not_empty", { "one", "two" } },
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (strcmp(rows[i].check, check) == 0)
            return rows[i].good[which];
    return NULL; /* a new check needs a row here */
}

static inline const char *
row_unchecked_text(const char *check)
{
    return strcmp(check, "text_is_not_empty") == 0 ? "" : "no such thing!";
}

#endif
