/* SPDX-License-Identifier: MIT */
/*
 * backend_qemu on a real QEMU with the test guest, without engine and wire: life cycle, saved states, faults, take-over, live clones.
 * PRLKVM_ACCEL=tcg unless it is set. "test_qemu_backend --times" prints what the steps take instead.
 */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "guest_watch.h"
#include "model/vm_model.h"
#include "qemu/backend.h"
#include "qemu/proc_run.h"
#include "qemu/qemu_find.h"
#include "qemu/qemu_proc.h"
#include "qemu/qemu_vm.h"
#include "qemu/saved_state.h"
#include "stub_engine.h"
#include "vm/image_file.h"
#include "vm/vm.h"
#include "vm/vm_store.h"

#define WAIT_MS 30000
#define RAM_MIB 64

struct fixture {
    char *dir, *home, *serial, *disk;
    struct vm *vm;
    struct guest_watch guest;
    struct stub_task task;
};

static char *guest_image;

/* ---- the VM ---- */

static char *
config_text(const char *uuid, const char *home, unsigned ram_mib)
{
    return str_printf("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<VirtuozzoVirtualMachine>"
                      "<Identification><VmUuid>%s</VmUuid><VmName>backend test, with a comma</VmName></Identification>"
                      "<Settings><General><OsType>9</OsType></General><Startup><BootingOrder>"
                      "<BootDevice><Index>0</Index><Type>6</Type><BootingNumber>1</BootingNumber><InUse>1</InUse></BootDevice>"
                      "</BootingOrder></Startup></Settings>"
                      "<Hardware><Cpu><Number>1</Number></Cpu><Memory><RAM>%u</RAM></Memory>"
                      "<Hdd><Index>0</Index><Enabled>1</Enabled><Connected>1</Connected><EmulatedType>1</EmulatedType>"
                      "<SystemName>%s/harddisk1.hdd</SystemName><InterfaceType>1</InterfaceType><StackIndex>0</StackIndex>"
                      "<SubType>3</SubType><DiskType>1</DiskType></Hdd>"
                      "<Serial><Index>0</Index><Enabled>1</Enabled><Connected>1</Connected><EmulatedType>2</EmulatedType>"
                      "<SystemName>serial.txt</SystemName></Serial>"
                      "<NetworkAdapter><Index>0</Index><Enabled>1</Enabled><Connected>1</Connected><EmulatedType>1</EmulatedType>"
                      "<AdapterType>3</AdapterType><MAC>C43772000001</MAC></NetworkAdapter>"
                      "</Hardware></VirtuozzoVirtualMachine>\n",
                      uuid, ram_mib, home);
}

static void
must(PRL_RESULT rc, const char *what)
{
    if (PRL_FAILED(rc)) {
        fprintf(stderr, "%s: %#x: %s\n", what, (unsigned)rc, err_peek()->details ? err_peek()->details : "");
        fail();
    }
}
#define MUST(call) must(call, #call)

static void
make_disk(const char *from, const char *to)
{
    char *program = NULL;

    MUST(qemu_find_img(&program));
    {
        const char *const argv[] = { program, "convert", "-f", "raw", "-O", "qcow2", from, to, NULL };

        MUST(proc_run(argv, NULL, clock_deadline(WAIT_MS), -1, NULL));
    }
    free(program);
}

static void
publish(struct vm *vm, const char *name, const char *home)
{
    struct vm_reservation *r = NULL;

    MUST(vm_store_reserve(vm->uuid, name, home, &r));
    MUST(vm_store_publish(r, vm));
}

