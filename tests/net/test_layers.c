#include "check.h"

#include "net/call.h"

#include <math.h>
#include <string.h>

enum { ROWS = 3 };

static struct layer l;
static struct batch b;
static struct layer_call c;
static double kl;
static const uint32_t row[ROWS] = {4, 9, 2};

static int fresh(void **state)
{
    (void)state;
    b = (struct batch){.rows = ROWS, .row = row, .seed = 1, .purpose = PURPOSE_TRAIN};
    c = (struct layer_call){.batch = &b, .kl = &kl};
    kl = 0;
    return 0;
}

static void dense_is_x_w_plus_b(void **state)
{
    const float x[ROWS][2] = {{1, 2}, {3, 4}, {5, 6}};
    const float w[32] = {1, 2, 3, /* row of w */ 4, 5, 6, [16] = 10, 20, 30};
    float y[ROWS][3], workspace[64 * 3];
    (void)state;
    assert_ok(layer_parse(&l, "dense 3", (struct shape){1, 1, 2}, 0));
    assert_true(l.workspace <= 64 * 3);
    l.variable[1].at = 16, c.workspace = workspace;
    call_forward(&l, c, w, &x[0][0], &y[0][0], NULL);
    const float want[ROWS][3] = {{19, 32, 45}, {29, 46, 63}, {39, 60, 81}};
    assert_memory_equal(y, want, sizeof y);
}

static void parameter_counts_are_kerass(void **state)
{
    (void)state;
    assert_ok(layer_parse(&l, "dense 128 relu", (struct shape){28, 28, 1}, 0));
    assert_int_equal(l.variable[0].count + l.variable[1].count, 784 * 128 + 128);
    assert_int_equal(l.variable[0].dims[0], 784);
    assert_int_equal(l.variable[0].dims[1], 128);
}

static void nan_passes_through_every_activation(void **state)
{
    (void)state;
    for (enum activation a = 0; a < ACTIVATION_COUNT; a++) {
        float y[2] = {NAN, 1}, bias[2] = {0, 0};
        activation_forward(a, y, bias, 1, 2);
        assert_true(isnan(y[0]) && isfinite(y[1]));
        activation_forward(a, y, NULL, 1, 2);
        assert_true(isnan(y[0]) && isfinite(y[1]));
    }
}

static double as_defined(enum activation a, double x)
{
    switch (a) {
    case ACTIVATION_RELU:
        return fmax(x, 0);
    case ACTIVATION_LEAKY_RELU:
        return x < 0 ? 0.3 * x : x;
    case ACTIVATION_SELU:
        return 1.0507009873554805 * (x < 0 ? 1.6732632423543772 * expm1(x) : x);
    case ACTIVATION_TANH:
        return tanh(x);
    case ACTIVATION_SIGMOID:
        return 1 / (1 + exp(-x));
    case ACTIVATION_LINEAR:
    case ACTIVATION_COUNT:
        break;
    }
    return x;
}

/* Keras 3's, with its constants. */
static void activations_are_kerass(void **state)
{
    enum { N = 33 };
    (void)state;
    for (enum activation a = 0; a < ACTIVATION_COUNT; a++) {
        float y[N], plain[N], bias[N];
        for (int i = 0; i < N; i++) {
            plain[i] = (float)(i - 16) / 4, bias[i] = 0.5f;
            y[i] = plain[i] - bias[i];
        }
        activation_forward(a, y, bias, 1, N);
        activation_forward(a, plain, NULL, 1, N);
        for (int i = 0; i < N; i++) {
            assert_true(fabs((double)y[i] - as_defined(a, (i - 16) / 4.0)) < 1e-6);
            assert_true(y[i] == plain[i]);
        }
    }
}

static void noise_acts_in_training_only(void **state)
{
    float x[ROWS * 1000], y[ROWS * 1000];
    double squares = 0;
    (void)state;
    for (int i = 0; i < ROWS * 1000; i++) x[i] = (float)i;
    assert_ok(layer_parse(&l, "noise 0.5", (struct shape){1, 1, 1000}, 0));
    call_forward(&l, c, NULL, x, y, NULL);
    assert_memory_equal(x, y, sizeof x);
    memset(x, 0, sizeof x);
    b.corrupt = 1;
    call_forward(&l, c, NULL, x, y, NULL);
    for (int i = 0; i < ROWS * 1000; i++) squares += (double)y[i] * (double)y[i];
    assert_true(fabs(sqrt(squares / (ROWS * 1000)) - 0.5) < 0.02);
}

