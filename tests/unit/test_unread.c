/* SPDX-License-Identifier: MIT */
/*
 * A VM of a list that nobody has looked into: every getter gives what it gives of the parsed document, whatever the service has told, and those that lists ask
 * give it without parsing.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <dirent.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "api/row_body.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "core/config_obj.h"
#include "core/doc.h"
#include "row_table.h"

#define FACTS "'uuid':'{00000000-0000-4000-8000-000000000001}','state':805306370,'addition':0,'owner':'me','is_owner':true,'others':0,'allowed':7"
#define FACTS_LEFT_OUT "'uuid':'{00000000-0000-4000-8000-000000000001}','state':805306370,'owner':'me','is_owner':true,'allowed':7"
#define LEAST_FILES 10

static unsigned n_wrong;

static struct doc *
doc_of(const char *text, size_t len, const char *entry)
{
    AUTO(cleanup_free) char *json = str_dup(entry);
    AUTO(blob_unref) struct blob *blob = NULL;
    AUTO(facts_unref) struct facts *facts = NULL;
    char *copy = text ? calloc(1, len + 1) : NULL;

    for (char *p = json; *p; p++)
        if (*p == '\'')
            *p = '"';
    facts = facts_new(json_loads(json, 0, NULL));
    assert_non_null(facts->json);
    if (copy) {
        memcpy(copy, text, len);
        blob = blob_new(copy, len);
    }
    return doc_new_service(blob, facts);
}

static PRL_HANDLE
handle_of(struct doc *doc)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE;

    assert_int_equal(row_give((struct object *)config_obj_new(PHT_VIRTUAL_MACHINE, doc, NULL), &h), PRL_ERR_SUCCESS);
    return h;
}

static bool
is_unread(struct doc *doc)
{
    AUTO(facts_unref) struct facts *facts = doc_unread_facts(doc);

    return facts;
}

static void
look_into(struct doc *doc)
{
    if (doc_lock(doc))
        doc_unlock(doc, false);
    assert_false(is_unread(doc));
}

/* What lists are made of. */
static bool
is_of_lists(const char *getter)
{
    static const char *const getters[] = { "PrlVmCfg_GetName", "PrlVmCfg_GetUuid", "PrlVmCfg_IsTemplate", "PrlVmCfg_GetOsType", "PrlVmCfg_GetOsVersion",
                                           "PrlVmCfg_GetHomePath", "PrlVmCfg_GetEnvId", "PrlVmCfg_GetCustomProperty", "PrlVmCfg_GetDescription" };

    for (size_t i = 0; i < ARRAY_LEN(getters); i++)
        if (!strcmp(getters[i], getter))
            return true;
    return false;
}

/* By a stand-in, each its own. */
static bool
is_made_up(const char *getter)
{
    return !strcmp(getter, "PrlVmCfg_GetServerUuid") || !strcmp(getter, "PrlVmCfg_GetUptimeStartDate");
}

static bool
is_near(const char *path)
{
    return !strncmp(path, "Identification/", 15) || !strncmp(path, "Settings/General/", 17);
}

/* ---- both ways ---- */

static void
compare_rows(const char *file, const char *text, size_t len, const char *entry, bool is_good)
{
    AUTO(doc_unref) struct doc *read = doc_of(text, len, entry);
    PRL_HANDLE looked = handle_of(read);

    look_into(read);
    for (size_t i = 0; i < ARRAY_LEN(row_gets); i++) {
        static char want[1 << 16], got[1 << 16];
        const struct row_get *g = &row_gets[i];

        if (g->pht != PHT_VM_CONFIGURATION || is_made_up(g->name) || (!is_good && !is_near(g->path)))
            continue;
        AUTO(doc_unref) struct doc *doc = doc_of(text, len, entry);
        PRL_HANDLE unread = handle_of(doc);
        PRL_RESULT r = row_read(g, looked, want, sizeof want);

        if (row_read(g, unread, got, sizeof got) != r || (PRL_SUCCEEDED(r) && strcmp(got, want) != 0)) {
            print_error("%s: %s: '%s', not '%s' (%s)\n", file, g->name, got, want, entry);
            n_wrong++;
        }
        if (is_good && is_of_lists(g->name) && !is_unread(doc)) {
            print_error("%s: %s parses the document\n", file, g->name);
            n_wrong++;
        }
        PrlHandle_Free(unread);
    }
    PrlHandle_Free(looked);
}

