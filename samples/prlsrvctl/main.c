/* SPDX-License-Identifier: MIT */
/* prlsrvctl: what the service and its host are, in the lines and the JSON that scripts and other programs read. */
#include "../sample.h"

#include <stdbool.h>

enum { EXIT_USAGE = 3 };

typedef PRL_RESULT (*text_getter)(PRL_HANDLE, PRL_STR, PRL_UINT32_PTR);

/* An allocated copy of a text; "" where there is none. */
static char *
text_of(PRL_HANDLE h, text_getter get)
{
    PRL_UINT32 nLen = 0;
    char *szText = NULL;

    if (h && PRL_SUCCEEDED(get(h, NULL, &nLen)) && nLen && (szText = malloc(nLen)) && PRL_SUCCEEDED(get(h, szText, &nLen)))
        return szText;
    free(szText);
    szText = calloc(1, 1);
    if (!szText)
        abort();
    return szText;
}

/* The first object of the job's result; PRL_INVALID_HANDLE with a message. */
static PRL_HANDLE
object_of(const char *szWhat, PRL_HANDLE hJob)
{
    PRL_HANDLE hResult = PRL_INVALID_HANDLE, hObject = PRL_INVALID_HANDLE;

    if (PRL_SUCCEEDED(sample_wait(szWhat, hJob, &hResult))) {
        PrlResult_GetParam(hResult, &hObject);
        PrlHandle_Free(hResult);
    }
    return hObject;
}

/* ---- output ---- */

static void
print_quoted(const char *szText)
{
    const unsigned char *p;

    putchar('"');
    for (p = (const unsigned char *)szText; *p; p++) {
        if (*p == '"' || *p == '\\')
            printf("\\%c", *p);
        else if (*p < 0x20)
            printf("\\u%04x", *p);
        else
            putchar(*p);
    }
    putchar('"');
}

/* A member of a JSON object; the first one of its object has no comma in front. */
static void
print_member(bool isFirst, unsigned nDepth, const char *szName, const char *szValue)
{
    printf("%s\n%*s", isFirst ? "" : ",", (int)nDepth * 4, "");
    print_quoted(szName);
    printf(": ");
    if (szValue)
        print_quoted(szValue);
    else
        putchar('{');
}

/* ---- info ---- */

static char *
vm_home(PRL_HANDLE hServer)
{
    PRL_HANDLE hUser = object_of("PrlSrv_GetUserProfile", PrlSrv_GetUserProfile(hServer));
    PRL_HANDLE hPrefs = object_of("PrlSrv_GetCommonPrefs", PrlSrv_GetCommonPrefs(hServer));
    char *szHome = text_of(hUser, PrlUsrCfg_GetDefaultVmFolder);

    if (!*szHome) { /* the user has no wish of his own */
        free(szHome);
        szHome = text_of(hPrefs, PrlDispCfg_GetDefaultVmDir);
    }
    PrlHandle_Free(hUser);
    PrlHandle_Free(hPrefs);
    return szHome;
}

static void
print_license(PRL_HANDLE hServer, bool isJson)
{
    PRL_HANDLE hLicense = object_of("PrlSrv_GetLicenseInfo", PrlSrv_GetLicenseInfo(hServer));
    char *szKey = text_of(hLicense, PrlLic_GetLicenseKey);
    PRL_BOOL bValid = PRL_FALSE;
    const char *szState;

    if (hLicense)
        PrlLic_IsValid(hLicense, &bValid);
    szState = bValid ? "valid" : "invalid";
    if (isJson) {
        print_member(false, 1, "License", NULL);
        print_member(true, 2, "state", szState);
        print_member(false, 2, "key", szKey);
        printf("\n    }");
    } else {
        printf("License: state='%s' key='%s'\n", szState, szKey);
    }
    free(szKey);
    PrlHandle_Free(hLicense);
}

static void
print_devices(PRL_HANDLE hConfig, bool isJson)
{
    static const struct {
        const char *szType;
        PRL_RESULT (*count)(PRL_HANDLE, PRL_UINT32_PTR);
        PRL_RESULT (*get)(PRL_HANDLE, PRL_UINT32, PRL_HANDLE_PTR);
    } rows[] = {
        { "hdd", PrlSrvCfg_GetHardDisksCount, PrlSrvCfg_GetHardDisk },
        { "cdrom", PrlSrvCfg_GetOpticalDisksCount, PrlSrvCfg_GetOpticalDisk },
        { "net", PrlSrvCfg_GetNetAdaptersCount, PrlSrvCfg_GetNetAdapter },
        { "serial", PrlSrvCfg_GetSerialPortsCount, PrlSrvCfg_GetSerialPort },
    };
    bool isFirst = true;
    size_t row;

    if (isJson)
        print_member(false, 1, "Hardware info", NULL);
    else
        printf("Hardware info:\n");
    for (row = 0; row < sizeof rows / sizeof *rows; row++) {
        PRL_UINT32 i, nCount = 0;

        rows[row].count(hConfig, &nCount);
        for (i = 0; i < nCount; i++) {
            PRL_HANDLE hDevice = PRL_INVALID_HANDLE;
            char *szName, *szId;

            if (PRL_FAILED(rows[row].get(hConfig, i, &hDevice)))
                continue;
            szName = text_of(hDevice, PrlSrvCfgDev_GetName);
            szId = text_of(hDevice, PrlSrvCfgDev_GetId);
            if (isJson) {
                print_member(isFirst, 2, szId, NULL);
                print_member(true, 3, "name", szName);
                print_member(false, 3, "type", rows[row].szType);
                printf("\n        }");
            } else {
                printf("%8s  %-40s '%s'\n", rows[row].szType, szName, szId);
            }
            isFirst = false;
            free(szName);
            free(szId);
            PrlHandle_Free(hDevice);
        }
    }
    if (isJson)
        printf("\n    }");
}

