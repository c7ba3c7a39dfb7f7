/* SPDX-License-Identifier: MIT */
/* Every row with a getter and a setter, over a document of its own: the default where there is
 * nothing, then what was written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "api/public.h"
#include "api/row_body.h"
#include "api/rows_params.h"
#include "core/config_obj.h"
#include "core/handle.h"
#include "model/text_check.h"

static PRL_HANDLE server;

/* An empty thing of that type. A VM configuration starts with its own defaults, which must be those
 * of the rows. */
static PRL_HANDLE
make(unsigned pht)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE;

    if (pht == PHT_VIRTUAL_MACHINE) {
        assert_int_equal(PrlSrv_CreateVm(server, &h), PRL_ERR_SUCCESS);
    } else if (pht == PHT_VIRTUAL_DISK_ENCRYPTION) {
        PRL_HANDLE disk = make(PHT_VIRTUAL_DEV_HARD_DISK);

        assert_int_equal(PrlVmDevHd_GetEncryption(disk, &h), PRL_ERR_SUCCESS);
        PrlHandle_Free(disk);
    } else {
        assert_int_equal(
            row_give((struct object *)row_new_doc(pht == HANDLE_VM_DEV ? PHT_VIRTUAL_DEV_HARD_DISK
                                                  : pht == HANDLE_HW   ? PHT_HW_GENERIC_DEVICE
                                                                       : (PRL_HANDLE_TYPE)pht,
                                                  "Thing"),
                     &h),
            PRL_ERR_SUCCESS);
    }
    return h;
}

static unsigned n_wrong, n_rows;

static void
wrong(const char *name, const char *what)
{
    n_wrong++;
    print_error("%s: %s\n", name, what);
}

#define CHECK(condition, what)                                                                     \
    if (!(condition))                                                                              \
    wrong(name, what)

/* A function per type: the compiler then checks that getter and setter belong together. */
#define NUMBER_CHECK(id, type)                                                                     \
    static void check_##id(const char *name, PRL_RESULT (*get)(PRL_HANDLE, type *),                \
                           PRL_RESULT (*set)(PRL_HANDLE, type), unsigned pht, type def, type lo,   \
                           type hi)                                                                \
    {                                                                                              \
        PRL_HANDLE h = make(pht);                                                                  \
        type value = (type)~def;                                                                   \
                                                                                                   \
        n_rows++;                                                                                  \
        CHECK(get(h, &value) == PRL_ERR_SUCCESS && value == def, "the default differs");           \
        CHECK(set(h, hi) == PRL_ERR_SUCCESS && get(h, &value) == PRL_ERR_SUCCESS && value == hi,   \
              "the highest value does not survive");                                               \
        CHECK(set(h, lo) == PRL_ERR_SUCCESS && get(h, &value) == PRL_ERR_SUCCESS && value == lo,   \
              "the lowest value does not survive");                                                \
        PrlHandle_Free(h);                                                                         \
    }
NUMBER_CHECK(bool, PRL_BOOL)
NUMBER_CHECK(u16, PRL_UINT16)
NUMBER_CHECK(u32, PRL_UINT32)
NUMBER_CHECK(i32, PRL_INT32)

static void
check_text(const char *name, PRL_RESULT (*get)(PRL_HANDLE, PRL_STR, PRL_UINT32_PTR),
           PRL_RESULT (*set)(PRL_HANDLE, PRL_CONST_STR), unsigned pht, const char *def,
           bool has_random_default)
{
    static const char text[] = "<a> & \xc3\xa4";
    PRL_HANDLE h = make(pht);
    char buf[256] = "";
    PRL_UINT32 len = 0;

    n_rows++;
    CHECK(get(h, NULL, &len) == PRL_ERR_SUCCESS && (has_random_default || len == strlen(def) + 1),
          "the default's length differs");
    len = sizeof buf;
    CHECK(get(h, buf, &len) == PRL_ERR_SUCCESS && (has_random_default || !strcmp(buf, def)),
          "the default differs");
    CHECK(set(h, text) == PRL_ERR_SUCCESS, "cannot be written");
    len = sizeof buf;
    CHECK(get(h, buf, &len) == PRL_ERR_SUCCESS && !strcmp(buf, text) && len == sizeof text,
          "does not survive");
    /* One byte short: what fits, no NUL, the length needed. */
    memset(buf, '#', sizeof buf);
    len = sizeof text - 1;
    CHECK(get(h, buf, &len) == PRL_ERR_BUFFER_OVERRUN && len == sizeof text &&
              !memcmp(buf, text, sizeof text - 1) && buf[sizeof text - 1] == '#',
          "breaks the rule of short buffers");
    CHECK(set(h, "") == PRL_ERR_SUCCESS && get(h, NULL, &len) == PRL_ERR_SUCCESS && len == 1,
          "an empty text has not length 1");
    PrlHandle_Free(h);
}

