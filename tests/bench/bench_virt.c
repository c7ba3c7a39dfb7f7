/* SPDX-License-Identifier: MIT */
/*
 * The classic libvirt API here and in the distribution's libvirt with its QEMU driver: for a user a session daemon of its own under the same private home, for root
 * the system's where that runs. Both are loaded at run time, each in a process of its own, and do the same things in the same order.
 *
 * libvirt makes no definition durable; the service does. So what writes is measured twice: as it is, and with the service's fsync left out, which is what compares.
 */
#include <dlfcn.h>
#include <errno.h>
#include <libvirt/libvirt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "bare_qemu.h"
#include "bench.h"
#include "guest.h"
#include "home.h"

#define AIM_RATIO 0.5
#define MAX_SAMPLES 256

static uint64_t n_domains = 1000, n_rounds = 50, n_lives = 5;

static const struct bench_option options[] = {
    { "domains", &n_domains, "defined domains" },
    { "n", &n_rounds, "rounds of each call" },
    { "lives", &n_lives, "machines started and destroyed" },
    HOME_OPTION,
    { NULL, NULL, NULL },
};

/* ---- what is measured ---- */

enum what { OPEN, BY_NAME, BY_UUID, LIST, INFO, XML, DEFINE, UNDEFINE, START, SUSPEND, RESUME, SAVE, RESTORE, DESTROY, WHATS };
static const struct {
    const char *name;
    enum bench_unit unit;
    int makes_durable;
} whats[WHATS] = {
    [OPEN] = { "open", UNIT_US, 0 },         [BY_NAME] = { "lookup_by_name", UNIT_US, 0 }, [BY_UUID] = { "lookup_by_uuid", UNIT_US, 0 },
    [LIST] = { "list_defined", UNIT_US, 0 }, [INFO] = { "info", UNIT_US, 0 },              [XML] = { "xml_desc", UNIT_US, 0 },
    [DEFINE] = { "define", UNIT_MS, 1 },     [UNDEFINE] = { "undefine", UNIT_MS, 1 },      [START] = { "start", UNIT_MS, 1 },
    [SUSPEND] = { "suspend", UNIT_US, 0 },   [RESUME] = { "resume", UNIT_US, 0 },          [SAVE] = { "save", UNIT_MS, 1 },
    [RESTORE] = { "restore", UNIT_MS, 1 },   [DESTROY] = { "destroy", UNIT_MS, 1 },
};

/* Written by the process that measures one library. */
struct measured {
    uint64_t ns[WHATS][MAX_SAMPLES];
    uint64_t fsync_ns[WHATS][MAX_SAMPLES]; /* of the above; ours alone */
    unsigned n[WHATS];
    int is_done;
};
static struct measured *now;
static uint64_t fsync_before_ns;

static uint64_t
start_clock(void)
{
    fsync_before_ns = home_fsync_ns();
    return bench_now_ns();
}

static void
note(enum what w, uint64_t since)
{
    uint64_t taken = bench_now_ns() - since;

    if (now->n[w] == MAX_SAMPLES)
        return;
    now->fsync_ns[w][now->n[w]] = home_fsync_ns() - fsync_before_ns;
    now->ns[w][now->n[w]++] = taken;
}

/* ---- the library ---- */

static struct {
    virConnectPtr (*open)(const char *);
    int (*close)(virConnectPtr);
    virDomainPtr (*define)(virConnectPtr, const char *), (*by_name)(virConnectPtr, const char *), (*by_uuid)(virConnectPtr, const char *);
    int (*list)(virConnectPtr, const char **, int);
    int (*info)(virDomainPtr, virDomainInfoPtr);
    char *(*xml)(virDomainPtr, int);
    int (*free)(virDomainPtr), (*undefine)(virDomainPtr), (*create)(virDomainPtr), (*suspend)(virDomainPtr), (*resume)(virDomainPtr);
    int (*destroy)(virDomainPtr), (*save)(virDomainPtr, const char *), (*restore)(virConnectPtr, const char *);
} api;

