/* SPDX-License-Identifier: MIT */
/*
 * Preferences and profile. The lock is held for memory only; the file is written by the one commit that runs.
 */
#include "prefs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/err.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "base/uuid.h"
#include "base/vec.h"
#include "host_info.h"
#include "model/vm_model.h"
#include "networks.h"
#include "vm/vm_store.h"

#define FILE_NAME "dispatcher.xml"
#define FILE_MAX (4u << 20)
#define COMMON "ServerSettings/CommonPreferences"
#define USER "VirtuozzoUser"
#define NETWORKS "VirtualNetworks"
#define VM_DIR "WorkspacePreferences/DefaultVmDirectory"
#define VM_FOLDER "UserWorkspace/UserDefaultVmFolder"
#define BACKUP_PASSWORD "BackupSourcePreferences/Password"

/* What BeginEdit gave to a session. */
struct mark {
    const struct session *session;
    int part;
    char *base;
};

static struct lock lock = LOCK_INIT(0);
static char *file;              /* under lock, as the next ones */
static xmlDocPtr doc;           /* replaced as a whole by a commit */
static VEC(struct mark) marks;
static bool is_committing;

static PRL_RESULT
no_memory(void)
{
    return err_set(PRL_ERR_OUT_OF_MEMORY, "preferences");
}

/* ---- parts ---- */

typedef PRL_RESULT check_part(xmlNodePtr before, xmlNodePtr after);
static check_part check_common, check_user;
static bool show_common(xmlNodePtr root), show_user(xmlNodePtr root);

static const char *const common_differing[] = {
    VM_DIR, BACKUP_PASSWORD, "MemoryPreferences/HostRamSize", "MemoryPreferences/MinVmMemory",
    "MemoryPreferences/MaxVmMemory", "MemoryPreferences/RecommendedMaxVmMemory", NULL,
};
static const char *const user_differing[] = { "Name", "AccessPreferences", NULL };

enum { PART_COMMON, PART_USER };
static const struct part {
    const char *path, *root;
    bool (*show)(xmlNodePtr root); /* fills in what is not stored, takes away what is not shown: */
    const char *const *differing;  /* those elements; NULL behind the last */
    check_part *check;
    PRL_RESULT unparsable, was_changed, is_blocked;
} parts[] = {
    [PART_COMMON] = { COMMON, "CommonPreferences", show_common, common_differing, check_common,
                      PRL_ERR_PARSE_COMMON_SERVER_PREFS, PRL_ERR_COMMON_SERVER_PREFS_WERE_CHANGED,
                      PRL_ERR_COMMON_SERVER_PREFS_BLOCKED_TO_CHANGE },
    [PART_USER] = { USER, "VirtuozzoUser", show_user, user_differing, check_user, PRL_ERR_PARSE_USER_PROFILE,
                    PRL_ERR_USER_PROFILE_WAS_CHANGED, PRL_ERR_USER_PROFILE_WAS_CHANGED },
};

static xmlDocPtr
copy_as_doc(xmlNodePtr node)
{
    AUTO(xmlFreeDoc) xmlDocPtr copy = xmlNewDoc((const xmlChar *)"1.0");
    xmlNodePtr root = copy && node ? xmlDocCopyNode(node, copy, 1) : NULL;

    if (!root)
        return NULL;
    xmlDocSetRootElement(copy, root);
    return TAKE(copy);
}

static bool
fill_u64(xmlNodePtr root, const char *path, uint64_t value)
{
    return xml_get_u64(root, path, 0) || xml_set_u64(root, path, value);
}

static bool
show_common(xmlNodePtr root)
{
    AUTO(cleanup_free) char *dir = xml_get(root, VM_DIR);
    uint64_t ram = host_ram_mib();

    xml_remove(xml_find(root, BACKUP_PASSWORD));
    if ((!dir || !dir[0]) && !xml_set(root, VM_DIR, vm_store_default_dir()))
        return false;
    return fill_u64(root, "MemoryPreferences/HostRamSize", ram) && fill_u64(root, "MemoryPreferences/MinVmMemory", 4)
           && fill_u64(root, "MemoryPreferences/MaxVmMemory", ram)
           && fill_u64(root, "MemoryPreferences/RecommendedMaxVmMemory", ram);
}

