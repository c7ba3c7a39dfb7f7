/* SPDX-License-Identifier: MIT */
/* A chained hash table; uuids are random, so a few of their digits are the hash. */
#include "vm_table.h"

#include <stdlib.h>
#include <string.h>

#include "doc.h"
#include "result.h"

static unsigned
hash(const char *uuid)
{
    unsigned h = 2166136261u;

    for (; *uuid; uuid++)
        h = (h ^ (unsigned char)*uuid) * 16777619u;
    return h;
}

struct vm_table *
vm_table_new(void)
{
    struct vm_table *t = calloc(1, sizeof *t);

    if (!t)
        return NULL;
    t->n_buckets = 64;
    t->buckets = calloc(t->n_buckets, sizeof *t->buckets);
    if (!t->buckets) {
        free(t);
        return NULL;
    }
    return t;
}

static void
record_clear(struct vm_record *r)
{
    blob_unref(TAKE(r->text));
    blob_unref(TAKE(r->info));
    facts_unref(TAKE(r->facts));
    r->rev = r->told = r->tag = r->info_tag = 0;
    r->has_text = r->is_whole = false;
}

void
vm_table_unlist(struct vm_table *t)
{
    results_unkeep(&t->list);
    for (size_t i = 0; i < t->n_listed; i++)
        t->listed[i]->is_listed = false;
    free(TAKE(t->listed));
    t->n_listed = 0;
    t->listed_now = t->listed_tag = 0;
}

static const char *
name_of(const struct vm_record *r)
{
    return r->facts ? json_string_value(json_object_get(r->facts->json, "name")) : NULL;
}

void
vm_table_free(struct vm_table *t)
{
    if (!t)
        return;
    vm_table_unlist(t);
    for (unsigned i = 0; i < t->n_buckets; i++)
        for (struct vm_record *r = t->buckets[i], *next; r; r = next) {
            next = r->next;
            record_clear(r);
            free(r);
        }
    free(t->buckets);
    free(t);
}

struct vm_record *
vm_table_find(struct vm_table *t, const char *uuid)
{
    struct vm_record *r = t->buckets[hash(uuid) % t->n_buckets];

    while (r && strcmp(r->uuid, uuid) != 0)
        r = r->next;
    return r;
}

/* Failing to grow only makes the table slower. */
static void
grow(struct vm_table *t)
{
    unsigned n = t->n_buckets * 2;
    struct vm_record **buckets = calloc(n, sizeof(struct vm_record *));

    if (!buckets)
        return;
    for (unsigned i = 0; i < t->n_buckets; i++)
        for (struct vm_record *r = t->buckets[i], *next; r; r = next) {
            struct vm_record **at = &buckets[hash(r->uuid) % n];

            next = r->next;
            r->next = *at;
            *at = r;
        }
    free(t->buckets);
    t->buckets = buckets;
    t->n_buckets = n;
}

struct vm_record *
vm_table_make(struct vm_table *t, const char *uuid)
{
    struct vm_record *r = vm_table_find(t, uuid), **at;

    if (r) {
        r->is_gone = false; /* the service tells of it: registered again */
        return r;
    }
    r = calloc(1, sizeof *r);
    if (!r)
        return NULL;
    if (t->n >= t->n_buckets)
        grow(t);
    strncpy(r->uuid, uuid, sizeof r->uuid - 1);
    at = &t->buckets[hash(r->uuid) % t->n_buckets];
    r->next = *at;
    *at = r;
    t->n++;
    return r;
}

struct vm_record *
vm_table_find_name(struct vm_table *t, const char *name)
{
    struct vm_record *r = t->names[hash(name) % VM_TABLE_NAMES];
    const char *its = r ? name_of(r) : NULL;

    return its && strcmp(its, name) == 0 ? r : NULL;
}

void
vm_table_note_name(struct vm_table *t, struct vm_record *r)
{
    const char *name = name_of(r);

    if (name)
        t->names[hash(name) % VM_TABLE_NAMES] = r;
}

/* It may stand under names that it had before. */
static void
forget_names(struct vm_table *t, const struct vm_record *r)
{
    for (int i = 0; i < VM_TABLE_NAMES; i++)
        if (t->names[i] == r)
            t->names[i] = NULL;
}

void
vm_table_set_epoch(struct vm_table *t, const char *epoch)
{
    if (*epoch && !strncmp(t->epoch, epoch, sizeof t->epoch - 1))
        return;
    memset(t->epoch, 0, sizeof t->epoch);
    strncpy(t->epoch, epoch, sizeof t->epoch - 1);
    t->listed_rev = 0;
    vm_table_unlist(t);
    for (unsigned i = 0; i < t->n_buckets; i++)
        for (struct vm_record *r = t->buckets[i]; r; r = r->next)
            record_clear(r);
}

void
vm_table_forget(struct vm_table *t, const char *uuid)
{
    struct vm_record **at = &t->buckets[hash(uuid) % t->n_buckets], *r;

    while (*at && strcmp((*at)->uuid, uuid) != 0)
        at = &(*at)->next;
    r = *at;
    if (!r)
        return;
    vm_table_unlist(t);
    r->is_gone = true;
    r->tag = r->info_tag = 0;
    if (r->vm)
        return;
    *at = r->next;
    t->n--;
    forget_names(t, r);
    record_clear(r);
    free(r);
}