static int
open_fixture(void **state, unsigned ram_mib)
{
    struct fixture *f = calloc(1, sizeof *f);
    char dir[] = "/var/tmp/prlkvm-backend-XXXXXX", uuid[UUID_TEXT];
    char *text, *run, *config;

    assert_non_null(f);
    assert_non_null(mkdtemp(dir));
    f->dir = str_dup(dir);
    f->home = str_printf("%s/vm", dir);
    run = str_printf("%s/run", dir);
    f->serial = str_printf("%s/serial.txt", f->home);
    f->disk = str_printf("%s/harddisk1.hdd", f->home);
    config = str_printf("%s/config.pvs", f->home);
    assert_int_equal(path_make_dirs(f->home, 0700), 0);
    make_disk(guest_image, f->disk);
    MUST(vm_store_load(dir));
    MUST(backend_qemu.init(dir, run));
    uuid_make(uuid);
    text = config_text(uuid, f->home, ram_mib);
    assert_int_equal(path_write_durable(config, text, strlen(text)), 0);
    f->vm = vm_new(uuid, "backend test, with a comma", f->home);
    assert_non_null(f->vm);
    MUST(vm_config_set(f->vm, text, strlen(text)));
    f->vm->state = VMS_STOPPED;
    publish(f->vm, "backend test, with a comma", f->home);
    assert_true(guest_watch_open(&f->guest, f->serial));
    stub_task_init(&f->task);
    free(text);
    free(run);
    free(config);
    *state = f;
    return 0;
}

static int
setup(void **state)
{
    return open_fixture(state, RAM_MIB);
}

static int
teardown(void **state)
{
    struct fixture *f = *state;

    if (f->vm->backend)
        backend_qemu.stop(f->vm, &f->task.task);
    backend_qemu.shutdown();
    guest_watch_close(&f->guest);
    stub_task_clear(&f->task);
    vm_unref(f->vm);
    vm_store_unload();
    path_remove_tree(f->dir);
    free(f->dir);
    free(f->home);
    free(f->serial);
    free(f->disk);
    free(f);
    return 0;
}

/* A fresh task for each call, as the engine has it. */
#define DO(f, call)                                                                                \
    ({                                                                                             \
        stub_task_clear(&(f)->task);                                                               \
        stub_task_init(&(f)->task);                                                                \
        backend_qemu.call((f)->vm, &(f)->task.task);                                               \
    })

static struct guest_report
next_report(struct fixture *f)
{
    struct guest_report g = { 0, 0 };

    if (!guest_watch_report(&f->guest, &g, clock_deadline(WAIT_MS)))
        fail_msg("no report of the guest; QEMU's words: %s", qemu_log_last_words(f->home));
    return g;
}

static struct guest_report
start_and_count(struct fixture *f)
{
    MUST(DO(f, start));
    assert_int_equal(vm_state_get(f->vm), VMS_RUNNING);
    next_report(f);
    return next_report(f);
}

static pid_t
qemu_pid(struct fixture *f)
{
    assert_non_null(f->vm->backend);
    return f->vm->backend->pid;
}

static bool
has_file(struct fixture *f, const char *name)
{
    char *path = path_join(f->home, name);
    bool is_there = path_exists(path);

    free(path);
    return is_there;
}

static void
wait_state(struct fixture *f, VIRTUAL_MACHINE_STATE state)
{
    int64_t deadline = clock_deadline(WAIT_MS);
    unsigned n = 0;

    while (vm_state_get(f->vm) != state) {
        n = stub_events(PET_DSP_EVT_VM_STATE_CHANGED);
        if (vm_state_get(f->vm) != state && !stub_events_wait(PET_DSP_EVT_VM_STATE_CHANGED, n + 1, deadline))
            fail_msg("state stays %s", vm_state_name(vm_state_get(f->vm)));
    }
}

/* ---- life ---- */

static void
backend__start_and_stop__guest_counts_and_ends(void **state)
{
    struct fixture *f = *state;
    struct guest_report a = start_and_count(f), b = next_report(f);

    assert_true(b.r > a.r && b.d > a.d);
    MUST(DO(f, stop));
    assert_int_equal(vm_state_get(f->vm), VMS_STOPPED);
    assert_null(f->vm->backend);
    assert_true(PRL_FAILED(DO(f, stop)));
}

static void
backend__pause_and_cont__counter_stands_and_goes_on(void **state)
{
    struct fixture *f = *state;
    struct guest_report a, b, c;

    start_and_count(f);
    MUST(DO(f, pause));
    assert_int_equal(vm_state_get(f->vm), VMS_PAUSED);
    a = guest_watch_last(&f->guest);
    assert_null(guest_watch_line(&f->guest, clock_deadline(300)));
    MUST(DO(f, cont));
    assert_int_equal(vm_state_get(f->vm), VMS_RUNNING);
    b = next_report(f);
    c = next_report(f);
    assert_int_equal(b.r, a.r + 8);
    assert_int_equal(c.r, b.r + 8);
}

