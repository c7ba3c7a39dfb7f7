/* SPDX-License-Identifier: MIT */
/*
 * A text behind a saved state: what a state that leaves its home needs to be understood elsewhere. Layout at the end of the file: the text, its length
 * (8 bytes), a mark of 16 bytes. The state's own checks do not cover it.
 */
#ifndef PRLKVM_QEMU_SAVED_DOCUMENT_H
#define PRLKVM_QEMU_SAVED_DOCUMENT_H

#include <prlsdk/PrlErrors.h>
#include <stdint.h>

/* Bytes of text, length and mark at the end of a file; 0: none. */
uint64_t saved_document_bytes(int fd, uint64_t file_bytes);
/* Appends one, durably. On failure the file is as it was. */
PRL_RESULT saved_document_append(const char *path, const char *text);

#endif
