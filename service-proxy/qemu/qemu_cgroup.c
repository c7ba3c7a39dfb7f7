/* SPDX-License-Identifier: MIT */
#include "qemu_cgroup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <prlsdk/PrlEnums.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/uuid.h"
#include "base/xml.h"

#define PERIOD_US 100000
#define FILE_MAX_BYTES (256u << 10)

/* linux/ioprio.h is not everywhere */
#define IO_WHO_PROCESS 1
#define IO_BEST_EFFORT 2
#define IO_CLASS_SHIFT 13

/* ---- what the configuration says ---- */

static bool
parse_cpus(const char *text, cpu_set_t *ret)
{
    CPU_ZERO(ret);
    while (*text) {
        char *end;
        unsigned long from = strtoul(text, &end, 10), to = from;

        if (end == text)
            return false;
        if (*end == '-') {
            text = end + 1;
            to = strtoul(text, &end, 10);
            if (end == text)
                return false;
        }
        if (to < from || to >= CPU_SETSIZE || (*end && *end != ','))
            return false;
        for (; from <= to; from++)
            CPU_SET(from, ret);
        text = *end ? end + 1 : end;
    }
    return true;
}

static PRL_RESULT
read_mask(xmlNodePtr cpu, struct qemu_limits *l)
{
    AUTO(cleanup_free) char *mask = xml_get(cpu, "CpuMask");
    cpu_set_t ours, both;

    if (!mask || !mask[0])
        return PRL_ERR_SUCCESS;
    if (!parse_cpus(mask, &l->cpus))
        return err_set(PRL_ERR_VMCONF_CPU_MASK_INVALID, "'%s' is no list of processors", mask);
    CPU_ZERO(&ours);
    if (sched_getaffinity(getpid(), sizeof ours, &ours) < 0)
        return PRL_ERR_SUCCESS;
    CPU_AND(&both, &l->cpus, &ours);
    if (!CPU_COUNT(&both))
        return err_set(PRL_ERR_VMCONF_CPU_MASK_INVALID_CPU_NUM, "this host has none of the processors '%s'", mask);
    l->cpus = both;
    l->has_cpus = true;
    return PRL_ERR_SUCCESS;
}

/* 0: not known. */
static uint64_t
host_mhz(void)
{
    AUTO(cleanup_free) char *text = NULL;
    char *at;
    size_t len;

    if (path_read("/sys/devices/system/cpu/cpu0/cpufreq/cpuinfo_max_freq", 64, &text, &len) == 0)
        return strtoull(text, NULL, 10) / 1000;
    if (path_read("/proc/cpuinfo", FILE_MAX_BYTES * 16, &text, &len) < 0)
        return 0;
    at = strstr(text, "cpu MHz");
    at = at ? strchr(at, ':') : NULL;
    return at ? strtoull(at + 1, NULL, 10) : 0;
}

static void
read_cpu_limit(xmlNodePtr cpu, struct qemu_limits *l, qemu_notes *notes)
{
    uint64_t type = xml_get_u64(cpu, "CpuLimitType", PRL_CPULIMIT_MHZ);
    uint64_t value = xml_get_u64(cpu, "CpuLimitValue", xml_get_u64(cpu, "CpuLimit", 0));
    uint64_t mhz;

    if (!value || value > UINT32_MAX)
        return;
    switch (type) {
    case PRL_CPULIMIT_PERCENTS:
    case PRL_CPULIMIT_PERCENTS_TO_MHZ:
        l->cpu_100th = value * 100;
        break;
    case PRL_CPULIMIT_PERCENTS100:
        l->cpu_100th = value;
        break;
    default:
        mhz = host_mhz();
        if (mhz)
            l->cpu_100th = value * 10000 / mhz;
        else
            qemu_notes_add(notes, "processor limit: this host does not say its MHz, so none is set");
    }
    if (l->cpu_100th && l->cpu_100th < 100)
        l->cpu_100th = 100; /* the kernel's least: 1 ms in a period */
}

