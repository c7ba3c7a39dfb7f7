/* SPDX-License-Identifier: MIT */
/* USB controllers, the pointer on them, and USB devices of the host. */
#include <prlsdk/PrlEnums.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_args_parts.h"

/* USB 1 alone, or behind USB 2 as its companions: the ICH9's set in one slot. */
static void
add_usb12(struct args_builder *b, bool has_ehci)
{
    char addr[12], id[12];

    if (has_ehci) {
        snprintf(addr, sizeof addr, "%#x.7", SLOT_USB2);
        args_json(b, "-device", json_pack("{s:s, s:s, s:s, s:s}", "driver", "ich9-usb-ehci1", "id", "ehci", "bus", args_pci_bus(b),
                                          "addr", addr));
    }
    for (unsigned i = 0; i < (has_ehci ? 3 : 1); i++) {
        char driver[24];
        json_t *d;

        snprintf(driver, sizeof driver, "ich9-usb-uhci%u", i + 1);
        snprintf(addr, sizeof addr, "%#x.%#x", SLOT_USB2, i);
        snprintf(id, sizeof id, "uhci%u", i);
        d = json_pack("{s:s, s:s, s:s, s:s}", "driver", driver, "id", id, "bus", args_pci_bus(b), "addr", addr);
        if (d && i == 0)
            json_object_set_new(d, "multifunction", json_true());
        if (d && has_ehci) {
            json_object_set_new(d, "masterbus", json_string("ehci.0"));
            json_object_set_new(d, "firstport", json_integer(2 * i));
        }
        args_json(b, "-device", d);
    }
}

void
args_usb(struct args_builder *b)
{
    xmlNodePtr usb = xml_find(b->root, "Settings/UsbController");
    bool has_uhc = usb && xml_get_u64(usb, "UhcEnabled", 0);
    bool has_ehc = usb && xml_get_u64(usb, "EhcEnabled", 0);
    bool has_xhc = usb && xml_get_u64(usb, "XhcEnabled", 0);

    if (has_ehc || has_uhc) {
        add_usb12(b, has_ehc);
        b->usb_bus = has_ehc ? "ehci.0" : "uhci0.0";
    }
    if (has_xhc) {
        args_json(b, "-device", args_pci_device(b, "qemu-xhci", "xhci", SLOT_XHCI));
        b->usb_bus = "xhci.0";
    }
    if (b->usb_bus && b->a->has_vnc) /* a pointer that needs no grabbing */
        args_json(b, "-device",
                  json_pack("{s:s, s:s, s:s, s:s}", "driver", "usb-tablet", "id", "tablet0", "bus", b->usb_bus, "port", "1"));
}

/* ---- devices of the host ---- */

/* Four hex digits with something else behind them. */
static bool
take_hex4(const char **p, unsigned *ret)
{
    char *end;

    if (strspn(*p, "0123456789abcdefABCDEF") != 4)
        return false;
    *ret = (unsigned)strtoul(*p, &end, 16);
    *p = end;
    return true;
}

/* "vendor:product", or the products' "location|vendor|product|speed|..|serial". */
static bool
parse_host_usb(const char *name, unsigned *ret_vendor, unsigned *ret_product)
{
    const char *p = strchr(name, '|');

    p = p ? p + 1 : name;
    return take_hex4(&p, ret_vendor) && (*p == '|' || *p == ':') && (p++, take_hex4(&p, ret_product)) && (!*p || *p == '|');
}

/* An element without a name says only that there is USB. A device that is not plugged in is taken when it comes. */
PRL_RESULT
args_usb_device(struct args_builder *b, xmlNodePtr dev)
{
    AUTO(cleanup_free) char *name = xml_get(dev, "SystemName");
    unsigned vendor, product;
    char id[20];

    if (!name || !name[0] || !xml_get_u64(dev, "Connected", 1))
        return PRL_ERR_SUCCESS;
    if (!parse_host_usb(name, &vendor, &product))
        return err_set(PRL_ERR_UNSUPPORTED_DEVICE_TYPE, "USB device %u: '%s' is no vendor:product", b->n_host_usb, name);
    if (!b->usb_bus)
        return err_set(PRL_ERR_UNSUPPORTED_DEVICE_TYPE, "USB device %u: the VM has no USB controller", b->n_host_usb);
    snprintf(id, sizeof id, "usb%u-dev", b->n_host_usb++);
    args_json(b, "-device", json_pack("{s:s, s:s, s:s, s:i, s:i}", "driver", "usb-host", "id", id, "bus", b->usb_bus, "vendorid",
                                      (int)vendor, "productid", (int)product));
    return PRL_ERR_SUCCESS;
}
