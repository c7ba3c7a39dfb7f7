/* SPDX-License-Identifier: MIT */
/*
 * Every exported function with every argument bad in turn, from the rows of sdk/api: handles that
 * are null, freed, of another type or never were; null pointers; empty names. The others are good
 * ones as far as a test without a service can make them. libffi makes the calls.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <ffi.h>

#include "api/public.h"
#include "api/row_body.h"
#include "core/handle.h"
#include "core/job.h"

enum kind { NONE, HANDLE, HANDLE_OR_0, HANDLE_OR_DEAD, PTR, NAME, PTR_OR_NULL, VALUE };
enum pointee { ANYTHING, TEXT_IN, HANDLE_OUT, HANDLER };
enum state { FIELD, HAND, LATER, CONTAINERS, NOT_IN_REFERENCE, NO_SYMBOL, VENDOR };
enum how { SYNC, ASYNC };

#define MOST_PARAMS 12

struct param {
    const char *name;
    enum kind kind;
    unsigned accept;
    enum pointee to;
    size_t size;
    bool is_double;
};

struct function {
    const char *name;
    void (*address)(void);
    enum how how;
    enum state state;
    int job_code;
    struct param param[MOST_PARAMS];
};

#define POINTEE(type)                                                                              \
    _Generic((type){ 0 }, const char *: TEXT_IN, PRL_HANDLE *: HANDLE_OUT, PRL_EVENT_HANDLER_PTR: HANDLER, default: ANYTHING)
#define PARAM(p) PARAM_##p
#define PARAM_HANDLE(name_, accept_) { #name_, HANDLE, accept_, 0, sizeof(PRL_HANDLE), false },
#define PARAM_HANDLE_OR_0(name_, accept_)                                                          \
    { #name_, HANDLE_OR_0, accept_, 0, sizeof(PRL_HANDLE), false },
#define PARAM_HANDLE_OR_DEAD(name_, accept_)                                                       \
    { #name_, HANDLE_OR_DEAD, accept_, 0, sizeof(PRL_HANDLE), false },
#define PARAM_PTR(type, name_) { #name_, PTR, 0, POINTEE(type), sizeof(void *), false },
#define PARAM_NAME(type, name_) { #name_, NAME, 0, TEXT_IN, sizeof(void *), false },
#define PARAM_PTR_OR_NULL(type, name_)                                                             \
    { #name_, PTR_OR_NULL, 0, POINTEE(type), sizeof(void *), false },
#define PARAM_VALUE(type, name_)                                                                   \
    { #name_, VALUE, 0, 0, sizeof(type), _Generic((type){ 0 }, double : true, default : false) },
#define PARAM_NOTHING() { NULL, NONE, 0, 0, 0, false },

static const struct function functions[] = {
#define ROW(name_, how_, state_, job_code_, ...)                                                   \
    { #name_, (void (*)(void))name_, how_, state_, job_code_, { ROW_EACH(PARAM, __VA_ARGS__) } },
#include "api/rows_list.h"
};
#define N_FUNCTIONS (sizeof functions / sizeof functions[0])

/* ---- good and bad arguments ---- */

static PRL_HANDLE server, vm, disk, adapter, texts, handles, numbers, job, event, result,
    encryption, freed, virtual_disk, disk_map;
static unsigned char scratch[MOST_PARAMS][4096];

static PRL_RESULT PRL_CALL
handler(PRL_HANDLE h, PRL_VOID_PTR data)
{
    (void)data;
    return PrlHandle_Free(h);
}

static PRL_HANDLE
plain(PRL_HANDLE_TYPE pht)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE;

    return PRL_SUCCEEDED(row_give((struct object *)row_new_doc(pht, "Thing"), &h))
               ? h
               : PRL_INVALID_HANDLE;
}

/* A live handle that the parameter takes; 0 where a test cannot make one. *ret_is_mine: to be freed
 * by the caller. */
