/* SPDX-License-Identifier: MIT */
/*
 * A bundle (disk-format.md) as a disk of a running VM: one nbdkit with our plugin (export/nbdkit_bundle.c) per bundle, on one end of a
 * socket pair whose other end only QEMU has. QEMU's own driver for these images can neither be given a chain of them by -blockdev nor be
 * migrated, which is how a VM is suspended; its NBD driver can. Nothing of it has a name in the file system, and with QEMU, however
 * that ends, the export ends and closes its images cleanly. Killed itself, it leaves the VM paused and the bundle unclean, to be looked
 * through at the next open. Another one in its place could not know what the guest had written and it had not yet put on the table of the
 * image, so nothing reconnects: what was flushed is there at the next start.
 */
#ifndef PRLKVM_QEMU_QEMU_EXPORT_H
#define PRLKVM_QEMU_QEMU_EXPORT_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "qemu_images.h"

struct qemu_export {
    char node[QEMU_NODE_NAME];
    pid_t pid;
    uint64_t start_time;
    int pidfd; /* owned; -1: gone */
};

/*
 * Starts it and waits until the bundle is open; *ret_fd is QEMU's end of the socket. lock_fd (or -1) is inherited: the home is in use
 * until its disks are closed. PRL_ERR_VM_DISK..., see qemu_images.h: the same codes as for other images that cannot be opened.
 */
PRL_RESULT qemu_export_start(const struct qemu_image *image, const char *home, int lock_fd, int cancel_fd, struct qemu_export *ret,
                             int *ret_fd);
/* Everything durable, the bundle closed; the next read or write of the guest opens it again. */
PRL_RESULT qemu_export_quiesce(const struct qemu_export *e, int64_t deadline);
/*
 * The same, and from then on the disk is another bundle: one that stands on the present one, or was below it and is right again as nothing
 * was written since. On failure the disk is what it was; PRL_ERR_TIMEOUT: one or the other.
 */
PRL_RESULT qemu_export_move(const struct qemu_export *e, const char *path, int64_t deadline);
/* Finds one of a run record again: pidfd -1 when it is gone. */
void qemu_export_reopen(struct qemu_export *e);
/* Its QEMU is gone or never came: waits for its end, kills it at the deadline, reaps it if it is our child. */
void qemu_export_end(struct qemu_export *e, int64_t deadline);

/*
 * What an overlay file over a bundle holds goes into the bundle (qemu-img commit), of a VM that has no QEMU. The overlay stays; it names no
 * backing file. PRL_ERR_HDD_IMAGE_COPY.
 */
PRL_RESULT qemu_export_commit(const char *overlay, const char *bundle);

#endif
