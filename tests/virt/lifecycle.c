/* SPDX-License-Identifier: MIT */
/*
 * The life of a domain, its turns and its refusals, one line for each step: what the call gave, the error it left and what the domain is afterwards.
 * The same source runs on two libraries, and the lines are compared. Ids, times and texts are left out.
 *
 *   lifecycle URI|- DOMAIN-TYPE DIRECTORY
 */
#include <dlfcn.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NAME "lifecycle"
#define UUID "0c9e2b5a-7d31-4f60-9a52-6b1c8e4d2f70"
#define OTHER_UUID "1c9e2b5a-7d31-4f60-9a52-6b1c8e4d2f71"

static virConnectPtr conn;
static const char *kind, *dir;

static void
quiet(void *arg, virErrorPtr e)
{
    (void)arg, (void)e;
}

/* ---- what is seen ---- */

/* A library that drives QEMU in the program's own process needs its turns; one that does not has no such functions. */
static void *
turns(void *run_once)
{
    union {
        void *symbol;
        int (*call)(void);
    } once = { run_once };

    while (once.call() == 0)
        ;
    return NULL;
}

static void
start_turns(void)
{
    union {
        void *symbol;
        int (*call)(void);
    } set_up = { dlsym(RTLD_DEFAULT, "virEventRegisterDefaultImpl") };
    void *once = dlsym(RTLD_DEFAULT, "virEventRunDefaultImpl");
    pthread_t thread;

    if (set_up.symbol && once && set_up.call() == 0 && pthread_create(&thread, NULL, turns, once) == 0)
        pthread_detach(thread);
}

/* The domain as a new reference has it, since an old one may be of something that is gone. */
static void
show_domain(void)
{
    virDomainPtr d = virDomainLookupByName(conn, NAME);
    virDomainInfo info;

    if (!d)
        printf("none");
    else if (virDomainGetInfo(d, &info) < 0)
        printf("no info");
    else
        printf("state %d max %lu now %lu vcpus %d ran %d id %d", info.state, info.maxMem, info.memory, info.nrVirtCpu, info.cpuTime > 0,
               virDomainGetID(d) != (unsigned)-1);
    if (d)
        virDomainFree(d);
    virResetLastError();
}

static void
show(const char *what, long answer)
{
    virErrorPtr e = virGetLastError();

    printf("%-34s %ld", what, answer);
    if (e)
        printf(" error %d of %d", e->code, e->domain);
    virResetLastError();
    printf(" | ");
    show_domain();
    puts("");
    fflush(stdout);
}

/* ---- documents and files ---- */

static const char *
document(const char *name, const char *uuid, const char *more)
{
    static char xml[2048];

    snprintf(xml, sizeof xml,
             "<domain type='%s'><name>%s</name><uuid>%s</uuid><memory unit='KiB'>65536</memory><vcpu>2</vcpu>"
             "<os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os><features><acpi/></features>%s</domain>",
             kind, name, uuid, more);
    return xml;
}

static const char *
file(const char *name)
{
    static char path[512];

    snprintf(path, sizeof path, "%s/%s", dir, name);
    return path;
}

static void
write_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "w");

    if (f) {
        fputs(text, f);
        fclose(f);
    }
}

/* ---- steps ---- */

/* Reports a call that gives a reference, and lets go of it unless somebody wants it. */
static void
show_new(const char *what, virDomainPtr d, virDomainPtr *ret)
{
    show(what, d != NULL);
    if (d && ret)
        *ret = d;
    else if (d)
        virDomainFree(d);
}

static void
defined(virDomainPtr *ret)
{
    show_new("define", virDomainDefineXML(conn, document(NAME, UUID, "")), ret);
    show_new("define again", virDomainDefineXML(conn, document(NAME, UUID, "")), NULL);
    show_new("define, its name with another uuid", virDomainDefineXML(conn, document(NAME, OTHER_UUID, "")), NULL);
    show_new("define, its uuid with another name", virDomainDefineXML(conn, document("other", UUID, "")), NULL);
}

static void
not_running(virDomainPtr d)
{
    unsigned char map[1] = { 1 };
    virVcpuInfo vcpu;

    show("suspend a stopped one", virDomainSuspend(d));
    show("resume a stopped one", virDomainResume(d));
    show("shut down a stopped one", virDomainShutdown(d));
    show("reboot a stopped one", virDomainReboot(d, 0));
    show("destroy a stopped one", virDomainDestroy(d));
    show("save a stopped one", virDomainSave(d, file("state")));
    show("a file is there", access(file("state"), F_OK) == 0);
    show("memory of a stopped one", virDomainSetMemory(d, 32768));
    show("processors of a stopped one", virDomainGetVcpus(d, &vcpu, 1, NULL, 0));
    show("pin a processor of a stopped one", virDomainPinVcpu(d, 0, map, 1));
    show("set processors of a stopped one", virDomainSetVcpus(d, 1));
    show("set them back", virDomainSetVcpus(d, 2));
    show("max memory", (long)virDomainGetMaxMemory(d));
    show("set max memory", virDomainSetMaxMemory(d, 131072));
    show("set it back", virDomainSetMaxMemory(d, 65536));
}

