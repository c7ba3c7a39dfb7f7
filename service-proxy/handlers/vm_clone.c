/* SPDX-License-Identifier: MIT */
/*
 * PrlVm_Clone and its relatives (semantics 6.8, design 5).
 *
 *   full, no QEMU     copy the files
 *   full, live        group: overlays - copy the still files - commit back
 *   linked            group: images become bases, the VM goes on in overlays - make our own overlays on the bases
 *
 * then the same for all: configuration, rename into place, registry.
 */
#include <prlsdk/PrlCommandsFlags.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "engine/claims.h"
#include "engine/handlers.h"
#include "model/vm_model.h"
#include "vm/clone_plan.h"
#include "vm/clone_source.h"
#include "vm/freeze.h"
#include "vm/links.h"
#include "vm/vm_build.h"
#include "vm/vm_home.h"

struct cloning {
    struct task *t;
    struct vm *vm;            /* the source; borrowed from t */
    bool is_linked, to_template;
    char uuid[UUID_TEXT];
    char *source_home;
    xmlDocPtr doc;            /* of the source, then of the clone */
    xmlDocPtr source_doc;     /* a copy for looking at; images point into it */
    struct vm_images images;
    struct vm_prepare_clone prepare;
    struct vm_build build;
    struct clone_plan plan;
    struct freeze *freeze;
    bool is_thaw_late; /* QEMU does not say what becomes of the overlays */
    json_t *frozen;           /* clone_freeze_plan, while we may have to thaw */
    int lock_fd;
    bool is_marked, has_links;
};

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "clone");
}

/* ---- before anything is touched ---- */

