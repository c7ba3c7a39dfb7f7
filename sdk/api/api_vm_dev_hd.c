/* SPDX-License-Identifier: MIT */
/* PrlVmDevHd_, PrlVmDevHdPart_, PrlVmDevHdEncryption_: hard disks. */
#include <stdlib.h>

#include "base/xml.h"
#include "rows.h"
#include "vm_dev_hd.def"

PRL_METHOD(PrlVmDevHd_AddPartition)(PRL_HANDLE hVmDev, PRL_HANDLE_PTR phPartition)
{
    ENTER();
    RESOLVE(struct config_obj, disk, hVmDev, PHT_VIRTUAL_DEV_HARD_DISK);
    REQUIRE(phPartition);
    unsigned position = 0;
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(disk, &node);

    if (PRL_FAILED(r))
        return r;
    for (xmlNodePtr n = xml_child(node, "Partition"); n; n = xml_next(n))
        position++;
    const bool is_done = xmlNewChild(node, NULL, (const xmlChar *)"Partition", NULL) != NULL;
    config_obj_unlock(disk, true);
    if (!is_done)
        return PRL_ERR_OUT_OF_MEMORY;
    return row_give((struct object *)config_obj_part(PHT_VIRTUAL_DEV_HD_PARTITION, disk,
                                                     PART_LIST_ITEM, "Partition", 0, position,
                                                     NULL),
                    phPartition);
}

PRL_METHOD(PrlVmDevHdPart_Remove)(PRL_HANDLE hPartition)
{
    ENTER();
    RESOLVE(struct config_obj, partition, hPartition, PHT_VIRTUAL_DEV_HD_PARTITION);
    return config_obj_remove(partition);
}

/* ---- encryption: an object of its own, laid out as a config_obj over a small document ---- */

static void
encryption_destroy(struct object *obj)
{
    config_obj_release((struct config_obj *)obj);
    free(obj);
}

static const struct object_class encryption_class = {
    .type = PHT_VIRTUAL_DISK_ENCRYPTION,
    .destroy = encryption_destroy,
    .to_text = config_obj_to_text,
    .from_text = config_obj_from_text,
};

/* d is borrowed; NULL: no memory. */
static struct object *
encryption_new(struct doc *d)
{
    struct config_obj *o = d ? calloc(1, sizeof *o) : NULL;

    if (o)
        config_obj_init(o, &encryption_class, d, NULL);
    return (struct object *)o;
}

/* A copy: a disk without encryption gives an empty one, to be filled and given to SetEncryption. */
PRL_METHOD(PrlVmDevHd_GetEncryption)(PRL_HANDLE hVmDev, PRL_HANDLE_PTR phEncryption)
{
    ENTER();
    RESOLVE(struct config_obj, disk, hVmDev, PHT_VIRTUAL_DEV_HARD_DISK);
    REQUIRE(phEncryption);
    xmlNodePtr node, encryption;
    PRL_RESULT r = config_obj_lock(disk, &node);

    if (PRL_FAILED(r))
        return r;
    encryption = xml_child(node, "Encryption");
    AUTO(doc_unref)
    struct doc *copy = row_copy_tree(PHT_VIRTUAL_DISK_ENCRYPTION, encryption, "Encryption");
    config_obj_unlock(disk, false);
    return row_give(encryption_new(copy), phEncryption);
}

static const struct field key_id = { "KeyId", FIELD_IS_TEXT };

PRL_METHOD(PrlVmDevHd_SetEncryption)(PRL_HANDLE hVmDev, PRL_HANDLE hEncryption)
{
    ENTER();
    RESOLVE(struct config_obj, disk, hVmDev, PHT_VIRTUAL_DEV_HARD_DISK);
    RESOLVE(struct config_obj, encryption, hEncryption, PHT_VIRTUAL_DISK_ENCRYPTION);
    AUTO(cleanup_free) char *key = NULL;
    xmlNodePtr node;
    PRL_RESULT r = config_obj_lock(encryption, &node);

    if (PRL_FAILED(r))
        return r;
    key = field_get_text(node, &key_id);
    config_obj_unlock(encryption, false);
    if (!key)
        return PRL_ERR_OUT_OF_MEMORY;

    r = config_obj_lock(disk, &node);
    if (PRL_FAILED(r))
        return r;
    if (*key)
        r = xml_set(node, "Encryption/KeyId", key) ? PRL_ERR_SUCCESS : PRL_ERR_OUT_OF_MEMORY;
    else
        xml_remove(xml_child(node, "Encryption"));
    config_obj_unlock(disk, true);
    return r;
}
