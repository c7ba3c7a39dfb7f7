/* SPDX-License-Identifier: MIT */
/*
 * A state is loaded into the machine it was saved from. The configuration may say more by then: an order of booting, a device that waits for
 * the next start or that the guest has let go of by itself. The state's own rows are used for that, and no others: in a row that came with a
 * file nothing may be that the configuration has not but what is listed here.
 */
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "qemu_hotplug.h"

#define WORD "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-"

/* Members that may be other than the configuration has them, and of controllers that it has not. */
static bool
is_harmless(const char *key, json_t *value)
{
    static const char *const members[] = { "driver", "id",   "bus",  "addr", "bootindex", "port",      "chassis",
                                           "chassis_nr", "multifunction", "masterbus", "firstport", "deflate-on-oom", "num_queues" };
    const char *text = json_string_value(value);

    if (strcmp(key, "romfile") == 0)
        return text && !text[0];
    for (size_t i = 0; i < ARRAY_LEN(members); i++)
        if (strcmp(key, members[i]) == 0)
            return !text || strspn(text, WORD) == strlen(text);
    return false;
}

static bool
has_only_harmless(const struct hot_row *row)
{
    const char *key;
    json_t *value;

    json_object_foreach(row->json, key, value)
        if (!is_harmless(key, value))
            return false;
    return true;
}

static bool
may_replace(const struct hot_row *then, const struct hot_row *now)
{
    const char *key;
    json_t *value;

    if (then->kind != ROW_DEVICE || !str_eq(hot_row_text(then, "driver"), hot_row_text(now, "driver")))
        return false;
    json_object_foreach(then->json, key, value)
        if (!json_equal(value, json_object_get(now->json, key)) && !is_harmless(key, value))
            return false;
    json_object_foreach(now->json, key, value)
        if (!json_object_get(then->json, key) && !is_harmless(key, value))
            return false;
    return true;
}

static PRL_RESULT
differs(const char *then, const char *now)
{
    return err_set(PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG, "suspended with %s, now it is %s", then, now);
}

static size_t
find_value(const struct qemu_args *args, const struct hot_row *row)
{
    const char *value = row->text + strcspn(row->text, " ") + 1;
    size_t n = strcspn(row->text, " ");

    for (size_t i = 1; i + 1 < args->argv.len; i++)
        if (strncmp(args->argv.p[i], row->text, n) == 0 && !args->argv.p[i][n] && strcmp(args->argv.p[i + 1], value) == 0)
            return i + 1;
    return 0;
}

static bool
replace(struct qemu_args *args, const struct hot_row *now, const struct hot_row *then)
{
    size_t at = find_value(args, now);
    char *copy = at ? str_dup(then->text + strcspn(then->text, " ") + 1) : NULL;

    if (!copy)
        return false;
    free(args->argv.p[at]);
    args->argv.p[at] = copy;
    return true;
}

static void
take_out(struct qemu_args *args, const struct hot_row *now)
{
    size_t at = find_value(args, now);

    if (!at)
        return;
    free(args->argv.p[at]);
    free(args->argv.p[at - 1]);
    for (size_t i = at + 1; i <= args->argv.len; i++) /* the NULL behind the last too */
        args->argv.p[i - 2] = args->argv.p[i];
    args->argv.len -= 2;
}

static void
take_out_settings(struct qemu_args *args, const char *device)
{
    for (size_t i = json_array_size(args->setup); i-- > 0;) {
        json_t *arguments = json_object_get(json_array_get(args->setup, i), "arguments");
        const char *id = json_string_value(json_object_get(arguments, "id")), *name = json_string_value(json_object_get(arguments, "name"));

        if ((id && hot_is_setting_of(id, device)) || (name && hot_is_setting_of(name, device)))
            json_array_remove(args->setup, i);
    }
}

/* With its block nodes. A network stays: the state may have something of one. */
static void
take_out_device(struct qemu_args *args, const struct hot_rows *now, const struct hot_row *device)
{
    char drive[ROW_KEY];

    hot_drive_of(device, drive);
    take_out(args, device);
    take_out_settings(args, hot_row_id(device));
    for (size_t i = 0; hot_is_drive(device) && i < now->len; i++)
        if (now->p[i].kind == ROW_BLOCKDEV && hot_is_node_of(hot_row_id(&now->p[i]), drive))
            take_out(args, &now->p[i]);
}

/* In front of what may sit on it. */
static bool
put_in(struct qemu_args *args, const struct hot_row *then, size_t *at)
{
    char *option = str_dup("-device"), *value = str_dup(then->text + strlen("-device "));

    while (*at < args->argv.len && strcmp(args->argv.p[*at], "-device") != 0)
        ++*at;
    if (!option || !value || !vec_push(&args->argv, NULL) || !vec_push(&args->argv, NULL) || !vec_push(&args->argv, NULL)) {
        free(option);
        free(value);
        return false;
    }
    args->argv.len--;
    for (size_t i = args->argv.len; i >= *at + 2; i--)
        args->argv.p[i] = args->argv.p[i - 2];
    args->argv.p[(*at)++] = option;
    args->argv.p[(*at)++] = value;
    return true;
}

static PRL_RESULT
adopt(struct qemu_args *args, const struct hot_rows *then, const struct hot_rows *now)
{
    size_t at = 1;

    for (size_t i = 0; i < then->len; i++) {
        const struct hot_row *a = &then->p[i], *b = hot_rows_find(now, a->key);
        bool is_good = true;

        if (b && strcmp(a->text, b->text) == 0)
            continue;
        if (b && (may_replace(a, b) || hot_smp_same_number(a, b)))
            is_good = replace(args, b, a);
        else if (!b && a->kind == ROW_DEVICE && hot_is_controller(a) && has_only_harmless(a))
            is_good = put_in(args, a, &at);
        else
            return differs(a->text, b ? b->text : "nothing");
        if (!is_good)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    }
    for (size_t i = 0; i < now->len; i++) {
        const struct hot_row *b = &now->p[i];

        if (!b->is_hardware || hot_rows_find(then, b->key))
            continue;
        if (b->kind != ROW_DEVICE)
            return differs("nothing", b->text);
        take_out_device(args, now, b);
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_hotplug_adopt(struct qemu_args *args, const struct saved_state *saved)
{
    AUTO_HOT_ROWS then = { 0 };
    AUTO_HOT_ROWS now = { 0 };

    for (size_t i = 0; i < saved->hardware.len; i++)
        if (!hot_rows_add_text(&then, saved->hardware.p[i]))
            return err_set(PRL_ERR_OUT_OF_MEMORY, "hardware of a saved state");
    if (then.len != saved->hardware.len)
        return err_set(PRL_ERR_VM_RESTORE_STATE_FAILED, "the saved state names hardware that is not understood");
    if (!hot_rows_of_args(args, &now))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    if (args->ram_bytes != saved->ram_bytes)
        return err_set(PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG, "another size of memory");
    return adopt(args, &then, &now);
}
