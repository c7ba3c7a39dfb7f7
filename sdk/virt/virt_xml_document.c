/* SPDX-License-Identifier: MIT */
/*
 * What a configuration has elements for, and the SDK no functions: it goes through the configuration's text. An element that the domain document does not
 * mention becomes its default, so that a redefinition takes things away too; and of a machine that no document defined, one is made that has it all.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "virt_xml_work.h"

#define SHARES "Settings/Tools/SharedFolders/HostSharing"

/* Texts of the domain document that are one element of the configuration as they are. */
static const struct {
    const char *from, *attribute, *to, *otherwise;
} copied[] = {
    { "on_reboot", NULL, "Settings/Startup/OnRebootAction", "restart" },
    { "on_poweroff", NULL, "Settings/Startup/OnPoweroffAction", "destroy" },
    { "on_crash", NULL, "Settings/Startup/OnCrashAction", "preserve" },
    { "cpu/model", NULL, "Hardware/Cpu/QemuModel", "" },
    { "clock", "adjustment", "Hardware/Clock/TimeShift", "0" },
};

static const struct {
    const char *type, *model;
} videos[] = {
    { "vga", "" }, { "cirrus", "cirrus" }, { "virtio", "virtio" }, { "qxl", "qxl" }, { "vmvga", "vmware" }, { "bochs", "bochs" },
};

static bool
put(struct virt_work *w, const char *element, bool ok)
{
    return ok || virt_refuse(w, element, "it could not be stored");
}

static bool
copy_texts(struct virt_work *w, xmlNodePtr cfg)
{
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
        AUTO(cleanup_free) char *text = copied[i].attribute ? virt_attr(w->root, copied[i].from, copied[i].attribute) : xml_get(w->root, copied[i].from);

        if (!put(w, copied[i].from, xml_set(cfg, copied[i].to, text ? text : copied[i].otherwise)))
            return false;
    }
    return true;
}

/* Where QEMU shall choose, the name in the document is that of the host it was written on. */
static bool
add_model(struct virt_work *w, xmlNodePtr cfg)
{
    AUTO(cleanup_free) char *mode = virt_attr(w->root, "cpu", "mode");
    bool is_hosts = mode && strcmp(mode, "custom") != 0;

    return !is_hosts || put(w, "cpu", xml_set(cfg, "Hardware/Cpu/QemuModel", ""));
}

static bool
add_firmware(struct virt_work *w, xmlNodePtr cfg)
{
    AUTO(cleanup_free) char *secure = virt_attr(w->root, "os/loader", "secure");
    bool is_secure = secure && strcmp(secure, "yes") == 0;

    for (xmlNodePtr at = xml_find(w->root, "os/firmware/feature"); at; at = xml_next(at)) {
        AUTO(cleanup_free) char *name = virt_attr(at, NULL, "name");
        AUTO(cleanup_free) char *enabled = virt_attr(at, NULL, "enabled");

        if (name && enabled && strcmp(name, "secure-boot") == 0)
            is_secure = strcmp(enabled, "yes") == 0;
    }
    AUTO(cleanup_free) char *nvram = virt_nvram(w->root);

    return put(w, "loader", xml_set_u64(cfg, "Settings/Startup/Bios/EfiSecureBoot", is_secure)) &&
           put(w, "nvram", xml_set(cfg, "Settings/Startup/Bios/NVRAM", nvram ? nvram : ""));
}

static bool
add_video(struct virt_work *w, xmlNodePtr cfg)
{
    AUTO(cleanup_free) char *type = virt_attr(w->root, "devices/video/model", "type");
    const char *model = "";

    for (size_t i = 0; type && i < sizeof videos / sizeof *videos; i++)
        if (strcmp(videos[i].type, type) == 0)
            model = videos[i].model;
    return put(w, "video", xml_set(cfg, "Hardware/Video/QemuModel", model));
}

static bool
add_tpm(struct virt_work *w, xmlNodePtr cfg)
{
    xmlNodePtr tpm = xml_find(w->root, "devices/tpm");

    if (tpm && !xml_find(tpm, "backend"))
        return virt_refuse(w, "tpm", "<backend type='emulator'> is required");
    return put(w, "tpm", xml_set_u64(cfg, "Hardware/TpmChip/Type", tpm != NULL));
}

