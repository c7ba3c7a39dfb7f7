/* SPDX-License-Identifier: MIT */
/* vm/perf.c: which counters a filter lets through. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/cleanup.h"
#include "vm/perf.h"

static void
filter__star_hash_and_literals__match_the_whole_name(void **state)
{
    static const struct {
        const char *filter, *name;
        bool is_match;
    } rows[] = {
        { NULL, "guest.cpu.usage", true },
        { "", "guest.cpu.usage", true },
        { "*", "guest.cpu.usage", true },
        { "guest.cpu.usage", "guest.cpu.usage", true },
        { "guest.cpu", "guest.cpu.usage", false },
        { "cpu.usage", "guest.cpu.usage", false },
        { "guest?cpu.usage", "guest.cpu.usage", false },
        { "guest.cpu.usage", "guestxcpu.usage", false },
        { "guest.vcpu#.time", "guest.vcpu0.time", true },
        { "guest.vcpu#.time", "guest.vcpu17.time", true },
        { "guest.vcpu#.time", "guest.vcpu.time", false },
        { "guest.vcpu1#.time", "guest.vcpu17.time", true },
        { "guest.vcpu#7.time", "guest.vcpu17.time", true },
        { "guest.vcpu#17.time", "guest.vcpu17.time", false },
        { "guest.*", "guest.ram.total", true },
        { "guest.*", "guest.", true },
        { "guest.*", "guest", false },
        { "*.total", "guest.ram.total", true },
        { "*.total*", "guest.ram.total", true },
        { "*a*a*", "guest.ram.total", true },
        { "*a*a*a*", "guest.ram.total", false },
        { "devices.*#.read_*", "devices.scsi3.read_total", true },
        { "devices.*#.read_*", "devices.scsi3.write_total", false },
        { "##", "7", false },
        { "##", "77", true },
        { "*#", "guest1", true },
        { "x", "", false },
        { "*", "", true },
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (perf_matches(rows[i].filter, rows[i].name) != rows[i].is_match)
            fail_msg("'%s' and '%s'", rows[i].filter, rows[i].name);
}

/* Every star tried at every place would take years. */
static void
filter__many_stars__is_answered_at_once(void **state)
{
    char filter[4001], name[63];

    (void)state;
    memset(name, 'a', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    for (size_t i = 0; i < 4000; i += 2)
        memcpy(filter + i, "*a", 2);
    filter[4000] = '\0';
    assert_false(perf_matches(filter, name));
    strcpy(filter + 122, "b");
    assert_false(perf_matches(filter, name));
    filter[122] = '\0';
    assert_true(perf_matches(filter, name)); /* 61 letters, 62 there are */
}

int
main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(filter__star_hash_and_literals__match_the_whole_name),
        cmocka_unit_test(filter__many_stars__is_answered_at_once),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
