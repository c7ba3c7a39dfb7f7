/* SPDX-License-Identifier: MIT */
#include "durable.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"

#define WRITE_WAIT_MS 60000

void
durable_init(struct durable *d, json_t *(*snapshot_locked)(void), PRL_RESULT (*write)(json_t *snapshot))
{
    memset(d, 0, sizeof *d);
    cond_init(&d->written_cond);
    d->snapshot_locked = snapshot_locked;
    d->write = write;
}

static PRL_RESULT
write_once_locked(struct durable *d, struct lock *lock)
{
    uint64_t upto = d->changed;
    json_t *snapshot = d->snapshot_locked();
    PRL_RESULT r;

    if (!snapshot)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "registry");
    d->is_writing = true;
    lock_drop(lock);
    r = d->write(snapshot);
    json_decref(snapshot);
    lock_take(lock);
    d->is_writing = false;
    if (PRL_SUCCEEDED(r))
        d->written = upto;
    cond_broadcast(&d->written_cond);
    return r;
}

/* One whose write failed goes away with the error; those who waited for it try themselves. */
PRL_RESULT
durable_sync_locked(struct durable *d, struct lock *lock)
{
    uint64_t mine = ++d->changed;
    int64_t deadline = clock_deadline(WRITE_WAIT_MS);

    while (d->written < mine) {
        PRL_RESULT r = PRL_ERR_SUCCESS;

        if (!d->is_writing)
            r = write_once_locked(d, lock);
        else if (!cond_wait_until(&d->written_cond, lock, deadline))
            r = err_set(PRL_ERR_TIMEOUT, "the registry file was not written in time");
        if (PRL_FAILED(r))
            return r;
    }
    return PRL_ERR_SUCCESS;
}

void
durable_drop_half_written(const char *dir, const char *name)
{
    AUTO(cleanup_free) char *path = str_printf("%s/%s.new", dir, name);

    if (path)
        unlink(path);
}

PRL_RESULT
durable_read_json(const char *dir, const char *name, size_t max_bytes, json_t **ret)
{
    AUTO(cleanup_free) char *path = path_join(dir, name);
    AUTO(cleanup_free) char *data = NULL;
    json_error_t error;
    json_t *value;
    size_t len;
    int e;

    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    durable_drop_half_written(dir, name);
    e = path_read(path, max_bytes, &data, &len);
    if (e == -ENOENT) {
        *ret = NULL;
        return PRL_ERR_SUCCESS;
    }
    if (e < 0)
        return err_errno(PRL_ERR_FAILURE, -e, "'%s'", path);
    value = json_loadb(data, len, JSON_REJECT_DUPLICATES, &error);
    if (!value)
        return err_set(PRL_ERR_FAILURE, "'%s': line %d: %s", path, error.line, error.text);
    *ret = value;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
durable_write_json(const char *dir, const char *name, json_t *value)
{
    AUTO(cleanup_free) char *path = path_join(dir, name);
    AUTO(cleanup_free) char *text = value ? json_dumps(value, JSON_INDENT(1)) : NULL;
    int e;

    if (!path || !text)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "%s", name);
    e = path_write_durable(path, text, strlen(text));
    if (e == -ENOSPC || e == -EDQUOT)
        return err_errno(PRL_ERR_NOT_ENOUGH_DISK_SPACE_TO_XML_SAVE, -e, "'%s'", path);
    if (e < 0)
        return err_errno(PRL_ERR_SAVE_VM_CONFIG, -e, "'%s'", path);
    return PRL_ERR_SUCCESS;
}
