/* SPDX-License-Identifier: MIT */
/* Bare QEMU: posix_spawn, QMP on an inherited socketpair; see bare_qemu.h. */
#include "bare_qemu.h"

#include "bench.h"
#include "home.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <poll.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define REPLY_MS 60000
#define CHILD_QMP_FD 3
#define CHILD_RAM_FD 4

/* ---- QMP ---- */

/* The next message, or fails. */
static json_t *
read_message(struct bare_qemu *q)
{
    for (;;) {
        struct pollfd p = { .fd = q->qmp, .events = POLLIN };
        char *end = q->in_len ? memchr(q->in, '\n', q->in_len) : NULL;
        json_t *message;
        ssize_t n;

        if (end) {
            size_t len = (size_t)(end - q->in) + 1;

            message = json_loadb(q->in, len, 0, NULL);
            memmove(q->in, q->in + len, q->in_len - len);
            q->in_len -= len;
            if (!message)
                bench_fail("bare QEMU sent no JSON");
            return message;
        }
        if (q->in_room - q->in_len < 4096) {
            q->in_room += 65536;
            q->in = realloc(q->in, q->in_room);
            if (!q->in)
                bench_fail("out of memory");
        }
        if (poll(&p, 1, REPLY_MS) <= 0)
            bench_fail("bare QEMU does not answer");
        n = recv(q->qmp, q->in + q->in_len, q->in_room - q->in_len, 0);
        if (n <= 0)
            bench_fail("bare QEMU has gone; its words are above");
        q->in_len += (size_t)n;
    }
}

/* Sends one command, with a file descriptor where fd is not -1, and waits for its success. Events are skipped. */
static void
command(struct bare_qemu *q, int fd, const char *text)
{
    struct iovec line = { .iov_base = (char *)text, .iov_len = strlen(text) };
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } control = { 0 };
    struct msghdr message = { .msg_iov = &line, .msg_iovlen = 1 };
    bool is_done = false;

    if (fd >= 0) {
        struct cmsghdr *c;

        message.msg_control = &control;
        message.msg_controllen = sizeof control;
        c = CMSG_FIRSTHDR(&message);
        c->cmsg_level = SOL_SOCKET;
        c->cmsg_type = SCM_RIGHTS;
        c->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    if (sendmsg(q->qmp, &message, MSG_NOSIGNAL) != (ssize_t)line.iov_len)
        bench_fail("bare QEMU: cannot send %s", text);
    while (!is_done) {
        json_t *reply = read_message(q), *error = json_object_get(reply, "error");

        if (error)
            bench_fail("bare QEMU: %s: %s", text, json_string_value(json_object_get(error, "desc")));
        is_done = json_object_get(reply, "return") != NULL;
        json_decref(reply);
    }
}

/* Waits for the end of a migration; needs the capability "events". */
static void
wait_migrated(struct bare_qemu *q)
{
    bool is_done = false;

    while (!is_done) {
        json_t *message = read_message(q);
        const char *event = json_string_value(json_object_get(message, "event"));
        const char *status = json_string_value(json_object_get(json_object_get(message, "data"), "status"));

        if (event && !strcmp(event, "MIGRATION") && status) {
            if (!strcmp(status, "failed"))
                bench_fail("bare QEMU: migration failed");
            is_done = !strcmp(status, "completed");
        }
        json_decref(message);
    }
}

static void
set_capabilities(struct bare_qemu *q, enum bare_save mode)
{
    char text[256];

    snprintf(text, sizeof text,
             "{\"execute\":\"migrate-set-capabilities\",\"arguments\":{\"capabilities\":["
             "{\"capability\":\"events\",\"state\":true},{\"capability\":\"x-ignore-shared\",\"state\":%s}]}}\n",
             mode == BARE_WITHOUT_RAM ? "true" : "false");
    command(q, -1, text);
}

/* ---- the process ---- */

