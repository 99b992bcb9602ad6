#include "check.h"

#include "base/random.h"

#include <math.h>
#include <string.h>

enum { MANY = 200000 };
static float x[MANY], y[MANY];
static const struct random_name name = {1, PURPOSE_TRAIN, 2, 3, 4};

static void philox_gives_the_published_numbers(void **state)
{
    /* Random123's known answers: philox4x32-10 with counter and key 0 begins 6627e8d5 e169c58d.
     */
    struct random_name zero = {0, 0, 0, 0, 0};
    (void)state;
    assert_true(random_bits(zero, 0) == 0xe169c58d6627e8d5u);
}

static void the_same_name_gives_the_same_numbers(void **state)
{
    (void)state;
    random_normal(name, x, 1000);
    random_normal(name, y, 1000);
    assert_memory_equal(x, y, 1000 * sizeof *x);
}

static void a_longer_sequence_begins_as_the_shorter_one(void **state)
{
    (void)state;
    random_normal(name, x, 1000);
    random_normal(name, y, 301);
    assert_memory_equal(x, y, 301 * sizeof *x);
    random_uniform(name, x, 1000);
    random_uniform(name, y, 7);
    assert_memory_equal(x, y, 7 * sizeof *x);
}

static void every_part_of_the_name_counts(void **state)
{
    (void)state;
    const struct random_name others[] = {
        {2, PURPOSE_TRAIN, 2, 3, 4}, {1, PURPOSE_TEST, 2, 3, 4},  {1, PURPOSE_TRAIN, 1, 3, 4},
        {1, PURPOSE_TRAIN, 2, 4, 4}, {1, PURPOSE_TRAIN, 2, 3, 5},
    };
    random_uniform(name, x, 8);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++) {
        random_uniform(others[i], y, 8);
        for (int k = 0; k < 8; k++) assert_false(x[k] == y[k]);
    }
}

static void uniforms_are_uniform(void **state)
{
    double sum = 0, squares = 0;
    (void)state;
    random_uniform(name, x, MANY);
    for (int i = 0; i < MANY; i++) {
        assert_true(x[i] >= 0 && x[i] < 1);
        sum += (double)x[i], squares += (double)x[i] * (double)x[i];
    }
    assert_true(fabs(sum / MANY - 0.5) < 0.003);
    assert_true(fabs(squares / MANY - 1.0 / 3) < 0.003);
}

static void normals_have_the_moments_of_a_normal(void **state)
{
    double m[5] = {0};
    (void)state;
    random_normal(name, x, MANY);
    for (int i = 0; i < MANY; i++)
        for (int k = 1; k < 5; k++) m[k] += pow((double)x[i], k) / MANY;
    assert_true(fabs(m[1]) < 0.01);
    assert_true(fabs(m[2] - 1) < 0.015);
    assert_true(fabs(m[3]) < 0.03);
    assert_true(fabs(m[4] - 3) < 0.12);
}

static void below_stays_below_and_reaches_all(void **state)
{
    int seen[7] = {0};
    (void)state;
    for (uint32_t i = 0; i < 1000; i++) seen[random_below(name, i, 7)]++;
    for (int i = 0; i < 7; i++) assert_in_range(seen[i], 90, 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_gives_the_published_numbers),
        cmocka_unit_test(the_same_name_gives_the_same_numbers),
        cmocka_unit_test(a_longer_sequence_begins_as_the_shorter_one),
        cmocka_unit_test(every_part_of_the_name_counts),
        cmocka_unit_test(uniforms_are_uniform),
        cmocka_unit_test(normals_have_the_moments_of_a_normal),
        cmocka_unit_test(below_stays_below_and_reaches_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
