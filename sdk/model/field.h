/* SPDX-License-Identifier: MIT */
/*
 * One element of a configuration document, typed: where it is, what it holds, its default and its
 * range. A row of sdk/api/<object>.def is such a field; a tree belongs to one thread at a time (the
 * document's lock).
 */
#ifndef PRLKVM_MODEL_FIELD_H
#define PRLKVM_MODEL_FIELD_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <prlsdk/PrlTypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum field_type {
    FIELD_IS_BOOL, /* PRL_BOOL, stored as 0 or 1 */
    FIELD_IS_U16,
    FIELD_IS_U32, /* enumerations and result codes too: 32 bits, shown with a sign where they were
                     stored with one */
    FIELD_IS_I32,
    FIELD_IS_U64,
    FIELD_IS_TEXT,
};

struct field {
    const char *path; /* element names joined by '/', from the object's own element */
    enum field_type type;
    int64_t def;          /* numbers: what an absent or unreadable element counts as */
    uint64_t lo, hi;      /* numbers: what a setter takes, by value (I32: as int64_t) */
    const char *def_text; /* FIELD_IS_TEXT */
    bool (*is_valid)(const char *text); /* FIELD_IS_TEXT: what a setter takes besides; NULL: any
                                           text (text_check.h) */
};

/* The value with its sign extended to 64 bits where the type has one. Never fails: see def. */
int64_t field_get_number(xmlNodePtr from, const struct field *f);
/* The same for a number that is known already. */
int64_t field_number_of(const struct field *f, int64_t value);
/* PRL_ERR_INVALID_ARG outside lo..hi. Makes the elements of the path that are missing. */
PRL_RESULT field_set_number(xmlNodePtr from, const struct field *f, int64_t value);
/* Allocated; NULL: no memory. */
char *field_get_text(xmlNodePtr from, const struct field *f);
/* PRL_ERR_INVALID_ARG for NULL, bad UTF-8 and characters that XML cannot carry. */
PRL_RESULT field_set_text(xmlNodePtr from, const struct field *f, const char *text);
/* Bytes that a value of the type takes in the caller's memory: 0 for text. */
size_t field_size(enum field_type type);
/* Stores value as the type has it; `to` need not be aligned (the public structures are packed). */
void field_store(enum field_type type, int64_t value, void *to);

#endif
