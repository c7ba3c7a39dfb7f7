/* SPDX-License-Identifier: MIT */
/* PrlDisk_: virtual disks without a service. They work before PrlApi_Init too. */
#include "rows.h"
#include "disk.def"

PRL_METHOD(PrlDisk_Free)(const PRL_HANDLE Handle)
{
    return row_handle_is(Handle, PHT_VIRTUAL_DISK) ? handle_free(Handle) : PRL_ERR_INVALID_ARG;
}
