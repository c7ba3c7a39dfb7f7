/* SPDX-License-Identifier: MIT */
/*
 * An expanding image from the inside; for hds*.c alone. Who does what:
 *
 *   hds_header.c  64 bytes, to and fro                hds_bat.c    the table: cache, look-up, dirty pieces
 *   hds_space.c   which clusters of the file are used hds_write.c  writes, allocation
 *   hds_flush.c   flush groups                        hds_open.c   open, first change, close
 *   hds_ext*.c    the format extension                hds_bitmap.c bitmaps of changed blocks
 *   hds_check.c, hds_change.c (discard, pack, resize), hds_create.c
 *
 * What is checked when. At open: the header, against itself and the file's size; nothing in the table, so that opening takes no longer for a
 * large disk. An image that was not closed is checked whole when it is opened for writing. At each use of an entry: that it lies
 * in the data area and in the file. Before the first change of a session: the whole table in one pass over a bitmap of the file's clusters,
 * so that no write can land in a cluster that two entries share.
 *
 * Reads take no lock: an entry is one atomic load, published after the data it names was written.
 */
#ifndef PRLKVM_IMAGE_HDS_PRIVATE_H
#define PRLKVM_IMAGE_HDS_PRIVATE_H

#include <endian.h>
#include <pthread.h>
#include <stdatomic.h>

#include "base/lock.h"
#include "base/vec.h"
#include "image/hds.h"
#include "image/image_file.h"

#define HDS_SECTOR 512u
#define HDS_HEADER_BYTES 64u
#define HDS_MAX_ENTRIES (UINT32_C(1) << 29)
#define HDS_MAX_CLUSTER_SECTORS (UINT32_C(1) << 22)
#define HDS_IN_USE 0x746F6E59u
#define HDS_CLEAN 0x312e3276u
#define HDS_FLAG_EMPTY 1u
#define HDS_FLAG_CONVERTING 2u

/* One megabyte: how data is copied and zeros are written, whatever the cluster size. */
#define HDS_COPY_BYTES (UINT32_C(1) << 20)

struct hds_header {
    unsigned char raw[HDS_HEADER_BYTES]; /* what the fields below do not cover stays as it was */
    bool is_v1;
    uint32_t cluster_sectors, n_entries, in_use, data_sector, flags;
    uint64_t n_sectors, ext_sector;
};
PRL_RESULT hds_header_parse(const unsigned char raw[HDS_HEADER_BYTES], uint64_t file_size, const char *path, struct hds_header *ret);
void hds_header_pack(struct hds_header *h); /* fields to raw */
void hds_header_new(struct hds_header *h, uint64_t n_sectors, uint32_t cluster_sectors);

/*
 * The clusters of the file that are in use, one bit each. In version 1 entries need not be whole clusters apart: then the unit is
 * a sector.
 */
struct hds_space {
    uint64_t *bits; /* a mapping, only touched where something is used */
    uint64_t max_units, unit_bytes, base; /* unit u is at file offset base + u * unit_bytes */
    uint64_t per_cluster;                 /* units */
    uint64_t end;                         /* first unit that was never used since the image was opened: from here on the file is zeros */
    uint64_t hint, free_below_end;        /* units */
    uint64_t floor;                       /* bytes: the file is never shorter */
};

#define BAT_BLOCK_ENTRIES (UINT32_C(1) << 14) /* 64 KiB: what is loaded and evicted; a multiple of any page size */
#define BAT_PIECE_ENTRIES (UINT32_C(1) << 10) /* 4 KiB: what is written back */
#define BAT_PIECES (BAT_BLOCK_ENTRIES / BAT_PIECE_ENTRIES)

/*
 * A mapping as large as the table, of which only loaded blocks take memory. A block's state counts up whenever it is loaded or evicted, its
 * lowest bit says that it is loaded: who reads entries looks at the state before and after.
 */