PRL_RESULT
qemu_limits_read(xmlDocPtr doc, struct qemu_limits *ret, qemu_notes *notes)
{
    xmlNodePtr root = xmlDocGetRootElement(doc), cpu = xml_find(root, "Hardware/Cpu"), memory = xml_find(root, "Hardware/Memory");
    uint64_t prio = xml_get_u64(root, "Settings/Runtime/IoPriority", 4);
    struct qemu_limits l = { 0 };
    PRL_RESULT rc = cpu ? read_mask(cpu, &l) : PRL_ERR_SUCCESS;

    if (PRL_FAILED(rc))
        return rc;
    if (cpu) {
        l.cpu_units = xml_get_u64(cpu, "CpuUnits", 0);
        read_cpu_limit(cpu, &l, notes);
    }
    if (memory && xml_get_u64(memory, "MemGuaranteeType", PRL_MEMGUARANTEE_AUTO) == PRL_MEMGUARANTEE_PERCENTS) {
        uint64_t percent = xml_get_u64(memory, "MemGuarantee", 0), mib = xml_get_u64(memory, "RAM", 256);

        l.ram_guaranteed = percent <= 100 && mib <= 1048576 ? (mib << 20) * percent / 100 : 0;
    }
    l.has_io_level = prio <= 7 && prio != 4; /* 4 is everybody's */
    l.io_level = prio >= 1 ? 8 - (int)prio : 7;
    *ret = l;
    return PRL_ERR_SUCCESS;
}

/* ---- what goes with the spawn ---- */

void
qemu_limits_begin(const struct qemu_limits *l, struct qemu_limits_saved *saved)
{
    struct rlimit lock;

    memset(saved, 0, sizeof *saved);
    if (l->has_cpus) {
        if (sched_getaffinity(0, sizeof saved->cpus, &saved->cpus) < 0 || sched_setaffinity(0, sizeof l->cpus, &l->cpus) < 0)
            LOG_W("qemu", "processor mask: %s", strerror(errno));
    }
    if (l->has_io_level) {
        saved->io_prio = (int)syscall(SYS_ioprio_get, IO_WHO_PROCESS, 0);
        if (syscall(SYS_ioprio_set, IO_WHO_PROCESS, 0, IO_BEST_EFFORT << IO_CLASS_SHIFT | l->io_level) < 0)
            LOG_W("qemu", "I/O priority: %s", strerror(errno));
    }
    if (l->needs_ram_lock && getrlimit(RLIMIT_MEMLOCK, &lock) == 0 && lock.rlim_cur < lock.rlim_max) {
        lock.rlim_cur = lock.rlim_max;
        setrlimit(RLIMIT_MEMLOCK, &lock);
    }
}

void
qemu_limits_end(const struct qemu_limits *l, const struct qemu_limits_saved *saved)
{
    if (l->has_cpus && CPU_COUNT(&saved->cpus))
        sched_setaffinity(0, sizeof saved->cpus, &saved->cpus);
    if (l->has_io_level && saved->io_prio >= 0)
        syscall(SYS_ioprio_set, IO_WHO_PROCESS, 0, saved->io_prio);
}

/* ---- where groups are ---- */

enum controller { CPU, MEMORY, N_CONTROLLERS };
static const char *const controller_names[] = { [CPU] = "cpu", [MEMORY] = "memory" };

struct place {
    char *dir; /* of our own group; NULL: there is none */
    bool is_v2;
};

static bool
has_word(const char *list, size_t len, const char *word)
{
    size_t n = strlen(word);

    for (size_t at = 0; at + n <= len; at++)
        if (strncmp(list + at, word, n) == 0 && (at == 0 || list[at - 1] == ',') && (at + n == len || list[at + n] == ','))
            return true;
    return false;
}

/* Our path in the hierarchy of a controller ("" : version 2) in the text of /proc/self/cgroup, "N:cpu,cpuacct:/path". */
static char *
own_path(const char *text, const char *controller)
{
    for (const char *line = text; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n')) {
        const char *names = strchr(line, ':'), *path = names ? strchr(names + 1, ':') : NULL;
        size_t len = path ? (size_t)(path - names - 1) : 0;

        if (path && (controller[0] ? has_word(names + 1, len, controller) : len == 0))
            return str_printf("%.*s", (int)strcspn(path + 1, "\n"), path + 1);
    }
    return NULL;
}

/* "36 25 0:31 /root /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu": the mount of a hierarchy and which part of it is there. */
static char *
mount_of(const char *text, const char *controller, const char *path)
{
    const char *want = controller[0] ? "cgroup" : "cgroup2";

    for (const char *line = text; *line; line += strcspn(line, "\n") + (line[strcspn(line, "\n")] == '\n')) {
        AUTO(cleanup_free) char *copy = str_printf("%.*s", (int)strcspn(line, "\n"), line);
        char root[256], dir[256], type[32], source[64], options[256], *dash = copy ? strstr(copy, " - ") : NULL;

        if (!dash || sscanf(copy, "%*s %*s %*s %255s %255s", root, dir) != 2 ||
            sscanf(dash + 3, "%31s %63s %255s", type, source, options) != 3 || strcmp(type, want) != 0 ||
            (controller[0] && !has_word(options, strlen(options), controller)))
            continue;
        if (strcmp(root, "/") == 0)
            return str_printf("%s%s", dir, strcmp(path, "/") == 0 ? "" : path);
        if (strncmp(path, root, strlen(root)) == 0)
            return str_printf("%s%s", dir, path + strlen(root));
    }
    return NULL;
}