/* The service is the user's own: he may do all that it can. */
static bool
show_user(xmlNodePtr root)
{
    return xml_set(root, "Name", host_identity()->user_name)
           && xml_set_u64(root, "AccessPreferences/UseManagementConsole", 1)
           && xml_set_u64(root, "AccessPreferences/ChangeServerSettings", 1)
           && xml_set_u64(root, "AccessPreferences/LocalAdministrator", 1);
}

/* The part as clients see it; the caller holds the lock. NULL: no memory. */
static xmlDocPtr
shown_locked(int which)
{
    AUTO(xmlFreeDoc) xmlDocPtr copy = copy_as_doc(xml_find(vm_model_root(doc), parts[which].path));

    return copy && parts[which].show(xmlDocGetRootElement(copy)) ? TAKE(copy) : NULL;
}

static PRL_RESULT
give_text(xmlDocPtr d, char **ret_text, size_t *ret_len)
{
    size_t len = 0;
    char *text = d ? xml_text(d, &len) : NULL;

    if (!text)
        return no_memory();
    *ret_text = text;
    *ret_len = len;
    return PRL_ERR_SUCCESS;
}

static PRL_RESULT
part_text(int which, char **ret_text, size_t *ret_len)
{
    AUTO(xmlFreeDoc) xmlDocPtr copy = NULL;

    {
        LOCK_SCOPE(&lock);
        copy = doc ? shown_locked(which) : NULL;
    }
    return give_text(copy, ret_text, ret_len);
}

PRL_RESULT
prefs_common_text(char **ret_text, size_t *ret_len)
{
    return part_text(PART_COMMON, ret_text, ret_len);
}

PRL_RESULT
prefs_user_text(char **ret_text, size_t *ret_len)
{
    return part_text(PART_USER, ret_text, ret_len);
}

PRL_RESULT
prefs_network_text(unsigned n, char **ret_text, size_t *ret_len)
{
    AUTO(xmlFreeDoc) xmlDocPtr copy = NULL;

    {
        LOCK_SCOPE(&lock);
        xmlNodePtr net = doc ? xml_find(vm_model_root(doc), NETWORKS "/VirtualNetwork") : NULL;

        while (net && n--)
            net = xml_next(net);
        if (!net)
            return PRL_ERR_NO_DATA;
        copy = copy_as_doc(net);
    }
    return give_text(copy, ret_text, ret_len);
}

/* ---- single values ---- */

static char *
value_of(const char *part, const char *path)
{
    LOCK_SCOPE(&lock);
    return doc ? xml_get(xml_find(vm_model_root(doc), part), path) : NULL;
}

char *
prefs_common_value(const char *path)
{
    return value_of(COMMON, path);
}

char *
prefs_user_value(const char *path)
{
    return value_of(USER, path);
}

char *
prefs_default_vm_dir(void)
{
    char *dir = prefs_user_value(VM_FOLDER);

    if (!dir || !dir[0]) {
        free(dir);
        dir = prefs_common_value(VM_DIR);
    }
    if (dir && dir[0])
        return dir;
    free(dir);
    return NULL;
}

static unsigned
port_of(const char *path, unsigned def)
{
    LOCK_SCOPE(&lock);
    uint64_t port = doc ? xml_get_u64(xml_find(vm_model_root(doc), COMMON), path, def) : def;

    return port >= 1024 && port <= 65535 ? (unsigned)port : def;
}

unsigned
prefs_vnc_base_port(void)
{
    return port_of("RemoteDisplayPreferences/BasePort", 5900);
}

unsigned
prefs_vnc_max_port(void)
{
    unsigned most = port_of("RemoteDisplayPreferences/MaxPort", 6900), least = prefs_vnc_base_port();

    return most < least ? least : most;
}

/* ---- the file ---- */

static bool
fill_leaf(xmlNodePtr root, const char *path, const char *def)
{
    return xml_find(root, path) || xml_set(root, path, def);
}

static bool
fill_uuid(xmlNodePtr root, const char *path)
{
    AUTO(cleanup_free) char *text = xml_get(root, path);
    char uuid[UUID_TEXT];

    if (text && uuid_parse(text, uuid))
        return true;
    uuid_make(uuid);
    return xml_set(root, path, uuid);
}