static bool
add_random(struct virt_work *w, xmlNodePtr cfg)
{
    xmlNodePtr rng = xml_find(w->root, "devices/rng");

    if (rng && xml_next(rng))
        return virt_refuse(w, "rng", "a machine has one");
    return put(w, "rng", xml_set_u64(cfg, "Hardware/RandomSource/Type", rng != NULL));
}

static bool
add_channel(struct virt_work *w, xmlNodePtr hardware, xmlNodePtr element)
{
    AUTO(cleanup_free) char *name = virt_attr(element, "target", "name");
    AUTO(cleanup_free) char *path = virt_attr(element, "source", "path");
    xmlNodePtr channel;

    if (!name || !name[0] || strlen(name) > 63)
        return virt_refuse(w, "channel", "<target name> of up to 63 bytes is required");
    channel = virt_add(hardware, "GuestChannel", NULL);
    return put(w, "channel", channel && xml_set(channel, "Name", name) && xml_set(channel, "SystemName", path ? path : ""));
}

static bool
add_channels(struct virt_work *w, xmlNodePtr cfg)
{
    xmlNodePtr hardware = xml_make(cfg, "Hardware");
    unsigned n = 0;

    if (!hardware)
        return put(w, "channel", false);
    for (xmlNodePtr old; (old = xml_child(hardware, "GuestChannel"));)
        xml_remove(old);
    for (xmlNodePtr at = xml_find(w->root, "devices/channel"); at; at = xml_next(at))
        if (++n > 8 ? !virt_refuse(w, "channel", "there can be 8") : !add_channel(w, hardware, at))
            return false;
    return true;
}

static bool
add_usb(struct virt_work *w, xmlNodePtr cfg)
{
    bool is_fast = false;

    for (xmlNodePtr at = xml_find(w->root, "devices/controller"); at; at = xml_next(at)) {
        AUTO(cleanup_free) char *model = virt_attr(at, NULL, "model");

        is_fast |= model && strstr(model, "xhci");
    }
    return put(w, "controller", xml_set_u64(cfg, "Settings/UsbController/XhcEnabled", is_fast));
}

/* ---- shared folders ---- */

static bool
add_share(struct virt_work *w, xmlNodePtr sharing, xmlNodePtr filesystem)
{
    AUTO(cleanup_free) char *driver = virt_attr(filesystem, "driver", "type");
    AUTO(cleanup_free) char *path = virt_attr(filesystem, "source", "dir");
    AUTO(cleanup_free) char *name = virt_attr(filesystem, "target", "dir");
    xmlNodePtr share;

    if (!driver)
        return virt_refuse(w, "filesystem", "<driver type='virtiofs'> is required");
    if (!path || !name || !name[0] || strlen(name) > 35)
        return virt_refuse(w, "filesystem", "<source dir> and <target dir> of up to 35 bytes are required");
    share = virt_add(sharing, "SharedFolder", NULL);
    return put(w, "filesystem", share && xml_set(share, "Name", name) && xml_set(share, "Path", path) && xml_set_u64(share, "Enabled", 1) &&
                                    xml_set_u64(share, "ReadOnly", xml_find(filesystem, "readonly") != NULL));
}

static bool
add_shares(struct virt_work *w, xmlNodePtr cfg)
{
    xmlNodePtr sharing = xml_make(cfg, SHARES), at = xml_find(w->root, "devices/filesystem");
    unsigned n = 0;

    if (!sharing)
        return put(w, "filesystem", false);
    for (xmlNodePtr old; (old = xml_child(sharing, "SharedFolder"));)
        xml_remove(old);
    if (!put(w, "filesystem", xml_set_u64(sharing, "Enabled", at != NULL)))
        return false;
    for (; at; at = xml_next(at))
        if (++n > 8 ? !virt_refuse(w, "filesystem", "there can be 8") : !add_share(w, sharing, at))
            return false;
    return true;
}

/* ---- disks ---- */

/* A total of the document, as the limit of this disk; no such element: none of its own. */
static bool
add_limit(struct virt_work *w, xmlNodePtr disk, xmlNodePtr hdd, const char *from, const char *to)
{
    return put(w, "iotune", xml_set_u64(hdd, to, xml_get_u64(disk, from, 0)));
}

