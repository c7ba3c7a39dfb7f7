/* SPDX-License-Identifier: MIT */
#include "qemu_extras.h"

#include <prlsdk/PrlEnums.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/xml.h"
#include "qemu_args.h"
#include "qemu_images.h"
#include "qemu_tpm.h"

#define TAP_CHARACTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-"

static const struct qemu_extra_row *const rows[] = {
    [EXTRA_TPM] = &qemu_tpm_row,
    [EXTRA_SHARE] = &qemu_share_row,
    [EXTRA_TAP] = &qemu_tap_row,
};

/* Each kind has numbers of its own, so that one does not depend on another. */
static int
number_of(enum qemu_extra_kind kind, unsigned index)
{
    static const int first[] = {
        [EXTRA_TPM] = QEMU_FD_FIRST_FREE, [EXTRA_SHARE] = QEMU_FD_FIRST_FREE + 1, [EXTRA_TAP] = QEMU_FD_FIRST_FREE + 1 + SHARES_MAX
    };

    return first[kind] + (int)index;
}

/* ---- small things ---- */

void
qemu_notes_add(qemu_notes *notes, const char *fmt, ...)
{
    char text[600];
    va_list ap;
    char *copy;

    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    copy = str_dup(text);
    if (!copy || !vec_push(notes, copy)) {
        LOG_W("qemu", "%s", text); /* said all the same */
        free(copy);
    }
}

void
qemu_notes_clear(qemu_notes *notes)
{
    for (size_t i = 0; i < notes->len; i++)
        free(notes->p[i]);
    vec_free(notes);
}

char *
qemu_extra_program(const char *env, const char *const *paths, size_t n)
{
    const char *named = secure_getenv(env);

    if (named && named[0])
        return path_is_absolute(named) && access(named, X_OK) == 0 ? str_dup(named) : NULL;
    for (size_t i = 0; i < n; i++)
        if (access(paths[i], X_OK) == 0)
            return str_dup(paths[i]);
    return NULL;
}

const struct qemu_extra *
qemu_extras_find(const struct qemu_extras *extras, enum qemu_extra_kind kind, unsigned index)
{
    for (size_t i = 0; extras && i < extras->len; i++)
        if (extras->p[i].kind == kind && extras->p[i].index == index)
            return &extras->p[i];
    return NULL;
}

static void
extra_clear(struct qemu_extra *x)
{
    cleanup_close(&x->fd);
    cleanup_close(&x->side.pidfd);
    free(x->path);
    free(x->program);
}

void
qemu_extras_close(struct qemu_extras *extras)
{
    for (size_t i = 0; i < extras->len; i++) {
        cleanup_close(&extras->p[i].fd);
        extras->p[i].fd = -1;
    }
}

void
qemu_extras_clear(struct qemu_extras *extras)
{
    for (size_t i = 0; i < extras->len; i++)
        extra_clear(&extras->p[i]);
    vec_free(extras);
}

/* ---- the list ---- */

/* Takes path. */
static PRL_RESULT
add(struct qemu_extras *extras, struct qemu_extra x)
{
    x.fd = -1;
    x.side.pidfd = -1;
    x.number = number_of(x.kind, x.index);
    if (vec_push(extras, x))
        return PRL_ERR_SUCCESS;
    extra_clear(&x);
    return err_set(PRL_ERR_OUT_OF_MEMORY, "list of descriptors");
}

static PRL_RESULT
list_tpm(xmlNodePtr root, const char *home, struct qemu_extras *ret)
{
    struct qemu_extra x = { .kind = EXTRA_TPM };

    if (!xml_get_u64(root, "Hardware/TpmChip/Type", 0))
        return PRL_ERR_SUCCESS;
    x.path = path_join(home, TPM_STATE_DIR);
    return x.path ? add(ret, x) : err_set(PRL_ERR_OUT_OF_MEMORY, "path");
}

