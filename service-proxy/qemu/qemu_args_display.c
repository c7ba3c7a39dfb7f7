/* SPDX-License-Identifier: MIT */
/* Video adapter and remote display. */
#include <inttypes.h>
#include <prlsdk/PrlEnums.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_args_parts.h"

/* What QEMU calls its adapters, by the name in Hardware/Video/QemuModel; the first is the default. */
static const struct {
    const char *name, *driver;
    bool has_vgamem, has_mode, has_outputs;
} adapters[] = {
    { "std", "VGA", true, true, false },
    { "virtio", "virtio-vga", false, true, true },
    { "qxl", "qxl-vga", true, false, true },
    { "vmware", "vmware-svga", true, false, false },
    { "bochs", "bochs-display", false, true, false },
    { "cirrus", "cirrus-vga", false, false, false },
};

static unsigned
video_mib(struct args_builder *b)
{
    uint64_t want = xml_get_u64(b->hw, "Video/VideoMemorySize", 16);
    unsigned mib = 16; /* a power of two for QEMU */

    while (mib < want && mib < 256)
        mib *= 2;
    return mib;
}

/* The first resolution of the list is the one that the guest's screen prefers. */
static void
set_mode(struct args_builder *b, json_t *d)
{
    xmlNodePtr list = xml_find(b->hw, "Video/ScreenResolutions");
    xmlNodePtr mode = list && xml_get_u64(list, "Enabled", 0) ? xml_child(list, "ScreenResolution") : NULL;
    uint64_t width, height;

    while (mode && !xml_get_u64(mode, "Enabled", 1))
        mode = xml_next(mode);
    if (!mode)
        return;
    width = xml_get_u64(mode, "Width", 800);
    height = xml_get_u64(mode, "Height", 600);
    if (width < 640 || width > 8192 || height < 480 || height > 8192)
        return;
    json_object_set_new(d, "xres", json_integer((json_int_t)width));
    json_object_set_new(d, "yres", json_integer((json_int_t)height));
}

static PRL_RESULT
add_video(struct args_builder *b)
{
    AUTO(cleanup_free) char *model = xml_get(b->hw, "Video/QemuModel");
    uint64_t displays = xml_get_u64(b->hw, "Video/MaxDisplays", 0);
    size_t i = 0;
    json_t *d;

    if (!xml_get_u64(b->hw, "Video/Enabled", 1))
        return PRL_ERR_SUCCESS;
    while (model && model[0] && i < ARRAY_LEN(adapters) && strcmp(adapters[i].name, model) != 0)
        i++;
    if (i == ARRAY_LEN(adapters))
        return err_set(PRL_ERR_VM_START_FAILED, "no video adapter is called '%s': std, virtio, qxl, vmware, bochs, cirrus are", model);
    d = args_pci_device(b, adapters[i].driver, "video0", b->is_q35 ? 0x01 : 0x02);
    if (!d)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "command line");
    if (adapters[i].has_vgamem)
        json_object_set_new(d, "vgamem_mb", json_integer(video_mib(b)));
    if (adapters[i].has_mode)
        set_mode(b, d);
    if (adapters[i].has_outputs && displays > 1 && displays <= 16)
        json_object_set_new(d, "max_outputs", json_integer((json_int_t)displays));
    args_json(b, "-device", d);
    if (xml_get_u64(b->hw, "Video/Enable3DAcceleration", P3D_DISABLED) != P3D_DISABLED)
        args_note(b, "video: no 3D acceleration is provided");
    return PRL_ERR_SUCCESS;
}

/* An address or a host name, brackets for IPv6. NULL: neither. */
static char *
vnc_host(const char *name)
{
    if (strspn(name, "0123456789abcdefABCDEF:.") == strlen(name) && strchr(name, ':'))
        return str_printf("[%s]", name);
    if (strspn(name, "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-") == strlen(name) && name[0] != '-')
        return str_dup(name);
    return NULL;
}

/* With certificates, or not at all: a display that its owner thinks encrypted is never shown in the clear. */
static PRL_RESULT
vnc_encryption(struct args_builder *b, xmlNodePtr rd, const char **ret)
{
    *ret = "";
    if (!xml_get_u64(rd, "Encrypted", 0))
        return PRL_ERR_SUCCESS;
    if (!b->env->vnc_tls_dir)
        return err_set(PRL_ERR_VM_START_FAILED,
                       "the remote display is to be encrypted, and there are no certificates for it (directory vnc-tls of the service's "
                       "state: ca-cert.pem, server-cert.pem, server-key.pem)");
    args_json(b, "-object", json_pack("{s:s, s:s, s:s, s:s, s:b}", "qom-type", "tls-creds-x509", "id", "vnctls", "dir",
                                      b->env->vnc_tls_dir, "endpoint", "server", "verify-peer", 0));
    *ret = ",tls-creds=vnctls";
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
add_vnc(struct args_builder *b, xmlNodePtr rd, bool is_auto)
{
    AUTO(cleanup_free) char *name = xml_get(rd, "HostName");
    AUTO(cleanup_free) char *host = vnc_host(name && name[0] ? name : "0.0.0.0");
    AUTO(cleanup_free) char *password = xml_get(rd, "Password");
    uint64_t port = is_auto ? b->env->vnc_base_port : xml_get_u64(rd, "PortNumber", 6500);
    bool has_password = password && password[0];
    const char *tls;
    PRL_RESULT rc;

    if (port < 5900 || port > 65535)
        return err_set(PRL_ERR_REMOTE_DISPLAY_WRONG_PORT_NUMBER, "remote display on port %" PRIu64, port);
    if (!host)
        return err_set(PRL_ERR_VMCONF_REMOTE_DISPLAY_INVALID_HOST_IP_ADDRESS, "'%s'", name);
    rc = vnc_encryption(b, rd, &tls);
    if (PRL_FAILED(rc))
        return rc;
    b->a->has_vnc = true;
    if (is_auto) /* QEMU takes the first free port, and with the same distance one for browsers */
        args_addf(b, "-vnc", "%s:%u,to=%u,websocket=on%s%s", host, (unsigned)port - 5900,
                  b->env->vnc_max_port > port ? b->env->vnc_max_port - 5900 : (unsigned)port - 5900,
                  has_password ? ",password=on" : "", tls);
    else
        args_addf(b, "-vnc", "%s:%u%s%s", host, (unsigned)port - 5900, has_password ? ",password=on" : "", tls);
    if (has_password)
        b->a->vnc_password = TAKE(password);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
args_display(struct args_builder *b)
{
    xmlNodePtr rd = xml_find(b->root, "Settings/RemoteDisplay");
    uint64_t mode = rd ? xml_get_u64(rd, "Mode", PRD_DISABLED) : PRD_DISABLED;
    PRL_RESULT rc;

    args_addf(b, "-display", "none");
    rc = add_video(b);
    if (PRL_FAILED(rc) || (mode != PRD_AUTO && mode != PRD_MANUAL))
        return rc;
    return add_vnc(b, rd, mode == PRD_AUTO);
}
