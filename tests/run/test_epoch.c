#include "check.h"

#include "run/epoch.h"

/* Sums over 4 rows of training, given in two steps, and 2 of validation; all differ. */
static void a_row_of_metrics_is_means_of_sums(void **state)
{
    const struct losses steps[] = {
        {.rows = 3, .reconstruction = 30, .kl = 5, .l1 = 100, .squared = 7},
        {.rows = 1, .reconstruction = 2, .kl = 3, .l1 = 60, .squared = 1}};
    const struct epoch e = {
        .test = {.rows = 2, .reconstruction = 12, .kl = 6, .l1 = 40, .squared = 26},
        .learning_rate = 0.25,
        .samples_per_second = 99,
        .seconds = 11};
    struct progress p = {.at = {.epoch = 0, .step = 2, .total = 17}};
    (void)state;
    epoch_add(&p, &steps[0]);
    epoch_add(&p, &steps[1]);
    assert_ok(epoch_end(&p, &e, 0.5, 0.125));
    const double *row = progress_last(&p);
    assert_true(row[METRICS_EPOCH] == 1 && row[METRICS_STEP] == 17);
    assert_true(row[METRICS_TRAIN_LOSS] == (32 + 0.5 * 8 + 0.125 * 160) / 4);
    assert_true(row[METRICS_RECONSTRUCTION] == 6);
    assert_true(row[METRICS_KL] == 3);
    assert_true(row[METRICS_L1] == 0.125 * 20);
    assert_true(row[METRICS_VALIDATION_LOSS] == 6 + 0.5 * 3 + 0.125 * 20);
    assert_true(row[METRICS_SQUARED_ERROR] == 13);
    assert_true(row[METRICS_LEARNING_RATE] == 0.25);
    assert_true(p.timing[0] == 99 && p.timing[1] == 11);
    assert_true(p.at.epoch == 1 && p.at.step == 0 && p.best_loss == 10);
    progress_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_of_metrics_is_means_of_sums),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
