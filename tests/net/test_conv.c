/* The convolutional layers against their plain loops, over many sizes; Keras's shapes and
 * counts; what wrong lines are told. */
#include "check.h"

#include "net/call.h"
#include "net/model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 3, FILTERS = 2, MOST = ROWS * 81 * 81 * FILTERS, WEIGHTS = 1024 };

static float x[MOST], y[MOST], dy[MOST], dx[MOST], kept[MOST], workspace[MOST];
static float w[WEIGHTS], dw[WEIGHTS];
static double want[MOST];
static int given[MOST];
static struct layer l;
static struct batch batch;
static struct layer_call c;
static const uint32_t row[ROWS] = {4, 9, 2};

/* One line of a job file, and what it says, for the loops below. */
struct geometry {
    struct shape in;
    long kh, kw, stride;
    int same;
};

static const struct shape sizes[] = {{27, 27, 1}, {5, 5, 3}, {1, 1, 3}, {4, 6, 2}, {5, 7, 19}};
static const long kernels[][2] = {{1, 1}, {2, 2}, {3, 3}, {2, 3}};

enum { GEOMETRIES = 5 * 4 * 3 * 2 };

static struct geometry geometry_at(int i)
{
    return (struct geometry){sizes[i % 5], kernels[i / 5 % 4][0], kernels[i / 5 % 4][1],
                             i / 20 % 3 + 1, i / 60};
}

/* Zeros before the image, as the documentation of TensorFlow has them. */
static long zeros_before(long in, long k, long stride, int same)
{
    long last = in % stride == 0 ? stride : in % stride, all = k > last ? k - last : 0;
    return same ? all / 2 : 0;
}

static void fill(void)
{
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 0, 0}, x, MOST);
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 1, 0}, dy, MOST);
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 2, 0}, w, WEIGHTS);
    batch = (struct batch){.rows = ROWS, .row = row};
    c = (struct layer_call){.batch = &batch, .workspace = workspace};
}

static void make(const char *line, struct shape in)
{
    size_t at = 0;
    assert_ok(layer_parse(&l, line, in, 0));
    for (int i = 0; i < l.variables; at += l.variable[i++].count) l.variable[i].at = at;
    assert_true(at <= WEIGHTS && l.workspace <= MOST && ROWS * shape_size(l.out) <= MOST);
    fill();
}

static void make_conv(const char *word, const struct geometry *g)
{
    char line[80];
    snprintf(line, sizeof line, "%s %d %ldx%ld %s stride %ld", word, FILTERS, g->kh, g->kw,
             g->same ? "same" : "valid", g->stride);
    make(line, g->in);
    memset(want, 0, sizeof want);
}

static void assert_wanted(const struct geometry *g)
{
    call_forward(&l, c, w, x, y, kept);
    for (size_t i = 0; i < ROWS * shape_size(l.out); i++)
        if (!(fabs((double)y[i] - want[i]) < 1e-4))
            fail_msg("%s %ldx%ld of %zux%zux%zu, stride %ld, same %d: value %zu is %g, not %g",
                     l.kind->word, g->kh, g->kw, g->in.h, g->in.w, g->in.c, g->stride, g->same,
                     i, (double)y[i], want[i]);
}

static size_t at(struct shape s, long r, long i, long j, size_t k)
{
    return ((((size_t)r * s.h) + (size_t)i) * s.w + (size_t)j) * s.c + k;
}

static int outside(struct shape s, long i, long j)
{
    return i < 0 || j < 0 || i >= (long)s.h || j >= (long)s.w;
}

/* Of row r, place (i, j) of the small image sees pixel (u, v) of the large one through (di, dj)
 * of the window. */
struct meeting {
    long r, i, j, di, dj, u, v;
};

/* Call f for every meeting inside the images. */
static void each_meeting(const struct geometry *g, struct shape small, struct shape large,
                         void (*f)(const struct geometry *, const struct meeting *))
{
    long top = zeros_before((long)large.h, g->kh, g->stride, g->same);
    long left = zeros_before((long)large.w, g->kw, g->stride, g->same);
    struct meeting m;
    for (m.r = 0; m.r < ROWS; m.r++)
        for (m.i = 0; m.i < (long)small.h; m.i++)
            for (m.j = 0; m.j < (long)small.w; m.j++)
                for (m.di = 0; m.di < g->kh; m.di++)
                    for (m.dj = 0; m.dj < g->kw; m.dj++) {
                        m.u = m.i * g->stride + m.di - top, m.v = m.j * g->stride + m.dj - left;
                        if (!outside(large, m.u, m.v)) f(g, &m);
                    }
}

