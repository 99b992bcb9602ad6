/* Every function against libm in double over all floats of its domain: over one in 1009 here,
 * over each with FMATH_STEP=1 in the environment, ten minutes of one core.  FMATH_ONLY=exp
 * takes one. */
#include "check.h"

#include "base/fmath.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FUNCTION(name)                                                                         \
    static float name##_under_test(float x)                                                    \
    {                                                                                          \
        return fm_##name(x);                                                                   \
    }
FUNCTION(sqrt)
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

enum { STEP = 1009 };
enum unit { ULP, ABSOLUTE };

static const struct function {
    const char *name;
    float (*f)(float);
    double (*exact)(double);
    double from, to; /* the domain */
    enum unit unit;
    double most;   /* the error that fmath.h states */
    uint64_t bits; /* what hash_of makes of it */
} functions[] = {
    {"sqrt", sqrt_under_test, sqrt, 0, INFINITY, ULP, 0.5, 0xbbe3476b88ecdbbbu},
    {"exp", exp_under_test, exp, -87.68, 88.3, ULP, 1.02, 0xaff58c7fe139582u},
    {"log", log_under_test, log, FLT_MIN, FLT_MAX, ULP, 0.83, 0x8a9c6a03cb82951du},
    {"log1p", log1p_under_test, log1p, 0, 1e38, ULP, 1.25, 0xcb995867f6c6b472u},
    {"sigmoid", sigmoid_under_test, exact_sigmoid, -87.68, INFINITY, ULP, 2.41,
     0xbc92b729cc870ecau},
    {"tanh", tanh_under_test, tanh, -INFINITY, INFINITY, ULP, 1.34, 0xd2628fece1e432d2u},
    {"sin_turns", sin_turns_under_test, exact_sin, -0.5, 0.5, ABSOLUTE, 2.3e-7,
     0x19159e35751c5432u},
    {"cos_turns", cos_turns_under_test, exact_cos, -0.5, 0.5, ABSOLUTE, 2.3e-7,
     0x3a6fcd0ddf830e30u},
};

/* What the last bit of a float near x, which is not 0, is worth. */
static double ulp(double x)
{
    uint64_t u;
    memcpy(&u, &x, sizeof u);
    u &= 0x7ff0000000000000u;
    memcpy(&x, &u, sizeof x);
    return fmax(x, (double)FLT_MIN) * 0x1p-23;
}

static double error_at(const struct function *f, float x)
{
    double got = (double)f->f(x), want = f->exact((double)x);
    if (got == want) return 0; /* infinities too */
    return fabs(got - want) / (f->unit == ULP ? ulp(want) : 1);
}

/* The largest over every step-th float of the domain. */
static double worst(const struct function *f, uint64_t step)
{
    double most = 0;
    for (uint64_t u = 0; u <= UINT32_MAX; u += step) {
        float x = fm_from_bits((uint32_t)u);
        if (!((double)x >= f->from && (double)x <= f->to)) continue;
        double error = error_at(f, x);
        if (!(error <= most)) most = error;
    }
    return most;
}

static void errors_are_as_stated(void **state)
{
    const char *step = getenv("FMATH_STEP"), *only = getenv("FMATH_ONLY");
    (void)state;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        const struct function *f = &functions[i];
        if (only && strcmp(only, f->name) != 0) continue;
        double most = worst(f, step ? strtoul(step, NULL, 10) : STEP);
        print_message("%s: %.4g %s\n", f->name, most, f->unit == ULP ? "ulp" : "absolute");
        if (!(most <= f->most)) fail_msg("%s: %g, not %g", f->name, most, f->most);
    }
}

/* A word of the function's bits over one in STEP floats of its domain (FNV). */
static uint64_t hash_of(const struct function *f)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (uint64_t u = 0; u <= UINT32_MAX; u += STEP) {
        float x = fm_from_bits((uint32_t)u);
        if ((double)x >= f->from && (double)x <= f->to)
            hash = (hash ^ fm_to_bits(f->f(x))) * 0x100000001b3u;
    }
    return hash;
}

/* On every machine and by every compiler. */
static void bits_are_what_they_were(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        uint64_t got = hash_of(&functions[i]);
        if (got != functions[i].bits)
            fail_msg("%s: 0x%llx", functions[i].name, (unsigned long long)got);
    }
}

static void a_product_and_a_sum_are_rounded_once(void **state)
{
    float a = 1 + 0x1p-12f;
    (void)state;
    assert_true(fm_fma(a, a, -(1 + 0x1p-11f)) == 0x1p-24f);
}

static const struct point {
    const char *name;
    float (*f)(float);
    float x, want;
} points[] = {
#define AT(f, x, want)                                                                         \
    {                                                                                          \
#f, f##_under_test, x, want                                                            \
    }
#define TINY FLT_TRUE_MIN
    AT(sqrt, -0.0f, -0.0f),
    AT(sqrt, TINY, 0x1.6a09e6p-75f),
    AT(sqrt, INFINITY, INFINITY),
    AT(sqrt, -TINY, NAN),
    AT(sqrt, NAN, NAN),
    AT(exp, -0.0f, 1),
    AT(exp, TINY, 1),
    AT(exp, -TINY, 1),
    AT(exp, -87.69f, 0),
    AT(exp, -INFINITY, 0),
    AT(exp, INFINITY, 0x1.4f748cp+127f),
    AT(exp, NAN, NAN),
    AT(log, 1, 0),
    AT(log, 0, -0x1.601e68p+6f),
    AT(log, TINY, -0x1.601e68p+6f),
    AT(log1p, 0, 0),
    AT(log1p, TINY, TINY),
    AT(log1p, INFINITY, NAN),
    AT(log1p, NAN, NAN),
    AT(sigmoid, -0.0f, 0.5f),
    AT(sigmoid, -TINY, 0.5f),
    AT(sigmoid, -INFINITY, 0),
    AT(sigmoid, INFINITY, 1),
    AT(sigmoid, NAN, NAN),
    AT(tanh, 0, 0),
    AT(tanh, -0.0f, 0),
    AT(tanh, TINY, TINY),
    AT(tanh, -TINY, -TINY),
    AT(tanh, -INFINITY, -1),
    AT(tanh, INFINITY, 1),
    AT(tanh, NAN, NAN),
    AT(sin_turns, -0.0f, 0),
    AT(sin_turns, TINY, 6 * TINY),
    AT(sin_turns, NAN, NAN),
    AT(cos_turns, -0.0f, 0x1.fffffcp-1f),
    AT(cos_turns, TINY, 0x1.fffffcp-1f),
    AT(cos_turns, NAN, NAN),
};

static void zeros_denormals_infinities_and_nan_give_what_is_stated(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof points / sizeof *points; i++) {
        const struct point *p = &points[i];
        float got = p->f(p->x);
        int same = isnan(p->want) ? isnan(got) : fm_to_bits(got) == fm_to_bits(p->want);
        if (!same)
            fail_msg("%s(%a) is %a, not %a", p->name, (double)p->x, (double)got,
                     (double)p->want);
    }
    assert_true(isfinite(fm_log(NAN)) && isfinite(fm_log(INFINITY)) && isfinite(fm_log(-1)));
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
        cmocka_unit_test(bits_are_what_they_were),
        cmocka_unit_test(a_product_and_a_sum_are_rounded_once),
        cmocka_unit_test(zeros_denormals_infinities_and_nan_give_what_is_stated),
        cmocka_unit_test(large_arguments_stay_in_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
