#include "check.h"

#include "analysis/draw/axes.h"
#include "analysis/draw/svg_ids.h"
#include "analysis/input/metrics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char header[] =
    "epoch,step,train_loss,validation_loss,validation_reconstruction,validation_kl,"
    "validation_l1,validation_squared_error,learning_rate,samples_per_second,seconds\n";

static enum status read_text(struct metrics *m, const char *head, const char *rows)
{
    char path[] = "/tmp/hourglass-metrics-XXXXXX";
    int file = mkstemp(path);
    assert_true(file >= 0);
    assert_int_equal(write(file, head, strlen(head)), strlen(head));
    assert_int_equal(write(file, rows, strlen(rows)), strlen(rows));
    close(file);
    enum status st = metrics_read(m, path);
    remove(path);
    return st;
}

static void a_table_reads_as_it_was_written(void **state)
{
    (void)state;
    struct metrics m;
    assert_ok(read_text(&m, header,
                        "1,235,0.5,0.4,0.4,,0,30,0.001,9e4,1.5\n"
                        "2,470,0.3,nan,0.2,0,0,20,0.001,9e4,3\n"));
    assert_int_equal(m.rows, 2);
    assert_true(metrics_at(&m, 1, METRICS_TRAIN_LOSS) == 0.3);
    assert_true(isnan(metrics_at(&m, 0, METRICS_KL)) && !metrics_has(&m, METRICS_KL));
    assert_true(isnan(metrics_at(&m, 1, METRICS_VALIDATION_LOSS)));
    assert_true(metrics_has(&m, METRICS_SQUARED_ERROR) && !metrics_has(&m, METRICS_L1));
    metrics_free(&m);
}

static void a_line_without_its_end_is_left_out(void **state)
{
    (void)state;
    struct metrics m;
    assert_ok(read_text(&m, header, "1,235,0.5,0.4,0.4,0,0,30,0.001,9e4,1.5\n2,470,0.3"));
    assert_int_equal(m.rows, 1);
    metrics_free(&m);
}

static void what_is_no_table_is_refused_with_its_line(void **state)
{
    (void)state;
    struct metrics m;
    assert_fails(read_text(&m, "epoch,loss\n", "1,2\n"), ST_DATA, ":1:");
    metrics_free(&m);
    assert_fails(read_text(&m, header, "1,2,3\n"), ST_DATA, ":2:");
    metrics_free(&m);
    assert_fails(read_text(&m, header, ""), ST_NOINPUT, "no finished epoch");
    metrics_free(&m);
    assert_fails(metrics_read(&m, "/nowhere/metrics.csv"), ST_NOINPUT, "train");
}

static void ticks_are_round_numbers_within_the_range(void **state)
{
    (void)state;
    double t[32];
    assert_int_equal(axes_ticks(-2.2, 3.1, 5, t, 32), 3);
    assert_true(t[0] == -2 && t[1] == 0 && t[2] == 2);
    size_t n = axes_ticks(0.083, 0.246, 6, t, 32);
    assert_true(n >= 3 && n <= 8 && t[0] >= 0.083 && t[n - 1] <= 0.246);
    assert_int_equal(axes_ticks(1, 1, 5, t, 32), 0);
}

static void a_range_without_length_gets_some(void **state)
{
    (void)state;
    double lo = 5, hi = 5, zero = 0, also = 0;
    axes_widen(&lo, &hi, 0.1);
    axes_widen(&zero, &also, 0.1);
    assert_true(lo < 5 && hi > 5 && zero < 0 && also > 0);
}

static void svg_names_are_numbered_by_their_first_appearance(void **state)
{
    (void)state;
    const char in[] = "<g id=\"surface91\"><use xlink:href=\"#image7\"/>url(#surface91) image7";
    const char want[] = "<g id=\"surface1\"><use xlink:href=\"#image2\"/>url(#surface1) image7";
    size_t n;
    char *out = svg_ids_renumber(in, strlen(in), &n);
    assert_int_equal(n, strlen(want));
    assert_memory_equal(out, want, n);
    free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_reads_as_it_was_written),
        cmocka_unit_test(a_line_without_its_end_is_left_out),
        cmocka_unit_test(what_is_no_table_is_refused_with_its_line),
        cmocka_unit_test(ticks_are_round_numbers_within_the_range),
        cmocka_unit_test(a_range_without_length_gets_some),
        cmocka_unit_test(svg_names_are_numbered_by_their_first_appearance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
