/* SPDX-License-Identifier: MIT */
/*
 * The configurations of all VMs as they go beside a list: one sealed memfd for every client that asks while none has changed. Most programs list once and end,
 * and copying a thousand texts for each took a third of the service's time.
 */
#ifndef PRLKVM_VM_TEXT_BANK_H
#define PRLKVM_VM_TEXT_BANK_H

#include "vm_store.h"

struct frame_texts;
struct text_bank;

/* Of exactly these VMs' configurations as they are now, in this order; counted. NULL: it cannot be had, then each text is sent for itself. */
struct text_bank *text_bank_of(const vm_vec *vms);
void text_bank_unref(struct text_bank *b);
CLEANUP_FOR(text_bank_unref, struct text_bank *)

/* The message's texts are the bank's. False: no descriptor. */
bool text_bank_lend(const struct text_bank *b, struct frame_texts *texts);
/* Where the text of the i-th VM lies, if it still is that one. */
bool text_bank_find(const struct text_bank *b, size_t i, const struct vm_text *text, size_t *ret_at);

#endif
