/* SPDX-License-Identifier: MIT */
/* The command table, the command line, login and logoff. */
#include "prlctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct ctl_command *const commands[] = {
    &ctl_list, &ctl_status, &ctl_create, &ctl_start, &ctl_stop, &ctl_reset, &ctl_restart, &ctl_pause, &ctl_suspend, &ctl_resume,
    &ctl_set, &ctl_clone, &ctl_register, &ctl_unregister, &ctl_delete,
};
#define N_COMMANDS (sizeof commands / sizeof *commands)

static int
usage(FILE *out)
{
    size_t i;

    fprintf(out, "Usage: prlctl <command> [<ve_id|ve_name>] [options]\n\n");
    for (i = 0; i < N_COMMANDS; i++)
        fprintf(out, "  prlctl %s %s\n", commands[i]->name, commands[i]->usage);
    fprintf(out, "\nEvery command: [--timeout <sec>]   Others: prlctl --version, prlctl --help\n");
    return EXIT_USAGE;
}

/* "--name value", "--name=value", "-n value"; -1: no such option, or its value is missing. */
static int
parse_option(const struct ctl_command *c, int argc, char **argv, int *at, struct ctl_args *ret)
{
    const char *arg = argv[*at];
    const char *eq = strchr(arg, '=');
    size_t len = eq ? (size_t)(eq - arg) : strlen(arg);
    int i;

    for (i = 0; c->options && c->options[i].name; i++) {
        const struct ctl_option *o = &c->options[i];
        bool is_long = !strncmp(arg, "--", 2) && strlen(o->name) == len - 2 && !strncmp(arg + 2, o->name, len - 2);
        bool is_short = o->short_name && arg[0] == '-' && arg[1] == o->short_name && !arg[2];

        if (!is_long && !is_short)
            continue;
        if (!o->has_value) {
            ret->value[i] = "";
            return eq ? -1 : 0;
        }
        if (eq && is_long)
            ret->value[i] = eq + 1;
        else if (*at + 1 < argc)
            ret->value[i] = argv[++*at];
        else
            return -1;
        return 0;
    }
    return -1;
}

static int
run_command(const struct ctl_command *c, struct ctl *ctl, const struct ctl_args *args)
{
    PRL_RESULT ret;
    int status;

    PrlApi_SwitchConsoleLogging(PRL_FALSE);
    ret = PrlApi_InitEx(VIRTUOZZO_API_VER, PAM_SERVER, 0, 0);
    if (PRL_FAILED(ret)) {
        fprintf(stderr, "Failed to initialise the SDK: %s\n", prl_result_to_string(ret));
        return EXIT_NO_SERVICE;
    }
    status = EXIT_NO_SERVICE;
    ret = PrlSrv_Create(&ctl->server);
    if (PRL_SUCCEEDED(ret))
        ret = ctl_wait(ctl, "Login failed", PrlSrv_LoginLocalEx(ctl->server, NULL, 0, PSL_HIGH_SECURITY, PACF_NON_INTERACTIVE_MODE), NULL);
    if (PRL_SUCCEEDED(ret)) {
        status = c->run(ctl, args);
        ctl_wait(ctl, NULL, PrlSrv_Logoff(ctl->server), NULL);
    }
    if (ctl->server)
        PrlHandle_Free(ctl->server);
    PrlApi_Deinit();
    return status;
}

int
main(int argc, char **argv)
{
    struct ctl ctl = { .is_terminal = isatty(STDOUT_FILENO) };
    struct ctl_args args = { 0 };
    const struct ctl_command *c = NULL;
    size_t i;
    int at;

    setvbuf(stdout, NULL, _IOLBF, 0); /* in order with what stderr says, in a pipe too */
    if (argc < 2)
        return usage(stderr);
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
        return usage(stdout), EXIT_OK;
    if (!strcmp(argv[1], "--version")) {
        printf("prlctl version %s\n", SDK_VERSION);
        return EXIT_OK;
    }
    for (i = 0; i < N_COMMANDS && !c; i++)
        if (!strcmp(argv[1], commands[i]->name))
            c = commands[i];
    if (!c) {
        fprintf(stderr, "Unknown command: %s\n", argv[1]);
        return usage(stderr);
    }
    for (at = 2; at < argc; at++) {
        if (!strcmp(argv[at], "--timeout") && at + 1 < argc)
            ctl.timeout_s = (unsigned)strtoul(argv[++at], NULL, 10);
        else if (argv[at][0] == '-' && argv[at][1]) {
            if (parse_option(c, argc, argv, &at, &args) < 0) {
                fprintf(stderr, "prlctl %s: bad option or missing value: %s\nUsage: prlctl %s %s\n", c->name, argv[at], c->name, c->usage);
                return EXIT_USAGE;
            }
        } else if (!args.subject)
            args.subject = argv[at];
        else {
            fprintf(stderr, "prlctl %s: unexpected argument: %s\n", c->name, argv[at]);
            return EXIT_USAGE;
        }
    }
    if (c->needs_subject && !args.subject) {
        fprintf(stderr, "Usage: prlctl %s %s\n", c->name, c->usage);
        return EXIT_USAGE;
    }
    return run_command(c, &ctl, &args);
}
