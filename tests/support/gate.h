/* SPDX-License-Identifier: MIT */
/* A number that threads raise and wait for: how component tests meet. A wait that is not answered in time fails the test. */
#ifndef PRLKVM_TESTS_GATE_H
#define PRLKVM_TESTS_GATE_H

#include "base/lock.h"

#define SOON_MS 30000 /* a wait that ends here has failed, also under a sanitizer on a busy machine */

struct gate {
    struct lock lock;
    struct cond changed;
    int value;
};
void gate_init(struct gate *g);
void gate_free(struct gate *g);
void gate_add(struct gate *g, int n);
void gate_wait(struct gate *g, int at_least);
int gate_value(struct gate *g);

#endif
