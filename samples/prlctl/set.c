/* SPDX-License-Identifier: MIT */
/* set: one edit of a machine's configuration, from BeginEdit to Commit. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "device.h"
#include "prlctl.h"

enum {
    SET_NAME, SET_DESCRIPTION, SET_MEMSIZE, SET_CPUS, SET_VIDEOSIZE, SET_AUTOSTART, SET_ONBOOT, SET_AUTOSTOP, SET_TEMPLATE, SET_EFI, SET_NESTED,
    SET_VNC_MODE, SET_VNC_PORT, SET_VNC_ADDRESS, SET_VNC_PASSWD, SET_VNC_NOPASSWD, SET_BOOTORDER, SET_ADD, SET_SET, SET_DEL, SET_CONNECT_DEV,
    SET_DISCONNECT_DEV, SET_IMAGE, SET_DEVICE, SET_SIZE, SET_IFACE, SET_POSITION, SET_RECREATE, SET_TYPE, SET_NETWORK, SET_MAC, SET_ADAPTER,
    SET_SOCKET, SET_OUTPUT, SET_ENABLE, SET_DISABLE, SET_CONNECT, SET_DISCONNECT, SET_DESTROY, SET_DETACH, N_SET,
};
_Static_assert(N_SET <= CTL_MAX_OPTIONS, "room for every option");

static const struct ctl_option set_options[] = {
    [SET_NAME] = { "name", 'n', true },              [SET_DESCRIPTION] = { "description", 'd', true },
    [SET_MEMSIZE] = { "memsize", 0, true },          [SET_CPUS] = { "cpus", 0, true },
    [SET_VIDEOSIZE] = { "videosize", 0, true },      [SET_AUTOSTART] = { "autostart", 0, true },
    [SET_ONBOOT] = { "onboot", 0, true },            [SET_AUTOSTOP] = { "autostop", 0, true },
    [SET_TEMPLATE] = { "template", 0, true },        [SET_EFI] = { "efi-boot", 0, true },
    [SET_NESTED] = { "nested-virt", 0, true },       [SET_VNC_MODE] = { "vnc-mode", 0, true },
    [SET_VNC_PORT] = { "vnc-port", 0, true },        [SET_VNC_ADDRESS] = { "vnc-address", 0, true },
    [SET_VNC_PASSWD] = { "vnc-passwd", 0, true },    [SET_VNC_NOPASSWD] = { "vnc-nopasswd", 0, false },
    [SET_BOOTORDER] = { "device-bootorder", 0, true }, [SET_ADD] = { "device-add", 0, true },
    [SET_SET] = { "device-set", 0, true },           [SET_DEL] = { "device-del", 0, true },
    [SET_CONNECT_DEV] = { "device-connect", 0, true }, [SET_DISCONNECT_DEV] = { "device-disconnect", 0, true },
    [SET_IMAGE] = { "image", 0, true },              [SET_DEVICE] = { "device", 0, true },
    [SET_SIZE] = { "size", 0, true },                [SET_IFACE] = { "iface", 0, true },
    [SET_POSITION] = { "position", 0, true },        [SET_RECREATE] = { "recreate", 0, false },
    [SET_TYPE] = { "type", 0, true },                [SET_NETWORK] = { "network", 0, true },
    [SET_MAC] = { "mac", 0, true },                  [SET_ADAPTER] = { "adapter-type", 0, true },
    [SET_SOCKET] = { "socket", 0, true },            [SET_OUTPUT] = { "output", 0, true },
    [SET_ENABLE] = { "enable", 0, false },           [SET_DISABLE] = { "disable", 0, false },
    [SET_CONNECT] = { "connect", 0, false },         [SET_DISCONNECT] = { "disconnect", 0, false },
    [SET_DESTROY] = { "destroy-image", 0, false },   [SET_DETACH] = { "detach-only", 0, false },
    { NULL, 0, false },
};

struct setting {
    struct ctl *ctl;
    const struct ctl_args *args;
    PRL_HANDLE vm;
};

static int
bad_value(const char *option, const char *value)
{
    fprintf(stderr, "Unknown value of --%s: %s\n", option, value);
    return EXIT_USAGE;
}

static int
not_accepted(const char *what, PRL_RESULT ret)
{
    fprintf(stderr, "%s: not accepted: %s\n", what, prl_result_to_string(ret));
    return EXIT_FAILED;
}

/* MiB, or with M or G behind. */
static int
parse_number(const char *text, PRL_UINT32 *ret)
{
    char *end;
    unsigned long long n = strtoull(text, &end, 10);

    if (end == text || *text == '-')
        return -1;
    if (*end == 'G' || *end == 'g')
        n *= 1024;
    if (*end && strchr("MmGg", *end))
        end++;
    if (*end || n > 0xFFFFFFFFu)
        return -1;
    *ret = (PRL_UINT32)n;
    return 0;
}

