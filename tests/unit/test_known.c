/* SPDX-License-Identifier: MIT */
/*
 * Questions that are answered without asking, and when they are asked all the same (conn_knows), against a scripted service (fake_conn.h).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <prlsdk/Virtuozzo.h>

#include "base/clock.h"
#include "base/str.h"
#include "fake_conn.h"
#include "model/event_xml.h"
#include "model/vm_model.h"
#include "wire/frame.h"

#define WAIT_MS 10000
#define LOGIN "{'session':'{00000000-0000-4000-8000-0000000000aa}','epoch':'{00000000-0000-4000-8000-0000000000cc}'}"
#define UUID "{00000000-0000-4000-8000-000000000001}"
#define EVENT "{'type':100030,'issuer':'" UUID "','params':[]}"
#define DELETED "{'type':100006,'issuer':'" UUID "','params':[]}"
#define PARAM_INT 2 /* of an event */
#define OTHER "<ParallelsVirtualMachine><Identification><VmName>x</VmName></Identification></ParallelsVirtualMachine>"
#define COUNT_OF(array) (sizeof(array) / sizeof(array)[0])

static PRL_HANDLE srv;

static PRL_RESULT
code_of(PRL_HANDLE job)
{
    PRL_RESULT code = 1;

    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetRetCode(job, &code), PRL_ERR_SUCCESS);
    PrlHandle_Free(job);
    return code;
}

/* The first object of its result. */
static PRL_HANDLE
object_of(PRL_HANDLE job)
{
    PRL_HANDLE result, obj;

    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetResult(job, &result), PRL_ERR_SUCCESS);
    assert_int_equal(PrlResult_GetParam(result, &obj), PRL_ERR_SUCCESS);
    PrlHandle_Free(result);
    PrlHandle_Free(job);
    return obj;
}

static int
setup(void **state)
{
    fake_conn_reset();
    fake_conn_script(OP_LOGIN, LOGIN);
    fake_conn_script(OP_LOGOFF, "{}");
    fake_conn_coherent(true);
    if (PrlApi_Init(VIRTUOZZO_API_VER) || PrlSrv_Create(&srv))
        return -1;
    return code_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY));
}

static int
teardown(void **state)
{
    int r;

    PrlHandle_Free(srv);
    r = PrlApi_Deinit();
    fake_conn_reset();
    for (int64_t until = clock_deadline(WAIT_MS); fake_conn_alive() && clock_left_ms(until);)
        ;
    return r || fake_conn_alive() ? 1 : 0;
}

/* An answer with one VM: number, revision, name; more: members put over those of the entry. */
static char *
answer(unsigned n, unsigned rev, const char *name, const char *more)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = vm_model_new();
    AUTO(cleanup_free) char *text = NULL, *entry = NULL;
    char uuid[64];
    json_t *json, *over;
    size_t len;
    char *out;

    snprintf(uuid, sizeof uuid, FAKE_UUID, n);
    xml_set(vm_model_root(doc), "Identification/VmName", name);
    xml_set(vm_model_root(doc), "Identification/VmUuid", uuid);
    assert_int_equal(vm_model_text(doc, VM_TEXT_HANDLE, &text, &len), PRL_ERR_SUCCESS);
    for (char *p = text; *p; p++)
        if (*p == '\'')
            *p = ' ';
    entry = fake_vm(n, rev, name, text);
    json = json_loads(entry, 0, NULL);
    over = more ? json_loads(more, 0, NULL) : NULL;
    assert_true(!more || over);
    if (over)
        json_object_update(json, over);
    json_decref(over);
    json = json_pack("{s:[{s:o}]}", "results", "vm", json);
    out = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    return out;
}

static void
script(enum op op, unsigned n, unsigned rev, const char *name, const char *more)
{
    AUTO(cleanup_free) char *text = answer(n, rev, name, more);

    fake_conn_script(op, text);
}

static void
assert_name(PRL_HANDLE vm, const char *want)
{
    char buf[256];
    PRL_UINT32 len = sizeof buf;

    assert_int_equal(PrlVmCfg_GetName(vm, buf, &len), PRL_ERR_SUCCESS);
    assert_string_equal(buf, want);
}

