/* SPDX-License-Identifier: MIT */
/* libxml2 with limits: no network, no DTD, no entities, bounded size and depth. A document belongs to one thread at a time. */
#ifndef PRLKVM_BASE_XML_H
#define PRLKVM_BASE_XML_H

#include <libxml/tree.h>
#include <prlsdk/PrlTypes.h>
#include <stdbool.h>
#include <stdint.h>

#include "cleanup.h"

#define XML_MAX_BYTES (16u << 20)
#define XML_MAX_DEPTH 128

CLEANUP_FOR(xmlFreeDoc, xmlDocPtr)

void xml_init(void); /* once per process, thread-safe */
/* NULL: not well-formed, too large, too deep, or has a DTD; ret_why (optional, allocated) says why. */
xmlDocPtr xml_parse(const char *text, size_t len, char **ret_why);
/*
 * Of a text that is known to be good: as much as is needed to know what is at path (below the root, as xml_find has it) and inside. What stands behind that is
 * not read. NULL: it has no such element, or as xml_parse.
 */
xmlDocPtr xml_parse_head(const char *text, size_t len, const char *path);
/* With declaration (UTF-8) and one space of indentation per level; without the declaration for a sub-tree. NULL: no memory. */
char *xml_text(xmlDocPtr doc, size_t *ret_len);
char *xml_node_text(xmlNodePtr node, size_t *ret_len);

/*
 * Paths are element names joined by '/', relative to `from`. A name with "Virtuozzo" also matches the same with "Parallels".
 * The first match counts. Only element nodes are seen.
 */
xmlNodePtr xml_child(xmlNodePtr from, const char *name);
xmlNodePtr xml_next(xmlNodePtr node); /* next sibling element of the same name */
xmlNodePtr xml_find(xmlNodePtr from, const char *path);
/* Creates the missing elements of path, at the end of their parents. NULL: no memory. */
xmlNodePtr xml_make(xmlNodePtr from, const char *path);
/* The element's text, allocated ("" for an empty one); NULL: absent. */
char *xml_get(xmlNodePtr from, const char *path);
/* Text that is no number, out of range, or absent gives def. Leading '-' only for the signed one. */
uint64_t xml_get_u64(xmlNodePtr from, const char *path, uint64_t def);
int64_t xml_get_i64(xmlNodePtr from, const char *path, int64_t def);
/* False: no memory, or text that XML cannot carry. Makes the path. */
bool xml_set(xmlNodePtr from, const char *path, const char *text);
bool xml_set_u64(xmlNodePtr from, const char *path, uint64_t value);
void xml_remove(xmlNodePtr node); /* unlink and free; NULL is fine */
xmlNodePtr xml_copy_into(xmlNodePtr parent, xmlNodePtr node); /* deep copy appended */

#endif