struct hds_bat {
    _Atomic uint32_t *entries; /* little-endian, as in the file */
    _Atomic uint32_t *state;   /* per block */
    uint16_t *dirty;           /* per block, a bit per piece; under lock */
    uint16_t *writing;         /* pieces that a flush is writing; under lock */
    uint16_t *pins;            /* under lock: blocks that must stay */
    uint32_t *dirty_blocks;    /* under lock: blocks with a dirty piece */
    uint32_t n_dirty_blocks, n_dirty_pieces;
    uint32_t n_blocks, n_loaded, max_loaded, hand;
};

/* Clusters that a thread is filling: others who want to write them wait. */
struct hds_claim {
    struct hds_claim *next;
    uint64_t first, n;
};

struct hds_bitmap {
    struct hds_bitmap_info info;
    uint64_t bytes;             /* of the whole bitmap */
    _Atomic unsigned char *bits; /* a mapping; NULL: not loaded yet */
    uint64_t *l1;               /* as in the file; until loaded */
    uint32_t l1_size;
};
#define HDS_MAX_BITMAPS 64
#define HDS_MAX_BITMAP_BYTES (UINT64_C(128) << 20) /* of all of an image: 64 TiB at 64 KiB per bit */
#define HDS_MAX_EXT_CLUSTER (UINT32_C(64) << 20)         /* it is one cluster, and read whole */

struct hds_feature { /* of the extension, not ours, to be kept */
    uint64_t magic, flags;
    uint32_t size;
    unsigned char *data;
};

enum hds_state {
    HDS_UNCHANGED, /* nothing was written in this session */
    HDS_BEGINNING, /* one thread marks the file as in use; others wait */
    HDS_CHANGING,
};

struct hds {
    struct image image;
    /* Constant while other threads are in it. */
    int cluster_shift;    /* -1: not a power of two */
    uint64_t entry_bytes; /* what one in the table stands for */
    uint32_t entry_step;  /* between entries of adjacent clusters */
    uint64_t data_start;  /* bytes */
    uint64_t n_clusters;
    unsigned open_flags;
    bool is_unclean;      /* as found */
    uint32_t found_in_use;
    uint64_t found_ext_sector;
    bool data_start_is_wrong; /* the header's; data_start is what it should say */

    _Atomic uint64_t file_end; /* bytes; what lies between the used space and it is zeros once changes began */
    _Atomic int state;
    atomic_bool is_dirty;   /* data written since the last sync began */
    atomic_int sync_failed; /* -errno: what was lost then cannot be known; nothing that names new data is written any more */
    atomic_bool is_empty;   /* header flag: the table is not to be looked at */

    struct hds_bat bat;

    struct lock lock; /* leaf; never held across I/O */
    struct cond changed;
    struct hds_header header; /* owned by who begins, ends or has the image alone */
    bool is_marked;           /* the file may say "in use" because of us */
    struct hds_space space;   /* under lock, once changing */
    struct hds_claim *claims; /* under lock */
    bool is_growing;          /* under lock */
    VEC(uint32_t) freed;      /* under lock: entries cleared since the last flush group began */
    VEC(uint32_t) freeing;    /* those of the group being written */

    uint64_t flush_started, flush_done, flush_ok; /* under lock: numbers of flush groups */
    bool is_flushing;
    int flush_error;

    pthread_t flusher; /* hds_flush.c */
    bool has_flusher, flusher_stop;
    struct cond flusher_wake;
    int64_t dirty_since_ms; /* under lock: since when pieces are, while any is */

    struct hds_bitmap bitmaps[HDS_MAX_BITMAPS];
    struct hds_bitmap_info infos[HDS_MAX_BITMAPS]; /* what hds_bitmaps lends */
    atomic_int n_bitmaps;
    atomic_bool ext_is_loaded; /* their bits are in memory */
    VEC(struct hds_feature) features;
    uint64_t ext_offset;    /* bytes; 0: none that is trusted */
    bool is_foreign_needed; /* a feature that we do not know forbids writing */
    bool extension_lost;    /* there is one, and it cannot be trusted */
};

static inline struct hds *
hds_of(struct image *image)
{
    return (struct hds *)image;
}

