/* SPDX-License-Identifier: MIT */
/* Validation as a whole: which section has which rules, findings, and the error made of a critical one. */
#include "vm_validate.h"

#include <inttypes.h>
#include <prlsdk/PrlEventsValues.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "base/vec.h"
#include "event_xml.h"
#include "vm_lists.h"

static const struct {
    PRL_VM_CONFIG_SECTIONS section;
    validate_section *check;
} sections[] = {
    { PVC_GENERAL_PARAMETERS, validate_general },
    { PVC_BOOT_OPTION, validate_boot },
    { PVC_REMOTE_DISPLAY, validate_remote_display },
    { PVC_SHARED_FOLDERS, validate_shared_folders },
    { PVC_CPU, validate_cpu },
    { PVC_MAIN_MEMORY, validate_memory },
    { PVC_VIDEO_MEMORY, validate_video },
    { PVC_FLOPPY_DISK, validate_floppy },
    { PVC_CD_DVD_ROM, validate_optical },
    { PVC_HARD_DISK, validate_hard_disk },
    { PVC_NETWORK_ADAPTER, validate_network },
    { PVC_SOUND, validate_sound },
    { PVC_SERIAL_PORT, validate_serial },
    { PVC_PARALLEL_PORT, validate_parallel },
    { PVC_IDE_DEVICES, validate_ide },
    { PVC_SCSI_DEVICES, validate_scsi },
    { PVC_SATA_DEVICES, validate_sata },
    { PVC_GENERIC_PCI, validate_pci },
};

/* ---- for the rules ---- */

static void
finding_clear(struct vm_finding *f)
{
    for (int i = 0; i < ERR_PARAMS; i++)
        free(f->param[i]);
    free(f->value);
}

/* The text of everything that was looked at. An element that is absent differs from an empty one. */
static char *
value_of(const struct validation *v)
{
    const char *path = v->about_paths;
    AUTO_STR out = STR_INIT;

    if (v->about_text)
        return str_dup(v->about_text);
    do {
        AUTO(cleanup_free) char *one = strndup(path, strcspn(path, " "));
        xmlNodePtr n = one ? xml_find(v->about, one) : NULL;
        AUTO(cleanup_free) char *text = n ? xml_node_text(n, NULL) : NULL;

        if (!one || (n && !text))
            return NULL;
        str_addf(&out, "%s\n", text ? text : "");
        path += strlen(one);
        path += strspn(path, " ");
    } while (*path);
    return str_take(&out);
}

static void
add_finding(struct validation *v, PRL_RESULT code, enum severity severity, const char *const p[ERR_PARAMS])
{
    struct vm_finding f = {
        .code = code,
        .is_critical = severity == CRITICAL,
        .dev_index = v->dev_index,
        .dev_item_id = v->dev_item_id,
    };
    bool is_good = true;

    for (int i = 0; i < ERR_PARAMS; i++) {
        f.param[i] = str_dup(p[i]);
        is_good = is_good && (!p[i] || f.param[i]);
    }
    if (v->about || v->about_text) {
        f.value = value_of(v);
        is_good = is_good && f.value;
    }
    if (!is_good || !vec_push(v->out, f)) {
        finding_clear(&f);
        v->is_out_of_memory = true;
    }
}

void
finding(struct validation *v, PRL_RESULT code, enum severity severity, const char *p0, const char *p1)
{
    add_finding(v, code, severity, (const char *[ERR_PARAMS]){ p0, p1 });
}

void
finding_u(struct validation *v, PRL_RESULT code, enum severity severity, uint64_t p0, uint64_t p1)
{
    char a[24], b[24];

    snprintf(a, sizeof a, "%" PRIu64, p0);
    snprintf(b, sizeof b, "%" PRIu64, p1);
    finding(v, code, severity, a, b);
}

void
finding_3(struct validation *v, PRL_RESULT code, enum severity severity, uint64_t p0, uint64_t p1, uint64_t p2)
{
    char a[24], b[24], c[24];

    snprintf(a, sizeof a, "%" PRIu64, p0);
    snprintf(b, sizeof b, "%" PRIu64, p1);
    snprintf(c, sizeof c, "%" PRIu64, p2);
    add_finding(v, code, severity, (const char *[ERR_PARAMS]){ a, b, c });
}

void
finding_of(struct validation *v, PRL_RESULT code, enum severity severity, const char *p1)
{
    char number[24];

    snprintf(number, sizeof number, "%lld", (long long)v->dev_index + 1);
    finding(v, code, severity, number, p1);
}

void
validate_about(struct validation *v, xmlNodePtr from, const char *paths)
{
    v->about = from;
    v->about_paths = paths;
    v->about_text = NULL;
}

void
validate_about_text(struct validation *v, const char *text)
{
    v->about_text = text;
}

uint64_t
validate_u64(const struct validation *v, const char *path)
{
    const char *def = vm_model_default(path);

    return xml_get_u64(v->root, path, def ? strtoull(def, NULL, 10) : 0);
}

