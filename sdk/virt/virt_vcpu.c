/* SPDX-License-Identifier: MIT */
/* Virtual CPUs of an active domain on the host's CPUs. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/str.h"
#include "virt.h"

#define MOST_VCPU 32000

/* ---- maps: bytes as programs give them, lists ("0-3,6") as the service takes them ---- */

static bool
is_set(const unsigned char *map, int len, int cpu)
{
    return cpu / 8 < len && (map[cpu / 8] >> (cpu % 8) & 1);
}

static char *
list_of(const unsigned char *map, int len)
{
    AUTO(cleanup_free) char *list = strdup("");

    for (int cpu = 0; list && cpu < len * 8; cpu++)
        if (is_set(map, len, cpu)) {
            char *longer = str_printf("%s%s%d", list, list[0] ? "," : "", cpu);

            free(list);
            list = longer;
        }
    return TAKE(list);
}

static void
map_of(const char *list, unsigned char *map, int len)
{
    memset(map, 0, (size_t)len);
    for (const char *p = list; p && *p >= '0' && *p <= '9';) {
        char *end;
        long first = strtol(p, &end, 10), last = *end == '-' ? strtol(end + 1, &end, 10) : first;

        for (long cpu = first; cpu <= last && cpu / 8 < len; cpu++)
            VIR_USE_CPU(map, cpu);
        p = *end == ',' ? end + 1 : NULL;
    }
}

/* ---- calls ---- */

VIRT_PUBLIC int
virDomainPinVcpu(virDomainPtr domain, unsigned int vcpu, unsigned char *cpumap, int maplen)
{
    AUTO(cleanup_free) char *list = NULL;
    long host_cpus = sysconf(_SC_NPROCESSORS_CONF);
    char number[12];

    ENTER_DOMAIN(domain, true, -1);
    REQUIRE_ARG(domain_->conn, domain_, vcpu <= MOST_VCPU, -1);
    REQUIRE_ARG(domain_->conn, domain_, cpumap, -1);
    REQUIRE_ARG(domain_->conn, domain_, maplen >= 1, -1);
    REQUIRE_ARG(domain_->conn, domain_, maplen <= VIR_CPU_MAPLEN(host_cpus), -1);
    list = list_of(cpumap, maplen);
    REQUIRE_ARG(domain_->conn, domain_, list && list[0], -1);
    snprintf(number, sizeof number, "%u", vcpu);
    return virt_command(domain_, "vcpu-pin", (const char *const[]){ "--vcpu", number, "--cpus", list, NULL }, NULL) ? 0 : -1;
}

/* One line of the answer: "number cpu_ns cpu list". */
static bool
read_line(const char *line, virVcpuInfoPtr info, char list[256])
{
    memset(info, 0, sizeof *info);
    info->state = VIR_VCPU_RUNNING;
    return sscanf(line, "%u %llu %d %255s", &info->number, &info->cpuTime, &info->cpu, list) == 4;
}

VIRT_PUBLIC int
virDomainGetVcpus(virDomainPtr domain, virVcpuInfoPtr info, int maxinfo, unsigned char *cpumaps, int maplen)
{
    AUTO(cleanup_free) char *answer = NULL;
    int n = 0;

    ENTER_DOMAIN(domain, false, -1);
    REQUIRE_ARG(domain_->conn, domain_, info, -1);
    REQUIRE_ARG(domain_->conn, domain_, maxinfo >= 1, -1);
    REQUIRE_ARG(domain_->conn, domain_, !cpumaps || maplen >= 1, -1);
    if (!virt_command(domain_, "vcpus", NULL, &answer))
        return -1;
    for (const char *p = answer; p && *p && n < maxinfo; p = strchr(p, '\n'), p = p ? p + 1 : NULL) {
        char list[256];

        if (!read_line(p, &info[n], list))
            break;
        if (cpumaps)
            map_of(list, VIR_GET_CPUMAP(cpumaps, (size_t)maplen, (size_t)n), maplen);
        n++;
    }
    return n;
}
