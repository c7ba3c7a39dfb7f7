/* SPDX-License-Identifier: MIT */
#include "text_bank.h"

#include <stdlib.h>

#include "base/err.h"
#include "wire/frame.h"

struct item {
    struct vm_text *text; /* counted, or NULL: that VM has none */
    size_t at;
};

struct text_bank {
    _Atomic unsigned refs;
    struct frame_texts texts; /* constant from here on */
    size_t n;
    struct item items[];
};

static struct lock lock = LOCK_INIT(0);
static struct text_bank *last; /* under lock, counted */

static struct text_bank *
bank_ref(struct text_bank *b)
{
    if (b)
        atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
    return b;
}

void
text_bank_unref(struct text_bank *b)
{
    if (!b || atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) != 1)
        return;
    for (size_t i = 0; i < b->n; i++)
        vm_text_unref(b->items[i].text);
    frame_texts_close(&b->texts);
    free(b);
}

/* ---- making ---- */

static struct text_bank *
bank_new(const vm_vec *vms)
{
    struct text_bank *b = calloc(1, sizeof *b + vms->len * sizeof b->items[0]);

    if (!b)
        return NULL;
    atomic_init(&b->refs, 1);
    b->texts = (struct frame_texts)FRAME_TEXTS_INIT;
    b->n = vms->len;
    for (size_t i = 0; i < b->n; i++)
        b->items[i].text = vm_config_ref(vms->p[i]);
    return b;
}

static bool
fill(struct text_bank *b)
{
    for (size_t i = 0; i < b->n; i++)
        if (b->items[i].text && !frame_texts_put(&b->texts, b->items[i].text->p, b->items[i].text->len, &b->items[i].at))
            return false;
    return PRL_SUCCEEDED(frame_texts_seal(&b->texts));
}

/* ---- the last one ---- */

static bool
is_text_of(struct vm *vm, const struct vm_text *text)
{
    LOCK_SCOPE(&vm->lock);

    return vm->config == text;
}

/* Not one more either: nobody is sent what he has not asked for. */
static bool
is_of(const struct text_bank *b, const vm_vec *vms)
{
    bool is_same = b && b->n == vms->len;

    for (size_t i = 0; is_same && i < b->n; i++)
        is_same = is_text_of(vms->p[i], b->items[i].text);
    return is_same;
}

static void
keep(struct text_bank *b)
{
    struct text_bank *old;

    lock_take(&lock);
    old = last;
    last = bank_ref(b);
    lock_drop(&lock);
    text_bank_unref(old);
}

struct text_bank *
text_bank_of(const vm_vec *vms)
{
    AUTO(text_bank_unref) struct text_bank *b = NULL;

    lock_take(&lock);
    b = bank_ref(last);
    lock_drop(&lock);
    if (is_of(b, vms))
        return TAKE(b);
    text_bank_unref(b);
    b = bank_new(vms);
    if (!b || !fill(b) || b->texts.fd < 0) {
        err_clear();
        return NULL;
    }
    keep(b);
    return TAKE(b);
}

/* ---- in a message ---- */

bool
text_bank_lend(const struct text_bank *b, struct frame_texts *texts)
{
    return frame_texts_lend(&b->texts, texts);
}

bool
text_bank_find(const struct text_bank *b, size_t i, const struct vm_text *text, size_t *ret_at)
{
    if (i >= b->n || !text || b->items[i].text != text)
        return false;
    *ret_at = b->items[i].at;
    return true;
}
