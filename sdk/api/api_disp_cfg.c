/* SPDX-License-Identifier: MIT */
/* PrlDispCfg_, PrlDispNet_, PrlUsbIdent_, PrlCPUPool_, PrlCpuFeatures_, PrlVcmmdConfig_:
 * preferences of the service. */
#include <stddef.h>
#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "cpu_features.h"
#include "row_list.h"
#include "rows.h"
#include "disp_cfg.def"

#define CPU_PREFERENCES "CpuPreferences"
#define CONFIRMATIONS "LockedOperationsList"

PRL_METHOD(PrlDispCfg_FromString)(PRL_HANDLE hDispCfg, PRL_CONST_STR sDispCfg)
{
    ENTER();
    RESOLVE(struct config_obj, cfg, hDispCfg, PHT_DISP_CONFIG);
    return PrlHandle_FromString(hDispCfg, sDispCfg);
}

PRL_METHOD(PrlDispCfg_ToString)(PRL_HANDLE hDispCfg, PRL_VOID_PTR_PTR pDispCfg)
{
    ENTER();
    RESOLVE(struct config_obj, cfg, hDispCfg, PHT_DISP_CONFIG);
    return PrlHandle_ToString(hDispCfg, pDispCfg);
}

PRL_METHOD(PrlDispCfg_GetConfirmationsList)(PRL_HANDLE hDispConfig, PRL_HANDLE_PTR phConfirmList)
{
    return row_get_numbers(hDispConfig, PHT_DISP_CONFIG, CONFIRMATIONS, "LockedOperation",
                           phConfirmList);
}

PRL_METHOD(PrlDispCfg_SetConfirmationsList)(PRL_HANDLE hDispConfig, PRL_HANDLE hConfirmList)
{
    return row_set_numbers(hDispConfig, PHT_DISP_CONFIG, CONFIRMATIONS, "LockedOperation",
                           hConfirmList);
}

/* ---- values that take another one along ---- */

/* Writes text to path and TRUE to flag_path. */
static PRL_RESULT
set_with_flag(PRL_HANDLE h, const char *path, const char *text, const char *flag_path)
{
    const struct field value = { path, FIELD_IS_TEXT };
    ENTER();
    RESOLVE(struct config_obj, cfg, h, PHT_DISP_CONFIG);
    REQUIRE(text);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(cfg, &node);

    if (PRL_FAILED(r))
        return r;
    r = field_set_text(node, &value, text);
    if (PRL_SUCCEEDED(r) && !xml_set_u64(node, flag_path, 1))
        r = PRL_ERR_OUT_OF_MEMORY;
    config_obj_unlock(cfg, PRL_SUCCEEDED(r));
    return r;
}

PRL_METHOD(PrlDispCfg_SetBackupUserPassword)(PRL_HANDLE hDispConfig, PRL_CONST_STR sUserPassword)
{
    return set_with_flag(hDispConfig, "BackupSourcePreferences/Password", sUserPassword ? sUserPassword : "",
                         "BackupSourcePreferences/PasswordChanged");
}

PRL_METHOD(PrlDispCfg_SetVerboseLogEnabled)(PRL_HANDLE hDispConfig, PRL_BOOL bEnabled)
{
    return set_with_flag(hDispConfig, "Debug/VerboseLogEnabled", bEnabled ? "1" : "0",
                         "Debug/VerboseLogWasChanged");
}

/* The mode is fixed: setting the one there is would be no change, any other is not supported. */
PRL_METHOD(PrlDispCfg_SetBackupMode)(PRL_HANDLE hDispConfig, PRL_VM_BACKUP_MODE nBackupMode)
{
    ENTER();
    RESOLVE(struct config_obj, cfg, hDispConfig, PHT_DISP_CONFIG);
    switch (nBackupMode) {
    case PBM_PUSH:
    case PBM_PUSH_REVERSED_DELTA:
        return PRL_ERR_BACKUP_UNSUPPORTED_SETTING;
    default:
        return PRL_ERR_INVALID_ARG;
    }
}

/* ---- CPU features ---- */

PRL_METHOD(PrlCpuFeatures_Create)(PRL_HANDLE_PTR phCpuFeatures)
{
    ENTER();
    REQUIRE(phCpuFeatures);
    return row_give((struct object *)row_new_doc(PHT_CPU_FEATURES, "CpuFeatures"), phCpuFeatures);
}

