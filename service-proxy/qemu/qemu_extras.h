/* SPDX-License-Identifier: MIT */
/*
 * What a QEMU gets through descriptors beside its own: a TPM (swtpm), shared folders (one virtiofsd each), taps on a bridge. The list
 * follows from the configuration alone, and so do the numbers inside QEMU; whether this host has what it takes is looked up after.
 *
 *   qemu_extras_list -> qemu_extras_check -> (argv is built) -> qemu_extras_open -> (QEMU is spawned) -> qemu_extras_clear
 */
#ifndef PRLKVM_QEMU_QEMU_EXTRAS_H
#define PRLKVM_QEMU_QEMU_EXTRAS_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>

#include "base/cleanup.h"
#include "base/vec.h"
#include "qemu_side.h"

#define EXTRA_NAME 64
#define SHARES_MAX 8

enum qemu_extra_kind { EXTRA_TPM, EXTRA_SHARE, EXTRA_TAP };

struct qemu_extra {
    enum qemu_extra_kind kind;
    unsigned index;         /* share: place in the list of folders; tap: of the adapter */
    int number;             /* the descriptor inside QEMU */
    int fd;                 /* ours, -1 until opened */
    char name[EXTRA_NAME];  /* share: its tag; tap: the interface's */
    char id[SIDE_NAME];     /* of the process and of QEMU's connection to it: another folder at the same place has another. Share only */
    unsigned port;          /* share: PciPort of the configuration */
    char *path;             /* share: the folder; tap: the bridge, by qemu_extras_check; TPM: where its state is */
    char *program;          /* by qemu_extras_check; NULL: none is needed */
    bool is_read_only;
    bool is_optional;       /* tap: without one QEMU's own NAT will do, if nobody chose the network */
    struct qemu_side side;  /* the process behind it; pid 0: none */
};
struct qemu_extras {
    struct qemu_extra *p;
    size_t len, room;
};
typedef VEC(char *) qemu_notes; /* allocated texts for people */

/* "share0-x0123abcd": by place, folder and whether it is read-only. */
void qemu_share_id(unsigned index, const char *path, bool is_read_only, char out[SIDE_NAME]);
/* The folders of a configuration that have a place, SHARES_MAX of them at most: nodes[place], or NULL. */
void qemu_share_places(xmlNodePtr sharing, xmlNodePtr nodes[SHARES_MAX]);

/* Pure. */
PRL_RESULT qemu_extras_list(xmlDocPtr doc, const char *home, struct qemu_extras *ret);
/*
 * Finds programs, folders and bridges. What may be missing is dropped and said in notes. PRL_ERR_VM_START_FAILED: a TPM is wanted and
 * cannot be had; PRL_ERR_BRIDGE_NOT_FOUND_FOR_NETWORK_ADAPTER (p0 network).
 */
PRL_RESULT qemu_extras_check(struct qemu_extras *extras, qemu_notes *notes);
/* Starts the processes and opens the taps. On failure what was started ends. */
PRL_RESULT qemu_extras_open(struct qemu_extras *extras, const char *home, const char *run_dir);
/* Our ends, once QEMU has its own: a process whose QEMU was never spawned ends by that. */
void qemu_extras_close(struct qemu_extras *extras);
/* The same, and forgets them; processes that still live are not waited for. */
void qemu_extras_clear(struct qemu_extras *extras);

/* extras NULL: none. */
const struct qemu_extra *qemu_extras_find(const struct qemu_extras *extras, enum qemu_extra_kind kind, unsigned index);
__attribute__((format(printf, 2, 3))) void qemu_notes_add(qemu_notes *notes, const char *fmt, ...);
void qemu_notes_clear(qemu_notes *notes);

/* ---- the kinds: qemu_tpm.c, qemu_share.c, qemu_tap.c ---- */

struct qemu_extra_row {
    /* *ret_drop: leave it out (said in notes). */
    PRL_RESULT (*check)(struct qemu_extra *x, qemu_notes *notes, bool *ret_drop);
    PRL_RESULT (*open)(struct qemu_extra *x, const char *home, const char *run_dir);
};
extern const struct qemu_extra_row qemu_tpm_row, qemu_share_row, qemu_tap_row;

/* The first of these paths, or what the environment names, that can be run: allocated, or NULL. */
char *qemu_extra_program(const char *env, const char *const *paths, size_t n);

#endif