static PRL_HANDLE
get(const char *id, unsigned how)
{
    return object_of(PrlSrv_GetVmConfig(srv, id, how));
}

/* The event is on its way through the reader when fake_conn_event returns: it is there when a request behind it is answered. */
static void
event_comes(void)
{
    PRL_HANDLE other;

    fake_conn_event(EVENT);
    fake_conn_script(OP_SET_NON_INTERACTIVE, "{}");
    other = PrlSrv_SetNonInteractiveSession(srv, PRL_TRUE, 0);
    assert_int_equal(code_of(other), PRL_ERR_SUCCESS);
}

static void
question__asked_again__is_answered_without_a_request(void **state)
{
    PRL_HANDLE vm, again;

    script(OP_VM_CONFIG, 1, 5, "one", NULL);
    vm = get(UUID, PGVC_SEARCH_BY_UUID);
    assert_int_equal(fake_conn_count(OP_VM_CONFIG), 1);
    again = get(UUID, PGVC_SEARCH_BY_UUID);
    assert_true(again == vm);
    PrlHandle_Free(again);
    again = get("one", PGVC_SEARCH_BY_NAME);
    assert_true(again == vm);
    PrlHandle_Free(again);
    again = get("one", 0);
    assert_true(again == vm);
    PrlHandle_Free(again);
    again = object_of(PrlVm_RefreshConfig(vm));
    assert_true(again == vm);
    PrlHandle_Free(again);
    assert_int_equal(fake_conn_count(OP_VM_CONFIG), 1);
    assert_int_equal(fake_conn_count(OP_VM_REFRESH), 0);
    assert_name(vm, "one");
    PrlHandle_Free(vm);
}

static void
job__of_what_is_known__is_like_any_other(void **state)
{
    PRL_HANDLE vm, job, cancel;
    PRL_JOB_STATUS status;
    PRL_JOB_OPERATION_CODE code;
    PRL_BOOL is_sent = PRL_FALSE;

    script(OP_VM_CONFIG, 1, 5, "one", NULL);
    vm = get(UUID, 0);
    job = PrlVm_RefreshConfig(vm);
    assert_int_equal(PrlJob_GetStatus(job, &status), PRL_ERR_SUCCESS);
    assert_int_equal(status, PJS_FINISHED);
    assert_int_equal(PrlJob_GetOpCode(job, &code), PRL_ERR_SUCCESS);
    assert_int_equal(code, PJOC_VM_REFRESH_CONFIG);
    assert_int_equal(PrlJob_IsRequestWasSent(job, &is_sent), PRL_ERR_SUCCESS);
    assert_true(is_sent);
    cancel = PrlJob_Cancel(job);
    assert_int_equal(code_of(cancel), PRL_ERR_TASK_NOT_FOUND);
    PrlHandle_Free(job);
    PrlHandle_Free(vm);
}

static void
question__after_an_event__is_asked(void **state)
{
    PRL_HANDLE vm;

    script(OP_VM_CONFIG, 1, 5, "one", NULL);
    vm = get(UUID, 0);
    script(OP_VM_REFRESH, 1, 6, "two", NULL);
    event_comes();
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_int_equal(fake_conn_count(OP_VM_REFRESH), 1);
    assert_name(vm, "two");
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_int_equal(fake_conn_count(OP_VM_REFRESH), 1);
    /* The name that it had is nobody's. */
    fake_conn_script_error(OP_VM_CONFIG, PRL_ERR_VM_UUID_NOT_FOUND);
    assert_int_equal(code_of(PrlSrv_GetVmConfig(srv, "one", PGVC_SEARCH_BY_NAME)), PRL_ERR_VM_UUID_NOT_FOUND);
    PrlHandle_Free(vm);
}

static void
reply__overtaken_by_an_event__is_not_kept(void **state)
{
    AUTO(cleanup_free) char *text = answer(1, 5, "one", NULL);
    PRL_HANDLE vm, job;

    script(OP_VM_CONFIG, 1, 5, "one", NULL);
    vm = get(UUID, 0);
    event_comes();
    job = PrlVm_RefreshConfig(vm);
    fake_conn_event(EVENT); /* while the request is under way */
    fake_conn_answer(OP_VM_REFRESH, text);
    assert_int_equal(code_of(job), PRL_ERR_SUCCESS);
    fake_conn_script(OP_VM_REFRESH, text);
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_int_equal(fake_conn_count(OP_VM_REFRESH), 2);
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_int_equal(fake_conn_count(OP_VM_REFRESH), 2);
    PrlHandle_Free(vm);
}

