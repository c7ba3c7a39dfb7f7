/* SPDX-License-Identifier: MIT */
/*
 * A VM while it has a QEMU. Shared by the files that implement backend_qemu (qemu_vm, qemu_events, qemu_start, qemu_suspend,
 * qemu_blocks, qemu_stats, qemu_take_over); nobody else looks inside.
 *
 * Threads: who reads QMP (qmp.h) notes what QEMU says under b->lock and sets the VM's state; tasks, one at a time by their claims, talk
 * to QEMU; the undertaker's thread buries a QEMU that has ended, whoever ended it.
 */
#ifndef PRLKVM_QEMU_QEMU_VM_H
#define PRLKVM_QEMU_QEMU_VM_H

#include <prlsdk/PrlErrors.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "backend.h"
#include "base/cleanup.h"
#include "base/lock.h"
#include "base/vec.h"
#include "loop.h"
#include "qmp.h"
#include "run_record.h"
#include "vm/vm.h"

#define QMP_ANSWER_MS 15000   /* for commands that QEMU answers at once */
#define QMP_SLOW_MS 120000    /* for those that write to disks */
#define START_MS 300000       /* semantics 6.3; a state has no limit of its own */
#define STALL_MS 120000       /* for work of any length that QEMU does by itself: without it getting any further */
#define QUIT_GRACE_MS 5000    /* from `quit` to SIGKILL */
#define KILL_MS 20000         /* from SIGKILL to the end */
#define EXPORT_END_MS 10000   /* from QEMU's end to that of its exports, which close their images meanwhile */

struct backend_job {
    char id[32];
    bool is_ready, has_ended;
    char *stale; /* NULL, or it has been told to complete: a file that must go with its good end, since it is older than the disk from then on */
    char *error; /* QEMU's words, or NULL */
};

struct export_watch; /* qemu_vm_exports.c */
struct side_watch;   /* qemu_vm_sides.c */

struct backend_vm {
    _Atomic unsigned refs;
    struct vm *vm;           /* counted; constant */
    struct run_record *rec;  /* constant but for the task that holds the claim */
    char *home;              /* constant: where it was started */
    pid_t pid;               /* constant, as the next three */
    int pidfd;
    struct qmp *qmp;         /* NULL: a QEMU found alive that does not answer; it can only be ended */
    struct loop_source *exit_source;
    VEC(struct export_watch *) exports; /* qemu_vm_exports.c's, as rec->exports and the next */
    bool is_closed;               /* the exports have been ended: no more */
    _Atomic unsigned n_exports;   /* that live; the VM is stopped when its disks are closed */
    _Atomic bool is_stopped;      /* by its last STOP or RESUME */
    _Atomic bool has_lost_disk;   /* one ended without QEMU: the guest goes on no more */
    int64_t bury_by;              /* under the undertaker's lock: not waiting for them any longer */

    struct lock lock;        /* rank 40 */
    struct cond changed;     /* all below */
    bool is_dead;            /* the process has ended */
    bool is_buried;          /* and everything is tidied up: vm->backend is NULL, the state is set */
    bool is_ending;          /* we or the guest asked for the end: no error then */
    bool is_asleep;          /* the guest sent itself to sleep (S3): shown as paused, woken by cont */
    unsigned n_crashes;      /* of the guest, each within a minute of the last */
    int64_t crashed_at;
    bool is_quiet;           /* no state follows its events: being started, or being suspended */
    VIRTUAL_MACHINE_STATE end_state; /* what the VM is when QEMU ends: STOPPED, or SUSPENDED while or once there is a saved state */
    char migration[24];      /* last status told, "" none since the last reset */
    char *migration_error;
    VEC(struct backend_job) jobs;
    VEC(struct side_watch *) sides; /* processes beside it that have not been ended */
    bool has_ended_sides;    /* there will be no more */
    _Atomic bool has_let_go; /* the guest may have let go of a device that is on the record: qemu_hotplug_settle */
    char *last_words;        /* set by the burial: exit and last log line */

    struct backend_vm *next_dead; /* the undertaker's list */
};

/* rec and the descriptors are taken, also on failure. qmp_fd -1: none. The new object is vm->backend too. */
struct backend_vm *backend_vm_new(struct vm *vm, struct run_record *rec, pid_t pid, int pidfd, int qmp_fd, bool is_quiet,
                                  VIRTUAL_MACHINE_STATE end_state);
