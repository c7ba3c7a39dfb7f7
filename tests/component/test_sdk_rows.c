/* SPDX-License-Identifier: MIT */
/*
 * Every row of the configuration that writes, and every function by hand that does: written, read, committed, and read again from a service
 * that was started anew. The tables come from sdk/api/api.def (support/row_table.h): a row that is added there is tested here, or the test
 * asks for what it needs to be.
 */
#include "sdk_support.h"

#include <stdio.h>
#include <string.h>

#include "row_table.h"

#define VALUE 256

/* ---- objects ---- */

/* A machine with one of everything, stopped. */
static PRL_HANDLE
make_machine(PRL_HANDLE server, const char *name)
{
    static const PRL_DEVICE_TYPE types[] = { PDE_HARD_DISK,    PDE_OPTICAL_DISK, PDE_OPTICAL_DISK,
                                             PDE_FLOPPY_DISK,  PDE_SERIAL_PORT,  PDE_PARALLEL_PORT,
                                             PDE_USB_DEVICE,   PDE_SOUND_DEVICE, PDE_GENERIC_NETWORK_ADAPTER,
                                             PDE_GENERIC_NETWORK_ADAPTER };
    PRL_HANDLE vm, device, part;

    call_ok(PrlSrv_CreateVm(server, &vm));
    call_ok(PrlVmCfg_SetDefaultConfig(vm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_DEBIAN, PRL_FALSE));
    call_ok(PrlVmCfg_SetName(vm, name));
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        call_ok(PrlVmCfg_CreateVmDev(vm, types[i], &device));
        if (types[i] == PDE_HARD_DISK) {
            call_ok(PrlVmDev_SetImagePath(device, "disk.hdd"));
            call_ok(PrlVmDevHd_AddPartition(device, &part));
            call_ok(PrlHandle_Free(part));
        }
        call_ok(PrlHandle_Free(device));
    }
    job_ok(PrlVm_Reg(vm, "", PRL_TRUE));
    return vm;
}

static PRL_HANDLE
disk_of(PRL_HANDLE vm)
{
    PRL_HANDLE disk;

    call_ok(PrlVmCfg_GetHardDisk(vm, 0, &disk));
    return disk;
}

static PRL_HANDLE
adapter_of(PRL_HANDLE vm)
{
    PRL_HANDLE adapter;

    call_ok(PrlVmCfg_GetNetAdapter(vm, 0, &adapter));
    return adapter;
}

static PRL_HANDLE
rule_of(PRL_HANDLE vm)
{
    PRL_HANDLE adapter = adapter_of(vm), list, rule;
    PRL_UINT32 n = 0;

    call_ok(PrlVmDevNet_GetFirewallRuleList(adapter, PFD_OUTGOING, &list));
    call_ok(PrlHndlList_GetItemsCount(list, &n));
    if (n)
        call_ok(PrlHndlList_GetItem(list, 0, &rule));
    else
        call_ok(PrlFirewallRule_Create(&rule));
    call_ok(PrlHandle_Free(list));
    call_ok(PrlHandle_Free(adapter));
    return rule;
}

/* The part of a machine that a row is about; PRL_INVALID_HANDLE: it is about something else. */
static PRL_HANDLE
part_of(PRL_HANDLE vm, unsigned pht)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE, disk;

    switch (pht) {
    case PHT_VM_CONFIGURATION:
        call_ok(PrlHandle_AddRef(vm));
        return vm;
    case PHT_BOOT_DEVICE:
        call_ok(PrlVmCfg_GetBootDev(vm, 0, &h));
        return h;
    case PHT_ACCESS_RIGHTS:
        call_ok(PrlVmCfg_GetAccessRights(vm, &h));
        return h;
    case HANDLE_VM_DEV:
        call_ok(PrlVmCfg_GetOpticalDisk(vm, 0, &h));
        return h;
    case PHT_VIRTUAL_DEV_HARD_DISK:
        return disk_of(vm);
    case PHT_VIRTUAL_DEV_HD_PARTITION:
        disk = disk_of(vm);
        call_ok(PrlVmDevHd_GetPartition(disk, 0, &h));
        call_ok(PrlHandle_Free(disk));
        return h;
    case PHT_VIRTUAL_DISK_ENCRYPTION:
        disk = disk_of(vm);
        call_ok(PrlVmDevHd_GetEncryption(disk, &h));
        call_ok(PrlHandle_Free(disk));
        return h;
    case PHT_VIRTUAL_DEV_NET_ADAPTER:
        return adapter_of(vm);
    case PHT_FIREWALL_RULE:
        return rule_of(vm);
    case PHT_VIRTUAL_DEV_SOUND:
        call_ok(PrlVmCfg_GetSoundDev(vm, 0, &h));
        return h;
    case PHT_VIRTUAL_DEV_USB_DEVICE:
        call_ok(PrlVmCfg_GetUsbDevice(vm, 0, &h));
        return h;
    case PHT_VIRTUAL_DEV_SERIAL_PORT:
        call_ok(PrlVmCfg_GetSerialPort(vm, 0, &h));
        return h;
    default:
        return PRL_INVALID_HANDLE;
    }
}

