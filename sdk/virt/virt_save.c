/* SPDX-License-Identifier: MIT */
/*
 * A domain's state in a file that the program names. The service writes the state and, behind it, the domain's document with its length and a mark, so that a
 * transient domain, or one of another home, can be made again from the file alone.
 */
#include <endian.h>
#include <fcntl.h>
#include <prlsdk/PrlErrors.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/str.h"
#include "virt.h"
#include "wire/saved_trailer.h"

#define DOCUMENT_MAX (4 << 20)

/* A relative name is meant from the program's directory, not the service's. */
static char *
absolute(const char *path)
{
    AUTO(cleanup_free) char *here = NULL;

    if (path_is_absolute(path))
        return strdup(path);
    here = getcwd(NULL, 0);
    return here ? path_join(here, path) : NULL;
}

/* What goes behind the state: the document, and whether the domain was suspended, since then it is again when it is restored. NULL: raised. */
static char *
document_to_save(virDomainPtr d)
{
    AUTO(cleanup_free) char *xml = NULL;
    VIRTUAL_MACHINE_STATE state;
    char *text;

    if (!virt_refresh(d) || !virt_state(d, &state) || !(xml = virt_xml_format(d, 0)))
        return NULL;
    if (state != VMS_PAUSED)
        return TAKE(xml);
    text = str_printf("%s\n" VIRT_PAUSED_MARK, xml);
    if (!text)
        virt_raise(d->conn, d, VIR_FROM_NONE, VIR_ERR_NO_MEMORY, NULL, "out of memory");
    return text;
}

VIRT_PUBLIC int
virDomainSave(virDomainPtr domain, const char *to)
{
    AUTO(cleanup_free) char *path = NULL;
    AUTO(cleanup_free) char *xml = NULL;

    ENTER_DOMAIN(domain, true, -1);
    REQUIRE_ARG(domain_->conn, domain_, to && to[0], -1);
    path = absolute(to);
    if (!path || !(xml = document_to_save(domain_)))
        return -1;
    if (!virt_command(domain_, "save", (const char *const[]){ "--path", path, "--document", xml, NULL }, NULL))
        return -1;
    if (virt_is_transient(domain_->vm))
        virt_forget(domain_->vm);
    return 0;
}

/* The document of a saved state; NULL: raised. */
static char *
document_of(virConnectPtr conn, const char *path)
{
    AUTO_FD int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    AUTO(cleanup_free) char *text = NULL;
    struct saved_trailer t;
    uint64_t length = 0;
    struct stat st;

    if (fd < 0 || fstat(fd, &st) < 0) {
        virt_raise(conn, NULL, VIR_FROM_DOM, VIR_ERR_OPEN_FAILED, path, "'%.1000s' cannot be opened", path);
        return NULL;
    }
    if (S_ISREG(st.st_mode) && (uint64_t)st.st_size > sizeof t && pread(fd, &t, sizeof t, st.st_size - (off_t)sizeof t) == (ssize_t)sizeof t &&
        memcmp(t.mark, SAVED_TRAILER_MARK, sizeof t.mark) == 0)
        length = le64toh(t.length);
    if (length > 0 && length <= DOCUMENT_MAX && length <= (uint64_t)st.st_size - sizeof t) {
        text = calloc(1, length + 1);
        if (text && pread(fd, text, length, st.st_size - (off_t)sizeof t - (off_t)length) == (ssize_t)length)
            return TAKE(text);
    }
    virt_raise(conn, NULL, VIR_FROM_DOM, VIR_ERR_READ_FAILED, path, "'%.1000s' is no saved domain", path);
    return NULL;
}

VIRT_PUBLIC int
virDomainRestore(virConnectPtr conn, const char *from)
{
    AUTO(cleanup_free) char *path = NULL;
    AUTO(cleanup_free) char *xml = NULL;
    AUTO(virt_xml_free) struct virt_xml *x = NULL;
    AUTO(domain_unref) virDomainPtr d = NULL;
    AUTO(prl_free) PRL_HANDLE vm = PRL_INVALID_HANDLE;
    enum virt_found found;

    ENTER_CONN(conn, true, -1);
    REQUIRE_ARG(conn_, NULL, from && from[0], -1);
    path = absolute(from);
    xml = path ? document_of(conn_, path) : NULL;
    x = xml ? virt_xml_parse(conn_, xml) : NULL;
    if (!x)
        return -1;
    found = virt_find_existing(conn_, x, &vm);
    if (found != VIRT_FOUND_SAME && found != VIRT_FOUND_NONE)
        return -1;
    d = found == VIRT_FOUND_NONE ? virt_register_new(conn_, x, true) : domain_new(conn_, TAKE(vm));
    if (!d)
        return -1;
    bool ok = virt_command(d, "restore", (const char *const[]){ "--path", path, NULL }, NULL);
    if (!ok && found == VIRT_FOUND_NONE)
        virt_forget(d->vm);
    if (ok && virt_xml_is_paused(x))
        ok = virt_job(conn_, d, PrlVm_Pause(d->vm, PRL_FALSE), d->name, NULL);
    virt_live_drop(d, VIRT_DOMAIN);
    return ok ? 0 : -1;
}
