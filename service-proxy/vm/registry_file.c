/* SPDX-License-Identifier: MIT */
#include "registry_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "durable.h"
#include "wire/frame.h"

#define REGISTRY_FILE "vms.json"
#define LOG_FILE "vms.log"
#define REGISTRY_MAX_BYTES (256u << 20)
/* Then it costs more to read than to write anew; a thousand lines or so. */
#define LOG_LONG_BYTES (512u << 10)

static struct {
    json_int_t number;  /* of vms.json */
    off_t log_bytes;    /* 0: there is no log yet */
    int log_fd;         /* kept from one line to the next; -1: not open */
    bool is_due;
} file = { .log_fd = -1 };

static void
forget_log(void)
{
    cleanup_close(&file.log_fd);
    file.log_bytes = 0;
}

/* ---- lines ---- */

static bool
add_line(struct str *lines, json_t *line /* taken */)
{
    AUTO(cleanup_free) char *text = line ? json_dumps(line, JSON_COMPACT) : NULL; /* escapes line ends */

    json_decref(line);
    if (!text)
        return false;
    str_add(lines, text);
    str_add_n(lines, "\n", 1);
    return !lines->failed;
}

bool
registry_line_set(struct str *lines, json_t *entry)
{
    return add_line(lines, entry ? json_pack("{s:o}", "set", entry) : NULL);
}

bool
registry_line_gone(struct str *lines, const char *uuid)
{
    return add_line(lines, json_pack("{s:s}", "gone", uuid));
}

/* ---- reading ---- */

static const char *
uuid_of(json_t *entry)
{
    return json_string_value(json_object_get(entry, "uuid"));
}

/* Entries by uuid, in their order. One that is none, or comes twice, is the reader's to complain of where no log is to be applied. */
static json_t *
by_uuid(json_t *entries)
{
    json_t *all = json_object(), *entry;
    size_t i;

    json_array_foreach(entries, i, entry)
        if (uuid_of(entry) && !json_object_get(all, uuid_of(entry)))
            json_object_set(all, uuid_of(entry), entry);
    return all;
}

static bool
apply_line(json_t *all, const char *text, size_t len)
{
    AUTO(json_decref) json_t *line = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    json_t *set = json_object_get(line, "set");
    const char *gone = json_string_value(json_object_get(line, "gone"));

    if (uuid_of(set))
        return json_object_set(all, uuid_of(set), set) == 0;
    if (gone)
        json_object_del(all, gone);
    return gone;
}

/* Up to the first line that is not whole: what follows was never reported done. Yields the bytes that count. */
static size_t
apply_log(json_t *all, const char *text, size_t len)
{
    const char *at = memchr(text, '\n', len), *end;

    for (at = at ? at + 1 : text + len; at < text + len; at = end + 1) {
        end = memchr(at, '\n', (size_t)(text + len - at));
        if (!end || !apply_line(all, at, (size_t)(end - at)))
            break;
    }
    return (size_t)(at - text);
}

static bool
is_of_number(const char *text, size_t len, json_int_t number)
{
    const char *end = memchr(text, '\n', len);
    AUTO(json_decref) json_t *head = end ? json_loadb(text, (size_t)(end - text), 0, NULL) : NULL;
    json_t *its = json_object_get(head, "log");

    return json_is_integer(its) && json_integer_value(its) == number;
}

static json_t *
values_of(json_t *all)
{
    json_t *list = json_array(), *entry;
    const char *key;

    json_object_foreach(all, key, entry)
        json_array_append(list, entry);
    return list;
}