static PRL_HANDLE
good_handle(unsigned accept, bool *ret_is_mine)
{
    *ret_is_mine = false;
    switch (accept) {
    case HANDLE_ANY:
    case PHT_STRINGS_LIST:
        return texts;
    case HANDLE_EVENT_SRC:
    case PHT_SERVER:
        return server;
    case PHT_VIRTUAL_MACHINE:
        return vm;
    case HANDLE_VM_DEV:
    case PHT_VIRTUAL_DEV_HARD_DISK:
        return disk;
    case PHT_VIRTUAL_DEV_NET_ADAPTER:
        return adapter;
    case PHT_HANDLES_LIST:
        return handles;
    case PHT_OPAQUE_TYPE_LIST:
        return numbers;
    case PHT_JOB:
        return job;
    case PHT_EVENT:
        return event;
    case PHT_RESULT:
        return result;
    case PHT_VIRTUAL_DISK_ENCRYPTION:
        return encryption;
    case PHT_VIRTUAL_DISK:
        return virtual_disk;
    case PHT_VIRTUAL_DISK_MAP:
        return disk_map;
    case PHT_EVENT_PARAMETER:
        return PRL_INVALID_HANDLE;
    case HANDLE_HW:
        *ret_is_mine = true;
        return plain(PHT_HW_GENERIC_DEVICE);
    default:
        *ret_is_mine = true;
        return plain((PRL_HANDLE_TYPE)accept);
    }
}

static PRL_HANDLE
foreign_handle(unsigned accept)
{
    return accept == PHT_HANDLES_LIST ? texts : handles;
}

/* A raw disk of one sector, and its map. */
static void
make_disk(void)
{
    char path[] = "/tmp/prlkvm-test-XXXXXX";
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    assert_int_equal(write(fd, "x", 1), 1);
    close(fd);
    assert_int_equal(PrlDisk_OpenDisk_Local(&virtual_disk, path, PRL_DISK_READ, PRL_INVALID_HANDLE), PRL_ERR_SUCCESS);
    unlink(path);
    assert_int_equal(PrlDisk_GetChangesMap_Local(virtual_disk, NULL, NULL, &disk_map), PRL_ERR_SUCCESS);
}

static int
set_up(void **state)
{
    (void)state;
    assert_int_equal(PrlApi_InitEx(VIRTUOZZO_API_VER, PAM_SERVER, 0, 0), PRL_ERR_SUCCESS);
    assert_int_equal(PrlSrv_Create(&server), PRL_ERR_SUCCESS);
    assert_int_equal(PrlSrv_CreateVm(server, &vm), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_GENERIC_NETWORK_ADAPTER, &adapter),
                     PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDevHd_GetEncryption(disk, &encryption), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_CreateStringsList(&texts), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_CreateHandlesList(&handles), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_CreateOpTypeList(&numbers, 4), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVm_CreateEvent(vm, &event), PRL_ERR_SUCCESS);
    job = job_refused(PJOC_VM_START, PRL_ERR_INVALID_ARG);
    assert_ptr_not_equal(job, PRL_INVALID_HANDLE);
    assert_int_equal(PrlJob_GetResult(job, &result), PRL_ERR_SUCCESS);
    make_disk();
    assert_int_equal(PrlApi_CreateStringsList(&freed), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHandle_Free(freed), PRL_ERR_SUCCESS);
    return 0;
}

static int
tear_down(void **state)
{
    const PRL_HANDLE all[] = { disk,  adapter, texts,      handles, numbers, job,
                               event, result,  encryption, vm,      server,  virtual_disk, disk_map };
    PRL_UINT32 left = 0;

    (void)state;
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++)
        assert_int_equal(PrlHandle_Free(all[i]), PRL_ERR_SUCCESS);
    assert_int_equal(PrlDbg_GetHandlesNum(&left, PHT_ERROR), PRL_ERR_SUCCESS);
    assert_int_equal(left, 0);
    assert_int_equal(PrlApi_Deinit(), PRL_ERR_SUCCESS);
    return 0;
}

/* ---- the call ---- */

struct call {
    int n;
    union {
        PRL_HANDLE handle;
        const void *ptr;
        uint64_t number;
        double real;
    } arg[MOST_PARAMS];
    bool is_mine[MOST_PARAMS];
};

static int
count_params(const struct function *f)
{
    int n = 0;

    while (n < MOST_PARAMS && f->param[n].kind != NONE)
        n++;
    return n;
}

static void
call_make(const struct function *f, struct call *c)
{
    memset(c, 0, sizeof *c);
    c->n = count_params(f);
    for (int i = 0; i < c->n; i++) {
        const struct param *p = &f->param[i];

        memset(scratch[i], 0, sizeof scratch[i]);
        switch (p->kind) {
        case HANDLE:
            c->arg[i].handle = good_handle(p->accept, &c->is_mine[i]);
            break;
        case PTR:
        case NAME:
            c->arg[i].ptr = p->to == TEXT_IN   ? (const void *)"name"
                            : p->to == HANDLER ? (const void *)handler
                                               : scratch[i];
            break;
        default:
            break;
        }
    }
}

