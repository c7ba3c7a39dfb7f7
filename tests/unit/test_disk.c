/* SPDX-License-Identifier: MIT */
/* PrlDisk_: what each call takes, gives and refuses, on disks of every kind that the library makes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "api/public.h"
#include "disk_tools.h"

#define SIZE_SECTORS 131072u
#define OK PRL_ERR_SUCCESS

static const PRL_IMAGE_TYPE kinds[] = { PRL_IMAGE_TRY_GUESS, PRL_IMAGE_COMPRESSED, PRL_IMAGE_PLAIN };
#define N_KINDS (sizeof kinds / sizeof kinds[0])

static int
up(void **state)
{
    temp_dir_up(state);
    setenv("PRLKVM_HOME", temp_dir, 1);
    return 0;
}

static PRL_RESULT
create_with(const char *name, PRL_IMAGE_TYPE type, PRL_UINT64 sectors, PRL_UINT32 block, PRL_HANDLE *ret)
{
    PRL_IMAGE_PARAMETERS part = { .Type = type, .uSize = sectors };
    PRL_DISK_PARAMETERS p = { .m_SizeInSectors = sectors, .m_BlockSize = block, .m_Parts = 1, .m_Storages = &part };
    AUTO(cleanup_free) char *path = temp_path(name);

    return PrlDisk_CreateDisk_Local(ret, path, &p, NULL, NULL);
}

static PRL_HANDLE
create(const char *name, PRL_IMAGE_TYPE type)
{
    PRL_HANDLE h = PRL_INVALID_HANDLE;

    assert_int_equal(create_with(name, type, SIZE_SECTORS, 0, &h), OK);
    assert_ptr_not_equal(h, PRL_INVALID_HANDLE);
    return h;
}

static PRL_RESULT
open_it(const char *name, PRL_UINT32 flags, PRL_HANDLE list, PRL_HANDLE *ret)
{
    AUTO(cleanup_free) char *path = temp_path(name);

    return PrlDisk_OpenDisk_Local(ret, path, flags, list);
}

static void
close_it(PRL_HANDLE h)
{
    assert_int_equal(PrlDisk_Free(h), OK);
}

static void
write_at(PRL_HANDLE h, PRL_UINT64 sector, PRL_UINT32 bytes, unsigned seed)
{
    AUTO(cleanup_free) unsigned char *buf = malloc(bytes + 1);

    fill_pattern(buf + 1, bytes, sector * 512, seed); /* no alignment is asked for */
    assert_int_equal(PrlDisk_Write(h, buf + 1, bytes, sector), OK);
}

static void
must_read(PRL_HANDLE h, PRL_UINT64 sector, PRL_UINT32 bytes, PRL_UINT64 pattern_sector, unsigned seed)
{
    AUTO(cleanup_free) unsigned char *buf = malloc(bytes + 1);

    memset(buf, 0xee, bytes + 1);
    assert_int_equal(PrlDisk_Read(h, buf + 1, bytes, sector), OK);
    assert_true(is_pattern(buf + 1, bytes, pattern_sector * 512, seed));
}

/* ---- data ---- */

static void
every_kind__keeps_what_is_written(void **state)
{
    for (size_t i = 0; i < N_KINDS; i++) {
        unsigned char zeros[4096];
        PRL_HANDLE h = create("a/b/disk.hdd", kinds[i]);

        write_at(h, 3, 512, 1);
        write_at(h, 2047, 3 << 20, 2);
        write_at(h, SIZE_SECTORS - 1, 512, 3);
        must_read(h, 3, 512, 3, 1);
        assert_int_equal(PrlDisk_FlushCache(h), OK);
        close_it(h);

        assert_int_equal(open_it("a/b/disk.hdd", PRL_DISK_READ, PRL_INVALID_HANDLE, &h), OK);
        must_read(h, 3, 512, 3, 1);
        must_read(h, 2047, 3 << 20, 2047, 2);
        must_read(h, 3000, 512, 3000, 2);
        must_read(h, SIZE_SECTORS - 1, 512, SIZE_SECTORS - 1, 3);
        assert_int_equal(PrlDisk_Read(h, zeros, sizeof zeros, 100000), OK);
        assert_true(is_zeros(zeros, sizeof zeros));
        assert_int_equal(PrlDisk_Write(h, zeros, 512, 0), PRL_ERR_DISK_OPERATION_NOT_ALLOWED);
        assert_int_equal(PrlDisk_FlushCache(h), OK);
        close_it(h);
        temp_dir_down(NULL);
        assert_int_equal(mkdir(temp_dir, 0700), 0);
    }
}