static void
question__while_something_waits_or_is_under_way__is_asked(void **state)
{
    PRL_HANDLE vm, under_way;

    script(OP_VM_CONFIG, 1, 5, "one", NULL);
    script(OP_VM_REFRESH, 1, 5, "one", NULL);
    vm = get(UUID, 0);
    fake_conn_noise(true);
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_int_equal(fake_conn_count(OP_VM_REFRESH), 1);
    fake_conn_noise(false);
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_int_equal(fake_conn_count(OP_VM_REFRESH), 1);
    under_way = PrlVm_Start(vm);
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_int_equal(fake_conn_count(OP_VM_REFRESH), 2);
    fake_conn_answer(OP_VM_START, "{}");
    assert_int_equal(code_of(under_way), PRL_ERR_SUCCESS);
    PrlHandle_Free(vm);
}

static void
local_edits__after_a_refresh_from_what_is_known__are_gone(void **state)
{
    PRL_HANDLE vm;

    script(OP_VM_CONFIG, 1, 5, "one", NULL);
    vm = get(UUID, 0);
    assert_name(vm, "one");
    assert_int_equal(PrlVmCfg_SetName(vm, "mine"), PRL_ERR_SUCCESS);
    assert_name(vm, "mine");
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_int_equal(fake_conn_count(OP_VM_REFRESH), 0);
    assert_name(vm, "one");
    assert_int_equal(PrlHandle_FromString(vm, OTHER), PRL_ERR_SUCCESS);
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_int_equal(fake_conn_count(OP_VM_REFRESH), 0);
    assert_name(vm, "one");
    PrlHandle_Free(vm);
}

static void
handle__freed__stays_refused_and_the_next_is_another(void **state)
{
    PRL_HANDLE vm, next;
    char buf[64];
    PRL_UINT32 len = sizeof buf;

    script(OP_VM_CONFIG, 1, 5, "one", NULL);
    vm = get(UUID, 0);
    PrlHandle_Free(vm);
    assert_int_equal(PrlVmCfg_GetName(vm, buf, &len), PRL_ERR_INVALID_ARG);
    next = get(UUID, 0);
    assert_int_equal(fake_conn_count(OP_VM_CONFIG), 1);
    assert_true(next != vm);
    assert_int_equal(PrlVmCfg_GetName(vm, buf, &len), PRL_ERR_INVALID_ARG);
    assert_name(next, "one");
    PrlHandle_Free(next);
}

/* What changes by itself, what somebody may have put right, what is another user's. */
static void
entry__that_cannot_be_kept__is_asked_for(void **state)
{
    static const char *const over[] = {
        "{\"valid\": -2147482855}", "{\"valid\": -2147482855, \"text\": null}", "{\"is_owner\": false}",
    };

    for (size_t i = 0; i < COUNT_OF(over); i++) {
        PRL_HANDLE vm;
        unsigned before = fake_conn_count(OP_VM_REFRESH);

        script(OP_VM_CONFIG, (unsigned)i + 1, 5, "one", over[i]);
        script(OP_VM_REFRESH, (unsigned)i + 1, 5, "one", over[i]);
        vm = get("one", PGVC_SEARCH_BY_NAME);
        assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
        assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
        assert_int_equal(fake_conn_count(OP_VM_REFRESH), before + 2);
        PrlHandle_Free(vm);
        event_comes();
    }
}

static void
entry__of_a_running_machine__is_kept_for_a_second(void **state)
{
    static const char *const over[] = { "{\"state\": 805306372}", "{\"rooms\": [[0, 7]]}", "{\"vnc\": 5900}" };

    for (size_t i = 0; i < COUNT_OF(over); i++) {
        int64_t began = clock_now_ms();
        unsigned before = fake_conn_count(OP_VM_REFRESH);
        PRL_HANDLE vm;

        script(OP_VM_CONFIG, (unsigned)i + 1, 5, "one", over[i]);
        script(OP_VM_REFRESH, (unsigned)i + 1, 5, "one", over[i]);
        vm = get("one", PGVC_SEARCH_BY_NAME);
        while (fake_conn_count(OP_VM_REFRESH) == before && clock_now_ms() - began < WAIT_MS)
            assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
        assert_int_equal(fake_conn_count(OP_VM_REFRESH), before + 1);
        assert_true(clock_now_ms() - began >= 1000);
        PrlHandle_Free(vm);
        event_comes();
    }
}

