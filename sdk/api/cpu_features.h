/* SPDX-License-Identifier: MIT */
/* The CPUID words of PRL_CPU_FEATURES_EX: one table for host features, masks and PHT_CPU_FEATURES
 * (root CpuFeatures, an element per word). */
#ifndef PRLKVM_API_CPU_FEATURES_H
#define PRLKVM_API_CPU_FEATURES_H

#include <libxml/tree.h>

#include "row_body.h"

/* Where a document keeps the words: `<parent>/<NAME><suffix>`. */
enum cpu_words { CPU_PLAIN, CPU_MASKS, CPU_MASKING_CAPS };

PRL_UINT32
cpu_word_get(xmlNodePtr from, const char *parent, enum cpu_words what, PRL_CPU_FEATURES_EX id);
/* False: no memory. */
bool cpu_word_set(xmlNodePtr from, const char *parent, enum cpu_words what, PRL_CPU_FEATURES_EX id,
                  PRL_UINT32 value);
/* A new PHT_CPU_FEATURES with the words of that place. */
PRL_RESULT cpu_words_give(PRL_HANDLE h, unsigned accept, const char *parent, enum cpu_words what,
                          PRL_HANDLE_PTR ret_features);

#endif
