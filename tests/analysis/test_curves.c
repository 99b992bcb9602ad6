/* What the loss curves show, by what changes in the picture where the numbers do. */
#include "check.h"

#include "drawn.h"

enum {
    EPOCHS = 3,
    LEFT_EDGE = 100 /* pixels: the label and the numbers of the first y axis */
};

/* The loss curves of these losses, of a loss of that kind. */
static cairo_surface_t *curves(const char *loss, const double train[EPOCHS],
                               const double validation[EPOCHS])
{
    struct made_run r = {.rows = 1};
    struct run run;
    struct record record = {0};
    made_new(&r);
    assert_ok(run_open(&run, r.folder));
    snprintf(run.job.loss, sizeof run.job.loss, "%s", loss);
    snprintf(run.job.name, sizeof run.job.name, "made"); /* not as its folder is called */
    for (size_t e = 0; e < EPOCHS; e++) {
        double *row = run.metrics.values + e * METRICS_COLUMNS;
        row[METRICS_TRAIN_LOSS] = train[e], row[METRICS_VALIDATION_LOSS] = validation[e];
    }
    const struct page_outlet to = {.folder = r.folder};
    struct figure_drawing d = {
        .run = &run, .to = &to, .name = "loss-curves", .record = &record};
    assert_ok(figure_loss_curves.draw(&d));
    cairo_surface_t *s = open_png(r.folder, "loss-curves");
    record_free(&record);
    run_free(&run);
    made_free(&r);
    return s;
}

/* Whether the columns of pixels before `columns` are equal. */
static int equal(cairo_surface_t *s, cairo_surface_t *t, int columns)
{
    int stride = cairo_image_surface_get_stride(s), height = cairo_image_surface_get_height(s);
    const unsigned char *a = cairo_image_surface_get_data(s);
    const unsigned char *b = cairo_image_surface_get_data(t);
    int same = stride == cairo_image_surface_get_stride(t) &&
               height == cairo_image_surface_get_height(t);
    for (int y = 0; same && y < height; y++)
        same = memcmp(a + y * stride, b + y * stride, (size_t)columns * 4) == 0;
    return same;
}

static void drop(cairo_surface_t **s, int n)
{
    for (int i = 0; i < n; i++) cairo_surface_destroy(s[i]);
}

static const double high[EPOCHS] = {9, 6, 4}, low[EPOCHS] = {8, 5, 3}, bent[EPOCHS] = {9, 4, 4};

static void each_curve_is_of_its_own_column(void **state)
{
    cairo_surface_t *s[] = {curves("mse", high, low), curves("mse", high, low),
                            curves("mse", bent, low), curves("mse", high, bent),
                            curves("mse", low, high)};
    int wide = cairo_image_surface_get_width(s[0]);
    (void)state;
    assert_true(equal(s[0], s[1], wide)); /* the control */
    for (int i = 2; i < 5; i++) assert_false(equal(s[0], s[i], wide));
    drop(s, 5);
}

static void the_axis_says_what_each_loss_is_counted_in(void **state)
{
    cairo_surface_t *s[] = {curves("bce", high, low), curves("bce-sum", high, low),
                            curves("mse", high, low), curves("squared-error", high, low)};
    (void)state;
    for (int i = 0; i < 4; i++)
        for (int k = 0; k < i; k++) assert_false(equal(s[i], s[k], LEFT_EDGE));
    drop(s, 4);
}

/* The scatter's second axis, where its first is another. */
static void each_axis_of_the_scatter_has_its_own_name(void **state)
{
    struct made_run r = {.rows = 20};
    struct run run;
    cairo_surface_t *s[3];
    static const size_t dimensions[3][2] = {{1, 2}, {2, 2}, {2, 1}};
    (void)state;
    made_new(&r);
    assert_ok(run_open(&run, r.folder));
    for (int i = 0; i < 3; i++) {
        struct record record = {0};
        const struct page_outlet to = {.folder = r.folder};
        struct figure_drawing d = {.run = &run,
                                   .to = &to,
                                   .name = "latent-scatter",
                                   .record = &record,
                                   .dimensions = {dimensions[i][0], dimensions[i][1]}};
        assert_ok(figure_latent_scatter.draw(&d));
        s[i] = open_png(r.folder, "latent-scatter");
        record_free(&record);
    }
    assert_true(equal(s[0], s[1], LEFT_EDGE));
    assert_false(equal(s[2], s[1], LEFT_EDGE));
    drop(s, 3);
    run_free(&run);
    made_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_curve_is_of_its_own_column),
        cmocka_unit_test(the_axis_says_what_each_loss_is_counted_in),
        cmocka_unit_test(each_axis_of_the_scatter_has_its_own_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
