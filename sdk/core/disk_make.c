/* SPDX-License-Identifier: MIT */
#include "disk_make.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/uuid.h"
#include "disk_info.h"
#include "image/bundle.h"

#define CLUSTER_SECTORS 2048u
#define PARTS_MAX 4096u

struct make {
    char *path, *name;
    bool is_qcow2;
    struct bundle_new bundle;
    uint64_t *part_ends;
    char uid[UUID_TEXT];
    PRL_DISK_CALLBACK callback;
    PRL_VOID_PTR param;
};

static void
make_free(void *arg)
{
    struct make *m = arg;

    if (!m)
        return;
    free(m->path);
    free(m->name);
    free(m->part_ends);
    free(m);
}
CLEANUP_FOR(make_free, struct make *)

/* ---- what is wanted ---- */

static PRL_RESULT
bad_parameters(const char *why)
{
    return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "%s", why);
}

/* Programs written for VZ7 fill in nothing but the size: all else is looked at for bundles alone. */
static PRL_RESULT
kind_wanted(PRL_CONST_DISK_PARAMETERS_PTR p, PRL_IMAGE_TYPE *ret)
{
    *ret = PRL_IMAGE_TRY_GUESS;
    if (!p->m_Parts)
        return PRL_ERR_SUCCESS;
    if (!p->m_Storages)
        return err_set(PRL_ERR_INVALID_ARG, "%u parts, but no description of them", p->m_Parts);
    *ret = p->m_Storages[0].Type;
    if (*ret == PRL_IMAGE_INVALID)
        *ret = PRL_IMAGE_TRY_GUESS;
    if (*ret != PRL_IMAGE_PLAIN && *ret != PRL_IMAGE_COMPRESSED && *ret != PRL_IMAGE_TRY_GUESS)
        return err_set(PRL_ERR_DISK_INVALID_PARAMETERS, "images of type %u are not made", *ret);
    return PRL_ERR_SUCCESS;
}

/* Side by side from 0 to the end. The only part may leave its size out. */
static PRL_RESULT
take_parts(PRL_CONST_DISK_PARAMETERS_PTR p, struct make *m)
{
    uint64_t at = 0;

    if (p->m_Parts > PARTS_MAX)
        return bad_parameters("too many parts");
    m->part_ends = calloc(p->m_Parts, sizeof *m->part_ends);
    if (!m->part_ends)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "parts");
    for (PRL_UINT32 i = 0; i < p->m_Parts; i++) {
        const PRL_IMAGE_PARAMETERS *part = &p->m_Storages[i];
        uint64_t size = part->uSize;

        if (part->Type != p->m_Storages[0].Type)
            return bad_parameters("parts of different types");
        if (!size && p->m_Parts > 1)
            return err_set(PRL_ERR_DISK_NULL_PART_SIZE, "part %u has no size", i);
        if (!size)
            size = p->m_SizeInSectors;
        if (part->uStart != at || size > p->m_SizeInSectors - at)
            return bad_parameters("the parts do not lie side by side");
        at += size;
        m->part_ends[i] = at;
    }
    if (at != p->m_SizeInSectors)
        return bad_parameters("the parts do not make up the disk");
    m->bundle.part_ends = p->m_Parts > 1 ? m->part_ends : NULL;
    m->bundle.n_parts = p->m_Parts > 1 ? (int)p->m_Parts : 0;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
take_bundle(PRL_CONST_DISK_PARAMETERS_PTR p, PRL_IMAGE_TYPE type, struct make *m)
{
    uint32_t cluster = p->m_BlockSize ? p->m_BlockSize : CLUSTER_SECTORS;

    if (cluster < 8 || cluster & (cluster - 1))
        return err_set(PRL_ERR_DISK_INVALID_BLOCKSIZE, "blocks of %u sectors", cluster);
    m->bundle.size_sectors = p->m_SizeInSectors;
    m->bundle.cluster_sectors = cluster;
    m->bundle.is_plain = type == PRL_IMAGE_PLAIN;
    disk_guid_text(&p->Uid, m->uid);
    m->bundle.uid = strcmp(m->uid, UUID_NIL) == 0 ? NULL : m->uid;
    if (p->Name && p->Name[0]) {
        if (!str_is_xml_text(p->Name, strlen(p->Name)))
            return err_set(PRL_ERR_INVALID_ARG, "the name of the disk is no text");
        m->name = str_dup(p->Name);
        if (!m->name)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "disk");
        m->bundle.name = m->name;
    }
    return take_parts(p, m);
}

