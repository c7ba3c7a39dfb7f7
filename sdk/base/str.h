/* SPDX-License-Identifier: MIT */
/* A growing text: once memory is out it stays empty and says so at the end, so that callers check once. */
#ifndef PRLKVM_BASE_STR_H
#define PRLKVM_BASE_STR_H

#include <stdbool.h>
#include <stddef.h>

#include "cleanup.h"

struct str {
    char *p; /* NUL-ended, or NULL while empty */
    size_t len, room;
    bool failed;
};
#define STR_INIT { NULL, 0, 0, false }

void str_add(struct str *s, const char *text);
void str_add_n(struct str *s, const char *bytes, size_t n);
void str_addf(struct str *s, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The text, now the caller's (never NULL for an empty builder); NULL when memory ran out. */
char *str_take(struct str *s);
void str_free(struct str *s);
static inline __attribute__((unused)) void
str_free_auto(struct str *s)
{
    str_free(s);
}
#define AUTO_STR __attribute__((cleanup(str_free_auto))) struct str

char *str_dup(const char *s);                                             /* NULL stays NULL */
char *str_printf(const char *fmt, ...) __attribute__((format(printf, 1, 2))); /* NULL: no memory */
bool str_eq(const char *a, const char *b);                                /* NULL-safe */

/* Well-formed UTF-8 (no overlong forms, no surrogates) made of characters that XML 1.0 can carry. */
bool str_is_xml_text(const char *s, size_t n);
/* A copy in which bad bytes and control characters are shown as \xNN, at most max bytes long. */
char *str_escape(const char *s, size_t n, size_t max);
/*
 * The same into a buffer of room bytes (NUL included); keep_layout leaves tabs and line ends as they are, so that any
 * bytes become text that XML can carry. Yields the length. A cut text ends in "...".
 */
size_t str_escape_to(char *out, size_t room, const char *s, size_t n, bool keep_layout);

#endif