/* virtiofs carries 35 bytes of name; a folder without one, or without a path of the host, is no folder. */
static bool
is_folder(xmlNodePtr f)
{
    AUTO(cleanup_free) char *name = xml_get(f, "Name");
    AUTO(cleanup_free) char *path = xml_get(f, "Path");

    return xml_get_u64(f, "Enabled", 1) && name && name[0] && strlen(name) <= 35 && str_is_xml_text(name, strlen(name)) && path &&
           path_is_absolute(path) && path_is_clean(path);
}

static xmlNodePtr
first_folder(xmlNodePtr sharing)
{
    return xml_child(sharing, "SharedFolder");
}

/* Where it was put while the machine ran; else by its number in the list, or what is free. */
void
qemu_share_places(xmlNodePtr sharing, xmlNodePtr nodes[SHARES_MAX])
{
    unsigned number = 0;

    memset(nodes, 0, SHARES_MAX * sizeof nodes[0]);
    for (xmlNodePtr f = first_folder(sharing); f; f = xml_next(f)) {
        uint64_t place = xml_get_u64(f, "Place", SHARES_MAX);

        if (place < SHARES_MAX && is_folder(f) && !nodes[place])
            nodes[place] = f;
    }
    for (xmlNodePtr f = first_folder(sharing); f; f = xml_next(f), number++) {
        uint64_t place = xml_get_u64(f, "Place", SHARES_MAX);

        if (!is_folder(f) || (place < SHARES_MAX && nodes[place] == f))
            continue;
        place = number < SHARES_MAX && !nodes[number] ? number : 0;
        while (place < SHARES_MAX && nodes[place])
            place++;
        if (place < SHARES_MAX)
            nodes[place] = f;
    }
}

static PRL_RESULT
list_share(xmlNodePtr f, unsigned index, struct qemu_extras *ret)
{
    struct qemu_extra x = { .kind = EXTRA_SHARE, .index = index };
    AUTO(cleanup_free) char *name = xml_get(f, "Name");

    for (size_t i = 0; i < ret->len; i++)
        if (ret->p[i].kind == EXTRA_SHARE && str_eq(ret->p[i].name, name))
            return err_set(PRL_ERR_VMCONF_SHARED_FOLDERS_DUPLICATE_FOLDER_NAME, "two shared folders are '%s'", name);
    x.path = xml_get(f, "Path");
    if (!name || !x.path) {
        free(x.path);
        return err_set(PRL_ERR_OUT_OF_MEMORY, "shared folder");
    }
    snprintf(x.name, sizeof x.name, "%s", name);
    x.is_read_only = xml_get_u64(f, "ReadOnly", 0) != 0;
    x.port = (unsigned)xml_get_u64(f, "PciPort", UINT32_MAX);
    qemu_share_id(index, x.path, x.is_read_only, x.id);
    return add(ret, x);
}

static PRL_RESULT
list_shares(xmlNodePtr root, struct qemu_extras *ret)
{
    xmlNodePtr sharing = xml_find(root, "Settings/Tools/SharedFolders/HostSharing"), nodes[SHARES_MAX];
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    if (!sharing || !xml_get_u64(sharing, "Enabled", 0) || xml_get_u64(root, "Settings/Tools/IsolatedVm", 0))
        return PRL_ERR_SUCCESS;
    qemu_share_places(sharing, nodes);
    for (unsigned i = 0; PRL_SUCCEEDED(rc) && i < SHARES_MAX; i++)
        if (nodes[i])
            rc = list_share(nodes[i], i, ret);
    return rc;
}

