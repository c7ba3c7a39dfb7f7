/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <string.h>

#include "model/guest_os.h"

static void
guest_os__every_version__has_its_family_and_a_name(void **state)
{
    size_t n_types, n, all = 0;
    const PRL_UINT8 *types = guest_os_types(PHO_MAC, &n_types);

    (void)state;
    assert_int_equal(n_types, 11);
    for (size_t t = 0; t < n_types; t++) {
        const PRL_UINT16 *versions = guest_os_versions(PHO_LIN, types[t], &n);

        assert_true(guest_os_type_is_known(types[t]));
        assert_true(n > 0);
        assert_true(guest_os_version_is_known(guest_os_default_version(types[t])));
        for (size_t i = 0; i < n; i++, all++) {
            assert_int_equal(GUEST_OS_TYPE(versions[i]), types[t]);
            assert_true(guest_os_version_is_known(versions[i]));
            assert_string_not_equal(guest_os_machine_name(versions[i]), "unknown");
        }
    }
    assert_int_equal(all, 88); /* the ids of PrlOses.h without aliases and families */
}

static void
guest_os__linux_host__offers_no_macos(void **state)
{
    size_t n;
    const PRL_UINT8 *types = guest_os_types(PHO_LIN, &n);

    (void)state;
    assert_int_equal(n, 10);
    assert_null(memchr(types, PVS_GUEST_TYPE_MACOS, n));
}

static void
guest_os__unknown_family__has_nothing(void **state)
{
    size_t n = 7;

    (void)state;
    assert_null(guest_os_versions(PHO_LIN, 99, &n));
    assert_int_equal(n, 0);
    assert_int_equal(guest_os_default_version(99), 0);
    assert_false(guest_os_type_is_known(0));
    assert_false(guest_os_version_is_known(0));
    assert_int_equal(guest_os_hdd_mib(0), 8192);
    assert_int_equal(guest_os_ram_mib(0, 512), 256);
    assert_string_equal(guest_os_name(12345), "unknown");
    assert_string_equal(guest_os_machine_name(12345), "Other");
}

static void
guest_os__ram__follows_the_host(void **state)
{
    static const struct {
        unsigned version;
        uint64_t host;
        uint32_t ram;
    } rows[] = {
        { PVS_GUEST_VER_LIN_OTHER, 512, 512 },      { PVS_GUEST_VER_LIN_OTHER, 1025, 768 },
        { PVS_GUEST_VER_LIN_OTHER, 8192, 1024 },    { PVS_GUEST_VER_WIN_XP, 2048, 512 },
        { PVS_GUEST_VER_WIN_XP, 3072, 768 },        { PVS_GUEST_VER_WIN_XP, 3073, 1024 },
        { PVS_GUEST_VER_WIN_2019, 512, 2048 },      { PVS_GUEST_VER_LIN_REDHAT_9, 512, 2048 },
        { PVS_GUEST_VER_DOS_MS622, 65536, 32 },     { PVS_GUEST_VER_BSD_8X, 65536, 256 },
        { PVS_GUEST_VER_BSD_OTHER, 65536, 2048 },   { PVS_GUEST_VER_OS2_ECS11, 65536, 256 },
        { PVS_GUEST_VER_OS2_WARP3, 65536, 128 },    { PVS_GUEST_VER_LIN_FEDORA_5, 65536, 512 },
        { PVS_GUEST_VER_MACOS_TIGER, 4096, 1024 },  { PVS_GUEST_VER_MACOS_LEOPARD, 4096, 2048 },
        { PVS_GUEST_VER_SOL_10, 512, 1536 },        { (PVS_GUEST_TYPE_WINDOWS << 8) | 0x77, 512, 1024 },
    };

    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        assert_int_equal(guest_os_ram_mib(rows[i].version, rows[i].host), rows[i].ram);
}

static void
guest_os__disks__go_where_clients_can_load_them(void **state)
{
    size_t n_types, n;
    const PRL_UINT8 *types = guest_os_types(PHO_MAC, &n_types);

    (void)state;
    for (size_t t = 0; t < n_types; t++) {
        const PRL_UINT16 *versions = guest_os_versions(PHO_LIN, types[t], &n);

        for (size_t i = 0; i < n; i++) {
            PRL_VM_NET_ADAPTER_TYPE card = guest_os_net_adapter(versions[i]);

            assert_int_not_equal(guest_os_disk_bus(versions[i], false), PMS_VIRTIO_BLOCK_DEVICE);
            assert_int_not_equal(guest_os_disk_bus(versions[i], true), PMS_VIRTIO_BLOCK_DEVICE);
            assert_true(card == PNT_RTL || card == PNT_E1000 || card == PNT_VIRTIO);
        }
    }
    assert_int_equal(guest_os_disk_bus(PVS_GUEST_VER_LIN_DEBIAN, false), PMS_SCSI_DEVICE);
    assert_int_equal(guest_os_disk_bus(PVS_GUEST_VER_LIN_DEBIAN, true), PMS_SATA_DEVICE);
    assert_int_equal(guest_os_disk_bus(PVS_GUEST_VER_SOL_11, false), PMS_SATA_DEVICE);
    assert_int_equal(guest_os_disk_bus(PVS_GUEST_VER_WIN_XP, false), PMS_IDE_DEVICE); /* its installer has no driver for SATA */
    assert_int_equal(guest_os_scsi_controller(PVS_GUEST_VER_LIN_KRNL_24), PCD_LSI_SPI);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(guest_os__every_version__has_its_family_and_a_name),
        cmocka_unit_test(guest_os__linux_host__offers_no_macos),
        cmocka_unit_test(guest_os__unknown_family__has_nothing),
        cmocka_unit_test(guest_os__ram__follows_the_host),
        cmocka_unit_test(guest_os__disks__go_where_clients_can_load_them),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
