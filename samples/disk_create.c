/* SPDX-License-Identifier: MIT */
/*
 * disk_create PATH MIB [expanding|plain|qcow2] [FILE]: makes a virtual disk in the background, following its progress, and fills it with the contents of
 * FILE (default: standard input). No service is needed.
 */
#include "sample.h"

#define BLOCK (1024 * 1024)
#define SECTOR 512

static PRL_BOOL PRL_CALL
on_progress(PRL_INT32 iComplete, PRL_INT32 iTotal, PRL_VOID_PTR pParam)
{
    (void)pParam;
    if (iComplete == PRL_DISK_PROGRESS_COMPLETED)
        fprintf(stderr, "\rmade    \n"); /* or not: PrlDisk_WaitForCompletion says */
    else
        fprintf(stderr, "\r%3d %%", iComplete * 100 / iTotal);
    return PRL_TRUE; /* PRL_FALSE would cancel it and remove what is there */
}

static PRL_RESULT
create(PRL_HANDLE *phDisk, const char *szPath, PRL_UINT64 nMib, const char *szType)
{
    PRL_IMAGE_PARAMETERS image;
    PRL_DISK_PARAMETERS params;
    PRL_RESULT ret;

    memset(&image, 0, sizeof image);
    memset(&params, 0, sizeof params);
    image.Type = strcmp(szType, "plain") == 0 ? PRL_IMAGE_PLAIN : strcmp(szType, "qcow2") == 0 ? PRL_IMAGE_TRY_GUESS : PRL_IMAGE_COMPRESSED;
    params.m_SizeInSectors = nMib * BLOCK / SECTOR;
    params.m_Parts = 1;
    params.m_Storages = &image;
    ret = PrlDisk_CreateDisk_Local(phDisk, szPath, &params, on_progress, NULL);
    if (PRL_FAILED(ret))
        return ret;
    ret = PrlDisk_WaitForCompletion(*phDisk);
    if (PRL_FAILED(ret))
        PrlDisk_Free(*phDisk);
    return ret;
}

static PRL_RESULT
fill(PRL_HANDLE hDisk, FILE *in)
{
    static char block[BLOCK];
    PRL_UINT64 nSector = 0;
    PRL_RESULT ret = PRL_ERR_SUCCESS;
    size_t n;

    while (PRL_SUCCEEDED(ret) && (n = fread(block, 1, sizeof block, in)) > 0) {
        size_t nWhole = (n + SECTOR - 1) / SECTOR * SECTOR; /* transfers are whole sectors */

        memset(block + n, 0, nWhole - n);
        ret = PrlDisk_Write(hDisk, block, (PRL_UINT32)nWhole, nSector);
        nSector += nWhole / SECTOR;
    }
    /* Written is not durable yet. */
    return PRL_FAILED(ret) ? ret : PrlDisk_FlushCache(hDisk);
}

int
main(int argc, char **argv)
{
    PRL_HANDLE hDisk;
    PRL_RESULT ret;
    FILE *in = argc > 4 ? fopen(argv[4], "rb") : stdin;

    if (argc < 3 || !in) {
        fprintf(stderr, "usage: disk_create PATH MIB [expanding|plain|qcow2] [FILE]\n");
        return 3;
    }
    ret = create(&hDisk, argv[1], strtoull(argv[2], NULL, 10), argc > 3 ? argv[3] : "expanding");
    if (PRL_SUCCEEDED(ret)) {
        ret = fill(hDisk, in);
        PrlDisk_Free(hDisk);
    }
    if (PRL_FAILED(ret)) {
        fprintf(stderr, "'%s': %s\n", argv[1], prl_result_to_string(ret));
        return 1;
    }
    return 0;
}
