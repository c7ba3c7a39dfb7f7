/* SPDX-License-Identifier: MIT */
/* Serial and parallel ports, sound. */
#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlOses.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_args_parts.h"

/* ---- where a port leads ---- */

#define HOST_CHARACTERS "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-_"

/* "host:port": the host is a name or an address, the port a number. */
static bool
split_host_port(const char *where, int *ret_host_len, unsigned *ret_port)
{
    const char *colon = strrchr(where, ':');
    unsigned long port;
    char *end;

    if (!colon || colon[1] < '0' || colon[1] > '9')
        return false;
    port = strtoul(colon + 1, &end, 10);
    *ret_host_len = (int)(colon - where);
    *ret_port = (unsigned)port;
    return !*end && port >= 1 && port <= 65535 && strspn(where, HOST_CHARACTERS) >= (size_t)*ret_host_len;
}

static char *
tcp_chardev(const char *id, const char *where, bool is_server)
{
    int len;
    unsigned port;

    if (!split_host_port(where, &len, &port))
        return NULL;
    return str_printf("socket,id=%s,host=%.*s,port=%u%s", id, len, where, port, is_server ? ",server=on,wait=off" : ",reconnect=1");
}

/* The server waits for datagrams on the port, the client sends to it. */
static char *
udp_chardev(const char *id, const char *where, bool is_server)
{
    int len;
    unsigned port;

    if (!split_host_port(where, &len, &port))
        return NULL;
    if (is_server)
        return str_printf("udp,id=%s,host=127.0.0.1,port=9,localaddr=%.*s,localport=%u", id, len, where, port);
    return str_printf("udp,id=%s,host=%.*s,port=%u", id, len, where, port);
}

struct port {
    const char *what, *id;
    const char *real; /* QEMU's driver for a port of the host */
    unsigned index;
    uint64_t kind;
    bool is_server;
};

static PRL_RESULT
file_chardev(struct args_builder *b, const struct port *p, const char *name, char **ret)
{
    AUTO(cleanup_free) char *path = NULL;
    AUTO(cleanup_free) char *safe = NULL;
    PRL_RESULT rc = qemu_image_path(b->env->home, name, &path);

    if (PRL_FAILED(rc))
        return rc;
    safe = args_comma_safe(path);
    if (!safe)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    switch (p->kind) {
    case PDT_USE_OUTPUT_FILE:
        *ret = str_printf("file,id=%s,path=%s,append=on", p->id, safe);
        return PRL_ERR_SUCCESS;
    case PDT_USE_SERIAL_PORT_SOCKET_MODE:
        *ret = str_printf("socket,id=%s,path=%s%s", p->id, safe, p->is_server ? ",server=on,wait=off" : ",reconnect=1");
        return PRL_ERR_SUCCESS;
    case PDT_USE_REAL_DEVICE:
        *ret = str_printf("%s,id=%s,path=%s", p->real, p->id, safe);
        return PRL_ERR_SUCCESS;
    default:
        return args_unsupported(p->what, p->index);
    }
}

static PRL_RESULT
port_chardev(struct args_builder *b, xmlNodePtr dev, const struct port *p, char **ret)
{
    AUTO(cleanup_free) char *name = xml_get(dev, "SystemName");

    if (!xml_get_u64(dev, "Connected", 1) || !name || !name[0]) {
        *ret = str_printf("null,id=%s", p->id);
        return PRL_ERR_SUCCESS;
    }
    if (p->kind != PDT_USE_TCP && p->kind != PDT_USE_UDP)
        return file_chardev(b, p, name, ret);
    *ret = p->kind == PDT_USE_TCP ? tcp_chardev(p->id, name, p->is_server) : udp_chardev(p->id, name, p->is_server);
    return *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_INVALID_ARG, "%s %u: '%s' is no host:port", p->what, p->index, name);
}

