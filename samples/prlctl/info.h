/* SPDX-License-Identifier: MIT */
/* list -i, see info.c. */
#ifndef PRLCTL_INFO_H
#define PRLCTL_INFO_H

#include "prlctl.h"

void ctl_info(const PRL_HANDLE *vms, unsigned n, bool is_json);

#endif
