/* SPDX-License-Identifier: MIT */
/* Result codes, event types and handle types as words. Constant tables: any thread, before and after Init. */
#ifndef PRLKVM_CORE_ERRORS_H
#define PRLKVM_CORE_ERRORS_H

#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlErrors.h>
#include <prlsdk/PrlTypes.h>
#include <stdbool.h>

struct error_text {
    PRL_RESULT code;
    PRL_MESSAGE_TYPE_ENUM message_type;
    bool is_ignorable;
    const char *name;       /* of the constant */
    const char *brief_text; /* with %1, %2, .. */
    const char *long_text;  /* likewise; the brief one where there is no other; never NULL */
};

/* Borrowed; NULL: no public code. Report such a code as PMT_WARNING, not ignorable, with its errors_name. */
const struct error_text *errors_find(PRL_RESULT code);
/* Never NULL: one fixed text for values that have no name. */
const char *errors_name(PRL_RESULT code);
const char *errors_event_name(PRL_EVENT_TYPE type);
const char *errors_handle_type_name(PRL_HANDLE_TYPE type);

/*
 * tmpl with %1.. %9 replaced by params[0].. (allocated; NULL: no memory). A parameter that is NULL or not given leaves
 * nothing. The name of a VM state becomes a word (VMS_SUSPENDED: suspended). html_escape escapes < > & " of the values,
 * not of tmpl.
 */
char *errors_format(const char *tmpl, const char *const params[], int n, bool html_escape);
/* Without the tags a and b; br becomes "/n", as the products do it. Allocated; NULL: no memory. */
char *errors_plain(const char *text);

#endif