/* What the I/O thread sends is what the task waits for, and undone where no task comes for it. */
static void
backend__head_start__is_taken_or_undone(void **state)
{
    struct fixture *f = *state;
    struct task *t = &f->task.task;
    struct guest_report a;

    start_and_count(f);
    stub_task_clear(&f->task);
    stub_task_init(&f->task);
    backend_qemu.pause_ahead(f->vm, t);
    assert_non_null(t->ahead);
    MUST(backend_qemu.pause(f->vm, t));
    assert_int_equal(vm_state_get(f->vm), VMS_PAUSED);
    t->ahead->drop(t->ahead); /* as the engine does at the end of each task: it was taken, so nothing is undone */
    t->ahead = NULL;
    a = guest_watch_last(&f->guest);
    assert_null(guest_watch_line(&f->guest, clock_deadline(300)));

    backend_qemu.cont_ahead(f->vm, t);
    assert_non_null(t->ahead);
    MUST(backend_qemu.cont(f->vm, t));
    t->ahead->drop(t->ahead);
    t->ahead = NULL;
    assert_int_equal(next_report(f).r, a.r + 8);

    backend_qemu.pause_ahead(f->vm, t);
    assert_non_null(t->ahead);
    wait_state(f, VMS_PAUSED);
    t->ahead->drop(t->ahead);
    t->ahead = NULL;
    wait_state(f, VMS_RUNNING);
    next_report(f);
}

/* ---- a head start that nobody waits for asleep ---- */

static struct {
    struct lock lock;
    struct cond changed;
    int n;
    bool may_run_here;
    PRL_RESULT rc;
    struct fixture *f;
} over = { .lock = LOCK_INIT(0) };

/* As the engine: the thread that reads the answer finishes the task, where it may. */
static void
on_over(struct task *t, bool may_run_here)
{
    PRL_RESULT rc = may_run_here ? backend_qemu.pause(over.f->vm, t) : PRL_ERR_SUCCESS;
    LOCK_SCOPE(&over.lock);

    over.n++;
    over.may_run_here = may_run_here;
    over.rc = rc;
    cond_broadcast(&over.changed);
}

/* QEMU hangs when the command is sent. */
static struct task *
pause_ahead_of_hung(struct fixture *f)
{
    struct task *t = &f->task.task;

    cond_init(&over.changed);
    over.n = 0;
    over.f = f;
    stub_task_clear(&f->task);
    stub_task_init(&f->task);
    kill(qemu_pid(f), SIGSTOP);
    backend_qemu.pause_ahead(f->vm, t);
    assert_non_null(t->ahead);
    assert_true(t->ahead->watch(t->ahead, t, on_over));
    assert_int_equal(over.n, 0);
    return t;
}

static void
wait_over(void)
{
    int64_t deadline = clock_deadline(WAIT_MS);
    LOCK_SCOPE(&over.lock);

    while (!over.n)
        assert_true(cond_wait_until(&over.changed, &over.lock, deadline));
    assert_int_equal(over.n, 1);
}

static void
drop_ahead(struct task *t)
{
    t->ahead->drop(t->ahead);
    t->ahead = NULL;
    cond_destroy(&over.changed);
}

static void
backend__head_start__is_finished_where_the_answer_is_read(void **state)
{
    struct fixture *f = *state;
    struct task *t;

    start_and_count(f);
    t = pause_ahead_of_hung(f);
    kill(qemu_pid(f), SIGCONT);
    wait_over();
    assert_true(over.may_run_here);
    assert_int_equal(over.rc, PRL_ERR_SUCCESS);
    assert_int_equal(vm_state_get(f->vm), VMS_PAUSED);
    assert_false(t->ahead->unwatch(t->ahead));
    drop_ahead(t);
}