static void conv_term(const struct geometry *g, const struct meeting *m)
{
    for (size_t k = 0; k < l.in.c; k++)
        for (size_t o = 0; o < FILTERS; o++)
            want[at(l.out, m->r, m->i, m->j, o)] +=
                (double)x[at(l.in, m->r, m->u, m->v, k)] *
                (double)w[((size_t)(m->di * g->kw + m->dj) * l.in.c + k) * FILTERS + o];
}

static void transpose_term(const struct geometry *g, const struct meeting *m)
{
    for (size_t k = 0; k < l.in.c; k++)
        for (size_t o = 0; o < FILTERS; o++)
            want[at(l.out, m->r, m->u, m->v, o)] +=
                (double)x[at(l.in, m->r, m->i, m->j, k)] *
                (double)w[((size_t)(m->di * g->kw + m->dj) * FILTERS + o) * l.in.c + k];
}

static void add_bias(void)
{
    for (size_t i = 0; i < ROWS * shape_size(l.out); i++)
        want[i] += (double)w[l.variable[1].at + i % FILTERS];
}

static int fits(const struct geometry *g)
{
    return g->same || (g->kh <= (long)g->in.h && g->kw <= (long)g->in.w);
}

static void conv_is_as_defined(void **state)
{
    (void)state;
    for (int i = 0; i < GEOMETRIES; i++) {
        struct geometry g = geometry_at(i);
        if (!fits(&g)) continue;
        make_conv("conv", &g);
        size_t s = (size_t)g.stride, less = g.same ? 0 : (size_t)g.kh - 1;
        assert_int_equal(l.out.h, (g.in.h - less + s - 1) / s);
        each_meeting(&g, l.out, l.in, conv_term);
        add_bias();
        assert_wanted(&g);
    }
}

static void conv_transpose_is_as_defined(void **state)
{
    (void)state;
    for (int i = 0; i < GEOMETRIES; i++) {
        struct geometry g = geometry_at(i);
        make_conv("conv_transpose", &g);
        size_t s = (size_t)g.stride, k = (size_t)g.kh, more = !g.same && k > s ? k - s : 0;
        assert_int_equal(l.out.h, g.in.h * s + more);
        each_meeting(&g, l.in, l.out, transpose_term);
        add_bias();
        assert_wanted(&g);
    }
}

static double dot(const float *a, const float *b, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) sum += (double)a[i] * (double)b[i];
    return sum;
}

/* y is linear in x and in w: without a bias <dy, y> = <dx, x> = <dw, w>, and db sums dy. */
static void assert_gradients_are_transposes(void)
{
    size_t n = ROWS * shape_size(l.out), kernel = l.variable[0].count;
    memset(w + l.variable[1].at, 0, FILTERS * sizeof *w);
    memset(dw, 0xff, sizeof dw); /* NaN: what is not written shows */
    memset(dx, 0xff, sizeof dx);
    call_forward(&l, c, w, x, y, kept);
    call_backward(&l, c, w, x, y, dy, dx, dw, kept);
    double right = dot(dy, y, n), most = 1e-4 * (1 + sqrt(dot(dy, dy, n) * dot(y, y, n)));
    assert_true(fabs(dot(dx, x, ROWS * shape_size(l.in)) - right) < most);
    assert_true(fabs(dot(dw, w, kernel) - right) < most);
    for (size_t o = 0; o < FILTERS; o++) {
        double sum = 0;
        for (size_t i = o; i < n; i += FILTERS) sum += (double)dy[i];
        assert_true(fabs((double)dw[l.variable[1].at + o] - sum) < 1e-2);
    }
}

/* Of what comes out without one. */
static void activations_act_on_the_biased_sums(void **state)
{
    static const char *const words[] = {"conv", "conv_transpose"};
    static float plain[MOST];
    (void)state;
    for (int i = 0; i < 2; i++)
        for (enum activation a = 0; a < ACTIVATION_COUNT; a++) {
            char line[64];
            snprintf(line, sizeof line, "%s 2 3x3 same", words[i]);
            make(line, (struct shape){5, 4, 3});
            call_forward(&l, c, w, x, plain, kept);
            size_t n = ROWS * shape_size(l.out);
            activation_forward(a, plain, NULL, 1, n);
            snprintf(line, sizeof line, "%s 2 3x3 same %s", words[i], activation_name(a));
            make(line, (struct shape){5, 4, 3});
            call_forward(&l, c, w, x, y, kept);
            assert_memory_equal(y, plain, n * sizeof *y);
        }
}