/* *entries is replaced where a log changes it. */
static PRL_RESULT
read_log(const char *state_dir, json_t **entries)
{
    AUTO(cleanup_free) char *path = path_join(state_dir, LOG_FILE);
    AUTO(cleanup_free) char *text = NULL;
    AUTO(json_decref) json_t *all = NULL;
    json_t *now;
    size_t len;
    int e = path ? path_read(path, REGISTRY_MAX_BYTES, &text, &len) : -ENOMEM;

    if (e == -ENOENT)
        return PRL_ERR_SUCCESS;
    if (e < 0)
        return err_errno(PRL_ERR_FAILURE, -e, "'%s'", path);
    file.is_due = true; /* appended to by its own service alone */
    if (!is_of_number(text, len, file.number))
        return PRL_ERR_SUCCESS; /* older than vms.json, which has all of it */
    all = by_uuid(*entries);
    file.log_bytes = (off_t)len;
    if (apply_log(all, text, len) < len)
        LOG_W("store", "'%s' ends in a change that was cut: left out", path);
    now = all ? values_of(all) : NULL;
    if (!now)
        return err_set(PRL_ERR_OUT_OF_MEMORY, LOG_FILE);
    json_decref(*entries);
    *entries = now;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
registry_file_read(const char *state_dir, json_t **ret)
{
    AUTO(json_decref) json_t *whole = NULL;
    json_t *entries;
    PRL_RESULT r = durable_read_json(state_dir, REGISTRY_FILE, REGISTRY_MAX_BYTES, &whole);

    forget_log();
    file.number = 0;
    file.is_due = false;
    if (PRL_FAILED(r))
        return r;
    file.is_due = !whole;
    file.number = json_integer_value(json_object_get(whole, "log"));
    entries = whole ? json_incref(json_object_get(whole, "vms")) : json_array();
    if (!json_is_array(entries)) { /* never start with an empty list over a file that is not understood: the next write would replace it */
        json_decref(entries);
        return err_set(PRL_ERR_FAILURE, "'%s/%s' is no registry", state_dir, REGISTRY_FILE);
    }
    r = read_log(state_dir, &entries);
    if (PRL_FAILED(r))
        json_decref(entries);
    else
        *ret = entries;
    return r;
}

/* ---- writing ---- */

bool
registry_file_is_due(void)
{
    return file.is_due || file.log_bytes > LOG_LONG_BYTES;
}

bool
registry_file_has_log(void)
{
    return file.log_bytes > 0;
}

PRL_RESULT
registry_file_write(const char *state_dir, json_t *entries)
{
    AUTO(json_decref) json_t *whole = json_pack("{s:i, s:I, s:O}", "version", 1, "log", file.number + 1, "vms", entries);
    AUTO(cleanup_free) char *log = path_join(state_dir, LOG_FILE);
    PRL_RESULT r = log ? durable_write_json(state_dir, REGISTRY_FILE, whole) : err_set(PRL_ERR_OUT_OF_MEMORY, REGISTRY_FILE);

    if (PRL_FAILED(r)) {
        file.is_due = true;
        return r;
    }
    file.number++;
    forget_log();
    file.is_due = unlink(log) < 0 && errno != ENOENT; /* not synced: a log of another number does not count */
    return PRL_ERR_SUCCESS;
}

/* Who takes it away takes all that follows with it. */
static bool
has_name(int fd)
{
    struct stat st;

    return fstat(fd, &st) == 0 && st.st_nlink > 0;
}

/* The new log with its first line, its name durable. */
static int
open_log(const char *state_dir, const char *path)
{
    char head[40];
    int n = snprintf(head, sizeof head, "{\"log\":%lld}\n", (long long)file.number), e;
    AUTO_FD int fd = -1;

    if (file.log_fd >= 0 && has_name(file.log_fd))
        return 0;
    cleanup_close(&file.log_fd);
    fd = open(path, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW | (file.log_bytes ? 0 : O_CREAT | O_EXCL), 0600);
    if (fd < 0)
        return -errno;
    if (file.log_bytes == 0) {
        if (write(fd, head, (size_t)n) != n)
            return -ENOSPC;
        e = path_sync_dir(state_dir);
        if (e < 0)
            return e;
        file.log_bytes = n;
    }
    file.log_fd = TAKE_FD(fd);
    return 0;
}

static int
append(const char *state_dir, const char *path, const char *lines, size_t len)
{
    int e = open_log(state_dir, path);
    ssize_t n;

    if (e < 0)
        return e;
    n = write(file.log_fd, lines, len);
    if (n == (ssize_t)len && fdatasync(file.log_fd) == 0) {
        file.log_bytes += n;
        return 0;
    }
    e = n >= 0 && n < (ssize_t)len ? -ENOSPC : -errno;
    if (ftruncate(file.log_fd, file.log_bytes) < 0) /* else a service that finds it takes what was refused for done, as after any failed fsync */
        LOG_W("store", "'%s' has a change in it that failed", path);
    return e;
}

PRL_RESULT
registry_file_append(const char *state_dir, const char *lines, size_t len)
{
    AUTO(cleanup_free) char *path = path_join(state_dir, LOG_FILE);
    int e = path ? append(state_dir, path, lines, len) : -ENOMEM;

    if (e == 0)
        return PRL_ERR_SUCCESS;
    file.is_due = true;
    return err_errno(e == -ENOSPC || e == -EDQUOT ? PRL_ERR_NOT_ENOUGH_DISK_SPACE_TO_XML_SAVE : PRL_ERR_SAVE_VM_CONFIG, -e, "'%s'", path ? path : LOG_FILE);
}
