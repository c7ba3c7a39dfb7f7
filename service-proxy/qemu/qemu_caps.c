/* SPDX-License-Identifier: MIT */
/* Asks a QEMU binary for its version, machines and devices through QMP on its standard input, and keeps the answer. */
#include "qemu_caps.h"

#include <errno.h>
#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <sys/stat.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/lock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/str.h"
#include "proc_run.h"
#include "qemu_find.h"

#define PROBE_MS 20000
#define FILE_MAX (1u << 20)
#define OLDEST_VERSION 70200
#define OLDEST_TEXT "7.2"

static const char questions[] = "{\"execute\":\"qmp_capabilities\"}\n"
                                "{\"execute\":\"query-version\",\"id\":\"version\"}\n"
                                "{\"execute\":\"query-machines\",\"id\":\"machines\"}\n"
                                "{\"execute\":\"qom-list-types\",\"arguments\":{\"implements\":\"device\"},\"id\":\"devices\"}\n"
                                "{\"execute\":\"quit\"}\n";

/*
 * Belongs to whoever has the turn: one caller at a time looks and, where needed, asks a binary, with no lock held; the others wait for
 * their turn, since they want the same answer.
 */
static struct {
    char *file;
    char *key;     /* path, size and mtime of the binary that `known` is about */
    json_t *known; /* {"version":[7,2,22],"machine":"..","machines":[..],"devices":[..]} */
} caps;

/* Longer than any one caller asks: a binary is given PROBE_MS for its abilities, and as much for each processor model. */
#define TURN_MS (5 * PROBE_MS)

static struct {
    struct lock lock;
    struct cond is_over;
    bool is_taken; /* under lock */
} turn = { .lock = LOCK_INIT(0) };

static void
make_turn(void)
{
    cond_init(&turn.is_over); /* static initialisers wait by the wall clock */
}

static PRL_RESULT
take_turn(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    int64_t deadline = clock_deadline(TURN_MS);

    pthread_once(&once, make_turn);
    LOCK_SCOPE(&turn.lock);
    while (turn.is_taken)
        if (!cond_wait_until(&turn.is_over, &turn.lock, deadline))
            return err_set(PRL_ERR_TIMEOUT, "QEMU is being asked what it can do, and does not answer");
    turn.is_taken = true;
    return PRL_ERR_SUCCESS;
}

static void
end_turn(void)
{
    LOCK_SCOPE(&turn.lock);

    turn.is_taken = false;
    cond_signal(&turn.is_over);
}

