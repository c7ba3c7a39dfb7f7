/* SPDX-License-Identifier: MIT */
/* The defining document, kept in the machine's home: only what a configuration cannot express is ever taken from it. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/path.h"
#include "virt_xml.h"

#define KEPT_FILE "libvirt.xml"
#define KEPT_MAX (4 << 20)

static char *
kept_path(PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *config = virt_text(PrlVmCfg_GetHomePath, vm);
    AUTO(cleanup_free) char *home = config && config[0] ? path_dirname(config) : NULL;

    return home ? path_join(home, KEPT_FILE) : NULL;
}

xmlDocPtr
virt_kept(PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *path = kept_path(vm);
    AUTO(cleanup_free) char *text = NULL;
    size_t len;

    if (!path || path_read(path, KEPT_MAX, &text, &len) < 0)
        return NULL;
    xml_init();
    return xml_parse(text, len, NULL);
}

bool
virt_xml_keep(virConnectPtr conn, const struct virt_xml *x, PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *path = kept_path(vm);
    size_t len = 0;
    AUTO(cleanup_free) char *text = xml_text(x->doc, &len);
    int err = path && text ? path_write_durable(path, text, len) : -ENOMEM;

    if (err < 0)
        virt_raise(conn, NULL, VIR_FROM_XML, VIR_ERR_WRITE_FAILED, path, "the document of '%s' could not be kept: %s", x->name, strerror(-err));
    return err == 0;
}