static void
transfers__out_of_bounds_or_of_odd_sizes__are_refused(void **state)
{
    static const struct {
        PRL_UINT32 size;
        PRL_UINT64 sector;
        PRL_RESULT read, write;
    } rows[] = {
        { 512, SIZE_SECTORS, PRL_ERR_DISK_READ_OUT_DISK, PRL_ERR_DISK_WRITE_OUT_DISK },
        { 1024, SIZE_SECTORS - 1, PRL_ERR_DISK_READ_OUT_DISK, PRL_ERR_DISK_WRITE_OUT_DISK },
        { 512, UINT64_MAX, PRL_ERR_DISK_READ_OUT_DISK, PRL_ERR_DISK_WRITE_OUT_DISK },
        { 512, UINT64_MAX / 512, PRL_ERR_DISK_READ_OUT_DISK, PRL_ERR_DISK_WRITE_OUT_DISK },
        { 512, (UINT64_C(1) << 55) + 1, PRL_ERR_DISK_READ_OUT_DISK, PRL_ERR_DISK_WRITE_OUT_DISK },
        { 511, 0, PRL_ERR_INVALID_ARG, PRL_ERR_INVALID_ARG },
        { 1, 0, PRL_ERR_INVALID_ARG, PRL_ERR_INVALID_ARG },
        { 0, 0, OK, OK },
        { 0, UINT64_MAX, OK, OK },
        { 1024, SIZE_SECTORS - 2, OK, OK },
    };

    for (size_t k = 0; k < N_KINDS; k++) {
        char name[16];
        PRL_HANDLE h;

        snprintf(name, sizeof name, "bounds%zu", k);
        h = create(name, kinds[k]);
        for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
            char buf[1024] = { 0 };

            assert_int_equal(PrlDisk_Read(h, buf, rows[i].size, rows[i].sector), rows[i].read);
            assert_int_equal(PrlDisk_Write(h, buf, rows[i].size, rows[i].sector), rows[i].write);
        }
        assert_int_equal(PrlDisk_Read(h, NULL, 512, 0), PRL_ERR_INVALID_ARG);
        assert_int_equal(PrlDisk_Write(h, NULL, 0, 0), PRL_ERR_INVALID_ARG);
        close_it(h);
    }
}

/* ---- making ---- */

