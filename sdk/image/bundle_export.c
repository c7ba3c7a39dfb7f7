/* SPDX-License-Identifier: MIT */
#include "image/bundle_export.h"

#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/path.h"
#include "base/proc_run.h"
#include "base/str.h"

#ifndef PRLKVM_PLUGIN_DIR
#define PRLKVM_PLUGIN_DIR "/usr/lib/prlkvm"
#endif
#define PLUGIN "nbdkit-prlkvm-bundle.so"

/* In a build tree bin/ and lib/ are side by side. */
static char *
plugin_beside(void)
{
    char exe[PATH_MAX];
    ssize_t n = readlink("/proc/self/exe", exe, sizeof exe - 1);
    AUTO(cleanup_free) char *bin = NULL;
    AUTO(cleanup_free) char *dir = NULL;

    if (n <= 0)
        return NULL;
    exe[n] = '\0';
    bin = path_dirname(exe);
    dir = bin ? path_dirname(bin) : NULL;
    return dir ? str_printf("%s/lib/" PLUGIN, dir) : NULL;
}

static char *
find_plugin(void)
{
    const char *env = secure_getenv("PRLKVM_NBD_PLUGIN");
    AUTO(cleanup_free) char *beside = NULL;

    if (env && env[0])
        return str_dup(env);
    beside = plugin_beside();
    if (beside && access(beside, R_OK) == 0)
        return TAKE(beside);
    return access(PRLKVM_PLUGIN_DIR "/" PLUGIN, R_OK) == 0 ? str_dup(PRLKVM_PLUGIN_DIR "/" PLUGIN) : NULL;
}

PRL_RESULT
bundle_export_find(char **ret_nbdkit, char **ret_plugin)
{
    AUTO(cleanup_free) char *nbdkit = NULL;
    AUTO(cleanup_free) char *plugin = NULL;

    if (PRL_FAILED(proc_find("nbdkit", "PRLKVM_NBDKIT", &nbdkit)))
        return err_set(PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE, "disk bundles are served by nbdkit, which is not installed here");
    plugin = find_plugin();
    if (!plugin)
        return err_set(PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE, "no " PLUGIN " beside this program nor in " PRLKVM_PLUGIN_DIR);
    *ret_nbdkit = TAKE(nbdkit);
    *ret_plugin = TAKE(plugin);
    return PRL_ERR_SUCCESS;
}
