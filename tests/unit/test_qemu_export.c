/* SPDX-License-Identifier: MIT */
/* qemu/qemu_export and what goes with it: bundles among a VM's images, their stamps, processes with chosen descriptors, and an export itself. */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <libnbd.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "base/clock.h"
#include "base/err.h"
#include "image/bundle.h"
#include "image/image_lock.h"
#include "qemu/proc_spawn.h"
#include "qemu/qemu_args.h"
#include "image/bundle_export.h"
#include "qemu/qemu_export.h"
#include "qemu/qemu_images.h"
#include "qemu/qemu_proc.h"
#include "qemu/saved_state.h"
#include "temp_dir.h"
#include "vm/image_file.h"

#define MIB ((uint64_t)1 << 20)

static char *
new_bundle(const char *name)
{
    char *path = temp_path(name);
    struct bundle_new args = { .size_sectors = 8 * 2048 };

    assert_int_equal(bundle_create(path, &args, NULL), 0);
    return path;
}

static void
add(struct qemu_images *images, const char *node, const char *path)
{
    struct qemu_image image = { .is_qcow2 = true, .path = strdup(path) };

    strcpy(image.node, node);
    assert_true(vec_push(images, image));
}

/* ---- images ---- */

static void
images__directory_with_descriptor__is_a_bundle(void **state)
{
    AUTO(cleanup_free) char *a = new_bundle("a.hdd");
    AUTO(cleanup_free) char *b = temp_path("b.hdd");
    AUTO(cleanup_free) char *c = new_bundle("c.hdd");
    AUTO_IMAGES images = { 0 };

    (void)state;
    assert_int_equal(image_create(b, 1), 0);
    add(&images, "hdd0", a);
    add(&images, "hdd1", b);
    add(&images, "hdd2", c);
    assert_int_equal(qemu_images_check(&images), 0);
    assert_true(images.p[0].is_bundle && !images.p[0].is_qcow2 && !images.p[1].is_bundle && images.p[2].is_bundle);
    assert_int_equal(images.p[0].export_fd, QEMU_FD_DISKS);
    assert_int_equal(images.p[2].export_fd, QEMU_FD_DISKS + 1);
    assert_int_equal(qemu_images_check_unused(&images), 0);
}

static void
images__other_directory__is_refused(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("dir");
    AUTO_IMAGES images = { 0 };

    (void)state;
    assert_int_equal(mkdir(path, 0700), 0);
    add(&images, "hdd0", path);
    assert_int_equal(qemu_images_check(&images), PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE);
}

static void
images__open_elsewhere__is_busy_until_closed(void **state)
{
    AUTO(cleanup_free) char *path = temp_path("a.hdd");
    AUTO_IMAGES images = { 0 };
    int fd;

    (void)state;
    assert_int_equal(image_create(path, 1), 0);
    add(&images, "hdd0", path);
    assert_int_equal(qemu_images_check(&images), 0);
    fd = open(path, O_RDWR | O_CLOEXEC);
    assert_int_equal(image_lock(fd, false), 0); /* a reader keeps writers out */
    assert_int_equal(qemu_images_check_unused(&images), PRL_ERR_DISK_IMAGE_BUSY);
    assert_string_equal(err_peek()->param[0], path);
    close(fd);
    assert_int_equal(qemu_images_check_unused(&images), 0);
}

static void
stamp__of_a_bundle__sees_every_file(void **state)
{
    AUTO(cleanup_free) char *path = new_bundle("a.hdd");
    AUTO(cleanup_free) char *more = path_join(path, "more.hds");
    AUTO(cleanup_free) char *lock = path_join(path, "DiskDescriptor.xml.lck");
    AUTO(saved_state_free) struct saved_state *s = saved_state_new();
    AUTO_IMAGES images = { 0 };
    struct timespec old[2] = { { 1, 0 }, { 1, 0 } };

    (void)state;
    add(&images, "hdd0", path);
    assert_int_equal(saved_state_stamp(s, &images), 0);
    assert_int_equal(saved_state_check_images(s, &images), 0);
    put_text(lock, "");
    assert_int_equal(saved_state_check_images(s, &images), 0);
    put_text(more, ""); /* of no size and older than the others */
    assert_int_equal(utimensat(AT_FDCWD, more, old, 0), 0);
    assert_int_equal(saved_state_check_images(s, &images), PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG);
    unlink(more);
    assert_int_equal(saved_state_check_images(s, &images), 0);
}

