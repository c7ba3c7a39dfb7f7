/* SPDX-License-Identifier: MIT */
/*
 * service.sock is bound under another name and renamed: who sees it can connect. A directory watch tells when somebody removes it; it is
 * bound again a moment later, unless the whole state directory went (then the service goes too).
 */
#include "listener.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "client.h"
#include "io.h"
#include "wire/places.h"

#define BACKLOG 128
#define REBIND_AFTER_MS 300 /* who removes the socket may be removing the directory */
#define LOOK_AGAIN_MS 1000  /* for file systems without inotify, while waiting for another service */
#define GONE ".service.sock.gone"

static const struct places *places;
static const char *dir;     /* where the socket is: places->run or ->run_spare */
static int lock_fd = -1;    /* held until the process ends */
static int dir_fd = -1, listen_fd = -1, watch_fd = -1, spare_fd = -1;
static struct stat bound;   /* the socket file that is ours */
static int64_t look_at = CLOCK_FOREVER;

/* ---- the lock ---- */

static bool
is_file(const char *path, const struct stat *st)
{
    struct stat now;

    return lstat(path, &now) == 0 && now.st_dev == st->st_dev && now.st_ino == st->st_ino;
}

/* 1 ours, 0 another's, -errno. */
static int
try_lock(const struct places *p)
{
    AUTO_FD int fd = open(p->lock, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY, 0600);
    struct stat st;

    if (fd < 0)
        return -errno;
    if (flock(fd, LOCK_EX | LOCK_NB) < 0)
        return errno == EWOULDBLOCK ? 0 : -errno;
    /* Removed between open and flock: what we locked is nobody's any more. */
    if (fstat(fd, &st) < 0 || !is_file(p->lock, &st))
        return 0;
    if (ftruncate(fd, 0) < 0) /* the pid of one who is gone */
        return -errno;
    cleanup_close(&lock_fd);
    lock_fd = TAKE_FD(fd);
    return 1;
}

