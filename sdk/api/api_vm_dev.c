/* SPDX-License-Identifier: MIT */
/* PrlVmDev_, PrlVmDevSound_, PrlVmDevUsb_, PrlVmDevSerial_: virtual devices. */
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "core/srv_obj.h"
#include "model/vm_devices.h"
#include "model/vm_model.h"
#include "rows.h"
#include "vm_dev.def"

/* ---- making and removing ---- */

/* A device of no VM: a document of its own, made from one that a scratch configuration got. */
PRL_METHOD(PrlVmDev_Create)(PRL_DEVICE_TYPE nDeviceType, PRL_HANDLE_PTR phVmDevice)
{
    ENTER();
    REQUIRE(phVmDevice);
    AUTO(xmlFreeDoc) xmlDocPtr scratch = NULL;
    xmlNodePtr device;
    PRL_RESULT r;

    if (row_device_pht(nDeviceType) == PHT_ERROR)
        return PRL_ERR_INVALID_ARG;
    scratch = vm_model_new();
    if (!scratch)
        return PRL_ERR_OUT_OF_MEMORY;
    r = vm_model_create_device(scratch, nDeviceType, &device);
    if (PRL_FAILED(r))
        return r;
    return row_give((struct object *)row_copy_doc(row_device_pht(nDeviceType), device), phVmDevice);
}

PRL_METHOD(PrlVmDev_Remove)(PRL_HANDLE hVmDev)
{
    ENTER();
    RESOLVE(struct config_obj, device, hVmDev, HANDLE_VM_DEV);
    return config_obj_remove(device);
}

/* ---- as text: the element of the device within a Hardware, of which there is one; PrlHandle_ToString gives the element alone ---- */

