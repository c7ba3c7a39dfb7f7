/* SPDX-License-Identifier: MIT */
/* The host as virNodeInfo describes it, from /sys and /proc: CPUs counted per NUMA cell, per socket, per core. */
#include <prlsdk/PrlErrors.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "virt.h"

#define MAX_CPUS 512 /* beyond that the flat answer */
#define MAX_NODES 1024
#define CPU_DIR "/sys/devices/system/cpu/cpu%d/"

/* A number in a small file, -1: not there. */
static int
number_in(const char *fmt, int i, const char *file)
{
    char path[128];
    int value = -1;
    FILE *f;

    snprintf(path, sizeof path, fmt, i);
    strncat(path, file, sizeof path - strlen(path) - 1);
    f = fopen(path, "re");
    if (!f)
        return -1;
    if (fscanf(f, "%d", &value) != 1)
        value = -1;
    fclose(f);
    return value;
}

struct cpu {
    int node, socket, core;
};

static int
node_of(int cpu)
{
    char path[128];

    for (int node = 0; node < MAX_NODES; node++) {
        snprintf(path, sizeof path, CPU_DIR "node%d", cpu, node);
        if (access(path, F_OK) == 0)
            return node;
        snprintf(path, sizeof path, "/sys/devices/system/node/node%d", node);
        if (access(path, F_OK) != 0 && node > 0)
            break;
    }
    return 0;
}

static bool
same_core(const struct cpu *a, const struct cpu *b)
{
    return a->node == b->node && a->socket == b->socket && a->core == b->core;
}

/* The largest number of groups (CPUs that are `alike`) that one place (CPUs `inside` the same) holds. */
static unsigned
largest(const struct cpu *c, int n, bool (*inside)(const struct cpu *, const struct cpu *), bool (*alike)(const struct cpu *, const struct cpu *))
{
    unsigned most = 0;

    for (int i = 0; i < n; i++) {
        unsigned count = 0;

        for (int j = 0; j < n; j++) {
            bool is_new = inside(&c[i], &c[j]);

            for (int k = 0; k < j && is_new; k++)
                is_new = !alike(&c[j], &c[k]);
            count += is_new;
        }
        if (count > most)
            most = count;
    }
    return most;
}

static bool
in_node(const struct cpu *a, const struct cpu *b)
{
    return a->node == b->node;
}

static bool
in_socket(const struct cpu *a, const struct cpu *b)
{
    return a->node == b->node && a->socket == b->socket;
}

static bool
never(const struct cpu *a, const struct cpu *b)
{
    (void)a, (void)b;
    return false;
}

static bool
anywhere(const struct cpu *a, const struct cpu *b)
{
    (void)a, (void)b;
    return true;
}

static void
topology(virNodeInfoPtr info)
{
    AUTO(cleanup_free) struct cpu *c = malloc(MAX_CPUS * sizeof *c);
    int configured = (int)sysconf(_SC_NPROCESSORS_CONF), n = 0;

    info->cpus = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
    info->nodes = info->sockets = info->threads = 1;
    info->cores = info->cpus;
    if (!c || configured > MAX_CPUS)
        return;
    for (int i = 0; i < configured; i++) {
        int core = number_in(CPU_DIR, i, "topology/core_id"), socket = number_in(CPU_DIR, i, "topology/physical_package_id");

        if (core >= 0)
            c[n++] = (struct cpu){ node_of(i), socket < 0 ? 0 : socket, core };
    }
    if (n == 0)
        return;
    info->nodes = largest(c, n, anywhere, in_node);
    info->sockets = largest(c, n, in_node, in_socket);
    info->cores = largest(c, n, in_socket, same_core);
    info->threads = largest(c, n, same_core, never);
    if (VIR_NODEINFO_MAXCPUS(*info) < (unsigned)configured) { /* an uneven host: better flat than too few */
        info->nodes = info->sockets = info->threads = 1;
        info->cores = (unsigned)configured;
    }
}

static unsigned
mhz(void)
{
    AUTO(cleanup_free) char *line = NULL;
    size_t room = 0;
    unsigned found = 0;
    FILE *f = fopen("/proc/cpuinfo", "re");

    if (!f)
        return 0;
    while (!found && getline(&line, &room, f) > 0)
        if (strncmp(line, "cpu MHz", 7) == 0 && sscanf(line, "cpu MHz : %u", &found) != 1)
            found = 0;
    fclose(f);
    return found;
}

VIRT_PUBLIC int
virNodeGetInfo(virConnectPtr conn, virNodeInfoPtr info)
{
    ENTER_CONN(conn, false, -1);
    REQUIRE_ARG(conn_, NULL, info, -1);

    struct utsname host;
    struct sysinfo memory;

    if (uname(&host) < 0 || sysinfo(&memory) < 0) {
        virt_raise(conn_, NULL, VIR_FROM_NONE, VIR_ERR_INTERNAL_ERROR, NULL, "the host cannot be looked at");
        return -1;
    }
    memset(info, 0, sizeof *info);
    snprintf(info->model, sizeof info->model, "%.31s", host.machine);
    info->memory = (unsigned long)((unsigned long long)memory.totalram * memory.mem_unit / 1024);
    info->mhz = mhz();
    topology(info);
    return 0;
}
