/* SPDX-License-Identifier: MIT */
/* Reads the test guest's reports as they are written. */
#include "guest_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/clock.h"

bool
guest_watch_open(struct guest_watch *w, const char *path)
{
    int fd = open(path, O_RDONLY | O_CREAT | O_CLOEXEC, 0600);

    memset(w, 0, sizeof *w);
    w->inotify_fd = -1;
    if (fd < 0)
        return false;
    w->file = fdopen(fd, "r");
    w->inotify_fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (w->file && w->inotify_fd >= 0 && inotify_add_watch(w->inotify_fd, path, IN_MODIFY) >= 0)
        return true;
    guest_watch_close(w);
    return false;
}

void
guest_watch_close(struct guest_watch *w)
{
    if (w->file)
        fclose(w->file);
    if (w->inotify_fd >= 0)
        close(w->inotify_fd);
    w->file = NULL;
    w->inotify_fd = -1;
}

/* NULL: no whole line yet. */
static const char *
whole_line(struct guest_watch *w)
{
    int c;

    clearerr(w->file);
    while ((c = getc(w->file)) != EOF) {
        if (c == '\n') {
            while (w->len && w->line[w->len - 1] == '\r')
                w->len--;
            w->line[w->len] = '\0';
            w->len = 0;
            return w->line;
        }
        if (w->len + 1 < sizeof w->line)
            w->line[w->len++] = (char)c;
    }
    return NULL;
}

const char *
guest_watch_line(struct guest_watch *w, int64_t deadline)
{
    for (;;) {
        struct pollfd p = { w->inotify_fd, POLLIN, 0 };
        const char *line = whole_line(w);
        char events[4096];

        if (line)
            return line;
        if (poll(&p, 1, clock_left_ms(deadline)) == 0)
            return NULL;
        while (read(w->inotify_fd, events, sizeof events) > 0)
            ;
    }
}

static bool
take_report(struct guest_watch *w, const char *line)
{
    struct guest_report g;

    if (sscanf(line, "R=%u D=%u", &g.r, &g.d) != 2)
        return false;
    w->last = g;
    return true;
}

bool
guest_watch_report(struct guest_watch *w, struct guest_report *ret, int64_t deadline)
{
    const char *line;

    while ((line = guest_watch_line(w, deadline))) {
        if (take_report(w, line)) {
            *ret = w->last;
            return true;
        }
        if (strncmp(line, "BAD", 3) == 0) {
            fprintf(stderr, "guest: %s\n", line);
            return false;
        }
    }
    return false;
}

struct guest_report
guest_watch_last(struct guest_watch *w)
{
    const char *line;

    while ((line = whole_line(w)))
        take_report(w, line);
    return w->last;
}
