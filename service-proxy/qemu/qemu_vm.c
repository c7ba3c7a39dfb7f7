/* SPDX-License-Identifier: MIT */
/*
 * The life of a running QEMU: its object, its end (the undertaker), and the short operations. backend_qemu is at the end.
 */
#include "qemu_vm.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/pool.h"
#include "base/str.h"
#include "base/thread.h"
#include "engine/events.h"
#include "engine/task.h"
#include "qemu_caps.h"
#include "qemu_cgroup.h"
#include "qemu_outfit.h"
#include "qemu_proc.h"
#include "vm/vm_store.h"

#define TRIM_EVERY_MS 60000
#define SIDE_END_MS 1000 /* they see the end of QEMU at once */

static char *run_dir;

static struct {
    struct lock lock; /* rank 45 */
    struct cond changed;
    struct backend_vm *dead;          /* to be buried; each counted */
    VEC(struct backend_vm *) living;  /* counted; for qemu.log */
    VEC(int) fds;                     /* to be closed */
    struct backend_vm *unused;        /* to be freed */
    bool is_stopping, is_started;
    pthread_t thread;
} undertaker = { .lock = LOCK_INIT(45) };

/* ---- references ---- */

struct backend_vm *
backend_vm_ref(struct backend_vm *b)
{
    if (b)
        atomic_fetch_add_explicit(&b->refs, 1, memory_order_relaxed);
    return b;
}

static void
job_clear(struct backend_job *j)
{
    free(j->error);
    free(j->stale);
}

static void
backend_vm_free(struct backend_vm *b)
{
    loop_remove(b->exit_source);
    backend_exports_unwatch(b);
    backend_sides_unwatch(b);
    qmp_free(b->qmp);
    cleanup_close(&b->pidfd);
    run_record_free(b->rec);
    for (size_t i = 0; i < b->jobs.len; i++)
        job_clear(&b->jobs.p[i]);
    vec_free(&b->jobs);
    free(b->migration_error);
    free(b->last_words);
    free(b->home);
    vm_unref(b->vm);
    cond_destroy(&b->changed);
    lock_destroy(&b->lock);
    free(b);
}

/* From one of its own callbacks, behind which only it can be freed. */
static void
free_later(struct backend_vm *b)
{
    LOCK_SCOPE(&undertaker.lock);

    b->next_dead = undertaker.unused;
    undertaker.unused = b;
    cond_broadcast(&undertaker.changed);
}

static void
free_unused(void)
{
    struct backend_vm *b, *next;

    {
        LOCK_SCOPE(&undertaker.lock);
        b = TAKE(undertaker.unused);
    }
    for (; b; b = next) {
        next = b->next_dead;
        backend_vm_free(b);
    }
}

void
backend_vm_unref(struct backend_vm *b)
{
    if (!b || atomic_fetch_sub_explicit(&b->refs, 1, memory_order_acq_rel) != 1)
        return;
    if (loop_is_here())
        free_later(b);
    else
        backend_vm_free(b);
}

struct backend_vm *
backend_vm_get(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return backend_vm_ref(vm->backend);
}

PRL_RESULT
backend_vm_need(struct vm *vm, struct backend_vm **ret)
{
    struct backend_vm *b = backend_vm_get(vm);

    if (!b)
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "no QEMU runs this VM");
    if (!b->qmp) {
        backend_vm_unref(b);
        return err_set(PRL_ERR_TIMEOUT, "the QEMU of this VM does not answer; it can only be stopped by force");
    }
    *ret = b;
    return PRL_ERR_SUCCESS;
}

/* ---- the end of a QEMU ---- */

static void
hand_over(struct backend_vm *b)
{
    LOCK_SCOPE(&undertaker.lock);

    b->bury_by = clock_deadline(EXPORT_END_MS);
    b->next_dead = undertaker.dead;
    undertaker.dead = backend_vm_ref(b);
    cond_broadcast(&undertaker.changed);
}

static void
on_exit_fd(void *ctx, uint32_t events)
{
    struct backend_vm *b = ctx;

    (void)events;
    {
        LOCK_SCOPE(&b->lock); /* and so exit_source is set, however early this comes */
        loop_change(b->exit_source, 0);
        b->is_dead = true;
        cond_broadcast(&b->changed);
    }
    hand_over(b);
}

