/* SPDX-License-Identifier: MIT */
/*
 * NUL-ended JSON messages over a unix stream socket, file descriptors beside them (doc/wire.md).
 *
 * Request   {"method":"org.prlkvm.VmStart","id":7,"parameters":{"vm":"{..}",...}}    "more":true asks for many replies (Subscribe)
 * Reply     {"id":7,"parameters":{...}}            "continues":true: more will follow
 * Failure   {"id":7,"error":"org.prlkvm.Failed","parameters":{"code":-2147..,"params":["p0",...],"details":"..","nested":"<xml>"}}
 *
 * "id" is ours: with it replies come in any order. Without it (standard Varlink tools) replies come in the order of the calls.
 * Large texts: the message says "fds":1 and one sealed memfd comes with its first byte; a text is then {"at":[offset,length]} in
 * place of a string.
 */
#ifndef PRLKVM_WIRE_FRAME_H
#define PRLKVM_WIRE_FRAME_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/cleanup.h"

#define FRAME_MAX_BYTES (64u << 20)  /* a message */
#define FRAME_MAX_DEPTH 32           /* nesting inside one */
#define FRAME_MAX_VALUES (1u << 20)  /* members and items inside one: a short text must not become a huge tree */
#define FRAME_MEMFD_MAX (1u << 30)   /* texts beside one */

CLEANUP_FOR(json_decref, json_t *)

struct frame; /* one connection's two buffers; reading and writing sides may be used by one thread each */

struct frame *frame_new(int fd); /* non-blocking socket, owned from now on; NULL: no memory (fd stays the caller's) */
void frame_free(struct frame *f);
CLEANUP_FOR(frame_free, struct frame *)
int frame_fd(const struct frame *f);

/*
 * Takes what the socket has. *ret_msg: the next whole message (caller's reference) or NULL when none is complete yet;
 * *ret_memfd: its memfd (caller's) or -1: seals, size checked. PRL_ERR_FAILURE with details: closed, or a message that is none; the connection is over.
 */
PRL_RESULT frame_read(struct frame *f, json_t **ret_msg, int *ret_memfd);
/* Bytes that were read so far; whether some of them wait for the rest of their message. Reading side. */
uint64_t frame_received_bytes(const struct frame *f);
bool frame_has_part(const struct frame *f);
/* Messages longer than this are refused by frame_read from now on (at most, and at first, FRAME_MAX_BYTES). Reading side. */
void frame_limit(struct frame *f, size_t max_bytes);
/* Queues a message; memfd (dup'ed when queued, "fds" is added to msg) or -1. Limits as above. Any thread (own lock). */
PRL_RESULT frame_queue(struct frame *f, json_t *msg, int memfd);
/* Queues the text of a message, NUL-ended, written by json_dumps: for one event to many clients. Takes text. */
PRL_RESULT frame_queue_text(struct frame *f, char *text);
/* Sends what the socket takes; *ret_pending: something is left (wait for POLLOUT). Any thread. */
PRL_RESULT frame_flush(struct frame *f, bool *ret_pending);
size_t frame_queued_bytes(struct frame *f);

/* Texts beside a message: add, then seal and hand the fd to frame_queue. */
struct frame_texts {
    int fd; /* memfd, -1 until the first text */
    size_t used;
    bool is_sealed;
};
#define FRAME_TEXTS_INIT { -1, 0, false }
/* The json value to put in the message: a plain string when small (under 2 KiB) or when they are sealed, else {"at":[offset,length]}. NULL: no memory. */
json_t *frame_text_add(struct frame_texts *t, const char *text, size_t len);
/* The two halves of that, for texts that go with many messages: *ret_at is the text's place, frame_text_at the value. */
bool frame_texts_put(struct frame_texts *t, const char *text, size_t len, size_t *ret_at);
json_t *frame_text_at(size_t at, size_t len);
/* The same texts beside another message; from must be sealed, t without any. False: no descriptor. */
bool frame_texts_lend(const struct frame_texts *from, struct frame_texts *t);
/* Once all texts are in. Does nothing when there is no memfd. */
PRL_RESULT frame_texts_seal(struct frame_texts *t);
void frame_texts_close(struct frame_texts *t);
/* Is this a text in either form? */
bool frame_text_is(const json_t *value);
/*
 * The texts beside one message in memory, for many of them at once: reading each into memory of its own takes as long as all the rest of a
 * list. Only what its seals keep from being cut or written is mapped, so that no read of it can fault. A text in it has no NUL behind it, and
 * nobody has looked for one inside. NULL: not sealed, empty, or no memory.
 */
struct frame_map *frame_map_new(int memfd);
struct frame_map *frame_map_ref(struct frame_map *m);
void frame_map_unref(struct frame_map *m);
CLEANUP_FOR(frame_map_unref, struct frame_map *)
/* Such a value, of the other form. It lives as long as m. PRL_ERR_BAD_PARAMETERS when it is none or points outside. */
PRL_RESULT frame_map_text(const struct frame_map *m, const json_t *value, const char **ret_text, size_t *ret_len);
/* Reads such a value: *ret_text is allocated and NUL-ended. PRL_ERR_BAD_PARAMETERS when the value is neither or points outside. */
PRL_RESULT frame_text_get(json_t *value, int memfd, char **ret_text, size_t *ret_len);

#endif