static const char *
security_level(PRL_HANDLE hPrefs)
{
    PRL_SECURITY_LEVEL nLevel = PSL_LOW_SECURITY;

    if (hPrefs)
        PrlDispCfg_GetMinSecurityLevel(hPrefs, &nLevel);
    return nLevel == PSL_HIGH_SECURITY ? "high" : nLevel == PSL_NORMAL_SECURITY ? "normal" : "low";
}

/* "{uuid}" in lines, without its braces in JSON. */
static void
print_id(const char *szUuid, bool isJson)
{
    size_t nLen = strlen(szUuid);

    if (isJson && nLen > 2)
        printf("{\n    \"ID\": \"%.*s\"", (int)nLen - 2, szUuid + 1);
    else if (isJson)
        printf("{\n    \"ID\": \"\"");
    else
        printf("ID: %s\n", szUuid);
}

static int
info(PRL_HANDLE hServer, bool isJson)
{
    PRL_HANDLE hInfo = PRL_INVALID_HANDLE;
    PRL_HANDLE hConfig = object_of("PrlSrv_GetSrvConfig", PrlSrv_GetSrvConfig(hServer));
    PRL_HANDLE hPrefs = object_of("PrlSrv_GetCommonPrefs", PrlSrv_GetCommonPrefs(hServer));
    PRL_RESULT ret = PrlSrv_GetServerInfo(hServer, &hInfo);
    PRL_BOOL bAllowed = PRL_FALSE;
    char *szId, *szHost, *szVersion, *szHome, szProduct[128];
    size_t i;

    if (PRL_FAILED(ret) || !hConfig || !hPrefs) {
        fprintf(stderr, "No information about the service: %s\n", prl_result_to_string(ret));
        return EXIT_FAILURE;
    }
    szId = text_of(hInfo, PrlSrvInfo_GetServerUuid);
    szHost = text_of(hInfo, PrlSrvInfo_GetHostName);
    szVersion = text_of(hInfo, PrlSrvInfo_GetProductVersion);
    szHome = vm_home(hServer);
    snprintf(szProduct, sizeof szProduct, "Server %s", szVersion);
    PrlDispCfg_CanChangeDefaultSettings(hPrefs, &bAllowed);

    print_id(szId, isJson);
    {
        const char *const lines[][2] = {
            { "Hostname", szHost },
            { "Version", szProduct },
            { "VM home", szHome },
            { "Minimal security level", security_level(hPrefs) },
            { "Manage settings for new users", bAllowed ? "allow" : "deny" },
        };

        for (i = 0; i < sizeof lines / sizeof *lines; i++) {
            if (isJson)
                print_member(false, 1, lines[i][0], lines[i][1]);
            else
                printf("%s: %s\n", lines[i][0], lines[i][1]);
        }
    }
    print_license(hServer, isJson);
    print_devices(hConfig, isJson);
    if (isJson)
        printf("\n}\n");

    free(szId);
    free(szHost);
    free(szVersion);
    free(szHome);
    PrlHandle_Free(hInfo);
    PrlHandle_Free(hConfig);
    PrlHandle_Free(hPrefs);
    return EXIT_SUCCESS;
}

/* ---- tables ---- */

#define MAX_COLUMNS 3

static int
table(const char *szWhat, PRL_HANDLE hJob, const char *const titles[MAX_COLUMNS], const char *const keys[MAX_COLUMNS],
      void (*fill)(PRL_HANDLE hItem, char *cells[MAX_COLUMNS]), bool isJson)
{
    PRL_HANDLE hResult = PRL_INVALID_HANDLE;
    PRL_UINT32 i, nCount = 0;
    int c;

    if (PRL_FAILED(sample_wait(szWhat, hJob, &hResult)))
        return EXIT_FAILURE;
    PrlResult_GetParamsCount(hResult, &nCount);
    if (isJson)
        putchar('[');
    else
        printf("%-17s %-12s %s\n", titles[0], titles[1], titles[2]);
    for (i = 0; i < nCount; i++) {
        PRL_HANDLE hItem = PRL_INVALID_HANDLE;
        char *cells[MAX_COLUMNS];

        if (PRL_FAILED(PrlResult_GetParamByIndex(hResult, i, &hItem)))
            continue;
        fill(hItem, cells);
        if (isJson)
            printf("%s\n    {", i ? "," : "");
        else
            printf("%-17s %-12s %s\n", cells[0], cells[1], cells[2]);
        for (c = 0; c < MAX_COLUMNS; c++) {
            if (isJson)
                print_member(c == 0, 2, keys[c], cells[c]);
            free(cells[c]);
        }
        if (isJson)
            printf("\n    }");
        PrlHandle_Free(hItem);
    }
    if (isJson)
        printf("%s]\n", nCount ? "\n" : "");
    PrlHandle_Free(hResult);
    return EXIT_SUCCESS;
}

