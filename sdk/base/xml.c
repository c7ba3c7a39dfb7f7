/* SPDX-License-Identifier: MIT */
/*
 * XML in and out. Reading is libxml2's with two SAX calls of ours in front, which stop it at a DTD (entities, billion
 * laughs) or below XML_MAX_DEPTH before anything is built. Writing is our own: libxml2 indents by two spaces unless a
 * thread-local global is changed, and a document of this dialect is simple enough.
 */
#include "xml.h"

#include <libxml/parser.h>
#include <libxml/parserInternals.h>
#include <libxml/SAX2.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "str.h"

#define XML_CDATA_END "]]>"

/* ---- reading ---- */

enum refusal { REFUSED_NOT, REFUSED_DTD, REFUSED_DEPTH };

/* A parser's _private. */
struct reading {
    enum refusal refusal;
    const char *until, *until_name; /* path of the last element to read, its last part; NULL: all */
    bool is_reached;
};

void
xml_init(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    pthread_once(&once, xmlInitParser);
}

static void
refuse(xmlParserCtxtPtr ctxt, enum refusal why)
{
    ((struct reading *)ctxt->_private)->refusal = why;
    xmlStopParser(ctxt);
}

static void
on_dtd(void *ctx, const xmlChar *name, const xmlChar *external_id, const xmlChar *system_id)
{
    (void)name;
    (void)external_id;
    (void)system_id;
    refuse(ctx, REFUSED_DTD);
}

static void
on_start(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri, int n_namespaces,
         const xmlChar **namespaces, int n_attributes, int n_defaulted, const xmlChar **attributes)
{
    xmlParserCtxtPtr ctxt = ctx;

    if (ctxt->nodeNr >= XML_MAX_DEPTH) {
        refuse(ctxt, REFUSED_DEPTH);
        return;
    }
    xmlSAX2StartElementNs(ctx, name, prefix, uri, n_namespaces, namespaces, n_attributes, n_defaulted,
                          attributes);
}

static void
on_end(void *ctx, const xmlChar *name, const xmlChar *prefix, const xmlChar *uri)
{
    xmlParserCtxtPtr ctxt = ctx;
    struct reading *reading = ctxt->_private;

    if (!strcmp((const char *)name, reading->until_name) && ctxt->node &&
        ctxt->node == xml_find(xmlDocGetRootElement(ctxt->myDoc), reading->until))
        reading->is_reached = true;
    xmlSAX2EndElementNs(ctx, name, prefix, uri);
    if (reading->is_reached)
        xmlStopParser(ctxt);
}

static void
say_why(char **ret_why, enum refusal refusal, xmlParserCtxtPtr ctxt)
{
    const char *message = ctxt->lastError.message;
    AUTO(cleanup_free) char *shown = NULL;

    if (!ret_why)
        return;
    if (refusal == REFUSED_DTD) {
        *ret_why = str_printf("a document type declaration is not allowed");
    } else if (refusal == REFUSED_DEPTH) {
        *ret_why = str_printf("elements are nested deeper than %d levels", XML_MAX_DEPTH);
    } else {
        size_t n = message ? strcspn(message, "\n") : 0;

        shown = str_escape(message ? message : "", n, 200); /* it repeats parts of the document */
        *ret_why = str_printf("line %d: %s", ctxt->lastError.line,
                              shown && shown[0] ? shown : "not well-formed");
    }
}

/*
 * NOBLANKS drops the white space between elements, which xml_text makes anew; it keeps white space that is an element's
 * whole text. CDATA stays CDATA and entities are not expanded, both by default.
 */
#define READ_OPTIONS (XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_NOBLANKS)

static xmlParserCtxtPtr
parser_new(struct reading *reading)
{
    xmlParserCtxtPtr ctxt;

    xml_init();
    ctxt = xmlNewParserCtxt();
    if (!ctxt)
        return NULL;
    ctxt->_private = reading;
    ctxt->sax->internalSubset = on_dtd;
    ctxt->sax->startElementNs = on_start;
    return ctxt;
}

