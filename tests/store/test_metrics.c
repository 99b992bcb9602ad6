#include "scratch.h"

#include "store/metrics.h"
#include "store/progress.h"

#include <math.h>

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

/* ---- writing -------------------------------------------------------------------------- */

/* Epoch e of a run whose numbers are e + column / 8, to be told apart. */
static void add_epoch(struct progress *p, int e)
{
    double row[METRICS_HISTORY];
    const double times[METRICS_TIMES] = {9000.04 + e, 1.50049};
    for (int i = 0; i < METRICS_HISTORY; i++) row[i] = e + i / 8.0;
    row[METRICS_EPOCH] = e, row[METRICS_STEP] = 7 * e;
    assert_ok(progress_add(p, row, times));
}

/* The file of such a run, to the byte: other programs read it. */
static const char wanted[] =
    "epoch,step,train_loss,validation_loss,validation_reconstruction,validation_kl,"
    "validation_l1,validation_squared_error,learning_rate,samples_per_second,seconds\n"
    "1,7,1.25,1.375,1.5,1.625,1.75,1.875,2,9001.0,1.500\n"
    "2,14,2.25,2.375,2.5,2.625,2.75,2.875,3,9002.0,1.500\n"
    "3,21,3.25,3.375,3.5,3.625,3.75,3.875,4,9003.0,1.500\n";

static void expect_file(const char *path, size_t lines)
{
    size_t n, want = 0;
    char *text = scratch_read(path, &n);
    for (size_t line = 0; line < lines; want++) line += wanted[want] == '\n';
    assert_int_equal(n, want);
    assert_memory_equal(text, wanted, want);
    free(text);
}

static void the_file_has_a_row_for_each_epoch(void **state)
{
    (void)state;
    const char *folder = scratch_folder(), *path = scratch_path(folder, "metrics.csv");
    struct progress p = {.best_epoch = 0};
    assert_ok(metrics_write(&p, folder));
    expect_file(path, 1);
    add_epoch(&p, 1), add_epoch(&p, 2);
    assert_ok(metrics_write(&p, folder));
    expect_file(path, 3);
    add_epoch(&p, 3);
    assert_ok(metrics_write(&p, folder));
    expect_file(path, 4);
    progress_free(&p);
    scratch_remove(folder);
}

static void the_file_of_before_is_replaced_and_not_written_to(void **state)
{
    (void)state;
    const char *folder = scratch_folder(), *before = scratch_path(folder, "before");
    struct progress p = {.best_epoch = 0};
    add_epoch(&p, 1);
    assert_ok(metrics_write(&p, folder));
    assert_int_equal(link(scratch_path(folder, "metrics.csv"), before), 0);
    add_epoch(&p, 2);
    assert_ok(metrics_write(&p, folder));
    expect_file(before, 2);
    expect_file(scratch_path(folder, "metrics.csv"), 3);
    progress_free(&p);
    scratch_remove(folder);
}

static void what_is_written_is_what_is_read(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct progress p = {.best_epoch = 0};
    struct metrics m;
    add_epoch(&p, 1), add_epoch(&p, 2);
    assert_ok(metrics_write(&p, folder));
    assert_ok(metrics_read(&m, scratch_path(folder, "metrics.csv")));
    assert_int_equal(m.rows, 2);
    for (size_t e = 0; e < 2; e++)
        for (int i = 0; i < METRICS_HISTORY; i++)
            assert_true(metrics_at(&m, e, (enum metrics_column)i) ==
                        p.history[e * METRICS_HISTORY + (size_t)i]);
    metrics_free(&m);
    progress_free(&p);
    scratch_remove(folder);
}

/* As many as tell floats apart. */
static void numbers_keep_nine_digits(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct progress p = {.best_epoch = 0};
    struct metrics m;
    add_epoch(&p, 1);
    for (int i = METRICS_TRAIN_LOSS; i < METRICS_HISTORY; i++) p.history[i] = i + 1.0 / 3;
    assert_ok(metrics_write(&p, folder));
    assert_ok(metrics_read(&m, scratch_path(folder, "metrics.csv")));
    for (int i = METRICS_TRAIN_LOSS; i < METRICS_HISTORY; i++)
        assert_true(fabs(metrics_at(&m, 0, (enum metrics_column)i) - p.history[i]) < 1e-8 * i);
    metrics_free(&m);
    progress_free(&p);
    scratch_remove(folder);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    struct progress p = {.best_epoch = 0};
    assert_fails(metrics_write(&p, "/nowhere"), ST_CANTCREATE, "/nowhere");
    add_epoch(&p, 1);
    assert_fails(metrics_write(&p, "/nowhere"), ST_CANTCREATE, "/nowhere");
    progress_free(&p);
}

/* ---- the table ------------------------------------------------------------------------ */

static void the_columns_of_the_clock_stand_behind_the_history(void **state)
{
    (void)state;
    for (int i = 0; i < METRICS_COLUMNS; i++) {
        const struct metrics_info *c = metrics_info((enum metrics_column)i);
        assert_true(c->name && c->title && c->format && c->shown);
        assert_int_equal(c->clock, i >= METRICS_HISTORY);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_reads_as_it_was_written),
        cmocka_unit_test(a_line_without_its_end_is_left_out),
        cmocka_unit_test(what_is_no_table_is_refused_with_its_line),
        cmocka_unit_test(the_file_has_a_row_for_each_epoch),
        cmocka_unit_test(the_file_of_before_is_replaced_and_not_written_to),
        cmocka_unit_test(what_is_written_is_what_is_read),
        cmocka_unit_test(numbers_keep_nine_digits),
        cmocka_unit_test(a_folder_that_is_not_there_is_named),
        cmocka_unit_test(the_columns_of_the_clock_stand_behind_the_history),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
