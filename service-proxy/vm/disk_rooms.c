/* SPDX-License-Identifier: MIT */
#include "disk_rooms.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/vec.h"
#include "base/xml.h"
#include "disk_facts.h"
#include "model/vm_model.h"
#include "vm.h"

#define OLD_MS 1000

void
disk_rooms_clear(struct disk_rooms *r)
{
    for (size_t i = 0; i < r->len; i++)
        free(r->p[i].path);
    free(r->p);
    memset(r, 0, sizeof *r);
}

/* A copy of what is known; false: nothing, or of another configuration. */
static bool
known(struct vm *vm, struct disk_rooms *ret)
{
    LOCK_SCOPE(&vm->lock);

    ret->config_rev = vm->config_rev;
    if (!vm->rooms.at_ms || vm->rooms.config_rev != vm->config_rev)
        return false;
    ret->p = vm->rooms.len ? calloc(vm->rooms.len, sizeof *ret->p) : NULL;
    for (size_t i = 0; ret->p && i < vm->rooms.len; i++) {
        ret->p[i] = vm->rooms.p[i];
        ret->p[i].path = strdup(vm->rooms.p[i].path);
        if (!ret->p[i].path)
            return false;
        ret->len++;
    }
    return ret->len == vm->rooms.len;
}

static void
read_names(struct vm *vm, struct disk_rooms *ret)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *home = vm_home_dup(vm);
    struct vm_images images = { 0 };

    if (!home || PRL_FAILED(vm_config_doc(vm, &doc)) || PRL_FAILED(vm_model_images(doc, home, &images)))
        return;
    ret->p = images.len ? calloc(images.len, sizeof *ret->p) : NULL;
    for (size_t i = 0; ret->p && i < images.len; i++)
        if (images.p[i].kind == VM_IMAGE_DISK) {
            ret->p[ret->len].index = images.p[i].index;
            ret->p[ret->len++].path = TAKE(images.p[i].path);
        }
    vm_images_free(&images);
}

static bool
is_same(const struct disk_rooms *a, const struct disk_rooms *b)
{
    for (size_t i = 0; a->len == b->len && i < a->len; i++)
        if (a->p[i].index != b->p[i].index || a->p[i].mib != b->p[i].mib)
            return false;
    return a->len == b->len;
}

void
disk_rooms_look(struct vm *vm)
{
    struct disk_rooms now = { 0 };
    bool is_same_again;

    if (!known(vm, &now)) {
        uint64_t config_rev = now.config_rev; /* from before the text is read: a newer text is looked at again */

        disk_rooms_clear(&now);
        read_names(vm, &now);
        now.config_rev = config_rev;
    }
    for (size_t i = 0; i < now.len; i++)
        now.p[i].mib = disk_facts_room(now.p[i].path) >> 20;
    now.at_ms = clock_now_ms();
    {
        struct disk_rooms before;
        LOCK_SCOPE(&vm->lock);

        before = vm->rooms;
        vm->rooms = now;
        is_same_again = is_same(&before, &now);
        now = before;
    }
    if (!is_same_again)
        vm_drifted(vm);
    disk_rooms_clear(&now);
    err_clear();
}

bool
disk_rooms_is_old_locked(const struct vm *vm)
{
    return !vm->rooms.at_ms || clock_now_ms() - vm->rooms.at_ms >= OLD_MS;
}

json_t *
disk_rooms_json_locked(const struct vm *vm)
{
    json_t *list = vm->rooms.len ? json_array() : NULL;

    for (size_t i = 0; list && i < vm->rooms.len; i++)
        json_array_append_new(list, json_pack("[i, I]", (int)vm->rooms.p[i].index, (json_int_t)vm->rooms.p[i].mib));
    return list;
}

void
disk_rooms_take_back(xmlDocPtr doc, xmlDocPtr old)
{
    for (xmlNodePtr n = vm_model_device_nth(doc, PDE_HARD_DISK, 0); n; n = xml_next(n)) {
        xmlNodePtr before = vm_model_device_by_index(old, PDE_HARD_DISK, (unsigned)xml_get_u64(n, "Index", 0));
        AUTO(cleanup_free) char *value = before ? xml_get(before, "SizeOnDisk") : NULL;

        if (value)
            xml_set(n, "SizeOnDisk", value);
        else if (before)
            xml_remove(xml_child(n, "SizeOnDisk"));
    }
}
