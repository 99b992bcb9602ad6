#include "check.h"

#include "analysis/figures/figure.h"
#include "analysis/figures/figures.h"
#include "net/code.h"

#include "drawn.h"

#include <dirent.h>
#include <sys/wait.h>
#include <unistd.h>

/* ---- looking at what was drawn -------------------------------------------------------- */

static int exists(const char *folder, const char *name)
{
    char path[600];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

/* Files of the folder whose name begins with `name`. */
static int files_of(const char *folder, const char *name)
{
    int count = 0;
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));)
        count += strncmp(e->d_name, name, strlen(name)) == 0;
    if (d) closedir(d);
    return count;
}

/* ---- residuals ------------------------------------------------------------------------ */

/* Where figure_residual_pca.c puts tile i of 8 x 8 pixels. */
enum { TILE_X = 48, TILE_Y = 96, TILE_PITCH = 252, TILE_BLOCK = 28 };

static int tile_at(cairo_surface_t *s, size_t tile, size_t pixel)
{
    return block_at(s, TILE_X + tile * TILE_PITCH + pixel % MADE_SIDE * TILE_BLOCK,
                    TILE_Y + pixel / MADE_SIDE * TILE_BLOCK, TILE_BLOCK);
}

/* Pixels of a tile that are 0 or 255, and those that are not 128. */
static void count_tile(cairo_surface_t *s, size_t tile, int *extremes, int *others)
{
    for (size_t i = 0; i < MADE_PIXELS; i++) {
        int grey = tile_at(s, tile, i);
        *extremes += grey == 0 || grey == 255;
        *others += grey != 128;
    }
}

static void draw(struct made_run *r, const char *only)
{
    assert_ok(figures_draw(
        &(struct figures_options){.run = r->folder, .only = only, .folder = r->folder}));
}

static void residuals_of_zero_are_mid_grey_everywhere(void **state)
{
    (void)state;
    struct made_run r = {.rows = 30, .zero = 1};
    int extremes = 0, others = 0;
    made_new(&r);
    draw(&r, "residual-pca-shared");
    cairo_surface_t *s = open_png(r.folder, "residual-pca-shared");
    for (size_t i = 0; i < 6; i++) count_tile(s, i, &extremes, &others);
    assert_true(extremes == 0 && others == 0);
    cairo_surface_destroy(s);
    made_free(&r);
}

static void the_shared_scale_has_its_extreme_in_black_or_white(void **state)
{
    (void)state;
    struct made_run r = {.rows = 30};
    int tiles = 0, others = 0;
    made_new(&r);
    draw(&r, "residual-pca-shared");
    cairo_surface_t *s = open_png(r.folder, "residual-pca-shared");
    for (size_t i = 0; i < 6; i++) {
        int extremes = 0;
        count_tile(s, i, &extremes, &others);
        tiles += extremes > 0;
    }
    assert_true(tiles > 0 && tiles < 6);
    cairo_surface_destroy(s);
    made_free(&r);
}

static void every_own_scale_has_its_extreme_in_black_or_white(void **state)
{
    (void)state;
    struct made_run r = {.rows = 30};
    made_new(&r);
    draw(&r, "residual-pca-own");
    cairo_surface_t *s = open_png(r.folder, "residual-pca-own");
    for (size_t i = 0; i < 6; i++) {
        int extremes = 0, others = 0;
        count_tile(s, i, &extremes, &others);
        assert_true(extremes > 0);
    }
    cairo_surface_destroy(s);
    made_free(&r);
}

/* The mean is 0.5 everywhere, so white; there is no variance, so the rest is mid grey. */
static void constant_residuals_have_a_mean_and_no_components(void **state)
{
    (void)state;
    struct made_run r = {.rows = 30, .constant = 1};
    int extremes = 0, others = 0;
    made_new(&r);
    draw(&r, "residual-pca-own");
    cairo_surface_t *s = open_png(r.folder, "residual-pca-own");
    for (size_t i = 0; i < MADE_PIXELS; i++) assert_int_equal(tile_at(s, 0, i), 255);
    for (size_t i = 1; i < 6; i++) count_tile(s, i, &extremes, &others);
    assert_true(extremes == 0 && others == 0);
    cairo_surface_destroy(s);
    made_free(&r);
}

/* ---- interpolation -------------------------------------------------------------------- */

