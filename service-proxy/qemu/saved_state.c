/* SPDX-License-Identifier: MIT */
/* The saved state file: layout, checks, stamps, and what to do with what a crash left. */
#include "saved_state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "saved_document.h"

#define MAGIC "PRLKVMSAV1\r\n\x1a\0\0"
#define DESCRIPTION_MAX (24u << 20)
#define COPY_CHUNK (1u << 20)

struct header { /* little-endian */
    char magic[16];
    char id[40];
    uint64_t stream_bytes, stream_hash;
    uint64_t text_bytes, text_hash;
    uint64_t hash; /* of all before it */
};
_Static_assert(sizeof(struct header) < SAVED_STATE_OFFSET, "the header fits its page");

/* ---- the object ---- */

struct saved_state *
saved_state_new(void)
{
    struct saved_state *s = calloc(1, sizeof *s);

    if (s)
        uuid_make(s->id);
    return s;
}

void
saved_state_free(struct saved_state *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->hardware.len; i++)
        free(s->hardware.p[i]);
    vec_free(&s->hardware);
    vec_free(&s->images);
    free(s->qemu_version);
    free(s->machine);
    free(s->accel);
    free(s->config);
    free(s);
}

static json_t *
describe(const struct saved_state *s)
{
    json_t *images = json_array(), *hardware = json_array();

    for (size_t i = 0; i < s->images.len; i++) {
        const struct saved_image *x = &s->images.p[i];

        json_array_append_new(images, json_pack("{s:s, s:I, s:I, s:I, s:I}", "node", x->node, "size", (json_int_t)x->size_bytes,
                                                "mtime_s", (json_int_t)x->mtime_s, "mtime_ns", (json_int_t)x->mtime_ns, "files",
                                                (json_int_t)x->files));
    }
    for (size_t i = 0; i < s->hardware.len; i++)
        json_array_append_new(hardware, json_string(s->hardware.p[i]));
    return json_pack("{s:s, s:i, s:s, s:s, s:I, s:b, s:s, s:o, s:o, s:b}", "qemu", s->qemu_version, "qemu_no", (int)s->version_no,
                     "machine", s->machine, "accel", s->accel, "ram_bytes", (json_int_t)s->ram_bytes, "ram_in_stream",
                     s->is_ram_in_stream, "config", s->config, "hardware", hardware, "images", images, "user_net", s->has_user_net);
}

static bool
take_lists(struct saved_state *s, json_t *hardware, json_t *images)
{
    json_t *item;
    size_t i;

    json_array_foreach(hardware, i, item) {
        char *text = str_dup(json_string_value(item));

        if (!text || !vec_push(&s->hardware, text)) {
            free(text);
            return false;
        }
    }
    json_array_foreach(images, i, item) {
        struct saved_image x = { .size_bytes = (uint64_t)json_integer_value(json_object_get(item, "size")),
                                 .mtime_s = json_integer_value(json_object_get(item, "mtime_s")),
                                 .mtime_ns = json_integer_value(json_object_get(item, "mtime_ns")),
                                 .files = (uint64_t)json_integer_value(json_object_get(item, "files")) };
        const char *node = json_string_value(json_object_get(item, "node"));

        if (!node || strlen(node) >= sizeof x.node)
            return false;
        strcpy(x.node, node);
        if (!vec_push(&s->images, x))
            return false;
    }
    return true;
}

static struct saved_state *
understand(const char *id, const char *text, size_t len)
{
    AUTO(saved_state_free) struct saved_state *s = calloc(1, sizeof *s);
    json_t *d = json_loadb(text, len, 0, NULL);
    const char *qemu, *machine, *accel, *config;
    json_t *hardware, *images;
    json_int_t ram_bytes;
    int version_no, is_in_stream;
    bool is_good = s && json_unpack(d, "{s:s, s:i, s:s, s:s, s:I, s:b, s:s, s:o, s:o}", "qemu", &qemu, "qemu_no", &version_no,
                                    "machine", &machine, "accel", &accel, "ram_bytes", &ram_bytes, "ram_in_stream", &is_in_stream,
                                    "config", &config, "hardware", &hardware, "images", &images) == 0;

    if (is_good) {
        memcpy(s->id, id, UUID_TEXT);
        s->qemu_version = str_dup(qemu);
        s->version_no = (unsigned)version_no;
        s->machine = str_dup(machine);
        s->accel = str_dup(accel);
        s->config = str_dup(config);
        s->ram_bytes = (uint64_t)ram_bytes;
        s->is_ram_in_stream = is_in_stream;
        s->has_user_net = json_is_true(json_object_get(d, "user_net"));
        is_good = s->qemu_version && s->machine && s->accel && s->config && take_lists(s, hardware, images);
    }
    json_decref(d);
    return is_good ? TAKE(s) : NULL;
}

