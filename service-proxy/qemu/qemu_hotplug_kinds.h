/* SPDX-License-Identifier: MIT */
/* What a row of a machine stands for: told by its driver, its bus and its name. */
#ifndef PRLKVM_QEMU_QEMU_HOTPLUG_KINDS_H
#define PRLKVM_QEMU_QEMU_HOTPLUG_KINDS_H

#include "qemu_hotplug_rows.h"

/* Others sit on it, or it comes with them: it stays when they go. */
bool hot_is_controller(const struct hot_row *device);
/* It needs more than a device_add: memory locked before the start, a process beside QEMU. */
bool hot_is_of_the_start(const struct hot_row *device);
bool hot_has_medium(const struct hot_row *device); /* a CD or floppy drive */
bool hot_is_share(const struct hot_row *device); /* a shared folder */
bool hot_is_drive(const struct hot_row *device);
bool hot_is_hub(const struct hot_row *netdev);
bool hot_is_usb_bus(const char *bus);
/* Is it on a bus that takes and gives devices while it runs? */
bool hot_is_pluggable(const struct hot_rows *running, const struct hot_row *device, bool *ret_has_controller);
void hot_drive_of(const struct hot_row *device, char out[ROW_KEY]); /* "hdd1-dev": "hdd1" */
/* "hdd0-dev", or a path with it in: is this setting about that device? */
bool hot_is_setting_of(const char *setting, const char *device);
bool hot_is_one_of(const char *word, const char *const *list, size_t n);

#endif
