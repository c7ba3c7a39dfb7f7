/* SPDX-License-Identifier: MIT */
/*
 * What becomes of the elements of a domain document, and which values of them can be honoured: two tables, and the walk that refuses a document which
 * would silently run another machine than it says.
 */
#include <stdlib.h>
#include <string.h>

#include "virt_xml.h"

#define MOST_DEPTH 8

/* `in` is the element around it. What is in no row is none of ours, and kept. */
static const struct {
    const char *in, *name;
    enum virt_element what;
} elements[] = {
    { "domain", "name", VIRT_OURS },
    { "domain", "uuid", VIRT_OURS },
    { "domain", "description", VIRT_OURS },
    { "domain", "memory", VIRT_OURS },
    { "domain", "currentMemory", VIRT_OURS },
    { "domain", "vcpu", VIRT_OURS },
    { "domain", "os", VIRT_OURS },
    { "domain", "on_poweroff", VIRT_OURS },
    { "domain", "on_reboot", VIRT_OURS },
    { "domain", "on_crash", VIRT_OURS },
    { "domain", "devices", VIRT_OURS },
    { "domain", "cpu", VIRT_HONOURED },
    { "domain", "cputune", VIRT_OURS },
    { "domain", "numatune", VIRT_OURS },
    { "domain", "features", VIRT_HONOURED },
    { "domain", "clock", VIRT_HONOURED },
    { "domain", "bootloader", VIRT_REFUSED }, /* another hypervisor's, as is the next */
    { "domain", "bootloader_args", VIRT_REFUSED },
    { "domain", "blkiotune", VIRT_REFUSED },
    { "domain", "memtune", VIRT_REFUSED },
    { "domain", "maxMemory", VIRT_REFUSED },
    { "domain", "sysinfo", VIRT_REFUSED },
    { "domain", "genid", VIRT_REFUSED },
    { "domain", "idmap", VIRT_REFUSED },
    { "domain", "keywrap", VIRT_REFUSED },
    { "domain", "launchSecurity", VIRT_REFUSED },

    { "os", "kernel", VIRT_REFUSED }, /* machines here start from their disks */
    { "os", "initrd", VIRT_REFUSED },
    { "os", "cmdline", VIRT_REFUSED },
    { "os", "dtb", VIRT_REFUSED },
    { "os", "init", VIRT_REFUSED },
    { "os", "acpi", VIRT_REFUSED },

    { "memoryBacking", "hugepages", VIRT_REFUSED },
    { "memoryBacking", "locked", VIRT_REFUSED },

    { "cpu", "numa", VIRT_REFUSED },
    { "cpu", "cache", VIRT_REFUSED },
    { "cpu", "maxphysaddr", VIRT_REFUSED },

    { "cputune", "vcpupin", VIRT_REFUSED },
    { "cputune", "emulatorpin", VIRT_REFUSED },
    { "cputune", "iothreadpin", VIRT_REFUSED },
    { "cputune", "period", VIRT_REFUSED }, /* of one processor each: the limit here is on all of them */
    { "cputune", "quota", VIRT_REFUSED },
    { "cputune", "emulator_period", VIRT_REFUSED },
    { "cputune", "emulator_quota", VIRT_REFUSED },
    { "cputune", "iothread_period", VIRT_REFUSED },
    { "cputune", "iothread_quota", VIRT_REFUSED },
    { "cputune", "vcpusched", VIRT_REFUSED },
    { "cputune", "iothreadsched", VIRT_REFUSED },
    { "cputune", "emulatorsched", VIRT_REFUSED },
    { "cputune", "cachetune", VIRT_REFUSED },
    { "cputune", "memorytune", VIRT_REFUSED },
    { "numatune", "memnode", VIRT_REFUSED },

    { "features", "kvm", VIRT_REFUSED },
    { "features", "xen", VIRT_REFUSED },
    { "features", "gic", VIRT_REFUSED },
    { "features", "hpt", VIRT_REFUSED },
    { "features", "capabilities", VIRT_REFUSED },
    { "features", "tcg", VIRT_REFUSED },
    { "features", "vmcoreinfo", VIRT_REFUSED },
    { "features", "msrs", VIRT_REFUSED },

    { "devices", "emulator", VIRT_KEPT }, /* the service chooses the program */
    { "devices", "disk", VIRT_OURS },
    { "devices", "interface", VIRT_OURS },
    { "devices", "serial", VIRT_OURS },
    { "devices", "console", VIRT_OURS },
    { "devices", "parallel", VIRT_OURS },
    { "devices", "graphics", VIRT_OURS },
    { "devices", "video", VIRT_OURS },
    { "devices", "sound", VIRT_OURS },
    { "devices", "controller", VIRT_OURS },
    { "devices", "hostdev", VIRT_OURS },
    { "devices", "memballoon", VIRT_OURS },
    { "devices", "filesystem", VIRT_HONOURED },
    { "devices", "tpm", VIRT_HONOURED },
    { "devices", "rng", VIRT_HONOURED },
    { "devices", "channel", VIRT_HONOURED },
    { "devices", "panic", VIRT_KEPT }, /* every machine has one */
    { "devices", "input", VIRT_KEPT }, /* and a keyboard and a pointer */
    { "devices", "audio", VIRT_KEPT },
    { "devices", "hub", VIRT_KEPT },
    { "devices", "lease", VIRT_REFUSED },
    { "devices", "redirdev", VIRT_REFUSED },
    { "devices", "redirfilter", VIRT_REFUSED },
    { "devices", "smartcard", VIRT_REFUSED },
    { "devices", "watchdog", VIRT_REFUSED },
    { "devices", "nvram", VIRT_REFUSED },
    { "devices", "shmem", VIRT_REFUSED },
    { "devices", "memory", VIRT_REFUSED },
    { "devices", "iommu", VIRT_REFUSED },
    { "devices", "vsock", VIRT_REFUSED },
    { "devices", "crypto", VIRT_REFUSED },

    { "disk", "shareable", VIRT_REFUSED },
    { "disk", "transient", VIRT_REFUSED },
    { "disk", "encryption", VIRT_REFUSED },
    { "disk", "geometry", VIRT_REFUSED },
    { "disk", "mirror", VIRT_REFUSED },
    { "disk", "auth", VIRT_REFUSED },
    { "disk", "wwn", VIRT_REFUSED },
    { "disk", "vendor", VIRT_REFUSED },
    { "disk", "product", VIRT_REFUSED },
    { "source", "encryption", VIRT_REFUSED },
    { "source", "slices", VIRT_REFUSED },
    { "source", "reservations", VIRT_REFUSED },
    { "iotune", "read_bytes_sec", VIRT_REFUSED }, /* limits here are on both directions together */
    { "iotune", "write_bytes_sec", VIRT_REFUSED },
    { "iotune", "read_iops_sec", VIRT_REFUSED },
    { "iotune", "write_iops_sec", VIRT_REFUSED },
    { "iotune", "group_name", VIRT_REFUSED },
    { "interface", "bandwidth", VIRT_REFUSED },
    { "interface", "vlan", VIRT_REFUSED },
    { "interface", "virtualport", VIRT_REFUSED },
    { "interface", "filterref", VIRT_REFUSED },
    { "interface", "mtu", VIRT_REFUSED },
    { "interface", "rom", VIRT_REFUSED },
    { "interface", "guest", VIRT_REFUSED },
    { "interface", "script", VIRT_REFUSED },
    { "interface", "teaming", VIRT_REFUSED },
    { "interface", "ip", VIRT_REFUSED },
    { "rng", "rate", VIRT_REFUSED },
    { "hostdev", "rom", VIRT_REFUSED },
    { "hostdev", "teaming", VIRT_REFUSED },
};

