/* SPDX-License-Identifier: MIT */
/*
 * What a machine's configuration keeps for us, in the text that it has room for (PrlVmCfg_SetCustomProperty), so that it is stored and goes with the rest: a
 * line that says what kind of domain it is, and the document that defined it. Only what a configuration cannot express is ever taken from that.
 */
#include <prlsdk/PrlErrors.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"
#include "virt_xml.h"

#define TRANSIENT "libvirt:transient\n"
#define PERSISTENT "libvirt:persistent\n"

static char *
mark_of(PRL_HANDLE vm)
{
    return virt_text(PrlVmCfg_GetCustomProperty, vm);
}

/* The document in a mark; NULL: it is none of ours. */
static const char *
document_in(const char *mark)
{
    static const char *const kinds[] = { TRANSIENT, PERSISTENT };

    for (size_t i = 0; mark && i < sizeof kinds / sizeof *kinds; i++)
        if (strncmp(mark, kinds[i], strlen(kinds[i])) == 0)
            return mark + strlen(kinds[i]);
    return NULL;
}

static PRL_RESULT
set_mark(PRL_HANDLE vm, bool is_transient, const char *document)
{
    AUTO(cleanup_free) char *mark = str_printf("%s%s", is_transient ? TRANSIENT : PERSISTENT, document);

    return mark ? PrlVmCfg_SetCustomProperty(vm, mark) : PRL_ERR_OUT_OF_MEMORY;
}

bool
virt_is_transient(PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *mark = mark_of(vm);

    return mark && strncmp(mark, TRANSIENT, strlen(TRANSIENT)) == 0;
}

PRL_RESULT
virt_make_transient(PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *mark = mark_of(vm);
    const char *document = document_in(mark);

    return set_mark(vm, true, document ? document : "");
}

xmlDocPtr
virt_kept(PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *mark = mark_of(vm);
    const char *document = document_in(mark);

    if (!document || !document[0])
        return NULL;
    xml_init();
    return xml_parse(document, strlen(document), NULL);
}

PRL_RESULT
virt_xml_keep(const struct virt_xml *x, bool is_transient, PRL_HANDLE vm)
{
    AUTO(cleanup_free) char *text = xml_text(x->doc, NULL);

    return text ? set_mark(vm, is_transient, text) : PRL_ERR_OUT_OF_MEMORY;
}
