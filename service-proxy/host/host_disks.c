/* SPDX-License-Identifier: MIT */
/* Disks, optical drives and serial ports, as /sys has them: nothing is opened. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "host_parts.h"

#define BLOCK "/sys/block"
#define SECTOR_BYTES 512 /* what /sys counts in, whatever the disk has */

CLEANUP_FOR(closedir, DIR *)

static xmlNodePtr
add_element(xmlNodePtr parent, const char *name)
{
    return xmlNewChild(parent, NULL, (const xmlChar *)name, NULL);
}

/* Made by software of this host: no disks of its own. */
static bool
is_virtual(const char *name)
{
    static const char *const stems[] = { "loop", "ram", "zram", "nbd", "dm-", "md" };

    for (size_t i = 0; i < ARRAY_LEN(stems); i++)
        if (strncmp(name, stems[i], strlen(stems[i])) == 0)
            return true;
    return false;
}

static uint64_t
size_bytes(const char *block_dir)
{
    AUTO(cleanup_free) char *path = path_join(block_dir, "size");

    return path ? host_read_u64(path, 0) * SECTOR_BYTES : 0;
}

/* The names of a directory, sorted, so that two documents of one host are alike. */
static int
read_names(const char *dir, struct dirent ***ret)
{
    int n = scandir(dir, ret, NULL, alphasort);

    return n < 0 ? 0 : n;
}

static void
free_names(struct dirent **names, int n)
{
    for (int i = 0; i < n; i++)
        free(names[i]);
    free(names);
}

static bool
set_device(xmlNodePtr device, const char *shown, const char *id)
{
    return xml_set(device, "Name", shown) && xml_set(device, "Uuid", id) && xml_set_u64(device, "DeviceState", 0);
}

/* ---- hard disks ---- */

static bool
is_mounted(const char *mounts, const char *device)
{
    size_t n = strlen(device);

    for (const char *line = mounts; line && *line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, device, n) == 0 && line[n] == ' ')
            return true;
    }
    return false;
}

static bool
add_partition(xmlNodePtr disk, const char *disk_dir, const char *name, const char *mounts)
{
    AUTO(cleanup_free) char *dir = path_join(disk_dir, name);
    AUTO(cleanup_free) char *number_path = dir ? path_join(dir, "partition") : NULL;
    AUTO(cleanup_free) char *device = str_printf("/dev/%s", name);
    uint64_t number = number_path ? host_read_u64(number_path, 0) : 0;
    xmlNodePtr part;

    if (!number_path || !device)
        return false;
    if (!number)
        return true; /* not a partition */
    part = add_element(disk, "Partition");
    return part && xml_set(part, "Name", name) && xml_set(part, "SystemName", device)
           && xml_set_u64(part, "Size", size_bytes(dir)) && xml_set_u64(part, "Index", number)
           && xml_set_u64(part, "Type", 0) && xml_set_u64(part, "Logical", 0) && xml_set_u64(part, "Active", 0)
           && xml_set_u64(part, "InUse", is_mounted(mounts, device));
}

static bool
add_partitions(xmlNodePtr disk, const char *disk_dir, const char *disk_name, const char *mounts)
{
    struct dirent **names = NULL;
    int n = read_names(disk_dir, &names);
    bool is_good = true;

    for (int i = 0; i < n && i < HOST_LIST_MAX && is_good; i++)
        if (strncmp(names[i]->d_name, disk_name, strlen(disk_name)) == 0)
            is_good = add_partition(disk, disk_dir, names[i]->d_name, mounts);
    free_names(names, n);
    return is_good;
}

static bool
add_hard_disk(xmlNodePtr list, const char *name, unsigned index, const char *mounts)
{
    AUTO(cleanup_free) char *dir = path_join(BLOCK, name);
    AUTO(cleanup_free) char *model_path = dir ? path_join(dir, "device/model") : NULL;
    AUTO(cleanup_free) char *device = str_printf("/dev/%s", name);
    char model[128];
    xmlNodePtr disk;

    if (!model_path || !device)
        return false;
    host_read_line(model_path, model, sizeof model);
    disk = add_element(list, "HardDisk");
    return disk && set_device(disk, model[0] ? model : name, device) && xml_set_u64(disk, "Size", size_bytes(dir))
           && xml_set_u64(disk, "Index", index) && add_partitions(disk, dir, name, mounts);
}

static bool
add_optical(xmlNodePtr list, const char *name)
{
    AUTO(cleanup_free) char *model_path = str_printf(BLOCK "/%s/device/model", name);
    AUTO(cleanup_free) char *device = str_printf("/dev/%s", name);
    char model[128];
    xmlNodePtr drive;

    if (!model_path || !device)
        return false;
    host_read_line(model_path, model, sizeof model);
    drive = add_element(list, "CdROM");
    return drive && set_device(drive, model[0] ? model : name, device);
}

bool
host_add_disks(xmlNodePtr root)
{
    AUTO(cleanup_free) char *mounts = host_read_text("/proc/self/mounts");
    xmlNodePtr disks = add_element(root, "HardDisks"), floppies = add_element(root, "FloppyDisks");
    xmlNodePtr opticals = add_element(root, "CdROMs");
    struct dirent **names = NULL;
    int n = read_names(BLOCK, &names);
    unsigned index = 0;
    bool is_good = disks && floppies && opticals;

    for (int i = 0; i < n && index < HOST_LIST_MAX && is_good; i++) {
        const char *name = names[i]->d_name;

        if (name[0] == '.' || is_virtual(name))
            continue;
        if (strncmp(name, "sr", 2) == 0)
            is_good = add_optical(opticals, name);
        else if (strncmp(name, "fd", 2) == 0)
            continue; /* controllers answer for drives that are not there */
        else
            is_good = add_hard_disk(disks, name, index++, mounts);
    }
    free_names(names, n);
    return is_good;
}

/* ---- ports ---- */

/* A name without a chip behind it has type 0. */
static bool
add_serial(xmlNodePtr list, const char *name)
{
    AUTO(cleanup_free) char *type_path = str_printf("/sys/class/tty/%s/type", name);
    AUTO(cleanup_free) char *device = str_printf("/dev/%s", name);
    xmlNodePtr port;

    if (!type_path || !device)
        return false;
    if (!host_read_u64(type_path, 0))
        return true;
    port = add_element(list, "SerialPort");
    return port && set_device(port, device, device);
}

bool
host_add_ports(xmlNodePtr root)
{
    xmlNodePtr ports = add_element(root, "SerialPorts");
    struct dirent **names = NULL;
    int n = read_names("/sys/class/tty", &names);
    bool is_good = ports && add_element(root, "ParallelPorts") && add_element(root, "Printers")
                   && add_element(root, "UsbDevices") && xml_make(root, "SoundDevices/OutputDevices")
                   && xml_make(root, "SoundDevices/MixerDevices") && add_element(root, "GenericPciDevices")
                   && add_element(root, "GenericScsiDevices");

    for (int i = 0; i < n && i < 8 * HOST_LIST_MAX && is_good; i++)
        if (strncmp(names[i]->d_name, "ttyS", 4) == 0)
            is_good = add_serial(ports, names[i]->d_name);
    free_names(names, n);
    return is_good;
}
