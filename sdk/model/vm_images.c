/* SPDX-License-Identifier: MIT */
/* The files of the host that devices name (semantics 7.3, "File names"). */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "vm_devices.h"

/* What a device keeps in a file, and the EmulatedType that says it does. */
static const struct {
    PRL_DEVICE_TYPE type;
    PRL_VM_DEV_EMULATION_TYPE emulated;
    enum vm_image_kind kind;
} image_kinds[] = {
    { PDE_HARD_DISK, PDT_USE_IMAGE_FILE, VM_IMAGE_DISK },
    { PDE_OPTICAL_DISK, PDT_USE_IMAGE_FILE, VM_IMAGE_CD },
    { PDE_FLOPPY_DISK, PDT_USE_IMAGE_FILE, VM_IMAGE_FLOPPY },
    { PDE_SERIAL_PORT, PDT_USE_OUTPUT_FILE, VM_IMAGE_OUTPUT },
    { PDE_PARALLEL_PORT, PDT_USE_OUTPUT_FILE, VM_IMAGE_OUTPUT },
};

static bool
find_kind(xmlNodePtr device, enum vm_image_kind *ret)
{
    const struct device_kind *kind = vm_device_kind_of_node(device);
    uint64_t emulated;

    if (!kind)
        return false;
    emulated = xml_get_u64(device, "EmulatedType", kind->type == PDE_HARD_DISK ? PDT_USE_IMAGE_FILE : 0);
    for (size_t i = 0; i < ARRAY_LEN(image_kinds); i++) {
        if (image_kinds[i].type == kind->type && image_kinds[i].emulated == emulated) {
            *ret = image_kinds[i].kind;
            return true;
        }
    }
    return false;
}

/* SystemName is the path; a client that set only the name users see meant the same. */
static char *
get_name(xmlNodePtr device)
{
    char *name = xml_get(device, "SystemName");

    if (name && name[0])
        return name;
    free(name);
    return xml_get(device, "UserFriendlyName");
}

/* What follows home in a path below it; NULL: it is not. Repeated slashes make no difference. */
static const char *
skip_home(const char *path, const char *home)
{
    if (!path_is_inside(path, home))
        return NULL;
    for (;;) {
        path += strspn(path, "/");
        home += strspn(home, "/");
        if (!*home)
            return path;
        path += strcspn(path, "/");
        home += strcspn(home, "/");
    }
}

/* Files of the machine itself can be no device's file. */
static bool
is_reserved(const char *path, const char *home)
{
    static const char *const names[] = { "config.pvs", "config.pvs.backup", "config.sav", "config.sav.run", "qemu.log",
                                         ".lock" };
    const char *rest = skip_home(path, home);
    size_t n = rest ? strlen(rest) : 0;

    if (!rest)
        return false;
    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (strcmp(rest, names[i]) == 0)
            return true;
    /* RAM of a saved state: config*.mem */
    return n >= sizeof "config.mem" - 1 && strncmp(rest, "config", 6) == 0 && strcmp(rest + n - 4, ".mem") == 0;
}

/* *ret stays NULL when the device names no file. */
static PRL_RESULT
make_path(xmlNodePtr device, const char *home, char **ret)
{
    AUTO(cleanup_free) char *name = get_name(device);
    AUTO(cleanup_free) char *path = NULL;

    if (!name || !name[0])
        return PRL_ERR_SUCCESS;
    if (!path_is_clean(name))
        return err_set(PRL_ERR_INVALID_ARG, "%s: the file name '%s' has '..' or characters that are not allowed",
                       device->name, name);
    path = path_is_absolute(name) ? str_dup(name) : home ? path_join(home, name) : NULL;
    if (!path)
        return home ? err_set(PRL_ERR_OUT_OF_MEMORY, "file name")
                    : err_set(PRL_ERR_INVALID_ARG, "%s: the file name '%s' is relative", device->name, name);
    if (!path_is_clean(path) || (home && is_reserved(path, home)))
        return err_set(PRL_ERR_INVALID_ARG, "%s: '%s' cannot be a device's file", device->name, path);
    *ret = TAKE(path);
    return PRL_ERR_SUCCESS;
}

char *
vm_model_image_path(xmlNodePtr device, const char *home)
{
    enum vm_image_kind kind;
    char *path = NULL;

    if (!find_kind(device, &kind) || PRL_FAILED(make_path(device, home, &path)))
        return NULL;
    return path;
}

static PRL_RESULT
add_image(struct vm_images *v, xmlNodePtr device, const char *home)
{
    struct vm_image image = { .type = vm_model_device_type(device), .device = device };
    PRL_RESULT r;

    if (!find_kind(device, &image.kind))
        return PRL_ERR_SUCCESS;
    r = make_path(device, home, &image.path);
    if (PRL_FAILED(r) || !image.path)
        return r;
    image.index = (unsigned)xml_get_u64(device, "Index", 0);
    image.is_inside = home && path_is_inside(image.path, home);
    image.is_used = xml_get_u64(device, "Enabled", 0) && xml_get_u64(device, "Connected", 1);
    if (!vec_push(v, image)) {
        free(image.path);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "image list");
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
vm_model_images(xmlDocPtr doc, const char *home, struct vm_images *ret)
{
    xmlNodePtr hardware = xml_child(vm_model_root(doc), "Hardware");
    struct vm_images v = { 0 };

    for (xmlNodePtr n = hardware ? hardware->children : NULL; n; n = n->next) {
        PRL_RESULT r = add_image(&v, n, home);

        if (PRL_FAILED(r)) {
            vm_images_free(&v);
            return r;
        }
    }
    *ret = v;
    return PRL_ERR_SUCCESS;
}

void
vm_images_free(struct vm_images *v)
{
    if (!v)
        return;
    for (size_t i = 0; i < v->len; i++)
        free(v->p[i].path);
    vec_free(v);
}

char *
vm_model_clone_path(const struct vm_prepare_clone *c, enum vm_image_kind kind, const char *path)
{
    const char *rest = skip_home(path, c->source_home);
    AUTO(cleanup_free) char *dir = NULL;
    char uuid[UUID_TEXT], bare[UUID_BARE];

    if (rest)
        return path_join(c->home, rest);
    if (kind == VM_IMAGE_CD)
        return str_dup(path);
    if (!uuid_parse(c->uuid, uuid))
        return NULL;
    uuid_bare(uuid, bare);
    dir = path_dirname(path);
    return dir ? str_printf("%s/%s/%s", strcmp(dir, "/") == 0 ? "" : dir, bare, path_basename(path)) : NULL;
}