static void
check_text_or_null(const char *name, PRL_RESULT (*get)(PRL_HANDLE, PRL_STR, PRL_UINT32_PTR),
                   PRL_RESULT (*set)(PRL_HANDLE, PRL_CONST_STR), unsigned pht)
{
    PRL_HANDLE h = make(pht);
    PRL_UINT32 len = 0;

    CHECK(set(h, "text") == PRL_ERR_SUCCESS && set(h, NULL) == PRL_ERR_SUCCESS, "cannot be cleared by NULL");
    CHECK(get(h, NULL, &len) == PRL_ERR_SUCCESS && len == 1, "was not cleared by NULL");
    PrlHandle_Free(h);
}

static void
check_texts(const char *name, PRL_RESULT (*get)(PRL_HANDLE, PRL_HANDLE_PTR),
            PRL_RESULT (*set)(PRL_HANDLE, PRL_HANDLE), unsigned pht)
{
    PRL_HANDLE h = make(pht), list = PRL_INVALID_HANDLE, got = PRL_INVALID_HANDLE;
    PRL_UINT32 count = 7, len = 16;
    char buf[16] = "";

    n_rows++;
    assert_int_equal(PrlApi_CreateStringsList(&list), PRL_ERR_SUCCESS);
    PrlStrList_AddItem(list, "first");
    PrlStrList_AddItem(list, "second");
    CHECK(set(h, list) == PRL_ERR_SUCCESS && get(h, &got) == PRL_ERR_SUCCESS,
          "cannot be written or read");
    CHECK(PrlStrList_GetItemsCount(got, &count) == PRL_ERR_SUCCESS && count == 2,
          "has another length");
    CHECK(PrlStrList_GetItem(got, 1, buf, &len) == PRL_ERR_SUCCESS && !strcmp(buf, "second"),
          "does not survive");
    PrlHandle_Free(got);
    CHECK(set(h, PRL_INVALID_HANDLE) == PRL_ERR_SUCCESS && get(h, &got) == PRL_ERR_SUCCESS,
          "cannot be cleared");
    CHECK(PrlStrList_GetItemsCount(got, &count) == PRL_ERR_SUCCESS && count == 0,
          "is not empty then");
    PrlHandle_Free(got);
    PrlHandle_Free(list);
    PrlHandle_Free(h);
}

#define U32_MAX 0xffffffffu
#define IS_RANDOM(get) (!strcmp(#get, "PrlVmCfg_GetUuid"))
#define FIELD_BOOL(get, set, path, def) check_bool(#get, get, set, ROW_PHT, def, 0, 1);
#define FIELD_U16(get, set, path, def, lo, hi) check_u16(#get, get, set, ROW_PHT, def, lo, hi);
#define FIELD_U32(get, set, path, def, lo, hi)                                                     \
    check_u32(#get, get, set, ROW_PHT, (PRL_UINT32)(def), lo, hi);
#define FIELD_I32(get, set, path, def, lo, hi) check_i32(#get, get, set, ROW_PHT, def, lo, hi);
#define FIELD_U64(get, set, path, def, lo, hi)
#define FIELD_ENUM(get, set, type, path, def)                                                      \
    check_u32(#get, (PRL_RESULT(*)(PRL_HANDLE, PRL_UINT32 *))get,                                  \
              (PRL_RESULT(*)(PRL_HANDLE, PRL_UINT32))set, ROW_PHT, def, 0, U32_MAX);
#define FIELD_TEXT(get, set, path, def) check_text(#get, get, set, ROW_PHT, def, IS_RANDOM(get));
#define FIELD_TEXT_OR_NULL(get, set, path, def)                                                    \
    FIELD_TEXT(get, set, path, def)                                                                \
    check_text_or_null(#get, get, set, ROW_PHT);
#define TEXTS(get, set, path) check_texts(#get, get, set, ROW_PHT);
#define GET_BOOL(...)
#define GET_U16(...)
#define GET_U32(...)
#define GET_I32(...)
#define GET_U64(...)
#define GET_ENUM(...)
#define GET_TEXT(...)
#define GET_TEXTS(...)
#define SET_BOOL(...)
#define SET_U16(...)
#define SET_U32(...)
#define SET_I32(...)
#define SET_ENUM(...)
#define SET_TEXT(...)
#define SET_TEXT_IF(...)
#define SET_TEXTS_NOT_0(...)
#define SET_TEXTS_OR_DEAD(...)
#define COUNT(...)
#define ITEM(...)
#define DEVICE(...)
#define PARAM_BOOL(...)
#define PARAM_U32(...)
#define PARAM_ENUM(...)
#define PARAM_TEXT(...)
#define BY_HAND(...)
#define BY_HAND_NO_BODY(...)
#define NO_BODY(...)
#define NO_BODY_ANYTIME(...)
#define NO_BODY_ASYNC(...)

static void
every_row__reads_back_what_it_wrote(void **state)
{
    (void)state;
#include "api/api.def"
    assert_true(n_rows > 200);
    assert_int_equal(n_wrong, 0);
}

/* ---- what is not a row ---- */

static void
device__removed_element__is_seen_by_its_handle(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), first, second;
    PRL_BOOL is_enabled;
    PRL_UINT32 count;

    (void)state;
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &first), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &second), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_Remove(first), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_IsEnabled(first, &is_enabled), PRL_ERR_OBJECT_WAS_REMOVED);
    assert_int_equal(PrlVmDev_Remove(first), PRL_ERR_OBJECT_WAS_REMOVED);
    assert_int_equal(PrlVmDev_IsEnabled(second, &is_enabled), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_GetHardDisksCount(vm, &count), PRL_ERR_SUCCESS);
    assert_int_equal(count, 1);
    PrlHandle_Free(second);
    PrlHandle_Free(first);
    PrlHandle_Free(vm);
}

