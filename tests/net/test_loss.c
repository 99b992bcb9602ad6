#include "check.h"

#include "net/loss.h"

#include <math.h>

enum { N = 21 }; /* more than one block of lanes, and a rest */

static float y[N], x[N], dy[N];

static int fill(void **state)
{
    (void)state;
    for (int i = 0; i < N; i++) {
        y[i] = (float)(i - 10) / 3.0f;
        x[i] = (float)(i % 5) / 4.0f;
    }
    return 0;
}

static void bce_is_the_cross_entropy_of_the_sigmoid(void **state)
{
    double want = 0, squared = 0;
    (void)state;
    for (int i = 0; i < N; i++) {
        double p = 1 / (1 + exp(-(double)y[i])), t = (double)x[i];
        want -= t * log(p) + (1 - t) * log(1 - p);
        squared += (p - t) * (p - t);
    }
    struct loss_sums sum = loss_compare(LOSS_BCE_SUM, y, x, 1, N, dy);
    struct loss_sums mean = loss_compare(LOSS_BCE, y, x, 1, N, dy);
    assert_true(fabs(sum.loss - want) < 1e-5);
    assert_true(fabs(mean.loss - want / N) < 1e-6);
    assert_true(fabs(sum.squared - squared) < 1e-5 && mean.squared == sum.squared);
}

static void squared_error_is_a_sum_and_mse_a_mean(void **state)
{
    double want = 0;
    (void)state;
    for (int i = 0; i < N; i++) want += pow((double)y[i] - (double)x[i], 2);
    assert_true(fabs(loss_compare(LOSS_SQUARED_ERROR, y, x, 1, N, dy).loss - want) < 1e-4);
    assert_true(fabs(loss_compare(LOSS_MSE, y, x, 1, N, dy).loss - want / N) < 1e-5);
}

static void extreme_logits_stay_finite(void **state)
{
    float far[2] = {200, -200}, target[2] = {0, 1};
    (void)state;
    double loss = loss_compare(LOSS_BCE_SUM, far, target, 1, 2, dy).loss;
    assert_true(fabs(loss - 400) < 1e-3);
}

static void a_nan_is_seen_in_the_loss(void **state)
{
    (void)state;
    y[3] = NAN;
    for (enum loss l = 0; l < LOSS_COUNT; l++)
        assert_true(isnan(loss_compare(l, y, x, 1, N, dy).loss));
}

/* Both where each pixel doubles a product of its row and where it hardly moves it. */
static void long_rows_keep_their_digits(void **state)
{
    enum { LONG = 5003 };
    static float logit[LONG], dark[LONG], d[LONG];
    (void)state;
    for (int round = 0; round < 2; round++) {
        float value = round ? -20 : 0;
        double want = LONG * log1p(exp((double)value));
        for (int i = 0; i < LONG; i++) logit[i] = value;
        double got = loss_compare(LOSS_BCE_SUM, logit, dark, 1, LONG, d).loss;
        assert_true(fabs(got - want) < 1e-5 * want);
    }
}

static void rows_add_up(void **state)
{
    float rows[2 * N], truth[2 * N], d[2 * N];
    (void)state;
    for (int i = 0; i < 2 * N; i++) rows[i] = y[i % N], truth[i] = x[i % N];
    struct loss_sums one = loss_compare(LOSS_BCE, y, x, 1, N, dy);
    struct loss_sums two = loss_compare(LOSS_BCE, rows, truth, 2, N, d);
    assert_true(two.loss == 2 * one.loss && two.squared == 2 * one.squared);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(bce_is_the_cross_entropy_of_the_sigmoid, fill),
        cmocka_unit_test_setup(squared_error_is_a_sum_and_mse_a_mean, fill),
        cmocka_unit_test_setup(extreme_logits_stay_finite, fill),
        cmocka_unit_test_setup(a_nan_is_seen_in_the_loss, fill),
        cmocka_unit_test_setup(long_rows_keep_their_digits, fill),
        cmocka_unit_test_setup(rows_add_up, fill),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