static ffi_type *
ffi_type_of(const struct param *p)
{
    if (p->kind != VALUE)
        return &ffi_type_pointer;
    if (p->is_double)
        return &ffi_type_double;
    return p->size == 1   ? &ffi_type_uint8
           : p->size == 2 ? &ffi_type_uint16
           : p->size == 4 ? &ffi_type_uint32
                          : &ffi_type_uint64;
}

/* The result; of an asynchronous function that of its job, which is looked at and freed. */
static PRL_RESULT
call_run(const struct function *f, struct call *c)
{
    ffi_type *types[MOST_PARAMS];
    void *values[MOST_PARAMS];
    union {
        ffi_arg number;
        PRL_HANDLE handle;
    } ret = { 0 };
    ffi_cif cif;
    PRL_JOB_STATUS status;
    PRL_JOB_OPERATION_CODE code;
    PRL_BOOL was_sent;
    PRL_RESULT r = PRL_ERR_UNEXPECTED;

    for (int i = 0; i < c->n; i++) {
        types[i] = ffi_type_of(&f->param[i]);
        values[i] = &c->arg[i];
    }
    assert_int_equal(ffi_prep_cif(&cif, FFI_DEFAULT_ABI, (unsigned)c->n,
                                  f->how == ASYNC ? &ffi_type_pointer : &ffi_type_sint32, types),
                     FFI_OK);
    ffi_call(&cif, f->address, &ret, values);
    if (f->how == SYNC)
        return (PRL_RESULT)ret.number;

    assert_ptr_not_equal(ret.handle, PRL_INVALID_HANDLE);
    assert_int_equal(PrlJob_GetStatus(ret.handle, &status), PRL_ERR_SUCCESS);
    if (status != PJS_FINISHED)
        print_error("%s: the job is not finished\n", f->name);
    assert_int_equal(status, PJS_FINISHED);
    assert_int_equal(PrlJob_GetRetCode(ret.handle, &r), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_IsRequestWasSent(ret.handle, &was_sent), PRL_ERR_SUCCESS);
    assert_false(was_sent);
    assert_int_equal(PrlJob_GetOpCode(ret.handle, &code), PRL_ERR_SUCCESS);
    if (f->job_code)
        assert_int_equal(code, f->job_code);
    assert_int_equal(PrlHandle_Free(ret.handle), PRL_ERR_SUCCESS);
    return r;
}

static void
call_free(struct call *c)
{
    for (int i = 0; i < c->n; i++)
        if (c->is_mine[i] && c->arg[i].handle)
            PrlHandle_Free(c->arg[i].handle);
}

static unsigned n_wrong, n_calls;

static void
expect(const struct function *f, const char *what, const struct param *p, PRL_RESULT got,
       PRL_RESULT want)
{
    n_calls++;
    if (got == want)
        return;
    n_wrong++;
    print_error("%s: %s %s gives %#x, not %#x\n", f->name, what, p ? p->name : "", (unsigned)got,
                (unsigned)want);
}

/* One call with argument i replaced; nothing may be made by it. */
static void
try_bad(const struct function *f, int i, const char *what, const void *bad)
{
    PRL_UINT32 before = 0, after = 0;
    struct call c;

    call_make(f, &c);
    if (c.is_mine[i] && c.arg[i].handle)
        PrlHandle_Free(c.arg[i].handle);
    c.is_mine[i] = false;
    c.arg[i].ptr = bad;
    PrlDbg_GetHandlesNum(&before, PHT_ERROR);
    expect(f, what, &f->param[i], call_run(f, &c), PRL_ERR_INVALID_ARG);
    PrlDbg_GetHandlesNum(&after, PHT_ERROR);
    if (before != after)
        expect(f, "handles left by a", &f->param[i], (PRL_RESULT)after, (PRL_RESULT)before);
    call_free(&c);
}

/* ---- tests ---- */

static void
every_function__with_a_bad_handle__refuses(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_FUNCTIONS; k++) {
        const struct function *f = &functions[k];

        for (int i = 0; i < count_params(f); i++) {
            const struct param *p = &f->param[i];

            if (p->kind != HANDLE && p->kind != HANDLE_OR_0 && p->kind != HANDLE_OR_DEAD)
                continue;
            if (p->accept != HANDLE_ANY)
                try_bad(f, i, "a handle of another type for", foreign_handle(p->accept));
            if (p->kind == HANDLE_OR_DEAD)
                continue;
            if (p->kind == HANDLE)
                try_bad(f, i, "a null handle for", NULL);
            try_bad(f, i, "a freed handle for", freed);
            try_bad(f, i, "a random handle for", (void *)(uintptr_t)0x7ea51fe3);
            try_bad(f, i, "an address for", (void *)&server);
            try_bad(f, i, "all bits for", (void *)UINTPTR_MAX);
        }
    }
    assert_int_equal(n_wrong, 0);
}