static void
backend__head_start_of_a_qemu_that_ends__is_no_business_of_the_reader(void **state)
{
    struct fixture *f = *state;
    struct task *t;

    start_and_count(f);
    t = pause_ahead_of_hung(f);
    kill(qemu_pid(f), SIGKILL);
    wait_over();
    assert_false(over.may_run_here);
    assert_true(PRL_FAILED(backend_qemu.pause(f->vm, t)));
    drop_ahead(t);
    wait_state(f, VMS_STOPPED);
}

static void
backend__reset__guest_boots_again_and_disk_counter_stays(void **state)
{
    struct fixture *f = *state;
    struct guest_report a = start_and_count(f), b;

    MUST(DO(f, pause));
    MUST(DO(f, reset));
    assert_int_equal(vm_state_get(f->vm), VMS_RUNNING);
    do
        b = next_report(f);
    while (b.r > 8);
    assert_true(b.d > a.d);
}

static void
backend__acpi_button__guest_powers_off(void **state)
{
    struct fixture *f = *state;
    unsigned told = stub_events(PET_DSP_EVT_ERROR_MESSAGE);

    start_and_count(f);
    MUST(DO(f, request_shutdown));
    MUST(backend_qemu.wait_stopped(f->vm, &f->task.task, clock_deadline(WAIT_MS)));
    assert_int_equal(vm_state_get(f->vm), VMS_STOPPED);
    assert_int_equal(stub_events(PET_DSP_EVT_ERROR_MESSAGE), told);
}

static void
backend__qemu_killed__stopped_and_told(void **state)
{
    struct fixture *f = *state;
    unsigned told = stub_events(PET_DSP_EVT_ERROR_MESSAGE);

    start_and_count(f);
    kill(qemu_pid(f), SIGKILL);
    wait_state(f, VMS_STOPPED);
    assert_int_equal(stub_events(PET_DSP_EVT_ERROR_MESSAGE), told + 1);
    start_and_count(f);
}

static void
backend__qemu_hangs__force_still_stops_it(void **state)
{
    struct fixture *f = *state;

    start_and_count(f);
    kill(qemu_pid(f), SIGSTOP);
    MUST(DO(f, stop));
    assert_int_equal(vm_state_get(f->vm), VMS_STOPPED);
}

static void
backend__start_cancelled__nothing_is_left(void **state)
{
    struct fixture *f = *state;

    stub_task_clear(&f->task);
    stub_task_init(&f->task);
    f->task.cancel_at_percent = 5;
    assert_int_equal(backend_qemu.start(f->vm, &f->task.task), PRL_ERR_OPERATION_WAS_CANCELED);
    assert_int_equal(vm_state_get(f->vm), VMS_STOPPED);
    assert_null(f->vm->backend);
    start_and_count(f);
}

/* ---- saved states ---- */

static void
suspend_and_check(struct fixture *f)
{
    MUST(DO(f, suspend));
    assert_int_equal(vm_state_get(f->vm), VMS_SUSPENDED);
    assert_null(f->vm->backend);
    assert_true(has_file(f, SAVED_STATE_FILE));
    assert_false(has_file(f, SAVED_STATE_NEW));
}

static void
resume_and_check(struct fixture *f, struct guest_report before)
{
    struct guest_report g;

    MUST(DO(f, start));
    assert_int_equal(vm_state_get(f->vm), VMS_RUNNING);
    assert_false(has_file(f, SAVED_STATE_FILE));
    assert_false(has_file(f, SAVED_STATE_RUN));
    assert_false(has_file(f, SAVED_STATE_RAM));
    g = next_report(f);
    assert_true(g.r > before.r && g.r <= before.r + 16);
    assert_true(g.r / 8 - g.d == before.r / 8 - before.d);
}

static void
backend__suspend_and_resume__guest_goes_on(void **state)
{
    struct fixture *f = *state;
    struct guest_report g = start_and_count(f);

    for (int i = 0; i < 3; i++) {
        suspend_and_check(f);
        g = guest_watch_last(&f->guest);
        resume_and_check(f, g);
        g = next_report(f);
    }
}

