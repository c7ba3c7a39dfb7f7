/* SPDX-License-Identifier: MIT */
/* The text builder, and the two views of text from outside: what XML can carry, and what a log line can show. */
#include "str.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- builder ---- */

static void
give_up(struct str *s)
{
    free(s->p);
    s->p = NULL;
    s->len = s->room = 0;
    s->failed = true;
}

/* Room for n more bytes and the NUL. */
static bool
reserve(struct str *s, size_t n)
{
    size_t room = s->room ? s->room : 64;
    char *grown;

    if (s->failed)
        return false;
    if (n > SIZE_MAX / 2 - s->len - 1) {
        give_up(s);
        return false;
    }
    if (s->len + n + 1 <= s->room)
        return true;
    while (room < s->len + n + 1)
        room *= 2;
    grown = realloc(s->p, room);
    if (!grown) {
        give_up(s);
        return false;
    }
    s->p = grown;
    s->room = room;
    return true;
}

void
str_add_n(struct str *s, const char *bytes, size_t n)
{
    if (!reserve(s, n))
        return;
    if (n)
        memcpy(s->p + s->len, bytes, n);
    s->len += n;
    s->p[s->len] = '\0';
}

void
str_add(struct str *s, const char *text)
{
    if (text)
        str_add_n(s, text, strlen(text));
}

void
str_addf(struct str *s, const char *fmt, ...)
{
    va_list ap;
    int n;

    if (!reserve(s, 128))
        return;
    va_start(ap, fmt);
    n = vsnprintf(s->p + s->len, s->room - s->len, fmt, ap);
    va_end(ap);
    if (n < 0) {
        give_up(s);
        return;
    }
    if ((size_t)n >= s->room - s->len) {
        s->p[s->len] = '\0'; /* nothing half written should memory be out */
        if (!reserve(s, (size_t)n))
            return;
        va_start(ap, fmt);
        n = vsnprintf(s->p + s->len, s->room - s->len, fmt, ap);
        va_end(ap);
        if (n < 0) {
            give_up(s);
            return;
        }
    }
    s->len += (size_t)n;
}

char *
str_take(struct str *s)
{
    char *p = NULL;

    if (!s->failed)
        p = s->p ? s->p : calloc(1, 1);
    *s = (struct str)STR_INIT;
    return p;
}

void
str_free(struct str *s)
{
    free(s->p);
    *s = (struct str)STR_INIT;
}

/* ---- small helpers ---- */

char *
str_dup(const char *s)
{
    return s ? strdup(s) : NULL;
}

char *
str_printf(const char *fmt, ...)
{
    char *text;
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vasprintf(&text, fmt, ap);
    va_end(ap);
    return n < 0 ? NULL : text;
}

bool
str_eq(const char *a, const char *b)
{
    return a && b ? strcmp(a, b) == 0 : a == b;
}

/* ---- UTF-8 ---- */

/*
 * Length of the well-formed UTF-8 sequence at s (n bytes are left), 0 when it is none. The second byte has a narrower
 * range after some first bytes: that is what keeps overlong forms, surrogates and values above U+10FFFF out.
 */
static size_t
utf8_length(const unsigned char *s, size_t n)
{
    unsigned char lo = 0x80, hi = 0xBF;
    size_t len;

    if (s[0] < 0x80)
        return 1;
    if (s[0] < 0xC2 || s[0] > 0xF4)
        return 0;
    len = s[0] < 0xE0 ? 2 : s[0] < 0xF0 ? 3 : 4;
    if (len > n)
        return 0;
    if (s[0] == 0xE0)
        lo = 0xA0;
    else if (s[0] == 0xED)
        hi = 0x9F;
    else if (s[0] == 0xF0)
        lo = 0x90;
    else if (s[0] == 0xF4)
        hi = 0x8F;
    if (s[1] < lo || s[1] > hi)
        return 0;
    for (size_t i = 2; i < len; i++)
        if (s[i] < 0x80 || s[i] > 0xBF)
            return 0;
    return len;
}

/* Length of the character at s that XML 1.0 can carry, or 0. */
static size_t
xml_char_length(const unsigned char *s, size_t n)
{
    size_t len = utf8_length(s, n);

    if (len == 1 && s[0] < 0x20 && s[0] != '\t' && s[0] != '\n' && s[0] != '\r')
        return 0;
    if (len == 3 && s[0] == 0xEF && s[1] == 0xBF && s[2] >= 0xBE) /* U+FFFE, U+FFFF */
        return 0;
    return len;
}

/* Eight characters from 0x20 to 0x7F: no byte with its highest bit set, and none that borrows it when 0x20 is taken away. */
static bool
is_plain_word(const unsigned char *p)
{
    uint64_t w;

    memcpy(&w, p, sizeof w);
    return ((w | (w - 0x2020202020202020)) & 0x8080808080808080) == 0;
}

bool
str_is_xml_text(const char *s, size_t n)
{
    const unsigned char *p = (const unsigned char *)s;

    for (size_t i = 0; i < n;) {
        size_t len = n - i >= 8 && is_plain_word(p + i) ? 8 : xml_char_length(p + i, n - i);

        if (!len)
            return false;
        i += len;
    }
    return true;
}

/* As xml_char_length, without controls: C0, DEL, and C1, which some terminals obey as they do ESC. */
static size_t
shown_length(const unsigned char *s, size_t n, bool keep_layout)
{
    size_t len = xml_char_length(s, n);

    if (len == 1 && (s[0] < 0x20 || s[0] == 0x7F))
        return keep_layout && s[0] != 0x7F;
    if (len == 2 && s[0] == 0xC2 && s[1] < 0xA0)
        return 0;
    return len;
}

size_t
str_escape_to(char *out, size_t room, const char *s, size_t n, bool keep_layout)
{
    static const char hex[] = "0123456789ABCDEF";
    static const char mark[] = "...";
    const unsigned char *p = (const unsigned char *)s;
    size_t used = 0, cut_at = 0, i = 0;

    if (!room)
        return 0;
    while (i < n) {
        size_t len = shown_length(p + i, n - i, keep_layout);
        size_t takes = len ? len : 4;

        if (used + takes >= room)
            break;
        if (used + sizeof mark <= room)
            cut_at = used; /* here the mark still fits */
        if (len) {
            memcpy(out + used, p + i, len);
            i += len;
        } else {
            out[used] = '\\';
            out[used + 1] = 'x';
            out[used + 2] = hex[p[i] >> 4];
            out[used + 3] = hex[p[i] & 15];
            i++;
        }
        used += takes;
    }
    if (i < n) {
        if (used + sizeof mark > room)
            used = cut_at;
        if (used + sizeof mark <= room) {
            memcpy(out + used, mark, sizeof mark - 1);
            used += sizeof mark - 1;
        }
    }
    out[used] = '\0';
    return used;
}

char *
str_escape(const char *s, size_t n, size_t max)
{
    size_t room = (n > SIZE_MAX / 4 - 1 || n * 4 > max) ? max : n * 4;
    char *out = malloc(room + 1);

    if (out)
        str_escape_to(out, room + 1, s, n, false);
    return out;
}
