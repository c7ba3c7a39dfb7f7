/* SPDX-License-Identifier: MIT */
/*
 * disk_read_offset PATH OFFSET [BYTES]: writes what a disk holds from byte OFFSET on to standard output. An open policy moves the start of the disk there,
 * for example to a partition, so that whoever reads it needs to know nothing of the rest.
 */
#include "sample.h"

#define BLOCK (1024 * 1024)
#define SECTOR 512

static PRL_RESULT
open_at(const char *szPath, PRL_UINT64 nOffset, PRL_HANDLE *phDisk)
{
    PRL_HANDLE hPolicy, hList;
    PRL_RESULT ret = PrlDiskOpenPolicy_CreateOffset(&hPolicy, nOffset);

    if (PRL_FAILED(ret))
        return ret;
    ret = PrlApi_CreateHandlesList(&hList);
    if (PRL_SUCCEEDED(ret)) {
        ret = PrlHndlList_AddItem(hList, hPolicy);
        if (PRL_SUCCEEDED(ret))
            ret = PrlDisk_OpenDisk_Local(phDisk, szPath, PRL_DISK_READ, hList);
        PrlHandle_Free(hList);
    }
    PrlHandle_Free(hPolicy);
    return ret;
}

/* The disk as it looks through the policy: shorter by the offset. */
static PRL_RESULT
size_in_sectors(PRL_HANDLE hDisk, PRL_UINT64 *pnSectors)
{
    PRL_UINT32 nSize = 0;
    PRL_RESULT ret = PrlDisk_GetDiskInfo(hDisk, NULL, &nSize);
    PRL_DISK_PARAMETERS_PTR pInfo = PRL_SUCCEEDED(ret) ? malloc(nSize) : NULL;

    if (!pInfo)
        return PRL_FAILED(ret) ? ret : PRL_ERR_OUT_OF_MEMORY;
    ret = PrlDisk_GetDiskInfo(hDisk, pInfo, &nSize);
    if (PRL_SUCCEEDED(ret))
        *pnSectors = pInfo->m_SizeInSectors;
    free(pInfo);
    return ret;
}

static PRL_RESULT
copy_out(PRL_HANDLE hDisk, PRL_UINT64 nBytes)
{
    static char block[BLOCK];
    PRL_UINT64 nSectors = 0, nAt = 0;
    PRL_RESULT ret = size_in_sectors(hDisk, &nSectors);

    while (PRL_SUCCEEDED(ret) && nAt < nSectors && nBytes) {
        PRL_UINT64 nLeft = (nSectors - nAt) * SECTOR;
        PRL_UINT32 n = nLeft < BLOCK ? (PRL_UINT32)nLeft : BLOCK;
        PRL_UINT64 nWanted = nBytes < n ? nBytes : n;

        ret = PrlDisk_Read(hDisk, block, n, nAt);
        if (PRL_SUCCEEDED(ret) && fwrite(block, 1, (size_t)nWanted, stdout) != nWanted)
            ret = PRL_ERR_FILE_WRITE_ERROR;
        nAt += n / SECTOR;
        nBytes -= nWanted;
    }
    return ret;
}

int
main(int argc, char **argv)
{
    PRL_HANDLE hDisk;
    PRL_RESULT ret;

    if (argc < 3) {
        fprintf(stderr, "usage: disk_read_offset PATH OFFSET [BYTES]\n");
        return 3;
    }
    PrlApi_Init(VIRTUOZZO_API_VER); /* lists of handles need it, disks do not */
    ret = open_at(argv[1], strtoull(argv[2], NULL, 0), &hDisk);
    if (PRL_SUCCEEDED(ret)) {
        ret = copy_out(hDisk, argc > 3 ? strtoull(argv[3], NULL, 0) : (PRL_UINT64)-1);
        PrlDisk_Free(hDisk);
    }
    PrlApi_Deinit();
    if (PRL_FAILED(ret)) {
        fprintf(stderr, "'%s': %s\n", argv[1], prl_result_to_string(ret));
        return 1;
    }
    return 0;
}