/* What a row was written to goes back to where it came from, where it was a copy; h is freed. */
static void
put_back(PRL_HANDLE vm, unsigned pht, PRL_HANDLE h)
{
    PRL_HANDLE owner, list;

    if (pht == PHT_VIRTUAL_DISK_ENCRYPTION) {
        owner = disk_of(vm);
        call_ok(PrlVmDevHd_SetEncryption(owner, h));
        call_ok(PrlHandle_Free(owner));
    }
    if (pht == PHT_FIREWALL_RULE) {
        owner = adapter_of(vm);
        call_ok(PrlApi_CreateHandlesList(&list));
        call_ok(PrlHndlList_AddItem(list, h));
        call_ok(PrlVmDevNet_SetFirewallRuleList(owner, PFD_OUTGOING, list));
        call_ok(PrlHandle_Free(list));
        call_ok(PrlHandle_Free(owner));
    }
    call_ok(PrlHandle_Free(h));
}

/* ---- values ---- */

/* Where any value that the setter takes would not do: commit has rules. */
static const struct {
    const char *name, *value[2];
} chosen[] = {
    { "PrlVmCfg_SetName", { "rows, first", "rows, second" } },
    { "PrlVmCfg_SetRamSize", { "1028", "1032" } },
    { "PrlVmCfg_SetNumaNodesCount", { "0", "1" } }, /* not beside hot-plug, which the first round switches on */
    { "PrlVmCfg_SetHostMemQuotaMax", { "1000", "1001" } },
    { "PrlVmCfg_SetChipsetType", { "3", "2" } }, /* the older one has a least version */
    { "PrlBootDev_SetType", { "5", "6" } },      /* of a device that is there: others are dropped */
    { "PrlBootDev_SetIndex", { "1", "0" } },
    { "PrlVmDev_SetSysName", { "/nonexistent/first.iso", "/nonexistent/second.iso" } }, /* a relative one is made absolute */
    { "PrlVmDev_SetEmulatedType", { "1", "0" } },
    { "PrlVmDevHd_SetSerialNumber", { "FIRST", "SECOND" } },
    { "PrlFirewallRule_SetProtocol", { "tcp", "udp" } },
    { "PrlFirewallRule_SetLocalNetAddress", { "10.0.0.0/24", "::1" } },
    { "PrlFirewallRule_SetRemoteNetAddress", { "10.0.1.0/24", "::2" } },
    { "PrlDispCfg_SetVNCBasePort", { "5901", "5902" } },
    { "PrlUsrCfg_SetDefaultVmFolder", { "/tmp", "" } }, /* must be there */
};

/* What a commit does not store, and why. */
static const struct {
    const char *name, *why;
} not_stored[] = {
    { "PrlVmCfg_SetUuid", "a machine keeps its uuid" },
    { "PrlVmCfg_SetVmType", "not in the file; every machine is a VM" },
    { "PrlVmCfg_SetOsTemplate", "of containers: not in the file" },
    { "PrlVmCfg_SetAppTemplateList", "the same" },
    { "PrlVmCfg_SetCapabilitiesMask", "the same" },
    { "PrlVmCfg_SetUndoDisksMode", "commit refuses it: see commit__what_is_not_supported__is_refused" },
    { "PrlVmCfg_SetStartLoginMode", "the same" },
    { "PrlVmCfg_ApplyConfigSample", "the same" },
    { "PrlAcl_SetAccessForOthers", "PrlVm_UpdateSecurity does it" },
    { "PrlVmDevHd_SetMountPoint", "not in the file" },
    { "PrlUsrCfg_SetVmDirUuid", "the service's own" },
    { "PrlDispCfg_SetHostId", "commit refuses it: the host has but one" },
};

/* Rows of objects that no machine, preferences or profile hold: tests/unit/test_row_values.c has them. */
static const unsigned elsewhere[] = {
    PHT_SHARE,         PHT_VIRTUAL_NETWORK, PHT_PORT_FORWARDING, PHT_IPPRIV_NET,  PHT_NETWORK_CLASS, PHT_NETWORK_SHAPING, PHT_NETWORK_SHAPING_CONFIG,
    PHT_NETWORK_SHAPING_BANDWIDTH, PHT_OFFLINE_SERVICE, HANDLE_HW, PHT_VCMMD_CONFIG,
};

static bool
is_elsewhere(unsigned pht)
{
    for (size_t i = 0; i < sizeof elsewhere / sizeof elsewhere[0]; i++)
        if (elsewhere[i] == pht)
            return true;
    return false;
}

static bool
is_stored(const char *name)
{
    for (size_t i = 0; i < sizeof not_stored / sizeof not_stored[0]; i++)
        if (strcmp(not_stored[i].name, name) == 0)
            return false;
    return true;
}

