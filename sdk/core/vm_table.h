/* SPDX-License-Identifier: MIT */
/*
 * The VMs a server object knows, by uuid: the object while one lives (weak) and the last text with its revision, so that a second
 * listing moves only what changed. All under the server object's lock.
 */
#ifndef PRLKVM_CORE_VM_TABLE_H
#define PRLKVM_CORE_VM_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/uuid.h"

struct blob;
struct vm_obj;

struct vm_record {
    char uuid[UUID_TEXT];   /* constant */
    struct vm_record *next; /* in its bucket */
    struct vm_obj *vm;      /* weak; its destructor takes it out */
    struct blob *text;      /* counted, or NULL */
    uint64_t rev;           /* of text; 0: the service has no text for it */
    bool is_gone;           /* deleted: forgotten when its object ends */
};

struct vm_table {
    struct vm_record **buckets;
    unsigned n_buckets, n;
    uint64_t listed_rev; /* every text up to this revision was seen */
    char epoch[UUID_TEXT]; /* of the service: revisions of another one mean nothing */
};

struct vm_table *vm_table_new(void);
void vm_table_free(struct vm_table *t);
struct vm_record *vm_table_find(struct vm_table *t, const char *uuid);
struct vm_record *vm_table_make(struct vm_table *t, const char *uuid); /* found or new; NULL: no memory */
/* Forgets all texts: the service is another one. */
void vm_table_set_epoch(struct vm_table *t, const char *epoch);
/* Deleted VMs do not stay for ever: forgets the record, now or when its object ends. */
void vm_table_forget(struct vm_table *t, const char *uuid);

#endif
