/* SPDX-License-Identifier: MIT */
/* Small reads of /proc, /sys and /etc. */
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "host_parts.h"

#define TEXT_MAX 65536

char *
host_read_text(const char *path)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    AUTO(cleanup_free) char *text = fd >= 0 ? malloc(TEXT_MAX + 1) : NULL;
    size_t len = 0;

    if (!text)
        return NULL;
    while (len < TEXT_MAX) {
        ssize_t n = read(fd, text + len, TEXT_MAX - len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return NULL;
        if (n == 0)
            break;
        len += (size_t)n;
    }
    text[len] = '\0';
    return TAKE(text);
}

static void
copy_trimmed(char *out, size_t room, const char *text, size_t n)
{
    while (n && isspace((unsigned char)*text)) {
        text++;
        n--;
    }
    while (n && isspace((unsigned char)text[n - 1]))
        n--;
    if (n >= 2 && (*text == '"' || *text == '\'') && text[n - 1] == *text) {
        text++;
        n -= 2;
    }
    str_escape_to(out, room, text, n, false);
}

void
host_read_line(const char *path, char *out, size_t room)
{
    AUTO(cleanup_free) char *text = host_read_text(path);

    out[0] = '\0';
    if (text)
        copy_trimmed(out, room, text, strcspn(text, "\n"));
}

uint64_t
host_read_u64(const char *path, uint64_t def)
{
    char line[32], *end;
    unsigned long long v;

    host_read_line(path, line, sizeof line);
    if (line[0] < '0' || line[0] > '9')
        return def;
    v = strtoull(line, &end, 10);
    return *end ? def : v;
}

bool
host_find_value(const char *text, const char *key, char *out, size_t room)
{
    size_t n = strlen(key);

    for (const char *line = text; line && *line; line = strchr(line, '\n')) {
        const char *rest;

        line += *line == '\n';
        if (strncmp(line, key, n) != 0)
            continue;
        rest = line + n + strspn(line + n, " \t");
        if (*rest != ':' && *rest != '=')
            continue;
        copy_trimmed(out, room, rest + 1, strcspn(rest + 1, "\n"));
        return true;
    }
    return false;
}
