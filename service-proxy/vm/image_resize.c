/* SPDX-License-Identifier: MIT */
#include "image_resize.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/err.h"
#include "base/proc_run.h"
#include "base/str.h"
#include "qemu/qemu_find.h"

#define RESIZE_MS 120000
#define FLATTEN_MS (4 * 3600 * 1000LL)

/* "json:{...}", allocated; from the bottom up. */
static char *
chain_spec(char *const *chain)
{
    json_t *spec = NULL;
    char *text, *arg;
    size_t n = 0;

    while (chain[n])
        n++;
    while (n-- > 0)
        spec = json_pack("{s:s, s:{s:s, s:s}, s:o}", "driver", "qcow2", "file", "driver", "file", "filename", chain[n], "backing",
                         spec ? spec : json_null());
    text = spec ? json_dumps(spec, JSON_COMPACT) : NULL;
    json_decref(spec);
    arg = text ? str_printf("json:%s", text) : NULL;
    free(text);
    return arg;
}

PRL_RESULT
image_resize(char *const *chain, uint64_t size_bytes, int cancel_fd)
{
    AUTO(cleanup_free) char *program = NULL;
    AUTO(cleanup_free) char *spec = chain_spec(chain);
    char size[32];
    PRL_RESULT r = spec ? qemu_find_img(&program) : err_set(PRL_ERR_OUT_OF_MEMORY, "image chain");

    if (PRL_FAILED(r))
        return r;
    snprintf(size, sizeof size, "%" PRIu64, size_bytes);
    {
        const char *const argv[] = { program, "resize", "-q", spec, size, NULL };

        return proc_run(argv, NULL, clock_deadline(RESIZE_MS), cancel_fd, NULL);
    }
}

PRL_RESULT
image_flatten(char *const *chain, const char *to, int cancel_fd)
{
    AUTO(cleanup_free) char *program = NULL;
    AUTO(cleanup_free) char *spec = chain_spec(chain);
    PRL_RESULT r = spec ? qemu_find_img(&program) : err_set(PRL_ERR_OUT_OF_MEMORY, "image chain");

    if (PRL_FAILED(r))
        return r;
    {
        const char *const argv[] = { program, "convert", "-q", "-O", "qcow2", spec, to, NULL };

        return proc_run(argv, NULL, clock_deadline(FLATTEN_MS), cancel_fd, NULL);
    }
}
