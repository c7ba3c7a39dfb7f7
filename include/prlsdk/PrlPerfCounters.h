/* SPDX-License-Identifier: MIT */
/*
 * PrlPerfCounters.h: names of performance counters, as PrlVm_SubscribeToPerfStats and
 * PrlVm_GetPerfStats filter them and as the event parameters that answer are named.
 *
 * A # stands for the number of the device, from 0; the caller puts it in.
 */

#ifndef PRL_PERF_COUNTERS_H
#define PRL_PERF_COUNTERS_H

/* Disks: requests are a count, totals are bytes. */
#define PRL_IDE_READ_REQUESTS_PTRN   "devices.ide#.read_requests"
#define PRL_IDE_READ_TOTAL_PTRN      "devices.ide#.read_total"
#define PRL_IDE_WRITE_REQUESTS_PTRN  "devices.ide#.write_requests"
#define PRL_IDE_WRITE_TOTAL_PTRN     "devices.ide#.write_total"
#define PRL_SCSI_READ_REQUESTS_PTRN  "devices.scsi#.read_requests"
#define PRL_SCSI_READ_TOTAL_PTRN     "devices.scsi#.read_total"
#define PRL_SCSI_WRITE_REQUESTS_PTRN "devices.scsi#.write_requests"
#define PRL_SCSI_WRITE_TOTAL_PTRN    "devices.scsi#.write_total"
#define PRL_SATA_READ_REQUESTS_PTRN  "devices.sata#.read_requests"
#define PRL_SATA_READ_TOTAL_PTRN     "devices.sata#.read_total"
#define PRL_SATA_WRITE_REQUESTS_PTRN "devices.sata#.write_requests"
#define PRL_SATA_WRITE_TOTAL_PTRN    "devices.sata#.write_total"

/* Network adapters: packets are a count, the rest bytes. */
#define PRL_NET_PKTS_IN_PTRN   "net.nic#.pkts_in"
#define PRL_NET_PKTS_OUT_PTRN  "net.nic#.pkts_out"
#define PRL_NET_BYTES_IN_PTRN  "net.nic#.bytes_in"
#define PRL_NET_BYTES_OUT_PTRN "net.nic#.bytes_out"

/* Traffic accounted by network class. */
#define PRL_NET_CLASSFUL_TRAFFIC_PTRN      "net.classful.traffic"
#define PRL_NET_CLASSFUL_TRAFFIC_IPV4_PTRN "net.classful.traffic.ipv4"
#define PRL_NET_CLASSFUL_TRAFFIC_IPV6_PTRN "net.classful.traffic.ipv6"

/*
 * Processor of the virtual machine: percent of the host; nanoseconds since the last sample, of the guest
 * and of the whole process that runs it; nanoseconds of each virtual processor since the start.
 */
#define PRL_GUEST_CPU_USAGE_PTRN "guest.cpu.usage"
#define PRL_GUEST_CPU_TIME_PTRN  "guest.cpu.time"
#define PRL_HOST_CPU_TIME_PTRN   "host.cpu.time"
#define PRL_GUEST_VCPU_TIME_PTRN "guest.vcpu#.time"

/* Memory of the guest: MiB; swapping in pages of 4 KiB. What the guest alone knows needs the guest tools. */
#define PRL_GUEST_RAM_USAGE_PTRN     "guest.ram.usage"
#define PRL_GUEST_RAM_CACHED_PTRN    "guest.ram.cached"
#define PRL_GUEST_RAM_TOTAL_PTRN     "guest.ram.total"
#define PRL_GUEST_RAM_SWAP_IN        "guest.ram.swap_in"
#define PRL_GUEST_RAM_SWAP_OUT       "guest.ram.swap_out"
#define PRL_GUEST_RAM_MINOR_FAULT    "guest.ram.minor_fault"
#define PRL_GUEST_RAM_MAJOR_FAULT    "guest.ram.major_fault"
#define PRL_GUEST_RAM_BALLOON_ACTUAL "guest.ram.balloon_actual"
#define PRL_GUEST_RAM_AVAILABLE      "guest.ram.available"

/* File systems of the guest (needs the guest tools). */
#define PRL_GUEST_FS_NAME_PTRN        "guest.fs#.name"
#define PRL_GUEST_FS_TOTAL_SPACE_PTRN "guest.fs#.total"
#define PRL_GUEST_FS_FREE_SPACE_PTRN  "guest.fs#.free"
#define PRL_GUEST_FS_DISK_INDEX_PTRN  "guest.fs#.disk.#"

#endif /* PRL_PERF_COUNTERS_H */