static void
state__asked_again__is_as_the_service_wrote_it(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(PET_DSP_EVT_VM_STATE_CHANGED, PRL_ERR_SUCCESS, UUID);
    AUTO(cleanup_free) char *xml = NULL, *reply = NULL;
    VIRTUAL_MACHINE_STATE seen;
    PRL_HANDLE vm, info[2];
    json_t *json;
    size_t len;

    assert_true(event_xml_add(xmlDocGetRootElement(doc), "vminfo_vm_state", PARAM_INT, "805306373"));
    xml = xml_text(doc, &len);
    for (char *p = xml; *p; p++)
        if (*p == '\'')
            *p = ' ';
    json = json_pack("{s:[{s:{s:i, s:s}}]}", "results", "doc", "pht", (int)PHT_VM_INFO, "xml", xml);
    reply = json_dumps(json, JSON_COMPACT);
    json_decref(json);
    script(OP_VM_CONFIG, 1, 5, "one", NULL);
    vm = get(UUID, 0);
    fake_conn_script(OP_VM_GET_STATE, reply);
    for (int i = 0; i < 2; i++) {
        info[i] = object_of(PrlVm_GetState(vm));
        assert_int_equal(PrlVmInfo_GetState(info[i], &seen), PRL_ERR_SUCCESS);
        assert_int_equal(seen, 805306373);
    }
    assert_int_equal(fake_conn_count(OP_VM_GET_STATE), 1);
    assert_true(info[0] != info[1]);
    event_comes();
    assert_int_equal(code_of(PrlVm_GetState(vm)), PRL_ERR_SUCCESS);
    assert_int_equal(fake_conn_count(OP_VM_GET_STATE), 2);
    for (int i = 0; i < 2; i++)
        PrlHandle_Free(info[i]);
    PrlHandle_Free(vm);
}

static void
question__after_the_connection_broke__is_refused(void **state)
{
    PRL_HANDLE vm;

    script(OP_VM_CONFIG, 1, 5, "one", NULL);
    vm = get(UUID, 0);
    fake_conn_break();
    assert_true(PRL_FAILED(code_of(PrlVm_RefreshConfig(vm))));
    /* Another connection has heard none of the events of the first. */
    for (PRL_RESULT r = -1; r != PRL_ERR_SUCCESS;) {
        fake_conn_script(OP_LOGIN, LOGIN);
        r = code_of(PrlSrv_LoginLocal(srv, NULL, 0, PSL_HIGH_SECURITY));
        assert_true(r == PRL_ERR_SUCCESS || r == PRL_ERR_ALREADY_CONNECTED_TO_DISPATCHER);
    }
    script(OP_VM_REFRESH, 1, 6, "two", NULL);
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_name(vm, "two");
    PrlHandle_Free(vm);
}

/* ---- lists ---- */

#define NOTHING_NEW "{'now':%u,'is_partial':true}"

/* n VMs of one name each, from number 1 on. */
static void
script_list(unsigned n, unsigned rev, unsigned now, bool is_partial, const char *name)
{
    AUTO(json_decref) json_t *all = json_array(), *reply = NULL;
    AUTO(cleanup_free) char *out = NULL;

    for (unsigned i = 1; i <= n; i++) {
        AUTO(cleanup_free) char *text = answer(i, rev, name, NULL);
        AUTO(json_decref) json_t *one = json_loads(text, 0, NULL);

        json_array_extend(all, json_object_get(one, "results"));
    }
    reply = json_pack("{s:O, s:i}", "results", all, "now", (int)now);
    if (is_partial)
        json_object_set_new(reply, "is_partial", json_true());
    out = json_dumps(reply, JSON_COMPACT);
    fake_conn_script(OP_VM_LIST, out);
}

static void
script_nothing_new(unsigned now)
{
    char text[64];

    snprintf(text, sizeof text, NOTHING_NEW, now);
    fake_conn_script(OP_VM_LIST, text);
}

