/* SPDX-License-Identifier: MIT */
/*
 * Configurations through the public functions and a real service: files shaped like those of the products (tests/golden/config), two editors
 * of one machine, damaged files, the text of every object, documents that mean harm.
 */
#include "sdk_support.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"

#define SMALL 256

static void
set_file(const char *path, const char *text, size_t len)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, len, f), len);
    assert_int_equal(fclose(f), 0);
}

static char *
get_file(const char *path, size_t *ret_len)
{
    char *text = NULL;
    size_t len;

    assert_int_equal(path_read(path, 16 << 20, &text, &len), 0);
    if (ret_len)
        *ret_len = len;
    return text;
}

static char *
config_path_of(PRL_HANDLE vm)
{
    char path[1024];

    text_of(PrlVmCfg_GetHomePath, vm, path, sizeof path);
    return str_dup(path);
}

static char *
handle_text(PRL_HANDLE h)
{
    PRL_VOID_PTR buf;
    char *text;

    call_ok(PrlHandle_ToString(h, &buf));
    text = str_dup(buf);
    call_ok(PrlBuffer_Free(buf));
    return text;
}

/* ---- files of the products ---- */

struct names {
    char name[96];
    unsigned n;
};
struct all_names {
    struct names p[1024];
    size_t len;
};

static void
count_names(xmlNodePtr n, struct all_names *all)
{
    size_t i;

    if (strcmp((const char *)n->name, "BootDevice") == 0)
        return; /* those without their device go */
    for (i = 0; i < all->len && strcmp(all->p[i].name, (const char *)n->name) != 0; i++)
        ;
    assert_true(i < sizeof all->p / sizeof all->p[0]);
    if (i == all->len)
        snprintf(all->p[all->len++].name, sizeof all->p[0].name, "%s", (const char *)n->name);
    all->p[i].n++;
    for (xmlNodePtr c = n->children; c; c = c->next)
        if (c->type == XML_ELEMENT_NODE)
            count_names(c, all);
}

/* Nothing that was in the file is gone, whatever registration has added. */
static void
assert_nothing_is_lost(const char *name, const char *before, const char *after)
{
    AUTO(xmlFreeDoc) xmlDocPtr a = xml_parse(before, strlen(before), NULL);
    AUTO(xmlFreeDoc) xmlDocPtr b = xml_parse(after, strlen(after), NULL);
    AUTO(cleanup_free) struct all_names *was = calloc(1, sizeof *was);
    AUTO(cleanup_free) struct all_names *is = calloc(1, sizeof *is);

    count_names(xmlDocGetRootElement(a), was);
    count_names(xmlDocGetRootElement(b), is);
    for (size_t i = 0; i < was->len; i++) {
        const char *wanted = was->p[i].name;
        size_t k;

        if (strcmp(wanted, "ParallelsVirtualMachine") == 0)
            wanted = "VirtuozzoVirtualMachine";
        if (strcmp(wanted, "Parallel") == 0)
            wanted = "Printer";
        for (k = 0; k < is->len && strcmp(is->p[k].name, wanted) != 0; k++)
            ;
        if (k == is->len || is->p[k].n < was->p[i].n)
            print_error("%s: %u of %s, %u are left\n", name, was->p[i].n, wanted, k == is->len ? 0 : is->p[k].n);
        assert_true(k < is->len && is->p[k].n >= was->p[i].n);
    }
}

static void
describe(PRL_HANDLE vm, const char *description)
{
    job_ok(PrlVm_BeginEdit(vm));
    call_ok(PrlVmCfg_SetDescription(vm, description));
    job_ok(PrlVm_Commit(vm));
}

static void
check_file(PRL_HANDLE server, const char *name, const char *from)
{
    AUTO(cleanup_free) char *dir = str_printf("%s/%s", service_home(), name);
    AUTO(cleanup_free) char *path = str_printf("%s/config.pvs", dir);
    size_t len;
    AUTO(cleanup_free) char *before = get_file(from, &len);
    AUTO(cleanup_free) char *first = NULL;
    AUTO(cleanup_free) char *second = NULL;
    AUTO(cleanup_free) char *wanted = NULL;
    PRL_RESULT validity = -1;
    PRL_HANDLE vm;
    size_t at;

    assert_int_equal(mkdir(dir, 0700), 0);
    set_file(path, before, len);
    vm = job_result(PrlSrv_RegisterVmEx(server, dir, PACF_NON_INTERACTIVE_MODE));
    call_ok(PrlVmCfg_GetConfigValidity(vm, &validity));
    assert_int_equal(validity, 0);
    describe(vm, "the first of two");
    first = get_file(path, NULL);
    describe(vm, "the second one..");
    second = get_file(path, NULL);
    assert_nothing_is_lost(name, before, first);
    /* From then on a change of one value is a change of one value. */
    wanted = str_dup(first);
    assert_non_null(strstr(wanted, "the first of two"));
    at = (size_t)(strstr(wanted, "the first of two") - wanted);
    memcpy(wanted + at, "the second one..", strlen("the second one.."));
    if (strcmp(wanted, second) != 0)
        print_error("%s: more than the description has changed\n", name);
    assert_string_equal(wanted, second);
    call_ok(PrlHandle_Free(vm));
}

static void
files__of_products__are_registered_and_edited_without_loss(void **state)
{
    const char *source = getenv("PRLKVM_SOURCE_DIR");
    AUTO(cleanup_free) char *dir = str_printf("%s/tests/golden/config", source ? source : ".");
    PRL_HANDLE server = login_new();
    DIR *d = opendir(dir);
    struct dirent *entry;
    unsigned n = 0;

    assert_non_null(d);
    while ((entry = readdir(d))) {
        AUTO(cleanup_free) char *path = path_join(dir, entry->d_name);

        if (!strstr(entry->d_name, ".pvs"))
            continue;
        check_file(server, entry->d_name, path);
        n++;
    }
    closedir(d);
    assert_true(n >= 12);
    assert_int_equal(vm_count(server), n);
    logoff_free(server);
    service_stop();
    service_start_again();
    server = login_new();
    assert_int_equal(vm_count(server), n);
    logoff_free(server);
}

/* ---- two editors ---- */

struct editors {
    PRL_HANDLE one, two;   /* server objects */
    PRL_HANDLE mine, yours; /* the machine, as each sees it */
};

static struct editors
two_editors(void)
{
    struct editors e = { .one = login_new(), .two = login_new() };

    e.mine = vm_make(e.one, "edited");
    e.yours = vm_get(e.two, "edited");
    return e;
}

static void
both_begin(const struct editors *e)
{
    job_ok(PrlVm_BeginEdit(e->mine));
    job_ok(PrlVm_BeginEdit(e->yours));
}

static void
editors_free(struct editors *e)
{
    call_ok(PrlHandle_Free(e->mine));
    call_ok(PrlHandle_Free(e->yours));
    logoff_free(e->one);
    logoff_free(e->two);
}

