/* SPDX-License-Identifier: MIT */
/* Varlink's own interface. */
#include "introspect.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "wire/frame.h"
#include "wire/ops.h"
#include "wire/version.h"

#define PREFIX "org.varlink.service."

static const char service_interface[] =
    "interface org.varlink.service\n\n"
    "method GetInfo() -> (vendor: string, product: string, version: string, url: string, interfaces: []string)\n"
    "method GetInterfaceDescription(interface: string) -> (description: string)\n\n"
    "error InterfaceNotFound (interface: string)\n"
    "error MethodNotFound (method: string)\n"
    "error MethodNotImplemented (method: string)\n"
    "error InvalidParameter (parameter: string)\n";

static const char *
type_name(char kind)
{
    switch (kind) {
    case 'u':
    case 'i': return "int";
    case 'b': return "bool";
    case 'x': return "object";
    case 'l': return "[]string";
    default: return "string";
    }
}

static void
add_method(struct str *s, const struct op_row *row)
{
    const char *at = row->args;
    const char *comma = "";
    struct op_spec spec;

    str_addf(s, "method %s(", row->method);
    if (row->subject == SUBJECT_VM) {
        str_add(s, "vm: string");
        comma = ", ";
    }
    while (op_spec_next(&at, &spec)) {
        str_addf(s, "%s%s: %s%s", comma, spec.name, spec.is_optional ? "?" : "", type_name(spec.kind));
        comma = ", ";
    }
    str_add(s, row->op == OP_SUBSCRIBE ? ") -> (event: ?object, progress: ?object)\n" : ") -> (results: ?[]object)\n");
}

char *
introspect_interface(void)
{
    AUTO_STR s = STR_INIT;
    const struct op_row *row;

    str_add(&s, "# Virtual machines. A request may carry an id beside its method: replies to it carry the same and come in any order.\n"
                "interface " WIRE_INTERFACE "\n\n");
    for (size_t i = 0; (row = op_row_at(i)); i++)
        add_method(&s, row);
    str_add(&s, "\nerror Failed (code: int, params: ?[]string, details: ?string, nested: ?string, results: ?[]object)\n");
    return str_take(&s);
}

static json_t *
describe(const char *interface)
{
    AUTO(cleanup_free) char *text = NULL;

    if (str_eq(interface, WIRE_INTERFACE))
        text = introspect_interface();
    else if (str_eq(interface, "org.varlink.service"))
        text = str_dup(service_interface);
    if (text)
        return json_pack("{s:{s:s}}", "parameters", "description", text);
    if (!interface)
        return json_pack("{s:s,s:{s:s}}", "error", PREFIX "InvalidParameter", "parameters", "parameter", "interface");
    return json_pack("{s:s,s:{s:s}}", "error", PREFIX "InterfaceNotFound", "parameters", "interface", interface);
}

json_t *
introspect(const char *method, json_t *parameters)
{
    if (strcmp(method, PREFIX "GetInfo") == 0)
        return json_pack("{s:{s:s,s:s,s:s,s:s,s:[s,s]}}", "parameters", "vendor", PRLKVM_PRODUCT, "product", PRLKVM_PRODUCT, "version",
                         PRLKVM_VERSION, "url", "", "interfaces", "org.varlink.service", WIRE_INTERFACE);
    if (strcmp(method, PREFIX "GetInterfaceDescription") == 0)
        return describe(json_string_value(json_object_get(parameters, "interface")));
    return NULL;
}