xmlDocPtr
xml_parse(const char *text, size_t len, char **ret_why)
{
    struct reading reading = { .refusal = REFUSED_NOT };
    xmlParserCtxtPtr ctxt;
    xmlDocPtr doc;

    if (len > XML_MAX_BYTES) {
        if (ret_why)
            *ret_why = str_printf("larger than %u bytes", XML_MAX_BYTES);
        return NULL;
    }
    ctxt = parser_new(&reading);
    if (!ctxt) {
        if (ret_why)
            *ret_why = NULL;
        return NULL;
    }
    doc = xmlCtxtReadMemory(ctxt, text, (int)len, NULL, NULL, READ_OPTIONS);
    if (doc && (reading.refusal != REFUSED_NOT || !xmlDocGetRootElement(doc))) {
        xmlFreeDoc(doc);
        doc = NULL;
    }
    if (!doc)
        say_why(ret_why, reading.refusal, ctxt);
    xmlFreeParserCtxt(ctxt);
    return doc;
}

xmlDocPtr
xml_parse_head(const char *text, size_t len, const char *path)
{
    const char *name = strrchr(path, '/');
    struct reading reading = { .until = path, .until_name = name ? name + 1 : path };
    xmlParserCtxtPtr ctxt = len <= XML_MAX_BYTES ? parser_new(&reading) : NULL;
    xmlDocPtr doc;

    if (!ctxt)
        return NULL;
    ctxt->sax->endElementNs = on_end;
    doc = xmlCtxtReadMemory(ctxt, text, (int)len, NULL, NULL, READ_OPTIONS | XML_PARSE_RECOVER); /* else what is cut short is no document */
    xmlFreeParserCtxt(ctxt);
    if (!reading.is_reached && doc) {
        xmlFreeDoc(doc);
        doc = NULL;
    }
    return doc;
}

/* ---- writing ---- */

static const char *
chars(const xmlChar *s)
{
    return s ? (const char *)s : "";
}

static const char *
entity_of(char c, bool in_attribute)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '\r':
        return "&#13;"; /* a reader would make it a line feed */
    case '"':
        return in_attribute ? "&quot;" : NULL;
    case '\n':
        return in_attribute ? "&#10;" : NULL;
    case '\t':
        return in_attribute ? "&#9;" : NULL;
    default:
        return NULL;
    }
}

/* A thousand short pieces to a document: the room is there for nearly all. */
static inline void
put(struct str *out, const char *bytes, size_t n)
{
    if (n >= out->room - out->len) { /* one for the NUL; also while there is no room at all, and once memory is out */
        str_add_n(out, bytes, n);
        return;
    }
    memcpy(out->p + out->len, bytes, n);
    out->len += n;
    out->p[out->len] = '\0';
}
#define PUT(out, literal) put(out, literal, sizeof literal - 1)

static void
put_text(struct str *out, const xmlChar *text)
{
    put(out, chars(text), strlen(chars(text)));
}

/* The first byte that cannot stand for itself, or the NUL. */
static const char *
end_of_plain(const char *text, bool in_attribute)
{
    enum { ANYWHERE = 1, IN_ATTRIBUTE = 2 };
    static const unsigned char kinds[256] = { [0] = ANYWHERE,           ['&'] = ANYWHERE,      ['<'] = ANYWHERE,      ['>'] = ANYWHERE,
                                              ['\r'] = ANYWHERE,        ['"'] = IN_ATTRIBUTE,  ['\n'] = IN_ATTRIBUTE, ['\t'] = IN_ATTRIBUTE };
    const unsigned char stop = in_attribute ? ANYWHERE | IN_ATTRIBUTE : ANYWHERE;

    while (!(kinds[(unsigned char)*text] & stop))
        text++;
    return text;
}

static void
put_escaped(struct str *out, const char *text, bool in_attribute)
{
    for (;;) {
        const char *end = end_of_plain(text, in_attribute);

        put(out, text, (size_t)(end - text));
        if (!*end)
            return;
        str_add(out, entity_of(*end, in_attribute));
        text = end + 1;
    }
}

