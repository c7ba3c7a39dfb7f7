/* SPDX-License-Identifier: MIT */
/*
 * The library, used through its public functions alone, and a service that it finds by itself, in one process. The service is the
 * real engine on its real socket below a home of its own, with machines in memory (sdk_backend.h). Failing here fails the test.
 */
#ifndef PRLKVM_TESTS_SDK_SUPPORT_H
#define PRLKVM_TESTS_SDK_SUPPORT_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <prlsdk/Virtuozzo.h>
#include <pthread.h>
#include <stdbool.h>

#include "gate.h"
#include "base/lock.h"

/* ---- the service ---- */

void service_up(unsigned claim_wait_ms); /* 0: the usual */
void service_stop(void);                 /* its clients are cut; what is on disk stays */
void service_start_again(void);
void service_down(void);
void service_cut_clients(void);          /* all connections break, the service goes on */
const char *service_home(void);
/* A failed assertion ends the program where it is: jumping out of a test would leave its threads on a stack that is gone. */
void sdk_fail_at_once(void);
/* For cmocka: the service, and the library initialised. */
int sdk_up(void **state);
int sdk_up_short_claims(void **state);
int sdk_down(void **state);
unsigned sdk_handles(void);              /* alive, of all types */

/* ---- calls ---- */

PRL_HANDLE login_new(void);           /* a server object, logged in */
void logoff_free(PRL_HANDLE server);
PRL_RESULT job_code(PRL_HANDLE job);  /* waits, frees the job, gives its code */
PRL_RESULT job_peek(PRL_HANDLE job);  /* waits, gives the code; the job stays */
PRL_HANDLE job_result(PRL_HANDLE job); /* waits, frees the job: the first object of its result. It must have succeeded. */
bool job_is_running(PRL_HANDLE job);
#define job_ok(job_) assert_int_equal(job_code(job_), PRL_ERR_SUCCESS)
#define call_ok(call_) assert_int_equal((call_), PRL_ERR_SUCCESS)

PRL_HANDLE vm_make(PRL_HANDLE server, const char *name); /* registered, without devices */
PRL_HANDLE vm_get(PRL_HANDLE server, const char *name);  /* as another session sees it */
VIRTUAL_MACHINE_STATE vm_state(PRL_HANDLE vm);           /* asks the service */
unsigned vm_count(PRL_HANDLE server);
void text_of(PRL_RESULT (*getter)(PRL_HANDLE, PRL_STR, PRL_UINT32_PTR), PRL_HANDLE h, char *buf, unsigned size);

pthread_t thread_go(void *(*run)(void *), void *arg);
void thread_end(pthread_t t);

#endif
