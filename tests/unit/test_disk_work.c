/* SPDX-License-Identifier: MIT */
/* Work on disks in the background: callbacks, cancelling, who may call what meanwhile; states of bundles. */
#include <pthread.h>
#include <semaphore.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/public.h"
#include "disk_tools.h"
#include "image/bundle.h"

#define SIZE_SECTORS (PRL_UINT64)65536
#define OK PRL_ERR_SUCCESS
#define SNAPSHOT "{11111111-2222-4333-8444-555555555555}"

static const PRL_GUID snapshot_guid = { 0x11111111, 0x2222, 0x4333, { 0x84, 0x44, 0x55, 0x55, 0x55, 0x55, 0x55, 0x55 } };
static const PRL_GUID no_guid = { 0x99999999, 0x2222, 0x4333, { 1, 2, 3, 4, 5, 6, 7, 8 } };
static const PRL_IMAGE_TYPE kinds[] = { PRL_IMAGE_TRY_GUESS, PRL_IMAGE_COMPRESSED, PRL_IMAGE_PLAIN };

/* What a callback has seen. */
struct seen {
    int n, progress[2000], types[2000], total;
    bool went_back;
    int stop_at;      /* progress from which on it says no; -1: never */
    int block_at;     /* waits there for `go`, having posted `there`; -1: never */
    sem_t there, go;
    PRL_HANDLE *disk; /* to be asked inside, or NULL */
    PRL_RESULT inside_wait, inside_read, last_wait, last_read, deinit;
};

static struct seen seen;

static int
up(void **state)
{
    temp_dir_up(state);
    setenv("PRLKVM_HOME", temp_dir, 1);
    memset(&seen, 0, sizeof seen);
    seen.stop_at = seen.block_at = -1;
    sem_init(&seen.there, 0, 0);
    sem_init(&seen.go, 0, 0);
    return 0;
}

static void
wait_for(sem_t *s)
{
    struct timespec ts;

    clock_gettime(CLOCK_REALTIME, &ts);
    ts.tv_sec += 30;
    assert_int_equal(sem_timedwait(s, &ts), 0);
}

static PRL_BOOL
note(int type, int progress, struct seen *s)
{
    char buf[512];

    if (s->n && progress < s->progress[s->n - 1])
        s->went_back = true;
    s->types[s->n] = type;
    s->progress[s->n++] = progress;
    if (s->disk && progress < 1000) {
        s->inside_wait = PrlDisk_WaitForCompletion(*s->disk);
        s->inside_read = PrlDisk_Read(*s->disk, buf, sizeof buf, 0);
        s->deinit = PrlApi_Deinit();
    } else if (s->disk && progress == 1005) {
        s->last_wait = PrlDisk_WaitForCompletion(*s->disk);
        s->last_read = PrlDisk_Read(*s->disk, buf, sizeof buf, 0);
    }
    if (progress == s->block_at) {
        sem_post(&s->there);
        while (sem_wait(&s->go))
            ;
    }
    return s->stop_at < 0 || progress < s->stop_at;
}

static PRL_BOOL PRL_CALL
on_disk(PRL_INT32 complete, PRL_INT32 total, PRL_VOID_PTR param)
{
    ((struct seen *)param)->total = total;
    return note(0, complete, param);
}

static PRL_BOOL PRL_CALL
on_state(PRL_STATES_CALLBACK_TYPE type, PRL_INT32 progress, PRL_VOID_PTR param)
{
    return note(type, progress, param);
}

static PRL_RESULT
create(const char *name, PRL_IMAGE_TYPE type, PRL_UINT64 sectors, bool in_background, PRL_HANDLE *ret)
{
    PRL_IMAGE_PARAMETERS part = { .Type = type };
    PRL_DISK_PARAMETERS p = { .m_SizeInSectors = sectors, .m_Parts = 1, .m_Storages = &part };
    AUTO(cleanup_free) char *path = temp_path(name);
    PRL_RESULT r = PrlDisk_CreateDisk_Local(ret, path, &p, in_background ? on_disk : NULL, &seen);

    memset(&part, 0xee, sizeof part); /* parameters are taken at once */
    memset(&p, 0xee, sizeof p);
    return r;
}

static bool
is_there(const char *name)
{
    AUTO(cleanup_free) char *path = temp_path(name);

    return path_exists(path);
}

static unsigned
files_there(void)
{
    AUTO(cleanup_free) char *out = tool("find", temp_dir, NULL);
    unsigned n = 0;

    assert_non_null(out);
    for (const char *p = out; *p; p++)
        n += *p == '\n';
    return n - 1;
}

