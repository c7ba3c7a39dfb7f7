/* SPDX-License-Identifier: MIT */
/* Opening images in tests, a random source, qemu-img. Include it after cmocka.h and temp_dir.h. */
#ifndef PRLKVM_TESTS_IMAGE_SUPPORT_H
#define PRLKVM_TESTS_IMAGE_SUPPORT_H

#include <fcntl.h>
#include <stdint.h>
#include <sys/wait.h>

#include "base/err.h"
#include "image/chain.h"
#include "image/hds.h"

#define MIB (UINT64_C(1) << 20)

static uint64_t rnd_state = 88172645463325252u;

static __attribute__((unused)) uint64_t
rnd(uint64_t below)
{
    rnd_state ^= rnd_state << 13;
    rnd_state ^= rnd_state >> 7;
    rnd_state ^= rnd_state << 17;
    return rnd_state % below;
}

static __attribute__((unused)) struct image *
must_open(const char *path, unsigned flags)
{
    struct image *image = NULL;
    PRL_RESULT r = hds_open(AT_FDCWD, path, flags, &image);

    if (PRL_FAILED(r))
        print_error("%s\n", err_peek()->details);
    assert_int_equal(r, 0);
    return image;
}

static __attribute__((unused)) PRL_RESULT
try_open(const char *path, unsigned flags)
{
    struct image *image = NULL;
    PRL_RESULT r = hds_open(AT_FDCWD, path, flags, &image);

    return PRL_FAILED(r) ? r : image_close(image);
}

static __attribute__((unused)) struct chain *
chain_of(struct image *image)
{
    struct chain *c = NULL;
    uint64_t size = image->size_bytes;

    assert_int_equal(chain_new(&image, 1, size, &c), 0);
    return c;
}

static __attribute__((unused)) void
must_create(const char *path, uint64_t size_sectors, uint32_t cluster_sectors)
{
    struct hds_new args = { size_sectors, cluster_sectors, false };

    assert_int_equal(hds_create(AT_FDCWD, path, &args, NULL), 0);
}

static __attribute__((unused)) PRL_RESULT
image_put(struct image *image, const void *data, size_t size, uint64_t offset)
{
    return image->class->write(image, NULL, data, size, offset);
}

/* Is the byte at the offset, and at the end of n bytes, this one? */
static __attribute__((unused)) void
assert_bytes(struct chain *c, uint64_t offset, size_t n, unsigned char value)
{
    unsigned char *data = malloc(n);

    assert_int_equal(chain_read(c, data, n, offset), 0);
    for (size_t i = 0; i < n; i++)
        if (data[i] != value) {
            print_error("byte %ju is %u, not %u\n", (uintmax_t)(offset + i), data[i], value);
            fail();
        }
    free(data);
}

/* The exit code, or -1 where there is no qemu-img. The list ends with NULL. */
static __attribute__((unused)) int
qemu_img(const char *const *args)
{
    char *argv[16] = { (char *)"qemu-img" };
    pid_t pid;
    int status;

    for (int i = 0; args[i]; i++)
        argv[i + 1] = (char *)args[i];
    pid = fork();
    if (pid == 0) {
        int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

        dup2(null, 1);
        dup2(null, 2);
        execvp("qemu-img", argv);
        _exit(99);
    }
    assert_true(pid > 0);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) && WEXITSTATUS(status) != 99 ? WEXITSTATUS(status) : -1;
}
#define QEMU_IMG(...) qemu_img((const char *const[]){ __VA_ARGS__, NULL })

/* False, with the reason printed, where there is no qemu-img. */
static __attribute__((unused)) bool
has_qemu_img(void)
{
    bool has = QEMU_IMG("--version") == 0;

    if (!has)
        print_message("no qemu-img: not compared with QEMU\n");
    return has;
}

#endif
