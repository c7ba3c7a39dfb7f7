/* SPDX-License-Identifier: MIT */
/* Subscriptions, the ticker, and the event made of what the backend counted. */
#include "perf.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "base/str.h"
#include "base/thread.h"
#include "base/vec.h"
#include "base/xml.h"
#include "engine/events.h"
#include "engine/session.h"
#include "qemu/backend.h"
#include "vm.h"

#define TICK_MS 1000
#define ANSWER_MS 400 /* of all QEMUs together, so that the next tick is on time */
#define NAME_ROOM 63  /* positions in a name, its end included, fit 64 bits */

/* What the counters "since the last sample" are counted from. */
struct mark {
    int64_t at_us;
    uint64_t guest_ns, host_ns;
};

struct sub {
    _Atomic unsigned refs;
    struct vm *vm;           /* counted; constant, as the next two */
    struct session *session; /* counted */
    char *filter;            /* or NULL */
    struct mark mark;        /* the ticker's alone */
    bool is_due;             /* under the ticker's lock: it gets an event without waiting for the next tick */
};
typedef VEC(struct sub *) sub_vec;

static struct {
    struct lock lock; /* rank 28: also held while an event is queued, so that none follows the answer to an unsubscription */
    struct cond changed;
    sub_vec subs; /* under lock, as the next; each counted */
    bool is_stopping;
    bool is_started; /* I/O thread */
    pthread_t thread;
} ticker = { .lock = LOCK_INIT(28) };

/* ---- filter ---- */

/* The set of positions in the name that the filter read so far can end at. */
static uint64_t
step(uint64_t at, char c, const char *name, size_t len)
{
    uint64_t next = 0;

    if (c == '*')
        return at ? ~((at & -at) - 1) & ((UINT64_C(2) << len) - 1) : 0;
    for (size_t i = 0; i < len; i++) {
        if (c == '#' && ((at | next) >> i & 1) && name[i] >= '0' && name[i] <= '9')
            next |= UINT64_C(2) << i;
        if (c != '#' && (at >> i & 1) && name[i] == c)
            next |= UINT64_C(2) << i;
    }
    return next;
}

bool
perf_matches(const char *filter, const char *name)
{
    size_t len = strlen(name);
    uint64_t at = 1;

    if (!filter || !filter[0])
        return true;
    if (len >= NAME_ROOM)
        return false;
    for (; *filter && at; filter++)
        at = step(at, *filter, name, len);
    return at >> len & 1;
}

/* ---- the event ---- */

static void
count(json_t *event, const char *filter, enum event_param_type type, uint64_t value, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));

static void
count(json_t *event, const char *filter, enum event_param_type type, uint64_t value, const char *fmt, ...)
{
    char name[NAME_ROOM];
    va_list args;

    va_start(args, fmt);
    vsnprintf(name, sizeof name, fmt, args);
    va_end(args);
    if (perf_matches(filter, name))
        event_add_int(event, name, type, (int64_t)value);
}

static const char *
bus_name(uint64_t interface_type)
{
    switch (interface_type) {
    case PMS_IDE_DEVICE:
        return "ide";
    case PMS_SCSI_DEVICE:
        return "scsi";
    case PMS_SATA_DEVICE:
        return "sata";
    case PMS_VIRTIO_BLOCK_DEVICE:
        return "virtio";
    default:
        return NULL;
    }
}

static const struct backend_disk_stats *
find_disk(const struct backend_stats *s, const char *device)
{
    for (unsigned i = 0; i < s->n_disks; i++)
        if (str_eq(s->disk[i].device, device))
            return &s->disk[i];
    return NULL;
}

