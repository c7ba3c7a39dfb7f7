/* SPDX-License-Identifier: MIT */
/*
 * Walks the classic libvirt API and prints what it sees, ids and times left out, so that two libraries can be compared line by line.
 *
 *   conformance URI|- DOMAIN-TYPE DIRECTORY
 */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#ifndef VIR_USE_CPU
#error "the macros of the classic header are part of the interface"
#endif

#define NAME "conformance"
#define UUID "6f2a1c3e-0d4b-4e5f-8a9b-0c1d2e3f4a5b"

static int raised; /* code of the last record that the handler was given */
static int raised_n;

static void
on_error(void *arg, virErrorPtr e)
{
    (void)arg;
    raised = e->code;
    raised_n++;
}

/* What a call answered, and the error it left. */
static void
show(const char *what, long answer)
{
    virErrorPtr e = virGetLastError();

    printf("%-52s %ld", what, answer);
    if (e)
        printf("  error %d level %d told %d", e->code, e->level, raised == e->code && raised_n > 0);
    puts("");
    virResetLastError();
    raised = raised_n = 0;
}
/* Where drivers differ in the code they give: whether it failed, and said so. */
static void
show_refusal(const char *what, int answer)
{
    printf("%-52s %d said %d\n", what, answer, virGetLastError() != NULL && raised_n > 0);
    virResetLastError();
    raised = raised_n = 0;
}

#define SHOW(call) show(#call, (long)(call))
#define SHOW_REFUSAL(call) show_refusal(#call, (call) ? -1 : 0)
#define SHOW_NO(call) show_refusal(#call, (call) ? 0 : -1)
#define SHOW_PTR(call) show(#call, (call) != NULL)

static void
show_info(virDomainPtr d, const char *when)
{
    virDomainInfo info;
    int r = virDomainGetInfo(d, &info);

    printf("info %-10s %d state %d max %lu vcpus %d active %d\n", when, r, info.state, info.maxMem, info.nrVirtCpu, virDomainGetID(d) != (unsigned)-1);
    virResetLastError();
}

static void
library(void)
{
    unsigned long version = 0;

    SHOW(virInitialize());
    SHOW(virGetVersion(&version, NULL, NULL));
    printf("version known %d\n", version > 0);
    printf("no place for a version %d\n", virGetVersion(NULL, NULL, NULL));
    virResetLastError();
    raised_n = 0;
    SHOW_NO(virConnectOpen("no-such-driver:///x"));
}

static void
bad_connections(void)
{
    virNodeInfo node;
    int ids[1];
    const char *names[1];
    unsigned long version;
    unsigned char uuid[16] = { 0 };

    SHOW_PTR(virConnectGetType(NULL));
    SHOW(virConnectGetVersion(NULL, &version));
    SHOW(virNodeGetInfo(NULL, &node));
    SHOW(virConnectNumOfDomains(NULL));
    SHOW(virConnectListDomains(NULL, ids, 1));
    SHOW(virConnectNumOfDefinedDomains(NULL));
    SHOW(virConnectListDefinedDomains(NULL, (void *)names, 1));
    SHOW_PTR(virDomainLookupByID(NULL, 1));
    SHOW_PTR(virDomainLookupByName(NULL, "x"));
    SHOW_PTR(virDomainLookupByUUID(NULL, uuid));
    SHOW_PTR(virDomainLookupByUUIDString(NULL, UUID));
    SHOW_PTR(virDomainCreateLinux(NULL, "<domain/>", 0));
    SHOW_PTR(virDomainDefineXML(NULL, "<domain/>"));
    SHOW(virDomainRestore(NULL, "x"));
}

static void
bad_domains(void)
{
    virDomainInfo info;
    virVcpuInfo vcpu;
    unsigned char map[1] = { 1 }, uuid[16];
    char text[37];

    SHOW(virDomainFree(NULL));
    SHOW_PTR(virDomainGetName(NULL));
    SHOW((int)virDomainGetID(NULL));
    SHOW(virDomainGetUUID(NULL, uuid));
    SHOW(virDomainGetUUIDString(NULL, text));
    SHOW_PTR(virDomainGetOSType(NULL));
    SHOW(virDomainGetInfo(NULL, &info));
    SHOW(virDomainGetMaxMemory(NULL));
    SHOW(virDomainSetMaxMemory(NULL, 65536));
    SHOW(virDomainSetMemory(NULL, 65536));
    SHOW(virDomainSetVcpus(NULL, 1));
    SHOW(virDomainPinVcpu(NULL, 0, map, 1));
    SHOW(virDomainGetVcpus(NULL, &vcpu, 1, map, 1));
    SHOW_PTR(virDomainGetXMLDesc(NULL, 0));
    SHOW(virDomainUndefine(NULL));
    SHOW(virDomainCreate(NULL));
    SHOW(virDomainSuspend(NULL));
    SHOW(virDomainResume(NULL));
    SHOW(virDomainSave(NULL, "x"));
    SHOW(virDomainShutdown(NULL));
    SHOW(virDomainReboot(NULL, 0));
    SHOW(virDomainDestroy(NULL));
}