/* ---- single values ---- */

typedef PRL_RESULT set_text(PRL_HANDLE, PRL_CONST_STR);
typedef PRL_RESULT set_number(PRL_HANDLE, PRL_UINT32);
static const struct ctl_word on_off[] = { { "on", 1 }, { "off", 0 }, { "yes", 1 }, { "no", 0 }, { NULL, 0 } };
static const struct ctl_word starts[] = {
    { "on", PAO_VM_START_ON_LOAD }, { "off", PAO_VM_START_MANUAL }, { "auto", PAO_VM_START_ON_RELOAD },
    { "yes", PAO_VM_START_ON_LOAD }, { "no", PAO_VM_START_MANUAL }, { NULL, 0 },
};
static const struct ctl_word stops[] = { { "stop", PAO_VM_STOP }, { "suspend", PAO_VM_SUSPEND }, { "shutdown", PAO_VM_SHUTDOWN }, { NULL, 0 } };
static const struct ctl_word displays[] = { { "off", PRD_DISABLED }, { "auto", PRD_AUTO }, { "manual", PRD_MANUAL }, { NULL, 0 } };

/* The setters of words take enums or booleans: the same registers, but other types, so each is called by its own. */
static PRL_RESULT
set_autostart(PRL_HANDLE h, PRL_UINT32 v)
{
    return PrlVmCfg_SetAutoStart(h, (PRL_VM_AUTOSTART_OPTION)v);
}
static PRL_RESULT
set_autostop(PRL_HANDLE h, PRL_UINT32 v)
{
    return PrlVmCfg_SetAutoStop(h, (PRL_VM_AUTOSTOP_OPTION)v);
}
static PRL_RESULT
set_template(PRL_HANDLE h, PRL_UINT32 v)
{
    return PrlVmCfg_SetTemplateSign(h, v != 0);
}
static PRL_RESULT
set_efi(PRL_HANDLE h, PRL_UINT32 v)
{
    return PrlVmCfg_SetEfiEnabled(h, v != 0);
}
static PRL_RESULT
set_nested(PRL_HANDLE h, PRL_UINT32 v)
{
    return PrlVmCfg_SetNestedVirtualizationEnabled(h, v != 0);
}
static PRL_RESULT
set_vnc_mode(PRL_HANDLE h, PRL_UINT32 v)
{
    return PrlVmCfg_SetVNCMode(h, (PRL_VM_REMOTE_DISPLAY_MODE)v);
}

static const struct {
    int option;
    set_text *text;
    set_number *number;
    const struct ctl_word *words; /* the number is one of them */
} values[] = {
    { SET_NAME, PrlVmCfg_SetName, NULL, NULL },
    { SET_DESCRIPTION, PrlVmCfg_SetDescription, NULL, NULL },
    { SET_MEMSIZE, NULL, PrlVmCfg_SetRamSize, NULL },
    { SET_CPUS, NULL, PrlVmCfg_SetCpuCount, NULL },
    { SET_VIDEOSIZE, NULL, PrlVmCfg_SetVideoRamSize, NULL },
    { SET_AUTOSTART, NULL, set_autostart, starts },
    { SET_ONBOOT, NULL, set_autostart, starts },
    { SET_AUTOSTOP, NULL, set_autostop, stops },
    { SET_TEMPLATE, NULL, set_template, on_off },
    { SET_EFI, NULL, set_efi, on_off },
    { SET_NESTED, NULL, set_nested, on_off },
    { SET_VNC_MODE, NULL, set_vnc_mode, displays },
    { SET_VNC_PORT, NULL, PrlVmCfg_SetVNCPort, NULL },
    { SET_VNC_ADDRESS, PrlVmCfg_SetVNCHostName, NULL, NULL },
    { SET_VNC_PASSWD, PrlVmCfg_SetVNCPassword, NULL, NULL },
};

static int
apply_values(const struct setting *s)
{
    size_t i;

    for (i = 0; i < sizeof values / sizeof *values; i++) {
        const char *option = set_options[values[i].option].name, *value = s->args->value[values[i].option];
        PRL_UINT32 n = 0;
        PRL_RESULT ret;

        if (!value)
            continue;
        if (values[i].number && (values[i].words ? ctl_word_find(values[i].words, value, &n) : parse_number(value, &n)) < 0)
            return bad_value(option, value);
        ret = values[i].text ? values[i].text(s->vm, value) : values[i].number(s->vm, n);
        if (PRL_FAILED(ret))
            return not_accepted(option, ret);
    }
    if (s->args->value[SET_VNC_NOPASSWD])
        PrlVmCfg_SetVNCPassword(s->vm, "");
    return EXIT_OK;
}

