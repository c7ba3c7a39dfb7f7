/* SPDX-License-Identifier: MIT */
/* prl_disk_tool: what its files share. */
#ifndef PRLKVM_PRL_DISK_TOOL_H
#define PRLKVM_PRL_DISK_TOOL_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "image/work.h"
#include "prlsdk/PrlErrors.h"

enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_DAMAGED = 2,   /* check found what is not mended */
    EXIT_USAGE = 3,     /* the command line was not understood */
    EXIT_BUSY = 4,      /* another process has the disk, or a suspended machine or clones rely on it */
    EXIT_NO_HELPER = 5, /* a program that the work needs is not installed */
    EXIT_SIGNAL = 128,  /* plus the number of the signal that cancelled it */
};

enum option_bit {
    OPT_HDD = 1 << 0,
    OPT_SIZE = 1 << 1,
    OPT_PLAIN = 1 << 2,
    OPT_EXPANDING = 1 << 3,
    OPT_SPLIT = 1 << 4,
    OPT_NOSPLIT = 1 << 5,
    OPT_RESIZE_PARTITION = 1 << 6,
    OPT_INFO = 1 << 7,
    OPT_UNITS = 1 << 8,
    OPT_FORCE = 1 << 9,
    OPT_EXTERNAL = 1 << 10,
    OPT_MERGE = 1 << 11,
    OPT_BUILDMAP = 1 << 12,
    OPT_JSON = 1 << 13,
    OPT_REPAIR = 1 << 14,
    OPT_FORMAT = 1 << 15,
    OPT_FROM = 1 << 16,
    OPT_TO = 1 << 17,
    OPT_FROM_FORMAT = 1 << 18,
    OPT_ID = 1 << 19,
    OPT_NAME = 1 << 20,
    OPT_CHILDREN = 1 << 21,
};

struct options {
    const char *verb; /* the word after `snapshot` */
    unsigned given;   /* enum option_bit */
    char *hdd;        /* links resolved where it exists */
    uint64_t size_bytes;
    char unit; /* K, M, G, T */
    const char *format, *from, *to, *from_format, *id, *name;
    bool is_verbose, is_dry;
};
static inline bool
has(const struct options *o, enum option_bit bit)
{
    return o->given & bit;
}

struct command {
    const char *name, *verb; /* verb: NULL but for snapshot */
    unsigned allowed, needed;
    int (*run)(const struct options *o);
    bool is_change;
    const char *usage; /* what follows the name */
};
extern const struct command commands[]; /* ends with a NULL name */

/* ---- options.c ---- */

/* Exit code, or -1: go on with *ret_command. */
int options_parse(int argc, char **argv, struct options *ret, const struct command **ret_command);
void options_clear(struct options *o);

/* ---- report.c ---- */

/* Prints the failure with its cause; yields the exit code. */
int report_failure(PRL_RESULT rc);
void report_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Catches SIGINT, SIGTERM, SIGHUP from now on. */
void report_catch_signals(void);
/* Draws the progress on a terminal; says no once a signal has come. */
const struct image_watch *report_watch(void);
void report_progress_done(void); /* all of it, and the line ends */
void report_progress_end(void);  /* the line ends where it is */
int report_json(json_t *value); /* takes it */

/* ---- look.c ---- */

uint64_t look_room(const char *path); /* bytes on the host, of all files of the disk */

/* ---- the commands ---- */

int command_create(const struct options *o);
int command_resize(const struct options *o);
int command_compact(const struct options *o);
int command_merge(const struct options *o);
int command_convert(const struct options *o);
int command_check(const struct options *o);
int command_info(const struct options *o);
int command_map(const struct options *o);
int command_snapshot_list(const struct options *o);
int command_snapshot_create(const struct options *o);
int command_snapshot_delete(const struct options *o);
int command_snapshot_switch(const struct options *o);
int command_export(const struct options *o);
int command_import(const struct options *o);

#endif
