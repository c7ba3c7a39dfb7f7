/* SPDX-License-Identifier: MIT */
/* The small commands of PrlVm_InternalCommand: what a VM is at this moment, its processors on the host's, its balloon, its memory as a file. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/handlers.h"
#include "engine/task.h"
#include "model/vm_model.h"
#include "qemu/backend.h"
#include "vm/vm.h"

#define STATS_MS 2000

/* ---- facts ---- */

static uint64_t
cpu_ns(struct vm *vm)
{
    struct backend_sample sample = { .vm = vm };
    uint64_t ns;

    backend->stats(&sample, 1, clock_deadline(STATS_MS));
    ns = sample.stats ? sample.stats->cpu_ns : 0;
    free(sample.stats);
    return ns;
}

PRL_RESULT
vm_facts(struct task *t)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);
    bool is_live = vm_state_is_live(state);
    uint64_t ram_kib, balloon_bytes = 0;
    PRL_RESULT rc = vm_config_doc(t->vm, &doc);

    if (PRL_FAILED(rc))
        return rc;
    ram_kib = xml_get_u64(xmlDocGetRootElement(doc), "Hardware/Memory/RAM", 0) * 1024;
    if (is_live && PRL_FAILED(backend->balloon(t->vm, 0, &balloon_bytes)))
        balloon_bytes = 0; /* no balloon, or it is just ending: it has what it has */

    AUTO(cleanup_free) char *text =
        str_printf("state=%u\nid=%d\nram_kib=%" PRIu64 "\nballoon_kib=%" PRIu64 "\nvcpus=%" PRIu64 "\ncpu_ns=%" PRIu64 "\n", (unsigned)state,
                   is_live ? (int)backend->pid(t->vm) : 0, ram_kib, balloon_bytes ? balloon_bytes / 1024 : ram_kib,
                   vm_model_cpus(xmlDocGetRootElement(doc)), is_live ? cpu_ns(t->vm) : 0);

    return text ? task_add_text(t, text) : err_set(PRL_ERR_OUT_OF_MEMORY, "facts");
}

/* ---- processors ---- */

/* "0-3,6" */
static char *
list_of(const cpu_set_t *set)
{
    AUTO(cleanup_free) char *text = strdup("");

    for (int first = 0; text && first < CPU_SETSIZE; first++) {
        int last = first;
        char *longer;

        if (!CPU_ISSET(first, set))
            continue;
        while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, set))
            last++;
        longer = last > first ? str_printf("%s%s%d-%d", text, text[0] ? "," : "", first, last) : str_printf("%s%s%d", text, text[0] ? "," : "", first);
        free(text);
        text = longer;
        first = last;
    }
    return TAKE(text);
}

static bool
set_of(const char *list, cpu_set_t *ret)
{
    CPU_ZERO(ret);
    for (const char *p = list;;) {
        char *end;
        unsigned long first = strtoul(p, &end, 10), last = first;

        if (end == p)
            return false;
        if (*end == '-') {
            p = end + 1;
            last = strtoul(p, &end, 10);
            if (end == p)
                return false;
        }
        if (last < first || last >= CPU_SETSIZE)
            return false;
        for (; first <= last; first++)
            CPU_SET(first, ret);
        if (*end == '\0')
            return true;
        if (*end != ',')
            return false;
        p = end + 1;
    }
}

/* One line for each: number, nanoseconds, host processor, list of those it may use. */
PRL_RESULT
vm_vcpus(struct task *t)
{
    AUTO(cleanup_free) struct backend_vcpu *v = calloc(BACKEND_STATS_VCPUS, sizeof *v);
    AUTO(cleanup_free) char *text = strdup("");
    unsigned n = 0;
    PRL_RESULT rc = v && text ? backend->vcpus(t->vm, v, BACKEND_STATS_VCPUS, &n) : err_set(PRL_ERR_OUT_OF_MEMORY, "processors");

    for (unsigned i = 0; PRL_SUCCEEDED(rc) && i < n && text; i++) {
        AUTO(cleanup_free) char *list = list_of(&v[i].allowed);
        char *longer = list ? str_printf("%s%u %" PRIu64 " %d %s\n", text, i, v[i].ns, v[i].host_cpu, list[0] ? list : "-") : NULL;

        free(text);
        text = longer;
    }
    if (PRL_FAILED(rc))
        return rc;
    return text ? task_add_text(t, text) : err_set(PRL_ERR_OUT_OF_MEMORY, "processors");
}

PRL_RESULT
vm_pin_vcpu(struct task *t)
{
    const char *list = task_arg_s(t, "cpus");
    uint64_t vcpu = task_arg_u(t, "vcpu");
    cpu_set_t cpus;

    if (vcpu >= BACKEND_STATS_VCPUS || !set_of(list, &cpus))
        return err_set(PRL_ERR_INVALID_ARG, "processors '%.200s'", list);
    return backend->pin_vcpu(t->vm, (unsigned)vcpu, &cpus);
}

/* ---- the guest ---- */

/* Presses the button and waits for nothing: a guest that ignores it holds up nobody. */
PRL_RESULT
vm_ask_shutdown(struct task *t)
{
    VIRTUAL_MACHINE_STATE state = vm_state_get(t->vm);

    return state == VMS_RUNNING ? backend->request_shutdown(t->vm, t) : err_set(PRL_ERR_DISP_VM_IS_NOT_STARTED, "the VM does not run");
}

/* ---- memory ---- */

PRL_RESULT
vm_balloon(struct task *t)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    uint64_t kib = task_arg_u(t, "kib"), ram_kib;
    PRL_RESULT rc = vm_config_doc(t->vm, &doc);

    if (PRL_FAILED(rc))
        return rc;
    ram_kib = xml_get_u64(xmlDocGetRootElement(doc), "Hardware/Memory/RAM", 0) * 1024;
    if (kib < 4096 || kib > ram_kib)
        return err_set(PRL_ERR_INVALID_ARG, "%" PRIu64 " KiB of %" PRIu64, kib, ram_kib);
    return backend->balloon(t->vm, kib * 1024, NULL);
}

/* A new file `name` in the directory `path`. */
PRL_RESULT
vm_dump(struct task *t)
{
    const char *name = task_arg_s(t, "name"), *dir = task_arg_s(t, "path");
    AUTO(cleanup_free) char *path = NULL;
    AUTO_FD int fd = -1;
    PRL_RESULT rc;

    if (!path_is_absolute(dir) || !path_is_clean(dir) || !name[0] || strchr(name, '/') || !path_is_clean(name))
        return err_set(PRL_ERR_INVALID_ARG, "'%.200s' in '%.1000s'", name, dir);
    path = path_join(dir, name);
    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_errno(PRL_ERR_VM_OPERATION_FAILED, errno, "'%s'", path);
    rc = backend->dump(t->vm, fd);
    if (PRL_SUCCEEDED(rc) && fsync(fd) < 0)
        rc = err_errno(PRL_ERR_VM_OPERATION_FAILED, errno, "'%s'", path);
    if (PRL_FAILED(rc))
        unlink(path);
    return rc;
}
