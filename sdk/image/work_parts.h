/* SPDX-License-Identifier: MIT */
/* What the long works share; for work_*.c alone. */
#ifndef PRLKVM_IMAGE_WORK_PARTS_H
#define PRLKVM_IMAGE_WORK_PARTS_H

#include <stdarg.h>

#include "image/bundle.h"
#include "image/making.h"
#include "image/qcow2_header.h"
#include "image/work.h"

#define WORK_STEP ((size_t)1 << 20) /* read and compared at once, and between two looks at the cancel flag */

/* ---- work_guard.c ---- */

/*
 * What the path is, after refusing a disk that a suspended VM or clones rely on. ret_name: the word of qemu-img. What processes that died have left
 * beside it is removed. The other one: where nothing will be changed, it refuses nothing.
 */
PRL_RESULT work_begin(const char *path, enum disk_format *ret_kind, const char **ret_name);
PRL_RESULT work_begin_look(const char *path, enum disk_format *ret_kind, const char **ret_name);
enum work_lock {
    WORK_LOCK_WRITE, /* nobody else may have it open */
    WORK_LOCK_KEEP,  /* nobody else may write it; reading it beside us is fine (qemu-img) */
};
/* The file itself, opened for reading or writing, no link followed in its last part, locked as QEMU locks. PRL_ERR_DISK_SHARING_VIOLATION. */
PRL_RESULT work_open_locked(const char *path, enum work_lock lock, int *ret_fd);
/* err_errno, with PRL_ERR_DISK_INSUFFICIENT_SPACE for a full disk. e: -errno. */
PRL_RESULT work_failed(PRL_RESULT code, int e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* ---- work_steps.c ---- */

/* Tells how far it is; PRL_ERR_DISK_USER_INTERRUPTED when the caller wants no more. watch may be NULL. */
PRL_RESULT work_report(const struct image_watch *watch, uint64_t done, uint64_t total);
/* The part first..last (in 1/1000) of another watch. */
struct work_part {
    const struct image_watch *whole;
    int first, last;
    struct image_watch watch; /* for the work that is this part */
};
void work_part_init(struct work_part *part, const struct image_watch *whole, int first, int last);
bool work_is_zero(const void *data, size_t size);
/*
 * Calls `take` for each piece of [0, size) of the disk that is not all zeros: at most WORK_STEP bytes, cut at multiples of `grain` (0: of 64 KiB), the
 * zeros between them left out.
 */
struct work_source {
    PRL_RESULT (*extent)(void *arg, uint64_t offset, uint64_t max, bool *ret_is_data, uint64_t *ret_length);
    PRL_RESULT (*read)(void *arg, void *buf, size_t size, uint64_t offset);
    void *arg;
    uint64_t size;
};
struct work_sink {
    PRL_RESULT (*take)(void *arg, const void *data, size_t size, uint64_t offset);
    void *arg;
};
PRL_RESULT work_pump(const struct work_source *source, uint32_t grain, const struct work_sink *sink, const struct image_watch *watch);
/* What a map has said, as a source says it. */
PRL_RESULT work_run_extent(PRL_RESULT rc, const struct image_run *run, bool *ret_is_data, uint64_t *ret_length);
struct work_source work_disk_source(struct disk *d);
struct work_source work_bundle_source(struct bundle *b);
struct work_source work_chain_source(struct chain *c);
struct work_file {
    int fd;
    const char *path;
};
PRL_RESULT work_file_source(int fd, const char *path, struct work_file *file, struct work_source *ret);
struct work_sink work_image_sink(struct image *image);

/* The directory of a bundle, of which path is either that or the descriptor in it. */
PRL_RESULT work_open_bundle_dir(const char *path, int *ret_dirfd);
/* bundle_open, with images outside of it where those may be followed: below the directory of the bundle, or on record as what it was cloned from. */
PRL_RESULT work_open_bundle(const char *path, unsigned flags, struct bundle **ret);
/* A bare expanding image for writing. */
PRL_RESULT work_open_hds(const char *path, struct chain **ret);
/* Closes it. rc: how the work went; the first failure counts, with its own words. */
PRL_RESULT work_close_bundle(struct bundle *b, PRL_RESULT rc);
PRL_RESULT work_close_chain(struct chain *c, PRL_RESULT rc);

/* A directory and a name in it. */
struct work_place {
    char *dir, *name;
    int dirfd;
};
PRL_RESULT work_place_open(const char *path, struct work_place *ret);
void work_place_close(struct work_place *place);
static inline __attribute__((unused)) void
work_place_close_auto(struct work_place *place)
{
    work_place_close(place);
}
#define AUTO_PLACE __attribute__((cleanup(work_place_close_auto))) struct work_place
#define WORK_PLACE_INIT { NULL, NULL, -1 }
/* An empty file beside it, which is to take its name. */
PRL_RESULT work_make_file(const struct work_place *place, struct making *ret);

/* ---- work_run.c ---- */

/* proc_find with the code for tools of disks. PRL_ERR_DISK_TOOL_NOT_FOUND. */
PRL_RESULT work_find_program(const char *name, const char *variable, char **ret_path);
/*
 * Runs it to its end. No fixed deadline: it is killed when it has neither used the processor nor moved a byte for two minutes, or when the watch
 * says no. Lines such as "(12.34/100%)" are its progress. stdin is `input` (NULL: empty). ret_exit (NULL: only 0 is
 * success): its exit status. ret_out (may be NULL): what it printed, at most 4 MiB.
 */
extern int work_run_stall_ms; /* those two minutes; set by tests alone */
PRL_RESULT work_run(const char *const *argv, const char *input, const struct image_watch *watch, int *ret_exit, char **ret_out);

/* ---- work_qcow2.c ---- */

/* What the works need to know beyond qcow2_header.h. */
struct qcow2_facts {
    struct qcow2_info info;
    uint32_t version, cluster_bytes, snapshots, refcount_bits;
    bool has_lazy_refcounts, has_extended_l2;
};
void qcow2_facts_clear(struct qcow2_facts *facts);
static inline __attribute__((unused)) void
qcow2_facts_clear_auto(struct qcow2_facts *facts)
{
    qcow2_facts_clear(facts);
}
#define AUTO_QCOW2 __attribute__((cleanup(qcow2_facts_clear_auto))) struct qcow2_facts
/* Refused: what needs an external data file or a key. */
PRL_RESULT qcow2_facts_read(int fd, const char *path, struct qcow2_facts *ret);
/* Opened and locked, its facts read, refused also when it stands on another image. */
PRL_RESULT qcow2_open_alone(const char *path, enum work_lock lock, int *ret_fd, struct qcow2_facts *ret);
/* "json:{...}" of the image and what it stands on: all that qemu-img may open. Allocated. */
PRL_RESULT qcow2_spec(const char *path, char **ret);
/* qemu-img with these words behind it (NULL-ended, at most 20); ret_exit, ret_out as of work_run. */
PRL_RESULT qcow2_tool(const struct image_watch *watch, int *ret_exit, char **ret_out, ...) __attribute__((sentinel));

PRL_RESULT qcow2_resize(const char *path, uint64_t size_bytes, const struct image_watch *watch);
PRL_RESULT qcow2_convert(const char *path, bool to_plain, const struct image_watch *watch);
PRL_RESULT qcow2_merge(const char *path, bool external, const struct image_watch *watch);
PRL_RESULT qcow2_compact(const char *path, const struct image_watch *watch, uint64_t *ret_freed_bytes);

/* The new file beside `place` takes its place, with its owner and mode. fd: the old one, locked. On failure the new one is removed. */
PRL_RESULT work_replace(const struct work_place *place, const char *new_name, int fd);

/* ---- work_resize.c ---- */

/* A smaller size, whatever lies past it; and whether that is possible at all. */
PRL_RESULT work_resize_cut(const char *path, uint64_t size_bytes);
PRL_RESULT work_resize_can_cut(const char *path, uint64_t size_bytes);

/* ---- work_convert.c ---- */

/* One node, the wished layout, nothing outside of the bundle. allow_tree: the nodes (and images outside) are flattened; else they refuse it. */
PRL_RESULT work_rebuild_bundle(const char *path, const struct work_layout *layout, bool allow_tree, const struct image_watch *watch);

#endif
