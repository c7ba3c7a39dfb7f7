/* SPDX-License-Identifier: MIT */
/* Documents, objects over their parts, and what the service tells of VMs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/str.h"
#include "base/xml.h"
#include "core/doc.h"
#include "core/srv_obj.h"
#include "core/vm_facts.h"
#include "fake_conn.h"
#include "wire/frame.h"
#include "model/event_xml.h"
#include "model/vm_model.h"

static struct doc *
text_doc(PRL_HANDLE_TYPE kind, const char *text)
{
    struct doc *d = doc_new_text(kind, str_dup(text), strlen(text));

    assert_non_null(d);
    return d;
}

static char *
get(struct config_obj *o, const char *path)
{
    xmlNodePtr node;
    char *text;

    if (PRL_FAILED(config_obj_lock(o, &node)))
        return NULL;
    text = xml_get(node, path);
    config_obj_unlock(o, false);
    return text;
}

static void
assert_get(struct config_obj *o, const char *path, const char *want)
{
    AUTO(cleanup_free) char *text = get(o, path);

    assert_non_null(text);
    assert_string_equal(text, want);
}

static void
set(struct config_obj *o, const char *path, const char *value)
{
    xmlNodePtr node;

    assert_int_equal(config_obj_lock(o, &node), PRL_ERR_SUCCESS);
    assert_true(xml_set(node, path, value));
    config_obj_unlock(o, true);
}

/* ---- documents ---- */

static void
doc__unparsable_text__is_refused_when_looked_at(void **state)
{
    AUTO(doc_unref) struct doc *d = text_doc(PHT_USER_PROFILE, "<User><broken>");
    struct config_obj *o = config_obj_new(PHT_USER_PROFILE, d, NULL);
    xmlNodePtr node;

    assert_int_equal(config_obj_lock(o, &node), PRL_ERR_UNEXPECTED);
    assert_null(doc_lock(d));
    object_unref(&o->obj);
}

static void
doc__replaced_by_bad_text__keeps_its_content(void **state)
{
    static const char *const bad[] = { "", "x", "<Other/>", "<VirtuozzoUser><a></VirtuozzoUser>", "<!DOCTYPE a><VirtuozzoUser/>",
                                       "<VirtuozzoUser>\xff</VirtuozzoUser>" };
    AUTO(doc_unref) struct doc *d = text_doc(PHT_USER_PROFILE, "<VirtuozzoUser><Name>me</Name></VirtuozzoUser>");
    struct config_obj *o = config_obj_new(PHT_USER_PROFILE, d, NULL);

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        assert_int_equal(o->obj.cls->from_text(&o->obj, bad[i]), PRL_ERR_INVALID_ARG);
        assert_get(o, "Name", "me");
    }
    assert_int_equal(o->obj.cls->from_text(&o->obj, "<ParallelsUser><Name>you</Name></ParallelsUser>"), PRL_ERR_SUCCESS);
    assert_get(o, "Name", "you");
    object_unref(&o->obj);
}

static void
doc__text__is_what_was_set(void **state)
{
    AUTO(doc_unref) struct doc *d = text_doc(PHT_USER_PROFILE, "<VirtuozzoUser/>");
    struct config_obj *o = config_obj_new(PHT_USER_PROFILE, d, NULL);
    AUTO(cleanup_free) char *text = NULL;

    set(o, "Folder", "/a & b");
    assert_int_equal(o->obj.cls->to_text(&o->obj, &text), PRL_ERR_SUCCESS);
    assert_non_null(strstr(text, "<Folder>/a &amp; b</Folder>"));
    object_unref(&o->obj);
}

static void
config_obj__types_of_another_layout__are_refused(void **state)
{
    AUTO(doc_unref) struct doc *d = text_doc(PHT_USER_PROFILE, "<x/>");
    const PRL_HANDLE_TYPE bad[] = { PHT_ERROR, PHT_SERVER, PHT_JOB, PHT_EVENT, PHT_RESULT, PHT_STRINGS_LIST, PHT_HANDLES_LIST,
                                    PHT_OPAQUE_TYPE_LIST, PHT_VIRTUAL_DISK, (PRL_HANDLE_TYPE)(PHT_LAST + 1) };

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        assert_null(config_obj_new(bad[i], d, NULL));
}

/* ---- parts ---- */

static struct config_obj *
new_vm(void)
{
    AUTO(doc_unref) struct doc *d = doc_new_tree(PHT_VIRTUAL_MACHINE, vm_model_new());
    struct config_obj *vm = config_obj_new(PHT_VIRTUAL_MACHINE, d, NULL);

    assert_non_null(vm);
    return vm;
}

