/* SPDX-License-Identifier: MIT */
/* What `prlkvmd --check` finds. It changes nothing and starts nothing but QEMU's own version question. */
#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <linux/magic.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "host_info.h"
#include "host_parts.h"
#include "options.h"
#include "qemu/qemu_cgroup.h"
#include "qemu/qemu_find.h"
#include "qemu/qemu_firmware.h"
#include "qemu/qemu_share.h"
#include "qemu/qemu_tpm.h"
#include "wire/places.h"

#define ENOUGH_FILES 4096
#define LITTLE_SPACE (UINT64_C(1) << 30)

enum verdict { OK, NOTE, MISSING };

struct report {
    FILE *out;
    unsigned missing, notes;
};

static void say(struct report *r, enum verdict v, const char *what, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void
say(struct report *r, enum verdict v, const char *what, const char *fmt, ...)
{
    static const char *const words[] = { [OK] = "ok", [NOTE] = "note", [MISSING] = "MISSING" };
    va_list ap;

    r->missing += v == MISSING;
    r->notes += v == NOTE;
    fprintf(r->out, "%-8s %-14s ", words[v], what);
    va_start(ap, fmt);
    vfprintf(r->out, fmt, ap);
    va_end(ap);
    fputc('\n', r->out);
}

static const char *
details(void)
{
    const char *text = err_peek()->details;

    return text ? text : "no reason is known";
}

/* ---- QEMU and KVM ---- */

static void
check_qemu(struct report *r)
{
    AUTO(cleanup_free) char *path = NULL;
    AUTO(cleanup_free) char *version = NULL;
    AUTO(cleanup_free) char *img = NULL;

    if (PRL_FAILED(qemu_find(&path, &version)))
        say(r, MISSING, "QEMU", "%s", details());
    else
        say(r, OK, "QEMU", "%s, version %s", path, version);
    if (PRL_FAILED(qemu_find_img(&img)))
        say(r, MISSING, "qemu-img", "%s", details());
    else
        say(r, OK, "qemu-img", "%s", img);
}

/* True: a VM can be made. out: why not, in words. */
static bool
try_kvm(char *out, size_t room)
{
    AUTO_FD int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);
    AUTO_FD int vm = -1;
    int version;

    if (kvm < 0) {
        int e = errno;
        const char *hint = "";

        if (e == EACCES)
            hint = "; this user is not allowed (is he in group kvm?)";
        else if (e == ENOENT)
            hint = host_has_hw_virt() ? "; is the kvm module loaded?" : "; this processor offers neither VT-x nor AMD-V";
        snprintf(out, room, "/dev/kvm: %s%s", strerror(e), hint);
        return false;
    }
    version = ioctl(kvm, KVM_GET_API_VERSION, 0);
    if (version != KVM_API_VERSION) {
        snprintf(out, room, "/dev/kvm speaks version %d of its interface, %d is needed", version, KVM_API_VERSION);
        return false;
    }
    vm = ioctl(kvm, KVM_CREATE_VM, 0);
    if (vm < 0) {
        snprintf(out, room, "/dev/kvm opens, but makes no machine: %s", strerror(errno));
        return false;
    }
    return true;
}

static void
check_kvm(struct report *r)
{
    AUTO(cleanup_free) char *why = NULL;
    enum qemu_accel accel;
    char reason[256];

    if (try_kvm(reason, sizeof reason))
        say(r, OK, "KVM", "/dev/kvm makes machines (interface version %d)", KVM_API_VERSION);
    else
        say(r, NOTE, "KVM", "cannot be used: %s", reason);
    if (PRL_FAILED(qemu_find_accel(&accel, &why)))
        say(r, MISSING, "accelerator", "%s", details());
    else if (accel == QEMU_ACCEL_KVM)
        say(r, OK, "accelerator", "kvm");
    else
        say(r, NOTE, "accelerator", "%s%s%s: machines run, but slowly", qemu_accel_name(accel),
            why && why[0] ? ", because " : ", as asked for", why ? why : "");
}

/* ---- directories ---- */

/* The nearest directory that is there. */
static char *
existing_part(const char *path)
{
    char *part = str_dup(path);

    while (part && !path_is_dir(part)) {
        char *up = path_dirname(part);

        free(part);
        part = up;
        if (up && (strcmp(up, "/") == 0 || strcmp(up, ".") == 0))
            break;
    }
    return part;
}

static const char *
file_system_name(const char *path)
{
    static const struct {
        unsigned long magic;
        const char *name;
    } names[] = {
        { EXT4_SUPER_MAGIC, "ext" },   { XFS_SUPER_MAGIC, "xfs" }, { BTRFS_SUPER_MAGIC, "btrfs" },
        { TMPFS_MAGIC, "tmpfs: gone after a restart" }, { NFS_SUPER_MAGIC, "nfs" },
        { OVERLAYFS_SUPER_MAGIC, "overlay" }, { 0x65735546, "fuse" },
    };
    struct statfs s;

    if (statfs(path, &s) == 0)
        for (size_t i = 0; i < ARRAY_LEN(names); i++)
            if (((unsigned long)s.f_type & 0xFFFFFFFF) == names[i].magic)
                return names[i].name;
    return "other file system";
}

