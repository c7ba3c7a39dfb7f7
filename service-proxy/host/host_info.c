/* SPDX-License-Identifier: MIT */
/* Facts of this host and the document made of them. */
#include "host_info.h"

#include <dirent.h>
#include <pthread.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/lock.h"
#include "base/str.h"
#include "host_parts.h"
#include "prefs.h"
#include "qemu/qemu_caps.h"
#include "wire/version.h"

#define FRESH_MS 3000
#define CPUS_MS 1000
#define PORT 64000

/* ---- identity ---- */

static struct host_identity identity;
static struct os_version {
    unsigned major, minor;
} os_version;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
copy_printable(char *out, size_t room, const char *text)
{
    str_escape_to(out, room, text, strlen(text), false);
}

static void
read_os(void)
{
    AUTO(cleanup_free) char *text = host_read_text("/etc/os-release");
    struct utsname kernel;
    char number[32];

    if (!text)
        text = host_read_text("/usr/lib/os-release");
    if (text && host_find_value(text, "VERSION_ID", number, sizeof number))
        sscanf(number, "%u.%u", &os_version.major, &os_version.minor);
    if (text && host_find_value(text, "PRETTY_NAME", identity.os_version, sizeof identity.os_version))
        return;
    if (uname(&kernel) == 0)
        snprintf(identity.os_version, sizeof identity.os_version, "%.64s %.64s", kernel.sysname, kernel.release);
}

static void
read_user(void)
{
    struct passwd p, *found = NULL;
    char buffer[4096];

    if (getpwuid_r(geteuid(), &p, buffer, sizeof buffer, &found) == 0 && found)
        copy_printable(identity.user_name, sizeof identity.user_name, found->pw_name);
    else
        snprintf(identity.user_name, sizeof identity.user_name, "uid %u", (unsigned)geteuid());
}

static void
read_identity(void)
{
    char name[256] = "localhost";

    gethostname(name, sizeof name - 1);
    copy_printable(identity.host_name, sizeof identity.host_name, name);
    snprintf(identity.product_version, sizeof identity.product_version, "%s", PRLKVM_VERSION);
    identity.port = PORT;
    read_os();
    read_user();
}

const struct host_identity *
host_identity(void)
{
    pthread_once(&once, read_identity);
    return &identity;
}

/* ---- numbers ---- */

/* Kept for a moment: it is read from a file, several times for each machine that is made. */
unsigned
host_cpu_count(void)
{
    static _Atomic int64_t until_ms;
    static _Atomic unsigned kept;
    const int64_t now_ms = clock_now_ms();

    if (now_ms >= until_ms) {
        long n = sysconf(_SC_NPROCESSORS_ONLN);

        kept = n < 1 ? 1 : (unsigned)n;
        until_ms = now_ms + CPUS_MS;
    }
    return kept;
}

uint64_t
host_ram_mib(void)
{
    long pages = sysconf(_SC_PHYS_PAGES), size = sysconf(_SC_PAGESIZE);

    return pages < 1 || size < 1 ? 512 : (uint64_t)pages * (uint64_t)size >> 20;
}

bool
host_has_hw_virt(void)
{
    return host_cpu_hvt() != PCM_CPU_NONE_HV;
}

void
host_facts_get(struct host_facts *ret)
{
    *ret = (struct host_facts){
        .cpus = host_cpu_count(),
        .ram_mib = host_ram_mib(),
        .has_hw_virt = host_has_hw_virt(),
        .bridged_network = HOST_BRIDGED_NETWORK,
    };
}

void
host_validate_get(struct vm_validate_host *ret)
{
    AUTO(cleanup_free) char *recommended = prefs_common_value("MemoryPreferences/RecommendedMaxVmMemory");

    *ret = (struct vm_validate_host){
        .cpus = host_cpu_count(),
        .ram_mib = host_ram_mib(),
        .ram_recommended_mib = recommended ? strtoull(recommended, NULL, 10) : 0,
        .vnc_base_port = prefs_vnc_base_port(),
    };
}

/* ---- the document ---- */

/* IOMMUs in use have an entry each. */
static bool
has_iommu(void)
{
    DIR *dir = opendir("/sys/class/iommu");
    struct dirent *e;
    bool is_found = false;

    while (dir && !is_found && (e = readdir(dir)))
        is_found = e->d_name[0] != '.';
    if (dir)
        closedir(dir);
    return is_found;
}

static bool
add_system(xmlNodePtr root)
{
    return xml_set_u64(root, "OsVersion/Type", PHO_LIN) && xml_set_u64(root, "OsVersion/Major", os_version.major)
           && xml_set_u64(root, "OsVersion/Minor", os_version.minor) && xml_set_u64(root, "OsVersion/SubMinor", 0)
           && xml_set(root, "OsVersion/StringPresentation", host_identity()->os_version)
           && xml_set_u64(root, "MemorySettings/HostRamSize", host_ram_mib()) && xml_set_u64(root, "UsbSupported", 1)
           && xml_set_u64(root, "VtdSupported", has_iommu()) && xml_set_u64(root, "SoundDefaultEnabled", 0);
}

/* Not of the products: which QEMU runs the machines, for clients that ask for the hypervisor's version. None where there is no QEMU. */
static bool
add_hypervisor(xmlNodePtr root)
{
    AUTO(qemu_caps_free) struct qemu_caps *caps = NULL;

    return PRL_FAILED(qemu_caps_get(&caps)) || xml_set(root, "Hypervisor/Version", caps->version);
}

static char *
make_text(size_t *ret_len)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr root;

    xml_init();
    doc = xmlNewDoc((const xmlChar *)"1.0");
    root = doc ? xmlNewDocNode(doc, NULL, (const xmlChar *)"VirtuozzoHostInfo", NULL) : NULL;
    if (!root)
        return NULL;
    xmlDocSetRootElement(doc, root);
    host_identity();
    if (!host_add_cpu(root) || !add_system(root) || !host_add_disks(root) || !host_add_ports(root)
        || !host_add_network(root) || !add_hypervisor(root))
        return NULL;
    return xml_text(doc, ret_len);
}

static struct lock lock = LOCK_INIT(0); /* for the next three; held for memory only */
static char *kept;
static size_t kept_len;
static int64_t kept_at;

/* A copy of what is kept, if it is fresh. */
static char *
take_kept(size_t *ret_len)
{
    char *text;

    LOCK_SCOPE(&lock);
    if (!kept || clock_now_ms() - kept_at > FRESH_MS)
        return NULL;
    text = str_dup(kept);
    *ret_len = kept_len;
    return text;
}

static void
keep(const char *text, size_t len)
{
    char *copy = str_dup(text);

    LOCK_SCOPE(&lock);
    if (!copy)
        return;
    free(kept);
    kept = copy;
    kept_len = len;
    kept_at = clock_now_ms();
}

PRL_RESULT
host_info_text(char **ret_text, size_t *ret_len)
{
    size_t len = 0;
    char *text = take_kept(&len);

    if (!text) {
        text = make_text(&len);
        if (!text)
            return err_set(PRL_ERR_OUT_OF_MEMORY, "host description");
        keep(text, len);
    }
    *ret_text = text;
    *ret_len = len;
    return PRL_ERR_SUCCESS;
}
