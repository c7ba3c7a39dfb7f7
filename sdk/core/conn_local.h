/* SPDX-License-Identifier: MIT */
/* What conn.c and conn_local.c (finding and starting the service) share. */
#ifndef PRLKVM_CORE_CONN_LOCAL_H
#define PRLKVM_CORE_CONN_LOCAL_H

#include "conn.h"
#include "wire/frame.h"

/* A connection over a frame that may have been used to say hello; takes the frame, also on failure. */
PRL_RESULT conn_open_frame(struct frame *frame, const struct conn_events *events, struct conn **ret);

#endif