/* ---- stamps ---- */

/* Its files by name, size and time, in whatever order the directory has them; the newest time stands for people. A lock file says nothing. */
static PRL_RESULT
stamp_bundle(const char *path, struct saved_image *ret)
{
    DIR *d = opendir(path);
    struct dirent *e;

    if (!d)
        return err_errno(PRL_ERR_HDD_IMAGE_NOT_EXIST, errno, "'%s'", path);
    while ((e = readdir(d))) {
        size_t n = strlen(e->d_name);
        struct { int64_t size, mtime_s, mtime_ns; uint64_t name; } x;
        struct stat st;

        if ((n > 4 && strcmp(e->d_name + n - 4, ".lck") == 0) || fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW) < 0 ||
            !S_ISREG(st.st_mode))
            continue;
        x.size = st.st_size;
        x.mtime_s = st.st_mtim.tv_sec;
        x.mtime_ns = st.st_mtim.tv_nsec;
        x.name = XXH3_64bits(e->d_name, n);
        ret->files += XXH3_64bits(&x, sizeof x);
        ret->size_bytes += (uint64_t)st.st_size;
        if (x.mtime_s > ret->mtime_s || (x.mtime_s == ret->mtime_s && x.mtime_ns > ret->mtime_ns)) {
            ret->mtime_s = x.mtime_s;
            ret->mtime_ns = x.mtime_ns;
        }
    }
    closedir(d);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
