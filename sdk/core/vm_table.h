/* SPDX-License-Identifier: MIT */
/*
 * The VMs a server object knows, by uuid: the object while one lives (weak) and the last text with its revision, so that a second
 * listing moves only what changed. And what was told last, with a tag by which conn_knows says whether it is still true: then a question is
 * answered from here. All under the server object's lock.
 */
#ifndef PRLKVM_CORE_VM_TABLE_H
#define PRLKVM_CORE_VM_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/uuid.h"

#define VM_TABLE_NAMES 1024

struct blob;
struct facts;
struct results;
struct vm_obj;

/* What was answered last and would be answered again, as long as somebody has it: equal answers are one object. */
struct kept_answer {
    struct results *results; /* weak; its end takes it out */
    /* When it was found to say what is known: */
    uint64_t version;        /* of the table */
    uint64_t changes;        /* of all documents, so that mostly this one number is compared */
    uint64_t sum;            /* of the generations of its own */
};

struct vm_record {
    char uuid[UUID_TEXT];   /* constant */
    struct vm_record *next; /* in its bucket */
    struct vm_obj *vm;      /* weak; its destructor takes it out */
    struct blob *text;      /* counted, or NULL */
    uint64_t rev;           /* of text; 0: the service has no text for it */
    bool is_gone;           /* deleted: forgotten when its object ends */

    struct facts *facts;    /* what was told last, counted, or NULL */
    uint64_t told;          /* the service's number of them: an answer that was overtaken has a lower one */
    uint64_t tag;           /* of these and of text; 0: to be asked */
    int64_t told_ms;
    bool is_passing;        /* has values that change by themselves: time it runs, room of disks */
    bool has_text;          /* that goes with these facts */
    bool is_listed;         /* is in the last list */
    bool is_whole;          /* that too, and the configuration can be used */
    struct blob *info;      /* the last PHT_VM_INFO, counted, or NULL */
    uint64_t info_tag;
};

struct vm_table {
    struct vm_record **buckets;
    unsigned n_buckets, n;
    uint64_t listed_rev; /* every text up to this revision was seen */
    char epoch[UUID_TEXT]; /* of the service: revisions of another one mean nothing */
    struct vm_record *names[VM_TABLE_NAMES]; /* by hash of the name: the one told of last, or NULL */

    struct vm_record **listed; /* the last whole list, in its order */
    size_t n_listed;
    uint64_t listed_now;       /* what the service said was its number then; 0: there is no such list */
    uint64_t listed_flags;
    uint64_t listed_tag;       /* of all whole records in it: what the service does not name has not changed */
    uint64_t version;          /* grows with whatever is told that is new */
    struct kept_answer list;
};

struct vm_table *vm_table_new(void);
void vm_table_free(struct vm_table *t);
struct vm_record *vm_table_find(struct vm_table *t, const char *uuid);
struct vm_record *vm_table_make(struct vm_table *t, const char *uuid); /* found or new; NULL: no memory */
/* A VM of that name, if that is known; its facts say whether it still has it. */
struct vm_record *vm_table_find_name(struct vm_table *t, const char *name);
void vm_table_note_name(struct vm_table *t, struct vm_record *r);
/* There is no last list any more. */
void vm_table_unlist(struct vm_table *t);
/* Forgets all texts: the service is another one. */
void vm_table_set_epoch(struct vm_table *t, const char *epoch);
/* Deleted VMs do not stay for ever: forgets the record, now or when its object ends. */
void vm_table_forget(struct vm_table *t, const char *uuid);

#endif