/* RAM file mapped privately -> all RAM in the stream -> a memfd again. */
static void
backend__large_ram__goes_through_all_three_ways(void **state)
{
    struct fixture *f = *state;
    struct guest_report g = start_and_count(f);

    qemu_vm_set_ram_file_above(0);
    for (int i = 0; i < 4; i++) {
        suspend_and_check(f);
        assert_int_equal(has_file(f, SAVED_STATE_RAM), i % 2 == 0);
        g = guest_watch_last(&f->guest);
        resume_and_check(f, g);
        next_report(f);
    }
    qemu_vm_set_ram_file_above(8ull << 30);
}

static void
backend__suspended_from_paused__resumes_running(void **state)
{
    struct fixture *f = *state;
    struct guest_report g = start_and_count(f);

    MUST(DO(f, pause));
    suspend_and_check(f);
    g = guest_watch_last(&f->guest);
    resume_and_check(f, g);
}

static void
cancel_suspend_at(struct fixture *f, unsigned percent, VIRTUAL_MACHINE_STATE expected)
{
    stub_task_clear(&f->task);
    stub_task_init(&f->task);
    f->task.cancel_at_percent = percent;
    assert_int_equal(backend_qemu.suspend(f->vm, &f->task.task), PRL_ERR_OPERATION_WAS_CANCELED);
    assert_int_equal(vm_state_get(f->vm), expected);
    assert_false(has_file(f, SAVED_STATE_FILE));
    assert_false(has_file(f, SAVED_STATE_NEW));
    assert_false(has_file(f, SAVED_STATE_RAM));
}

static void
backend__suspend_cancelled__guest_goes_on(void **state)
{
    struct fixture *f = *state;
    struct guest_report g = start_and_count(f), h;

    cancel_suspend_at(f, 5, VMS_RUNNING);
    h = next_report(f);
    assert_true(h.r > g.r && h.r <= g.r + 24);
    cancel_suspend_at(f, 85, VMS_RUNNING);
    next_report(f);
    MUST(DO(f, pause));
    cancel_suspend_at(f, 85, VMS_PAUSED);
    MUST(DO(f, cont));
    g = guest_watch_last(&f->guest);
    suspend_and_check(f);
    g = guest_watch_last(&f->guest);
    resume_and_check(f, g);
}

static void
kill_qemu(void *arg)
{
    struct fixture *f = arg;
    struct backend_vm *b = backend_vm_get(f->vm);

    if (b)
        kill(b->pid, SIGKILL);
    backend_vm_unref(b);
}

static void
prepare_kill(struct fixture *f, unsigned percent)
{
    stub_task_clear(&f->task);
    stub_task_init(&f->task);
    f->task.call_at_percent = percent;
    f->task.call = kill_qemu;
    f->task.arg = f;
}

static void
backend__qemu_killed_in_suspend__stopped_and_clean(void **state)
{
    static const unsigned percents[] = { 5, 40, 85 };
    struct fixture *f = *state;

    for (size_t i = 0; i < ARRAY_LEN(percents); i++) {
        start_and_count(f);
        prepare_kill(f, percents[i]);
        assert_int_equal(backend_qemu.suspend(f->vm, &f->task.task), PRL_ERR_VM_SUSPEND_FAILED);
        assert_int_equal(vm_state_get(f->vm), VMS_STOPPED);
        assert_null(f->vm->backend);
        assert_false(has_file(f, SAVED_STATE_FILE) || has_file(f, SAVED_STATE_NEW) || has_file(f, SAVED_STATE_RAM));
    }
}

/* Behind the rename the state is good, whatever becomes of QEMU. */
static void
backend__qemu_killed_behind_suspend__suspended(void **state)
{
    struct fixture *f = *state;
    struct guest_report g = start_and_count(f);

    prepare_kill(f, 95);
    MUST(backend_qemu.suspend(f->vm, &f->task.task));
    assert_int_equal(vm_state_get(f->vm), VMS_SUSPENDED);
    g = guest_watch_last(&f->guest);
    resume_and_check(f, g);
}