static inline uint64_t
hds_cluster_of(const struct hds *h, uint64_t offset)
{
    return h->cluster_shift >= 0 ? offset >> h->cluster_shift : offset / h->image.cluster_bytes;
}

/* hds_bat.c */
PRL_RESULT hds_bat_init(struct hds *h);
void hds_bat_free(struct hds *h);
uint64_t hds_bat_file_offset(uint64_t entry);
/* The entry, and how many from it on (at most max, at least 1) go on with it: all absent, or one after the other in the file. */
PRL_RESULT hds_bat_run(struct hds *h, uint64_t cluster, uint64_t max, uint32_t *ret_entry, uint64_t *ret_n);
/* With the lock held. False: the block is not loaded. A pinned block stays; set needs it pinned. */
bool hds_bat_pin_locked(struct hds *h, uint64_t cluster);
void hds_bat_unpin_locked(struct hds *h, uint64_t cluster);
uint32_t hds_bat_get_locked(struct hds *h, uint64_t cluster);
void hds_bat_set_locked(struct hds *h, uint64_t cluster, uint32_t entry);
/* Without it: loads and pins; then sets one entry. */
PRL_RESULT hds_bat_set(struct hds *h, uint64_t cluster, uint32_t entry);
/* All entries in order, from the file, a block at a time; only while nothing of the table is dirty. */
PRL_RESULT hds_bat_scan(struct hds *h, PRL_RESULT (*each)(void *arg, uint64_t first, const uint32_t *entries, uint32_t n), void *arg);
/* The dirty pieces, copied; they stay in memory until hds_bat_written_locked. */
struct hds_bat_copy {
    uint32_t *entries, *pieces; /* n times a piece's entries; their numbers in the table */
    uint32_t n;
};
bool hds_bat_copy_locked(struct hds *h, struct hds_bat_copy *ret); /* false: no memory */
void hds_bat_written_locked(struct hds *h, struct hds_bat_copy *copy, bool is_written);
void hds_bat_copy_free(struct hds_bat_copy *copy);
int hds_bat_write(struct hds *h, const struct hds_bat_copy *copy);

/* An entry's place in the file; false: outside of the data area or the file. */
bool hds_place(struct hds *h, uint32_t entry, uint64_t *ret_host);
PRL_RESULT hds_bad_entry(struct hds *h, uint64_t cluster, uint32_t entry);

/* hds_space.c */
enum hds_fault { HDS_BEYOND_DISK, HDS_OUTSIDE, HDS_SHARED };
struct hds_scan {
    /* Told of each entry that is wrong; may be NULL. Not SUCCESS ends the scan with it. */
    PRL_RESULT (*fault)(void *arg, uint64_t cluster, uint32_t entry, enum hds_fault fault);
    void *arg;
    uint64_t n_allocated; /* out: entries that are right */
    bool wants_lowest;    /* which takes another pass */
    uint64_t lowest;      /* out: lowest place of any, in bytes; UINT64_MAX: none */
    bool is_unaligned;    /* out: some do not fit the grid that begins at the data */
};
/* Fills an empty space from the table. */
PRL_RESULT hds_space_scan(struct hds *h, struct hds_space *s, struct hds_scan *scan);
void hds_space_free(struct hds_space *s);
/* Is any part of the cluster-sized place in use? */
bool hds_space_is_used(const struct hds_space *s, uint64_t host);
/* False: it is used already, in part at least (then nothing changes), or it is out of reach. */
bool hds_space_take(struct hds_space *s, uint64_t host);
void hds_space_give(struct hds_space *s, uint64_t host);
/* Up to n adjacent clusters; *ret_n 0: the image cannot grow. *ret_zero: they read as zeros once the file has grown there. */
void hds_space_allocate(struct hds *h, uint64_t n, uint64_t *ret_host, uint64_t *ret_n, bool *ret_zero);
uint64_t hds_space_end(const struct hds_space *s); /* file offset behind the last used cluster, at least the header's end */
void hds_space_cut(struct hds_space *s, uint64_t file_end); /* the file was cut there: from there on all is new again */
uint64_t hds_space_free_units(const struct hds_space *s, uint64_t file_end);
/* Where the data would end without holes; 0: they do not lie on a grid. */
uint64_t hds_space_packed_end(const struct hds_space *s);
void hds_space_reserve(struct hds_space *s, uint64_t from, uint64_t to); /* what is free there is no longer */
PRL_RESULT hds_grow(struct hds *h, uint64_t end);  /* the file, at least so far; not with the lock held */
uint32_t hds_entry_of(const struct hds *h, uint64_t host);

