/* SPDX-License-Identifier: MIT */
/* Paths of an instance and the trust in its directories. */
#include "places.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"

#define SYSTEM_STATE "/var/lib/prlkvm"
#define SYSTEM_RUN "/run/prlkvm"
#define SYSTEM_CONF "/etc/prlkvm/prlkvm.conf"

static bool
is_usable(const char *path)
{
    return path && path_is_absolute(path) && path_is_clean(path);
}

/* $variable if it is a path to believe, else home/rest; NULL: neither. Allocated. */
static char *
base_dir(const char *variable, const char *home, const char *rest)
{
    const char *value = secure_getenv(variable);

    if (is_usable(value))
        return str_dup(value);
    return home ? path_join(home, rest) : NULL;
}

static char *
home_dir(void)
{
    const char *home = secure_getenv("HOME");
    struct passwd pw, *found = NULL;
    char buffer[4096];

    if (is_usable(home))
        return str_dup(home);
    if (getpwuid_r(geteuid(), &pw, buffer, sizeof buffer, &found) == 0 && found && is_usable(found->pw_dir))
        return str_dup(found->pw_dir);
    return NULL;
}

static void
fill_below(struct places *p, const char *dir)
{
    p->state = str_dup(dir);
    p->run = path_join(dir, "run");
    p->conf = path_join(dir, "prlkvm.conf");
}

static void
fill_system(struct places *p)
{
    p->is_system = true;
    p->state = str_dup(SYSTEM_STATE);
    p->run = str_dup(SYSTEM_RUN);
    p->conf = str_dup(SYSTEM_CONF);
}

/* Run files live beside the state: /run/user is gone after logout and unknown to cron and su. */
static void
fill_user(struct places *p)
{
    AUTO(cleanup_free) char *home = home_dir();
    AUTO(cleanup_free) char *data = base_dir("XDG_DATA_HOME", home, ".local/share");
    AUTO(cleanup_free) char *config = base_dir("XDG_CONFIG_HOME", home, ".config");
    AUTO(cleanup_free) char *runtime = base_dir("XDG_RUNTIME_DIR", NULL, NULL);

    if (!data || !config)
        return;
    p->state = path_join(data, "prlkvm");
    p->run = p->state ? path_join(p->state, "run") : NULL;
    p->run_spare = runtime ? path_join(runtime, "prlkvm") : NULL;
    p->conf = path_join(config, "prlkvm/prlkvm.conf");
}

PRL_RESULT
places_find(struct places **ret)
{
    const char *all = secure_getenv("PRLKVM_HOME");
    AUTO(places_free) struct places *p = calloc(1, sizeof *p);

    if (!p)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "paths");
    if (all && *all) {
        if (!is_usable(all))
            return err_set(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, "PRLKVM_HOME '%s' is no clean absolute path", all);
        fill_below(p, all);
    } else if (geteuid() == 0) {
        fill_system(p);
    } else {
        fill_user(p);
    }
    if (p->state) {
        p->lock = path_join(p->state, "service.lock");
        p->log = path_join(p->state, "prlkvmd.log");
    }
    if (!p->state || !p->run || !p->conf || !p->lock || !p->log)
        return err_set(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, "no home directory is known for uid %u", (unsigned)geteuid());
    *ret = TAKE(p);
    return PRL_ERR_SUCCESS;
}

void
places_free(struct places *p)
{
    if (!p)
        return;
    free(p->state);
    free(p->run);
    free(p->run_spare);
    free(p->conf);
    free(p->lock);
    free(p->log);
    free(p);
}

int
places_open_dir(const char *path, bool private_only)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat st;

    if (fd < 0)
        return -errno;
    if (fstat(fd, &st) < 0)
        return -errno;
    if (st.st_uid != geteuid() || (st.st_mode & (private_only ? 0077 : 0022)))
        return -EPERM;
    return TAKE_FD(fd);
}

static PRL_RESULT
make_one(const char *path, bool private_only)
{
    AUTO_FD int fd = -1;
    int r = path_make_dirs(path, 0700);

    if (r == 0) {
        fd = places_open_dir(path, private_only);
        if (fd < 0)
            r = fd;
    }
    if (r == -EPERM)
        return err_set(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, "'%s' belongs to another user or is open to others", path);
    return r < 0 ? err_errno(PRL_ERR_CANT_CONNECT_TO_DISPATCHER, -r, "directory '%s'", path) : PRL_ERR_SUCCESS;
}

PRL_RESULT
places_make(const struct places *p)
{
    PRL_RESULT r = make_one(p->state, false);

    return PRL_FAILED(r) ? r : make_one(p->run, true);
}

/* The lock file: lines "key=value". */
char *
places_socket_dir(const struct places *p)
{
    AUTO(cleanup_free) char *text = NULL;
    char *save = NULL;

    if (path_read(p->lock, 4096, &text, NULL) < 0)
        return NULL;
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        if (strncmp(line, "socket_dir=", 11) != 0)
            continue;
        if (str_eq(line + 11, p->run) || str_eq(line + 11, p->run_spare))
            return str_dup(line + 11);
    }
    return NULL;
}
