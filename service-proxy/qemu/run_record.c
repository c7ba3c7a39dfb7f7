/* SPDX-License-Identifier: MIT */
/* Run records as files. */
#include "run_record.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "proc_run.h"

#define RECORD_MAX (24u << 20)
#define SUFFIX ".qemu"
#define SOCKET_SUFFIX ".qmp"

static char *run_dir;

static const char *const phases[] = { "starting", "resuming", "running", "suspending" };

PRL_RESULT
run_record_set_dir(const char *dir)
{
    int r = path_make_dirs(dir, 0700);

    if (r < 0)
        return err_errno(PRL_ERR_FAILURE, -r, "'%s'", dir);
    free(run_dir);
    run_dir = str_dup(dir);
    return run_dir ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "path");
}

void
run_texts_clear(run_texts *texts)
{
    for (size_t i = 0; i < texts->len; i++)
        free(texts->p[i]);
    vec_free(texts);
}

bool
run_texts_add(run_texts *texts, const char *text)
{
    char *copy = str_dup(text);

    if (copy && vec_push(texts, copy))
        return true;
    free(copy);
    return false;
}

struct run_record *
run_record_new(void)
{
    return calloc(1, sizeof(struct run_record));
}

void
run_record_free(struct run_record *r)
{
    if (!r)
        return;
    run_texts_clear(&r->hardware);
    run_texts_clear(&r->backends);
    run_texts_clear(&r->target);
    qemu_images_clear(&r->images);
    for (size_t i = 0; i < r->exports.len; i++)
        cleanup_close(&r->exports.p[i].pidfd);
    vec_free(&r->exports);
    for (size_t i = 0; i < r->sides.len; i++)
        cleanup_close(&r->sides.p[i].pidfd);
    vec_free(&r->sides);
    free(r->home);
    free(r->socket);
    free(r->qemu_version);
    free(r->machine);
    free(r->accel);
    free(r->config);
    free(r);
}

static char *
record_path(const char *uuid)
{
    char bare[UUID_BARE];

    uuid_bare(uuid, bare);
    return str_printf("%s/%s" SUFFIX, run_dir, bare);
}

static json_t *
images_to_json(const struct qemu_images *images)
{
    json_t *list = json_array();

    for (size_t i = 0; i < images->len; i++) {
        const struct qemu_image *x = &images->p[i];

        json_array_append_new(list, json_pack("{s:s, s:s?, s:b, s:b, s:b, s:b}", "node", x->node, "path", x->path, "qcow2", x->is_qcow2,
                                              "read_only", x->is_read_only, "host_device", x->is_host_device, "bundle", x->is_bundle));
    }
    return list;
}

static bool
images_from_json(json_t *list, struct qemu_images *ret)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item) {
        struct qemu_image x = { .node = "" };
        const char *node, *path;
        int is_qcow2, is_read_only, is_host_device;

        if (json_unpack(item, "{s:s, s:b, s:b, s:b}", "node", &node, "qcow2", &is_qcow2, "read_only", &is_read_only, "host_device",
                        &is_host_device) < 0 || strlen(node) >= sizeof x.node)
            return false;
        path = json_string_value(json_object_get(item, "path")); /* null: an empty drive */
        strcpy(x.node, node);
        x.is_qcow2 = is_qcow2;
        x.is_read_only = is_read_only;
        x.is_host_device = is_host_device;
        x.is_bundle = json_is_true(json_object_get(item, "bundle"));
        x.path = str_dup(path);
        if (!vec_push(ret, x)) {
            free(x.path);
            return false;
        }
    }
    return true;
}

static json_t *
exports_to_json(const struct run_record *r)
{
    json_t *list = json_array();

    for (size_t i = 0; i < r->exports.len; i++)
        json_array_append_new(list, json_pack("{s:s, s:I, s:I}", "node", r->exports.p[i].node, "pid", (json_int_t)r->exports.p[i].pid,
                                              "start_time", (json_int_t)r->exports.p[i].start_time));
    return list;
}

/* Records of services that knew no exports have none. */
static bool
exports_from_json(json_t *list, struct run_record *r)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item) {
        struct qemu_export x = { .pidfd = -1 };
        json_int_t pid, start_time;
        const char *node;

        if (json_unpack(item, "{s:s, s:I, s:I}", "node", &node, "pid", &pid, "start_time", &start_time) < 0 ||
            strlen(node) >= sizeof x.node || pid <= 0)
            return false;
        strcpy(x.node, node);
        x.pid = (pid_t)pid;
        x.start_time = (uint64_t)start_time;
        if (!vec_push(&r->exports, x))
            return false;
    }
    return true;
}