static void
create__with_bad_parameters__says_which(void **state)
{
    static const struct {
        PRL_IMAGE_TYPE type;
        PRL_UINT64 sectors;
        PRL_UINT32 block;
        PRL_RESULT want;
    } rows[] = {
        { PRL_IMAGE_TRY_GUESS, 0, 0, PRL_ERR_DISK_INVALID_PARAMETERS },
        { PRL_IMAGE_TRY_GUESS, UINT64_MAX, 0, PRL_ERR_DISK_INVALID_PARAMETERS },
        { PRL_IMAGE_TRY_GUESS, UINT64_C(1) << 53, 0, PRL_ERR_DISK_CREATE_IMAGE_ERROR },
        { PRL_IMAGE_COMPRESSED, 2048, 7, PRL_ERR_DISK_INVALID_BLOCKSIZE },
        { PRL_IMAGE_COMPRESSED, 2048, 4, PRL_ERR_DISK_INVALID_BLOCKSIZE },
        { PRL_IMAGE_COMPRESSED, 2048, 63, PRL_ERR_DISK_INVALID_BLOCKSIZE },
        { PRL_IMAGE_COMPRESSED, 0, 0, PRL_ERR_DISK_INVALID_PARAMETERS },
        { PRL_IMAGE_PHYSICAL, 2048, 0, PRL_ERR_DISK_INVALID_PARAMETERS },
        { PRL_IMAGE_VMDK_MONOLITHIC_FLAT, 2048, 0, PRL_ERR_DISK_INVALID_PARAMETERS },
        { PRL_IMAGE_TRY_GUESS, 2048, 7, OK }, /* not looked at */
        { PRL_IMAGE_INVALID, 2048, 0, OK },
        { PRL_IMAGE_COMPRESSED, 2048, 8, OK },
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        PRL_HANDLE h = (PRL_HANDLE)0x77;
        AUTO(cleanup_free) char *path = temp_path("new");

        assert_int_equal(create_with("new", rows[i].type, rows[i].sectors, rows[i].block, &h), rows[i].want);
        if (rows[i].want == OK) {
            close_it(h);
            if (path_is_dir(path))
                path_remove_tree(path);
            else
                unlink(path);
        } else {
            assert_ptr_equal(h, (PRL_HANDLE)0x77);
        }
        assert_false(path_exists(path));
    }
}

static void
create__over_something__is_refused(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("there");
    PRL_HANDLE h;

    put_text(path, "mine");
    for (size_t i = 0; i < N_KINDS; i++)
        assert_int_equal(create_with("there", kinds[i], 2048, 0, &h), PRL_ERR_DISK_FILE_EXISTS);
    assert_int_equal(create_with("there/below", PRL_IMAGE_TRY_GUESS, 2048, 0, &h), PRL_ERR_DISK_DIR_CREATE_ERROR);
}

static void
create__of_a_program_for_vz7__makes_qcow2(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("vz7.hdd");
    AUTO(cleanup_free) char *words = NULL;
    PRL_DISK_PARAMETERS p;
    PRL_HANDLE h;

    memset(&p, 0xee, sizeof p); /* all else is rubbish, but for the number of parts */
    p.m_SizeInSectors = SIZE_SECTORS;
    p.m_Parts = 0;
    assert_int_equal(PrlDisk_CreateDisk_Local(&h, path, &p, NULL, NULL), OK);
    write_at(h, 0, 4096, 1);
    close_it(h);
    words = tool("qemu-img", "info", "--output=json", path, NULL);
    assert_non_null(strstr(words, "\"cluster-size\": 1048576"));
    assert_non_null(strstr(words, "\"lazy-refcounts\": true"));
    assert_non_null(strstr(words, "\"extended-l2\": true"));
    assert_int_equal(mode_of(path), 0600);
}