static struct place
find_place(enum controller c)
{
    AUTO(cleanup_free) char *groups = NULL;
    AUTO(cleanup_free) char *mounts = NULL;
    AUTO(cleanup_free) char *path = NULL;
    struct place p = { NULL, false };
    size_t len;

    if (path_read("/proc/self/cgroup", FILE_MAX_BYTES, &groups, &len) < 0 ||
        path_read("/proc/self/mountinfo", FILE_MAX_BYTES * 16, &mounts, &len) < 0)
        return p;
    path = own_path(groups, controller_names[c]);
    if (path)
        p.dir = mount_of(mounts, controller_names[c], path);
    if (p.dir)
        return p;
    free(path);
    path = own_path(groups, "");
    if (path)
        p.dir = mount_of(mounts, "", path);
    p.is_v2 = true;
    return p;
}

/* ---- writing ---- */

/* 0 or errno. */
static int
write_value(const char *dir, const char *file, const char *value)
{
    AUTO(cleanup_free) char *path = path_join(dir, file);
    AUTO_FD int fd = path ? open(path, O_WRONLY | O_CLOEXEC) : -1;

    if (fd < 0)
        return path ? errno : ENOMEM;
    return write(fd, value, strlen(value)) < 0 ? errno : 0;
}

/* In version 2 a group has the controllers that the one above gives its children. */
static int
allow(const char *dir, enum controller c)
{
    AUTO(cleanup_free) char *path = path_join(dir, "cgroup.subtree_control");
    AUTO(cleanup_free) char *now = NULL;
    char word[16];
    size_t len;

    if (!path || path_read(path, 4096, &now, &len) < 0)
        return ENOENT;
    for (char *p = now; *p; p++)
        if (*p == ' ' || *p == '\n')
            *p = ',';
    if (has_word(now, len, controller_names[c]))
        return 0;
    snprintf(word, sizeof word, "+%s", controller_names[c]);
    return write_value(dir, "cgroup.subtree_control", word);
}

static char *
group_dir(const struct place *p, const char *vm_uuid)
{
    char bare[UUID_BARE];

    uuid_bare(vm_uuid, bare);
    return p->dir ? str_printf("%s/prlkvm-%s", p->dir, bare) : NULL;
}

static int
make_group(const struct place *p, enum controller c, const char *dir, pid_t pid)
{
    char text[24];
    int e = p->is_v2 ? allow(p->dir, c) : 0;

    if (e)
        return e;
    if (mkdir(dir, 0755) < 0 && errno != EEXIST)
        return errno;
    snprintf(text, sizeof text, "%d", (int)pid);
    return write_value(dir, "cgroup.procs", text);
}

static uint64_t
within(uint64_t value, uint64_t least, uint64_t most)
{
    return value < least ? least : value > most ? most : value;
}

/* 0 or errno. */
static int
set_cpu(const struct place *p, const char *dir, const struct qemu_limits *l)
{
    uint64_t quota = l->cpu_100th * PERIOD_US / 10000;
    char text[48];
    int e = 0;

    if (l->cpu_units) {
        snprintf(text, sizeof text, "%" PRIu64,
                 p->is_v2 ? within(l->cpu_units / 10, 1, 10000) : within(l->cpu_units * 1024 / 1000, 2, 262144));
        e = write_value(dir, p->is_v2 ? "cpu.weight" : "cpu.shares", text);
    }
    if (e || !quota)
        return e;
    if (p->is_v2) {
        snprintf(text, sizeof text, "%" PRIu64 " %d", quota, PERIOD_US);
        return write_value(dir, "cpu.max", text);
    }
    snprintf(text, sizeof text, "%" PRIu64, quota);
    e = write_value(dir, "cpu.cfs_period_us", "100000");
    return e ? e : write_value(dir, "cpu.cfs_quota_us", text);
}

static int
set_memory(const struct place *p, const char *dir, const struct qemu_limits *l)
{
    char text[24];

    snprintf(text, sizeof text, "%" PRIu64, l->ram_guaranteed);
    return write_value(dir, p->is_v2 ? "memory.low" : "memory.soft_limit_in_bytes", text);
}

static const struct {
    const char *what;
    int (*set)(const struct place *p, const char *dir, const struct qemu_limits *l);
} kinds[] = { [CPU] = { "processor limit and weight", set_cpu }, [MEMORY] = { "guaranteed memory", set_memory } };