static char *
binary_key(const char *path)
{
    struct stat st;

    if (stat(path, &st) < 0)
        return NULL;
    return str_printf("%s %lld %lld.%09ld", path, (long long)st.st_size, (long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

/* ---- asking ---- */

static json_t *
names_of(json_t *list, const char *member)
{
    json_t *names = json_array(), *item;
    size_t i;

    json_array_foreach(list, i, item) {
        json_t *name = json_object_get(item, member);

        if (json_is_string(name))
            json_array_append(names, name);
    }
    return names;
}

static const char *
versioned_q35(json_t *machines)
{
    json_t *m;
    size_t i;

    json_array_foreach(machines, i, m)
        if (str_eq(json_string_value(json_object_get(m, "alias")), "q35"))
            return json_string_value(json_object_get(m, "name"));
    return NULL;
}

static json_t *
answer_to(const char *text, const char *id)
{
    while (*text) {
        size_t len = strcspn(text, "\n");
        json_t *msg = json_loadb(text, len, 0, NULL);
        json_t *value = json_object_get(msg, "return");

        if (value && str_eq(json_string_value(json_object_get(msg, "id")), id)) {
            json_incref(value);
            json_decref(msg);
            return value;
        }
        json_decref(msg);
        text += len + (text[len] == '\n');
    }
    return NULL;
}

static json_t *
caps_from_answers(const char *text)
{
    json_t *version = answer_to(text, "version");
    json_t *machines = answer_to(text, "machines");
    json_t *devices = answer_to(text, "devices");
    json_t *q = json_object_get(version, "qemu");
    const char *machine = versioned_q35(machines);
    json_t *result = NULL;

    if (q && machine && devices)
        result = json_pack("{s:[O,O,O], s:s, s:o, s:o}", "version", json_object_get(q, "major"), json_object_get(q, "minor"),
                           json_object_get(q, "micro"), "machine", machine, "machines", names_of(machines, "name"), "devices",
                           names_of(devices, "name"));
    json_decref(version);
    json_decref(machines);
    json_decref(devices);
    return result;
}

static PRL_RESULT
ask_binary(const char *path, json_t **ret)
{
    const char *argv[] = { path, "-machine", "none", "-nodefaults", "-no-user-config", "-display", "none", "-S", "-qmp", "stdio",
                           NULL };
    AUTO(cleanup_free) char *out = NULL;
    PRL_RESULT rc = proc_run(argv, questions, clock_deadline(PROBE_MS), -1, &out);

    if (PRL_FAILED(rc))
        return rc;
    *ret = caps_from_answers(out);
    if (!*ret)
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "'%s' does not answer as a QEMU for x86-64 does", path);
    return PRL_ERR_SUCCESS;
}

/* ---- keeping ---- */

static json_t *
load_file(const char *key)
{
    AUTO(cleanup_free) char *text = NULL;
    json_t *doc, *known = NULL;
    size_t len;

    if (!caps.file || path_read(caps.file, FILE_MAX, &text, &len) < 0)
        return NULL;
    doc = json_loadb(text, len, 0, NULL);
    if (str_eq(json_string_value(json_object_get(doc, "key")), key))
        known = json_incref(json_object_get(doc, "caps"));
    json_decref(doc);
    return known;
}

static void
save_file(const char *key)
{
    json_t *doc = caps.file ? json_pack("{s:s, s:O}", "key", key, "caps", caps.known) : NULL;
    AUTO(cleanup_free) char *text = doc ? json_dumps(doc, JSON_COMPACT) : NULL;
    int r;

    json_decref(doc);
    if (!text)
        return;
    r = path_write_durable(caps.file, text, strlen(text));
    if (r < 0)
        LOG_W("qemu", "'%s' cannot be written: %s", caps.file, strerror(-r));
}

static PRL_RESULT
know(const char *path)
{
    AUTO(cleanup_free) char *key = binary_key(path);
    json_t *known;
    PRL_RESULT rc;

    if (!key)
        return err_errno(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, errno, "'%s'", path);
    if (str_eq(key, caps.key))
        return PRL_ERR_SUCCESS;
    known = load_file(key);
    if (!known) {
        rc = ask_binary(path, &known);
        if (PRL_FAILED(rc))
            return rc;
        json_decref(caps.known);
        caps.known = known;
        save_file(key);
    } else {
        json_decref(caps.known);
        caps.known = known;
    }
    free(caps.key);
    caps.key = TAKE(key);
    return PRL_ERR_SUCCESS;
}

void
qemu_caps_set_file(const char *path)
{
    AUTO(cleanup_free) char *half = str_printf("%s.new", path);

    if (PRL_FAILED(take_turn()))
        return;
    free(caps.file);
    caps.file = str_dup(path);
    if (half) /* of a service that was killed while it wrote */
        unlink(half);
    end_turn();
}

/* ---- KVM ---- */

/* Best first. arch-capabilities: newer kernels offer it on AMD, and QEMU 7.2 dies when it sets its register. */
static const char *const kvm_cpus[] = { "host,migratable=on", "host,migratable=on,arch-capabilities=off", "qemu64" };

static PRL_RESULT
try_kvm_cpu(const char *path, const char *machine, const char *cpu)
{
    const char *argv[] = { path, "-machine", machine, "-accel", "kvm", "-cpu", cpu, "-nodefaults", "-no-user-config",
                           "-display", "none", "-S", "-qmp", "stdio", NULL };

    return proc_run(argv, "{\"execute\":\"qmp_capabilities\"}\n{\"execute\":\"quit\"}\n", clock_deadline(PROBE_MS), -1, NULL);
}

/* {"boot":id, "cpu":name}; a host that none works on is asked again each time: somebody may be repairing it. */
static PRL_RESULT
kvm_cpu(const char *path, char **ret)
{
    json_t *kvm = json_object_get(caps.known, "kvm");
    const char *cpu = json_string_value(json_object_get(kvm, "cpu"));
    PRL_RESULT rc = PRL_ERR_SUCCESS;

    if (cpu && str_eq(json_string_value(json_object_get(kvm, "boot")), proc_boot_id())) {
        *ret = str_dup(cpu);
        return *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "processor");
    }
    for (size_t i = 0; i < ARRAY_LEN(kvm_cpus); i++) {
        rc = try_kvm_cpu(path, json_string_value(json_object_get(caps.known, "machine")), kvm_cpus[i]);
        if (PRL_FAILED(rc))
            continue;
        if (i)
            LOG_W("qemu", "KVM runs no '%s' here, '%s' is used: %s", kvm_cpus[0], kvm_cpus[i],
                  err_peek()->details ? err_peek()->details : "");
        json_object_set_new(caps.known, "kvm", json_pack("{s:s, s:s}", "boot", proc_boot_id(), "cpu", kvm_cpus[i]));
        save_file(caps.key);
        err_clear();
        *ret = str_dup(kvm_cpus[i]);
        return *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "processor");
    }
    return rc;
}

