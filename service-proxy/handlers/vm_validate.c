/* SPDX-License-Identifier: MIT */
/* PrlVm_ValidateConfig, and the same rules for who stores a configuration: what is wrong with it, an event for each finding. */
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "base/str.h"
#include "engine/events.h"
#include "engine/handlers.h"
#include "host/host_info.h"
#include "model/vm_model.h"
#include "vm/neighbours.h"
#include "vm/vm_home.h"
#include "vm/vm_store.h"
#include "vm_config.h"

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "configuration");
}

/* uuid: of the machine, "" for one that is not registered. */
static PRL_RESULT
validate(xmlDocPtr doc, xmlDocPtr stored, int section, const char *uuid, const char *home, bool check_files, struct vm_findings *ret)
{
    struct vm_neighbours neighbours;
    struct vm_validate_host host;

    host_validate_get(&host);
    neighbours_of(uuid, &neighbours);
    if (!check_files) /* only critical findings matter then */
        neighbours.has_address = NULL;
    host.neighbours = &neighbours;
    host.check_files = check_files;
    host.home = home;
    return vm_model_validate(doc, stored, section, &host, ret) ? PRL_ERR_SUCCESS : no_memory();
}

static PRL_RESULT
add_finding(struct task *t, const struct vm_finding *f)
{
    json_t *event = event_new(PET_DSP_EVT_VM_MESSAGE, t->vm ? t->vm->uuid : "");
    char name[32];

    if (!event)
        return no_memory();
    event_set_code(event, f->code);
    for (int i = 0; i < ERR_PARAMS; i++) {
        snprintf(name, sizeof name, "vm_message_param_%d", i);
        if (f->param[i])
            event_add_text(event, name, f->param[i]);
    }
    if (f->dev_index >= 0)
        event_add_int(event, "vm_config_dev_index", PARAM_INT, f->dev_index);
    if (f->dev_item_id >= 0)
        event_add_int(event, "vm_config_dev_item_id", PARAM_INT, f->dev_item_id);
    return task_add_event(t, event);
}

/* The first is the error, all of them are its results. */
PRL_RESULT
vm_config_check(struct task *t, xmlDocPtr doc, xmlDocPtr stored, const char *home)
{
    struct vm_findings findings = { 0 };
    PRL_RESULT r = validate(doc, stored, PVC_ALL, t->vm->uuid, home, false, &findings), added = PRL_ERR_SUCCESS;

    if (PRL_SUCCEEDED(r))
        r = vm_findings_critical(&findings);
    for (size_t i = 0; PRL_FAILED(r) && PRL_SUCCEEDED(added) && i < findings.len; i++)
        if (findings.p[i].is_critical)
            added = add_finding(t, &findings.p[i]);
    vm_findings_free(&findings);
    return r;
}

PRL_RESULT
vm_validate(struct task *t)
{
    AUTO(cleanup_free) char *home = t->vm ? vm_home_dup(t->vm) : NULL;
    AUTO(cleanup_free) char *text = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr stored = NULL;
    struct vm_findings findings = { 0 };
    size_t len, n;
    PRL_RESULT r = task_arg_x(t, "config", &text, &len);

    if (PRL_SUCCEEDED(r))
        r = vm_model_parse(text, len, &doc);
    if (PRL_FAILED(r))
        return r;
    if (t->vm && PRL_FAILED(vm_config_doc(t->vm, &stored)))
        err_clear();
    r = validate(doc, stored, (int)task_arg_u(t, "section"), t->vm ? t->vm->uuid : "", home, true, &findings);
    for (size_t i = 0; PRL_SUCCEEDED(r) && i < findings.len; i++)
        r = add_finding(t, &findings.p[i]);
    n = findings.len;
    vm_findings_free(&findings);
    if (PRL_FAILED(r) || !n)
        return r;
    return err_set(PRL_ERR_VMCONF_VALIDATION_FAILED, "%zu findings", n);
}
