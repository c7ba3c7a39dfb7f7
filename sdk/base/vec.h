/* SPDX-License-Identifier: MIT */
/* Typed growing arrays: VEC(struct x *) v = {0}; vec_push(&v, item) is false when memory is out; vec_free(&v) frees the array only. */
#ifndef PRLKVM_BASE_VEC_H
#define PRLKVM_BASE_VEC_H

#include <stdbool.h>
#include <stdlib.h>

#define VEC(type)                                                                                  \
    struct {                                                                                       \
        type *p;                                                                                   \
        size_t len, room;                                                                          \
    }

bool vec_grow(void **p, size_t *room, size_t want, size_t item_size);

#define vec_push(v, item)                                                                          \
    (vec_grow((void **)&(v)->p, &(v)->room, (v)->len + 1, sizeof *(v)->p)                          \
         ? ((v)->p[(v)->len++] = (item), true)                                                     \
         : false)
#define vec_remove(v, i)                                                                           \
    do {                                                                                           \
        size_t at_ = (i);                                                                          \
        for (size_t k_ = at_ + 1; k_ < (v)->len; k_++)                                             \
            (v)->p[k_ - 1] = (v)->p[k_];                                                           \
        (v)->len--;                                                                                \
    } while (0)
#define vec_free(v) (free((v)->p), (v)->p = NULL, (v)->len = (v)->room = 0)

#endif
