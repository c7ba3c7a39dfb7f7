/* SPDX-License-Identifier: MIT */
/* Steps on processors. */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/log.h"
#include "qemu_hotplug_doing.h"

#define CPUS_MAX 256

static int
by_place(const void *x, const void *y)
{
    static const char *const members[] = { "socket-id", "die-id", "core-id", "thread-id" };
    json_t *a = json_object_get(*(json_t *const *)x, "props"), *b = json_object_get(*(json_t *const *)y, "props");

    for (size_t i = 0; i < ARRAY_LEN(members); i++) {
        json_int_t m = json_integer_value(json_object_get(a, members[i])), n = json_integer_value(json_object_get(b, members[i]));

        if (m != n)
            return m < n ? -1 : 1;
    }
    return 0;
}

static PRL_RESULT
plug_cpu(struct doing *d, json_t *place, unsigned number)
{
    json_t *args = json_deep_copy(json_object_get(place, "props"));
    char id[16];

    snprintf(id, sizeof id, "cpu%u-dev", number);
    if (!args)
        return err_set(PRL_ERR_VM_OPERATION_FAILED, "QEMU does not say where processors can be");
    json_object_set(args, "driver", json_object_get(place, "type"));
    json_object_set_new(args, "id", json_string(id));
    return hot_call(d->b, "device_add", args);
}

/* In the order of their places, which is that of a start with so many: a saved state finds them again. */
static PRL_RESULT
plug_cpus(struct doing *d, json_t *args)
{
    json_int_t want = json_integer_value(json_object_get(args, "cpus")), there = 0;
    json_t *list = NULL, *place, *free_places[CPUS_MAX];
    size_t i, n = 0;
    PRL_RESULT rc = qmp_call(d->b->qmp, "query-hotpluggable-cpus", NULL, clock_deadline(QMP_ANSWER_MS), &list);

    if (PRL_FAILED(rc))
        return rc;
    json_array_foreach(list, i, place) {
        if (json_object_get(place, "qom-path"))
            there++;
        else if (n < CPUS_MAX)
            free_places[n++] = place;
    }
    qsort(free_places, n, sizeof free_places[0], by_place);
    for (i = 0; PRL_SUCCEEDED(rc) && there < want; i++, there++)
        rc = i < n ? plug_cpu(d, free_places[i], (unsigned)there)
                   : err_set(PRL_ERR_VM_OPERATION_FAILED, "there is no place for %d processors", (int)want);
    json_decref(list);
    return rc;
}

/* Down to so many, as far as the guest agrees: only ever to take back what was added a moment ago. */
PRL_RESULT
step_unplug_cpus(struct doing *d, json_t *args, json_t *before)
{
    json_int_t first = json_integer_value(json_object_get(args, "cpus"));
    json_t *devices = NULL;
    PRL_RESULT rc = hot_ask_devices(d->b, &devices);

    (void)before;
    for (json_int_t i = CPUS_MAX - 1; PRL_SUCCEEDED(rc) && i >= first; i--) {
        char id[16];

        snprintf(id, sizeof id, "cpu%d-dev", (int)i);
        if (json_object_get(devices, id)) {
            json_t *one = json_pack("{s:s}", "id", id);

            rc = step_unplug(d, one, NULL);
            json_decref(one);
        }
    }
    json_decref(devices);
    return rc;
}

PRL_RESULT
step_plug_cpus(struct doing *d, json_t *args, json_t *before)
{
    PRL_RESULT rc = plug_cpus(d, args);

    if (PRL_FAILED(rc) && before) {
        AUTO(err_free) struct err *why = err_take(rc);

        if (PRL_FAILED(step_unplug_cpus(d, before, NULL)))
            LOG_W("qemu", "%s: the guest keeps processors that were to be taken back", d->b->vm->uuid);
        return why ? err_put(why) : rc;
    }
    return rc;
}