/* The end mark cannot stand inside of a section: it is divided between two. */
static void
put_cdata(struct str *out, const char *text)
{
    const char *end;

    PUT(out, "<![CDATA[");
    while ((end = strstr(text, XML_CDATA_END))) {
        str_add_n(out, text, (size_t)(end - text) + 2);
        PUT(out, "]]><![CDATA[");
        text = end + 2;
    }
    str_add(out, text);
    PUT(out, "]]>");
}

static void
put_name(struct str *out, const xmlNs *ns, const xmlChar *name)
{
    if (ns && ns->prefix) {
        put_text(out, ns->prefix);
        PUT(out, ":");
    }
    put_text(out, name);
}

static void
put_attribute(struct str *out, const xmlAttr *a)
{
    PUT(out, " ");
    put_name(out, a->ns, a->name);
    PUT(out, "=\"");
    for (const xmlNode *n = a->children; n; n = n->next)
        if (n->type == XML_TEXT_NODE)
            put_escaped(out, chars(n->content), true);
    PUT(out, "\"");
}

static void
put_indent(struct str *out, int level)
{
    static const char spaces[] = "                                ";
    const int width = (int)sizeof spaces - 1;

    for (; level > 0; level -= width)
        put(out, spaces, (size_t)(level < width ? level : width));
}

/* Where an element has text, white space means something: then nothing is added. */
static bool
has_text(const xmlNode *element)
{
    for (const xmlNode *n = element->children; n; n = n->next)
        if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE || n->type == XML_ENTITY_REF_NODE)
            return true;
    return false;
}

static void put_node(struct str *out, const xmlNode *n, int level);

static void
put_children(struct str *out, const xmlNode *element, int level)
{
    bool is_inline = level < 0 || has_text(element);

    for (const xmlNode *n = element->children; n; n = n->next) {
        if (!is_inline) {
            PUT(out, "\n");
            put_indent(out, level + 1);
        }
        put_node(out, n, is_inline ? -1 : level + 1);
    }
    if (!is_inline) {
        PUT(out, "\n");
        put_indent(out, level);
    }
}

static void
put_element(struct str *out, const xmlNode *e, int level)
{
    PUT(out, "<");
    put_name(out, e->ns, e->name);
    for (const xmlNs *ns = e->nsDef; ns; ns = ns->next) {
        str_add(out, ns->prefix ? " xmlns:" : " xmlns");
        put_text(out, ns->prefix);
        PUT(out, "=\"");
        put_escaped(out, chars(ns->href), true);
        PUT(out, "\"");
    }
    for (const xmlAttr *a = e->properties; a; a = a->next)
        put_attribute(out, a);
    if (!e->children) {
        PUT(out, "/>");
        return;
    }
    PUT(out, ">");
    put_children(out, e, level);
    PUT(out, "</");
    put_name(out, e->ns, e->name);
    PUT(out, ">");
}

/* level < 0: no white space is added in here. */
static void
put_node(struct str *out, const xmlNode *n, int level)
{
    switch (n->type) {
    case XML_ELEMENT_NODE:
        put_element(out, n, level);
        break;
    case XML_TEXT_NODE:
        put_escaped(out, chars(n->content), false);
        break;
    case XML_CDATA_SECTION_NODE:
        put_cdata(out, chars(n->content));
        break;
    case XML_COMMENT_NODE:
        PUT(out, "<!--");
        put_text(out, n->content);
        PUT(out, "-->");
        break;
    case XML_PI_NODE:
        PUT(out, "<?");
        put_text(out, n->name);
        if (n->content) {
            PUT(out, " ");
            put_text(out, n->content);
        }
        PUT(out, "?>");
        break;
    case XML_ENTITY_REF_NODE:
        PUT(out, "&");
        put_text(out, n->name);
        PUT(out, ";");
        break;
    default: /* a DTD never gets in */
        break;
    }
}

static char *
take_text(struct str *out, size_t *ret_len)
{
    size_t len = out->len;
    char *text = str_take(out);

    if (text && ret_len)
        *ret_len = len;
    return text;
}

