/* SPDX-License-Identifier: MIT */
/*
 * Hundreds of documents would have to be parsed to answer; but a text that does not hold the words cannot hold the value, and nearly
 * none does.
 */
#include "neighbours.h"

#include <string.h>

#include "base/str.h"
#include "base/xml.h"
#include "model/text_check.h"
#include "vm_store.h"

typedef bool in_document(xmlDocPtr doc, const char *value);

static bool
is_used(xmlNodePtr device)
{
    return xml_get_u64(device, "Enabled", 0) != 0;
}

static bool
has_address_in(xmlDocPtr doc, const char *address)
{
    for (xmlNodePtr n = vm_model_device_nth(doc, PDE_GENERIC_NETWORK_ADAPTER, 0); n; n = xml_next(n)) {
        for (xmlNodePtr a = is_used(n) ? xml_child(n, "NetAddress") : NULL; a; a = xml_next(a)) {
            AUTO(cleanup_free) char *text = xml_get(a, "");
            char normal[TEXT_NET_ADDRESS];

            if (!text || !text_parse_net_address(text, normal))
                continue;
            normal[strcspn(normal, "/")] = '\0';
            if (strcmp(normal, address) == 0)
                return true;
        }
    }
    return false;
}

static bool
has_pci_device_in(xmlDocPtr doc, const char *name)
{
    for (xmlNodePtr n = vm_model_device_nth(doc, PDE_GENERIC_PCI_DEVICE, 0); n; n = xml_next(n)) {
        AUTO(cleanup_free) char *other = is_used(n) ? xml_get(n, "SystemName") : NULL;

        if (str_eq(other, name))
            return true;
    }
    return false;
}

static bool
is_in(struct vm *vm, const char *value, in_document *look)
{
    AUTO(vm_text_unref) struct vm_text *text = vm_config_ref(vm);
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;

    if (!text || !memmem(text->p, text->len, value, strlen(value)))
        return false;
    return PRL_SUCCEEDED(vm_model_parse(text->p, text->len, &doc)) && look(doc, value);
}

static bool
is_in_any(const char *own_uuid, const char *value, in_document *look)
{
    vm_vec all = { 0 };
    bool found = false;

    if (!vm_store_list(&all))
        return false;
    for (size_t i = 0; !found && i < all.len; i++)
        found = strcmp(all.p[i]->uuid, own_uuid) != 0 && is_in(all.p[i], value, look);
    vm_vec_free(&all);
    return found;
}

static bool
has_address(void *arg, const char *address)
{
    return is_in_any(arg, address, has_address_in);
}

static bool
has_pci_device(void *arg, const char *name)
{
    return is_in_any(arg, name, has_pci_device_in);
}

void
neighbours_of(const char *uuid, struct vm_neighbours *ret)
{
    *ret = (struct vm_neighbours){ .arg = (void *)(uintptr_t)uuid, .has_address = has_address, .has_pci_device = has_pci_device };
}