/* What a machine has no place for is refused by the commit: on the way there the program may take others away. */
static void
device__beyond_the_places_of_a_machine__is_created_and_told_apart(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), device[6], usb, alone;
    PRL_UINT32 n = 0;

    (void)state;
    for (PRL_UINT32 i = 0; i < 4; i++) {
        assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_FLOPPY_DISK, &device[i]), PRL_ERR_SUCCESS);
        assert_int_equal(PrlVmDev_GetIndex(device[i], &n), PRL_ERR_SUCCESS);
        assert_int_equal(n, i);
        PrlHandle_Free(device[i]);
    }
    for (int i = 0; i < 5; i++) {
        assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &device[i]), PRL_ERR_SUCCESS);
        assert_int_equal(PrlVmDev_SetIfaceType(device[i], PMS_IDE_DEVICE), PRL_ERR_SUCCESS);
        assert_int_equal(PrlVmDev_SetDefaultStackIndex(device[i]), i < 4 ? PRL_ERR_SUCCESS : PRL_ERR_NO_MORE_FREE_INTERFACE_SLOTS);
    }
    assert_int_equal(PrlVmDev_SetIfaceType(device[4], PMS_SCSI_DEVICE), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_SetDefaultStackIndex(device[4]), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_SetIfaceType(device[4], (PRL_MASS_STORAGE_INTERFACE_TYPE)77), PRL_ERR_INVALID_ARG);
    for (int i = 0; i < 5; i++)
        PrlHandle_Free(device[i]);
    for (PRL_UINT32 i = 0; i < 3; i++) {
        assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_GENERIC_PCI_DEVICE, &device[i]), PRL_ERR_SUCCESS);
        assert_int_equal(PrlVmDev_SetDefaultStackIndex(device[i]), PRL_ERR_SUCCESS);
        assert_int_equal(PrlVmDev_GetStackIndex(device[i], &n), PRL_ERR_SUCCESS);
        assert_int_equal(n, i);
        PrlHandle_Free(device[i]);
    }
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_USB_DEVICE, &usb), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_SetDefaultStackIndex(usb), PRL_ERR_INVALID_ARG);
    PrlHandle_Free(usb);
    PrlHandle_Free(vm);

    assert_int_equal(PrlVmDev_Create(PDE_HARD_DISK, &alone), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_Remove(alone), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_GetIndex(alone, &n), PRL_ERR_OBJECT_WAS_REMOVED);
    PrlHandle_Free(alone);
}

static unsigned
addresses_left(PRL_HANDLE net, PRL_BOOL v4, PRL_BOOL v6)
{
    static const char *const addresses[] = { "10.0.0.1/255.255.255.0", "fd00::1/64", "10.0.0.2/255.255.255.0" };
    PRL_HANDLE list;
    PRL_UINT32 n = 0;
    PRL_BOOL told;

    assert_int_equal(PrlApi_CreateStringsList(&list), PRL_ERR_SUCCESS);
    for (size_t i = 0; i < ARRAY_LEN(addresses); i++)
        assert_int_equal(PrlStrList_AddItem(list, addresses[i]), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDevNet_SetNetAddresses(net, list), PRL_ERR_SUCCESS);
    PrlHandle_Free(list);
    assert_int_equal(PrlVmDevNet_SetConfigureWithDhcp(net, v4), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDevNet_SetConfigureWithDhcpIPv6(net, v6), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDevNet_IsConfigureWithDhcp(net, &told), PRL_ERR_SUCCESS);
    assert_int_equal(told, v4);
    assert_int_equal(PrlVmDevNet_IsConfigureWithDhcpIPv6(net, &told), PRL_ERR_SUCCESS);
    assert_int_equal(told, v6);
    assert_int_equal(PrlVmDevNet_GetNetAddresses(net, &list), PRL_ERR_SUCCESS);
    assert_int_equal(PrlStrList_GetItemsCount(list, &n), PRL_ERR_SUCCESS);
    PrlHandle_Free(list);
    return n;
}

static void
adapter__with_dhcp__has_no_addresses_of_that_family(void **state)
{
    PRL_HANDLE net = make(PHT_VIRTUAL_DEV_NET_ADAPTER);

    (void)state;
    assert_int_equal(addresses_left(net, PRL_FALSE, PRL_FALSE), 3);
    assert_int_equal(addresses_left(net, PRL_TRUE, PRL_FALSE), 1);
    assert_int_equal(addresses_left(net, PRL_FALSE, PRL_TRUE), 2);
    assert_int_equal(addresses_left(net, PRL_TRUE, PRL_TRUE), 0);
    PrlHandle_Free(net);
}