/* ---- processes ---- */

static void
spawn__descriptors__are_these_and_no_others(void **state)
{
    int p[2], stray, pidfd;
    char buf[256] = "";
    ssize_t n, len = 0;
    pid_t pid;

    (void)state;
    assert_int_equal(pipe(p), 0); /* not close-on-exec */
    stray = dup(0);
    assert_true(stray < 8); /* the shell knows one digit */
    {
        AUTO(cleanup_free)
        char *script = str_printf("for n in 8 9 %d %d %d; do [ -e /proc/$$/fd/$n ] && echo $n >&8; done", p[0], p[1], stray);
        char *argv[] = { "/bin/sh", "-c", script, NULL };
        const struct spawn_fd fds[] = { { p[1], 8 }, { -1, 9 } };

        assert_int_equal(proc_spawn_fds(argv, fds, 2, &pid, &pidfd), 0);
    }
    close(p[1]);
    close(stray);
    while ((n = read(p[0], buf + len, sizeof buf - 1 - (size_t)len)) > 0)
        len += n;
    close(p[0]);
    free(qemu_proc_reap(pidfd));
    close(pidfd);
    assert_string_equal(buf, "8\n9\n");
}

/* ---- an export ---- */

static bool
can_export(void)
{
    AUTO(cleanup_free) char *nbdkit = NULL;
    AUTO(cleanup_free) char *plugin = NULL;

#ifdef PRLKVM_SANITIZED
    print_message("skipped: nbdkit has no sanitizer, and cannot load a plugin that was built with one\n");
    return false;
#endif
    if (PRL_SUCCEEDED(bundle_export_find(&nbdkit, &plugin)))
        return true;
    print_message("skipped: %s\n", err_peek()->details);
    return false;
}

static PRL_RESULT
start(const char *path, struct qemu_export *e, int *ret_fd)
{
    struct qemu_image image = { .node = "hdd0", .path = (char *)path, .is_bundle = true };

    return qemu_export_start(&image, temp_dir, -1, -1, e, ret_fd);
}

static struct nbd_handle *
client(int fd)
{
    struct nbd_handle *nbd = nbd_create();

    assert_non_null(nbd);
    nbd_add_meta_context(nbd, LIBNBD_CONTEXT_BASE_ALLOCATION);
    assert_int_equal(nbd_connect_socket(nbd, fd), 0);
    return nbd;
}

static uint32_t
in_use_of(const char *path)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    AUTO(cleanup_free) char *file = NULL;
    uint32_t mark;
    int fd;

    assert_int_equal(bundle_open(path, BUNDLE_DESCRIPTOR_ONLY, &b), 0);
    file = path_join(path, bundle_descriptor(b)->storages[0].images[0].file);
    fd = open(file, O_RDONLY | O_CLOEXEC);
    assert_int_equal(pread(fd, &mark, 4, 44), 4);
    close(fd);
    return mark;
}