/* Where sheet.c puts row p, column q of 8 x 8 pixels in this figure. */
static int shown_at(cairo_surface_t *s, size_t p, size_t q, size_t pixel)
{
    enum { X = 88, Y = 124, BLOCK = 14, PITCH = 140, APART = 4 * BLOCK };
    size_t apart = q == 0 ? 0 : q < 8 ? APART : 2 * APART;
    return block_at(s, X + q * PITCH + apart + pixel % MADE_SIDE * BLOCK,
                    Y + p * PITCH + pixel / MADE_SIDE * BLOCK, BLOCK);
}

/* An image of the test split as bytes, from the images that went into the results. */
static int byte_of(const struct made_run *r, int64_t row, size_t pixel)
{
    return (int)lroundf(255 * r->images[(size_t)row * MADE_PIXELS + pixel]);
}

static void check_ends(const struct made_run *r, cairo_surface_t *s, const int64_t *pairs)
{
    for (size_t p = 0; p < 10; p++)
        for (size_t i = 0; i < MADE_PIXELS; i++) {
            assert_int_equal(shown_at(s, p, 0, i), byte_of(r, pairs[2 * p], i));
            assert_int_equal(shown_at(s, p, 8, i), byte_of(r, pairs[2 * p + 1], i));
        }
}

/* Column q shows the decoder's image of the code at t = q/8. */
static void check_middle(const struct made_run *r, const float *images, const int64_t *pair)
{
    struct sweep *sweep;
    float code[MADE_CODE], want[MADE_PIXELS];
    assert_ok(sweep_new(&sweep, r->model, 1, 1, 0));
    for (int q = 1; q < 8; q++) {
        float t = (float)q / 8;
        for (int j = 0; j < MADE_CODE; j++)
            code[j] = (1 - t) * r->codes[pair[0] * MADE_CODE + j] +
                      t * r->codes[pair[1] * MADE_CODE + j];
        code_decode(sweep, code, want, 1);
        for (int i = 0; i < MADE_PIXELS; i++)
            assert_true(fabsf(want[i] - images[q * MADE_PIXELS + i]) < 1e-6f);
    }
    sweep_free(sweep);
}

static void check_interpolation(int same, const char *name, const char *group)
{
    struct made_run r = {.rows = 50};
    struct run run;
    struct record record = {0};
    char path[96];
    made_new(&r);
    assert_ok(run_open(&run, r.folder));
    const struct page_outlet to = {.folder = r.folder};
    struct figure_drawing d = {
        .run = &run, .to = &to, .name = name, .seed = 7, .record = &record};
    assert_ok(figure_find(name)->draw(&d));
    snprintf(path, sizeof path, "%s/pairs", group);
    const int64_t *pairs = array_of(&record, path)->data;
    snprintf(path, sizeof path, "%s/images", group);
    const struct array *images = array_of(&record, path);
    cairo_surface_t *s = open_png(r.folder, name);
    assert_true(images->rank == 4 && images->dims[0] == 10 && images->dims[1] == 9);
    check_ends(&r, s, pairs);
    check_middle(&r, images->data, pairs);
    for (int p = 0; p < 10; p++) {
        assert_true(pairs[2 * p] != pairs[2 * p + 1]);
        assert_int_equal(r.labels[pairs[2 * p]] == r.labels[pairs[2 * p + 1]], same);
    }
    cairo_surface_destroy(s);
    record_free(&record);
    run_free(&run);
    made_free(&r);
}

static void interpolation_of_one_digit_has_the_images_at_its_ends(void **state)
{
    (void)state;
    check_interpolation(1, "interpolation-same", "interpolation_same");
}

static void interpolation_of_two_digits_has_the_images_at_its_ends(void **state)
{
    (void)state;
    check_interpolation(0, "interpolation-different", "interpolation_different");
}

/* ---- SVG ------------------------------------------------------------------------------ */

static unsigned value_of(char c)
{
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const char *at = strchr(digits, c);
    return c && at ? (unsigned)(at - digits) : 0;
}

struct base64 {
    const char *text;
    size_t at; /* the next byte */
};

