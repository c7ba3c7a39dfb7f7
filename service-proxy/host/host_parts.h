/* SPDX-License-Identifier: MIT */
/*
 * The parts of the VirtuozzoHostInfo document, and small reads of /proc and /sys. Inside service-proxy/host
 * only.
 */
#ifndef PRLKVM_HOST_HOST_PARTS_H
#define PRLKVM_HOST_HOST_PARTS_H

#include <libxml/tree.h>
#include <prlsdk/PrlEnums.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* At most this many of any kind of device are listed. */
#define HOST_LIST_MAX 256

/* A file of at most 64 KiB, allocated; NULL: not there. It is never waited for. */
char *host_read_text(const char *path);
/* Its first line, trimmed, made printable. Empty when there is none. */
void host_read_line(const char *path, char *out, size_t room);
uint64_t host_read_u64(const char *path, uint64_t def);
/* The value of KEY=value or "key : value" lines, without quotes; the first one counts. False: no such key. */
bool host_find_value(const char *text, const char *key, char *out, size_t room);

/* Each adds its elements below root. False: no memory. */
bool host_add_cpu(xmlNodePtr root);
bool host_add_disks(xmlNodePtr root);
bool host_add_ports(xmlNodePtr root);
bool host_add_network(xmlNodePtr root);

PRL_CPU_HVT host_cpu_hvt(void);

#endif
