/* SPDX-License-Identifier: MIT */
/* The tables errors.def and names.def, and the texts made from them. */
#include "core/errors.h"

#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"
#include "base/str.h"

#define NO_NAME "(unknown)"

/* long_text may be NULL in here: see errors_find. Sorted by code at first use. */
static struct error_text table[] = {
#define ERROR_ROW(code_, type, ignorable, brief, text) { (code_), (type), (ignorable), #code_, (brief), (text) },
#include "core/errors.def"
#undef ERROR_ROW
};

static int
by_code(const void *a, const void *b)
{
    PRL_RESULT x = ((const struct error_text *)a)->code;
    PRL_RESULT y = ((const struct error_text *)b)->code;

    return (x > y) - (x < y);
}

static void
prepare(void)
{
    for (size_t i = 0; i < ARRAY_LEN(table); i++)
        if (!table[i].long_text)
            table[i].long_text = table[i].brief_text;
    qsort(table, ARRAY_LEN(table), sizeof table[0], by_code);
}

const struct error_text *
errors_find(PRL_RESULT code)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    const struct error_text key = { .code = code };

    pthread_once(&once, prepare);
    return bsearch(&key, table, ARRAY_LEN(table), sizeof table[0], by_code);
}

const char *
errors_name(PRL_RESULT code)
{
    const struct error_text *found = errors_find(code);

    return found ? found->name : NO_NAME;
}

/* Private event types are of another enum, hence the switch over a number. */
const char *
errors_event_name(PRL_EVENT_TYPE type)
{
    switch ((uint32_t)type) {
#define EVENT_NAME(x)                                                                              \
    case (uint32_t)(x):                                                                            \
        return #x;
#include "core/names.def"
    default:
        return NO_NAME;
    }
}

const char *
errors_handle_type_name(PRL_HANDLE_TYPE type)
{
    switch ((uint32_t)type) {
#define HANDLE_TYPE_NAME(x)                                                                        \
    case (uint32_t)(x):                                                                            \
        return #x;
#include "core/names.def"
    default:
        return NO_NAME;
    }
}

/* ---- texts ---- */

static void
add_escaped(struct str *out, const char *value)
{
    for (; *value; value++) {
        switch (*value) {
        case '<':
            str_add(out, "&lt;");
            break;
        case '>':
            str_add(out, "&gt;");
            break;
        case '&':
            str_add(out, "&amp;");
            break;
        case '"':
            str_add(out, "&quot;");
            break;
        default:
            str_add_n(out, value, 1);
        }
    }
}

/* VMS_DELETING_STATE: "deleting state". False where value is something else. */
static bool
add_state_word(struct str *out, const char *value)
{
    static const char prefix[] = "VMS_";
    size_t n = sizeof prefix - 1;

    if (strncmp(value, prefix, n) != 0 || !value[n])
        return false;
    if (value[n + strspn(value + n, "ABCDEFGHIJKLMNOPQRSTUVWXYZ_")])
        return false;
    for (value += n; *value; value++) {
        char c = *value == '_' ? ' ' : (char)(*value - 'A' + 'a');

        str_add_n(out, &c, 1);
    }
    return true;
}

static void
add_value(struct str *out, const char *value, bool html_escape)
{
    if (!value || add_state_word(out, value))
        return;
    if (html_escape)
        add_escaped(out, value);
    else
        str_add(out, value);
}

char *
errors_format(const char *tmpl, const char *const params[], int n, bool html_escape)
{
    AUTO_STR out = STR_INIT;
    const char *mark;

    for (; (mark = strchr(tmpl, '%')); tmpl = mark) {
        str_add_n(&out, tmpl, (size_t)(mark - tmpl));
        if (mark[1] >= '1' && mark[1] <= '9') {
            int i = mark[1] - '1';

            if (i < n)
                add_value(&out, params[i], html_escape);
            mark += 2;
        } else {
            str_add_n(&out, mark++, 1);
        }
    }
    str_add(&out, tmpl);
    return str_take(&out);
}

/* Length of the tag <name ...> or </name> at text, 0 when it is none. */
static size_t
tag_length(const char *text, const char *name)
{
    const char *p = text + 1;
    size_t n = strlen(name);

    if (*text != '<')
        return 0;
    p += *p == '/';
    if (strncasecmp(p, name, n) != 0 || (p[n] != '>' && p[n] != ' ' && p[n] != '/'))
        return 0;
    p = strchr(p + n, '>');
    return p ? (size_t)(p - text) + 1 : 0;
}

char *
errors_plain(const char *text)
{
    AUTO_STR out = STR_INIT;

    while (*text) {
        size_t n = tag_length(text, "br");

        if (n)
            str_add(&out, "/n");
        else if (!(n = tag_length(text, "a")) && !(n = tag_length(text, "b"))) {
            str_add_n(&out, text++, 1);
            continue;
        }
        text += n;
    }
    return str_take(&out);
}
