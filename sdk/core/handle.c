/* SPDX-License-Identifier: MIT */
/*
 * The handle table. A number is
 *
 *     bits 0..19 slot (never 0), 20..28 generation, 29..31 the sequence bits given to PrlApi_Init
 *
 * and a slot's state is one 64-bit word, so that each step is one compare-and-swap:
 *
 *     bits 0..31   references the program holds; the number is alive while this is not 0
 *     bits 32..47  pins: threads between "the number is good" and "I hold the object"
 *     bits 48..56  generation
 *
 * Whoever takes references and pins to zero together buries the slot: it drops the table's reference to the object, moves the
 * generation on and puts the slot at the end of the free queue. The queue (Michael and Scott's, linked through the slots, with
 * counters against ABA) is taken from only while it is longer than REUSE_AFTER, so a freed number does not come back soon: with
 * 512 generations after 33 million others. Memory comes in chunks and stays: a stale number may be looked up at any time.
 */
#include "handle.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>

#define SLOT_BITS 20
#define GEN_BITS 9
#define N_SLOTS (1u << SLOT_BITS)
#define GEN_MASK ((1u << GEN_BITS) - 1)
#define CHUNK_BITS 12
#define CHUNK_SLOTS (1u << CHUNK_BITS)
#define N_CHUNKS (N_SLOTS / CHUNK_SLOTS)
#define REUSE_AFTER 65536u
#define COUNT_MAX 0xfffffff0u

#define WORD_COUNT(w) ((uint32_t)(w))
#define WORD_PINS(w) ((uint32_t)((w) >> 32) & 0xffffu)
#define WORD_GEN(w) ((uint32_t)((w) >> 48) & GEN_MASK)
#define WORD_PIN (UINT64_C(1) << 32)
#define WORD(gen, pins, count) ((uint64_t)(gen) << 48 | (uint64_t)(pins) << 32 | (count))

struct slot {
    _Atomic uint64_t word;
    struct object *_Atomic obj; /* one reference; set before the word says alive */
    _Atomic uint32_t type;      /* PHT_*, likewise */
    _Atomic uint64_t next;      /* in the free queue: counter << 20 | slot behind this one, 0 none */
};

static struct slot *_Atomic chunks[N_CHUNKS];
static _Atomic uint32_t n_fresh = 1; /* slots from here on were never used */
static _Atomic uint64_t free_head, free_tail; /* counter << 20 | slot; slot 0: the queue was never used */
static _Atomic uint32_t n_free;
static _Atomic unsigned sequence;

static struct slot *
slot_peek(uint32_t i)
{
    struct slot *chunk = atomic_load_explicit(&chunks[i >> CHUNK_BITS], memory_order_acquire);
    uint32_t in_chunk = i & (CHUNK_SLOTS - 1);

    /* Neighbours by number often belong to different threads: they do not share a cache line. */
    return chunk ? &chunk[(in_chunk & 63) << (CHUNK_BITS - 6) | in_chunk >> 6] : NULL;
}

static unsigned
number_of(uint32_t slot, uint32_t gen)
{
    return atomic_load_explicit(&sequence, memory_order_relaxed) << (SLOT_BITS + GEN_BITS) | gen << SLOT_BITS | slot;
}

/* ---- the free queue ---- */

#define LINK_SLOT(l) ((uint32_t)((l) & (N_SLOTS - 1)))
#define LINK(old, slot) ((((old) >> SLOT_BITS) + 1) << SLOT_BITS | (slot))

/* Head and tail start at the first slot that is ever freed; the queue keeps its last slot for itself. */
static void
queue_put(uint32_t i)
{
    struct slot *s = slot_peek(i);

    /* The counter moves on, so that a thread which saw this slot as the tail of an earlier time links nothing to it. */
    atomic_store(&s->next, LINK(atomic_load(&s->next), 0));
    for (;;) {
        uint64_t tail = atomic_load(&free_tail), head, next;

        if (!LINK_SLOT(tail)) {
            head = 0;
            if (atomic_compare_exchange_strong(&free_tail, &tail, LINK(tail, i))) {
                atomic_compare_exchange_strong(&free_head, &head, LINK(head, i));
                break;
            }
            continue;
        }
        next = atomic_load(&slot_peek(LINK_SLOT(tail))->next);
        if (tail != atomic_load(&free_tail))
            continue;
        if (LINK_SLOT(next)) {
            atomic_compare_exchange_strong(&free_tail, &tail, LINK(tail, LINK_SLOT(next)));
            continue;
        }
        if (atomic_compare_exchange_strong(&slot_peek(LINK_SLOT(tail))->next, &next, LINK(next, i))) {
            atomic_compare_exchange_strong(&free_tail, &tail, LINK(tail, i));
            break;
        }
    }
    atomic_fetch_add(&n_free, 1);
}

