/* SPDX-License-Identifier: MIT */
/* list and status: columns as prlctl(8) names them, one row each; list -i is in info.c. */
#include "info.h"
#include "prlctl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *
field_uuid(PRL_HANDLE hVm)
{
    return ctl_text(hVm, PrlVmCfg_GetUuid);
}

static char *
field_status(PRL_HANDLE hVm)
{
    return strdup(ctl_state_name(ctl_vm_state(hVm)));
}

static char *
field_none(PRL_HANDLE hVm)
{
    (void)hVm;
    return strdup("-");
}

static char *
field_type(PRL_HANDLE hVm)
{
    (void)hVm;
    return strdup("VM"); /* and not CT, of which there are none */
}

static char *
field_dist(PRL_HANDLE hVm)
{
    PRL_UINT32 version = 0, len = 128;
    char *text = calloc(1, len);

    PrlVmCfg_GetOsVersion(hVm, &version);
    if (text && PRL_FAILED(PrlApi_GuestToString(version, text, &len)))
        snprintf(text, 128, "unknown");
    return text;
}

static char *
field_name(PRL_HANDLE hVm)
{
    return ctl_text(hVm, PrlVmCfg_GetName);
}

static char *
field_description(PRL_HANDLE hVm)
{
    return ctl_text(hVm, PrlVmCfg_GetDescription);
}

static char *
field_mac(PRL_HANDLE hVm)
{
    PRL_HANDLE hNet;
    char *text;

    if (PRL_FAILED(PrlVmCfg_GetNetAdapter(hVm, 0, &hNet)))
        return strdup("-");
    text = ctl_text(hNet, PrlVmDevNet_GetMacAddressCanonical);
    PrlHandle_Free(hNet);
    return text;
}

static const struct field {
    const char *name, *title;
    int width;
    char *(*get)(PRL_HANDLE hVm);
} fields[] = {
    { "uuid", "UUID", 39, field_uuid },
    { "id", "UUID", 39, field_uuid },
    { "status", "STATUS", 12, field_status },
    { "ip", "IP_ADDR", 15, field_none },
    { "ip_configured", "IP_ADDR", 15, field_none },
    { "type", "T", 2, field_type },
    { "name", "NAME", 32, field_name },
    { "home", "HOME", 32, ctl_vm_home },
    { "dist", "DIST", 15, field_dist },
    { "owner", "OWNER", 32, ctl_vm_owner },
    { "description", "DESCRIPTION", 32, field_description },
    { "mac", "MAC", 36, field_mac },
};
#define N_FIELDS (sizeof fields / sizeof *fields)
#define MAX_COLUMNS 16
#define DEFAULT_COLUMNS "uuid,status,ip_configured,type,name"
#define TEMPLATE_COLUMNS "uuid,dist,type,name"

static const struct field *
find_field(const char *name, size_t len)
{
    size_t i;

    for (i = 0; i < N_FIELDS; i++)
        if (strlen(fields[i].name) == len && !strncmp(fields[i].name, name, len))
            return &fields[i];
    fprintf(stderr, "Unknown field: %.*s\n", (int)len, name);
    return NULL;
}

static int
parse_columns(const char *list, const struct field *columns[MAX_COLUMNS])
{
    int n = 0;

    while (*list) {
        size_t len = strcspn(list, ",");

        if (n == MAX_COLUMNS || !(columns[n++] = find_field(list, len)))
            return -1;
        list += len + (list[len] == ',');
    }
    return n;
}

struct row {
    PRL_HANDLE vm;
    char *key;
};

static int
compare_up(const void *a, const void *b)
{
    return strcmp(((const struct row *)a)->key, ((const struct row *)b)->key);
}

static int
compare_down(const void *a, const void *b)
{
    return compare_up(b, a);
}

enum { LIST_ALL, LIST_OUTPUT, LIST_SORT, LIST_TEMPLATE, LIST_JSON, LIST_FIELDS, LIST_NO_HEADER, LIST_VMTYPE, LIST_INFO, LIST_FULL };
static const struct ctl_option list_options[] = {
    [LIST_ALL] = { "all", 'a', false },           [LIST_OUTPUT] = { "output", 'o', true },
    [LIST_SORT] = { "sort", 's', true },          [LIST_TEMPLATE] = { "template", 't', false },
    [LIST_JSON] = { "json", 'j', false },         [LIST_FIELDS] = { "list-fields", 'L', false },
    [LIST_NO_HEADER] = { "no-header", 'H', false }, [LIST_VMTYPE] = { "vmtype", 0, true },
    [LIST_INFO] = { "info", 'i', false },         [LIST_FULL] = { "full", 'f', false },
    { NULL, 0, false },
};

static bool
is_wanted(PRL_HANDLE hVm, const struct ctl_args *args)
{
    PRL_BOOL is_template = PRL_FALSE;
    VIRTUAL_MACHINE_STATE state = ctl_vm_state(hVm);

    PrlVmCfg_IsTemplate(hVm, &is_template);
    if (is_template || args->value[LIST_TEMPLATE])
        return is_template && args->value[LIST_TEMPLATE];
    return args->value[LIST_ALL] || args->value[LIST_INFO] || (state != VMS_STOPPED && state != VMS_SUSPENDED && state != VMS_UNKNOWN);
}

/* The last column is not padded: scripts cut at its end. */
static void
print_cell(const struct field *column, const char *text, bool is_last)
{
    if (is_last)
        printf("%s\n", text);
    else
        printf("%-*s ", column->width, text);
}