static void
running(virDomainPtr d)
{
    unsigned char map[1] = { 1 }, maps[2];
    virVcpuInfo vcpus[2];

    show("start", virDomainCreate(d));
    show("start a running one", virDomainCreate(d));
    show("resume a running one", virDomainResume(d));
    show_new("define a running one", virDomainDefineXML(conn, document(NAME, UUID, "")), NULL);
    show_new("create a running one", virDomainCreateLinux(conn, document(NAME, UUID, ""), 0), NULL);
    show("list processors", virDomainGetVcpus(d, vcpus, 2, maps, 1));
    show("pin the first", virDomainPinVcpu(d, 0, map, 1));
    show("pin one that it has not", virDomainPinVcpu(d, 2, map, 1));
    show("as many processors as there are", virDomainSetVcpus(d, 2));
    show("more processors than it can have", virDomainSetVcpus(d, 3));
    show("more memory than it can have", virDomainSetMemory(d, 1 << 20));
    show("max memory of a running one", virDomainSetMaxMemory(d, 131072));
    show("memory as it is", virDomainSetMemory(d, 65536));
}

static void
frozen(virDomainPtr d)
{
    show("suspend", virDomainSuspend(d));
    show("suspend a suspended one", virDomainSuspend(d));
    show("start a suspended one", virDomainCreate(d));
    show("resume", virDomainResume(d));
    /* Nothing in this guest listens, so all that can be told is that it was asked, and goes on. */
    show("shut down, which is ignored", virDomainShutdown(d));
    show("reboot, which is ignored", virDomainReboot(d, 0));
}

static void
saved(virDomainPtr d)
{
    show("save where nothing can be", virDomainSave(d, file("no/such/place")));
    show("save", virDomainSave(d, file("state")));
    show("save what was saved", virDomainSave(d, file("state2")));
    show("restore what is not there", virDomainRestore(conn, file("nothing")));
    write_file(file("junk"), "this is no state, and it is longer than nothing\n");
    show("restore what is no state", virDomainRestore(conn, file("junk")));
    show("restore", virDomainRestore(conn, file("state")));
    show("restore beside a running one", virDomainRestore(conn, file("state")));
}

static void
ended(virDomainPtr d)
{
    virDomainPtr again;

    show("destroy", virDomainDestroy(d));
    show("start after that", virDomainCreate(d));
    show("undefine a running one", virDomainUndefine(d));
    show("undefine it again", virDomainUndefine(d));
    show("destroy it", virDomainDestroy(d));
    show("start what is gone", virDomainCreate(d));
    show("undefine what is gone", virDomainUndefine(d));
    virDomainFree(d);
    show_new("define once more", virDomainDefineXML(conn, document(NAME, UUID, "")), &d);
    again = virDomainCreateLinux(conn, document(NAME, UUID, ""), 0);
    show("create a defined one", again != NULL);
    if (again) {
        virDomainDestroy(again);
        virDomainFree(again);
    }
    show("undefine", virDomainUndefine(d));
    show("info of what is gone", virDomainGetMaxMemory(d) > 0);
    show("suspend what is gone", virDomainSuspend(d));
    virDomainFree(d);
}

static void
transient(void)
{
    virDomainPtr d = NULL;

    show_new("create", virDomainCreateLinux(conn, document(NAME, UUID, ""), 0), &d);
    if (!d)
        return;
    show("undefine a transient one", virDomainUndefine(d));
    show("suspend it", virDomainSuspend(d));
    show("save it while it is suspended", virDomainSave(d, file("state3")));
    show("resume what is gone", virDomainResume(d));
    show("restore it", virDomainRestore(conn, file("state3")));
    virDomainFree(d);
    d = virDomainLookupByName(conn, NAME);
    if (!d)
        return;
    show_new("define it while it is suspended", virDomainDefineXML(conn, document(NAME, UUID, "")), NULL);
    show("resume it", virDomainResume(d));
    show("destroy what was transient", virDomainDestroy(d));
    show("undefine what was transient", virDomainUndefine(d));
    virDomainFree(d);
}

static void
documents(void)
{
    static const struct {
        const char *what, *more;
    } bad[] = {
        { "a disk without a target", "<devices><disk type='file'><source file='/x'/></disk></devices>" },
        { "a disk of no known bus", "<devices><disk type='file'><source file='/x'/><target dev='sda' bus='bad'/></disk></devices>" },
        { "two disks in one place", "<devices><disk type='file'><source file='/x'/><target dev='sda' bus='scsi'/></disk>"
                                    "<disk type='file'><source file='/y'/><target dev='sda' bus='scsi'/></disk></devices>" },
        { "an interface of no known type", "<devices><interface type='bad'/></devices>" },
        { "an interface with a bad address", "<devices><interface type='user'><mac address='52:54:00:zz:00:01'/></interface></devices>" },
        { "an action that is none", "<on_poweroff>dance</on_poweroff>" },
        { "a clock that is none", "<clock offset='never'/>" },
    };

    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        show_new(bad[i].what, virDomainDefineXML(conn, document(NAME, UUID, bad[i].more)), NULL);
    show_new("an uuid that is none", virDomainDefineXML(conn, document(NAME, "no uuid", "")), NULL);
    show_new("an empty name", virDomainDefineXML(conn, document("", UUID, "")), NULL);
}

int
main(int argc, char **argv)
{
    virDomainPtr d = NULL;

    if (argc != 4)
        return 2;
    kind = argv[2];
    dir = argv[3];
    virSetErrorFunc(NULL, quiet);
    start_turns();
    conn = virConnectOpen(strcmp(argv[1], "-") == 0 ? NULL : argv[1]);
    if (!conn) {
        virErrorPtr e = virGetLastError();

        fprintf(stderr, "%s: %s\n", argv[1], e && e->message ? e->message : "cannot be opened");
        return 1;
    }
    defined(&d);
    if (!d)
        return 1;
    not_running(d);
    running(d);
    frozen(d);
    saved(d);
    ended(d);
    transient();
    documents();
    virConnectClose(conn);
    return 0;
}