static int n_active_before, n_defined_before;

static void
counts(virConnectPtr c, const char *when)
{
    printf("count %-12s active %+d defined %+d\n", when, virConnectNumOfDomains(c) - n_active_before,
           virConnectNumOfDefinedDomains(c) - n_defined_before);
}

static void
host(virConnectPtr c)
{
    virNodeInfo node;
    unsigned long version;

    memset(&node, 0, sizeof node);
    SHOW_PTR(virConnectGetType(c));
    SHOW(virConnectGetVersion(c, &version));
    SHOW(virNodeGetInfo(c, &node));
    printf("node sane %d\n", node.model[0] != 0 && node.memory > 0 && node.cpus > 0 && VIR_NODEINFO_MAXCPUS(node) >= node.cpus && node.nodes > 0);
    SHOW(virNodeGetInfo(c, NULL));
    SHOW(virConnectListDomains(c, NULL, 1));
}

static void
names(virConnectPtr c, int expect)
{
    char *list[64];
    int n = virConnectListDefinedDomains(c, (void *)list, 64), found = 0;

    for (int i = 0; i < n; i++) {
        found += strcmp(list[i], NAME) == 0;
        free(list[i]);
    }
    printf("defined by name %d expected %d\n", found, expect);
}

static void
ids(virConnectPtr c, virDomainPtr d)
{
    int list[64], n = virConnectListDomains(c, list, 64), found = 0;
    virDomainPtr same = virDomainLookupByID(c, (int)virDomainGetID(d));

    for (int i = 0; i < n; i++)
        found += list[i] == (int)virDomainGetID(d);
    printf("listed by id %d, looked up %s\n", found, same ? virDomainGetName(same) : "nothing");
    if (same)
        virDomainFree(same);
    SHOW_PTR(virDomainLookupByID(c, -1));
}

static void
lookups(virConnectPtr c)
{
    unsigned char uuid[16];
    char text[37] = "";
    virDomainPtr d = virDomainLookupByName(c, NAME), e;

    SHOW(virDomainGetUUID(d, uuid));
    SHOW(virDomainGetUUIDString(d, text));
    printf("%s %s\n", virDomainGetName(d), text);
    e = virDomainLookupByUUID(c, uuid);
    printf("by uuid %s\n", e ? virDomainGetName(e) : "nothing");
    virDomainFree(e);
    e = virDomainLookupByUUIDString(c, UUID);
    printf("by text %s\n", e ? virDomainGetName(e) : "nothing");
    virDomainFree(e);
    SHOW_PTR(virDomainLookupByName(c, "no such domain"));
    SHOW_PTR(virDomainLookupByName(c, NULL));
    SHOW_PTR(virDomainLookupByUUIDString(c, "7f2a1c3e-0d4b-4e5f-8a9b-0c1d2e3f4a5b"));
    SHOW_PTR(virDomainLookupByUUIDString(c, "not a uuid"));
    virDomainFree(d);
}

static void
document(virDomainPtr d)
{
    char *xml = virDomainGetXMLDesc(d, 0);

    printf("document %d %d %d\n", xml && strstr(xml, "<name>" NAME "</name>"), xml && strstr(xml, UUID), xml && strstr(xml, "hvm"));
    free(xml);
    char *os = virDomainGetOSType(d);
    printf("os known %d\n", os != NULL); /* the guest's system, or hvm */
    free(os);
}

static void
sizes(virConnectPtr c, virDomainPtr d)
{
    unsigned char maps[64], map[64] = { 0 };
    virVcpuInfo vcpus[4];
    virNodeInfo node;
    int len, n;

    virNodeGetInfo(c, &node);
    len = VIR_CPU_MAPLEN(VIR_NODEINFO_MAXCPUS(node));
    printf("max memory %lu\n", virDomainGetMaxMemory(d));
    n = virDomainGetVcpus(d, vcpus, 4, maps, len);
    printf("vcpus %d first %u state %d usable %d\n", n, vcpus[0].number, vcpus[0].state, VIR_CPU_USABLE(maps, len, 0, 0) != 0);
    VIR_COPY_CPUMAP(maps, len, 0, map);
    VIR_UNUSE_CPU(map, 0);
    VIR_USE_CPU(map, 0);
    SHOW(virDomainPinVcpu(d, 0, map, len));
    SHOW(virDomainPinVcpu(d, 0, NULL, len));
    SHOW(virDomainGetVcpus(d, NULL, 4, maps, len));
    SHOW(virDomainSetVcpus(d, 0));
}