/* Braces around an id are for people. */
static void
print_json_cell(const struct field *column, char *text)
{
    size_t len = strlen(text);

    if (column->get == field_uuid && len > 2) {
        text[len - 1] = '\0';
        text++;
    }
    ctl_print_json(text);
}

static void
print_rows(const struct row *rows, unsigned n, const struct field *columns[], int n_columns, bool is_json, bool has_header)
{
    unsigned i;
    int c;

    if (is_json)
        printf("[");
    else if (has_header)
        for (c = 0; c < n_columns; c++)
            print_cell(columns[c], columns[c]->title, c + 1 == n_columns);
    for (i = 0; i < n; i++) {
        if (is_json)
            printf("%s\n\t{", i ? "," : "");
        for (c = 0; c < n_columns; c++) {
            char *text = columns[c]->get(rows[i].vm);

            if (is_json) {
                printf("%s\n\t\t\"%s\": ", c ? "," : "", columns[c]->name);
                print_json_cell(columns[c], text ? text : "");
            } else
                print_cell(columns[c], text ? text : "", c + 1 == n_columns);
            free(text);
        }
        if (is_json)
            printf("\n\t}");
    }
    if (is_json)
        printf("\n]\n");
}

/* Whom the command line means: the one it names, or those of the list that its switches let through. */
static PRL_RESULT
collect(struct ctl *ctl, const struct ctl_args *args, struct row **ret_rows, unsigned *ret_n)
{
    PRL_HANDLE hResult, hVm;
    PRL_UINT32 i, n_params = 0;
    PRL_RESULT ret;

    if (args->subject) {
        hVm = ctl_find(ctl, args->subject);
        *ret_rows = hVm == PRL_INVALID_HANDLE ? NULL : calloc(1, sizeof **ret_rows);
        if (!*ret_rows)
            return PRL_ERR_VM_UUID_NOT_FOUND;
        (*ret_rows)[(*ret_n)++].vm = hVm;
        return PRL_ERR_SUCCESS;
    }
    ret = ctl_wait(ctl, "Failed to get the list of virtual machines", PrlSrv_GetVmListEx(ctl->server, PVTF_VM), &hResult);
    if (PRL_FAILED(ret))
        return ret;
    PrlResult_GetParamsCount(hResult, &n_params);
    *ret_rows = calloc(n_params + 1, sizeof **ret_rows);
    for (i = 0; *ret_rows && i < n_params; i++) {
        if (PRL_FAILED(PrlResult_GetParamByIndex(hResult, i, &hVm)))
            continue;
        if (is_wanted(hVm, args))
            (*ret_rows)[(*ret_n)++].vm = hVm;
        else
            PrlHandle_Free(hVm);
    }
    PrlHandle_Free(hResult);
    return *ret_rows ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
}

static void
print_info(const struct row *rows, unsigned n, bool is_json)
{
    PRL_HANDLE *vms = calloc(n + 1, sizeof *vms);
    unsigned i;

    for (i = 0; vms && i < n; i++)
        vms[i] = rows[i].vm;
    if (vms)
        ctl_info(vms, n, is_json);
    free(vms);
}

static int
run_list(struct ctl *ctl, const struct ctl_args *args)
{
    const struct field *columns[MAX_COLUMNS], *key = NULL;
    const char *sort = args->value[LIST_SORT], *names = args->value[LIST_OUTPUT];
    struct row *rows = NULL;
    unsigned i, n = 0;
    int n_columns;
    PRL_RESULT ret;

    if (args->value[LIST_FIELDS]) {
        for (i = 0; i < N_FIELDS; i++)
            printf("%-15s %s\n", fields[i].name, fields[i].title);
        return EXIT_OK;
    }
    n_columns = parse_columns(names ? names : args->value[LIST_TEMPLATE] ? TEMPLATE_COLUMNS : DEFAULT_COLUMNS, columns);
    if (n_columns <= 0 || (sort && !(key = find_field(sort + (*sort == '-'), strlen(sort + (*sort == '-'))))))
        return EXIT_USAGE;

    ret = collect(ctl, args, &rows, &n);
    if (PRL_FAILED(ret))
        return ctl_exit_status(ret);
    for (i = 0; key && i < n; i++)
        rows[i].key = key->get(rows[i].vm);
    if (key)
        qsort(rows, n, sizeof *rows, *sort == '-' ? compare_down : compare_up);
    if (args->value[LIST_INFO])
        print_info(rows, n, args->value[LIST_JSON]);
    else
        print_rows(rows, n, columns, n_columns, args->value[LIST_JSON], !args->value[LIST_NO_HEADER]);
    for (i = 0; i < n; i++) {
        PrlHandle_Free(rows[i].vm);
        free(rows[i].key);
    }
    free(rows);
    return EXIT_OK;
}

const struct ctl_command ctl_list = {
    "list",
    "[<ve_id|ve_name>] [-a,--all] [-i,--info] [-L] [-o,--output field[,field...]] [-s,--sort <field|-field>] [-t,--template]\n"
    "      [-H,--no-header] [-j,--json]",
    false,
    list_options, run_list,
};

static int
run_status(struct ctl *ctl, const struct ctl_args *args)
{
    PRL_HANDLE hVm = ctl_find(ctl, args->subject);
    char *name;

    if (hVm == PRL_INVALID_HANDLE)
        return EXIT_FAILED;
    name = ctl_text(hVm, PrlVmCfg_GetName);
    printf("VM %s exist %s\n", name ? name : "", ctl_state_name(ctl_vm_state(hVm)));
    free(name);
    PrlHandle_Free(hVm);
    return EXIT_OK;
}

const struct ctl_command ctl_status = { "status", "<ve_id|ve_name>", true, NULL, run_status };