static char *
text_of(PRL_HANDLE h)
{
    PRL_VOID_PTR buf = NULL;
    char *text;

    assert_int_equal(PrlHandle_ToString(h, &buf), PRL_ERR_SUCCESS);
    assert_non_null(strstr(buf, "<EventParameters>"));
    text = str_dup(strstr(buf, "<EventParameters>")); /* before it there is a request's uuid, made up */
    PrlBuffer_Free(buf);
    return text;
}

static void
compare_info(const char *file, const char *text, size_t len, const char *entry)
{
    AUTO(doc_unref) struct doc *read = doc_of(text, len, entry), *doc = doc_of(text, len, entry);
    PRL_HANDLE vms[] = { handle_of(read), handle_of(doc) }, infos[2];
    AUTO(cleanup_free) char *want = NULL, *got = NULL;
    VIRTUAL_MACHINE_STATE states[2] = { 1, 2 };
    VIRTUAL_MACHINE_ADDITION_STATE additions[2] = { 1, 2 };
    PRL_RESULT reasons[2] = { 1, 2 };
    PRL_BOOL is_invalid;

    look_into(read);
    for (int i = 0; i < 2; i++) {
        assert_int_equal(PrlVmCfg_GetVmInfo(vms[i], &infos[i]), PRL_ERR_SUCCESS);
        assert_int_equal(PrlVmInfo_GetState(infos[i], &states[i]), PRL_ERR_SUCCESS);
        assert_int_equal(PrlVmInfo_GetAdditionState(infos[i], &additions[i]), PRL_ERR_SUCCESS);
    }
    assert_true(is_unread(doc));
    assert_int_equal(states[1], states[0]);
    assert_int_equal(additions[1], additions[0]);
    for (int i = 0; i < 2; i++)
        assert_int_equal(PrlVmInfo_IsInvalidEx(infos[i], &is_invalid, &reasons[i]), PRL_ERR_SUCCESS);
    assert_int_equal(reasons[1], reasons[0]);
    want = text_of(infos[0]);
    got = text_of(infos[1]);
    size_t same = 0;

    while (want[same] && got[same] == want[same])
        same++;
    if (want[same] || got[same]) {
        print_error("%s: PHT_VM_INFO: '%.80s', not '%.80s'\n", file, got + same, want + same);
        n_wrong++;
    }
    for (int i = 0; i < 2; i++) {
        PrlHandle_Free(infos[i]);
        PrlHandle_Free(vms[i]);
    }
}

/* ---- tests ---- */

static void
files__every_getter__gives_what_the_parsed_document_gives(void **state)
{
    const char *source = getenv("PRLKVM_SOURCE_DIR");
    AUTO(cleanup_free) char *dir = str_printf("%s/tests/golden/config", source ? source : ".");
    DIR *d = opendir(dir);
    struct dirent *e;
    unsigned n = 0;

    assert_non_null(d);
    while ((e = readdir(d))) {
        AUTO(cleanup_free) char *path = path_join(dir, e->d_name), *text = NULL, *entry = NULL;
        AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
        size_t len;

        if (!strstr(e->d_name, ".pvs"))
            continue;
        assert_int_equal(path_read(path, 1 << 20, &text, &len), 0);
        doc = xml_parse(text, len, NULL);
        assert_non_null(doc);
        entry = str_printf("{" FACTS ",'name':'told \xc3\xa4','home':'/vms/a.pvm','env':7,'valid':0,'vnc':0,'template':%s}",
                           xml_get_u64(xmlDocGetRootElement(doc), "Settings/General/IsTemplate", 0) ? "true" : "false");
        compare_rows(e->d_name, text, len, entry, xml_find(xmlDocGetRootElement(doc), "Settings/General"));
        compare_info(e->d_name, text, len, entry);
        n++;
    }
    closedir(d);
    assert_true(n >= LEAST_FILES);
    assert_int_equal(n_wrong, 0);
}

