/* SPDX-License-Identifier: MIT */
/* Event documents, as PrlEvent_FromString and replies take them. */
#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/event_xml.h"

int
LLVMFuzzerInitialize(int *argc, char ***argv)
{
    xml_init();
    return 0;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    AUTO(xmlFreeDoc) xmlDocPtr doc = NULL;
    xmlNodePtr root;
    unsigned n;

    if (PRL_FAILED(event_xml_parse((const char *)data, size, &doc)))
        return 0;
    root = xmlDocGetRootElement(doc);
    n = event_xml_count(root);
    for (unsigned i = 0; i < n; i++) {
        xmlNodePtr param = event_xml_nth(root, i);
        AUTO(cleanup_free) char *name = NULL;
        AUTO(cleanup_free) char *value = NULL;
        size_t len = 0;

        FUZZ_CHECK(param);
        event_xml_type(param);
        name = xml_get(param, "Name");
        value = event_xml_value(param, &len);
        FUZZ_CHECK(!value || value[len] == '\0');
        FUZZ_CHECK(!name || event_xml_param(root, name));
    }
    return 0;
}
