/* SPDX-License-Identifier: MIT */
/*
 * Adapters on a bridge of the host: a tap of ours where we may make one, else one that qemu-bridge-helper makes (it is set up by the
 * administrator: setuid, and the bridge allowed in /etc/qemu/bridge.conf). A tap goes with its last descriptor, which is QEMU's.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/if_tun.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "qemu_extras.h"
#include "qemu_networks.h"
#include "qemu_proc.h"

#define HELPER_MS 10000
#define NAME_MAX_IF (IFNAMSIZ - 1)

/* ---- which bridge ---- */

static bool
is_interface_name(const char *name)
{
    return name[0] && name[0] != '.' && strlen(name) <= NAME_MAX_IF && !strchr(name, '/') && strspn(name, " \t\n") == 0;
}

static bool
is_bridge(const char *name)
{
    char path[80];

    if (!is_interface_name(name))
        return false;
    snprintf(path, sizeof path, "/sys/class/net/%s/bridge", name);
    return path_is_dir(path);
}

/* The bridge that an interface is a port of: allocated, or NULL. */
static char *
master_of(const char *name)
{
    char path[80], target[256];
    ssize_t n;

    snprintf(path, sizeof path, "/sys/class/net/%s/master", name);
    n = readlink(path, target, sizeof target - 1);
    target[n > 0 ? n : 0] = '\0';
    return n > 0 && is_bridge(path_basename(target)) ? str_dup(path_basename(target)) : NULL;
}

/* A network's name is one of the service's networks, bound to a card of the host, or a bridge's own name. */
static char *
find_bridge(const char *network)
{
    AUTO(cleanup_free) char *card = qemu_network_card(network);

    if (is_bridge(network))
        return str_dup(network);
    if (!card || !is_interface_name(card))
        return NULL;
    return is_bridge(card) ? str_dup(card) : master_of(card);
}

static char *
helper(void)
{
    static const char *const paths[] = { "/usr/lib/qemu/qemu-bridge-helper", "/usr/libexec/qemu-bridge-helper" };

    return qemu_extra_program("PRLKVM_BRIDGE_HELPER", paths, ARRAY_LEN(paths));
}

/* ---- a tap of ours ---- */

static int
set_up(int sock, struct ifreq *tap, const char *bridge)
{
    struct ifreq r = { 0 };
    int index;

    snprintf(r.ifr_name, sizeof r.ifr_name, "%.15s", bridge);
    if (ioctl(sock, SIOCGIFMTU, &r) < 0)
        return errno;
    tap->ifr_mtu = r.ifr_mtu;
    if (ioctl(sock, SIOCSIFMTU, tap) < 0 || ioctl(sock, SIOCGIFINDEX, tap) < 0)
        return errno;
    index = tap->ifr_ifindex;
    r.ifr_ifindex = index;
    if (ioctl(sock, SIOCBRADDIF, &r) < 0)
        return errno;
    if (ioctl(sock, SIOCGIFFLAGS, tap) < 0)
        return errno;
    tap->ifr_flags |= IFF_UP;
    return ioctl(sock, SIOCSIFFLAGS, tap) < 0 ? errno : 0;
}

static int
make_tap(const char *name, const char *bridge, int *ret_fd)
{
    AUTO_FD int fd = open("/dev/net/tun", O_RDWR | O_CLOEXEC | O_NONBLOCK);
    AUTO_FD int sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    struct ifreq r = { .ifr_flags = IFF_TAP | IFF_NO_PI | IFF_VNET_HDR };
    int e;

    if (fd < 0 || sock < 0)
        return errno;
    snprintf(r.ifr_name, sizeof r.ifr_name, "%.15s", name);
    if (ioctl(fd, TUNSETIFF, &r) < 0)
        return errno;
    e = set_up(sock, &r, bridge);
    if (!e)
        *ret_fd = TAKE_FD(fd);
    return e;
}

/* ---- one of the helper's ---- */