/* ---- making ---- */

static void
make_each_kind(void)
{
    for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
        unsigned char buf[4096], back[4096];
        char name[16];
        PRL_HANDLE h;

        snprintf(name, sizeof name, "back%zu", i);
        seen.n = 0;
        assert_int_equal(create(name, kinds[i], SIZE_SECTORS, true, &h), OK);
        assert_int_equal(PrlDisk_WaitForCompletion(h), OK);
        assert_int_equal(PrlDisk_WaitForCompletion(h), OK);
        assert_true(seen.n >= 3);
        assert_false(seen.went_back);
        assert_int_equal(seen.total, 1000);
        assert_int_equal(seen.progress[0], 0);
        assert_int_equal(seen.progress[seen.n - 2], 1000);
        assert_int_equal(seen.progress[seen.n - 1], 1005);
        fill_pattern(buf, sizeof buf, 0, 3);
        assert_int_equal(PrlDisk_Write(h, buf, sizeof buf, 100), OK);
        assert_int_equal(PrlDisk_Read(h, back, sizeof back, 100), OK);
        assert_memory_equal(buf, back, sizeof buf);
        assert_int_equal(PrlDisk_Free(h), OK);
    }
}

static void
create_in_background__tells_its_progress(void **state)
{
    make_each_kind(); /* before PrlApi_Init */
    temp_dir_down(NULL);
    mkdir(temp_dir, 0700);
    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), OK);
    make_each_kind();
    assert_int_equal(PrlApi_Deinit(), OK);
}

static void
calls_meanwhile__are_told_so(void **state)
{
    PRL_UINT32 n = 0;
    char buf[512] = { 0 };
    PRL_HANDLE h, map;

    seen.block_at = 0;
    assert_int_equal(create("busy", PRL_IMAGE_COMPRESSED, SIZE_SECTORS, true, &h), OK);
    wait_for(&seen.there);
    assert_int_equal(PrlDisk_Read(h, buf, 512, 0), PRL_ERR_DISK_OPERATION_IN_PROGRESS);
    assert_int_equal(PrlDisk_Write(h, buf, 512, 0), PRL_ERR_DISK_OPERATION_IN_PROGRESS);
    assert_int_equal(PrlDisk_FlushCache(h), PRL_ERR_DISK_OPERATION_IN_PROGRESS);
    assert_int_equal(PrlDisk_GetDiskInfo(h, NULL, &n), PRL_ERR_DISK_OPERATION_IN_PROGRESS);
    assert_int_equal(PrlDisk_GetChangesMap_Local(h, NULL, NULL, &map), PRL_ERR_DISK_OPERATION_IN_PROGRESS);
    assert_int_equal(PrlDisk_SwitchToState(h, "", &no_guid, NULL, NULL), PRL_ERR_DISK_OPERATION_IN_PROGRESS);
    assert_int_equal(PrlHandle_AddRef(h), OK);
    assert_int_equal(PrlHandle_Free(h), OK);
    sem_post(&seen.go);
    assert_int_equal(PrlDisk_WaitForCompletion(h), OK);
    assert_int_equal(PrlDisk_Read(h, buf, 512, 0), OK);
    assert_int_equal(PrlDisk_Free(h), OK);
}

static void
callback__may_use_its_disk(void **state)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE;

    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), OK);
    seen.disk = &h;
    assert_int_equal(create("own", PRL_IMAGE_TRY_GUESS, SIZE_SECTORS, true, &h), OK);
    assert_int_equal(PrlDisk_WaitForCompletion(h), OK);
    assert_int_equal(seen.inside_wait, PRL_ERR_DISK_OPERATION_IN_PROGRESS);
    assert_int_equal(seen.inside_read, PRL_ERR_DISK_OPERATION_IN_PROGRESS);
    assert_int_equal(seen.deinit, PRL_ERR_INVALID_ACTION_REQUESTED);
    assert_int_equal(seen.last_wait, OK);
    assert_int_equal(seen.last_read, OK);
    assert_int_equal(PrlDisk_Free(h), OK);
    assert_int_equal(PrlApi_Deinit(), OK);
}