static bool
fill(xmlNodePtr root)
{
    static const char *const leaves[][2] = {
#define LEAF(path, def) { path, def },
#define GROUP(path) { path, "" },
#include "prefs.def"
#undef GROUP
#undef LEAF
    };
    xmlNodePtr common = xml_make(root, COMMON), user = xml_make(root, USER), networks = xml_make(root, NETWORKS);

    if (!common || !user || !networks || !networks_fill(networks))
        return false;
    for (size_t i = 0; i < ARRAY_LEN(leaves); i++)
        if (!fill_leaf(common, leaves[i][0], leaves[i][1]))
            return false;
    return fill_leaf(user, "Name", "") && fill_uuid(user, "Uuid") && fill_uuid(user, "UserWorkspace/UserVmDirectory")
           && fill_leaf(user, VM_FOLDER, "") && fill_leaf(user, "UserWorkspace/UserHomeFolder", "");
}

/* NULL: nothing usable is there. */
static xmlDocPtr
read_file(const char *path)
{
    AUTO(cleanup_free) char *text = NULL;
    AUTO(cleanup_free) char *why = NULL;
    AUTO(cleanup_free) char *aside = str_printf("%s.broken", path);
    AUTO(xmlFreeDoc) xmlDocPtr found = NULL;
    size_t len;
    int e = path_read(path, FILE_MAX, &text, &len);

    if (e == -ENOENT)
        return NULL;
    if (e == 0)
        found = xml_parse(text, len, &why);
    if (found && str_eq((const char *)xmlDocGetRootElement(found)->name, "VirtuozzoPreferences")
        && !PRL_FAILED(vm_model_check_size(xmlDocGetRootElement(found))))
        return TAKE(found);
    LOG_W("prefs", "'%s' cannot be used (%s): set aside as '.broken', defaults are taken", path,
          why ? why : e < 0 ? strerror(-e) : "another document");
    if (aside)
        path_rename_durable(path, aside);
    return NULL;
}

static xmlDocPtr
new_file(void)
{
    AUTO(xmlFreeDoc) xmlDocPtr fresh = NULL;
    xmlNodePtr root;

    xml_init();
    fresh = xmlNewDoc((const xmlChar *)"1.0");
    root = fresh ? xmlNewDocNode(fresh, NULL, (const xmlChar *)"VirtuozzoPreferences", NULL) : NULL;
    if (!root)
        return NULL;
    xmlDocSetRootElement(fresh, root);
    return TAKE(fresh);
}

static PRL_RESULT
write_file(const char *path, xmlDocPtr d)
{
    size_t len;
    AUTO(cleanup_free) char *text = xml_text(d, &len);
    int e = text ? path_write_durable(path, text, len) : -ENOMEM;

    return e < 0 ? err_errno(PRL_ERR_DISP_CONFIG_WRITE_ERR, -e, "'%s'", path) : PRL_ERR_SUCCESS;
}

PRL_RESULT
prefs_load(const char *state_dir)
{
    AUTO(cleanup_free) char *path = path_join(state_dir, FILE_NAME);
    AUTO(xmlFreeDoc) xmlDocPtr found = path ? read_file(path) : NULL;
    AUTO(cleanup_free) char *before = NULL;
    AUTO(cleanup_free) char *after = NULL;
    PRL_RESULT r;

    if (!found)
        found = new_file();
    before = found ? xml_text(found, NULL) : NULL;
    if (!path || !before || !fill(xmlDocGetRootElement(found)) || !(after = xml_text(found, NULL)))
        return no_memory();
    r = strcmp(before, after) == 0 ? PRL_ERR_SUCCESS : write_file(path, found); /* new uuids are to last */
    if (PRL_FAILED(r))
        return r;
    prefs_unload();
    LOCK_SCOPE(&lock);
    file = TAKE(path);
    doc = TAKE(found);
    return PRL_ERR_SUCCESS;
}

void
prefs_unload(void)
{
    LOCK_SCOPE(&lock);
    for (size_t i = 0; i < marks.len; i++)
        free(marks.p[i].base);
    vec_free(&marks);
    free(TAKE(file));
    if (doc)
        xmlFreeDoc(TAKE(doc));
}

/* ---- editing ---- */

static void
unmark_locked(const struct session *session, int which) /* which -1: all */
{
    for (size_t i = marks.len; i-- > 0;) {
        if (marks.p[i].session != session || (which >= 0 && marks.p[i].part != which))
            continue;
        free(marks.p[i].base);
        vec_remove(&marks, i);
    }
}

static PRL_RESULT
begin_edit(const struct session *session, int which)
{
    struct mark m = { session, which, NULL };
    size_t len;
    PRL_RESULT r = part_text(which, &m.base, &len);

    if (PRL_FAILED(r))
        return r;
    LOCK_SCOPE(&lock);
    unmark_locked(session, which);
    if (!vec_push(&marks, m)) {
        free(m.base);
        return no_memory();
    }
    return PRL_ERR_SUCCESS;
}

