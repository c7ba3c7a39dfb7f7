/* SPDX-License-Identifier: MIT */
/*
 * disk_copy_changed DISK COPY [UUID]: brings COPY (a raw file, made if it is not there) up to date with DISK. With the UUID of a point in time at which the
 * two were equal only blocks changed since are copied; without one, or where nothing is known of it, the blocks in use, and the rest is made
 * zeros. DISK is any path or nbd:// address that PrlDisk_OpenDisk_Local takes.
 */
#include <fcntl.h>
#include <unistd.h>

#include "sample.h"

#define SECTOR 512

struct map {
    PRL_UINT32 nBits, nGranularity, nBytes;
    unsigned char *pBits;
};

/* sUuid NULL: blocks in use. */
static PRL_RESULT
load_map(PRL_HANDLE hDisk, const char *sUuid, struct map *pMap)
{
    PRL_HANDLE hMap;
    PRL_RESULT ret = PrlDisk_GetChangesMap_Local(hDisk, sUuid, NULL, &hMap);

    if (PRL_FAILED(ret))
        return ret;
    memset(pMap, 0, sizeof *pMap);
    PrlDiskMap_GetSize(hMap, &pMap->nBits);
    PrlDiskMap_GetGranularity(hMap, &pMap->nGranularity);
    ret = PrlDiskMap_Read(hMap, NULL, &pMap->nBytes);
    if (PRL_SUCCEEDED(ret))
        pMap->pBits = calloc(1, pMap->nBytes + 1);
    if (PRL_SUCCEEDED(ret))
        ret = pMap->pBits ? PrlDiskMap_Read(hMap, pMap->pBits, &pMap->nBytes) : PRL_ERR_OUT_OF_MEMORY;
    PrlHandle_Free(hMap);
    return ret;
}

static PRL_RESULT
size_in_bytes(PRL_HANDLE hDisk, PRL_UINT64 *pnBytes)
{
    PRL_UINT32 nSize = 0;
    PRL_RESULT ret = PrlDisk_GetDiskInfo(hDisk, NULL, &nSize);
    PRL_DISK_PARAMETERS_PTR pInfo = PRL_SUCCEEDED(ret) ? malloc(nSize) : NULL;

    if (!pInfo)
        return PRL_FAILED(ret) ? ret : PRL_ERR_OUT_OF_MEMORY;
    ret = PrlDisk_GetDiskInfo(hDisk, pInfo, &nSize);
    if (PRL_SUCCEEDED(ret))
        *pnBytes = pInfo->m_SizeInSectors * SECTOR;
    free(pInfo);
    return ret;
}

static PRL_RESULT
copy_block(PRL_HANDLE hDisk, int fd, PRL_UINT64 nAt, PRL_UINT32 n, char *pBuf)
{
    PRL_RESULT ret = PrlDisk_Read(hDisk, pBuf, n, nAt / SECTOR);

    if (PRL_FAILED(ret))
        return ret;
    return pwrite(fd, pBuf, n, (off_t)nAt) == (ssize_t)n ? PRL_ERR_SUCCESS : PRL_ERR_FILE_WRITE_ERROR;
}

static PRL_RESULT
copy(PRL_HANDLE hDisk, int fd, const struct map *pMap)
{
    char *pBuf = malloc(pMap->nGranularity);
    PRL_UINT64 nSize = 0, nCopied = 0;
    PRL_RESULT ret = pBuf ? size_in_bytes(hDisk, &nSize) : PRL_ERR_OUT_OF_MEMORY;
    PRL_UINT32 i;

    if (PRL_SUCCEEDED(ret) && ftruncate(fd, (off_t)nSize) < 0)
        ret = PRL_ERR_FILE_WRITE_ERROR;
    for (i = 0; PRL_SUCCEEDED(ret) && i < pMap->nBits; i++) {
        PRL_UINT64 nAt = (PRL_UINT64)i * pMap->nGranularity;
        PRL_UINT32 n = nSize - nAt < pMap->nGranularity ? (PRL_UINT32)(nSize - nAt) : pMap->nGranularity; /* the last one */

        if (!(pMap->pBits[i / 8] >> i % 8 & 1))
            continue;
        ret = copy_block(hDisk, fd, nAt, n, pBuf);
        nCopied += n;
    }
    free(pBuf);
    if (PRL_SUCCEEDED(ret) && fsync(fd) < 0)
        ret = PRL_ERR_FILE_WRITE_ERROR;
    if (PRL_SUCCEEDED(ret))
        printf("copied %llu of %llu bytes\n", (unsigned long long)nCopied, (unsigned long long)nSize);
    return ret;
}

int
main(int argc, char **argv)
{
    PRL_HANDLE hDisk;
    struct map map = { 0, 0, 0, NULL };
    PRL_RESULT ret;
    int fd;

    if (argc < 3) {
        fprintf(stderr, "usage: disk_copy_changed DISK COPY [UUID]\n");
        return 3;
    }
    ret = PrlDisk_OpenDisk_Local(&hDisk, argv[1], PRL_DISK_READ, PRL_INVALID_HANDLE);
    if (PRL_FAILED(ret)) {
        fprintf(stderr, "'%s': %s\n", argv[1], prl_result_to_string(ret));
        return 1;
    }
    fd = open(argv[2], O_WRONLY | O_CREAT, 0600);
    ret = PRL_ERR_NO_DATA;
    if (argc > 3)
        ret = load_map(hDisk, argv[3], &map);
    if (ret == PRL_ERR_NO_DATA && fd >= 0 && ftruncate(fd, 0) == 0) /* nothing of the old copy is good then */
        ret = load_map(hDisk, NULL, &map);
    if (PRL_SUCCEEDED(ret))
        ret = fd >= 0 ? copy(hDisk, fd, &map) : PRL_ERR_FILE_WRITE_ERROR;
    free(map.pBits);
    if (fd >= 0)
        close(fd);
    PrlDisk_Free(hDisk);
    if (PRL_FAILED(ret)) {
        fprintf(stderr, "'%s': %s\n", argv[2], prl_result_to_string(ret));
        return 1;
    }
    return 0;
}