static void
create__split__covers_the_disk(void **state)
{
    PRL_IMAGE_PARAMETERS parts[3] = {
        { PRL_IMAGE_COMPRESSED, 0, 2048, NULL }, { PRL_IMAGE_COMPRESSED, 2048, 4096, NULL }, { PRL_IMAGE_COMPRESSED, 6144, 2048, NULL }
    };
    PRL_DISK_PARAMETERS p = { .m_SizeInSectors = 8192, .m_Parts = 3, .m_Storages = parts, .Name = (char *)"three" }, *got;
    AUTO(cleanup_free) char *path = temp_path("split.hdd");
    char room[4096];
    PRL_UINT32 n = sizeof room;
    PRL_HANDLE h;

    assert_int_equal(PrlDisk_CreateDisk_Local(&h, path, &p, NULL, NULL), OK);
    write_at(h, 2000, 1 << 20, 5);
    must_read(h, 2000, 1 << 20, 2000, 5);
    got = (PRL_DISK_PARAMETERS *)room;
    assert_int_equal(PrlDisk_GetDiskInfo(h, got, &n), OK);
    assert_int_equal(got->m_Parts, 3);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(got->m_Storages[i].uStart, parts[i].uStart);
        assert_int_equal(got->m_Storages[i].uSize, parts[i].uSize);
        assert_true(path_exists(got->m_Storages[i].pFileName));
    }
    assert_string_equal(got->Name, "three");
    close_it(h);
    path_remove_tree(path);

    parts[1].uStart = 2049;
    assert_int_equal(PrlDisk_CreateDisk_Local(&h, path, &p, NULL, NULL), PRL_ERR_DISK_INVALID_PARAMETERS);
    parts[1].uStart = 2048;
    parts[2].uSize = 1024;
    assert_int_equal(PrlDisk_CreateDisk_Local(&h, path, &p, NULL, NULL), PRL_ERR_DISK_INVALID_PARAMETERS);
    parts[2].uSize = 0;
    assert_int_equal(PrlDisk_CreateDisk_Local(&h, path, &p, NULL, NULL), PRL_ERR_DISK_NULL_PART_SIZE);
    parts[2].uSize = 2048;
    parts[2].Type = PRL_IMAGE_PLAIN;
    assert_int_equal(PrlDisk_CreateDisk_Local(&h, path, &p, NULL, NULL), PRL_ERR_DISK_INVALID_PARAMETERS);
    p.m_Storages = NULL;
    assert_int_equal(PrlDisk_CreateDisk_Local(&h, path, &p, NULL, NULL), PRL_ERR_INVALID_ARG);
    assert_false(path_exists(path));
}

/* ---- opening ---- */

static void
open__follows_its_rules(void **state)
{
    AUTO(cleanup_free) char *empty = temp_path("empty_dir");
    AUTO(cleanup_free) char *descriptor = temp_path("bundle/DiskDescriptor.xml");
    AUTO(cleanup_free) char *raw = temp_path("raw");
    PRL_HANDLE h = (PRL_HANDLE)0x77;

    close_it(create("bundle", PRL_IMAGE_COMPRESSED));
    close_it(create("file", PRL_IMAGE_TRY_GUESS));
    mkdir(empty, 0700);
    put_text(raw, "six hundred bytes would be two sectors");
    h = (PRL_HANDLE)0x77;
    assert_int_equal(open_it("file", 0, PRL_INVALID_HANDLE, &h), PRL_ERR_INVALID_ARG);
    assert_int_equal(open_it("nothing", PRL_DISK_READ, PRL_INVALID_HANDLE, &h), PRL_ERR_INVALID_ARG);
    assert_int_equal(open_it("nothing/below", DISK_RW, PRL_INVALID_HANDLE, &h), PRL_ERR_INVALID_ARG);
    assert_int_equal(open_it("empty_dir", PRL_DISK_READ, PRL_INVALID_HANDLE, &h), PRL_ERR_DISK_XML_MISSING);
    assert_int_equal(PrlDisk_OpenDisk_Local(&h, "/dev/null", PRL_DISK_READ, PRL_INVALID_HANDLE), PRL_ERR_DISK_FILE_OPEN_ERROR);
    assert_ptr_equal(h, (PRL_HANDLE)0x77);
    assert_int_equal(open_it("file", PRL_DISK_WRITE, PRL_INVALID_HANDLE, &h), OK); /* writing means reading */
    must_read(h, 0, 0, 0, 0);
    close_it(h);
    assert_int_equal(PrlDisk_OpenDisk_Local(&h, descriptor, PRL_DISK_READ, PRL_INVALID_HANDLE), OK);
    close_it(h);
    assert_int_equal(open_it("raw", DISK_RW, PRL_INVALID_HANDLE, &h), OK);
    {
        char buf[512];

        assert_int_equal(PrlDisk_Read(h, buf, 512, 0), OK);
        assert_string_equal(buf, "six hundred bytes would be two sectors"); /* zeros behind it */
        assert_int_equal(PrlDisk_Read(h, buf, 512, 1), PRL_ERR_DISK_READ_OUT_DISK);
    }
    close_it(h);
    assert_int_equal(open_it("file", PRL_DISK_READ | PRL_DISK_USE_RAW_DISK, PRL_INVALID_HANDLE, &h), OK);
    {
        char buf[512];

        assert_int_equal(PrlDisk_Read(h, buf, 512, 0), OK);
        assert_memory_equal(buf, "QFI\xfb", 4);
    }
    close_it(h);
}

