/* SPDX-License-Identifier: MIT */
/* incomplete_lib.c: a library that exports every listed name but PrlVm_Start; nothing in it is ever called. */
#define ABI_LISTED(name, list) __attribute__((visibility("default"))) int name(void);
#include "lists.def"
#undef ABI_LISTED

#define PrlVm_Start left_out
#define ABI_LISTED(name, list)                                                                   \
    int name(void)                                                                               \
    {                                                                                            \
        return 0;                                                                                \
    }
#include "lists.def"