/* ---- boot order: the devices that are named, in that order, and no others ---- */

static int
apply_boot_order(const struct setting *s)
{
    char *list = strdup(s->args->value[SET_BOOTORDER]), *save = NULL, *word;
    PRL_UINT32 n = 0, sequence = 0;
    int status = EXIT_OK;
    PRL_HANDLE hBoot;

    PrlVmCfg_GetBootDevCount(s->vm, &n);
    while (n--)
        if (PRL_SUCCEEDED(PrlVmCfg_GetBootDev(s->vm, n, &hBoot))) {
            PrlBootDev_Remove(hBoot);
            PrlHandle_Free(hBoot);
        }
    for (word = list ? strtok_r(list, " ,", &save) : NULL; word && status == EXIT_OK; word = strtok_r(NULL, " ,", &save)) {
        unsigned index;
        const struct ctl_device_kind *kind = ctl_device_parse(word, &index);
        PRL_RESULT ret;

        if (!kind) {
            status = bad_value("device-bootorder", word);
            break;
        }
        ret = PrlVmCfg_CreateBootDev(s->vm, &hBoot);
        if (PRL_FAILED(ret)) {
            status = not_accepted("device-bootorder", ret);
            break;
        }
        PrlBootDev_SetType(hBoot, kind->type);
        PrlBootDev_SetIndex(hBoot, index);
        PrlBootDev_SetSequenceIndex(hBoot, sequence++);
        PrlBootDev_SetInUse(hBoot, PRL_TRUE);
        PrlHandle_Free(hBoot);
    }
    free(list);
    return status;
}

/* ---- one device ---- */

static int
apply_place(const struct setting *s, PRL_HANDLE hDev)
{
    const char *iface = s->args->value[SET_IFACE], *position = s->args->value[SET_POSITION];
    PRL_UINT32 n;
    PRL_RESULT ret = PRL_ERR_SUCCESS;

    if (iface) {
        if (ctl_word_find(ctl_interfaces, iface, &n) < 0)
            return bad_value("iface", iface);
        ret = PrlVmDev_SetIfaceType(hDev, (PRL_MASS_STORAGE_INTERFACE_TYPE)n);
    }
    if (PRL_SUCCEEDED(ret) && position) {
        if (parse_number(position, &n) < 0)
            return bad_value("position", position);
        ret = PrlVmDev_SetStackIndex(hDev, n);
    }
    return PRL_SUCCEEDED(ret) ? EXIT_OK : not_accepted("iface", ret);
}

static PRL_RESULT
set_backing(PRL_HANDLE hDev, PRL_VM_DEV_EMULATION_TYPE how, const char *path)
{
    PRL_RESULT ret = PrlVmDev_SetEmulatedType(hDev, how);

    if (PRL_SUCCEEDED(ret) && how == PDT_USE_IMAGE_FILE)
        ret = PrlVmDev_SetImagePath(hDev, path);
    if (PRL_SUCCEEDED(ret))
        ret = PrlVmDev_SetFriendlyName(hDev, path);
    return PRL_SUCCEEDED(ret) ? PrlVmDev_SetSysName(hDev, path) : ret;
}

static int
apply_backing(const struct setting *s, PRL_HANDLE hDev)
{
    static const struct {
        int option;
        PRL_VM_DEV_EMULATION_TYPE how;
    } rows[] = {
        { SET_IMAGE, PDT_USE_IMAGE_FILE }, { SET_DEVICE, PDT_USE_REAL_DEVICE }, { SET_SOCKET, PDT_USE_SERIAL_PORT_SOCKET_MODE }, { SET_OUTPUT, PDT_USE_OUTPUT_FILE },
    };
    size_t i;

    for (i = 0; i < sizeof rows / sizeof *rows; i++) {
        const char *path = s->args->value[rows[i].option];
        PRL_RESULT ret = path ? set_backing(hDev, rows[i].how, path) : PRL_ERR_SUCCESS;

        if (PRL_FAILED(ret))
            return not_accepted(set_options[rows[i].option].name, ret);
    }
    return EXIT_OK;
}