/* The configuration's hard disks were made from the document's, in the same order. */
static bool
add_disks(struct virt_work *w, xmlNodePtr cfg)
{
    xmlNodePtr hdd = xml_find(cfg, "Hardware/Hdd");

    for (xmlNodePtr at = xml_find(w->root, "devices/disk"); at && hdd; at = xml_next(at)) {
        AUTO(cleanup_free) char *device = virt_attr(at, NULL, "device");
        AUTO(cleanup_free) char *block = virt_attr(at, "blockio", "logical_block_size");

        if (device && strcmp(device, "disk") != 0)
            continue;
        if (!add_limit(w, at, hdd, "iotune/total_bytes_sec", "IoLimit/IoLimitValue") || !add_limit(w, at, hdd, "iotune/total_iops_sec", "IopsLimit") ||
            (block && !put(w, "blockio", xml_set(hdd, "LogicalBlockSize", block))))
            return false;
        hdd = xml_next(hdd);
    }
    return true;
}

/* ---- the other way: a machine that was never defined by a document ---- */

static void
show_texts(xmlNodePtr cfg, xmlNodePtr domain)
{
    for (size_t i = 0; i < sizeof copied / sizeof *copied; i++) {
        AUTO(cleanup_free) char *text = xml_get(cfg, copied[i].to);

        if (!text || strcmp(text, copied[i].otherwise) == 0)
            continue;
        if (copied[i].attribute)
            virt_put(xml_make(domain, copied[i].from), copied[i].attribute, text);
        else
            xml_set(domain, copied[i].from, text);
    }
    if (xml_find(domain, "clock")) { /* an adjustment */
        virt_put(xml_find(domain, "clock"), "offset", "variable");
        virt_put(xml_find(domain, "clock"), "basis", "utc");
    }
}

static void
show_video(xmlNodePtr cfg, xmlNodePtr domain)
{
    AUTO(cleanup_free) char *model = xml_get(cfg, "Hardware/Video/QemuModel");
    const char *type = "vga";

    for (size_t i = 0; model && model[0] && i < sizeof videos / sizeof *videos; i++)
        if (strcmp(videos[i].model, model) == 0)
            type = videos[i].type;
    virt_put(xml_make(domain, "devices/video/model"), "type", type);
}

static void
show_shares(xmlNodePtr cfg, xmlNodePtr devices)
{
    xmlNodePtr sharing = xml_find(cfg, SHARES), share = sharing && xml_get_u64(sharing, "Enabled", 0) ? xml_child(sharing, "SharedFolder") : NULL;

    for (; share; share = xml_next(share)) {
        AUTO(cleanup_free) char *name = xml_get(share, "Name");
        AUTO(cleanup_free) char *path = xml_get(share, "Path");
        xmlNodePtr filesystem;

        if (!name || !path || !xml_get_u64(share, "Enabled", 1))
            continue;
        filesystem = virt_add(devices, "filesystem", NULL);
        virt_put(filesystem, "type", "mount");
        virt_put(virt_add(filesystem, "driver", NULL), "type", "virtiofs");
        virt_put(virt_add(filesystem, "source", NULL), "dir", path);
        virt_put(virt_add(filesystem, "target", NULL), "dir", name);
        if (xml_get_u64(share, "ReadOnly", 0))
            virt_add(filesystem, "readonly", NULL);
    }
}

static void
show_channels(xmlNodePtr cfg, xmlNodePtr devices)
{
    for (xmlNodePtr from = xml_find(cfg, "Hardware/GuestChannel"); from; from = xml_next(from)) {
        AUTO(cleanup_free) char *name = xml_get(from, "Name");
        AUTO(cleanup_free) char *path = xml_get(from, "SystemName");
        xmlNodePtr channel = virt_add(devices, "channel", NULL), target;

        virt_put(channel, "type", "unix");
        if (path && path[0]) {
            xmlNodePtr source = virt_add(channel, "source", NULL);

            virt_put(source, "mode", "bind");
            virt_put(source, "path", path);
        }
        target = virt_add(channel, "target", NULL);
        virt_put(target, "type", "virtio");
        virt_put(target, "name", name ? name : "");
    }
}