PRL_METHOD(PrlCpuFeatures_GetValue)
(PRL_HANDLE hCpuFeatures, PRL_CPU_FEATURES_EX nId, PRL_UINT32_PTR pnValue)
{
    ENTER();
    RESOLVE(struct config_obj, features, hCpuFeatures, PHT_CPU_FEATURES);
    REQUIRE(pnValue);
    xmlNodePtr node;
    PRL_RESULT r;

    if ((unsigned)nId >= PCFE_MAX)
        return PRL_ERR_INVALID_ARG;
    r = config_obj_lock(features, &node);
    if (PRL_FAILED(r))
        return r;
    const PRL_UINT32 value = cpu_word_get(node, "", CPU_PLAIN, nId);
    config_obj_unlock(features, false);
    field_store(FIELD_IS_U32, value, pnValue);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlCpuFeatures_SetValue)
(PRL_HANDLE hCpuFeatures, PRL_CPU_FEATURES_EX nId, PRL_UINT32 nValue)
{
    ENTER();
    RESOLVE(struct config_obj, features, hCpuFeatures, PHT_CPU_FEATURES);
    xmlNodePtr node;
    PRL_RESULT r;

    if ((unsigned)nId >= PCFE_MAX)
        return PRL_ERR_INVALID_ARG;
    r = config_obj_lock(features, &node);
    if (PRL_FAILED(r))
        return r;
    const bool is_done = cpu_word_set(node, "", CPU_PLAIN, nId, nValue);
    config_obj_unlock(features, true);
    return is_done ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlDispCfg_GetCpuFeaturesMaskEx)(PRL_HANDLE hDispConfig, PRL_HANDLE_PTR phCpuFeatures)
{
    return cpu_words_give(hDispConfig, PHT_DISP_CONFIG, CPU_PREFERENCES, CPU_MASKS, phCpuFeatures);
}

PRL_METHOD(PrlCPUPool_GetCpuFeaturesMask)(PRL_HANDLE hCpuPool, PRL_HANDLE_PTR phCpuFeatures)
{
    return cpu_words_give(hCpuPool, PHT_CPU_POOL, "CpuMask", CPU_PLAIN, phCpuFeatures);
}

static PRL_RESULT
put_masks(PRL_HANDLE h, const PRL_UINT32 words[PCFE_MAX], PRL_UINT32 is_valid)
{
    ENTER();
    RESOLVE(struct config_obj, cfg, h, PHT_DISP_CONFIG);
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(cfg, &node);

    if (PRL_FAILED(r))
        return r;
    bool is_done = xml_set_u64(node, CPU_PREFERENCES "/CpuFeaturesMaskValid", is_valid != 0);
    for (unsigned i = 0; i < PCFE_MAX && is_done; i++)
        is_done = cpu_word_set(node, CPU_PREFERENCES, CPU_MASKS, (PRL_CPU_FEATURES_EX)i, words[i]);
    config_obj_unlock(cfg, true);
    return is_done ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlDispCfg_SetCpuFeaturesMaskEx)(PRL_HANDLE hDispConfig, PRL_HANDLE hCpuFeatures)
{
    ENTER();
    RESOLVE(struct config_obj, features, hCpuFeatures, PHT_CPU_FEATURES);
    PRL_UINT32 words[PCFE_MAX];
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(features, &node);

    if (PRL_FAILED(r))
        return r;
    for (unsigned i = 0; i < PCFE_MAX; i++)
        words[i] = cpu_word_get(node, "", CPU_PLAIN, (PRL_CPU_FEATURES_EX)i);
    config_obj_unlock(features, false);
    return put_masks(hDispConfig, words, 1);
}

/* Members of PRL_CPU_FEATURES_MASK by word. */
static const size_t mask_member[PCFE_MAX] = {
    [PCFE_FEATURES] = offsetof(PRL_CPU_FEATURES_MASK, nFEATURES_MASK),
    [PCFE_EXT_FEATURES] = offsetof(PRL_CPU_FEATURES_MASK, nEXT_FEATURES_MASK),
    [PCFE_EXT_00000007_EBX] = offsetof(PRL_CPU_FEATURES_MASK, nEXT_00000007_EBX_MASK),
    [PCFE_EXT_00000007_ECX] = offsetof(PRL_CPU_FEATURES_MASK, nEXT_00000007_ECX_MASK),
    [PCFE_EXT_00000007_EDX] = offsetof(PRL_CPU_FEATURES_MASK, nEXT_00000007_EDX_MASK),
    [PCFE_EXT_80000001_ECX] = offsetof(PRL_CPU_FEATURES_MASK, nEXT_80000001_ECX_MASK),
    [PCFE_EXT_80000001_EDX] = offsetof(PRL_CPU_FEATURES_MASK, nEXT_80000001_EDX_MASK),
    [PCFE_EXT_80000007_EDX] = offsetof(PRL_CPU_FEATURES_MASK, nEXT_80000007_EDX_MASK),
    [PCFE_EXT_80000008_EAX] = offsetof(PRL_CPU_FEATURES_MASK, nEXT_80000008_EAX),
    [PCFE_EXT_0000000D_EAX] = offsetof(PRL_CPU_FEATURES_MASK, nEXT_0000000D_EAX_MASK),
};

