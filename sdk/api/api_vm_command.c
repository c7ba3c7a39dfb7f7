/* SPDX-License-Identifier: MIT */
/*
 * PrlVm_InternalCommand: commands by name, with "--option", "value" pairs. Each is an operation of the service; the table says which, and what its options are.
 */
#include <stdlib.h>
#include <string.h>

#include "row_list.h"
#include "rows.h"

#define MOST_OPTIONS 2

/* Options in the order of the operation's arguments; all are required. kind: as in ops.def, u or s. */
struct command {
    const char *name;
    enum op op;
    struct {
        const char *flag;
        char kind;
    } option[MOST_OPTIONS];
};

static const struct command commands[] = {
    { "dbgdump", OP_VM_DUMP, { { "--name", 's' }, { "--path", 's' } } },
    { "facts", OP_VM_FACTS, { { 0 } } },
    { "vcpus", OP_VM_VCPUS, { { 0 } } },
    { "vcpu-pin", OP_VM_PIN_VCPU, { { "--vcpu", 'u' }, { "--cpus", 's' } } },
    { "balloon", OP_VM_BALLOON, { { "--kib", 'u' } } },
    { "save", OP_VM_SAVE, { { "--path", 's' }, { "--document", 's' } } },
    { "shutdown", OP_VM_ASK_SHUTDOWN, { { 0 } } },
    { "restore", OP_VM_LOAD, { { "--path", 's' } } },
};

static const char *
value_of(const struct row_texts *args, const char *flag)
{
    for (size_t i = 0; i + 1 < args->len; i += 2)
        if (strcmp(args->p[i], flag) == 0)
            return args->p[i + 1];
    return NULL;
}

static bool
is_known(const struct command *c, const char *flag)
{
    for (int i = 0; i < MOST_OPTIONS; i++)
        if (c->option[i].flag && strcmp(c->option[i].flag, flag) == 0)
            return true;
    return false;
}

static bool
read_number(const char *text, uint64_t *ret)
{
    char *end;

    if (!text[0] || text[0] == '-' || strlen(text) > 18)
        return false;
    *ret = strtoull(text, &end, 10);
    return *end == '\0';
}

/* False: an option is missing, unknown or no number. */
static bool
decode(const struct command *c, const struct row_texts *args, struct op_arg out[MOST_OPTIONS], int *ret_n)
{
    if (args->len % 2)
        return false;
    for (size_t i = 0; i < args->len; i += 2)
        if (!is_known(c, args->p[i]))
            return false;
    *ret_n = 0;
    for (int i = 0; i < MOST_OPTIONS && c->option[i].flag; i++) {
        const char *value = value_of(args, c->option[i].flag);
        uint64_t number = 0;

        if (!value || (c->option[i].kind == 'u' && !read_number(value, &number)))
            return false;
        out[(*ret_n)++] = c->option[i].kind == 'u' ? ARG_U(number) : ARG_S(value);
    }
    return true;
}

PRL_ASYNC_METHOD(PrlVm_InternalCommand)(PRL_HANDLE hVm, PRL_CONST_STR sCmdName, PRL_HANDLE hArgsList)
{
    ENTER_ASYNC(PJOC_VM_CMD_INTERNAL);
    RESOLVE_ASYNC(struct object, vm, hVm, PHT_VIRTUAL_MACHINE);
    REQUIRE_ASYNC(sCmdName);
    AUTO_TEXTS struct row_texts args = { 0 };
    struct op_arg values[MOST_OPTIONS];
    int n = 0;
    PRL_RESULT r = row_texts_from_list(hArgsList, ROW_LIST_OR_0, &args);

    if (PRL_FAILED(r))
        return job_refused(PJOC_VM_CMD_INTERNAL, r);
    for (size_t i = 0; i < ARRAY_LEN(commands); i++) {
        if (strcmp(commands[i].name, sCmdName) != 0)
            continue;
        if (!decode(&commands[i], &args, values, &n))
            return job_refused(PJOC_VM_CMD_INTERNAL, PRL_ERR_INVALID_ARG);
        return job_request(vm, PJOC_VM_CMD_INTERNAL, commands[i].op, values, n);
    }
    return job_refused(PJOC_VM_CMD_INTERNAL, PRL_ERR_UNRECOGNIZED_REQUEST);
}
