/* SPDX-License-Identifier: MIT */
/* test_facts_cpp.cpp: test_facts.c as C++. */
#include "test_facts.c"
