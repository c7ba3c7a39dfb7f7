/* SPDX-License-Identifier: MIT */
/*
 * QEMUs that get no further: what backend_qemu waits for is given up when nothing moves, and not before. QEMU is played by a thread on
 * the other end of its QMP socket, its process by a child that sleeps.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/thread.h"
#include "qemu/backend.h"
#include "qemu/qemu_vm.h"
#include "stub_engine.h"
#include "vm/image_file.h"

#define STALL_TEST_MS 400
#define MOVING_MS 2000 /* where it must not be given up: a machine that is busy may stop any thread for a while */
#define WAIT_MS 20000

static struct {
    char *dir, *image, *overlay;
    struct vm *vm;
    struct backend_vm *b;
    pid_t child;
    int sock;
    pthread_t thread;

    /* what is played */
    _Atomic bool moves, is_mute_in_transaction, is_mute_in_jobs, is_mute_in_complete;
    _Atomic int looks, ready_at; /* how often the job was asked for, and at which of these it is ready; 0 never */
    _Atomic int n_cancelled, n_completed;
    char job[64], active[64]; /* the thread's, from the command that brings it */
} f;

/* ---- the played QEMU ---- */

static void
say(const char *format, ...)
{
    va_list args;
    char text[1000];

    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    (void)!send(f.sock, text, strlen(text), MSG_NOSIGNAL);
}

static void
copy_member(char *to, size_t room, json_t *args, const char *name)
{
    const char *s = json_string_value(json_object_get(args, name));

    snprintf(to, room, "%s", s ? s : "");
}

/* False: it says nothing. */
static bool
play(const char *name, json_t *args, char *value, size_t room)
{
    snprintf(value, room, "{}");
    if (strcmp(name, "query-block") == 0) {
        snprintf(value, room, "[{\"qdev\": \"hdd0-dev\", \"inserted\": {\"node-name\": \"%s\"}}]", f.active);
    } else if (strcmp(name, "query-named-block-nodes") == 0) {
        snprintf(value, room, "[]");
    } else if (strcmp(name, "transaction") == 0) {
        json_t *data = json_object_get(json_array_get(json_object_get(args, "actions"), 0), "data");

        copy_member(f.active, sizeof f.active, data, "overlay");
        return !f.is_mute_in_transaction;
    } else if (strcmp(name, "block-commit") == 0) {
        copy_member(f.job, sizeof f.job, args, "job-id");
    } else if (strcmp(name, "query-block-jobs") == 0) {
        f.looks++;
        if (f.is_mute_in_jobs)
            return false;
        if (f.ready_at && f.looks >= f.ready_at)
            say("{\"event\": \"BLOCK_JOB_READY\", \"data\": {\"device\": \"%s\"}}\r\n", f.job);
        snprintf(value, room, "[{\"device\": \"%s\", \"offset\": %d}]", f.job, f.moves ? 4096 * f.looks : 4096);
    } else if (strcmp(name, "job-complete") == 0) {
        f.n_completed++;
        if (f.is_mute_in_complete)
            return false;
        snprintf(f.active, sizeof f.active, "hdd0");
        say("{\"event\": \"BLOCK_JOB_COMPLETED\", \"data\": {\"device\": \"%s\"}}\r\n", f.job);
    } else if (strcmp(name, "block-job-cancel") == 0) {
        f.n_cancelled++;
    }
    return true;
}

static void
answer_one(json_t *msg)
{
    json_t *id = json_object_get(msg, "id");
    char value[300];

    if (!play(json_string_value(json_object_get(msg, "execute")), json_object_get(msg, "arguments"), value, sizeof value))
        return;
    if (id)
        say("{\"return\": %s, \"id\": %lld}\r\n", value, (long long)json_integer_value(id));
    else
        say("{\"return\": %s}\r\n", value);
}

static void
run_qemu(void *arg)
{
    static char text[65536];
    size_t len = 0;

    (void)arg;
    say("{\"QMP\": {\"version\": {}, \"capabilities\": []}}\r\n");
    while (len < sizeof text && recv(f.sock, text + len, 1, 0) == 1) {
        json_t *msg = text[len++] == '}' ? json_loadb(text, len, 0, NULL) : NULL;

        if (!msg)
            continue;
        answer_one(msg);
        json_decref(msg);
        len = 0;
    }
}

/* ---- fixture ---- */

static pid_t
sleeping_child(void)
{
    pid_t pid = fork();

    if (pid)
        return pid;
    for (;;)
        pause();
}

