/* SPDX-License-Identifier: MIT */
/*
 * SdkWrap.cpp: SdkWrap.c for programs that compile this file among their C++ sources.
 * Take one of the two.
 */
#include "SdkWrap.c"