static void
life(virConnectPtr c, const char *xml, const char *dir)
{
    virDomainPtr d = virDomainDefineXML(c, xml), again;
    char file[512];

    SHOW_PTR(d);
    counts(c, "defined");
    names(c, 1);
    lookups(c);
    document(d);
    show_info(d, "defined");
    again = virDomainDefineXML(c, xml);
    SHOW_PTR(again);
    virDomainFree(again);
    counts(c, "redefined");
    SHOW_REFUSAL(virDomainSuspend(d));
    SHOW(virDomainDestroy(d));

    SHOW(virDomainCreate(d));
    SHOW_REFUSAL(virDomainCreate(d));
    counts(c, "started");
    names(c, 0);
    ids(c, d);
    show_info(d, "started");
    sizes(c, d);
    SHOW(virDomainSuspend(d));
    show_info(d, "suspended");
    SHOW(virDomainResume(d));
    show_info(d, "resumed");
    snprintf(file, sizeof file, "%s/saved", dir);
    SHOW(virDomainSave(d, NULL));
    SHOW(virDomainSave(d, file));
    counts(c, "saved");
    SHOW_REFUSAL(virDomainRestore(c, "/no/such/file"));
    SHOW(virDomainRestore(c, file));
    counts(c, "restored");
    remove(file);
    virDomainFree(d);
    d = virDomainLookupByName(c, NAME);
    show_info(d, "restored");
    SHOW(virDomainDestroy(d));
    show_info(d, "destroyed");
    counts(c, "destroyed");
    SHOW(virDomainUndefine(d));
    SHOW(virDomainFree(d));
    counts(c, "undefined");

    d = virDomainCreateLinux(c, xml, 0);
    SHOW_PTR(d);
    counts(c, "transient");
    SHOW(virDomainDestroy(d));
    SHOW(virDomainFree(d));
    counts(c, "gone");
    SHOW_PTR(virDomainLookupByName(c, NAME));
}

static void
documents(virConnectPtr c)
{
    SHOW_PTR(virDomainDefineXML(c, NULL));
    SHOW_NO(virDomainDefineXML(c, "no xml"));
    SHOW_PTR(virDomainDefineXML(c, "<network/>"));
    SHOW_PTR(virDomainCreateLinux(c, NULL, 0));
}

static void
errors(virConnectPtr c)
{
    virError copy;

    memset(&copy, 0, sizeof copy);
    virConnResetLastError(c);
    SHOW(virCopyLastError(&copy));
    virDomainLookupByName(c, "no such domain");
    printf("copied %d of the connection %d\n", virCopyLastError(&copy) == copy.code, virConnGetLastError(c) != NULL);
    printf("has a message %d\n", copy.message != NULL);
    virResetError(&copy);
    printf("reset %d\n", copy.code);
    virResetLastError();
    virConnResetLastError(c);
    printf("forgotten %d\n", virGetLastError() == NULL);
}

int
main(int argc, char **argv)
{
    char xml[2048];
    virConnectPtr c;

    if (argc != 4)
        return 2;
    virSetErrorFunc(NULL, on_error);
    library();
    bad_connections();
    bad_domains();
    c = virConnectOpen(strcmp(argv[1], "-") == 0 ? NULL : argv[1]);
    if (!c)
        return 1;
    n_active_before = virConnectNumOfDomains(c);
    n_defined_before = virConnectNumOfDefinedDomains(c);
    snprintf(xml, sizeof xml,
             "<domain type='%s'><name>" NAME "</name><uuid>" UUID "</uuid><memory>65536</memory><vcpu>2</vcpu>"
             "<os><type arch='x86_64'>hvm</type><boot dev='hd'/></os><devices/></domain>",
             argv[2]);
    host(c);
    life(c, xml, argv[3]);
    documents(c);
    errors(c);
    SHOW(virConnectClose(c));

    c = virConnectOpenReadOnly(strcmp(argv[1], "-") == 0 ? NULL : argv[1]);
    SHOW_PTR(c);
    SHOW_PTR(virDomainDefineXML(c, xml));
    SHOW_PTR(virDomainCreateLinux(c, xml, 0));
    SHOW(virConnectClose(c));
    return 0;
}
