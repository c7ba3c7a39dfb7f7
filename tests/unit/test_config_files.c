/* SPDX-License-Identifier: MIT */
/*
 * Files shaped like those of the products (tests/golden/config): desktop and server dialects, both names of the root, old and new ones, much
 * that is unknown here. What is saved differs from what was loaded only in what was edited, compared as canonical XML by libxml2's
 * own reader. The other side of the comparison never goes through our reader or writer.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <dirent.h>
#include <libxml/c14n.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "base/str.h"
#include "model/vm_model.h"

#define DESCRIPTION "Settings/General/VmDescription"
#define RAM "Hardware/Memory/RAM"
#define LEAST_FILES 12

/* ---- canonical texts ---- */

static void
rename_to(xmlNodePtr n, const char *from, const char *to)
{
    if (strcmp((const char *)n->name, from) == 0)
        xmlNodeSetName(n, (const xmlChar *)to);
}

/* What saving is known to change: the names of the root and of old ports, the keys of list items and the version of the format. */
static void
take_known_changes(xmlNodePtr n)
{
    rename_to(n, "ParallelsVirtualMachine", "VirtuozzoVirtualMachine");
    if (n->parent->type == XML_ELEMENT_NODE && strcmp((const char *)n->parent->name, "Hardware") == 0)
        rename_to(n, "Parallel", "Printer");
    xmlUnsetProp(n, (const xmlChar *)"id");
    xmlUnsetProp(n, (const xmlChar *)"schemaVersion");
    for (xmlNodePtr c = n->children; c; c = c->next)
        if (c->type == XML_ELEMENT_NODE)
            take_known_changes(c);
}

/* The uuid is written as all of them are. */
static void
lower_uuid(xmlDocPtr doc)
{
    xmlNodePtr n = xml_find(xmlDocGetRootElement(doc), "Identification/VmUuid");
    xmlChar *text = n ? xmlNodeGetContent(n) : NULL;

    for (xmlChar *c = text; c && *c; c++)
        if (*c >= 'A' && *c <= 'F')
            *c = (xmlChar)(*c + 'a' - 'A');
    if (text)
        xmlNodeSetContent(n, text);
    xmlFree(text);
}

static xmlDocPtr
read_plainly(const char *text, size_t len)
{
    xmlDocPtr doc = xmlReadMemory(text, (int)len, NULL, NULL, XML_PARSE_NOBLANKS | XML_PARSE_NONET);

    assert_non_null(doc);
    take_known_changes(xmlDocGetRootElement(doc));
    lower_uuid(doc);
    return doc;
}

static char *
canonical(xmlDocPtr doc)
{
    xmlChar *out = NULL;
    char *copy;

    assert_true(xmlC14NDocDumpMemory(doc, NULL, XML_C14N_1_0, NULL, 1, &out) >= 0);
    copy = str_dup((const char *)out);
    xmlFree(out);
    return copy;
}

static char *
canonical_text(const char *text, size_t len)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = read_plainly(text, len);

    return canonical(doc);
}

/* The same with one more value, set by libxml2 alone. */
static char *
canonical_with(const char *text, size_t len, const char *const changes[][2])
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = read_plainly(text, len);

    for (size_t i = 0; changes[i][0]; i++) {
        xmlNodePtr n = xmlDocGetRootElement(doc);
        AUTO(cleanup_free) char *path = str_dup(changes[i][0]);

        for (char *name = strtok(path, "/"); name; name = strtok(NULL, "/")) {
            xmlNodePtr c = n->children;

            while (c && (c->type != XML_ELEMENT_NODE || strcmp((const char *)c->name, name) != 0))
                c = c->next;
            n = c ? c : xmlNewChild(n, NULL, (const xmlChar *)name, NULL);
        }
        xmlNodeSetContent(n, (const xmlChar *)changes[i][1]);
    }
    return canonical(doc);
}

static void
show_difference(const char *name, const char *wanted, const char *got)
{
    size_t i = 0;

    while (wanted[i] && wanted[i] == got[i])
        i++;
    i = i > 40 ? i - 40 : 0;
    print_error("%s: ...%.160s\n   wanted ...%.160s\n", name, got + i, wanted + i);
}

