/* SPDX-License-Identifier: MIT */
/*
 * A private qemu-nbd: started on a socket that has no name any more, so that nobody but us can reach it, and connected to before it runs. It ends
 * when the last of these connections ends, whatever way this process goes: nothing is left behind.
 */
#ifndef PRLKVM_IMAGE_NBD_SERVER_H
#define PRLKVM_IMAGE_NBD_SERVER_H

#include <jansson.h>
#include <stdbool.h>

#include "base/cleanup.h"
#include "prlsdk/PrlTypes.h"

struct nbd_server;
struct nbd_server_args {
    json_t *node;         /* what to serve, as -blockdev has it */
    bool is_write;
    const char *bitmap;   /* name of a persistent bitmap to tell of, or NULL */
    const char *key_file; /* of the secret REFS_KEY_ID, or NULL */
    int n_connections;
};
/* fds: n_connections connected sockets, the caller's. PRL_ERR_DISK_FILE_OPEN_ERROR: it could not be run. What it says later: nbd_server_words. */
PRL_RESULT nbd_server_start(const struct nbd_server_args *args, struct nbd_server **ret, int *fds);
/* What it has written to stderr so far, for people; allocated, never NULL but when memory is out. Waits a moment for its end if it is ending. */
char *nbd_server_words(struct nbd_server *s);
bool nbd_server_is_alive(struct nbd_server *s); /* one system call */
/* After the last connection was closed: waits until it has written everything and gone; is_hung: not for long, then kills it. */
PRL_RESULT nbd_server_stop(struct nbd_server *s, bool is_hung);

#endif
