/* The definitions of base/numbers.h once more, as plain loops over one number at a time and
 * compiled without optimisation: what the library gives has their bits. */
#include "check.h"

#include "base/dmath.h"
#include "base/fmath.h"
#include "base/random.h"
#include "base/wide.h"
#include "linalg/convolve_bias.h"
#include "net/call.h"
#include "net/loss.h"
#include "optim/optimizer.h"

#include <float.h>
#include <math.h>
#include <string.h>

enum { MOST = 6000, ROOM = 40000 };

/* ---- numbers to compute with ------------------------------------------------------------- */

static const float awkward[] = {0.0f,     -0.0f,    FLT_TRUE_MIN, -FLT_TRUE_MIN, 1e-39f,
                                FLT_MIN,  INFINITY, -INFINITY,    NAN,           FLT_MAX,
                                -FLT_MAX, 88.3f,    -87.7f,       -103.9f,       1e-20f,
                                0.25f,    -1.0f,    1.0f,         1e19f,         -1e19f};
enum { AWKWARD = sizeof awkward / sizeof *awkward };

static uint32_t draws;

static void fill(float *x, size_t n)
{
    random_normal((struct random_name){7, PURPOSE_MADE, 0, draws++, 0}, x, n);
}

/* One in seven is awkward. */
static void fill_awkward(float *x, size_t n)
{
    fill(x, n);
    for (size_t i = 0; i < n; i++) {
        uint64_t bits =
            random_bits((struct random_name){7, PURPOSE_MADE, 1, draws, 0}, (uint32_t)i);
        if (bits % 7 == 0) x[i] = awkward[(bits >> 8) % AWKWARD];
    }
}

static void assert_bits(const char *what, size_t i, double got, double want)
{
    int same = isnan(want) ? isnan(got) : memcmp(&got, &want, sizeof got) == 0;
    if (!same) fail_msg("%s: number %zu is %a, not %a", what, i, got, want);
}

static void assert_all(const char *what, const float *got, const float *want, size_t n)
{
    for (size_t i = 0; i < n; i++) assert_bits(what, i, (double)got[i], (double)want[i]);
}

/* ---- activations ------------------------------------------------------------------------- */

static float f_of(enum activation a, float x)
{
    const float s = 1.0507009873554805f, alpha = 1.6732632423543772f;
    switch (a) {
    case ACTIVATION_RELU:
        return x < 0 ? 0 : x;
    case ACTIVATION_LEAKY_RELU:
        return x < 0 ? 0.3f * x : x;
    case ACTIVATION_SELU:
        return s * (x < 0 ? alpha * (fm_exp(x) - 1) : x);
    case ACTIVATION_TANH:
        return fm_tanh(x);
    case ACTIVATION_SIGMOID:
        return fm_sigmoid(x);
    default:
        return x;
    }
}

static float slope_of(enum activation a, float f)
{
    const float s = 1.0507009873554805f, alpha = 1.6732632423543772f;
    switch (a) {
    case ACTIVATION_RELU:
        return f <= 0 ? 0.0f : 1.0f;
    case ACTIVATION_LEAKY_RELU:
        return f < 0 ? 0.3f : 1;
    case ACTIVATION_SELU:
        return f < 0 ? f + s * alpha : s;
    case ACTIVATION_TANH:
        return fm_fma(-f, f, 1);
    case ACTIVATION_SIGMOID:
        return f * (1 - f);
    default:
        return 1;
    }
}

static float x[ROOM], y[ROOM], dy[ROOM], want[ROOM], got[ROOM], bias[MOST];