static const struct {
    const char *name;
    void *place;
} symbols[] = {
    { "virConnectOpen", &api.open },
    { "virConnectClose", &api.close },
    { "virDomainDefineXML", &api.define },
    { "virDomainLookupByName", &api.by_name },
    { "virDomainLookupByUUIDString", &api.by_uuid },
    { "virConnectListDefinedDomains", &api.list },
    { "virDomainGetInfo", &api.info },
    { "virDomainGetXMLDesc", &api.xml },
    { "virDomainFree", &api.free },
    { "virDomainUndefine", &api.undefine },
    { "virDomainCreate", &api.create },
    { "virDomainSuspend", &api.suspend },
    { "virDomainResume", &api.resume },
    { "virDomainDestroy", &api.destroy },
    { "virDomainSave", &api.save },
    { "virDomainRestore", &api.restore },
};

static int
load(const char *path)
{
    void *lib = dlopen(path, RTLD_NOW);

    for (size_t i = 0; lib && i < sizeof symbols / sizeof *symbols; i++) {
        void *symbol = dlsym(lib, symbols[i].name);

        if (!symbol)
            return 0;
        memcpy(symbols[i].place, &symbol, sizeof symbol);
    }
    return lib != NULL;
}

/* ---- the work ---- */

static void
document(char *out, size_t room, const char *name, unsigned i, const char *disk)
{
    char devices[1024] = "";

    if (disk)
        snprintf(devices, sizeof devices,
                 "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source file='%s'/><target dev='sda' bus='sata'/></disk>", disk);
    snprintf(out, room,
             "<domain type='qemu'><name>%s</name><uuid>6f2a1c3e-0d4b-4e5f-8a9b-%012x</uuid><memory unit='MiB'>128</memory><vcpu>1</vcpu>"
             "<os><type arch='x86_64' machine='pc'>hvm</type><boot dev='hd'/></os><devices>%s</devices></domain>",
             name, i, devices);
}

static void
need(int ok, const char *what)
{
    if (!ok)
        bench_fail("%s failed", what);
}

static void
measure_many(virConnectPtr c)
{
    char xml[4096], name[64], uuid[64];
    const char **names = calloc(n_domains + 1, sizeof *names);

    for (unsigned i = 0; i < n_domains; i++) {
        virDomainPtr d;
        uint64_t at;

        snprintf(name, sizeof name, "bench-%05u", i);
        document(xml, sizeof xml, name, i, NULL);
        at = start_clock();
        d = api.define(c, xml);
        note(DEFINE, at);
        need(d != NULL, "define");
        api.free(d);
    }
    for (unsigned k = 0; k < n_rounds; k++) {
        unsigned i = (unsigned)(k * 7919 % n_domains);
        virDomainInfo info;
        virDomainPtr d;
        uint64_t at;
        int n;
        char *text;

        snprintf(name, sizeof name, "bench-%05u", i);
        snprintf(uuid, sizeof uuid, "6f2a1c3e-0d4b-4e5f-8a9b-%012x", i);
        at = start_clock();
        d = api.by_name(c, name);
        note(BY_NAME, at);
        need(d != NULL, "lookup by name");
        api.free(d);
        at = start_clock();
        d = api.by_uuid(c, uuid);
        note(BY_UUID, at);
        need(d != NULL, "lookup by uuid");
        at = start_clock();
        need(api.info(d, &info) == 0, "info");
        note(INFO, at);
        at = start_clock();
        text = api.xml(d, 0);
        note(XML, at);
        need(text != NULL, "xml");
        free(text);
        api.free(d);
        at = start_clock();
        n = api.list(c, names, (int)n_domains);
        note(LIST, at);
        need(n == (int)n_domains, "list");
        while (n-- > 0)
            free((void *)(uintptr_t)names[n]);
    }
    free(names);
    for (unsigned i = 0; i < n_domains; i++) {
        virDomainPtr d;
        uint64_t at;

        snprintf(name, sizeof name, "bench-%05u", i);
        d = api.by_name(c, name);
        at = start_clock();
        need(d && api.undefine(d) == 0, "undefine");
        note(UNDEFINE, at);
        api.free(d);
    }
}

