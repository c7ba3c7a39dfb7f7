/* SPDX-License-Identifier: MIT */
/*
 * Machines that start with the service do so at its first run after the host booted, not at every run: a service comes and goes with
 * its clients, and a machine that its owner stopped since shall stay stopped. The boot id of that run is kept in a file.
 */
#include "autostart.h"

#include <string.h>

#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "dispatch.h"
#include "vm/vm_store.h"

#define BOOT_ID_FILE "/proc/sys/kernel/random/boot_id"
#define DONE_FILE "autostart.boot"
#define BOOT_ID_MAX 256

/* True once per boot; the file is written before anything is started. */
static bool
is_first_run(const char *state_dir)
{
    AUTO(cleanup_free) char *done = path_join(state_dir, DONE_FILE);
    AUTO(cleanup_free) char *boot = NULL;
    AUTO(cleanup_free) char *before = NULL;
    size_t n, n_before;
    int r;

    if (!done || path_read(BOOT_ID_FILE, BOOT_ID_MAX, &boot, &n) < 0)
        return false;
    if (path_read(done, BOOT_ID_MAX, &before, &n_before) == 0 && str_eq(boot, before))
        return false;
    r = path_write_durable(done, boot, n);
    if (r < 0)
        LOG_E("autostart", "'%s': %s: nothing is started by itself", done, strerror(-r));
    return r == 0;
}

static bool
is_wanted(struct vm *vm)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    VIRTUAL_MACHINE_STATE state = vm_state_get(vm);

    if ((state != VMS_STOPPED && state != VMS_SUSPENDED) || vm->is_template || PRL_FAILED(vm_config_doc(vm, &doc)))
        return false;
    return xml_get_u64(xmlDocGetRootElement(doc), "Settings/Startup/AutoStart", PAO_VM_START_MANUAL) == PAO_VM_START_ON_LOAD;
}

void
autostart_run(const char *state_dir)
{
    vm_vec all = { 0 };

    if (!is_first_run(state_dir) || !vm_store_list(&all))
        return;
    for (size_t i = 0; i < all.len; i++)
        if (is_wanted(all.p[i])) {
            LOG_I("autostart", "starting %s", all.p[i]->uuid);
            dispatch_own_start(all.p[i]);
        }
    vm_vec_free(&all);
}