/* The result of a list of n. */
static PRL_HANDLE
list(PRL_UINT32 n)
{
    PRL_HANDLE job = PrlSrv_GetVmListEx(srv, PVTF_VM), result;
    PRL_UINT32 count = 0;

    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetResult(job, &result), PRL_ERR_SUCCESS);
    assert_int_equal(PrlResult_GetParamsCount(result, &count), PRL_ERR_SUCCESS);
    assert_int_equal(count, n);
    assert_int_equal(code_of(job), PRL_ERR_SUCCESS);
    return result;
}

static PRL_HANDLE
item(PRL_HANDLE result, PRL_UINT32 i)
{
    PRL_HANDLE vm;

    assert_int_equal(PrlResult_GetParamByIndex(result, i, &vm), PRL_ERR_SUCCESS);
    return vm;
}

/* What the last request said that this client has seen. */
static unsigned
seen(void)
{
    AUTO(json_decref) json_t *sent = fake_conn_sent(OP_VM_LIST);

    return (unsigned)json_integer_value(json_object_get(sent, "seen"));
}

static void
list__nothing_has_changed__is_the_same_object(void **state)
{
    PRL_HANDLE first, again, vm;

    script_list(3, 5, 100, false, "one");
    first = list(3);
    assert_int_equal(seen(), 0);
    script_nothing_new(100);
    again = list(3);
    assert_int_equal(seen(), 100);
    assert_true(again == first);
    PrlHandle_Free(again);
    /* Nobody has it any more: the same machines, and another object over them. */
    vm = item(first, 1);
    PrlHandle_Free(first);
    script_nothing_new(101);
    again = list(3);
    assert_true(again != first);
    assert_true(item(again, 1) == vm);
    assert_name(vm, "one");
    PrlHandle_Free(vm);
    PrlHandle_Free(vm);
    PrlHandle_Free(again);
    again = list(3); /* no machine is alive, but what was told of them is known */
    assert_int_equal(seen(), 101);
    vm = item(again, 2);
    assert_name(vm, "one");
    PrlHandle_Free(vm);
    PrlHandle_Free(again);
    assert_int_equal(fake_conn_count(OP_VM_LIST), 4);
}

static void
list__some_have_changed__has_them_in_their_places(void **state)
{
    PRL_HANDLE first, again, vm;

    script_list(3, 5, 100, false, "one");
    first = list(3);
    script_list(2, 6, 101, true, "two");
    again = list(3);
    assert_true(again != first);
    for (PRL_UINT32 i = 0; i < 3; i++) {
        vm = item(again, i);
        assert_name(vm, i < 2 ? "two" : "one");
        PrlHandle_Free(vm);
    }
    PrlHandle_Free(again);
    PrlHandle_Free(first);
}

static void
list__overtaken_by_a_newer_answer__changes_nothing(void **state)
{
    PRL_HANDLE first, again, vm;

    script(OP_VM_CONFIG, 1, 6, "new", "{\"told\": 9}");
    vm = get(UUID, 0);
    script(OP_VM_REFRESH, 1, 5, "old", "{\"told\": 8}");
    event_comes();
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_name(vm, "new");
    script_list(2, 5, 100, false, "old"); /* without a number: from before all */
    first = list(2);
    assert_name(vm, "new");
    again = item(first, 0);
    assert_true(again == vm);
    PrlHandle_Free(again);
    PrlHandle_Free(first);
    event_comes();
    script(OP_VM_REFRESH, 1, 7, "newer", "{\"told\": 9}"); /* the same number is no older one */
    assert_int_equal(code_of(PrlVm_RefreshConfig(vm)), PRL_ERR_SUCCESS);
    assert_name(vm, "newer");
    PrlHandle_Free(vm);
}