static int
up(void **state)
{
    char dir[] = "/tmp/prlkvm-stall-XXXXXX";
    const char *uuid = "{11111111-2222-3333-4444-555555555555}";
    struct qemu_image image = { .is_qcow2 = true };
    struct run_record *rec = run_record_new();
    int pair[2];

    (void)state;
    memset(&f, 0, sizeof f);
    assert_non_null(mkdtemp(dir));
    f.dir = str_dup(dir);
    f.image = path_join(dir, "hdd.qcow2");
    f.overlay = path_join(dir, "hdd.qcow2.live");
    snprintf(f.active, sizeof f.active, "hdd0");
    assert_int_equal(backend_qemu.init(dir, dir), 0);
    qemu_vm_set_stall_ms(STALL_TEST_MS);
    assert_int_equal(image_create(f.image, 1), 0);
    f.vm = vm_new(uuid, "stalls", dir);
    assert_non_null(f.vm);

    snprintf(rec->uuid, sizeof rec->uuid, "%s", uuid);
    rec->home = str_dup(dir);
    rec->socket = path_join(dir, "socket");
    snprintf(image.node, sizeof image.node, "hdd0");
    image.path = str_dup(f.image);
    assert_true(vec_push(&rec->images, image));
    f.child = sleeping_child();
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), 0);
    f.sock = pair[1];
    assert_int_equal(thread_start(&f.thread, "played", run_qemu, NULL), 0);
    f.b = backend_vm_new(f.vm, rec, f.child, (int)syscall(SYS_pidfd_open, f.child, 0), pair[0], false, VMS_STOPPED);
    assert_non_null(f.b);
    assert_int_equal(qmp_wait_ready(f.b->qmp, clock_deadline(WAIT_MS)), 0);
    return 0;
}

static int
down(void **state)
{
    (void)state;
    kill(f.child, SIGKILL); /* ours, and not reaped before the burial */
    shutdown(f.sock, SHUT_RDWR);
    backend_vm_wait_buried(f.b, clock_deadline(WAIT_MS));
    backend_vm_unref(f.b);
    backend_qemu.shutdown();
    thread_join(f.thread);
    close(f.sock);
    vm_unref(f.vm);
    qemu_vm_set_stall_ms(0);
    path_remove_tree(f.dir);
    free(f.dir);
    free(f.image);
    free(f.overlay);
    return 0;
}

/* What a call takes, and that it is not for ever. */
static void
assert_stalled(PRL_RESULT rc, int64_t began_ms)
{
    int64_t took_ms = clock_now_ms() - began_ms;

    assert_int_equal(rc, PRL_ERR_TIMEOUT);
    assert_true(took_ms >= STALL_TEST_MS);
    assert_true(took_ms < WAIT_MS);
}

/* ---- block jobs ---- */

static struct backend_overlay
overlay(void)
{
    return (struct backend_overlay){ .node = "hdd0", .image = f.image, .overlay = f.overlay };
}

static void
freeze_now(void)
{
    struct backend_overlay o = overlay();

    assert_int_equal(backend_qemu.freeze(f.vm, NULL, &o, 1), 0);
    assert_true(path_exists(f.overlay));
}

static void
commit__job_that_moves__may_take_longer(void **state)
{
    struct backend_overlay o = overlay();
    int64_t began;

    (void)state;
    freeze_now();
    qemu_vm_set_stall_ms(MOVING_MS);
    f.moves = true;
    f.ready_at = 5; /* it is looked at four times in the time of a stall */
    began = clock_now_ms();
    assert_int_equal(backend_qemu.commit_back(f.vm, NULL, &o, 1), 0);
    assert_true(clock_now_ms() - began > MOVING_MS);
    assert_int_equal(f.n_completed, 1);
    assert_int_equal(f.n_cancelled, 0);
}

static void
commit__job_that_stands__is_cancelled_and_told(void **state)
{
    struct backend_overlay o = overlay();
    int64_t began;

    (void)state;
    freeze_now();
    began = clock_now_ms();
    assert_stalled(backend_qemu.commit_back(f.vm, NULL, &o, 1), began);
    assert_true(f.looks > 1);
    /* In order on one connection: the cancel is behind what we ask now. */
    assert_int_equal(qmp_call(f.b->qmp, "query-status", NULL, clock_deadline(WAIT_MS), NULL), 0);
    assert_int_equal(f.n_cancelled, 1);
    assert_int_equal(f.n_completed, 0);
    assert_true(path_exists(f.overlay)); /* the VM is still in it */
    /* It can be tried again. */
    f.moves = true;
    f.ready_at = f.looks + 1;
    assert_int_equal(backend_qemu.commit_back(f.vm, NULL, &o, 1), 0);
    assert_int_equal(f.n_completed, 1);
}

static void
commit__mute_qemu__is_given_up(void **state)
{
    struct backend_overlay o = overlay();
    int64_t began;

    (void)state;
    freeze_now();
    f.is_mute_in_jobs = true;
    began = clock_now_ms();
    assert_stalled(backend_qemu.commit_back(f.vm, NULL, &o, 1), began);
    assert_int_equal(f.looks, 1); /* one that owes an answer is not asked again */
    assert_int_equal(f.n_completed, 0);
}

/* The last step: the VM may be back on its image or not, and nobody says so. */
static void
commit_until_mute(void)
{
    struct backend_overlay o = overlay();
    int64_t began;

    freeze_now();
    f.moves = true;
    f.ready_at = 1;
    f.is_mute_in_complete = true;
    began = clock_now_ms();
    assert_int_equal(backend_qemu.commit_back(f.vm, NULL, &o, 1), PRL_ERR_TRY_AGAIN);
    assert_true(clock_now_ms() - began >= STALL_TEST_MS && clock_now_ms() - began < WAIT_MS);
    assert_true(path_exists(f.overlay));
    assert_int_equal(f.n_cancelled, 0);
}