static void
value_for(const struct row_set *s, const struct row_get *g, int round, char out[VALUE])
{
    uint64_t n;

    for (size_t i = 0; i < sizeof chosen / sizeof chosen[0]; i++)
        if (strcmp(chosen[i].name, s->name) == 0) {
            snprintf(out, VALUE, "%s", chosen[i].value[round]);
            return;
        }
    switch (s->kind) {
    case ROW_TEXTS:
        snprintf(out, VALUE, round ? "10.9.8.7\n" : "10.1.1.1\nfe80::5\n");
        return;
    case ROW_TEXT:
        if (s->check)
            snprintf(out, VALUE, "%s", row_checked_text(s->check, round));
        else
            snprintf(out, VALUE, "%s <%d> & \xc3\xa4", s->name, round);
        return;
    case ROW_BOOL:
        snprintf(out, VALUE, "%d", round ? g->def != 0 : g->def == 0);
        return;
    default:
        n = (uint64_t)g->def + 1 + (uint64_t)round;
        if (n > s->hi || n < s->lo)
            n = s->hi - 1 - (uint64_t)round;
        snprintf(out, VALUE, "%llu", (unsigned long long)n);
    }
}

/* ---- rows ---- */

static unsigned n_wrong, n_rows;

static void
wrong(const char *name, const char *what, const char *wanted, const char *got)
{
    n_wrong++;
    print_error("%s: %s: wanted '%s', got '%s'\n", name, what, wanted, got);
}

typedef PRL_HANDLE find_part(PRL_HANDLE whole, unsigned pht);

static void
check_value(const struct row_set *s, const struct row_get *g, PRL_HANDLE h, int round, const char *when)
{
    char wanted[VALUE], got[VALUE] = "";

    value_for(s, g, round, wanted);
    if (row_read(g, h, got, sizeof got) != PRL_ERR_SUCCESS || strcmp(got, wanted) != 0)
        wrong(s->name, when, wanted, got);
}

static void
write_rows(PRL_HANDLE whole, find_part *find, int round)
{
    for (size_t i = 0; i < N_ROW_SETS; i++) {
        const struct row_set *s = &row_sets[i];
        const struct row_get *g = row_getter_of(s);
        PRL_HANDLE h = is_stored(s->name) && g ? find(whole, s->pht) : PRL_INVALID_HANDLE;
        char value[VALUE];

        if (!h)
            continue;
        n_rows++;
        value_for(s, g, round, value);
        if (row_write(s, h, value) != PRL_ERR_SUCCESS)
            wrong(s->name, "refused", value, "");
        check_value(s, g, h, round, "written");
        if (find == part_of)
            put_back(whole, s->pht, h);
        else
            call_ok(PrlHandle_Free(h));
    }
}

static void
check_rows(PRL_HANDLE whole, find_part *find, int round, const char *when)
{
    for (size_t i = 0; i < N_ROW_SETS; i++) {
        const struct row_set *s = &row_sets[i];
        const struct row_get *g = row_getter_of(s);
        PRL_HANDLE h = is_stored(s->name) && g ? find(whole, s->pht) : PRL_INVALID_HANDLE;

        if (!h)
            continue;
        check_value(s, g, h, round, when);
        call_ok(PrlHandle_Free(h));
    }
}

static void
restart(PRL_HANDLE *server)
{
    logoff_free(*server);
    service_stop();
    service_start_again();
    *server = login_new();
}

static void
rows__of_a_machine__are_the_same_after_a_restart(void **state)
{
    PRL_HANDLE server = login_new(), vm = make_machine(server, "rows");

    n_wrong = n_rows = 0;
    for (int round = 0; round < 2; round++) {
        char name[VALUE];

        job_ok(PrlVm_BeginEdit(vm));
        write_rows(vm, part_of, round);
        job_ok(PrlVm_Commit(vm));
        call_ok(PrlHandle_Free(vm));
        restart(&server);
        snprintf(name, sizeof name, "%s", round ? "rows, second" : "rows, first");
        vm = vm_get(server, name);
        check_rows(vm, part_of, round, "after a restart");
        job_ok(PrlVm_RefreshConfig(vm));
        check_rows(vm, part_of, round, "refreshed");
    }
    print_message("%u values of a machine\n", n_rows);
    assert_true(n_rows > 2 * 120);
    assert_int_equal(n_wrong, 0);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

static PRL_HANDLE
part_of_preferences(PRL_HANDLE prefs, unsigned pht)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE;
    PRL_UINT32 n = 0;

    if (pht == PHT_DISP_CONFIG) {
        call_ok(PrlHandle_AddRef(prefs));
        return prefs;
    }
    if (pht != PHT_DISP_NET_ADAPTER)
        return h;
    call_ok(PrlDispCfg_GetDispNetCount(prefs, &n));
    if (n)
        call_ok(PrlDispCfg_GetDispNet(prefs, 0, &h));
    else
        call_ok(PrlDispCfg_CreateDispNet(prefs, &h));
    return h;
}

static PRL_HANDLE
part_of_profile(PRL_HANDLE profile, unsigned pht)
{
    if (pht != PHT_USER_PROFILE)
        return PRL_INVALID_HANDLE;
    call_ok(PrlHandle_AddRef(profile));
    return profile;
}