/* ---- the files ---- */

typedef bool check_file(const char *name, const char *text, size_t len);

static void
each_file(check_file *check)
{
    const char *source = getenv("PRLKVM_SOURCE_DIR");
    AUTO(cleanup_free) char *dir = str_printf("%s/tests/golden/config", source ? source : ".");
    DIR *d = opendir(dir);
    unsigned n = 0, n_wrong = 0;
    struct dirent *entry;

    assert_non_null(d);
    while ((entry = readdir(d))) {
        AUTO(cleanup_free) char *path = path_join(dir, entry->d_name);
        AUTO(cleanup_free) char *text = NULL;
        size_t len;

        if (!strstr(entry->d_name, ".pvs"))
            continue;
        assert_int_equal(path_read(path, 1 << 20, &text, &len), 0);
        n++;
        n_wrong += !check(entry->d_name, text, len);
    }
    closedir(d);
    assert_true(n >= LEAST_FILES);
    assert_int_equal(n_wrong, 0);
}

static xmlDocPtr
load(const char *text, size_t len)
{
    xmlDocPtr doc = NULL;
    PRL_RESULT r = vm_model_parse(text, len, &doc);

    if (PRL_FAILED(r))
        print_error("%s\n", err_peek()->details);
    assert_int_equal(r, PRL_ERR_SUCCESS);
    return doc;
}

static char *
save(xmlDocPtr doc, enum vm_text_for what)
{
    char *text = NULL;

    assert_int_equal(vm_model_text(doc, what, &text, NULL), PRL_ERR_SUCCESS);
    return text;
}

static bool
is_same(const char *name, const char *wanted, const char *got)
{
    if (strcmp(wanted, got) == 0)
        return true;
    show_difference(name, wanted, got);
    return false;
}

static bool
check_saved(const char *name, const char *text, size_t len)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = load(text, len);
    AUTO(cleanup_free) char *saved = save(doc, VM_TEXT_FILE);
    AUTO(cleanup_free) char *wanted = canonical_text(text, len);
    AUTO(cleanup_free) char *got = canonical_text(saved, strlen(saved));
    AUTO(xmlFreeDoc) xmlDocPtr again = load(saved, strlen(saved));
    AUTO(cleanup_free) char *second = save(again, VM_TEXT_FILE);

    return is_same(name, wanted, got) && is_same(name, saved, second);
}

static void
file__loaded_and_saved__is_the_same(void **state)
{
    (void)state;
    each_file(check_saved);
}

/* The way of a document through a client and back: what the service shows it, its edit, and the merge with what is stored. */
static xmlDocPtr
edited_by_client(const char *text, size_t len)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = load(text, len);
    AUTO(cleanup_free) char *wire = NULL;
    xmlNodePtr root = vm_model_root(doc);

    assert_true(xml_set(root, "Identification/VmHome", "/somewhere/config.pvs") && xml_set(root, "Identification/VmUptimeInSeconds", "99")
                && xml_set(root, "Security/Owner", "somebody") && xml_set(root, "Settings/Runtime/InternalVmInfo/ParallelsEvent/EventCode", "0")
                && xml_set(root, "Settings/RemoteDisplay/WebSocketPortNumber", "5700"));
    wire = save(doc, VM_TEXT_HANDLE);
    return load(wire, strlen(wire));
}

static char *
commit(const char *text, size_t len, xmlDocPtr cur, xmlDocPtr wanted)
{
    AUTO(xmlFreeDoc) xmlDocPtr old = load(text, len);
    AUTO(xmlFreeDoc) xmlDocPtr merged = NULL;

    assert_int_equal(vm_model_merge(old, cur, wanted, &merged), PRL_ERR_SUCCESS);
    vm_model_drop_client_only(merged, cur);
    return save(merged, VM_TEXT_FILE);
}