stamp_of(const struct qemu_image *image, struct saved_image *ret)
{
    struct stat st;

    memset(ret, 0, sizeof *ret);
    if (stat(image->path, &st) < 0)
        return err_errno(PRL_ERR_HDD_IMAGE_NOT_EXIST, errno, "'%s'", image->path);
    memcpy(ret->node, image->node, sizeof ret->node);
    if (S_ISDIR(st.st_mode))
        return stamp_bundle(image->path, ret);
    ret->size_bytes = (uint64_t)st.st_size;
    ret->mtime_s = st.st_mtim.tv_sec;
    ret->mtime_ns = st.st_mtim.tv_nsec;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
saved_state_stamp(struct saved_state *s, const struct qemu_images *images)
{
    s->images.len = 0;
    for (size_t i = 0; i < images->len; i++) {
        struct saved_image x;
        PRL_RESULT rc;

        if (images->p[i].is_read_only || !images->p[i].path || images->p[i].is_host_device)
            continue;
        rc = stamp_of(&images->p[i], &x);
        if (PRL_FAILED(rc))
            return rc;
        if (!vec_push(&s->images, x))
            return err_set(PRL_ERR_OUT_OF_MEMORY, "image stamps");
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
saved_state_check_images(const struct saved_state *s, const struct qemu_images *images)
{
    for (size_t i = 0; i < s->images.len; i++) {
        const struct saved_image *x = &s->images.p[i];
        const struct qemu_image *image = qemu_images_find(images, x->node);
        struct saved_image now = { .node = "" };

        if (!image || !image->path || PRL_FAILED(stamp_of(image, &now)))
            return err_set(PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG, "disk '%s' is gone since the VM was suspended", x->node);
        if (now.size_bytes != x->size_bytes || now.mtime_s != x->mtime_s || now.mtime_ns != x->mtime_ns ||
            now.files != x->files)
            return err_set(PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG, "'%s' was changed after the VM was suspended", image->path);
    }
    return PRL_ERR_SUCCESS;
}

/* ---- the file ---- */

static PRL_RESULT
write_failed(int e, const char *what)
{
    PRL_RESULT code = e == ENOSPC || e == EDQUOT ? PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE : PRL_ERR_VM_SUSPEND_FAILED;

    return err_errno(code, e, "%s", what);
}

PRL_RESULT
saved_state_create(const char *path, int *ret_fd)
{
    AUTO_FD int fd = -1;

    if (unlink(path) < 0 && errno != ENOENT)
        return err_errno(PRL_ERR_VM_SUSPEND_FAILED, errno, "'%s'", path);
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0 || lseek(fd, SAVED_STATE_OFFSET, SEEK_SET) < 0)
        return write_failed(errno, path);
    *ret_fd = TAKE_FD(fd);
    return PRL_ERR_SUCCESS;
}

static bool
hash_range(int fd, uint64_t at, uint64_t len, uint64_t *ret)
{
    AUTO(cleanup_free) char *buf = malloc(COPY_CHUNK);
    XXH3_state_t *h = XXH3_createState();
    bool is_good = buf && h && XXH3_64bits_reset(h) == XXH_OK;

    while (is_good && len) {
        ssize_t n = pread(fd, buf, len < COPY_CHUNK ? len : COPY_CHUNK, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        is_good = n > 0;
        if (is_good) {
            XXH3_64bits_update(h, buf, (size_t)n);
            at += (uint64_t)n;
            len -= (uint64_t)n;
        }
    }
    if (is_good)
        *ret = XXH3_64bits_digest(h);
    XXH3_freeState(h);
    return is_good;
}

static int
write_at(int fd, const void *data, size_t len, uint64_t at)
{
    const char *p = data;

    while (len) {
        ssize_t n = pwrite(fd, p, len, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno;
        p += n;
        at += (uint64_t)n;
        len -= (size_t)n;
    }
    return 0;
}

static uint64_t
header_hash(const struct header *h)
{
    return XXH3_64bits(h, offsetof(struct header, hash));
}

PRL_RESULT
saved_state_seal(int fd, const struct saved_state *s)
{
    struct header h = { .magic = MAGIC };
    json_t *d = describe(s);
    AUTO(cleanup_free) char *text = d ? json_dumps(d, JSON_COMPACT) : NULL;
    struct stat st;
    int e;

    json_decref(d);
    if (!text)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "description of the saved state");
    if (fstat(fd, &st) < 0 || st.st_size <= SAVED_STATE_OFFSET)
        return err_set(PRL_ERR_VM_SUSPEND_FAILED, "QEMU wrote no state");
    memcpy(h.id, s->id, UUID_TEXT);
    h.stream_bytes = (uint64_t)st.st_size - SAVED_STATE_OFFSET;
    h.text_bytes = strlen(text);
    h.text_hash = XXH3_64bits(text, h.text_bytes);
    if (!hash_range(fd, SAVED_STATE_OFFSET, h.stream_bytes, &h.stream_hash))
        return err_errno(PRL_ERR_VM_SUSPEND_FAILED, errno, "the saved state cannot be read back");
    h.hash = header_hash(&h);
    e = write_at(fd, text, h.text_bytes, SAVED_STATE_OFFSET + h.stream_bytes);
    if (!e)
        e = write_at(fd, &h, sizeof h, 0);
    if (!e && fsync(fd) < 0)
        e = errno;
    return e ? write_failed(e, "saved state") : PRL_ERR_SUCCESS;
}

static PRL_RESULT
read_header(int fd, const char *path, struct header *h)
{
    struct stat st;

    if (fstat(fd, &st) < 0)
        return err_errno(PRL_ERR_VM_RESTORE_STATE_FAILED, errno, "'%s'", path);
    if (!S_ISREG(st.st_mode) || pread(fd, h, sizeof *h, 0) != sizeof *h || memcmp(h->magic, MAGIC, sizeof h->magic) != 0)
        return err_set(PRL_ERR_CORE_STATE_INV_SAV_VERSION, "'%s' is no saved state of this service", path);
    if (h->hash != header_hash(h) || h->text_bytes > DESCRIPTION_MAX || !memchr(h->id, '\0', UUID_TEXT))
        return err_set(PRL_ERR_VM_RESTORE_STATE_FAILED, "'%s' has a damaged header", path);
    if (h->stream_bytes > (uint64_t)st.st_size ||
        (uint64_t)st.st_size - saved_document_bytes(fd, (uint64_t)st.st_size) != SAVED_STATE_OFFSET + h->stream_bytes + h->text_bytes)
        return err_set(PRL_ERR_VM_RESTORE_STATE_FAILED, "'%s' has %lld bytes instead of %llu", path, (long long)st.st_size,
                       (unsigned long long)(SAVED_STATE_OFFSET + h->stream_bytes + h->text_bytes));
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
read_description(int fd, const char *path, const struct header *h, struct saved_state **ret)
{
    AUTO(cleanup_free) char *text = malloc(h->text_bytes + 1);

    if (!text)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);
    if (pread(fd, text, h->text_bytes, (off_t)(SAVED_STATE_OFFSET + h->stream_bytes)) != (ssize_t)h->text_bytes ||
        XXH3_64bits(text, h->text_bytes) != h->text_hash)
        return err_set(PRL_ERR_VM_RESTORE_STATE_FAILED, "'%s' has a damaged description", path);
    *ret = understand(h->id, text, h->text_bytes);
    return *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_CORE_STATE_INV_SAV_VERSION, "'%s' has a description of another version", path);
}

PRL_RESULT
saved_state_open_unread(const char *path, struct saved_state **ret, int *ret_fd)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    AUTO(saved_state_free) struct saved_state *s = NULL;
    struct header h;
    PRL_RESULT rc;

    if (fd < 0)
        return err_errno(PRL_ERR_VM_RESTORE_STATE_FAILED, errno, "'%s'", path);
    rc = read_header(fd, path, &h);
    if (PRL_SUCCEEDED(rc))
        rc = read_description(fd, path, &h, &s);
    if (PRL_FAILED(rc))
        return rc;
    s->stream_bytes = h.stream_bytes;
    s->stream_hash = h.stream_hash;
    if (ret_fd) {
        if (lseek(fd, SAVED_STATE_OFFSET, SEEK_SET) < 0)
            return err_errno(PRL_ERR_VM_RESTORE_STATE_FAILED, errno, "'%s'", path);
        *ret_fd = TAKE_FD(fd);
    }
    *ret = TAKE(s);
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
saved_state_check_stream(const struct saved_state *s, int fd)
{
    uint64_t hash;

    if (!hash_range(fd, SAVED_STATE_OFFSET, s->stream_bytes, &hash) || hash != s->stream_hash)
        return err_set(PRL_ERR_VM_RESTORE_STATE_FAILED, "the saved state is damaged");
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
saved_state_open(const char *path, struct saved_state **ret, int *ret_fd)
{
    AUTO(saved_state_free) struct saved_state *s = NULL;
    AUTO_FD int fd = -1;
    PRL_RESULT rc = saved_state_open_unread(path, &s, &fd);

    if (PRL_SUCCEEDED(rc))
        rc = saved_state_check_stream(s, fd);
    if (PRL_FAILED(rc))
        return rc;
    if (ret_fd)
        *ret_fd = TAKE_FD(fd);
    *ret = TAKE(s);
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
copy_stream(int from, int to, const char *path)
{
    AUTO(cleanup_free) char *buf = malloc(COPY_CHUNK);
    struct header h;
    PRL_RESULT rc = buf ? read_header(from, path, &h) : err_set(PRL_ERR_OUT_OF_MEMORY, "'%s'", path);

    for (uint64_t at = 0; PRL_SUCCEEDED(rc) && at < h.stream_bytes;) {
        uint64_t left = h.stream_bytes - at;
        ssize_t n = pread(from, buf, left < COPY_CHUNK ? left : COPY_CHUNK, (off_t)(SAVED_STATE_OFFSET + at));
        int e = n <= 0 ? EIO : write_at(to, buf, (size_t)n, SAVED_STATE_OFFSET + at);

        if (e)
            rc = write_failed(e, path);
        else
            at += (uint64_t)n;
    }
    return rc;
}

PRL_RESULT
saved_state_restamp(const char *home, const struct qemu_images *images)
{
    AUTO(cleanup_free) char *path = path_join(home, SAVED_STATE_FILE);
    AUTO(cleanup_free) char *new_path = path_join(home, SAVED_STATE_NEW);
    AUTO(saved_state_free) struct saved_state *s = NULL;
    AUTO_FD int from = -1;
    AUTO_FD int to = -1;
    PRL_RESULT rc;
    int r;

    if (!path || !new_path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    rc = saved_state_open(path, &s, &from);
    if (PRL_FAILED(rc))
        return rc;
    rc = saved_state_stamp(s, images);
    if (PRL_FAILED(rc))
        return rc;
    rc = saved_state_create(new_path, &to);
    if (PRL_FAILED(rc))
        return rc;
    rc = copy_stream(from, to, path);
    if (PRL_SUCCEEDED(rc))
        rc = saved_state_seal(to, s);
    if (PRL_FAILED(rc)) {
        unlink(new_path);
        return rc;
    }
    r = path_rename_durable(new_path, path);
    return r < 0 ? write_failed(-r, path) : PRL_ERR_SUCCESS;
}

/* ---- what a crash left, and dropping ---- */

static bool
is_ram_file(const char *name)
{
    size_t n = strlen(name);

    return n >= 10 && strncmp(name, "config", 6) == 0 && strcmp(name + n - 4, ".mem") == 0;
}

/* config.mem and its kind. They are only unlinked: a QEMU may have one mapped. */
static void
remove_ram_files(const char *home)
{
    DIR *d = opendir(home);
    struct dirent *e;

    if (!d)
        return;
    while ((e = readdir(d)))
        if (is_ram_file(e->d_name))
            unlinkat(dirfd(d), e->d_name, 0);
    closedir(d);
}

static bool
is_unchanged(const char *path, const struct qemu_images *images)
{
    AUTO(saved_state_free) struct saved_state *s = NULL;

    return images && PRL_SUCCEEDED(saved_state_open(path, &s, NULL)) && PRL_SUCCEEDED(saved_state_check_images(s, images));
}

PRL_RESULT
saved_state_recover(const char *home, bool is_same_boot, const struct qemu_images *images, bool *ret_is_suspended)
{
    AUTO(cleanup_free) char *sav = path_join(home, SAVED_STATE_FILE);
    AUTO(cleanup_free) char *sav_new = path_join(home, SAVED_STATE_NEW);
    AUTO(cleanup_free) char *sav_run = path_join(home, SAVED_STATE_RUN);
    int r = 0;

    if (!sav || !sav_new || !sav_run)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    unlink(sav_new);
    if (path_exists(sav_run)) {
        /* A power cut may have lost what the guest wrote but not the rename, or the reverse: another boot is never trusted. */
        if (is_same_boot && !path_exists(sav) && is_unchanged(sav_run, images)) {
            r = path_rename_durable(sav_run, sav);
            LOG_I("qemu", "'%s': a resume was cut before the guest ran; the saved state is back", home);
        } else {
            r = path_unlink_durable(sav_run);
            LOG_W("qemu", "'%s': the guest ran on after its saved state, which is stale now and removed", home);
        }
        if (r < 0)
            return err_errno(PRL_ERR_VM_RESTORE_STATE_FAILED, -r, "'%s'", sav_run);
    }
    *ret_is_suspended = path_exists(sav);
    if (!*ret_is_suspended)
        remove_ram_files(home);
    err_clear();
    return PRL_ERR_SUCCESS;
}

bool
saved_state_has_litter(const char *home)
{
    static const char *const names[] = { SAVED_STATE_RUN, SAVED_STATE_NEW, SAVED_STATE_FILE, SAVED_STATE_RAM };
    bool is_there[ARRAY_LEN(names)];

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        AUTO(cleanup_free) char *path = path_join(home, names[i]);

        is_there[i] = path && path_exists(path);
    }
    return is_there[0] || is_there[1] || (is_there[3] && !is_there[2]);
}

PRL_RESULT
saved_state_drop(const char *home)
{
    AUTO(cleanup_free) char *sav = path_join(home, SAVED_STATE_FILE);
    int r = sav ? path_unlink_durable(sav) : -ENOMEM;

    if (r < 0)
        return err_errno(PRL_ERR_UNABLE_DROP_SUSPENDED_STATE, -r, "'%s/" SAVED_STATE_FILE "'", home);
    remove_ram_files(home);
    return PRL_ERR_SUCCESS;
}