static PRL_RESULT
take_params(PRL_CONST_STR path, PRL_CONST_DISK_PARAMETERS_PTR p, struct make *m)
{
    PRL_IMAGE_TYPE type;
    PRL_RESULT r = kind_wanted(p, &type);

    if (PRL_FAILED(r))
        return r;
    if (!p->m_SizeInSectors || p->m_SizeInSectors > (uint64_t)INT64_MAX / 512)
        return bad_parameters("a disk of that size cannot be made");
    m->is_qcow2 = type == PRL_IMAGE_TRY_GUESS;
    m->bundle.size_sectors = p->m_SizeInSectors;
    r = m->is_qcow2 ? PRL_ERR_SUCCESS : take_bundle(p, type, m);
    if (PRL_FAILED(r))
        return r;
    if (path_exists(path))
        return err_set(PRL_ERR_DISK_FILE_EXISTS, "'%s' exists", path);
    m->path = str_dup(path);
    return m->path ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
}

/* ---- the work ---- */

static PRL_RESULT
make_run(void *arg, struct disk **io_disk, const struct image_watch *watch)
{
    const struct disk_open_args open = { .flags = PRL_DISK_READ | PRL_DISK_WRITE };
    struct make *m = arg;
    PRL_RESULT r = m->is_qcow2 ? disk_create_qcow2(m->path, m->bundle.size_sectors * 512, watch) : bundle_create(m->path, &m->bundle, watch);

    if (PRL_FAILED(r))
        return r;
    r = disk_open(m->path, &open, io_disk);
    if (PRL_FAILED(r)) {
        AUTO(err_free) struct err *why = err_take(r);

        if (m->is_qcow2)
            unlink(m->path);
        else
            path_remove_tree(m->path);
        return why ? err_put(why) : r;
    }
    return r;
}

static bool
make_tell(void *arg, int progress)
{
    struct make *m = arg;

    return m->callback(progress, PRL_DISK_PROGRESS_MAX, m->param) != PRL_FALSE;
}

PRL_RESULT
disk_make_work(PRL_CONST_STR path, PRL_CONST_DISK_PARAMETERS_PTR params, PRL_DISK_CALLBACK callback, PRL_VOID_PTR param,
               struct disk_work *ret_work)
{
    AUTO(make_free) struct make *m = calloc(1, sizeof *m);
    PRL_RESULT r;

    if (!m)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "disk");
    r = take_params(path, params, m);
    if (PRL_FAILED(r))
        return r;
    m->callback = callback;
    m->param = param;
    *ret_work = (struct disk_work){ make_run, callback ? make_tell : NULL, make_free, TAKE(m) };
    return PRL_ERR_SUCCESS;
}

/* ---- states ---- */

struct switching {
    char guid[UUID_TEXT];
    PRL_STATES_CALLBACK callback;
    PRL_VOID_PTR param;
    bool has_begun;
};

static PRL_RESULT
switch_run(void *arg, struct disk **io_disk, const struct image_watch *watch)
{
    struct switching *s = arg;
    struct bundle *b;

    if (!*io_disk)
        return err_set(PRL_ERR_UNINITIALIZED, "this disk is not open");
    b = disk_bundle(*io_disk);
    if (!disk_is_writable(*io_disk))
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is open for reading only", disk_path(*io_disk));
    if (!b)
        return err_set(PRL_ERR_DISK_STATES_ERROR, "'%s' has no states: it is no bundle", disk_path(*io_disk));
    return bundle_snapshot_switch(b, s->guid, false);
}

static bool
switch_tell(void *arg, int progress)
{
    struct switching *s = arg;

    if (progress == PRL_DISK_PROGRESS_COMPLETED) {
        s->callback(PRL_STATE_CORE_FULL_COMPLETE_CALLBACK, PRL_STATE_PROGRESS_COMPLETED, s->param);
        return true;
    }
    if (!s->has_begun) {
        s->has_begun = true;
        if (!s->callback(PRL_STATE_CORE_START_DISK_PROCESS_CALLBACK, PRL_STATE_PROGRESS_MIN, s->param))
            return false;
    }
    return s->callback(PRL_STATE_DISK_CALLBACK, progress, s->param) != PRL_FALSE;
}

PRL_RESULT
disk_switch_work(PRL_CONST_GUID_PTR uid, PRL_STATES_CALLBACK callback, PRL_VOID_PTR param, struct disk_work *ret_work)
{
    struct switching *s = calloc(1, sizeof *s);

    if (!s)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "disk");
    disk_guid_text(uid, s->guid);
    s->callback = callback;
    s->param = param;
    *ret_work = (struct disk_work){ switch_run, callback ? switch_tell : NULL, free, s };
    return PRL_ERR_SUCCESS;
}