static void
backend__qemu_killed_in_resume__state_stays(void **state)
{
    static const unsigned percents[] = { 5, 40, 90 };
    struct fixture *f = *state;
    struct guest_report g = start_and_count(f);

    suspend_and_check(f);
    g = guest_watch_last(&f->guest);
    for (size_t i = 0; i < ARRAY_LEN(percents); i++) {
        prepare_kill(f, percents[i]);
        assert_int_equal(backend_qemu.start(f->vm, &f->task.task), PRL_ERR_VM_RESTORE_STATE_FAILED);
        assert_int_equal(vm_state_get(f->vm), VMS_SUSPENDED);
        assert_true(has_file(f, SAVED_STATE_FILE) && has_file(f, SAVED_STATE_RAM));
        stub_task_clear(&f->task);
        stub_task_init(&f->task);
        f->task.cancel_at_percent = percents[i];
        assert_int_equal(backend_qemu.start(f->vm, &f->task.task), PRL_ERR_OPERATION_WAS_CANCELED);
        assert_int_equal(vm_state_get(f->vm), VMS_SUSPENDED);
    }
    resume_and_check(f, g);
}

static void
flip(struct fixture *f, const char *name, off_t at)
{
    char *path = path_join(f->home, name);
    int fd = open(path, O_RDWR);
    struct stat st;
    char c;

    assert_true(fd >= 0 && fstat(fd, &st) == 0);
    if (at < 0)
        at += st.st_size;
    assert_int_equal(pread(fd, &c, 1, at), 1);
    c ^= 1;
    assert_int_equal(pwrite(fd, &c, 1, at), 1);
    close(fd);
    free(path);
}

static void
refused_and_kept(struct fixture *f, PRL_RESULT code)
{
    assert_int_equal(DO(f, start), code);
    assert_int_equal(vm_state_get(f->vm), VMS_SUSPENDED);
    assert_null(f->vm->backend);
    assert_true(has_file(f, SAVED_STATE_FILE));
}

static void
backend__damaged_state__is_refused_and_kept(void **state)
{
    static const struct {
        const char *file;
        off_t at;
        PRL_RESULT code;
    } rows[] = {
        { SAVED_STATE_FILE, 1, PRL_ERR_CORE_STATE_INV_SAV_VERSION },
        { SAVED_STATE_FILE, 60, PRL_ERR_VM_RESTORE_STATE_FAILED },
        { SAVED_STATE_FILE, SAVED_STATE_OFFSET + 5000, PRL_ERR_VM_RESTORE_STATE_FAILED },
        { SAVED_STATE_FILE, -20, PRL_ERR_VM_RESTORE_STATE_FAILED },
        { SAVED_STATE_RAM, 0x10000, PRL_ERR_VM_RESTORE_STATE_FAILED },
        { SAVED_STATE_RAM, 8 << 20, PRL_ERR_VM_RESTORE_STATE_FAILED },
        { SAVED_STATE_RAM, (off_t)RAM_MIB << 20, PRL_ERR_VM_RESTORE_STATE_FAILED },
    };
    struct fixture *f = *state;
    struct guest_report g = start_and_count(f);

    suspend_and_check(f);
    g = guest_watch_last(&f->guest);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        flip(f, rows[i].file, rows[i].at);
        refused_and_kept(f, rows[i].code);
        flip(f, rows[i].file, rows[i].at);
    }
    resume_and_check(f, g);
}

static void
backend__disk_changed_after_suspend__is_refused_and_dropped(void **state)
{
    struct fixture *f = *state;

    start_and_count(f);
    suspend_and_check(f);
    flip(f, "harddisk1.hdd", -1);
    flip(f, "harddisk1.hdd", -1);
    refused_and_kept(f, PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG);
    MUST(DO(f, drop_suspended));
    assert_int_equal(vm_state_get(f->vm), VMS_STOPPED);
    assert_false(has_file(f, SAVED_STATE_FILE));
    assert_false(has_file(f, SAVED_STATE_RAM));
    assert_int_equal(DO(f, drop_suspended), PRL_ERR_UNABLE_DROP_SUSPENDED_STATE);
    start_and_count(f);
}

static void
backend__hardware_changed_after_suspend__is_refused(void **state)
{
    struct fixture *f = *state;
    struct guest_report g = start_and_count(f);
    char *other = config_text(f->vm->uuid, f->home, RAM_MIB * 2), *same = config_text(f->vm->uuid, f->home, RAM_MIB);

    suspend_and_check(f);
    g = guest_watch_last(&f->guest);
    MUST(vm_config_set(f->vm, other, strlen(other)));
    assert_true(PRL_FAILED(DO(f, start)));
    assert_int_equal(vm_state_get(f->vm), VMS_SUSPENDED);
    MUST(vm_config_set(f->vm, same, strlen(same)));
    resume_and_check(f, g);
    free(other);
    free(same);
}

