/* SPDX-License-Identifier: MIT */
/* What texts in a configuration may look like: addresses, masks, MAC addresses, processor lists.
 * Pure functions. */
#ifndef PRLKVM_MODEL_TEXT_CHECK_H
#define PRLKVM_MODEL_TEXT_CHECK_H

#include <stdbool.h>

bool text_is_not_empty(const char *text);
bool text_is_ip(const char *text); /* either family */
bool text_is_ip4_or_empty(const char *text);
bool text_is_ip6_or_empty(const char *text);
bool text_is_ip4_mask(const char *text); /* 255.255.255.0 */
bool text_is_url(const char *text);      /* scheme://something */
/* "0,2-5,7": indexes and ranges, "" is all. */
bool text_is_cpu_mask(const char *text);

#define TEXT_MAC 13 /* "C43772ABCDEF" */
/* 12 hex digits, plain or in pairs joined by ':' or '-'; yields the plain upper-case form. False:
 * no MAC address, out untouched. */
bool text_parse_mac(const char *text, char out[TEXT_MAC]);

#define TEXT_NET_ADDRESS 96
/*
 * "a.b.c.d", "a.b.c.d/24", "a.b.c.d/255.255.255.0", "v6", "v6/64". Yields "a.b.c.d/255.255.255.0"
 * or "v6/64"; without a mask 255.255.255.0 and 64. False: no address, or a broken mask.
 */
bool text_parse_net_address(const char *text, char out[TEXT_NET_ADDRESS]);

#endif
