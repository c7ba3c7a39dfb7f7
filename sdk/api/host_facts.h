/* SPDX-License-Identifier: MIT */
/* What default configurations want to know of the host: from a server configuration handle, and
 * from the service. */
#ifndef PRLKVM_API_HOST_FACTS_H
#define PRLKVM_API_HOST_FACTS_H

#include "core/object.h"
#include "model/vm_model.h"

struct api_host {
    struct host_facts facts;
    char network[128]; /* what facts.bridged_network points to */
};

/* h: a PHT_SERVER_CONFIG or 0; dead_is_absent: a handle that is not alive counts as 0.
 * PRL_ERR_INVALID_ARG for others. */
PRL_RESULT api_host_read(PRL_HANDLE h, bool dead_is_absent, struct api_host *ret);
/* Asks the service of subject for its first enabled bridged network, at most 5 s; stays "" when
 * there is no answer. */
void api_host_find_network(struct api_host *host, struct object *subject);

#endif