void
prefs_session_gone(const struct session *session)
{
    LOCK_SCOPE(&lock);
    unmark_locked(session, -1);
}

static PRL_RESULT
parse_part(int which, const char *text, size_t len, xmlDocPtr *ret)
{
    AUTO(cleanup_free) char *why = NULL;
    AUTO(xmlFreeDoc) xmlDocPtr found = xml_parse(text, len, &why);

    if (!found)
        return err_set(parts[which].unparsable, "%s: %s", parts[which].root, why ? why : "not well-formed");
    if (strcmp((const char *)xmlDocGetRootElement(found)->name, parts[which].root) != 0)
        return err_set(parts[which].unparsable, "the root is '%.64s', not %s", xmlDocGetRootElement(found)->name,
                       parts[which].root);
    if (PRL_FAILED(vm_model_check_size(xmlDocGetRootElement(found))))
        return err_set(parts[which].unparsable, "%s: more elements than are needed", parts[which].root);
    *ret = TAKE(found);
    return PRL_ERR_SUCCESS;
}

/*
 * Where the caller stands: what he saw, what he would see now, what he wants, and a copy of all that is
 * stored, to be written.
 */
struct commit {
    xmlDocPtr old, cur, now, merged, whole;
    char *path;
};

static void
commit_free(struct commit *c)
{
    xmlDocPtr docs[] = { c->old, c->cur, c->now, c->merged, c->whole };

    for (size_t i = 0; i < ARRAY_LEN(docs); i++)
        if (docs[i])
            xmlFreeDoc(docs[i]);
    free(c->path);
}

static PRL_RESULT
commit_begin(struct commit *c, const struct session *session, int which)
{
    const char *base = NULL;

    LOCK_SCOPE(&lock);
    if (!doc)
        return err_set(PRL_ERR_DISP_SHUTDOWN_IN_PROCESS, "preferences");
    if (is_committing)
        return err_set(parts[which].is_blocked, "another session commits at this moment");
    for (size_t i = 0; i < marks.len; i++)
        if (marks.p[i].session == session && marks.p[i].part == which)
            base = marks.p[i].base;
    c->old = base ? xml_parse(base, strlen(base), NULL) : shown_locked(which);
    c->cur = shown_locked(which);
    c->whole = xmlCopyDoc(doc, 1);
    c->path = str_dup(file);
    if (!c->old || !c->cur || !c->whole || !c->path)
        return no_memory();
    is_committing = true;
    return PRL_ERR_SUCCESS;
}

static bool
same_text(xmlNodePtr a, xmlNodePtr b)
{
    AUTO(cleanup_free) char *x = a ? xml_node_text(a, NULL) : NULL;
    AUTO(cleanup_free) char *y = b ? xml_node_text(b, NULL) : NULL;

    return str_eq(x, y);
}

/* What was only shown and not changed goes back to what is stored. */
static bool
unshow(xmlNodePtr merged, xmlNodePtr shown, xmlNodePtr stored, const char *const *paths)
{
    for (; *paths; paths++) {
        xmlNodePtr mine = xml_find(merged, *paths), theirs = xml_find(stored, *paths), copy;

        if (!same_text(mine, xml_find(shown, *paths)))
            continue;
        if (!theirs) {
            xml_remove(mine);
            continue;
        }
        if (!mine)
            mine = xml_make(merged, *paths);
        copy = mine ? xmlDocCopyNode(theirs, merged->doc, 1) : NULL;
        if (!copy)
            return false;
        xmlFreeNode(xmlReplaceNode(mine, copy));
    }
    return true;
}

static PRL_RESULT
commit_merge(struct commit *c, int which)
{
    PRL_RESULT r = vm_model_merge(c->old, c->cur, c->now, &c->merged);
    xmlNodePtr copy, place;

    if (r == PRL_ERR_VM_CONFIG_WAS_CHANGED) {
        AUTO(cleanup_free) char *details = str_dup(err_peek()->details);

        return err_set(parts[which].was_changed, "%s", details ? details : "changed meanwhile");
    }
    if (PRL_FAILED(r))
        return r;
    r = parts[which].check(xmlDocGetRootElement(c->cur), xmlDocGetRootElement(c->merged));
    if (PRL_FAILED(r))
        return r;
    place = xml_find(vm_model_root(c->whole), parts[which].path);
    if (!unshow(xmlDocGetRootElement(c->merged), xmlDocGetRootElement(c->cur), place, parts[which].differing))
        return no_memory();
    copy = place ? xmlDocCopyNode(xmlDocGetRootElement(c->merged), c->whole, 1) : NULL;
    if (!copy)
        return no_memory();
    xmlFreeNode(xmlReplaceNode(place, copy));
    return write_file(c->path, c->whole);
}

