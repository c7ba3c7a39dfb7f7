/* SPDX-License-Identifier: MIT */
/*
 * A text behind a saved state: what a state that leaves its home needs to be understood elsewhere. Layout at the end of the file: the text, its length
 * (8 bytes), a mark of 16 bytes. The state's own checks do not cover it.
 */
#ifndef PRLKVM_QEMU_SAVED_DOCUMENT_H
#define PRLKVM_QEMU_SAVED_DOCUMENT_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

/* Bytes of text, length and mark at the end of a file; 0: none. */
uint64_t saved_document_bytes(int fd, uint64_t file_bytes);
/* Appends one, durably. On failure the file is as it was. */
PRL_RESULT saved_document_append(const char *path, const char *text);

/*
 * A state with its memory in one file: config.mem, which is good as such all the while, and behind it config.sav and where that is. Appends the second to
 * the first; not synced, since a document follows.
 */
PRL_RESULT saved_document_join(const char *ram, const char *sav);
/* Is it such a file? Then where the state in it is, within the file. */
bool saved_document_parts(int fd, uint64_t *ret_at, uint64_t *ret_bytes);
/* That state as a file of its own, which is new. Not synced. */
PRL_RESULT saved_document_part_out(int fd, uint64_t at, uint64_t bytes, const char *path);

#endif
