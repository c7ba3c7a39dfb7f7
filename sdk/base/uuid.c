/* SPDX-License-Identifier: MIT */
/* UUID texts. Random numbers are the kernel's, asked directly: libuuid makes six calls of one. */
#define uuid_parse libuuid_parse
#include <uuid/uuid.h>
#undef uuid_parse

#include "uuid.h"

#include <stdint.h>
#include <string.h>
#include <sys/random.h>

static bool
is_dash_at(int i)
{
    return i == 8 || i == 13 || i == 18 || i == 23;
}

void
uuid_make(char out[UUID_TEXT])
{
    static const char hex[] = "0123456789abcdef";
    unsigned char bytes[16];
    int at = 0;

    if (getrandom(bytes, sizeof bytes, 0) == (ssize_t)sizeof bytes) {
        bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40); /* version 4 */
        bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80); /* variant 1 */
    } else {
        uuid_generate_random(bytes);
    }
    out[at++] = '{';
    for (int i = 0; i < 16; i++) {
        if (is_dash_at(at - 1))
            out[at++] = '-';
        out[at++] = hex[bytes[i] >> 4];
        out[at++] = hex[bytes[i] & 15];
    }
    out[at++] = '}';
    out[at] = '\0';
}

bool
uuid_parse(const char *text, char out[UUID_TEXT])
{
    char found[UUID_TEXT];
    bool braced;

    if (!text)
        return false;
    braced = text[0] == '{';
    text += braced;
    found[0] = '{';
    for (int i = 0; i < 36; i++) {
        char c = text[i]; /* a NUL fails both tests below, so nothing behind it is read */

        if (c >= 'A' && c <= 'F')
            c = (char)(c - 'A' + 'a');
        if (is_dash_at(i) ? c != '-' : !((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
            return false;
        found[i + 1] = c;
    }
    if (braced ? text[36] != '}' || text[37] : text[36])
        return false;
    found[37] = '}';
    found[38] = '\0';
    memcpy(out, found, sizeof found);
    return true;
}

void
uuid_bare(const char braced[UUID_TEXT], char out[UUID_BARE])
{
    memcpy(out, braced + 1, UUID_BARE - 1);
    out[UUID_BARE - 1] = '\0';
}