/* ---- burial ---- */

static void
tell_end(struct backend_vm *b, const char *words)
{
    json_t *e = event_new(PET_DSP_EVT_ERROR_MESSAGE, b->vm->uuid);
    AUTO(cleanup_free) char *name = vm_name_dup(b->vm);

    LOG_E("qemu", "%s '%s': QEMU ended by itself: %s", b->vm->uuid, name ? name : "", words);
    if (!e)
        return;
    event_set_code(e, PRL_ERR_VM_ABORT);
    event_add_text(e, "vm_message_param_0", name ? name : "");
    event_add_text(e, "Details", words);
    event_send_vm(b->vm, e);
}

/* All that QEMU said is read. What it had finished before it ended, nobody may take for unfinished. */
static void
remove_stale(struct backend_vm *b)
{
    for (size_t i = 0;; i++) {
        AUTO(cleanup_free) char *stale = NULL;

        {
            LOCK_SCOPE(&b->lock);
            if (i >= b->jobs.len)
                return;
            if (b->jobs.p[i].has_ended && !b->jobs.p[i].error)
                stale = TAKE(b->jobs.p[i].stale);
        }
        if (stale)
            path_unlink_durable(stale);
    }
}

static void
bury(struct backend_vm *b)
{
    AUTO(cleanup_free) char *how = qemu_proc_reap(b->pidfd);
    AUTO(cleanup_free) char *line = qemu_log_last_words(b->home);
    /* Where a process beside it gave up, QEMU says no more than that its connection failed. */
    AUTO(cleanup_free) char *beside = backend_has_sides(b) ? qemu_side_last_words(b->home) : NULL;
    char *words = str_printf("%s%s%s%s%s%s%s", how ? how : "ended", line && line[0] ? ": '" : "", line ? line : "", line && line[0] ? "'" : "",
                             beside && beside[0] ? "; beside it: '" : "", beside ? beside : "", beside && beside[0] ? "'" : "");
    VIRTUAL_MACHINE_STATE end_state;
    bool is_fault;

    if (b->qmp) /* what it said last comes before its death is told: the events are read by now, or the end of the stream is */
        qmp_wait_closed(b->qmp, clock_deadline(1000));
    remove_stale(b);
    {
        LOCK_SCOPE(&b->lock);
        end_state = b->end_state;
        is_fault = !b->is_ending && !b->is_quiet;
        b->last_words = words;
    }
    backend_exports_end(b);
    backend_sides_end(b, clock_deadline(SIDE_END_MS));
    qemu_cgroup_remove(b->vm->uuid);
    run_record_remove(b->vm->uuid);
    unlink(b->rec->socket);
    {
        LOCK_SCOPE(&b->vm->lock);
        if (b->vm->backend == b) {
            b->vm->backend = NULL;
            b->vm->vnc_port = 0;
            backend_vm_unref(b); /* the list of the living holds one more */
        }
    }
    if (is_fault)
        tell_end(b, words ? words : "");
    vm_state_set(b->vm, end_state);
    {
        LOCK_SCOPE(&b->lock);
        b->is_buried = true;
        cond_broadcast(&b->changed);
    }
}

static void
forget_living(struct backend_vm *b)
{
    bool was_there = false;

    {
        LOCK_SCOPE(&undertaker.lock);
        for (size_t i = 0; i < undertaker.living.len && !was_there; i++)
            if (undertaker.living.p[i] == b) {
                vec_remove(&undertaker.living, i);
                was_there = true;
            }
    }
    if (was_there)
        backend_vm_unref(b);
}

static void
trim_logs(void)
{
    for (size_t i = 0;; i++) {
        struct backend_vm *b = NULL;

        {
            LOCK_SCOPE(&undertaker.lock);
            if (i < undertaker.living.len)
                b = backend_vm_ref(undertaker.living.p[i]);
        }
        if (!b)
            return;
        qemu_log_trim(b->home);
        backend_vm_unref(b);
    }
}

void
backend_vm_wake_undertaker(void)
{
    LOCK_SCOPE(&undertaker.lock);

    cond_broadcast(&undertaker.changed);
}

