/* SPDX-License-Identifier: MIT */
#include "text_check.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

bool
text_is_not_empty(const char *text)
{
    return *text != '\0';
}

static bool
is_ip4(const char *text)
{
    struct in_addr a;

    return inet_pton(AF_INET, text, &a) == 1;
}

static bool
is_ip6(const char *text)
{
    struct in6_addr a;

    return inet_pton(AF_INET6, text, &a) == 1;
}

bool
text_is_ip(const char *text)
{
    return is_ip4(text) || is_ip6(text);
}

bool
text_is_ip4_or_empty(const char *text)
{
    return !*text || is_ip4(text);
}

bool
text_is_ip6_or_empty(const char *text)
{
    return !*text || is_ip6(text);
}

/* Ones, then zeros. */
static bool
is_mask_word(uint32_t mask)
{
    return (~mask & (~mask + 1)) == 0;
}

bool
text_is_ip4_mask(const char *text)
{
    struct in_addr a;

    return inet_pton(AF_INET, text, &a) == 1 && is_mask_word(ntohl(a.s_addr));
}

bool
text_is_url(const char *text)
{
    const char *p = text;

    if (!isalpha((unsigned char)*p))
        return false;
    while (isalnum((unsigned char)*p) || *p == '+' || *p == '-' || *p == '.')
        p++;
    if (strncmp(p, "://", 3) != 0 || !p[3])
        return false;
    for (; *p; p++)
        if ((unsigned char)*p <= ' ')
            return false;
    return true;
}

/* An index of at most 5 digits; moves *p behind it. */
static bool
take_index(const char **p, unsigned *ret)
{
    unsigned value = 0, digits = 0;

    for (; isdigit((unsigned char)**p); (*p)++, digits++)
        if (digits == 5)
            return false;
        else
            value = value * 10 + (unsigned)(**p - '0');
    *ret = value;
    return digits > 0;
}

bool
text_is_cpu_mask(const char *text)
{
    const char *p = text;
    unsigned first, last;

    if (!*p)
        return true;
    for (;;) {
        if (!take_index(&p, &first))
            return false;
        if (*p == '-') {
            p++;
            if (!take_index(&p, &last) || last < first)
                return false;
        }
        if (!*p)
            return true;
        if (*p++ != ',')
            return false;
    }
}

bool
text_parse_mac(const char *text, char out[TEXT_MAC])
{
    char mac[TEXT_MAC];
    const char separator = strlen(text) == 17 ? text[2] : '\0';
    unsigned n = 0;

    if (separator && separator != ':' && separator != '-')
        return false;
    for (const char *p = text; *p; p++) {
        if (separator && (p - text) % 3 == 2) {
            if (*p != separator)
                return false;
            continue;
        }
        if (!isxdigit((unsigned char)*p) || n == 12)
            return false;
        mac[n++] = (char)toupper((unsigned char)*p);
    }
    if (n != 12)
        return false;
    mac[12] = '\0';
    memcpy(out, mac, sizeof mac);
    return true;
}

/* A prefix length up to max; the whole text. */
static bool
is_prefix(const char *text, unsigned max, unsigned *ret)
{
    return take_index(&text, ret) && !*text && *ret <= max;
}

bool
text_parse_net_address(const char *text, char out[TEXT_NET_ADDRESS])
{
    char address[INET6_ADDRSTRLEN];
    const char *slash = strchr(text, '/');
    const size_t len = slash ? (size_t)(slash - text) : strlen(text);
    unsigned prefix = 64;

    if (len >= sizeof address)
        return false;
    memcpy(address, text, len);
    address[len] = '\0';

    if (is_ip6(address)) {
        if (slash && !is_prefix(slash + 1, 128, &prefix))
            return false;
        snprintf(out, TEXT_NET_ADDRESS, "%s/%u", address, prefix);
        return true;
    }
    if (!is_ip4(address))
        return false;

    char mask[INET_ADDRSTRLEN] = "255.255.255.0";
    if (slash && is_prefix(slash + 1, 32, &prefix)) {
        const struct in_addr word = { htonl(prefix ? UINT32_MAX << (32 - prefix) : 0) };

        inet_ntop(AF_INET, &word, mask, sizeof mask);
    } else if (slash) {
        if (!text_is_ip4_mask(slash + 1))
            return false;
        snprintf(mask, sizeof mask, "%s", slash + 1);
    }
    snprintf(out, TEXT_NET_ADDRESS, "%s/%s", address, mask);
    return true;
}
