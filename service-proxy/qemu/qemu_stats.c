/* SPDX-License-Identifier: MIT */
/*
 * What running QEMUs use: QEMU is asked for its disks, its memory and the threads of its virtual processors, the kernel for their
 * times. All questions to all QEMUs go out before the first answer is waited for.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "qemu_vm.h"

static const char *const questions[] = { "query-blockstats", "query-cpus-fast", "query-memory-size-summary" };
enum { ABOUT_DISKS, ABOUT_VCPUS, ABOUT_RAM, QUESTIONS };

struct asked {
    struct backend_vm *b; /* counted; NULL: not asked */
    struct qmp_request *request[QUESTIONS];
};

/* ---- the kernel's words ---- */

static PRL_RESULT
process_time(pid_t pid, uint64_t *ret_ns)
{
    struct timespec t;
    clockid_t clock;

    if (clock_getcpuclockid(pid, &clock) != 0 || clock_gettime(clock, &t) < 0)
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "process %d is gone", (int)pid);
    *ret_ns = (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
    return PRL_ERR_SUCCESS;
}

/* schedstat begins with the nanoseconds spent on a processor. The thread number is QEMU's word: only its own threads are looked at. */
static uint64_t
thread_time(pid_t pid, int64_t tid)
{
    char path[64], text[64];
    AUTO_FD int fd = -1;
    ssize_t n;

    if (tid <= 0)
        return 0;
    snprintf(path, sizeof path, "/proc/%d/task/%" PRId64 "/schedstat", (int)pid, tid);
    fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return 0;
    n = read(fd, text, sizeof text - 1);
    if (n <= 0)
        return 0;
    text[n] = '\0';
    return strtoull(text, NULL, 10);
}

/* ---- QEMU's words ---- */

static uint64_t
number(json_t *from, const char *key)
{
    json_int_t v = json_integer_value(json_object_get(from, key));

    return v > 0 ? (uint64_t)v : 0;
}

/* "hdd0-dev", or a path of such a device and what it has inside: "/machine/peripheral/hdd3-dev/virtio-backend". */
static bool
device_of(const char *qdev, char *out, size_t room)
{
    static const char end[] = "-dev";
    const char *at = qdev ? strstr(qdev, end) : NULL;
    const char *start = at;
    size_t n;

    if (!at || (at[sizeof end - 1] && at[sizeof end - 1] != '/'))
        return false;
    while (start > qdev && start[-1] != '/')
        start--;
    n = (size_t)(at - start);
    if (!n || n >= room)
        return false;
    memcpy(out, start, n);
    out[n] = '\0';
    return true;
}

static void
take_disks(struct backend_stats *s, json_t *list)
{
    size_t i;
    json_t *row;

    json_array_foreach(list, i, row) {
        struct backend_disk_stats d = { "", 0, 0, 0, 0 };
        json_t *stats = json_object_get(row, "stats");

        if (s->n_disks == BACKEND_STATS_DISKS)
            return;
        if (!stats || !device_of(json_string_value(json_object_get(row, "qdev")), d.device, sizeof d.device))
            continue;
        d.read_requests = number(stats, "rd_operations");
        d.write_requests = number(stats, "wr_operations");
        d.read_bytes = number(stats, "rd_bytes");
        d.write_bytes = number(stats, "wr_bytes");
        s->disk[s->n_disks++] = d;
    }
}

static void
take_vcpus(struct backend_stats *s, pid_t pid, json_t *list)
{
    size_t i;
    json_t *row;

    json_array_foreach(list, i, row) {
        uint64_t index = number(row, "cpu-index");

        if (index >= BACKEND_STATS_VCPUS)
            continue;
        s->vcpu_ns[index] = thread_time(pid, json_integer_value(json_object_get(row, "thread-id")));
        if (s->n_vcpus <= index)
            s->n_vcpus = (unsigned)index + 1;
    }
}

static PRL_RESULT
make_stats(struct backend_vm *b, json_t *const answer[QUESTIONS], struct backend_stats **ret)
{
    AUTO(cleanup_free) struct backend_stats *s = calloc(1, sizeof *s);
    PRL_RESULT rc;

    if (!s)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "counters");
    rc = process_time(b->pid, &s->cpu_ns);
    if (PRL_FAILED(rc))
        return rc;
    take_disks(s, answer[ABOUT_DISKS]);
    take_vcpus(s, b->pid, answer[ABOUT_VCPUS]);
    s->ram_mib = (number(answer[ABOUT_RAM], "base-memory") + number(answer[ABOUT_RAM], "plugged-memory")) >> 20;
    *ret = TAKE(s);
    return PRL_ERR_SUCCESS;
}

/* ---- asking ---- */

static PRL_RESULT
ask(struct vm *vm, struct asked *a)
{
    AUTO(backend_vm_unref) struct backend_vm *b = NULL;
    PRL_RESULT rc = backend_vm_need(vm, &b);

    if (PRL_FAILED(rc))
        return rc;
    if (qmp_is_behind(b->qmp))
        return err_set(PRL_ERR_TIMEOUT, "QEMU owes an answer to an earlier question");
    for (int i = 0; i < QUESTIONS; i++)
        a->request[i] = qmp_send(b->qmp, questions[i], NULL, -1, NULL);
    a->b = TAKE(b);
    return PRL_ERR_SUCCESS;
}

/* Every question is finished, also behind one that failed. */
static PRL_RESULT
hear(struct asked *a, int64_t deadline, struct backend_stats **ret)
{
    json_t *answer[QUESTIONS] = { NULL };
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    for (int i = 0; i < QUESTIONS; i++) {
        PRL_RESULT r = qmp_finish(a->b->qmp, a->request[i], deadline, &answer[i]);

        if (PRL_SUCCEEDED(rc))
            rc = r;
    }
    if (PRL_SUCCEEDED(rc))
        rc = make_stats(a->b, answer, ret);
    for (int i = 0; i < QUESTIONS; i++)
        json_decref(answer[i]);
    return rc;
}

void
qemu_vm_stats(struct backend_sample *s, size_t n, int64_t deadline)
{
    AUTO(cleanup_free) struct asked *asked = calloc(n ? n : 1, sizeof *asked);

    for (size_t i = 0; i < n; i++) {
        s[i].stats = NULL;
        s[i].rc = asked ? ask(s[i].vm, &asked[i]) : err_set(PRL_ERR_OUT_OF_MEMORY, "counters");
    }
    for (size_t i = 0; asked && i < n; i++) {
        if (!asked[i].b)
            continue;
        s[i].rc = hear(&asked[i], deadline, &s[i].stats);
        backend_vm_unref(asked[i].b);
    }
}
