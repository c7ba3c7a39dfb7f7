/* SPDX-License-Identifier: MIT */
/*
 * What srv_obj.c needs of a document beyond config_obj.h: VM configurations arrive as shared texts with the revision they belong
 * to, and with `facts` (state, owner, home ...) that are merged into the tree when somebody looks at it.
 */
#ifndef PRLKVM_CORE_DOC_H
#define PRLKVM_CORE_DOC_H

#include <jansson.h>

#include "config_obj.h"

/* A text that the cache and any number of documents share. */
struct blob {
    _Atomic unsigned refs;
    size_t len;
    char *text; /* NUL-ended, freed with the blob */
};
struct blob *blob_new(char *text /* taken, also on failure */, size_t len);
struct blob *blob_ref(struct blob *b);
void blob_unref(struct blob *b);
CLEANUP_FOR(blob_unref, struct blob *)

/*
 * A VM document as the service has it: text (NULL: the service has none to give, then the facts stand alone), referenced here, and
 * facts, given away (jansson's counts are not made for several threads). A document that still holds exactly this text, unchanged,
 * keeps its tree and only takes the facts.
 */
struct doc *doc_new_service(struct blob *text, json_t *facts /* taken, also on failure */);
void doc_set_service(struct doc *d, struct blob *text, json_t *facts /* taken */);
/* The Security section of a VM document is the one in xml from now on: a Security element, or an event that carries one (PHT_VM_INFO). */
void doc_set_security(struct doc *d, const char *xml);

#endif