char *
xml_text(xmlDocPtr doc, size_t *ret_len)
{
    AUTO_STR out = STR_INIT;

    str_add(&out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    for (const xmlNode *n = doc->children; n; n = n->next) {
        put_node(&out, n, 0);
        str_add(&out, "\n");
    }
    return take_text(&out, ret_len);
}

char *
xml_node_text(xmlNodePtr node, size_t *ret_len)
{
    AUTO_STR out = STR_INIT;

    put_node(&out, node, 0);
    return take_text(&out, ret_len);
}

/* ---- finding ---- */

/* Both product names have nine letters, so a name and its alias are compared in place. */
static bool
name_matches(const char *element, const char *name, size_t n)
{
    static const char now[] = "Virtuozzo", before[] = "Parallels";
    const size_t len = sizeof now - 1;
    size_t i = 0;

    if (strncmp(element, name, n) == 0)
        return !element[n];
    while (i < n) {
        if (n - i >= len && memcmp(name + i, now, len) == 0
            && (strncmp(element + i, before, len) == 0 || strncmp(element + i, now, len) == 0)) {
            i += len;
            continue;
        }
        if (element[i] != name[i]) /* also where element ends */
            return false;
        i++;
    }
    return !element[n];
}

static xmlNodePtr
first_match(xmlNodePtr n, const char *name, size_t len)
{
    for (; n; n = n->next)
        if (n->type == XML_ELEMENT_NODE && name_matches((const char *)n->name, name, len))
            return n;
    return NULL;
}

xmlNodePtr
xml_child(xmlNodePtr from, const char *name)
{
    return from ? first_match(from->children, name, strlen(name)) : NULL;
}

xmlNodePtr
xml_next(xmlNodePtr node)
{
    if (!node)
        return NULL;
    return first_match(node->next, (const char *)node->name, strlen((const char *)node->name));
}

/* Length of the first part; *rest is what follows it. */
static size_t
first_part(const char *path, const char **rest)
{
    size_t n = strcspn(path, "/");

    *rest = path + n + strspn(path + n, "/");
    return n;
}

xmlNodePtr
xml_find(xmlNodePtr from, const char *path)
{
    while (from && path && *path) {
        const char *part = path;
        size_t n = first_part(part, &path);

        from = first_match(from->children, part, n);
    }
    return from;
}

static xmlNodePtr
add_element(xmlNodePtr parent, const char *name, size_t n)
{
    AUTO(cleanup_free) char *copy = strndup(name, n);
    xmlNodePtr node = copy ? xmlNewDocNode(parent->doc, NULL, (const xmlChar *)copy, NULL) : NULL;

    if (!node)
        return NULL;
    if (!xmlAddChild(parent, node)) {
        xmlFreeNode(node);
        return NULL;
    }
    return node;
}

xmlNodePtr
xml_make(xmlNodePtr from, const char *path)
{
    while (from && path && *path) {
        const char *part = path;
        size_t n = first_part(part, &path);
        xmlNodePtr next = first_match(from->children, part, n);

        from = next ? next : add_element(from, part, n);
    }
    return from;
}

/* ---- values ---- */

static bool
is_text(const xmlNode *n)
{
    return n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE;
}

/* The text if it is in one piece (borrowed), as nearly always; NULL: none, or several pieces. */
static const char *
peek_single(const xmlNode *e, bool *ret_is_several)
{
    const xmlNode *found = NULL;

    *ret_is_several = false;
    for (const xmlNode *n = e->children; n; n = n->next) {
        if (!is_text(n))
            continue;
        if (found) {
            *ret_is_several = true;
            return NULL;
        }
        found = n;
    }
    return found ? chars(found->content) : "";
}

static char *
text_of(const xmlNode *e)
{
    AUTO_STR out = STR_INIT;
    bool is_several;
    const char *single = peek_single(e, &is_several);

    if (!is_several)
        return strdup(single);
    for (const xmlNode *n = e->children; n; n = n->next)
        if (is_text(n))
            str_add(&out, chars(n->content));
    return str_take(&out);
}

char *
xml_get(xmlNodePtr from, const char *path)
{
    xmlNodePtr e = xml_find(from, path);

    return e ? text_of(e) : NULL;
}

static const char *
skip_space(const char *s)
{
    return s + strspn(s, " \t\r\n");
}

/* Decimal digits with white space around them (files get edited by hand), nothing else. */
static bool
parse_u64(const char *text, uint64_t *ret)
{
    uint64_t v = 0;
    const char *s = skip_space(text);

    if (*s < '0' || *s > '9')
        return false;
    for (; *s >= '0' && *s <= '9'; s++)
        if (__builtin_mul_overflow(v, (uint64_t)10, &v)
            || __builtin_add_overflow(v, (uint64_t)(*s - '0'), &v))
            return false;
    if (*skip_space(s))
        return false;
    *ret = v;
    return true;
}

static bool
parse_i64(const char *text, int64_t *ret)
{
    const char *s = skip_space(text);
    bool is_negative = *s == '-';
    uint64_t v;

    s += is_negative;
    if ((is_negative && (*s < '0' || *s > '9')) || !parse_u64(s, &v))
        return false;
    if (v > (uint64_t)INT64_MAX + is_negative)
        return false;
    *ret = is_negative ? (int64_t)(0 - v) : (int64_t)v;
    return true;
}

uint64_t
xml_get_u64(xmlNodePtr from, const char *path, uint64_t def)
{
    AUTO(cleanup_free) char *copy = NULL;
    xmlNodePtr e = xml_find(from, path);
    bool is_several;
    const char *text;
    uint64_t v;

    if (!e)
        return def;
    text = peek_single(e, &is_several);
    if (is_several)
        text = copy = text_of(e);
    return text && parse_u64(text, &v) ? v : def;
}

int64_t
xml_get_i64(xmlNodePtr from, const char *path, int64_t def)
{
    AUTO(cleanup_free) char *copy = NULL;
    xmlNodePtr e = xml_find(from, path);
    bool is_several;
    const char *text;
    int64_t v;

    if (!e)
        return def;
    text = peek_single(e, &is_several);
    if (is_several)
        text = copy = text_of(e);
    return text && parse_i64(text, &v) ? v : def;
}

/* CDATA stays CDATA, elements below stay; all text there was is replaced. */
static bool
set_text(xmlNodePtr e, const char *text)
{
    xmlNodePtr new_node = NULL, next;
    bool was_cdata = false, is_empty = !text[0];

    for (xmlNodePtr n = e->children; n && !was_cdata; n = n->next)
        was_cdata = n->type == XML_CDATA_SECTION_NODE;
    if (was_cdata)
        new_node = xmlNewCDataBlock(e->doc, (const xmlChar *)text, (int)strlen(text));
    else if (!is_empty)
        new_node = xmlNewDocText(e->doc, (const xmlChar *)text);
    if (!new_node && (was_cdata || !is_empty))
        return false;

    for (xmlNodePtr n = e->children; n; n = next) {
        next = n->next;
        if (is_text(n))
            xml_remove(n);
    }
    if (!new_node)
        return true;
    if (e->children)
        return xmlAddPrevSibling(e->children, new_node) != NULL;
    return xmlAddChild(e, new_node) != NULL;
}

bool
xml_set(xmlNodePtr from, const char *path, const char *text)
{
    xmlNodePtr e;
    size_t n;

    if (!text)
        text = "";
    n = strlen(text);
    if (n > XML_MAX_BYTES || !str_is_xml_text(text, n))
        return false;
    e = xml_make(from, path);
    return e && set_text(e, text);
}

bool
xml_set_u64(xmlNodePtr from, const char *path, uint64_t value)
{
    char text[24];

    snprintf(text, sizeof text, "%llu", (unsigned long long)value);
    return xml_set(from, path, text);
}

void
xml_remove(xmlNodePtr node)
{
    if (!node)
        return;
    xmlUnlinkNode(node);
    xmlFreeNode(node);
}

xmlNodePtr
xml_copy_into(xmlNodePtr parent, xmlNodePtr node)
{
    xmlNodePtr copy = parent && node ? xmlDocCopyNode(node, parent->doc, 1) : NULL;

    if (!copy)
        return NULL;
    if (!xmlAddChild(parent, copy)) {
        xmlFreeNode(copy);
        return NULL;
    }
    return copy;
}
