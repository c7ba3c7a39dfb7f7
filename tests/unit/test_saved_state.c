/* SPDX-License-Identifier: MIT */
/* qemu/saved_state: the file, its checks, and what a crash may leave. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/err.h"
#include "qemu/saved_document.h"
#include "qemu/saved_state.h"
#include "temp_dir.h"

static struct qemu_images images;

static int
up(void **state)
{
    struct qemu_image image = { .node = "hdd0" };

    if (temp_dir_up(state))
        return -1;
    image.path = temp_path("harddisk1.hdd");
    put_text(image.path, "disk");
    memset(&images, 0, sizeof images);
    return vec_push(&images, image) ? 0 : -1;
}

static int
down(void **state)
{
    qemu_images_clear(&images);
    return temp_dir_down(state);
}

static struct saved_state *
make_state(void)
{
    struct saved_state *s = saved_state_new();
    char *hw = strdup("-m 64");

    assert_non_null(s);
    s->qemu_version = strdup("7.2.0");
    s->version_no = 70200;
    s->machine = strdup("pc-q35-7.2");
    s->accel = strdup("tcg");
    s->config = strdup("<VirtuozzoVirtualMachine>\xc3\xa4</VirtuozzoVirtualMachine>");
    s->ram_bytes = 64 << 20;
    assert_true(vec_push(&s->hardware, hw));
    assert_int_equal(saved_state_stamp(s, &images), 0);
    return s;
}

/* Writes a state whose stream is n bytes. */
static void
write_state(const char *path, size_t n)
{
    AUTO(saved_state_free) struct saved_state *s = make_state();
    AUTO_FD int fd = -1;

    assert_int_equal(saved_state_create(path, &fd), 0);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(write(fd, &"QEMU"[i % 4], 1), 1);
    assert_int_equal(saved_state_seal(fd, s), 0);
}

static void
saved_state__written__reads_back(void **state)
{
    AUTO(cleanup_free) char *path = temp_path(SAVED_STATE_FILE);
    AUTO(saved_state_free) struct saved_state *s = NULL;
    AUTO_FD int fd = -1;
    char buf[5] = "";

    (void)state;
    write_state(path, 10000);
    assert_int_equal(mode_of(path), 0600);
    assert_int_equal(saved_state_open(path, &s, &fd), 0);
    assert_string_equal(s->machine, "pc-q35-7.2");
    assert_string_equal(s->config, "<VirtuozzoVirtualMachine>\xc3\xa4</VirtuozzoVirtualMachine>");
    assert_string_equal(s->hardware.p[0], "-m 64");
    assert_int_equal(s->ram_bytes, 64 << 20);
    assert_int_equal(s->images.len, 1);
    assert_int_equal(read(fd, buf, 4), 4); /* positioned at the stream */
    assert_string_equal(buf, "QEMU");
    assert_int_equal(saved_state_check_images(s, &images), 0);
}

/* Every byte of the file counts, but for the unused ones of the header's page. */
static void
saved_state__any_byte_flipped__is_refused(void **state)
{
    AUTO(cleanup_free) char *path = temp_path(SAVED_STATE_FILE);
    AUTO(cleanup_free) char *data = NULL;
    size_t len;

    (void)state;
    write_state(path, 300);
    assert_int_equal(path_read(path, 1 << 20, &data, &len), 0);
    for (size_t i = 0; i < len; i++) {
        struct saved_state *s = NULL;

        if (i == 120)
            i = SAVED_STATE_OFFSET;
        data[i] ^= 0x10;
        put_file(path, data, len);
        if (PRL_SUCCEEDED(saved_state_open(path, &s, NULL)))
            assert_true(i >= 96 && i < SAVED_STATE_OFFSET); /* behind the header's end */
        saved_state_free(s);
        data[i] ^= 0x10;
    }
}

