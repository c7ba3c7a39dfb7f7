/* SPDX-License-Identifier: MIT */
/* PrlStat_ and its parts: statistics. */
#include "base/xml.h"
#include "rows.h"
#include "stat.def"

PRL_METHOD(PrlStat_GetVmDataStat)(PRL_HANDLE hStat, PRL_HANDLE_PTR phVmDataStat)
{
    ENTER();
    RESOLVE(struct config_obj, stat, hStat, PHT_SYSTEM_STATISTICS);
    REQUIRE(phVmDataStat);
    return row_give((struct object *)config_obj_part(PHT_SYSTEM_STATISTICS_VM_DATA, stat, PART_PATH,
                                                     "VmDataStatistic", 0, 0, NULL),
                    phVmDataStat);
}

PRL_METHOD(PrlStatVmData_GetSegmentCapacity)
(PRL_HANDLE hVmDataStat, PRL_DATA_STATISTIC_SEGMENTS nSegment, PRL_UINT64_PTR pnCapacity)
{
    ENTER();
    RESOLVE(struct config_obj, stat, hVmDataStat, PHT_SYSTEM_STATISTICS_VM_DATA);
    REQUIRE(pnCapacity);
    uint64_t capacity = 0;
    bool is_found = false;
    xmlNodePtr node;
    PRL_RESULT r;

    if (nSegment <= PDSS_UNKNOWN || nSegment > PDSS_VM_FULL_SPACE)
        return PRL_ERR_INVALID_ARG;
    r = config_obj_lock(stat, &node);
    if (PRL_FAILED(r))
        return r;
    for (xmlNodePtr n = xml_find(node, "VmDataSegments/VmDataSegment"); n && !is_found;
         n = xml_next(n)) {
        is_found = xml_get_u64(n, "Type", PDSS_UNKNOWN) == (uint64_t)nSegment;
        capacity = xml_get_u64(n, "Capacity", 0);
    }
    config_obj_unlock(stat, false);
    if (!is_found)
        return PRL_ERR_NO_DATA;
    field_store(FIELD_IS_U64, (int64_t)capacity, pnCapacity);
    return PRL_ERR_SUCCESS;
}