static void
join(enum controller c, const struct qemu_limits *l, const char *vm_uuid, pid_t pid, qemu_notes *notes)
{
    struct place p = find_place(c);
    AUTO(cleanup_free) char *dir = group_dir(&p, vm_uuid);
    int e = dir ? make_group(&p, c, dir, pid) : ENOENT;

    if (!e)
        e = kinds[c].set(&p, dir, l);
    if (e)
        qemu_notes_add(notes, "%s: not kept, there is no control group for it (%s%s%s)", kinds[c].what, dir ? dir : "", dir ? ": " : "",
                       dir ? strerror(e) : "none is mounted");
    free(p.dir);
}

void
qemu_cgroup_join(const struct qemu_limits *l, const char *vm_uuid, pid_t pid, qemu_notes *notes)
{
    if (l->cpu_units || l->cpu_100th)
        join(CPU, l, vm_uuid, pid, notes);
    if (l->ram_guaranteed)
        join(MEMORY, l, vm_uuid, pid, notes);
}

/* ---- of one that runs ---- */

static void
change_thread(pid_t tid, const struct qemu_limits *l, const cpu_set_t *all)
{
    int level = l->has_io_level ? IO_BEST_EFFORT << IO_CLASS_SHIFT | l->io_level : 0;

    if (sched_setaffinity(tid, sizeof *all, l->has_cpus ? &l->cpus : all) < 0 && errno != ESRCH)
        LOG_W("qemu", "processor mask: %s", strerror(errno));
    if (syscall(SYS_ioprio_set, IO_WHO_PROCESS, (int)tid, level) < 0 && errno != ESRCH)
        LOG_W("qemu", "I/O priority: %s", strerror(errno));
}

static void
change_threads(const struct qemu_limits *l, pid_t pid)
{
    char path[48];
    cpu_set_t all;
    struct dirent *e;
    DIR *d;

    snprintf(path, sizeof path, "/proc/%d/task", (int)pid);
    d = opendir(path);
    if (!d || sched_getaffinity(getpid(), sizeof all, &all) < 0) {
        LOG_W("qemu", "'%s': %s", path, strerror(errno));
        if (d)
            closedir(d);
        return;
    }
    while ((e = readdir(d)))
        if (e->d_name[0] >= '1' && e->d_name[0] <= '9')
            change_thread((pid_t)atoi(e->d_name), l, &all);
    closedir(d);
}

/* What one would have without a limit of its own. */
static struct qemu_limits
made_explicit(const struct qemu_limits *before, const struct qemu_limits *l)
{
    struct qemu_limits x = *l;

    if (before->cpu_units && !x.cpu_units)
        x.cpu_units = 1000;
    if (before->cpu_100th && !x.cpu_100th)
        x.cpu_100th = (uint64_t)CPU_SETSIZE * 10000; /* more than there are */
    return x;
}

void
qemu_cgroup_change(const struct qemu_limits *before, const struct qemu_limits *l, const char *vm_uuid, pid_t pid, qemu_notes *notes)
{
    struct qemu_limits x = made_explicit(before, l);

    if (x.cpu_units != before->cpu_units || x.cpu_100th != before->cpu_100th)
        join(CPU, &x, vm_uuid, pid, notes);
    if (x.ram_guaranteed != before->ram_guaranteed)
        join(MEMORY, &x, vm_uuid, pid, notes);
    if (before->has_cpus || x.has_cpus || before->has_io_level || x.has_io_level)
        change_threads(&x, pid);
}

void
qemu_cgroup_remove(const char *vm_uuid)
{
    for (int c = 0; c < N_CONTROLLERS; c++) {
        struct place p = find_place((enum controller)c);
        AUTO(cleanup_free) char *dir = group_dir(&p, vm_uuid);

        if (dir)
            rmdir(dir); /* where there is none, or somebody is still in it, nothing is lost */
        free(p.dir);
    }
}

/* ---- for people ---- */

char *
qemu_cgroup_words(bool *ret_is_good)
{
    struct str s = STR_INIT;

    *ret_is_good = true;
    for (int c = 0; c < N_CONTROLLERS; c++) {
        struct place p = find_place((enum controller)c);
        bool is_writable = p.dir && access(p.dir, W_OK) == 0;

        str_addf(&s, "%s%s: %s%s%s", c ? "; " : "", controller_names[c], !p.dir ? "none" : p.is_v2 ? "version 2 in " : "version 1 in ",
                 p.dir ? p.dir : "", !p.dir || is_writable ? "" : ", which this user may not write");
        *ret_is_good = *ret_is_good && is_writable;
        free(p.dir);
    }
    return str_take(&s);
}
