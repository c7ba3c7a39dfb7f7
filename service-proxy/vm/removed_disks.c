/* SPDX-License-Identifier: MIT */
#include "removed_disks.h"

#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "links.h"
#include "model/vm_model.h"

bool
removed_disks_is_used(xmlDocPtr doc, const char *home, const char *path)
{
    for (xmlNodePtr n = vm_model_device_nth(doc, PDE_HARD_DISK, 0); n; n = xml_next(n)) {
        AUTO(cleanup_free) char *other = vm_model_image_path(n, home);

        if (str_eq(other, path))
            return true;
    }
    return false;
}

static PRL_RESULT
refuse_base(const char *path)
{
    AUTO(cleanup_free) char *children = NULL;
    PRL_RESULT r = links_children_outside(path, &children);

    if (PRL_FAILED(r) || !children)
        return r;
    return err_set(PRL_ERR_VM_REQUEST_NOT_SUPPORTED, "'%s': linked clones stand on it: %s", path, children);
}

static PRL_RESULT
refuse_with_snapshots(const char *vm_name, const char *path)
{
    const PRL_RESULT code = PRL_ERR_VMCONF_HARD_DISK_UNABLE_DELETE_DISK_WITH_SNAPSHOTS;

    err_set(code, "'%s' is part of snapshots", path);
    err_param(0, "%s", path);
    err_param(1, "%s", vm_name);
    return code;
}

PRL_RESULT
removed_disks_find(xmlDocPtr before_doc, xmlDocPtr after_doc, const char *home, const char *vm_name, uint64_t flags, name_vec *ret)
{
    AUTO(cleanup_free) char *snapshots = path_join(home, "snapshots");
    bool is_forced = flags & PVCF_DESTROY_HDD_BUNDLE_FORCE;
    struct vm_images before = { 0 };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    if (!(flags & (PVCF_DESTROY_HDD_BUNDLE | PVCF_DESTROY_HDD_BUNDLE_FORCE)) || (flags & PVCF_DETACH_HDD_BUNDLE))
        return r;
    r = vm_model_images(before_doc, home, &before);
    for (size_t i = 0; PRL_SUCCEEDED(r) && i < before.len; i++) {
        if (before.p[i].kind != VM_IMAGE_DISK || removed_disks_is_used(after_doc, home, before.p[i].path))
            continue;
        if (!is_forced && snapshots && path_exists(snapshots))
            r = refuse_with_snapshots(vm_name, before.p[i].path);
        else
            r = refuse_base(before.p[i].path);
        if (PRL_SUCCEEDED(r) && !name_vec_add(ret, before.p[i].path))
            r = err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
    }
    vm_images_free(&before);
    return r;
}

void
removed_disks_destroy(const name_vec *images)
{
    VEC(const char *) gone = { 0 };

    for (size_t i = 0; i < images->len; i++) {
        int e = path_remove_tree(images->p[i]);

        if (e < 0)
            LOG_W("commit", "'%s' was not removed: %s", images->p[i], strerror(-e));
        else if (!vec_push(&gone, images->p[i]))
            break;
    }
    if (gone.len)
        links_remove(gone.p, gone.len, NULL);
    vec_free(&gone);
}
