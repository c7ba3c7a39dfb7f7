/* SPDX-License-Identifier: MIT */
/*
 * Images of a VM. A file named by a configuration is opened with the format the configuration gives it: a raw disk is written by its
 * guest, which could put any header into it. The chain below an overlay is the recorded one (vm/links.h).
 */
#include "qemu_images.h"

#include <errno.h>
#include <fcntl.h>
#include <prlsdk/PrlEnums.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "image/image_lock.h"
#include "qemu_args.h"
#include "vm/image_file.h"
#include "vm/links.h"

#define INDEX_MAX 255

static const struct {
    const char *element, *prefix;
    PRL_DEVICE_TYPE type;
} kinds[] = {
    { "Hdd", "hdd", PDE_HARD_DISK },
    { "CdRom", "cd", PDE_OPTICAL_DISK },
    { "Fdd", "fdd", PDE_FLOPPY_DISK },
};

bool
qemu_device_is_on(xmlNodePtr device)
{
    return xml_get_u64(device, "Enabled", 0) != 0;
}

PRL_RESULT
qemu_image_path(const char *home, const char *name, char **ret)
{
    char *path;

    if (!path_is_clean(name) || !str_is_xml_text(name, strlen(name)))
        return err_set(PRL_ERR_INVALID_ARG, "not a plain path: '%s'", name);
    path = path_is_absolute(name) ? str_dup(name) : path_join(home, name);
    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    *ret = path;
    return PRL_ERR_SUCCESS;
}

static void
image_clear(struct qemu_image *i)
{
    for (size_t k = 0; k < i->backing.len; k++)
        free(i->backing.p[k].path);
    vec_free(&i->backing);
    free(i->path);
}

void
qemu_images_clear(struct qemu_images *images)
{
    for (size_t i = 0; i < images->len; i++)
        image_clear(&images->p[i]);
    vec_free(images);
}

void
qemu_images_drop(struct qemu_images *images, size_t i)
{
    image_clear(&images->p[i]);
    vec_remove(images, i);
}

const struct qemu_image *
qemu_images_find(const struct qemu_images *images, const char *node)
{
    for (size_t i = 0; i < images->len; i++)
        if (strcmp(images->p[i].node, node) == 0)
            return &images->p[i];
    return NULL;
}