struct backend_vm *backend_vm_get(struct vm *vm); /* counted, or NULL */
struct backend_vm *backend_vm_ref(struct backend_vm *b);
void backend_vm_unref(struct backend_vm *b);
CLEANUP_FOR(backend_vm_unref, struct backend_vm *)

/* A counted one, or err_set(code): "no QEMU". */
PRL_RESULT backend_vm_need(struct vm *vm, struct backend_vm **ret);

/* Waits under b->lock until test(b, arg) or its death. PRL_ERR_TIMEOUT; PRL_ERR_VM_PROCESS_IS_NOT_STARTED when it died. */
typedef bool backend_test_fn(struct backend_vm *b, void *arg);
PRL_RESULT backend_vm_wait(struct backend_vm *b, backend_test_fn *test, void *arg, int64_t deadline);
bool backend_vm_wait_buried(struct backend_vm *b, int64_t deadline);
/* quit, SIGKILL after the grace, burial. PRL_ERR_TIMEOUT. */
PRL_RESULT backend_vm_end(struct backend_vm *b, int grace_ms);
void backend_vm_wake_undertaker(void);

/* qemu_vm_exports.c: the exports of bundles while QEMU runs */
void backend_exports_watch(struct backend_vm *b); /* those that are not yet */
void backend_exports_unwatch(struct backend_vm *b);
/* False: QEMU is gone, or no memory; e is still the caller's then. */
bool backend_exports_add(struct backend_vm *b, const struct qemu_export *e);
/* Out of the list and the caller's: who ends it, or puts it back. False: none. */
bool backend_exports_take(struct backend_vm *b, const char *node, struct qemu_export *ret);
/* Copies with a pidfd of the caller's. False: none. */
bool backend_exports_get(struct backend_vm *b, size_t i, struct qemu_export *ret);
bool backend_exports_find(struct backend_vm *b, const char *node, struct qemu_export *ret);
void backend_exports_end(struct backend_vm *b);
/* For the undertaker: those that ended by themselves. */
bool backend_exports_have_lost(void);
void backend_exports_look(void);
void backend_exports_forget_lost(void);

/* qemu_vm_sides.c: the processes of rec->sides while QEMU runs */
void backend_sides_watch(struct backend_vm *b);
void backend_sides_unwatch(struct backend_vm *b);
/* By the task that holds the claim, also onto the record. Takes side->pidfd. False: QEMU is gone, or no memory; the caller ends it then. */
bool backend_side_add(struct backend_vm *b, struct qemu_side *side);
/* Waits until the deadline, then kills; off the record too. One that is not there is fine. */
void backend_side_end(struct backend_vm *b, const char *name, int64_t deadline);
void backend_sides_end(struct backend_vm *b, int64_t deadline); /* behind the end of QEMU: all of them */
bool backend_has_sides(struct backend_vm *b);

/* Closes a descriptor of guest RAM on another thread: giving 512 MiB back takes 90 ms, which nobody has to wait for. */
void backend_close_later(int fd);
/* Adds QEMU's last words to the error just set (the process has died): "code: QEMU ended: exit 1: 'words'". */
PRL_RESULT backend_vm_died(struct backend_vm *b, PRL_RESULT code, const char *doing);

/*
 * vm_state_set for a QEMU that may end at this moment: then its end has the last word. As has one that stopped the guest again right
 * behind its answer, because a disk failed.
 */
void backend_vm_state(struct backend_vm *b, VIRTUAL_MACHINE_STATE state);
void backend_vm_set_quiet(struct backend_vm *b, bool is_quiet);
void backend_vm_set_end(struct backend_vm *b, VIRTUAL_MACHINE_STATE end_state);
void backend_vm_set_ending(struct backend_vm *b, bool is_ending);
void backend_vm_reset_migration(struct backend_vm *b);
struct backend_job *backend_vm_job_locked(struct backend_vm *b, const char *id); /* made when absent; NULL: no memory */
void backend_vm_forget_job(struct backend_vm *b, const char *id);

/* Migration events on, and the capabilities that a saved state needs. */
PRL_RESULT backend_vm_capabilities(struct backend_vm *b, bool is_ram_shared, bool is_incoming);
/*
 * As backend_vm_wait, for as long as there is progress: PRL_ERR_TIMEOUT when how_far gave the same answer, or none, for STALL_MS. It is asked
 * without a lock, and may ask QEMU, until the deadline.
 */
