/* SPDX-License-Identifier: MIT */
#include "qemu_firmware.h"

#include <dirent.h>
#include <errno.h>
#include <fnmatch.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/err.h"
#include "base/path.h"
#include "base/str.h"
#include "base/vec.h"
#include "base/xml.h"
#include "efi_store.h"
#include "qemu_args.h"
#include "qemu_images.h"

#define VARS_MAX (16u << 20)
#define DESCRIPTOR_MAX (64u << 10)
#define DIRS "/etc/qemu/firmware:/usr/share/qemu/firmware"

bool
qemu_firmware_is_wanted(xmlDocPtr doc)
{
    return xml_get_u64(xmlDocGetRootElement(doc), "Settings/Startup/Bios/EfiEnabled", 0) != 0;
}

bool
qemu_firmware_is_secure(xmlDocPtr doc)
{
    return xml_get_u64(xmlDocGetRootElement(doc), "Settings/Startup/Bios/EfiSecureBoot", 0) != 0;
}

void
qemu_firmware_free(struct qemu_firmware *f)
{
    if (!f)
        return;
    free(f->code);
    free(f->vars);
    free(f);
}

/* ---- descriptors ---- */

struct descriptor {
    char *name; /* of the file: one in an earlier directory hides those of later ones */
    json_t *json;
};
typedef VEC(struct descriptor) descriptors;

static void
descriptors_clear(descriptors *all)
{
    for (size_t i = 0; i < all->len; i++) {
        free(all->p[i].name);
        json_decref(all->p[i].json);
    }
    vec_free(all);
}

static bool
is_known(const descriptors *all, const char *name)
{
    for (size_t i = 0; i < all->len; i++)
        if (strcmp(all->p[i].name, name) == 0)
            return true;
    return false;
}

static void
read_dir(const char *dir, descriptors *all)
{
    DIR *d = opendir(dir);
    struct dirent *e;

    while (d && (e = readdir(d))) {
        size_t n = strlen(e->d_name), len;
        AUTO(cleanup_free) char *path = path_join(dir, e->d_name);
        AUTO(cleanup_free) char *text = NULL;
        struct descriptor x;

        if (n < 6 || strcmp(e->d_name + n - 5, ".json") != 0 || is_known(all, e->d_name) || !path ||
            path_read(path, DESCRIPTOR_MAX, &text, &len) < 0)
            continue;
        x.name = str_dup(e->d_name);
        x.json = json_loadb(text, len, 0, NULL); /* an empty one hides others, and that is all it does */
        if (!x.name || !vec_push(all, x)) {
            free(x.name);
            json_decref(x.json);
        }
    }
    if (d)
        closedir(d);
}

static int
by_name(const void *a, const void *b)
{
    return strcmp(((const struct descriptor *)a)->name, ((const struct descriptor *)b)->name);
}

static void
read_descriptors(descriptors *all)
{
    const char *dirs = secure_getenv("PRLKVM_FIRMWARE_DIRS");

    if (!dirs || !dirs[0])
        dirs = DIRS;
    for (const char *p = dirs; p; p = strchr(p, ':') ? strchr(p, ':') + 1 : NULL) {
        AUTO(cleanup_free) char *dir = str_printf("%.*s", (int)strcspn(p, ":"), p);

        if (dir)
            read_dir(dir, all);
    }
    if (all->len)
        qsort(all->p, all->len, sizeof *all->p, by_name);
}

/* ---- what one of them is for ---- */

static bool
lists(json_t *list, const char *word)
{
    json_t *item;
    size_t i;

    json_array_foreach(list, i, item)
        if (str_eq(json_string_value(item), word))
            return true;
    return false;
}

static bool
fits_machine(json_t *targets, const char *machine)
{
    json_t *target, *glob;
    size_t i, k;

    json_array_foreach(targets, i, target) {
        if (!str_eq(json_string_value(json_object_get(target, "architecture")), "x86_64"))
            continue;
        json_array_foreach(json_object_get(target, "machines"), k, glob)
            if (json_is_string(glob) && fnmatch(json_string_value(glob), machine, 0) == 0)
                return true;
    }
    return false;
}

/* A file named by a descriptor; NULL: not there, or in a format that is not for us. */
static const char *
file_of(json_t *part, bool *ret_is_qcow2)
{
    const char *name = json_string_value(json_object_get(part, "filename"));
    const char *format = json_string_value(json_object_get(part, "format"));

    *ret_is_qcow2 = str_eq(format, "qcow2");
    return name && path_is_absolute(name) && path_exists(name) && (*ret_is_qcow2 || str_eq(format, "raw")) ? name : NULL;
}

struct choice {
    const char *code, *template; /* borrowed from a descriptor */
    bool is_code_qcow2, is_vars_qcow2, needs_smm;
};

