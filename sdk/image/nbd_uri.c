/* SPDX-License-Identifier: MIT */
#include "nbd_uri.h"

#include <stdbool.h>
#include <string.h>

#include "base/str.h"

#define EXPORT_WORD ":exportname="
#define ADDRESS_MAX 4096

static void
add_escaped(struct str *s, const char *text, size_t n, const char *keep)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    for (size_t i = 0; i < n; i++)
        if (text[i] && (strchr(plain, text[i]) || strchr(keep, text[i])))
            str_add_n(s, text + i, 1);
        else
            str_addf(s, "%%%02X", (unsigned)(unsigned char)text[i]);
}

static void
add_name(struct str *s, const char *name)
{
    str_add(s, "/");
    add_escaped(s, name, strlen(name), "/");
}

/* nbd:unix:path[:exportname=name], nbd:host:port[:exportname=name]; `rest` is what follows "nbd:". */
static char *
older(const char *rest)
{
    AUTO_STR s = STR_INIT;
    const char *word = strstr(rest, EXPORT_WORD);
    const char *name = word ? word + strlen(EXPORT_WORD) : "";
    size_t n = word ? (size_t)(word - rest) : strlen(rest);

    if (strncmp(rest, "unix:", 5) == 0) {
        if (n <= 5)
            return NULL;
        str_add(&s, "nbd+unix://");
        add_name(&s, name);
        str_add(&s, "?socket=");
        add_escaped(&s, rest + 5, n - 5, "/");
    } else {
        if (!n || rest[0] == ':')
            return NULL;
        str_add(&s, "nbd://");
        add_escaped(&s, rest, n, ":[]");
        add_name(&s, name);
    }
    return str_take(&s);
}

char *
nbd_uri_of(const char *address)
{
    AUTO_STR s = STR_INIT;

    if (strlen(address) > ADDRESS_MAX)
        return NULL;
    if (strncmp(address, "nbd:", 4) == 0 && strncmp(address, "nbd://", 6) != 0)
        return older(address + 4);
    if (!strstr(address, "://"))
        return NULL;
    add_escaped(&s, address, strlen(address), ":/?#[]@!$&'()*+,;=%");
    return str_take(&s);
}