static void
check_directory(struct report *r, const char *what, const char *path, bool needs_space)
{
    AUTO(cleanup_free) char *there = existing_part(path);
    bool is_there = there && strcmp(there, path) == 0;
    uint64_t bytes = 0;

    if (!there || access(there, W_OK | X_OK) != 0) {
        say(r, MISSING, what, "%s: %s '%s'", path, there ? "may not write in" : "no directory above",
            there ? there : "");
        return;
    }
    if (!needs_space) {
        say(r, OK, what, "%s%s", path, is_there ? "" : " (will be made)");
        return;
    }
    if (path_free_bytes(there, &bytes) < 0)
        bytes = 0;
    say(r, bytes < LITTLE_SPACE ? NOTE : OK, what, "%s%s, %" PRIu64 " MiB free, %s", path,
        is_there ? "" : " (will be made)", bytes >> 20, file_system_name(there));
}

static void
check_directories(struct report *r)
{
    AUTO(places_free) struct places *places = NULL;
    AUTO(cleanup_free) char *vms = NULL;
    const char *vm_dir = options_current()->vm_dir;

    if (PRL_FAILED(places_find(&places))) {
        say(r, MISSING, "directories", "%s", details());
        return;
    }
    vms = vm_dir ? str_dup(vm_dir) : path_join(places->state, "vms");
    check_directory(r, "state", places->state, true);
    check_directory(r, "run files", places->run, false);
    check_directory(r, "new machines", vms ? vms : places->state, true);
    say(r, OK, "settings", "%s%s", places->conf, path_exists(places->conf) ? "" : " (none: defaults)");
}

/* ---- limits ---- */

static void
check_files(struct report *r)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return;
    if (files.rlim_max == RLIM_INFINITY)
        say(r, OK, "open files", "no limit");
    else
        say(r, files.rlim_max < ENOUGH_FILES ? NOTE : OK, "open files", "%llu (a running machine takes about 20)",
            (unsigned long long)files.rlim_max);
}

static void
check_memory(struct report *r)
{
    AUTO_FD int fd = memfd_create("prlkvm-check", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    char policy[128];

    say(r, OK, "processor", "%u, VT-x or AMD-V: %s", host_cpu_count(), host_has_hw_virt() ? "yes" : "no");
    say(r, OK, "memory", "%" PRIu64 " MiB", host_ram_mib());
    if (fd < 0)
        say(r, MISSING, "memfd", "machines' memory cannot be made: %s", strerror(errno));
    else
        say(r, OK, "memfd", "works");
    host_read_line("/sys/kernel/mm/transparent_hugepage/shmem_enabled", policy, sizeof policy);
    if (strstr(policy, "[always]") || strstr(policy, "[advise]") || strstr(policy, "[within_size]"))
        say(r, OK, "huge pages", "machines' memory can have them (shmem_enabled: %s)", policy);
    else
        say(r, NOTE, "huge pages", "none for machines' memory (shmem_enabled: %s); 'advise' there makes them faster",
            policy[0] ? policy : "not known here");
}

static void
check_cgroup(struct report *r)
{
    bool is_good;
    AUTO(cleanup_free) char *words = qemu_cgroup_words(&is_good);

    say(r, is_good ? OK : NOTE, "cgroups", "%s%s", words ? words : "", is_good ? "" : ": limits of machines cannot be kept");
}

/* What single machines ask for; the others run without. */
static void
check_extras(struct report *r)
{
    struct share_daemon daemon = { 0 };
    AUTO(cleanup_free) char *swtpm = qemu_tpm_program();
    AUTO(cleanup_free) char *share = qemu_share_program(&daemon);
    bool has_efi = qemu_firmware_is_here(false), has_secure = qemu_firmware_is_here(true);

    say(r, has_efi && has_secure ? OK : NOTE, "EFI", "firmware %s, with secure boot %s%s", has_efi ? "found" : "none", has_secure ? "found" : "none",
        has_efi && has_secure ? "" : " (Debian: ovmf)");
    say(r, swtpm ? OK : NOTE, "TPM", "%s", swtpm ? swtpm : "no swtpm (Debian: swtpm): machines with a TPM do not start");
    if (!share || !daemon.is_usable)
        say(r, NOTE, "shared folders", "no virtiofsd: they are left out");
    else
        say(r, daemon.is_old && geteuid() != 0 ? NOTE : OK, "shared folders", "%s%s%s", share,
            daemon.is_old && geteuid() != 0 ? ", which works for root only: they are left out" : "",
            daemon.has_read_only ? "" : "; none can be read-only");
}

int
host_check_print(FILE *out)
{
    const struct host_identity *host = host_identity();
    struct report r = { .out = out };

    fprintf(out, "prlkvmd %s on %s (%s), user %s\n\n", host->product_version, host->host_name, host->os_version,
            host->user_name);
    check_qemu(&r);
    check_kvm(&r);
    check_directories(&r);
    check_files(&r);
    check_memory(&r);
    check_cgroup(&r);
    check_extras(&r);
    if (r.missing)
        fprintf(out, "\n%u needed thing%s missing: no machine can run here yet.\n", r.missing,
                r.missing == 1 ? " is" : "s are");
    else
        fprintf(out, "\nMachines can run here%s.\n", r.notes ? "; see the notes above" : "");
    return r.missing ? 1 : 0;
}