#define BOOT_US 300000 /* the guest boots: it shall have something to save */

static void
timed(enum what w, virDomainPtr d, int (*call)(virDomainPtr))
{
    uint64_t at = start_clock();

    need(call(d) == 0, whats[w].name);
    note(w, at);
}

static void
measure_life(virConnectPtr c)
{
    char xml[4096], saved[4096];
    virDomainPtr d;

    document(xml, sizeof xml, "bench-life", 0xffffff, home_path("disk.raw"));
    snprintf(saved, sizeof saved, "%s", home_path("saved"));
    d = api.define(c, xml);
    need(d != NULL, "define");
    for (unsigned i = 0; i < n_lives; i++) {
        uint64_t at;

        timed(START, d, api.create);
        usleep(BOOT_US);
        timed(SUSPEND, d, api.suspend);
        timed(RESUME, d, api.resume);
        at = start_clock();
        need(api.save(d, saved) == 0, "save");
        note(SAVE, at);
        at = start_clock();
        need(api.restore(c, saved) == 0, "restore");
        note(RESTORE, at);
        unlink(saved);
        timed(DESTROY, d, api.destroy);
    }
    need(api.undefine(d) == 0, "undefine");
    api.free(d);
}

enum run { START_IT, MEASURE_OURS, MEASURE_THEIRS };

static void
measure(const char *library, const char *uri, enum run what)
{
    virConnectPtr c;

    if (!load(library))
        _exit(BENCH_SKIPPED);
    c = api.open(uri); /* starts the daemon, if it does not run: not what is measured */
    if (!c)
        _exit(BENCH_SKIPPED);
    for (unsigned i = 0; what != START_IT && i < n_rounds; i++) {
        uint64_t at = start_clock();
        virConnectPtr again = api.open(uri);

        note(OPEN, at);
        need(again != NULL, "open");
        api.close(again);
    }
    if (what != START_IT) {
        measure_many(c);
        measure_life(c);
    }
    api.close(c);
    now->is_done = 1;
    fflush(NULL);
    _exit(0);
}

/* ---- both ---- */

static void
set_dir(const char *variable, const char *name)
{
    mkdir(home_path(name), 0700);
    setenv(variable, home_path(name), 1);
}

/* In a process of its own; false: the library is not here, or its daemon. */
static int
run(struct measured *m, const char *library, const char *uri, enum run what)
{
    int status;
    pid_t pid;

    now = m;
    m->is_done = 0;
    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        if (what == MEASURE_THEIRS && geteuid() != 0) { /* everything it keeps lies below our home, and its daemon is its own */
            set_dir("HOME", "lv");
            set_dir("XDG_CONFIG_HOME", "lv/config");
            set_dir("XDG_CACHE_HOME", "lv/cache");
            set_dir("XDG_RUNTIME_DIR", "lv/run");
        }
        measure(library, uri, what);
    }
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        bench_fail("a process: %s", strerror(errno));
    if (!m->is_done && !(WIFEXITED(status) && WEXITSTATUS(status) == BENCH_SKIPPED))
        bench_fail("%s was not measured to its end", library);
    return m->is_done;
}

