/* SPDX-License-Identifier: MIT */
/*
 * A new VM from a document to its place in the store, for Reg and Clone: names reserved, home built beside its final place, installed,
 * published. Whatever it makes is in the journal entry first, or found by the sweep of <state>/vms, so that a service that dies in between leaves
 * nothing or all.
 *
 *     begin - plan (files outside the home) - task_journal(vm_build_journal) if needed - make ... files - finish
 *     any failure: undo
 */
#ifndef PRLKVM_VM_VM_BUILD_H
#define PRLKVM_VM_VM_BUILD_H

#include <jansson.h>

#include "base/vec.h"
#include "vm_store.h"

struct task;

typedef VEC(char *) name_vec;
void name_vec_free(name_vec *v);
bool name_vec_add(name_vec *v, const char *name); /* a copy */

struct vm_build {
    char uuid[UUID_TEXT];
    char *home;  /* where it shall be */
    char *temp;  /* where it is built; equal to home when that directory is there already (without a configuration) */
    struct vm_reservation *reservation;
    name_vec made; /* paths outside temp that did not exist before */
    bool is_begun; /* the temporary directory exists */
    bool has_journal; /* else the registry alone decides what becomes of the temporary directory (home_sweep.h) */
};

/* Needs a zeroed build; undo afterwards in any case. Conflicts as semantics 6.4 step 4. */
PRL_RESULT vm_build_begin(struct vm_build *b, struct task *t, const char *parent, const char *uuid, const char *name);
/* Where a path of the document is while the home is built; allocated, NULL: no memory. */
char *vm_build_path(const struct vm_build *b, const char *path);
/* This path (as the document has it) will be made. Noted when it is not below temp; false: no memory. */
bool vm_build_plan(struct vm_build *b, const char *path);
/* Once all is planned. A home below <state>/vms and nothing else needs no entry. */
bool vm_build_needs_journal(const struct vm_build *b);
/* A new object: what recovery needs, for task_journal. NULL: no memory. */
json_t *vm_build_journal(struct vm_build *b);
/* Makes the directory; after task_journal. */
PRL_RESULT vm_build_make_home(struct vm_build *b);
/* Directories above a file, inside the home only. */
PRL_RESULT vm_build_make_parents(const struct vm_build *b, const char *file);
/* Images and output files that the document names and that are missing (6.4 step 7). Looks at cancel between two. */
PRL_RESULT vm_build_plan_files(struct vm_build *b, xmlDocPtr doc);
PRL_RESULT vm_build_make_files(struct vm_build *b, xmlDocPtr doc, struct task *t);
/* config.pvs, the rename, the registry. On SUCCESS nothing is left to undo. */
PRL_RESULT vm_build_finish(struct vm_build *b, xmlDocPtr doc, struct vm **ret_vm);
/* Removes all that was made and frees; after finish it only frees. */
void vm_build_undo(struct vm_build *b);

/*
 * What nobody waits for: config.pvs.backup, which protects what comes later, and the end of the document, five hundred elements (taken; may be
 * NULL). The last thing before the task succeeds.
 */
void vm_build_later(struct task *t, struct vm *vm, xmlDocPtr doc);

/* From a journal entry: installed ones are registered, others removed. */
void vm_build_recover(json_t *entry);

/* An empty output file, 0600, if nothing is there. */
PRL_RESULT vm_build_output_file(const char *path);
/* PET_DSP_EVT_VM_ADDED; generated_name may be NULL. */
void vm_build_announce(struct vm *vm, const char *generated_name);

#endif