#define ROOT(inside) "<ParallelsVirtualMachine><Identification><VmName>n</VmName><EnvId>9</EnvId><VmHome>/h</VmHome></Identification>" inside "</ParallelsVirtualMachine>"

static void
odd_documents__every_getter__gives_what_the_parsed_document_gives(void **state)
{
    static const char *const texts[] = {
        ROOT("<Settings><General><OsType>-1</OsType><OsNumber>99999999999</OsNumber><IsTemplate>x</IsTemplate></General></Settings>"),
        ROOT("<Settings><General><OsType> 8 </OsType><OsType>9</OsType><VmDescription><![CDATA[<a>]]>&amp;&#10;</VmDescription></General>"
             "<General><OsNumber>5</OsNumber></General></Settings>"),
        ROOT("<Settings><Runtime/></Settings><Settings><General><OsType>8</OsType></General></Settings>"), /* the second is not looked at */
        ROOT("<Settings><Other><General><OsType>8</OsType></General></Other><General/></Settings>"),
        ROOT("<General><OsType>8</OsType></General>"),
        ROOT("<Settings><General><OsType>8</OsType><General><OsType>9</OsType></General><OsNumber>7</OsNumber></General></Settings>"),
        ROOT("<Settings><General><OsType>8</OsType></General></Settings><!-- </General> -->"),
        "<ParallelsVirtualMachine><Identification><VmName>a<b>c</b>d</VmName><VmName>e</VmName><EnvId><![CDATA[5]]><x>6</x></EnvId></Identification>"
        "</ParallelsVirtualMachine>",
        "<?xml version='1.0' encoding='ISO-8859-1'?>" ROOT("<Settings><General><VmDescription>\xe4</VmDescription></General></Settings>"),
    };
    static const char *const entries[] = {
        "{" FACTS ",'name':'','home':'','env':0,'valid':0}",
        "{" FACTS ",'name':5,'home':[],'env':'x','valid':0,'template':0}",
        "{" FACTS ",'env':99999999999,'valid':0}",
        "{" FACTS ",'name':'a','home':'/a','env':-1,'valid':-2147482618}",
        "{'valid':'x'}",
        "{'state':99999999999,'addition':-1,'valid':0}",
        "{'state':'x','addition':1.5}",
    };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        for (size_t k = 0; k < ARRAY_LEN(entries); k++) {
            compare_rows("odd", texts[i], strlen(texts[i]), entries[k], false);
            compare_info("odd", texts[i], strlen(texts[i]), entries[k]);
        }
    assert_int_equal(n_wrong, 0);
}

/* A stand-in: no text at all, or one that the service could not read either. */
static void
bad_documents__every_getter__gives_what_the_stand_in_gives(void **state)
{
    static const char *const texts[] = { NULL, "", "<ParallelsVirtualMachine><Settings><General><OsType>8</OsType></General></Settings>", "<Other/>",
                                         "<Other><Settings><General><OsType>8</OsType></General></Settings></Other>" };

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        const char *entry = "{" FACTS ",'name':'a','home':'/a','env':0,'valid':-2147482618,'template':true}";

        compare_rows("bad", texts[i], texts[i] ? strlen(texts[i]) : 0, entry, false);
        compare_info("bad", texts[i], texts[i] ? strlen(texts[i]) : 0, entry);
    }
    assert_int_equal(n_wrong, 0);
}

#define GENERAL(os) ROOT("<Settings><General><OsType>" os "</OsType></General></Settings>")

