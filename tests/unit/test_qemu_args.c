/* SPDX-License-Identifier: MIT */
/*
 * qemu/qemu_args and qemu_images_list: golden/qemu_args/<name>.pvs gives <name>.args, one argument a line with its options, or
 * <name>.err. PRL_TEST_REGENERATE=1 writes them anew; read the diff like code.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include <dirent.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu/qemu_args.h"

static struct qemu_caps caps = {
    .path = "/usr/bin/qemu-system-x86_64", .version = "7.2.0", .version_no = 70200, .machine = "pc-q35-7.2"
};
static char *machines[] = { "pc-q35-7.2", "q35", "pc-q35-6.2", "pc-i440fx-7.2", "pc" };

static const struct qemu_args_env plain = {
    .caps = &caps, .accel = QEMU_ACCEL_TCG, .home = "/vm", .vnc_base_port = 5900, .vnc_max_port = 5999,
};

/* As a host would have it whose bridges are called br...: other bridged networks are not set up there. */
static void
drop_taps(struct qemu_extras *extras)
{
    for (size_t i = 0; i < extras->len;)
        if (extras->p[i].kind == EXTRA_TAP && strncmp(extras->p[i].path, "br", 2) != 0) {
            free(extras->p[i].path);
            vec_remove(extras, i);
        } else {
            i++;
        }
}

static PRL_RESULT
build(xmlDocPtr doc, struct qemu_args_env env, struct qemu_args **ret)
{
    static const struct qemu_forward forwards[] = {
        { false, 2222, 22, "Host-Only" }, { true, 5353, 53, "Host-Only" }, { false, 8080, 80, "web" }
    };
    AUTO_IMAGES images = { 0 };
    struct qemu_extras extras = { 0 };
    PRL_RESULT rc = qemu_images_list(doc, env.home, &images);

    if (PRL_SUCCEEDED(rc))
        rc = qemu_extras_list(doc, env.home, &extras);
    drop_taps(&extras);
    env.images = &images;
    env.extras = &extras;
    env.forwards = forwards;
    env.n_forwards = ARRAY_LEN(forwards);
    env.now = 1700000000;
    if (PRL_SUCCEEDED(rc))
        rc = qemu_args_build(doc, &env, ret);
    qemu_extras_clear(&extras);
    return rc;
}

/* Options start lines, their values follow on the same one. */
static char *
text_of(const struct qemu_args *a)
{
    struct str s = STR_INIT;
    json_t *item;
    size_t n;

    for (size_t i = 0; i < a->argv.len; i++)
        str_addf(&s, "%s%s", i == 0 ? "" : a->argv.p[i][0] == '-' ? "\n" : " ", a->argv.p[i]);
    str_add(&s, "\n");
    for (size_t i = 0; i < a->notes.len; i++)
        str_addf(&s, "# %s\n", a->notes.p[i]);
    if (a->vnc_password)
        str_addf(&s, "# password by QMP: %s\n", a->vnc_password);
    if (a->is_ram_private)
        str_add(&s, "# memory of QEMU's own\n");
    json_array_foreach(a->setup, n, item) {
        AUTO(cleanup_free) char *text = json_dumps(item, JSON_COMPACT);

        str_addf(&s, "# QMP %s\n", text);
    }
    return str_take(&s);
}

static char *
error_text(PRL_RESULT rc)
{
    return str_printf("%#010x %s\n", (unsigned)rc, err_peek()->details ? err_peek()->details : "");
}

/* ---- golden files ---- */

static bool
compare(const char *path, const char *text)
{
    AUTO(cleanup_free) char *wanted = NULL;

    if (getenv("PRL_TEST_REGENERATE"))
        return path_write_durable(path, text, strlen(text)) == 0;
    if (path_read(path, 1 << 20, &wanted, NULL) == 0 && strcmp(wanted, text) == 0)
        return true;
    fprintf(stderr, "%s differs:\n%s", path, text);
    return false;
}