/* hds_write.c */
PRL_RESULT hds_write(struct image *image, const struct image_parent *parent, const void *buf, size_t size, uint64_t offset);
int hds_write_zeros(struct hds *h, uint64_t host, uint64_t size);
int hds_copy(struct hds *h, uint64_t from, uint64_t to, uint64_t size);
/* The cluster's bytes at a new place, which nothing names yet. */
PRL_RESULT hds_copy_cluster(struct hds *h, uint64_t cluster, uint32_t entry, uint32_t *ret_entry);

/* hds_flush.c */
extern int hds_flush_after_ms; /* how long a table stays dirty; constant but for tests */
PRL_RESULT hds_flush(struct image *image);
void hds_flush_later_locked(struct hds *h); /* the table was clean and is dirty now */
void hds_flusher_start(struct hds *h);
void hds_flusher_stop(struct hds *h);
bool hds_flush_is_due_locked(struct hds *h);

/* hds_open.c */
PRL_RESULT hds_open_raw(int dirfd, const char *path, unsigned flags, struct hds **ret); /* without looking at in_use */
PRL_RESULT hds_begin_changes(struct hds *h);
PRL_RESULT hds_enter_changing(struct hds *h, struct hds_space *space); /* its second half, for the check: takes the space over */
PRL_RESULT hds_header_write(struct hds *h); /* and sync */

/* hds_ext.c */
PRL_RESULT hds_ext_open(struct hds *h); /* reads what there is; fails only for want of memory */
/* Is one of its clusters named by the table, or outside of the file? Then it is lost. Takes them from a scanned space and gives them back. */
void hds_ext_check_overlap(struct hds *h, struct hds_space *s, uint64_t *ret_clusters);
PRL_RESULT hds_ext_load(struct hds *h);      /* bits into memory */
PRL_RESULT hds_ext_load_once(struct hds *h); /* the same, beside others, before the first change */
void hds_ext_lose(struct hds *h, const char *why);
void hds_ext_drop(struct hds *h); /* what is in memory */
void hds_ext_free(struct hds *h);

/* hds_ext_save.c: to new clusters; *ret_sector 0: there is none. */
PRL_RESULT hds_ext_save(struct hds *h, uint64_t *ret_sector);

/* hds_bitmap.c */
void hds_bitmap_clear(struct hds_bitmap *b);
/* Of a whole bitmap; 0: the granularity is absurd or it would be too large. */
uint64_t hds_bitmap_bytes(uint64_t n_sectors, uint64_t granularity_sectors);
PRL_RESULT hds_bitmap_append(struct hds *h, struct hds_bitmap *b); /* takes what b points to on success */
_Atomic unsigned char *hds_bitmap_map(uint64_t bytes);             /* NULL: no memory */
void hds_bitmap_clear_tail(const struct hds_bitmap *b, uint64_t n_sectors);
void hds_bitmap_mark(struct hds *h, uint64_t offset, uint64_t size);
PRL_RESULT hds_bitmap_resize(struct hds *h, uint64_t n_sectors);

/* hds_check.c */
struct hds_finding_sink {
    void (*say)(void *arg, const char *line);
    void *arg;
};
enum hds_repair { HDS_REPAIR_NOTHING, HDS_REPAIR_LOSSLESS, HDS_REPAIR_ALL };
PRL_RESULT hds_check_open(struct hds *h, enum hds_repair repair, const struct hds_finding_sink *sink, struct hds_report *ret);

#endif