static void
open__while_it_is_written__is_a_sharing_violation(void **state)
{
    for (size_t i = 0; i < N_KINDS; i++) {
        char name[16];
        PRL_HANDLE writer, h;

        snprintf(name, sizeof name, "shared%zu", i);
        writer = create(name, kinds[i]);
        assert_int_equal(open_it(name, DISK_RW, PRL_INVALID_HANDLE, &h), PRL_ERR_DISK_SHARING_VIOLATION);
        assert_int_equal(open_it(name, PRL_DISK_READ, PRL_INVALID_HANDLE, &h), PRL_ERR_DISK_SHARING_VIOLATION);
        assert_int_equal(open_it(name, PRL_DISK_READ | PRL_DISK_IGNORE_PROTECTION, PRL_INVALID_HANDLE, &h), OK);
        close_it(h);
        close_it(writer);
        assert_int_equal(open_it(name, PRL_DISK_READ, PRL_INVALID_HANDLE, &h), OK);
        assert_int_equal(open_it(name, PRL_DISK_READ, PRL_INVALID_HANDLE, &writer), OK); /* two readers */
        close_it(writer);
        assert_int_equal(open_it(name, DISK_RW, PRL_INVALID_HANDLE, &writer), PRL_ERR_DISK_SHARING_VIOLATION);
        close_it(h);
    }
}

static void
open__fake__has_facts_but_no_data(void **state)
{
    for (size_t i = 0; i < N_KINDS; i++) {
        char name[16], buf[512] = { 0 }, room[4096];
        PRL_UINT32 n = sizeof room;
        PRL_HANDLE h, map, writer;

        snprintf(name, sizeof name, "fake%zu", i);
        writer = create(name, kinds[i]);
        assert_int_equal(open_it(name, PRL_DISK_FAKE_OPEN, PRL_INVALID_HANDLE, &h), OK);
        assert_int_equal(PrlDisk_Read(h, buf, 512, 0), PRL_ERR_DISK_DISK_NOT_OPENED);
        assert_int_equal(PrlDisk_Write(h, buf, 512, 0), PRL_ERR_DISK_DISK_NOT_OPENED);
        assert_int_equal(PrlDisk_FlushCache(h), PRL_ERR_DISK_DISK_NOT_OPENED);
        assert_int_equal(PrlDisk_GetChangesMap_Local(h, NULL, NULL, &map), PRL_ERR_DISK_DISK_NOT_OPENED);
        assert_int_equal(PrlDisk_GetDiskInfo(h, (PRL_DISK_PARAMETERS_PTR)room, &n), OK);
        assert_int_equal(((PRL_DISK_PARAMETERS_PTR)room)->m_SizeInSectors, SIZE_SECTORS);
        close_it(h);
        close_it(writer);
    }
}

/* ---- policies ---- */

static PRL_HANDLE
list_of(const PRL_UINT64 *offsets, int n)
{
    PRL_HANDLE list;

    assert_int_equal(PrlApi_CreateHandlesList(&list), OK);
    for (int i = 0; i < n; i++) {
        PRL_HANDLE policy;

        assert_int_equal(PrlDiskOpenPolicy_CreateOffset(&policy, offsets[i]), OK);
        assert_int_equal(PrlHndlList_AddItem(list, policy), OK);
        assert_int_equal(PrlHandle_Free(policy), OK);
    }
    return list;
}

