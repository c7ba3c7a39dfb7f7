/* SPDX-License-Identifier: MIT */
/*
 * The last error of a thread: code, the parameters p0..p2 of its text, and free words that say the cause.
 * Whoever detects a failure describes it here, once, and returns the code; the layers above pass the code on.
 */
#ifndef PRLKVM_BASE_ERR_H
#define PRLKVM_BASE_ERR_H

#include <prlsdk/PrlErrors.h>
#include <prlsdk/PrlTypes.h>

#include "cleanup.h"

#define ERR_PARAMS 3

struct err {
    PRL_RESULT code;
    char *param[ERR_PARAMS]; /* UTF-8 or NULL: vm_message_param_0.. */
    char *details;           /* UTF-8 or NULL: QEMU's own line, path, errno text */
    char *nested;            /* event XML or NULL: `internal_event` */
};

/* Remembers code and details for this thread (dropping what was there) and returns code. */
PRL_RESULT err_set(PRL_RESULT code, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* As err_set, with ": strerror(errno_value)" at the end of the details. */
PRL_RESULT err_errno(PRL_RESULT code, int errno_value, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Sets parameter i of the error just set: err_set(...); err_param(0, "%s", name). Text is made valid UTF-8 and cut at 4 KiB. */
void err_param(int i, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Sets the nested event's XML (copied). */
void err_nested(const char *event_xml);
void err_clear(void);
/* Borrowed: valid until the next err_ call of this thread. Its code is 0 when nothing was set. */
const struct err *err_peek(void);
/* Moves this thread's error out; if its code differs from `code`, yields a bare error of that code. Never NULL but when memory is out. */
struct err *err_take(PRL_RESULT code);
/* Puts a copy of e back as this thread's last error and returns its code. */
PRL_RESULT err_put(const struct err *e);
struct err *err_copy(const struct err *e);
void err_free(struct err *e);
CLEANUP_FOR(err_free, struct err *)

#endif