static void activations_have_their_bits(void **state)
{
    (void)state;
    for (enum activation a = 0; a < ACTIVATION_COUNT; a++)
        for (size_t width = 1; width < 80; width += width < 20 ? 1 : 7) {
            size_t n = 5 * width;
            fill_awkward(x, n);
            fill_awkward(bias, width);
            memcpy(got, x, n * sizeof *x);
            activation_forward(a, got, bias, 5, width);
            for (size_t i = 0; i < n; i++) want[i] = f_of(a, x[i] + bias[i % width]);
            assert_all(activation_name(a), got, want, n);
            activation_forward(a, x, NULL, 5, width);
            memcpy(y, x, n * sizeof *x);
            fill_awkward(dy, n);
            for (size_t i = 0; i < n; i++)
                want[i] = a == ACTIVATION_LINEAR ? dy[i] : dy[i] * slope_of(a, y[i]);
            activation_backward(a, dy, y, n);
            assert_all("its gradient", dy, want, n);
        }
}

/* ---- losses ------------------------------------------------------------------------------ */

static double sum_of_16(const float *sum)
{
    double all = 0;
    for (int k = 0; k < 16; k++) all += (double)sum[k];
    return all;
}

static struct loss_sums row_of(enum loss kind, size_t n, float scale, const float *logit,
                               const float *truth, float *d)
{
    float loss[16] = {0}, squared[16] = {0}, product[16] = {0};
    int cross = kind == LOSS_BCE || kind == LOSS_BCE_SUM;
    for (size_t j = 0; j < n; j++) {
        float e = fm_exp(-fm_fabs(logit[j]));
        float p = cross ? (logit[j] < 0 ? e : 1) / (1 + e) : logit[j];
        float difference = p - truth[j];
        size_t k = j % 16;
        squared[k] = fm_fma(difference, difference, squared[k]);
        d[j] = cross ? scale * difference : 2 * scale * difference;
        if (!cross) continue;
        loss[k] += fm_fma(-truth[j], logit[j], logit[j] < 0 ? 0 : logit[j]);
        product[k] = fm_fma(product[k], 1 + e, e);
        if (j % 1024 != 1023 && j != n - 1) continue;
        for (k = 0; k < 16; k++) loss[k] += fm_log1p(product[k]), product[k] = 0;
    }
    return (struct loss_sums){sum_of_16(cross ? loss : squared), sum_of_16(squared)};
}

static void check_loss(enum loss kind, size_t rows, size_t n)
{
    int mean = kind == LOSS_BCE || kind == LOSS_MSE;
    struct loss_sums all = {0, 0};
    struct loss_sums sums = loss_compare(kind, y, x, rows, n, got);
    for (size_t i = 0; i < rows; i++) {
        struct loss_sums row =
            row_of(kind, n, mean ? 1 / (float)n : 1, y + i * n, x + i * n, want + i * n);
        all.loss += row.loss * (mean ? 1 / (double)n : 1);
        all.squared += row.squared;
    }
    assert_bits("loss", n, sums.loss, all.loss);
    assert_bits("squared error", n, sums.squared, all.squared);
    assert_all("gradient of the loss", got, want, rows * n);
}

static void losses_have_their_bits(void **state)
{
    const size_t sizes[] = {1, 2, 15, 16, 17, 33, 784, 1023, 1024, 1025, 1040, 2111, 5000};
    (void)state;
    for (enum loss kind = 0; kind < LOSS_COUNT; kind++)
        for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
            size_t n = sizes[i], rows = 3;
            fill(y, rows * n);
            random_uniform((struct random_name){7, PURPOSE_MADE, 2, draws, 0}, x, rows * n);
            check_loss(kind, rows, n);
            fill_awkward(y, n); /* of one row, so that the others' sums are numbers */
            check_loss(kind, 1, n);
            fill_awkward(x, n);
            check_loss(kind, 1, n);
        }
}

/* ---- sums over rows and places ----------------------------------------------------------- */

