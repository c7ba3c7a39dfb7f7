/* SPDX-License-Identifier: MIT */
/* The places where distributions keep OVMF. */
#include "qemu_firmware.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/err.h"
#include "base/path.h"
#include "base/xml.h"
#include "qemu_images.h"

#define VARS_MAX (16u << 20)

static const struct {
    const char *code, *vars;
} places[] = {
    { "/usr/share/OVMF/OVMF_CODE_4M.fd", "/usr/share/OVMF/OVMF_VARS_4M.fd" },
    { "/usr/share/edk2/x64/OVMF_CODE.4m.fd", "/usr/share/edk2/x64/OVMF_VARS.4m.fd" },
    { "/usr/share/edk2/ovmf/OVMF_CODE.fd", "/usr/share/edk2/ovmf/OVMF_VARS.fd" },
};

bool
qemu_firmware_is_wanted(xmlDocPtr doc)
{
    return xml_get_u64(xmlDocGetRootElement(doc), "Settings/Startup/Bios/EfiEnabled", 0) != 0;
}

PRL_RESULT
qemu_firmware_find(xmlDocPtr doc, const char *home, const char **ret_code, char **ret_vars)
{
    AUTO(cleanup_free) char *name = xml_get(xmlDocGetRootElement(doc), "Settings/Startup/Bios/NVRAM");
    AUTO(cleanup_free) char *vars = NULL;
    size_t i = 0;
    PRL_RESULT rc = qemu_image_path(home, name && name[0] ? name : EFI_VARS_FILE, &vars);

    if (PRL_FAILED(rc))
        return rc;
    while (i < ARRAY_LEN(places) && !(path_exists(places[i].code) && path_exists(places[i].vars)))
        i++;
    if (i == ARRAY_LEN(places))
        return err_set(PRL_ERR_VM_START_FAILED, "the VM wants EFI, and this host has no EFI firmware for QEMU (Debian: ovmf)");
    if (!path_exists(vars)) {
        AUTO(cleanup_free) char *data = NULL;
        size_t len;
        int r = path_read(places[i].vars, VARS_MAX, &data, &len);

        if (r == 0)
            r = path_write_durable(vars, data, len);
        if (r < 0)
            return err_errno(PRL_ERR_VM_START_FAILED, -r, "EFI variables '%s'", vars);
    }
    *ret_code = places[i].code;
    *ret_vars = TAKE(vars);
    return PRL_ERR_SUCCESS;
}
