/* SPDX-License-Identifier: MIT */
/* What a session may do with a VM (semantics 5.3): bits from owner and mode of its configuration file. */
#ifndef PRLKVM_ENGINE_RIGHTS_H
#define PRLKVM_ENGINE_RIGHTS_H

#include <prlsdk/PrlErrors.h>

#define RIGHT_R 4u
#define RIGHT_W 2u
#define RIGHT_X 1u

struct session;
struct vm;

/* s NULL (the service's own tasks): all. _locked: the caller holds vm->lock. */
unsigned rights_of(const struct session *s, struct vm *vm);
unsigned rights_of_locked(const struct session *s, const struct vm *vm);
/* ACCESS_TO_VM_DENIED when one of `needed` is missing. */
PRL_RESULT rights_check(const struct session *s, struct vm *vm, unsigned needed);

#endif
