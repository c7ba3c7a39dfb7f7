/* SPDX-License-Identifier: MIT */
/*
 * Which elements of a document are list items, and the `id` attribute that keeps them apart (semantics 7.1).
 * Inside sdk/model only.
 */
#ifndef PRLKVM_MODEL_VM_LISTS_H
#define PRLKVM_MODEL_VM_LISTS_H

#include <libxml/tree.h>
#include <stdbool.h>

/*
 * The id that tells an element from others of its name; -1: none, or not a number. Elements we do not know may
 * have one too.
 */
int vm_list_key(const xmlNode *n);
/*
 * Gives every list item below root (devices, boot entries ...) an id that no sibling of its name has. False:
 * no memory.
 */
bool vm_list_number(xmlNodePtr root);
/*
 * The numbers behind the names of lists of items in dyn_lists attributes, where a writer made them ("Hdd 2"), never below the highest
 * id + 1: who numbers new items by them gives no id twice. False: no memory.
 */
bool vm_list_update_counts(xmlNodePtr root);
/*
 * Takes away `mine`, which is at `path` of its document. An element that is there only for what was inside of it, and that `from` (may be
 * NULL) has not at its path, goes with it. NULL is fine for mine.
 */
void vm_remove_with_parents(xmlNodePtr mine, xmlNodePtr from, const char *path);
/* The next element of the tree below root in document order, n itself coming first; NULL behind the last. */
xmlNodePtr vm_list_walk(xmlNodePtr root, xmlNodePtr n);

#endif