static PRL_RESULT
choose_uuid(const char *wanted, char out[UUID_TEXT])
{
    if (!wanted[0])
        uuid_make(out);
    else if (!uuid_parse(wanted, out))
        return err_set(PRL_ERR_INVALID_ARG, "'%s' is no uuid", wanted);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
wrong_state(struct vm *vm, VIRTUAL_MACHINE_STATE state)
{
    AUTO(cleanup_free) char *name = vm_name_dup(vm);

    err_set(PRL_ERR_DISP_VM_COMMAND_CANT_BE_EXECUTED, "%s is %s", vm->uuid, vm_state_name(state));
    err_param(0, "%s", name ? name : "");
    err_param(1, "%s", vm_state_name(state));
    return PRL_ERR_DISP_VM_COMMAND_CANT_BE_EXECUTED;
}

static PRL_RESULT
check_state(struct vm *vm)
{
    VIRTUAL_MACHINE_STATE state = vm_state_get(vm);

    if (state == VMS_STOPPED || state == VMS_RUNNING || state == VMS_PAUSED)
        return PRL_ERR_SUCCESS;
    return wrong_state(vm, state);
}

static PRL_RESULT
check_arguments(struct cloning *c, uint64_t flags)
{
    const char *name = task_arg_s(c->t, "name");
    PRL_RESULT r = vm_model_check_name(name);

    if (PRL_SUCCEEDED(r))
        r = choose_uuid(task_arg_s(c->t, "uuid"), c->uuid);
    if (PRL_FAILED(r))
        return r;
    if (flags & PCVF_CHANGE_SID) {
        err_set(PRL_ERR_CHANGESID_NOT_SUPPORTED, "a new SID needs guest tools");
        err_param(0, "%s", name);
        return PRL_ERR_CHANGESID_NOT_SUPPORTED;
    }
    return check_state(c->vm);
}

static PRL_RESULT
take_source(struct cloning *c)
{
    AUTO(cleanup_free) char *linked_to = NULL;
    PRL_RESULT r = vm_config_doc(c->vm, &c->doc);

    if (PRL_FAILED(r))
        return r;
    c->source_doc = xmlCopyDoc(c->doc, 1); /* of the same reading: another clone may be switching the disks */
    if (!c->source_doc)
        return no_memory();
    linked_to = xml_get(vm_model_root(c->doc), "Identification/LinkedVmUuid");
    if (c->to_template && (c->is_linked || (linked_to && linked_to[0])))
        return err_set(PRL_ERR_VM_REQUEST_NOT_SUPPORTED, "a linked clone cannot be a template");
    return vm_model_images(c->source_doc, c->source_home, &c->images);
}

static PRL_RESULT
begin(struct cloning *c)
{
    uint64_t flags = task_arg_u(c->t, "flags");
    AUTO(cleanup_free) char *parent = NULL;
    PRL_RESULT r;

    c->is_linked = flags & PCVF_LINKED_CLONE;
    c->to_template = flags & PCVF_CLONE_TO_TEMPLATE;
    c->source_home = vm_home_dup(c->vm);
    if (!c->source_home)
        return no_memory();
    r = check_arguments(c, flags);
    if (PRL_SUCCEEDED(r))
        r = vm_home_parent(task_arg_s(c->t, "path"), &parent);
    if (PRL_SUCCEEDED(r))
        r = take_source(c);
    if (PRL_SUCCEEDED(r))
        r = vm_build_begin(&c->build, c->t, parent, c->uuid, task_arg_s(c->t, "name"));
    if (PRL_FAILED(r))
        return r;
    if (strcmp(c->build.home, c->build.temp) == 0) { /* a directory of that name is there: never mixed with a clone */
        err_set(PRL_ERR_VM_ALREADY_REGISTERED_VM_PATH, "'%s' exists", c->build.home);
        err_param(0, "%s", task_arg_s(c->t, "name"));
        err_param(1, "%s", c->build.home);
        return PRL_ERR_VM_ALREADY_REGISTERED_VM_PATH;
    }
    c->prepare = (struct vm_prepare_clone){ .uuid = c->uuid,
                                            .name = task_arg_s(c->t, "name"),
                                            .home = c->build.home,
                                            .source_home = c->source_home,
                                            .source_uuid = c->vm->uuid,
                                            .server_uuid = vm_store_server_uuid(),
                                            .to_template = c->to_template,
                                            .detach_external = flags & PCVF_DETACH_EXTERNAL_VIRTUAL_HDD,
                                            .now = time(NULL) };
    return PRL_ERR_SUCCESS;
}

/* ---- the source held still ---- */

/* What a member writes into the journal: what it builds, and what it relies on. */
static json_t *
journal_entry(struct cloning *c)
{
    json_t *entry = json_pack("{s:o, s:o}", "build", vm_build_journal(&c->build), "children", clone_plan_children(&c->plan));

    if (entry && c->frozen)
        json_object_set(entry, "frozen", c->frozen);
    return entry;
}

static PRL_RESULT
journal(struct cloning *c)
{
    json_t *entry = journal_entry(c);

    return entry ? task_journal(c->t, entry) : no_memory();
}

/* What the group before may have changed: the names of the disks. */
static PRL_RESULT
take_source_again(struct cloning *c)
{
    vm_images_free(&c->images);
    memset(&c->images, 0, sizeof c->images);
    xmlFreeDoc(TAKE(c->doc));
    xmlFreeDoc(TAKE(c->source_doc));
    return take_source(c);
}

/* Without a QEMU no other service may start the source meanwhile. */
static PRL_RESULT
lock_source(struct cloning *c)
{
    if (vm_state_is_live(vm_state_get(c->vm)) || c->lock_fd >= 0)
        return PRL_ERR_SUCCESS;
    return vm_home_lock_shared(c->source_home, &c->lock_fd);
}

/* The plan that holds, in our journal: usually it is the one that was made before the wait. */
static PRL_RESULT
adopt_plan(struct cloning *c, json_t *plan)
{
    bool is_same = json_equal(plan, c->frozen);

    json_decref(c->frozen);
    c->frozen = plan;
    return is_same ? PRL_ERR_SUCCESS : journal(c);
}

static PRL_RESULT
lead_copy(struct cloning *c, json_t **ret_plan)
{
    json_t *plan = NULL;
    PRL_RESULT r = claims_take_inner(c->t, c->vm, CLAIM_FREEZE);

    if (PRL_FAILED(r))
        return r;
    freeze_close(c->freeze);
    r = take_source_again(c);
    if (PRL_SUCCEEDED(r))
        r = clone_freeze_plan(c->vm, &c->images, &plan);
    if (PRL_SUCCEEDED(r))
        r = adopt_plan(c, plan);
    if (PRL_SUCCEEDED(r) && vm_state_is_live(vm_state_get(c->vm)))
        r = clone_freeze(c->vm, c->t, c->frozen);
    claims_drop_inner(c->t, c->vm, CLAIM_FREEZE);
    if (PRL_SUCCEEDED(r))
        *ret_plan = json_deep_copy(c->frozen);
    return r;
}

static PRL_RESULT
follow_copy(struct cloning *c)
{
    json_t *plan = freeze_what(c->freeze);
    PRL_RESULT r = plan ? adopt_plan(c, plan) : no_memory();

    return PRL_FAILED(r) ? r : take_source_again(c);
}

static PRL_RESULT
lead_link(struct cloning *c, json_t **ret_bases)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    struct vm_images images = { 0 };
    json_t *entry;
    PRL_RESULT r = claims_take_inner(c->t, c->vm, CLAIM_FREEZE);

    if (PRL_FAILED(r))
        return r;
    freeze_close(c->freeze);
    /* Anew: the group before may have changed what the disks are called. */
    r = vm_config_doc(c->vm, &doc);
    if (PRL_SUCCEEDED(r))
        r = vm_model_images(doc, c->source_home, &images);
    entry = journal_entry(c);
    if (PRL_SUCCEEDED(r))
        r = entry ? clone_link_bases(c->vm, c->t, doc, &images, entry, ret_bases) : no_memory();
    json_decref(entry);
    vm_images_free(&images);
    claims_drop_inner(c->t, c->vm, CLAIM_FREEZE);
    return r;
}

