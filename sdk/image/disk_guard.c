/* SPDX-License-Identifier: MIT */
/* Images that must not be written because somebody else relies on what is in them: a suspended VM on its disks, linked clones on their base. */
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"
#include "image/disk_class.h"
#include "image/disk_links.h"
#include "prlsdk/PrlErrors.h"

/* The second is a resume that was cut: the service may yet take the state back. */
static const char *const saved_states[] = { "config.sav", "config.sav.run" };

static PRL_RESULT
guard_saved_state(const char *path, const char *dir)
{
    for (size_t i = 0; i < ARRAY_LEN(saved_states); i++) {
        AUTO(cleanup_free) char *state = path_join(dir, saved_states[i]);

        if (!state)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
        if (path_exists(state))
            return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' belongs to a suspended virtual machine: writing it would spoil '%s'", path, state);
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
disk_guard_write(const char *path, bool is_bundle)
{
    AUTO(cleanup_free) char *dir = path_dirname(path);
    AUTO(cleanup_free) char *above = dir ? path_dirname(dir) : NULL;
    struct stat st;
    PRL_RESULT r;

    if (!above)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    /* The frozen base of linked clones is 0400; for root the kernel would not mind. */
    if (!is_bundle && stat(path, &st) == 0 && !(st.st_mode & 0222))
        return err_set(PRL_ERR_DISK_NOT_PERMITTED, "'%s' is read-only", path);
    r = guard_saved_state(path, dir);
    if (PRL_SUCCEEDED(r) && !is_bundle) /* an image inside of a bundle: the home is one level up */
        r = guard_saved_state(path, above);
    return PRL_FAILED(r) ? r : disk_links_guard(path, is_bundle);
}