static PRL_RESULT
add_image(struct qemu_images *images, struct qemu_image *image)
{
    if (qemu_images_find(images, image->node)) {
        image_clear(image);
        return err_set(PRL_ERR_INVALID_ARG, "two devices are '%s'", image->node);
    }
    if (!vec_push(images, *image)) {
        image_clear(image);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "images");
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
list_device(xmlNodePtr dev, PRL_DEVICE_TYPE type, const char *prefix, const char *home, struct qemu_images *ret)
{
    uint64_t index = xml_get_u64(dev, "Index", 0);
    bool is_connected = xml_get_u64(dev, "Connected", 1) != 0;
    bool is_file = xml_get_u64(dev, "EmulatedType", 1) != PDT_USE_REAL_DEVICE;
    AUTO(cleanup_free) char *name = xml_get(dev, "SystemName");
    struct qemu_image image = { .is_read_only = type == PDE_OPTICAL_DISK, .may_be_absent = type != PDE_HARD_DISK };
    PRL_RESULT rc;

    if (index > INDEX_MAX)
        return err_set(PRL_ERR_INVALID_ARG, "%s with index %llu", prefix, (unsigned long long)index);
    snprintf(image.node, sizeof image.node, "%s%u", prefix, (unsigned)index);
    if (type == PDE_HARD_DISK && !is_connected)
        return PRL_ERR_SUCCESS;
    image.is_host_device = !is_file && type == PDE_HARD_DISK;
    image.is_qcow2 = type == PDE_HARD_DISK && is_file && xml_get_u64(dev, "DiskType", PHD_EXPANDING_HARD_DISK) != PHD_RAW_HARD_DISK;
    if (is_connected && name && name[0]) {
        rc = qemu_image_path(home, name, &image.path);
        if (PRL_FAILED(rc))
            return rc;
    } else if (type == PDE_HARD_DISK) {
        return err_set(PRL_ERR_HDD_IMAGE_NOT_SPECIFIED, "hard disk %u has no file name", (unsigned)index);
    }
    return add_image(ret, &image);
}

PRL_RESULT
qemu_images_list(xmlDocPtr doc, const char *home, struct qemu_images *ret)
{
    AUTO_IMAGES images = { 0 };
    xmlNodePtr hw = xml_find(xmlDocGetRootElement(doc), "Hardware");

    for (size_t k = 0; hw && k < ARRAY_LEN(kinds); k++)
        for (xmlNodePtr dev = xml_child(hw, kinds[k].element); dev; dev = xml_next(dev)) {
            PRL_RESULT rc =
                qemu_device_is_on(dev) ? list_device(dev, kinds[k].type, kinds[k].prefix, home, &images) : PRL_ERR_SUCCESS;

            if (PRL_FAILED(rc))
                return rc;
        }
    *ret = images;
    memset(&images, 0, sizeof images);
    return PRL_ERR_SUCCESS;
}

/* ---- files ---- */

static PRL_RESULT
not_there(const struct qemu_image *image, int e)
{
    err_errno(PRL_ERR_HDD_IMAGE_NOT_EXIST, e, "'%s'", image->path);
    err_param(0, "%s", image->path);
    return PRL_ERR_HDD_IMAGE_NOT_EXIST;
}

static PRL_RESULT
refuse(const struct qemu_image *image, const char *why)
{
    err_set(PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE, "'%s' %s", image->path, why);
    err_param(0, "%s", image->path);
    return PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE;
}

/* links_chain has seen that each header names exactly the recorded next file, and no external data file. */
static PRL_RESULT
take_chain(struct qemu_image *image)
{
    char **paths;
    PRL_RESULT rc = links_chain(image->path, &paths);

    if (PRL_FAILED(rc))
        return rc;
    for (char **p = paths[0] ? paths + 1 : paths; *p; p++) {
        struct image_info info;
        struct qemu_backing b = { NULL, false };

        rc = image_file_info(*p, &info);
        if (PRL_FAILED(rc))
            break;
        b.is_qcow2 = info.format == IMAGE_QCOW2;
        image_info_clear(&info);
        b.path = str_dup(*p);
        if (!b.path || !vec_push(&image->backing, b)) {
            free(b.path);
            rc = err_set(PRL_ERR_OUT_OF_MEMORY, "image chain");
            break;
        }
    }
    links_chain_free(paths);
    return rc;
}

/* The bundles that this one stands on: its export may follow it there. */
static PRL_RESULT
take_bundles(struct qemu_image *image)
{
    char **paths;
    PRL_RESULT rc = links_chain(image->path, &paths);

    if (PRL_FAILED(rc))
        return rc;
    for (char **p = paths + 1; *p && PRL_SUCCEEDED(rc); p++) {
        struct qemu_backing b = { str_dup(*p), false };

        if (!b.path || !vec_push(&image->backing, b)) {
            free(b.path);
            rc = err_set(PRL_ERR_OUT_OF_MEMORY, "bundles");
        }
    }
    links_chain_free(paths);
    return rc;
}

PRL_RESULT
qemu_image_busy(const char *path, const char *words)
{
    err_set(PRL_ERR_DISK_IMAGE_BUSY, "%s", words && words[0] ? words : path);
    err_param(0, "%s", path);
    return PRL_ERR_DISK_IMAGE_BUSY;
}

static PRL_RESULT
check_bundle(struct qemu_image *image)
{
    PRL_RESULT rc = take_bundles(image);
    AUTO(cleanup_free) char *words = PRL_FAILED(rc) ? str_dup(err_peek()->details) : NULL;

    if (PRL_FAILED(rc))
        return refuse(image, words ? words : "is a directory that is no bundle");
    image->is_bundle = true;
    image->is_qcow2 = false;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_image(struct qemu_image *image)
{
    struct image_info info;
    struct stat st;
    bool is_qcow2, is_encrypted;
    PRL_RESULT rc;

    if (stat(image->path, &st) < 0) {
        if (!image->may_be_absent)
            return not_there(image, errno);
        free(image->path);
        image->path = NULL;
        return PRL_ERR_SUCCESS;
    }
    if (S_ISBLK(st.st_mode) && !image->is_qcow2) {
        image->is_host_device = true;
        return PRL_ERR_SUCCESS;
    }
    if (S_ISDIR(st.st_mode) && strncmp(image->node, "hdd", 3) == 0)
        return check_bundle(image);
    if (image->is_host_device || !S_ISREG(st.st_mode))
        return refuse(image, image->is_host_device ? "is no block device" : "is no regular file");
    if (!image->is_qcow2)
        return PRL_ERR_SUCCESS;
    rc = image_file_info(image->path, &info);
    if (PRL_FAILED(rc))
        return rc;
    is_qcow2 = info.format == IMAGE_QCOW2;
    is_encrypted = info.is_encrypted;
    image_info_clear(&info);
    if (!is_qcow2)
        return refuse(image, "is no qcow2 image, as its configuration says it is");
    if (is_encrypted)
        return refuse(image, "is encrypted, which is not supported");
    return take_chain(image);
}

PRL_RESULT
qemu_images_check(struct qemu_images *images)
{
    int next_fd = QEMU_FD_DISKS;

    for (size_t i = 0; i < images->len; i++) {
        PRL_RESULT rc = images->p[i].path ? check_image(&images->p[i]) : PRL_ERR_SUCCESS;

        if (PRL_FAILED(rc))
            return rc;
        if (images->p[i].is_bundle)
            images->p[i].export_fd = next_fd++;
    }
    return PRL_ERR_SUCCESS;
}

/* QEMU would refuse it as well, but in words of its own and after it has begun. Locks die with their processes: none is stale. */
static PRL_RESULT
check_unused(const struct qemu_image *image)
{
    AUTO_FD int fd = open(image->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0)
        return refuse(image, strerror(errno));
    if (image_lock(fd, !image->is_read_only) == -EAGAIN)
        return qemu_image_busy(image->path, "another virtual machine or program has it open");
    return PRL_ERR_SUCCESS;
}

/* A bundle is locked by its export, before QEMU as well. */
PRL_RESULT
qemu_images_check_unused(const struct qemu_images *images)
{
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    for (size_t i = 0; PRL_SUCCEEDED(rc) && i < images->len; i++)
        if (images->p[i].path && !images->p[i].is_bundle && !images->p[i].is_host_device)
            rc = check_unused(&images->p[i]);
    return rc;
}
