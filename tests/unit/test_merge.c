/* SPDX-License-Identifier: MIT */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "model/vm_model.h"

#define VM(inside) "<VirtuozzoVirtualMachine>" inside "</VirtuozzoVirtualMachine>"
#define NAME(n) "<Identification><VmName>" n "</VmName></Identification>"
#define RAM(n) "<Hardware><Memory><RAM>" n "</RAM></Memory></Hardware>"
#define HDD(id, inside) "<Hdd id=\"" id "\">" inside "</Hdd>"
#define HARDWARE(inside) VM("<Hardware>" inside "</Hardware>")

static xmlDocPtr
parse(const char *text)
{
    xmlDocPtr doc = NULL;

    assert_int_equal(vm_model_parse(text, strlen(text), &doc), PRL_ERR_SUCCESS);
    return doc;
}

/* The result below the root as one line without the ids; NULL: refused. */
static char *
merge(const char *old, const char *cur, const char *now)
{
    AUTO(xmlFreeDoc) xmlDocPtr o = parse(old), c = parse(cur), n = parse(now), merged = NULL;
    AUTO_STR out = STR_INIT;
    AUTO(cleanup_free) char *text = NULL;

    if (vm_model_merge(o, c, n, &merged) != PRL_ERR_SUCCESS) {
        assert_int_equal(err_peek()->code, PRL_ERR_VM_CONFIG_WAS_CHANGED);
        return NULL;
    }
    text = xml_node_text(vm_model_root(merged), NULL);
    for (const char *s = text; *s; s++)
        if (*s != '\n' && !(*s == ' ' && (s[-1] == '\n' || s[-1] == ' ')))
            str_add_n(&out, s, 1);
    return str_take(&out);
}

struct row {
    const char *what, *old, *cur, *now, *wanted; /* wanted NULL: a conflict */
};