static void noise_that_acts_always_acts_in_evaluation(void **state)
{
    float x[ROWS * 8] = {0}, y[ROWS * 8];
    (void)state;
    assert_ok(layer_parse(&l, "noise 0.5 always", (struct shape){1, 1, 8}, 0));
    call_forward(&l, c, NULL, x, y, NULL);
    for (int i = 0; i < ROWS * 8; i++) assert_true(y[i] != 0);
}

/* What layer `index` of a model makes of the batch's last row, which is all ones. */
static void draw(const char *line, int index, float out[8])
{
    float x[ROWS * 8], w[256] = {0}, y[ROWS * 8], kept[5 * ROWS * 8], workspace[2 * 2 * 8 * 8];
    for (int i = 0; i < ROWS * 8; i++) x[i] = 1;
    assert_ok(layer_parse(&l, line, (struct shape){1, 1, 8}, 0));
    for (size_t i = 0, at = 0; i < (size_t)l.variables; at += l.variable[i++].count)
        l.variable[i].at = at;
    l.index = index, c.workspace = workspace;
    call_forward(&l, c, w, x, y, kept);
    memcpy(out, y + (b.rows - 1) * 8, 8 * sizeof *out);
}

static void assert_other_draw(const char *what, const char *line, int index, const float *first)
{
    float other[8];
    draw(line, index, other);
    if (memcmp(other, first, sizeof other) == 0)
        fail_msg("%s: the same for any %s", line, what);
}

static void every_part_of_its_name_counts_in_a_draw(void **state)
{
    static const char *const lines[] = {"noise 1", "dropout 0.5", "sampling 8"};
    static const uint32_t others[ROWS] = {4, 9, 3};
    (void)state;
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        float first[8], again[8];
        fresh(NULL);
        b.corrupt = b.sample = 1;
        const struct batch was = b;
        draw(lines[i], 3, first);
        b.epoch = 1;
        assert_other_draw("epoch", lines[i], 3, first);
        b = was, b.seed = 2;
        assert_other_draw("seed", lines[i], 3, first);
        b = was, b.purpose = PURPOSE_TEST;
        assert_other_draw("purpose", lines[i], 3, first);
        b = was, b.row = others;
        assert_other_draw("row", lines[i], 3, first);
        b = was;
        assert_other_draw("layer", lines[i], 4, first);
        b.rows = 1, b.row = row + 2; /* and nothing else: not where the row stands */
        draw(lines[i], 3, again);
        assert_memory_equal(again, first, sizeof again);
    }
}

static void dropout_drops_its_share_and_scales_the_rest(void **state)
{
    float x[ROWS * 1000], y[ROWS * 1000], factor[ROWS * 1000];
    int dropped = 0;
    (void)state;
    for (int i = 0; i < ROWS * 1000; i++) x[i] = 3;
    assert_ok(layer_parse(&l, "dropout 0.25", (struct shape){1, 1, 1000}, 0));
    b.corrupt = 1;
    call_forward(&l, c, NULL, x, y, factor);
    for (int i = 0; i < ROWS * 1000; i++) {
        dropped += y[i] == 0;
        assert_true(y[i] == 0 || y[i] == 4);
    }
    assert_in_range(dropped, 680, 820);
}

static void the_code_of_sampling_is_the_mean_where_it_does_not_draw(void **state)
{
    const float x[ROWS] = {1, 2, 3};
    const float w[64] = {[0] = 2, [16] = 1, [32] = 0, [48] = -1}; /* m = 2x + 1, v = -1 */
    float y[ROWS], kept[5 * ROWS], workspace[4];
    (void)state;
    assert_ok(layer_parse(&l, "sampling 1", (struct shape){1, 1, 1}, 0));
    assert_true(l.kept == 5 && l.workspace == 4);
    c.workspace = workspace;
    for (size_t i = 0; i < 4; i++) l.variable[i].at = 16 * i;
    call_forward(&l, c, w, x, y, kept);
    const float want[ROWS] = {3, 5, 7};
    assert_memory_equal(y, want, sizeof y);
    /* KL = (m^2 + e^-1 - 1 + 1) / 2 */
    assert_true(fabs(kl - (9 + 25 + 49 + 3 * exp(-1)) / 2) < 1e-4);
    b.sample = 1;
    call_forward(&l, c, w, x, y, kept);
    for (int i = 0; i < ROWS; i++) assert_true(y[i] != want[i]);
}

