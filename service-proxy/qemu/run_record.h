/* SPDX-License-Identifier: MIT */
/*
 * What a next service must know of a running QEMU: one JSON file per VM in the run directory, written before the spawn and replaced
 * at each step that a death of the service could cut. It is renamed into place but not synced: it is about processes of this boot,
 * which a power cut ends as well (records of another boot are ignored).
 */
#ifndef PRLKVM_QEMU_RUN_RECORD_H
#define PRLKVM_QEMU_RUN_RECORD_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/cleanup.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "qemu_export.h"
#include "qemu_images.h"
#include "qemu_side.h"

enum run_phase {
    RUN_STARTING,   /* spawned or about to be */
    RUN_RESUMING,   /* the same, from a saved state: until `cont` is through */
    RUN_RUNNING,    /* running or paused; QEMU knows */
    RUN_SUSPENDING, /* stopped by us, state being written */
};

typedef VEC(char *) run_texts; /* allocated */

struct run_record {
    char uuid[UUID_TEXT];
    enum run_phase phase;
    bool was_running;    /* SUSPENDING: before our stop */
    pid_t pid;           /* 0: not spawned yet, or the service died before it could write it */
    uint64_t start_time; /* of pid, /proc/PID/stat field 22 */
    char *home;
    char *socket;        /* QMP for re-attaching */
    char *qemu_version;
    unsigned version_no;
    char *machine, *accel;
    uint64_t ram_bytes;
    bool is_ram_shared;  /* the inherited memfd, else the RAM file mapped privately */
    char *config;        /* as it runs */
    unsigned crash_resets; /* how often a guest that crashes again and again is reset */
    run_texts hardware; /* what the guest sees, and a saved state needs again */
    run_texts backends; /* what it stands on, and what was set by QMP (qemu_hotplug_rows.h) */
    run_texts target;   /* both as they shall be: a change under way. Empty: none */
    bool has_user_net;    /* it has had a network of QEMU's own: its saved state may have one's */
    qemu_sides sides;
    VEC(struct qemu_export) exports; /* of its bundles; the processes' descriptors are opened again by whoever loads it */
    struct qemu_images images; /* as QEMU has them open now; backing lists are not kept */
};

bool run_texts_add(run_texts *texts, const char *text); /* false: no memory */
void run_texts_clear(run_texts *texts);

struct run_record *run_record_new(void);
void run_record_free(struct run_record *r);
CLEANUP_FOR(run_record_free, struct run_record *)

/* Where: set once. */
PRL_RESULT run_record_set_dir(const char *run_dir);
PRL_RESULT run_record_save(const struct run_record *r);
void run_record_remove(const char *uuid);

typedef VEC(struct run_record *) run_record_vec;
/* Of this boot; damaged ones and those of other boots are removed. */
PRL_RESULT run_record_load_all(run_record_vec *ret);
void run_record_vec_free(run_record_vec *v);

#endif