static int64_t
size_of(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

/*
 * vars_size -1: they are made from the template, which for secure boot has to have its keys in it. Else the template only has to be of
 * their size: variables move between builds of a firmware, not between its sizes.
 */
static bool
fits(json_t *d, const char *machine, bool is_secure, int64_t vars_size, struct choice *ret)
{
    json_t *features = json_object_get(d, "features"), *mapping = json_object_get(d, "mapping");
    const char *mode = json_string_value(json_object_get(mapping, "mode"));

    if (!lists(json_object_get(d, "interface-types"), "uefi") || !fits_machine(json_object_get(d, "targets"), machine) ||
        !str_eq(json_string_value(json_object_get(mapping, "device")), "flash") || (mode && strcmp(mode, "split") != 0) ||
        lists(features, "amd-sev-es-only"))
        return false;
    if (lists(features, "secure-boot") != is_secure || (is_secure && vars_size < 0 && !lists(features, "enrolled-keys")))
        return false;
    ret->code = file_of(json_object_get(mapping, "executable"), &ret->is_code_qcow2);
    ret->template = file_of(json_object_get(mapping, "nvram-template"), &ret->is_vars_qcow2);
    ret->needs_smm = lists(features, "requires-smm");
    return ret->code && ret->template && (vars_size < 0 || ret->is_vars_qcow2 || size_of(ret->template) == vars_size);
}

/* Of hosts without descriptors. */
static bool
find_by_place(int64_t vars_size, struct choice *ret)
{
    static const struct {
        const char *code, *vars;
    } places[] = {
        { "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd" },
        { "/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd" },
        { "/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd" },
    };

    for (size_t i = 0; i < ARRAY_LEN(places); i++)
        if (path_exists(places[i].code) && size_of(places[i].vars) > 0 && (vars_size < 0 || size_of(places[i].vars) == vars_size)) {
            *ret = (struct choice){ .code = places[i].code, .template = places[i].vars };
            return true;
        }
    return false;
}

static bool
choose(const descriptors *all, const char *machine, bool is_secure, int64_t vars_size, struct choice *ret)
{
    for (size_t i = 0; i < all->len; i++)
        if (fits(all->p[i].json, machine, is_secure, vars_size, ret))
            return true;
    return !all->len && !is_secure && find_by_place(vars_size, ret);
}

/* ---- the variables ---- */

static PRL_RESULT
make_vars(const char *vars, const char *template)
{
    AUTO(cleanup_free) char *data = NULL;
    size_t len;
    int r = path_read(template, VARS_MAX, &data, &len);

    if (r == 0)
        r = path_write_durable(vars, data, len);
    return r < 0 ? err_errno(PRL_ERR_VM_START_FAILED, -r, "EFI variables '%s'", vars) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
none(bool is_secure, const char *vars, int64_t vars_size)
{
    if (vars_size >= 0)
        return err_set(PRL_ERR_VM_START_FAILED,
                       "the EFI variables '%s' (%lld bytes) are for a firmware that this host has not; removed, they are made anew", vars,
                       (long long)vars_size);
    if (is_secure)
        return err_set(PRL_ERR_VM_START_FAILED,
                       "the VM wants secure boot, and this host has no EFI firmware with it for this chipset (q35; Debian: ovmf)");
    return err_set(PRL_ERR_VM_START_FAILED, "the VM wants EFI, and this host has no EFI firmware for QEMU (Debian: ovmf)");
}

/* Descriptors say "pc-q35-*". */
static const char *
some_machine(xmlDocPtr doc)
{
    return qemu_machine_is_i440fx(doc) ? "pc-i440fx-7.2" : "pc-q35-7.2";
}

PRL_RESULT
qemu_firmware_find(xmlDocPtr doc, const char *home, struct qemu_firmware **ret)
{
    AUTO(cleanup_free) char *name = xml_get(xmlDocGetRootElement(doc), "Settings/Startup/Bios/NVRAM");
    AUTO(qemu_firmware_free) struct qemu_firmware *f = calloc(1, sizeof *f);
    const char *machine = some_machine(doc);
    bool is_secure = qemu_firmware_is_secure(doc);
    descriptors all = { 0 };
    struct choice c = { 0 };
    int64_t vars_size;
    PRL_RESULT rc;

    if (!f)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "firmware");
    rc = qemu_image_path(home, name && name[0] ? name : is_secure ? EFI_VARS_SECURE_FILE : EFI_VARS_FILE, &f->vars);
    if (PRL_FAILED(rc))
        return rc;
    vars_size = size_of(f->vars);
    read_descriptors(&all);
    if (!choose(&all, machine, is_secure, vars_size, &c))
        rc = none(is_secure, f->vars, vars_size);
    else if (vars_size < 0)
        rc = make_vars(f->vars, c.template);
    f->code = PRL_SUCCEEDED(rc) ? str_dup(c.code) : NULL;
    f->is_code_qcow2 = c.is_code_qcow2;
    f->is_vars_qcow2 = c.is_vars_qcow2;
    f->needs_smm = c.needs_smm;
    descriptors_clear(&all);
    if (PRL_FAILED(rc))
        return rc;
    if (!f->code)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "firmware");
    *ret = TAKE(f);
    return PRL_ERR_SUCCESS;
}

