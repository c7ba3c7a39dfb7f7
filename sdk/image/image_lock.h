/* SPDX-License-Identifier: MIT */
/*
 * Who may have an image file open at once, agreed with QEMU: open-file-description locks on the bytes that its file driver uses, so each
 * side sees the other. They belong to the open file, so the death of a process ends them: there are no stale ones.
 */
#ifndef PRLKVM_IMAGE_IMAGE_LOCK_H
#define PRLKVM_IMAGE_IMAGE_LOCK_H

#include <stdbool.h>

/*
 * A reader keeps writers out, a writer everybody. 0, -EAGAIN: somebody has it, or another -errno: the file system has no such locks.
 * Held until the descriptor is closed.
 */
int image_lock(int fd, bool for_writing);

#endif
