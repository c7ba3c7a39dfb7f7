/* SPDX-License-Identifier: MIT */
/* PrlSrvCfg_, PrlSrvCfgDev_, PrlSrvCfgHdd_, PrlSrvCfgNet_, PrlSrvCfgPci_: the host. */
#include <stddef.h>
#include <string.h>

#include "base/xml.h"
#include "cpu_features.h"
#include "rows.h"
#include "srv_cfg.def"

PRL_METHOD(PrlSrvCfg_GetCpuFeaturesEx)(PRL_HANDLE hSrvConfig, PRL_HANDLE_PTR phCpuFeatures)
{
    return cpu_words_give(hSrvConfig, PHT_SERVER_CONFIG, "Cpu", CPU_PLAIN, phCpuFeatures);
}

PRL_METHOD(PrlSrvCfg_GetCpuFeaturesMaskingCapabilities)
(PRL_HANDLE hSrvConfig, PRL_HANDLE_PTR phCpuFeatures)
{
    return cpu_words_give(hSrvConfig, PHT_SERVER_CONFIG, "Cpu", CPU_MASKING_CAPS, phCpuFeatures);
}

/* Members of PRL_CPU_FEATURES by word. */
static const size_t member[PCFE_MAX] = {
    [PCFE_FEATURES] = offsetof(PRL_CPU_FEATURES, nFEATURES),
    [PCFE_EXT_FEATURES] = offsetof(PRL_CPU_FEATURES, nEXT_FEATURES),
    [PCFE_EXT_00000007_EBX] = offsetof(PRL_CPU_FEATURES, nEXT_00000007_EBX),
    [PCFE_EXT_00000007_ECX] = offsetof(PRL_CPU_FEATURES, nEXT_00000007_ECX),
    [PCFE_EXT_00000007_EDX] = offsetof(PRL_CPU_FEATURES, nEXT_00000007_EDX),
    [PCFE_EXT_80000001_ECX] = offsetof(PRL_CPU_FEATURES, nEXT_80000001_ECX),
    [PCFE_EXT_80000001_EDX] = offsetof(PRL_CPU_FEATURES, nEXT_80000001_EDX),
    [PCFE_EXT_80000007_EDX] = offsetof(PRL_CPU_FEATURES, nEXT_80000007_EDX),
    [PCFE_EXT_80000008_EAX] = offsetof(PRL_CPU_FEATURES, nEXT_80000008_EAX),
    [PCFE_EXT_0000000D_EAX] = offsetof(PRL_CPU_FEATURES, nEXT_0000000D_EAX),
};

PRL_METHOD(PrlSrvCfg_GetCpuFeatures)(PRL_HANDLE hSrvConfig, PRL_CPU_FEATURES_PTR pCpuFeatures)
{
    ENTER();
    RESOLVE(struct config_obj, config, hSrvConfig, PHT_SERVER_CONFIG);
    REQUIRE(pCpuFeatures);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(config, &node);

    if (PRL_FAILED(r))
        return r;
    for (unsigned i = 0; i < PCFE_MAX; i++)
        field_store(FIELD_IS_U32, cpu_word_get(node, "Cpu", CPU_PLAIN, (PRL_CPU_FEATURES_EX)i),
                    (char *)pCpuFeatures + member[i]);
    config_obj_unlock(config, false);
    return PRL_ERR_SUCCESS;
}

/* ---- devices ---- */

/* The list a device is in says what it is. */
static PRL_DEVICE_TYPE
type_of(xmlNodePtr device)
{
    static const struct {
        const char *element;
        PRL_DEVICE_TYPE type;
    } rows[] = {
        { "FloppyDisk", PDE_FLOPPY_DISK },
        { "CdROM", PDE_OPTICAL_DISK },
        { "HardDisk", PDE_HARD_DISK },
        { "SerialPort", PDE_SERIAL_PORT },
        { "ParallelPort", PDE_PARALLEL_PORT },
        { "Printer", PDE_PRINTER },
        { "UsbDevice", PDE_USB_DEVICE },
        { "OutputDevice", PDE_SOUND_DEVICE },
        { "MixerDevice", PDE_MIXER_DEVICE },
        { "NetworkAdapter", PDE_GENERIC_NETWORK_ADAPTER },
        { "GenericPciDevice", PDE_GENERIC_PCI_DEVICE },
        { "GenericScsiDevice", PDE_GENERIC_SCSI_DEVICE },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (!strcmp((const char *)device->name, rows[i].element))
            return rows[i].type;
    return PDE_GENERIC_DEVICE;
}

PRL_METHOD(PrlSrvCfgDev_GetType)(PRL_HANDLE hGenericDevice, PRL_DEVICE_TYPE_PTR pnDevType)
{
    ENTER();
    RESOLVE(struct config_obj, device, hGenericDevice, HANDLE_HW);
    REQUIRE(pnDevType);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(device, &node);

    if (PRL_FAILED(r))
        return r;
    const PRL_DEVICE_TYPE type = type_of(node);
    config_obj_unlock(device, false);
    field_store(FIELD_IS_U32, (int64_t)type, pnDevType);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlSrvCfgDev_IsConnectedToVm)(PRL_HANDLE hGenericDevice, PRL_BOOL_PTR pbConnected)
{
    ENTER();
    RESOLVE(struct config_obj, device, hGenericDevice, HANDLE_HW);
    REQUIRE(pbConnected);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(device, &node);

    if (PRL_FAILED(r))
        return r;
    AUTO(cleanup_free) char *vm = xml_get(node, "VmUuid");
    const uint64_t state = xml_get_u64(node, "DeviceState", PGS_CONNECTED_TO_HOST);
    config_obj_unlock(device, false);
    field_store(FIELD_IS_BOOL, vm && *vm && state != PGS_CONNECTED_TO_HOST, pbConnected);
    return PRL_ERR_SUCCESS;
}