static void
say_completed(void)
{
    say("{\"event\": \"BLOCK_JOB_COMPLETED\", \"data\": {\"device\": \"%s\"}}\r\n", f.job);
}

static void
end_qemu(void)
{
    kill(f.child, SIGKILL);
    shutdown(f.sock, SHUT_RDWR);
}

static void
commit__mute_in_the_last_step__is_asked_again_until_it_is_known(void **state)
{
    struct backend_overlay o = overlay();

    (void)state;
    commit_until_mute();
    assert_int_equal(backend_qemu.commit_back(f.vm, NULL, &o, 1), PRL_ERR_TRY_AGAIN);
    assert_int_equal(f.n_completed, 1); /* told once, as long as that is not answered */
    assert_true(path_exists(f.overlay));
    say_completed();
    say("{\"return\": {}}\r\n");
    assert_int_equal(backend_qemu.commit_back(f.vm, NULL, &o, 1), 0);
    assert_false(path_exists(f.overlay));
}

/* It never got there: the overlay has what the guest wrote last. */
static void
commit__ends_in_the_last_step__the_overlay_stays(void **state)
{
    struct backend_overlay o = overlay();

    (void)state;
    commit_until_mute();
    end_qemu();
    assert_int_equal(backend_qemu.commit_back(f.vm, NULL, &o, 1), PRL_ERR_VM_PROCESS_IS_NOT_STARTED);
    assert_true(path_exists(f.overlay));
}

/* It was over the image again, where the guest may have written: what the overlay has is old. */
static void
commit__ends_behind_the_last_step__the_overlay_goes(void **state)
{
    struct backend_overlay o = overlay();

    (void)state;
    commit_until_mute();
    say_completed();
    end_qemu();
    assert_int_equal(backend_qemu.commit_back(f.vm, NULL, &o, 1), PRL_ERR_VM_PROCESS_IS_NOT_STARTED);
    assert_false(path_exists(f.overlay));
}

/* ---- the freeze ---- */

static void
freeze__mute_qemu__keeps_the_overlays(void **state)
{
    struct backend_overlay o = overlay();
    int64_t began = clock_now_ms();

    (void)state;
    f.is_mute_in_transaction = true;
    assert_stalled(backend_qemu.freeze(f.vm, NULL, &o, 1), began);
    assert_true(path_exists(f.overlay)); /* it may be in them yet */
}

static void
freeze__mute_qemu_over_a_raw_image__is_given_up_too(void **state)
{
    struct backend_overlay o = overlay();
    int64_t began;

    (void)state;
    f.b->rec->images.p[0].is_qcow2 = false;
    f.is_mute_in_transaction = true;
    began = clock_now_ms();
    assert_stalled(backend_qemu.freeze(f.vm, NULL, &o, 1), began);
    assert_true(path_exists(f.overlay));
}

/* ---- states ---- */

static void
migration__position_that_stands__is_given_up(void **state)
{
    int fd = memfd_create("state", MFD_CLOEXEC);
    int64_t began = clock_now_ms();

    (void)state;
    assert_true(fd >= 0 && lseek(fd, 4096, SEEK_SET) == 4096);
    assert_stalled(backend_vm_wait_migration(f.b, fd), began);
    close(fd);
}

static void
move_on(void *arg)
{
    int fd = *(int *)arg;

    const int64_t until = clock_deadline(MOVING_MS + 200);

    for (int i = 1; clock_left_ms(until) > 0; i++) {
        lseek(fd, i * 4096, SEEK_SET);
        poll(NULL, 0, 10); /* the time that a chunk takes */
    }
    say("{\"event\": \"MIGRATION\", \"data\": {\"status\": \"completed\"}}\r\n");
}

static void
migration__position_that_moves__may_take_longer(void **state)
{
    int fd = memfd_create("state", MFD_CLOEXEC);
    int64_t began = clock_now_ms();
    pthread_t thread;

    (void)state;
    assert_true(fd >= 0);
    qemu_vm_set_stall_ms(MOVING_MS);
    assert_int_equal(thread_start(&thread, "moves", move_on, &fd), 0);
    assert_int_equal(backend_vm_wait_migration(f.b, fd), 0);
    assert_true(clock_now_ms() - began > MOVING_MS);
    thread_join(thread);
    close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(commit__job_that_moves__may_take_longer),
        TEST(commit__job_that_stands__is_cancelled_and_told),
        TEST(commit__mute_qemu__is_given_up),
        TEST(commit__mute_in_the_last_step__is_asked_again_until_it_is_known),
        TEST(commit__ends_in_the_last_step__the_overlay_stays),
        TEST(commit__ends_behind_the_last_step__the_overlay_goes),
        TEST(freeze__mute_qemu__keeps_the_overlays),
        TEST(freeze__mute_qemu_over_a_raw_image__is_given_up_too),
        TEST(migration__position_that_stands__is_given_up),
        TEST(migration__position_that_moves__may_take_longer),
    };

    return cmocka_run_group_tests_name("stall", tests, NULL, NULL);
}