static void
saved_state__cut_or_longer__is_refused(void **state)
{
    AUTO(cleanup_free) char *path = temp_path(SAVED_STATE_FILE);
    AUTO(cleanup_free) char *data = NULL;
    size_t len;
    struct saved_state *s = NULL;

    (void)state;
    write_state(path, 300);
    assert_int_equal(path_read(path, 1 << 20, &data, &len), 0);
    for (size_t cut = 0; cut < len; cut += 37) {
        put_file(path, data, cut);
        assert_true(PRL_FAILED(saved_state_open(path, &s, NULL)));
    }
    put_file(path, data, len + 1); /* the NUL of path_read */
    assert_int_equal(saved_state_open(path, &s, NULL), PRL_ERR_VM_RESTORE_STATE_FAILED);
}

static void
saved_state__of_other_products__is_another_version(void **state)
{
    AUTO(cleanup_free) char *path = temp_path(SAVED_STATE_FILE);
    struct saved_state *s = NULL;

    (void)state;
    put_text(path, "something else altogether, and longer than a header of ours would be, so that only the magic says no; more of "
                   "it, and more");
    assert_int_equal(saved_state_open(path, &s, NULL), PRL_ERR_CORE_STATE_INV_SAV_VERSION);
}

static void
saved_state__image_changed__is_told_and_restamp_heals(void **state)
{
    AUTO(cleanup_free) char *path = temp_path(SAVED_STATE_FILE);
    struct saved_state *s = NULL;

    (void)state;
    write_state(path, 300);
    put_text(images.p[0].path, "changed");
    assert_int_equal(saved_state_open(path, &s, NULL), 0);
    assert_int_equal(saved_state_check_images(s, &images), PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG);
    saved_state_free(s);
    assert_int_equal(saved_state_restamp(temp_dir, &images), 0);
    assert_int_equal(saved_state_open(path, &s, NULL), 0);
    assert_int_equal(saved_state_check_images(s, &images), 0);
    assert_int_equal(unlink(images.p[0].path), 0);
    assert_int_equal(saved_state_check_images(s, &images), PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG);
    saved_state_free(s);
}

/* ---- after a crash ---- */

static void
recover(bool is_same_boot, bool knows_images, bool wants_suspended)
{
    bool is_suspended = !wants_suspended;

    assert_int_equal(saved_state_recover(temp_dir, is_same_boot, knows_images ? &images : NULL, &is_suspended), 0);
    assert_int_equal(is_suspended, wants_suspended);
}

static bool
is_there(const char *name)
{
    AUTO(cleanup_free) char *path = temp_path(name);

    return path_exists(path);
}

static void
saved_state__half_written__is_removed(void **state)
{
    AUTO(cleanup_free) char *sav_new = temp_path(SAVED_STATE_NEW);
    AUTO(cleanup_free) char *mem = temp_path(SAVED_STATE_RAM);

    (void)state;
    put_text(sav_new, "x");
    put_text(mem, "x");
    recover(true, true, false);
    assert_false(is_there(SAVED_STATE_NEW));
    assert_false(is_there(SAVED_STATE_RAM));
    assert_true(is_there("harddisk1.hdd"));
}

static void
saved_state__cut_resume__comes_back_only_unchanged_in_the_same_boot(void **state)
{
    static const struct {
        bool is_same_boot, knows_images, is_changed, comes_back;
    } rows[] = {
        { true, true, false, true }, { false, true, false, false }, { true, false, false, false }, { true, true, true, false },
    };
    AUTO(cleanup_free) char *run = temp_path(SAVED_STATE_RUN);
    AUTO(cleanup_free) char *sav = temp_path(SAVED_STATE_FILE);
    AUTO(cleanup_free) char *mem = temp_path(SAVED_STATE_RAM);

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        write_state(run, 300);
        put_text(mem, "ram");
        if (rows[i].is_changed)
            put_text(images.p[0].path, "the guest wrote this");
        recover(rows[i].is_same_boot, rows[i].knows_images, rows[i].comes_back);
        assert_false(is_there(SAVED_STATE_RUN));
        assert_int_equal(is_there(SAVED_STATE_RAM), rows[i].comes_back);
        unlink(sav);
    }
}