/* An element that was not there and holds nothing now may stay behind: "Settings" of a file that has none. */
static bool
check_edited(const char *name, const char *text, size_t len)
{
    static const char *const change[][2] = { { DESCRIPTION, "another" }, { NULL, NULL } };
    AUTO(xmlFreeDoc) xmlDocPtr wanted = edited_by_client(text, len);
    AUTO(xmlFreeDoc) xmlDocPtr cur = load(text, len);
    AUTO(cleanup_free) char *saved = NULL;
    AUTO(cleanup_free) char *expected = canonical_with(text, len, change);
    AUTO(cleanup_free) char *got = NULL;

    assert_true(xml_set(vm_model_root(wanted), DESCRIPTION, "another"));
    saved = commit(text, len, cur, wanted);
    got = canonical_text(saved, strlen(saved));
    return is_same(name, expected, got);
}

static void
file__edited_by_a_client__differs_only_there(void **state)
{
    (void)state;
    each_file(check_edited);
}

static bool
has_at(const char *text, const char *path, const char *value)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = load(text, strlen(text));
    AUTO(cleanup_free) char *got = xml_get(vm_model_root(doc), path);

    return str_eq(got, value);
}

/* Sorted lines, so that only what there is counts: two editors' elements may change places. */
static int
compare_lines(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *
sorted(char *canonical_form)
{
    AUTO(cleanup_free) char *mine = canonical_form;
    AUTO_STR cut = STR_INIT, out = STR_INIT;
    char *lines[8192];
    size_t n = 0;

    for (const char *c = mine; *c; c++) {
        if (*c == '<' && c > mine)
            str_add(&cut, "\n");
        str_add_n(&cut, c, 1);
    }
    for (char *line = strtok(cut.p, "\n"); line; line = strtok(NULL, "\n")) {
        assert_true(n < sizeof lines / sizeof lines[0]);
        lines[n++] = line;
    }
    qsort(lines, n, sizeof *lines, compare_lines);
    for (size_t i = 0; i < n; i++)
        str_addf(&out, "%s\n", lines[i]);
    return str_take(&out);
}

static bool
check_two_editors(const char *name, const char *text, size_t len)
{
    static const char *const changes[][2] = { { DESCRIPTION, "mine" }, { RAM, "1536" }, { NULL, NULL } };
    AUTO(xmlFreeDoc) xmlDocPtr mine = edited_by_client(text, len);
    AUTO(xmlFreeDoc) xmlDocPtr theirs = load(text, len);
    AUTO(cleanup_free) char *saved = NULL;
    AUTO(cleanup_free) char *expected = NULL;
    AUTO(cleanup_free) char *got = NULL;

    assert_true(xml_set(vm_model_root(mine), DESCRIPTION, "mine"));
    assert_true(xml_set(vm_model_root(theirs), RAM, "1536"));
    saved = commit(text, len, theirs, mine);
    if (!has_at(saved, DESCRIPTION, "mine") || !has_at(saved, RAM, "1536"))
        return is_same(name, "both edits", "one of them");
    expected = sorted(canonical_with(text, len, changes));
    got = sorted(canonical_text(saved, strlen(saved)));
    return is_same(name, expected, got);
}

static void
file__edited_by_two__has_both_and_loses_nothing(void **state)
{
    (void)state;
    each_file(check_two_editors);
}

static bool
check_validates(const char *name, const char *text, size_t len)
{
    static const struct vm_validate_host host = { .cpus = 16, .ram_mib = 1 << 20, .home = "/vm/home" };
    AUTO(xmlFreeDoc) xmlDocPtr doc = load(text, len);
    struct vm_findings found = { 0 };
    bool is_good = true;

    assert_true(vm_model_validate(doc, NULL, PVC_ALL, &host, &found));
    for (size_t i = 0; i < found.len; i++)
        if (found.p[i].is_critical) {
            print_error("%s: finding %#x\n", name, (unsigned)found.p[i].code);
            is_good = false;
        }
    vm_findings_free(&found);
    return is_good;
}

/* A machine that came from a product can be edited and started as it is. */
static void
file__of_a_product__has_no_critical_finding(void **state)
{
    (void)state;
    each_file(check_validates);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(file__loaded_and_saved__is_the_same),
        cmocka_unit_test(file__edited_by_a_client__differs_only_there),
        cmocka_unit_test(file__edited_by_two__has_both_and_loses_nothing),
        cmocka_unit_test(file__of_a_product__has_no_critical_finding),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
