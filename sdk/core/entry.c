/* SPDX-License-Identifier: MIT */
/*
 * Counting calls in and out. Each thread has a record of its own, which it alone writes: entering is a store, a load and no
 * locked instruction; Deinit makes up for the missing fence with membarrier(2), which makes every running thread pass one. As long as
 * the process is not registered for that (`needs_fence`), the threads fence for themselves.
 *
 * Records are never freed but used again by later threads, so Deinit may walk the list at any time.
 */
#include "entry.h"

#include <linux/membarrier.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/single_threaded.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lock.h"
#include "entry_gate.h"

enum gate { GATE_SHUT, GATE_OPEN, GATE_CLOSING };

struct entry_thread {
    _Atomic unsigned depth; /* calls in progress, nested ones included */
    _Atomic bool is_used;   /* a living thread owns it */
    struct entry_thread *next; /* set before it is in the list, then constant */
} __attribute__((aligned(128))); /* two lines: the processor fetches them in pairs */

static struct entry_thread *_Atomic all_threads;
static _Atomic enum gate gate;
static _Atomic bool needs_fence = true;

/* One pointer of static TLS: a call into __tls_get_addr would cost as much as the rest. */
static _Thread_local struct entry_thread *mine __attribute__((tls_model("initial-exec")));

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static struct lock register_lock = LOCK_INIT(0); /* leaf: no registration comes between the closing of the gate and its fence */
static struct lock idle_lock = LOCK_INIT(0); /* leaf: only for waiting on idle_cond */
static struct cond idle_cond = { PTHREAD_COND_INITIALIZER };

static void
thread_ends(void *p)
{
    struct entry_thread *t = p;

    mine = NULL;
    atomic_store_explicit(&t->depth, 0, memory_order_release);
    atomic_store_explicit(&t->is_used, false, memory_order_release);
}

static void
register_process(void)
{
#ifdef __NR_membarrier
    if (!syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0))
        atomic_store(&needs_fence, false);
#endif
}

static void
once_init(void)
{
    pthread_key_create(&key, thread_ends);
    cond_init(&idle_cond);
    if (__libc_single_threaded)
        register_process();
}

void
entry_register(void)
{
    LOCK_SCOPE(&register_lock);

    if (atomic_load(&needs_fence) && atomic_load(&gate) == GATE_OPEN)
        register_process();
}