static void batch_norm_gives_mean_zero_and_variance_one(void **state)
{
    const float x[ROWS][2] = {{1, 10}, {2, 20}, {6, 60}};
    float w[64], y[ROWS][2];
    double statistics[5];
    (void)state;
    assert_ok(layer_parse(&l, "batchnorm", (struct shape){1, 1, 2}, 0));
    for (size_t i = 0; i < 4; i++) {
        l.variable[i].at = 16 * i;
        for (size_t k = 0; k < 2; k++) w[16 * i + k] = l.variable[i].start;
    }
    b.training = 1, c.x = &x[0][0], c.statistics = statistics;
    l.kind->statistics(&l, &c);
    call_forward(&l, c, w, &x[0][0], &y[0][0], NULL);
    for (int k = 0; k < 2; k++) {
        double mean = 0, square = 0, variance = k ? 1400.0 / 3 : 14.0 / 3;
        for (int i = 0; i < ROWS; i++) {
            mean += (double)y[i][k] / ROWS;
            square += (double)(y[i][k] * y[i][k]) / ROWS;
        }
        assert_true(fabs(mean) < 1e-6 && fabs(square - variance / (variance + 1e-3)) < 1e-5);
    }
    l.kind->update(&l, w, statistics);
    assert_true(fabs((double)w[32] - 0.03) < 1e-6); /* 0.99 * 0 + 0.01 * 3 */
    assert_true(fabs((double)w[48] - (0.99 + 0.14 / 3)) < 1e-6);
    b.training = 0; /* evaluation takes what is remembered */
    call_forward(&l, c, w, &x[0][0], &y[0][0], NULL);
    assert_true(fabs((double)y[0][0] - 0.97 / sqrt((double)w[48] + 1e-3)) < 1e-5);
}

static void wrong_lines_are_refused_with_what_is_right(void **state)
{
    const struct shape in = {1, 1, 4};
    (void)state;
    assert_fails(layer_parse(&l, "danse 3", in, 0), ST_SETTING,
                 "dense, noise, dropout, sampling");
    assert_fails(layer_parse(&l, "dense", in, 0), ST_SETTING, "dense UNITS [ACTIVATION]");
    assert_fails(layer_parse(&l, "dense 0", in, 0), ST_SETTING, "at least 1");
    assert_fails(layer_parse(&l, "dense -3", in, 0), ST_SETTING, "at least 1");
    assert_fails(layer_parse(&l, "dense 3 rely", in, 0), ST_SETTING, "'rely'");
    assert_fails(layer_parse(&l, "dropout 1", in, 0), ST_SETTING, "below 1");
    assert_fails(layer_parse(&l, "noise x", in, 0), ST_SETTING, "standard deviation");
    assert_fails(layer_parse(&l, "noise 1 sometimes", in, 0), ST_SETTING, "[always]");
    assert_fails(layer_parse(&l, "1 2 3 4 5 6 7 8 9", in, 0), ST_SETTING, "words");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(dense_is_x_w_plus_b, fresh),
        cmocka_unit_test_setup(parameter_counts_are_kerass, fresh),
        cmocka_unit_test_setup(nan_passes_through_every_activation, fresh),
        cmocka_unit_test_setup(activations_are_kerass, fresh),
        cmocka_unit_test_setup(noise_acts_in_training_only, fresh),
        cmocka_unit_test_setup(noise_that_acts_always_acts_in_evaluation, fresh),
        cmocka_unit_test_setup(every_part_of_its_name_counts_in_a_draw, fresh),
        cmocka_unit_test_setup(dropout_drops_its_share_and_scales_the_rest, fresh),
        cmocka_unit_test_setup(the_code_of_sampling_is_the_mean_where_it_does_not_draw, fresh),
        cmocka_unit_test_setup(batch_norm_gives_mean_zero_and_variance_one, fresh),
        cmocka_unit_test_setup(wrong_lines_are_refused_with_what_is_right, fresh),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
