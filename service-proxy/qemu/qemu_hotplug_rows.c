/* SPDX-License-Identifier: MIT */
#include "qemu_hotplug_rows.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

/* The member of the value that names it; NULL: there is one such option only. */
static const struct {
    const char *option;
    enum row_kind kind;
    const char *id;
    bool is_json, is_hardware;
} kinds[] = {
    { "-machine", ROW_MACHINE, NULL, false, true },       { "-cpu", ROW_MACHINE, NULL, false, true },
    { "-smp", ROW_MACHINE, NULL, false, true },           { "-m", ROW_MACHINE, NULL, false, true },
    { "-device", ROW_DEVICE, "id", true, true },          { "-blockdev", ROW_BLOCKDEV, "node-name", true, false },
    { "-netdev", ROW_NETDEV, "id", true, false },         { "-object", ROW_OBJECT, "id", true, false },
    { "@set_link", ROW_SETUP, "name", true, false },      { "@block_set_io_throttle", ROW_SETUP, "id", true, false },
    { "@share", ROW_SHARE, "id", true, false },
};

static void
row_clear(struct hot_row *row)
{
    free(row->text);
    json_decref(row->json);
}

void
hot_rows_clear(struct hot_rows *rows)
{
    for (size_t i = 0; i < rows->len; i++)
        row_clear(&rows->p[i]);
    vec_free(rows);
}

/* ---- making them ---- */

static bool
make_row(const char *option, const char *value, struct hot_row *ret)
{
    struct hot_row row = { .kind = ROW_MACHINE };
    const char *id = "";
    size_t k = 0;

    while (k < ARRAY_LEN(kinds) && strcmp(kinds[k].option, option) != 0)
        k++;
    if (k == ARRAY_LEN(kinds))
        return false;
    row.kind = kinds[k].kind;
    row.is_hardware = kinds[k].is_hardware;
    if (kinds[k].is_json) {
        row.json = json_loads(value, 0, NULL);
        id = json_string_value(json_object_get(row.json, kinds[k].id));
    }
    if (!id || strlen(option) + strlen(id) + 2 > sizeof row.key || !(row.text = str_printf("%s %s", option, value))) {
        row_clear(&row);
        return false;
    }
    snprintf(row.key, sizeof row.key, "%s%s%s", option, id[0] ? " " : "", id);
    *ret = row;
    return true;
}

static bool
push(struct hot_rows *rows, struct hot_row *row)
{
    if (vec_push(rows, *row))
        return true;
    row_clear(row);
    return false;
}

bool
hot_rows_add_text(struct hot_rows *rows, const char *text)
{
    size_t n = strcspn(text, " ");
    char option[32];
    struct hot_row row;

    if (!text[n] || n >= sizeof option)
        return true;
    memcpy(option, text, n);
    option[n] = '\0';
    return make_row(option, text + n + 1, &row) ? push(rows, &row) : true;
}

bool
hot_rows_add_json(struct hot_rows *rows, const char *option, json_t *value)
{
    AUTO(cleanup_free) char *text = value ? json_dumps(value, JSON_COMPACT) : NULL;
    struct hot_row row;

    return text && make_row(option, text, &row) && push(rows, &row);
}

static bool
add_setup(struct hot_rows *rows, json_t *setup)
{
    json_t *x;
    size_t i;

    json_array_foreach(setup, i, x) {
        const char *command = json_string_value(json_object_get(x, "execute"));
        AUTO(cleanup_free) char *arguments = json_dumps(json_object_get(x, "arguments"), JSON_COMPACT);
        AUTO(cleanup_free) char *text = command && arguments ? str_printf("@%s %s", command, arguments) : NULL;

        if (!text || !hot_rows_add_text(rows, text))
            return false;
    }
    return true;
}

static bool
add_shares(struct hot_rows *rows, json_t *shares)
{
    json_t *x;
    size_t i;

    json_array_foreach(shares, i, x)
        if (!hot_rows_add_json(rows, "@share", x))
            return false;
    return true;
}

bool
hot_is_row_option(const char *option)
{
    for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
        if (strcmp(kinds[k].option, option) == 0)
            return true;
    return false;
}

bool
hot_rows_of_args(const struct qemu_args *args, struct hot_rows *ret)
{
    AUTO_HOT_ROWS rows = { 0 };

    for (size_t i = 1; i + 1 < args->argv.len; i++) {
        struct hot_row row;

        if (args->argv.p[i][0] == '-' && make_row(args->argv.p[i], args->argv.p[i + 1], &row) && !push(&rows, &row))
            return false;
    }
    if (!add_setup(&rows, args->setup) || !add_shares(&rows, args->shares))
        return false;
    *ret = rows;
    memset(&rows, 0, sizeof rows);
    return true;
}

/* ---- finding and replacing ---- */

const struct hot_row *
hot_rows_find(const struct hot_rows *rows, const char *key)
{
    for (size_t i = 0; i < rows->len; i++)
        if (strcmp(rows->p[i].key, key) == 0)
            return &rows->p[i];
    return NULL;
}

const struct hot_row *
hot_rows_find_id(const struct hot_rows *rows, enum row_kind kind, const char *id)
{
    for (size_t i = 0; i < rows->len; i++)
        if (rows->p[i].kind == kind && strcmp(hot_row_id(&rows->p[i]), id) == 0)
            return &rows->p[i];
    return NULL;
}

void
hot_rows_drop(struct hot_rows *rows, const char *key)
{
    for (size_t i = 0; i < rows->len; i++)
        if (strcmp(rows->p[i].key, key) == 0) {
            row_clear(&rows->p[i]);
            vec_remove(rows, i);
            return;
        }
}

bool
hot_rows_put(struct hot_rows *rows, const struct hot_row *row)
{
    char *text = str_dup(row->text);

    if (!text)
        return false;
    for (size_t i = 0; i < rows->len; i++)
        if (strcmp(rows->p[i].key, row->key) == 0) {
            free(rows->p[i].text);
            json_decref(rows->p[i].json);
            rows->p[i].text = text;
            rows->p[i].json = json_incref(row->json);
            return true;
        }
    free(text);
    return hot_rows_add_text(rows, row->text);
}

/* ---- comparing ---- */

static json_t *
without_descriptors(const struct hot_row *row)
{
    json_t *copy = json_deep_copy(row->json);
    json_t *server = json_object_get(copy, "server");

    if (row->kind == ROW_NETDEV)
        json_object_del(copy, "fd");
    if (row->kind == ROW_BLOCKDEV && json_is_object(server))
        json_object_del(server, "str");
    return copy;
}

bool
hot_rows_same(const struct hot_row *a, const struct hot_row *b)
{
    json_t *x, *y;
    bool is_same;

    if (!a || !b)
        return a == b;
    if (strcmp(a->text, b->text) == 0)
        return true;
    if (!a->json || !b->json)
        return false;
    x = without_descriptors(a);
    y = without_descriptors(b);
    is_same = x && y && json_equal(x, y);
    json_decref(x);
    json_decref(y);
    return is_same;
}

const char *
hot_row_id(const struct hot_row *row)
{
    const char *blank = strchr(row->key, ' ');

    return blank ? blank + 1 : "";
}

const char *
hot_row_text(const struct hot_row *row, const char *member)
{
    return row ? json_string_value(json_object_get(row->json, member)) : NULL;
}

bool
hot_is_node_of(const char *node, const char *drive)
{
    size_t n = strlen(drive);

    return strncmp(node, drive, n) == 0 && (node[n] == '\0' || node[n] == '-');
}