/* The other half of the fence that entry_begin and entry_end leave out. */
static void
fence_all_threads(void)
{
    atomic_thread_fence(memory_order_seq_cst);
#ifdef __NR_membarrier
    if (!atomic_load(&needs_fence))
        syscall(__NR_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
#endif
}

static inline void
fence_mine(void)
{
    if (atomic_load_explicit(&needs_fence, memory_order_relaxed))
        atomic_thread_fence(memory_order_seq_cst);
    else
        atomic_signal_fence(memory_order_seq_cst);
}

static __attribute__((noinline)) struct entry_thread *
thread_record(void)
{
    struct entry_thread *t;
    bool unused;

    pthread_once(&once, once_init);
    for (t = atomic_load_explicit(&all_threads, memory_order_acquire); t; t = t->next) {
        unused = false;
        if (!atomic_load_explicit(&t->is_used, memory_order_relaxed) &&
            atomic_compare_exchange_strong(&t->is_used, &unused, true))
            break;
    }
    if (!t) {
        t = aligned_alloc(_Alignof(struct entry_thread), sizeof *t);
        if (!t)
            return NULL;
        memset(t, 0, sizeof *t);
        atomic_init(&t->is_used, true);
        t->next = atomic_load(&all_threads);
        while (!atomic_compare_exchange_weak(&all_threads, &t->next, t))
            ;
    }
    mine = t;
    if (pthread_setspecific(key, t)) {
        thread_ends(t);
        return NULL;
    }
    return t;
}

bool
entry_begin(void)
{
    struct entry_thread *t = mine;
    unsigned depth;

    if (__builtin_expect(!t, 0)) {
        if (atomic_load_explicit(&gate, memory_order_relaxed) != GATE_OPEN)
            return false;
        t = thread_record();
        if (!t)
            return false;
    }
    depth = atomic_load_explicit(&t->depth, memory_order_relaxed);
    atomic_store_explicit(&t->depth, depth + 1, memory_order_relaxed);
    fence_mine();
    if (__builtin_expect(atomic_load_explicit(&gate, memory_order_acquire) == GATE_OPEN, 1))
        return true;
    entry_end();
    return false;
}

void
entry_end(void)
{
    struct entry_thread *t = mine;

    if (!t)
        return;
    atomic_store_explicit(&t->depth, atomic_load_explicit(&t->depth, memory_order_relaxed) - 1, memory_order_release);
    fence_mine();
    if (__builtin_expect(atomic_load_explicit(&gate, memory_order_relaxed) == GATE_CLOSING, 0)) {
        LOCK_SCOPE(&idle_lock);
        cond_broadcast(&idle_cond);
    }
}

/* ---- entry_gate.h ---- */

bool
entry_is_open(void)
{
    return atomic_load_explicit(&gate, memory_order_acquire) == GATE_OPEN;
}

void
entry_prepare(void)
{
    pthread_once(&once, once_init);
}

void
entry_open(void)
{
    pthread_once(&once, once_init);
    atomic_store(&gate, GATE_OPEN);
}

void
entry_close(void)
{
    {
        LOCK_SCOPE(&register_lock);
        atomic_store(&gate, GATE_CLOSING);
    }
    fence_all_threads();
}

static bool
is_idle(void)
{
    for (struct entry_thread *t = atomic_load_explicit(&all_threads, memory_order_acquire); t; t = t->next)
        if (atomic_load_explicit(&t->depth, memory_order_acquire))
            return false;
    return true;
}

bool
entry_wait_idle(int64_t deadline)
{
    LOCK_SCOPE(&idle_lock);

    while (!is_idle())
        if (!cond_wait_until(&idle_cond, &idle_lock, deadline))
            return is_idle();
    return true;
}

void
entry_shut(void)
{
    atomic_store(&gate, GATE_SHUT);
}

void
entry_after_fork(void)
{
    atomic_store(&gate, GATE_SHUT);
    lock_init(&register_lock, 0);
    lock_init(&idle_lock, 0);
    cond_init(&idle_cond);
    for (struct entry_thread *t = atomic_load(&all_threads); t; t = t->next) {
        if (t == mine)
            continue;
        atomic_store(&t->depth, 0);
        atomic_store(&t->is_used, false);
    }
#ifdef __NR_membarrier
    /* The registration does not survive in every kernel. */
    if (syscall(__NR_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0))
        atomic_store(&needs_fence, true);
#endif
}

/* ---- output rules ---- */

static PRL_RESULT
out(const void *bytes, size_t n, size_t with, void *buf, PRL_UINT32_PTR len)
{
    size_t room, need = n + with;

    if (!len || need > UINT32_MAX)
        return PRL_ERR_INVALID_ARG;
    room = *len;
    *len = (PRL_UINT32)need;
    if (!buf || !room)
        return PRL_ERR_SUCCESS;
    if (room < need) {
        memcpy(buf, bytes, room);
        return PRL_ERR_BUFFER_OVERRUN;
    }
    memcpy(buf, bytes, need);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
entry_text_out(const char *text, PRL_STR buf, PRL_UINT32_PTR len)
{
    text = text ? text : "";
    return out(text, strlen(text), 1, buf, len);
}

PRL_RESULT
entry_bytes_out(const void *bytes, size_t n, PRL_VOID_PTR buf, PRL_UINT32_PTR len)
{
    return out(n ? bytes : "", n, 0, buf, len);
}
