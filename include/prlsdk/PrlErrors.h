/* SPDX-License-Identifier: MIT */
/*
 * PrlErrors.h: result codes and how to look at them; events too, because an event
 * can carry a result code and the other way round.
 */

#ifndef PRL_ERRORS_H
#define PRL_ERRORS_H

#include "PrlTypes.h"

/** Whether a result code means success; only the sign matters. */
#define PRL_SUCCEEDED(err) ((PRL_RESULT)(err) >= 0)
#define PRL_FAILED(err)    ((PRL_RESULT)(err) < 0)

/** Spelling used by programs in the programmer's guide. */
#define PRL_FAIL(err) PRL_FAILED(err)

/**
 * Value of a result code. The digits of an error are read as hexadecimal and the top bit
 * is set, so 1004 becomes 0x80001004; a success stays as it is. The argument must be a
 * decimal literal.
 */
#define PRL_RESULT_DECLARE_ERROR(err)   ((PRL_RESULT)(0x80000000u + 0x##err##u))
#define PRL_RESULT_DECLARE_SUCCESS(err) ((PRL_RESULT)(err))

#include "PrlErrorsValues.h"
#include "PrlEventsValues.h"

/** Whether the state of a licence, as a result code, lets the product run. */
#define PRL_LICENSE_IS_VALID(x)   ((x) == PRL_ERR_LICENSE_VALID || (x) == PRL_ERR_LICENSE_GRACED)
#define PRL_LICENSE_IS_EXPIRED(x)                                                                \
    ((x) == PRL_ERR_LICENSE_EXPIRED || (x) == PRL_ERR_VZLICENSE_KA_LICENSE_EXPIRED)

#endif /* PRL_ERRORS_H */