static void
policy__shifts_the_disk(void **state)
{
    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), OK);
    for (size_t k = 0; k < N_KINDS; k++) {
        static const PRL_UINT64 offsets[] = { 512, 1 << 20 };
        char name[16], room[4096];
        PRL_UINT32 n = sizeof room, bits;
        PRL_HANDLE list = list_of(offsets, 2), h, map;

        snprintf(name, sizeof name, "policy%zu", k);
        h = create(name, kinds[k]);
        write_at(h, 2048, 4096, 9);
        close_it(h);
        assert_int_equal(open_it(name, DISK_RW, list, &h), OK);
        must_read(h, 0, 4096, 2048, 9);
        assert_int_equal(PrlDisk_GetDiskInfo(h, (PRL_DISK_PARAMETERS_PTR)room, &n), OK);
        assert_int_equal(((PRL_DISK_PARAMETERS_PTR)room)->m_SizeInSectors, SIZE_SECTORS - 2048);
        assert_int_equal(PrlDisk_Read(h, room, 512, SIZE_SECTORS - 2048), PRL_ERR_DISK_READ_OUT_DISK);
        assert_int_equal(PrlDisk_GetChangesMap_Local(h, NULL, NULL, &map), OK);
        assert_int_equal(PrlDiskMap_GetSize(map, &bits), OK);
        assert_int_equal(bits, (SIZE_SECTORS - 2048) / 128);
        PrlHandle_Free(map);
        close_it(h);
        PrlHandle_Free(list);
    }
    assert_int_equal(PrlApi_Deinit(), OK);
}

static void
policy__that_does_not_fit__is_refused(void **state)
{
    static const PRL_UINT64 bad[] = { 511, 100, (PRL_UINT64)SIZE_SECTORS * 512 + 512, UINT64_MAX, UINT64_MAX - 511 };
    static const PRL_UINT64 last_is_good[] = { 1, 0 };
    PRL_HANDLE list, h, other;

    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER), OK);
    close_it(create("fit", PRL_IMAGE_COMPRESSED));
    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        list = list_of(&bad[i], 1);
        assert_int_equal(open_it("fit", PRL_DISK_READ, list, &h), PRL_ERR_INVALID_ARG);
        PrlHandle_Free(list);
    }
    list = list_of(last_is_good, 2);
    assert_int_equal(open_it("fit", PRL_DISK_READ, list, &h), OK);
    assert_int_equal(PrlHndlList_AddItem(list, h), OK); /* a disk is no policy */
    close_it(h);
    assert_int_equal(open_it("fit", PRL_DISK_READ, list, &other), PRL_ERR_INVALID_ARG);
    PrlHandle_Free(list);
    assert_int_equal(PrlApi_CreateStringsList(&list), OK);
    assert_int_equal(open_it("fit", PRL_DISK_READ, list, &h), PRL_ERR_INVALID_ARG);
    PrlHandle_Free(list);
    assert_int_equal(PrlApi_Deinit(), OK);
}

/* ---- facts ---- */

