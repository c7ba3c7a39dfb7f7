/* SPDX-License-Identifier: MIT */
/*
 * What the hard disk of a configuration really is on this host: a qcow2 or raw file, or a bundle (a directory with a descriptor). What it is
 * follows from the configuration and from being a directory, never from bytes that a guest could have written.
 *
 *   DiskType 0 plain      all of its room is taken from the start: a preallocated qcow2 file, or a bundle of plain images
 *   DiskType 1 expanding  a qcow2 file, or a bundle of expanding images
 *   DiskType 2 raw        a raw file
 */
#ifndef PRLKVM_VM_DISK_FACTS_H
#define PRLKVM_VM_DISK_FACTS_H

#include <libxml/tree.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

enum disk_kind { DISK_IS_QCOW2, DISK_IS_RAW, DISK_IS_BUNDLE };

struct disk_facts {
    enum disk_kind kind;
    uint64_t size_bytes;     /* as the guest sees it */
    bool is_plain, is_split; /* a bundle's, else as the configuration has it */
    bool is_overlay;         /* stands on another image */
    unsigned snapshots;      /* of its own */
};
/*
 * PRL_ERR_FILE_NOT_FOUND; PRL_ERR_DISK_NOT_PERMITTED: what is there cannot be what the configuration says (a raw disk whose guest wrote the
 * header of another format would be taken for that by every tool).
 */
PRL_RESULT disk_facts_get(xmlNodePtr device, const char *path, struct disk_facts *ret);
/* Room taken on the host, of a bundle that of all its files; 0: none, or nothing there. */
uint64_t disk_facts_room(const char *path);

/*
 * Does a copy of the directory make another bundle? PRL_ERR_HDD_IMAGE_COPY: a file of its own is named by an absolute path, so that both would have the same.
 */
PRL_RESULT disk_facts_can_copy_bundle(const char *path);

/* Size, DiskType and Splitted become true. False: no memory. */
bool disk_facts_record(xmlNodePtr device, const struct disk_facts *f);
/*
 * An image that was there before its device (attached, not made): what it is gets recorded once, and is never guessed again. `stored`: the
 * configuration so far, whose disks are left alone; NULL: all are new. An image that cannot be looked at is left to the start to refuse.
 */
PRL_RESULT disk_facts_attach(xmlDocPtr doc, xmlDocPtr stored, const char *home);

#endif