void
backend_close_later(int fd)
{
    bool is_taken;

    if (fd < 0)
        return;
    {
        LOCK_SCOPE(&undertaker.lock);
        is_taken = !undertaker.is_stopping && vec_push(&undertaker.fds, fd);
        cond_broadcast(&undertaker.changed);
    }
    if (!is_taken)
        close(fd);
}

static void
close_fds(void)
{
    for (;;) {
        int fd = -1;

        {
            LOCK_SCOPE(&undertaker.lock);
            if (undertaker.fds.len)
                fd = undertaker.fds.p[--undertaker.fds.len];
        }
        if (fd < 0)
            return;
        close(fd);
    }
}

/* One whose disks are closed, or whose time for that is over; *until: when to look again. */
static struct backend_vm *
take_ripe_locked(int64_t *until)
{
    for (struct backend_vm **at = &undertaker.dead; *at; at = &(*at)->next_dead) {
        struct backend_vm *b = *at;

        if (!atomic_load(&b->n_exports) || clock_now_ms() >= b->bury_by) {
            *at = b->next_dead;
            return b;
        }
        if (b->bury_by < *until)
            *until = b->bury_by;
    }
    return NULL;
}

static bool
has_small_work_locked(void)
{
    return undertaker.fds.len || undertaker.unused || backend_exports_have_lost();
}

/* False: nothing more, and stopping. */
static bool
next_dead(struct backend_vm **ret)
{
    LOCK_SCOPE(&undertaker.lock);
    int64_t trim_at = clock_deadline(TRIM_EVERY_MS);

    for (;;) {
        int64_t until = trim_at;

        *ret = take_ripe_locked(&until);
        if (*ret || has_small_work_locked() || (undertaker.is_stopping && !undertaker.dead))
            break;
        if (!cond_wait_until(&undertaker.changed, &undertaker.lock, until) && until == trim_at)
            break;
    }
    return *ret || has_small_work_locked() || undertaker.dead || !undertaker.is_stopping;
}

static void
undertaker_run(void *arg)
{
    struct backend_vm *b;
    int64_t trim_at = clock_deadline(TRIM_EVERY_MS);

    (void)arg;
    while (next_dead(&b)) {
        if (b) {
            bury(b);
            forget_living(b);
            backend_vm_unref(b);
        } else if (clock_now_ms() >= trim_at) {
            trim_logs();
            trim_at = clock_deadline(TRIM_EVERY_MS);
        }
        backend_exports_look();
        close_fds();
        free_unused();
    }
}

/* ---- making one ---- */

static void
on_qmp_closed(void *ctx)
{
    struct backend_vm *b = ctx;
    LOCK_SCOPE(&b->lock);

    cond_broadcast(&b->changed);
}

struct backend_vm *
backend_vm_new(struct vm *vm, struct run_record *rec, pid_t pid, int pidfd, int qmp_fd, bool is_quiet,
               VIRTUAL_MACHINE_STATE end_state)
{
    struct backend_vm *b = calloc(1, sizeof *b);
    struct qmp_handler handler = { qemu_event, on_qmp_closed, b };

    if (!b) {
        run_record_free(rec);
        cleanup_close(&pidfd);
        cleanup_close(&qmp_fd);
        return NULL;
    }
    atomic_init(&b->refs, 1);
    b->vm = vm_ref(vm);
    b->rec = rec;
    b->home = str_dup(rec->home);
    b->pid = pid;
    b->pidfd = pidfd;
    b->is_quiet = is_quiet;
    b->end_state = end_state;
    lock_init(&b->lock, 40);
    cond_init(&b->changed);
    if (qmp_fd >= 0)
        b->qmp = qmp_new(qmp_fd, &handler);
    {
        LOCK_SCOPE(&undertaker.lock);
        if (!b->home || (qmp_fd >= 0 && !b->qmp) || !vec_push(&undertaker.living, b)) {
            backend_vm_unref(b);
            return NULL;
        }
        backend_vm_ref(b); /* of the list */
    }
    if (!b->rec->target.len) /* else some may rightly be gone: hot_exports_recover */
        backend_exports_watch(b);
    backend_sides_watch(b);
    {
        LOCK_SCOPE(&vm->lock);
        vm->backend = backend_vm_ref(b);
    }
    {
        LOCK_SCOPE(&b->lock);
        b->exit_source = loop_add(pidfd, EPOLLIN, on_exit_fd, b);
    }
    if (!b->exit_source) { /* unseen, it must not live */
        qemu_proc_kill(pidfd);
        qemu_proc_wait(pidfd, clock_deadline(KILL_MS));
        b->is_dead = true;
        hand_over(b);
    }
    return b;
}

