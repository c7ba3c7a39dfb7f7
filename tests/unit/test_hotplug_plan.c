/* SPDX-License-Identifier: MIT */
/* qemu/qemu_hotplug_plan: from what runs to what shall run, as a list of steps; qemu/qemu_hotplug_adopt: a state into a changed configuration. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "qemu/qemu_hotplug.h"

#define SCSI "-device {\"driver\":\"virtio-scsi-pci\",\"id\":\"scsi\",\"bus\":\"pcie.0\",\"addr\":\"0x3\"}"
#define PORT "-device {\"driver\":\"pcie-root-port\",\"id\":\"hotplug0\",\"bus\":\"pcie.0\",\"addr\":\"0x2.0x0\"}"
#define DISK(n, more) "-device {\"driver\":\"scsi-hd\",\"id\":\"hdd" n "-dev\",\"bus\":\"scsi.0\",\"drive\":\"hdd" n "\"" more "}"
#define NODES(n, file)                                                                             \
    "-blockdev {\"driver\":\"file\",\"node-name\":\"hdd" n "-file\",\"filename\":\"" file "\"}",   \
        "-blockdev {\"driver\":\"qcow2\",\"node-name\":\"hdd" n "\",\"file\":\"hdd" n "-file\"}"
#define NODES_1(file)                                                                              \
    "-blockdev {\"driver\":\"file\",\"node-name\":\"hdd1-file\",\"filename\":\"" file "\"} "   \
    "-blockdev {\"driver\":\"qcow2\",\"node-name\":\"hdd1\",\"file\":\"hdd1-file\"}"
#define CD(drive) "-device {\"driver\":\"scsi-cd\",\"id\":\"cd0-dev\",\"bus\":\"scsi.0\"" drive "}"
#define BUNDLE(number, path)                                                                                                               \
    "-blockdev {\"driver\":\"nbd\",\"node-name\":\"hdd0-file\",\"server\":{\"type\":\"fd\",\"str\":\"" number "\"},\"export\":\"" path "\"}"
#define CD_NODES(file)                                                                             \
    "-blockdev {\"driver\":\"file\",\"node-name\":\"cd0-file\",\"filename\":\"" file "\"}",        \
        "-blockdev {\"driver\":\"raw\",\"node-name\":\"cd0\",\"file\":\"cd0-file\"}"
#define NIC(bus, mac) "-device {\"driver\":\"virtio-net-pci\",\"id\":\"net0-dev\",\"bus\":\"" bus "\",\"mac\":\"" mac "\",\"netdev\":\"net0\"}"
#define USER(more) "-netdev {\"type\":\"user\",\"id\":\"net0\"" more "}"
#define HUB "-netdev {\"type\":\"hubport\",\"id\":\"net0\",\"hubid\":0}"
#define CABLE_OUT "@set_link {\"name\":\"net0-dev\",\"up\":false}"
#define SHARE(n, id, bus) "-device {\"driver\":\"vhost-user-fs-pci\",\"id\":\"share" n "-dev\",\"bus\":\"" bus "\",\"chardev\":\"" id "\",\"tag\":\"t" n "\"}"
#define FOLDER(id, path) "@share {\"id\":\"" id "\",\"path\":\"" path "\",\"read-only\":false}"
#define RAM(share) "-object {\"qom-type\":\"memory-backend-file\",\"id\":\"ram0\",\"share\":" share "}"
#define DIMM "-object {\"qom-type\":\"memory-backend-ram\",\"id\":\"dimm0\",\"size\":134217728}"
#define IOPS(n) "@block_set_io_throttle {\"id\":\"hdd0-dev\",\"iops\":" n "}"

#define ROWS 12
#define STOP PRL_ERR_VM_MUST_BE_STOPPED_FOR_CHANGE_DEVICES

/* stored empty: what runs is stored. steps: the commands, a blank between; NULL with a refusal. */
static const struct {
    const char *name, *running[ROWS], *stored[ROWS], *next[ROWS];
    PRL_RESULT rc;
    const char *steps;
    bool needs_restart;
} cases[] = {
    { "nothing", { SCSI, DISK("0", "") }, { 0 }, { SCSI, DISK("0", "") }, 0, "", false },
    { "a disk", { SCSI }, { 0 }, { SCSI, NODES("0", "/a"), DISK("0", "") }, 0, "plug-nodes device_add", false },
    { "a disk with a limit", { SCSI }, { 0 }, { SCSI, NODES("0", "/a"), DISK("0", ""), IOPS("5") }, 0,
      "plug-nodes device_add block_set_io_throttle", false },
    { "no disk", { SCSI, NODES("0", "/a"), DISK("0", ""), IOPS("5") }, { 0 }, { SCSI }, 0, "unplug drop-nodes", false },
    { "the last disk leaves its controller", { SCSI, NODES("0", "/a"), DISK("0", "") }, { 0 }, { PORT }, 0, "unplug drop-nodes", true },
    { "a disk without a controller", { PORT }, { 0 }, { SCSI, NODES("0", "/a"), DISK("0", "") }, STOP, NULL, false },
    { "another image", { SCSI, NODES("0", "/a"), DISK("0", "") }, { 0 }, { SCSI, NODES("0", "/b"), DISK("0", "") }, STOP, NULL, false },
    { "an overlay that the configuration knows", { SCSI, NODES("0", "/a"), DISK("0", "") }, { SCSI, NODES("0", "/b"), DISK("0", "") },
      { SCSI, NODES("0", "/b"), DISK("0", ""), IOPS("5") }, 0, "block_set_io_throttle", false },
    { "another serial number", { SCSI, DISK("0", "") }, { 0 }, { SCSI, DISK("0", ",\"serial\":\"x\"") }, STOP, NULL, false },
    { "another place in the order of booting", { SCSI, DISK("0", ",\"bootindex\":1") }, { 0 }, { SCSI, DISK("0", ",\"bootindex\":2") }, 0, "", true },
    { "what was left for the next start", { SCSI, DISK("0", ",\"bootindex\":1") }, { SCSI, DISK("0", ",\"bootindex\":2") },
      { SCSI, DISK("0", ",\"bootindex\":2"), CD("") }, 0, "plug-nodes device_add", false },
    { "another limit", { DISK("0", ""), IOPS("5") }, { 0 }, { DISK("0", ""), IOPS("6") }, 0, "block_set_io_throttle", false },
    { "no limit", { DISK("0", ""), IOPS("5") }, { 0 }, { DISK("0", "") }, 0, "block_set_io_throttle", false },
    { "a disc", { SCSI, CD("") }, { 0 }, { SCSI, CD_NODES("/a"), CD(",\"drive\":\"cd0\"") }, 0, "change-medium", false },
    { "another disc", { SCSI, CD_NODES("/a"), CD(",\"drive\":\"cd0\"") }, { 0 }, { SCSI, CD_NODES("/b"), CD(",\"drive\":\"cd0\"") }, 0,
      "change-medium", false },
    { "no disc", { SCSI, CD_NODES("/a"), CD(",\"drive\":\"cd0\"") }, { 0 }, { SCSI, CD("") }, 0, "change-medium", false },
    { "an adapter into a port", { PORT }, { 0 }, { PORT, USER(""), NIC("hotplug0", "1") }, 0, "netdev_add device_add", false },
    { "an adapter onto the root bus", { PORT }, { 0 }, { PORT, USER(""), NIC("pcie.0", "1") }, STOP, NULL, false },
    { "an adapter out of a port", { PORT, USER(""), NIC("hotplug0", "1") }, { 0 }, { PORT }, 0, "unplug netdev_del", false },
    { "an adapter off the root bus", { PORT, USER(""), NIC("pcie.0", "1") }, { 0 }, { PORT }, STOP, NULL, false },
    { "another MAC", { USER(""), NIC("pcie.0", "1") }, { 0 }, { USER(""), NIC("pcie.0", "2") }, STOP, NULL, false },
    { "another network", { USER(""), NIC("pcie.0", "1") }, { 0 }, { USER(",\"restrict\":true"), NIC("pcie.0", "1") }, 0, "", true },
    { "the cable out", { USER(""), NIC("pcie.0", "1") }, { 0 }, { HUB, NIC("pcie.0", "1"), CABLE_OUT }, 0, "set_link", false },
    { "the cable in again", { USER(""), NIC("pcie.0", "1"), CABLE_OUT }, { HUB, NIC("pcie.0", "1"), CABLE_OUT }, { USER(""), NIC("pcie.0", "1") }, 0,
      "set_link", false },
    { "the cable into another network", { USER(""), NIC("pcie.0", "1"), CABLE_OUT }, { HUB, NIC("pcie.0", "1"), CABLE_OUT },
      { USER(",\"restrict\":true"), NIC("pcie.0", "1") }, 0, "", true },
    { "the first cable", { HUB, NIC("pcie.0", "1"), CABLE_OUT }, { 0 }, { USER(""), NIC("pcie.0", "1") }, 0, "netdev_add netdev_add set_link", false },
    { "processors", { "-smp cpus=1,maxcpus=8,sockets=8,cores=1,threads=1" }, { 0 }, { "-smp cpus=3,maxcpus=8,sockets=8,cores=1,threads=1" }, 0,
      "plug-cpus", false },
    { "processors, arranged in another way from the next start on", { "-smp cpus=1,maxcpus=8,sockets=8,cores=1,threads=1" }, { 0 },
      { "-smp cpus=2,maxcpus=8,sockets=4,cores=2,threads=1" }, 0, "plug-cpus", false },
    { "half a socket", { "-smp cpus=2,maxcpus=8,sockets=4,cores=2,threads=1" }, { 0 }, { "-smp cpus=3,maxcpus=6,sockets=2,cores=3,threads=1" }, STOP,
      NULL, false },
    { "fewer processors", { "-smp cpus=3,maxcpus=8,sockets=8,cores=1,threads=1" }, { 0 },
      { "-smp cpus=1,maxcpus=8,sockets=8,cores=1,threads=1" }, STOP, NULL, false },
    { "more cores", { "-smp cpus=2,maxcpus=8,sockets=8,cores=1,threads=1" }, { 0 }, { "-smp cpus=2,maxcpus=8,sockets=4,cores=2,threads=1" }, STOP,
      NULL, false },
    { "processors of a fixed number", { "-smp cpus=1,sockets=1,cores=1,threads=1" }, { 0 }, { "-smp cpus=2,sockets=1,cores=2,threads=1" }, STOP, NULL,
      false },
    { "memory", { "-m size=1024M,slots=4,maxmem=4096M" }, { 0 }, { "-m size=1280M,slots=4,maxmem=4096M" }, 0, "object-add device_add", false },
    { "an odd amount of it", { "-m size=1024M,slots=4,maxmem=4096M" }, { 0 }, { "-m size=1100M,slots=4,maxmem=4096M" }, STOP, NULL, false },
    { "less of it", { "-m size=1024M,slots=4,maxmem=4096M" }, { 0 }, { "-m size=896M,slots=4,maxmem=4096M" }, STOP, NULL, false },
    { "another machine", { "-machine pc-q35-7.2" }, { 0 }, { "-machine pc-q35-6.2" }, STOP, NULL, false },
    { "a shared folder", { PORT, RAM("true") }, { 0 }, { PORT, RAM("true"), SHARE("0", "s0", "hotplug0"), FOLDER("s0", "/a") }, 0,
      "share-start device_add", false },
    { "a shared folder without a place", { PORT, RAM("true") }, { 0 }, { PORT, RAM("true"), SHARE("0", "s0", "port1c.0"), FOLDER("s0", "/a") }, 0, "",
      true },
    { "a shared folder, memory that cannot be shared", { PORT, RAM("false") }, { 0 }, { PORT, RAM("false"), SHARE("0", "s0", "hotplug0"), FOLDER("s0", "/a") },
      0, "", true },
    { "a shared folder, memory that was added", { PORT, RAM("true"), DIMM }, { 0 },
      { PORT, RAM("true"), DIMM, SHARE("0", "s0", "hotplug0"), FOLDER("s0", "/a") }, 0, "", true },
    { "no shared folder", { PORT, RAM("true"), SHARE("0", "s0", "hotplug0"), FOLDER("s0", "/a") }, { 0 }, { PORT, RAM("true") }, 0, "unplug share-end",
      false },
    { "another folder", { PORT, RAM("true"), SHARE("0", "s0", "hotplug0"), FOLDER("s0", "/a") }, { 0 },
      { PORT, RAM("true"), SHARE("0", "s1", "hotplug0"), FOLDER("s1", "/b") }, 0, "unplug share-end share-start device_add", false },
    { "one of two folders", { PORT, RAM("true"), SHARE("0", "s0", "hotplug0"), FOLDER("s0", "/a"), SHARE("1", "s1", "hotplug1"), FOLDER("s1", "/b") }, { 0 },
      { PORT, RAM("true"), SHARE("1", "s1", "hotplug1"), FOLDER("s1", "/b") }, 0, "unplug share-end", false },
    { "a folder that the guest let go of late", { PORT, RAM("true"), FOLDER("s0", "/a") },
      { PORT, RAM("true"), SHARE("0", "s0", "hotplug0"), FOLDER("s0", "/a") }, { PORT, RAM("true") }, 0, "share-end", false },
    { "more memory under a shared folder", { "-m size=1024M,slots=4,maxmem=4096M", SHARE("0", "s0", "hotplug0"), FOLDER("s0", "/a") }, { 0 },
      { "-m size=1280M,slots=4,maxmem=4096M", SHARE("0", "s0", "hotplug0"), FOLDER("s0", "/a") }, STOP, NULL, false },
    { "a device of the host", { "-device {\"driver\":\"usb-host\",\"id\":\"usb0-dev\",\"bus\":\"xhci.0\",\"vendorid\":1}",
                                "-device {\"driver\":\"qemu-xhci\",\"id\":\"xhci\"}" },
      { 0 }, { "-device {\"driver\":\"usb-host\",\"id\":\"usb0-dev\",\"bus\":\"xhci.0\",\"vendorid\":2}",
               "-device {\"driver\":\"qemu-xhci\",\"id\":\"xhci\"}" }, 0, "unplug device_add", false },
    { "a bundle", { SCSI }, { 0 }, { SCSI, BUNDLE("20", "/a"), DISK("0", "") }, 0, "plug-nodes device_add", false },
    { "a bundle out", { SCSI, BUNDLE("20", "/a"), DISK("0", "") }, { 0 }, { SCSI }, 0, "unplug drop-nodes", false },
    { "the same bundle by another number", { SCSI, BUNDLE("20", "/a"), DISK("0", "") }, { 0 }, { SCSI, BUNDLE("21", "/a"), DISK("0", "") }, 0, "", false },
    { "another bundle", { SCSI, BUNDLE("20", "/a"), DISK("0", "") }, { 0 }, { SCSI, BUNDLE("20", "/b"), DISK("0", "") }, STOP, NULL, false },
};