/* The same machine as the service makes of sdk_new_vm: README.md says how to compare the two command lines. */
static pid_t
spawn(const struct bare_spec *spec, bool is_incoming, int qmp, int ram)
{
    char machine[128], memory[160], ram_mib[32], accel[32], serial[4300], file[4500];
    bool is_kvm = getenv("PRLKVM_ACCEL") && !strcmp(getenv("PRLKVM_ACCEL"), "kvm");
    posix_spawn_file_actions_t files;
    pid_t pid;
    int e;

    snprintf(machine, sizeof machine, "pc-q35-7.2,usb=off,vmport=off,dump-guest-core=off%s", ram < 0 ? "" : ",memory-backend=ram0");
    snprintf(memory, sizeof memory, "memory-backend-file,id=ram0,mem-path=/proc/self/fd/%d,share=on,size=%uM", CHILD_RAM_FD, spec->ram_mib);
    snprintf(ram_mib, sizeof ram_mib, "size=%uM", spec->ram_mib);
    snprintf(accel, sizeof accel, "%s", is_kvm ? "kvm" : "tcg,thread=multi");
    snprintf(serial, sizeof serial, "file,id=serial0,path=%s", spec->serial);
    snprintf(file, sizeof file, "{\"driver\":\"file\",\"node-name\":\"disk-file\",\"discard\":\"unmap\",\"filename\":\"%s\"}", spec->disk);

    char *argv[] = {
        home_qemu,
        "-nodefaults", "-no-user-config",
        "-sandbox", "on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny",
        "-name", "guest=bare,debug-threads=on",
        "-machine", machine,
        "-accel", accel,
        "-cpu", is_kvm ? "host,migratable=on" : "max",
        "-smp", "cpus=1,sockets=1,cores=1,threads=1",
        "-m", ram_mib,
        "-rtc", "base=utc",
        "-chardev", "socket,id=qmp0,fd=3",
        "-mon", "chardev=qmp0,mode=control",
        "-display", "none",
        "-device", "VGA,id=video0,bus=pcie.0,addr=0x1,vgamem_mb=32",
        "-device", "pcie-root-port,id=hotplug0,bus=pcie.0,addr=0x2.0x0,port=0,chassis=1,multifunction=on",
        "-device", "pcie-root-port,id=hotplug1,bus=pcie.0,addr=0x2.0x1,port=1,chassis=2",
        "-device", "pcie-root-port,id=hotplug2,bus=pcie.0,addr=0x2.0x2,port=2,chassis=3",
        "-device", "pcie-root-port,id=hotplug3,bus=pcie.0,addr=0x2.0x3,port=3,chassis=4",
        "-device", "qemu-xhci,id=xhci,bus=pcie.0,addr=0x7",
        "-blockdev", file,
        "-blockdev", "{\"driver\":\"qcow2\",\"node-name\":\"disk\",\"file\":\"disk-file\",\"discard\":\"unmap\",\"backing\":null}",
        "-device", "virtio-scsi-pci,id=scsi,bus=pcie.0,addr=0x3",
        "-device", "scsi-hd,bus=scsi.0,drive=disk,bootindex=1",
        "-chardev", serial,
        "-device", "isa-serial,chardev=serial0",
        NULL, NULL, NULL, NULL, NULL, NULL, /* room for what follows */
    };
    char **more = argv + sizeof argv / sizeof *argv - 6;

    if (ram >= 0) {
        *more++ = "-object";
        *more++ = memory;
    }
    if (is_incoming) {
        *more++ = "-S";
        *more++ = "-incoming";
        *more++ = "defer";
    }

    posix_spawn_file_actions_init(&files);
    e = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    if (!e)
        e = posix_spawn_file_actions_adddup2(&files, 2, 1);
    if (!e)
        e = posix_spawn_file_actions_adddup2(&files, qmp, CHILD_QMP_FD);
    if (!e && ram >= 0)
        e = posix_spawn_file_actions_adddup2(&files, ram, CHILD_RAM_FD);
    if (!e)
        e = posix_spawn_file_actions_addclosefrom_np(&files, ram < 0 ? CHILD_RAM_FD : CHILD_RAM_FD + 1);
    if (!e)
        e = posix_spawn(&pid, home_qemu, &files, NULL, argv, home_plain_env);
    posix_spawn_file_actions_destroy(&files);
    if (e)
        bench_fail("'%s': %s", home_qemu, strerror(e));
    return pid;
}

