/* SPDX-License-Identifier: MIT */
/* Performance counters (semantics 6.15): subscribe, unsubscribe, ask once. The host itself has none. */
#include <stdlib.h>

#include "base/clock.h"
#include "base/pool.h"
#include "engine/events.h"
#include "engine/handlers.h"
#include "engine/session.h"
#include "vm/perf.h"
#include "vm/vm.h"
#include "vm/vm_store.h"

#define ANSWER_MS 5000

/* Nothing will ever be sent: an event without counters is not. */
PRL_RESULT
srv_subscribe_perf_stats(struct task *t)
{
    (void)t;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
srv_unsubscribe_perf_stats(struct task *t)
{
    (void)t;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
srv_perf_stats(struct task *t)
{
    return task_add_event(t, event_new(PET_DSP_EVT_PERFSTATS, vm_store_server_uuid()));
}

/* In every state: events come while it runs. */
PRL_RESULT
vm_subscribe_perf_stats(struct task *t)
{
    return perf_subscribe(t->vm, t->session, task_arg_s(t, "filter"));
}

PRL_RESULT
vm_unsubscribe_perf_stats(struct task *t)
{
    perf_unsubscribe(t->vm, t->session);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
refuse(struct vm *vm, VIRTUAL_MACHINE_STATE state)
{
    AUTO(cleanup_free) char *name = vm_name_dup(vm);

    err_set(PRL_ERR_DISP_VM_IS_NOT_STARTED, "the VM is %s", vm_state_name(state));
    err_param(0, "%s", name ? name : "");
    return PRL_ERR_DISP_VM_IS_NOT_STARTED;
}

PRL_RESULT
vm_perf_stats(struct task *t)
{
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);
    json_t *event = NULL;
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    if (state == VMS_RUNNING) {
        pool_blocking_begin();
        rc = perf_event(t->vm, task_arg_s(t, "filter"), clock_deadline(ANSWER_MS), &event);
        pool_blocking_end();
    } else if (state == VMS_STOPPED || state == VMS_SUSPENDED) {
        event = event_new(PET_DSP_EVT_VM_PERFSTATS, t->vm->uuid); /* such a VM has no counters */
        event_set_issuer_type(event, PIE_VIRTUAL_MACHINE);
    } else {
        rc = refuse(t->vm, state);
    }
    return PRL_FAILED(rc) ? rc : task_add_event(t, event);
}