static void
fill(struct hot_rows *rows, const char *const *texts)
{
    for (size_t i = 0; i < ROWS && texts[i]; i++)
        assert_true(hot_rows_add_text(rows, texts[i]));
}

static char *
commands(const struct hot_plan *plan)
{
    struct str s = STR_INIT;

    for (size_t i = 0; i < plan->steps.len; i++)
        str_addf(&s, "%s%s", i ? " " : "", plan->steps.p[i].command);
    str_add(&s, "");
    return str_take(&s);
}

/* Every row of `next` that a guest sees is in what runs then, unless it waits for the next start. */
static void
check_after(size_t i, const struct hot_plan *plan, const struct hot_rows *next)
{
    for (size_t k = 0; k < next->len; k++)
        if (!cases[i].needs_restart && next->p[k].kind == ROW_DEVICE && !hot_rows_find(&plan->after, next->p[k].key))
            fail_msg("%s: %s is missing", cases[i].name, next->p[k].key);
}

static void
plan__each_change__has_its_steps(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_HOT_ROWS running = { 0 };
        AUTO_HOT_ROWS stored = { 0 };
        AUTO_HOT_ROWS next = { 0 };
        struct hot_plan plan = { .needs_restart = false };
        AUTO(cleanup_free) char *steps = NULL;
        PRL_RESULT rc;

        fill(&running, cases[i].running);
        fill(&stored, cases[i].stored[0] ? cases[i].stored : cases[i].running);
        fill(&next, cases[i].next);
        rc = hot_plan_make(&running, &stored, &next, &plan);
        if (rc != cases[i].rc)
            fail_msg("%s: %#x %s", cases[i].name, (unsigned)rc, err_peek()->details ? err_peek()->details : "");
        if (PRL_FAILED(rc))
            continue;
        steps = commands(&plan);
        if (!str_eq(steps, cases[i].steps) || plan.needs_restart != cases[i].needs_restart)
            fail_msg("%s: '%s'%s", cases[i].name, steps, plan.needs_restart ? ", and something later" : "");
        check_after(i, &plan, &next);
        hot_plan_clear(&plan);
    }
}