static void
device__set_index__is_followed_by_its_handle(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), disk;
    PRL_UINT32 index;

    (void)state;
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_SetIndex(disk, 5), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_GetIndex(disk, &index), PRL_ERR_SUCCESS);
    assert_int_equal(index, 5);
    PrlHandle_Free(disk);
    PrlHandle_Free(vm);
}

static void
device__names__are_one_value_for_image_files(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), disk;
    PRL_UINT32 len = 64;
    char buf[64];

    (void)state;
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_SetImagePath(disk, "a.hdd"), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_GetSysName(disk, buf, &len), PRL_ERR_SUCCESS);
    assert_string_equal(buf, "a.hdd");
    assert_int_equal(PrlVmDev_SetEmulatedType(disk, PDT_USE_REAL_DEVICE), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_SetFriendlyName(disk, "Disk of mine"), PRL_ERR_SUCCESS);
    len = 64;
    assert_int_equal(PrlVmDev_GetSysName(disk, buf, &len), PRL_ERR_SUCCESS);
    assert_string_equal(buf, "a.hdd");
    PrlHandle_Free(disk);
    PrlHandle_Free(vm);
}

static void
device__interface_type__takes_the_lowest_free_place(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), a, b, net;
    PRL_UINT32 place;

    (void)state;
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &a), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &b), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_GENERIC_NETWORK_ADAPTER, &net), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_SetIfaceType(a, PMS_SCSI_DEVICE), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_SetIfaceType(b, PMS_SCSI_DEVICE), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_GetStackIndex(a, &place), PRL_ERR_SUCCESS);
    assert_int_equal(place, 0);
    assert_int_equal(PrlVmDev_GetStackIndex(b, &place), PRL_ERR_SUCCESS);
    assert_int_equal(place, 1);
    assert_int_equal(PrlVmDev_SetIfaceType(net, PMS_SCSI_DEVICE), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlVmDev_GetStackIndex(net, &place), PRL_ERR_INVALID_ARG);
    PrlHandle_Free(net);
    PrlHandle_Free(b);
    PrlHandle_Free(a);
    PrlHandle_Free(vm);
}

static void
devices__list__gives_what_fits_and_the_whole_number(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), list[2] = { 0 }, device;
    PRL_UINT32 count = 0;

    (void)state;
    for (int i = 0; i < 3; i++) {
        assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &device), PRL_ERR_SUCCESS);
        PrlHandle_Free(device);
    }
    assert_int_equal(PrlVmCfg_GetDevsList(vm, list, &count), PRL_ERR_INVALID_ARG);
    count = 2;
    assert_int_equal(PrlVmCfg_GetDevsList(vm, list, &count), PRL_ERR_BUFFER_OVERRUN);
    assert_int_equal(count, 3);
    PrlHandle_Free(list[0]);
    PrlHandle_Free(list[1]);
    assert_int_equal(PrlVmCfg_GetDevsCountByType(vm, PDE_MAX, &count), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlVmCfg_GetDevByType(vm, PDE_HARD_DISK, 3, &device), PRL_ERR_INVALID_ARG);
    PrlHandle_Free(vm);
}

static void
adapter__mac_forms(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), net;
    PRL_UINT32 len = 32;
    char buf[32];

    (void)state;
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_GENERIC_NETWORK_ADAPTER, &net), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDevNet_SetMacAddress(net, "0a:1b:2c:3d:4e:5f"), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDevNet_GetMacAddress(net, buf, &len), PRL_ERR_SUCCESS);
    assert_string_equal(buf, "0A1B2C3D4E5F");
    len = 32;
    assert_int_equal(PrlVmDevNet_GetMacAddressCanonical(net, buf, &len), PRL_ERR_SUCCESS);
    assert_string_equal(buf, "0a:1b:2c:3d:4e:5f");
    assert_int_equal(PrlVmDevNet_SetMacAddress(net, "nonsense"), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlVmDevNet_GenerateMacAddr(net), PRL_ERR_SUCCESS);
    len = 32;
    assert_int_equal(PrlVmDevNet_GetMacAddress(net, buf, &len), PRL_ERR_SUCCESS);
    assert_memory_equal(buf, "C43772", 6);
    PrlHandle_Free(net);
    PrlHandle_Free(vm);
}

static void
boot_order__sequence_index__sorts(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), entry[3], got;
    PRL_UINT32 count = 0, base = 0, index;

    (void)state;
    assert_int_equal(PrlVmCfg_GetBootDevCount(vm, &base), PRL_ERR_SUCCESS);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(PrlVmCfg_CreateBootDev(vm, &entry[i]), PRL_ERR_SUCCESS);
        assert_int_equal(PrlBootDev_SetIndex(entry[i], 10 + i), PRL_ERR_SUCCESS);
    }
    assert_int_equal(PrlBootDev_SetSequenceIndex(entry[0], 100), PRL_ERR_SUCCESS);
    assert_int_equal(PrlBootDev_SetSequenceIndex(entry[2], 50), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_GetBootDev(vm, base + 2, &got), PRL_ERR_SUCCESS);
    assert_int_equal(PrlBootDev_GetIndex(got, &index), PRL_ERR_SUCCESS);
    assert_int_equal(index, 10);
    PrlHandle_Free(got);
    assert_int_equal(PrlBootDev_GetIndex(entry[2], &index), PRL_ERR_SUCCESS);
    assert_int_equal(index, 12);
    assert_int_equal(PrlBootDev_Remove(entry[0]), PRL_ERR_SUCCESS);
    assert_int_equal(PrlBootDev_GetIndex(entry[0], &index), PRL_ERR_OBJECT_WAS_REMOVED);
    assert_int_equal(PrlVmCfg_GetBootDevCount(vm, &count), PRL_ERR_SUCCESS);
    assert_int_equal(count, base + 2);
    for (unsigned i = 0; i < 3; i++)
        PrlHandle_Free(entry[i]);
    PrlHandle_Free(vm);
}