static json_t *
sides_to_json(const struct run_record *r)
{
    json_t *list = json_array();

    for (size_t i = 0; i < r->sides.len; i++)
        json_array_append_new(list, json_pack("{s:s, s:I, s:I}", "name", r->sides.p[i].name, "pid", (json_int_t)r->sides.p[i].pid,
                                              "start_time", (json_int_t)r->sides.p[i].start_time));
    return list;
}

static bool
sides_from_json(json_t *list, struct run_record *r)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item) {
        struct qemu_side x = { .pidfd = -1 };
        const char *name;
        json_int_t pid, start_time;

        if (json_unpack(item, "{s:s, s:I, s:I}", "name", &name, "pid", &pid, "start_time", &start_time) < 0 || pid <= 0)
            return false;
        snprintf(x.name, sizeof x.name, "%s", name);
        x.pid = (pid_t)pid;
        x.start_time = (uint64_t)start_time;
        if (!vec_push(&r->sides, x))
            return false;
    }
    return true;
}

static json_t *
texts_to_json(const run_texts *texts)
{
    json_t *list = json_array();

    for (size_t i = 0; i < texts->len; i++)
        json_array_append_new(list, json_string(texts->p[i]));
    return list;
}

static bool
texts_from_json(json_t *list, run_texts *ret)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
        if (!run_texts_add(ret, json_string_value(item)))
            return false;
    return true;
}

static json_t *
to_json(const struct run_record *r)
{
    return json_pack("{s:s, s:s, s:s, s:b, s:I, s:I, s:s, s:s, s:s, s:i, s:s, s:s, s:I, s:b, s:s, s:o, s:o, s:o, s:o, s:i, s:o, s:o, s:b}", "boot",
                     proc_boot_id(), "uuid", r->uuid, "phase", phases[r->phase], "was_running", r->was_running, "pid",
                     (json_int_t)r->pid, "start_time", (json_int_t)r->start_time, "home", r->home, "socket", r->socket, "qemu",
                     r->qemu_version, "qemu_no", (int)r->version_no, "machine", r->machine, "accel", r->accel, "ram_bytes",
                     (json_int_t)r->ram_bytes, "ram_shared", r->is_ram_shared, "config", r->config, "hardware",
                     texts_to_json(&r->hardware), "images",
                     images_to_json(&r->images), "exports", exports_to_json(r), "sides",
                     sides_to_json(r), "crash_resets", (int)r->crash_resets, "backends", texts_to_json(&r->backends),
                     "target", texts_to_json(&r->target), "user_net", r->has_user_net);
}

/* New file and rename, without the syncs of path_write_durable. */
static int
write_file(const char *path, const char *text)
{
    AUTO(cleanup_free) char *new_path = str_printf("%s.new", path);
    AUTO_FD int fd = -1;
    size_t len = strlen(text);

    if (!new_path)
        return -ENOMEM;
    fd = open(new_path, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (fd < 0)
        return -errno;
    while (len) {
        ssize_t n = write(fd, text, len);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            int e = errno;

            unlink(new_path);
            return -e;
        }
        text += n;
        len -= (size_t)n;
    }
    return rename(new_path, path) < 0 ? -errno : 0;
}

PRL_RESULT
run_record_save(const struct run_record *r)
{
    AUTO(cleanup_free) char *path = record_path(r->uuid);
    json_t *d = to_json(r);
    AUTO(cleanup_free) char *text = d ? json_dumps(d, JSON_COMPACT) : NULL;
    int e;

    json_decref(d);
    if (!path || !text)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "run record");
    e = write_file(path, text);
    if (e == -ENOSPC || e == -EDQUOT)
        return err_errno(PRL_ERR_NOT_ENOUGH_DISK_FREE_SPACE, -e, "'%s'", path);
    return e < 0 ? err_errno(PRL_ERR_FAILURE, -e, "'%s'", path) : PRL_ERR_SUCCESS;
}

void
run_record_remove(const char *uuid)
{
    AUTO(cleanup_free) char *path = record_path(uuid);

    if (path)
        unlink(path);
}

/* ---- loading ---- */

static bool
phase_parse(const char *text, enum run_phase *ret)
{
    for (size_t i = 0; i < ARRAY_LEN(phases); i++)
        if (strcmp(phases[i], text) == 0) {
            *ret = (enum run_phase)i;
            return true;
        }
    return false;
}

