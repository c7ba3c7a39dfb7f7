/* SPDX-License-Identifier: MIT */
/* What conn.c and conn_local.c (finding and starting the service) share. */
#ifndef PRLKVM_CORE_CONN_LOCAL_H
#define PRLKVM_CORE_CONN_LOCAL_H

#include "conn.h"
#include "wire/frame.h"

/*
 * In two steps: a connection that nobody reads yet, so that who opens it may read the answer to what it said first; and its reader, who begins with what has
 * come. frame is taken, also on failure. conn_drop: of one that was not begun; its requests were never made.
 */
PRL_RESULT conn_make(struct frame *frame, const struct conn_events *events, struct conn **ret);
PRL_RESULT conn_begin(struct conn *c /* taken, also on failure */, struct conn **ret);
void conn_drop(struct conn *c);
CLEANUP_FOR(conn_drop, struct conn *)

#endif
