#include "check.h"

#include "analysis/command.h"
#include "analysis/numbers/knn_score.h"
#include "analysis/numbers/variances.h"
#include "net/code.h"

#include "drawn.h"

/* ---- manifold ------------------------------------------------------------------------- */

/* Where sheet.c puts row i, column j of the manifold. */
static int manifold_at(cairo_surface_t *s, size_t i, size_t j, size_t pixel)
{
    enum { X = 126, Y = 150, BLOCK = 5, PITCH = 40 };
    return block_at(s, X + j * PITCH + pixel % MADE_SIDE * BLOCK,
                    Y + i * PITCH + pixel / MADE_SIDE * BLOCK, BLOCK);
}

/* Row i, column j shows the decoded (l1[i], l2[j]), l1 = l2 = linspace(-3, 3, 25). */
static void check_manifold(const struct made_run *r, cairo_surface_t *s, size_t i, size_t j)
{
    struct sweep *sweep;
    const float code[2] = {(float)i / 4 - 3, (float)j / 4 - 3};
    float image[MADE_PIXELS];
    assert_ok(sweep_new(&sweep, r->model, 1, 1, 0));
    code_decode(sweep, code, image, 1);
    for (size_t k = 0; k < MADE_PIXELS; k++)
        assert_true(abs(manifold_at(s, i, j, k) - (int)lroundf(255 * image[k])) <= 1);
    sweep_free(sweep);
}

static void the_manifold_has_its_first_code_down_the_rows(void **state)
{
    (void)state;
    struct drawn d = {.made = {.rows = 20}};
    drawn_new(&d, "latent-manifold");
    const float *codes = array_of(&d.record, "latent_manifold/codes")->data;
    const float *at = codes + (24 * 25 + 6) * 2; /* row 24, column 6 */
    assert_true(at[0] == 3.0f && at[1] == -1.5f && codes[0] == -3.0f && codes[1] == -3.0f);
    cairo_surface_t *s = open_png(d.made.folder, "latent-manifold");
    check_manifold(&d.made, s, 0, 0);
    check_manifold(&d.made, s, 0, 24);
    check_manifold(&d.made, s, 24, 0);
    check_manifold(&d.made, s, 7, 15);
    cairo_surface_destroy(s);
    drawn_free(&d);
}

/* ---- scatter -------------------------------------------------------------------------- */

/* The next place where a style has a value that begins so: "name:value" as cairo 1.16 writes
 * it, or 1.18's name="value".  NULL where there is none. */
static const char *find_style(const char *at, const char *name, const char *value)
{
    size_t n = strlen(name);
    while ((at = strstr(at, name))) {
        at += n;
        const char *v = *at == ':' ? at + 1 : strncmp(at, "=\"", 2) == 0 ? at + 2 : NULL;
        if (v && strncmp(v, value, strlen(value)) == 0) return v;
    }
    return NULL;
}

/* The colour of the next dot of an SVG; *at moves on.  -1 where there is none. */
static long next_dot(const char **at)
{
    double rgb[3];
    const char *dot = find_style(*at, "stroke-linecap", "round");
    const char *colour = dot ? find_style(dot, "stroke", "rgb(") : NULL;
    if (!colour) return -1;
    *at = colour;
    assert_int_equal(sscanf(colour, "rgb(%lf%%,%lf%%,%lf%%)", &rgb[0], &rgb[1], &rgb[2]), 3);
    return lround(2.55 * rgb[0]) << 16 | lround(2.55 * rgb[1]) << 8 | lround(2.55 * rgb[2]);
}

static void the_scatter_has_a_point_an_image_in_their_order_and_ten_colours(void **state)
{
    (void)state;
    struct drawn d = {.made = {.rows = 50}};
    size_t n;
    drawn_new(&d, "latent-scatter");
    assert_int_equal(array_of(&d.record, "latent_scatter/x")->dims[0], 50);
    assert_int_equal(array_of(&d.record, "latent_scatter/label")->dims[0], 50);
    char *svg = bytes_of(d.made.folder, "latent-scatter.svg", &n);
    svg[n] = '\0';
    const char *at = svg;
    for (int i = 0; i < 50; i++)
        assert_int_equal(next_dot(&at), palette_at(0)->colours[d.made.labels[i]]);
    for (int k = 0; k < 10; k++) assert_int_equal(next_dot(&at), palette_at(0)->colours[k]);
    assert_int_equal(next_dot(&at), -1);
    free(svg);
    drawn_free(&d);
}

/* Discs are the marks of labels 0 to 9 and 50 to 59; the legend has all of both. */
static void the_legend_has_every_label(void **state)
{
    (void)state;
    struct drawn d = {.made = {.rows = 120, .kinds = 60}};
    size_t n;
    drawn_new(&d, "latent-scatter");
    char *svg = bytes_of(d.made.folder, "latent-scatter.svg", &n);
    svg[n] = '\0';
    const char *at = svg;
    for (int i = 0; i < 180; i++)
        if (i % 60 < 10 || i % 60 >= 50)
            assert_int_equal(next_dot(&at), palette_colour(palette_at(0), i % 60));
    assert_int_equal(next_dot(&at), -1);
    free(svg);
    drawn_free(&d);
}

