/* SPDX-License-Identifier: MIT */
/* What `list -i` says, as the lines people read or as the JSON programs read. For info.c. */
#ifndef PRLCTL_EMIT_H
#define PRLCTL_EMIT_H

#include <stdbool.h>

struct ctl_emit {
    bool is_json;
    unsigned depth;
    bool is_first; /* of its object: no comma before it */
};

enum ctl_part {
    PART_PAIR,    /* key=value   "key": "value" */
    PART_QUOTED,  /* key='value' "key": "value" */
    PART_BARE,    /* value       "key": "value" */
    PART_NUMBER,  /* key=value   "key": value   */
};

/* An object; key NULL: one of a list. In lines, a group has its key on a line of its own. */
void ctl_emit_open(struct ctl_emit *e, const char *key);
void ctl_emit_close(struct ctl_emit *e);
/* "key: value" */
void ctl_emit_line(struct ctl_emit *e, const char *key, const char *value);
/* One line of several parts, an object of its own. */
void ctl_emit_item(struct ctl_emit *e, const char *key);
void ctl_emit_item_end(struct ctl_emit *e);
void ctl_emit_part(struct ctl_emit *e, enum ctl_part kind, const char *key, const char *value);
void ctl_emit_number(struct ctl_emit *e, const char *key, unsigned long long value);
/* "(+)" or "(-)"; "enabled": true or false. */
void ctl_emit_enabled(struct ctl_emit *e, bool is_enabled);

#endif