static void
limits__types_are_checked(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE);
    PRL_CPULIMIT_DATA cpu = { 150, PRL_CPULIMIT_PERCENTS };
    PRL_IOLIMIT_DATA io = { 4096, PRL_IOLIMIT_BS };
    PRL_UINT32 value;

    (void)state;
    assert_int_equal(PrlVmCfg_SetCpuLimitEx(vm, &cpu), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_GetCpuLimit(vm, &value), PRL_ERR_SUCCESS);
    assert_int_equal(value, 150);
    cpu.type = PRL_CPULIMIT_MHZ;
    assert_int_equal(PrlVmCfg_SetCpuLimitEx(vm, &cpu), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_GetCpuLimit(vm, &value), PRL_ERR_SUCCESS);
    assert_int_equal(value, 0);
    cpu.type = (PRL_CPULIMIT_TYPE)99;
    assert_int_equal(PrlVmCfg_SetCpuLimitEx(vm, &cpu), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlVmCfg_GetCpuLimitEx(vm, &cpu), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlVmCfg_SetIoLimit(vm, &io), PRL_ERR_SUCCESS);
    io.value = 0;
    assert_int_equal(PrlVmCfg_GetIoLimit(vm, &io), PRL_ERR_SUCCESS);
    assert_int_equal(io.value, 4096);
    PrlHandle_Free(vm);
}

static void
default_config__has_what_a_guest_needs(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), device;
    PRL_UINT32 value = 0, disks = 0, count = 0;

    (void)state;
    assert_int_equal(
        PrlVmCfg_SetDefaultConfig(vm, PRL_INVALID_HANDLE, PVS_GUEST_VER_LIN_CENTOS, PRL_TRUE),
        PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_GetOsVersion(vm, &value), PRL_ERR_SUCCESS);
    assert_int_equal(value, PVS_GUEST_VER_LIN_CENTOS);
    assert_int_equal(PrlVmCfg_GetOsType(vm, &value), PRL_ERR_SUCCESS);
    assert_int_equal(value, PVS_GUEST_TYPE_LINUX);
    assert_int_equal(PrlVmCfg_GetCpuSocketsCount(vm, &value), PRL_ERR_SUCCESS);
    assert_true(value >= 1);
    assert_int_equal(PrlVmCfg_GetHardDisksCount(vm, &disks), PRL_ERR_SUCCESS);
    assert_int_equal(disks, 1);
    assert_int_equal(PrlVmCfg_GetNetAdaptersCount(vm, &count), PRL_ERR_SUCCESS);
    assert_int_equal(count, 1);
    assert_int_equal(PrlVmCfg_AddDefaultDeviceEx(vm, PRL_INVALID_HANDLE, PDE_HARD_DISK, &device),
                     PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDev_GetIndex(device, &value), PRL_ERR_SUCCESS);
    assert_int_equal(value, 1);
    PrlHandle_Free(device);
    assert_int_equal(PrlVmCfg_AddDefaultDevice(vm, PRL_INVALID_HANDLE, PDE_MIXER_DEVICE),
                     PRL_ERR_OPERATION_FAILED);
    PrlHandle_Free(vm);
}

static void
confirmations__keep_their_numbers(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), list, got;
    PRL_UINT32 command = PAR_VM_DELETE_ACCESS, count = 0, value = 0;

    (void)state;
    assert_int_equal(PrlApi_CreateOpTypeList(&list, 4), PRL_ERR_SUCCESS);
    assert_int_equal(PrlOpTypeList_AddItem(list, &command), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_SetConfirmationsList(vm, list), PRL_ERR_SUCCESS);
    PrlHandle_Free(list);
    assert_int_equal(PrlVmCfg_GetConfirmationsList(vm, &got), PRL_ERR_SUCCESS);
    assert_int_equal(PrlOpTypeList_GetItemsCount(got, &count), PRL_ERR_SUCCESS);
    assert_int_equal(count, 1);
    assert_int_equal(PrlOpTypeList_GetItem(got, 0, &value), PRL_ERR_SUCCESS);
    assert_int_equal(value, command);
    PrlHandle_Free(got);
    assert_int_equal(PrlApi_CreateOpTypeList(&list, 8), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_SetConfirmationsList(vm, list), PRL_ERR_INVALID_ARG);
    PrlHandle_Free(list);
    PrlHandle_Free(vm);
}