static void
every_function__with_a_null_pointer__refuses(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_FUNCTIONS; k++) {
        const struct function *f = &functions[k];

        for (int i = 0; i < count_params(f); i++) {
            if (f->param[i].kind == PTR || f->param[i].kind == NAME)
                try_bad(f, i, "a null pointer for", NULL);
            if (f->param[i].kind == NAME)
                try_bad(f, i, "an empty text for", "");
        }
    }
    assert_int_equal(n_wrong, 0);
}

static void
every_text__that_cannot_be_stored__is_refused(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_FUNCTIONS; k++) {
        const struct function *f = &functions[k];

        for (int i = 0; i < count_params(f); i++)
            if (f->state == FIELD && f->param[i].kind == PTR && f->param[i].to == TEXT_IN) {
                try_bad(f, i, "bad UTF-8 for", "\xc3(");
                try_bad(f, i, "a control character for", "a\x01z");
            }
    }
    print_message("%u calls with a bad argument\n", n_calls);
    assert_true(n_calls > 5 * N_FUNCTIONS);
    assert_int_equal(n_wrong, 0);
}

static bool
are_handles_there(const struct function *f, const struct call *c)
{
    for (int i = 0; i < c->n; i++)
        if (f->param[i].kind == HANDLE && !c->arg[i].handle)
            return false;
    return true;
}

static void
free_outputs(const struct function *f, const struct call *c)
{
    for (int i = 0; i < c->n; i++) {
        PRL_HANDLE h;

        if (f->param[i].to != HANDLE_OUT || !c->arg[i].ptr)
            continue;
        memcpy(&h, c->arg[i].ptr, sizeof h);
        if (h)
            PrlHandle_Free(h);
    }
}

static void
every_function__without_a_body__says_unimplemented(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_FUNCTIONS; k++) {
        const struct function *f = &functions[k];
        struct call c;

        if (f->state == FIELD || f->state == HAND)
            continue;
        call_make(f, &c);
        if (are_handles_there(f, &c))
            expect(f, "good arguments", NULL, call_run(f, &c), PRL_ERR_UNIMPLEMENTED);
        call_free(&c);
    }
    assert_int_equal(n_wrong, 0);
}

/* An empty document has every default; lists and parameters are not there. Setters get 0, "name"
 * and no list. */
static void
every_row__over_an_empty_document__answers(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_FUNCTIONS; k++) {
        const struct function *f = &functions[k];
        PRL_RESULT r;
        struct call c;

        if (f->state != FIELD)
            continue;
        call_make(f, &c);
        r = call_run(f, &c);
        if (r != PRL_ERR_SUCCESS && r != PRL_ERR_INVALID_ARG && r != PRL_ERR_NO_DATA)
            expect(f, "good arguments", NULL, r, PRL_ERR_SUCCESS);
        free_outputs(f, &c);
        call_free(&c);
    }
    assert_int_equal(n_wrong, 0);
}

/* The library is not initialised: whatever the arguments are, that is said first. */
static void
every_row__before_init__says_so(void **state)
{
    (void)state;
    for (size_t k = 0; k < N_FUNCTIONS; k++) {
        const struct function *f = &functions[k];
        struct call c = { .n = count_params(f) };

        if (f->how == SYNC && f->state == FIELD)
            expect(f, "null arguments", NULL, call_run(f, &c), PRL_ERR_API_WASNT_INITIALIZED);
    }
    assert_int_equal(n_wrong, 0);
}

int
main(void)
{
    const struct CMUnitTest before[] = { cmocka_unit_test(every_row__before_init__says_so) };
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_function__with_a_bad_handle__refuses),
        cmocka_unit_test(every_function__with_a_null_pointer__refuses),
        cmocka_unit_test(every_text__that_cannot_be_stored__is_refused),
        cmocka_unit_test(every_function__without_a_body__says_unimplemented),
        cmocka_unit_test(every_row__over_an_empty_document__answers),
    };

    const int failed = cmocka_run_group_tests(before, NULL, NULL);
    return failed + cmocka_run_group_tests(tests, set_up, tear_down);
}
