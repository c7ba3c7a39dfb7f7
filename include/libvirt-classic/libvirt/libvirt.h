/* SPDX-License-Identifier: MIT */
/*
 * libvirt.h: the classic libvirt C API on the virtual machines of this project.
 *
 * The functions are those of the module page of libvirt 0.1.6 to 0.1.8, with the structure layouts and symbol versions that libvirt still has today.
 * Programs find this header through pkg-config `libvirt-classic`; it never stands in for the system's own.
 *
 * Rules for all calls. Any thread may call at any time; threads may share a connection and its domains. A NULL, closed, freed or foreign object is refused
 * with VIR_ERR_INVALID_CONN or VIR_ERR_INVALID_DOMAIN. A call that fails returns -1, NULL or 0 as said, keeps its out-parameters as they were, and leaves a
 * record that virGetLastError (of the thread) and virConnGetLastError (of the connection) give. Calls that act on a domain block until the operation ended.
 * A domain is "active" while its machine runs or is paused. A machine whose state the SDK has suspended is not active: virDomainCreate resumes it.
 */
#ifndef __VIR_VIRLIB_H__
#define __VIR_VIRLIB_H__

#ifdef __cplusplus
extern "C" {
#endif

/** Version of this interface: major * 1000000 + minor * 1000 + release. */
#define LIBVIR_VERSION_NUMBER 1008

typedef struct _virConnect virConnect; /* a connection; contents private */
typedef virConnect *virConnectPtr;
typedef struct _virDomain virDomain; /* a reference to one domain; contents private */
typedef virDomain *virDomainPtr;

typedef enum {
    VIR_DOMAIN_NOSTATE = 0,  /* not known */
    VIR_DOMAIN_RUNNING = 1,
    VIR_DOMAIN_BLOCKED = 2,  /* waits for a resource; never reported here */
    VIR_DOMAIN_PAUSED = 3,   /* frozen in memory */
    VIR_DOMAIN_SHUTDOWN = 4, /* on its way down */
    VIR_DOMAIN_SHUTOFF = 5,  /* not active; a state may be saved in its home */
    VIR_DOMAIN_CRASHED = 6
} virDomainState;

/* What happens to a domain that ended; kept for the programs that name them. */
typedef enum {
    VIR_DOMAIN_DESTROY = 1,
    VIR_DOMAIN_RESTART = 2,
    VIR_DOMAIN_PRESERVE = 3,
    VIR_DOMAIN_RENAME_RESTART = 4
} virDomainRestart;

/* How a device is offered; no function takes it. */
typedef enum { VIR_DEVICE_DEFAULT = 0, VIR_DEVICE_RO = 1, VIR_DEVICE_RW = 2, VIR_DEVICE_RW_FORCE = 3 } virDeviceMode;

typedef enum { VIR_DOMAIN_NONE = 0 } virDomainCreateFlags;

struct _virDomainInfo {
    unsigned char state;        /* a virDomainState */
    unsigned long maxMem;       /* KiB: the ceiling */
    unsigned long memory;       /* KiB: the balloon's target */
    unsigned short nrVirtCpu;   /* virtual CPUs */
    unsigned long long cpuTime; /* ns used since the machine was started, by its virtual CPUs and devices; 0 when it is not active */
};
typedef struct _virDomainInfo virDomainInfo;
typedef virDomainInfo *virDomainInfoPtr;

/* Boot of a kernel file; no function takes it. */
struct _virDomainKernel {
    const char *kernel;  /* file name of the kernel */
    const char *ramdisk; /* of the initial RAM disk, or NULL */
    const char *root;    /* root device, or NULL */
    const char *extra;   /* more words for the kernel, or NULL */
};
typedef struct _virDomainKernel virDomainKernel;
typedef virDomainKernel *virDomainKernelPtr;

struct _virNodeInfo {
    char model[32];       /* architecture of the host, NUL-ended */
    unsigned long memory; /* KiB */
    unsigned int cpus;    /* CPUs online */
    unsigned int mhz;
    unsigned int nodes;   /* NUMA cells, at least 1 */
    unsigned int sockets; /* per cell */
    unsigned int cores;   /* per socket */
    unsigned int threads; /* per core */
};
typedef struct _virNodeInfo virNodeInfo;
typedef virNodeInfo *virNodeInfoPtr;

typedef enum { VIR_VCPU_OFFLINE = 0, VIR_VCPU_RUNNING = 1, VIR_VCPU_BLOCKED = 2 } virVcpuState;

struct _virVcpuInfo {
    unsigned int number;        /* from 0 */
    int state;                  /* a virVcpuState */
    unsigned long long cpuTime; /* ns used by this virtual CPU */
    int cpu;                    /* host CPU it was last on, -1: not active */
};
typedef struct _virVcpuInfo virVcpuInfo;
typedef virVcpuInfo *virVcpuInfoPtr;

/** The most CPUs that a host described by nodeinfo (the structure, not a pointer) can have. */
#define VIR_NODEINFO_MAXCPUS(nodeinfo) ((nodeinfo).nodes * (nodeinfo).sockets * (nodeinfo).cores * (nodeinfo).threads)

/* Maps of host CPUs: CPU n is bit n % 8, least significant first, of byte n / 8. Arrays of maps lie one behind the other, maplen bytes each. */
#define VIR_CPU_MAPLEN(cpu) (((cpu) + 7) / 8)
#define VIR_USE_CPU(cpumap, cpu) ((cpumap)[(cpu) / 8] |= (1 << ((cpu) % 8)))
#define VIR_UNUSE_CPU(cpumap, cpu) ((cpumap)[(cpu) / 8] &= ~(1 << ((cpu) % 8)))
#define VIR_GET_CPUMAP(cpumaps, maplen, vcpu) (&(cpumaps)[(vcpu) * (maplen)])
#define VIR_CPU_USABLE(cpumaps, maplen, vcpu, cpu) (VIR_GET_CPUMAP(cpumaps, maplen, vcpu)[(cpu) / 8] & (1 << ((cpu) % 8)))
/** Copies one map out of an array; the program includes <string.h>. */
#define VIR_COPY_CPUMAP(cpumaps, maplen, vcpu, cpumap) memcpy(cpumap, VIR_GET_CPUMAP(cpumaps, maplen, vcpu), maplen)

/* ---- library and host ---- */

/** Prepares the library; every other call does so too. 0, or -1 when the SDK cannot be loaded. */
int virInitialize(void);
/**
 * libVer: LIBVIR_VERSION_NUMBER, required. typeVer (or NULL): version of the hypervisor type this library drives; type NULL or "QEMU", any case. Another type: -1,
 * and 0 in typeVer.
 */
int virGetVersion(unsigned long *libVer, const char *type, unsigned long *typeVer);
/**
 * Connects to the service, starting it when it does not run. name: NULL, "", "Xen" or "prlkvm:///session" (the caller's own instance), "prlkvm:///system" (root's).
 * NULL on error (VIR_ERR_NO_CONNECT).
 */
virConnectPtr virConnectOpen(const char *name);
/** As virConnectOpen; every call that would change something is refused with VIR_ERR_OPERATION_DENIED. */
virConnectPtr virConnectOpenReadOnly(const char *name);
/** Machines go on running. Domains of the connection can still be freed, nothing else. 0, or -1 for what is no open connection. */
int virConnectClose(virConnectPtr conn);
/** "QEMU"; static. */
const char *virConnectGetType(virConnectPtr conn);
/** Version of QEMU, major * 1000000 + minor * 1000 + release; 0 when the service has none to offer. */
int virConnectGetVersion(virConnectPtr conn, unsigned long *hvVer);
int virNodeGetInfo(virConnectPtr conn, virNodeInfoPtr info);

/* ---- which domains there are ---- */

int virConnectNumOfDomains(virConnectPtr conn);
/** Ids of active domains: how many were stored, at most maxids. */
int virConnectListDomains(virConnectPtr conn, int *ids, int maxids);
int virConnectNumOfDefinedDomains(virConnectPtr conn);
/** Names of domains that are defined and not active; the caller frees each with free(). */
int virConnectListDefinedDomains(virConnectPtr conn, const char **names, int maxnames);

/* Each gives a new reference, to be freed with virDomainFree; NULL: none (VIR_ERR_NO_DOMAIN) or a bad argument. */
virDomainPtr virDomainLookupByID(virConnectPtr conn, int id);
virDomainPtr virDomainLookupByName(virConnectPtr conn, const char *name);
virDomainPtr virDomainLookupByUUID(virConnectPtr conn, const unsigned char *uuid); /* 16 bytes */
virDomainPtr virDomainLookupByUUIDString(virConnectPtr conn, const char *uuidstr); /* 36 characters */

/* ---- one domain ---- */

/** Gives the reference back; the machine goes on. */
int virDomainFree(virDomainPtr domain);
const char *virDomainGetName(virDomainPtr domain); /* owned by the reference */
/** A number that stays while the machine is active; (unsigned)-1 when it is not. */
unsigned int virDomainGetID(virDomainPtr domain);
int virDomainGetUUID(virDomainPtr domain, unsigned char *uuid);  /* 16 bytes out */
int virDomainGetUUIDString(virDomainPtr domain, char *buf);      /* 37 bytes out, NUL included */
char *virDomainGetOSType(virDomainPtr domain);                   /* "hvm"; free() it */
int virDomainGetInfo(virDomainPtr domain, virDomainInfoPtr info);
/** The XML document of the domain; flags must be 0. free() it. */
char *virDomainGetXMLDesc(virDomainPtr domain, int flags);

/* KiB. The ceiling is changed while the domain is not active, the target also while it is, by the guest's balloon. At least 4096. */
unsigned long virDomainGetMaxMemory(virDomainPtr domain); /* 0 on error */
int virDomainSetMaxMemory(virDomainPtr domain, unsigned long memory);
int virDomainSetMemory(virDomainPtr domain, unsigned long memory);

int virDomainSetVcpus(virDomainPtr domain, unsigned int nvcpus);
/** Bytes missing at the end of the map count as 0; a map longer than the host needs is refused. */
int virDomainPinVcpu(virDomainPtr domain, unsigned int vcpu, unsigned char *cpumap, int maplen);
/** Fills at most maxinfo entries and, unless cpumaps is NULL, one map of maplen bytes for each; how many. The domain must be active. */
int virDomainGetVcpus(virDomainPtr domain, virVcpuInfoPtr info, int maxinfo, unsigned char *cpumaps, int maplen);

/* ---- life ---- */

/** Starts a machine from XML that is gone when it stops; its disks stay. flags must be 0. */
virDomainPtr virDomainCreateLinux(virConnectPtr conn, const char *xmlDesc, unsigned int flags);
/** Stores a definition and starts nothing; an existing domain of the same name and UUID is redefined. */
virDomainPtr virDomainDefineXML(virConnectPtr conn, const char *xml);
/** Drops the definition; disks stay. An active domain goes on and is gone when it stops. */
int virDomainUndefine(virDomainPtr domain);
/** Starts a defined domain, from its saved state where it has one. */
int virDomainCreate(virDomainPtr domain);
int virDomainSuspend(virDomainPtr domain);                     /* freezes it in memory */
int virDomainResume(virDomainPtr domain);
int virDomainSave(virDomainPtr domain, const char *to);        /* state into one file; then it is not active */
int virDomainRestore(virConnectPtr conn, const char *from);    /* goes on from such a file */
int virDomainShutdown(virDomainPtr domain);                    /* asks the guest; returns when asked */
int virDomainReboot(virDomainPtr domain, unsigned int flags);  /* likewise; flags are not used */
/** Stops it at once. The reference stays valid, to be freed with virDomainFree. */
int virDomainDestroy(virDomainPtr domain);

#include <libvirt/virterror.h>

#ifdef __cplusplus
}
#endif

#endif
