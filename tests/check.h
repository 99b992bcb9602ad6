/* check.h - cmocka with its headers, and a shorthand for functions that return a status. */
#ifndef TESTS_CHECK_H
#define TESTS_CHECK_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/status.h"

/* The call succeeds; its message is shown where it does not. */
#define assert_ok(call)                                                                        \
    do {                                                                                       \
        enum status check_st = (call);                                                         \
        if (check_st != ST_OK) fail_msg("%s: %s", #call, status_message());                    \
    } while (0)

/* The call fails with that status, and its message says that word. */
#define assert_fails(call, wanted, word)                                                       \
    do {                                                                                       \
        assert_int_equal((call), (wanted));                                                    \
        if (!strstr(status_message(), (word)))                                                 \
            fail_msg("the message '%s' does not say '%s'", status_message(), (word));          \
    } while (0)

#endif