static void
info__has_its_layout(void **state)
{
    for (size_t k = 0; k < N_KINDS; k++) {
        bool is_file = kinds[k] == PRL_IMAGE_TRY_GUESS;
        AUTO(cleanup_free) char *path = temp_path(is_file ? "info.qcow2" : k == 1 ? "info1.hdd" : "info2.hdd");
        PRL_HANDLE h = create(path_basename(path), kinds[k]);
        PRL_UINT32 need = 0, n;
        unsigned char *room;
        PRL_DISK_PARAMETERS *p;

        assert_int_equal(PrlDisk_GetDiskInfo(h, NULL, &need), OK);
        n = need - 1;
        room = malloc(need + 64);
        p = (PRL_DISK_PARAMETERS *)(room + 1); /* packed: anywhere */
        memset(room, 0xee, need + 64);
        assert_int_equal(PrlDisk_GetDiskInfo(h, p, &n), PRL_ERR_INVALID_ARG);
        assert_int_equal(n, need);
        assert_int_equal(room[1], 0xee);
        assert_int_equal(PrlDisk_GetDiskInfo(h, NULL, &n), PRL_ERR_INVALID_ARG);
        assert_int_equal(PrlDisk_GetDiskInfo(h, p, NULL), PRL_ERR_INVALID_ARG);
        n = need + 63;
        assert_int_equal(PrlDisk_GetDiskInfo(h, p, &n), OK);
        assert_int_equal(p->m_SizeInSectors, SIZE_SECTORS);
        assert_int_equal(p->m_Parts, 1);
        assert_ptr_equal(p->m_Storages, (char *)p + 60);
        assert_ptr_equal(p->Name, (char *)p + 60 + 28);
        assert_ptr_equal(p->m_Storages->pFileName, p->Name + strlen(p->Name) + 1);
        assert_int_equal(need, 60 + 28 + strlen(p->Name) + 1 + strlen(p->m_Storages->pFileName) + 1);
        assert_true(is_zeros((unsigned char *)p + need, 63));
        assert_int_equal(p->m_Storages->uStart, 0);
        assert_true(path_exists(p->m_Storages->pFileName));
        if (is_file) {
            assert_int_equal(p->m_Heads | p->m_Cylinders | p->m_Sectors, 0);
            assert_int_equal(p->m_BlockSize, 8);
            assert_int_equal(p->m_Storages->Type, PRL_IMAGE_TRY_GUESS);
            assert_int_equal(p->m_Storages->uSize, SIZE_SECTORS * 512ull); /* bytes */
            assert_string_equal(p->m_Storages->pFileName, path);
            assert_string_equal(p->Name, "");
            assert_true(is_zeros((unsigned char *)&p->Uid, sizeof p->Uid));
        } else {
            assert_int_equal((uint64_t)p->m_Heads * p->m_Cylinders * p->m_Sectors, SIZE_SECTORS);
            assert_int_equal(p->m_BlockSize, 2048);
            assert_int_equal(p->m_Storages->Type, kinds[k]);
            assert_int_equal(p->m_Storages->uSize, SIZE_SECTORS);
            assert_false(is_zeros((unsigned char *)&p->Uid, sizeof p->Uid));
        }
        free(room);
        close_it(h);
    }
}

/* ---- maps ---- */

