/* SPDX-License-Identifier: MIT */
/* The virtual networks of a fresh service (semantics 5.11, 7.10): host-only and bridged. */
#ifndef PRLKVM_HOST_NETWORKS_H
#define PRLKVM_HOST_NETWORKS_H

#include <libxml/tree.h>
#include <stdbool.h>

/* Adds the default networks below parent, with new uuids, unless it has some. False: no memory. */
bool networks_fill(xmlNodePtr parent);

#endif
