/* SPDX-License-Identifier: MIT */
/* Every function under the symbol version that the distribution's libvirt gives it, and structures of its layout. */
#include <dlfcn.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    const char *version;
    const char *names[32];
} versions[] = {
    { "LIBVIRT_0.0.3",
      { "virConnectClose", "virConnectGetType", "virConnectGetVersion", "virConnectListDomains", "virConnectNumOfDomains", "virConnectOpen",
        "virConnectOpenReadOnly", "virDomainCreateLinux", "virDomainDestroy", "virDomainFree", "virDomainGetID", "virDomainGetInfo",
        "virDomainGetMaxMemory", "virDomainGetName", "virDomainGetOSType", "virDomainGetXMLDesc", "virDomainLookupByID", "virDomainLookupByName",
        "virDomainRestore", "virDomainResume", "virDomainSave", "virDomainSetMaxMemory", "virDomainShutdown", "virDomainSuspend", "virGetVersion" } },
    { "LIBVIRT_0.0.5", { "virDomainGetUUID", "virDomainLookupByUUID" } },
    { "LIBVIRT_0.1.0",
      { "virConnCopyLastError", "virConnGetLastError", "virConnResetLastError", "virConnSetErrorFunc", "virCopyLastError", "virDefaultErrorFunc",
        "virDomainReboot", "virGetLastError", "virInitialize", "virNodeGetInfo", "virResetError", "virResetLastError", "virSetErrorFunc" } },
    { "LIBVIRT_0.1.1",
      { "virConnectListDefinedDomains", "virDomainCreate", "virDomainDefineXML", "virDomainGetUUIDString", "virDomainLookupByUUIDString",
        "virDomainSetMemory", "virDomainUndefine" } },
    { "LIBVIRT_0.1.4", { "virDomainGetVcpus", "virDomainPinVcpu", "virDomainSetVcpus" } },
    { "LIBVIRT_0.1.5", { "virConnectNumOfDefinedDomains" } },
};

/* Measured on libvirt 9.0; virError there has one pointer more at its end. */
_Static_assert(sizeof(virDomainInfo) == 40 && offsetof(virDomainInfo, cpuTime) == 32 && offsetof(virDomainInfo, nrVirtCpu) == 24, "virDomainInfo");
_Static_assert(sizeof(virNodeInfo) == 64 && offsetof(virNodeInfo, memory) == 32 && offsetof(virNodeInfo, threads) == 60, "virNodeInfo");
_Static_assert(sizeof(virVcpuInfo) == 24 && offsetof(virVcpuInfo, cpu) == 16, "virVcpuInfo");
_Static_assert(sizeof(virError) == 72 && offsetof(virError, message) == 8 && offsetof(virError, int1) == 64, "virError");

int
main(void)
{
    char path[4096];
    int missing = 0;
    void *lib;

    snprintf(path, sizeof path, "%s/lib/libvirt-classic/libvirt.so.0", getenv("PRLKVM_BUILD_DIR"));
    lib = dlopen(path, RTLD_NOW);
    if (!lib) {
        fprintf(stderr, "%s\n", dlerror());
        return 1;
    }
    for (size_t v = 0; v < sizeof versions / sizeof *versions; v++)
        for (const char *const *name = versions[v].names; *name; name++)
            if (!dlvsym(lib, *name, versions[v].version)) {
                fprintf(stderr, "%s is not there as %s\n", *name, versions[v].version);
                missing++;
            }
    return missing ? 1 : 0;
}
