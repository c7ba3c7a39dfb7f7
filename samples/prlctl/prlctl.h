/* SPDX-License-Identifier: MIT */
/* prlctl: the command line of the products, on the public API alone. One command per row of the table in main.c. */
#ifndef PRLCTL_H
#define PRLCTL_H

#include <prlsdk/Virtuozzo.h>
#include <stdbool.h>

/* Exit statuses, as scripts for the products know them. */
enum { EXIT_OK = 0, EXIT_FAILED = 1, EXIT_USAGE = 3, EXIT_NO_SERVICE = 253 };

struct ctl {
    PRL_HANDLE server;
    bool is_terminal; /* stdout: progress bars are drawn */
    unsigned timeout_s; /* --timeout, 0 none */
};

/* An option of a command: "--name VALUE"; short_name 0: none. */
struct ctl_option {
    const char *name;
    char short_name;
    bool has_value;
};

/* What a command line said, by the command's own option table. */
#define CTL_MAX_OPTIONS 40
struct ctl_args {
    const char *subject; /* VM name or id, path of register; NULL: none given */
    const char *value[CTL_MAX_OPTIONS]; /* "" for a plain switch that was given, NULL: absent */
};

struct ctl_command {
    const char *name;
    const char *usage;   /* behind the name */
    bool needs_subject;
    const struct ctl_option *options; /* ends with a NULL name */
    int (*run)(struct ctl *ctl, const struct ctl_args *args);
};

extern const struct ctl_command ctl_list, ctl_status, ctl_create, ctl_start, ctl_stop, ctl_reset, ctl_restart, ctl_pause, ctl_suspend,
    ctl_resume, ctl_clone, ctl_register, ctl_unregister, ctl_delete, ctl_set;

/* job.c: waits with a progress bar titled `what` (Ctrl-C cancels the job), frees the job. phResult may be NULL. */
PRL_RESULT ctl_wait(struct ctl *ctl, const char *what, PRL_HANDLE hJob, PRL_HANDLE *phResult);
/* The VM by id (braces optional) or name; says "The %s virtual machine does not exist." and gives PRL_INVALID_HANDLE. */
PRL_HANDLE ctl_find(struct ctl *ctl, const char *id);
int ctl_exit_status(PRL_RESULT ret);

/* text.c */
const char *ctl_state_name(VIRTUAL_MACHINE_STATE state);
/* An allocated copy of a string getter's text ("" on failure). */
typedef PRL_RESULT (*ctl_getter)(PRL_HANDLE, PRL_STR, PRL_UINT32_PTR);
char *ctl_text(PRL_HANDLE h, ctl_getter get);
/* The state a listed or freshly found VM came with. */
VIRTUAL_MACHINE_STATE ctl_vm_state(PRL_HANDLE hVm);
char *ctl_vm_owner(PRL_HANDLE hVm);
/* The directory of the machine, with a slash behind. */
char *ctl_vm_home(PRL_HANDLE hVm);
void ctl_print_json(const char *text); /* quoted */

#endif
