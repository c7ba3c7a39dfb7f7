/* SPDX-License-Identifier: MIT */
/* A configuration and the command line that comes out of it. Text from outside is inside JSON; what looks like JSON must be. */
#include "fuzz.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/vm_model.h"
#include "qemu/qemu_args.h"

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    xml_init();
    return 0;
}

/* What begins like JSON is JSON, with no member twice. */
static void
check_argument(const char *arg)
{
    json_t *json;

    FUZZ_CHECK(arg);
    if (arg[0] != '{')
        return;
    json = json_loads(arg, JSON_REJECT_DUPLICATES, NULL);
    FUZZ_CHECK(json);
    json_decref(json);
}

static void
build(xmlDocPtr doc, bool is_incoming)
{
    static char *machines[] = { "pc-q35-7.2", "pc-i440fx-7.2" };
    static struct qemu_caps caps = { .path = "/usr/bin/qemu", .version = "7.2.0", .version_no = 70200, .machine = "pc-q35-7.2" };
    static const struct qemu_firmware firmware = { .code = "/usr/share/code.fd", .vars = "/vm/home/NVRAM.dat", .needs_smm = true };
    struct qemu_extras extras = { 0 };
    struct qemu_args_env env = {
        .caps = &caps,
        .accel = QEMU_ACCEL_TCG,
        .home = "/vm/home",
        .is_incoming = is_incoming,
        .vnc_base_port = 5900,
        .vnc_max_port = 5999,
        .firmware = &firmware,
    };
    AUTO_IMAGES images = { 0 };
    AUTO(qemu_args_free) struct qemu_args *args = NULL;

    caps.machines.p = machines;
    caps.machines.len = ARRAY_LEN(machines);
    env.images = &images;
    if (PRL_FAILED(qemu_images_list(doc, env.home, &images)))
        return;
    for (size_t i = 0; i < images.len; i++)
        FUZZ_CHECK(!images.p[i].path || images.p[i].path[0] == '/');
    if (PRL_FAILED(qemu_extras_list(doc, env.home, &extras)))
        return;
    env.extras = &extras;
    if (PRL_FAILED(qemu_args_build(doc, &env, &args))) {
        qemu_extras_clear(&extras);
        return;
    }
    qemu_extras_clear(&extras);
    for (size_t i = 0; i < args->argv.len; i++)
        if (i + 1 < args->argv.len || args->argv.p[i])
            check_argument(args->argv.p[i]);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;

    if (PRL_FAILED(vm_model_parse((const char *)data, size, &doc)))
        return 0;
    build(doc, false);
    build(doc, true);
    return 0;
}