static void
show_helpers(xmlNodePtr cfg, xmlNodePtr devices)
{
    if (xml_get_u64(cfg, "Hardware/TpmChip/Type", 0)) {
        xmlNodePtr tpm = virt_add(devices, "tpm", NULL), backend = virt_add(tpm, "backend", NULL);

        virt_put(tpm, "model", "tpm-crb");
        virt_put(backend, "type", "emulator");
        virt_put(backend, "version", "2.0");
    }
    if (xml_get_u64(cfg, "Hardware/RandomSource/Type", 0)) {
        xmlNodePtr rng = virt_add(devices, "rng", NULL);

        virt_put(rng, "model", "virtio");
        virt_put(virt_add(rng, "backend", "/dev/urandom"), "model", "random");
    }
    if (xml_get_u64(cfg, "Settings/UsbController/XhcEnabled", 0)) {
        xmlNodePtr controller = virt_add(devices, "controller", NULL);

        virt_put(controller, "type", "usb");
        virt_put(controller, "model", "qemu-xhci");
    }
}

xmlDocPtr
virt_document_of(PRL_HANDLE vm)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = xmlNewDoc((const xmlChar *)"1.0");
    AUTO(xmlFreeDoc) xmlDocPtr text_doc = NULL;
    AUTO(cleanup_free) char *nvram = NULL;
    xmlNodePtr domain = doc ? xmlNewDocNode(doc, NULL, (const xmlChar *)"domain", NULL) : NULL, devices, cfg;
    PRL_VOID_PTR text = NULL;

    if (!domain)
        return NULL;
    xmlDocSetRootElement(doc, domain);
    if (PRL_FAILED(PrlHandle_ToString(vm, &text)))
        return NULL;
    text_doc = xml_parse(text, strlen(text), NULL);
    PrlBuffer_Free(text);
    cfg = text_doc ? xmlDocGetRootElement(text_doc) : NULL;
    devices = cfg ? xml_make(domain, "devices") : NULL;
    if (!devices)
        return NULL;
    show_texts(cfg, domain);
    if (xml_get_u64(cfg, "Settings/Startup/Bios/EfiSecureBoot", 0))
        virt_put(xml_make(domain, "os/loader"), "secure", "yes");
    nvram = xml_get(cfg, "Settings/Startup/Bios/NVRAM");
    if (nvram && nvram[0])
        xml_set(domain, "os/nvram", nvram);
    show_video(cfg, domain);
    show_shares(cfg, devices);
    show_channels(cfg, devices);
    show_helpers(cfg, devices);
    return TAKE(doc);
}

/* ---- all of it ---- */

/* Is there anything of all that? Of a machine that is new the answer saves reading and writing its text. */
static bool
has_any(struct virt_work *w)
{
    static const char *const paths[] = { "cpu/model", "os/nvram", "os/loader", "os/firmware", "devices/tpm", "devices/rng", "devices/channel",
                                         "devices/filesystem", "devices/controller", "on_poweroff", "on_reboot", "on_crash" };
    AUTO(cleanup_free) char *adjustment = virt_attr(w->root, "clock", "adjustment");
    AUTO(cleanup_free) char *video = virt_attr(w->root, "devices/video/model", "type");

    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (xml_find(w->root, paths[i]))
            return true;
    for (xmlNodePtr at = xml_find(w->root, "devices/disk"); at; at = xml_next(at))
        if (xml_find(at, "iotune") || xml_find(at, "blockio"))
            return true;
    return adjustment || (video && strcmp(video, "vga") != 0);
}

static bool
is_new(PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *home = virt_text(PrlVmCfg_GetHomePath, vm);

    return !home || !home[0];
}

bool
virt_apply_document(struct virt_work *w)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *changed = NULL;
    PRL_VOID_PTR text = NULL;
    xmlNodePtr cfg;
    size_t len = 0;

    if (is_new(w->vm) && !has_any(w))
        return true;
    if (!virt_set(w, "domain", PrlHandle_ToString(w->vm, &text)))
        return false;
    doc = xml_parse(text, strlen(text), NULL);
    PrlBuffer_Free(text);
    cfg = doc ? xmlDocGetRootElement(doc) : NULL;
    if (!cfg)
        return put(w, "domain", false);
    if (!copy_texts(w, cfg) || !add_model(w, cfg) || !add_firmware(w, cfg) || !add_video(w, cfg) || !add_tpm(w, cfg) || !add_random(w, cfg) ||
        !add_channels(w, cfg) || !add_usb(w, cfg) || !add_shares(w, cfg) || !add_disks(w, cfg))
        return false;
    changed = xml_text(doc, &len);
    return put(w, "domain", changed != NULL) && virt_set(w, "domain", PrlHandle_FromString(w->vm, changed));
}
