/* SPDX-License-Identifier: MIT */
/* Typed access to one element: numbers are read leniently (other programs wrote them) and written
 * strictly. */
#include "field.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/err.h"
#include "base/str.h"
#include "base/xml.h"

/* What a document may hold for a type. A 32-bit number may have been written with a sign (result
 * codes, "-1"). */
static bool
is_in_type(enum field_type type, int64_t value)
{
    switch (type) {
    case FIELD_IS_BOOL:
    case FIELD_IS_U32:
        return value >= INT32_MIN && value <= UINT32_MAX;
    case FIELD_IS_U16:
        return value >= 0 && value <= UINT16_MAX;
    case FIELD_IS_I32:
        return value >= INT32_MIN && value <= INT32_MAX;
    default:
        return true;
    }
}

int64_t
field_number_of(const struct field *f, int64_t value)
{
    if (!is_in_type(f->type, value))
        return f->def;
    return f->type == FIELD_IS_BOOL ? value != 0 : value;
}

int64_t
field_get_number(xmlNodePtr from, const struct field *f)
{
    if (f->type == FIELD_IS_U64)
        return (int64_t)xml_get_u64(from, f->path, (uint64_t)f->def);

    return field_number_of(f, xml_get_i64(from, f->path, f->def));
}

PRL_RESULT
field_set_number(xmlNodePtr from, const struct field *f, int64_t value)
{
    char text[32];

    if (f->type == FIELD_IS_BOOL)
        value = value != 0;
    if (f->type == FIELD_IS_I32) {
        if (value < (int64_t)f->lo || value > (int64_t)f->hi)
            return err_set(PRL_ERR_INVALID_ARG, "%s: %" PRId64 " is out of range", f->path, value);
        snprintf(text, sizeof text, "%" PRId64, value);
    } else {
        if ((uint64_t)value < f->lo || (uint64_t)value > f->hi)
            return err_set(PRL_ERR_INVALID_ARG, "%s: %" PRIu64 " is out of range", f->path,
                           (uint64_t)value);
        snprintf(text, sizeof text, "%" PRIu64, (uint64_t)value);
    }
    return xml_set(from, f->path, text) ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

char *
field_get_text(xmlNodePtr from, const struct field *f)
{
    char *text = xml_get(from, f->path);

    return text ? text : str_dup(f->def_text ? f->def_text : "");
}

PRL_RESULT
field_set_text(xmlNodePtr from, const struct field *f, const char *text)
{
    if (!text || !str_is_xml_text(text, strlen(text)))
        return err_set(PRL_ERR_INVALID_ARG, "%s: the text cannot be stored", f->path);
    if (f->is_valid && !f->is_valid(text))
        return err_set(PRL_ERR_INVALID_ARG, "%s: '%s' is not valid here", f->path, text);
    return xml_set(from, f->path, text) ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

size_t
field_size(enum field_type type)
{
    switch (type) {
    case FIELD_IS_TEXT:
        return 0;
    case FIELD_IS_U16:
        return sizeof(PRL_UINT16);
    case FIELD_IS_U64:
        return sizeof(PRL_UINT64);
    default:
        return sizeof(PRL_UINT32);
    }
}

void
field_store(enum field_type type, int64_t value, void *to)
{
    const PRL_UINT16 half = (PRL_UINT16)value;
    const PRL_UINT32 word = (PRL_UINT32)value;
    const PRL_UINT64 wide = (PRL_UINT64)value;

    switch (field_size(type)) {
    case sizeof half:
        memcpy(to, &half, sizeof half);
        break;
    case sizeof word:
        memcpy(to, &word, sizeof word);
        break;
    case sizeof wide:
        memcpy(to, &wide, sizeof wide);
        break;
    }
}
