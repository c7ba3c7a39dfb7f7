/* SPDX-License-Identifier: MIT */
/* Reading a domain document: is it one, and one that can be honoured? Nothing is changed here. */
#include <stdlib.h>
#include <string.h>

#include "virt_xml.h"

void
virt_xml_free(struct virt_xml *x)
{
    if (!x)
        return;
    if (x->doc)
        xmlFreeDoc(x->doc);
    free(x->name);
    free(x);
}

const char *
virt_xml_name(const struct virt_xml *x)
{
    return x->name;
}

const char *
virt_xml_uuid(const struct virt_xml *x)
{
    return x->uuid[0] ? x->uuid : NULL;
}

bool
virt_xml_is_paused(const struct virt_xml *x)
{
    for (xmlNodePtr at = xmlDocGetRootElement(x->doc); at; at = at->next)
        if (at->type == XML_PI_NODE && strcmp((const char *)at->name, "prlkvm") == 0 && at->content && strcmp((const char *)at->content, "paused") == 0)
            return true;
    return false;
}

static bool
refuse(virConnectPtr conn, int code, const char *element, const char *why)
{
    virt_raise(conn, NULL, VIR_FROM_XML, code, element, "element <%.64s>: %s", element, why);
    return false;
}

static bool
check_type(virConnectPtr conn, xmlNodePtr root)
{
    AUTO(cleanup_free) char *type = virt_attr(root, NULL, "type");
    AUTO(cleanup_free) char *os = xml_get(root, "os/type");
    AUTO(cleanup_free) char *arch = virt_attr(root, "os/type", "arch");

    if (type && strcmp(type, "kvm") != 0 && strcmp(type, "qemu") != 0)
        return refuse(conn, VIR_ERR_NO_SUPPORT, "domain", "its type must be kvm or qemu");
    if (!xml_find(root, "os"))
        return refuse(conn, VIR_ERR_NO_OS, "os", "is required");
    if (!os || strcmp(os, "hvm") != 0)
        return refuse(conn, VIR_ERR_OS_TYPE, "os", "its type must be hvm");
    if (arch && strcmp(arch, "x86_64") != 0 && strcmp(arch, "i686") != 0)
        return refuse(conn, VIR_ERR_NO_SUPPORT, "os", "its architecture must be x86_64 or i686");
    return true;
}

static bool
check_names(virConnectPtr conn, struct virt_xml *x, xmlNodePtr root)
{
    AUTO(cleanup_free) char *uuid = xml_get(root, "uuid");

    x->name = xml_get(root, "name");
    if (!x->name || !x->name[0])
        return refuse(conn, VIR_ERR_NO_NAME, "name", "is required");
    if (uuid && !uuid_parse(uuid, x->uuid))
        return refuse(conn, VIR_ERR_XML_ERROR, "uuid", "is malformed");
    return true;
}

struct virt_xml *
virt_xml_parse(virConnectPtr conn, const char *text)
{
    AUTO(virt_xml_free) struct virt_xml *x = calloc(1, sizeof *x);
    AUTO(cleanup_free) char *why = NULL;
    xmlNodePtr root;

    if (!x) {
        virt_raise(conn, NULL, VIR_FROM_NONE, VIR_ERR_NO_MEMORY, NULL, "out of memory");
        return NULL;
    }
    xml_init();
    x->doc = xml_parse(text, strlen(text), &why);
    root = x->doc ? xmlDocGetRootElement(x->doc) : NULL;
    if (!root || strcmp((const char *)root->name, "domain") != 0) {
        virt_raise(conn, NULL, VIR_FROM_XML, VIR_ERR_XML_ERROR, NULL, "no domain document: %s", why ? why : "its root must be <domain>");
        return NULL;
    }
    return check_names(conn, x, root) && check_type(conn, root) && virt_xml_check(conn, root) ? TAKE(x) : NULL;
}