static int
socket_at(int at_dir, struct sockaddr_un *ret, const char *name)
{
    memset(ret, 0, sizeof *ret);
    ret->sun_family = AF_UNIX;
    snprintf(ret->sun_path, sizeof ret->sun_path, "/proc/self/fd/%d/%s", at_dir, name);
    return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

static bool
listens_in(const char *path)
{
    AUTO_FD int at_dir = path ? places_open_dir(path, true) : -1;
    struct sockaddr_un at;
    AUTO_FD int fd = at_dir < 0 ? -1 : socket_at(at_dir, &at, PLACES_SOCKET);

    return fd >= 0 && (connect(fd, (struct sockaddr *)&at, sizeof at) == 0 || errno == EAGAIN);
}

/* The holder ends: its lock file is closed. It listens: a name appears in its directory. Both are told by inotify. */
enum listener_lock
listener_lock(const struct places *p, int64_t deadline)
{
    AUTO_FD int fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    struct pollfd poll_fd = { .fd = fd, .events = POLLIN };

    for (;;) {
        int r = try_lock(p), wait_ms;
        char events[4096];

        if (r > 0)
            return LISTENER_LOCKED;
        if (r < 0) {
            err_errno(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, -r, "lock '%s'", p->lock);
            return LISTENER_FAILED;
        }
        if (listens_in(p->run) || listens_in(p->run_spare))
            return LISTENER_OTHER_IS_READY;
        wait_ms = clock_left_ms(deadline);
        if (!wait_ms) {
            err_set(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, "another service holds '%s' and does not listen", p->lock);
            return LISTENER_FAILED;
        }
        if (inotify_add_watch(fd, p->lock, IN_CLOSE_WRITE) >= 0 && inotify_add_watch(fd, p->run, IN_MOVED_TO) >= 0 &&
            (r = try_lock(p)) > 0)
            return LISTENER_LOCKED; /* it ended before the watch was there; if it listens since, the next round sees */
        if (listens_in(p->run) || listens_in(p->run_spare))
            return LISTENER_OTHER_IS_READY;
        poll(&poll_fd, 1, wait_ms < LOOK_AGAIN_MS ? wait_ms : LOOK_AGAIN_MS);
        while (read(fd, events, sizeof events) > 0)
            ;
    }
}

/* For clients that look for the socket, and for people. */
static void
describe_lock(void)
{
    AUTO_STR s = STR_INIT;
    char host[256] = "";

    gethostname(host, sizeof host - 1);
    str_addf(&s, "pid=%d\nhost=%s\nsocket_dir=%s\n", (int)getpid(), host, dir);
    if (!s.p || lock_fd < 0 || ftruncate(lock_fd, 0) < 0 || pwrite(lock_fd, s.p, s.len, 0) < 0)
        LOG_W("listener", "'%s' could not be written", places->lock);
}

/* ---- the socket ---- */

static struct io_watch on_client, on_change;

static int
bind_in(const char *path)
{
    char name[64];
    struct sockaddr_un at;
    AUTO_FD int at_dir = -1;
    AUTO_FD int fd = -1;
    struct stat st;
    int r = path_make_dirs(path, 0700);

    if (r < 0)
        return r;
    at_dir = places_open_dir(path, true);
    if (at_dir < 0)
        return at_dir;
    snprintf(name, sizeof name, ".service.sock.%d", (int)getpid());
    unlinkat(at_dir, name, 0);
    fd = socket_at(at_dir, &at, name);
    if (fd < 0 || bind(fd, (struct sockaddr *)&at, sizeof at) < 0)
        return -errno;
    if (fchmodat(at_dir, name, 0600, 0) < 0 || listen(fd, BACKLOG) < 0 || fstatat(at_dir, name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
        renameat(at_dir, name, at_dir, PLACES_SOCKET) < 0) {
        r = -errno;
        unlinkat(at_dir, name, 0);
        return r;
    }
    bound = st;
    dir = path;
    dir_fd = TAKE_FD(at_dir);
    listen_fd = TAKE_FD(fd);
    return 0;
}

/* Without it a removed socket is not noticed; the next login then starts a service that waits for this one. */
static void
watch_dir(void)
{
    const uint32_t what = IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF;

    if (watch_fd < 0) {
        watch_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
        if (watch_fd >= 0)
            io_add(watch_fd, EPOLLIN, &on_change);
    }
    if (watch_fd < 0 || inotify_add_watch(watch_fd, dir, what) < 0)
        LOG_W("listener", "'%s' cannot be watched: %s", dir, strerror(errno));
}

static void
close_socket(void)
{
    if (listen_fd >= 0)
        io_remove(listen_fd);
    cleanup_close(&listen_fd);
    cleanup_close(&dir_fd);
    listen_fd = dir_fd = -1;
}

static PRL_RESULT
bind_anywhere(void)
{
    int r = bind_in(places->run);

    if (r < 0 && places->run_spare) {
        LOG_W("listener", "no socket in '%s' (%s), trying '%s'", places->run, strerror(-r), places->run_spare);
        r = bind_in(places->run_spare);
    }
    if (r == 0)
        r = io_add(listen_fd, EPOLLIN, &on_client);
    if (r < 0) {
        close_socket();
        return err_errno(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, -r, "socket in '%s'", places->run);
    }
    if (spare_fd < 0)
        spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    describe_lock();
    watch_dir();
    return PRL_ERR_SUCCESS;
}

static bool
accept_one(void)
{
    int fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);

    if (fd < 0)
        return false;
    client_open(fd);
    return true;
}

/* Out of descriptors: left in the queue the client would keep the loop awake for ever, so he is taken with the spare one and sent away. */
static void
turn_away(void)
{
    int fd;

    LOG_E("listener", "no descriptor for another client: %s", strerror(errno));
    cleanup_close(&spare_fd);
    fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
    cleanup_close(&fd);
    spare_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
}

static void
client_comes(struct io_watch *w, uint32_t events)
{
    for (int i = 0; i < BACKLOG; i++) {
        if (accept_one())
            continue;
        if (errno == EMFILE || errno == ENFILE)
            turn_away();
        return;
    }
}

static void
dir_changed(struct io_watch *w, uint32_t events)
{
    char buffer[4096];

    while (read(watch_fd, buffer, sizeof buffer) > 0)
        ;
    if (look_at == CLOCK_FOREVER)
        look_at = clock_deadline(REBIND_AFTER_MS);
}

static struct io_watch on_client = { client_comes };
static struct io_watch on_change = { dir_changed };

PRL_RESULT
listener_open(const struct places *p)
{
    places = p;
    look_at = CLOCK_FOREVER;
    return bind_anywhere();
}

int64_t
listener_deadline(void)
{
    return look_at;
}

bool
listener_look(void)
{
    struct stat lock, now;

    if (listen_fd < 0 || look_at > clock_now_ms())
        return true;
    look_at = CLOCK_FOREVER;
    if (fstat(lock_fd, &lock) < 0 || !is_file(places->lock, &lock)) {
        LOG_W("listener", "'%s' is not ours any more", places->lock);
        return false;
    }
    if (fstatat(dir_fd, PLACES_SOCKET, &now, AT_SYMLINK_NOFOLLOW) == 0 && now.st_ino == bound.st_ino && now.st_dev == bound.st_dev &&
        path_is_dir(dir))
        return true;
    LOG_W("listener", "the socket in '%s' vanished and is bound again", dir);
    close_socket();
    if (PRL_FAILED(bind_anywhere())) {
        LOG_E("listener", "%s", err_peek()->details ? err_peek()->details : "no socket");
        return false;
    }
    return true;
}

/* ---- leaving ---- */

bool
listener_leave(void)
{
    if (listen_fd < 0)
        return true;
    if (renameat(dir_fd, PLACES_SOCKET, dir_fd, GONE) < 0) {
        listener_close();
        return true; /* somebody removed it: nobody can come any more */
    }
    if (accept_one()) {
        renameat(dir_fd, GONE, dir_fd, PLACES_SOCKET);
        return false;
    }
    unlinkat(dir_fd, GONE, 0);
    close_socket();
    return true;
}

/* Whoever connected and was not taken in sees his connection cut and starts over. */
void
listener_close(void)
{
    struct stat now;

    if (listen_fd >= 0 && fstatat(dir_fd, PLACES_SOCKET, &now, AT_SYMLINK_NOFOLLOW) == 0 && now.st_ino == bound.st_ino)
        unlinkat(dir_fd, PLACES_SOCKET, 0);
    close_socket();
    if (watch_fd >= 0)
        io_remove(watch_fd);
    cleanup_close(&watch_fd);
    cleanup_close(&spare_fd);
    watch_fd = spare_fd = -1;
    look_at = CLOCK_FOREVER;
}
