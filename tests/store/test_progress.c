#include "check.h"

#include "store/progress.h"

static enum status end_epoch(struct progress *p, double loss)
{
    double row[METRICS_HISTORY] = {0};
    const double times[METRICS_TIMES] = {100 * loss, loss / 2};
    row[METRICS_VALIDATION_LOSS] = loss;
    return progress_add(p, row, times);
}

static void an_epoch_that_ends_is_counted_and_the_next_begins_at_zero(void **state)
{
    (void)state;
    struct progress p = {.at = {.epoch = 0, .step = 7, .total = 7}, .sums = {[2] = 3}};
    assert_null(progress_last(&p));
    assert_ok(end_epoch(&p, 5));
    assert_int_equal(p.at.epoch, 1);
    assert_int_equal(p.at.step, 0);
    assert_int_equal(p.at.total, 7);
    assert_true(p.sums[2] == 0);
    assert_true(progress_last(&p)[METRICS_VALIDATION_LOSS] == 5);
    assert_true(p.timing[0] == 500 && p.timing[1] == 2.5);
    progress_free(&p);
    assert_int_equal(p.at.epoch, 0);
}

/* Of equal ones the first is the best. */
static void the_best_epoch_is_the_first_of_the_least_loss(void **state)
{
    (void)state;
    static const double losses[] = {5, 3, 4, 3};
    static const long best[] = {1, 2, 2, 2};
    struct progress p = {.best_epoch = 0};
    for (int i = 0; i < 4; i++) {
        assert_ok(end_epoch(&p, losses[i]));
        assert_int_equal(p.best_epoch, best[i]);
        assert_true(p.best_loss == losses[best[i] - 1]);
    }
    for (int i = 0; i < 4; i++) /* the past is kept */
        assert_true(p.history[i * METRICS_HISTORY + METRICS_VALIDATION_LOSS] == losses[i]);
    progress_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_epoch_that_ends_is_counted_and_the_next_begins_at_zero),
        cmocka_unit_test(the_best_epoch_is_the_first_of_the_least_loss),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
