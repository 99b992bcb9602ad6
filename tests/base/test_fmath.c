/* Every function against libm in double, over the range where it is used. */
#include "check.h"

#include "base/fmath.h"

#include <math.h>

/* Largest error over n points of [from, to], relative to max(|f|, floor). */
static double worst(float (*f)(float), double (*exact)(double), double from, double to,
                    double floor)
{
    enum { POINTS = 400000 };
    double most = 0;
    for (int i = 0; i <= POINTS; i++) {
        float x = (float)(from + (to - from) * i / POINTS);
        double want = exact((double)x), error = fabs((double)f(x) - want);
        error /= fabs(want) > floor ? fabs(want) : floor;
        if (!(error <= most)) most = error;
    }
    return most;
}

#define FUNCTION(name)                                                                         \
    static float name##_under_test(float x)                                                    \
    {                                                                                          \
        return fm_##name(x);                                                                   \
    }
FUNCTION(exp)
FUNCTION(log)
FUNCTION(log1p)
FUNCTION(sigmoid)
FUNCTION(tanh)
FUNCTION(sin_turns)
FUNCTION(cos_turns)

static double exact_sigmoid(double x)
{
    return 1 / (1 + exp(-x));
}

static double exact_sin(double v)
{
    return sin(2 * 3.14159265358979323846 * v);
}

static double exact_cos(double v)
{
    return cos(2 * 3.14159265358979323846 * v);
}

static void errors_are_as_stated(void **state)
{
    const double ulp = 0x1p-23;
    (void)state;
    assert_true(worst(exp_under_test, exp, -87, 88, 0) < 2 * ulp);
    assert_true(worst(log_under_test, log, 1e-7, 4, 1e-3) < 2 * ulp);
    assert_true(worst(log_under_test, log, 4, 1e9, 0) < 2 * ulp);
    assert_true(worst(log1p_under_test, log1p, 0, 1, 1e-30) < 4e-7);
    assert_true(worst(log1p_under_test, log1p, 1, 0x1p64, 1e-30) < 4e-7);
    assert_true(worst(sigmoid_under_test, exact_sigmoid, -60, 60, 0) < 5e-7);
    assert_true(worst(tanh_under_test, tanh, -12, 12, 1e-30) < 4 * ulp);
    assert_true(worst(sin_turns_under_test, exact_sin, -0.5, 0.5, 1) < 4e-7);
    assert_true(worst(cos_turns_under_test, exact_cos, -0.5, 0.5, 1) < 4e-7);
}

static void nan_stays_nan(void **state)
{
    float nan = fm_from_bits(0x7fc00000u);
    (void)state;
    assert_true(isnan(fm_exp(nan)));
    assert_true(isnan(fm_sigmoid(nan)));
    assert_true(isnan(fm_tanh(nan)));
    assert_true(isnan(fm_log1p(nan)));
}

static void large_arguments_stay_in_range(void **state)
{
    (void)state;
    assert_true(fm_exp(-1000) == 0);
    assert_true(isfinite(fm_exp(1000)) && fm_exp(1000) > 1e38f);
    assert_true(fm_sigmoid(-1000) == 0 && fm_sigmoid(1000) == 1);
    assert_true(fm_tanh(-1000) == -1 && fm_tanh(1000) == 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_are_as_stated),
        cmocka_unit_test(nan_stays_nan),
        cmocka_unit_test(large_arguments_stay_in_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
