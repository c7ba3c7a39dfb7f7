/* SPDX-License-Identifier: MIT */
/* A private server for a file: what it may open, the links to it, its own words when there are none. */
#include "image/disk_nbd_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/str.h"
#include "image/qcow2_header.h"
#include "prlsdk/PrlErrors.h"

void
nbd_source_clear(struct nbd_source *s)
{
    refs_clear(&s->refs);
    free(TAKE(s->bitmap));
}

PRL_RESULT
nbd_source_key(const char *path, struct nbd_source *s)
{
    if (!s->refs.needs_key)
        return PRL_ERR_SUCCESS;
    s->key_file = secure_getenv(REFS_KEY_VARIABLE);
    if (!s->key_file || !s->key_file[0])
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' is encrypted, and " REFS_KEY_VARIABLE " names no file with its passphrase", path);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
nbd_source_bitmap(const char *path, const char *uuid, char **ret_name)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    struct qcow2_info info = { 0 };
    unsigned n;
    PRL_RESULT r = fd < 0 ? err_errno(PRL_ERR_DISK_FILE_OPEN_ERROR, errno, "'%s'", path) : qcow2_info_read(fd, path, &info);

    if (PRL_FAILED(r))
        return r;
    *ret_name = uuid ? qcow2_bitmap_of(fd, &info, uuid) : qcow2_only_bitmap(fd, &info, &n);
    qcow2_info_clear(&info);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
nbd_source_find(const struct disk_spec *s, struct nbd_source *ret)
{
    PRL_RESULT r = refs_of(s->path, s->format, &ret->refs);

    if (PRL_SUCCEEDED(r) && !s->is_fake)
        r = nbd_source_key(s->path, ret);
    if (PRL_SUCCEEDED(r) && s->kind == DISK_QCOW2)
        r = nbd_source_bitmap(s->path, NULL, &ret->bitmap);
    /* A reader beside a writer: what it reads may be torn, it was asked for. */
    if (PRL_SUCCEEDED(r) && s->share_writers)
        json_object_set_new(ret->refs.node, "force-share", json_true());
    return r;
}

/* Its own words tell why there is no connection; that of a lock is an error of its own. */
static PRL_RESULT
explain(const char *path, struct nbd_server *server, PRL_RESULT r)
{
    AUTO(cleanup_free) char *words = nbd_server_words(server);

    if (!words || !words[0])
        return r;
    if (strstr(words, "Failed to get") && strstr(words, "lock"))
        return err_set(PRL_ERR_DISK_SHARING_VIOLATION, "'%s' is in use by another process: '%s'", path, words);
    return err_set(PRL_ERR_DISK_FILE_OPEN_ERROR, "'%s': '%s'", path, words);
}

static PRL_RESULT
open_links(struct nbd_disk *d, const int *fds, int n, const char *context)
{
    const char *const contexts[] = { context, NULL };
    PRL_RESULT r = PRL_ERR_SUCCESS;

    for (int i = 0; i < n; i++) {
        struct nbd_link_args a = { .fd = fds[i], .contexts = contexts };

        if (PRL_FAILED(r)) {
            close(fds[i]);
            continue;
        }
        r = nbd_link_open(&a, &d->links[i]);
        if (PRL_SUCCEEDED(r))
            d->n = d->n_free = i + 1;
    }
    return r;
}

PRL_RESULT
nbd_disk_serve(struct nbd_disk *d, const char *path, const struct nbd_source *s, bool is_write, int n)
{
    AUTO(cleanup_free) char *context = s->bitmap ? str_printf(NBD_BITMAP_PREFIX "%s", s->bitmap) : NULL;
    struct nbd_server_args args = { s->refs.node, is_write, s->bitmap, s->key_file, n };
    int fds[NBD_DISK_LINKS];
    PRL_RESULT r = nbd_server_start(&args, &d->server, fds);

    if (PRL_SUCCEEDED(r))
        r = open_links(d, fds, n, context);
    else
        return r;
    if (PRL_SUCCEEDED(r)) {
        d->bitmap = TAKE(context);
        return r;
    }
    for (int i = 0; i < d->n; i++)
        nbd_link_drop(d->links[i]);
    d->n = d->n_free = 0;
    r = explain(path, d->server, r);
    {
        AUTO(err_free) struct err *why = err_take(r); /* its words are the reason, whatever its end is */

        nbd_server_stop(TAKE(d->server), true);
        return why ? err_put(why) : r;
    }
}