static void
rows__of_preferences_and_profile__are_the_same_after_a_restart(void **state)
{
    PRL_HANDLE server = login_new(), prefs, profile;

    n_wrong = n_rows = 0;
    for (int round = 0; round < 2; round++) {
        job_ok(PrlSrv_CommonPrefsBeginEdit(server));
        prefs = job_result(PrlSrv_GetCommonPrefs(server));
        write_rows(prefs, part_of_preferences, round);
        job_ok(PrlSrv_CommonPrefsCommit(server, prefs));
        call_ok(PrlHandle_Free(prefs));
        job_ok(PrlSrv_UserProfileBeginEdit(server));
        profile = job_result(PrlSrv_GetUserProfile(server));
        write_rows(profile, part_of_profile, round);
        job_ok(PrlSrv_UserProfileCommit(server, profile));
        call_ok(PrlHandle_Free(profile));
        restart(&server);
        prefs = job_result(PrlSrv_GetCommonPrefs(server));
        check_rows(prefs, part_of_preferences, round, "after a restart");
        call_ok(PrlHandle_Free(prefs));
        profile = job_result(PrlSrv_GetUserProfile(server));
        check_rows(profile, part_of_profile, round, "after a restart");
        call_ok(PrlHandle_Free(profile));
    }
    print_message("%u values of preferences and profile\n", n_rows);
    assert_true(n_rows > 2 * 35);
    assert_int_equal(n_wrong, 0);
    logoff_free(server);
}

/* ---- by hand ---- */

#define IS(getter, type, want)                                                                                         \
    ({                                                                                                                 \
        type value_;                                                                                                   \
        call_ok(getter);                                                                                               \
        value_ == (want);                                                                                              \
    })
#define NUMBER_IS(function, h, want) IS(function(h, &value_), PRL_UINT32, (PRL_UINT32)(want))

static bool
text_is(PRL_RESULT (*getter)(PRL_HANDLE, PRL_STR, PRL_UINT32_PTR), PRL_HANDLE h, const char *wanted)
{
    char text[VALUE];

    text_of(getter, h, text, sizeof text);
    return strcmp(text, wanted) == 0;
}

/* Each writes (is_writing) or says whether what was written is there. n is 1 in the first round and 2 in the second. */
typedef bool by_hand(PRL_HANDLE vm, unsigned n, bool is_writing);

static bool
hand_network_rates(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    PRL_HANDLE list, rate;
    PRL_UINT32 count = 0;
    bool is_there;

    if (is_writing) {
        call_ok(PrlApi_CreateHandlesList(&list));
        call_ok(PrlNetworkRate_Create(n, 100 * n, &rate));
        call_ok(PrlHndlList_AddItem(list, rate));
        call_ok(PrlHandle_Free(rate));
        call_ok(PrlVmCfg_SetNetworkRateList(vm, list));
        call_ok(PrlHandle_Free(list));
        return true;
    }
    call_ok(PrlVmCfg_GetNetworkRateList(vm, &list));
    call_ok(PrlHndlList_GetItemsCount(list, &count));
    assert_int_equal(count, 1);
    call_ok(PrlHndlList_GetItem(list, 0, &rate));
    is_there = NUMBER_IS(PrlNetworkRate_GetClassId, rate, n) && NUMBER_IS(PrlNetworkRate_GetRate, rate, 100 * n);
    call_ok(PrlHandle_Free(rate));
    call_ok(PrlHandle_Free(list));
    return is_there;
}

static bool
hand_os_version(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    const PRL_UINT32 version = n == 1 ? PVS_GUEST_VER_WIN_2019 : PVS_GUEST_VER_LIN_UBUNTU;

    if (is_writing)
        call_ok(PrlVmCfg_SetOsVersion(vm, version));
    return NUMBER_IS(PrlVmCfg_GetOsVersion, vm, version) && NUMBER_IS(PrlVmCfg_GetOsType, vm, version >> 8);
}

static bool
hand_memory_guarantee(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    PRL_MEMGUARANTEE_DATA data = { .type = PRL_MEMGUARANTEE_PERCENTS, .value = 10 * n };

    if (is_writing)
        call_ok(PrlVmCfg_SetMemGuaranteeSize(vm, &data));
    memset(&data, 0xff, sizeof data);
    call_ok(PrlVmCfg_GetMemGuaranteeSize(vm, &data));
    return data.type == PRL_MEMGUARANTEE_PERCENTS && data.value == 10 * n;
}

static bool
hand_battery_life(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    if (is_writing)
        call_ok(PrlVmCfg_SetLongerBatteryLifeEnabled(vm, n == 1));
    return NUMBER_IS(PrlVmCfg_IsLongerBatteryLifeEnabled, vm, n == 1);
}