static void
create__cancelled__leaves_nothing(void **state)
{
    static const int stops[] = { 0, 1, 300, 900 };

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        for (size_t k = 0; k < ARRAY_LEN(stops); k++) {
            PRL_RESULT r;
            char buf[512];
            PRL_HANDLE h;

            seen.n = 0;
            seen.stop_at = stops[k];
            assert_int_equal(create("gone", kinds[i], SIZE_SECTORS * 16, true, &h), OK);
            r = PrlDisk_WaitForCompletion(h);
            assert_int_equal(seen.progress[seen.n - 1], 1005);
            if (r == OK) { /* it had no report between this and the end */
                assert_true(seen.n >= 3 && seen.progress[seen.n - 3] < stops[k]);
                assert_int_equal(PrlDisk_Free(h), OK);
                temp_dir_down(NULL);
                mkdir(temp_dir, 0700);
                continue;
            }
            assert_int_equal(r, PRL_ERR_DISK_USER_INTERRUPTED);
            assert_int_equal(PrlDisk_WaitForCompletion(h), PRL_ERR_DISK_USER_INTERRUPTED);
            assert_int_equal(PrlDisk_Read(h, buf, 512, 0), PRL_ERR_UNINITIALIZED);
            assert_int_equal(files_there(), 0);
            assert_int_equal(PrlDisk_Free(h), OK);
        }
}

static void
create__that_fails_in_background__says_why(void **state)
{
    AUTO(cleanup_free) char *blocker = temp_path("file");
    PRL_HANDLE h = (PRL_HANDLE)0x77;

    put_text(blocker, "no directory");
    assert_int_equal(create("file", PRL_IMAGE_COMPRESSED, SIZE_SECTORS, true, &h), PRL_ERR_DISK_FILE_EXISTS);
    assert_ptr_equal(h, (PRL_HANDLE)0x77);
    assert_int_equal(seen.n, 0);
    assert_int_equal(create("file/below", PRL_IMAGE_TRY_GUESS, SIZE_SECTORS, true, &h), OK);
    assert_int_equal(PrlDisk_WaitForCompletion(h), PRL_ERR_DISK_DIR_CREATE_ERROR);
    assert_int_equal(seen.progress[seen.n - 1], 1005);
    assert_int_equal(PrlDisk_Free(h), OK);
}

static void
handle__freed_meanwhile__work_goes_on(void **state)
{
    PRL_HANDLE h;

    seen.block_at = 1005;
    assert_int_equal(create("orphan", PRL_IMAGE_COMPRESSED, SIZE_SECTORS, true, &h), OK);
    assert_int_equal(PrlDisk_Free(h), OK);
    wait_for(&seen.there);
    assert_true(is_there("orphan"));
    sem_post(&seen.go);
    /* The disk is closed a moment after the callback: then it can be opened. */
    for (int64_t deadline = clock_deadline(30000);;) {
        AUTO(cleanup_free) char *path = temp_path("orphan");
        PRL_RESULT r = PrlDisk_OpenDisk_Local(&h, path, DISK_RW, PRL_INVALID_HANDLE);

        if (r == OK)
            break;
        assert_int_equal(r, PRL_ERR_DISK_SHARING_VIOLATION);
        assert_true(clock_left_ms(deadline) > 0);
    }
    assert_int_equal(PrlDisk_Free(h), OK);
}

static void *
let_go_soon(void *arg)
{
    /* Deinit has said "cancel" when the callback is let go, or says it a little later: either way it ends. */
    sem_post(&seen.go);
    return arg;
}

static void
deinit__ends_work(void **state)
{
    pthread_t t;
    PRL_HANDLE h;

    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), OK);
    seen.block_at = 0;
    assert_int_equal(create("deinit", PRL_IMAGE_PLAIN, SIZE_SECTORS, true, &h), OK);
    wait_for(&seen.there);
    assert_int_equal(pthread_create(&t, NULL, let_go_soon, NULL), 0);
    assert_int_equal(PrlApi_Deinit(), OK);
    pthread_join(t, NULL);
    assert_int_equal(seen.progress[seen.n - 1], 1005); /* and no call comes after Deinit */
    assert_int_equal(PrlDisk_WaitForCompletion(h), PRL_ERR_INVALID_ARG);
}

/* ---- states ---- */

static PRL_HANDLE
with_snapshot(const char *name)
{
    AUTO(cleanup_free) char *path = temp_path(name);
    unsigned char buf[4096];
    struct bundle *b;
    PRL_HANDLE h;

    assert_int_equal(create(name, PRL_IMAGE_COMPRESSED, SIZE_SECTORS, false, &h), OK);
    fill_pattern(buf, sizeof buf, 0, 1);
    assert_int_equal(PrlDisk_Write(h, buf, sizeof buf, 0), OK);
    assert_int_equal(PrlDisk_Free(h), OK);
    assert_int_equal(bundle_open(path, BUNDLE_WRITE, &b), OK);
    assert_int_equal(bundle_snapshot_create(b, SNAPSHOT), OK);
    assert_int_equal(bundle_close(b), OK);
    assert_int_equal(PrlDisk_OpenDisk_Local(&h, path, DISK_RW, PRL_INVALID_HANDLE), OK);
    fill_pattern(buf, sizeof buf, 0, 2);
    assert_int_equal(PrlDisk_Write(h, buf, sizeof buf, 0), OK);
    return h;
}