static void check_bias_gradients(size_t rows, size_t width)
{
    for (size_t j = 0; j < width; j++) {
        float sum[4] = {0}, eight[8] = {0};
        size_t fours = rows / 4 * 4;
        want[j] = 0;
        for (size_t i = 0; i < rows; i++) want[j] += dy[i * width + j];
        for (size_t i = 0; i < rows; i++) sum[i < fours ? i % 4 : 0] += dy[i * width + j];
        y[j] = 0.5f + ((sum[0] + sum[1]) + (sum[2] + sum[3]));
        if (width > 1) continue;
        for (size_t k = 0; k < 8; k++) {
            size_t places = rows / 8;
            memset(sum, 0, sizeof sum);
            for (size_t i = 0; i < places; i++)
                sum[i < places / 4 * 4 ? i % 4 : 0] += dy[i * 8 + k];
            eight[k] = (sum[0] + sum[1]) + (sum[2] + sum[3]);
        }
        float one = 0;
        for (size_t k = 0; k < 8; k++) one += eight[k];
        for (size_t i = rows / 8 * 8; i < rows; i++) one += dy[i];
        y[0] = 0.5f + one;
    }
    layer_bias_gradient(dy, rows, width, got);
    assert_all("layer_bias_gradient", got, want, width);
    for (size_t j = 0; j < width; j++) got[j] = 0.5f;
    convolve_bias(rows, width, dy, got);
    assert_all("convolve_bias", got, y, width);
}

static void gradients_of_biases_have_their_bits(void **state)
{
    const size_t rows[] = {1, 2, 3, 4, 7, 8, 9, 31, 64, 101, 331};
    (void)state;
    for (size_t r = 0; r < sizeof rows / sizeof *rows; r++)
        for (size_t width = 1; width < 36; width += width < 18 ? 1 : 5) {
            fill(dy, rows[r] * width);
            check_bias_gradients(rows[r], width);
            fill_awkward(dy, rows[r] * width);
            check_bias_gradients(rows[r], width);
        }
}

/* ---- batch norm -------------------------------------------------------------------------- */

/* The sums of a channel over n places: of a, and of a * b. */
static void sums_of(size_t n, size_t channels, const float *a, const float *b, double *plain,
                    double *product)
{
    size_t block = 32768 / channels > 64 ? 32768 / channels : 64;
    *plain = *product = 0;
    for (size_t first = 0; first < n; first += block) {
        double p = 0, q = 0;
        for (size_t i = first; i < n && i < first + block; i++) {
            p += (double)a[i * channels];
            q += (double)a[i * channels] * (double)b[i * channels];
        }
        *plain += p, *product += q;
    }
}

struct normal {
    double sum, square, dsum, dproduct;
    float mean, factor, gamma, beta;
};

static struct normal normal_of(size_t n, size_t channels, size_t k, const float *w)
{
    struct normal s = {.gamma = w[k], .beta = w[channels + k]};
    sums_of(n, channels, x + k, x + k, &s.sum, &s.square);
    double mean = s.sum / (double)n, variance = s.square / (double)n - mean * mean;
    if (variance < 0) variance = 0;
    s.mean = (float)mean, s.factor = (float)(1 / sqrt(variance + 1e-3));
    return s;
}

static void define_backward(size_t n, size_t channels, size_t k, struct normal *s)
{
    static float u[ROOM];
    for (size_t i = k; i < n * channels; i += channels) {
        u[i] = (x[i] - s->mean) * s->factor;
        dy[i] *= slope_of(ACTIVATION_TANH, y[i]);
    }
    sums_of(n, channels, dy + k, u + k, &s->dsum, &s->dproduct);
    float a = (float)(s->dsum / (double)n), b = (float)(s->dproduct / (double)n);
    for (size_t i = k; i < n * channels; i += channels)
        want[i] = s->gamma * s->factor * fm_fma(-u[i], b, dy[i] - a);
}