static PRL_UINT32
number_of(PRL_RESULT (*getter)(PRL_HANDLE, PRL_UINT32_PTR), PRL_HANDLE h)
{
    PRL_UINT32 value = 0;

    call_ok(getter(h, &value));
    return value;
}

static void
editors__of_different_values__both_win(void **state)
{
    struct editors e = two_editors();
    PRL_HANDLE device;
    char text[SMALL];

    both_begin(&e);
    call_ok(PrlVmCfg_SetDescription(e.mine, "mine"));
    call_ok(PrlVmCfg_CreateVmDev(e.mine, PDE_GENERIC_NETWORK_ADAPTER, &device));
    call_ok(PrlHandle_Free(device));
    call_ok(PrlVmCfg_SetCpuCount(e.yours, 2));
    call_ok(PrlVmCfg_CreateVmDev(e.yours, PDE_OPTICAL_DISK, &device));
    call_ok(PrlHandle_Free(device));
    job_ok(PrlVm_Commit(e.mine));
    job_ok(PrlVm_Commit(e.yours));
    for (int i = 0; i < 2; i++) {
        PRL_HANDLE vm = i ? e.mine : e.yours;

        job_ok(PrlVm_RefreshConfig(vm));
        text_of(PrlVmCfg_GetDescription, vm, text, sizeof text);
        assert_string_equal(text, "mine");
        assert_int_equal(number_of(PrlVmCfg_GetCpuCount, vm), 2);
        assert_int_equal(number_of(PrlVmCfg_GetNetAdaptersCount, vm), 1);
        assert_int_equal(number_of(PrlVmCfg_GetOpticalDisksCount, vm), 1);
    }
    editors_free(&e);
}

/* The one who comes second is told so, keeps the mark, and can begin again. */
static void
editors__of_one_value__the_second_is_refused(void **state)
{
    struct editors e = two_editors();
    PRL_HANDLE job, error, param;
    char text[SMALL];

    both_begin(&e);
    call_ok(PrlVmCfg_SetCpuCount(e.mine, 2));
    call_ok(PrlVmCfg_SetCpuCount(e.yours, 3));
    call_ok(PrlVmCfg_SetDescription(e.yours, "yours"));
    job_ok(PrlVm_Commit(e.mine));
    job = PrlVm_Commit(e.yours);
    assert_int_equal(job_peek(job), PRL_ERR_VM_CONFIG_WAS_CHANGED);
    call_ok(PrlJob_GetError(job, &error));
    call_ok(PrlEvent_GetParamByName(error, "Details", &param));
    text_of(PrlEvtPrm_ToString, param, text, sizeof text);
    assert_non_null(strstr(text, "Hardware/Cpu/Number"));
    call_ok(PrlHandle_Free(param));
    call_ok(PrlHandle_Free(error));
    call_ok(PrlHandle_Free(job));
    assert_int_equal(job_code(PrlVm_Commit(e.yours)), PRL_ERR_VM_CONFIG_WAS_CHANGED);
    call_ok(PrlVmCfg_SetCpuCount(e.yours, 2)); /* as it is by now */
    job_ok(PrlVm_Commit(e.yours));
    job_ok(PrlVm_RefreshConfig(e.mine));
    assert_int_equal(number_of(PrlVmCfg_GetCpuCount, e.mine), 2);
    text_of(PrlVmCfg_GetDescription, e.mine, text, sizeof text);
    assert_string_equal(text, "yours");

    both_begin(&e);
    call_ok(PrlVmCfg_SetCpuCount(e.mine, 4));
    job_ok(PrlVm_Commit(e.mine));
    call_ok(PrlVmCfg_SetCpuCount(e.yours, 5));
    assert_int_equal(job_code(PrlVm_Commit(e.yours)), PRL_ERR_VM_CONFIG_WAS_CHANGED);
    job_ok(PrlVm_BeginEdit(e.yours)); /* from what is stored now */
    assert_int_equal(number_of(PrlVmCfg_GetCpuCount, e.yours), 4);
    call_ok(PrlVmCfg_SetCpuCount(e.yours, 5));
    job_ok(PrlVm_Commit(e.yours));
    editors_free(&e);
}

static void
editors__of_the_same_device__are_told(void **state)
{
    struct editors e = two_editors();
    PRL_HANDLE mine, yours;

    job_ok(PrlVm_BeginEdit(e.mine));
    call_ok(PrlVmCfg_CreateVmDev(e.mine, PDE_GENERIC_NETWORK_ADAPTER, &mine));
    call_ok(PrlHandle_Free(mine));
    job_ok(PrlVm_Commit(e.mine));
    both_begin(&e);
    call_ok(PrlVmCfg_GetNetAdapter(e.mine, 0, &mine));
    call_ok(PrlVmCfg_GetNetAdapter(e.yours, 0, &yours));
    call_ok(PrlVmDev_Remove(mine));
    call_ok(PrlVmDev_SetDescription(yours, "in use"));
    job_ok(PrlVm_Commit(e.mine));
    assert_int_equal(job_code(PrlVm_Commit(e.yours)), PRL_ERR_VM_CONFIG_WAS_CHANGED);
    call_ok(PrlHandle_Free(mine));
    call_ok(PrlHandle_Free(yours));
    /* Each adds one: nothing says which of the two was meant. */
    both_begin(&e);
    call_ok(PrlVmCfg_CreateVmDev(e.mine, PDE_OPTICAL_DISK, &mine));
    call_ok(PrlVmCfg_CreateVmDev(e.yours, PDE_OPTICAL_DISK, &yours));
    call_ok(PrlVmDev_SetDescription(yours, "another"));
    job_ok(PrlVm_Commit(e.mine));
    assert_int_equal(job_code(PrlVm_Commit(e.yours)), PRL_ERR_VM_CONFIG_WAS_CHANGED);
    call_ok(PrlHandle_Free(mine));
    call_ok(PrlHandle_Free(yours));
    editors_free(&e);
}

static void
editors__whose_session_is_over__have_no_mark(void **state)
{
    struct editors e = two_editors();

    both_begin(&e);
    assert_int_equal(job_code(PrlVm_Commit(e.mine)), PRL_ERR_SUCCESS);
    assert_int_equal(job_code(PrlVm_Commit(e.mine)), PRL_ERR_CONFIG_BEGIN_EDIT_NOT_FOUND_USER_UUID);
    job_ok(PrlSrv_Logoff(e.two));
    assert_int_equal(job_code(PrlVm_Commit(e.mine)), PRL_ERR_CONFIG_BEGIN_EDIT_NOT_FOUND_OBJECT_UUID);
    job_ok(PrlSrv_LoginLocalEx(e.two, NULL, 0, PSL_HIGH_SECURITY, PACF_NON_INTERACTIVE_MODE));
    assert_int_equal(job_code(PrlVm_Commit(e.yours)), PRL_ERR_CONFIG_BEGIN_EDIT_NOT_FOUND_OBJECT_UUID);
    editors_free(&e);
}