static void
plan__made_and_made_again__has_no_steps(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        AUTO_HOT_ROWS running = { 0 };
        AUTO_HOT_ROWS stored = { 0 };
        AUTO_HOT_ROWS next = { 0 };
        struct hot_plan plan = { .needs_restart = false }, again = { .needs_restart = false };

        if (PRL_FAILED(cases[i].rc) || strncmp(cases[i].next[0], "-m ", 3) == 0) /* the builder takes blocks of memory off the size */
            continue;
        fill(&running, cases[i].running);
        fill(&stored, cases[i].stored[0] ? cases[i].stored : cases[i].running);
        fill(&next, cases[i].next);
        assert_int_equal(hot_plan_make(&running, &stored, &next, &plan), PRL_ERR_SUCCESS);
        assert_int_equal(hot_plan_make(&plan.after, &next, &next, &again), PRL_ERR_SUCCESS);
        if (again.steps.len)
            fail_msg("%s: %s is done again", cases[i].name, again.steps.p[0].command);
        hot_plan_clear(&plan);
        hot_plan_clear(&again);
    }
}

/* ---- states ---- */

static const struct {
    const char *name, *then[ROWS], *now[ROWS];
    PRL_RESULT rc;
    const char *argv; /* behind it */
} states[] = {
    { "the same", { SCSI, DISK("0", "") }, { SCSI, DISK("0", "") }, 0, SCSI " " DISK("0", "") },
    { "another order of booting", { DISK("0", ",\"bootindex\":1") }, { DISK("0", ",\"bootindex\":2") }, 0, DISK("0", ",\"bootindex\":1") },
    { "a controller more then", { SCSI, DISK("0", "") }, { DISK("0", "") }, 0, SCSI " " DISK("0", "") },
    { "a controller more now", { DISK("0", "") }, { SCSI, DISK("0", "") }, 0, DISK("0", "") },
    { "a disk more then", { SCSI, DISK("0", "") }, { SCSI }, PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG, NULL },
    { "a disk more now", { SCSI }, { SCSI, NODES("0", "/a"), DISK("0", ""), NODES("1", "/b") }, 0, SCSI " " NODES_1("/b") },
    { "a disk less now", { SCSI, DISK("0", "") }, { SCSI }, PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG, NULL },
    { "another serial number", { DISK("0", ",\"serial\":\"a\"") }, { DISK("0", ",\"serial\":\"b\"") }, PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG, NULL },
    { "a file in a row", { NIC("pcie.0", "1") "" }, { "-device {\"driver\":\"virtio-net-pci\",\"id\":\"net0-dev\",\"bus\":\"pcie.0\",\"mac\":\"1\","
                                                      "\"netdev\":\"net0\",\"romfile\":\"\"}" }, 0, NIC("pcie.0", "1") },
    { "a ROM of somebody else's", { "-device {\"driver\":\"VGA\",\"id\":\"v\",\"romfile\":\"/etc/shadow\"}" }, { "-device {\"driver\":\"VGA\",\"id\":\"v\"}" },
      PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG, NULL },
    { "a controller with more to it", { "-device {\"driver\":\"pci-bridge\",\"id\":\"b\",\"romfile\":\"/etc/shadow\"}" }, { SCSI },
      PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG, NULL },
    { "fewer processors", { "-smp cpus=1" }, { "-smp cpus=2" }, PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG, NULL },
    { "processors arranged otherwise", { "-smp cpus=2,maxcpus=8,sockets=8,cores=1,threads=1" }, { "-smp cpus=2,maxcpus=8,sockets=4,cores=2,threads=1" }, 0,
      "-smp cpus=2,maxcpus=8,sockets=8,cores=1,threads=1" },
    { "processors and something else", { "-smp cpus=2,maxcpus=8,sockets=8,cores=1,threads=1 -plugin x" },
      { "-smp cpus=2,maxcpus=8,sockets=4,cores=2,threads=1" }, PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG, NULL },
    { "a row of no kind", { "-plugin /x.so" }, { SCSI }, PRL_ERR_VM_RESTORE_STATE_FAILED, NULL },
};