/* Values that can be honoured, of an attribute or (no attribute) of the element's text. What is not said is as it always is. */
static const struct {
    const char *in, *name, *attribute, *values;
} values[] = {
    { "domain", "on_poweroff", NULL, "destroy" },
    { "domain", "on_reboot", NULL, "destroy restart" },
    { "domain", "on_crash", NULL, "destroy restart preserve" },
    { "domain", "clock", "offset", "utc localtime variable" },
    { "domain", "clock", "basis", "utc" },
    { "domain", "cpu", "mode", "custom host-model host-passthrough maximum" },
    { "domain", "vcpu", "placement", "static" },
    { "os", "smbios", "mode", "emulate" },
    { "os", "loader", "type", "rom pflash" },
    { "os", "bootmenu", "enable", "yes no" },
    { "cpu", "topology", "threads", "1" },
    { "cpu", "topology", "dies", "1" },
    { "numatune", "memory", "mode", "strict" },
    { "numatune", "memory", "placement", "static" },
    { "memoryBacking", "source", "type", "memfd anonymous" },
    { "memoryBacking", "allocation", "mode", "ondemand" },
    { "features", "smm", "state", "on off" },
    { "features", "pmu", "state", "on off" },
    { "devices", "disk", "type", "file block" },
    { "devices", "disk", "device", "disk cdrom floppy" },
    { "devices", "interface", "type", "user network bridge" },
    { "devices", "serial", "type", "file unix dev tcp udp pty null" },
    { "devices", "console", "type", "file unix dev tcp udp pty null" },
    { "devices", "parallel", "type", "file unix dev tcp udp null" },
    { "devices", "graphics", "type", "vnc" },
    { "devices", "sound", "model", "ich6 ich9 ac97 sb16" },
    { "devices", "memballoon", "model", "virtio none" },
    { "devices", "panic", "model", "isa" },
    { "devices", "input", "type", "mouse tablet keyboard" },
    { "devices", "input", "bus", "ps2 usb" },
    { "devices", "tpm", "model", "tpm-crb" },
    { "devices", "filesystem", "type", "mount" },
    { "devices", "filesystem", "accessmode", "passthrough" },
    { "devices", "hostdev", "mode", "subsystem" },
    { "devices", "hostdev", "type", "usb pci" },
    { "devices", "controller", "type", "ide sata scsi fdc usb pci virtio-serial" },
    { "devices", "rng", "model", "virtio virtio-transitional virtio-non-transitional" },
    { "rng", "backend", "model", "random builtin" },
    { "devices", "channel", "type", "unix null pty" },
    { "channel", "target", "type", "virtio" },
    { "channel", "source", "mode", "bind" },
    { "tpm", "backend", "type", "emulator" },
    { "tpm", "backend", "version", "2.0" },
    { "filesystem", "driver", "type", "virtiofs" },
    { "video", "model", "type", "vga cirrus virtio qxl vmvga bochs" },
    { "console", "target", "type", "serial" },
    { "graphics", "listen", "type", "address" },
};

