/* SPDX-License-Identifier: MIT */
/* One line, one write(2). No memory is allocated, so a line about memory running out still comes through. */
#include "log.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "str.h"

#define LINE_MAX_BYTES 4096
#define LEVEL_UNREAD (-2) /* PRLKVM_LOG has not been looked at */
#define LEVEL_SILENT (-1)

static const char *const level_names[] = { "ERROR", "WARN", "INFO", "DEBUG" };

static atomic_int threshold = LEVEL_UNREAD;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER; /* innermost: nothing is called under it */
static int fd = -1;                                       /* under mutex; -1: stderr */
static char *file_path;                                   /* under mutex */
static unsigned long limit_bytes, used_bytes;             /* under mutex */

static int
level_of_environment(void)
{
    const char *text = secure_getenv("PRLKVM_LOG");

    if (!text)
        return LEVEL_SILENT;
    for (int i = LOG_ERROR_LEVEL; i <= LOG_DEBUG_LEVEL; i++)
        if (strcasecmp(text, level_names[i]) == 0 || (text[0] == '0' + i && !text[1]))
            return i;
    return LEVEL_SILENT;
}

static int
current_level(void)
{
    int level = atomic_load_explicit(&threshold, memory_order_relaxed);
    int unread = LEVEL_UNREAD;

    if (level != LEVEL_UNREAD)
        return level;
    /* A level that is set meanwhile wins. */
    level = level_of_environment();
    if (atomic_compare_exchange_strong(&threshold, &unread, level))
        return level;
    return unread;
}

static int
open_file(const char *path)
{
    int f = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK, 0600);

    return f < 0 ? -errno : f;
}

int
log_open(const char *path, unsigned long max_bytes)
{
    char *copy = strdup(path);
    struct stat st;
    int f, old;

    if (!copy)
        return -ENOMEM;
    f = open_file(path);
    if (f >= 0 && (fstat(f, &st) < 0 || !S_ISREG(st.st_mode))) {
        close(f);
        f = -EINVAL;
    }
    if (f < 0) {
        free(copy);
        return f;
    }

    pthread_mutex_lock(&mutex);
    old = fd;
    fd = f;
    free(file_path);
    file_path = copy;
    limit_bytes = max_bytes;
    used_bytes = (unsigned long)st.st_size;
    pthread_mutex_unlock(&mutex);
    if (old >= 0)
        close(old);
    if (current_level() == LEVEL_SILENT)
        log_set_level(LOG_INFO_LEVEL);
    return 0;
}

void
log_set_level(enum log_level level)
{
    atomic_store(&threshold, (int)level);
}

/* path becomes path.1. Should the new file not open, we go on in the old one. */
static void
rotate_locked(void)
{
    char old_path[4096 + 8];
    int f;

    if (snprintf(old_path, sizeof old_path, "%s.1", file_path) >= (int)sizeof old_path)
        return;
    if (rename(file_path, old_path) < 0)
        return;
    f = open_file(file_path);
    if (f >= 0) {
        close(fd);
        fd = f;
    }
    used_bytes = 0; /* else each line would try again */
}

static void
put_line(const char *line, size_t n)
{
    pthread_mutex_lock(&mutex);
    if (fd >= 0 && limit_bytes && used_bytes + n > limit_bytes && used_bytes)
        rotate_locked();
    if (fd >= 0)
        used_bytes += n;
    /* A full disk or a closed stderr is no reason to stop working. */
    if (write(fd >= 0 ? fd : STDERR_FILENO, line, n) < 0)
        errno = 0;
    pthread_mutex_unlock(&mutex);
}

static size_t
make_head(char *out, size_t room, enum log_level level, const char *subsystem)
{
    char thread[16] = "?";
    struct timespec now;
    struct tm tm = { 0 };
    int n;

    clock_gettime(CLOCK_REALTIME, &now);
    localtime_r(&now.tv_sec, &tm);
    pthread_getname_np(pthread_self(), thread, sizeof thread);
    n = snprintf(out, room, "%04d-%02d-%02d %02d:%02d:%02d.%03ld %s %s %s: ", tm.tm_year + 1900,
                 tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec, now.tv_nsec / 1000000,
                 level_names[level], thread, subsystem);
    return n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

void
log_write(enum log_level level, const char *subsystem, const char *fmt, ...)
{
    char raw[LINE_MAX_BYTES], head[160], line[LINE_MAX_BYTES + 1];
    int saved = errno;
    size_t n, used;
    va_list ap;
    int made;

    if ((int)level > current_level())
        return;
    va_start(ap, fmt);
    made = vsnprintf(raw, sizeof raw, fmt, ap);
    va_end(ap);
    if (made < 0)
        made = snprintf(raw, sizeof raw, "(bad format: %s)", fmt);
    n = (size_t)made < sizeof raw ? (size_t)made : sizeof raw - 1;

    /* The thread's name is the program's own in its first thread: outside text as well. */
    used = make_head(head, sizeof head, level, subsystem);
    used = str_escape_to(line, sizeof head, head, used, false);
    used += str_escape_to(line + used, LINE_MAX_BYTES - used, raw, n, false);
    line[used++] = '\n';
    put_line(line, used);
    errno = saved;
}
