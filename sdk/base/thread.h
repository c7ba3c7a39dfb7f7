/* SPDX-License-Identifier: MIT */
/* Named threads with all signals blocked; always joined, stopped by a flag and a condition of their owner. */
#ifndef PRLKVM_BASE_THREAD_H
#define PRLKVM_BASE_THREAD_H

#include <pthread.h>
#include <stdbool.h>

/* Name: at most 15 bytes. 0 or an errno value. */
int thread_start(pthread_t *ret, const char *name, void (*run)(void *arg), void *arg);
void thread_join(pthread_t t);

#endif
