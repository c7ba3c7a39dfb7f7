/* SPDX-License-Identifier: MIT */
/* Threads that no signal of the program's owner ever lands on. */
#include "thread.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

struct start {
    void (*run)(void *arg);
    void *arg;
    char name[16];
};

static void *
thread_main(void *p)
{
    struct start start = *(struct start *)p;

    free(p);
    pthread_setname_np(pthread_self(), start.name);
    start.run(start.arg);
    return NULL;
}

/* All but the faults: blocking those would only take the report from a sanitizer or crash handler. */
static void
signals_to_block(sigset_t *set)
{
    sigfillset(set);
    sigdelset(set, SIGSEGV);
    sigdelset(set, SIGBUS);
    sigdelset(set, SIGILL);
    sigdelset(set, SIGFPE);
    sigdelset(set, SIGTRAP);
    sigdelset(set, SIGABRT);
}

int
thread_start(pthread_t *ret, const char *name, void (*run)(void *arg), void *arg)
{
    struct start *start = malloc(sizeof *start);
    sigset_t blocked, before;
    int e;

    if (!start)
        return ENOMEM;
    start->run = run;
    start->arg = arg;
    snprintf(start->name, sizeof start->name, "%s", name);

    /* The new thread inherits the mask, so there is no moment at which it could take a signal. */
    signals_to_block(&blocked);
    pthread_sigmask(SIG_BLOCK, &blocked, &before);
    e = pthread_create(ret, NULL, thread_main, start);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (e)
        free(start);
    return e;
}

void
thread_join(pthread_t t)
{
    int e = pthread_join(t, NULL);

    if (e)
        abort(); /* joined twice, or by itself: our mistake */
}