/* The backend knows a disk by its index, clients know it by its place on its bus. */
static void
count_disks_of(json_t *event, const char *filter, const struct backend_stats *s, xmlNodePtr hardware, const char *element,
               const char *kind)
{
    for (xmlNodePtr dev = xml_child(hardware, element); dev; dev = xml_next(dev)) {
        const char *bus = bus_name(xml_get_u64(dev, "InterfaceType", PMS_IDE_DEVICE));
        unsigned at = (unsigned)xml_get_u64(dev, "StackIndex", 0);
        const struct backend_disk_stats *d;
        char device[sizeof d->device];

        snprintf(device, sizeof device, "%s%u", kind, (unsigned)xml_get_u64(dev, "Index", 0));
        d = find_disk(s, device);
        if (!d || !bus)
            continue;
        count(event, filter, PARAM_U64, d->read_requests, "devices.%s%u.read_requests", bus, at);
        count(event, filter, PARAM_U64, d->write_requests, "devices.%s%u.write_requests", bus, at);
        count(event, filter, PARAM_U64, d->read_bytes, "devices.%s%u.read_total", bus, at);
        count(event, filter, PARAM_U64, d->write_bytes, "devices.%s%u.write_total", bus, at);
    }
}

static void
count_disks(json_t *event, const char *filter, const struct backend_stats *s, xmlDocPtr config)
{
    xmlNodePtr hardware = xml_find(xmlDocGetRootElement(config), "Hardware");

    if (!hardware)
        return;
    count_disks_of(event, filter, s, hardware, "Hdd", "hdd");
    count_disks_of(event, filter, s, hardware, "CdRom", "cd");
}

static uint64_t
rise(uint64_t now, uint64_t before)
{
    return now >= before ? now - before : now; /* another QEMU */
}

static void
count_cpu(json_t *event, const char *filter, const struct backend_stats *s, struct mark *mark)
{
    struct mark now = { clock_now_us(), 0, s->cpu_ns };
    long cpus = sysconf(_SC_NPROCESSORS_ONLN);
    uint64_t whole_ns, guest_ns, percent;

    for (unsigned i = 0; i < s->n_vcpus; i++) {
        count(event, filter, PARAM_U64, s->vcpu_ns[i], "guest.vcpu%u.time", i);
        now.guest_ns += s->vcpu_ns[i];
    }
    whole_ns = (uint64_t)(now.at_us > mark->at_us ? now.at_us - mark->at_us : 1) * 1000 * (uint64_t)(cpus > 0 ? cpus : 1);
    guest_ns = rise(now.guest_ns, mark->guest_ns);
    percent = guest_ns / (whole_ns / 100 + 1);
    count(event, filter, PARAM_U32, percent < 100 ? percent : 100, "guest.cpu.usage");
    count(event, filter, PARAM_U64, guest_ns, "guest.cpu.time");
    count(event, filter, PARAM_U64, rise(now.host_ns, mark->host_ns), "host.cpu.time");
    *mark = now;
}

static json_t *
event_of_vm(struct vm *vm)
{
    json_t *event = event_new(PET_DSP_EVT_VM_PERFSTATS, vm->uuid);

    event_set_issuer_type(event, PIE_VIRTUAL_MACHINE);
    return event;
}

/* There is no balloon: what the guest was given is what it has. What only the guest can know is left out, and so are its adapters. */
static json_t *
make_event(struct vm *vm, const char *filter, const struct backend_stats *s, xmlDocPtr config, struct mark *mark)
{
    json_t *event = event_of_vm(vm);

    if (!event)
        return NULL;
    count_cpu(event, filter, s, mark);
    if (s->ram_mib) {
        count(event, filter, PARAM_U32, s->ram_mib, "guest.ram.total");
        count(event, filter, PARAM_U32, s->ram_mib, "guest.ram.balloon_actual");
    }
    if (config)
        count_disks(event, filter, s, config);
    return event;
}

/* Counted from where the run began. */
static struct mark
first_mark(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return (struct mark){ (vm->run_since_ms ? vm->run_since_ms : clock_now_ms()) * 1000, 0, 0 };
}

PRL_RESULT
perf_event(struct vm *vm, const char *filter, int64_t deadline, json_t **ret)
{
    struct backend_sample sample = { .vm = vm };
    AUTO(xmlFreeDoc) xmlDocPtr config = NULL;
    struct mark mark = first_mark(vm);
    json_t *event;

    backend->stats(&sample, 1, deadline);
    if (PRL_FAILED(sample.rc))
        return sample.rc;
    vm_config_doc(vm, &config);
    event = make_event(vm, filter, sample.stats, config, &mark);
    free(sample.stats);
    if (!event)
        return err_set(PRL_ERR_OUT_OF_MEMORY, "counters");
    *ret = event;
    return PRL_ERR_SUCCESS;
}

