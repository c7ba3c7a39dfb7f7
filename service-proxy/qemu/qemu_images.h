/* SPDX-License-Identifier: MIT */
/* The image files of a VM as its configuration has them, and what has to be true of them before QEMU may open them. */
#ifndef PRLKVM_QEMU_QEMU_IMAGES_H
#define PRLKVM_QEMU_QEMU_IMAGES_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#include "base/cleanup.h"
#include "base/vec.h"

#define QEMU_NODE_NAME 24 /* "hdd0", "cd1", "fdd0", "efi-vars": what backend_overlay calls node */

struct qemu_backing {
    char *path;
    bool is_qcow2;
};

struct qemu_image {
    char node[QEMU_NODE_NAME];
    char *path;          /* absolute; NULL: a drive without a medium */
    bool is_qcow2;       /* by the configuration, never by a look at the file */
    bool is_read_only;
    bool is_host_device; /* a block device of the host */
    bool is_bundle;      /* a directory with a descriptor: served by an export (qemu_export.h) */
    int export_fd;       /* of a bundle, by qemu_images_check: the number of its connection inside QEMU */
    bool may_be_absent;  /* a CD: the drive is empty then */
    VEC(struct qemu_backing) backing; /* nearest first, of a bundle other bundles; filled by qemu_images_check */
};
struct qemu_images {
    struct qemu_image *p;
    size_t len, room;
};

/* Pure. Relative names are inside home. PRL_ERR_INVALID_ARG: a name with "..", two devices of one index. */
PRL_RESULT qemu_images_list(xmlDocPtr doc, const char *home, struct qemu_images *ret);
/*
 * Looks at the files: there, readable, of the format that the configuration says, standing on recorded backing files only. A directory in
 * the place of a disk is a bundle: no guest can make one of its disk.
 */
PRL_RESULT qemu_images_check(struct qemu_images *images);
/* Before a start: does nobody else have them open? PRL_ERR_DISK_IMAGE_BUSY (p0 path). */
PRL_RESULT qemu_images_check_unused(const struct qemu_images *images);
PRL_RESULT qemu_image_busy(const char *path, const char *words);
void qemu_images_clear(struct qemu_images *images);
void qemu_images_drop(struct qemu_images *images, size_t i);
static inline __attribute__((unused)) void
qemu_images_clear_auto(struct qemu_images *images)
{
    qemu_images_clear(images);
}
#define AUTO_IMAGES __attribute__((cleanup(qemu_images_clear_auto))) struct qemu_images

const struct qemu_image *qemu_images_find(const struct qemu_images *images, const char *node);

/* A device's own file name made absolute: allocated, NULL (err_set) when it is no clean path. */
PRL_RESULT qemu_image_path(const char *home, const char *name, char **ret);
/* Enabled and, where that counts, Connected. */
bool qemu_device_is_on(xmlNodePtr device);

#endif