static void
firewall_rules__are_copied_both_ways(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), net, rule, list, got, copy;
    PRL_UINT32 port = 0, count = 9;

    (void)state;
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_GENERIC_NETWORK_ADAPTER, &net), PRL_ERR_SUCCESS);
    assert_int_equal(PrlFirewallRule_Create(&rule), PRL_ERR_SUCCESS);
    assert_int_equal(PrlFirewallRule_SetLocalPort(rule, 22), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_CreateHandlesList(&list), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHndlList_AddItem(list, rule), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDevNet_SetFirewallRuleList(net, PFD_INCOMING, list), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHndlList_AddItem(list, vm), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDevNet_SetFirewallRuleList(net, PFD_INCOMING, list), PRL_ERR_INVALID_ARG);
    PrlHandle_Free(list);
    assert_int_equal(PrlFirewallRule_SetLocalPort(rule, 23), PRL_ERR_SUCCESS);
    PrlHandle_Free(rule);

    assert_int_equal(PrlVmDevNet_GetFirewallRuleList(net, PFD_INCOMING, &got), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHndlList_GetItem(got, 0, &copy), PRL_ERR_SUCCESS);
    assert_int_equal(PrlFirewallRule_GetLocalPort(copy, &port), PRL_ERR_SUCCESS);
    assert_int_equal(port, 22);
    PrlHandle_Free(copy);
    PrlHandle_Free(got);
    assert_int_equal(PrlVmDevNet_SetFirewallRuleList(net, PFD_INCOMING, PRL_INVALID_HANDLE),
                     PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmDevNet_GetFirewallRuleList(net, PFD_INCOMING, &got), PRL_ERR_SUCCESS);
    assert_int_equal(PrlHndlList_GetItemsCount(got, &count), PRL_ERR_SUCCESS);
    assert_int_equal(count, 0);
    PrlHandle_Free(got);
    PrlHandle_Free(net);
    PrlHandle_Free(vm);
}

static void
vm__text__carries_the_configuration(void **state)
{
    PRL_HANDLE a = make(PHT_VIRTUAL_MACHINE), b = make(PHT_VIRTUAL_MACHINE);
    PRL_UINT32 ram = 0;
    PRL_VOID_PTR text = NULL;

    (void)state;
    assert_int_equal(PrlVmCfg_SetRamSize(a, 1234), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVm_ToString(a, &text), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVm_FromString(b, text), PRL_ERR_SUCCESS);
    assert_int_equal(PrlBuffer_Free(text), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_GetRamSize(b, &ram), PRL_ERR_SUCCESS);
    assert_int_equal(ram, 1234);
    assert_int_equal(PrlVm_FromString(b, "<Other/>"), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlVmCfg_SetRamSize(a, 77), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVm_SetConfig(b, a), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_GetRamSize(b, &ram), PRL_ERR_SUCCESS);
    assert_int_equal(ram, 77);
    PrlHandle_Free(b);
    PrlHandle_Free(a);
}

/* ---- requests: values refused at once, good ones need a connection ---- */

static PRL_RESULT
outcome(PRL_HANDLE job, PRL_BOOL *ret_was_sent)
{
    PRL_RESULT r = PRL_ERR_UNEXPECTED;

    assert_ptr_not_equal(job, PRL_INVALID_HANDLE);
    assert_int_equal(PrlJob_Wait(job, 10000), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_GetRetCode(job, &r), PRL_ERR_SUCCESS);
    assert_int_equal(PrlJob_IsRequestWasSent(job, ret_was_sent), PRL_ERR_SUCCESS);
    PrlHandle_Free(job);
    return r;
}

static void
requests__bad_values__are_refused_at_once(void **state)
{
    PRL_GET_VM_CONFIG_PARAM_DATA param = { .nVmType = (PRL_VM_TYPE)77 };
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), disk = make(PHT_VIRTUAL_DEV_HARD_DISK);
    PRL_BOOL was_sent = PRL_TRUE;

    (void)state;
    const PRL_HANDLE jobs[] = {
        PrlVm_StartEx(vm, PSM_VM_START_LAST_ITEM + 1, 0),
        PrlVm_StopEx(vm, PSM_LAST + 1, 0),
        PrlVm_ValidateConfig(vm, (PRL_VM_CONFIG_SECTIONS)(PVC_LAST_SECTION + 1)),
        PrlSrv_RegisterVmWithUuid(server, "/vms/a", "no uuid", 0),
        PrlSrv_GetDefaultVmConfig(server, &param, 0),
        PrlVm_CloneEx(vm, "bad \xff name", "", 0),
        PrlSrv_FsCreateDir(server, "/a\x01"),
    };
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++) {
        assert_int_equal(outcome(jobs[i], &was_sent), PRL_ERR_INVALID_ARG);
        assert_false(was_sent);
    }
    assert_int_equal(outcome(PrlVmDev_CreateImage(disk, PRL_FALSE, PRL_TRUE), &was_sent),
                     PRL_ERR_UNINITIALIZED);
    assert_int_equal(outcome(PrlVm_GenerateVmDevFilename(vm, "a", ".hdd", ""), &was_sent),
                     PRL_ERR_NO_DATA);
    PrlHandle_Free(disk);
    PrlHandle_Free(vm);
}