static void
commit_end(struct commit *c, const struct session *session, int which, PRL_RESULT r)
{
    LOCK_SCOPE(&lock);
    is_committing = false;
    if (PRL_FAILED(r) || !doc)
        return;
    xmlFreeDoc(doc);
    doc = TAKE(c->whole);
    unmark_locked(session, which);
}

static PRL_RESULT
commit(const struct session *session, int which, const char *text, size_t len)
{
    struct commit c = { 0 };
    PRL_RESULT r = parse_part(which, text, len, &c.now);

    if (!PRL_FAILED(r))
        r = commit_begin(&c, session, which);
    if (!PRL_FAILED(r)) {
        r = commit_merge(&c, which);
        commit_end(&c, session, which, r);
    }
    commit_free(&c);
    return r;
}

PRL_RESULT
prefs_common_begin_edit(const struct session *session)
{
    return begin_edit(session, PART_COMMON);
}

PRL_RESULT
prefs_common_commit(const struct session *session, const char *text, size_t len)
{
    return commit(session, PART_COMMON, text, len);
}

PRL_RESULT
prefs_user_begin_edit(const struct session *session)
{
    return begin_edit(session, PART_USER);
}

PRL_RESULT
prefs_user_commit(const struct session *session, const char *text, size_t len)
{
    return commit(session, PART_USER, text, len);
}

/* ---- what may be committed ---- */

static bool
differs(xmlNodePtr before, xmlNodePtr after, const char *path)
{
    AUTO(cleanup_free) char *x = xml_get(before, path);
    AUTO(cleanup_free) char *y = xml_get(after, path);

    return strcmp(x ? x : "", y ? y : "") != 0;
}

/* "" is fine: the default. */
static PRL_RESULT
check_directory(xmlNodePtr root, const char *path, bool is_written)
{
    AUTO(cleanup_free) char *dir = xml_get(root, path);
    PRL_RESULT code = PRL_ERR_SUCCESS;

    if (!dir || !dir[0])
        return PRL_ERR_SUCCESS;
    if (!path_is_absolute(dir) || !path_is_clean(dir))
        code = PRL_ERR_VMDIR_PATH_IS_NOT_ABSOLUTE;
    else if (!path_is_dir(dir))
        code = PRL_ERR_DIRECTORY_DOES_NOT_EXIST;
    else if (is_written && access(dir, W_OK | X_OK) != 0)
        code = PRL_ERR_USER_NO_AUTH_TO_SAVE_FILES;
    if (code == PRL_ERR_SUCCESS)
        return code;
    err_set(code, "'%s'", dir);
    err_param(0, "%s", dir);
    return code;
}

static PRL_RESULT
check_common(xmlNodePtr before, xmlNodePtr after)
{
    if (differs(before, after, "WorkspacePreferences/HostId"))
        return err_set(PRL_ERR_CANT_CHANGE_HOST_ID, "HostId cannot be set");
    return differs(before, after, VM_DIR) ? check_directory(after, VM_DIR, false) : PRL_ERR_SUCCESS;
}

static PRL_RESULT
check_user(xmlNodePtr before, xmlNodePtr after)
{
    static const char *const access[] = { "AccessPreferences/UseManagementConsole",
                                          "AccessPreferences/ChangeServerSettings",
                                          "AccessPreferences/LocalAdministrator" };

    if (differs(before, after, "Uuid") || differs(before, after, "Name"))
        return err_set(PRL_ERR_USER_CANT_CHANGE_READ_ONLY_VALUE, "name and uuid of a user stay");
    for (size_t i = 0; i < ARRAY_LEN(access); i++)
        if (differs(before, after, access[i]))
            return err_set(PRL_ERR_USER_CANT_CHANGE_ACCESS_PROFILE, "%s", access[i]);
    return differs(before, after, VM_FOLDER) ? check_directory(after, VM_FOLDER, true) : PRL_ERR_SUCCESS;
}