/* 0: nothing to take. */
static uint32_t
queue_take(void)
{
    for (;;) {
        uint64_t head = atomic_load(&free_head), tail = atomic_load(&free_tail);
        uint32_t next;

        if (!LINK_SLOT(head))
            return 0;
        next = LINK_SLOT(atomic_load(&slot_peek(LINK_SLOT(head))->next));
        if (head != atomic_load(&free_head))
            continue;
        if (!next)
            return 0;
        if (LINK_SLOT(head) == LINK_SLOT(tail)) {
            atomic_compare_exchange_strong(&free_tail, &tail, LINK(tail, next));
            continue;
        }
        if (atomic_compare_exchange_strong(&free_head, &head, LINK(head, next))) {
            atomic_fetch_sub(&n_free, 1);
            return LINK_SLOT(head);
        }
    }
}

static uint32_t
fresh_take(void)
{
    uint32_t i = atomic_load(&n_fresh);
    struct slot *chunk, *none = NULL;

    do {
        if (i >= N_SLOTS)
            return 0;
        if (!atomic_load_explicit(&chunks[i >> CHUNK_BITS], memory_order_acquire)) {
            chunk = calloc(CHUNK_SLOTS, sizeof *chunk);
            if (!chunk)
                return 0;
            none = NULL;
            if (!atomic_compare_exchange_strong(&chunks[i >> CHUNK_BITS], &none, chunk))
                free(chunk); /* another thread was first */
        }
    } while (!atomic_compare_exchange_weak(&n_fresh, &i, i + 1));
    return i;
}

static uint32_t
slot_take(void)
{
    uint32_t i = 0;

    if (atomic_load_explicit(&n_free, memory_order_relaxed) > REUSE_AFTER)
        i = queue_take();
    if (!i)
        i = fresh_take();
    if (!i)
        i = queue_take(); /* full, or no memory: better early than never */
    return i;
}

/* ---- one slot ---- */

/* The word has just become "no references, no pins" by this thread's doing. */
static void
bury(uint32_t i, struct slot *s, uint32_t gen)
{
    struct object *obj = atomic_load_explicit(&s->obj, memory_order_relaxed);
    unsigned number = number_of(i, gen);

    atomic_compare_exchange_strong(&obj->handle, &number, 0);
    atomic_store_explicit(&s->obj, NULL, memory_order_relaxed);
    atomic_store_explicit(&s->word, WORD((gen + 1) & GEN_MASK, 0, 0), memory_order_release);
    queue_put(i);
    object_unref(obj);
}

/* The slot a number means if it is alive now, and its word. */
static struct slot *
slot_find(PRL_HANDLE h, uint32_t *ret_slot, uint64_t *ret_word)
{
    uintptr_t number = (uintptr_t)h;
    uint32_t i = number & (N_SLOTS - 1);
    struct slot *s;

    if (number > UINT32_MAX || !i ||
        number >> (SLOT_BITS + GEN_BITS) != atomic_load_explicit(&sequence, memory_order_relaxed))
        return NULL;
    s = slot_peek(i);
    if (!s)
        return NULL;
    *ret_slot = i;
    *ret_word = atomic_load_explicit(&s->word, memory_order_acquire);
    if (WORD_GEN(*ret_word) != ((number >> SLOT_BITS) & GEN_MASK))
        return NULL;
    return s;
}

static bool
is_alive(uint64_t word, uint32_t gen)
{
    return WORD_COUNT(word) && WORD_GEN(word) == gen;
}