static void check_batchnorm(size_t rows, size_t channels)
{
    enum { PLACES = 35 };
    static struct layer l;
    static float w[4 * 64], dw[4 * 64], d[ROOM];
    static double s[129], ds[129];
    struct batch b = {.rows = rows, .training = 1};
    struct layer_call c = {.batch = &b, .w = w, .statistics = s, .gradient_statistics = ds};
    size_t n = rows * PLACES;
    assert_ok(layer_parse(&l, "batchnorm tanh", (struct shape){5, 7, channels}, 0));
    for (size_t i = 0; i < 4; i++) l.variable[i].at = i * channels;
    fill(w, 2 * channels);
    c.x = x, c.y = y, memcpy(d, dy, n * channels * sizeof *d), c.dy = d, c.dx = got;
    l.kind->statistics(&l, &c);
    call_forward(&l, c, w, x, y, NULL);
    l.kind->gradient_statistics(&l, &c, dw);
    call_backward(&l, c, w, x, y, d, got, NULL, NULL);
    for (size_t k = 0; k < channels; k++) {
        struct normal v = normal_of(n, channels, k, w);
        assert_bits("sum", k, s[1 + k], v.sum);
        assert_bits("sum of squares", k, s[1 + channels + k], v.square);
        for (size_t i = k; i < n * channels; i += channels) {
            float u = (x[i] - v.mean) * v.factor;
            assert_bits("batch norm", i, (double)y[i],
                        (double)fm_tanh(fm_fma(v.gamma, u, v.beta)));
        }
        define_backward(n, channels, k, &v);
        assert_bits("dbeta", k, (double)dw[channels + k], (double)(float)v.dsum);
        assert_bits("dgamma", k, (double)dw[k], (double)(float)v.dproduct);
    }
    assert_all("dx", got, want, n * channels);
}

static void batch_norm_has_its_bits(void **state)
{
    const size_t channels[] = {1, 3, 8, 13, 16, 30};
    (void)state;
    for (size_t i = 0; i < sizeof channels / sizeof *channels; i++) {
        size_t most = ROOM / 35 / channels[i];
        for (size_t rows = 1; rows <= most; rows = rows < most / 5 ? rows * 5 : rows + most) {
            fill(x, rows * 35 * channels[i]);
            fill(dy, rows * 35 * channels[i]);
            check_batchnorm(rows, channels[i]);
            x[4] = NAN, x[2 * channels[i]] = INFINITY, dy[1] = FLT_TRUE_MIN;
            check_batchnorm(rows, channels[i]);
        }
    }
}

/* ---- random numbers ---------------------------------------------------------------------- */

/* Word k of a sequence: ten rounds of Philox4x32. */
static uint32_t word_of(struct random_name name, uint32_t k)
{
    uint32_t c[4] = {k / 4, name.row, name.epoch, name.layer};
    uint32_t key[2] = {name.seed, (uint32_t)name.purpose};
    for (int round = 0; round < 10; round++) {
        uint64_t a = (uint64_t)0xD2511F53u * c[0], b = (uint64_t)0xCD9E8D57u * c[2];
        uint32_t next[4] = {(uint32_t)(b >> 32) ^ c[1] ^ key[0], (uint32_t)b,
                            (uint32_t)(a >> 32) ^ c[3] ^ key[1], (uint32_t)a};
        memcpy(c, next, sizeof c);
        key[0] += 0x9E3779B9u, key[1] += 0xBB67AE85u;
    }
    return c[k % 4];
}

static float normal_number(struct random_name name, uint32_t i)
{
    uint32_t at = i / 256 * 256 + i % 128;
    int32_t turn = (int32_t)(word_of(name, at + 128) >> 8);
    float u = (float)((word_of(name, at) >> 8) + 1) * 0x1p-24f;
    float v = (float)(turn < 1 << 23 ? turn : turn - (1 << 24)) * 0x1p-24f;
    float r = fm_sqrt(-2 * fm_log(u));
    return r * (i % 256 < 128 ? fm_cos_turns(v) : fm_sin_turns(v));
}