/* "vme" and the MAC, as the products call them; 15 characters are all that Linux takes. */
static void
name_tap(xmlNodePtr dev, char out[EXTRA_NAME])
{
    AUTO(cleanup_free) char *name = xml_get(dev, "HostInterfaceName");
    AUTO(cleanup_free) char *mac = xml_get(dev, "MAC");
    size_t n = 3;

    if (name && name[0] && strlen(name) < 16 && strspn(name, TAP_CHARACTERS) == strlen(name)) {
        snprintf(out, EXTRA_NAME, "%s", name);
        return;
    }
    snprintf(out, EXTRA_NAME, "vme");
    for (const char *p = mac; p && *p && n < 15; p++)
        if (strchr("0123456789ABCDEFabcdef", *p))
            out[n++] = (char)(*p >= 'A' && *p <= 'F' ? *p + 32 : *p);
    out[n] = '\0';
    if (n == 3)
        snprintf(out, EXTRA_NAME, "vme%%d"); /* the kernel counts */
}

/* Adapters on a network of the host's, in path until qemu_extras_check has found the bridge. */
static PRL_RESULT
list_taps(xmlNodePtr root, struct qemu_extras *ret)
{
    xmlNodePtr hw = xml_child(root, "Hardware");

    for (xmlNodePtr dev = hw ? xml_child(hw, "NetworkAdapter") : NULL; dev; dev = xml_next(dev)) {
        uint64_t kind = xml_get_u64(dev, "EmulatedType", PNA_BRIDGED_NETWORK), index = xml_get_u64(dev, "Index", 0);
        struct qemu_extra x = { .kind = EXTRA_TAP, .index = (unsigned)index };
        AUTO(cleanup_free) char *network = xml_get(dev, "VirtualNetworkID");
        PRL_RESULT rc;

        if (!qemu_device_is_on(dev) || !xml_get_u64(dev, "Connected", 1) || index >= 8 || qemu_extras_find(ret, EXTRA_TAP, x.index) ||
            (kind != PNA_BRIDGED_NETWORK && kind != PNA_BRIDGE && kind != PNA_ROUTED))
            continue;
        x.is_optional = kind == PNA_BRIDGED_NETWORK;
        name_tap(dev, x.name);
        x.path = network ? TAKE(network) : str_dup("");
        rc = x.path ? add(ret, x) : err_set(PRL_ERR_OUT_OF_MEMORY, "network");
        if (PRL_FAILED(rc))
            return rc;
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_extras_list(xmlDocPtr doc, const char *home, struct qemu_extras *ret)
{
    xmlNodePtr root = xmlDocGetRootElement(doc);
    struct qemu_extras extras = { 0 };
    PRL_RESULT rc = list_tpm(root, home, &extras);

    if (PRL_SUCCEEDED(rc))
        rc = list_shares(root, &extras);
    if (PRL_SUCCEEDED(rc))
        rc = list_taps(root, &extras);
    if (PRL_FAILED(rc))
        qemu_extras_clear(&extras);
    else
        *ret = extras;
    return rc;
}

/* ---- the host ---- */

PRL_RESULT
qemu_extras_check(struct qemu_extras *extras, qemu_notes *notes)
{
    for (size_t i = 0; i < extras->len;) {
        bool is_dropped = false;
        PRL_RESULT rc = rows[extras->p[i].kind]->check(&extras->p[i], notes, &is_dropped);

        if (PRL_FAILED(rc))
            return rc;
        if (!is_dropped) {
            i++;
            continue;
        }
        extra_clear(&extras->p[i]);
        vec_remove(extras, i);
    }
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
qemu_extras_open(struct qemu_extras *extras, const char *home, const char *run_dir)
{
    for (size_t i = 0; i < extras->len; i++) {
        PRL_RESULT rc = rows[extras->p[i].kind]->open(&extras->p[i], home, run_dir);

        if (PRL_FAILED(rc)) {
            AUTO(err_free) struct err *e = err_take(rc);

            qemu_extras_close(extras);
            for (size_t k = 0; k < i; k++)
                qemu_side_end(&extras->p[k].side, 0);
            return e ? err_put(e) : rc;
        }
    }
    return PRL_ERR_SUCCESS;
}
