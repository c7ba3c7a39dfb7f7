/* SPDX-License-Identifier: MIT */
/*
 * struct descriptor to XML. The document it came from is changed where the struct says something else and keeps everything else: elements
 * that we do not know, comments, order. A new one gets what the products write.
 */
#include <stdlib.h>
#include <string.h>

#include "base/xml.h"
#include "image/descriptor_inside.h"

#define ROOT "Parallels_disk_image"

static bool
is_named(xmlNodePtr n, const char *name)
{
    return n->type == XML_ELEMENT_NODE && strcmp((const char *)n->name, name) == 0;
}

static xmlNodePtr
add_element(xmlNodePtr parent, const char *name)
{
    xmlNodePtr node = xmlNewDocNode(parent->doc, NULL, (const xmlChar *)name, NULL);

    if (node && !xmlAddChild(parent, node)) {
        xmlFreeNode(node);
        node = NULL;
    }
    return node;
}

/* ---- what only a new one gets ---- */

static bool
fill_new(xmlNodePtr root)
{
    static const struct {
        const char *path, *text;
    } fixed[] = {
        { "Disk_Parameters/Disk_size", "" }, /* these first, in the order that the products have */
        { "Disk_Parameters/Cylinders", "" },
        { "Disk_Parameters/PhysicalSectorSize", "" },
        { "Disk_Parameters/LogicSectorSize", "" },
        { "Disk_Parameters/Heads", "" },
        { "Disk_Parameters/Sectors", "" },
        { "Disk_Parameters/Padding", "0" },
        { "Disk_Parameters/Encryption/Engine", UUID_NIL },
        { "Disk_Parameters/Encryption/Data", "" },
        { "Disk_Parameters/UID", "" },
        { "Disk_Parameters/Name", "" },
        { "Disk_Parameters/Miscellaneous/CompatLevel", "level2" },
        { "Disk_Parameters/Miscellaneous/Bootable", "1" },
        { "Disk_Parameters/Miscellaneous/SuspendState", "0" },
        { "StorageData", "" },
        { "Snapshots/TopGUID", "" },
    };

    for (size_t i = 0; i < ARRAY_LEN(fixed); i++)
        if (!xml_set(root, fixed[i].path, fixed[i].text))
            return false;
    return true;
}

static bool
make_document(struct descriptor *d)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = xmlNewDoc((const xmlChar *)"1.0");
    xmlNodePtr root = doc ? xmlNewDocNode(doc, NULL, (const xmlChar *)ROOT, NULL) : NULL;

    if (!root)
        return false;
    xmlDocSetRootElement(doc, root);
    if (!fill_new(root))
        return false;
    d->document = TAKE(doc);
    return true;
}

/* ---- lists: each item knows its element; elements that no item knows go ---- */

/* The item's element, marked as known; made if it has none. */
static xmlNodePtr
keep(xmlNodePtr parent, const char *name, void **node)
{
    if (!*node)
        *node = add_element(parent, name);
    if (*node)
        ((xmlNodePtr)*node)->_private = *node;
    return *node;
}

static void
sweep(xmlNodePtr parent, const char *name)
{
    xmlNodePtr next;

    for (xmlNodePtr n = parent->children; n; n = next) {
        next = n->next;
        if (!is_named(n, name))
            continue;
        if (n->_private)
            n->_private = NULL;
        else
            xml_remove(n);
    }
}

/* BlockSize becomes Blocksize; of both, one. */
static bool
put_cluster(xmlNodePtr storage, uint32_t sectors)
{
    xmlNodePtr other = xml_child(storage, "BlockSize");

    if (other && xml_child(storage, "Blocksize"))
        xml_remove(other);
    else if (other)
        xmlNodeSetName(other, (const xmlChar *)"Blocksize");
    return xml_set_u64(storage, "Blocksize", sectors);
}

static bool
put_image(xmlNodePtr storage, struct descriptor_image *image)
{
    xmlNodePtr n = keep(storage, "Image", &image->node);

    return n && xml_set(n, "GUID", image->guid) && xml_set(n, "Type", image->is_plain ? "Plain" : "Compressed")
           && xml_set(n, "File", image->file);
}

static bool
put_storage(xmlNodePtr data, struct descriptor_storage *s)
{
    xmlNodePtr n = keep(data, "Storage", &s->node);

    if (!n || !xml_set_u64(n, "Start", s->start_sector) || !xml_set_u64(n, "End", s->end_sector) || !put_cluster(n, s->cluster_sectors))
        return false;
    if ((s->is_preallocated || xml_child(n, "Preallocated")) && !xml_set_u64(n, "Preallocated", s->is_preallocated))
        return false;
    for (int i = 0; i < s->n_images; i++)
        if (!put_image(n, &s->images[i]))
            return false;
    sweep(n, "Image");
    return true;
}

static bool
put_storages(xmlNodePtr root, struct descriptor *d)
{
    xmlNodePtr data = xml_make(root, "StorageData");

    for (int i = 0; i < d->n_storages; i++)
        if (!data || !put_storage(data, &d->storages[i]))
            return false;
    sweep(data, "Storage");
    return true;
}

static bool
put_shots(xmlNodePtr root, struct descriptor *d)
{
    xmlNodePtr snapshots = xml_make(root, "Snapshots");

    if (!snapshots || !xml_set(snapshots, "TopGUID", d->active))
        return false;
    for (int i = 0; i < d->n_shots; i++) {
        struct descriptor_shot *shot = &d->shots[i];
        xmlNodePtr n = keep(snapshots, "Shot", &shot->node);

        if (!n || !xml_set(n, "GUID", shot->guid) || !xml_set(n, "ParentGUID", shot->parent))
            return false;
    }
    sweep(snapshots, "Shot");
    return true;
}

/* ---- Disk_Parameters ---- */

static bool
put_merge_note(xmlNodePtr params, const struct descriptor *d)
{
    if (strcmp(d->merging, UUID_NIL) != 0)
        return xml_set(params, "Miscellaneous/" DESCRIPTOR_MERGE_NOTE, d->merging);
    xml_remove(xml_find(params, "Miscellaneous/" DESCRIPTOR_MERGE_NOTE));
    return true;
}

static bool
put_parameters(xmlNodePtr root, const struct descriptor *d)
{
    xmlNodePtr params = xml_make(root, "Disk_Parameters");

    if (!params)
        return false;
    if ((strcmp(d->uid, UUID_NIL) != 0 || xml_child(params, "UID")) && !xml_set(params, "UID", d->uid))
        return false;
    if ((d->name || xml_child(params, "Name")) && !xml_set(params, "Name", d->name))
        return false;
    return xml_set_u64(params, "Disk_size", d->size_sectors) && xml_set_u64(params, "Cylinders", d->cylinders)
           && xml_set_u64(params, "PhysicalSectorSize", d->physical_sector_bytes)
           && xml_set_u64(params, "LogicSectorSize", d->logical_sector_bytes) && xml_set_u64(params, "Heads", d->heads)
           && xml_set_u64(params, "Sectors", d->sectors) && put_merge_note(params, d);
}

char *
descriptor_text(struct descriptor *d, size_t *ret_len)
{
    xmlNodePtr root;

    if (!d->document && !make_document(d))
        return NULL;
    root = xmlDocGetRootElement(d->document);
    xmlNodeSetName(root, (const xmlChar *)ROOT);
    if (!xmlSetProp(root, (const xmlChar *)"Version", (const xmlChar *)"1.0"))
        return NULL;
    if (!put_parameters(root, d) || !put_storages(root, d) || !put_shots(root, d))
        return NULL;
    return xml_text(d->document, ret_len);
}