/* ---- waiting ---- */

PRL_RESULT
backend_vm_wait(struct backend_vm *b, backend_test_fn *test, void *arg, int64_t deadline)
{
    LOCK_SCOPE(&b->lock);

    while (!test(b, arg)) {
        if (b->is_dead || !qmp_is_open(b->qmp))
            return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "QEMU has ended");
        if (!cond_wait_until(&b->changed, &b->lock, deadline) && !test(b, arg))
            return err_set(PRL_ERR_TIMEOUT, "QEMU did not get there in time");
    }
    return PRL_ERR_SUCCESS;
}

static _Atomic int stall_ms = STALL_MS;

void
qemu_vm_set_stall_ms(int ms)
{
    stall_ms = ms ? ms : STALL_MS;
}

int
qemu_vm_stall_ms(void)
{
    return stall_ms;
}

/* It is looked at a few times in that time, so that a stall is seen at most a quarter late. */
PRL_RESULT
backend_vm_wait_moving(struct backend_vm *b, backend_test_fn *test, backend_progress_fn *how_far, void *arg)
{
    const int look_ms = stall_ms / 4 + 1;
    int64_t until = clock_deadline(stall_ms);
    uint64_t mark = 0, now;

    for (;;) {
        PRL_RESULT rc = backend_vm_wait(b, test, arg, clock_deadline(look_ms));

        if (rc != PRL_ERR_TIMEOUT)
            return rc;
        if (how_far(b, arg, until, &now) && now != mark) {
            mark = now;
            until = clock_deadline(stall_ms);
        } else if (clock_left_ms(until) == 0) {
            /* what came while it was asked counts */
            return PRL_SUCCEEDED(backend_vm_wait(b, test, arg, 0))
                       ? PRL_ERR_SUCCESS
                       : err_set(PRL_ERR_TIMEOUT, "QEMU got no further for %d s", stall_ms / 1000);
        }
        err_clear();
    }
}

bool
backend_vm_wait_buried(struct backend_vm *b, int64_t deadline)
{
    LOCK_SCOPE(&b->lock);

    while (!b->is_buried)
        if (!cond_wait_until(&b->changed, &b->lock, deadline))
            break;
    return b->is_buried;
}

