/* Each optimiser against the numbers of steps.py over a few steps. */
#include "check.h"

#include "optim/optimizer.h"

#include <math.h>
#include <string.h>

#include "optim/steps.h"

/* A few roundings of the weight; of its way 1e-5, since 1 - 0.999f is so far off 0.001. */
static void assert_near(int t, int i, double got, double want)
{
    double allowed = 2e-7 * fabs(want) + 1e-5 * fabs(want - start[i]);
    if (!(fabs(got - want) <= allowed))
        fail_msg("weight %d after step %d is %.9g, not %.9g", i, t + 1, got, want);
}

static void check(const char *kind, double momentum, const double want[STEPS][WEIGHTS])
{
    struct optimizer o;
    float w[WEIGHTS], g[WEIGHTS];
    for (int i = 0; i < WEIGHTS; i++) w[i] = (float)start[i];
    assert_ok(optimizer_init(&o, kind, momentum));
    assert_ok(optimizer_allocate(&o, WEIGHTS));
    for (int t = 0; t < STEPS; t++) {
        for (int i = 0; i < WEIGHTS; i++) g[i] = (float)gradients[t][i];
        optimizer_step(&o, w, g, (float)scale, (float)rates[t], (uint64_t)t + 1);
        for (int i = 0; i < WEIGHTS; i++) assert_near(t, i, (double)w[i], want[t][i]);
    }
    optimizer_free(&o);
}

static void sgd_is_kerass_with_momentum_and_without(void **state)
{
    (void)state;
    check("sgd", 0, sgd);
    check("sgd", 0.75, sgd_momentum);
}

static void rmsprop_is_kerass_with_momentum_and_without(void **state)
{
    (void)state;
    check("rmsprop", 0, rmsprop);
    check("rmsprop", 0.75, rmsprop_momentum);
}

static void adam_is_kerass(void **state)
{
    (void)state;
    check("adam", 0, adam);
}

/* Nothing of what a step has left may change before the next one, unless that is said. */
static void check_guard(const char *kind)
{
    struct optimizer o;
    float w[WEIGHTS] = {0}, g[WEIGHTS];
    uint64_t step = 1;
    for (int i = 0; i < WEIGHTS; i++) g[i] = (float)(i + 1);
    assert_ok(optimizer_init(&o, kind, 0));
    assert_ok(optimizer_allocate(&o, WEIGHTS));
    w[1] = 3;
    assert_true(optimizer_step(&o, w, g, 1, 0.1f, step++));
    assert_true(optimizer_step(&o, w, g, 1, 0.1f, step++));
    for (int array = -1; array < o.slots; array++) {
        float *at = array < 0 ? w : o.slot[array];
        at[WEIGHTS - 1] += 1;
        assert_false(optimizer_step(&o, w, g, 1, 0.1f, step++));
        assert_true(optimizer_step(&o, w, g, 1, 0.1f, step++));
        at[0] += 1;
        optimizer_changed(&o);
        assert_true(optimizer_step(&o, w, g, 1, 0.1f, step++));
    }
    optimizer_free(&o);
}

static void what_changes_by_itself_is_seen(void **state)
{
    (void)state;
    check_guard("sgd");
    check_guard("rmsprop");
    check_guard("adam");
}

static void wrong_kinds_are_refused(void **state)
{
    struct optimizer o;
    (void)state;
    assert_fails(optimizer_init(&o, "adamw", 0), ST_SETTING, "adamw");
    assert_fails(optimizer_init(&o, "adam", 0.9), ST_SETTING, "momentum");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sgd_is_kerass_with_momentum_and_without),
        cmocka_unit_test(rmsprop_is_kerass_with_momentum_and_without),
        cmocka_unit_test(adam_is_kerass),
        cmocka_unit_test(what_changes_by_itself_is_seen),
        cmocka_unit_test(wrong_kinds_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