enum virt_element
virt_element_of(const char *in, const char *name)
{
    for (size_t i = 0; i < sizeof elements / sizeof *elements; i++)
        if (strcmp(elements[i].name, name) == 0 && strcmp(elements[i].in, in) == 0)
            return elements[i].what;
    return VIRT_KEPT;
}

/* Is `word` one of the words of `list`? */
static bool
is_listed(const char *word, const char *list)
{
    size_t len = strlen(word);

    for (const char *at = list; (at = strstr(at, word)) && len > 0; at += len)
        if ((at == list || at[-1] == ' ') && (at[len] == ' ' || at[len] == '\0'))
            return true;
    return false;
}

static bool
check_values(virConnectPtr conn, xmlNodePtr node, const char *in)
{
    const char *name = (const char *)node->name;

    for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
        AUTO(cleanup_free) char *value = NULL;

        if (strcmp(values[i].name, name) != 0 || strcmp(values[i].in, in) != 0)
            continue;
        value = values[i].attribute ? virt_attr(node, NULL, values[i].attribute) : xml_get(node, "");
        if (value && !is_listed(value, values[i].values)) {
            virt_raise(conn, NULL, VIR_FROM_XML, VIR_ERR_XML_ERROR, name, "element <%s> of <%s>: its %s must be one of: %s", name, in,
                       values[i].attribute ? values[i].attribute : "value", values[i].values);
            return false;
        }
    }
    return true;
}

static bool
check_below(virConnectPtr conn, xmlNodePtr parent, int depth)
{
    const char *in = (const char *)parent->name;

    for (xmlNodePtr at = xmlFirstElementChild(parent); at; at = xmlNextElementSibling(at)) {
        const char *name = (const char *)at->name;

        if (at->ns || strcmp(name, "metadata") == 0)
            continue;
        if (virt_element_of(in, name) == VIRT_REFUSED) {
            virt_raise(conn, NULL, VIR_FROM_XML, VIR_ERR_NO_SUPPORT, name, "element <%.64s> of <%s> cannot be honoured here", name, in);
            return false;
        }
        if (!check_values(conn, at, in) || (depth < MOST_DEPTH && !check_below(conn, at, depth + 1)))
            return false;
    }
    return true;
}

bool
virt_xml_check(virConnectPtr conn, xmlNodePtr domain)
{
    return check_below(conn, domain, 0);
}