/* Enters a group and, leading it, does its work; let_go has to follow in any case. */
static PRL_RESULT
hold_still(struct cloning *c)
{
    json_t *what = NULL;
    bool leads;
    PRL_RESULT r = freeze_join(c->vm, c->t, c->is_linked ? FREEZE_LINK : FREEZE_COPY, &c->freeze, &leads);

    if (PRL_FAILED(r))
        return r;
    if (!leads)
        return c->is_linked ? PRL_ERR_SUCCESS : follow_copy(c);
    r = c->is_linked ? lead_link(c, &what) : lead_copy(c, &what);
    freeze_ready(c->freeze, r, what);
    return r;
}

static void
let_go(struct cloning *c)
{
    AUTO(err_free) struct err *why = err_copy(err_peek()); /* of what is being undone */

    if (!c->freeze)
        return;
    if (freeze_leave(c->freeze)) {
        if (c->frozen) {
            bool has_claim = PRL_SUCCEEDED(claims_take_inner(c->t, c->vm, CLAIM_FREEZE));

            c->is_thaw_late = !clone_thaw(c->vm, c->t, c->frozen); /* without the claim too: the overlays must not stay */
            if (has_claim && !c->is_thaw_late)
                claims_drop_inner(c->t, c->vm, CLAIM_FREEZE);
        }
        if (!c->is_thaw_late)
            freeze_done(c->freeze);
    }
    if (!c->is_thaw_late)
        c->freeze = NULL;
    err_clear();
    if (why && why->code)
        err_put(why);
}

/* ---- the clone ---- */