PRL_RESULT
qemu_caps_kvm_cpu(char **ret_cpu)
{
    AUTO(cleanup_free) char *path = NULL;
    PRL_RESULT rc = qemu_find_binary(&path);

    if (PRL_FAILED(rc))
        return rc;
    rc = take_turn();
    if (PRL_FAILED(rc))
        return rc;
    rc = know(path);
    if (PRL_SUCCEEDED(rc))
        rc = kvm_cpu(path, ret_cpu);
    end_turn();
    return rc;
}

/* ---- copies for callers ---- */

#define FILL(vec, list)                                                                            \
    do {                                                                                           \
        json_t *item_;                                                                             \
        size_t i_;                                                                                 \
        json_array_foreach(list, i_, item_) {                                                      \
            char *name_ = str_dup(json_string_value(item_));                                       \
            if (!name_ || !vec_push(vec, name_)) {                                                 \
                free(name_);                                                                       \
                return NULL;                                                                       \
            }                                                                                      \
        }                                                                                          \
    } while (0)

static struct qemu_caps *
copy(const char *path)
{
    AUTO(qemu_caps_free) struct qemu_caps *c = calloc(1, sizeof *c);
    json_t *v = json_object_get(caps.known, "version");
    unsigned n[3];

    if (!c)
        return NULL;
    for (size_t i = 0; i < 3; i++)
        n[i] = (unsigned)json_integer_value(json_array_get(v, i)) % 100;
    c->version_no = n[0] * 10000 + n[1] * 100 + n[2];
    c->version = str_printf("%u.%u.%u", n[0], n[1], n[2]);
    c->path = str_dup(path);
    c->machine = str_dup(json_string_value(json_object_get(caps.known, "machine")));
    if (!c->version || !c->path || !c->machine)
        return NULL;
    FILL(&c->machines, json_object_get(caps.known, "machines"));
    FILL(&c->devices, json_object_get(caps.known, "devices"));
    return TAKE(c);
}

static PRL_RESULT
look(const char *path, struct qemu_caps **ret)
{
    PRL_RESULT rc = know(path);

    if (PRL_FAILED(rc))
        return rc;
    *ret = copy(path);
    return *ret ? PRL_ERR_SUCCESS : err_set(PRL_ERR_OUT_OF_MEMORY, "QEMU's abilities");
}

PRL_RESULT
qemu_caps_get(struct qemu_caps **ret)
{
    AUTO(qemu_caps_free) struct qemu_caps *c = NULL;
    AUTO(cleanup_free) char *path = NULL;
    PRL_RESULT rc = qemu_find_binary(&path);

    if (PRL_SUCCEEDED(rc))
        rc = take_turn();
    if (PRL_FAILED(rc))
        return rc;
    rc = look(path, &c);
    end_turn();
    if (PRL_FAILED(rc))
        return rc;
    if (c->version_no < OLDEST_VERSION)
        return err_set(PRL_ERR_VM_PROCESS_IS_NOT_STARTED, "'%s' is version %s; " OLDEST_TEXT " or later is needed", path, c->version);
    *ret = TAKE(c);
    return PRL_ERR_SUCCESS;
}

void
qemu_caps_free(struct qemu_caps *c)
{
    if (!c)
        return;
    for (size_t i = 0; i < c->machines.len; i++)
        free(c->machines.p[i]);
    for (size_t i = 0; i < c->devices.len; i++)
        free(c->devices.p[i]);
    vec_free(&c->machines);
    vec_free(&c->devices);
    free(c->path);
    free(c->version);
    free(c->machine);
    free(c);
}

bool
qemu_caps_has_machine(const struct qemu_caps *c, const char *name)
{
    for (size_t i = 0; i < c->machines.len; i++)
        if (strcmp(c->machines.p[i], name) == 0)
            return true;
    return false;
}

bool
qemu_caps_has_device(const struct qemu_caps *c, const char *name)
{
    for (size_t i = 0; i < c->devices.len; i++)
        if (strcmp(c->devices.p[i], name) == 0)
            return true;
    return false;
}