/* A new hard disk; its object. */
static struct config_obj *
add_disk(struct config_obj *vm, const char *name)
{
    xmlNodePtr root, device;
    struct config_obj *o;
    unsigned index;

    assert_int_equal(config_obj_lock(vm, &root), PRL_ERR_SUCCESS);
    assert_int_equal(vm_model_create_device(root->doc, PDE_HARD_DISK, &device), PRL_ERR_SUCCESS);
    xml_set(device, "SystemName", name);
    index = (unsigned)xml_get_u64(device, "Index", 99);
    config_obj_unlock(vm, true);
    o = config_obj_part(PHT_VIRTUAL_DEV_HARD_DISK, vm, PART_DEVICE, NULL, PDE_HARD_DISK, index, NULL);
    assert_non_null(o);
    return o;
}

static void
device__removed__answers_so_for_every_handle(void **state)
{
    struct config_obj *vm = new_vm(), *a = add_disk(vm, "a"), *b = add_disk(vm, "b");
    struct config_obj *a2 = config_obj_part(PHT_VIRTUAL_DEV_HARD_DISK, vm, PART_DEVICE, NULL, PDE_HARD_DISK, a->index, NULL);
    xmlNodePtr node;

    assert_get(a2, "SystemName", "a");
    assert_int_equal(config_obj_remove(a), PRL_ERR_SUCCESS);
    assert_int_equal(config_obj_lock(a, &node), PRL_ERR_OBJECT_WAS_REMOVED);
    assert_int_equal(config_obj_lock(a2, &node), PRL_ERR_OBJECT_WAS_REMOVED);
    assert_int_equal(config_obj_remove(a), PRL_ERR_OBJECT_WAS_REMOVED);
    assert_get(b, "SystemName", "b");
    object_unref(&a->obj);
    object_unref(&a2->obj);
    object_unref(&b->obj);
    object_unref(&vm->obj);
}

static void
device__document_replaced__is_found_by_index(void **state)
{
    struct config_obj *vm = new_vm(), *a = add_disk(vm, "a"), *b = add_disk(vm, "b");
    AUTO(cleanup_free) char *text = NULL;
    xmlNodePtr node;

    assert_int_equal(vm->obj.cls->to_text(&vm->obj, &text), PRL_ERR_SUCCESS);
    assert_get(b, "SystemName", "b");
    set(b, "SystemName", "changed");
    assert_int_equal(vm->obj.cls->from_text(&vm->obj, text), PRL_ERR_SUCCESS);
    assert_get(a, "SystemName", "a");
    assert_get(b, "SystemName", "b");
    /* And gone when the new document has none. */
    assert_int_equal(doc_replace_tree(vm->doc, vm_model_new()), PRL_ERR_SUCCESS);
    assert_int_equal(config_obj_lock(a, &node), PRL_ERR_OBJECT_WAS_REMOVED);
    assert_int_equal(vm->obj.cls->from_text(&vm->obj, text), PRL_ERR_SUCCESS);
    assert_get(a, "SystemName", "a");
    object_unref(&a->obj);
    object_unref(&b->obj);
    object_unref(&vm->obj);
}

static void
device__text__replaces_its_element_only(void **state)
{
    struct config_obj *vm = new_vm(), *a = add_disk(vm, "a"), *b = add_disk(vm, "b");
    AUTO(cleanup_free) char *text = NULL;

    assert_int_equal(a->obj.cls->to_text(&a->obj, &text), PRL_ERR_SUCCESS);
    assert_non_null(strstr(text, "<Hdd"));
    set(a, "SystemName", "other");
    assert_int_equal(a->obj.cls->from_text(&a->obj, text), PRL_ERR_SUCCESS);
    assert_get(a, "SystemName", "a");
    assert_get(b, "SystemName", "b");
    assert_int_equal(a->obj.cls->from_text(&a->obj, "<CdRom/>"), PRL_ERR_INVALID_ARG);
    object_unref(&a->obj);
    object_unref(&b->obj);
    object_unref(&vm->obj);
}