static void
list__after_local_edits__is_as_the_service_has_it(void **state)
{
    PRL_HANDLE first, again, vm;

    script_list(2, 5, 100, false, "one");
    first = list(2);
    vm = item(first, 1);
    assert_name(vm, "one"); /* read, which changes nothing that is said */
    assert_int_equal(PrlVmCfg_SetName(vm, "mine"), PRL_ERR_SUCCESS);
    script_nothing_new(100);
    again = list(2);
    assert_true(again != first); /* who has copied names from the first must look again */
    assert_name(vm, "one");
    PrlHandle_Free(first);
    first = list(2);
    assert_true(first != PRL_INVALID_HANDLE);
    PrlHandle_Free(again);
    again = list(2);
    assert_true(again == first);
    PrlHandle_Free(again);
    PrlHandle_Free(first);
    PrlHandle_Free(vm);
}

static void
list__renews_what_is_known_of_each(void **state)
{
    PRL_HANDLE first, again;

    script_list(2, 5, 100, false, "one");
    first = list(2);
    event_comes();
    script_nothing_new(100);
    again = list(2);
    PrlHandle_Free(get(UUID, PGVC_SEARCH_BY_UUID));
    assert_int_equal(fake_conn_count(OP_VM_CONFIG), 0);
    PrlHandle_Free(first);
    PrlHandle_Free(again);
}

static void
list__of_another_kind_or_without_a_member__is_asked_for_whole(void **state)
{
    PRL_HANDLE first, again, job;

    script_list(2, 5, 100, false, "one");
    first = list(2);
    job = PrlSrv_GetVmListEx(srv, 0);
    assert_int_equal(code_of(job), PRL_ERR_SUCCESS);
    assert_int_equal(seen(), 0);
    PrlHandle_Free(list(2));
    fake_conn_event(DELETED);
    fake_conn_script(OP_SET_NON_INTERACTIVE, "{}");
    assert_int_equal(code_of(PrlSrv_SetNonInteractiveSession(srv, PRL_TRUE, 0)), PRL_ERR_SUCCESS);
    script_list(1, 5, 102, false, "one");
    again = list(1);
    assert_int_equal(seen(), 0);
    PrlHandle_Free(again);
    PrlHandle_Free(first);
}

static void
list__part_of_one_that_is_not_known__is_asked_for_whole_once(void **state)
{
    AUTO(cleanup_free) char *one = answer(1, 5, "one", NULL);
    PRL_HANDLE job, result;
    PRL_UINT32 n = 0;

    fake_conn_script(OP_VM_LIST, NULL);
    job = PrlSrv_GetVmListEx(srv, PVTF_VM);
    fake_conn_answer(OP_VM_LIST, "{'now':5,'is_partial':true}");
    fake_conn_answer(OP_VM_LIST, one);
    assert_int_equal(PrlJob_Wait(job, WAIT_MS), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetResult(job, &result), PRL_ERR_SUCCESS);
    assert_int_equal(PrlResult_GetParamsCount(result, &n), PRL_ERR_SUCCESS);
    assert_int_equal(n, 1);
    assert_int_equal(code_of(job), PRL_ERR_SUCCESS);
    PrlHandle_Free(result);
    assert_int_equal(fake_conn_count(OP_VM_LIST), 2);
    /* A service that says it again is in error. */
    script_nothing_new(5);
    assert_true(PRL_FAILED(code_of(PrlSrv_GetVmListEx(srv, PVTF_VM))));
    assert_int_equal(fake_conn_count(OP_VM_LIST), 4);
}

int
main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(question__asked_again__is_answered_without_a_request),
        T(job__of_what_is_known__is_like_any_other),
        T(question__after_an_event__is_asked),
        T(reply__overtaken_by_an_event__is_not_kept),
        T(question__while_something_waits_or_is_under_way__is_asked),
        T(local_edits__after_a_refresh_from_what_is_known__are_gone),
        T(handle__freed__stays_refused_and_the_next_is_another),
        T(entry__that_cannot_be_kept__is_asked_for),
        T(entry__of_a_running_machine__is_kept_for_a_second),
        T(state__asked_again__is_as_the_service_wrote_it),
        T(question__after_the_connection_broke__is_refused),
        T(list__nothing_has_changed__is_the_same_object),
        T(list__some_have_changed__has_them_in_their_places),
        T(list__overtaken_by_a_newer_answer__changes_nothing),
        T(list__after_local_edits__is_as_the_service_has_it),
        T(list__renews_what_is_known_of_each),
        T(list__of_another_kind_or_without_a_member__is_asked_for_whole),
        T(list__part_of_one_that_is_not_known__is_asked_for_whole_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