static void gradients_are_transposes(void **state)
{
    (void)state;
    for (int i = 0; i < GEOMETRIES; i++) {
        struct geometry g = geometry_at(i);
        make_conv("conv_transpose", &g);
        assert_gradients_are_transposes();
        if (!fits(&g)) continue;
        make_conv("conv", &g);
        assert_gradients_are_transposes();
    }
}

static void a_row_has_its_bits_wherever_it_stands(void **state)
{
    static const char *const lines[] = {"conv 2 3x3 same tanh", "conv_transpose 2 2x2 stride 2",
                                        "maxpool 2x2 same", "upsample 2x3"};
    static float alone[MOST];
    (void)state;
    for (int i = 0; i < 4; i++) {
        make(lines[i], (struct shape){5, 5, 3});
        size_t in = shape_size(l.in), out = shape_size(l.out);
        call_forward(&l, c, w, x, y, kept);
        batch.rows = 1;
        call_forward(&l, c, w, x + 2 * in, alone, kept);
        assert_memory_equal(alone, y + 2 * out, out * sizeof *y);
    }
}

static void maxpool_term(const struct geometry *g, const struct meeting *m)
{
    (void)g;
    for (size_t k = 0; k < l.in.c; k++) {
        double *y_wanted = &want[at(l.out, m->r, m->i, m->j, k)];
        *y_wanted = fmax(*y_wanted, (double)x[at(l.in, m->r, m->u, m->v, k)]);
    }
}

/* The first value that is the largest gets all of dy. */
static void winner_term(const struct geometry *g, const struct meeting *m)
{
    (void)g;
    for (size_t k = 0; k < l.in.c; k++) {
        size_t to = at(l.out, m->r, m->i, m->j, k), from = at(l.in, m->r, m->u, m->v, k);
        if (given[to] || x[from] != y[to]) continue;
        given[to] = 1, want[from] = (double)dy[to];
    }
}

static void assert_winners_get_the_gradient(const struct geometry *g)
{
    memset(want, 0, sizeof want);
    memset(given, 0, sizeof given);
    memset(dx, 0xff, sizeof dx); /* NaN: what is not written shows */
    each_meeting(g, l.out, l.in, winner_term);
    call_backward(&l, c, w, x, y, dy, dx, dw, kept);
    for (size_t i = 0; i < ROWS * shape_size(l.in); i++)
        if ((double)dx[i] != want[i])
            fail_msg("maxpool %ldx%ld of %zux%zux%zu, same %d: dx %zu is %g, not %g", g->kh,
                     g->kw, g->in.h, g->in.w, g->in.c, g->same, i, (double)dx[i], want[i]);
}

static void maxpool_is_as_defined(void **state)
{
    char line[80];
    (void)state;
    for (int i = 0; i < GEOMETRIES; i++) {
        struct geometry g = geometry_at(i);
        if (!fits(&g) || g.kh != g.kw) continue;
        g.stride = g.kh;
        snprintf(line, sizeof line, "maxpool %ldx%ld %s", g.kh, g.kw, g.same ? "same" : "");
        make(line, g.in);
        for (int k = 0; k < MOST; k++) x[k] = roundf(x[k]); /* many are equal */
        for (int k = 0; k < MOST; k++) want[k] = -INFINITY;
        each_meeting(&g, l.out, l.in, maxpool_term);
        assert_wanted(&g);
        assert_winners_get_the_gradient(&g);
    }
}

static void of_several_nans_the_first_is_given_the_gradient(void **state)
{
    enum { C = 9 };
    (void)state;
    make("maxpool 2x3", (struct shape){2, 3, C});
    for (int i = 0; i < 6 * C; i++) x[i] = i / C == 2 ? 7 : i / C == 3 || i / C == 5 ? NAN : -1;
    batch.rows = 1;
    call_forward(&l, c, w, x, y, kept);
    call_backward(&l, c, w, x, y, dy, dx, dw, kept);
    for (int i = 0; i < 6 * C; i++)
        assert_true(isnan(y[i % C]) && dx[i] == (i / C == 3 ? dy[i % C] : 0));
}

static void upsample_repeats_and_its_gradient_is_the_sum(void **state)
{
    static const float from[] = {1, 2, 3, 4};
    static const float wanted[] = {1, 1, 1, 2, 2, 2, 1, 1, 1, 2, 2, 2,
                                   3, 3, 3, 4, 4, 4, 3, 3, 3, 4, 4, 4};
    (void)state;
    make("upsample 2x3", (struct shape){2, 2, 1});
    batch.rows = 1;
    call_forward(&l, c, w, from, y, kept);
    assert_memory_equal(y, wanted, sizeof wanted);
    call_backward(&l, c, w, from, y, y, dx, dw, kept);
    for (int i = 0; i < 4; i++) assert_true(dx[i] == 6 * from[i]);
}

