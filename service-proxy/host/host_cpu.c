/* SPDX-License-Identifier: MIT */
/* The processor: model, speed, feature words. */
#if defined(__x86_64__) || defined(__i386__)
#include <cpuid.h>
#define HAS_CPUID 1
#endif
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/xml.h"
#include "host_info.h"
#include "host_parts.h"

/* The words clients read: leaf, sub-leaf, register. */
static const struct {
    const char *name;
    unsigned leaf, sub_leaf;
    enum { EAX, EBX, ECX, EDX } reg;
} words[] = {
    { "FEATURES", 1, 0, EDX },
    { "EXT_FEATURES", 1, 0, ECX },
    { "EXT_80000001_ECX", 0x80000001, 0, ECX },
    { "EXT_80000001_EDX", 0x80000001, 0, EDX },
    { "EXT_80000007_EDX", 0x80000007, 0, EDX },
    { "EXT_80000008_EAX", 0x80000008, 0, EAX },
    { "EXT_00000007_EBX", 7, 0, EBX },
    { "EXT_00000007_ECX", 7, 0, ECX },
    { "EXT_00000007_EDX", 7, 0, EDX },
    { "EXT_0000000D_EAX", 0xD, 1, EAX },
};

static unsigned
read_word(size_t i)
{
#ifdef HAS_CPUID
    unsigned r[4] = { 0 };

    if (__get_cpuid_count(words[i].leaf, words[i].sub_leaf, &r[EAX], &r[EBX], &r[ECX], &r[EDX]))
        return r[words[i].reg];
#endif
    return 0;
}

static PRL_CPU_HVT
read_hvt(void)
{
#ifdef HAS_CPUID
    const unsigned vmx = 1u << 5, svm = 1u << 2;

    if (read_word(1) & vmx)
        return PCM_CPU_INTEL_VT_X;
    if (read_word(2) & svm)
        return PCM_CPU_AMD_V;
#endif
    return PCM_CPU_NONE_HV;
}

/* Asked once: on a host that is itself virtual each question is an exit to its own host. */
PRL_CPU_HVT
host_cpu_hvt(void)
{
    static _Atomic int known = -1;

    if (known < 0)
        known = (int)read_hvt();
    return (PRL_CPU_HVT)known;
}

static unsigned
speed_mhz(const char *cpuinfo)
{
    uint64_t khz = host_read_u64("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", 0);
    char mhz[32];

    if (khz)
        return (unsigned)(khz / 1000);
    return cpuinfo && host_find_value(cpuinfo, "cpu MHz", mhz, sizeof mhz) ? (unsigned)strtoul(mhz, NULL, 10) : 0;
}

bool
host_add_cpu(xmlNodePtr root)
{
    AUTO(cleanup_free) char *cpuinfo = host_read_text("/proc/cpuinfo");
    xmlNodePtr cpu = xml_make(root, "Cpu");
    char model[256] = "", name[64];

    if (!cpu)
        return false;
    if (!cpuinfo || !host_find_value(cpuinfo, "model name", model, sizeof model))
        host_read_line("/sys/firmware/devicetree/base/model", model, sizeof model);
    if (!xml_set(cpu, "Model", model) || !xml_set_u64(cpu, "Number", host_cpu_count())
        || !xml_set_u64(cpu, "Speed", speed_mhz(cpuinfo))
        || !xml_set_u64(cpu, "Mode", sizeof(void *) == 8 ? PCM_CPU_MODE_64 : PCM_CPU_MODE_32)
        || !xml_set_u64(cpu, "VtxMode", host_cpu_hvt()))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(words); i++) {
        snprintf(name, sizeof name, "%s_MASKING_CAP", words[i].name);
        if (!xml_set_u64(cpu, words[i].name, read_word(i)) || !xml_set_u64(cpu, name, 0))
            return false;
    }
    return true;
}