static void
item__of_a_list__follows_its_element(void **state)
{
    AUTO(doc_unref) struct doc *d = text_doc(PHT_DISP_CONFIG, "<P><L><I><N>0</N></I><I><N>1</N></I><I><N>2</N></I></L></P>");
    struct config_obj *o = config_obj_new(PHT_DISP_CONFIG, d, NULL), *i0, *i2, *inner;
    xmlNodePtr node;

    i0 = config_obj_part(PHT_PORT_FORWARDING, o, PART_LIST_ITEM, "L/I", 0, 0, NULL);
    i2 = config_obj_part(PHT_PORT_FORWARDING, o, PART_LIST_ITEM, "L/I", 0, 2, NULL);
    inner = config_obj_part(PHT_PORT_FORWARDING, i2, PART_PATH, "Deep/Er", 0, 0, NULL);
    assert_get(i2, "N", "2");
    set(inner, "X", "x");
    assert_int_equal(config_obj_remove(i0), PRL_ERR_SUCCESS);
    assert_get(i2, "N", "2"); /* although it is the second now */
    assert_get(i2, "Deep/Er/X", "x");
    assert_int_equal(config_obj_remove(i2), PRL_ERR_SUCCESS);
    assert_int_equal(config_obj_lock(inner, &node), PRL_ERR_OBJECT_WAS_REMOVED);
    object_unref(&i0->obj);
    object_unref(&i2->obj);
    object_unref(&inner->obj);
    object_unref(&o->obj);
}

static void *
read_and_write(void *arg)
{
    struct config_obj *o = arg;

    for (int i = 0; i < 2000; i++) {
        AUTO(cleanup_free) char *text = get(o, "SystemName");

        assert_non_null(text);
        set(o, "SystemName", i % 2 ? "x" : "y");
    }
    return NULL;
}

static void
parts__used_by_many_threads__are_safe(void **state)
{
    struct config_obj *vm = new_vm(), *disk[3];
    pthread_t t[3];

    for (int i = 0; i < 3; i++)
        disk[i] = add_disk(vm, "d");
    for (int i = 0; i < 3; i++)
        assert_int_equal(pthread_create(&t[i], NULL, read_and_write, disk[i]), 0);
    for (int i = 0; i < 50; i++) {
        AUTO(cleanup_free) char *text = NULL;

        assert_int_equal(vm->obj.cls->to_text(&vm->obj, &text), PRL_ERR_SUCCESS);
        assert_int_equal(vm->obj.cls->from_text(&vm->obj, text), PRL_ERR_SUCCESS);
    }
    for (int i = 0; i < 3; i++) {
        pthread_join(t[i], NULL);
        object_unref(&disk[i]->obj);
    }
    object_unref(&vm->obj);
}

/* ---- what the service tells ---- */

static char *
vm_text(const char *name)
{
    AUTO(xmlFreeDoc) xmlDocPtr tree = vm_model_new();
    char *text = NULL;
    size_t len;

    xml_set(xmlDocGetRootElement(tree), "Identification/VmName", name);
    assert_int_equal(vm_model_text(tree, VM_TEXT_FILE, &text, &len), PRL_ERR_SUCCESS);
    return text;
}

static json_t *
entry(unsigned n, unsigned rev, const char *name, bool with_text)
{
    AUTO(cleanup_free) char *text = with_text ? vm_text(name) : NULL;
    AUTO(cleanup_free) char *json = fake_vm(n, rev, name, text);

    return json_loads(json, 0, NULL);
}

static struct vm_obj *
tell(struct srv_obj *srv, json_t *e /* taken */)
{
    struct vm_obj *vm = NULL;

    assert_int_equal(srv_obj_vm_from_reply(srv, json_deep_copy(e), -1, NULL, &vm), PRL_ERR_SUCCESS);
    json_decref(e);
    return vm;
}

static struct srv_obj *
new_srv(void)
{
    struct srv_obj *srv = NULL;

    assert_int_equal(srv_obj_new(&srv), PRL_ERR_SUCCESS);
    return srv;
}

static void
drop(struct vm_obj *vm)
{
    object_unref(&vm->cfg.obj);
}

static void
facts__are_merged_when_somebody_looks(void **state)
{
    struct srv_obj *srv = new_srv();
    struct vm_obj *vm = tell(srv, entry(1, 10, "one", true));
    AUTO(cleanup_free) char *uuid = str_printf(FAKE_UUID, 1);
    struct config_obj *info = config_obj_part(PHT_VM_INFO, &vm->cfg, PART_PATH, "Settings/Runtime/InternalVmInfo/ParallelsEvent", 0, 0, NULL);
    xmlNodePtr node;

    assert_get(&vm->cfg, "Identification/VmUuid", uuid);
    assert_get(&vm->cfg, "Identification/VmHome", "/vms/one/config.pvs");
    assert_get(&vm->cfg, "Identification/VmUptimeInSeconds", "5");
    assert_get(&vm->cfg, "Security/Owner", "tester");
    assert_get(&vm->cfg, "Security/IsOwner", "1");
    assert_get(&vm->cfg, "ValidRc", "0");
    assert_int_equal(config_obj_lock(info, &node), PRL_ERR_SUCCESS);
    assert_non_null(event_xml_param(node, "vminfo_vm_security"));
    assert_int_equal(xml_get_u64(event_xml_param(node, "vminfo_vm_state"), "Value", 0), VMS_STOPPED);
    config_obj_unlock(info, false);
    object_unref(&info->obj);
    drop(vm);
    object_unref(&srv->obj);
}

