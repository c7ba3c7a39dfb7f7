/* SPDX-License-Identifier: MIT */
/* The event loop of all QEMUs: one epoll instance, one thread. */
#include "loop.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/thread.h"

#define LOOP_BATCH 64

struct loop_source {
    int fd;
    loop_fn *fn;
    void *ctx;
    bool is_dead;             /* under loop.lock */
    struct loop_source *next; /* in loop.dead */
};

static struct {
    struct lock lock;
    struct cond idle;            /* current changed */
    struct loop_source *current; /* its fn runs now */
    struct loop_source *dead;    /* freed when the batch that may still name them is over */
    unsigned users;
    int epoll_fd, stop_fd;
    bool is_stopping;
    pthread_t thread;
} loop = { .lock = LOCK_INIT(60), .epoll_fd = -1, .stop_fd = -1 };

static _Thread_local bool is_here;

static void
free_dead(void)
{
    struct loop_source *s;

    {
        LOCK_SCOPE(&loop.lock);
        s = TAKE(loop.dead);
    }
    while (s) {
        struct loop_source *next = s->next;

        free(s);
        s = next;
    }
}

static void
run_source(struct loop_source *s, uint32_t events)
{
    {
        LOCK_SCOPE(&loop.lock);
        if (s->is_dead)
            return;
        loop.current = s;
    }
    s->fn(s->ctx, events);
    {
        LOCK_SCOPE(&loop.lock);
        loop.current = NULL;
        cond_broadcast(&loop.idle);
    }
}

static void
loop_run(void *arg)
{
    struct epoll_event events[LOOP_BATCH];

    (void)arg;
    is_here = true;
    for (;;) {
        int n = epoll_wait(loop.epoll_fd, events, LOOP_BATCH, -1);

        for (int i = 0; i < n; i++) {
            if (!events[i].data.ptr)
                return; /* stop_fd */
            run_source(events[i].data.ptr, events[i].events);
        }
        free_dead();
    }
}

bool
loop_is_here(void)
{
    return is_here;
}

PRL_RESULT
loop_start(void)
{
    struct epoll_event stop = { .events = EPOLLIN };
    LOCK_SCOPE(&loop.lock);

    if (loop.users) {
        loop.users++;
        return PRL_ERR_SUCCESS;
    }
    cond_init(&loop.idle);
    loop.epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    loop.stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (loop.epoll_fd >= 0 && loop.stop_fd >= 0 && epoll_ctl(loop.epoll_fd, EPOLL_CTL_ADD, loop.stop_fd, &stop) == 0) {
        int e = thread_start(&loop.thread, "qemu-loop", loop_run, NULL);

        if (!e) {
            loop.users = 1;
            return PRL_ERR_SUCCESS;
        }
        errno = e;
    }
    err_errno(PRL_ERR_OUT_OF_MEMORY, errno, "QEMU event loop");
    cleanup_close(&loop.epoll_fd);
    cleanup_close(&loop.stop_fd);
    loop.epoll_fd = loop.stop_fd = -1;
    return PRL_ERR_OUT_OF_MEMORY;
}

void
loop_stop(void)
{
    uint64_t one = 1;

    {
        LOCK_SCOPE(&loop.lock);
        if (!loop.users || --loop.users)
            return;
    }
    if (write(loop.stop_fd, &one, sizeof one) < 0)
        abort(); /* an eventfd of ours at 0 takes a 1 */
    thread_join(loop.thread);
    free_dead();
    close(loop.epoll_fd);
    close(loop.stop_fd);
    loop.epoll_fd = loop.stop_fd = -1;
    cond_destroy(&loop.idle);
}

struct loop_source *
loop_add(int fd, uint32_t events, loop_fn *fn, void *ctx)
{
    struct loop_source *s = calloc(1, sizeof *s);
    struct epoll_event ev = { .events = events, .data.ptr = s };

    if (!s)
        return NULL;
    s->fd = fd;
    s->fn = fn;
    s->ctx = ctx;
    if (epoll_ctl(loop.epoll_fd, EPOLL_CTL_ADD, fd, &ev) < 0) {
        free(s);
        return NULL;
    }
    return s;
}

void
loop_change(struct loop_source *s, uint32_t events)
{
    struct epoll_event ev = { .events = events, .data.ptr = s };

    /* a hang-up is reported whatever is asked for, so nothing asked for means out of the set, for good */
    epoll_ctl(loop.epoll_fd, events ? EPOLL_CTL_MOD : EPOLL_CTL_DEL, s->fd, &ev);
}

void
loop_remove(struct loop_source *s)
{
    if (!s)
        return;
    LOCK_SCOPE(&loop.lock);
    epoll_ctl(loop.epoll_fd, EPOLL_CTL_DEL, s->fd, NULL);
    s->is_dead = true;
    while (loop.current == s && !pthread_equal(loop.thread, pthread_self()))
        cond_wait_until(&loop.idle, &loop.lock, CLOCK_FOREVER);
    s->next = loop.dead;
    loop.dead = s;
}