static bool
hand_cpu_limit(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    PRL_CPULIMIT_DATA limit = { .value = 50 * n, .type = n == 1 ? PRL_CPULIMIT_MHZ : PRL_CPULIMIT_PERCENTS };

    if (is_writing && n == 1)
        call_ok(PrlVmCfg_SetCpuLimitEx(vm, &limit));
    else if (is_writing)
        call_ok(PrlVmCfg_SetCpuLimit(vm, 50 * n));
    limit.value = 0;
    limit.type = PRL_CPULIMIT_PERCENTS;
    call_ok(PrlVmCfg_GetCpuLimitEx(vm, &limit));
    return limit.value == 50 * n && limit.type == (n == 1 ? PRL_CPULIMIT_MHZ : PRL_CPULIMIT_PERCENTS)
           && NUMBER_IS(PrlVmCfg_GetCpuLimit, vm, n == 1 ? 0 : 100);
}

static bool
hand_cpu_mask(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    if (is_writing)
        call_ok(PrlVmCfg_SetCpuMask(vm, n == 1 ? "0" : NULL));
    return text_is(PrlVmCfg_GetCpuMask, vm, n == 1 ? "0" : "");
}

static bool
hand_io_limits(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    PRL_IOLIMIT_DATA limit = { .value = n == 1 ? 1 << 20 : 0, .type = PRL_IOLIMIT_BS };

    if (is_writing) {
        call_ok(PrlVmCfg_SetIoLimit(vm, &limit));
        call_ok(PrlVmCfg_SetIopsLimit(vm, 300 * n));
    }
    limit.value = 77;
    call_ok(PrlVmCfg_GetIoLimit(vm, &limit));
    return limit.value == (n == 1 ? 1 << 20 : 0) && NUMBER_IS(PrlVmCfg_GetIopsLimit, vm, 300 * n);
}

static bool
hand_start_user(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    if (is_writing)
        call_ok(PrlVmCfg_SetStartUserCreds(vm, n == 1 ? "one" : "", "secret"));
    return text_is(PrlVmCfg_GetStartUserLogin, vm, n == 1 ? "one" : "");
}

static bool
hand_confirmations(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    PRL_UINT32 command = 10 + n, count = 0, got = 0;
    PRL_HANDLE list;

    if (is_writing) {
        call_ok(PrlApi_CreateOpTypeList(&list, sizeof command));
        call_ok(PrlOpTypeList_AddItem(list, &command));
        call_ok(PrlVmCfg_SetConfirmationsList(vm, list));
        call_ok(PrlHandle_Free(list));
    }
    call_ok(PrlVmCfg_GetConfirmationsList(vm, &list));
    call_ok(PrlOpTypeList_GetItemsCount(list, &count));
    call_ok(PrlOpTypeList_GetItem(list, 0, &got));
    call_ok(PrlHandle_Free(list));
    return count == 1 && got == command;
}

static bool
hand_free_space(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    if (is_writing)
        call_ok(PrlVmCfg_SetFreeDiskSpaceRatio(vm, 20.7 * n));
    return IS(PrlVmCfg_GetFreeDiskSpaceRatio(vm, &value_), PRL_DOUBLE, 20.7 * n);
}

static bool
hand_3d(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    if (is_writing)
        call_ok(PrlVmCfg_Set3DAccelerationEnabled(vm, n == 1));
    return NUMBER_IS(PrlVmCfg_Is3DAccelerationEnabled, vm, n == 1);
}

static bool
hand_profile(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    if (is_writing)
        call_ok(PrlVmCfg_SetProfile(vm, PRL_INVALID_HANDLE, (PRL_VIRTUAL_MACHINE_PROFILE)n));
    return IS(PrlVmCfg_GetProfile(vm, &value_), PRL_VIRTUAL_MACHINE_PROFILE, (PRL_VIRTUAL_MACHINE_PROFILE)n);
}

/* No row: the getter has a rule of its own. */
static bool
hand_vnc_port(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    if (is_writing) {
        call_ok(PrlVmCfg_SetVNCMode(vm, n == 1 ? PRD_MANUAL : PRD_DISABLED));
        call_ok(PrlVmCfg_SetVNCPort(vm, 5950));
    }
    return NUMBER_IS(PrlVmCfg_GetVNCPort, vm, n == 1 ? 5950 : 0);
}

/* The entries are numbered from 1 by commit. */
static bool
hand_boot_order(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    PRL_HANDLE first, second;
    PRL_DEVICE_TYPE type;
    bool is_there;

    call_ok(PrlVmCfg_GetBootDev(vm, 0, &first));
    call_ok(PrlVmCfg_GetBootDev(vm, 1, &second));
    call_ok(PrlBootDev_GetType(first, &type));
    if (is_writing && (type == PDE_OPTICAL_DISK) != (n == 1))
        call_ok(PrlBootDev_SetSequenceIndex(second, 0));
    if (is_writing && (type == PDE_OPTICAL_DISK) != (n == 1))
        call_ok(PrlBootDev_SetSequenceIndex(first, 1));
    call_ok(PrlHandle_Free(first));
    call_ok(PrlHandle_Free(second));
    call_ok(PrlVmCfg_GetBootDev(vm, 0, &first));
    call_ok(PrlBootDev_GetType(first, &type));
    is_there = (type == PDE_OPTICAL_DISK) == (n == 1) && (is_writing || NUMBER_IS(PrlBootDev_GetSequenceIndex, first, 1));
    call_ok(PrlHandle_Free(first));
    return is_there;
}

