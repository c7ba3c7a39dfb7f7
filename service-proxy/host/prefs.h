/* SPDX-License-Identifier: MIT */
/*
 * The service's preferences, its user's profile and its virtual networks (semantics 5.9 to 5.11, 7.10): one document,
 * <state>/dispatcher.xml, written durably. A commit is merged three ways against what the session saw at BeginEdit. Any thread.
 */
#ifndef PRLKVM_HOST_PREFS_H
#define PRLKVM_HOST_PREFS_H

#include <prlsdk/PrlErrors.h>
#include <stddef.h>

struct session;

/* Once before the first session; a damaged file is set aside with a warning, and defaults are taken. */
PRL_RESULT prefs_load(const char *state_dir);
void prefs_unload(void);

/* Allocated; the parts as clients get them. */
PRL_RESULT prefs_common_text(char **ret_text, size_t *ret_len); /* root CommonPreferences */
PRL_RESULT prefs_user_text(char **ret_text, size_t *ret_len);   /* root VirtuozzoUser */
/* The n-th virtual network, root VirtualNetwork. PRL_ERR_NO_DATA behind the last. */
PRL_RESULT prefs_network_text(unsigned n, char **ret_text, size_t *ret_len);

/* `session` is only compared, never read: it keys what BeginEdit remembered. */
PRL_RESULT prefs_common_begin_edit(const struct session *session);
PRL_RESULT prefs_common_commit(const struct session *session, const char *text, size_t len);
PRL_RESULT prefs_user_begin_edit(const struct session *session);
PRL_RESULT prefs_user_commit(const struct session *session, const char *text, size_t len);
/* The session ended: what it remembered goes. */
void prefs_session_gone(const struct session *session);

/* Allocated or NULL: the user's default folder, else the server's; NULL means vm_store_default_dir(). */
char *prefs_default_vm_dir(void);
/* Allocated: a value below CommonPreferences or VirtuozzoUser. NULL: none. */
char *prefs_common_value(const char *path);
char *prefs_user_value(const char *path);
unsigned prefs_vnc_base_port(void);
unsigned prefs_vnc_max_port(void);

#endif
