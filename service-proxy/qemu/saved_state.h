/* SPDX-License-Identifier: MIT */
/*
 * config.sav: the devices of a suspended VM. QEMU's stream between a header of ours (4 KiB, left free for it) and a description (JSON):
 *
 *   0     header: id, length and checksum of the stream and of the description, its own checksum
 *   4096  the stream, written and read by QEMU through a descriptor positioned there
 *   ...   the description: versions, machine, the configuration as it ran, RAM mode, stamps of the writable images
 *
 * QEMU loads a state with flipped bytes or a cut end and says nothing, so everything is checked here first. Checksums are XXH3
 * (libxxhash): they are against damage, not against forgery.
 */
#ifndef PRLKVM_QEMU_SAVED_STATE_H
#define PRLKVM_QEMU_SAVED_STATE_H

#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/cleanup.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "qemu_images.h"

#define SAVED_STATE_FILE "config.sav"          /* its presence means suspended */
#define SAVED_STATE_NEW "config.sav.new"       /* being written */
#define SAVED_STATE_RUN "config.sav.run"       /* being resumed from: `cont` may have been sent */
#define SAVED_STATE_RAM "config.mem"
#define SAVED_STATE_OFFSET 4096

struct saved_image {
    char node[QEMU_NODE_NAME];
    uint64_t size_bytes;
    int64_t mtime_s, mtime_ns;
    uint64_t files; /* of a bundle: sum over its files of a hash of name, size and time; 0 for one file */
};

struct saved_state {
    char id[UUID_TEXT];      /* also in the RAM file */
    char *qemu_version;
    unsigned version_no;     /* 70222 */
    char *machine, *accel;
    uint64_t ram_bytes;
    bool is_ram_in_stream;   /* else in config.mem */
    char *config;            /* the configuration as it ran */
    bool has_user_net;       /* a network of QEMU's own may be in it, and then QEMU needs one to load it */
    VEC(char *) hardware;    /* the part of the command line that the guest sees */
    VEC(struct saved_image) images;
    uint64_t stream_bytes, stream_hash; /* of one that was opened */
};

struct saved_state *saved_state_new(void); /* with a new id; NULL: no memory */
void saved_state_free(struct saved_state *s);
CLEANUP_FOR(saved_state_free, struct saved_state *)

/* Stamps of the writable images as they are now. */
PRL_RESULT saved_state_stamp(struct saved_state *s, const struct qemu_images *images);
/* Are they still as stamped? PRL_ERR_VM_SUSPEND_CHANGED_VM_CONFIG names the first that is not. */
PRL_RESULT saved_state_check_images(const struct saved_state *s, const struct qemu_images *images);

/* A new file (what stood there is removed), positioned for the stream. */
PRL_RESULT saved_state_create(const char *path, int *ret_fd);
/* The stream ends where the file ends now: description and header are written, the file synced. */
PRL_RESULT saved_state_seal(int fd, const struct saved_state *s);
/*
 * Everything checked but images and RAM; *ret_fd (may be NULL) is positioned at the stream.
 * PRL_ERR_CORE_STATE_INV_SAV_VERSION: not one of ours. PRL_ERR_VM_RESTORE_STATE_FAILED: damaged or cut.
 */
PRL_RESULT saved_state_open(const char *path, struct saved_state **ret, int *ret_fd);
/* The same in two steps: the second reads all of the stream, so it is done beside something else. QEMU must not have it before. */
PRL_RESULT saved_state_open_unread(const char *path, struct saved_state **ret, int *ret_fd);
PRL_RESULT saved_state_check_stream(const struct saved_state *s, int fd);

/* Registering or moving a suspended home changes the stamps of its images: taken anew, config.sav replaced durably. */
PRL_RESULT saved_state_restamp(const char *home, const struct qemu_images *images);

/*
 * What a crash left in a home whose VM has no QEMU: half-written files are removed; config.sav.run goes back to config.sav when this
 * boot is the one it was made in (boot_id, NULL: not known) and the images are unchanged (images may be NULL: not known), else
 * the guest has run and the state is stale: removed. *ret_is_suspended: config.sav is there now.
 */
PRL_RESULT saved_state_recover(const char *home, bool is_same_boot, const struct qemu_images *images, bool *ret_is_suspended);
/* Is there anything for saved_state_recover to do? */
bool saved_state_has_litter(const char *home);
/* config.sav and all RAM files. PRL_ERR_UNABLE_DROP_SUSPENDED_STATE: none there. */
PRL_RESULT saved_state_drop(const char *home);

#endif
