/* SPDX-License-Identifier: MIT */
#include "commit_rules.h"

#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "model/vm_model.h"
#include "vm.h"

#define HOTPLUG_MIN_MIB 1024

/* ---- never ---- */

static bool
turned_on(xmlDocPtr stored, xmlDocPtr wanted, const char *path)
{
    return xml_get_u64(vm_model_root(wanted), path, 0) && !xml_get_u64(vm_model_root(stored), path, 0);
}

PRL_RESULT
commit_check_wanted(xmlDocPtr stored, xmlDocPtr wanted)
{
    static const char *const missing[] = { "Settings/Runtime/UndoDisks", "Settings/Startup/VmStartLoginMode" };
    xmlNodePtr root = vm_model_root(wanted);
    AUTO(cleanup_free) char *sample = xml_get(root, "Settings/General/ConfigSampleName");

    for (size_t i = 0; i < ARRAY_LEN(missing); i++)
        if (turned_on(stored, wanted, missing[i]))
            return err_set(PRL_ERR_UNIMPLEMENTED, "%s is not supported", missing[i]);
    if (sample && sample[0]) {
        err_set(PRL_ERR_SAMPLE_CONFIG_NOT_FOUND, "no sample '%s'", sample);
        err_param(0, "%s", sample);
        return PRL_ERR_SAMPLE_CONFIG_NOT_FOUND;
    }
    if (turned_on(stored, wanted, "Hardware/Memory/EnableHotplug") && xml_get_u64(root, "Hardware/Memory/RAM", 0) < HOTPLUG_MIN_MIB)
        return err_set(PRL_ERR_VMCONF_NEED_MORE_MEMORY_TO_ENABLE_HOTPLUG, "hotplug of memory needs %d MiB", HOTPLUG_MIN_MIB);
    return PRL_ERR_SUCCESS;
}

/* ---- on a live machine ---- */

/* Read at the next start; until then the machine does without. */
static const char *const later[] = {
    "Hardware/Cpu/CpuUnits", "Hardware/Cpu/CpuLimit", "Hardware/Cpu/CpuLimitType", "Hardware/Cpu/CpuLimitValue",
    "Hardware/Cpu/CpuMask",  "Hardware/Cpu/NodeMask", "Hardware/Cpu/GuestLimitType",
};
static const char *const later_of_device[] = { "IopsLimit", "IoLimit", "AutoCompressEnabled", "DeviceDescription" };

/* Part of how QEMU was started, though no hardware. */
static const char *const fixed[] = { "Settings/RemoteDisplay/Mode", "Settings/RemoteDisplay/HostName",
                                     "Settings/Startup/Bios/EfiEnabled", "Settings/Startup/Bios/NVRAM" };

static const char *const at_start[] = { "Settings/Startup/BootingOrder", "Settings/General/OsNumber", "Settings/RemoteDisplay/PortNumber",
                                        "Settings/UsbController", "Settings/Startup/AllowSelectBootDevice",
                                        "Settings/Startup/ExternalDeviceSystemName" };

#define PASSWORD "Settings/RemoteDisplay/Password"

static bool
same_at(xmlDocPtr a, xmlDocPtr b, const char *path)
{
    xmlNodePtr x = xml_find(vm_model_root(a), path), y = xml_find(vm_model_root(b), path);
    AUTO(cleanup_free) char *one = x ? xml_node_text(x, NULL) : NULL;
    AUTO(cleanup_free) char *other = y ? xml_node_text(y, NULL) : NULL;

    return !one || !other || strcmp(one, other) == 0; /* one that is absent has its default */
}

/* A device that is in no machine: disconnected or disabled. */
static bool
is_loose(xmlNodePtr device)
{
    return !xml_get_u64(device, "Enabled", 0) || !xml_get_u64(device, "Connected", 1);
}

static xmlDocPtr
without_later(xmlDocPtr doc)
{
    xmlDocPtr copy = xmlCopyDoc(doc, 1);
    xmlNodePtr hardware = copy ? xml_child(vm_model_root(copy), "Hardware") : NULL, next;

    if (!copy)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(later); i++)
        xml_remove(xml_find(vm_model_root(copy), later[i]));
    for (xmlNodePtr n = hardware ? hardware->children : NULL; n; n = next) {
        next = n->next;
        if (n->type != XML_ELEMENT_NODE || !xml_child(n, "Enabled") || strcmp((const char *)n->name, "Video") == 0)
            continue;
        for (size_t i = 0; i < ARRAY_LEN(later_of_device); i++)
            xml_remove(xml_child(n, later_of_device[i]));
        if (is_loose(n))
            xml_remove(n);
    }
    return copy;
}

static PRL_RESULT
check_fixed(xmlDocPtr stored, xmlDocPtr next)
{
    if (!same_at(stored, next, "Hardware/Cpu/NumaNodes"))
        return err_set(PRL_ERR_VMCONF_NUMANODES_VM_MUST_BE_STOPPED, "NUMA nodes");
    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        if (!same_at(stored, next, fixed[i]))
            return err_set(PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, "%s cannot change while the virtual machine runs", fixed[i]);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_hardware(VIRTUAL_MACHINE_STATE state, xmlDocPtr stored, xmlDocPtr next, struct commit_effect *ret)
{
    AUTO(xmlFreeDoc) xmlDocPtr a = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr b = NULL;

    if (!vm_model_hardware_differs(stored, next))
        return PRL_ERR_SUCCESS;
    if (state == VMS_PAUSED)
        return err_set(PRL_ERR_CANNOT_EDIT_HARDWARE_FOR_PAUSED_VM, "hardware cannot change while the virtual machine is paused");
    a = without_later(stored);
    b = without_later(next);
    if (!a || !b)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
    if (vm_model_hardware_differs(a, b))
        return err_set(PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, "this change of hardware needs a stopped virtual machine");
    ret->needs_restart = true;
    return PRL_ERR_SUCCESS;
}

/* Another one, or none where there was none: whether there is one at all is a matter of the start. */
static bool
same_kind_of_password(xmlDocPtr stored, xmlDocPtr next)
{
    AUTO(cleanup_free) char *one = xml_get(vm_model_root(stored), PASSWORD);
    AUTO(cleanup_free) char *other = xml_get(vm_model_root(next), PASSWORD);

    return (one && one[0]) == (other && other[0]);
}

static PRL_RESULT
refuse_password(void)
{
    return err_set(PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES, PASSWORD " cannot change so while the virtual machine runs");
}

PRL_RESULT
commit_check_settings(xmlDocPtr stored, xmlDocPtr next, struct commit_effect *ret)
{
    PRL_RESULT r = check_fixed(stored, next);

    if (PRL_SUCCEEDED(r) && !same_kind_of_password(stored, next))
        r = refuse_password();
    for (size_t i = 0; PRL_SUCCEEDED(r) && i < ARRAY_LEN(at_start); i++)
        if (!same_at(stored, next, at_start[i]))
            ret->needs_restart = true;
    return r;
}

PRL_RESULT
commit_check_running(VIRTUAL_MACHINE_STATE state, xmlDocPtr stored, xmlDocPtr next, struct commit_effect *ret)
{
    PRL_RESULT r;

    if (!vm_state_is_live(state))
        return PRL_ERR_SUCCESS;
    r = commit_check_settings(stored, next, ret);
    if (PRL_SUCCEEDED(r) && !same_at(stored, next, PASSWORD))
        r = refuse_password();
    return PRL_FAILED(r) ? r : check_hardware(state, stored, next, ret);
}