static void
map__tells_of_blocks_in_use(void **state)
{
    for (size_t k = 0; k < N_KINDS; k++) {
        char name[16];
        unsigned char bits[SIZE_SECTORS / 128 / 8 + 1], short_room[3] = { 7, 7, 7 };
        PRL_UINT32 n, size, granularity;
        PRL_HANDLE h, map = (PRL_HANDLE)0x77;

        snprintf(name, sizeof name, "map%zu", k);
        h = create(name, kinds[k]);
        write_at(h, 40 * 2048, 512, 1);
        assert_int_equal(PrlDisk_GetChangesMap_Local(h, "no uuid", NULL, &map), PRL_ERR_NO_DATA);
        assert_int_equal(PrlDisk_GetChangesMap_Local(h, "{00000000-0000-4000-8000-000000000001}", NULL, &map), PRL_ERR_NO_DATA);
        assert_ptr_equal(map, (PRL_HANDLE)0x77);
        assert_int_equal(PrlDisk_GetChangesMap_Local(h, NULL, NULL, &map), OK);
        write_at(h, 50 * 2048, 512, 1); /* the map is a copy */
        assert_int_equal(PrlDiskMap_GetSize(map, &size), OK);
        assert_int_equal(PrlDiskMap_GetGranularity(map, &granularity), OK);
        assert_int_equal(size, SIZE_SECTORS / 128);
        assert_int_equal(granularity, 65536);
        n = 0;
        assert_int_equal(PrlDiskMap_Read(map, NULL, &n), OK);
        assert_int_equal(n, size / 8);
        n = sizeof short_room;
        assert_int_equal(PrlDiskMap_Read(map, short_room, &n), PRL_ERR_BUFFER_OVERRUN);
        assert_int_equal(n, size / 8);
        assert_int_equal(short_room[0], 7);
        n = sizeof bits;
        assert_int_equal(PrlDiskMap_Read(map, bits, &n), OK);
        assert_int_equal(n, size / 8);
        assert_int_equal(bits[80] & 1, 1); /* block 640 is sector 81920 */
        if (kinds[k] == PRL_IMAGE_PLAIN) {
            for (size_t i = 0; i < size / 8; i++)
                assert_int_equal(bits[i], 0xff);
        } else {
            assert_int_equal(bits[0], 0);
            assert_int_equal(bits[100], 0);
        }
        assert_int_equal(PrlDisk_Free(map), PRL_ERR_INVALID_ARG);
        assert_int_equal(PrlHandle_Free(map), OK);
        close_it(h);
    }
}

/* ---- life ---- */

static void
handles__live_before_init_and_end_with_deinit(void **state)
{
    unsigned char buf[512];
    PRL_HANDLE h, policy, freed;
    PRL_HANDLE_TYPE type;

    assert_int_equal(PrlApi_Deinit(), PRL_ERR_API_WASNT_INITIALIZED);
    h = create("life", PRL_IMAGE_COMPRESSED);
    assert_int_equal(PrlDiskOpenPolicy_CreateOffset(&policy, 512), OK);
    assert_int_equal(PrlHandle_GetType(h, &type), OK);
    assert_int_equal(type, PHT_VIRTUAL_DISK);
    assert_int_equal(PrlHandle_GetType(policy, &type), OK);
    assert_int_equal(type, PHT_VIRTUAL_DISK_OPEN_POLICY);
    assert_int_equal(PrlHandle_Free(policy), OK);
    freed = policy;
    assert_int_equal(PrlHandle_Free(freed), PRL_ERR_API_WASNT_INITIALIZED); /* as for every other number */
    assert_int_equal(PrlHandle_AddRef(h), OK);
    assert_int_equal(PrlHandle_Free(h), OK);
    write_at(h, 7, 512, 4);

    assert_int_equal(PrlApi_Init(VIRTUOZZO_API_VER | 5u << 29), OK);
    must_read(h, 7, 512, 7, 4);
    assert_int_equal(PrlHandle_AddRef(h), OK);
    assert_int_equal(PrlApi_Deinit(), OK);
    assert_int_equal(PrlDisk_Read(h, buf, 512, 7), PRL_ERR_INVALID_ARG);

    assert_int_equal(open_it("life", DISK_RW, PRL_INVALID_HANDLE, &h), OK); /* it was closed: no lock is left */
    must_read(h, 7, 512, 7, 4);
    close_it(h);
    assert_int_equal(PrlDisk_Free(h), PRL_ERR_INVALID_ARG);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_kind__keeps_what_is_written, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(transfers__out_of_bounds_or_of_odd_sizes__are_refused, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(create__with_bad_parameters__says_which, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(create__over_something__is_refused, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(create__of_a_program_for_vz7__makes_qcow2, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(create__split__covers_the_disk, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(open__follows_its_rules, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(open__while_it_is_written__is_a_sharing_violation, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(open__fake__has_facts_but_no_data, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(policy__shifts_the_disk, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(policy__that_does_not_fit__is_refused, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(info__has_its_layout, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(map__tells_of_blocks_in_use, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(handles__live_before_init_and_end_with_deinit, up, temp_dir_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
