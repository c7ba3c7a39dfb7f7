/* SPDX-License-Identifier: MIT */
/* cmocka's skip says nothing of why. */
#ifndef PRLKVM_TESTS_SKIP_H
#define PRLKVM_TESTS_SKIP_H

/* Leaves the test by a jump: nothing may be held yet. */
#define skip_because(why)                                                                          \
    do {                                                                                           \
        print_message("skipped: %s\n", why);                                                       \
        skip();                                                                                    \
    } while (0)

#endif