/* ---- subscriptions ---- */

static void
sub_unref(struct sub *s)
{
    if (!s || atomic_fetch_sub_explicit(&s->refs, 1, memory_order_acq_rel) != 1)
        return;
    vm_unref(s->vm);
    session_unref(s->session);
    free(s->filter);
    free(s);
}
CLEANUP_FOR(sub_unref, struct sub *)

static struct sub *
sub_new(struct vm *vm, struct session *session, const char *filter)
{
    AUTO(sub_unref) struct sub *s = calloc(1, sizeof *s);

    if (!s)
        return NULL;
    atomic_init(&s->refs, 1);
    s->vm = vm_ref(vm);
    s->session = session_ref(session);
    s->mark = first_mark(vm);
    s->filter = str_dup(filter);
    return s->filter || !filter ? TAKE(s) : NULL;
}

/* The first one of session (and of vm, unless NULL) leaves the list: the caller's. NULL: none. */
static struct sub *
take_out_locked(const struct vm *vm, const struct session *session)
{
    for (size_t i = 0; i < ticker.subs.len; i++) {
        struct sub *s = ticker.subs.p[i];

        if (s->session == session && (!vm || s->vm == vm)) {
            vec_remove(&ticker.subs, i);
            return s;
        }
    }
    return NULL;
}

static struct sub *
take_out(const struct vm *vm, const struct session *session)
{
    LOCK_SCOPE(&ticker.lock);

    return take_out_locked(vm, session);
}

void
perf_unsubscribe(struct vm *vm, struct session *s)
{
    sub_unref(take_out(vm, s));
}

void
perf_session_closed(struct session *s)
{
    struct sub *mine;

    while ((mine = take_out(NULL, s)))
        sub_unref(mine);
}

/* ---- the ticker ---- */

/* All there are, or those that are due; counted. */
static void
look(bool is_tick, sub_vec *ret)
{
    LOCK_SCOPE(&ticker.lock);

    for (size_t i = 0; i < ticker.subs.len; i++) {
        struct sub *s = ticker.subs.p[i];

        if ((is_tick || s->is_due) && vec_push(ret, s))
            atomic_fetch_add_explicit(&s->refs, 1, memory_order_relaxed);
        s->is_due = false;
    }
}

/* A VM that has left the store takes its subscriptions along. */
static bool
is_registered(struct vm *vm)
{
    LOCK_SCOPE(&vm->lock);

    return vm->is_registered;
}

static size_t
sample_of(const struct backend_sample *samples, size_t n, const struct vm *vm)
{
    size_t i = 0;

    while (i < n && samples[i].vm != vm)
        i++;
    return i;
}

static void
tell(struct sub *s, const struct backend_sample *sample, xmlDocPtr config)
{
    json_t *event = make_event(s->vm, s->filter, sample->stats, config, &s->mark);

    if (!event)
        return;
    if (json_array_size(json_object_get(event, "params"))) {
        LOCK_SCOPE(&ticker.lock);

        for (size_t i = 0; i < ticker.subs.len; i++)
            if (ticker.subs.p[i] == s) {
                event_send_session(s->session, event);
                return;
            }
    }
    json_decref(event);
}

static void
serve(const struct backend_sample *sample, const sub_vec *subs)
{
    AUTO(xmlFreeDoc) xmlDocPtr config = NULL;

    if (PRL_FAILED(sample->rc) || vm_state_get(sample->vm) != VMS_RUNNING)
        return;
    vm_config_doc(sample->vm, &config);
    for (size_t i = 0; i < subs->len; i++)
        if (subs->p[i]->vm == sample->vm)
            tell(subs->p[i], sample, config);
}