static void labels_are_digits_of_mnist_alone(void **state)
{
    (void)state;
    uint8_t labels[3] = {0, 9, 4};
    struct run r = {.labels = labels, .results.total = 3, .data_name = "MNIST"};
    assert_string_equal(run_label(&r, 0), "digit");
    assert_string_equal(run_label(&r, 1), "digits");
    strcpy(r.data_name, "Fashion-MNIST");
    assert_string_equal(run_label(&r, 0), "class");
    assert_string_equal(run_label(&r, 1), "classes");
    strcpy(r.data_name, "MNIST");
    labels[2] = 10;
    assert_string_equal(run_label(&r, 0), "class");
}

/* A made run is of no data set that has a name. */
static void the_numbers_call_labels_what_the_legend_does(void **state)
{
    (void)state;
    struct drawn d = {.made = {.rows = 12}};
    drawn_new(&d, "latent-scatter");
    const struct array *labels = array_of(&d.record, "latent_scatter/label");
    assert_string_equal(labels->attributes[0].text, "class");
    drawn_free(&d);
}

static void the_points_are_the_codes_or_those_asked_for(void **state)
{
    (void)state;
    struct drawn d = {.made = {.rows = 50}};
    struct record swapped = {0};
    drawn_new(&d, "latent-scatter");
    const struct page_outlet to = {.folder = d.made.folder};
    struct figure_drawing other = {.run = &d.run,
                                   .to = &to,
                                   .name = "latent-scatter",
                                   .record = &swapped,
                                   .dimensions = {2, 1}};
    assert_ok(figure_latent_scatter.draw(&other));
    const double *x = array_of(&d.record, "latent_scatter/x")->data;
    const double *y = array_of(&swapped, "latent_scatter/y")->data;
    for (int i = 0; i < 50; i++) {
        assert_true(x[i] == (double)d.made.codes[2 * i]);
        assert_true(y[i] == x[i]);
    }
    other.dimensions[1] = 3;
    assert_fails(figure_latent_scatter.draw(&other), ST_USAGE, "the code has 2");
    record_free(&swapped);
    drawn_free(&d);
}

static void every_palette_has_ten_colours_and_one_has_shapes(void **state)
{
    (void)state;
    int shapes = 0;
    for (int p = 0; palette_at(p); p++) {
        shapes += palette_at(p)->shapes;
        for (int i = 0; i < 10; i++)
            for (int j = 0; j < i; j++)
                assert_true(palette_at(p)->colours[i] != palette_at(p)->colours[j]);
    }
    assert_int_equal(shapes, 1);
    assert_true(palette_find("tol")->shapes);
    assert_null(palette_find("tole"));
}

static void no_two_labels_look_alike(void **state)
{
    (void)state;
    for (int k = 0; palette_at(k); k++) {
        const struct palette *p = palette_at(k);
        for (int i = 0; i < PALETTE_LABELS; i++)
            for (int j = 0; j < i; j++) {
                int same = palette_colour(p, i) == palette_colour(p, j);
                assert_false(same && (i < 60 || palette_shape(p, i) == palette_shape(p, j)));
            }
        for (int i = 0; i < 10; i++) {
            assert_int_equal(palette_colour(p, i), p->colours[i]);
            assert_int_equal(palette_shape(p, i), p->shapes ? i % 5 : CANVAS_DISC);
        }
    }
}

/* ---- neighbours and summary ----------------------------------------------------------- */

static double distance_between(const struct made_run *r, int64_t a, int64_t b)
{
    double sum = 0;
    for (int j = 0; j < MADE_CODE; j++) {
        double d = (double)r->codes[a * MADE_CODE + j] - (double)r->codes[b * MADE_CODE + j];
        sum += d * d;
    }
    return sqrt(sum);
}

static void each_row_begins_with_its_digit_and_goes_on_by_distance(void **state)
{
    (void)state;
    struct drawn d = {.made = {.rows = 50}};
    drawn_new(&d, "nearest-neighbours");
    const int64_t *rows = array_of(&d.record, "nearest_neighbours/samples")->data;
    const double *found = array_of(&d.record, "nearest_neighbours/distances")->data;
    const float *images = array_of(&d.record, "nearest_neighbours/images")->data;
    for (int i = 0; i < 100; i++) {
        if (i % 10 == 0) assert_int_equal(rows[i], i / 10); /* made labels are 0 1 2 ... */
        assert_true(fabs(found[i] - distance_between(&d.made, rows[i / 10 * 10], rows[i])) <
                    1e-12);
        if (i % 10 > 1) assert_true(found[i] >= found[i - 1]);
        for (int k = 0; k < MADE_PIXELS; k++)
            assert_true(fabsf(images[i * MADE_PIXELS + k] -
                              d.made.images[rows[i] * MADE_PIXELS + k]) < 1e-6f);
    }
    drawn_free(&d);
}

