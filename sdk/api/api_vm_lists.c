/* SPDX-License-Identifier: MIT */
/* PrlBootDev_, PrlShare_, PrlNetworkRate_: the lists of a configuration beside its devices. */
#include <limits.h>
#include <string.h>

#include "base/xml.h"
#include "core/config_obj.h"
#include "model/vm_model.h"
#include "row_list.h"
#include "rows.h"

#define BOOT_DEVICES "Settings/Startup/BootingOrder"

/* ---- network rates ---- */

#define RATES "Settings/GlobalNetwork/NetworkRates"

PRL_METHOD(PrlVmCfg_GetNetworkRateList)(PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phNetworkRateList)
{
    return row_get_objects(hVmCfg, PHT_VM_CONFIGURATION, RATES, "NetworkRate", PHT_NETWORK_RATE,
                           phNetworkRateList);
}

PRL_METHOD(PrlVmCfg_SetNetworkRateList)(PRL_HANDLE hVmCfg, PRL_HANDLE hNetworkRateList)
{
    return row_set_objects(hVmCfg, PHT_VM_CONFIGURATION, RATES, "NetworkRate", PHT_NETWORK_RATE,
                           hNetworkRateList, ROW_LIST);
}

PRL_METHOD(PrlNetworkRate_Create)
(PRL_UINT32 nClassId, PRL_UINT32 nRate, PRL_HANDLE_PTR phNetworkRate)
{
    ENTER();
    REQUIRE(phNetworkRate);
    REQUIRE(nClassId);
    REQUIRE(nRate);
    const struct row_value values[] = { { "ClassId", nClassId }, { "Rate", nRate } };

    return row_give(row_new_values(PHT_NETWORK_RATE, "NetworkRate", values, ARRAY_LEN(values)),
                    phNetworkRate);
}

/* ---- boot order ---- */

PRL_METHOD(PrlVmCfg_CreateBootDev)(PRL_HANDLE hVmCfg, PRL_HANDLE_PTR phVmBootDev)
{
    ENTER();
    RESOLVE(struct config_obj, vm, hVmCfg, PHT_VM_CONFIGURATION);
    REQUIRE(phVmBootDev);
    unsigned position = 0;
    xmlNodePtr root, order, entry;
    PRL_RESULT r = config_obj_lock(vm, &root);

    if (PRL_FAILED(r))
        return r;
    for (xmlNodePtr n = xml_find(root, BOOT_DEVICES "/BootDevice"); n; n = xml_next(n))
        position++;
    order = xml_make(root, BOOT_DEVICES);
    entry = order ? xmlNewChild(order, NULL, (const xmlChar *)"BootDevice", NULL) : NULL;
    const bool is_done =
        entry && xml_set_u64(entry, "Index", 0) && xml_set_u64(entry, "Type", PDE_HARD_DISK) &&
        xml_set_u64(entry, "BootingNumber", position) && xml_set_u64(entry, "InUse", 0);
    if (!is_done)
        xml_remove(entry);
    config_obj_unlock(vm, true);
    if (!is_done)
        return PRL_ERR_OUT_OF_MEMORY;
    return row_give((struct object *)config_obj_part(PHT_BOOT_DEVICE, vm, PART_LIST_ITEM,
                                                     BOOT_DEVICES "/BootDevice", 0, position, NULL),
                    phVmBootDev);
}

PRL_METHOD(PrlBootDev_Remove)(PRL_HANDLE hVmBootDev)
{
    ENTER();
    RESOLVE(struct config_obj, entry, hVmBootDev, PHT_BOOT_DEVICE);
    return config_obj_remove(entry);
}

/* The entries in ascending order; equal ones keep theirs. */
static void
sort_entries(xmlNodePtr order, const char *name)
{
    xmlNodePtr first = xml_child(order, name);

    for (xmlNodePtr n = first ? xml_next(first) : NULL, next; n; n = next) {
        xmlNodePtr before = NULL;

        next = xml_next(n);
        for (xmlNodePtr p = xml_child(order, name); p != n && !before; p = xml_next(p))
            if (xml_get_u64(p, "BootingNumber", 0) > xml_get_u64(n, "BootingNumber", 0))
                before = p;
        if (before)
            xmlAddPrevSibling(before, n); /* unlinks n first */
    }
}

PRL_METHOD(PrlBootDev_SetSequenceIndex)(PRL_HANDLE hVmBootDev, PRL_UINT32 nSequenceIndex)
{
    ENTER();
    RESOLVE(struct config_obj, o, hVmBootDev, PHT_BOOT_DEVICE);
    xmlNodePtr entry;
    PRL_RESULT r = config_obj_lock(o, &entry);

    if (PRL_FAILED(r))
        return r;
    if (xml_set_u64(entry, "BootingNumber", nSequenceIndex))
        sort_entries(entry->parent, (const char *)entry->name);
    else
        r = PRL_ERR_OUT_OF_MEMORY;
    config_obj_unlock(o, true);
    return r;
}

/* ---- shared folders ---- */

PRL_METHOD(PrlShare_Remove)(PRL_HANDLE hVmShare)
{
    ENTER();
    RESOLVE(struct config_obj, share, hVmShare, PHT_SHARE);
    return config_obj_remove(share);
}
