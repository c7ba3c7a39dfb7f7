/* SPDX-License-Identifier: MIT */
/* What the service's virtual networks (host/prefs) mean for one VM. */
#ifndef PRLKVM_QEMU_QEMU_NETWORKS_H
#define PRLKVM_QEMU_QEMU_NETWORKS_H

#include <stdbool.h>
#include <stddef.h>

#include "qemu_args.h"

/* The interface of the host that a network is bound to: allocated, or NULL. */
char *qemu_network_card(const char *id);
/* One that nobody has chosen: no name, or that of the bridged network every service begins with. */
bool qemu_network_is_default(const char *id);

struct qemu_forwards {
    struct qemu_forward *p; /* network is allocated */
    size_t len, room;
};
/* The port forwarding rules that lead to this VM, by its uuid or name. False: no memory. */
bool qemu_forwards_list(const char *vm_uuid, const char *vm_name, struct qemu_forwards *ret);
void qemu_forwards_clear(struct qemu_forwards *f);

#endif