static void
must_be(PRL_HANDLE h, unsigned seed)
{
    unsigned char buf[4096];

    assert_int_equal(PrlDisk_Read(h, buf, sizeof buf, 0), OK);
    assert_true(is_pattern(buf, sizeof buf, 0, seed));
}

static void
switch__goes_back_to_the_snapshot(void **state)
{
    unsigned char buf[4096];
    PRL_HANDLE h = with_snapshot("tree");

    must_be(h, 2);
    assert_int_equal(PrlDisk_SwitchToState(h, NULL, &snapshot_guid, NULL, NULL), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlDisk_SwitchToState(h, "", NULL, NULL, NULL), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlDisk_SwitchToState(h, "", &no_guid, NULL, NULL), PRL_ERR_DISK_STATES_ERROR);
    must_be(h, 2);
    assert_int_equal(PrlDisk_SwitchToState(h, "ignored", &snapshot_guid, NULL, NULL), OK);
    must_be(h, 1);
    fill_pattern(buf, sizeof buf, 0, 7);
    assert_int_equal(PrlDisk_Write(h, buf, sizeof buf, 0), OK);
    must_be(h, 7);

    assert_int_equal(PrlDisk_SwitchToState(h, "", &snapshot_guid, on_state, &seen), OK);
    assert_int_equal(PrlDisk_WaitForCompletion(h), OK);
    must_be(h, 1);
    assert_int_equal(seen.types[0], PRL_STATE_CORE_START_DISK_PROCESS_CALLBACK);
    assert_int_equal(seen.progress[0], 0);
    for (int i = 1; i < seen.n - 1; i++)
        assert_int_equal(seen.types[i], PRL_STATE_DISK_CALLBACK);
    assert_int_equal(seen.progress[seen.n - 2], 1000);
    assert_int_equal(seen.types[seen.n - 1], PRL_STATE_CORE_FULL_COMPLETE_CALLBACK);
    assert_int_equal(seen.progress[seen.n - 1], 1005);
    assert_int_equal(PrlDisk_Free(h), OK);
}

static void
switch__cancelled_or_failed__changes_nothing(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("tree");
    AUTO(cleanup_free) char *file = temp_path("file");
    PRL_HANDLE h = with_snapshot("tree");

    seen.stop_at = 0;
    assert_int_equal(PrlDisk_SwitchToState(h, "", &snapshot_guid, on_state, &seen), OK);
    assert_int_equal(PrlDisk_WaitForCompletion(h), PRL_ERR_DISK_USER_INTERRUPTED);
    assert_int_equal(seen.progress[seen.n - 1], 1005);
    must_be(h, 2);
    seen.stop_at = -1;
    assert_int_equal(PrlDisk_SwitchToState(h, "", &no_guid, on_state, &seen), OK);
    assert_int_equal(PrlDisk_WaitForCompletion(h), PRL_ERR_DISK_STATES_ERROR);
    must_be(h, 2);
    assert_int_equal(PrlDisk_Free(h), OK);
    assert_int_equal(PrlDisk_OpenDisk_Local(&h, path, PRL_DISK_READ, PRL_INVALID_HANDLE), OK);
    assert_int_equal(PrlDisk_SwitchToState(h, "", &snapshot_guid, NULL, NULL), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
    assert_int_equal(PrlDisk_Free(h), OK);
    assert_int_equal(create("file", PRL_IMAGE_TRY_GUESS, SIZE_SECTORS, false, &h), OK);
    assert_int_equal(PrlDisk_SwitchToState(h, "", &snapshot_guid, NULL, NULL), PRL_ERR_DISK_STATES_ERROR);
    assert_int_equal(PrlDisk_Free(h), OK);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(create_in_background__tells_its_progress, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(calls_meanwhile__are_told_so, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(callback__may_use_its_disk, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(create__cancelled__leaves_nothing, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(create__that_fails_in_background__says_why, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(handle__freed_meanwhile__work_goes_on, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(deinit__ends_work, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(switch__goes_back_to_the_snapshot, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(switch__cancelled_or_failed__changes_nothing, up, temp_dir_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
