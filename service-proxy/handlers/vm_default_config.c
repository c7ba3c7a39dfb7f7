/* SPDX-License-Identifier: MIT */
/* PrlSrv_GetDefaultVmConfig: the configuration SetDefaultConfig would make on this host (semantics 5.5). */
#include "base/err.h"
#include "engine/handlers.h"
#include "engine/task.h"
#include "host/host_info.h"
#include "model/guest_os.h"
#include "model/vm_model.h"

PRL_RESULT
vm_default_config(struct task *t)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *text = NULL;
    uint64_t type = task_arg_u(t, "type"), version = task_arg_u(t, "os_version");
    struct host_facts host;
    size_t len;
    PRL_RESULT r;

    if (type == PVT_CT)
        return err_set(PRL_ERR_UNIMPLEMENTED, "containers");
    if (type != PVT_VM || version > UINT32_MAX)
        return err_set(PRL_ERR_INVALID_ARG, "there is no such type of machine");
    host_facts_get(&host);
    doc = vm_model_new();
    if (!doc)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "default configuration");
    r = vm_model_set_default(doc, &host, (unsigned)version, true);
    if (!PRL_FAILED(r))
        r = vm_model_text(doc, VM_TEXT_HANDLE, &text, &len);
    return PRL_FAILED(r) ? r : task_add_doc(t, PHT_VIRTUAL_MACHINE, text, len);
}
