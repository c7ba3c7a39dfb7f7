/* SPDX-License-Identifier: MIT */
/*
 * What this host is: constant facts for login, and the VirtuozzoHostInfo document (semantics 5.8, 7.9). Any
 * thread.
 */
#ifndef PRLKVM_HOST_HOST_INFO_H
#define PRLKVM_HOST_HOST_INFO_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/vm_model.h"

struct host_identity {
    char host_name[256];
    char os_version[256];     /* as users know it: "Debian GNU/Linux 12 (bookworm)" */
    char product_version[32]; /* two dots at least */
    char user_name[128];      /* of this process */
    unsigned port;            /* what the service says as its port; nothing listens there */
};
/* The virtual networks there always are (semantics 5.11). */
#define HOST_BRIDGED_NETWORK "Bridged"
#define HOST_ONLY_NETWORK "Host-Only"

const struct host_identity *host_identity(void); /* read once, then constant */

/* Numbers for default configurations and validation: cheap, read afresh. */
unsigned host_cpu_count(void);     /* >= 1 */
uint64_t host_ram_mib(void);
bool host_has_hw_virt(void);
/* facts->bridged_network is static text. */
void host_facts_get(struct host_facts *ret);
void host_validate_get(struct vm_validate_host *ret); /* check_files off, home NULL */

/*
 * The document's text (allocated), at most a few seconds old. Reads /proc and /sys only, so no dead mount can
 * hold it up.
 */
PRL_RESULT host_info_text(char **ret_text, size_t *ret_len);

#endif
