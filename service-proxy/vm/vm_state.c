/* SPDX-License-Identifier: MIT */
/* The state of a VM: its names, and what goes with each change (uptime, the claim of a running VM, the event). */
#include "base/clock.h"
#include "engine/claims.h"
#include "engine/events.h"
#include "perf.h"
#include "vm.h"
#include "vm_store.h"

#define STATE(name) { name, #name }
static const struct {
    VIRTUAL_MACHINE_STATE state;
    const char *name;
} states[] = {
    STATE(VMS_UNKNOWN),   STATE(VMS_STOPPED),        STATE(VMS_STARTING),       STATE(VMS_RESTORING),
    STATE(VMS_RUNNING),   STATE(VMS_PAUSED),         STATE(VMS_SUSPENDING),     STATE(VMS_STOPPING),
    STATE(VMS_COMPACTING), STATE(VMS_SUSPENDED),     STATE(VMS_SNAPSHOTING),    STATE(VMS_RESETTING),
    STATE(VMS_PAUSING),   STATE(VMS_CONTINUING),     STATE(VMS_MIGRATING),      STATE(VMS_DELETING_STATE),
    STATE(VMS_RESUMING),  STATE(VMS_SUSPENDING_SYNC), STATE(VMS_RECONNECTING),  STATE(VMS_MOUNTED),
};
#undef STATE

const char *
vm_state_name(VIRTUAL_MACHINE_STATE state)
{
    for (size_t i = 0; i < ARRAY_LEN(states); i++)
        if (states[i].state == state)
            return states[i].name;
    return "VMS_UNKNOWN";
}

bool
vm_state_is_live(VIRTUAL_MACHINE_STATE state)
{
    switch (state) {
    case VMS_UNKNOWN:
    case VMS_STOPPED:
    case VMS_SUSPENDED:
    case VMS_MOUNTED:
    case VMS_STARTING: /* not yet: QEMU may still say no */
    case VMS_COMPACTING:
    case VMS_DELETING_STATE:
        return false;
    default:
        return true;
    }
}

VIRTUAL_MACHINE_STATE
vm_state_get(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return vm->state;
}

uint64_t
vm_uptime_locked(const struct vm *vm)
{
    uint64_t s = vm->uptime_s;

    if (vm->run_since_ms)
        s += (uint64_t)(clock_now_ms() - vm->run_since_ms) / 1000;
    return s;
}

/* A run lasts from the first live state to the next one that is not. */
static void
keep_uptime_locked(struct vm *vm, bool is_live)
{
    if (is_live && !vm->run_since_ms) {
        vm->run_since_ms = clock_now_ms();
    } else if (!is_live && vm->run_since_ms) {
        vm->uptime_s = vm_uptime_locked(vm);
        vm->run_since_ms = 0;
    }
}

/* True: a run has ended. */
static bool
change_state(struct vm *vm, VIRTUAL_MACHINE_STATE state)
{
    bool was_live, is_live = vm_state_is_live(state), ended;
    LOCK_SCOPE(&vm->order); /* QEMU's thread and a task may set states at once */

    {
        LOCK_SCOPE(&vm->lock);
        if (vm->state == state)
            return false;
        was_live = vm_state_is_live(vm->state);
        ended = vm->run_since_ms && !is_live;
        keep_uptime_locked(vm, is_live);
        vm->state = state;
        vm->rev = vm_store_next_rev();
    }
    if (was_live != is_live)
        claims_vm_running(vm, is_live);
    event_vm_int(vm, PET_DSP_EVT_VM_STATE_CHANGED, "vminfo_vm_state", (int64_t)state);
    return ended;
}

void
vm_state_set(struct vm *vm, VIRTUAL_MACHINE_STATE state)
{
    if (change_state(vm, state))
        vm_store_touch();
    if (state == VMS_RUNNING)
        perf_vm_runs(vm);
}

void
vm_addition_state(struct vm *vm, unsigned set, unsigned clear)
{
    unsigned bits;
    LOCK_SCOPE(&vm->order);

    {
        LOCK_SCOPE(&vm->lock);
        bits = (vm->addition_state & ~clear) | set;
        bits &= ~(unsigned)VMAS_NOSTATE;
        if (!bits)
            bits = VMAS_NOSTATE;
        if (bits == vm->addition_state)
            return;
        vm->addition_state = bits;
        vm->rev = vm_store_next_rev();
    }
    event_vm_int(vm, PET_DSP_EVT_VM_ADDITION_STATE_CHANGED, "vminfo_vm_addition_state", bits);
}

void
vm_cloning_begin(struct vm *vm)
{
    {
        LOCK_SCOPE(&vm->lock);
        vm->clones++;
    }
    vm_addition_state(vm, VMAS_CLONING, 0);
}

void
vm_cloning_end(struct vm *vm)
{
    bool is_last;

    {
        LOCK_SCOPE(&vm->lock);
        is_last = --vm->clones == 0;
    }
    if (is_last)
        vm_addition_state(vm, 0, VMAS_CLONING);
}
