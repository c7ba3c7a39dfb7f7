/* SPDX-License-Identifier: MIT */
/* epoll and an eventfd. */
#include "io.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

#define EVENTS 64
#define STAY_AWAKE_US 25

static bool was_busy; /* the loop's thread only */
static int epoll_fd = -1, wake_fd = -1; /* set before the threads start, constant until they have ended */

int
io_open(void)
{
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = NULL };

    epoll_fd = epoll_create1(EPOLL_CLOEXEC);
    wake_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (epoll_fd < 0 || wake_fd < 0 || epoll_ctl(epoll_fd, EPOLL_CTL_ADD, wake_fd, &e) < 0) {
        int r = -errno;

        io_close();
        return r;
    }
    return 0;
}

void
io_close(void)
{
    cleanup_close(&epoll_fd);
    cleanup_close(&wake_fd);
    epoll_fd = wake_fd = -1;
}

int
io_add(int fd, uint32_t events, struct io_watch *w)
{
    struct epoll_event e = { .events = events, .data.ptr = w };

    return epoll_ctl(epoll_fd, EPOLL_CTL_ADD, fd, &e) < 0 ? -errno : 0;
}

int
io_change(int fd, uint32_t events, struct io_watch *w)
{
    struct epoll_event e = { .events = events, .data.ptr = w };

    return epoll_ctl(epoll_fd, EPOLL_CTL_MOD, fd, &e) < 0 ? -errno : 0;
}

void
io_remove(int fd)
{
    epoll_ctl(epoll_fd, EPOLL_CTL_DEL, fd, NULL);
}

/*
 * Who has just been answered often asks again at once. Sleeping and being woken costs more than the answer, so the loop stays awake for a
 * moment after each event (measured over the whole way from caller to caller: 27 us in place of 65), unless there is one core only, or a
 * worker, who is often woken on this one, has the answer.
 */
static int
wait_for(struct epoll_event *events, int64_t deadline)
{
    static long cores;
    int n = 0;

    if (!cores)
        cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (was_busy && cores > 1) {
        const int64_t until = clock_now_us() + STAY_AWAKE_US;

        while ((n = epoll_wait(epoll_fd, events, EVENTS, 0)) == 0 && clock_now_us() < until)
            ;
    }
    if (n == 0)
        n = epoll_wait(epoll_fd, events, EVENTS, deadline == CLOCK_FOREVER ? -1 : clock_left_ms(deadline));
    was_busy = n > 0;
    return n;
}

/* A watch may close only itself in its function: others of the same batch would be called after their end. */
void
io_turn(int64_t deadline)
{
    struct epoll_event events[EVENTS];
    int n = wait_for(events, deadline);

    for (int i = 0; i < n; i++) {
        struct io_watch *w = events[i].data.ptr;
        uint64_t count;

        if (w)
            w->ready(w, events[i].events);
        else
            while (read(wake_fd, &count, sizeof count) < 0 && errno == EINTR)
                ;
    }
}

void
io_rest(void)
{
    was_busy = false;
}

void
io_wake(void)
{
    const uint64_t one = 1;

    while (write(wake_fd, &one, sizeof one) < 0 && errno == EINTR)
        ;
}