typedef bool backend_progress_fn(struct backend_vm *b, void *arg, int64_t deadline, uint64_t *ret_mark);
PRL_RESULT backend_vm_wait_moving(struct backend_vm *b, backend_test_fn *test, backend_progress_fn *how_far, void *arg);
/* In place of STALL_MS, for tests; 0: that again. */
void qemu_vm_set_stall_ms(int ms);
int qemu_vm_stall_ms(void);
/* Until completed or failed; err_set with QEMU's words. state_fd is what QEMU reads or writes: where it stands there is its progress. */
PRL_RESULT backend_vm_wait_migration(struct backend_vm *b, int state_fd);

/* qemu_suspend.c: what a suspend that did not come to its rename has done is undone, by us or by who took over. */
PRL_RESULT backend_vm_take_back(struct backend_vm *b, bool was_running);

/* qemu_events.c */
bool backend_vm_follows_events(struct backend_vm *b); /* neither quiet nor on its way out */
void qemu_event(void *ctx, const char *name, json_t *data);

/* qemu_short.c, qemu_start.c, qemu_suspend.c, qemu_blocks.c, qemu_stats.c, qemu_take_over.c: rows of backend_qemu */
PRL_RESULT qemu_vm_start(struct vm *vm, struct task *t);
PRL_RESULT qemu_vm_stop(struct vm *vm, struct task *t);
PRL_RESULT qemu_vm_request_shutdown(struct vm *vm, struct task *t);
PRL_RESULT qemu_vm_wait_stopped(struct vm *vm, struct task *t, int64_t deadline);
PRL_RESULT qemu_vm_reset(struct vm *vm, struct task *t);
PRL_RESULT qemu_vm_restart_guest(struct vm *vm, struct task *t);
PRL_RESULT qemu_vm_pause(struct vm *vm, struct task *t);
PRL_RESULT qemu_vm_cont(struct vm *vm, struct task *t);
void qemu_vm_pause_ahead(struct vm *vm, struct task *t);
void qemu_vm_cont_ahead(struct vm *vm, struct task *t);
PRL_RESULT qemu_vm_suspend(struct vm *vm, struct task *t);
PRL_RESULT qemu_vm_drop_suspended(struct vm *vm, struct task *t);
PRL_RESULT qemu_vm_freeze(struct vm *vm, struct task *t, const struct backend_overlay *o, int n);
PRL_RESULT qemu_vm_commit_back(struct vm *vm, struct task *t, const struct backend_overlay *o, int n);
PRL_RESULT qemu_vm_resize_disk(struct vm *vm, struct task *t, const char *node, uint64_t size_bytes);
PRL_RESULT qemu_vm_change_prepare(struct vm *vm, struct task *t, xmlDocPtr stored, xmlDocPtr next, struct backend_change **ret);
PRL_RESULT qemu_vm_change_apply(struct backend_change *c);
void qemu_vm_change_keep(struct backend_change *c, const char *config);
void qemu_vm_change_undo(struct backend_change *c);
void qemu_vm_change_free(struct backend_change *c);
pid_t qemu_vm_pid(struct vm *vm);
PRL_RESULT qemu_vm_vcpus(struct vm *vm, struct backend_vcpu *out, unsigned room, unsigned *ret_n);
PRL_RESULT qemu_vm_pin_vcpu(struct vm *vm, unsigned vcpu, const cpu_set_t *cpus);
PRL_RESULT qemu_vm_balloon(struct vm *vm, uint64_t set_bytes, uint64_t *ret_bytes);
PRL_RESULT qemu_vm_dump(struct vm *vm, int fd);
void qemu_vm_stats(struct backend_sample *s, size_t n, int64_t deadline);
PRL_RESULT qemu_vm_take_over(void);

/* A resumed VM with more RAM than this runs from the RAM file, mapped privately. Set before the first start; 8 GiB. */
void qemu_vm_set_ram_file_above(uint64_t ram_bytes);
/* Where re-attach sockets are; constant after init. */
const char *qemu_vm_run_dir(void);
/* The VM's images from its stored configuration, checked; for recovery (false: they cannot be known). */
bool qemu_vm_stored_images(struct vm *vm, struct qemu_images *ret);

#endif
