/* SPDX-License-Identifier: MIT */
/*
 * Steps on shared folders: a virtiofsd and QEMU's connection to it. Until QEMU has the connection the process ends with the service; from then
 * on with QEMU, and it is on the run record before that.
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/str.h"
#include "qemu_hotplug_doing.h"

#define END_MS 1000 /* it sees the end of its connection at once */

/* What may be missing at a start is missed here: the log has said it, the change is refused. */
static PRL_RESULT
check(struct qemu_extra *x)
{
    qemu_notes notes = { 0 };
    bool is_dropped = false;
    PRL_RESULT rc = qemu_share_row.check(x, &notes, &is_dropped);

    if (PRL_SUCCEEDED(rc) && is_dropped)
        rc = err_set(PRL_ERR_VM_DEV_CONNECT_FAILED, "%s", notes.len ? notes.p[0] : "shared folder");
    qemu_notes_clear(&notes);
    return rc;
}

static PRL_RESULT
hand_to_qemu(struct backend_vm *b, struct qemu_extra *x)
{
    PRL_RESULT rc = qmp_call_fd(b->qmp, "getfd", json_pack("{s:s}", "fdname", x->id), x->fd, clock_deadline(QMP_ANSWER_MS));

    if (PRL_FAILED(rc))
        return rc;
    return hot_call(b, "chardev-add",
                    json_pack("{s:s, s:{s:s, s:{s:{s:s, s:{s:s}}, s:b}}}", "id", x->id, "backend", "type", "socket", "data", "addr", "type", "fd",
                              "data", "str", x->id, "server", 0));
}

static PRL_RESULT
start(struct backend_vm *b, struct qemu_extra *x)
{
    PRL_RESULT rc = check(x);

    if (PRL_SUCCEEDED(rc))
        rc = qemu_share_row.open(x, b->home, qemu_vm_run_dir());
    if (PRL_SUCCEEDED(rc) && !backend_side_add(b, &x->side))
        rc = err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "QEMU has ended");
    if (PRL_SUCCEEDED(rc))
        rc = run_record_save(b->rec);
    if (PRL_SUCCEEDED(rc))
        rc = hand_to_qemu(b, x);
    return rc;
}

PRL_RESULT
step_share_start(struct doing *d, json_t *args, json_t *before)
{
    const char *id = json_string_value(json_object_get(args, "id"));
    struct qemu_extra x = { .kind = EXTRA_SHARE, .fd = -1, .side = { .pidfd = -1 } };
    PRL_RESULT rc;

    (void)before;
    x.path = str_dup(json_string_value(json_object_get(args, "path")));
    x.is_read_only = json_is_true(json_object_get(args, "read-only"));
    snprintf(x.id, sizeof x.id, "%s", id ? id : "");
    snprintf(x.name, sizeof x.name, "%s", x.id); /* for messages; the path says which */
    rc = x.path ? start(d->b, &x) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    cleanup_close(&x.fd);
    if (PRL_FAILED(rc)) {
        AUTO(err_free) struct err *why = err_take(rc);

        qemu_side_end(&x.side, clock_deadline(END_MS));
        backend_side_end(d->b, x.id, clock_deadline(END_MS));
        rc = why ? err_put(why) : rc;
    }
    free(x.path);
    free(x.program);
    return rc;
}

PRL_RESULT
step_share_end(struct doing *d, json_t *args, json_t *before)
{
    const char *id = json_string_value(json_object_get(args, "id"));
    PRL_RESULT rc = hot_call(d->b, "chardev-remove", json_incref(args));

    (void)before;
    if (PRL_FAILED(rc) && hot_words_have("not found")) {
        err_clear();
        rc = PRL_ERR_SUCCESS;
    }
    if (PRL_SUCCEEDED(rc))
        backend_side_end(d->b, id, clock_deadline(END_MS));
    return rc;
}
