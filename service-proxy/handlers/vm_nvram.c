/* SPDX-License-Identifier: MIT */
/* PrlVm_UpdateNvram: the EFI variables of a VM from an older firmware's file into one for the firmware of this host. */
#include "base/err.h"
#include "base/pool.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/events.h"
#include "engine/handlers.h"
#include "model/vm_model.h"
#include "qemu/qemu_firmware.h"
#include "vm/vm_home.h"
#include "vm/vm_store.h"

/* The file first: until the configuration names it, it is in nobody's way. */
static PRL_RESULT
update(struct task *t, const char *home)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(cleanup_free) char *name = NULL;
    PRL_RESULT r = vm_config_doc(t->vm, &doc);

    if (PRL_FAILED(r))
        return r;
    if (!qemu_firmware_is_wanted(doc))
        return err_set(PRL_ERR_UPDATE_NVRAM_EFI_DISABLED, "%s", t->vm->uuid);
    pool_blocking_begin();
    r = qemu_firmware_update_vars(doc, home, &name);
    pool_blocking_end();
    if (PRL_FAILED(r) || !name[0])
        return r;
    if (!xml_set(vm_model_root(doc), "Settings/Startup/Bios/NVRAM", name))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
    r = vm_store_save_config(t->vm, doc);
    if (PRL_SUCCEEDED(r))
        event_vm(t->vm, PET_DSP_EVT_VM_CONFIG_CHANGED);
    return r;
}

PRL_RESULT
vm_update_nvram(struct task *t)
{
    AUTO(cleanup_free) char *home = vm_home_dup(t->vm);
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);
    AUTO_FD int lock_fd = -1;
    PRL_RESULT r;

    if (!home)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (state != VMS_STOPPED)
        return err_set(PRL_ERR_UPDATE_NVRAM_VM_IS_RUNNING, "the VM is %s", vm_state_name(state));
    r = vm_home_lock(home, &lock_fd);
    return PRL_FAILED(r) ? r : update(t, home);
}