/* What QEMU takes to stop such a guest, whoever asks it to: below that nobody can be. */
static void
report_bare_stop(void)
{
    char disk[4096], serial[4096];
    struct bare_spec spec = { .ram_mib = 128, .disk = disk, .serial = serial, .ram_fd = -1 };
    struct samples stop = { 0 };

    snprintf(disk, sizeof disk, "%s", home_path("bare.qcow2"));
    snprintf(serial, sizeof serial, "%s", home_path("bare.txt"));
    need(home_run_program((char *[]){ "qemu-img", "convert", "-f", "raw", "-O", "qcow2", home_guest_image, disk, NULL }) == 0, "converting the guest");
    for (unsigned i = 0; i < n_lives; i++) {
        struct bare_qemu q;
        uint64_t at;

        bare_spawn(&spec, false, &q);
        guest_wait_count(serial, 0); /* it writes to its disk by then, which a stop has to flush */
        at = bench_now_ns();
        bare_stop(&q);
        samples_add_since(&stop, at);
        bare_quit(&q);
    }
    bench_report("bare_qemu.stop", UNIT_US, &stop, (struct versus){ 0 });
    samples_free(&stop);
}

static struct samples
samples_of(const uint64_t *ns, unsigned n)
{
    struct samples s = { 0 };

    for (unsigned i = 0; i < n; i++)
        samples_add(&s, ns[i]);
    return s;
}

/* One line for each measure of a call; what it compares with is made as little durable as libvirt's. */
static void
report(enum what w, const struct measured *durable, const struct measured *plain, const struct measured *theirs)
{
    struct samples a = samples_of(durable->ns[w], durable->n[w]), b = samples_of(theirs->ns[w], theirs->n[w]);
    struct samples part = samples_of(durable->fsync_ns[w], durable->n[w]), c = samples_of(plain->ns[w], plain->n[w]);
    struct versus versus = theirs->is_done ? (struct versus){ "libvirt", &b, AIM_RATIO } : (struct versus){ 0 };
    char metric[64];

    if (theirs->is_done) {
        snprintf(metric, sizeof metric, "libvirt_%s", whats[w].name);
        bench_report(metric, whats[w].unit, &b, (struct versus){ 0 });
    }
    if (whats[w].makes_durable && plain->is_done) {
        snprintf(metric, sizeof metric, "%s.without_fsync", whats[w].name);
        bench_report(metric, whats[w].unit, &c, versus);
        snprintf(metric, sizeof metric, "%s.fsync_part", whats[w].name);
        bench_report(metric, whats[w].unit, &part, (struct versus){ 0 });
        versus.aim = 0;
    }
    bench_report(whats[w].name, whats[w].unit, &a, versus);
    samples_free(&a);
    samples_free(&b);
    samples_free(&c);
    samples_free(&part);
}

static void
body(void)
{
    struct measured *all = mmap(NULL, 3 * sizeof *all, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct measured *durable = &all[0], *plain = &all[1], *theirs = &all[2];
    char ours[4096];

    if (all == MAP_FAILED)
        bench_fail("memory");
    need(home_run_program((char *[]){ "cp", home_guest_image, (char *)home_path("disk.raw"), NULL }) == 0, "copying the guest");
    snprintf(ours, sizeof ours, "%s/../lib/libvirt-classic/libvirt.so.0", home_bin_dir);
    need(run(durable, ours, NULL, START_IT), "our library"); /* the service has to be there to be told how to measure */
    if (home_set_fsync(HOME_FSYNC_SKIP))
        need(run(plain, ours, NULL, MEASURE_OURS), "our library without fsync");
    home_set_fsync(HOME_FSYNC_REAL);
    need(run(durable, ours, NULL, MEASURE_OURS), "our library");
    if (!run(theirs, "libvirt.so.0", geteuid() ? "qemu:///session" : "qemu:///system", MEASURE_THEIRS))
        fprintf(stderr, "libvirt's QEMU driver (libvirt-daemon-driver-qemu) is not installed, or for root not running: nothing to compare with\n");
    if (n_lives)
        report_bare_stop();
    for (enum what w = 0; w < WHATS; w++)
        report(w, durable, plain, theirs);
}

int
main(int argc, char **argv)
{
    bench_begin("virt", options, argc, argv);
    return home_run(body);
}