static void
facts__rights__say_what_is_allowed(void **state)
{
    struct srv_obj *srv = new_srv();
    json_t *e = entry(1, 10, "one", true);
    struct config_obj *security;
    struct vm_obj *vm;
    xmlNodePtr node;

    json_object_set_new(e, "allowed", json_integer(5)); /* R X */
    vm = tell(srv, e);
    security = config_obj_part(PHT_ACCESS_RIGHTS, &vm->cfg, PART_PATH, "Security", 0, 0, NULL);
    assert_int_equal(config_obj_lock(security, &node), PRL_ERR_SUCCESS);
    assert_true(vm_facts_is_allowed(node, PAR_VM_START_ACCESS));
    assert_true(vm_facts_is_allowed(node, PAR_VM_GETCONFIG_ACCESS));
    assert_false(vm_facts_is_allowed(node, PAR_VM_COMMIT_ACCESS));
    assert_false(vm_facts_is_allowed(node, PAR_VM_CREATE_SNAPSHOT_ACCESS));
    assert_false(vm_facts_is_allowed(node, PAR_MAX));
    config_obj_unlock(security, false);
    object_unref(&security->obj);
    drop(vm);
    object_unref(&srv->obj);
}

static void
facts__security_without_a_list__goes_by_owner_and_others(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = vm_model_new();
    xmlNodePtr security = xml_make(xmlDocGetRootElement(doc), "Security");

    assert_false(vm_facts_is_allowed(security, PAR_VM_START_ACCESS));
    xml_set_u64(security, "AccessForOthers", PAO_VM_SHARED_ON_VIEW_AND_RUN);
    assert_true(vm_facts_is_allowed(security, PAR_VM_START_ACCESS));
    assert_false(vm_facts_is_allowed(security, PAR_VM_COMMIT_ACCESS));
    vm_facts_set_security(doc, "no document");
    vm_facts_set_security(doc, "<Other><IsOwner>1</IsOwner></Other>");
    assert_false(vm_facts_is_allowed(security, PAR_VM_COMMIT_ACCESS));
    vm_facts_set_security(doc, "<Security><AccessControlList/><IsOwner>1</IsOwner></Security>");
    assert_true(vm_facts_is_allowed(security, PAR_VM_COMMIT_ACCESS));
    assert_false(vm_facts_is_allowed(security, PAR_MAX));
}

static void
vm__told_twice__is_one_object(void **state)
{
    struct srv_obj *srv = new_srv();
    struct vm_obj *a = tell(srv, entry(1, 10, "one", true)), *b = tell(srv, entry(1, 11, "new", true));
    AUTO(cleanup_free) char *uuid = str_printf(FAKE_UUID, 1), *bare = str_printf("%.36s", uuid + 1);
    struct vm_obj *found = srv_obj_find_vm(srv, bare);

    assert_ptr_equal(a, b);
    assert_ptr_equal(a, found);
    assert_get(&a->cfg, "Identification/VmName", "new");
    drop(a);
    drop(b);
    drop(found);
    assert_null(srv_obj_find_vm(srv, uuid));
    object_unref(&srv->obj);
}

static void
vm__told_without_text__takes_the_known_one(void **state)
{
    struct srv_obj *srv = new_srv();
    struct vm_obj *vm = tell(srv, entry(1, 10, "one", true)), *again, *unknown = NULL;
    AUTO(json_decref) json_t *stale = entry(1, 12, "one", false);
    json_t *e = entry(1, 10, "one", false);

    set(&vm->cfg, "Settings/General/VmDescription", "by the program");
    json_object_set_new(e, "state", json_integer(VMS_RUNNING));
    again = tell(srv, e);
    assert_ptr_equal(vm, again);
    assert_get(&vm->cfg, "Settings/General/VmDescription", ""); /* a listing replaces the configuration */
    drop(again);
    drop(vm);
    /* The text outlives the object, a revision that was never sent is not made up. */
    vm = tell(srv, entry(1, 10, "one", false));
    assert_get(&vm->cfg, "Identification/VmName", "one");
    assert_int_equal(srv_obj_vm_from_reply(srv, json_deep_copy(stale), -1, NULL, &unknown), PRL_ERR_NO_DATA);
    drop(vm);
    object_unref(&srv->obj);
}