/* The bytes behind the text, as cairo reads them. */
static cairo_status_t next_bytes(void *user, unsigned char *out, unsigned n)
{
    struct base64 *from = user;
    for (unsigned i = 0; i < n; i++, from->at++) {
        const char *group = from->text + from->at / 3 * 4;
        unsigned place = (unsigned)(from->at % 3);
        unsigned two = value_of(group[place]) << 6 | value_of(group[place + 1]);
        out[i] = (unsigned char)(two >> (4 - 2 * place));
    }
    return CAIRO_STATUS_SUCCESS;
}

/* Ten columns of test images with two white pixels between; every pixel is a square of 8 x 8,
 * so that no viewer that smooths what it enlarges can blur it. */
static void pixels_of_an_svg_are_exact_squares(void **state)
{
    (void)state;
    enum { TIMES = 8, PITCH = MADE_SIDE + 2 };
    struct made_run r = {.rows = 20};
    size_t n;
    made_new(&r);
    draw(&r, "reconstructions");
    char *svg = bytes_of(r.folder, "reconstructions.svg", &n);
    svg[n] = '\0';
    const char *data = strstr(svg, "data:image/png;base64,");
    assert_non_null(data);
    struct base64 from = {strchr(data, ',') + 1, 0};
    cairo_surface_t *s = cairo_image_surface_create_from_png_stream(next_bytes, &from);
    assert_int_equal(cairo_image_surface_get_width(s), (10 * PITCH - 2) * TIMES);
    for (size_t i = 0; i < 10 * MADE_PIXELS; i++) {
        size_t x = i / MADE_PIXELS * PITCH + i % MADE_SIDE, y = i % MADE_PIXELS / MADE_SIDE;
        assert_int_equal(block_at(s, x * TIMES, y * TIMES, TIMES),
                         byte_of(&r, (int64_t)(i / MADE_PIXELS), i % MADE_PIXELS));
    }
    cairo_surface_destroy(s);
    free(svg);
    made_free(&r);
}

/* ---- bytes ---------------------------------------------------------------------------- */

static void assert_same_file(const char *a, const char *b, const char *name)
{
    size_t n, m;
    char *x = bytes_of(a, name, &n), *y = bytes_of(b, name, &m);
    if (n != m || memcmp(x, y, n) != 0) fail_msg("%s differs", name);
    free(x);
    free(y);
}

