/* SPDX-License-Identifier: MIT */
/*
 * The last error of each thread. The record itself is thread-local storage, so that remembering a failure cannot fail
 * for its code; the pthread key only frees the texts when the thread ends.
 */
#include "err.h"

#include <errno.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "str.h"

#define ERR_TEXT_MAX 4096

static _Thread_local struct err last;
static _Thread_local bool is_watched; /* the key's destructor will run for this thread */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;
static bool has_key;

static void
drop_texts(struct err *e)
{
    for (int i = 0; i < ERR_PARAMS; i++)
        free(e->param[i]);
    free(e->details);
    free(e->nested);
    memset(e, 0, sizeof *e);
}

static void
thread_ends(void *e)
{
    drop_texts(e);
    is_watched = false;
}

static void
make_key(void)
{
    has_key = pthread_key_create(&key, thread_ends) == 0;
}

/* The library may be unloaded (dlclose) while threads that used it go on: nothing may be called then. */
__attribute__((destructor)) static void
unload(void)
{
    if (!has_key)
        return;
    pthread_key_delete(key);
    drop_texts(&last);
}

static struct err *
mine(void)
{
    if (!is_watched) {
        pthread_once(&once, make_key);
        is_watched = has_key && pthread_setspecific(key, &last) == 0;
    }
    return &last;
}

/* Valid UTF-8 that XML can carry; NULL: no memory. */
static char *
text_of(const char *fmt, va_list ap)
{
    AUTO(cleanup_free) char *raw = NULL;
    char *text;
    size_t n, room;

    if (vasprintf(&raw, fmt, ap) < 0) {
        raw = NULL;
        return NULL;
    }
    n = strlen(raw);
    if (n <= ERR_TEXT_MAX && str_is_xml_text(raw, n))
        return TAKE(raw);
    room = n > ERR_TEXT_MAX / 4 ? ERR_TEXT_MAX + 1 : n * 4 + 1;
    text = malloc(room);
    if (text)
        str_escape_to(text, room, raw, n, true);
    return text;
}

/* Arguments may come from the error that is replaced here, so the new text is made first. */
PRL_RESULT
err_set(PRL_RESULT code, const char *fmt, ...)
{
    int saved = errno;
    struct err *e = mine();
    char *details;
    va_list ap;

    va_start(ap, fmt);
    details = text_of(fmt, ap);
    va_end(ap);
    drop_texts(e);
    e->code = code;
    e->details = details;
    errno = saved;
    return code;
}

PRL_RESULT
err_errno(PRL_RESULT code, int errno_value, const char *fmt, ...)
{
    int saved = errno;
    char buffer[128];
    AUTO(cleanup_free) char *text = NULL;
    va_list ap;

    va_start(ap, fmt);
    text = text_of(fmt, ap);
    va_end(ap);
    errno = saved;
    return err_set(code, "%s: %s", text ? text : "", strerror_r(errno_value, buffer, sizeof buffer));
}

void
err_param(int i, const char *fmt, ...)
{
    int saved = errno;
    struct err *e = mine();
    char *text;
    va_list ap;

    if (i < 0 || i >= ERR_PARAMS)
        return;
    va_start(ap, fmt);
    text = text_of(fmt, ap);
    va_end(ap);
    free(e->param[i]);
    e->param[i] = text;
    errno = saved;
}

void
err_nested(const char *event_xml)
{
    struct err *e = mine();
    char *copy = str_dup(event_xml);

    free(e->nested);
    e->nested = copy;
}

void
err_clear(void)
{
    drop_texts(&last);
}

const struct err *
err_peek(void)
{
    return &last;
}

struct err *
err_take(PRL_RESULT code)
{
    struct err *out = calloc(1, sizeof *out);

    if (!out)
        return NULL;
    if (last.code == code) {
        *out = last;
        memset(&last, 0, sizeof last);
    } else {
        /* What is remembered belongs to another failure, of which the caller made this one. */
        out->code = code;
        err_clear();
    }
    return out;
}

PRL_RESULT
err_put(const struct err *e)
{
    struct err *m;
    struct err copy = { .code = e->code };

    if (e == &last)
        return e->code;
    m = mine();
    for (int i = 0; i < ERR_PARAMS; i++)
        copy.param[i] = str_dup(e->param[i]);
    copy.details = str_dup(e->details);
    copy.nested = str_dup(e->nested);
    drop_texts(m);
    *m = copy;
    return copy.code;
}

struct err *
err_copy(const struct err *e)
{
    struct err *out = calloc(1, sizeof *out);

    if (!out)
        return NULL;
    out->code = e->code;
    for (int i = 0; i < ERR_PARAMS; i++)
        out->param[i] = str_dup(e->param[i]);
    out->details = str_dup(e->details);
    out->nested = str_dup(e->nested);
    return out;
}

void
err_free(struct err *e)
{
    if (!e)
        return;
    drop_texts(e);
    free(e);
}