static void
saved_state__drop__removes_state_and_ram_alone(void **state)
{
    AUTO(cleanup_free) char *sav = temp_path(SAVED_STATE_FILE);
    AUTO(cleanup_free) char *mem = temp_path(SAVED_STATE_RAM);
    AUTO(cleanup_free) char *mem1 = temp_path("config1.mem");
    AUTO(cleanup_free) char *other = temp_path("other.mem");

    (void)state;
    assert_int_equal(saved_state_drop(temp_dir), PRL_ERR_UNABLE_DROP_SUSPENDED_STATE);
    put_text(sav, "x");
    put_text(mem, "x");
    put_text(mem1, "x");
    put_text(other, "x");
    assert_int_equal(saved_state_drop(temp_dir), 0);
    assert_false(is_there(SAVED_STATE_FILE) || is_there(SAVED_STATE_RAM) || is_there("config1.mem"));
    assert_true(is_there("other.mem"));
}

/* A saved domain: memory, state, where that is, document. Every cut of it, and every other place or length, is no such file. */
static void
parts__of_one_file__are_found_where_they_were_put(void **state)
{
    AUTO(cleanup_free) char *ram = temp_path("config.mem");
    AUTO(cleanup_free) char *sav = temp_path("config.sav");
    AUTO(cleanup_free) char *out = temp_path("out");
    AUTO(cleanup_free) char *whole = NULL;
    AUTO(cleanup_free) char *part = NULL;
    const size_t state_bytes = strlen("the state"), where_bytes = 32; /* two numbers and a mark */
    char page[2 * 4096];
    uint64_t at = 0, bytes = 0;
    size_t len;
    int fd;

    memset(page, 'r', sizeof page);
    put_file(ram, page, sizeof page);
    put_text(sav, "the state");
    fd = open(ram, O_RDONLY | O_CLOEXEC);
    assert_false(saved_document_parts(fd, &at, &bytes));
    assert_int_equal(saved_document_join(ram, sav), PRL_ERR_SUCCESS);
    assert_true(saved_document_parts(fd, &at, &bytes));
    assert_int_equal(saved_document_append(ram, "<domain/>"), PRL_ERR_SUCCESS);
    assert_true(saved_document_parts(fd, &at, &bytes));
    assert_int_equal(at, sizeof page);
    assert_int_equal(saved_document_part_out(fd, at, bytes, out), PRL_ERR_SUCCESS);
    close(fd);
    part = get_file(out);
    assert_string_equal(part, "the state");

    assert_int_equal(path_read(ram, 1 << 20, &whole, &len), 0);
    for (size_t i = 0; i < 16; i++) { /* each byte of the two numbers */
        whole[sizeof page + state_bytes + i] ^= 0x40;
        put_file(ram, whole, len);
        whole[sizeof page + state_bytes + i] ^= 0x40;
        fd = open(ram, O_RDONLY | O_CLOEXEC);
        assert_false(saved_document_parts(fd, &at, &bytes));
        close(fd);
    }
    put_file(ram, whole, len);
    for (size_t cut = len; cut-- > sizeof page;) {
        assert_int_equal(truncate(ram, (off_t)cut), 0);
        fd = open(ram, O_RDONLY | O_CLOEXEC);
        assert_int_equal(saved_document_parts(fd, &at, &bytes), cut == sizeof page + state_bytes + where_bytes);
        close(fd);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(saved_state__written__reads_back),
        TEST(saved_state__any_byte_flipped__is_refused),
        TEST(saved_state__cut_or_longer__is_refused),
        TEST(saved_state__of_other_products__is_another_version),
        TEST(saved_state__image_changed__is_told_and_restamp_heals),
        TEST(saved_state__half_written__is_removed),
        TEST(saved_state__cut_resume__comes_back_only_unchanged_in_the_same_boot),
        TEST(saved_state__drop__removes_state_and_ram_alone),
        TEST(parts__of_one_file__are_found_where_they_were_put),
    };

    return cmocka_run_group_tests_name("saved_state", tests, NULL, NULL);
}