/* Above the numbers that the child gets: dup2 onto itself would leave close-on-exec set. */
static int
high(int fd)
{
    int moved = fcntl(fd, F_DUPFD_CLOEXEC, 16);

    if (moved < 0)
        bench_fail("fcntl: %s", strerror(errno));
    close(fd);
    return moved;
}

int
bare_ram_new(uint32_t ram_mib)
{
    int fd = memfd_create("bench-ram", MFD_CLOEXEC);

    if (fd < 0 || ftruncate(fd, (off_t)(ram_mib * MIB)))
        bench_fail("bare QEMU: memory: %s", strerror(errno));
    return high(fd);
}

void
bare_spawn(const struct bare_spec *spec, bool is_incoming, struct bare_qemu *ret)
{
    int pair[2];

    *ret = (struct bare_qemu){ 0 };
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair))
        bench_fail("bare QEMU: %s", strerror(errno));
    pair[1] = high(pair[1]);
    ret->qmp = pair[0];
    ret->pid = spawn(spec, is_incoming, pair[1], spec->ram_fd);
    close(pair[1]);
    ret->pidfd = (int)syscall(SYS_pidfd_open, ret->pid, 0);
    json_decref(read_message(ret)); /* its greeting */
    command(ret, -1, "{\"execute\":\"qmp_capabilities\"}\n");
}

void
bare_stop(struct bare_qemu *q)
{
    command(q, -1, "{\"execute\":\"stop\"}\n");
}

void
bare_cont(struct bare_qemu *q)
{
    command(q, -1, "{\"execute\":\"cont\"}\n");
}

void
bare_save(struct bare_qemu *q, const char *path, enum bare_save mode, bool is_durable)
{
    int fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0)
        bench_fail("'%s': %s", path, strerror(errno));
    set_capabilities(q, mode);
    command(q, -1, "{\"execute\":\"migrate-set-parameters\",\"arguments\":{\"max-bandwidth\":1000000000000}}\n");
    command(q, fd, "{\"execute\":\"getfd\",\"arguments\":{\"fdname\":\"state\"}}\n");
    command(q, -1, "{\"execute\":\"migrate\",\"arguments\":{\"uri\":\"fd:state\"}}\n");
    wait_migrated(q);
    if (is_durable && fsync(fd))
        bench_fail("'%s': %s", path, strerror(errno));
    close(fd);
}

void
bare_load(struct bare_qemu *q, const char *path, enum bare_save mode)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        bench_fail("'%s': %s", path, strerror(errno));
    set_capabilities(q, mode);
    command(q, fd, "{\"execute\":\"getfd\",\"arguments\":{\"fdname\":\"state\"}}\n");
    close(fd);
    command(q, -1, "{\"execute\":\"migrate-incoming\",\"arguments\":{\"uri\":\"fd:state\"}}\n");
    wait_migrated(q);
}

void
bare_quit(struct bare_qemu *q)
{
    struct pollfd p = { .fd = q->pidfd, .events = POLLIN };

    command(q, -1, "{\"execute\":\"quit\"}\n");
    if (poll(&p, 1, REPLY_MS) <= 0)
        bench_fail("bare QEMU does not end");
    waitpid(q->pid, NULL, 0);
    close(q->pidfd);
    close(q->qmp);
    free(q->in);
    *q = (struct bare_qemu){ .qmp = -1, .pidfd = -1 };
}
