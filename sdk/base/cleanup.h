/* SPDX-License-Identifier: MIT */
/* Scoped ownership: AUTO(f) runs f when the scope ends, TAKE(p) gives the value away. */
#ifndef PRLKVM_BASE_CLEANUP_H
#define PRLKVM_BASE_CLEANUP_H

#include <stddef.h>

/*
 * AUTO(vm_unref) struct vm *vm = ...;   calls vm_unref(vm) at the end of the scope.
 * The destructor takes the pointer itself and accepts NULL; CLEANUP_FOR(f, type *) declares the glue once,
 * beside the destructor's prototype.
 */
#define AUTO(f) __attribute__((cleanup(f##_auto)))

#define CLEANUP_FOR(f, ptr_type)                                                                   \
    static inline __attribute__((unused)) void f##_auto(ptr_type *p)                               \
    {                                                                                              \
        if (*p)                                                                                    \
            f(*p);                                                                                 \
    }

/* Yields the pointer and leaves NULL behind, so that AUTO has nothing to release. */
#define TAKE(p)                                                                                    \
    ({                                                                                             \
        __typeof__(p) taken_ = (p);                                                                \
        (p) = NULL;                                                                                \
        taken_;                                                                                    \
    })

#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))
#define CONTAINER_OF(p, type, member) ((type *)((char *)(p) - offsetof(type, member)))

void cleanup_free(void *p); /* free(3) as an AUTO destructor for any pointer: AUTO(cleanup_free) char *s */
static inline __attribute__((unused)) void
cleanup_free_auto(void *p)
{
    cleanup_free(*(void **)p);
}

/* AUTO_FD int fd = open(...): closed at the end of the scope when >= 0. TAKE_FD(fd) leaves -1 behind. */
void cleanup_close(int *fd);
#define AUTO_FD __attribute__((cleanup(cleanup_close)))
#define TAKE_FD(fd)                                                                                \
    ({                                                                                             \
        int taken_ = (fd);                                                                         \
        (fd) = -1;                                                                                 \
        taken_;                                                                                    \
    })

#endif
