#include "check.h"

#include "base/dmath.h"

#include <math.h>

static void powers_are_as_near_as_stated(void **state)
{
    const double x[] = {(double)0.9f, (double)0.999f, 0.5, 0.1, 0.99999, 1.001, 3};
    (void)state;
    for (size_t i = 0; i < sizeof x / sizeof *x; i++)
        for (uint64_t n = 1; n < 500000; n += 1 + n / 50) {
            double want = pow(x[i], (double)n), got = dm_power(x[i], n);
            if (want < 1e-300 || want > 1e300) continue;
            if (!(fabs(got - want) <= (double)(n + 1) * 0x1p-52 * want))
                fail_msg("%g^%lu is %.17g, not %.17g", x[i], (unsigned long)n, got, want);
        }
}

static void powers_of_zero_one_infinity_and_nan(void **state)
{
    const uint64_t many = (uint64_t)1 << 53;
    (void)state;
    assert_true(dm_power(0, 0) == 1 && dm_power(NAN, 0) == 1 && dm_power(INFINITY, 0) == 1);
    assert_true(dm_power(0, 5) == 0 && dm_power(1, many) == 1 && dm_power(0.5, many) == 0);
    assert_true(dm_power(2, many) == INFINITY && dm_power(2, 1023) == 0x1p1023);
    assert_true(signbit(dm_power(-0.0, 3)) && isnan(dm_power(NAN, 2)));
    assert_true(dm_power(2, (uint64_t)1074) == INFINITY && dm_power(0.5, 1074) == 0x1p-1074);
}

static void the_cosine_is_as_near_as_stated(void **state)
{
    enum { POINTS = 3000000 };
    const long double pi = 3.14159265358979323846264338327950288L;
    (void)state;
    for (int i = 0; i <= POINTS; i++) {
        double x = (double)i / POINTS, got = dm_cos_pi(x);
        double want = x < 0.5 ? cos((double)(pi * (long double)x))
                              : -cos((double)(pi * (long double)(1 - x)));
        if (!(fabs(got - want) <= 4e-16 && fabs(got) <= 1))
            fail_msg("at %.17g it is %.17g, not %.17g", x, got, want);
    }
    assert_true(dm_cos_pi(0) == 1 && dm_cos_pi(0.5) == 0 && dm_cos_pi(1) == -1);
    assert_true(isnan(dm_cos_pi(NAN)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(powers_are_as_near_as_stated),
        cmocka_unit_test(powers_of_zero_one_infinity_and_nan),
        cmocka_unit_test(the_cosine_is_as_near_as_stated),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