static bool
hand_device_index(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    PRL_HANDLE port;
    bool is_there;

    call_ok(PrlVmCfg_GetSerialPort(vm, 0, &port));
    if (is_writing)
        call_ok(PrlVmDev_SetIndex(port, n));
    is_there = NUMBER_IS(PrlVmDev_GetIndex, port, n);
    call_ok(PrlHandle_Free(port));
    return is_there;
}

static bool
hand_device_names(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    const char *name = n == 1 ? "/nonexistent/1.iso" : "/nonexistent/2.iso", *output = n == 1 ? "/nonexistent/1" : "/nonexistent/2";
    PRL_HANDLE cd, floppy, port;
    bool is_there;

    call_ok(PrlVmCfg_GetOpticalDisk(vm, 0, &cd));
    call_ok(PrlVmCfg_GetFloppyDisk(vm, 0, &floppy));
    call_ok(PrlVmCfg_GetSerialPort(vm, 0, &port));
    if (is_writing) {
        call_ok(PrlVmDev_SetEmulatedType(cd, PDT_USE_IMAGE_FILE));
        call_ok(PrlVmDev_SetImagePath(cd, name));
        call_ok(PrlVmDev_SetFriendlyName(floppy, name));
        call_ok(PrlVmDev_SetOutputFile(port, output));
    }
    is_there = text_is(PrlVmDev_GetImagePath, cd, name) && text_is(PrlVmDev_GetSysName, cd, name)
               && text_is(PrlVmDev_GetFriendlyName, floppy, name) && text_is(PrlVmDev_GetOutputFile, port, output);
    call_ok(PrlHandle_Free(cd));
    call_ok(PrlHandle_Free(floppy));
    call_ok(PrlHandle_Free(port));
    return is_there;
}

static bool
hand_mass_storage(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    const PRL_MASS_STORAGE_INTERFACE_TYPE bus = n == 1 ? PMS_SCSI_DEVICE : PMS_SATA_DEVICE;
    PRL_HANDLE disk = disk_of(vm);
    bool is_there;

    if (is_writing) {
        call_ok(PrlVmDev_SetIfaceType(disk, bus));
        call_ok(PrlVmDev_SetSubType(disk, n == 1 ? PCD_LSI_SAS : PCD_VIRTIO_SCSI));
        call_ok(PrlVmDev_SetStackIndex(disk, 5));
        if (n == 2)
            call_ok(PrlVmDev_SetDefaultStackIndex(disk));
        call_ok(PrlVmDev_SetPassthrough(disk, n == 1));
    }
    is_there = IS(PrlVmDev_GetIfaceType(disk, &value_), PRL_MASS_STORAGE_INTERFACE_TYPE, bus)
               && IS(PrlVmDev_GetSubType(disk, &value_), PRL_CLUSTERED_DEVICE_SUBTYPE, n == 1 ? PCD_LSI_SAS : PCD_VIRTIO_SCSI)
               && NUMBER_IS(PrlVmDev_GetStackIndex, disk, n == 1 ? 5 : 0) && NUMBER_IS(PrlVmDev_IsPassthrough, disk, n == 1);
    call_ok(PrlHandle_Free(disk));
    return is_there;
}

static bool
hand_sound(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    PRL_HANDLE sound;
    bool is_there;

    call_ok(PrlVmCfg_GetSoundDev(vm, 0, &sound));
    if (is_writing) {
        call_ok(PrlVmDevSound_SetOutputDev(sound, n == 1 ? "out" : ""));
        call_ok(PrlVmDevSound_SetMixerDev(sound, n == 1 ? "mix" : "er"));
    }
    is_there = text_is(PrlVmDevSound_GetOutputDev, sound, n == 1 ? "out" : "")
               && text_is(PrlVmDevSound_GetMixerDev, sound, n == 1 ? "mix" : "er");
    call_ok(PrlHandle_Free(sound));
    return is_there;
}