static int
apply_adapter(const struct setting *s, PRL_HANDLE hDev)
{
    const char *type = s->args->value[SET_TYPE], *network = s->args->value[SET_NETWORK], *mac = s->args->value[SET_MAC];
    const char *card = s->args->value[SET_ADAPTER];
    PRL_UINT32 n;
    PRL_RESULT ret = PRL_ERR_SUCCESS;

    if (type) {
        if (ctl_word_find(ctl_net_types, type, &n) < 0)
            return bad_value("type", type);
        ret = PrlVmDev_SetEmulatedType(hDev, (PRL_VM_DEV_EMULATION_TYPE)n);
    }
    if (PRL_SUCCEEDED(ret) && network) {
        ret = type ? PRL_ERR_SUCCESS : PrlVmDev_SetEmulatedType(hDev, (PRL_VM_DEV_EMULATION_TYPE)PNA_BRIDGED_NETWORK);
        if (PRL_SUCCEEDED(ret))
            ret = PrlVmDevNet_SetVirtualNetworkId(hDev, network);
    }
    if (PRL_SUCCEEDED(ret) && mac)
        ret = strcmp(mac, "auto") ? PrlVmDevNet_SetMacAddress(hDev, mac) : PrlVmDevNet_GenerateMacAddr(hDev);
    if (PRL_SUCCEEDED(ret) && card) {
        if (ctl_word_find(ctl_adapters, card, &n) < 0)
            return bad_value("adapter-type", card);
        ret = PrlVmDevNet_SetAdapterType(hDev, (PRL_VM_NET_ADAPTER_TYPE)n);
    }
    return PRL_SUCCEEDED(ret) ? EXIT_OK : not_accepted("net", ret);
}

/* What the options say of a device that is there, new or old. */
static int
apply_device(const struct setting *s, PRL_HANDLE hDev, PRL_DEVICE_TYPE type)
{
    const char *const *value = s->args->value;
    int status = type == PDE_GENERIC_NETWORK_ADAPTER ? apply_adapter(s, hDev) : apply_backing(s, hDev);

    if (status == EXIT_OK)
        status = apply_place(s, hDev);
    if (status != EXIT_OK)
        return status;
    if (value[SET_ENABLE] || value[SET_DISABLE])
        PrlVmDev_SetEnabled(hDev, value[SET_ENABLE] != NULL);
    if (value[SET_CONNECT] || value[SET_DISCONNECT] || value[SET_CONNECT_DEV] || value[SET_DISCONNECT_DEV])
        PrlVmDev_SetConnected(hDev, value[SET_CONNECT] || value[SET_CONNECT_DEV]);
    return EXIT_OK;
}

/* A disk without --image, or with a size, is made; an image that is there is used as it is. */
static int
make_disk(const struct setting *s, PRL_HANDLE hDev)
{
    const char *size = s->args->value[SET_SIZE];
    PRL_UINT32 mib;

    if (s->args->value[SET_DEVICE] || (s->args->value[SET_IMAGE] && !size && !s->args->value[SET_RECREATE]))
        return EXIT_OK;
    if (size) {
        PRL_RESULT ret;

        if (parse_number(size, &mib) < 0)
            return bad_value("size", size);
        ret = PrlVmDevHd_SetDiskSize(hDev, mib);
        if (PRL_FAILED(ret))
            return not_accepted("size", ret);
    }
    return ctl_exit_status(ctl_wait(s->ctl, "Creating the disk", PrlVmDev_CreateImage(hDev, s->args->value[SET_RECREATE] != NULL, PRL_TRUE), NULL));
}

static int
add_device(const struct setting *s)
{
    const char *name = s->args->value[SET_ADD];
    const struct ctl_device_kind *kind = ctl_device_kind(name, strlen(name));
    PRL_HANDLE hDev;
    PRL_UINT32 index = 0;
    PRL_RESULT ret;
    int status;

    if (!kind)
        return bad_value("device-add", name);
    ret = PrlVmCfg_AddDefaultDeviceEx(s->vm, PRL_INVALID_HANDLE, kind->type, &hDev);
    if (PRL_FAILED(ret)) /* a kind without defaults, a floppy drive for one */
        ret = PrlVmCfg_CreateVmDev(s->vm, kind->type, &hDev);
    if (PRL_FAILED(ret))
        return not_accepted(name, ret);
    PrlVmDev_SetEnabled(hDev, PRL_TRUE);
    PrlVmDev_SetConnected(hDev, PRL_TRUE);
    status = apply_device(s, hDev, kind->type);
    if (status == EXIT_OK && kind->type == PDE_HARD_DISK)
        status = make_disk(s, hDev);
    PrlVmDev_GetIndex(hDev, &index);
    if (status == EXIT_OK)
        printf("Created %s%u\n", kind->name, index);
    PrlHandle_Free(hDev);
    return status;
}