/* ---- never a lost update ---- */

#define EDITORS 4
#define ROUNDS 12

struct writer {
    int number;
    unsigned refused;
};

/* Writes its marks behind what is there, one after the other; who is refused begins again. */
static void *
write_marks(void *arg)
{
    PRL_HANDLE server = login_new(), vm = vm_get(server, "edited");
    struct writer *w = arg;

    for (int done = 0; done < ROUNDS;) {
        char text[EDITORS * ROUNDS * 8 + 1], mark[16];
        PRL_RESULT code;

        job_ok(PrlVm_BeginEdit(vm));
        text_of(PrlVmCfg_GetDescription, vm, text, sizeof text);
        snprintf(mark, sizeof mark, " %c%d.", 'a' + w->number, done);
        strcat(text, mark);
        call_ok(PrlVmCfg_SetDescription(vm, text));
        code = job_code(PrlVm_Commit(vm));
        assert_true(code == PRL_ERR_SUCCESS || code == PRL_ERR_VM_CONFIG_WAS_CHANGED);
        done += code == PRL_ERR_SUCCESS;
        w->refused += code != PRL_ERR_SUCCESS;
    }
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
    return NULL;
}

static void
editors__writing_together__lose_nothing(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "edited");
    struct writer writers[EDITORS] = { { 0 } };
    pthread_t threads[EDITORS];
    char text[EDITORS * ROUNDS * 8 + 1], mark[16];
    unsigned refused = 0;

    for (int i = 0; i < EDITORS; i++) {
        writers[i].number = i;
        threads[i] = thread_go(write_marks, &writers[i]);
    }
    for (int i = 0; i < EDITORS; i++) {
        thread_end(threads[i]);
        refused += writers[i].refused;
    }
    job_ok(PrlVm_RefreshConfig(vm));
    text_of(PrlVmCfg_GetDescription, vm, text, sizeof text);
    for (int i = 0; i < EDITORS; i++)
        for (int k = 0; k < ROUNDS; k++) {
            snprintf(mark, sizeof mark, " %c%d.", 'a' + i, k);
            assert_non_null(strstr(text, mark));
        }
    print_message("%u of %u commits were refused\n", refused, refused + EDITORS * ROUNDS);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* ---- damaged files ---- */

static PRL_RESULT
validity_of(PRL_HANDLE vm)
{
    PRL_RESULT code = 0;

    call_ok(PrlVmCfg_GetConfigValidity(vm, &code));
    return code;
}

/* A machine whose file and backup are spoilt while no service looks. *ret_good: the file as it was. */
static PRL_HANDLE
make_damaged(PRL_HANDLE *server, const char *damage, char **ret_good, char **ret_path)
{
    PRL_HANDLE vm = vm_make(*server, "damaged");
    AUTO(cleanup_free) char *backup = NULL;

    describe(vm, "still here");
    *ret_path = config_path_of(vm);
    *ret_good = get_file(*ret_path, NULL);
    backup = str_printf("%s.backup", *ret_path);
    call_ok(PrlHandle_Free(vm));
    logoff_free(*server);
    service_stop();
    set_file(*ret_path, damage, strlen(damage));
    set_file(backup, damage, strlen(damage));
    service_start_again();
    *server = login_new();
    return vm_get(*server, "damaged");
}

