/* SPDX-License-Identifier: MIT */
/*
 * What the command line, the environment and prlkvm.conf say, in this order of weight. The file is an INI one; sections are not needed:
 *
 *     vm_dir = /srv/machines      new virtual machines go here
 *     accel = kvm | tcg           default: kvm where it works
 *     qemu = /usr/bin/qemu-system-x86_64
 *     idle_exit = 30              seconds without client and running machine; 0 never
 *     claim_wait = 60             seconds a conflicting operation waits
 *     stop_grace = 20             seconds that running tasks get when the service stops
 */
#ifndef PRLKVM_OPTIONS_H
#define PRLKVM_OPTIONS_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

struct options {
    enum { OPTIONS_RUN, OPTIONS_START, OPTIONS_CHECK, OPTIONS_VERSION, OPTIONS_HELP } mode;
    int ready_fd; /* --ready-fd: where "ready" or the error goes; -1 none */

    char *vm_dir; /* absolute, or NULL; as the next */
    char *accel;
    char *qemu;
    unsigned idle_exit_s;
    unsigned claim_wait_ms;
    unsigned stop_grace_ms;
};

/* Constant after options_load; before it, the defaults. */
const struct options *options_current(void);
/* False: a wrong command line, ret_why (static text) says what. */
bool options_parse(int argc, char **argv, const char **ret_why);
/* Reads the file (a missing one is fine) and the environment. What is wrong in it is logged and left out. */
PRL_RESULT options_load(const char *conf);
void options_usage(void);

#endif