static void random_numbers_have_their_bits(void **state)
{
    (void)state;
    for (uint32_t n = 1; n < 5000; n = 3 * n + 1) {
        struct random_name name = {n, PURPOSE_TRAIN, n % 3, 11 * n, 5};
        random_uniform(name, got, n);
        for (uint32_t i = 0; i < n; i++) want[i] = (float)(word_of(name, i) >> 8) * 0x1p-24f;
        assert_all("uniform", got, want, n);
        random_normal(name, got, n);
        for (uint32_t i = 0; i < n; i++) want[i] = normal_number(name, i);
        assert_all("normal", got, want, n);
        assert_true(random_bits(name, n) ==
                    ((uint64_t)word_of(name, 4 * n + 1) << 32 | word_of(name, 4 * n)));
    }
}

/* ---- layers that draw -------------------------------------------------------------------- */

static const uint32_t row[] = {5, 0, 77};

static void check_draw(const char *line, size_t width)
{
    static struct layer l;
    static float kept[ROOM];
    struct batch b = {.rows = 3, .row = row, .seed = 9, .purpose = PURPOSE_TRAIN, .corrupt = 1};
    struct layer_call c = {.batch = &b};
    assert_ok(layer_parse(&l, line, (struct shape){1, 1, width}, 0));
    fill_awkward(x, 3 * width);
    fill_awkward(dy, 3 * width);
    memcpy(y, dy, sizeof y);
    call_forward(&l, c, NULL, x, got, kept);
    for (size_t i = 0; i < 3 * width; i++) {
        struct random_name name = {9, PURPOSE_TRAIN, 0, row[i / width], 0};
        uint32_t j = (uint32_t)(i % width);
        float u = (float)(word_of(name, j) >> 8) * 0x1p-24f, factor = 1 / (1 - 0.3f);
        factor = u < 0.3f ? 0 : factor;
        want[i] = *line == 'n' ? fm_fma(0.3f, normal_number(name, j), x[i]) : x[i] * factor;
        if (*line == 'd') dy[i] *= factor;
    }
    assert_all(line, got, want, 3 * width);
    call_backward(&l, c, NULL, x, got, y, want, NULL, kept);
    assert_all("its gradient", want, dy, 3 * width);
}

static void noise_and_dropout_have_their_bits(void **state)
{
    (void)state;
    for (size_t width = 1; width < 600; width = 2 * width + 3) {
        check_draw("noise 0.3", width);
        check_draw("dropout 0.3", width);
    }
}

/* Of one row and one input that is 1, the two dense layers are their weights and biases. */
static void sampling_has_its_bits(void **state)
{
    enum { OUT = 37 };
    static struct layer l;
    static float w[4 * OUT], dw[4 * OUT], workspace[3 * 2 * OUT], kept[5 * OUT];
    const float one = 1;
    double kl = 0, kl_wanted = 0;
    struct batch b = {
        .rows = 1, .row = row, .seed = 9, .purpose = PURPOSE_TRAIN, .sample = 1, .beta = 0.7f};
    struct layer_call c = {.batch = &b, .workspace = workspace, .kl = &kl};
    (void)state;
    assert_ok(layer_parse(&l, "sampling 37", (struct shape){1, 1, 1}, 0));
    for (size_t i = 0; i < 4; i++) l.variable[i].at = i * OUT;
    fill(w, 4 * OUT);
    fill(dy, OUT);
    dy[3] = FLT_TRUE_MIN, dy[4] = INFINITY, w[5] = NAN, w[2 * OUT + 6] = 200, dy[7] = -0.0f;
    for (uint32_t j = 0; j < OUT; j++) {
        float m = w[j] + w[OUT + j], v = w[2 * OUT + j] + w[3 * OUT + j];
        float eps = normal_number((struct random_name){9, PURPOSE_TRAIN, 0, row[0], 0}, j);
        float z = fm_fma(fm_exp(0.5f * v), eps, m);
        y[j] = z;
        want[j] = fm_fma(0.7f, m, dy[j]);
        want[OUT + j] = 0.5f * fm_fma(dy[j], z - m, 0.7f * (fm_exp(v) - 1));
        kl_wanted += 0.5 * ((double)m * (double)m + (double)fm_exp(v) - 1 - (double)v);
    }
    call_forward(&l, c, w, &one, got, kept);
    assert_all("sampling", got, y, OUT);
    assert_bits("kl", 0, kl, kl_wanted);
    call_backward(&l, c, w, &one, got, dy, NULL, dw, kept);
    for (size_t j = 0; j < OUT; j++) want[j] += 0.0f, want[OUT + j] += 0.0f; /* sums of one */
    assert_all("dm", dw + OUT, want, OUT);
    assert_all("dv", dw + 3 * OUT, want + OUT, OUT);
}

