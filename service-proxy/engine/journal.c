/* SPDX-License-Identifier: MIT */
/* Entries are written and removed durably; a next service reads what is left and hands it to the operation's recover function. */
#include "journal.h"

#include <dirent.h>
#include <errno.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/lock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "dispatch.h"
#include "task_private.h"
#include "vm/vm.h"

#define ENTRY_MAX (1u << 20)
#define SUFFIX ".json"

static char *journal_dir; /* from journal_open to journal_close */

struct kept {
    char *path;
    char vm[UUID_TEXT];
};

static struct {
    struct lock lock; /* leaf */
    VEC(struct kept) list;
    _Atomic size_t n; /* of the list */
} kept = { .lock = LOCK_INIT(0) };

static _Thread_local bool is_to_be_kept; /* the entry whose recover function runs */

PRL_RESULT
journal_open(const char *state_dir)
{
    int r;

    journal_close();
    journal_dir = path_join(state_dir, "journal");
    if (!journal_dir)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "journal");
    r = path_make_dirs(journal_dir, 0700);
    return r < 0 ? err_errno(PRL_ERR_FAILURE, -r, "'%s'", journal_dir) : PRL_ERR_SUCCESS;
}

void
journal_close(void)
{
    free(TAKE(journal_dir));
    for (size_t i = 0; i < kept.list.len; i++)
        free(kept.list.p[i].path);
    vec_free(&kept.list);
    kept.n = 0;
}

/* ---- writing ---- */

static char *
entry_path(const struct task *t)
{
    char bare[UUID_BARE];

    uuid_bare(t->uuid, bare);
    return str_printf("%s/%s" SUFFIX, journal_dir, bare);
}

PRL_RESULT
task_journal(struct task *t, json_t *entry)
{
    AUTO(json_decref) json_t *whole = json_pack("{s:s,s:s,s:s,s:o}", "method", t->priv->row->method, "task", t->uuid, "vm",
                                                t->vm ? t->vm->uuid : "", "entry", entry);
    AUTO(cleanup_free) char *text = whole ? json_dumps(whole, JSON_INDENT(1)) : NULL;
    AUTO(cleanup_free) char *path = NULL;
    int r;

    if (!text || !journal_dir)
        return err_set(PRL_ERR_FAILURE, "no journal entry could be made");
    path = entry_path(t);
    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "journal");
    r = path_write_durable(path, text, strlen(text));
    if (r < 0)
        return err_errno(PRL_ERR_FAILURE, -r, "journal '%s'", path);
    if (!t->priv->journal)
        t->priv->journal = TAKE(path);
    return PRL_ERR_SUCCESS;
}

/* An entry that cannot be removed would be recovered again at the next start: recover functions take that. */
PRL_RESULT
task_journal_done(struct task *t)
{
    AUTO(cleanup_free) char *path = TAKE(t->priv->journal);
    int r = path ? path_unlink_durable(path) : 0;

    if (r == 0 || r == -ENOENT)
        return PRL_ERR_SUCCESS;
    LOG_E("journal", "'%s' could not be removed: %s", path, strerror(-r));
    return err_errno(PRL_ERR_FAILURE, -r, "journal '%s'", path);
}

/* ---- recovery ---- */

static bool
has_suffix(const char *name, const char *suffix)
{
    size_t n = strlen(name), s = strlen(suffix);

    return n > s && strcmp(name + n - s, suffix) == 0;
}

static int
is_entry(const struct dirent *d)
{
    return has_suffix(d->d_name, SUFFIX);
}

/* An entry whose first write a death cut: its operation had changed nothing yet. */
static int
is_half_written(const struct dirent *d)
{
    return has_suffix(d->d_name, SUFFIX ".new");
}

/* Kept for a person to look at, out of the way of the next start. */
static void
set_aside(const char *path)
{
    AUTO(cleanup_free) char *aside = str_printf("%s.bad", path);

    LOG_E("journal", "'%s' is no entry of ours and was renamed to .bad", path);
    if (aside && path_rename_durable(path, aside) < 0)
        LOG_E("journal", "'%s' could not be renamed", path);
}

static handler_recover *
recover_of(json_t *whole)
{
    const char *name = json_string_value(json_object_get(whole, "method"));
    AUTO(cleanup_free) char *method = name ? str_printf(WIRE_PREFIX "%s", name) : NULL;
    const struct op_row *row = method ? op_find_method(method) : NULL;
    const struct handler_row *h = row ? dispatch_row(row->op) : NULL;

    return h ? h->recover : NULL;
}

void
journal_keep(void)
{
    is_to_be_kept = true;
}

/* Where memory is out the file stays all the same. */
static void
keep(const char *path, const char *vm)
{
    struct kept k = { .path = str_dup(path) };
    LOCK_SCOPE(&kept.lock);

    snprintf(k.vm, sizeof k.vm, "%s", vm ? vm : "");
    if (!k.path || !vec_push(&kept.list, k))
        free(k.path);
    kept.n = kept.list.len;
}

/* Allocated, or NULL. */
static char *
take_kept(const char *vm)
{
    LOCK_SCOPE(&kept.lock);

    for (size_t i = 0; i < kept.list.len; i++)
        if (strcmp(kept.list.p[i].vm, vm) == 0) {
            char *path = kept.list.p[i].path;

            vec_remove(&kept.list, i);
            kept.n = kept.list.len;
            return path;
        }
    return NULL;
}

static void
recover_one(const char *path)
{
    AUTO(cleanup_free) char *text = NULL;
    AUTO(json_decref) json_t *whole = NULL;
    handler_recover *recover;
    json_t *entry;
    size_t len = 0;
    int r = path_read(path, ENTRY_MAX, &text, &len);

    if (r < 0) {
        LOG_E("journal", "'%s': %s", path, strerror(-r));
        return;
    }
    whole = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    entry = json_object_get(whole, "entry");
    recover = recover_of(whole);
    if (!entry || !recover) {
        set_aside(path);
        return;
    }
    LOG_W("journal", "recovering %s of %s, which a service before this one did not end",
          json_string_value(json_object_get(whole, "method")), json_string_value(json_object_get(whole, "vm")));
    is_to_be_kept = false;
    recover(entry);
    if (is_to_be_kept) {
        keep(path, json_string_value(json_object_get(whole, "vm")));
        return;
    }
    r = path_unlink_durable(path);
    if (r < 0)
        LOG_E("journal", "'%s' could not be removed: %s", path, strerror(-r));
}

static void
drop_half_written(const char *path)
{
    unlink(path);
}

static void
for_each(int (*is_wanted)(const struct dirent *), void (*act)(const char *path))
{
    struct dirent **found = NULL;
    int n = journal_dir ? scandir(journal_dir, &found, is_wanted, alphasort) : 0;

    for (int i = 0; i < n; i++) {
        AUTO(cleanup_free) char *path = path_join(journal_dir, found[i]->d_name);

        if (path)
            act(path);
        free(found[i]);
    }
    free(found);
}

void
journal_recover_kept(struct vm *vm)
{
    for (;;) {
        AUTO(cleanup_free) char *path = kept.n && !vm_state_is_live(vm_state_get(vm)) ? take_kept(vm->uuid) : NULL;

        if (!path)
            return;
        recover_one(path);
    }
}

void
journal_recover(void)
{
    for_each(is_half_written, drop_half_written);
    for_each(is_entry, recover_one);
}