static void
damaged__file__lists_as_invalid_and_is_replaced_by_a_commit(void **state)
{
    PRL_HANDLE server = login_new(), vm, again;
    AUTO(cleanup_free) char *good = NULL;
    AUTO(cleanup_free) char *path = NULL;
    AUTO(cleanup_free) char *kept = NULL;
    AUTO(cleanup_free) char *left = NULL;
    PRL_BOOL is_invalid = PRL_FALSE;
    char text[SMALL];

    vm = make_damaged(&server, "<VirtuozzoVirtualMachine><Identification>", &good, &path);
    assert_int_equal(vm_count(server), 1);
    assert_int_equal(validity_of(vm), PRL_ERR_PARSE_VM_CONFIG);
    call_ok(PrlVmCfg_IsConfigInvalid(validity_of(vm), &is_invalid));
    assert_true(is_invalid);
    text_of(PrlVmCfg_GetName, vm, text, sizeof text);
    assert_string_equal(text, "damaged");
    assert_int_equal(job_code(PrlVm_Start(vm)), PRL_ERR_PARSE_VM_CONFIG);

    /* What stands in for it cannot be stored over it by somebody who has not looked. */
    job_ok(PrlVm_BeginEdit(vm));
    call_ok(PrlVmCfg_SetDescription(vm, "oops"));
    assert_int_equal(job_code(PrlVm_Commit(vm)), PRL_ERR_PARSE_VM_CONFIG);
    left = get_file(path, NULL);
    assert_string_equal(left, "<VirtuozzoVirtualMachine><Identification>");

    call_ok(PrlVm_FromString(vm, good));
    call_ok(PrlVmCfg_SetName(vm, "repaired"));
    job_ok(PrlVm_Commit(vm));
    again = vm_get(server, "repaired");
    assert_int_equal(validity_of(again), 0);
    text_of(PrlVmCfg_GetDescription, again, text, sizeof text);
    assert_string_equal(text, "still here");
    kept = str_printf("%s.damaged", path);
    assert_true(path_exists(kept));
    job_ok(PrlVm_Start(again));
    job_ok(PrlVm_StopEx(again, PSM_KILL, 0));
    call_ok(PrlHandle_Free(again));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static void
damaged__file_put_right_by_hand__is_seen_by_refresh(void **state)
{
    PRL_HANDLE server = login_new(), vm;
    AUTO(cleanup_free) char *good = NULL;
    AUTO(cleanup_free) char *path = NULL;
    char text[SMALL];

    vm = make_damaged(&server, "not even XML", &good, &path);
    assert_int_equal(validity_of(vm), PRL_ERR_PARSE_VM_CONFIG);
    set_file(path, good, strlen(good));
    job_ok(PrlVm_RefreshConfig(vm));
    assert_int_equal(validity_of(vm), 0);
    text_of(PrlVmCfg_GetDescription, vm, text, sizeof text);
    assert_string_equal(text, "still here");
    describe(vm, "and edited");
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static void
damaged__file__can_be_deleted(void **state)
{
    PRL_HANDLE server = login_new(), vm;
    AUTO(cleanup_free) char *good = NULL;
    AUTO(cleanup_free) char *path = NULL;

    vm = make_damaged(&server, "", &good, &path);
    assert_int_equal(validity_of(vm), PRL_ERR_PARSE_VM_CONFIG);
    job_ok(PrlVm_Delete(vm, PRL_INVALID_HANDLE));
    assert_int_equal(vm_count(server), 0);
    assert_false(path_exists(path));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static void
damaged__file_of_another_machine__is_not_edited(void **state)
{
    static const char theirs[] = "<VirtuozzoVirtualMachine><Identification><VmUuid>{0a0a0a0a-0000-4000-8000-000000000001}</VmUuid>"
                                 "<VmName>damaged</VmName></Identification></VirtuozzoVirtualMachine>";
    PRL_HANDLE server = login_new(), vm;
    AUTO(cleanup_free) char *good = NULL;
    AUTO(cleanup_free) char *path = NULL;
    AUTO(cleanup_free) char *left = NULL;

    vm = make_damaged(&server, theirs, &good, &path);
    assert_int_equal(validity_of(vm), PRL_ERR_VM_CONFIG_INVALID_VM_UUID);
    assert_int_equal(job_code(PrlVm_BeginEdit(vm)), PRL_ERR_VM_CONFIG_INVALID_VM_UUID);
    left = get_file(path, NULL);
    assert_string_equal(left, theirs);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* ---- the same rules everywhere ---- */

/* In place: both are of one length. */
static void
edit_file(const char *path, const char *from, const char *to)
{
    char *text = get_file(path, NULL);
    size_t at = 0;

    while (text[at] && strncmp(text + at, from, strlen(from)) != 0)
        at++;
    assert_true(text[at]);
    memcpy(text + at, to, strlen(to));
    set_file(path, text, strlen(text));
    free(text);
}

/* The code of the nested event of a failed job; the job is freed. */
static PRL_RESULT
nested_code(PRL_HANDLE job)
{
    PRL_HANDLE error, nested, param;
    PRL_RESULT code = 0;
    char xml[4096];

    assert_int_equal(job_peek(job), PRL_ERR_INCONSISTENCY_VM_CONFIG);
    call_ok(PrlJob_GetError(job, &error));
    call_ok(PrlEvent_GetParamByName(error, "internal_event", &param));
    text_of(PrlEvtPrm_ToString, param, xml, sizeof xml);
    call_ok(PrlApi_CreateHandlesList(&nested)); /* something to free in any case */
    call_ok(PrlHandle_Free(nested));
    code = (PRL_RESULT)strtol(strstr(xml, "<EventCode>") + strlen("<EventCode>"), NULL, 10);
    call_ok(PrlHandle_Free(param));
    call_ok(PrlHandle_Free(error));
    call_ok(PrlHandle_Free(job));
    return code;
}

static unsigned
count_findings(PRL_HANDLE vm, PRL_VM_CONFIG_SECTIONS section, PRL_RESULT *ret_first)
{
    PRL_HANDLE job = PrlVm_ValidateConfig(vm, section), result, event;
    PRL_RESULT code = job_peek(job);
    PRL_UINT32 n = 0;

    call_ok(PrlJob_GetResult(job, &result));
    call_ok(PrlResult_GetParamsCount(result, &n));
    assert_int_equal(code, n ? PRL_ERR_VMCONF_VALIDATION_FAILED : PRL_ERR_SUCCESS);
    if (n) {
        call_ok(PrlResult_GetParamByIndex(result, 0, &event));
        call_ok(PrlEvent_GetErrCode(event, ret_first));
        call_ok(PrlHandle_Free(event));
    }
    call_ok(PrlHandle_Free(result));
    call_ok(PrlHandle_Free(job));
    return n;
}

/* The text, without what is drawn or read from the clock for each. */
static char *
comparable_text(PRL_HANDLE vm)
{
    static const char *const own[] = { "<VmUuid>", "<ServerUuid>", "<VmUptimeStartDateTime>" };
    char *text = handle_text(vm), *at;

    assert_non_null(text);
    for (size_t i = 0; i < sizeof own / sizeof *own; i++) {
        at = strstr(text, own[i]);
        assert_non_null(at);
        for (at += strlen(own[i]); *at != '<'; at++)
            *at = '.';
    }
    return text;
}

static void
default_config__of_a_used_handle__is_that_of_a_new_one(void **state)
{
    PRL_HANDLE server = login_new(), fresh, used;
    AUTO(cleanup_free) char *first = NULL;
    AUTO(cleanup_free) char *second = NULL;

    call_ok(PrlSrv_CreateVm(server, &fresh));
    call_ok(PrlVmCfg_SetDefaultConfig(fresh, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_DEBIAN, PRL_FALSE));
    first = comparable_text(fresh);
    call_ok(PrlSrv_CreateVm(server, &used));
    call_ok(PrlVmCfg_SetName(used, "used"));
    call_ok(PrlVmCfg_SetCpuCount(used, 3));
    call_ok(PrlVmCfg_SetDefaultConfig(used, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_DEBIAN, PRL_FALSE));
    second = comparable_text(used);
    assert_string_equal(first, second);
    call_ok(PrlVmCfg_SetCpuCount(fresh, 3)); /* again, on the one that was filled in place */
    call_ok(PrlVmCfg_SetDefaultConfig(fresh, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_DEBIAN, PRL_FALSE));
    free(second);
    second = comparable_text(fresh);
    assert_string_equal(first, second);
    call_ok(PrlHandle_Free(used));
    call_ok(PrlHandle_Free(fresh));
    logoff_free(server);
}

static void
rules__are_the_same_at_reg_commit_and_start(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "good"), bad;
    AUTO(cleanup_free) char *path = config_path_of(vm);
    PRL_RESULT code = 0;

    /* The handle is asked, registered or not. */
    call_ok(PrlSrv_CreateVm(server, &bad));
    call_ok(PrlVmCfg_SetDefaultConfig(bad, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_DEBIAN, PRL_FALSE));
    call_ok(PrlVmCfg_SetName(bad, "bad"));
    call_ok(PrlVmCfg_SetRamSize(bad, 130));
    assert_int_equal(count_findings(bad, PVC_MAIN_MEMORY, &code), 1);
    assert_int_equal(code, PRL_ERR_VMCONF_MAIN_MEMORY_NOT_4_RATIO_SIZE);
    assert_int_equal(count_findings(bad, PVC_CPU, &code), 0);
    assert_int_equal(nested_code(PrlVm_Reg(bad, "", PRL_TRUE)), PRL_ERR_VMCONF_MAIN_MEMORY_NOT_4_RATIO_SIZE);
    assert_int_equal(vm_count(server), 1);
    call_ok(PrlHandle_Free(bad));

    job_ok(PrlVm_BeginEdit(vm));
    assert_int_equal(count_findings(vm, PVC_VALIDATE_CHANGES_ONLY, &code), 0);
    call_ok(PrlVmCfg_SetRamSize(vm, 130));
    assert_int_equal(count_findings(vm, PVC_VALIDATE_CHANGES_ONLY, &code), 1);
    assert_int_equal(nested_code(PrlVm_Commit(vm)), PRL_ERR_VMCONF_MAIN_MEMORY_NOT_4_RATIO_SIZE);
    call_ok(PrlVmCfg_SetRamSize(vm, 132));
    job_ok(PrlVm_Commit(vm));

    service_stop();
    edit_file(path, "<RAM>132<", "<RAM>130<"); /* by hand */
    service_start_again();
    job_ok(PrlSrv_LoginLocalEx(server, NULL, 0, PSL_HIGH_SECURITY, PACF_NON_INTERACTIVE_MODE));
    job_ok(PrlVm_RefreshConfig(vm));
    assert_int_equal(nested_code(PrlVm_Start(vm)), PRL_ERR_VMCONF_MAIN_MEMORY_NOT_4_RATIO_SIZE);
    assert_int_equal(count_findings(vm, PVC_ALL, &code), 1);
    assert_int_equal(count_findings(vm, PVC_VALIDATE_CHANGES_ONLY, &code), 0); /* it was so before */
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* Addresses and host devices that another machine has. */
static void
rules__know_the_neighbours(void **state)
{
    PRL_HANDLE server = login_new(), one = vm_make(server, "one"), two = vm_make(server, "two"), adapter, list, vm[2] = { one, two };
    PRL_RESULT code = 0;

    for (int i = 0; i < 2; i++) {
        job_ok(PrlVm_BeginEdit(vm[i]));
        call_ok(PrlVmCfg_CreateVmDev(vm[i], PDE_GENERIC_NETWORK_ADAPTER, &adapter));
        call_ok(PrlVmDev_SetEnabled(adapter, PRL_TRUE));
        call_ok(PrlApi_CreateStringsList(&list));
        call_ok(PrlStrList_AddItem(list, i ? "10.1.1.1/255.255.0.0" : "10.1.1.1/24"));
        call_ok(PrlVmDevNet_SetNetAddresses(adapter, list));
        call_ok(PrlHandle_Free(list));
        call_ok(PrlHandle_Free(adapter));
        assert_int_equal(count_findings(vm[i], PVC_NETWORK_ADAPTER, &code), i);
        job_ok(PrlVm_Commit(vm[i])); /* not critical */
    }
    assert_int_equal(code, PRL_ERR_VMCONF_DUPLICATE_IP_ADDRESS);
    for (int i = 0; i < 2; i++) {
        job_ok(PrlVm_BeginEdit(vm[i]));
        call_ok(PrlVmCfg_CreateVmDev(vm[i], PDE_GENERIC_PCI_DEVICE, &adapter));
        call_ok(PrlVmDev_SetEnabled(adapter, PRL_TRUE));
        call_ok(PrlVmDev_SetSysName(adapter, "ffff:1f:1f.7"));
        call_ok(PrlHandle_Free(adapter));
        if (i)
            assert_int_equal(nested_code(PrlVm_Commit(vm[i])), PRL_ERR_VMCONF_GENERIC_PCI_DEVICE_DUPLICATE_IN_ANOTHER_VM);
        else
            job_ok(PrlVm_Commit(vm[i]));
        call_ok(PrlHandle_Free(vm[i]));
    }
    logoff_free(server);
}

static void
commit__removed_disk_of_a_machine_with_snapshots__is_not_destroyed(void **state)
{
    PRL_HANDLE server = login_new(), vm, disk, job, error, param;
    AUTO(cleanup_free) char *path = NULL;
    AUTO(cleanup_free) char *home = NULL;
    AUTO(cleanup_free) char *snapshots = NULL;
    AUTO(cleanup_free) char *image = NULL;
    char text[SMALL];

    call_ok(PrlSrv_CreateVm(server, &vm));
    call_ok(PrlVmCfg_SetDefaultConfig(vm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_DEBIAN, PRL_FALSE));
    call_ok(PrlVmCfg_SetName(vm, "snapped"));
    call_ok(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &disk));
    call_ok(PrlVmDev_SetImagePath(disk, "d.hdd"));
    call_ok(PrlVmDevHd_SetDiskSize(disk, 8));
    call_ok(PrlVmDev_SetEnabled(disk, PRL_TRUE));
    job_ok(PrlVm_Reg(vm, "", PRL_TRUE));
    call_ok(PrlHandle_Free(disk));
    path = config_path_of(vm);
    home = path_dirname(path);
    snapshots = path_join(home, "snapshots");
    image = path_join(home, "d.hdd");
    assert_int_equal(mkdir(snapshots, 0700), 0);
    job_ok(PrlVm_BeginEdit(vm));
    call_ok(PrlVmCfg_GetHardDisk(vm, 0, &disk));
    call_ok(PrlVmDev_Remove(disk));
    call_ok(PrlHandle_Free(disk));
    job = PrlVm_CommitEx(vm, PVCF_DESTROY_HDD_BUNDLE);
    assert_int_equal(job_peek(job), PRL_ERR_VMCONF_HARD_DISK_UNABLE_DELETE_DISK_WITH_SNAPSHOTS);
    call_ok(PrlJob_GetError(job, &error));
    call_ok(PrlEvent_GetParamByName(error, "vm_message_param_0", &param));
    text_of(PrlEvtPrm_ToString, param, text, sizeof text);
    assert_non_null(strstr(text, "d.hdd"));
    call_ok(PrlHandle_Free(param));
    call_ok(PrlHandle_Free(error));
    call_ok(PrlHandle_Free(job));
    assert_true(path_exists(image));
    job_ok(PrlVm_CommitEx(vm, PVCF_DESTROY_HDD_BUNDLE | PVCF_DESTROY_HDD_BUNDLE_FORCE));
    assert_false(path_exists(image));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* ---- texts ---- */

static void
round_trip(PRL_HANDLE h, const char *what)
{
    AUTO(cleanup_free) char *text = handle_text(h);
    AUTO(cleanup_free) char *again = NULL;
    AUTO(cleanup_free) char *kept = NULL;

    assert_int_equal(PrlHandle_FromString(h, text), PRL_ERR_SUCCESS);
    again = handle_text(h);
    if (strcmp(text, again) != 0)
        print_error("%s\n", what);
    assert_string_equal(text, again);
    assert_int_equal(PrlHandle_FromString(h, "<NoSuchThing/>"), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlHandle_FromString(h, "no markup"), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlHandle_FromString(h, ""), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlHandle_FromString(h, NULL), PRL_ERR_INVALID_ARG);
    kept = handle_text(h);
    assert_string_equal(kept, text);
}

/* An entry whose device was removed has gone with it: its handle must not become that of the entry behind it. */
static void
boot_entry__of_a_removed_device__is_gone(void **state)
{
    PRL_HANDLE server = login_new(), vm, device[3], entry[3];
    PRL_UINT32 index = 99;

    call_ok(PrlSrv_CreateVm(server, &vm));
    for (PRL_UINT32 i = 0; i < 3; i++) {
        call_ok(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &device[i]));
        call_ok(PrlVmCfg_CreateBootDev(vm, &entry[i]));
        call_ok(PrlBootDev_SetType(entry[i], PDE_HARD_DISK));
        call_ok(PrlBootDev_SetIndex(entry[i], i));
        call_ok(PrlBootDev_SetSequenceIndex(entry[i], i));
    }
    call_ok(PrlVmDev_Remove(device[1]));
    for (int again = 0; again < 2; again++)
        assert_int_equal(PrlBootDev_GetIndex(entry[1], &index), PRL_ERR_OBJECT_WAS_REMOVED);
    assert_int_equal(index, 99);
    for (PRL_UINT32 i = 0; i < 3; i += 2) {
        call_ok(PrlBootDev_GetIndex(entry[i], &index));
        assert_int_equal(index, i);
    }
    for (int i = 0; i < 3; i++) {
        call_ok(PrlHandle_Free(entry[i]));
        call_ok(PrlHandle_Free(device[i]));
    }
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* PrlVmDev_ToString has a Hardware around the element; PrlVmDev_FromString takes both. */
static void
device_texts(PRL_HANDLE h)
{
    AUTO(cleanup_free) char *alone = handle_text(h);
    AUTO(cleanup_free) char *after = NULL;
    PRL_VOID_PTR text;

    call_ok(PrlVmDev_ToString(h, &text));
    assert_int_equal(strncmp(text, "<Hardware><", 11), 0);
    call_ok(PrlVmDev_FromString(h, text));
    call_ok(PrlBuffer_Free(text));
    call_ok(PrlVmDev_FromString(h, alone));
    assert_int_equal(PrlVmDev_FromString(h, "<Hardware><NoSuchThing/></Hardware>"), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlVmDev_FromString(h, "<Hardware>"), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlVmDev_FromString(h, NULL), PRL_ERR_INVALID_ARG);
    after = handle_text(h);
    assert_string_equal(after, alone);
}

static void
texts__of_every_object__come_back(void **state)
{
    static const PRL_DEVICE_TYPE types[] = { PDE_FLOPPY_DISK,  PDE_HARD_DISK,          PDE_OPTICAL_DISK,        PDE_SERIAL_PORT,     PDE_PARALLEL_PORT,
                                             PDE_USB_DEVICE,   PDE_GENERIC_NETWORK_ADAPTER, PDE_SOUND_DEVICE, PDE_GENERIC_PCI_DEVICE,
                                             PDE_GENERIC_SCSI_DEVICE, PDE_PCI_VIDEO_ADAPTER };
    PRL_HANDLE server = login_new(), vm, h, disk;

    call_ok(PrlSrv_CreateVm(server, &vm));
    call_ok(PrlVmCfg_SetDefaultConfig(vm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_DEBIAN, PRL_FALSE));
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        call_ok(PrlVmCfg_CreateVmDev(vm, types[i], &h));
        round_trip(h, "a device of a machine");
        device_texts(h);
        call_ok(PrlHandle_Free(h));
        call_ok(PrlVmDev_Create(types[i], &h));
        round_trip(h, "a device alone");
        device_texts(h);
        call_ok(PrlHandle_Free(h));
    }
    call_ok(PrlVmCfg_GetHardDisk(vm, 0, &disk));
    call_ok(PrlVmDevHd_AddPartition(disk, &h));
    round_trip(h, "partition");
    call_ok(PrlHandle_Free(h));
    call_ok(PrlVmDevHd_GetEncryption(disk, &h));
    round_trip(h, "encryption");
    call_ok(PrlHandle_Free(h));
    call_ok(PrlHandle_Free(disk));
    call_ok(PrlVmCfg_GetBootDev(vm, 0, &h));
    round_trip(h, "boot entry");
    call_ok(PrlHandle_Free(h));
    call_ok(PrlVmCfg_GetAccessRights(vm, &h));
    round_trip(h, "rights");
    call_ok(PrlHandle_Free(h));
    call_ok(PrlFirewallRule_Create(&h));
    round_trip(h, "firewall rule");
    call_ok(PrlHandle_Free(h));
    call_ok(PrlNetworkRate_Create(1, 2, &h));
    round_trip(h, "network rate");
    call_ok(PrlHandle_Free(h));
    call_ok(PrlPortFwd_Create(&h));
    round_trip(h, "port forwarding");
    call_ok(PrlHandle_Free(h));
    call_ok(PrlVirtNet_Create(&h));
    round_trip(h, "virtual network");
    call_ok(PrlHandle_Free(h));
    round_trip(vm, "machine");
    call_ok(PrlHandle_Free(vm));
    h = job_result(PrlSrv_GetCommonPrefs(server));
    round_trip(h, "preferences");
    call_ok(PrlHandle_Free(h));
    h = job_result(PrlSrv_GetUserProfile(server));
    round_trip(h, "profile");
    call_ok(PrlHandle_Free(h));
    h = job_result(PrlSrv_GetSrvConfig(server));
    round_trip(h, "host");
    call_ok(PrlHandle_Free(h));
    logoff_free(server);
}

static void
texts__of_a_machine__make_another_one(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "first"), other, disk;
    PRL_VOID_PTR text;
    char name[SMALL];

    job_ok(PrlVm_BeginEdit(vm));
    call_ok(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &disk));
    call_ok(PrlVmDev_SetImagePath(disk, "d.hdd"));
    call_ok(PrlHandle_Free(disk));
    job_ok(PrlVm_Commit(vm));
    job_ok(PrlVm_RefreshConfig(vm));
    call_ok(PrlVm_ToString(vm, &text));
    call_ok(PrlSrv_CreateVm(server, &other));
    call_ok(PrlVm_FromString(other, text));
    call_ok(PrlBuffer_Free(text));
    text_of(PrlVmCfg_GetName, other, name, sizeof name);
    assert_string_equal(name, "first");
    assert_int_equal(job_code(PrlVm_Reg(other, "", PRL_TRUE)), PRL_ERR_VM_ALREADY_REGISTERED);
    call_ok(PrlVmCfg_SetName(other, "second"));
    assert_int_equal(job_code(PrlVm_Reg(other, "", PRL_TRUE)), PRL_ERR_VM_ALREADY_REGISTERED_VM_UUID);
    call_ok(PrlVmCfg_SetUuid(other, ""));
    job_ok(PrlVm_Reg(other, "", PRL_TRUE));
    assert_int_equal(vm_count(server), 2);
    call_ok(PrlHandle_Free(other));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* ---- documents that mean harm ---- */

#define QUICKLY_US 2000000 /* a sanitizer on a busy machine; the plain build takes a hundredth of it */

static char *
repeat(const char *head, const char *part, size_t n, const char *tail)
{
    AUTO_STR out = STR_INIT;

    str_add(&out, head);
    for (size_t i = 0; i < n; i++)
        str_add(&out, part);
    str_add(&out, tail);
    return str_take(&out);
}

static void
harm__is_refused_quickly(void **state)
{
    struct {
        const char *what;
        char *text;
    } rows[] = {
        { "entities of entities", repeat("<!DOCTYPE v [<!ENTITY a \"aaaaaaaaaa\">", "<!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">", 1, "]><VirtuozzoVirtualMachine>&b;</VirtuozzoVirtualMachine>") },
        { "a file of the host", repeat("<!DOCTYPE v [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "", 0, "<VirtuozzoVirtualMachine><Identification><VmName>&x;</VmName></Identification></VirtuozzoVirtualMachine>") },
        { "a DTD from elsewhere", repeat("<!DOCTYPE v SYSTEM \"http://127.0.0.1:9/v.dtd\">", "", 0, "<VirtuozzoVirtualMachine/>") },
        { "an entity nobody declared", repeat("<VirtuozzoVirtualMachine>&x;", "", 0, "</VirtuozzoVirtualMachine>") },
        { "deep", repeat("<VirtuozzoVirtualMachine>", "<a>", 100000, "") },
        { "deep, and closed", repeat("<VirtuozzoVirtualMachine><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a><a>", "", 0,
                                     "</a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></a></VirtuozzoVirtualMachine>") },
        { "many elements", repeat("<VirtuozzoVirtualMachine>", "<a/>", 100000, "</VirtuozzoVirtualMachine>") },
        { "many devices", repeat("<VirtuozzoVirtualMachine><Hardware>", "<Hdd/>", 5000, "</Hardware></VirtuozzoVirtualMachine>") },
        { "many attributes", repeat("<VirtuozzoVirtualMachine><a ", "b='1' ", 2, "/></VirtuozzoVirtualMachine>") }, /* twice the same */
        { "17 MiB of text", repeat("<VirtuozzoVirtualMachine><a>", "0123456789abcdef", 17 << 16, "</a></VirtuozzoVirtualMachine>") },
    };
    PRL_HANDLE server = login_new(), vm = vm_make(server, "target");
    AUTO(cleanup_free) char *path = config_path_of(vm);

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(cleanup_free) char *text = rows[i].text;
        AUTO(cleanup_free) char *before = handle_text(vm);
        AUTO(cleanup_free) char *after = NULL;
        int64_t from = clock_now_us(), took;
        PRL_RESULT r;

        assert_non_null(text);
        r = PrlVm_FromString(vm, text);
        took = clock_now_us() - from;
        if (PRL_SUCCEEDED(r) || took > QUICKLY_US)
            print_error("%s: %#x after %lld us\n", rows[i].what, (unsigned)r, (long long)took);
        assert_true(r == PRL_ERR_INVALID_ARG || r == PRL_ERR_PARSE_VM_CONFIG);
        assert_true(took < QUICKLY_US);
        after = handle_text(vm);
        assert_string_equal(before, after);
        /* The same as a file, while the service looks and when it starts. */
        set_file(path, text, strlen(text));
        from = clock_now_us();
        assert_int_equal(vm_count(server), 1);
        assert_true(clock_now_us() - from < QUICKLY_US);
    }
    job_ok(PrlVm_RefreshConfig(vm));
    assert_int_equal(validity_of(vm), PRL_ERR_VM_CONFIG_CAN_BE_RESTORED);
    job_ok(PrlVm_Restore(vm));
    job_ok(PrlVm_RefreshConfig(vm));
    assert_int_equal(validity_of(vm), 0);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* ---- defaults ---- */

/* What is random, and the network, which the library only looks for when it is asked for a device. */
static void
blank_random(xmlNodePtr n)
{
    static const char *const names[] = { "VmUuid", "SourceVmUuid", "LinkedVmUuid", "MAC", "HostMAC", "Uuid", "VirtualNetworkID" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp((const char *)n->name, names[i]) == 0)
            xmlNodeSetContent(n, (const xmlChar *)"");
    for (xmlNodePtr c = n->children; c; c = c->next)
        if (c->type == XML_ELEMENT_NODE)
            blank_random(c);
}

static char *
defaults_of(PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *text = handle_text(vm);
    AUTO(xmlFreeDoc) xmlDocPtr doc = xml_parse(text, strlen(text), NULL);
    xmlBufferPtr buffer = xmlBufferCreate();
    char *ret;

    assert_non_null(doc);
    blank_random(xmlDocGetRootElement(doc));
    assert_true(xmlNodeDump(buffer, doc, xml_find(xmlDocGetRootElement(doc), "Settings"), 0, 1) > 0);
    assert_true(xmlNodeDump(buffer, doc, xml_find(xmlDocGetRootElement(doc), "Hardware"), 0, 1) > 0);
    ret = str_dup((const char *)xmlBufferContent(buffer));
    xmlBufferFree(buffer);
    return ret;
}

/* The service makes the same as the library, which knows the host from the server's configuration. */
static PRL_HANDLE
new_of_guest(PRL_HANDLE server, PRL_HANDLE host, unsigned version)
{
    PRL_GET_VM_CONFIG_PARAM_DATA param = { .nVmType = PVT_VM, .nOsVersion = version };
    AUTO(cleanup_free) char *of_service = NULL;
    AUTO(cleanup_free) char *of_library = NULL;
    PRL_HANDLE vm = job_result(PrlSrv_GetDefaultVmConfig(server, &param, 0));
    char name[SMALL];

    of_service = defaults_of(vm);
    call_ok(PrlHandle_Free(vm));
    call_ok(PrlSrv_CreateVm(server, &vm));
    call_ok(PrlVmCfg_SetDefaultConfig(vm, host, version, PRL_TRUE));
    of_library = defaults_of(vm);
    assert_string_equal(of_service, of_library);
    assert_int_equal(number_of(PrlVmCfg_GetOsVersion, vm), version);
    snprintf(name, sizeof name, "guest %x", version);
    call_ok(PrlVmCfg_SetName(vm, name));
    return vm;
}

static void
defaults__for_every_guest__are_valid_and_those_of_the_service(void **state)
{
    PRL_HANDLE server = login_new(), host = job_result(PrlSrv_GetSrvConfig(server)), types, versions, vm;
    PRL_UINT32 n_types, n_versions, n = 0;

    call_ok(PrlApi_GetSupportedOsesTypes(PHO_LIN, &types));
    call_ok(PrlOpTypeList_GetItemsCount(types, &n_types));
    for (PRL_UINT32 t = 0; t < n_types; t++) {
        PRL_UINT8 type;

        call_ok(PrlOpTypeList_GetItem(types, t, &type));
        call_ok(PrlApi_GetSupportedOsesVersions(PHO_LIN, type, &versions));
        call_ok(PrlOpTypeList_GetItemsCount(versions, &n_versions));
        for (PRL_UINT32 i = 0; i < n_versions; i++) {
            PRL_UINT16 version;
            PRL_RESULT code = 0;

            call_ok(PrlOpTypeList_GetItem(versions, i, &version));
            vm = new_of_guest(server, host, version);
            if (count_findings(vm, PVC_HARD_DISK, &code) > 1 || (code && code != PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_EXIST))
                print_error("%x: %#x\n", version, (unsigned)code);
            assert_true(!code || code == PRL_ERR_VMCONF_HARD_DISK_IMAGE_IS_NOT_EXIST);
            n++;
            call_ok(PrlHandle_Free(vm));
        }
        call_ok(PrlHandle_Free(versions));
    }
    call_ok(PrlHandle_Free(types));
    call_ok(PrlHandle_Free(host));
    assert_true(n > 70);
    logoff_free(server);
}

/* ---- rights ---- */

static bool
is_allowed(PRL_HANDLE vm, PRL_ALLOWED_VM_COMMAND command)
{
    PRL_BOOL allowed = 2;
    PRL_HANDLE acl;

    call_ok(PrlVmCfg_GetAccessRights(vm, &acl));
    call_ok(PrlAcl_IsAllowed(acl, command, &allowed));
    call_ok(PrlHandle_Free(acl));
    assert_in_range(allowed, 0, 1);
    return allowed;
}

/* The list has the commands that are allowed, as plain numbers; a list of pairs says of each whether it is. */
static void
rights__are_a_list_of_what_is_allowed(void **state)
{
    static const char *const lists[] = {
        "<AccessControl>0</AccessControl><AccessControl>4</AccessControl>",
        "<AccessControl><Op>0</Op><Allowed>1</Allowed></AccessControl><AccessControl><Op>1</Op><Allowed>0</Allowed></AccessControl>"
        "<AccessControl><Op>4</Op><Allowed>1</Allowed></AccessControl>",
    };
    PRL_HANDLE server = login_new(), vm = vm_make(server, "rights"), copy;
    char text[1024];
    PRL_VOID_PTR xml;

    assert_true(is_allowed(vm, PAR_VM_START_ACCESS));
    assert_true(is_allowed(vm, (PRL_ALLOWED_VM_COMMAND)(PAR_MAX - 1)));
    call_ok(PrlHandle_ToString(vm, &xml));
    assert_non_null(strstr(xml, "<AccessControl>0</AccessControl>"));
    assert_null(strstr(xml, "<Op>"));
    call_ok(PrlBuffer_Free(xml));
    for (size_t i = 0; i < ARRAY_LEN(lists); i++) {
        snprintf(text, sizeof text,
                 "<VirtuozzoVirtualMachine><Security><AccessControlList>%s</AccessControlList></Security></VirtuozzoVirtualMachine>", lists[i]);
        call_ok(PrlSrv_CreateVm(server, &copy));
        call_ok(PrlVm_FromString(copy, text));
        assert_true(is_allowed(copy, 0));
        assert_false(is_allowed(copy, 1));
        assert_true(is_allowed(copy, 4));
        assert_false(is_allowed(copy, PAR_MAX));
        call_ok(PrlHandle_Free(copy));
    }
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* ---- documents that came without much ---- */

static void
value__of_an_absent_element__comes_with_its_neighbours(void **state)
{
    PRL_HANDLE server = login_new(), vm;
    PRL_VOID_PTR xml;

    call_ok(PrlSrv_CreateVm(server, &vm));
    call_ok(PrlVm_FromString(vm, "<VirtuozzoVirtualMachine><Identification><VmName>bare</VmName></Identification></VirtuozzoVirtualMachine>"));
    call_ok(PrlVmCfg_SetChipsetVersion(vm, 7));
    call_ok(PrlVmCfg_SetUseMusic(vm, PRL_TRUE));
    call_ok(PrlHandle_ToString(vm, &xml));
    assert_non_null(strstr(xml, "<Type>2</Type>"));                /* Chipset */
    assert_non_null(strstr(xml, "<Version>7</Version>"));
    assert_non_null(strstr(xml, "<IsolatedVm>0</IsolatedVm>"));    /* Tools */
    assert_non_null(strstr(xml, "<UseDesktop>0</UseDesktop>"));    /* SharedProfile */
    assert_non_null(strstr(xml, "<UseMusic>1</UseMusic>"));
    assert_null(strstr(xml, "<RAM>"));                             /* what was not asked for is not there */
    call_ok(PrlBuffer_Free(xml));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* ---- names of files ---- */

static void
expect_free_name(PRL_HANDLE vm, const char *prefix, const char *suffix, const char *expected)
{
    PRL_HANDLE job = PrlVm_GenerateVmDevFilename(vm, prefix, suffix, "-"), result;
    char text[128];
    PRL_UINT32 len = sizeof text;

    call_ok(PrlJob_Wait(job, 20000));
    call_ok(PrlJob_GetResult(job, &result));
    call_ok(PrlResult_GetParamAsString(result, text, &len));
    assert_string_equal(text, expected);
    call_ok(PrlHandle_Free(result));
    call_ok(PrlHandle_Free(job));
}

static void
file_name__of_no_prefix__has_one_all_the_same(void **state)
{
    PRL_HANDLE server = login_new(), vm = vm_make(server, "names");
    char home[4096], file[4200];
    FILE *f;

    expect_free_name(vm, "a", ".hdd", "a.hdd");
    expect_free_name(vm, "", ".hdd", "tmpfile.hdd");
    expect_free_name(vm, NULL, NULL, "tmpfile");
    text_of(PrlVmCfg_GetHomePath, vm, home, sizeof home);
    *strrchr(home, '/') = 0; /* it names the configuration */
    snprintf(file, sizeof file, "%s/tmpfile.hdd", home);
    f = fopen(file, "w");
    assert_non_null(f);
    fclose(f);
    expect_free_name(vm, "", ".hdd", "tmpfile-1.hdd");
    assert_int_equal(job_code(PrlVm_GenerateVmDevFilename(vm, "../x", "", "")), PRL_ERR_BAD_PARAMETERS);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(files__of_products__are_registered_and_edited_without_loss, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(editors__of_different_values__both_win, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(editors__of_one_value__the_second_is_refused, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(editors__of_the_same_device__are_told, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(editors__whose_session_is_over__have_no_mark, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(editors__writing_together__lose_nothing, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(damaged__file__lists_as_invalid_and_is_replaced_by_a_commit, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(damaged__file_put_right_by_hand__is_seen_by_refresh, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(damaged__file__can_be_deleted, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(damaged__file_of_another_machine__is_not_edited, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(rules__are_the_same_at_reg_commit_and_start, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(rules__know_the_neighbours, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(commit__removed_disk_of_a_machine_with_snapshots__is_not_destroyed, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(boot_entry__of_a_removed_device__is_gone, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(texts__of_every_object__come_back, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(texts__of_a_machine__make_another_one, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(harm__is_refused_quickly, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(default_config__of_a_used_handle__is_that_of_a_new_one, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(rights__are_a_list_of_what_is_allowed, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(value__of_an_absent_element__comes_with_its_neighbours, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(file_name__of_no_prefix__has_one_all_the_same, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(defaults__for_every_guest__are_valid_and_those_of_the_service, sdk_up, sdk_down),
    };

    sdk_fail_at_once();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
