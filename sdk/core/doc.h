/* SPDX-License-Identifier: MIT */
/*
 * What srv_obj.c needs of a document beyond config_obj.h: VM configurations arrive as shared texts with the revision they belong
 * to, and with `facts` (state, owner, home ...) that are merged into the tree when somebody looks at it.
 */
#ifndef PRLKVM_CORE_DOC_H
#define PRLKVM_CORE_DOC_H

#include <jansson.h>
#include <stdint.h>

#include "config_obj.h"
#include "wire/frame.h"

/* A text that the cache and any number of documents share. */
struct blob {
    _Atomic unsigned refs;
    size_t len;
    const char *text;      /* no NUL behind it where it is in map */
    struct frame_map *map; /* counted, or NULL: then text is freed with the blob */
};
struct blob *blob_new(char *text /* taken, also on failure */, size_t len);
struct blob *blob_new_mapped(struct frame_map *map, const char *text, size_t len);
struct blob *blob_ref(struct blob *b);
void blob_unref(struct blob *b);
CLEANUP_FOR(blob_unref, struct blob *)

/* The facts of a VM as the service told them, likewise shared, and never changed: jansson's counts are not made for several threads. */
struct facts {
    _Atomic unsigned refs;
    uint64_t stamp; /* no two have the same; never 0 */
    json_t *json;
};
struct facts *facts_new(json_t *json /* taken, also on failure */);
struct facts *facts_ref(struct facts *f);
void facts_unref(struct facts *f);
CLEANUP_FOR(facts_unref, struct facts *)

/*
 * A VM document as the service has it: text (NULL: the service has none to give, then the facts stand alone) and facts, both referenced
 * here. A document that still holds exactly this text, unchanged, keeps its tree and only takes the facts; if it has those too, nothing changes.
 */
struct doc *doc_new_service(struct blob *text, struct facts *facts);
void doc_set_service(struct doc *d, struct blob *text, struct facts *facts);
/* The Security section of a VM document is the one in xml from now on: a Security element, or an event that carries one (PHT_VM_INFO). */
void doc_set_security(struct doc *d, const char *xml);
/*
 * A VM that nobody has looked into need not be parsed for what its facts say, or for what its text begins with. NULL where it has been, or has been
 * changed: then the document is asked.
 */
struct facts *doc_unread_facts(struct doc *d);                /* counted */
xmlNodePtr doc_lock_head(struct doc *d, const char *path);    /* the root of a tree that has path at least; doc_unlock */
struct doc *doc_unread_info(struct doc *d);                   /* its PHT_VM_INFO, as the facts are now; counted */
/* It has exactly these, unchanged by anybody. */
bool doc_is_service(struct doc *d, const struct blob *text, const struct facts *facts);
uint64_t doc_changes(void); /* grows with each change of any document, doc_generation with those of one */

#endif
