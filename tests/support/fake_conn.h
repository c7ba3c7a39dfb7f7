/* SPDX-License-Identifier: MIT */
/*
 * conn.h without a service: requests are recorded, answers are scripted, and everything arrives on a "reader" thread as it would from
 * the real one. Link fake_conn.c into the test; it stands in for sdk/core/conn.c.
 */
#ifndef PRLKVM_TESTS_FAKE_CONN_H
#define PRLKVM_TESTS_FAKE_CONN_H

#include <jansson.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stdint.h>

#include "wire/ops.h"

/* Forgets scripts and records. Before each test. */
void fake_conn_reset(void);

/* From now on requests of op are answered at once with these parameters (JSON text, ' for "). NULL: they are held. */
void fake_conn_script(enum op op, const char *parameters);
void fake_conn_script_error(enum op op, PRL_RESULT code);
/* conn_open_local fails with code. */
void fake_conn_refuse(PRL_RESULT code);

/* The oldest held request of op (waits for it to come): answers it. */
void fake_conn_answer(enum op op, const char *parameters);
void fake_conn_answer_error(enum op op, PRL_RESULT code, const char *param0, const char *details);
void fake_conn_progress(enum op op, unsigned percent); /* of the oldest held request of op */
void fake_conn_event(const char *event);
/* From now on answers are kept as those of a service that sends events before replies (conn_knows); not after a reset. */
void fake_conn_coherent(bool on);
/* Bytes wait on its socket. */
void fake_conn_noise(bool on);
/* The service is gone. */
void fake_conn_break(void);

/* The parameters of the last request of op, as sent (new reference), or NULL. */
json_t *fake_conn_sent(enum op op);
unsigned fake_conn_count(enum op op);
unsigned fake_conn_alive(void); /* connections not freed yet */

/* A VM entry (doc/wire.md): uuid number n, text NULL: left out. New text, to be freed. */
char *fake_vm(unsigned n, unsigned rev, const char *name, const char *text);
#define FAKE_UUID "{00000000-0000-4000-8000-%012x}"

#endif
