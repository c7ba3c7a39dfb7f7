/* SPDX-License-Identifier: MIT */
/*
 * config.pvs documents. The input is one, two or three of them between NULs: as stored at BeginEdit, as stored now, as committed; what is
 * missing is the first one again. They are parsed, validated, merged, written out and parsed again.
 */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/vm_model.h"

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    xml_init();
    return 0;
}

static void
walk(xmlDocPtr doc)
{
    static const PRL_DEVICE_TYPE types[] = { PDE_HARD_DISK, PDE_OPTICAL_DISK, PDE_FLOPPY_DISK, PDE_GENERIC_NETWORK_ADAPTER, PDE_SERIAL_PORT };
    struct vm_images images = { 0 };
    xmlNodePtr device;

    for (unsigned i = 0; (device = vm_model_all_devices(doc, i)); i++) {
        free(vm_model_image_path(device, "/vm/home"));
        vm_model_device_type(device);
    }
    for (size_t t = 0; t < ARRAY_LEN(types); t++) {
        unsigned n = vm_model_device_count(doc, types[t]);

        for (unsigned i = 0; i < n; i++)
            FUZZ_CHECK(vm_model_device_nth(doc, types[t], i));
    }
    if (PRL_SUCCEEDED(vm_model_images(doc, "/vm/home", &images)))
        for (size_t i = 0; i < images.len; i++)
            FUZZ_CHECK(images.p[i].path[0] == '/' && !strstr(images.p[i].path, "/../"));
    vm_images_free(&images);
}

static void
validate(xmlDocPtr doc, xmlDocPtr stored)
{
    const struct vm_validate_host host = { .cpus = 4, .ram_mib = 8192, .home = "/vm/home" };
    struct vm_findings findings = { 0 };

    if (vm_model_validate(doc, stored, stored ? PVC_VALIDATE_CHANGES_ONLY : PVC_ALL, &host, &findings)) {
        vm_findings_critical(&findings);
        for (size_t i = 0; i < findings.len && i < 8; i++)
            xmlFreeDoc(vm_finding_event(&findings.p[i]));
    }
    vm_findings_free(&findings);
}

/* What we write we can read. */
static void
write_and_read(xmlDocPtr doc)
{
    for (int what = VM_TEXT_FILE; what <= VM_TEXT_HANDLE; what++) {
        AUTO(cleanup_free) char *text = NULL;
        AUTO(xmlFreeDoc) xmlDocPtr again = NULL;
        size_t len;

        if (PRL_SUCCEEDED(vm_model_text(doc, (enum vm_text_for)what, &text, &len)) && len < XML_MAX_BYTES)
            FUZZ_CHECK(PRL_SUCCEEDED(vm_model_parse(text, len, &again)));
    }
}

/* As registration, commit and clone change a document. */
static void
prepare(xmlDocPtr doc, xmlDocPtr stored)
{
    const struct vm_prepare_new p = {
        .home = "/vm/home",
        .uuid = "{8f05bc1b-221c-4fa4-b060-67fd9e4d52a3}",
        .server_uuid = "{00000000-0000-0000-0000-000000000001}",
        .machine = "pc-q35-7.2",
        .now = 1700000000,
    };
    const struct vm_prepare_clone c = {
        .uuid = p.uuid,
        .name = "copy",
        .home = "/vm/copy",
        .source_home = "/vm/home",
        .source_uuid = p.server_uuid,
        .server_uuid = p.server_uuid,
        .is_linked = true,
        .now = p.now,
    };
    AUTO(xmlFreeDoc) xmlDocPtr committed = xmlCopyDoc(doc, 1);
    AUTO(xmlFreeDoc) xmlDocPtr cloned = xmlCopyDoc(doc, 1);
    bool is_name_generated;

    if (!committed || !cloned)
        return;
    vm_model_prepare_commit(committed, stored, &p);
    vm_model_prepare_clone(cloned, &c);
    if (PRL_SUCCEEDED(vm_model_prepare_new(doc, &p, &is_name_generated)))
        write_and_read(doc);
}

/* Who commits what is stored changes nothing, whoever has stored something since. */
static void
merge_is_settled(xmlDocPtr doc)
{
    AUTO(xmlFreeDoc) xmlDocPtr same = xmlCopyDoc(doc, 1);
    AUTO(xmlFreeDoc) xmlDocPtr again = NULL;
    AUTO(cleanup_free) char *before = NULL;
    AUTO(cleanup_free) char *after = NULL;

    if (!same || PRL_FAILED(vm_model_merge(same, doc, same, &again)))
        return;
    vm_model_text(doc, VM_TEXT_FILE, &before, NULL);
    vm_model_text(again, VM_TEXT_FILE, &after, NULL);
    FUZZ_CHECK(!before || !after || strcmp(before, after) == 0);
}

static void
add_devices(xmlDocPtr doc)
{
    static const PRL_DEVICE_TYPE types[] = { PDE_HARD_DISK, PDE_OPTICAL_DISK, PDE_GENERIC_NETWORK_ADAPTER, PDE_SERIAL_PORT, PDE_USB_DEVICE };
    static const struct host_facts host = { .cpus = 4, .ram_mib = 8192 };
    xmlNodePtr device;

    for (size_t i = 0; i < ARRAY_LEN(types); i++)
        if (PRL_SUCCEEDED(vm_model_add_default_device(doc, &host, types[i], &device)))
            FUZZ_CHECK(vm_model_device_type(device) == types[i]);
}

static xmlDocPtr
parse_part(const uint8_t **at, const uint8_t *end)
{
    const uint8_t *nul = memchr(*at, 0, (size_t)(end - *at)), *stop = nul ? nul : end;
    xmlDocPtr doc = NULL;

    vm_model_parse((const char *)*at, (size_t)(stop - *at), &doc);
    *at = nul ? nul + 1 : end;
    return doc;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const uint8_t *at = data, *end = data + size;
    AUTO(xmlFreeDoc) xmlDocPtr old_doc = parse_part(&at, end);
    AUTO(xmlFreeDoc) xmlDocPtr cur = at < end ? parse_part(&at, end) : NULL;
    AUTO(xmlFreeDoc) xmlDocPtr new_doc = at < end ? parse_part(&at, end) : NULL;
    AUTO(xmlFreeDoc) xmlDocPtr merged = NULL;

    if (!old_doc)
        return 0;
    walk(old_doc);
    validate(old_doc, cur);
    write_and_read(old_doc);
    if (PRL_SUCCEEDED(vm_model_merge(old_doc, cur ? cur : old_doc, new_doc ? new_doc : old_doc, &merged))) {
        vm_model_drop_client_only(merged, cur);
        write_and_read(merged);
        vm_model_hardware_differs(merged, old_doc);
        merge_is_settled(merged);
    }
    vm_model_renumber_boot(old_doc, true);
    add_devices(old_doc);
    prepare(old_doc, cur ? cur : old_doc);
    return 0;
}
