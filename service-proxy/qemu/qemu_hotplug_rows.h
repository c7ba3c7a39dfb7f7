/* SPDX-License-Identifier: MIT */
/*
 * A machine as a list of rows: what is on the command line, or was plugged since, that a change of the running machine can be about.
 * A row is an option with its value, or ("@") a QMP command that goes with the start. Rows of one key are the same thing before and
 * after; the running QEMU's are in its run record, and those of a configuration come from qemu_args.
 */
#ifndef PRLKVM_QEMU_QEMU_HOTPLUG_ROWS_H
#define PRLKVM_QEMU_QEMU_HOTPLUG_ROWS_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/vec.h"
#include "qemu_args.h"

#define ROW_KEY 96

enum row_kind {
    ROW_MACHINE, /* -machine, -cpu, -smp, -m: text */
    ROW_DEVICE,
    ROW_BLOCKDEV,
    ROW_NETDEV,
    ROW_OBJECT,
    ROW_SETUP,   /* "@command {arguments}" */
    ROW_SHARE,   /* "@share {...}": the folder behind a connection (qemu_args.h), the service's own note */
};

struct hot_row {
    enum row_kind kind;
    char key[ROW_KEY]; /* "-device hdd0-dev", "-smp", "@set_link net0-dev" */
    char *text;        /* "-device {...}": as run records and saved states have it */
    json_t *json;      /* of the value; NULL: it is no JSON */
    bool is_hardware;  /* seen by the guest: a saved state needs it again */
};
struct hot_rows {
    struct hot_row *p;
    size_t len, room;
};

void hot_rows_clear(struct hot_rows *rows);
static inline __attribute__((unused)) void
hot_rows_clear_auto(struct hot_rows *rows)
{
    hot_rows_clear(rows);
}
#define AUTO_HOT_ROWS __attribute__((cleanup(hot_rows_clear_auto))) struct hot_rows

/* "-device" and the others that rows are made of. */
bool hot_is_row_option(const char *option);
/* Texts that are no such rows are passed over. False: no memory. */
bool hot_rows_of_args(const struct qemu_args *args, struct hot_rows *ret);
bool hot_rows_add_text(struct hot_rows *rows, const char *text);
bool hot_rows_add_json(struct hot_rows *rows, const char *option, json_t *value); /* borrows */
/* Takes the place of the row of the same key, or is the last. */
bool hot_rows_put(struct hot_rows *rows, const struct hot_row *row);
void hot_rows_drop(struct hot_rows *rows, const char *key);
const struct hot_row *hot_rows_find(const struct hot_rows *rows, const char *key);
const struct hot_row *hot_rows_find_id(const struct hot_rows *rows, enum row_kind kind, const char *id);
/* The same but for numbers of descriptors, which follow from what else there is. NULL is like nothing but NULL. */
bool hot_rows_same(const struct hot_row *a, const struct hot_row *b);
const char *hot_row_id(const struct hot_row *row); /* behind the blank of its key; "" where there is none */
const char *hot_row_text(const struct hot_row *row, const char *member); /* of its JSON; NULL: none */
/* Is `node` the block node of drive ("hdd1") or one of those below it ("hdd1-file", "hdd1-b1", "hdd1-x0123abcd")? */
bool hot_is_node_of(const char *node, const char *drive);

#endif