/* What a host has, by the file's name: kvm-*; refused-* have neither firmware nor certificates. */
static struct qemu_args_env
env_for(const char *file, xmlDocPtr doc)
{
    static struct qemu_firmware firmware = { .code = "/fw/code.fd", .vars = "/vm/NVRAM_4M.dat" };
    static struct qemu_firmware secure = { .code = "/fw/code.fd", .vars = "/vm/NVRAM_4M_SB.dat", .needs_smm = true };
    bool is_refused = strncmp(file, "refused-no-", 11) == 0;
    struct qemu_args_env env = plain;

    if (!is_refused && qemu_firmware_is_wanted(doc))
        env.firmware = qemu_firmware_is_secure(doc) ? &secure : &firmware;
    if (!is_refused)
        env.vnc_tls_dir = "/conf/vnc-tls";
    if (strncmp(file, "kvm-", 4) == 0)
        env.accel = QEMU_ACCEL_KVM;
    return env;
}

static bool
run_one(const char *dir, const char *file)
{
    AUTO(cleanup_free) char *pvs = path_join(dir, file);
    AUTO(cleanup_free) char *stem = strndup(pvs, strlen(pvs) - 4);
    AUTO(cleanup_free) char *args_path = str_printf("%s.args", stem);
    AUTO(cleanup_free) char *err_path = str_printf("%s.err", stem);
    AUTO(cleanup_free) char *xml = NULL;
    AUTO(cleanup_free) char *text = NULL;
    AUTO(qemu_args_free) struct qemu_args *a = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    size_t len;
    PRL_RESULT rc;

    assert_int_equal(path_read(pvs, 1 << 20, &xml, &len), 0);
    doc = xml_parse(xml, len, NULL);
    assert_non_null(doc);
    rc = build(doc, env_for(file, doc), &a);
    text = PRL_FAILED(rc) ? error_text(rc) : text_of(a);
    return compare(PRL_FAILED(rc) ? err_path : args_path, text) && !path_exists(PRL_FAILED(rc) ? args_path : err_path);
}

static void
qemu_args__golden_configurations__give_golden_arguments(void **state)
{
    const char *source = getenv("PRLKVM_SOURCE_DIR");
    AUTO(cleanup_free) char *dir = str_printf("%s/tests/golden/qemu_args", source ? source : ".");
    DIR *d = opendir(dir);
    struct dirent *e;
    unsigned n = 0, bad = 0;

    (void)state;
    assert_non_null(d);
    while ((e = readdir(d))) {
        size_t len = strlen(e->d_name);

        if (len < 5 || strcmp(e->d_name + len - 4, ".pvs") != 0)
            continue;
        n++;
        bad += !run_one(dir, e->d_name);
    }
    closedir(d);
    assert_true(n > 60);
    assert_int_equal(bad, 0);
}

/* ---- what a configuration alone does not show ---- */

static xmlDocPtr
doc_of(const char *hardware)
{
    AUTO(cleanup_free)
    char *xml = str_printf("<VirtuozzoVirtualMachine><Hardware>%s</Hardware></VirtuozzoVirtualMachine>", hardware);
    xmlDocPtr doc = xml_parse(xml, strlen(xml), NULL);

    assert_non_null(doc);
    return doc;
}

static char *
args_text(const char *hardware, struct qemu_args_env env)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = doc_of(hardware);
    AUTO(qemu_args_free) struct qemu_args *a = NULL;

    assert_int_equal(build(doc, env, &a), 0);
    assert_null(a->argv.p[a->argv.len]);
    return text_of(a);
}

#define HDD(i, at)                                                                                                                 \
    "<Hdd><Index>" #i "</Index><Enabled>1</Enabled><SystemName>d" #i                                                               \
    ".hdd</SystemName><InterfaceType>1</InterfaceType><StackIndex>" #at "</StackIndex></Hdd>"
#define NIC(i) "<NetworkAdapter><Index>" #i "</Index><Enabled>1</Enabled><EmulatedType>1</EmulatedType></NetworkAdapter>"

/* The line of the device with this id. */
static char *
device_line(const char *text, const char *id)
{
    AUTO(cleanup_free) char *key = str_printf("\"id\":\"%s\"", id);
    const char *at = strstr(text, key), *from = at, *to;

    assert_non_null(at);
    while (from > text && from[-1] != '\n')
        from--;
    to = strchr(at, '\n');
    return strndup(from, (size_t)(to - from));
}