static void
requests__without_a_connection__say_so(void **state)
{
    PRL_HANDLE vm = make(PHT_VIRTUAL_MACHINE), disk, files, prefs = make(PHT_DISP_CONFIG), acl;
    PRL_BOOL was_sent;

    (void)state;
    assert_int_equal(PrlVmCfg_CreateVmDev(vm, PDE_HARD_DISK, &disk), PRL_ERR_SUCCESS);
    assert_int_equal(PrlApi_CreateStringsList(&files), PRL_ERR_SUCCESS);
    assert_int_equal(PrlVmCfg_GetAccessRights(vm, &acl), PRL_ERR_SUCCESS);
    const PRL_HANDLE jobs[] = {
        PrlVm_Start(vm),
        PrlVm_Resume(vm),
        PrlVm_Stop(vm, PRL_TRUE),
        PrlVm_Pause(vm, PRL_FALSE),
        PrlVm_Suspend(vm),
        PrlVm_DropSuspendedState(vm),
        PrlVm_Reset(vm),
        PrlVm_Restart(vm),
        PrlVm_Reg(vm, "", PRL_TRUE),
        PrlVm_Unreg(vm),
        PrlVm_Delete(vm, PRL_INVALID_HANDLE),
        PrlVm_Delete(vm, files),
        PrlVm_Clone(vm, "name", "", PRL_FALSE),
        PrlVm_CloneWithUuid(vm, "name", "", "", PCVF_LINKED_CLONE),
        PrlVm_BeginEdit(vm),
        PrlVm_Commit(vm),
        PrlVm_RefreshConfig(vm),
        PrlVm_ValidateConfig(vm, PVC_ALL),
        PrlVm_Lock(vm, 0),
        PrlVm_Unlock(vm, 0),
        PrlVm_GetState(vm),
        PrlVm_UpdateSecurity(vm, acl),
        PrlVmDev_CreateImage(disk, PRL_FALSE, PRL_TRUE),
        PrlSrv_GetVmList(server),
        PrlSrv_GetVmConfig(server, "name", PGVC_SEARCH_BY_NAME),
        PrlSrv_GetSrvConfig(server),
        PrlSrv_CommonPrefsCommit(server, prefs),
        PrlSrv_RegisterVm(server, "/vms/a", PRL_TRUE),
    };
    for (size_t i = 0; i < sizeof jobs / sizeof jobs[0]; i++)
        assert_int_equal(outcome(jobs[i], &was_sent), PRL_ERR_NOT_CONNECTED_TO_DISPATCHER);
    PrlHandle_Free(acl);
    PrlHandle_Free(prefs);
    PrlHandle_Free(files);
    PrlHandle_Free(disk);
    PrlHandle_Free(vm);
}

/* ---- event-like documents and hosts ---- */

static PRL_HANDLE
document(PRL_HANDLE_TYPE pht, const char *text)
{
    char *copy = strdup(text);
    struct doc *d = doc_new_text(pht, copy, strlen(text));
    PRL_HANDLE h;

    assert_non_null(d);
    assert_int_equal(row_give((struct object *)config_obj_new(pht, d, NULL), &h), PRL_ERR_SUCCESS);
    doc_unref(d);
    return h;
}

#define EVENT(params)                                                                              \
    "<ParallelsEvent><EventType>0</EventType><EventLevel>0</EventLevel><EventCode>0</"             \
    "EventCode><EventNeedResponse>0"                                                               \
    "</EventNeedResponse><EventIssuerType>2</EventIssuerType><EventIssuerId/><EventSource/"        \
    "><EventInitialRequestId>"                                                                     \
    "{00000000-0000-0000-0000-000000000000}</EventInitialRequestId><EventParameters>" params       \
    "</EventParameters></ParallelsEvent>"
#define PARAMETER(name, type, value)                                                               \
    "<EventParameter id=\"0\"><Name>" name "</Name><Type>" type "</Type><Value>" value             \
    "</Value></EventParameter>"

static void
vm_info__absent_value__gives_its_default_and_no_data(void **state)
{
    PRL_HANDLE empty = document(PHT_VM_INFO, EVENT(""));
    PRL_HANDLE full = document(PHT_VM_INFO, EVENT(PARAMETER("vminfo_vm_state", "2", "805306372")
                                                      PARAMETER("vminfo_vm_valid_rc", "10", "0")));
    VIRTUAL_MACHINE_STATE vm_state = VMS_RUNNING;
    PRL_RESULT reason = PRL_ERR_UNEXPECTED;
    PRL_BOOL is_invalid = PRL_FALSE;

    (void)state;
    assert_int_equal(PrlVmInfo_GetState(empty, &vm_state), PRL_ERR_NO_DATA);
    assert_int_equal(vm_state, VMS_UNKNOWN);
    assert_int_equal(PrlVmInfo_IsInvalid(empty, &is_invalid), PRL_ERR_NO_DATA);
    assert_true(is_invalid);
    assert_int_equal(PrlVmInfo_GetState(full, &vm_state), PRL_ERR_SUCCESS);
    assert_int_equal(vm_state, 805306372);
    assert_int_equal(PrlVmInfo_IsInvalidEx(full, &is_invalid, &reason), PRL_ERR_SUCCESS);
    assert_false(is_invalid);
    assert_int_equal(reason, PRL_ERR_SUCCESS);
    PrlHandle_Free(full);
    PrlHandle_Free(empty);
}

