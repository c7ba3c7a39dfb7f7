/* SPDX-License-Identifier: MIT */
/* config.pvs and its backup copy: read with its validity, written safely. Knows directories and texts, not the store. */
#ifndef PRLKVM_VM_CONFIG_FILE_H
#define PRLKVM_VM_CONFIG_FILE_H

#include "vm.h"

#define CONFIG_FILE "config.pvs"
#define CONFIG_BACKUP "config.pvs.backup"
#define CONFIG_SAV "config.sav"

struct config_file {
    struct vm_text *text;           /* NULL: missing or unreadable */
    char *name;                     /* of the text */
    bool is_template;
    uint64_t uptime_s;
    char uuid[UUID_TEXT];           /* of the text; "" when it is none */
    char server_uuid[UUID_TEXT];    /* the same */
    struct vm_stamp stamp;
    uid_t owner_uid;
    PRL_VM_ACCESS_FOR_OTHERS others;
};
#define CONFIG_FILE_INIT { 0 }
void config_file_clear(struct config_file *c);
static inline __attribute__((unused)) void
config_file_clear_auto(struct config_file *c)
{
    config_file_clear(c);
}
#define AUTO_CONFIG __attribute__((cleanup(config_file_clear_auto))) struct config_file

/* SUCCESS, VM_CONFIG_DOESNT_EXIST, PARSE_VM_CONFIG, ACCESS_TO_VM_DENIED; the first two with VM_CONFIG_CAN_BE_RESTORED's test apart. */
PRL_RESULT config_file_load(const char *home, struct config_file *ret);
/* The backup copy in place of the file. */
PRL_RESULT config_file_load_backup(const char *home, struct config_file *ret);
/* Only who it is and whose: no text. False: no such file. */
bool config_file_stat(const char *home, struct config_file *ret);
/*
 * The document as config.pvs of home, durably; then the backup. *ret (optional) as config_file_load would give it.
 * SAVE_VM_CONFIG, NOT_ENOUGH_DISK_SPACE_TO_XML_SAVE, PARSE_VM_CONFIG (what we wrote could not be read back).
 */
PRL_RESULT config_file_save(const char *home, xmlDocPtr doc, struct config_file *ret);
/*
 * The first one of a home that nobody knows yet: not read back, since it takes the place of nothing that was good, and not renamed. The directory is the
 * caller's to sync, and the backup is made later, unless a save has made one meanwhile.
 */
PRL_RESULT config_file_make(const char *home, xmlDocPtr doc, struct config_file *ret);
void config_file_make_backup(const char *home, const struct vm_text *text);
/*
 * A save in two steps, for a change that must not fail in the second one for want of space: written and synced beside the file,
 * then put in its place.
 */
PRL_RESULT config_file_stage(const char *home, xmlDocPtr doc, struct config_file *ret);
PRL_RESULT config_file_put_staged(const char *home, struct config_file *c);
void config_file_drop_staged(const char *home);
/* A text that is known to be good. */
PRL_RESULT config_file_save_text(const char *home, const char *text, size_t len);

/* Permissions of others as PRL_VM_ACCESS_FOR_OTHERS says, on config.pvs and the directory. */
PRL_RESULT config_file_share(const char *home, PRL_VM_ACCESS_FOR_OTHERS others);

#endif
