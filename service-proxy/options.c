/* SPDX-License-Identifier: MIT */
/* Options of the service. */
#include "options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"

#define CONF_MAX (1u << 20)
#define SECONDS_MAX (30u * 24 * 3600)

static struct options current = {
    .ready_fd = -1,
    .idle_exit_s = 30,
    .claim_wait_ms = 60000,
    .stop_grace_ms = 20000,
};
static bool idle_exit_given; /* on the command line */

const struct options *
options_current(void)
{
    return &current;
}

/* ---- values ---- */

/* Digits and nothing else, at most max. */
static bool
number(const char *text, unsigned max, unsigned *ret)
{
    unsigned long n;
    char *end;

    if (!text || *text < '0' || *text > '9')
        return false;
    errno = 0;
    n = strtoul(text, &end, 10);
    if (errno || *end || n > max)
        return false;
    *ret = (unsigned)n;
    return true;
}

static bool
set_path(char **at, const char *value)
{
    char *copy;

    if (!path_is_absolute(value) || !path_is_clean(value))
        return false;
    copy = str_dup(value);
    if (!copy)
        return false;
    free(*at);
    *at = copy;
    return true;
}

static bool
set_seconds_as_ms(unsigned *at_ms, const char *value)
{
    unsigned s;

    if (!number(value, SECONDS_MAX, &s))
        return false;
    *at_ms = s * 1000;
    return true;
}

static bool
set_accel(const char *value)
{
    char *copy;

    if (strcmp(value, "kvm") != 0 && strcmp(value, "tcg") != 0)
        return false;
    copy = str_dup(value);
    if (!copy)
        return false;
    free(current.accel);
    current.accel = copy;
    return true;
}

static bool
set(const char *key, const char *value)
{
    if (strcmp(key, "vm_dir") == 0)
        return set_path(&current.vm_dir, value);
    if (strcmp(key, "qemu") == 0)
        return set_path(&current.qemu, value);
    if (strcmp(key, "accel") == 0)
        return set_accel(value);
    if (strcmp(key, "idle_exit") == 0)
        return idle_exit_given || number(value, SECONDS_MAX, &current.idle_exit_s);
    if (strcmp(key, "claim_wait") == 0)
        return set_seconds_as_ms(&current.claim_wait_ms, value);
    if (strcmp(key, "stop_grace") == 0)
        return set_seconds_as_ms(&current.stop_grace_ms, value);
    return false;
}

/* ---- the file ---- */

/* Without the blanks around it, in place. */
static char *
trim(char *s)
{
    size_t n;

    s += strspn(s, " \t\r");
    n = strlen(s);
    while (n && strchr(" \t\r", s[n - 1]))
        s[--n] = '\0';
    return s;
}

static void
read_line(const char *conf, int number_of_line, char *line)
{
    char *s = trim(line), *equals;

    if (!*s || *s == '#' || *s == ';' || *s == '[')
        return;
    equals = strchr(s, '=');
    if (equals)
        *equals = '\0';
    if (!equals || !set(trim(s), trim(equals + 1)))
        LOG_W("options", "'%s' line %d: '%s' is not known or has a wrong value", conf, number_of_line, trim(s));
}

static void
from_environment(const char *variable, const char *key)
{
    const char *value = secure_getenv(variable);

    if (value && *value && !set(key, value))
        LOG_W("options", "%s has a wrong value", variable);
}

PRL_RESULT
options_load(const char *conf)
{
    AUTO(cleanup_free) char *text = NULL;
    int r = path_read(conf, CONF_MAX, &text, NULL);
    int n = 0;

    if (r < 0 && r != -ENOENT)
        return err_errno(PRL_ERR_FAILURE, -r, "settings '%s'", conf);
    for (char *at = text, *line; (line = strsep(&at, "\n"));)
        read_line(conf, ++n, line);
    from_environment("PRLKVM_IDLE_EXIT", "idle_exit");
    from_environment("PRLKVM_CLAIM_WAIT", "claim_wait");
    from_environment("PRLKVM_STOP_GRACE", "stop_grace");
    return PRL_ERR_SUCCESS;
}

/* ---- the command line ---- */

void
options_usage(void)
{
    printf("Usage: prlkvmd [--foreground] [--idle-exit SECONDS]\n"
           "       prlkvmd --check | --version | --help\n"
           "\n"
           "The service behind libprl_sdk. The library starts it when a program logs in; it need not be started by hand.\n"
           "\n"
           "  --foreground         run here, log to standard error (the default)\n"
           "  --idle-exit SECONDS  end after this time without client and running machine; 0: never (default 30)\n"
           "  --check              print what this host offers: QEMU, KVM, directories, limits\n"
           "  --version            print the version\n"
           "  --help               print this\n"
           "\n"
           "PRLKVM_HOME=DIR keeps everything below DIR. Settings: prlkvm.conf, see prlkvmd(8).\n");
}

bool
options_parse(int argc, char **argv, const char **ret_why)
{
    enum { FOREGROUND = 1, START, READY_FD, CHECK, VERSION, HELP, IDLE_EXIT };
    static const struct option known[] = {
        { "foreground", no_argument, NULL, FOREGROUND },
        { "start", no_argument, NULL, START }, /* by the library: goes into the background */
        { "ready-fd", required_argument, NULL, READY_FD },
        { "check", no_argument, NULL, CHECK },
        { "version", no_argument, NULL, VERSION },
        { "help", no_argument, NULL, HELP },
        { "idle-exit", required_argument, NULL, IDLE_EXIT },
        { NULL, 0, NULL, 0 },
    };
    unsigned n;
    int c;

    opterr = 0;
    while ((c = getopt_long(argc, argv, "", known, NULL)) != -1) {
        switch (c) {
        case FOREGROUND: current.mode = OPTIONS_RUN; break;
        case START: current.mode = OPTIONS_START; break;
        case CHECK: current.mode = OPTIONS_CHECK; break;
        case VERSION: current.mode = OPTIONS_VERSION; break;
        case HELP: current.mode = OPTIONS_HELP; break;
        case READY_FD:
            if (!number(optarg, 1 << 20, &n) || n < 3) {
                *ret_why = "--ready-fd wants the number of an open descriptor above 2";
                return false;
            }
            current.ready_fd = (int)n;
            break;
        case IDLE_EXIT:
            if (!number(optarg, SECONDS_MAX, &current.idle_exit_s)) {
                *ret_why = "--idle-exit wants seconds";
                return false;
            }
            idle_exit_given = true;
            break;
        default: *ret_why = "unknown option, see --help"; return false;
        }
    }
    if (optind < argc) {
        *ret_why = "no arguments are known, see --help";
        return false;
    }
    return true;
}
