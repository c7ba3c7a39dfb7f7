/* SPDX-License-Identifier: MIT */
/* What a QEMU that was taken over by its guest could say on its QMP socket: greeting, answers to requests under way, events. */
#include "fuzz.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "qemu/loop.h"
#include "qemu/qmp.h"
#include "wire/frame.h" /* json_decref as a cleanup */

#define SENT_MAX 65536
#define CALLS 3
#define LONG_MS 60000

static void
on_event(void *ctx, const char *name, json_t *data)
{
    FUZZ_CHECK(name);
    json_object_size(data);
}

static void
on_closed(void *ctx)
{
}

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    FUZZ_CHECK(PRL_SUCCEEDED(loop_start()));
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const struct qmp_handler handler = { on_event, on_closed, NULL };
    AUTO_FD int theirs = -1;
    struct qmp *q;
    struct qmp_request *requests[CALLS];
    int pair[2];

    if (size > SENT_MAX)
        return 0;
    FUZZ_CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) == 0);
    theirs = pair[0];
    q = qmp_new(pair[1], &handler);
    FUZZ_CHECK(q);
    for (int i = 0; i < CALLS; i++)
        requests[i] = qmp_send(q, i ? "query-status" : "stop", NULL, -1, i ? NULL : "cont");
    FUZZ_CHECK(!size || send(theirs, data, size, MSG_NOSIGNAL) == (ssize_t)size || errno == EPIPE || errno == ECONNRESET);
    shutdown(theirs, SHUT_WR);
    FUZZ_CHECK(qmp_wait_closed(q, clock_deadline(LONG_MS)));
    for (int i = 0; i < CALLS; i++) {
        AUTO(json_decref) json_t *answer = NULL;

        qmp_finish(q, requests[i], clock_deadline(LONG_MS), &answer);
    }
    qmp_free(q);
    return 0;
}
