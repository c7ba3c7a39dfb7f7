/* SPDX-License-Identifier: MIT */
/* org.varlink.service: what this service is, and its interface as text made from ops.def. */
#ifndef PRLKVM_ENGINE_INTROSPECT_H
#define PRLKVM_ENGINE_INTROSPECT_H

#include <jansson.h>
#include <stdbool.h>

/* The reply to such a method without its id (caller's reference); NULL: it is no method of this interface. */
json_t *introspect(const char *method, json_t *parameters);
/* The interface definition, allocated. */
char *introspect_interface(void);

#endif
