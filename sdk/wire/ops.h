/* SPDX-License-Identifier: MIT */
/* The operation table (ops.def) as an enumeration and as rows. Both sides of the wire use it. */
#ifndef PRLKVM_WIRE_OPS_H
#define PRLKVM_WIRE_OPS_H

#include <jansson.h>
#include <prlsdk/PrlEnums.h>
#include <prlsdk/PrlErrors.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum op {
    OP_NONE = 0,
#define OP(number, id, method, subject, job_code, args) OP_##id = number,
#include "ops.def"
#undef OP
};

enum op_subject { SUBJECT_NONE, SUBJECT_SRV, SUBJECT_VM };

struct op_row {
    enum op op;
    const char *method; /* without the "org.prlkvm." prefix */
    enum op_subject subject;
    int job_code; /* PJOC_* */
    const char *args;
};

#define WIRE_PREFIX "org.prlkvm."

const struct op_row *op_row(enum op op);             /* never NULL for a valid op */
const struct op_row *op_find_method(const char *full_method); /* with prefix; NULL: unknown */
const struct op_row *op_row_at(size_t i);                    /* NULL behind the last one */

/* Walks the arguments of a row: const char *at = row->args; while (op_spec_next(&at, &spec)) ... */
struct op_spec {
    char name[32];
    char kind;
    bool is_optional;
};
bool op_spec_next(const char **at, struct op_spec *ret);

/* One argument of a request, made by the macros below; ops.def says the order and the kinds. */
struct op_arg {
    char kind; /* 's' 'u' 'i' 'b' 'x' 'l' */
    union {
        const char *s;
        uint64_t u;
        int64_t i;
        struct {
            const char *text;
            size_t len;
        } x;
        json_t *l; /* array of strings, borrowed */
    };
};
#define ARG_S(v) ((struct op_arg){ .kind = 's', .s = (v) })
#define ARG_U(v) ((struct op_arg){ .kind = 'u', .u = (v) })
#define ARG_I(v) ((struct op_arg){ .kind = 'i', .i = (v) })
#define ARG_B(v) ((struct op_arg){ .kind = 'b', .u = (v) ? 1 : 0 })
#define ARG_X(t, n) ((struct op_arg){ .kind = 'x', .x = { (t), (n) } })
#define ARG_L(v) ((struct op_arg){ .kind = 'l', .l = (v) })

/* Service side: types and presence of every argument of the row, no unknown ones, texts valid (str_is_xml_text), `vm` a uuid where
 * the subject is one. PRL_ERR_BAD_PARAMETERS with details otherwise. */
PRL_RESULT op_check_args(const struct op_row *row, json_t *parameters);

/* Library side: the parameters of a request; large texts go into texts. NULL: no memory, a text that is no UTF-8, or arguments that
 * do not fit the row. An optional text, list or configuration that is NULL is left out. */
struct frame_texts;
json_t *op_encode(const struct op_row *row, const char *vm_uuid, const struct op_arg *args, int n_args, struct frame_texts *texts);

#endif