static void
changed_here__the_document__is_the_truth(void **state)
{
    AUTO(doc_unref) struct doc *doc = doc_of(GENERAL("8"), strlen(GENERAL("8")), "{" FACTS ",'name':'told','valid':0,'template':false}");
    PRL_HANDLE vm = handle_of(doc);
    PRL_UINT32 os = 0, len = 64;
    PRL_BOOL is_template = PRL_FALSE;
    char name[64];

    assert_int_equal(PrlVmCfg_GetOsType(vm, &os), PRL_ERR_SUCCESS);
    assert_int_equal(os, 8);
    assert_true(is_unread(doc));
    assert_int_equal(PrlVmCfg_SetName(vm, "mine"), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_SetTemplateSign(vm, PRL_TRUE), PRL_ERR_SUCCESS);
    assert_false(is_unread(doc));
    assert_int_equal(PrlVmCfg_GetName(vm, name, &len), PRL_ERR_SUCCESS);
    assert_string_equal(name, "mine");
    assert_int_equal(PrlVmCfg_IsTemplate(vm, &is_template), PRL_ERR_SUCCESS);
    assert_true(is_template);
    PrlHandle_Free(vm);
}

static void
another_text__its_head__is_read_anew(void **state)
{
    AUTO(doc_unref) struct doc *doc = doc_of(GENERAL("8"), strlen(GENERAL("8")), "{" FACTS ",'valid':0}");
    AUTO(blob_unref) struct blob *text = blob_new(str_dup(GENERAL("9")), strlen(GENERAL("9")));
    AUTO(facts_unref) struct facts *facts = facts_new(json_pack("{s:i, s:s}", "valid", 0, "name", "new"));
    PRL_HANDLE vm = handle_of(doc);
    PRL_UINT32 os = 0, len = 64;
    char name[64];

    assert_int_equal(PrlVmCfg_GetOsType(vm, &os), PRL_ERR_SUCCESS);
    doc_set_service(doc, text, facts);
    assert_int_equal(PrlVmCfg_GetOsType(vm, &os), PRL_ERR_SUCCESS);
    assert_int_equal(os, 9);
    assert_int_equal(PrlVmCfg_GetName(vm, name, &len), PRL_ERR_SUCCESS);
    assert_string_equal(name, "new");
    assert_true(is_unread(doc));
    PrlHandle_Free(vm);
}

/* The service leaves out what is as usual: then the text has no say either. */
static void
left_out__counts_as_usual(void **state)
{
    static const char text[] = ROOT("<Security><LockedSign>1</LockedSign><AccessForOthers>3</AccessForOthers></Security>");
    AUTO(doc_unref) struct doc *doc = doc_of(text, sizeof text - 1, "{" FACTS_LEFT_OUT "}");
    PRL_HANDLE vm = handle_of(doc), info;
    VIRTUAL_MACHINE_ADDITION_STATE addition = VMAS_CLONING;
    PRL_UINT32 env = 1;
    xmlDocPtr tree;

    assert_int_equal(PrlVmCfg_GetEnvId(vm, &env), PRL_ERR_SUCCESS);
    assert_int_equal(env, 0);
    assert_int_equal(PrlVmCfg_GetVmInfo(vm, &info), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmInfo_GetAdditionState(info, &addition), PRL_ERR_SUCCESS);
    assert_int_equal(addition, VMAS_NOSTATE);
    tree = doc_lock(doc);
    assert_non_null(tree);
    assert_int_equal(xml_get_u64(xmlDocGetRootElement(tree), "Identification/EnvId", 1), 0);
    assert_int_equal(xml_get_u64(xmlDocGetRootElement(tree), "Security/LockedSign", 1), 0);
    assert_int_equal(xml_get_u64(xmlDocGetRootElement(tree), "Security/AccessForOthers", 1), PAO_VM_NOT_SHARED);
    assert_int_equal(xml_get_u64(xmlDocGetRootElement(tree), "ValidRc", 1), 0);
    doc_unlock(doc, false);
    PrlHandle_Free(info);
    PrlHandle_Free(vm);
}