static void
backend__resume_cut_before_cont__state_comes_back(void **state)
{
    struct fixture *f = *state;
    struct guest_report g = start_and_count(f);
    char *sav = path_join(f->home, SAVED_STATE_FILE), *run = path_join(f->home, SAVED_STATE_RUN);

    suspend_and_check(f);
    g = guest_watch_last(&f->guest);
    assert_int_equal(rename(sav, run), 0); /* as a service that dies between the rename and cont leaves it */
    MUST(backend_qemu.take_over());
    assert_true(has_file(f, SAVED_STATE_FILE));
    resume_and_check(f, g);
    free(sav);
    free(run);
}

/* ---- take-over ---- */

static void
change_service(struct fixture *f)
{
    char *run = str_printf("%s/run", f->dir);

    backend_qemu.shutdown();
    f->vm->state = VMS_STOPPED; /* what a new service thinks first */
    MUST(backend_qemu.init(f->dir, run));
    MUST(backend_qemu.take_over());
    free(run);
}

static void
backend__service_restarts__running_vm_is_taken_over(void **state)
{
    struct fixture *f = *state;
    struct guest_report g = start_and_count(f), h;
    pid_t pid = qemu_pid(f);

    change_service(f);
    assert_int_equal(vm_state_get(f->vm), VMS_RUNNING);
    assert_int_equal(qemu_pid(f), pid);
    h = next_report(f);
    assert_true(h.r > g.r);
    MUST(DO(f, pause));
    change_service(f);
    assert_int_equal(vm_state_get(f->vm), VMS_PAUSED);
    suspend_and_check(f);
    g = guest_watch_last(&f->guest);
    resume_and_check(f, g);
}

static void
backend__service_restarts_after_qemu_died__stopped(void **state)
{
    struct fixture *f = *state;
    pid_t pid;

    start_and_count(f);
    pid = qemu_pid(f);
    backend_qemu.shutdown();
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    change_service(f);
    assert_int_equal(vm_state_get(f->vm), VMS_STOPPED);
    assert_null(f->vm->backend);
    start_and_count(f);
}

/* ---- live clones ---- */

static void
backend__freeze_and_commit__guest_runs_on(void **state)
{
    struct fixture *f = *state;
    struct guest_report g = start_and_count(f), h;
    char *overlay = str_printf("%s/overlay.hdd", f->home);
    struct backend_overlay o = { "hdd0", f->disk, overlay };
    struct stat before, after;

    MUST(backend_qemu.freeze(f->vm, &f->task.task, &o, 1));
    assert_int_equal(stat(f->disk, &before), 0);
    next_report(f);
    h = next_report(f);
    assert_true(h.d > g.d);
    assert_int_equal(stat(f->disk, &after), 0);
    assert_int_equal(before.st_mtim.tv_nsec, after.st_mtim.tv_nsec);
    change_service(f);
    MUST(backend_qemu.commit_back(f->vm, &f->task.task, &o, 1));
    assert_int_equal(access(overlay, F_OK), -1); /* older than the image from then on */
    g = next_report(f);
    suspend_and_check(f);
    g = guest_watch_last(&f->guest);
    resume_and_check(f, g);
    free(overlay);
}

/* ---- hostile images ---- */

static void
backend__image_with_foreign_backing__is_refused(void **state)
{
    struct fixture *f = *state;
    char *program = NULL;

    MUST(qemu_find_img(&program));
    {
        const char *const argv[] = { program, "create", "-q", "-f", "qcow2", "-F", "raw", "-b", guest_image, f->disk, NULL };

        MUST(proc_run(argv, NULL, clock_deadline(WAIT_MS), -1, NULL));
    }
    assert_int_equal(DO(f, start), PRL_ERR_DISK_NOT_PERMITTED);
    assert_int_equal(vm_state_get(f->vm), VMS_STOPPED);
    assert_int_equal(truncate(f->disk, 0), 0);
    assert_true(PRL_FAILED(DO(f, start)));
    free(program);
}

