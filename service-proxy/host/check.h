/* SPDX-License-Identifier: MIT */
/* `prlkvmd --check`: what this host offers and what stands in the way, for people. */
#ifndef PRLKVM_HOST_CHECK_H
#define PRLKVM_HOST_CHECK_H

#include <stdio.h>

/*
 * After the options were read. 0: machines can run here; 1: something that is needed is missing (the text says
 * what).
 */
int host_check_print(FILE *out);

#endif