static void
server_config__lists_give_their_items(void **state)
{
    PRL_HANDLE host = document(
        PHT_SERVER_CONFIG,
        "<VirtuozzoHostInfo><Cpu><Number>4</Number></Cpu><HardDisks><HardDisk><Name>a</Name>"
        "<Partition><Name>a1</Name></Partition><Partition><Name>a2</Name><Size>7</Size>"
        "</Partition></HardDisk></HardDisks><GenericPciDevices><GenericPciDevice><Type>2</Type>"
        "</GenericPciDevice></GenericPciDevices></VirtuozzoHostInfo>");
    PRL_HANDLE disk, partition, pci;
    PRL_GENERIC_PCI_DEVICE_CLASS class;
    PRL_UINT32 count = 0;
    PRL_UINT64 size = 0;
    PRL_DEVICE_TYPE type;

    (void)state;
    assert_int_equal(PrlSrvCfg_GetCpuCount(host, &count), PRL_ERR_SUCCESS);
    assert_int_equal(count, 4);
    assert_int_equal(PrlSrvCfg_GetHardDisk(host, 1, &disk), PRL_ERR_INVALID_ARG);
    assert_int_equal(PrlSrvCfg_GetHardDisk(host, 0, &disk), PRL_ERR_SUCCESS);
    assert_int_equal(PrlSrvCfgHdd_GetPart(disk, 1, &partition), PRL_ERR_SUCCESS);
    PrlHandle_Free(host); /* the parts keep what they need */
    assert_int_equal(PrlSrvCfgHddPart_GetSize(partition, &size), PRL_ERR_SUCCESS);
    assert_int_equal(size, 7);
    assert_int_equal(PrlSrvCfgDev_GetType(disk, &type), PRL_ERR_SUCCESS);
    assert_int_equal(type, PDE_HARD_DISK);
    PrlHandle_Free(partition);
    PrlHandle_Free(disk);

    host = document(
        PHT_SERVER_CONFIG,
        "<VirtuozzoHostInfo><GenericPciDevices><GenericPciDevice><Type>2</Type></GenericPciDevice>"
        "</GenericPciDevices></VirtuozzoHostInfo>");
    assert_int_equal(PrlSrvCfg_GetGenericPciDevice(host, 0, &pci), PRL_ERR_SUCCESS);
    assert_int_equal(PrlSrvCfgPci_GetDeviceClass(pci, &class), PRL_ERR_SUCCESS);
    assert_int_equal(class, 2);
    PrlHandle_Free(pci);
    PrlHandle_Free(host);
}

static int
set_up(void **state)
{
    (void)state;
    assert_int_equal(PrlApi_InitEx(VIRTUOZZO_API_VER, PAM_SERVER, 0, 0), PRL_ERR_SUCCESS);
    assert_int_equal(PrlSrv_Create(&server), PRL_ERR_SUCCESS);
    return 0;
}

static int
tear_down(void **state)
{
    PRL_UINT32 left = 0;

    (void)state;
    assert_int_equal(PrlHandle_Free(server), PRL_ERR_SUCCESS);
    assert_int_equal(PrlDbg_GetHandlesNum(&left, PHT_ERROR), PRL_ERR_SUCCESS);
    assert_int_equal(left, 0);
    return PrlApi_Deinit();
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row__reads_back_what_it_wrote),
        cmocka_unit_test(device__removed_element__is_seen_by_its_handle),
        cmocka_unit_test(device__beyond_the_places_of_a_machine__is_created_and_told_apart),
        cmocka_unit_test(adapter__with_dhcp__has_no_addresses_of_that_family),
        cmocka_unit_test(device__set_index__is_followed_by_its_handle),
        cmocka_unit_test(device__names__are_one_value_for_image_files),
        cmocka_unit_test(device__interface_type__takes_the_lowest_free_place),
        cmocka_unit_test(devices__list__gives_what_fits_and_the_whole_number),
        cmocka_unit_test(adapter__mac_forms),
        cmocka_unit_test(boot_order__sequence_index__sorts),
        cmocka_unit_test(limits__types_are_checked),
        cmocka_unit_test(default_config__has_what_a_guest_needs),
        cmocka_unit_test(confirmations__keep_their_numbers),
        cmocka_unit_test(firewall_rules__are_copied_both_ways),
        cmocka_unit_test(vm__text__carries_the_configuration),
        cmocka_unit_test(requests__bad_values__are_refused_at_once),
        cmocka_unit_test(requests__without_a_connection__say_so),
        cmocka_unit_test(vm_info__absent_value__gives_its_default_and_no_data),
        cmocka_unit_test(server_config__lists_give_their_items),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