/* Output to a device or a pipe outside goes on there: such a thing is not made anew beside it. */
static PRL_RESULT
keep_devices(struct cloning *c)
{
    for (size_t i = 0; i < c->images.len; i++) {
        const struct vm_image *image = &c->images.p[i];
        xmlNodePtr device = vm_model_device_by_index(c->doc, image->type, image->index);
        struct stat st;

        if (image->kind == VM_IMAGE_OUTPUT && !image->is_inside && device && stat(image->path, &st) == 0 && !S_ISREG(st.st_mode) &&
            !xml_set(device, "SystemName", image->path))
            return no_memory();
    }
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
make_plan(struct cloning *c)
{
    json_t *bases = c->is_linked ? freeze_what(c->freeze) : NULL;
    PRL_RESULT r = clone_plan_make(&c->plan, c->t, &c->images, &c->prepare, bases);

    json_decref(bases);
    if (PRL_FAILED(r))
        return r;
    c->prepare.is_linked = c->plan.is_linked;
    r = vm_model_prepare_clone(c->doc, &c->prepare);
    if (PRL_SUCCEEDED(r))
        r = keep_devices(c);
    if (PRL_SUCCEEDED(r) && !clone_plan_note(&c->plan, &c->build))
        r = no_memory();
    return r;
}

static PRL_RESULT
carry_out(struct cloning *c)
{
    PRL_RESULT r = make_plan(c);

    if (PRL_SUCCEEDED(r))
        r = journal(c);
    if (PRL_SUCCEEDED(r)) {
        r = clone_plan_add_links(&c->plan, c->uuid);
        c->has_links = PRL_SUCCEEDED(r);
    }
    if (PRL_SUCCEEDED(r))
        r = vm_build_make_home(&c->build);
    if (PRL_SUCCEEDED(r))
        r = clone_plan_run(&c->plan, &c->build, c->t);
    return r;
}

/*
 * Live: the names of the overlays are in every member's journal before the images stand still, since any of them may be the last to
 * leave, or the only one left of after a crash.
 */
static PRL_RESULT
run(struct cloning *c)
{
    bool is_grouped;
    PRL_RESULT r = lock_source(c);

    if (PRL_FAILED(r))
        return r;
    if (vm_state_get(c->vm) == VMS_STOPPED && !freeze_is_active(c->vm))
        r = clone_commit_left(c->vm);
    if (PRL_FAILED(r))
        return r;
    is_grouped = c->is_linked || vm_state_is_live(vm_state_get(c->vm)) || freeze_is_active(c->vm);
    if (is_grouped && !c->is_linked) {
        r = clone_freeze_plan(c->vm, &c->images, &c->frozen);
        if (PRL_SUCCEEDED(r))
            r = journal(c);
    }
    if (PRL_SUCCEEDED(r) && is_grouped)
        r = hold_still(c);
    if (PRL_SUCCEEDED(r))
        r = carry_out(c);
    let_go(c);
    return r;
}

static PRL_RESULT
make_clone(struct cloning *c)
{
    AUTO(vm_unref) struct vm *vm = NULL;
    PRL_RESULT r = begin(c);

    if (PRL_FAILED(r))
        return r;
    vm_cloning_begin(c->vm);
    c->is_marked = true;
    r = run(c);
    if (PRL_SUCCEEDED(r) && !task_commit_point(c->t))
        r = err_set(PRL_ERR_CLONE_OPERATION_CANCELED, "cancelled");
    if (PRL_SUCCEEDED(r))
        r = vm_build_finish(&c->build, c->doc, &vm);
    if (PRL_FAILED(r))
        return r == PRL_ERR_OPERATION_WAS_CANCELED ? err_set(PRL_ERR_CLONE_OPERATION_CANCELED, "cancelled") : r;
    c->has_links = false; /* they stay */
    vm_build_announce(vm, NULL);
    vm_build_later(c->t, vm, NULL);
    return task_add_vm(c->t, vm);
}

/*
 * The clone is made, or has failed; only QEMU keeps the last word on the source's overlays to itself. Whoever asked hears how it went, and
 * the rest is waited for with journal entry and claims kept, so that nothing begins from those files before it is known what they are.
 */
static void
thaw_behind_answer(struct cloning *c, PRL_RESULT r)
{
    task_answer(c->t, r);
    while (!clone_thaw(c->vm, c->t, c->frozen))
        ;
    freeze_done(TAKE(c->freeze));
}

PRL_RESULT
vm_clone(struct task *t)
{
    struct cloning c = { .t = t, .vm = t->vm, .lock_fd = -1 };
    PRL_RESULT r = make_clone(&c);

    vm_build_undo(&c.build);
    if (c.has_links)
        clone_plan_remove_links(&c.plan);
    if (c.is_marked)
        vm_cloning_end(t->vm);
    if (c.is_thaw_late)
        thaw_behind_answer(&c, r);
    clone_plan_clear(&c.plan);
    vm_images_free(&c.images);
    xmlFreeDoc(c.doc);
    xmlFreeDoc(c.source_doc);
    json_decref(c.frozen);
    cleanup_close(&c.lock_fd);
    free(c.source_home);
    return r;
}

/* ---- recovery ---- */

static void
remove_children(json_t *list)
{
    VEC(const char *) children = { 0 };
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
        if (!json_is_string(item) || !vec_push(&children, json_string_value(item)))
            break;
    if (children.len)
        links_remove(children.p, children.len, NULL);
    vec_free(&children);
}

/* The source first: its guest's last writes count for more than the copy. */
void
vm_clone_recover(json_t *entry)
{
    json_t *build = json_object_get(entry, "build");
    const char *uuid = json_string_value(json_object_get(build, "uuid"));
    AUTO(vm_unref) struct vm *made = NULL;

    if (json_object_get(entry, "frozen"))
        clone_freeze_recover(json_object_get(entry, "frozen"));
    if (json_object_get(entry, "switch"))
        clone_link_recover(json_object_get(entry, "switch"));
    vm_build_recover(build);
    made = uuid ? vm_store_find(uuid) : NULL;
    if (!made)
        remove_children(json_object_get(entry, "children"));
}