PRL_METHOD(PrlDispCfg_GetCpuFeaturesMask)(PRL_HANDLE hDispConfig, PRL_CPU_FEATURES_MASK_PTR pMasks)
{
    ENTER();
    RESOLVE(struct config_obj, cfg, hDispConfig, PHT_DISP_CONFIG);
    REQUIRE(pMasks);
    PRL_CPU_FEATURES_MASK masks = { 0 };
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(cfg, &node);

    if (PRL_FAILED(r))
        return r;
    for (unsigned i = 0; i < PCFE_MAX; i++)
        field_store(FIELD_IS_U32,
                    cpu_word_get(node, CPU_PREFERENCES, CPU_MASKS, (PRL_CPU_FEATURES_EX)i),
                    (char *)&masks + mask_member[i]);
    masks.bIsValid = (PRL_UINT32)xml_get_u64(node, CPU_PREFERENCES "/CpuFeaturesMaskValid", 0);
    config_obj_unlock(cfg, false);
    memcpy(pMasks, &masks, sizeof masks);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlDispCfg_SetCpuFeaturesMask)
(PRL_HANDLE hDispConfig, PRL_CONST_CPU_FEATURES_MASK_PTR pMasks)
{
    ENTER();
    RESOLVE(struct config_obj, cfg, hDispConfig, PHT_DISP_CONFIG);
    REQUIRE(pMasks);
    PRL_UINT32 words[PCFE_MAX];

    for (unsigned i = 0; i < PCFE_MAX; i++)
        memcpy(&words[i], (const char *)pMasks + mask_member[i], sizeof words[i]);
    return put_masks(hDispConfig, words, pMasks->bIsValid);
}

PRL_METHOD(PrlDispCfg_GetCpuPool)(PRL_HANDLE hDispConfig, PRL_HANDLE_PTR phCpuPool)
{
    ENTER();
    RESOLVE(struct config_obj, cfg, hDispConfig, PHT_DISP_CONFIG);
    REQUIRE(phCpuPool);
    AUTO(object_unref) struct object *pool = (struct object *)row_new_doc(PHT_CPU_POOL, "CpuPool");
    PRL_UINT32 words[PCFE_MAX];
    xmlNodePtr node;
    PRL_RESULT r = pool ? config_obj_lock(cfg, &node) : PRL_ERR_OUT_OF_MEMORY;

    if (PRL_FAILED(r))
        return r;
    AUTO(cleanup_free) char *name = xml_get(node, "CpuPoolInfo/Name");
    for (unsigned i = 0; i < PCFE_MAX; i++)
        words[i] = cpu_word_get(node, CPU_PREFERENCES, CPU_MASKS, (PRL_CPU_FEATURES_EX)i);
    config_obj_unlock(cfg, false);

    r = config_obj_lock((struct config_obj *)pool, &node);
    if (PRL_FAILED(r))
        return r;
    bool is_done = xml_set(node, "CpuPoolInfo/Name", name ? name : "");
    for (unsigned i = 0; i < PCFE_MAX && is_done; i++)
        is_done = cpu_word_set(node, "CpuMask", CPU_PLAIN, (PRL_CPU_FEATURES_EX)i, words[i]);
    config_obj_unlock((struct config_obj *)pool, true);
    return is_done ? row_give(TAKE(pool), phCpuPool) : PRL_ERR_OUT_OF_MEMORY;
}

/* ---- USB identities ---- */

static xmlNodePtr
find_identity(xmlNodePtr node, const char *system_name)
{
    for (xmlNodePtr n = xml_find(node, "UsbPreferences/UsbIdentity"); n; n = xml_next(n)) {
        AUTO(cleanup_free) char *name = xml_get(n, "SystemName");

        if (str_eq(name, system_name))
            return n;
    }
    return NULL;
}

/* uuid NULL or "": the association goes. nFlags is the action (PRL_USB_DEVICE_...); a name that is
 * not listed is added. */