static bool
hand_adapter(PRL_HANDLE vm, unsigned n, bool is_writing)
{
    PRL_HANDLE adapter = adapter_of(vm), list;
    PRL_UINT32 count = 0;
    bool is_there;

    if (is_writing) {
        call_ok(PrlVmDevNet_SetMacAddress(adapter, n == 1 ? "02:00:00:00:00:0a" : "02-00-00-00-00-0B"));
        call_ok(PrlVmDevNet_SetFirewallDefaultPolicy(adapter, PFD_INCOMING, n == 1 ? PFP_DENY : PFP_ACCEPT));
        call_ok(PrlApi_CreateStringsList(&list));
        call_ok(PrlStrList_AddItem(list, n == 1 ? "10.0.0.1/16" : "fe80::1"));
        call_ok(PrlVmDevNet_SetNetAddresses(adapter, list));
        call_ok(PrlHandle_Free(list));
        call_ok(PrlVmDevNet_SetConfigureWithDhcp(adapter, n != 1)); /* the family that has no address of its own */
        call_ok(PrlVmDevNet_SetConfigureWithDhcpIPv6(adapter, n == 1));
    }
    call_ok(PrlVmDevNet_GetNetAddresses(adapter, &list));
    call_ok(PrlStrList_GetItemsCount(list, &count));
    is_there = count == 1 && text_is(PrlVmDevNet_GetMacAddress, adapter, n == 1 ? "02000000000A" : "02000000000B")
               && IS(PrlVmDevNet_IsConfigureWithDhcp(adapter, &value_), PRL_BOOL, n != 1)
               && IS(PrlVmDevNet_IsConfigureWithDhcpIPv6(adapter, &value_), PRL_BOOL, n == 1)
               && IS(PrlVmDevNet_GetFirewallDefaultPolicy(adapter, PFD_INCOMING, &value_), PRL_FIREWALL_POLICY, n == 1 ? PFP_DENY : PFP_ACCEPT);
    if (is_there) {
        char text[VALUE];
        PRL_UINT32 len = sizeof text;

        call_ok(PrlStrList_GetItem(list, 0, text, &len));
        is_there = strcmp(text, n == 1 ? "10.0.0.1/255.255.0.0" : "fe80::1/64") == 0;
    }
    call_ok(PrlHandle_Free(list));
    call_ok(PrlHandle_Free(adapter));
    return is_there;
}

/* The functions each of them is the test of. */
static const struct {
    by_hand *test;
    const char *names[6];
} hands[] = {
    { hand_network_rates, { "PrlVmCfg_SetNetworkRateList" } },
    { hand_os_version, { "PrlVmCfg_SetOsVersion" } },
    { hand_memory_guarantee, { "PrlVmCfg_SetMemGuaranteeSize" } },
    { hand_battery_life, { "PrlVmCfg_SetLongerBatteryLifeEnabled" } },
    { hand_cpu_limit, { "PrlVmCfg_SetCpuLimit", "PrlVmCfg_SetCpuLimitEx" } },
    { hand_cpu_mask, { "PrlVmCfg_SetCpuMask" } },
    { hand_io_limits, { "PrlVmCfg_SetIoLimit", "PrlVmCfg_SetIopsLimit" } },
    { hand_start_user, { "PrlVmCfg_SetStartUserCreds" } },
    { hand_confirmations, { "PrlVmCfg_SetConfirmationsList" } },
    { hand_free_space, { "PrlVmCfg_SetFreeDiskSpaceRatio" } },
    { hand_3d, { "PrlVmCfg_Set3DAccelerationEnabled" } },
    { hand_profile, { "PrlVmCfg_SetProfile" } },
    { hand_vnc_port, { "PrlVmCfg_SetVNCPort" } },
    { hand_boot_order, { "PrlBootDev_SetSequenceIndex" } },
    { hand_device_index, { "PrlVmDev_SetIndex" } },
    { hand_device_names, { "PrlVmDev_SetImagePath", "PrlVmDev_SetFriendlyName", "PrlVmDev_SetOutputFile" } },
    { hand_mass_storage, { "PrlVmDev_SetIfaceType", "PrlVmDev_SetSubType", "PrlVmDev_SetStackIndex", "PrlVmDev_SetDefaultStackIndex", "PrlVmDev_SetPassthrough" } },
    { hand_sound, { "PrlVmDevSound_SetOutputDev", "PrlVmDevSound_SetMixerDev" } },
    { hand_adapter, { "PrlVmDevNet_SetMacAddress", "PrlVmDevNet_SetNetAddresses", "PrlVmDevNet_SetFirewallDefaultPolicy", "PrlVmDevNet_SetConfigureWithDhcp",
                      "PrlVmDevNet_SetConfigureWithDhcpIPv6" } },
    { NULL, { "PrlVmDevHd_SetEncryption", "PrlVmDevNet_SetFirewallRuleList" } }, /* the rows of encryption and rules go through them */
    { NULL, { "PrlVmCfg_SetDefaultConfig", "PrlVmCfg_SetFeaturesMask" } },       /* no value of a machine's, and of containers */
};
#define N_HANDS (sizeof hands / sizeof hands[0])

static void
check_hands(PRL_HANDLE vm, unsigned n, const char *when)
{
    for (size_t i = 0; i < N_HANDS; i++)
        if (hands[i].test && !hands[i].test(vm, n, false))
            wrong(hands[i].names[0], when, "what was written", "something else");
}

