#include "check.h"

#include "base/digest.h"
#include "base/share.h"

#include <string.h>

static void exit_codes_are_those_of_the_readme(void **state)
{
    (void)state;
    assert_int_equal(status_exit(ST_OK), 0);
    assert_int_equal(status_exit(ST_DIVERGED), 3);
    assert_int_equal(status_exit(ST_USAGE), 64);
    assert_int_equal(status_exit(ST_SETTING), 64);
    assert_int_equal(status_exit(ST_DATA), 65);
    assert_int_equal(status_exit(ST_SHAPE), 65);
    assert_int_equal(status_exit(ST_NOINPUT), 66);
    assert_int_equal(status_exit(ST_INTERNAL), 70);
    assert_int_equal(status_exit(ST_CANTCREATE), 73);
    assert_int_equal(status_exit(ST_STOPPED), 75);
}

static void the_last_message_is_kept(void **state)
{
    (void)state;
    assert_int_equal(FAIL(ST_DATA, "row %d", 7), ST_DATA);
    assert_string_equal(status_message(), "row 7");
}

static void sha256_is_that_of_the_standard(void **state)
{
    char hex[DIGEST_HEX], again[DIGEST_HEX];
    struct digest d;
    (void)state;
    /* FIPS 180-2, appendix B.1 */
    assert_ok(digest_bytes("abc", 3, hex));
    assert_string_equal(hex,
                        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_ok(digest_begin(&d));
    assert_ok(digest_add(&d, "a", 1));
    assert_ok(digest_add(&d, "bc", 2));
    assert_ok(digest_end(&d, again));
    assert_string_equal(hex, again);
}

static void shares_cover_everything_once(void **state)
{
    (void)state;
    for (size_t n = 0; n < 40; n++)
        for (size_t parts = 1; parts < 12; parts++) {
            size_t sum = 0;
            for (size_t i = 0; i < parts; i++) {
                assert_int_equal(share_first(n, i, parts), i * n / parts);
                assert_int_equal(share_first(n, i, parts), sum);
                sum += share_count(n, i, parts);
                assert_in_range(share_count(n, i, parts), n / parts, n / parts + 1);
            }
            assert_int_equal(sum, n);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exit_codes_are_those_of_the_readme),
        cmocka_unit_test(the_last_message_is_kept),
        cmocka_unit_test(sha256_is_that_of_the_standard),
        cmocka_unit_test(shares_cover_everything_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