static void reshape_and_flatten_change_the_shape_alone(void **state)
{
    (void)state;
    make("reshape 2x3x4", (struct shape){1, 1, 24});
    assert_true(l.view && shape_equal(l.out, (struct shape){2, 3, 4}));
    make("flatten", (struct shape){2, 3, 4});
    assert_true(l.view && shape_equal(l.out, (struct shape){1, 1, 24}));
}

static struct model *model_of(const char *encoder, const char *decoder, const char *loss)
{
    static struct job job;
    struct settings s = job_settings(&job);
    struct model *m = NULL;
    assert_ok(settings_defaults(&s));
    assert_ok(settings_set(&s, "test", "input", "28x28x1"));
    assert_ok(settings_set(&s, "test", "encoder", encoder));
    assert_ok(settings_set(&s, "test", "decoder", decoder));
    assert_ok(settings_set(&s, "test", "loss", loss));
    assert_ok(model_new(&m, &job));
    return m;
}

/* The heights of the layers' outputs, and the parameters of layers from..to. */
static void assert_heights(const struct model *m, const size_t *height)
{
    for (int i = 0; i < m->count; i++) assert_int_equal(m->layers[i].out.h, height[i]);
}

static size_t parameters(const struct model *m, int from, int to)
{
    size_t sum = 0;
    for (int i = from; i < to; i++)
        for (int k = 0; k < m->layers[i].variables; k++) sum += m->layers[i].variable[k].count;
    return sum;
}

static void conv_has_kerass_sizes_and_counts(void **state)
{
    static const size_t height[] = {28, 14, 14, 7, 7, 4, 4, 8, 8, 16, 14, 28, 28};
    (void)state;
    struct model *m = model_of("conv 16 3x3 same relu,maxpool 2x2 same,conv 8 3x3 same relu,"
                               "maxpool 2x2 same,conv 8 3x3 same relu,maxpool 2x2 same",
                               "conv 8 3x3 same relu,upsample 2x2,conv 8 3x3 same relu,"
                               "upsample 2x2,conv 16 3x3 relu,upsample 2x2,"
                               "conv 1 3x3 same sigmoid",
                               "bce");
    assert_heights(m, height);
    assert_int_equal(m->parameters, 4385);
    assert_true(shape_equal(m->code, (struct shape){4, 4, 8}));
    assert_string_equal(m->layers[0].name, "conv2d");
    assert_string_equal(m->layers[1].name, "max_pooling2d");
    assert_string_equal(m->layers[7].name, "up_sampling2d");
    model_free(m);
}

static void conv_tanh_has_kerass_sizes_and_counts(void **state)
{
    static const size_t height[] = {27, 13, 12, 6, 5, 1, 1, 1, 7, 14, 28};
    (void)state;
    struct model *m =
        model_of("conv 8 2x2 relu,maxpool 2x2,conv 16 2x2 relu,maxpool 2x2,"
                 "conv 32 2x2 relu,flatten,dense 2 tanh",
                 "dense 392 tanh,reshape 7x7x8,conv_transpose 8 2x2 stride 2 relu,"
                 "conv_transpose 1 2x2 stride 2 relu",
                 "mse");
    assert_heights(m, height);
    assert_int_equal(m->layers[5].out.c, 800);
    assert_int_equal(parameters(m, 0, m->split), 4250);
    assert_int_equal(parameters(m, m->split, m->count), 1473);
    assert_string_equal(m->layers[9].name, "conv2d_transpose");
    model_free(m);
}

static void conv_deep_has_kerass_count(void **state)
{
    (void)state;
    struct model *m = model_of("conv 64 3x3 same relu,maxpool 2x2,conv 128 3x3 same relu,"
                               "maxpool 2x2,conv 256 3x3 same relu",
                               "conv 128 3x3 same relu,upsample 2x2,conv 64 3x3 same relu,"
                               "upsample 2x2,conv 1 1x1 sigmoid",
                               "bce");
    assert_int_equal(m->parameters, 738561);
    assert_true(shape_equal(m->code, (struct shape){7, 7, 256}));
    model_free(m);
}

static void kernels_have_kerass_fans(void **state)
{
    (void)state;
    make("conv 4 2x3", (struct shape){5, 5, 3});
    assert_int_equal(l.variable[0].fan_in, 2 * 3 * 3);
    assert_int_equal(l.variable[0].fan_out, 2 * 3 * 4);
    make("conv_transpose 4 2x3", (struct shape){5, 5, 3});
    assert_int_equal(l.variable[0].dims[2], 4);
    assert_int_equal(l.variable[0].dims[3], 3);
    assert_int_equal(l.variable[0].fan_in, 2 * 3 * 4);
    assert_int_equal(l.variable[0].fan_out, 2 * 3 * 3);
}