static void
by_hand__of_a_machine__is_the_same_after_a_restart(void **state)
{
    PRL_HANDLE server = login_new(), vm = make_machine(server, "by hand");

    n_wrong = 0;
    for (unsigned n = 1; n <= 2; n++) {
        job_ok(PrlVm_BeginEdit(vm));
        for (size_t i = 0; i < N_HANDS; i++)
            if (hands[i].test && !hands[i].test(vm, n, true))
                wrong(hands[i].names[0], "written", "what was written", "something else");
        job_ok(PrlVm_Commit(vm));
        call_ok(PrlHandle_Free(vm));
        restart(&server);
        vm = vm_get(server, "by hand");
        check_hands(vm, n, "after a restart");
    }
    assert_int_equal(n_wrong, 0);
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* ---- none is left out ---- */

static bool
has_hand(const char *name)
{
    for (size_t i = 0; i < N_HANDS; i++)
        for (size_t k = 0; k < 6 && hands[i].names[k]; k++)
            if (strcmp(hands[i].names[k], name) == 0)
                return true;
    return false;
}

static bool
is_of_a_machine(const char *name)
{
    static const char *const prefixes[] = { "PrlVmCfg_", "PrlBootDev_", "PrlShare_", "PrlNetworkRate_", "PrlVmDev", "PrlFirewallRule_" };

    for (size_t i = 0; i < sizeof prefixes / sizeof prefixes[0]; i++)
        if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
            return true;
    return false;
}

static void
rows__none__is_left_out(void **state)
{
    PRL_HANDLE server = login_new(), vm = make_machine(server, "all");
    PRL_HANDLE prefs = job_result(PrlSrv_GetCommonPrefs(server));

    n_wrong = 0;
    for (size_t i = 0; i < N_ROW_SETS; i++) {
        const struct row_set *s = &row_sets[i];
        PRL_HANDLE h = part_of(vm, s->pht);

        if (!h)
            h = part_of_preferences(prefs, s->pht);
        if (!h && s->pht != PHT_USER_PROFILE && !is_elsewhere(s->pht))
            wrong(s->name, "has no test", "an object it works on", "none");
        if (h && !row_getter_of(s) && is_stored(s->name) && !has_hand(s->name))
            wrong(s->name, "has no test", "something that reads it", "none");
        if (h)
            call_ok(PrlHandle_Free(h));
    }
    for (size_t i = 0; i < N_ROW_SETS_BY_HAND; i++)
        if (is_of_a_machine(row_sets_by_hand[i]) && strstr(row_sets_by_hand[i], "_Set") && !has_hand(row_sets_by_hand[i]))
            wrong(row_sets_by_hand[i], "has no test", "a hand_ function", "none");
    assert_int_equal(n_wrong, 0);
    call_ok(PrlHandle_Free(prefs));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

/* ---- what a commit refuses ---- */

static void
commit__what_is_not_supported__is_refused(void **state)
{
    PRL_HANDLE server = login_new(), vm = make_machine(server, "refused"), again;

    job_ok(PrlVm_BeginEdit(vm));
    call_ok(PrlVmCfg_SetUndoDisksMode(vm, PUD_REVERSE_CHANGES));
    assert_int_equal(job_code(PrlVm_Commit(vm)), PRL_ERR_UNIMPLEMENTED);
    call_ok(PrlVmCfg_SetUndoDisksMode(vm, PUD_DISABLE_UNDO_DISKS));
    call_ok(PrlVmCfg_SetStartLoginMode(vm, PLM_ROOT_ACCOUNT));
    assert_int_equal(job_code(PrlVm_Commit(vm)), PRL_ERR_UNIMPLEMENTED);
    call_ok(PrlVmCfg_SetStartLoginMode(vm, PLM_START_ACCOUNT));
    call_ok(PrlVmCfg_ApplyConfigSample(vm, "none"));
    assert_int_equal(job_code(PrlVm_Commit(vm)), PRL_ERR_SAMPLE_CONFIG_NOT_FOUND);
    call_ok(PrlVmCfg_ApplyConfigSample(vm, ""));
    call_ok(PrlVmCfg_SetUuid(vm, "{0a0a0a0a-0000-4000-8000-000000000001}")); /* not taken over */
    call_ok(PrlVmCfg_SetCpuCount(vm, 0));
    assert_int_equal(job_code(PrlVm_Commit(vm)), PRL_ERR_INCONSISTENCY_VM_CONFIG);
    call_ok(PrlVmCfg_SetCpuCount(vm, 1));
    call_ok(PrlVmCfg_SetVmType(vm, PVT_CT));
    job_ok(PrlVm_Commit(vm)); /* the mark has stayed all the time */
    assert_int_equal(job_code(PrlVm_Commit(vm)), PRL_ERR_CONFIG_BEGIN_EDIT_NOT_FOUND_OBJECT_UUID);
    again = vm_get(server, "refused");
    assert_true(NUMBER_IS(PrlVmCfg_GetCpuCount, again, 1));
    assert_true(IS(PrlVmCfg_GetVmType(again, &value_), PRL_VM_TYPE, PVT_VM));
    assert_false(text_is(PrlVmCfg_GetUuid, again, "{0a0a0a0a-0000-4000-8000-000000000001}"));
    call_ok(PrlHandle_Free(again));
    call_ok(PrlHandle_Free(vm));
    logoff_free(server);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(rows__of_a_machine__are_the_same_after_a_restart, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(rows__of_preferences_and_profile__are_the_same_after_a_restart, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(by_hand__of_a_machine__is_the_same_after_a_restart, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(rows__none__is_left_out, sdk_up, sdk_down),
        cmocka_unit_test_setup_teardown(commit__what_is_not_supported__is_refused, sdk_up, sdk_down),
    };

    sdk_fail_at_once();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