PRL_METHOD(PrlDispCfg_SetUsbIdentAssociation)
(PRL_HANDLE hDispCfg, PRL_CONST_STR sSystemName, PRL_CONST_STR sVmUuid, PRL_UINT32 nFlags)
{
    ENTER();
    RESOLVE(struct config_obj, cfg, hDispCfg, PHT_DISP_CONFIG);
    REQUIRE(sSystemName);
    xmlNodePtr node, all, identity;
    PRL_RESULT r;

    if (!str_is_xml_text(sSystemName, strlen(sSystemName)) ||
        (sVmUuid && !str_is_xml_text(sVmUuid, strlen(sVmUuid))))
        return PRL_ERR_INVALID_ARG;
    r = config_obj_lock(cfg, &node);
    if (PRL_FAILED(r))
        return r;
    identity = find_identity(node, sSystemName);
    if (!identity && (all = xml_make(node, "UsbPreferences"))) {
        identity = xmlNewChild(all, NULL, (const xmlChar *)"UsbIdentity", NULL);
        if (identity && !xml_set(identity, "SystemName", sSystemName)) {
            xml_remove(identity);
            identity = NULL;
        }
    }
    bool is_done = identity != NULL;
    if (identity && sVmUuid && *sVmUuid)
        is_done = xml_set(identity, "Association/VmUuid", sVmUuid) &&
                  xml_set_u64(identity, "Association/Action", nFlags);
    else if (identity)
        xml_remove(xml_child(identity, "Association"));
    config_obj_unlock(cfg, true);
    return is_done ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

PRL_METHOD(PrlUsbIdent_GetVmUuidAssociation)
(PRL_HANDLE hUsbIdent, PRL_STR sVmUuid, PRL_UINT32_PTR pnVmUuidBufLength)
{
    static const struct field uuid = { "Association/VmUuid", FIELD_IS_TEXT };

    return row_get_text(hUsbIdent, PHT_USB_IDENTITY, &uuid, sVmUuid, pnVmUuidBufLength);
}

/* ---- networks of the older kind ---- */

#define ADAPTERS "NetworkPreferences/NetworkAdapter"

PRL_METHOD(PrlDispCfg_CreateDispNet)(PRL_HANDLE hDispConfig, PRL_HANDLE_PTR phDispNet)
{
    ENTER();
    RESOLVE(struct config_obj, cfg, hDispConfig, PHT_DISP_CONFIG);
    REQUIRE(phDispNet);
    unsigned position = 0;
    xmlNodePtr node, all;
    PRL_RESULT r = config_obj_lock(cfg, &node);

    if (PRL_FAILED(r))
        return r;
    for (xmlNodePtr n = xml_find(node, ADAPTERS); n; n = xml_next(n))
        position++;
    all = xml_make(node, "NetworkPreferences");
    const bool is_done = all && xmlNewChild(all, NULL, (const xmlChar *)"NetworkAdapter", NULL);
    config_obj_unlock(cfg, true);
    if (!is_done)
        return PRL_ERR_OUT_OF_MEMORY;
    return row_give((struct object *)config_obj_part(PHT_DISP_NET_ADAPTER, cfg, PART_LIST_ITEM,
                                                     ADAPTERS, 0, position, NULL),
                    phDispNet);
}

PRL_METHOD(PrlDispNet_Remove)(PRL_HANDLE hDispNet)
{
    ENTER();
    RESOLVE(struct config_obj, adapter, hDispNet, PHT_DISP_NET_ADAPTER);
    return config_obj_remove(adapter);
}

PRL_METHOD(PrlDispNet_PortForwardingToString)(PRL_HANDLE hDispNet, PRL_VOID_PTR_PTR pPortForwarding)
{
    ENTER();
    RESOLVE(struct config_obj, adapter, hDispNet, PHT_DISP_NET_ADAPTER);
    REQUIRE(pPortForwarding);
    xmlNodePtr node, forwarding;
    size_t len;
    PRL_RESULT r = config_obj_lock(adapter, &node);

    if (PRL_FAILED(r))
        return r;
    forwarding = xml_make(node, "PortForwarding");
    PRL_VOID_PTR text = forwarding ? xml_node_text(forwarding, &len) : NULL;
    config_obj_unlock(adapter, false);
    if (!text)
        return PRL_ERR_OUT_OF_MEMORY;
    memcpy(pPortForwarding, &text, sizeof text);
    return PRL_ERR_SUCCESS;
}

PRL_METHOD(PrlDispNet_PortForwardingFromString)(PRL_HANDLE hDispNet, PRL_CONST_STR sPortForwarding)
{
    ENTER();
    RESOLVE(struct config_obj, adapter, hDispNet, PHT_DISP_NET_ADAPTER);
    REQUIRE(sPortForwarding);
    AUTO(xmlFreeDoc) xmlDocPtr given = xml_parse(sPortForwarding, strlen(sPortForwarding), NULL);
    xmlNodePtr node, root = given ? xmlDocGetRootElement(given) : NULL;
    PRL_RESULT r;

    if (!root || strcmp((const char *)root->name, "PortForwarding") != 0)
        return PRL_ERR_INVALID_ARG;
    r = config_obj_lock(adapter, &node);
    if (PRL_FAILED(r))
        return r;
    xml_remove(xml_child(node, "PortForwarding"));
    const bool is_done = xml_copy_into(node, root) != NULL;
    config_obj_unlock(adapter, true);
    return is_done ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}
