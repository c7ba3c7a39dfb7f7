/* SPDX-License-Identifier: MIT */
/* What the other registered machines use, as validation asks (model/vm_model.h). Any thread; no lock is held while documents are read. */
#ifndef PRLKVM_VM_NEIGHBOURS_H
#define PRLKVM_VM_NEIGHBOURS_H

#include "model/vm_model.h"

/* uuid: the machine itself, which is no neighbour; borrowed as long as *ret is used. */
void neighbours_of(const char *uuid, struct vm_neighbours *ret);

#endif
