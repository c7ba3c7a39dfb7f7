/* SPDX-License-Identifier: MIT */
/*
 * What qemu_blocks.c does to bundles (qemu_export.h), which QEMU knows as NBD disks. Under an overlay file a bundle is a disk like a raw one.
 * An overlay that is a bundle itself is its export's affair: that changes over.
 */
#ifndef PRLKVM_QEMU_QEMU_BLOCKS_BUNDLES_H
#define PRLKVM_QEMU_QEMU_BLOCKS_BUNDLES_H

#include "qemu_vm.h"

/* Is the overlay a bundle? */
bool qemu_bundles_move(const struct backend_overlay *o);
bool qemu_bundles_any_move(const struct backend_overlay *o, int n);
/*
 * The exports of those change over to their overlays, all or none. PRL_ERR_TIMEOUT: it is not known which. One that serves its overlay
 * already stays there. back: to the images, while nothing was written since.
 */
PRL_RESULT qemu_bundles_change_over(struct backend_vm *b, const struct backend_overlay *o, int n);
void qemu_bundles_change_back(struct backend_vm *b, const struct backend_overlay *o, int n);
/* Behind the freeze: the bundles under overlay files can be copied as they are. */
PRL_RESULT qemu_bundles_settle(struct backend_vm *b, const struct backend_overlay *o, int n);

/*
 * The guest is held over changes that cannot be made at one moment, without a word to those who see the VM's state. was_running goes to
 * release.
 */
PRL_RESULT qemu_bundles_hold(struct backend_vm *b, bool *ret_was_running);
void qemu_bundles_release(struct backend_vm *b, bool was_running);

#endif