static PRL_RESULT
add_port(struct args_builder *b, xmlNodePtr dev, const struct port *p, const char *driver)
{
    char *chardev = NULL;
    PRL_RESULT rc = port_chardev(b, dev, p, &chardev);

    if (PRL_FAILED(rc))
        return rc;
    args_add(b, "-chardev");
    args_push(b, chardev);
    args_json(b, "-device", json_pack("{s:s, s:s+, s:s, s:i}", "driver", driver, "id", p->id, "-dev", "chardev", p->id, "index",
                                      (int)p->index));
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
args_serial(struct args_builder *b, xmlNodePtr dev)
{
    char id[16];
    struct port p = {
        .what = "serial port", .id = id, .real = "serial", .index = (unsigned)xml_get_u64(dev, "Index", 0),
        .kind = xml_get_u64(dev, "EmulatedType", PDT_USE_OUTPUT_FILE),
        .is_server = xml_get_u64(dev, "SocketMode", PSP_SERIAL_SOCKET_SERVER) == PSP_SERIAL_SOCKET_SERVER,
    };

    if (p.index > 3)
        return args_unsupported(p.what, p.index);
    snprintf(id, sizeof id, "serial%u", p.index);
    return add_port(b, dev, &p, "isa-serial");
}

/* What a guest prints goes to a file or a port of the host; printers of the host are no matter of QEMU. */
PRL_RESULT
args_parallel(struct args_builder *b, xmlNodePtr dev)
{
    char id[16];
    struct port p = {
        .what = "parallel port", .id = id, .real = "parallel", .index = (unsigned)xml_get_u64(dev, "Index", 0),
        .kind = xml_get_u64(dev, "EmulatedType", PDT_USE_OUTPUT_FILE),
    };
    bool is_usb = strcmp((const char *)dev->name, "Printer") == 0 &&
                  xml_get_u64(dev, "PrinterInterfaceType", PRN_USB_DEVICE) != PRN_LPT_DEVICE;

    if (p.index > 2)
        return args_unsupported(p.what, p.index);
    if (is_usb || (p.kind != PDT_USE_OUTPUT_FILE && p.kind != PDT_USE_REAL_DEVICE)) {
        args_note(b, "printer %u: not provided; a parallel port (to a file or a port of the host) is", p.index);
        return PRL_ERR_SUCCESS;
    }
    snprintf(id, sizeof id, "parallel%u", p.index);
    return add_port(b, dev, &p, "isa-parallel");
}

/* ---- sound ---- */

/* Windows since Vista has no driver for AC97. */
static bool
knows_ac97(struct args_builder *b)
{
    return xml_get_u64(b->root, "Settings/General/OsType", 0) != PVS_GUEST_TYPE_WINDOWS ||
           IS_WIN_VER_BELOW(xml_get_u64(b->root, "Settings/General/OsNumber", 0), PVS_GUEST_VER_WIN_VISTA);
}

PRL_RESULT
args_sound(struct args_builder *b, xmlNodePtr dev)
{
    uint64_t kind = xml_get_u64(dev, "EmulatedType", PDT_USE_AC97_SOUND);

    if (b->has_sound) {
        args_note(b, "sound: one device is provided, the others are not");
        return PRL_ERR_SUCCESS;
    }
    b->has_sound = true;
    args_json(b, "-audiodev", json_pack("{s:s, s:s}", "id", "sound0", "driver", b->env->audio ? b->env->audio : "none"));
    if (kind == PDT_USE_CREATIVE_SB16_SOUND) {
        args_json(b, "-device", json_pack("{s:s, s:s, s:s}", "driver", "sb16", "id", "sound0-dev", "audiodev", "sound0"));
    } else if (kind == PDT_USE_AC97_SOUND && knows_ac97(b)) {
        json_t *d = args_pci_device(b, "AC97", "sound0-dev", SLOT_SOUND);

        if (d)
            json_object_set_new(d, "audiodev", json_string("sound0"));
        args_json(b, "-device", d);
    } else {
        args_json(b, "-device", args_pci_device(b, b->is_q35 ? "ich9-intel-hda" : "intel-hda", "sound0-dev", SLOT_SOUND));
        args_json(b, "-device", json_pack("{s:s, s:s, s:s, s:s}", "driver", "hda-duplex", "id", "sound0-codec", "bus", "sound0-dev.0",
                                          "audiodev", "sound0"));
    }
    return PRL_ERR_SUCCESS;
}
