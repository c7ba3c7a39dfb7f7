/* SPDX-License-Identifier: MIT */
#include "host_facts.h"

#include <stdio.h>
#include <string.h>

#include "base/xml.h"
#include "core/config_obj.h"
#include "core/entry.h"
#include "core/srv_obj.h"
#include "public.h"
#include "row_body.h"

#define NETWORK_WAIT_MS 5000
#define UNKNOWN_RAM_MIB 512

static PRL_RESULT
read_config(struct config_obj *config, struct host_facts *facts)
{
    xmlNodePtr root;
    PRL_RESULT r = config_obj_lock(config, &root);

    if (PRL_FAILED(r))
        return r;
    facts->cpus = (unsigned)xml_get_u64(root, "Cpu/Number", 1);
    facts->ram_mib = xml_get_u64(root, "MemorySettings/HostRamSize", UNKNOWN_RAM_MIB);
    facts->has_hw_virt = xml_get_u64(root, "Cpu/VtxMode", PCM_CPU_NONE_HV) != PCM_CPU_NONE_HV;
    config_obj_unlock(config, false);
    if (!facts->cpus)
        facts->cpus = 1;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
api_host_read(PRL_HANDLE h, bool dead_is_absent, struct api_host *ret)
{
    AUTO(object_unref) struct object *config = h ? handle_get(h, PHT_SERVER_CONFIG) : NULL;

    memset(ret, 0, sizeof *ret);
    ret->facts = (struct host_facts){ .cpus = 1,
                                      .ram_mib = UNKNOWN_RAM_MIB,
                                      .bridged_network = ret->network };
    if (config)
        return read_config((struct config_obj *)config, &ret->facts);
    return !h || (dead_is_absent && !row_handle_is(h, HANDLE_ANY)) ? PRL_ERR_SUCCESS
                                                                   : PRL_ERR_INVALID_ARG;
}

/* The network's id when it is enabled and bridged. */
static bool
take_network(PRL_HANDLE network, char *id, PRL_UINT32 room)
{
    PRL_NET_VIRTUAL_NETWORK_TYPE type;
    PRL_BOOL is_enabled = PRL_FALSE;

    if (PRL_FAILED(PrlVirtNet_IsEnabled(network, &is_enabled)) || !is_enabled)
        return false;
    if (PRL_FAILED(PrlVirtNet_GetNetworkType(network, &type)) || type != PVN_BRIDGED_ETHERNET)
        return false;
    return PRL_SUCCEEDED(PrlVirtNet_GetNetworkId(network, id, &room));
}

static void
find_in_result(PRL_HANDLE result, struct api_host *host)
{
    PRL_UINT32 count = 0;
    bool is_found = false;

    PrlResult_GetParamsCount(result, &count);
    for (PRL_UINT32 i = 0; i < count && !is_found; i++) {
        PRL_HANDLE network;
        char id[sizeof host->network] = "";

        if (PRL_FAILED(PrlResult_GetParamByIndex(result, i, &network)))
            continue;
        is_found = take_network(network, id, sizeof id);
        if (is_found)
            memcpy(host->network, id, sizeof id);
        PrlHandle_Free(network);
    }
}

void
api_host_find_network(struct api_host *host, struct object *subject)
{
    struct srv_obj *srv = srv_obj_of(subject);
    PRL_HANDLE job, result;
    PRL_RESULT code = PRL_ERR_UNINITIALIZED;

    if (!srv)
        return;
    job = job_request(&srv->obj, PJOC_SRV_GET_VIRTUAL_NETWORK_LIST, OP_VIRTUAL_NETWORK_LIST,
                      ARGS(ARG_U(0)));
    object_unref(&srv->obj);
    if (PRL_SUCCEEDED(PrlJob_Wait(job, NETWORK_WAIT_MS)) &&
        PRL_SUCCEEDED(PrlJob_GetRetCode(job, &code)) && PRL_SUCCEEDED(code) &&
        PRL_SUCCEEDED(PrlJob_GetResult(job, &result))) {
        find_in_result(result, host);
        PrlHandle_Free(result);
    }
    PrlHandle_Free(job);
}
