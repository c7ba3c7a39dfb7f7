/* SPDX-License-Identifier: MIT */
/* Lines or JSON, see emit.h. */
#include "emit.h"

#include <stdio.h>

#include "prlctl.h"

static void
tabs(unsigned n)
{
    while (n--)
        putchar('\t');
}

static void
json_key(struct ctl_emit *e, const char *key)
{
    printf("%s", e->is_first ? "\n" : ",\n");
    tabs(e->depth);
    if (key) {
        ctl_print_json(key);
        printf(": ");
    }
    e->is_first = false;
}

static void
json_open(struct ctl_emit *e, const char *key)
{
    json_key(e, key);
    putchar('{');
    e->depth++;
    e->is_first = true;
}

static void
json_close(struct ctl_emit *e)
{
    e->depth--;
    putchar('\n');
    tabs(e->depth);
    putchar('}');
    e->is_first = false;
}

void
ctl_emit_open(struct ctl_emit *e, const char *key)
{
    if (e->is_json)
        json_open(e, key);
    else if (key) {
        printf("%s:\n", key);
        e->depth++;
    }
}

void
ctl_emit_close(struct ctl_emit *e)
{
    if (e->is_json)
        json_close(e);
    else if (e->depth)
        e->depth--;
    else
        putchar('\n');
}

void
ctl_emit_line(struct ctl_emit *e, const char *key, const char *value)
{
    if (e->is_json) {
        json_key(e, key);
        ctl_print_json(value);
    } else
        printf("%s: %s\n", key, value);
}

void
ctl_emit_item(struct ctl_emit *e, const char *key)
{
    if (e->is_json)
        json_open(e, key);
    else if (e->depth)
        printf("%*s%s", (int)e->depth * 2, "", key);
    else
        printf("%s:", key);
}

void
ctl_emit_item_end(struct ctl_emit *e)
{
    if (e->is_json)
        json_close(e);
    else
        putchar('\n');
}

void
ctl_emit_part(struct ctl_emit *e, enum ctl_part kind, const char *key, const char *value)
{
    if (e->is_json) {
        json_key(e, key);
        if (kind == PART_NUMBER)
            printf("%s", value);
        else
            ctl_print_json(value);
    } else if (kind == PART_BARE)
        printf(" %s", value);
    else
        printf(kind == PART_QUOTED ? " %s='%s'" : " %s=%s", key, value);
}

void
ctl_emit_number(struct ctl_emit *e, const char *key, unsigned long long value)
{
    char text[32];

    snprintf(text, sizeof text, "%llu", value);
    ctl_emit_part(e, PART_NUMBER, key, text);
}

void
ctl_emit_enabled(struct ctl_emit *e, bool is_enabled)
{
    if (e->is_json)
        ctl_emit_part(e, PART_NUMBER, "enabled", is_enabled ? "true" : "false");
    else
        ctl_emit_part(e, PART_BARE, "enabled", is_enabled ? "(+)" : "(-)");
}
