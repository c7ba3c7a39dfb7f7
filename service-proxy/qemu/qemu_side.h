/* SPDX-License-Identifier: MIT */
/*
 * Processes beside a QEMU: one per TPM and per shared folder. They get the descriptors they shall have and no others, in a session of
 * their own, and hold one end of a socket whose other end only QEMU has: with QEMU, however it ends, they end. The service has no part
 * in that; it keeps their pids in the run record, so that a next one can look after what is left all the same.
 */
#ifndef PRLKVM_QEMU_QEMU_SIDE_H
#define PRLKVM_QEMU_QEMU_SIDE_H

#include <prlsdk/PrlErrors.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/vec.h"
#include "proc_spawn.h"

#define SIDE_NAME 24
#define SIDE_LOG_FILE "qemu-side.log"

enum { SIDE_FD = 3, SIDE_FD_FIRST_FREE = 4 }; /* where the process finds its end of the socket */

struct qemu_side {
    char name[SIDE_NAME]; /* "tpm0", "share0-x0123abcd" */
    pid_t pid;
    uint64_t start_time;
    int pidfd;            /* owned; -1: gone, or not looked for yet */
};

typedef VEC(struct qemu_side) qemu_sides;

/* argv[0] absolute; fds beside 1 and 2, which are SIDE_LOG_FILE in home. */
PRL_RESULT qemu_side_spawn(const char *name, char *const *argv, const struct spawn_fd *fds, size_t n, const char *home,
                           struct qemu_side *ret);
/* Finds one of a run record again: pidfd -1 when it is gone. */
void qemu_side_reopen(struct qemu_side *side);
/* Behind the end of its QEMU: waits until the deadline, then kills; reaps where it is our child. */
void qemu_side_end(struct qemu_side *side, int64_t deadline);
/* All of a QEMU's, side by side in time; then the list is empty. */
void qemu_sides_end(qemu_sides *sides, int64_t deadline);
/*
 * Ends those that nobody has on record, because a service died between a spawn and its note: processes of ours whose output is this
 * home's SIDE_LOG_FILE.
 */
void qemu_side_end_strays(const char *home);
/* The last line that one of them wrote, escaped, allocated; "" for none. */
char *qemu_side_last_words(const char *home);

#endif