/* Of equal codes none is nearest; with one that differs there is a score again. */
static void equal_codes_have_no_score(void **state)
{
    (void)state;
    struct made_run made = {.rows = 30, .filled = 1, .fill = 0.5f};
    struct run r;
    struct knn_score s;
    char line[160];
    made_new(&made);
    assert_ok(run_open(&r, made.folder));
    assert_ok(knn_score_compute(&r, &s));
    knn_score_line(&s, line, sizeof line);
    assert_false(knn_score_tells(&s));
    assert_non_null(strstr(line, "all 30 test images are equal"));
    run_free(&r);
    made_free(&made);
    made = (struct made_run){.rows = 30};
    made_new(&made);
    assert_ok(run_open(&r, made.folder));
    assert_ok(knn_score_compute(&r, &s));
    assert_true(knn_score_tells(&s) && s.accuracy >= 0);
    run_free(&r);
    made_free(&made);
}

/* sampling 2 of 64 numbers: two heads of 64 x 2 + 2; dense 64 of 2: 2 x 64 + 64 */
static void the_summary_counts_every_parameter(void **state)
{
    (void)state;
    struct drawn d = {.made = {.rows = 5}};
    drawn_new(&d, "model-summary");
    const struct array *parameters = array_of(&d.record, "model_summary/parameters");
    const int64_t *count = parameters->data;
    const int64_t *output = array_of(&d.record, "model_summary/output")->data;
    assert_int_equal(parameters->dims[0], 2);
    assert_true(count[0] == 260 && count[1] == 192);
    assert_true(output[0] == 1 && output[2] == 2 && output[5] == 64);
    drawn_free(&d);
}

/* ---- neighbouring variances ----------------------------------------------------------- */

/* Of 200 images the sampling error is a tenth of the variance. */
static void variances_nearer_than_their_error_are_named(void **state)
{
    (void)state;
    double variance[7] = {10, 9.05, 8.2, 5, 4, 3.9, 0};
    struct pca p = {.rows = 200, .n = 7, .known = 7, .variance = variance, .total = 40.15};
    char text[320];
    assert_true(fabs(variances_error(&p, 0) - 1) < 1e-12);
    assert_true(fabs(variances_share(&p, 3) - 5 / 40.15) < 1e-12);
    variances_warning(&p, 5, text, sizeof text);
    assert_non_null(strstr(text, "Components 1 to 3, 5 and 6 have"));
    variance[1] = 8.9, variance[2] = 7.9, variance[5] = 3.5;
    variances_warning(&p, 5, text, sizeof text);
    assert_string_equal(text, "");
    assert_false(variances_mix(&p, 5)); /* no variance, no direction */
    p.rows = 50;
    variances_warning(&p, 5, text, sizeof text);
    assert_non_null(strstr(text, "1 to 3"));
}

/* ---- command line --------------------------------------------------------------------- */

static int run_with(const char *option, const char *value)
{
    char *argv[] = {"hourglass-analysis", "figures", "/nowhere", (char *)option, (char *)value};
    return command_run(5, argv);
}

static void options_that_make_no_sense_are_usage_errors(void **state)
{
    (void)state;
    static const char *const dimensions[] = {"1", "0,1", "2,2", "1,2,3", "a,b", "-1,2", ""};
    assert_int_equal(run_with("--palette", "tole"), 64);
    assert_int_equal(run_with("--only", "scatter"), 64);
    assert_int_equal(run_with("--seed", "-1"), 64);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(run_with("--dimensions", dimensions[i]), 64);
    assert_int_equal(run_with("--dimensions", "3,1"), 66); /* there is no such run */
    assert_int_equal(run_with("--palette", "tol"), 66);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_manifold_has_its_first_code_down_the_rows),
        cmocka_unit_test(the_scatter_has_a_point_an_image_in_their_order_and_ten_colours),
        cmocka_unit_test(the_legend_has_every_label),
        cmocka_unit_test(labels_are_digits_of_mnist_alone),
        cmocka_unit_test(the_numbers_call_labels_what_the_legend_does),
        cmocka_unit_test(the_points_are_the_codes_or_those_asked_for),
        cmocka_unit_test(no_two_labels_look_alike),
        cmocka_unit_test(equal_codes_have_no_score),
        cmocka_unit_test(every_palette_has_ten_colours_and_one_has_shapes),
        cmocka_unit_test(each_row_begins_with_its_digit_and_goes_on_by_distance),
        cmocka_unit_test(the_summary_counts_every_parameter),
        cmocka_unit_test(variances_nearer_than_their_error_are_named),
        cmocka_unit_test(options_that_make_no_sense_are_usage_errors),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