PRL_RESULT
handle_addref(PRL_HANDLE h)
{
    uint32_t i, gen;
    uint64_t word;
    struct slot *s = slot_find(h, &i, &word);

    if (!s)
        return PRL_ERR_INVALID_ARG;
    gen = WORD_GEN(word);
    do {
        if (!is_alive(word, gen))
            return PRL_ERR_INVALID_ARG;
        if (WORD_COUNT(word) >= COUNT_MAX)
            return PRL_ERR_OUT_OF_MEMORY;
    } while (!atomic_compare_exchange_weak_explicit(&s->word, &word, word + 1, memory_order_relaxed,
                                                    memory_order_relaxed));
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
handle_free(PRL_HANDLE h)
{
    uint32_t i, gen;
    uint64_t word;
    struct slot *s = slot_find(h, &i, &word);

    if (!s)
        return PRL_ERR_INVALID_ARG;
    gen = WORD_GEN(word);
    do {
        if (!is_alive(word, gen))
            return PRL_ERR_INVALID_ARG;
    } while (!atomic_compare_exchange_weak_explicit(&s->word, &word, word - 1, memory_order_acq_rel,
                                                    memory_order_acquire));
    if (WORD_COUNT(word) == 1 && !WORD_PINS(word))
        bury(i, s, gen);
    return PRL_ERR_SUCCESS;
}

static bool
accepts(unsigned accept, unsigned type)
{
    switch (accept) {
    case HANDLE_ANY:
        return true;
    case HANDLE_VM_DEV:
        return (type >= PHT_VIRTUAL_DEV_DISPLAY && type <= PHT_VIRTUAL_DEV_SOUND) ||
               type == PHT_VIRTUAL_DEV_GENERIC_PCI || type == PHT_VIRTUAL_DEV_GENERIC_SCSI;
    case HANDLE_HW:
        return type == PHT_HW_GENERIC_DEVICE || type == PHT_HW_HARD_DISK || type == PHT_HW_NET_ADAPTER ||
               type == PHT_HW_GENERIC_PCI_DEVICE;
    case HANDLE_EVENT_SRC:
        return type == PHT_SERVER || type == PHT_VIRTUAL_MACHINE;
    default:
        return type == accept;
    }
}

struct object *
handle_get(PRL_HANDLE h, unsigned accept)
{
    uint32_t i, gen;
    uint64_t word;
    struct slot *s = slot_find(h, &i, &word);
    struct object *obj;

    if (!s)
        return NULL;
    gen = WORD_GEN(word);
    do {
        /* The type belongs to this life of the slot if the swap below finds the word unchanged. */
        if (!is_alive(word, gen) || !accepts(accept, atomic_load_explicit(&s->type, memory_order_relaxed)))
            return NULL;
    } while (!atomic_compare_exchange_weak_explicit(&s->word, &word, word + WORD_PIN, memory_order_acquire,
                                                    memory_order_acquire));
    obj = atomic_load_explicit(&s->obj, memory_order_relaxed);
    object_ref(obj);
    word = atomic_fetch_sub_explicit(&s->word, WORD_PIN, memory_order_acq_rel);
    if (!WORD_COUNT(word) && WORD_PINS(word) == 1)
        bury(i, s, gen); /* the program freed it meanwhile; our reference keeps the object for this call */
    return obj;
}

/* One more reference to obj's number, if it has one that lives. */
static bool
give_again(struct object *obj, PRL_HANDLE *ret)
{
    unsigned number = atomic_load(&obj->handle);
    PRL_HANDLE h = (PRL_HANDLE)(uintptr_t)number;

    /* Nobody else can have this number: the table's reference is what is counted up, and obj is held by the caller. */
    if (!number || PRL_FAILED(handle_addref(h)))
        return false;
    *ret = h;
    return true;
}

PRL_RESULT
handle_give(struct object *obj, PRL_HANDLE *ret)
{
    unsigned before, number;
    struct slot *s;
    uint32_t i, gen;

    if (give_again(obj, ret))
        return PRL_ERR_SUCCESS;
    i = slot_take();
    if (!i)
        return PRL_ERR_OUT_OF_MEMORY;
    s = slot_peek(i);
    gen = WORD_GEN(atomic_load_explicit(&s->word, memory_order_relaxed));
    number = number_of(i, gen);
    object_ref(obj);
    atomic_store_explicit(&s->obj, obj, memory_order_relaxed);
    atomic_store_explicit(&s->type, (uint32_t)obj->cls->type, memory_order_relaxed);
    atomic_store_explicit(&s->word, WORD(gen, 0, 1), memory_order_release);
    for (;;) {
        before = atomic_load(&obj->handle);
        if (before && give_again(obj, ret)) {
            handle_free((PRL_HANDLE)(uintptr_t)number); /* another thread was first: theirs is the number */
            return PRL_ERR_SUCCESS;
        }
        if (atomic_compare_exchange_strong(&obj->handle, &before, number))
            break;
    }
    *ret = (PRL_HANDLE)(uintptr_t)number;
    return PRL_ERR_SUCCESS;
}

PRL_UINT32
handle_count(PRL_HANDLE_TYPE type)
{
    uint32_t end = atomic_load(&n_fresh), n = 0;

    for (uint32_t i = 1; i < end; i++) {
        struct slot *s = slot_peek(i);

        if (s && WORD_COUNT(atomic_load(&s->word)) && (type == PHT_ERROR || atomic_load(&s->type) == (uint32_t)type))
            n++;
    }
    return n;
}

void
handle_set_sequence(unsigned bits)
{
    atomic_store(&sequence, bits & 7);
}

void
handle_drop_all(void)
{
    uint32_t end = atomic_load(&n_fresh);

    for (uint32_t i = 1; i < end; i++) {
        struct slot *s = slot_peek(i);
        uint64_t word = s ? atomic_load(&s->word) : 0;

        while (WORD_COUNT(word))
            if (atomic_compare_exchange_weak(&s->word, &word, word - WORD_COUNT(word))) {
                if (!WORD_PINS(word))
                    bury(i, s, WORD_GEN(word));
                break;
            }
    }
}

void
handle_forget_all(void)
{
    uint32_t end = atomic_load(&n_fresh);

    for (uint32_t i = 1; i < end; i++) {
        struct slot *s = slot_peek(i);
        uint64_t word = s ? atomic_load(&s->word) : 0;

        if (WORD_COUNT(word) || WORD_PINS(word))
            atomic_store(&s->word, WORD((WORD_GEN(word) + 1) & GEN_MASK, 0, 0)); /* not queued: a lost slot */
    }
}