static int
set_device(const struct setting *s, const char *name)
{
    const char *size = s->args->value[SET_SIZE];
    PRL_HANDLE hDev = ctl_device_find(s->vm, name);
    unsigned index;
    PRL_UINT32 mib;
    int status;

    if (hDev == PRL_INVALID_HANDLE)
        return EXIT_FAILED;
    status = apply_device(s, hDev, ctl_device_parse(name, &index)->type);
    if (status == EXIT_OK && size)
        status = parse_number(size, &mib) < 0
                     ? bad_value("size", size)
                     : ctl_exit_status(ctl_wait(s->ctl, "Resizing the disk", PrlVmDev_ResizeImage(hDev, mib, PACF_NON_INTERACTIVE_MODE), NULL));
    PrlHandle_Free(hDev);
    return status;
}

static int
delete_device(const struct setting *s)
{
    PRL_HANDLE hDev = ctl_device_find(s->vm, s->args->value[SET_DEL]);
    PRL_RESULT ret;

    if (hDev == PRL_INVALID_HANDLE)
        return EXIT_FAILED;
    printf("Remove the %s device.\n", s->args->value[SET_DEL]);
    ret = PrlVmDev_Remove(hDev);
    PrlHandle_Free(hDev);
    return PRL_SUCCEEDED(ret) ? EXIT_OK : not_accepted("device-del", ret);
}

static int
apply(const struct setting *s)
{
    const char *const *value = s->args->value;
    int status = apply_values(s);

    if (status == EXIT_OK && value[SET_BOOTORDER])
        status = apply_boot_order(s);
    if (status == EXIT_OK && value[SET_DEL])
        status = delete_device(s);
    if (status == EXIT_OK && value[SET_ADD])
        status = add_device(s);
    if (status == EXIT_OK && value[SET_SET])
        status = set_device(s, value[SET_SET]);
    if (status == EXIT_OK && value[SET_CONNECT_DEV])
        status = set_device(s, value[SET_CONNECT_DEV]);
    if (status == EXIT_OK && value[SET_DISCONNECT_DEV])
        status = set_device(s, value[SET_DISCONNECT_DEV]);
    return status;
}

static int
run_set(struct ctl *ctl, const struct ctl_args *args)
{
    struct setting s = { .ctl = ctl, .args = args, .vm = ctl_find(ctl, args->subject) };
    PRL_UINT32 flags = args->value[SET_DESTROY] ? PVCF_DESTROY_HDD_BUNDLE : args->value[SET_DETACH] ? PVCF_DETACH_HDD_BUNDLE : 0;
    int status;

    if (s.vm == PRL_INVALID_HANDLE)
        return EXIT_FAILED;
    status = ctl_exit_status(ctl_wait(ctl, "Failed to edit the virtual machine", PrlVm_BeginEdit(s.vm), NULL));
    if (status == EXIT_OK)
        status = apply(&s);
    if (status == EXIT_OK)
        status = ctl_exit_status(ctl_wait(ctl, "Failed to configure the virtual machine", PrlVm_CommitEx(s.vm, flags), NULL));
    if (status == EXIT_OK)
        printf("The VM has been successfully configured.\n");
    PrlHandle_Free(s.vm);
    return status;
}

const struct ctl_command ctl_set = {
    "set",
    "<ve_id|ve_name> [--name <name>] [--description <text>] [--memsize <MiB>] [--cpus <n>] [--videosize <MiB>]\n"
    "      [--autostart|--onboot <on|off|auto>] [--autostop <stop|suspend|shutdown>] [--template <yes|no>] [--efi-boot <on|off>]\n"
    "      [--nested-virt <on|off>] [--vnc-mode <off|auto|manual>] [--vnc-port <n>] [--vnc-address <address>]\n"
    "      [--vnc-passwd <password>|--vnc-nopasswd] [--device-bootorder \"<device> <device>...\"]\n"
    "      [--device-add <hdd|cdrom|fdd|net|serial|usb|sound>] [--device-set <device>] [--device-del <device> [--destroy-image|--detach-only]]\n"
    "      [--device-connect <device>] [--device-disconnect <device>] with, of the device,\n"
    "      [--image <path> [--recreate]] [--device <path>] [--size <MiB>] [--iface <ide|scsi|sata|virtio|usb>] [--position <n>]\n"
    "      [--type <host-only|shared|bridged|routed|bridge>] [--network <id>] [--mac <address|auto>] [--adapter-type <virtio|e1000|e1000e|rtl>]\n"
    "      [--socket <path>] [--output <path>] [--enable|--disable] [--connect|--disconnect]",
    true, set_options, run_set,
};
