/* SPDX-License-Identifier: MIT */
/* What the parts of qemu_args share: arguments, notes, PCI addresses, boot order. */
#include "qemu_args_parts.h"

#include <prlsdk/PrlEnums.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"

void
args_push(struct args_builder *b, char *text)
{
    if (!text || !vec_push(&b->a->argv, text)) {
        free(text);
        b->has_failed = true;
    }
}

void
args_add(struct args_builder *b, const char *option)
{
    args_push(b, str_dup(option));
}

void
args_addf(struct args_builder *b, const char *option, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    int n;

    va_start(ap, fmt);
    n = vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    if (n < 0 || (size_t)n >= sizeof text) {
        b->has_failed = true;
        return;
    }
    args_add(b, option);
    args_push(b, str_dup(text));
}

/* Steals the object. */
void
args_json(struct args_builder *b, const char *option, json_t *o)
{
    args_add(b, option);
    args_push(b, o ? json_dumps(o, JSON_COMPACT) : NULL);
    json_decref(o);
}

/* For options without a JSON form: commas doubled, line ends made blanks. */
char *
args_comma_safe(const char *text)
{
    struct str s = STR_INIT;

    for (; *text; text++) {
        char c = (unsigned char)*text < 0x20 ? ' ' : *text;

        str_add_n(&s, &c, 1);
        if (c == ',')
            str_add(&s, ",");
    }
    return str_take(&s);
}

void
args_note(struct args_builder *b, const char *fmt, ...)
{
    char text[512];
    va_list ap;
    char *copy;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    copy = str_dup(text);
    if (!copy || !vec_push(&b->a->notes, copy)) {
        free(copy);
        b->has_failed = true;
    }
}

void
args_setup(struct args_builder *b, const char *command, json_t *arguments)
{
    if (!b->a->setup)
        b->a->setup = json_array();
    if (!arguments || json_array_append_new(b->a->setup, json_pack("{s:s, s:o}", "execute", command, "arguments", arguments)) < 0)
        b->has_failed = true;
}

const char *
args_pci_bus(const struct args_builder *b)
{
    return b->is_q35 ? "pcie.0" : "pci.0";
}

json_t *
args_pci_device(struct args_builder *b, const char *driver, const char *id, unsigned slot)
{
    char addr[8];

    snprintf(addr, sizeof addr, "%#x", slot);
    return json_pack("{s:s, s:s, s:s, s:s}", "driver", driver, "id", id, "bus", args_pci_bus(b), "addr", addr);
}

static void
add_slot_bridge(struct args_builder *b, bool *has_it, unsigned slot)
{
    char id[24], addr[12];

    snprintf(id, sizeof id, "bridge%x", slot);
    snprintf(addr, sizeof addr, "%#x", slot);
    if (!*has_it)
        args_json(b, "-device",
                  json_pack("{s:s, s:s, s:s, s:s, s:i}", "driver", "pci-bridge", "id", id, "bus", "pci.0", "addr", addr, "chassis_nr",
                            (int)slot));
    *has_it = true;
}

void
args_slot_places(struct args_builder *b, bool *has_it, unsigned slot)
{
    if (!b->is_q35)
        add_slot_bridge(b, has_it, slot);
}

json_t *
args_slot_device(struct args_builder *b, bool *has_it, const char *driver, const char *id, unsigned slot, unsigned index)
{
    char addr[12], bus[24];

    if (b->is_q35) {
        snprintf(addr, sizeof addr, "%#x.0", slot);
        snprintf(bus, sizeof bus, "port%x.%u", slot, index);
        for (unsigned i = *has_it ? 8 : 0; i < 8; i++) { /* all of them: function 0 must be there, and places stay free for later */
            char port[24];

            snprintf(port, sizeof port, "port%x.%u", slot, i);
            snprintf(addr, sizeof addr, "%#x.%#x", slot, i);
            args_json(b, "-device",
                      json_pack("{s:s, s:s, s:s, s:s, s:i, s:i, s:b}", "driver", "pcie-root-port", "id", port, "bus", "pcie.0",
                                "addr", addr, "port", (int)(slot * 8 + i), "chassis", (int)(slot * 8 + i), "multifunction", i == 0));
        }
        *has_it = true;
        return json_pack("{s:s, s:s, s:s}", "driver", driver, "id", id, "bus", bus);
    }
    add_slot_bridge(b, has_it, slot);
    snprintf(bus, sizeof bus, "bridge%x", slot);
    snprintf(addr, sizeof addr, "%#x", index + 1);
    return json_pack("{s:s, s:s, s:s, s:s}", "driver", driver, "id", id, "bus", bus, "addr", addr);
}

PRL_RESULT
args_unsupported(const char *what, unsigned index)
{
    return err_set(PRL_ERR_UNSUPPORTED_DEVICE_TYPE, "%s %u", what, index);
}

/* ---- boot order ---- */

static int
by_number(const void *x, const void *y)
{
    const struct boot_entry *a = x, *b = y;

    return a->number < b->number ? -1 : a->number > b->number;
}

void
args_read_boot_order(struct args_builder *b)
{
    xmlNodePtr order = xml_find(b->root, "Settings/Startup/BootingOrder");

    for (xmlNodePtr e = order ? xml_child(order, "BootDevice") : NULL; e && b->n_boot < BOOT_MAX; e = xml_next(e)) {
        struct boot_entry *x = &b->boot[b->n_boot];

        if (!xml_get_u64(e, "InUse", 0))
            continue;
        x->type = (unsigned)xml_get_u64(e, "Type", PDE_HARD_DISK);
        x->index = (unsigned)xml_get_u64(e, "Index", 0);
        /* unlike numbers make the sort stable */
        x->number = ((unsigned)xml_get_u64(e, "BootingNumber", 0) & 0xFFFFFF) * BOOT_MAX + b->n_boot;
        b->n_boot++;
    }
    qsort(b->boot, b->n_boot, sizeof b->boot[0], by_number);
}

/* From 1; 0: not booted from. */
unsigned
args_boot_rank(const struct args_builder *b, unsigned type, unsigned index)
{
    for (unsigned i = 0; i < b->n_boot; i++)
        if (b->boot[i].type == type && b->boot[i].index == index)
            return i + 1;
    return 0;
}

void
args_set_boot_rank(struct args_builder *b, json_t *device, unsigned type, unsigned index)
{
    unsigned rank = args_boot_rank(b, type, index);

    if (rank && device)
        json_object_set_new(device, "bootindex", json_integer(rank));
}

void
args_once(struct args_builder *b, bool *has_it, const char *driver, const char *id, unsigned slot)
{
    if (!*has_it)
        args_json(b, "-device", args_pci_device(b, driver, id, slot));
    *has_it = true;
}