static struct run_record *
from_json(json_t *d)
{
    AUTO(run_record_free) struct run_record *r = run_record_new();
    const char *boot, *uuid, *phase, *home, *socket, *qemu, *machine, *accel, *config;
    json_int_t pid, start_time, ram_bytes;
    int was_running, version_no, is_ram_shared;
    json_t *hardware, *images;

    if (!r || json_unpack(d, "{s:s, s:s, s:s, s:b, s:I, s:I, s:s, s:s, s:s, s:i, s:s, s:s, s:I, s:b, s:s, s:o, s:o}", "boot", &boot,
                          "uuid", &uuid, "phase", &phase, "was_running", &was_running, "pid", &pid, "start_time", &start_time,
                          "home", &home, "socket", &socket, "qemu", &qemu, "qemu_no", &version_no, "machine", &machine, "accel",
                          &accel, "ram_bytes", &ram_bytes, "ram_shared", &is_ram_shared, "config", &config, "hardware", &hardware,
                          "images", &images) < 0)
        return NULL;
    if (strcmp(boot, proc_boot_id()) != 0 || !uuid_parse(uuid, r->uuid) || !phase_parse(phase, &r->phase) || pid < 0)
        return NULL;
    r->was_running = was_running;
    r->pid = (pid_t)pid;
    r->start_time = (uint64_t)start_time;
    r->home = str_dup(home);
    r->socket = str_dup(socket);
    r->qemu_version = str_dup(qemu);
    r->version_no = (unsigned)version_no;
    r->machine = str_dup(machine);
    r->accel = str_dup(accel);
    r->ram_bytes = (uint64_t)ram_bytes;
    r->is_ram_shared = is_ram_shared;
    r->crash_resets = (unsigned)json_integer_value(json_object_get(d, "crash_resets"));
    r->config = str_dup(config);
    if (!r->home || !r->socket || !r->qemu_version || !r->machine || !r->accel || !r->config)
        return NULL;
    r->has_user_net = json_is_true(json_object_get(d, "user_net"));
    return texts_from_json(hardware, &r->hardware) &&
                   texts_from_json(json_object_get(d, "backends"), &r->backends) &&
                   texts_from_json(json_object_get(d, "target"), &r->target) && images_from_json(images, &r->images) && exports_from_json(json_object_get(d, "exports"), r) &&
                   sides_from_json(json_object_get(d, "sides"), r)
               ? TAKE(r)
               : NULL;
}

static struct run_record *
load_one(const char *path)
{
    AUTO(cleanup_free) char *text = NULL;
    struct run_record *r;
    json_t *d;
    size_t len;

    if (path_read(path, RECORD_MAX, &text, &len) < 0)
        return NULL;
    d = json_loadb(text, len, 0, NULL);
    r = from_json(d);
    json_decref(d);
    return r;
}

static bool
ends_in(const char *name, const char *suffix)
{
    size_t n = strlen(name), k = strlen(suffix);

    return n > k && strcmp(name + n - k, suffix) == 0;
}

/* "<uuid>.qmp" whose "<uuid>.qemu" is gone. */
static bool
is_lone_socket(const char *path)
{
    AUTO(cleanup_free)
    char *record =
        ends_in(path, SOCKET_SUFFIX) ? str_printf("%.*s" SUFFIX, (int)(strlen(path) - strlen(SOCKET_SUFFIX)), path) : NULL;

    return record && !path_exists(record);
}

static void
take_entry(const char *name, run_record_vec *ret)
{
    AUTO(cleanup_free) char *path = path_join(run_dir, name);
    struct run_record *r;

    if (!path)
        return;
    if (ends_in(name, SUFFIX ".new") || is_lone_socket(path)) { /* cut in the middle of a save; of a QEMU that is gone */
        unlink(path);
        return;
    }
    if (!ends_in(name, SUFFIX))
        return;
    r = load_one(path);
    if (!r) {
        LOG_I("qemu", "run record '%s' is of another boot or damaged: removed", name);
        unlink(path);
    } else if (!vec_push(ret, r)) {
        run_record_free(r);
    }
}

PRL_RESULT
run_record_load_all(run_record_vec *ret)
{
    DIR *d = opendir(run_dir);
    struct dirent *e;

    if (!d)
        return err_errno(PRL_ERR_FAILURE, errno, "'%s'", run_dir);
    while ((e = readdir(d)))
        take_entry(e->d_name, ret);
    closedir(d);
    return PRL_ERR_SUCCESS;
}

void
run_record_vec_free(run_record_vec *v)
{
    for (size_t i = 0; i < v->len; i++)
        run_record_free(v->p[i]);
    vec_free(v);
}
