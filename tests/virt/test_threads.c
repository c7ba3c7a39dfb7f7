/* SPDX-License-Identifier: MIT */
/*
 * Eight threads on one connection of the classic libvirt API, with a real service: each defines, finds, describes and undefines domains of its own, looks at those
 * of the others while they come and go, raises errors, and hands closed and freed pointers in. PRLKVM_VIRT_SECONDS: for how long (2).
 */
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <prlsdk/PrlApiCore.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define THREADS 8

static virConnectPtr conn;
static atomic_int failures, told;
static atomic_bool stop;

#define CHECK(condition)                                                                                                                   \
    do {                                                                                                                                   \
        if (!(condition)) {                                                                                                                \
            virErrorPtr e_ = virGetLastError();                                                                                            \
                                                                                                                                           \
            fprintf(stderr, "%s:%d: %s (%s)\n", __FILE__, __LINE__, #condition, e_ && e_->message ? e_->message : "no error");             \
            atomic_fetch_add(&failures, 1);                                                                                                \
        }                                                                                                                                  \
    } while (0)

static void
on_error(void *arg, virErrorPtr e)
{
    (void)arg, (void)e;
    atomic_fetch_add(&told, 1);
}

static void
errors_of_this_thread(unsigned i)
{
    char name[64];
    virError copy;

    snprintf(name, sizeof name, "nobody-%u", i);
    CHECK(!virDomainLookupByName(conn, name));
    CHECK(virGetLastError() && strstr(virGetLastError()->message, name)); /* never another thread's */
    CHECK(virCopyLastError(&copy) == VIR_ERR_NO_DOMAIN);
    virResetError(&copy);
    CHECK(virConnCopyLastError(conn, &copy) >= 0);
    virResetError(&copy);
    virResetLastError();
    CHECK(!virGetLastError());
}

static void
own_domain(unsigned i, unsigned round)
{
    char xml[1024], name[64], uuid[37];
    virDomainPtr d, same;
    virDomainInfo info;
    char *text;

    snprintf(name, sizeof name, "thread-%u-%u", i, round);
    snprintf(xml, sizeof xml, "<domain type='kvm'><name>%s</name><memory>65536</memory><vcpu>1</vcpu><os><type>hvm</type></os></domain>", name);
    d = virDomainDefineXML(conn, xml);
    CHECK(d);
    if (!d)
        return;
    CHECK(virDomainGetUUIDString(d, uuid) == 0);
    same = virDomainLookupByUUIDString(conn, uuid);
    CHECK(same && strcmp(virDomainGetName(same), name) == 0);
    CHECK(virDomainGetInfo(d, &info) == 0 && info.maxMem == 65536 && info.state == VIR_DOMAIN_SHUTOFF);
    text = virDomainGetXMLDesc(d, 0);
    CHECK(text && strstr(text, name));
    free(text);
    CHECK(virDomainUndefine(d) == 0);
    CHECK(virDomainFree(d) == 0);
    CHECK(virDomainFree(d) == -1);
    CHECK(virDomainFree(same) == 0);
}

static void
everybodys(void)
{
    char *names[64];
    int n = virConnectListDefinedDomains(conn, (const char **)names, 64);

    CHECK(n >= 0);
    for (int i = 0; i < n; i++) {
        virDomainPtr d = virDomainLookupByName(conn, names[i]); /* may be gone by now */

        if (d)
            CHECK(virDomainFree(d) == 0);
        free(names[i]);
    }
    CHECK(virConnectNumOfDomains(conn) == 0);
}

static void *
work(void *arg)
{
    unsigned i = *(unsigned *)arg;

    for (unsigned round = 0; !atomic_load(&stop); round++) {
        virConnectPtr other;

        own_domain(i, round);
        errors_of_this_thread(i);
        everybodys();
        if (round % 8 == i) {
            other = virConnectOpenReadOnly(NULL);
            CHECK(other && virConnectClose(other) == 0 && virConnectClose(other) == -1);
        }
    }
    return NULL;
}

static void
run(void)
{
    const char *seconds = getenv("PRLKVM_VIRT_SECONDS");
    struct timespec pause = { .tv_sec = seconds ? atoi(seconds) : 2 };
    pthread_t threads[THREADS];
    unsigned numbers[THREADS];

    virSetErrorFunc(NULL, on_error);
    conn = virConnectOpen(NULL);
    CHECK(conn);
    if (!conn)
        return;
    for (unsigned i = 0; i < THREADS; i++) {
        numbers[i] = i;
        pthread_create(&threads[i], NULL, work, &numbers[i]);
    }
    nanosleep(&pause, NULL); /* how long to go on, not what to wait for */
    atomic_store(&stop, true);
    for (unsigned i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    CHECK(virConnectNumOfDefinedDomains(conn) == 0);
    CHECK(atomic_load(&told) > 0);
    CHECK(virConnectClose(conn) == 0);
    CHECK(virConnectNumOfDomains(conn) == -1);
    PrlApi_Deinit(); /* the library keeps the SDK for the life of a process; its threads are joined here for the sanitizer to see */
}

/* The service and its home end with this process: it is the reaper of both. */
int
main(void)
{
    char home[] = "/tmp/prlkvm-virt-XXXXXX", daemon[4096], command[64];
    const char *build = getenv("PRLKVM_BUILD_DIR");
    int status = 0;

    if (!build || !mkdtemp(home))
        return 1;
    snprintf(daemon, sizeof daemon, "%s/bin/prlkvmd", build);
    setenv("PRLKVM_HOME", home, 1);
    setenv("PRLKVM_DAEMON", daemon, 1);
    setenv("PRLKVM_IDLE_EXIT", "1", 1);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    run();
    while (wait(&status) > 0) /* it leaves with its last client */
        ;
    snprintf(command, sizeof command, "rm -rf %s", home);
    if (system(command) != 0)
        return 1;
    return atomic_load(&failures) ? 1 : 0;
}