static void words_may_stand_in_any_order(void **state)
{
    struct layer other;
    (void)state;
    assert_ok(layer_parse(&l, "conv 4 3x3 same stride 2 relu", (struct shape){9, 9, 1}, 0));
    assert_ok(layer_parse(&other, "conv 4 3x3 relu stride 2 same", (struct shape){9, 9, 1}, 0));
    assert_memory_equal(&l, &other, sizeof l);
    assert_true(l.activation == ACTIVATION_RELU && l.out.h == 5);
}

static void wrong_lines_are_refused_with_what_is_right(void **state)
{
    const struct shape in = {5, 4, 3};
    (void)state;
    assert_fails(layer_parse(&l, "conv", in, 0), ST_SETTING, "conv FILTERS KHxKW");
    assert_fails(layer_parse(&l, "conv 3", in, 0), ST_SETTING, "conv FILTERS KHxKW");
    assert_fails(layer_parse(&l, "conv 3 3", in, 0), ST_SETTING, "'3' but must be 2 numbers");
    assert_fails(layer_parse(&l, "conv 3 3x3x3", in, 0), ST_SETTING, "2 numbers");
    assert_fails(layer_parse(&l, "conv 3 3x", in, 0), ST_SETTING, "at least 1");
    assert_fails(layer_parse(&l, "conv 3 -3x3", in, 0), ST_SETTING, "at least 1");
    assert_fails(layer_parse(&l, "conv 0 3x3", in, 0), ST_SETTING, "number of filters");
    assert_fails(layer_parse(&l, "conv 3 300x3", in, 0), ST_SETTING, "256 at most");
    assert_fails(layer_parse(&l, "conv 3 3x3 stride", in, 0), ST_SETTING, "'stride'");
    assert_fails(layer_parse(&l, "conv 3 3x3 stride 0", in, 0), ST_SETTING, "the stride");
    assert_fails(layer_parse(&l, "conv 3 3x3 sane", in, 0), ST_SETTING, "'sane'");
    assert_fails(layer_parse(&l, "conv 3 5x5", in, 0), ST_SHAPE, "5x5");
    assert_fails(layer_parse(&l, "conv 3 5x5", in, 0), ST_SHAPE, "gets 5x4");
    assert_fails(layer_parse(&l, "conv 16000000 200x200 same", in, 0), ST_SHAPE, "2^30");
    assert_fails(layer_parse(&l, "conv_transpose 16000000 9x9 stride 200", in, 0), ST_SHAPE,
                 "2^30");
    assert_fails(layer_parse(&l, "maxpool 6x2", in, 0), ST_SHAPE, "6x2");
    assert_fails(layer_parse(&l, "maxpool 2x2 relu", in, 0), ST_SETTING, "maxpool KHxKW");
    assert_fails(layer_parse(&l, "upsample 2", in, 0), ST_SETTING, "'2'");
    assert_fails(layer_parse(&l, "flatten 2", in, 0), ST_SETTING, "flatten");
    assert_fails(layer_parse(&l, "reshape 5x4", in, 0), ST_SETTING, "3 numbers");
    assert_fails(layer_parse(&l, "reshape 6x4x3", in, 0), ST_SHAPE, "the 60 values");
    assert_fails(layer_parse(&l, "reshape 16000000x16000000x65536", in, 0), ST_SHAPE,
                 "60 values");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(conv_is_as_defined),
        cmocka_unit_test(conv_transpose_is_as_defined),
        cmocka_unit_test(activations_act_on_the_biased_sums),
        cmocka_unit_test(gradients_are_transposes),
        cmocka_unit_test(a_row_has_its_bits_wherever_it_stands),
        cmocka_unit_test(maxpool_is_as_defined),
        cmocka_unit_test(of_several_nans_the_first_is_given_the_gradient),
        cmocka_unit_test(upsample_repeats_and_its_gradient_is_the_sum),
        cmocka_unit_test(reshape_and_flatten_change_the_shape_alone),
        cmocka_unit_test(conv_has_kerass_sizes_and_counts),
        cmocka_unit_test(conv_tanh_has_kerass_sizes_and_counts),
        cmocka_unit_test(conv_deep_has_kerass_count),
        cmocka_unit_test(kernels_have_kerass_fans),
        cmocka_unit_test(words_may_stand_in_any_order),
        cmocka_unit_test(wrong_lines_are_refused_with_what_is_right),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