static void
export__written_and_left__is_closed_cleanly(void **state)
{
    (void)state;
    if (!can_export())
        skip(); /* leaves by a jump: nothing may be held yet */

    AUTO(cleanup_free) char *path = new_bundle("a.hdd");
    AUTO(bundle_free) struct bundle *b = NULL;
    struct qemu_export e;
    struct nbd_handle *nbd;
    char data[65536], back[65536];
    int fd;

    memset(data, 'x', sizeof data);
    assert_int_equal(start(path, &e, &fd), 0);
    nbd = client(fd);
    assert_int_equal(nbd_get_size(nbd), 8 * MIB);
    assert_int_equal(in_use_of(path), 0x312e3276); /* nothing was written: a state that is not loaded after all has not lost its disk */
    assert_int_equal(nbd_pwrite(nbd, data, sizeof data, 3 * MIB - 512, 0), 0);
    assert_int_equal(nbd_zero(nbd, MIB, 3 * MIB, 0), 0);
    assert_int_equal(nbd_trim(nbd, MIB, 5 * MIB, 0), 0);
    assert_int_equal(nbd_flush(nbd, 0), 0);
    assert_int_equal(in_use_of(path), 0x746F6E59);
    /* Quiesced: clean, and the next access goes on as if nothing had been. */
    assert_int_equal(qemu_export_quiesce(&e, clock_deadline(10000)), 0);
    assert_int_equal(in_use_of(path), 0x312e3276);
    assert_int_equal(nbd_pread(nbd, back, sizeof back, 3 * MIB - 512, 0), 0);
    assert_memory_equal(back, data, 512);
    assert_int_equal(back[512], 0);
    assert_int_equal(nbd_pwrite(nbd, data, 512, 0, LIBNBD_CMD_FLAG_FUA), 0);
    assert_int_equal(qemu_export_quiesce(&e, clock_deadline(10000)), 0);
    assert_int_equal(nbd_pwrite(nbd, data, 512, MIB, 0), 0);
    nbd_close(nbd);
    assert_true(qemu_proc_wait(e.pidfd, clock_deadline(10000)));
    qemu_export_end(&e, clock_now_ms());
    assert_int_equal(in_use_of(path), 0x312e3276);
    assert_int_equal(bundle_open(path, 0, &b), 0);
    assert_int_equal(bundle_read(b, back, 512, MIB), 0);
    assert_memory_equal(back, data, 512);
}

static void
export__of_a_bundle_in_use__is_refused(void **state)
{
    (void)state;
    if (!can_export())
        skip(); /* leaves by a jump: nothing may be held yet */

    AUTO(cleanup_free) char *path = new_bundle("a.hdd");
    AUTO(bundle_free) struct bundle *b = NULL;
    struct qemu_export e, other;
    int fd, other_fd;

    assert_int_equal(start(path, &e, &fd), 0);
    assert_int_equal(start(path, &other, &other_fd), PRL_ERR_DISK_IMAGE_BUSY);
    assert_int_equal(bundle_open(path, BUNDLE_WRITE, &b), PRL_ERR_DISK_SHARING_VIOLATION);
    kill(e.pid, SIGKILL); /* our child; what it held is nobody's now */
    assert_true(qemu_proc_wait(e.pidfd, clock_deadline(10000)));
    assert_int_equal(qemu_export_quiesce(&e, clock_deadline(1000)), PRL_ERR_VM_PROCESS_IS_NOT_STARTED);
    qemu_export_end(&e, clock_now_ms());
    close(fd);
    assert_int_equal(start(path, &other, &other_fd), 0);
    close(other_fd); /* nobody speaks to it: it ends */
    assert_true(qemu_proc_wait(other.pidfd, clock_deadline(10000)));
    qemu_export_end(&other, clock_now_ms());
}

static void
export__of_a_damaged_bundle__says_why(void **state)
{
    (void)state;
    if (!can_export())
        skip(); /* leaves by a jump: nothing may be held yet */

    AUTO(cleanup_free) char *path = new_bundle("a.hdd");
    AUTO(cleanup_free) char *descriptor = path_join(path, DESCRIPTOR_FILE);
    struct qemu_export e;
    int fd = -1;

    put_text(descriptor, "<Parallels_disk_image/>");
    assert_int_equal(start(path, &e, &fd), PRL_ERR_VM_UNABLE_OPEN_DISK_IMAGE);
    assert_non_null(strstr(err_peek()->details, path));
    assert_int_equal(fd, -1);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(images__directory_with_descriptor__is_a_bundle, temp_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(images__other_directory__is_refused, temp_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(images__open_elsewhere__is_busy_until_closed, temp_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(stamp__of_a_bundle__sees_every_file, temp_dir_up, temp_dir_down),
        cmocka_unit_test(spawn__descriptors__are_these_and_no_others),
        cmocka_unit_test_setup_teardown(export__written_and_left__is_closed_cleanly, temp_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(export__of_a_bundle_in_use__is_refused, temp_dir_up, temp_dir_down),
        cmocka_unit_test_setup_teardown(export__of_a_damaged_bundle__says_why, temp_dir_up, temp_dir_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
