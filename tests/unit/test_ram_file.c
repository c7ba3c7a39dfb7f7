/* SPDX-License-Identifier: MIT */
/* qemu/ram_file: RAM out and in, sparse, checked. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <sys/mman.h>

#include "base/err.h"
#include "qemu/ram_file.h"
#include "temp_dir.h"

#define ID "{01234567-89ab-cdef-0123-456789abcdef}"
#define OTHER_ID "{11234567-89ab-cdef-0123-456789abcdef}"
#define PAGE 4096
#define RAM ((40u << 20) + 3 * PAGE) /* no multiple of a chunk */

static int memfd;
static char *path;

static int
up(void **state)
{
    if (temp_dir_up(state))
        return -1;
    path = temp_path("config.mem");
    return PRL_FAILED(ram_memfd(RAM, &memfd)) ? -1 : 0;
}

static int
down(void **state)
{
    close(memfd);
    free(path);
    return temp_dir_down(state);
}

static PRL_RESULT
write_file(const struct ram_watch *watch)
{
    AUTO_FD int fd = -1;
    PRL_RESULT r = ram_file_write(memfd, RAM, path, ID, watch, &fd);

    return PRL_FAILED(r) ? r : ram_file_sync(fd, path);
}

static void
put(uint64_t at, const char *text)
{
    assert_int_equal(pwrite(memfd, text, strlen(text), (off_t)at), strlen(text));
}

static void
fill(void)
{
    static char page[PAGE];

    put(0, "first");
    put(5 * PAGE, "near");
    put((20u << 20) + 7, "middle");
    put(RAM - 1, "z");
    for (unsigned i = 0; i < 3000; i += i % 7 ? 1 : 3) { /* runs with gaps */
        memset(page, (int)i | 1, sizeof page);
        assert_int_equal(pwrite(memfd, page, sizeof page, (off_t)((24u << 20) + (uint64_t)i * PAGE)), PAGE);
    }
    memset(page, 0, sizeof page);
    assert_int_equal(pwrite(memfd, page, sizeof page, 12 << 20), PAGE); /* touched, and zero */
}

static void
assert_same(int a, int b)
{
    char *x = mmap(NULL, RAM, PROT_READ, MAP_SHARED, a, 0), *y = mmap(NULL, RAM, PROT_READ, MAP_SHARED, b, 0);

    assert_true(x != MAP_FAILED && y != MAP_FAILED);
    assert_int_equal(memcmp(x, y, RAM), 0);
    munmap(x, RAM);
    munmap(y, RAM);
}

static void
ram_file__written__comes_back_and_is_sparse(void **state)
{
    AUTO_FD int again = -1;
    struct stat st;

    (void)state;
    fill();
    assert_int_equal(write_file(NULL), 0);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_true(st.st_size > RAM && (uint64_t)st.st_blocks * 512 < 20u << 20);
    assert_int_equal(ram_file_check(path, ID, RAM), 0);
    assert_int_equal(ram_memfd(RAM, &again), 0);
    assert_int_equal(ram_file_read(path, ID, RAM, again, NULL), 0);
    assert_same(memfd, again);
    assert_true(ram_used_bytes(again) > 0);
}

static void
ram_file__file_there_before__is_replaced_not_written_to(void **state)
{
    AUTO_FD int old = -1;
    char c;

    (void)state;
    put_text(path, "old");
    old = open(path, O_RDONLY);
    put(0, "new");
    assert_int_equal(write_file(NULL), 0);
    assert_int_equal(pread(old, &c, 1, 0), 1);
    assert_int_equal(c, 'o');
}

static PRL_RESULT
read_again(const char *id, uint64_t bytes)
{
    AUTO_FD int again = -1;

    assert_int_equal(ram_memfd(RAM, &again), 0);
    return ram_file_read(path, id, bytes, again, NULL);
}

static void
flip(uint64_t at, char bit)
{
    int fd = open(path, O_RDWR);
    char c = 0;

    assert_true(pread(fd, &c, 1, (off_t)at) >= 0);
    c ^= bit;
    assert_int_equal(pwrite(fd, &c, 1, (off_t)at), 1);
    close(fd);
}

static void
ram_file__damaged__is_refused(void **state)
{
    static const uint64_t places[] = { 0,       3,   PAGE,     5 * PAGE + 1, 10u << 20, (20u << 20) + 7, (24u << 20) + 99,
                                       RAM - 1, RAM, RAM + 20, RAM + 60,     RAM + 100 };

    (void)state;
    fill();
    assert_int_equal(write_file(NULL), 0);
    for (size_t i = 0; i < ARRAY_LEN(places); i++) {
        flip(places[i], 4); /* data, a page that was a hole, the trailer, its sums */
        assert_int_equal(read_again(ID, RAM), PRL_ERR_VM_RESTORE_STATE_FAILED);
        flip(places[i], 4);
    }
    assert_int_equal(read_again(ID, RAM), 0);
}

static void
ram_file__of_another_state_or_size__is_refused(void **state)
{
    (void)state;
    put(0, "x");
    assert_int_equal(write_file(NULL), 0);
    assert_int_equal(read_again(OTHER_ID, RAM), PRL_ERR_VM_RESTORE_STATE_FAILED);
    assert_int_equal(ram_file_check(path, OTHER_ID, RAM), PRL_ERR_VM_RESTORE_STATE_FAILED);
    assert_int_equal(read_again(ID, RAM - PAGE), PRL_ERR_VM_RESTORE_STATE_FAILED);
    assert_int_equal(truncate(path, RAM), 0);
    assert_int_equal(read_again(ID, RAM), PRL_ERR_VM_RESTORE_STATE_FAILED);
    assert_int_equal(truncate(path, 100), 0);
    assert_int_equal(ram_file_check(path, ID, RAM), PRL_ERR_VM_RESTORE_STATE_FAILED);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(ram_file_check(path, ID, RAM), PRL_ERR_VM_RESTORE_STATE_FAILED);
}

static bool
is_cancelled(void *arg)
{
    return ++*(_Atomic int *)arg > 2;
}

static void
ram_file__cancelled__leaves_nothing(void **state)
{
    _Atomic int asked = 0;
    struct ram_watch watch = { NULL, is_cancelled, &asked };

    (void)state;
    fill();
    assert_int_equal(write_file(&watch), PRL_ERR_OPERATION_WAS_CANCELED);
    assert_false(path_exists(path));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, up, down)

int
main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(ram_file__written__comes_back_and_is_sparse),
        TEST(ram_file__file_there_before__is_replaced_not_written_to),
        TEST(ram_file__damaged__is_refused),
        TEST(ram_file__of_another_state_or_size__is_refused),
        TEST(ram_file__cancelled__leaves_nothing),
    };

    return cmocka_run_group_tests_name("ram_file", tests, NULL, NULL);
}
