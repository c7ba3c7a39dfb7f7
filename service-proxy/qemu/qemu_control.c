/* SPDX-License-Identifier: MIT */
/* A running QEMU's processors on the host's, its balloon, its memory as a file: small questions and settings that change no state. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "qemu_vm.h"

pid_t
qemu_vm_pid(struct vm *vm)
{
    AUTO(backend_vm_unref) struct backend_vm *b = backend_vm_get(vm);

    return b ? b->pid : 0;
}

/* ---- processors ---- */

/*
 * Threads of the virtual processors by their numbers. QEMU's word is taken only for threads that are its own: what it says may not point this
 * process at another's.
 */
static PRL_RESULT
threads(struct backend_vm *b, pid_t *tid, unsigned room, unsigned *ret_n)
{
    json_t *list = NULL;
    PRL_RESULT rc = qmp_call(b->qmp, "query-cpus-fast", NULL, clock_deadline(QMP_ANSWER_MS), &list);
    size_t i;
    json_t *row;

    if (PRL_FAILED(rc))
        return rc;
    *ret_n = 0;
    json_array_foreach(list, i, row) {
        json_int_t index = json_integer_value(json_object_get(row, "cpu-index")), thread = json_integer_value(json_object_get(row, "thread-id"));
        char path[64];

        if (index < 0 || index >= room || thread <= 0 || thread > INT32_MAX)
            continue;
        snprintf(path, sizeof path, "/proc/%d/task/%" PRId64, (int)b->pid, (int64_t)thread);
        tid[index] = access(path, F_OK) == 0 ? (pid_t)thread : 0;
        if (*ret_n <= (unsigned)index)
            *ret_n = (unsigned)index + 1;
    }
    json_decref(list);
    return PRL_ERR_SUCCESS;
}

static bool
read_small(pid_t pid, pid_t tid, const char *file, char *text, size_t room)
{
    char path[64];
    AUTO_FD int fd = -1;
    ssize_t n;

    snprintf(path, sizeof path, "/proc/%d/task/%d/%s", (int)pid, (int)tid, file);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    n = fd < 0 ? -1 : read(fd, text, room - 1);
    if (n <= 0)
        return false;
    text[n] = '\0';
    return true;
}

/* Field 39 of stat; the name in field 2 may hold spaces and brackets. */
static int
last_cpu(const char *stat)
{
    const char *p = strrchr(stat, ')');

    for (int field = 2; p && field < 39; field++) {
        p = strchr(p, ' ');
        if (p)
            p++;
    }
    return p ? atoi(p) : -1;
}

PRL_RESULT
qemu_vm_vcpus(struct vm *vm, struct backend_vcpu *out, unsigned room, unsigned *ret_n)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    pid_t tid[BACKEND_STATS_VCPUS] = { 0 };
    unsigned n = 0;
    PRL_RESULT rc = backend_vm_need(vm, &b);

    if (PRL_SUCCEEDED(rc))
        rc = threads(b, tid, BACKEND_STATS_VCPUS, &n);
    if (PRL_FAILED(rc))
        return rc;
    for (unsigned i = 0; i < n && i < room; i++) {
        char text[512];

        out[i] = (struct backend_vcpu){ .host_cpu = -1 };
        if (!tid[i])
            continue;
        if (read_small(b->pid, tid[i], "schedstat", text, sizeof text))
            out[i].ns = strtoull(text, NULL, 10);
        if (read_small(b->pid, tid[i], "stat", text, sizeof text))
            out[i].host_cpu = last_cpu(text);
        sched_getaffinity(tid[i], sizeof out[i].allowed, &out[i].allowed);
    }
    *ret_n = n < room ? n : room;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_vm_pin_vcpu(struct vm *vm, unsigned vcpu, const cpu_set_t *cpus)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    pid_t tid[BACKEND_STATS_VCPUS] = { 0 };
    unsigned n = 0;
    PRL_RESULT rc = backend_vm_need(vm, &b);

    if (PRL_SUCCEEDED(rc))
        rc = threads(b, tid, BACKEND_STATS_VCPUS, &n);
    if (PRL_FAILED(rc))
        return rc;
    if (vcpu >= n || !tid[vcpu])
        return err_set(PRL_ERR_INVALID_ARG, "the VM has %u virtual processors, none has the number %u", n, vcpu);
    if (sched_setaffinity(tid[vcpu], sizeof *cpus, cpus) < 0)
        return err_errno(errno == EINVAL ? PRL_ERR_INVALID_ARG : PRL_ERR_VM_OPERATION_FAILED, errno, "virtual processor %u", vcpu);
    return PRL_ERR_SUCCESS;
}

/* ---- memory ---- */

PRL_RESULT
qemu_vm_balloon(struct vm *vm, uint64_t set_bytes, uint64_t *ret_bytes)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    json_t *answer = NULL;
    int64_t deadline = clock_deadline(QMP_ANSWER_MS);
    PRL_RESULT rc = backend_vm_need(vm, &b);

    if (PRL_SUCCEEDED(rc) && set_bytes)
        rc = qmp_call(b->qmp, "balloon", json_pack("{s:I}", "value", (json_int_t)set_bytes), deadline, NULL);
    if (PRL_SUCCEEDED(rc) && ret_bytes) {
        rc = qmp_call(b->qmp, "query-balloon", NULL, deadline, &answer);
        if (PRL_SUCCEEDED(rc)) {
            json_int_t actual = json_integer_value(json_object_get(answer, "actual"));

            *ret_bytes = actual > 0 ? (uint64_t)actual : 0;
        }
        json_decref(answer);
    }
    return rc;
}

PRL_RESULT
qemu_vm_dump(struct vm *vm, int fd)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    int64_t deadline = clock_deadline(QMP_SLOW_MS);
    PRL_RESULT rc = backend_vm_need(vm, &b);

    if (PRL_SUCCEEDED(rc))
        rc = qmp_call_fd(b->qmp, "getfd", json_pack("{s:s}", "fdname", "dump"), fd, deadline);
    if (PRL_SUCCEEDED(rc))
        rc = qmp_call(b->qmp, "dump-guest-memory", json_pack("{s:b, s:s}", "paging", 0, "protocol", "fd:dump"), deadline, NULL);
    return rc;
}
