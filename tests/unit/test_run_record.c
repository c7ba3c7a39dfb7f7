/* SPDX-License-Identifier: MIT */
/* qemu/run_record: written, found again, and refused when it is not of this boot or damaged. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/err.h"
#include "qemu/proc_run.h"
#include "qemu/run_record.h"
#include "temp_dir.h"

#define UUID "{01234567-89ab-cdef-0123-456789abcdef}"
#define FILE_NAME "01234567-89ab-cdef-0123-456789abcdef.qemu"

static int
up(void **state)
{
    return temp_dir_up(state) || PRL_FAILED(run_record_set_dir(temp_dir)) ? -1 : 0;
}

static struct run_record *
make_record(void)
{
    struct run_record *r = run_record_new();
    struct qemu_image disk = { .node = "hdd0", .is_qcow2 = true }, cd = { .node = "cd0", .is_read_only = true };
    char *hw = strdup("-m size=64M");

    strcpy(r->uuid, UUID);
    r->phase = RUN_SUSPENDING;
    r->was_running = true;
    r->pid = 4711;
    r->start_time = 123456789;
    r->home = strdup("/vm");
    r->socket = strdup("/run/x.qmp");
    r->qemu_version = strdup("7.2.0");
    r->version_no = 70200;
    r->machine = strdup("pc-q35-7.2");
    r->accel = strdup("kvm");
    r->ram_bytes = 64 << 20;
    r->is_ram_shared = true;
    r->config = strdup("<x>\"\n</x>");
    disk.path = strdup("/vm/a.hdd");
    assert_true(vec_push(&r->hardware, hw) && vec_push(&r->images, disk) && vec_push(&r->images, cd));
    return r;
}

static size_t
load(run_record_vec *v)
{
    memset(v, 0, sizeof *v);
    assert_int_equal(run_record_load_all(v), 0);
    return v->len;
}

static void
run_record__saved__is_found_whole(void **state)
{
    AUTO(run_record_free) struct run_record *r = make_record();
    run_record_vec v;

    (void)state;
    assert_int_equal(run_record_save(r), 0);
    r->pid = 4712; /* replaced */
    assert_int_equal(run_record_save(r), 0);
    assert_int_equal(load(&v), 1);
    assert_string_equal(v.p[0]->uuid, UUID);
    assert_int_equal(v.p[0]->phase, RUN_SUSPENDING);
    assert_true(v.p[0]->was_running && v.p[0]->is_ram_shared);
    assert_int_equal(v.p[0]->pid, 4712);
    assert_int_equal(v.p[0]->start_time, 123456789);
    assert_string_equal(v.p[0]->config, "<x>\"\n</x>");
    assert_string_equal(v.p[0]->hardware.p[0], "-m size=64M");
    assert_int_equal(v.p[0]->images.len, 2);
    assert_string_equal(v.p[0]->images.p[0].path, "/vm/a.hdd");
    assert_true(v.p[0]->images.p[0].is_qcow2 && !v.p[0]->images.p[0].is_read_only);
    assert_null(v.p[0]->images.p[1].path);
    run_record_vec_free(&v);
    run_record_remove(UUID);
    assert_int_equal(load(&v), 0);
}

static void
run_record__other_boot_or_damaged__is_removed(void **state)
{
    AUTO(run_record_free) struct run_record *r = make_record();
    AUTO(cleanup_free) char *path = temp_path(FILE_NAME);
    AUTO(cleanup_free) char *good = NULL;
    static const char *const rows[] = { "", "{", "{}", "[]", "null", "{\"boot\":1}" };
    run_record_vec v;
    size_t boot;

    (void)state;
    assert_int_equal(run_record_save(r), 0);
    assert_int_equal(path_read(path, 1 << 20, &good, NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        put_text(path, rows[i]);
        assert_int_equal(load(&v), 0);
        assert_false(path_exists(path));
    }
    for (size_t cut = 1; cut < strlen(good); cut += 11) {
        put_file(path, good, cut);
        assert_int_equal(load(&v), 0);
    }
    assert_non_null(strstr(good, proc_boot_id()));
    boot = (size_t)(strstr(good, proc_boot_id()) - good);
    good[boot] = good[boot] == '0' ? '1' : '0';
    put_text(path, good);
    assert_int_equal(load(&v), 0);
    assert_false(path_exists(path));
}

static void
run_record__litter__is_removed_and_other_files_stay(void **state)
{
    AUTO(run_record_free) struct run_record *r = make_record();
    AUTO(cleanup_free) char *mine = temp_path("01234567-89ab-cdef-0123-456789abcdef.qmp");
    AUTO(cleanup_free) char *lone = temp_path("11234567-89ab-cdef-0123-456789abcdef.qmp");
    AUTO(cleanup_free) char *half = temp_path(FILE_NAME ".new");
    AUTO(cleanup_free) char *other = temp_path("service.sock");
    run_record_vec v;

    (void)state;
    assert_int_equal(run_record_save(r), 0);
    put_text(mine, "x");
    put_text(lone, "x");
    put_text(half, "x");
    put_text(other, "x");
    assert_int_equal(load(&v), 1);
    run_record_vec_free(&v);
    assert_true(path_exists(mine) && path_exists(other));
    assert_false(path_exists(lone) || path_exists(half));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(run_record__saved__is_found_whole, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(run_record__other_boot_or_damaged__is_removed, up, temp_dir_down),
        cmocka_unit_test_setup_teardown(run_record__litter__is_removed_and_other_files_stay, up, temp_dir_down),
    };

    return cmocka_run_group_tests_name("run_record", tests, NULL, NULL);
}
