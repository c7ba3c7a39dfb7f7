/* SPDX-License-Identifier: MIT */
/* The document of a clone (semantics 6.8, "The copy"). */
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "vm_devices.h"
#include "vm_lists.h"
#include "vm_prepare.h"

#define NVRAM "Settings/Startup/Bios/NVRAM"

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration of a clone");
}

static void
remove_all(xmlNodePtr parent, const char *name)
{
    xmlNodePtr n;

    while ((n = xml_child(parent, name)))
        xml_remove(n);
}

static bool
set_identity(xmlNodePtr root, const struct vm_prepare_clone *c)
{
    return xml_set(root, "Identification/VmUuid", c->uuid) && xml_set(root, "Identification/VmName", c->name)
           && xml_set(root, "Identification/ServerUuid", c->server_uuid)
           && xml_set(root, "Identification/LastServerUuid", "")
           && xml_set(root, "Identification/LinkedVmUuid", c->is_linked ? c->source_uuid : "")
           && xml_set_u64(root, "Settings/General/IsTemplate", c->to_template) && xml_set_u64(root, "ValidRc", 0)
           && vm_set_birth(root, c->now);
}

/* Who may do what was said about the source, not about its copy. */
static bool
reset_access(xmlNodePtr root)
{
    xmlNodePtr security = xml_make(root, "Security");

    if (!security)
        return false;
    xml_remove(xml_child(security, "AccessControlList"));
    xml_remove(xml_child(security, "LockedOperationsList"));
    return xml_make(security, "AccessControlList") && xml_make(security, "LockedOperationsList")
           && xml_set(security, "Owner", "") && xml_set_u64(security, "IsOwner", 0)
           && xml_set_u64(security, "AccessForOthers", 0) && xml_set_u64(security, "LockedSign", 0)
           && xml_set(root, "Settings/LockDown/Hash", "");
}

static bool
reset_display(xmlNodePtr root)
{
    return xml_get_u64(root, "Settings/RemoteDisplay/Mode", 0) != PRD_AUTO
           || xml_set_u64(root, "Settings/RemoteDisplay/PortNumber", 0);
}

static bool
forget_addresses(xmlNodePtr adapter)
{
    remove_all(adapter, "NetAddress");
    remove_all(adapter, "DnsIPAddress");
    remove_all(adapter, "SearchDomain");
    return xml_set(adapter, "DefaultGateway", "") && xml_set(adapter, "DefaultGatewayIPv6", "");
}

static bool
reset_adapters(xmlDocPtr doc, bool to_template)
{
    for (xmlNodePtr n = vm_model_device_nth(doc, PDE_GENERIC_NETWORK_ADAPTER, 0); n; n = xml_next(n)) {
        char mac[13];

        vm_mac_make_free(doc, mac);
        if (!xml_set(n, "MAC", mac) || !xml_set(n, "HostMAC", "") || !xml_set_u64(n, "StaticAddress", 0)
            || !vm_set_host_interface(n, mac))
            return false;
        if (to_template && !forget_addresses(n))
            return false;
    }
    return true;
}

static bool
move_image(const struct vm_prepare_clone *c, const struct vm_image *image)
{
    AUTO(cleanup_free) char *to = vm_model_clone_path(c, image->kind, image->path);
    AUTO(cleanup_free) char *shown = xml_get(image->device, "UserFriendlyName");

    if (!to)
        return false;
    /* What users see follows too when it was a path into the source. */
    if (shown && path_is_absolute(shown) && path_is_inside(shown, c->source_home)
        && !xml_set(image->device, "UserFriendlyName", ""))
        return false;
    return vm_set_image_path(image->device, to);
}

static PRL_RESULT
move_images(xmlDocPtr doc, const struct vm_prepare_clone *c)
{
    struct vm_images images = { 0 };
    PRL_RESULT r = vm_model_images(doc, c->source_home, &images);

    if (PRL_FAILED(r))
        return r;
    for (size_t i = 0; i < images.len && !PRL_FAILED(r); i++) {
        const struct vm_image *image = &images.p[i];

        if (c->detach_external && image->kind == VM_IMAGE_DISK && !image->is_inside)
            vm_model_remove_device(doc, image->device);
        else if (!move_image(c, image))
            r = no_memory();
    }
    vm_images_free(&images);
    return r;
}

static bool
move_nvram(xmlNodePtr root, const struct vm_prepare_clone *c)
{
    AUTO(cleanup_free) char *path = xml_get(root, NVRAM);
    AUTO(cleanup_free) char *to = NULL;

    if (!path || !path_is_clean(path) || !path_is_absolute(path) || !path_is_inside(path, c->source_home))
        return true;
    to = vm_model_clone_path(c, VM_IMAGE_DISK, path);
    return to && xml_set(root, NVRAM, to);
}

PRL_RESULT
vm_model_prepare_clone(xmlDocPtr doc, const struct vm_prepare_clone *c)
{
    xmlNodePtr root = vm_model_root(doc);
    PRL_RESULT r;

    if (!set_identity(root, c) || !reset_access(root) || !reset_display(root) || !reset_adapters(doc, c->to_template)
        || !move_nvram(root, c))
        return no_memory();
    r = move_images(doc, c);
    if (PRL_FAILED(r))
        return r;
    vm_model_renumber_boot(doc, true);
    return vm_list_number(root) ? PRL_ERR_SUCCESS : no_memory();
}