static void
qemu_args__device_address__does_not_depend_on_other_devices(void **state)
{
    AUTO(cleanup_free) char *alone = args_text(HDD(3, 5) NIC(2), plain);
    AUTO(cleanup_free) char *among = args_text(NIC(0) HDD(0, 0) HDD(1, 1) HDD(3, 5) NIC(1) NIC(2), plain);
    static const char *const ids[] = { "hdd3-dev", "net2-dev", "scsi" };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
        AUTO(cleanup_free) char *a = device_line(alone, ids[i]);
        AUTO(cleanup_free) char *b = device_line(among, ids[i]);

        assert_string_equal(a, b);
    }
}

static void
qemu_args__incoming__waits_and_maps_the_file_privately(void **state)
{
    struct qemu_args_env env = plain;
    AUTO(cleanup_free) char *cold = args_text("", plain);
    AUTO(cleanup_free) char *warm = NULL;
    AUTO(cleanup_free) char *privately = NULL;

    (void)state;
    env.is_incoming = true;
    warm = args_text("", env);
    env.ram_file = "/vm/config.mem";
    privately = args_text("", env);
    assert_null(strstr(cold, "-incoming"));
    assert_non_null(strstr(warm, "\n-S\n-incoming defer"));
    assert_non_null(strstr(warm, "\"mem-path\":\"/proc/self/fd/4\",\"size\":268435456,\"share\":true"));
    assert_non_null(strstr(privately, "\"mem-path\":\"/vm/config.mem\",\"size\":268435456,\"share\":false"));
}

static void
qemu_args__backing_chain__is_named_from_the_bottom(void **state)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = doc_of(HDD(0, 0));
    AUTO_IMAGES images = { 0 };
    AUTO(qemu_args_free) struct qemu_args *a = NULL;
    AUTO(cleanup_free) char *text = NULL;
    struct qemu_args_env env = plain;
    struct qemu_backing first = { strdup("/base/b.hdd"), true }, last = { strdup("/base/a.hdd"), false };
    const char *p;

    (void)state;
    assert_int_equal(qemu_images_list(doc, "/vm", &images), 0);
    assert_true(vec_push(&images.p[0].backing, first) && vec_push(&images.p[0].backing, last));
    env.images = &images;
    assert_int_equal(qemu_args_build(doc, &env, &a), 0);
    text = text_of(a);
    p = strstr(text, "\"driver\":\"raw\",\"node-name\":\"hdd0-b2\",\"file\":\"hdd0-b2-file\",\"read-only\":true}");
    assert_non_null(p);
    p = strstr(
        p, "\"driver\":\"qcow2\",\"node-name\":\"hdd0-b1\",\"file\":\"hdd0-b1-file\",\"read-only\":true,\"backing\":\"hdd0-b2\"}");
    assert_non_null(p);
    assert_non_null(strstr(
        p, "\"node-name\":\"hdd0\",\"file\":\"hdd0-file\",\"read-only\":false,\"discard\":\"unmap\",\"backing\":\"hdd0-b1\"}"));
}

static void
qemu_args__efi__has_its_flash(void **state)
{
    struct qemu_args_env env = plain;
    AUTO(cleanup_free) char *text = NULL;

    (void)state;
    env.firmware = &(const struct qemu_firmware){ .code = "/fw/code.fd", .vars = "/vm/NVRAM_4M.dat" };
    text = args_text("", env);
    assert_non_null(strstr(text, ",pflash0=efi-code,pflash1=efi-vars"));
    assert_non_null(strstr(text, "\"node-name\":\"efi-code\",\"file\":\"efi-code-file\",\"read-only\":true"));
    assert_non_null(strstr(text, "\"node-name\":\"efi-vars\",\"file\":\"efi-vars-file\",\"read-only\":false"));
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(qemu_args__golden_configurations__give_golden_arguments),
        cmocka_unit_test(qemu_args__device_address__does_not_depend_on_other_devices),
        cmocka_unit_test(qemu_args__incoming__waits_and_maps_the_file_privately),
        cmocka_unit_test(qemu_args__backing_chain__is_named_from_the_bottom),
        cmocka_unit_test(qemu_args__efi__has_its_flash),
    };
    int failed;

    for (size_t i = 0; i < ARRAY_LEN(machines); i++)
        if (!vec_push(&caps.machines, machines[i]))
            return 1;
    failed = cmocka_run_group_tests_name("qemu_args", tests, NULL, NULL);
    vec_free(&caps.machines);
    return failed;
}