bool
validate_is_changed(const struct validation *v, const char *path)
{
    const char *def = vm_model_default(path);
    uint64_t usual = def ? strtoull(def, NULL, 10) : 0;
    uint64_t before = v->stored ? xml_get_u64(v->stored, path, usual) : usual;

    return xml_get_u64(v->root, path, usual) != before;
}

void
validate_each(struct validation *v, PRL_DEVICE_TYPE type, validate_device *check)
{
    for (xmlNodePtr n = vm_model_device_nth(v->doc, type, 0); n; n = xml_next(n)) {
        if (!xml_get_u64(n, "Enabled", 0))
            continue;
        v->dev_index = (int)(xml_get_u64(n, "Index", 0) & INT32_MAX);
        v->dev_item_id = vm_list_key(n);
        validate_about(v, n, "");
        check(v, n);
    }
    v->dev_index = v->dev_item_id = -1;
    validate_about(v, NULL, "");
}

/* ---- the call ---- */

static bool
run(xmlDocPtr doc, xmlDocPtr stored, int section, const struct vm_validate_host *host, struct vm_findings *ret)
{
    struct validation v = { .doc = doc, .root = vm_model_root(doc), .host = host, .out = ret };

    v.stored = stored ? vm_model_root(stored) : NULL;
    v.version = (unsigned)validate_u64(&v, "Settings/General/OsNumber");
    v.dev_index = v.dev_item_id = -1;
    for (size_t i = 0; i < ARRAY_LEN(sections); i++)
        if (section == PVC_ALL || section == (int)sections[i].section) {
            validate_about(&v, NULL, "");
            sections[i].check(&v);
        }
    return !v.is_out_of_memory;
}

static bool
is_same(const struct vm_finding *a, const struct vm_finding *b)
{
    if (a->code != b->code || a->dev_item_id != b->dev_item_id || !str_eq(a->value, b->value))
        return false;
    for (int i = 0; i < ERR_PARAMS; i++)
        if (!str_eq(a->param[i], b->param[i]))
            return false;
    return true;
}

/* What the stored document has as well was not changed. */
static void
drop_known(struct vm_findings *v, const struct vm_findings *known)
{
    for (size_t i = v->len; i-- > 0;) {
        for (size_t k = 0; k < known->len; k++) {
            if (!is_same(&v->p[i], &known->p[k]))
                continue;
            finding_clear(&v->p[i]);
            vec_remove(v, i);
            break;
        }
    }
}

bool
vm_model_validate(xmlDocPtr doc, xmlDocPtr stored, int section, const struct vm_validate_host *host,
                  struct vm_findings *ret)
{
    bool only_changes = section == PVC_VALIDATE_CHANGES_ONLY;
    struct vm_findings found = { 0 }, known = { 0 };
    bool is_good;

    if (!vm_list_number(vm_model_root(doc)))
        return false;
    is_good = run(doc, stored, only_changes ? PVC_ALL : section, host, &found);
    if (is_good && only_changes && stored) {
        is_good = run(stored, stored, PVC_ALL, host, &known);
        drop_known(&found, &known);
    }
    vm_findings_free(&known);
    if (!is_good) {
        vm_findings_free(&found);
        return false;
    }
    *ret = found;
    return true;
}

void
vm_findings_free(struct vm_findings *f)
{
    if (!f)
        return;
    for (size_t i = 0; i < f->len; i++)
        finding_clear(&f->p[i]);
    vec_free(f);
}

/* ---- as an error ---- */

xmlDocPtr
vm_finding_event(const struct vm_finding *f)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = event_xml_new(PET_DSP_EVT_ERROR_MESSAGE, f->code, "");
    xmlNodePtr root = doc ? xmlDocGetRootElement(doc) : NULL;
    char name[32], number[16];

    if (!root)
        return NULL;
    for (int i = 0; i < ERR_PARAMS; i++) {
        snprintf(name, sizeof name, "vm_message_param_%d", i);
        if (f->param[i] && !event_xml_add(root, name, 1, f->param[i]))
            return NULL;
    }
    snprintf(number, sizeof number, "%d", f->dev_index);
    if (f->dev_index >= 0 && !event_xml_add(root, "vm_config_dev_index", 2, number))
        return NULL;
    snprintf(number, sizeof number, "%d", f->dev_item_id);
    if (f->dev_item_id >= 0 && !event_xml_add(root, "vm_config_dev_item_id", 2, number))
        return NULL;
    return TAKE(doc);
}

static void
nest(const struct vm_finding *f)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = vm_finding_event(f);
    AUTO(cleanup_free) char *text = doc ? xml_text(doc, NULL) : NULL;

    if (text)
        err_nested(text);
}

PRL_RESULT
vm_findings_critical(const struct vm_findings *f)
{
    for (size_t i = 0; i < f->len; i++) {
        const struct vm_finding *first = &f->p[i];

        if (!first->is_critical)
            continue;
        err_set(PRL_ERR_INCONSISTENCY_VM_CONFIG, "finding %#x%s%s%s", (unsigned)first->code,
                first->param[0] ? ": '" : "", first->param[0] ? first->param[0] : "", first->param[0] ? "'" : "");
        nest(first);
        return PRL_ERR_INCONSISTENCY_VM_CONFIG;
    }
    return PRL_ERR_SUCCESS;
}
