/* SPDX-License-Identifier: MIT */
/* UUID texts: "{xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx}", lower case, 38 characters. */
#ifndef PRLKVM_BASE_UUID_H
#define PRLKVM_BASE_UUID_H

#include <stdbool.h>

#define UUID_TEXT 39 /* with braces and NUL */
#define UUID_BARE 37 /* without braces, as directory names use it */

void uuid_make(char out[UUID_TEXT]); /* random */
/* Braces optional (both or none), case ignored, nothing before or after. False: not a uuid, out untouched. */
/* libuuid has a uuid_parse too: the label keeps ours from standing in for it in a program that uses both. */
bool uuid_parse(const char *text, char out[UUID_TEXT]) __asm__("prlkvm_uuid_parse");
void uuid_bare(const char braced[UUID_TEXT], char out[UUID_BARE]);

#endif