static PRL_RESULT
wait_end(struct backend_vm *b, int grace_ms)
{
    if (grace_ms && b->qmp && qmp_is_open(b->qmp)) {
        struct qmp_request *r = qmp_send(b->qmp, "quit", NULL, -1, NULL);

        if (!qemu_proc_wait(b->pidfd, clock_deadline(grace_ms)))
            LOG_W("qemu", "%s: QEMU does not quit and is killed", b->vm->uuid);
        qmp_finish(b->qmp, r, clock_now_ms(), NULL);
    }
    if (!qemu_proc_wait(b->pidfd, clock_now_ms()))
        qemu_proc_kill(b->pidfd);
    if (!backend_vm_wait_buried(b, clock_deadline(KILL_MS)))
        return err_set(PRL_ERR_TIMEOUT, "QEMU (process %d) does not end", (int)b->pid);
    err_clear();
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
backend_vm_end(struct backend_vm *b, int grace_ms)
{
    PRL_RESULT rc;

    {
        LOCK_SCOPE(&b->lock);
        b->is_ending = true;
    }
    pool_blocking_begin();
    rc = wait_end(b, grace_ms);
    pool_blocking_end();
    return rc;
}

PRL_RESULT
backend_vm_died(struct backend_vm *b, PRL_RESULT code, const char *doing)
{
    AUTO(cleanup_free) char *words = NULL;

    if (!backend_vm_wait_buried(b, clock_deadline(KILL_MS)))
        return err_set(code, "%s: QEMU has closed its control connection", doing);
    {
        LOCK_SCOPE(&b->lock);
        words = str_dup(b->last_words);
    }
    return err_set(code, "%s: QEMU ended: %s", doing, words ? words : "");
}

/* ---- notes under the lock ---- */

void
backend_vm_state(struct backend_vm *b, VIRTUAL_MACHINE_STATE state)
{
    VIRTUAL_MACHINE_STATE end_state;

    vm_state_set(b->vm, state);
    if (state == VMS_RUNNING && atomic_load(&b->is_stopped))
        vm_state_set(b->vm, VMS_PAUSED);
    {
        LOCK_SCOPE(&b->lock);
        if (!b->is_dead)
            return; /* its burial comes later, and sets the state then */
    }
    backend_vm_wait_buried(b, clock_deadline(KILL_MS));
    {
        LOCK_SCOPE(&b->lock);
        end_state = b->end_state;
    }
    vm_state_set(b->vm, end_state);
}

void
backend_vm_set_quiet(struct backend_vm *b, bool is_quiet)
{
    LOCK_SCOPE(&b->lock);

    b->is_quiet = is_quiet;
}

void
backend_vm_set_end(struct backend_vm *b, VIRTUAL_MACHINE_STATE end_state)
{
    LOCK_SCOPE(&b->lock);

    b->end_state = end_state;
}

void
backend_vm_set_ending(struct backend_vm *b, bool is_ending)
{
    LOCK_SCOPE(&b->lock);

    b->is_ending = is_ending;
}

void
backend_vm_reset_migration(struct backend_vm *b)
{
    LOCK_SCOPE(&b->lock);

    b->migration[0] = '\0';
}

struct backend_job *
backend_vm_job_locked(struct backend_vm *b, const char *id)
{
    struct backend_job j = { .id = "" };

    for (size_t i = 0; i < b->jobs.len; i++)
        if (strncmp(b->jobs.p[i].id, id, sizeof j.id - 1) == 0)
            return &b->jobs.p[i];
    snprintf(j.id, sizeof j.id, "%s", id);
    return vec_push(&b->jobs, j) ? &b->jobs.p[b->jobs.len - 1] : NULL;
}

void
backend_vm_forget_job(struct backend_vm *b, const char *id)
{
    LOCK_SCOPE(&b->lock);

    for (size_t i = 0; i < b->jobs.len; i++)
        if (strncmp(b->jobs.p[i].id, id, sizeof b->jobs.p[i].id - 1) == 0) {
            job_clear(&b->jobs.p[i]);
            vec_remove(&b->jobs, i);
            return;
        }
}

/* ---- migration, which is how states are saved and loaded ---- */

PRL_RESULT
backend_vm_capabilities(struct backend_vm *b, bool is_ram_shared, bool is_incoming)
{
    json_t *args =
        json_pack("{s:[{s:s, s:b}, {s:s, s:b}, {s:s, s:b}]}", "capabilities", "capability", "events", "state", 1, "capability",
                  "x-ignore-shared", "state", is_ram_shared, "capability", "late-block-activate", "state", is_incoming);

    return qmp_call(b->qmp, "migrate-set-capabilities", args, clock_deadline(QMP_ANSWER_MS), NULL);
}

static bool
migration_has_ended(struct backend_vm *b, void *arg)
{
    (void)arg;
    return strcmp(b->migration, "completed") == 0 || strcmp(b->migration, "failed") == 0 || strcmp(b->migration, "cancelled") == 0;
}

static PRL_RESULT
say_migration_error(struct backend_vm *b)
{
    json_t *info = NULL;
    PRL_RESULT rc = qmp_call(b->qmp, "query-migrate", NULL, clock_deadline(QMP_ANSWER_MS), &info);
    const char *words;

    if (PRL_FAILED(rc))
        return rc;
    words = json_string_value(json_object_get(info, "error-desc"));
    rc = err_set(PRL_ERR_VM_OPERATION_FAILED, "QEMU: '%.1000s'", words ? words : "the state could not be moved");
    json_decref(info);
    return rc;
}

/* QEMU has a duplicate of our descriptor, and so the same position in the file. */
static bool
state_position(struct backend_vm *b, void *arg, int64_t deadline, uint64_t *ret)
{
    const int *state_fd = arg;
    off_t at = lseek(*state_fd, 0, SEEK_CUR);

    (void)b;
    (void)deadline;
    *ret = (uint64_t)at;
    return at >= 0;
}

PRL_RESULT
backend_vm_wait_migration(struct backend_vm *b, int state_fd)
{
    PRL_RESULT rc = backend_vm_wait_moving(b, migration_has_ended, state_position, &state_fd);
    bool is_good;

    if (PRL_FAILED(rc))
        return rc;
    {
        LOCK_SCOPE(&b->lock);
        is_good = strcmp(b->migration, "completed") == 0;
    }
    return is_good ? PRL_ERR_SUCCESS : say_migration_error(b);
}

/* ---- the table ---- */

const char *
qemu_vm_run_dir(void)
{
    return run_dir;
}

static PRL_RESULT
init(const char *state_dir, const char *dir)
{
    AUTO(cleanup_free) char *caps_file = path_join(state_dir, "qemu-caps.json");
    AUTO(cleanup_free) char *tls_dir = path_join(state_dir, "vnc-tls");
    PRL_RESULT rc;
    int e;

    run_dir = str_dup(dir);
    if (!caps_file || !run_dir)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    qemu_caps_set_file(caps_file);
    qemu_outfit_set_tls_dir(tls_dir);
    rc = run_record_set_dir(dir);
    if (PRL_FAILED(rc))
        return rc;
    rc = loop_start();
    if (PRL_FAILED(rc))
        return rc;
    cond_init(&undertaker.changed);
    undertaker.is_stopping = false;
    e = thread_start(&undertaker.thread, "qemu-end", undertaker_run, NULL);
    if (e) {
        loop_stop();
        return err_errno(PRL_ERR_OUT_OF_MEMORY, e, "thread");
    }
    undertaker.is_started = true;
    return PRL_ERR_SUCCESS;
}

/* Lets go of the running VMs without a word to them: their records stay for the next service. */
static void
let_go(void)
{
    for (;;) {
        struct backend_vm *b;

        {
            LOCK_SCOPE(&undertaker.lock);
            if (!undertaker.living.len)
                break;
            b = undertaker.living.p[--undertaker.living.len];
        }
        {
            LOCK_SCOPE(&b->vm->lock);
            if (b->vm->backend == b) {
                b->vm->backend = NULL;
                backend_vm_unref(b);
            }
        }
        backend_vm_unref(b);
    }
    vec_free(&undertaker.living);
    vec_free(&undertaker.fds);
    backend_exports_forget_lost();
}

static void
backend_shutdown(void)
{
    if (!undertaker.is_started)
        return;
    {
        LOCK_SCOPE(&undertaker.lock);
        undertaker.is_stopping = true;
        cond_broadcast(&undertaker.changed);
    }
    thread_join(undertaker.thread);
    undertaker.is_started = false;
    let_go();
    loop_stop();
    free_unused();
    cond_destroy(&undertaker.changed);
    free(run_dir);
    run_dir = NULL;
}

const struct backend backend_qemu = {
    .name = "qemu",
    .init = init,
    .shutdown = backend_shutdown,
    .start = qemu_vm_start,
    .stop = qemu_vm_stop,
    .request_shutdown = qemu_vm_request_shutdown,
    .wait_stopped = qemu_vm_wait_stopped,
    .reset = qemu_vm_reset,
    .restart_guest = qemu_vm_restart_guest,
    .pause = qemu_vm_pause,
    .cont = qemu_vm_cont,
    .pause_ahead = qemu_vm_pause_ahead,
    .cont_ahead = qemu_vm_cont_ahead,
    .suspend = qemu_vm_suspend,
    .drop_suspended = qemu_vm_drop_suspended,
    .freeze = qemu_vm_freeze,
    .commit_back = qemu_vm_commit_back,
    .resize_disk = qemu_vm_resize_disk,
    .change_prepare = qemu_vm_change_prepare,
    .change_apply = qemu_vm_change_apply,
    .change_keep = qemu_vm_change_keep,
    .change_undo = qemu_vm_change_undo,
    .change_free = qemu_vm_change_free,
    .stats = qemu_vm_stats,
    .pid = qemu_vm_pid,
    .vcpus = qemu_vm_vcpus,
    .pin_vcpu = qemu_vm_pin_vcpu,
    .balloon = qemu_vm_balloon,
    .dump = qemu_vm_dump,
    .take_over = qemu_vm_take_over,
};