static char *
copy(const char *szText)
{
    char *szCopy = strdup(szText);

    if (!szCopy)
        abort();
    return szCopy;
}

static void
fill_user(PRL_HANDLE hUser, char *cells[MAX_COLUMNS])
{
    PRL_BOOL bAllowed = PRL_FALSE;

    PrlUsrInfo_CanChangeSrvSets(hUser, &bAllowed);
    cells[0] = text_of(hUser, PrlUsrInfo_GetName);
    cells[1] = copy(bAllowed ? "allow" : "deny");
    cells[2] = text_of(hUser, PrlUsrInfo_GetDefaultVmFolder);
}

static int
user_list(PRL_HANDLE hServer, bool isJson)
{
    static const char *const titles[] = { "NAME", "MNG_SETTINGS", "DEF_VM_HOME" };
    static const char *const keys[] = { "name", "mng_settings", "def_vm_home" };

    return table("PrlSrv_GetUserInfoList", PrlSrv_GetUserInfoList(hServer), titles, keys, fill_user, isJson);
}

static PRL_HANDLE hHost; /* what an adapter's name is looked up in */

static void
fill_network(PRL_HANDLE hNetwork, char *cells[MAX_COLUMNS])
{
    PRL_NET_VIRTUAL_NETWORK_TYPE nType = PVN_HOST_ONLY;
    PRL_HANDLE hAdapter = PRL_INVALID_HANDLE;

    PrlVirtNet_GetNetworkType(hNetwork, &nType);
    cells[0] = text_of(hNetwork, PrlVirtNet_GetNetworkId);
    cells[1] = copy(nType == PVN_BRIDGED_ETHERNET ? "bridged" : "host-only");
    if (nType == PVN_BRIDGED_ETHERNET)
        PrlVirtNet_GetBoundAdapterInfo(hNetwork, hHost, &hAdapter);
    cells[2] = text_of(hAdapter, PrlSrvCfgDev_GetId);
    PrlHandle_Free(hAdapter);
}

static int
net_list(PRL_HANDLE hServer, bool isJson)
{
    static const char *const titles[] = { "Network ID", "Type", "Bound To" };
    static const char *const keys[] = { "Network ID", "Type", "Bound To" };
    int status;

    hHost = object_of("PrlSrv_GetSrvConfig", PrlSrv_GetSrvConfig(hServer));
    status = table("PrlSrv_GetVirtualNetworkList", PrlSrv_GetVirtualNetworkList(hServer, 0), titles, keys, fill_network, isJson);
    PrlHandle_Free(hHost);
    return status;
}

/* ---- the command line ---- */

static const struct command {
    const char *szName, *szSecond;
    int (*run)(PRL_HANDLE hServer, bool isJson);
} commands[] = {
    { "info", NULL, info },
    { "user", "list", user_list },
    { "net", "list", net_list },
};

static int
usage(FILE *out)
{
    size_t i;

    fprintf(out, "prlsrvctl version %s\nUsage: prlsrvctl ACTION [OPTIONS]\nSupported actions are:\n", SDK_VERSION);
    for (i = 0; i < sizeof commands / sizeof *commands; i++)
        fprintf(out, "  %s%s%s [-j, --json]\n", commands[i].szName, commands[i].szSecond ? " " : "",
                commands[i].szSecond ? commands[i].szSecond : "");
    return EXIT_USAGE;
}

int
main(int argc, char **argv)
{
    const struct command *command = NULL;
    PRL_HANDLE hServer;
    bool isJson = false;
    int at = 2, status;
    size_t i;

    if (argc < 2)
        return usage(stderr);
    if (!strcmp(argv[1], "--help") || !strcmp(argv[1], "-h"))
        return usage(stdout), EXIT_SUCCESS;
    if (!strcmp(argv[1], "--version") || !strcmp(argv[1], "-V")) {
        printf("prlsrvctl version %s\n", SDK_VERSION);
        return EXIT_SUCCESS;
    }
    for (i = 0; i < sizeof commands / sizeof *commands && !command; i++)
        if (!strcmp(argv[1], commands[i].szName) && (!commands[i].szSecond || (argc > 2 && !strcmp(argv[2], commands[i].szSecond))))
            command = &commands[i];
    if (!command)
        return usage(stderr);
    for (at += command->szSecond != NULL; at < argc; at++) {
        if (strcmp(argv[at], "-j") && strcmp(argv[at], "--json")) {
            fprintf(stderr, "Unrecognized option: %s\n", argv[at]);
            return usage(stderr);
        }
        isJson = true;
    }
    hServer = sample_login();
    status = command->run(hServer, isJson);
    sample_logoff(hServer);
    return status;
}
