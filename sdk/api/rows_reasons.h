/* SPDX-License-Identifier: MIT */
/* Reasons for functions to stay without a body, as NO_BODY rows name them and doc/coverage.md shows them. LATER is none. */
#ifndef PRLKVM_API_ROWS_REASONS_H
#define PRLKVM_API_ROWS_REASONS_H

#define ROW_REASONS(X)                                                                             \
    X(CONTAINERS, "containers: this product runs virtual machines")                                \
    X(NOT_IN_REFERENCE, "the published library and its service do not do it either")               \
    X(NO_SYMBOL, "a prototype for which the published library has no symbol")                      \
    X(VENDOR, "a service of the vendor: licence keys, appliances, problem reports")

#endif
