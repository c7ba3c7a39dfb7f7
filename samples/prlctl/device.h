/* SPDX-License-Identifier: MIT */
/* The words of devices, see device.c. */
#ifndef PRLCTL_DEVICE_H
#define PRLCTL_DEVICE_H

#include <prlsdk/Virtuozzo.h>
#include <stddef.h>

struct ctl_device_kind {
    const char *name;
    PRL_DEVICE_TYPE type;
};
extern const struct ctl_device_kind ctl_device_kinds[];
extern const unsigned ctl_n_device_kinds;

/* A value and its word; the first row of a value is the one that is said. Ends with a NULL name. */
struct ctl_word {
    const char *name;
    unsigned value;
};
extern const struct ctl_word ctl_interfaces[], ctl_adapters[], ctl_net_types[];

const char *ctl_word_of(const struct ctl_word *words, unsigned value); /* "unknown" */
int ctl_word_find(const struct ctl_word *words, const char *name, unsigned *ret);
const struct ctl_device_kind *ctl_device_kind(const char *name, size_t len);
const struct ctl_device_kind *ctl_device_parse(const char *name, unsigned *ret_index);
/* By name; says that there is none, and gives PRL_INVALID_HANDLE. */
PRL_HANDLE ctl_device_find(PRL_HANDLE hVm, const char *name);

#endif
