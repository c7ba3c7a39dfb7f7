/* SPDX-License-Identifier: MIT */
/*
 * QEMU and nothing else: the machine of the benchmark's VM, started and driven by the shortest code that can do it. What the service
 * takes is compared with this. Every function fails the benchmark when it cannot do its work.
 */
#ifndef PRLKVM_BENCH_BARE_QEMU_H
#define PRLKVM_BENCH_BARE_QEMU_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct bare_spec {
    uint32_t ram_mib;
    const char *disk;   /* qcow2 */
    const char *serial; /* output file */
    int ram_fd;         /* a memfd that is its RAM (bare_ram_new), or -1: RAM of its own, as QEMU has it by default */
};

struct bare_qemu {
    pid_t pid;
    int pidfd;
    int qmp; /* our end of its monitor */
    char *in;
    size_t in_len;
    size_t in_room;
};

enum bare_save {
    BARE_WITH_RAM,
    BARE_WITHOUT_RAM, /* x-ignore-shared: all but a RAM that is a memfd */
};

int bare_ram_new(uint32_t ram_mib);
/* Spawns it, until its monitor takes commands. It runs, or, is_incoming, stands and waits for bare_load. */
void bare_spawn(const struct bare_spec *spec, bool is_incoming, struct bare_qemu *ret);
void bare_stop(struct bare_qemu *q);
void bare_cont(struct bare_qemu *q);
/* The stopped machine's state into a file, by `migrate`; is_durable: fsynced too. */
void bare_save(struct bare_qemu *q, const char *path, enum bare_save mode, bool is_durable);
void bare_load(struct bare_qemu *q, const char *path, enum bare_save mode);
/* Ends it; returns when it is gone. */
void bare_quit(struct bare_qemu *q);

#endif