/* ---- times ---- */

static int
compare_us(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

#define TIMED_RUNS 15

static void
backend__times(void **state)
{
    static const char *const names[] = { "start", "pause", "cont", "suspend", "resume", "stop" };
    struct fixture *f = *state;
    int64_t us[6][TIMED_RUNS];

    for (int i = 0; i < TIMED_RUNS; i++) {
        int k = 0;

#define TIME(call)                                                                                 \
    do {                                                                                           \
        int64_t t0 = clock_now_us();                                                               \
        MUST(DO(f, call));                                                                         \
        us[k++][i] = clock_now_us() - t0;                                                          \
    } while (0)
        TIME(start);
        next_report(f);
        TIME(pause);
        TIME(cont);
        TIME(suspend);
        TIME(start);
        TIME(stop);
    }
    for (int k = 0; k < 6; k++) {
        qsort(us[k], TIMED_RUNS, sizeof us[k][0], compare_us);
        printf("%-8s p50 %7.2f ms   best %7.2f   worst %7.2f\n", names[k], (double)us[k][TIMED_RUNS / 2] / 1000,
               (double)us[k][0] / 1000, (double)us[k][TIMED_RUNS - 1] / 1000);
    }
}

static int
setup_128(void **state)
{
    return open_fixture(state, 128);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(backend__start_and_stop__guest_counts_and_ends),
        TEST(backend__pause_and_cont__counter_stands_and_goes_on),
        TEST(backend__head_start__is_taken_or_undone),
        TEST(backend__head_start__is_finished_where_the_answer_is_read),
        TEST(backend__head_start_of_a_qemu_that_ends__is_no_business_of_the_reader),
        TEST(backend__reset__guest_boots_again_and_disk_counter_stays),
        TEST(backend__acpi_button__guest_powers_off),
        TEST(backend__qemu_killed__stopped_and_told),
        TEST(backend__qemu_hangs__force_still_stops_it),
        TEST(backend__start_cancelled__nothing_is_left),
        TEST(backend__suspend_and_resume__guest_goes_on),
        TEST(backend__large_ram__goes_through_all_three_ways),
        TEST(backend__suspended_from_paused__resumes_running),
        TEST(backend__suspend_cancelled__guest_goes_on),
        TEST(backend__qemu_killed_in_suspend__stopped_and_clean),
        TEST(backend__qemu_killed_behind_suspend__suspended),
        TEST(backend__qemu_killed_in_resume__state_stays),
        TEST(backend__damaged_state__is_refused_and_kept),
        TEST(backend__disk_changed_after_suspend__is_refused_and_dropped),
        TEST(backend__hardware_changed_after_suspend__is_refused),
        TEST(backend__resume_cut_before_cont__state_comes_back),
        TEST(backend__service_restarts__running_vm_is_taken_over),
        TEST(backend__service_restarts_after_qemu_died__stopped),
        TEST(backend__freeze_and_commit__guest_runs_on),
        TEST(backend__image_with_foreign_backing__is_refused),
    };
    const struct CMUnitTest times[] = { cmocka_unit_test_setup_teardown(backend__times, setup_128, teardown) };
    const char *build = getenv("PRLKVM_BUILD_DIR");
    char *path = NULL, *version = NULL;

    setenv("PRLKVM_ACCEL", "tcg", 0);
    if (getenv("PRLKVM_LOG"))
        log_set_level(LOG_DEBUG_LEVEL);
    guest_image = str_printf("%s/guest/guest.img", build ? build : ".");
    if (!path_exists(guest_image) || PRL_FAILED(qemu_find(&path, &version))) {
        printf("skipped: %s\n", path_exists(guest_image) ? err_peek()->details : "no test guest (PRLKVM_BUILD_DIR)");
        return 77;
    }
    free(path);
    free(version);
    if (argc > 1 && strcmp(argv[1], "--times") == 0)
        return cmocka_run_group_tests(times, NULL, NULL);
    if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests_name("qemu_backend", tests, NULL, NULL);
}