static const struct row rows[] = {
    { "nothing changed", VM(NAME("a")), VM(NAME("a")), VM(NAME("a")), VM(NAME("a")) },
    { "mine", VM(NAME("a")), VM(NAME("a")), VM(NAME("b")), VM(NAME("b")) },
    { "theirs", VM(NAME("a")), VM(NAME("b")), VM(NAME("a")), VM(NAME("b")) },
    { "both the same", VM(NAME("a")), VM(NAME("b")), VM(NAME("b")), VM(NAME("b")) },
    { "both different", VM(NAME("a")), VM(NAME("b")), VM(NAME("c")), NULL },
    { "different leaves", VM(NAME("a") RAM("1")), VM(NAME("b") RAM("1")), VM(NAME("a") RAM("2")), VM(NAME("b") RAM("2")) },
    { "different leaves of one element", HARDWARE("<Memory><RAM>1</RAM><Max>1</Max></Memory>"),
      HARDWARE("<Memory><RAM>2</RAM><Max>1</Max></Memory>"), HARDWARE("<Memory><RAM>1</RAM><Max>3</Max></Memory>"),
      HARDWARE("<Memory><RAM>2</RAM><Max>3</Max></Memory>") },
    { "order does not matter", VM(NAME("a") RAM("1")), VM(RAM("1") NAME("b")), VM(NAME("a") RAM("1")),
      VM(NAME("b") RAM("1")) },
    { "I removed an element", VM(NAME("a") "<X>1</X>"), VM(NAME("a") "<X>1</X>"), VM(NAME("a")), VM(NAME("a")) },
    { "I removed what they changed", VM("<X>1</X>"), VM("<X>2</X>"), VM(""), NULL },
    { "they removed what I changed", VM("<X>1</X>"), VM(""), VM("<X>2</X>"), NULL },
    { "both added the same", VM(""), VM("<X>1</X>"), VM("<X>1</X>"), VM("<X>1</X>") },
    { "both added different ones", VM(""), VM("<X>1</X>"), VM("<Y>1</Y>"), VM("<Y>1</Y><X>1</X>") },

    { "devices by id", HARDWARE(HDD("0", "<Size>1</Size>") HDD("1", "<Size>1</Size>")),
      HARDWARE(HDD("0", "<Size>2</Size>") HDD("1", "<Size>1</Size>")),
      HARDWARE(HDD("1", "<Size>3</Size>") HDD("0", "<Size>1</Size>")),
      HARDWARE(HDD("1", "<Size>3</Size>") HDD("0", "<Size>2</Size>")) },
    { "I added a device", HARDWARE(HDD("0", "<Size>1</Size>")), HARDWARE(HDD("0", "<Size>2</Size>")),
      HARDWARE(HDD("0", "<Size>1</Size>") HDD("1", "<Size>1</Size>")),
      HARDWARE(HDD("0", "<Size>2</Size>") HDD("1", "<Size>1</Size>")) },
    { "I removed a device", HARDWARE(HDD("0", "<Size>1</Size>") HDD("1", "<Size>1</Size>")),
      HARDWARE(HDD("0", "<Size>1</Size>") HDD("1", "<Size>1</Size>")), HARDWARE(HDD("1", "<Size>1</Size>")),
      HARDWARE(HDD("1", "<Size>1</Size>")) },
    { "I removed a device they changed", HARDWARE(HDD("0", "<Size>1</Size>")), HARDWARE(HDD("0", "<Size>2</Size>")),
      HARDWARE(""), NULL },
    { "both added a device", HARDWARE(""), HARDWARE(HDD("0", "<Size>1</Size>")), HARDWARE(HDD("0", "<Size>2</Size>")), NULL },
    { "a guest ejected a disk", HARDWARE("<CdRom id=\"0\"><Connected>1</Connected><Index>0</Index></CdRom>"),
      HARDWARE("<CdRom id=\"0\"><Connected>0</Connected><Index>0</Index></CdRom>"),
      HARDWARE("<CdRom id=\"0\"><Connected>1</Connected><Index>1</Index></CdRom>"),
      HARDWARE("<CdRom id=\"0\"><Connected>0</Connected><Index>1</Index></CdRom>") },

    { "plain lists are one value", VM("<D>1</D><D>2</D>"), VM("<D>1</D><D>2</D>"), VM("<D>2</D><D>1</D>"),
      VM("<D>2</D><D>1</D>") },
    { "their plain list", VM("<D>1</D>"), VM("<D>1</D><D>2</D>"), VM("<D>1</D>"), VM("<D>1</D><D>2</D>") },
    { "two plain lists", VM("<D>1</D>"), VM("<D>1</D><D>2</D>"), VM("<D>3</D>"), NULL },
    { "unknown elements with ids of their own", VM("<U id=\"a\">1</U><U id=\"5\">1</U><U>1</U>"),
      VM("<U id=\"a\">1</U><U id=\"5\">2</U><U>1</U>"), VM("<U id=\"a\">1</U><U id=\"5\">1</U><U>1</U>"),
      VM("<U id=\"a\">1</U><U>1</U><U id=\"5\">2</U>") },

    { "the uptime the service filled in", VM("<Identification><VmUptimeInSeconds>5</VmUptimeInSeconds></Identification>"),
      VM("<Identification><VmUptimeInSeconds>7</VmUptimeInSeconds></Identification>"),
      VM("<Identification><VmUptimeInSeconds>6</VmUptimeInSeconds></Identification>"),
      VM("<Identification><VmUptimeInSeconds>7</VmUptimeInSeconds></Identification>") },
    { "the owner it filled in", VM(""), VM(""), VM("<Security><Owner>me</Owner></Security>"), VM("") },
    { "the owner in a section of others", VM("<Security><X>1</X></Security>"), VM("<Security><X>2</X></Security>"),
      VM("<Security><X>1</X><Owner>me</Owner></Security>"), VM("<Security><X>2</X></Security>") },

    { "a comment while others edit", VM("<!--c-->" NAME("a") RAM("1")), VM("<!--c-->" NAME("b") RAM("1")), VM("<!--c-->" NAME("a") RAM("2")),
      VM("<!--c-->" NAME("b") RAM("2")) },
    { "comments inside", VM("<X><!--c--><Y>1</Y><Z>1</Z></X>"), VM("<X><!--c--><Y>2</Y><Z>1</Z></X>"), VM("<X><!--c--><Y>1</Y><Z>2</Z></X>"),
      VM("<X><!--c--><Y>2</Y><Z>2</Z></X>") },
    { "my comment and their value", VM(NAME("a")), VM(NAME("b")), VM("<!--mine-->" NAME("a")), VM("<!--mine-->" NAME("b")) },
    { "their comment and my value", VM(NAME("a")), VM("<!--theirs-->" NAME("a")), VM(NAME("b")), VM(NAME("b") "<!--theirs-->") },
    { "I removed a comment", VM("<!--c-->" NAME("a")), VM("<!--c-->" NAME("b")), VM(NAME("a")), VM(NAME("b")) },
    { "they removed a comment", VM("<!--c-->" NAME("a")), VM(NAME("a")), VM("<!--c-->" NAME("b")), VM(NAME("b")) },
    { "a processing instruction", VM("<?p x?>" NAME("a") RAM("1")), VM("<?p x?>" NAME("b") RAM("1")), VM("<?p x?>" NAME("a") RAM("2")),
      VM("<?p x?>" NAME("b") RAM("2")) },
    { "around the root", "<!--1-->" VM(NAME("a") RAM("1")) "<!--2-->", "<!--1-->" VM(NAME("b") RAM("1")) "<!--2-->",
      "<!--1-->" VM(NAME("a") RAM("2")) "<!--2-->", VM(NAME("b") RAM("2")) },

    { "my attribute", VM("<X a=\"1\"><Y>1</Y></X>"), VM("<X a=\"1\"><Y>2</Y></X>"), VM("<X a=\"2\" b=\"\"><Y>1</Y></X>"),
      VM("<X a=\"2\" b=\"\"><Y>2</Y></X>") },
    { "their attribute", VM("<X><Y>1</Y></X>"), VM("<X a=\"1\"><Y>1</Y></X>"), VM("<X><Y>2</Y></X>"), VM("<X a=\"1\"><Y>2</Y></X>") },
    { "an attribute I removed", VM("<X a=\"1\"><Y>1</Y></X>"), VM("<X a=\"1\"><Y>2</Y></X>"), VM("<X><Y>1</Y></X>"), VM("<X><Y>2</Y></X>") },
    { "an attribute of a leaf is a value too", VM("<X a=\"1\">1</X>"), VM("<X a=\"1\">2</X>"), VM("<X a=\"2\">1</X>"), NULL },
    { "two attributes", VM("<X a=\"1\"><Y>1</Y></X>"), VM("<X a=\"2\"><Y>1</Y></X>"), VM("<X a=\"3\"><Y>1</Y></X>"), NULL },
    { "an attribute they removed", VM("<X a=\"1\"><Y>1</Y></X>"), VM("<X><Y>1</Y></X>"), VM("<X a=\"3\"><Y>1</Y></X>"), NULL },
    { "bookkeeping of the format", VM("<X dyn_lists=\"Y 1\"><Y>1</Y></X>"), VM("<X dyn_lists=\"Y 2\"><Y>1</Y></X>"),
      VM("<X dyn_lists=\"Y 3\"><Y>2</Y></X>"), VM("<X dyn_lists=\"Y 3\"><Y>2</Y></X>") },

    { "text between elements is one value", VM("<X>a<Y>1</Y>b</X>" NAME("a")), VM("<X>a<Y>1</Y>b</X>" NAME("b")), VM("<X>a<Y>1</Y>c</X>" NAME("a")),
      VM("<X>a<Y>1</Y>c</X>" NAME("b")) },
    { "which two cannot change", VM("<X>a<Y>1</Y>b</X>"), VM("<X>a<Y>2</Y>b</X>"), VM("<X>a<Y>1</Y>c</X>"), NULL },
    { "CDATA is text", VM("<X><![CDATA[1]]></X>" NAME("a")), VM("<X>1</X>" NAME("b")), VM("<X><![CDATA[1]]></X>" NAME("a")), VM("<X>1</X>" NAME("b")) },
};