static PRL_RESULT
own_tree(struct config_obj *device, xmlDocPtr *ret_tree)
{
    AUTO(cleanup_free) char *text = NULL, *why = NULL;
    PRL_RESULT r = config_obj_to_text(&device->obj, &text);

    if (PRL_FAILED(r))
        return r;
    *ret_tree = xml_parse(text, strlen(text), &why);
    return *ret_tree ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

/* The device's own element out of a Hardware; any other text as it is: what is wrong with that, FromString says. */
static PRL_RESULT
out_of_hardware(struct config_obj *device, const char *xml, char **ret_text)
{
    AUTO(cleanup_free) char *why = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr tree = str_is_xml_text(xml, strlen(xml)) ? xml_parse(xml, strlen(xml), &why) : NULL, mine = NULL;
    xmlNodePtr root = tree ? xmlDocGetRootElement(tree) : NULL, element = NULL;
    PRL_RESULT r;

    if (root) {
        r = own_tree(device, &mine);
        if (PRL_FAILED(r))
            return r;
        element = xml_child(root, (const char *)xmlDocGetRootElement(mine)->name); /* in whatever the writer calls its Hardware */
        if (!element && strcmp((const char *)root->name, "Hardware") == 0)
            return err_set(PRL_ERR_INVALID_ARG, "Hardware without a device of this kind");
    }
    *ret_text = element ? xml_node_text(element, NULL) : str_dup(xml);
    return *ret_text ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlVmDev_FromString)(PRL_HANDLE hVmDev, PRL_CONST_STR sXml)
{
    AUTO(cleanup_free) char *text = NULL;
    PRL_RESULT r;

    ENTER();
    RESOLVE(struct config_obj, device, hVmDev, HANDLE_VM_DEV);
    REQUIRE(sXml);
    r = out_of_hardware(device, sXml, &text);
    return PRL_FAILED(r) ? r : PrlHandle_FromString(hVmDev, text);
}

PRL_METHOD(PrlVmDev_ToString)(PRL_HANDLE hVmDev, PRL_VOID_PTR_PTR sXml)
{
    AUTO(xmlFreeDoc) xmlDocPtr tree = NULL;
    AUTO(cleanup_free) char *text = NULL;
    char *wrapped;
    PRL_RESULT r;

    ENTER();
    RESOLVE(struct config_obj, device, hVmDev, HANDLE_VM_DEV);
    REQUIRE(sXml);
    r = own_tree(device, &tree);
    if (PRL_FAILED(r))
        return r;
    text = xml_node_text(xmlDocGetRootElement(tree), NULL); /* without a declaration, which may only stand at the top */
    wrapped = text ? str_printf("<Hardware>%s</Hardware>", text) : NULL;
    if (!wrapped)
        return PRL_ERR_OUT_OF_MEMORY;
    *sXml = wrapped;
    return PRL_ERR_SUCCESS;
}

/* ---- which one ---- */

static const struct field device_index = { "Index", FIELD_IS_U32, 0, 0, U32_MAX };

PRL_METHOD(PrlVmDev_GetIndex)(PRL_HANDLE hVmDev, PRL_UINT32_PTR pnIndex)
{
    return row_get_number(hVmDev, HANDLE_VM_DEV, &device_index, pnIndex);
}

/* The handle follows its element. */
PRL_METHOD(PrlVmDev_SetIndex)(PRL_HANDLE hVmDev, PRL_UINT32 nIndex)
{
    ENTER();
    RESOLVE(struct config_obj, device, hVmDev, HANDLE_VM_DEV);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(device, &node);

    if (PRL_FAILED(r))
        return r;
    r = field_set_number(node, &device_index, nIndex);
    if (PRL_SUCCEEDED(r) && device->part == PART_DEVICE)
        __atomic_store_n(&device->index, nIndex, __ATOMIC_RELAXED);
    config_obj_unlock(device, PRL_SUCCEEDED(r));
    return r;
}

PRL_METHOD(PrlVmDev_GetType)(PRL_HANDLE hVmDev, PRL_DEVICE_TYPE_PTR pnDeviceType)
{
    ENTER();
    RESOLVE(struct config_obj, device, hVmDev, HANDLE_VM_DEV);
    REQUIRE(pnDeviceType);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(device, &node);

    if (PRL_FAILED(r))
        return r;
    const PRL_DEVICE_TYPE type = vm_model_device_type(node);
    config_obj_unlock(device, false);
    field_store(FIELD_IS_U32, (int64_t)type, pnDeviceType);
    return PRL_ERR_SUCCESS;
}

/* ---- names: friendly name, image path and output file are one value ---- */

static PRL_RESULT
set_name(PRL_HANDLE h, const char *text)
{
    static const struct field friendly = { "UserFriendlyName", FIELD_IS_TEXT };
    static const struct field system_name = { "SystemName", FIELD_IS_TEXT };
    ENTER();
    RESOLVE(struct config_obj, device, h, HANDLE_VM_DEV);
    REQUIRE(text);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(device, &node);

    if (PRL_FAILED(r))
        return r;
    r = field_set_text(node, &friendly, text);
    if (PRL_SUCCEEDED(r) &&
        xml_get_u64(node, "EmulatedType", PDT_USE_IMAGE_FILE) == PDT_USE_IMAGE_FILE)
        r = field_set_text(node, &system_name, text);
    config_obj_unlock(device, PRL_SUCCEEDED(r));
    return r;
}

PRL_METHOD(PrlVmDev_SetFriendlyName)(PRL_HANDLE hVmDev, PRL_CONST_STR sNewFriendlyName)
{
    return set_name(hVmDev, sNewFriendlyName);
}

PRL_METHOD(PrlVmDev_SetImagePath)(PRL_HANDLE hVmDev, PRL_CONST_STR sNewImagePath)
{
    return set_name(hVmDev, sNewImagePath);
}

PRL_METHOD(PrlVmDev_SetOutputFile)(PRL_HANDLE hVmDev, PRL_CONST_STR sNewOutputFile)
{
    return set_name(hVmDev, sNewOutputFile);
}

/* ---- mass storage ---- */

/* What a value is for: bits of struct mass_row. */
enum { ON_HARD_DISK = 1, ON_OPTICAL = 2, ON_SCSI = 4, ON_PCI = 8 };

static unsigned
kind_of(xmlNodePtr device)
{
    switch (vm_model_device_type(device)) {
    case PDE_HARD_DISK:
        return ON_HARD_DISK;
    case PDE_OPTICAL_DISK:
        return ON_OPTICAL;
    case PDE_GENERIC_SCSI_DEVICE:
        return ON_SCSI;
    case PDE_GENERIC_PCI_DEVICE:
        return ON_PCI;
    default:
        return 0;
    }
}

struct mass_row {
    struct field field;
    unsigned on;
};
static const struct mass_row interface_type = { { "InterfaceType", FIELD_IS_U32, 0, 0, U32_MAX },
                                                ON_HARD_DISK | ON_OPTICAL | ON_SCSI };
static const struct mass_row sub_type = { { "SubType", FIELD_IS_U32, 3, 0, U32_MAX },
                                          ON_HARD_DISK | ON_OPTICAL | ON_SCSI };
static const struct mass_row passthrough = { { "Passthrough", FIELD_IS_BOOL, 0, 0, 1 },
                                             ON_HARD_DISK | ON_OPTICAL | ON_SCSI };
static const struct mass_row stack_index = { { "StackIndex", FIELD_IS_U32, 0, 0, U32_MAX },
                                             ON_HARD_DISK | ON_OPTICAL | ON_SCSI | ON_PCI };

static PRL_RESULT
get_mass(PRL_HANDLE h, const struct mass_row *row, void *ret_value)
{
    ENTER();
    RESOLVE(struct config_obj, device, h, HANDLE_VM_DEV);
    REQUIRE(ret_value);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(device, &node);

    if (PRL_FAILED(r))
        return r;
    const bool has_it = kind_of(node) & row->on;
    const int64_t value = field_get_number(node, &row->field);
    config_obj_unlock(device, false);
    if (!has_it)
        return PRL_ERR_INVALID_ARG;
    field_store(row->field.type, value, ret_value);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
set_mass(PRL_HANDLE h, const struct mass_row *row, int64_t value)
{
    ENTER();
    RESOLVE(struct config_obj, device, h, HANDLE_VM_DEV);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(device, &node);

    if (PRL_FAILED(r))
        return r;
    r = kind_of(node) & row->on ? field_set_number(node, &row->field, value) : PRL_ERR_INVALID_ARG;
    config_obj_unlock(device, PRL_SUCCEEDED(r));
    return r;
}

PRL_METHOD(PrlVmDev_GetIfaceType)
(PRL_HANDLE hVmDev, PRL_MASS_STORAGE_INTERFACE_TYPE_PTR pnIfaceType)
{
    return get_mass(hVmDev, &interface_type, pnIfaceType);
}

/* The lowest free position on the bus; a device of no VM has all of them. */
static int
free_position(struct config_obj *device, xmlNodePtr node, PRL_MASS_STORAGE_INTERFACE_TYPE bus)
{
    return device->part == PART_DEVICE ? vm_model_free_stack_index(node->doc, node, bus) : 0;
}

PRL_METHOD(PrlVmDev_SetIfaceType)(PRL_HANDLE hVmDev, PRL_MASS_STORAGE_INTERFACE_TYPE nIfaceType)
{
    ENTER();
    RESOLVE(struct config_obj, device, hVmDev, HANDLE_VM_DEV);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(device, &node);

    if (PRL_FAILED(r))
        return r;
    const unsigned kind = kind_of(node);
    if (!(kind & interface_type.on) || (kind == ON_SCSI && nIfaceType == PMS_IDE_DEVICE) || !vm_device_bus_places(nIfaceType))
        r = err_set(PRL_ERR_INVALID_ARG, "bus %u is not for this device", (unsigned)nIfaceType);
    if (PRL_SUCCEEDED(r))
        r = field_set_number(node, &interface_type.field, (unsigned)nIfaceType);
    if (PRL_SUCCEEDED(r)) {
        const int position = free_position(device, node, nIfaceType);

        if (position >= 0) /* a full bus is the commit's to refuse */
            r = field_set_number(node, &stack_index.field, position);
    }
    config_obj_unlock(device, PRL_SUCCEEDED(r));
    return r;
}

PRL_METHOD(PrlVmDev_GetSubType)(PRL_HANDLE hVmDev, PRL_CLUSTERED_DEVICE_SUBTYPE_PTR pnSubType)
{
    return get_mass(hVmDev, &sub_type, pnSubType);
}

PRL_METHOD(PrlVmDev_SetSubType)(PRL_HANDLE hVmDev, PRL_CLUSTERED_DEVICE_SUBTYPE nSubType)
{
    return set_mass(hVmDev, &sub_type, (unsigned)nSubType);
}

PRL_METHOD(PrlVmDev_GetStackIndex)(PRL_HANDLE hVmDev, PRL_UINT32_PTR pnStackIndex)
{
    return get_mass(hVmDev, &stack_index, pnStackIndex);
}

PRL_METHOD(PrlVmDev_SetStackIndex)(PRL_HANDLE hVmDev, PRL_UINT32 nStackIndex)
{
    return set_mass(hVmDev, &stack_index, nStackIndex);
}

PRL_METHOD(PrlVmDev_SetDefaultStackIndex)(PRL_HANDLE hVmDev)
{
    ENTER();
    RESOLVE(struct config_obj, device, hVmDev, HANDLE_VM_DEV);
    xmlNodePtr node;
    int position = -1;
    PRL_RESULT r = config_obj_lock(device, &node);

    if (PRL_FAILED(r))
        return r;
    if (kind_of(node))
        position = free_position(
            device, node, (PRL_MASS_STORAGE_INTERFACE_TYPE)xml_get_u64(node, "InterfaceType", 0));
    if (!kind_of(node))
        r = PRL_ERR_INVALID_ARG;
    else if (position < 0)
        r = err_set(PRL_ERR_NO_MORE_FREE_INTERFACE_SLOTS, "its bus is full");
    else
        r = field_set_number(node, &stack_index.field, position);
    config_obj_unlock(device, PRL_SUCCEEDED(r));
    return r;
}

PRL_METHOD(PrlVmDev_IsPassthrough)(PRL_HANDLE hVmDev, PRL_BOOL_PTR pbPassthrough)
{
    return get_mass(hVmDev, &passthrough, pbPassthrough);
}

PRL_METHOD(PrlVmDev_SetPassthrough)(PRL_HANDLE hVmDev, PRL_BOOL bPassthrough)
{
    return set_mass(hVmDev, &passthrough, bPassthrough);
}

/* ---- images ---- */

/* The VM need not be registered, nor the device committed: the request carries the configuration
 * and says which device. */
PRL_ASYNC_METHOD(PrlVmDev_CreateImage)
(PRL_HANDLE hVmDev, PRL_BOOL bRecreateIsAllowed, PRL_BOOL bNonInteractiveMode)
{
    ENTER_ASYNC(PJOC_VM_DEV_CREATE_IMAGE);
    RESOLVE_ASYNC(struct config_obj, device, hVmDev, HANDLE_VM_DEV);
    AUTO(cleanup_free) char *text = NULL;
    size_t len = 0;
    PRL_RESULT r;

    if (device->part != PART_DEVICE || !device->owner)
        return job_refused(PJOC_VM_DEV_CREATE_IMAGE, PRL_ERR_UNINITIALIZED);
    r = doc_text(device->doc, &text, &len);
    if (PRL_FAILED(r))
        return job_refused(PJOC_VM_DEV_CREATE_IMAGE, r);
    return job_request(&device->obj, 0, OP_VM_CREATE_IMAGE,
                       ARGS(ARG_X(text, len), ARG_U(device->type),
                            ARG_U(__atomic_load_n(&device->index, __ATOMIC_RELAXED)),
                            ARG_B(bRecreateIsAllowed),
                            ARG_U(bNonInteractiveMode ? PACF_NON_INTERACTIVE_MODE : 0)));
}

/* Of the stored configuration: the device is named by type and index, and by its file where that counts. */
static PRL_HANDLE
request_of_stored(PRL_HANDLE hVmDev, int job, enum op op, bool names_file, PRL_CONST_STR name, PRL_CONST_STR dir, PRL_UINT32 size, PRL_UINT32 flags)
{
    ENTER_ASYNC(job);
    RESOLVE_ASYNC(struct config_obj, device, hVmDev, HANDLE_VM_DEV);
    AUTO(cleanup_free) char *file = NULL;
    const unsigned index = __atomic_load_n(&device->index, __ATOMIC_RELAXED);
    xmlNodePtr node;
    PRL_RESULT r;

    if (device->part != PART_DEVICE || !device->owner)
        return job_refused(job, PRL_ERR_UNINITIALIZED);
    if (!names_file)
        return job_request(&device->obj, 0, op, ARGS(ARG_U(device->type), ARG_U(index), ARG_S(name), ARG_S(dir), ARG_U(flags)));
    r = config_obj_lock(device, &node);
    if (PRL_FAILED(r))
        return job_refused(job, r);
    file = xml_get(node, "SystemName");
    config_obj_unlock(device, false);
    return job_request(&device->obj, 0, op, ARGS(ARG_U(device->type), ARG_U(index), ARG_S(file), ARG_U(size), ARG_U(flags)));
}

PRL_ASYNC_METHOD(PrlVmDev_ResizeImage)(PRL_HANDLE hVmDev, PRL_UINT32 nNewSize, PRL_UINT32 nFlags)
{
    return request_of_stored(hVmDev, PJOC_VM_RESIZE_DISK_IMAGE, OP_VM_RESIZE_IMAGE, true, NULL, NULL, nNewSize, nFlags);
}

PRL_ASYNC_METHOD(PrlVmDev_CopyImage)
(PRL_HANDLE hVmDev, PRL_CONST_STR sNewImageName, PRL_CONST_STR sTargetPath, PRL_UINT32 nFlags)
{
    if (!sTargetPath)
        return row_request_refused(hVmDev, HANDLE_VM_DEV, PJOC_VM_DEV_COPY_IMAGE, PRL_ERR_INVALID_ARG);
    return request_of_stored(hVmDev, PJOC_VM_DEV_COPY_IMAGE, OP_VM_COPY_IMAGE, false, sNewImageName, sTargetPath, 0, nFlags);
}

/* ---- now, of a machine that runs ---- */

/* Of the stored configuration too; the medium is the one that the handle names. */
static PRL_HANDLE
request_now(PRL_HANDLE hVmDev, int job, enum op op)
{
    ENTER_ASYNC(job);
    RESOLVE_ASYNC(struct config_obj, device, hVmDev, HANDLE_VM_DEV);
    AUTO(cleanup_free) char *file = NULL;
    AUTO(cleanup_free) char *title = NULL;
    uint64_t kind;
    xmlNodePtr node;
    PRL_RESULT r;

    if (device->part != PART_DEVICE || !device->owner)
        return job_refused(job, PRL_ERR_UNINITIALIZED);
    r = config_obj_lock(device, &node);
    if (PRL_FAILED(r))
        return job_refused(job, r);
    file = xml_get(node, "SystemName");
    title = xml_get(node, "UserFriendlyName");
    kind = xml_get_u64(node, "EmulatedType", PDT_USE_IMAGE_FILE);
    config_obj_unlock(device, false);
    return job_request(&device->obj, 0, op,
                       ARGS(ARG_U(device->type), ARG_U(__atomic_load_n(&device->index, __ATOMIC_RELAXED)), ARG_S(file), ARG_S(title),
                            ARG_U(kind)));
}

PRL_ASYNC_METHOD(PrlVmDev_Connect)(PRL_HANDLE hVmDev)
{
    return request_now(hVmDev, PJOC_VM_DEV_CONNECT, OP_VM_CONNECT_DEVICE);
}

PRL_ASYNC_METHOD(PrlVmDev_Disconnect)(PRL_HANDLE hVmDev)
{
    return request_now(hVmDev, PJOC_VM_DEV_DISCONNECT, OP_VM_DISCONNECT_DEVICE);
}

/* ---- sound: the first entry of the list, else the plain element ---- */

static PRL_RESULT
get_sound(PRL_HANDLE h, const char *list_path, const char *plain, PRL_STR buf, PRL_UINT32_PTR len)
{
    ENTER();
    RESOLVE(struct config_obj, device, h, PHT_VIRTUAL_DEV_SOUND);
    REQUIRE(len);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(device, &node);

    if (PRL_FAILED(r))
        return r;
    AUTO(cleanup_free)
    char *text = xml_find(node, list_path) ? xml_get(xml_find(node, list_path), "UserFriendlyName")
                                           : xml_get(node, plain);
    config_obj_unlock(device, false);
    return entry_text_out(text ? text : "Default", buf, len);
}

static PRL_RESULT
set_sound(PRL_HANDLE h, const char *list_path, const char *plain, const char *text)
{
    ENTER();
    RESOLVE(struct config_obj, device, h, PHT_VIRTUAL_DEV_SOUND);
    REQUIRE(text);
    const struct field in_list = { "UserFriendlyName", FIELD_IS_TEXT },
                       alone = { plain, FIELD_IS_TEXT };
    xmlNodePtr node, first;
    PRL_RESULT r = config_obj_lock(device, &node);

    if (PRL_FAILED(r))
        return r;
    first = xml_find(node, list_path);
    r = first ? field_set_text(first, &in_list, text) : field_set_text(node, &alone, text);
    config_obj_unlock(device, PRL_SUCCEEDED(r));
    return r;
}

PRL_METHOD(PrlVmDevSound_GetOutputDev)
(PRL_HANDLE hVmDev, PRL_STR sOutputDev, PRL_UINT32_PTR pnOutputDevBufLength)
{
    return get_sound(hVmDev, "SoundOutputs/Sound", "Output", sOutputDev, pnOutputDevBufLength);
}

PRL_METHOD(PrlVmDevSound_SetOutputDev)(PRL_HANDLE hVmDev, PRL_CONST_STR sNewOutputDev)
{
    return set_sound(hVmDev, "SoundOutputs/Sound", "Output", sNewOutputDev);
}

PRL_METHOD(PrlVmDevSound_GetMixerDev)
(PRL_HANDLE hVmDev, PRL_STR sMixerDev, PRL_UINT32_PTR pnMixerDevBufLength)
{
    return get_sound(hVmDev, "SoundInputs/Sound", "Mixer", sMixerDev, pnMixerDevBufLength);
}

PRL_METHOD(PrlVmDevSound_SetMixerDev)(PRL_HANDLE hVmDev, PRL_CONST_STR sNewMixerDev)
{
    return set_sound(hVmDev, "SoundInputs/Sound", "Mixer", sNewMixerDev);
}