static int
receive_fd(int sock, int64_t deadline)
{
    union {
        char buf[CMSG_SPACE(sizeof(int))];
        struct cmsghdr align;
    } control;
    char byte;
    struct iovec iov = { &byte, 1 };
    struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_control = control.buf, .msg_controllen = sizeof control.buf };
    struct pollfd p = { sock, POLLIN, 0 };
    struct cmsghdr *c;
    int fd;

    if (poll(&p, 1, clock_left_ms(deadline)) <= 0 || recvmsg(sock, &m, MSG_CMSG_CLOEXEC) <= 0)
        return -1;
    c = CMSG_FIRSTHDR(&m);
    if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof fd))
        return -1;
    memcpy(&fd, CMSG_DATA(c), sizeof fd);
    return fd;
}

static PRL_RESULT
ask_helper(struct qemu_extra *x, const char *home)
{
    AUTO_FD int ours = -1;
    AUTO_FD int theirs = -1;
    AUTO(cleanup_free) char *bridge = str_printf("--br=%s", x->path);
    AUTO(cleanup_free) char *words = NULL;
    char *argv[] = { x->program, "--use-vnet", "--fd=3", bridge, NULL };
    struct qemu_side side = { .pidfd = -1 };
    int pair[2];
    PRL_RESULT rc;

    if (!bridge)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "bridge");
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return err_errno(PRL_ERR_OUT_OF_MEMORY, errno, "socketpair");
    ours = pair[0];
    theirs = pair[1];
    {
        const struct spawn_fd fds[] = { { theirs, SIDE_FD } };

        rc = qemu_side_spawn("bridge", argv, fds, ARRAY_LEN(fds), home, &side);
    }
    if (PRL_FAILED(rc))
        return rc;
    cleanup_close(&theirs);
    theirs = -1;
    x->fd = receive_fd(ours, clock_deadline(HELPER_MS));
    qemu_side_end(&side, clock_deadline(HELPER_MS));
    if (x->fd >= 0)
        return PRL_ERR_SUCCESS;
    words = qemu_side_last_words(home);
    return err_set(PRL_ERR_VM_UNABLE_TO_OPEN_VIRTUAL_BRIDGE, "network adapter %u: qemu-bridge-helper gives nothing on '%s': %s", x->index,
                   x->path, words ? words : "");
}

/* ---- both ---- */

/* The network that every service begins with: a tap where that needs nobody's leave, else left to QEMU's own NAT, as qemu_args says. */
static PRL_RESULT
take_default(struct qemu_extra *x, bool *ret_drop)
{
    AUTO(cleanup_free) char *bridge = find_bridge(x->path);

    *ret_drop = !bridge || make_tap(x->name, bridge, &x->fd) != 0;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
tap_check(struct qemu_extra *x, qemu_notes *notes, bool *ret_drop)
{
    char *bridge;

    (void)notes;
    if (x->is_optional && qemu_network_is_default(x->path))
        return take_default(x, ret_drop);
    bridge = find_bridge(x->path);
    if (!bridge) {
        err_set(PRL_ERR_BRIDGE_NOT_FOUND_FOR_NETWORK_ADAPTER,
                "network adapter %u: network '%s' is no bridge of this host, nor bound to a card that is a port of one", x->index, x->path);
        err_param(0, "%s", x->path);
        return PRL_ERR_BRIDGE_NOT_FOUND_FOR_NETWORK_ADAPTER;
    }
    free(x->path);
    x->path = bridge;
    x->program = helper();
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
tap_open(struct qemu_extra *x, const char *home, const char *run_dir)
{
    int e = x->fd < 0 ? make_tap(x->name, x->path, &x->fd) : 0;

    (void)run_dir;
    if (!e)
        return PRL_ERR_SUCCESS;
    if ((e == EPERM || e == EACCES) && x->program)
        return ask_helper(x, home);
    return err_errno(PRL_ERR_VM_UNABLE_TO_OPEN_VIRTUAL_BRIDGE, e, "network adapter %u: interface '%s' on bridge '%s'", x->index, x->name,
                     x->path);
}

const struct qemu_extra_row qemu_tap_row = { tap_check, tap_open };