static void
merge__each_case__gives_what_is_wanted(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        AUTO(cleanup_free) char *got = merge(rows[i].old, rows[i].cur, rows[i].now);
        AUTO(xmlFreeDoc) xmlDocPtr wanted = rows[i].wanted ? parse(rows[i].wanted) : NULL;
        AUTO(cleanup_free) char *same = rows[i].wanted ? merge(rows[i].wanted, rows[i].wanted, rows[i].wanted) : NULL;

        if (!str_eq(got, same))
            print_message("%s: %s\n", rows[i].what, got ? got : "(conflict)");
        assert_true(str_eq(got, same));
    }
}

static void
merge__what_stands_around_the_root__stays(void **state)
{
    static const char text[] = "<!--before--><?p i?>" VM(NAME("%s") RAM("%s")) "<!--behind-->";
    AUTO(cleanup_free) char *old = str_printf(text, "a", "1");
    AUTO(cleanup_free) char *theirs = str_printf(text, "b", "1");
    AUTO(cleanup_free) char *mine = str_printf(text, "a", "2");
    AUTO(cleanup_free) char *got = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr o = parse(old), c = parse(theirs), n = parse(mine), merged = NULL;
    const char *before, *root;

    (void)state;
    assert_int_equal(vm_model_merge(o, c, n, &merged), PRL_ERR_SUCCESS);
    got = xml_text(merged, NULL);
    before = strstr(got, "<!--before-->\n<?p i?>\n");
    root = strstr(got, "<VirtuozzoVirtualMachine>");
    assert_true(before && root > before && strstr(root, "</VirtuozzoVirtualMachine>\n<!--behind-->\n"));
    assert_non_null(strstr(got, "<VmName>b</VmName>"));
    assert_non_null(strstr(got, "<RAM>2</RAM>"));
}