static struct qemu_args *
make_args(const char *const *texts)
{
    struct qemu_args *args = calloc(1, sizeof *args);

    vec_push(&args->argv, str_dup("qemu"));
    for (size_t i = 0; i < ROWS && texts[i]; i++) {
        size_t n = strcspn(texts[i], " ");

        vec_push(&args->argv, str_printf("%.*s", (int)n, texts[i]));
        vec_push(&args->argv, str_dup(texts[i] + n + 1));
    }
    vec_push(&args->argv, NULL);
    args->argv.len--;
    return args;
}

static char *
joined(const struct qemu_args *args)
{
    struct str s = STR_INIT;

    for (size_t i = 1; i < args->argv.len; i++)
        str_addf(&s, "%s%s", i > 1 ? " " : "", args->argv.p[i]);
    return str_take(&s);
}

static void
adopt__each_state__is_loaded_as_it_was_or_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        AUTO(qemu_args_free) struct qemu_args *args = make_args(states[i].now);
        struct saved_state *saved = saved_state_new();
        AUTO(cleanup_free) char *argv = NULL;
        PRL_RESULT rc;

        for (size_t k = 0; k < ROWS && states[i].then[k]; k++)
            vec_push(&saved->hardware, str_dup(states[i].then[k]));
        rc = qemu_hotplug_adopt(args, saved);
        if (rc != states[i].rc)
            fail_msg("%s: %#x %s", states[i].name, (unsigned)rc, err_peek()->details ? err_peek()->details : "");
        argv = joined(args);
        if (PRL_SUCCEEDED(rc) && !str_eq(argv, states[i].argv))
            fail_msg("%s: %s", states[i].name, argv);
        assert_null(args->argv.p[args->argv.len]);
        saved_state_free(saved);
    }
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(plan__each_change__has_its_steps),
        cmocka_unit_test(plan__made_and_made_again__has_no_steps),
        cmocka_unit_test(adopt__each_state__is_loaded_as_it_was_or_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
