/* Each optimiser against its formula in double over a few steps. */
#include "check.h"

#include "optim/optimizer.h"

#include <math.h>
#include <string.h>

enum { N = 19, STEPS = 5 };

static float w[N], g[N];
static double want[N], m[N], v[N];

static int fill(void **state)
{
    (void)state;
    for (int i = 0; i < N; i++) {
        w[i] = (float)i / 7 - 1, g[i] = (float)((i * 5) % 11) / 11 - 0.4f;
        want[i] = (double)w[i], m[i] = v[i] = 0;
    }
    return 0;
}

static void assert_near(void)
{
    for (int i = 0; i < N; i++) assert_true(fabs((double)w[i] - want[i]) < 2e-6);
}

static void sgd_moves_against_the_gradient_with_momentum(void **state)
{
    struct optimizer o;
    (void)state;
    assert_ok(optimizer_init(&o, "sgd", 0.9, N));
    for (int t = 1; t <= STEPS; t++) {
        optimizer_step(&o, w, g, 0.5f, 0.1f, (uint64_t)t);
        for (int i = 0; i < N; i++) {
            m[i] = 0.9 * m[i] - 0.1 * 0.5 * (double)g[i];
            want[i] += m[i];
        }
    }
    assert_near();
    optimizer_free(&o);
}

static void rmsprop_is_kerass(void **state)
{
    struct optimizer o;
    (void)state;
    assert_ok(optimizer_init(&o, "rmsprop", 0.5, N));
    for (int t = 1; t <= STEPS; t++) {
        optimizer_step(&o, w, g, 0.5f, 0.01f, (uint64_t)t);
        for (int i = 0; i < N; i++) {
            double d = 0.5 * (double)g[i];
            v[i] = 0.9 * v[i] + 0.1 * d * d;
            m[i] = 0.5 * m[i] + 0.01 * d / sqrt(v[i] + 1e-7);
            want[i] -= m[i];
        }
    }
    assert_near();
    optimizer_free(&o);
}

static void adam_is_kerass(void **state)
{
    struct optimizer o;
    (void)state;
    assert_ok(optimizer_init(&o, "adam", 0, N));
    for (int t = 1; t <= STEPS; t++) {
        optimizer_step(&o, w, g, 0.5f, 0.01f, (uint64_t)t);
        double alpha = 0.01 * sqrt(1 - pow(0.999, t)) / (1 - pow(0.9, t));
        for (int i = 0; i < N; i++) {
            double d = 0.5 * (double)g[i];
            m[i] = 0.9 * m[i] + 0.1 * d;
            v[i] = 0.999 * v[i] + 0.001 * d * d;
            want[i] -= alpha * m[i] / (sqrt(v[i]) + 1e-7);
        }
    }
    assert_near();
    optimizer_free(&o);
}

static void wrong_kinds_are_refused(void **state)
{
    struct optimizer o;
    (void)state;
    assert_fails(optimizer_init(&o, "adamw", 0, N), ST_SETTING, "adamw");
    assert_fails(optimizer_init(&o, "adam", 0.9, N), ST_SETTING, "momentum");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(sgd_moves_against_the_gradient_with_momentum, fill),
        cmocka_unit_test_setup(rmsprop_is_kerass, fill),
        cmocka_unit_test_setup(adam_is_kerass, fill),
        cmocka_unit_test_setup(wrong_kinds_are_refused, fill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