/* A copy: what the VM is told afterwards does not change it. */
static void
info__the_vm_moves_on__stays(void **state)
{
    AUTO(doc_unref) struct doc *doc = doc_of(GENERAL("8"), strlen(GENERAL("8")), "{'state':805306372,'valid':0}");
    AUTO(blob_unref) struct blob *text = blob_new(str_dup(GENERAL("9")), strlen(GENERAL("9")));
    AUTO(facts_unref) struct facts *facts = facts_new(json_pack("{s:i, s:i}", "valid", 0, "state", VMS_STOPPED));
    PRL_HANDLE vm = handle_of(doc), info;
    VIRTUAL_MACHINE_STATE now = VMS_UNKNOWN;

    assert_int_equal(PrlVmCfg_GetVmInfo(vm, &info), PRL_ERR_SUCCESS);
    doc_set_service(doc, text, facts);
    assert_int_equal(PrlVmInfo_GetState(info, &now), PRL_ERR_SUCCESS);
    assert_int_equal(now, 805306372);
    free(text_of(info)); /* read whole */
    assert_int_equal(PrlVmInfo_GetState(info, &now), PRL_ERR_SUCCESS);
    assert_int_equal(now, 805306372);
    PrlHandle_Free(info);
    PrlHandle_Free(vm);
}

/* ---- several threads ---- */

#define ROUNDS 200

static PRL_HANDLE shared;
static struct doc *shared_doc;

static void *
ask(void *data)
{
    VIRTUAL_MACHINE_STATE vm_state;
    PRL_UINT32 os, len;
    PRL_HANDLE info;
    char name[64];

    for (int i = 0; i < ROUNDS; i++) {
        len = sizeof name;
        if (PrlVmCfg_GetName(shared, name, &len) || strcmp(name, "told") || PrlVmCfg_GetOsType(shared, &os) || (os != 8 && os != 9) ||
            PrlVmCfg_GetVmInfo(shared, &info))
            return data;
        if (PrlVmInfo_GetState(info, &vm_state) || vm_state != VMS_STOPPED || PrlHandle_Free(info))
            return data;
    }
    return NULL;
}

static void *
look(void *data)
{
    for (int i = 0; i < ROUNDS; i++)
        if (doc_lock(shared_doc))
            doc_unlock(shared_doc, false);
    return NULL;
}

/* What the service tells, over and over: each time it is unread again. */
static void *
tell(void *data)
{
    for (int i = 0; i < ROUNDS; i++) {
        const char *content = i % 2 ? GENERAL("8") : GENERAL("9");
        AUTO(blob_unref) struct blob *text = blob_new(str_dup(content), strlen(content));
        AUTO(facts_unref) struct facts *facts = facts_new(json_pack("{s:s, s:i}", "name", "told", "state", VMS_STOPPED));

        doc_set_service(shared_doc, text, facts);
    }
    return NULL;
}

static void
several_threads__each_answer_is_one_of_those_that_were_told(void **state)
{
    static void *(*const work[])(void *) = { ask, ask, look, tell };
    pthread_t threads[ARRAY_LEN(work)];

    shared_doc = doc_of(GENERAL("8"), strlen(GENERAL("8")), "{'name':'told','state':805306369}");
    shared = handle_of(shared_doc);
    for (size_t i = 0; i < ARRAY_LEN(work); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work[i], &shared), 0);
    for (size_t i = 0; i < ARRAY_LEN(work); i++) {
        void *failed = &shared;

        assert_int_equal(pthread_join(threads[i], &failed), 0);
        assert_null(failed);
    }
    PrlHandle_Free(shared);
    doc_unref(shared_doc);
}

static int
setup(void **state)
{
    return PrlApi_Init(VIRTUOZZO_API_VER);
}

static int
teardown(void **state)
{
    return PrlApi_Deinit();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(files__every_getter__gives_what_the_parsed_document_gives),
        cmocka_unit_test(odd_documents__every_getter__gives_what_the_parsed_document_gives),
        cmocka_unit_test(bad_documents__every_getter__gives_what_the_stand_in_gives),
        cmocka_unit_test(changed_here__the_document__is_the_truth),
        cmocka_unit_test(another_text__its_head__is_read_anew),
        cmocka_unit_test(left_out__counts_as_usual),
        cmocka_unit_test(info__the_vm_moves_on__stays),
        cmocka_unit_test(several_threads__each_answer_is_one_of_those_that_were_told),
    };

    return cmocka_run_group_tests(tests, setup, teardown);
}