/* ---- from an older firmware ---- */

/* The file that has the variables now; allocated. */
static PRL_RESULT
current_vars(const char *home, const char *name, const char *usual, char **ret)
{
    AUTO(cleanup_free) char *path = NULL;
    PRL_RESULT rc = qemu_image_path(home, name && name[0] ? name : usual, &path);

    if (PRL_FAILED(rc))
        return rc;
    if (!path_exists(path) && (!name || !name[0])) {
        free(TAKE(path));
        path = path_join(home, EFI_VARS_OLD_FILE);
    }
    if (!path)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "path");
    if (!path_exists(path))
        return err_set(PRL_ERR_UPDATE_NVRAM_ALREADY_UPDATED, "there are no EFI variables yet");
    *ret = TAKE(path);
    return PRL_ERR_SUCCESS;
}

/* Beside the old one, under the name that the products give it. */
static char *
new_name(const char *old, const char *usual)
{
    const char *slash = old ? strrchr(old, '/') : NULL;

    if (!old || !old[0])
        return str_dup("");
    return slash ? str_printf("%.*s/%s", (int)(slash - old), old, usual) : str_dup(usual);
}

static PRL_RESULT
move_vars(const char *from, const char *template, const char *to)
{
    AUTO(cleanup_free) char *old = NULL;
    AUTO(cleanup_free) char *new = NULL;
    size_t old_len, new_len;
    PRL_RESULT rc;
    int r = path_read(from, VARS_MAX, &old, &old_len);

    if (r == 0)
        r = path_read(template, VARS_MAX, &new, &new_len);
    if (r < 0)
        return err_errno(PRL_ERR_UPDATE_NVRAM_OPERATION_FAILED, -r, "'%s'", old ? template : from);
    rc = efi_store_move((const uint8_t *)old, old_len, (uint8_t *)new, new_len);
    if (PRL_FAILED(rc))
        return rc;
    r = path_write_durable(to, new, new_len);
    return r < 0 ? err_errno(PRL_ERR_UPDATE_NVRAM_OPERATION_FAILED, -r, "'%s'", to) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
update_vars(const descriptors *all, xmlDocPtr doc, const char *home, char **ret_name)
{
    AUTO(cleanup_free) char *name = xml_get(xmlDocGetRootElement(doc), "Settings/Startup/Bios/NVRAM");
    bool is_secure = qemu_firmware_is_secure(doc);
    const char *usual = is_secure ? EFI_VARS_SECURE_FILE : EFI_VARS_FILE;
    AUTO(cleanup_free) char *old = NULL;
    AUTO(cleanup_free) char *named = new_name(name, usual);
    AUTO(cleanup_free) char *to = NULL;
    struct choice c = { 0 };
    PRL_RESULT rc = named ? current_vars(home, name, usual, &old) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");

    if (PRL_FAILED(rc))
        return rc;
    if (!choose(all, some_machine(doc), is_secure, -1, &c) || c.is_vars_qcow2)
        return err_set(PRL_ERR_UPDATE_NVRAM_OPERATION_FAILED, "this host has no EFI firmware to update them for");
    if (size_of(old) >= size_of(c.template))
        return err_set(PRL_ERR_UPDATE_NVRAM_ALREADY_UPDATED, "'%s'", old);
    rc = qemu_image_path(home, named[0] ? named : usual, &to);
    if (PRL_SUCCEEDED(rc))
        rc = move_vars(old, c.template, to);
    if (PRL_SUCCEEDED(rc))
        *ret_name = TAKE(named);
    return rc;
}

PRL_RESULT
qemu_firmware_update_vars(xmlDocPtr doc, const char *home, char **ret_name)
{
    descriptors all = { 0 };
    PRL_RESULT rc;

    read_descriptors(&all);
    rc = update_vars(&all, doc, home, ret_name);
    descriptors_clear(&all);
    return rc;
}

bool
qemu_firmware_is_here(bool is_secure)
{
    descriptors all = { 0 };
    struct choice c = { 0 };
    bool is_here;

    read_descriptors(&all);
    is_here = choose(&all, "pc-q35-7.2", is_secure, -1, &c);
    descriptors_clear(&all);
    return is_here;
}
