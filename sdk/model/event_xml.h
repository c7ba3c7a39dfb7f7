/* SPDX-License-Identifier: MIT */
/*
 * ParallelsEvent documents (semantics 3.7): the text form of events, of PHT_VM_INFO and of the login response.
 */
#ifndef PRLKVM_MODEL_EVENT_XML_H
#define PRLKVM_MODEL_EVENT_XML_H

#include <prlsdk/PrlErrors.h>
#include <stddef.h>

#include "base/xml.h"

/*
 * An empty event with all required elements; issuer type PIE_DISPATCHER, random EventInitialRequestId. NULL:
 * no memory.
 */
xmlDocPtr event_xml_new(int type, PRL_RESULT code, const char *issuer_id);
/*
 * Required elements are there, parameters well-formed; root ParallelsEvent or VirtuozzoEvent.
 * PRL_ERR_INVALID_ARG else.
 */
PRL_RESULT event_xml_parse(const char *text, size_t len, xmlDocPtr *ret);
/* Parameters: stored type numbers of semantics 3.2. */
xmlNodePtr event_xml_add(xmlNodePtr event_root, const char *name, int type, const char *value);
/*
 * Its text, allocated: Value, or Data decoded where the type keeps it there; NULL: no memory. ret_len may be
 * NULL.
 */
char *event_xml_value(xmlNodePtr param, size_t *ret_len);
int event_xml_type(xmlNodePtr param); /* stored type number */
xmlNodePtr event_xml_param(xmlNodePtr event_root, const char *name); /* NULL: absent */
unsigned event_xml_count(xmlNodePtr event_root);
xmlNodePtr event_xml_nth(xmlNodePtr event_root, unsigned i);

#endif