/* As a user draws them: by a process of its own, since cairo numbers what it draws. */
static void draw_all(const char *run, const char *folder)
{
    int status;
    pid_t child = fork();
    if (child == 0) {
        enum status st = figures_draw(&(struct figures_options){.run = run, .folder = folder});
        fflush(stdout);
        _exit((int)st);
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
}

static void equal_input_gives_equal_bytes(void **state)
{
    (void)state;
    struct made_run r = {.rows = 50};
    char first[300], second[300];
    made_new(&r);
    snprintf(first, sizeof first, "%s/first", r.folder);
    snprintf(second, sizeof second, "%s/second", r.folder);
    draw_all(r.folder, first);
    draw_all(r.folder, second);
    DIR *d = opendir(first);
    int files = 0;
    for (struct dirent *e; (e = readdir(d));)
        if (e->d_name[0] != '.') assert_same_file(first, second, e->d_name), files++;
    closedir(d);
    assert_int_equal(files, 12 * 3 + 1);
    made_free(&r);
}

static void another_seed_gives_other_pairs(void **state)
{
    (void)state;
    struct made_run r = {.rows = 50};
    made_new(&r);
    struct figures_options o = {.run = r.folder, .only = "interpolation-same", .has_seed = 1};
    size_t n, m;
    char folder[300];
    snprintf(folder, sizeof folder, "%s/figures", r.folder);
    assert_ok(figures_draw(&o));
    char *x = bytes_of(folder, "interpolation-same.png", &n);
    o.seed = 1;
    assert_ok(figures_draw(&o));
    char *y = bytes_of(folder, "interpolation-same.png", &m);
    assert_true(n != m || memcmp(x, y, n) != 0);
    free(x);
    free(y);
    made_free(&r);
}

/* ---- failures ------------------------------------------------------------------------- */

static void one_image_is_enough_for_what_it_can_show(void **state)
{
    (void)state;
    struct made_run r = {.rows = 1};
    made_new(&r);
    assert_ok(figures_draw(&(struct figures_options){.run = r.folder, .folder = r.folder}));
    assert_true(exists(r.folder, "reconstructions.png"));
    assert_true(exists(r.folder, "residual-pca-own.pdf"));
    assert_true(exists(r.folder, "latent-scatter.svg"));
    assert_false(exists(r.folder, "interpolation-same.png"));
    made_free(&r);
}

static void nan_is_named_and_leaves_no_file(void **state)
{
    (void)state;
    struct made_run r = {.rows = 20, .nan = 1};
    made_new(&r);
    struct figures_options o = {.run = r.folder, .folder = r.folder};
    assert_fails(figures_draw(&o), ST_DATA, "not finite");
    assert_int_equal(files_of(r.folder, "residual-pca"), 0);
    assert_true(exists(r.folder, "loss-curves.png"));
    made_free(&r);
}

static void figures_of_digits_are_skipped_without_labels(void **state)
{
    (void)state;
    struct made_run r = {.rows = 20, .no_labels = 1};
    made_new(&r);
    struct figures_options o = {.run = r.folder, .folder = r.folder};
    assert_ok(figures_draw(&o));
    assert_int_equal(files_of(r.folder, "latent-scatter"), 0);
    o.only = "latent-scatter";
    assert_fails(figures_draw(&o), ST_NOINPUT, "no labels");
    made_free(&r);
}

static void missing_results_say_what_makes_them(void **state)
{
    (void)state;
    struct made_run r = {.rows = 20};
    char path[300];
    made_new(&r);
    snprintf(path, sizeof path, "%s/results.h5", r.folder);
    assert_int_equal(remove(path), 0);
    struct figures_options o = {.run = r.folder, .folder = r.folder, .only = "reconstructions"};
    assert_fails(figures_draw(&o), ST_NOINPUT, "hourglass encode");
    made_free(&r);
}

static void damaged_results_are_a_failure_but_the_curves_are_drawn(void **state)
{
    (void)state;
    struct made_run r = {.rows = 20};
    char path[300];
    made_new(&r);
    snprintf(path, sizeof path, "%s/results.h5", r.folder);
    assert_int_equal(truncate(path, 1000), 0);
    struct figures_options o = {.run = r.folder, .folder = r.folder};
    assert_fails(figures_draw(&o), ST_DATA, "results.h5");
    assert_true(exists(r.folder, "loss-curves.png"));
    assert_false(exists(r.folder, "reconstructions.png"));
    made_free(&r);
}

static void a_folder_that_cannot_be_written_is_named(void **state)
{
    (void)state;
    struct made_run r = {.rows = 20};
    char path[300];
    made_new(&r);
    snprintf(path, sizeof path, "%s/metrics.csv/figures", r.folder);
    struct figures_options o = {.run = r.folder, .folder = path};
    assert_fails(figures_draw(&o), ST_CANTCREATE, "metrics.csv");
    made_free(&r);
}

static void wrong_names_are_refused(void **state)
{
    (void)state;
    struct figures_options o = {.run = "/nowhere", .only = "reconstruction"};
    assert_fails(figures_draw(&o), ST_USAGE, "--list");
    o.only = NULL;
    assert_fails(figures_draw(&o), ST_NOINPUT, "/nowhere");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(residuals_of_zero_are_mid_grey_everywhere),
        cmocka_unit_test(the_shared_scale_has_its_extreme_in_black_or_white),
        cmocka_unit_test(every_own_scale_has_its_extreme_in_black_or_white),
        cmocka_unit_test(constant_residuals_have_a_mean_and_no_components),
        cmocka_unit_test(interpolation_of_one_digit_has_the_images_at_its_ends),
        cmocka_unit_test(interpolation_of_two_digits_has_the_images_at_its_ends),
        cmocka_unit_test(pixels_of_an_svg_are_exact_squares),
        cmocka_unit_test(equal_input_gives_equal_bytes),
        cmocka_unit_test(another_seed_gives_other_pairs),
        cmocka_unit_test(one_image_is_enough_for_what_it_can_show),
        cmocka_unit_test(nan_is_named_and_leaves_no_file),
        cmocka_unit_test(figures_of_digits_are_skipped_without_labels),
        cmocka_unit_test(missing_results_say_what_makes_them),
        cmocka_unit_test(damaged_results_are_a_failure_but_the_curves_are_drawn),
        cmocka_unit_test(a_folder_that_cannot_be_written_is_named),
        cmocka_unit_test(wrong_names_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