static void
tick(bool is_tick)
{
    sub_vec subs = { 0 };
    struct backend_sample *samples;
    size_t n = 0;

    look(is_tick, &subs);
    samples = calloc(subs.len + 1, sizeof *samples);
    for (size_t i = 0; samples && i < subs.len; i++) {
        struct vm *vm = subs.p[i]->vm;

        if (!is_registered(vm))
            perf_unsubscribe(vm, subs.p[i]->session);
        else if (vm_state_get(vm) == VMS_RUNNING && sample_of(samples, n, vm) == n)
            samples[n++].vm = vm;
    }
    if (n)
        backend->stats(samples, n, clock_deadline(ANSWER_MS));
    for (size_t i = 0; i < n; i++) {
        serve(&samples[i], &subs);
        free(samples[i].stats);
    }
    free(samples);
    for (size_t i = 0; i < subs.len; i++)
        sub_unref(subs.p[i]);
    vec_free(&subs);
    err_clear();
}

static bool
has_due_locked(void)
{
    for (size_t i = 0; i < ticker.subs.len; i++)
        if (ticker.subs.p[i]->is_due)
            return true;
    return false;
}

/* Sleeps to the next tick, or until somebody is due; without end while nobody has subscribed. False: the end. */
static bool
wait_for_tick(int64_t *at, bool *ret_is_tick)
{
    LOCK_SCOPE(&ticker.lock);

    *ret_is_tick = false;
    while (!ticker.is_stopping && !*ret_is_tick) {
        if (!ticker.subs.len)
            *at = clock_deadline(CLOCK_FOREVER);
        else if (*at == CLOCK_FOREVER)
            *at = clock_deadline(TICK_MS);
        *ret_is_tick = clock_now_ms() >= *at;
        if (*ret_is_tick || has_due_locked())
            break;
        cond_wait_until(&ticker.changed, &ticker.lock, *at);
    }
    if (*ret_is_tick)
        *at = clock_deadline(TICK_MS);
    return !ticker.is_stopping;
}

static void
run(void *arg)
{
    int64_t at = CLOCK_FOREVER;
    bool is_tick;

    (void)arg;
    while (wait_for_tick(&at, &is_tick))
        tick(is_tick);
}

static PRL_RESULT
start(void)
{
    int e;

    if (ticker.is_started)
        return PRL_ERR_SUCCESS;
    cond_init(&ticker.changed);
    ticker.is_stopping = false;
    e = thread_start(&ticker.thread, "perf", run, NULL);
    if (e) {
        cond_destroy(&ticker.changed);
        return err_errno(PRL_ERR_OUT_OF_MEMORY, e, "thread");
    }
    ticker.is_started = true;
    return PRL_ERR_SUCCESS;
}

PRL_RESULT
perf_subscribe(struct vm *vm, struct session *s, const char *filter)
{
    AUTO(sub_unref) struct sub *fresh = sub_new(vm, s, filter);
    AUTO(sub_unref) struct sub *old = NULL;
    PRL_RESULT rc = fresh ? start() : err_set(PRL_ERR_OUT_OF_MEMORY, "subscription");

    if (PRL_FAILED(rc))
        return rc;
    LOCK_SCOPE(&ticker.lock);
    old = take_out_locked(vm, s);
    fresh->is_due = true;
    if (!vec_push(&ticker.subs, fresh))
        return err_set(PRL_ERR_OUT_OF_MEMORY, "subscription");
    TAKE(fresh);
    cond_broadcast(&ticker.changed);
    return PRL_ERR_SUCCESS;
}

void
perf_vm_runs(const struct vm *vm)
{
    LOCK_SCOPE(&ticker.lock);
    bool is_any = false;

    for (size_t i = 0; i < ticker.subs.len; i++)
        if (ticker.subs.p[i]->vm == vm)
            is_any = ticker.subs.p[i]->is_due = true;
    if (is_any)
        cond_broadcast(&ticker.changed);
}

void
perf_stop(void)
{
    if (!ticker.is_started)
        return;
    {
        LOCK_SCOPE(&ticker.lock);
        ticker.is_stopping = true;
        cond_broadcast(&ticker.changed);
    }
    thread_join(ticker.thread);
    ticker.is_started = false;
    cond_destroy(&ticker.changed);
    for (size_t i = 0; i < ticker.subs.len; i++)
        sub_unref(ticker.subs.p[i]);
    vec_free(&ticker.subs);
}