static void
merge__a_conflict__names_the_element(void **state)
{
    (void)state;
    assert_null(merge(VM(NAME("a")), VM(NAME("b")), VM(NAME("c"))));
    assert_non_null(strstr(err_peek()->details, "Identification/VmName"));
}

static void
merge__documents_of_clients__lose_nothing(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr old = vm_model_new(), merged = NULL;
    static const struct host_facts host = { .cpus = 1, .ram_mib = 512 };
    AUTO(cleanup_free) char *base = NULL;
    AUTO(cleanup_free) char *got = NULL;
    size_t len;

    (void)state;
    assert_int_equal(vm_model_set_default(old, &host, PVS_GUEST_VER_LIN_DEBIAN, true), PRL_ERR_SUCCESS);
    assert_int_equal(vm_model_text(old, VM_TEXT_FILE, &base, &len), PRL_ERR_SUCCESS);
    {
        AUTO(xmlFreeDoc) xmlDocPtr o = parse(base), c = parse(base), n = parse(base);

        assert_int_equal(vm_model_merge(o, c, n, &merged), PRL_ERR_SUCCESS);
        assert_false(vm_model_hardware_differs(c, merged));
        assert_true(xml_set(vm_model_device_nth(merged, PDE_HARD_DISK, 0), "Size", "1"));
        assert_true(vm_model_hardware_differs(c, merged));
        assert_true(xml_set(vm_model_device_nth(merged, PDE_HARD_DISK, 0), "Size", "65536"));
    }
    assert_int_equal(vm_model_text(merged, VM_TEXT_FILE, &got, &len), PRL_ERR_SUCCESS);
    assert_string_equal(got, base);
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(merge__each_case__gives_what_is_wanted),
        cmocka_unit_test(merge__what_stands_around_the_root__stays),
        cmocka_unit_test(merge__a_conflict__names_the_element),
        cmocka_unit_test(merge__documents_of_clients__lose_nothing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
