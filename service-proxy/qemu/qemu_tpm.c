/* SPDX-License-Identifier: MIT */
/*
 * swtpm on one end of a socket pair as its control channel; QEMU, on the other, hands it the data channel. --terminate ends it with
 * that. Its state is a file it replaces as a whole; while QEMU is suspended the state is in QEMU's stream too, and loaded from there.
 */
#include "qemu_tpm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "qemu_extras.h"

#define STATE_FD SIDE_FD_FIRST_FREE

char *
qemu_tpm_program(void)
{
    static const char *const paths[] = { "/usr/bin/swtpm", "/usr/local/bin/swtpm" };

    return qemu_extra_program("PRLKVM_SWTPM", paths, ARRAY_LEN(paths));
}

static PRL_RESULT
tpm_check(struct qemu_extra *x, qemu_notes *notes, bool *ret_drop)
{
    (void)notes;
    (void)ret_drop;
    x->program = qemu_tpm_program();
    return x->program ? PRL_ERR_SUCCESS
                      : err_set(PRL_ERR_VM_START_FAILED, "the VM has a TPM, and this host has no swtpm to be it (Debian: swtpm)");
}

/* No link is followed: swtpm would write wherever it leads. */
static PRL_RESULT
open_state(const char *path, int *ret_fd)
{
    int fd;

    if (mkdir(path, 0700) < 0 && errno != EEXIST)
        return err_errno(PRL_ERR_VM_START_FAILED, errno, "'%s'", path);
    fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return err_errno(PRL_ERR_VM_START_FAILED, errno, "'%s'", path);
    *ret_fd = fd;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
tpm_open(struct qemu_extra *x, const char *home, const char *run_dir)
{
    AUTO_FD int state = -1;
    AUTO_FD int theirs = -1;
    int pair[2];
    PRL_RESULT rc = open_state(x->path, &state);

    (void)run_dir;
    if (PRL_FAILED(rc))
        return rc;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
        return err_errno(PRL_ERR_OUT_OF_MEMORY, errno, "socketpair");
    x->fd = pair[0];
    theirs = pair[1];
    {
        /* the directory by descriptor: swtpm takes commas in a path for its own */
        char *argv[] = { x->program, "socket", "--tpm2", "--tpmstate", "dir=/proc/self/fd/4,mode=0600", "--ctrl",
                         "type=unixio,clientfd=3", "--terminate", NULL };
        const struct spawn_fd fds[] = { { theirs, SIDE_FD }, { state, STATE_FD } };

        _Static_assert(SIDE_FD == 3 && STATE_FD == 4, "the numbers in argv");
        rc = qemu_side_spawn("tpm0", argv, fds, ARRAY_LEN(fds), home, &x->side);
    }
    return rc;
}

const struct qemu_extra_row qemu_tpm_row = { tpm_check, tpm_open };
