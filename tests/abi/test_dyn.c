/* SPDX-License-Identifier: MIT */
/* test_dyn.c: under DYN_API_WRAP each prototype and pointer type has its other name; all compile time. */
#define DYN_API_WRAP
#include <prlsdk/Virtuozzo.h>

#define ABI_PROTO(name, result, params)                                                          \
    extern result wrap##name params;                                                             \
    static const name##wrap_Ptr name PRL_UNUSED;                                                 \
    _Static_assert(__builtin_types_compatible_p(__typeof__(&wrap##name), name##wrap_Ptr), #name);
#include "prototypes.def"

/* Absent here, so their names are free. */
static int prl_result_to_string, handle_type_to_string, event_type_to_string;

int
main(void)
{
    return prl_result_to_string + handle_type_to_string + event_type_to_string;
}
