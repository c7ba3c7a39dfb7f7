/* SPDX-License-Identifier: MIT */
/* The rows of ops.def, and the check of a request against its row. */
#include "ops.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/str.h"
#include "base/uuid.h"
#include "frame.h"

#define LIST_MAX 65536

static const struct op_row rows[] = {
#define OP(number, id, method, subject, job_code, args) { OP_##id, method, subject, job_code, args },
#include "ops.def"
#undef OP
};

const struct op_row *
op_row(enum op op)
{
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (rows[i].op == op)
            return &rows[i];
    return NULL;
}

const struct op_row *
op_find_method(const char *full_method)
{
    const size_t n = sizeof WIRE_PREFIX - 1;

    if (strncmp(full_method, WIRE_PREFIX, n) != 0)
        return NULL;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (strcmp(rows[i].method, full_method + n) == 0)
            return &rows[i];
    return NULL;
}

const struct op_row *
op_row_at(size_t i)
{
    return i < ARRAY_LEN(rows) ? &rows[i] : NULL;
}

bool
op_spec_next(const char **at, struct op_spec *ret)
{
    const char *p = *at + strspn(*at, " ");
    size_t n = strcspn(p, ":");

    if (!*p || n >= sizeof ret->name || p[n] != ':')
        return false;
    memcpy(ret->name, p, n);
    ret->name[n] = '\0';
    ret->kind = p[n + 1];
    ret->is_optional = p[n + 2] == '?';
    *at = p + n + 2 + (ret->is_optional ? 1 : 0);
    return true;
}

static bool
is_text(const json_t *v)
{
    return json_is_string(v) && str_is_xml_text(json_string_value(v), json_string_length(v));
}

static bool
is_list(const json_t *v)
{
    if (!json_is_array(v) || json_array_size(v) > LIST_MAX)
        return false;
    for (size_t i = 0; i < json_array_size(v); i++)
        if (!is_text(json_array_get(v, i)))
            return false;
    return true;
}

/* Texts beside the message are looked at when they are read (task_arg_x). */
static bool
fits(char kind, const json_t *v)
{
    switch (kind) {
    case 's': return is_text(v);
    case 'u': return json_is_integer(v) && json_integer_value(v) >= 0;
    case 'i': return json_is_integer(v);
    case 'b': return json_is_boolean(v);
    case 'x': return json_is_string(v) ? is_text(v) : frame_text_is(v);
    case 'l': return is_list(v);
    default: return false;
    }
}

static bool
is_vm_uuid(const json_t *v)
{
    char uuid[UUID_TEXT];

    return json_is_string(v) && uuid_parse(json_string_value(v), uuid);
}

PRL_RESULT
op_check_args(const struct op_row *row, json_t *parameters)
{
    const char *at = row->args;
    size_t known = 0;
    struct op_spec spec;

    if (row->subject == SUBJECT_VM) {
        if (!is_vm_uuid(json_object_get(parameters, "vm")))
            return err_set(PRL_ERR_BAD_PARAMETERS, "%s: 'vm' is no uuid", row->method);
        known++;
    }
    while (op_spec_next(&at, &spec)) {
        json_t *v = json_object_get(parameters, spec.name);

        if (!v && spec.is_optional)
            continue;
        if (!v)
            return err_set(PRL_ERR_BAD_PARAMETERS, "%s: no '%s'", row->method, spec.name);
        if (!fits(spec.kind, v))
            return err_set(PRL_ERR_BAD_PARAMETERS, "%s: bad '%s'", row->method, spec.name);
        known++;
    }
    if (json_object_size(parameters) != known)
        return err_set(PRL_ERR_BAD_PARAMETERS, "%s: unknown parameters", row->method);
    return PRL_ERR_SUCCESS;
}

json_t *
op_encode(const struct op_row *row, const char *vm_uuid, const struct op_arg *args, int n_args, struct frame_texts *texts)
{
    AUTO(json_decref) json_t *out = json_object();
    const char *at = row->args;
    struct op_spec spec;
    int i = 0;

    if (!out)
        return NULL;
    if (row->subject == SUBJECT_VM && json_object_set_new(out, "vm", json_string(vm_uuid ? vm_uuid : "")) < 0)
        return NULL;
    for (; op_spec_next(&at, &spec) && i < n_args; i++) {
        const struct op_arg *a = &args[i];
        json_t *v = NULL;

        if (a->kind != spec.kind)
            return NULL;
        if ((a->kind == 's' && !a->s) || (a->kind == 'l' && !a->l) || (a->kind == 'x' && !a->x.text)) {
            if (spec.is_optional)
                continue;
            return NULL;
        }
        switch (a->kind) {
        case 's': v = json_string(a->s); break;
        case 'u': v = a->u > INT64_MAX ? NULL : json_integer((json_int_t)a->u); break;
        case 'i': v = json_integer(a->i); break;
        case 'b': v = json_boolean(a->u); break;
        case 'x': v = frame_text_add(texts, a->x.text, a->x.len); break;
        case 'l': v = json_incref(a->l); break;
        default: break;
        }
        if (json_object_set_new(out, spec.name, v) < 0)
            return NULL;
    }
    return i == n_args ? TAKE(out) : NULL;
}