/* ---- optimisers -------------------------------------------------------------------------- */

static double power(double b, int n)
{
    double product = 1;
    for (; n; n /= 2, b *= b)
        if (n % 2) product *= b;
    return product;
}

static float not_denormal(float v)
{
    return fabsf(v) < 0x1p-126f ? 0 : v;
}

static void define_step(const char *kind, float g, float rate, int t, float *w, float *a,
                        float *b)
{
    const float momentum = 0.75f, scale = 0.01f, rho = 0.9f, b1 = 0.9f, b2 = 0.999f;
    float d = scale * g;
    if (strcmp(kind, "sgd") == 0) {
        *a = not_denormal(fm_fma(momentum, *a, -rate * d));
        *w = *w + *a;
    } else if (strcmp(kind, "rmsprop") == 0) {
        *a = not_denormal(fm_fma((1 - rho) * d, d, rho * *a));
        *b = not_denormal(fm_fma(momentum, *b, rate * d / fm_sqrt(*a + 1e-7f)));
        *w = *w - *b;
    } else {
        double top = (double)rate * sqrt(1 - power((double)b2, t));
        float alpha = (float)(top / (1 - power((double)b1, t)));
        *a = not_denormal(fm_fma(d - *a, 1 - b1, *a));
        *b = not_denormal(fm_fma(fm_fma(d, d, -*b), 1 - b2, *b));
        *w = *w - alpha * *a / (fm_sqrt(*b) + 1e-7f);
    }
}

static void check_optimizer(const char *kind, size_t n)
{
    static float a[MOST], b[MOST];
    struct optimizer o;
    assert_ok(optimizer_init(&o, kind, strcmp(kind, "adam") == 0 ? 0 : 0.75));
    assert_ok(optimizer_allocate(&o, n));
    fill(got, n);
    memcpy(want, got, n * sizeof *got);
    memset(a, 0, sizeof a), memset(b, 0, sizeof b);
    for (int t = 1; t < 9; t++) {
        float rate = 0.1f / (float)t;
        fill_awkward(x, n);
        optimizer_step(&o, got, x, 0.01f, rate, (uint64_t)t);
        for (size_t i = 0; i < n; i++) define_step(kind, x[i], rate, t, &want[i], &a[i], &b[i]);
        assert_all(kind, got, want, n);
        assert_all("first slot", o.slot[0], a, n);
        if (o.slots > 1) assert_all("second slot", o.slot[1], b, n);
    }
    optimizer_free(&o);
}

static void optimisers_have_their_bits(void **state)
{
    (void)state;
    for (size_t n = 1; n < 1200; n = 2 * n + 5) {
        check_optimizer("sgd", n);
        check_optimizer("rmsprop", n);
        check_optimizer("adam", n);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(activations_have_their_bits),
        cmocka_unit_test(losses_have_their_bits),
        cmocka_unit_test(gradients_of_biases_have_their_bits),
        cmocka_unit_test(batch_norm_has_its_bits),
        cmocka_unit_test(random_numbers_have_their_bits),
        cmocka_unit_test(noise_and_dropout_have_their_bits),
        cmocka_unit_test(sampling_has_its_bits),
        cmocka_unit_test(optimisers_have_their_bits),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wide_allow(0); /* and the other copy of each loop */
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
