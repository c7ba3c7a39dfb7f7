/* SPDX-License-Identifier: MIT */
/* Checks of all formats, in one form. */
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/err.h"
#include "image/hds.h"
#include "image/work_parts.h"

typedef void (*say_function)(void *arg, const char *line);

/* A check would count an image that it cannot have as damaged. */
static PRL_RESULT
refuse_busy_bundle(const char *path)
{
    AUTO(bundle_free) struct bundle *b = NULL;
    PRL_RESULT rc = work_open_bundle(path, BUNDLE_NO_CHECK, &b);

    if (rc == PRL_ERR_DISK_SHARING_VIOLATION)
        return rc;
    err_clear();
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_bundle(const char *path, bool repair, say_function say, void *arg, struct work_report *ret)
{
    struct bundle_report r = { 0 };
    PRL_RESULT rc = refuse_busy_bundle(path);

    if (PRL_SUCCEEDED(rc))
        rc = bundle_check(path, repair, say, arg, &r);

    if (PRL_SUCCEEDED(rc))
        *ret = (struct work_report){ r.fatal, r.corruptions, r.warnings, r.repaired, r.leaked_bytes, r.is_unclean };
    return rc;
}

static PRL_RESULT
check_hds(const char *path, bool repair, say_function say, void *arg, struct work_report *ret)
{
    struct hds_report r = { 0 };
    PRL_RESULT rc = hds_check(AT_FDCWD, path, repair, say, arg, &r);
    uint32_t cluster = 0;
    struct image *image;

    if (PRL_FAILED(rc))
        return rc;
    if (r.leaked_clusters && PRL_SUCCEEDED(hds_open(AT_FDCWD, path, IMAGE_NO_CHECK, &image))) {
        cluster = image->cluster_bytes;
        image_free(image);
    }
    *ret = (struct work_report){ r.fatal, r.corruptions, r.warnings, r.repaired, r.leaked_clusters * cluster, r.is_unclean };
    return PRL_ERR_SUCCESS;
}

/* ---- qcow2 ---- */

enum { EXIT_CLEAN = 0, EXIT_CORRUPT = 2, EXIT_LEAKS = 3 };

static unsigned
count(json_t *said, const char *key)
{
    return (unsigned)json_integer_value(json_object_get(said, key));
}

static void
say_count(say_function say, void *arg, const char *what, unsigned n)
{
    char line[80];

    snprintf(line, sizeof line, "qcow2: %u %s", n, what);
    if (n && say)
        say(arg, line);
}

/* Errors that keep it from looking on count as fatal. */
static PRL_RESULT
take_report(const char *path, const char *text, uint32_t cluster, say_function say, void *arg, struct work_report *ret)
{
    json_t *said = json_loads(text, 0, NULL);
    struct work_report r = { 0 };

    if (!said)
        return err_set(PRL_ERR_DISK_TOOL_PROCESS_ERROR, "'%s': qemu-img check says what is no JSON", path);
    r.fatal = count(said, "check-errors");
    r.corruptions = count(said, "corruptions");
    r.leaked_bytes = (uint64_t)count(said, "leaks") * cluster;
    r.warnings = count(said, "leaks") ? 1 : 0;
    r.repaired = count(said, "corruptions-fixed") + count(said, "leaks-fixed");
    say_count(say, arg, "errors kept it from being checked", r.fatal);
    say_count(say, arg, "corruptions", r.corruptions);
    say_count(say, arg, "leaked clusters", count(said, "leaks"));
    say_count(say, arg, "repaired", r.repaired);
    json_decref(said);
    *ret = r;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_qcow2(const char *path, bool repair, say_function say, void *arg, struct work_report *ret)
{
    AUTO(cleanup_free) char *spec = NULL;
    AUTO(cleanup_free) char *text = NULL;
    AUTO_QCOW2 f = { 0 };
    AUTO_FD int fd = -1;
    int status = 0;
    PRL_RESULT rc = work_open_locked(path, repair ? WORK_LOCK_WRITE : WORK_LOCK_KEEP, &fd);

    if (PRL_SUCCEEDED(rc))
        rc = qcow2_facts_read(fd, path, &f);
    if (PRL_SUCCEEDED(rc))
        rc = qcow2_spec(path, &spec);
    if (PRL_FAILED(rc))
        return rc;
    cleanup_close(&fd);
    fd = -1;
    if (repair)
        rc = qcow2_tool(NULL, &status, &text, "check", "-r", "all", "--output=json", spec, NULL);
    else
        rc = qcow2_tool(NULL, &status, &text, "check", "--output=json", spec, NULL);
    if (PRL_FAILED(rc))
        return rc;
    if (status != EXIT_CLEAN && status != EXIT_CORRUPT && status != EXIT_LEAKS && !text[0])
        return err_set(PRL_ERR_DISK_TOOL_PROCESS_ERROR, "'%s': qemu-img check ended with %d", path, status);
    rc = take_report(path, text, f.cluster_bytes, say, arg, ret);
    if (PRL_SUCCEEDED(rc))
        ret->is_unclean = f.info.is_dirty;
    return rc;
}

/* Nothing in it can be wrong; but whoever asks for a repair is told that somebody else has it. */
static PRL_RESULT
check_raw(const char *path, bool repair, struct work_report *ret)
{
    AUTO_FD int fd = -1;
    PRL_RESULT rc = repair ? work_open_locked(path, WORK_LOCK_WRITE, &fd) : PRL_ERR_SUCCESS;

    if (PRL_SUCCEEDED(rc))
        *ret = (struct work_report){ 0 };
    return rc;
}

PRL_RESULT
work_check(const char *path, bool repair, say_function say, void *arg, struct work_report *ret)
{
    enum disk_format kind;
    const char *name;
    PRL_RESULT rc = repair ? work_begin(path, &kind, &name) : work_begin_look(path, &kind, &name);

    if (PRL_FAILED(rc))
        return rc;
    switch (kind) {
    case DISK_BUNDLE:
        return check_bundle(path, repair, say, arg, ret);
    case DISK_EXPANDING:
        return check_hds(path, repair, say, arg, ret);
    case DISK_QCOW2:
        return check_qcow2(path, repair, say, arg, ret);
    case DISK_RAW:
        return check_raw(path, repair, ret);
    default:
        return err_set(PRL_ERR_DISK_OPERATION_NOT_ALLOWED, "'%s' is a %s image, which is not checked here", path, name);
    }
}