static void
vm__unreadable_at_the_service__still_has_name_and_reason(void **state)
{
    struct srv_obj *srv = new_srv();
    json_t *e = entry(3, 10, "locked away", false);
    AUTO(cleanup_free) char *want = str_printf("%d", PRL_ERR_ACCESS_TO_VM_DENIED);
    struct vm_obj *vm;

    json_object_set_new(e, "valid", json_integer(PRL_ERR_ACCESS_TO_VM_DENIED));
    vm = tell(srv, e);
    assert_get(&vm->cfg, "Identification/VmName", "locked away");
    assert_get(&vm->cfg, "ValidRc", want);
    drop(vm);
    object_unref(&srv->obj);
}

static void
vm__unreadable_here__says_so(void **state)
{
    struct srv_obj *srv = new_srv();
    AUTO(cleanup_free) char *json = fake_vm(4, 1, "broken", "<VirtuozzoVirtualMachine><a>");
    struct vm_obj *vm = tell(srv, json_loads(json, 0, NULL));
    AUTO(cleanup_free) char *rc = NULL;

    assert_get(&vm->cfg, "Identification/VmName", "broken");
    rc = get(&vm->cfg, "ValidRc");
    assert_true(atoi(rc) < 0);
    drop(vm);
    object_unref(&srv->obj);
}

static void
vm__hostile_entries__are_refused(void **state)
{
    static const char *const bad[] = {
        "{}", "{\"uuid\":5}", "{\"uuid\":\"not one\"}", "{\"uuid\":\"{00000000-0000-4000-8000-000000000001}\",\"text\":5}",
        "{\"uuid\":\"{00000000-0000-4000-8000-000000000001}\",\"text\":{\"at\":[0,100]}}",
        "{\"uuid\":\"{00000000-0000-4000-8000-000000000001}\"}",
    };
    struct srv_obj *srv = new_srv();
    struct vm_obj *vm = NULL;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        AUTO(json_decref) json_t *e = json_loads(bad[i], 0, NULL);

        assert_true(PRL_FAILED(srv_obj_vm_from_reply(srv, json_deep_copy(e), -1, NULL, &vm)));
    }
    object_unref(&srv->obj);
}

static void
vm__created_then_registered__takes_its_place(void **state)
{
    AUTO(cleanup_free) char *uuid = str_printf(FAKE_UUID, 7);
    struct srv_obj *srv = new_srv();
    struct vm_obj *vm = NULL, *listed;
    json_t *e = entry(7, 3, "made", true);

    assert_int_equal(vm_obj_new(srv, &vm), PRL_ERR_SUCCESS);
    assert_null(srv_obj_find_vm(srv, uuid));
    assert_int_equal(srv_obj_vm_update(srv, vm, json_deep_copy(e), -1), PRL_ERR_SUCCESS);
    json_decref(e);
    assert_get(&vm->cfg, "Identification/VmUuid", uuid);
    listed = tell(srv, entry(7, 3, "made", false));
    assert_ptr_equal(listed, vm);
    drop(listed);
    drop(vm);
    object_unref(&srv->obj);
}

static int
join_threads(void **state)
{
    return event_bus_wait_all(clock_deadline(10000)) ? 0 : 1;
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doc__unparsable_text__is_refused_when_looked_at),
        cmocka_unit_test(doc__replaced_by_bad_text__keeps_its_content),
        cmocka_unit_test(doc__text__is_what_was_set),
        cmocka_unit_test(config_obj__types_of_another_layout__are_refused),
        cmocka_unit_test(device__removed__answers_so_for_every_handle),
        cmocka_unit_test(device__document_replaced__is_found_by_index),
        cmocka_unit_test(device__text__replaces_its_element_only),
        cmocka_unit_test(item__of_a_list__follows_its_element),
        cmocka_unit_test(parts__used_by_many_threads__are_safe),
        cmocka_unit_test(facts__are_merged_when_somebody_looks),
        cmocka_unit_test(facts__rights__say_what_is_allowed),
        cmocka_unit_test(facts__security_without_a_list__goes_by_owner_and_others),
        cmocka_unit_test(vm__told_twice__is_one_object),
        cmocka_unit_test(vm__told_without_text__takes_the_known_one),
        cmocka_unit_test(vm__unreadable_at_the_service__still_has_name_and_reason),
        cmocka_unit_test(vm__unreadable_here__says_so),
        cmocka_unit_test(vm__hostile_entries__are_refused),
        cmocka_unit_test(vm__created_then_registered__takes_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, join_threads);
}
