/* SPDX-License-Identifier: MIT */
#include "qemu_blocks_bundles.h"

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "qemu_export.h"

bool
qemu_bundles_move(const struct backend_overlay *o)
{
    return path_is_dir(o->overlay);
}

bool
qemu_bundles_any_move(const struct backend_overlay *o, int n)
{
    for (int i = 0; i < n; i++)
        if (qemu_bundles_move(&o[i]))
            return true;
    return false;
}

static PRL_RESULT
no_export(const struct backend_overlay *o)
{
    return err_set(PRL_ERR_VM_OPERATION_FAILED, "no process serves the disk '%s'", o->node);
}

static PRL_RESULT
move(struct backend_vm *b, const struct backend_overlay *o, const char *to)
{
    struct qemu_export e;
    PRL_RESULT rc;

    if (!backend_exports_find(b, o->node, &e))
        return no_export(o);
    rc = qemu_export_move(&e, to, clock_deadline(QMP_SLOW_MS));
    cleanup_close(&e.pidfd);
    return rc;
}

void
qemu_bundles_change_back(struct backend_vm *b, const struct backend_overlay *o, int n)
{
    for (int i = 0; i < n; i++)
        if (qemu_bundles_move(&o[i]) && PRL_FAILED(move(b, &o[i], o[i].image)))
            LOG_E("qemu", "%s: the disk '%s' stays on '%s': %s", b->vm->uuid, o[i].node, o[i].overlay,
                  err_peek()->details ? err_peek()->details : "");
}

PRL_RESULT
qemu_bundles_change_over(struct backend_vm *b, const struct backend_overlay *o, int n)
{
    PRL_RESULT rc = PRL_ERR_SUCCESS;
    int i;

    for (i = 0; i < n; i++) {
        if (!qemu_bundles_move(&o[i]))
            continue;
        rc = move(b, &o[i], o[i].overlay);
        if (PRL_FAILED(rc))
            break;
    }
    if (PRL_FAILED(rc) && rc != PRL_ERR_TIMEOUT) {
        AUTO(err_free) struct err *why = err_take(rc);

        qemu_bundles_change_back(b, o, i);
        return why ? err_put(why) : rc;
    }
    return rc;
}

PRL_RESULT
qemu_bundles_settle(struct backend_vm *b, const struct backend_overlay *o, int n)
{
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    for (int i = 0; PRL_SUCCEEDED(rc) && i < n; i++) {
        struct qemu_export e;

        if (!path_is_dir(o[i].image) || qemu_bundles_move(&o[i]))
            continue;
        if (!backend_exports_find(b, o[i].node, &e))
            return no_export(&o[i]);
        rc = qemu_export_quiesce(&e, clock_deadline(QMP_SLOW_MS));
        cleanup_close(&e.pidfd);
    }
    return rc;
}

PRL_RESULT
qemu_bundles_hold(struct backend_vm *b, bool *ret_was_running)
{
    PRL_RESULT rc;

    *ret_was_running = vm_state_get(b->vm) == VMS_RUNNING;
    if (!*ret_was_running)
        return PRL_ERR_SUCCESS;
    backend_vm_set_quiet(b, true);
    rc = qmp_call(b->qmp, "stop", NULL, clock_deadline(QMP_ANSWER_MS), NULL);
    if (PRL_FAILED(rc)) {
        AUTO(err_free) struct err *why = err_take(rc);

        qemu_bundles_release(b, true);
        return why ? err_put(why) : rc;
    }
    return rc;
}

/* Whatever QEMU says to it, in time or not: what it did last is what is shown. */
void
qemu_bundles_release(struct backend_vm *b, bool was_running)
{
    AUTO(err_free) struct err *why = err_copy(err_peek());

    if (!was_running)
        return;
    if (PRL_FAILED(qmp_call(b->qmp, "cont", NULL, clock_deadline(QMP_ANSWER_MS), NULL)))
        LOG_W("qemu", "%s: the guest is not known to go on: %s", b->vm->uuid, err_peek()->details ? err_peek()->details : "");
    backend_vm_set_quiet(b, false);
    backend_vm_state(b, VMS_RUNNING);
    err_clear();
    if (why && why->code)
        err_put(why);
}
