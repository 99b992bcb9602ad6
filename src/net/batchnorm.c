/* batchnorm - each channel of a batch to mean 0 and variance 1, then scaled and shifted.
 *
 *   m = mean of x, v = mean of (x - m)^2          over rows and positions of the whole batch
 *   n = (x - m) / sqrt(v + eps)
 *   y = f(gamma n + beta)
 *
 *   dgamma = sum of dy n, dbeta = sum of dy       with dy *= f' first
 *   dx = gamma / sqrt(v + eps) (dy - mean of dy - n mean of (dy n))
 *
 * Ioffe and Szegedy, "Batch normalization", 2015.  In evaluation m and v are the running
 * averages of training (decay 0.99, biased variance: Keras 3's), which are parameters that no
 * gradient moves.  With `scope=shard` the batch is the microbatch of one shard.
 */
#include "kinds.h"

#include <math.h>
#include <string.h>

enum { GAMMA, BETA, MOVING_MEAN, MOVING_VARIANCE };

static const double epsilon = 1e-3, decay = 0.99;

/* sums: [0] the number of values a channel, then the sum of x, then that of x^2, a channel
 * each.  dsums: the same places hold the number, the sum of dy, and that of dy n. */
static size_t channels(const struct layer *l)
{
    return l->in.c;
}

static void add_channel_variable(struct layer *l, float start, int fixed)
{
    layer_add_bias(l, channels(l));
    l->variable[l->variables - 1].start = start;
    l->variable[l->variables - 1].fixed = fixed;
}

static enum status parse(struct layer *l, int count, char *const words[])
{
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "scope=shard") == 0)
            l->alone = 1;
        else
            l->activation = activation_find(words[i]);
        if (l->activation == ACTIVATION_COUNT)
            return FAIL(ST_SETTING, "'%s' is no activation; write: %s", words[i],
                        l->kind->help);
    }
    l->sums = 1 + 2 * channels(l);
    add_channel_variable(l, 1, 0);
    add_channel_variable(l, 0, 0);
    add_channel_variable(l, 0, 1);
    add_channel_variable(l, 1, 1);
    return ST_OK;
}

/* Rows times positions: how many values of each channel there are. */
static size_t values(const struct layer *l, const struct context *c)
{
    return c->rows * l->in.h * l->in.w;
}

static void sums(const struct layer *l, const struct context *c, const float *x, double *s)
{
    size_t n = values(l, c), width = channels(l);
    double *sum = s + 1, *square = sum + width;
    memset(s, 0, l->sums * sizeof *s);
    s[0] = (double)n;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < width; k++) {
            double v = (double)x[i * width + k];
            sum[k] += v;
            square[k] += v * v;
        }
}

/* Mean and 1 / sqrt(variance + eps) of channel k: the batch's, or what training remembers. */
struct scale {
    float mean, factor;
};

static struct scale scale_of(const struct layer *l, const struct context *c, const float *w,
                             size_t k)
{
    double mean = (double)w[l->variable[MOVING_MEAN].at + k];
    double variance = (double)w[l->variable[MOVING_VARIANCE].at + k];
    if (c->training) {
        double n = c->sums[0];
        mean = c->sums[1 + k] / n;
        variance = c->sums[1 + channels(l) + k] / n - mean * mean;
        if (variance < 0) variance = 0; /* rounding */
    }
    return (struct scale){(float)mean, (float)(1.0 / sqrt(variance + epsilon))};
}

static void forward(const struct layer *l, struct context *c, const float *w, const float *x,
                    float *y, float *scratch)
{
    size_t n = values(l, c), width = channels(l);
    const float *gamma = w + l->variable[GAMMA].at, *beta = w + l->variable[BETA].at;
    (void)scratch;
    for (size_t k = 0; k < width; k++) {
        struct scale s = scale_of(l, c, w, k);
        for (size_t i = 0; i < n; i++)
            y[i * width + k] = gamma[k] * ((x[i * width + k] - s.mean) * s.factor) + beta[k];
    }
    activation_forward(l->activation, y, NULL, n, width);
}

static void gradient_sums(const struct layer *l, const struct context *c, const float *w,
                          const float *x, const float *y, float *dy, float *dw, double *ds)
{
    size_t n = values(l, c), width = channels(l);
    activation_backward(l->activation, dy, y, n * width);
    ds[0] = (double)n;
    for (size_t k = 0; k < width; k++) {
        struct scale s = scale_of(l, c, w, k);
        double plain = 0, weighted = 0;
        for (size_t i = 0; i < n; i++) {
            double d = (double)dy[i * width + k];
            plain += d;
            weighted += d * (double)((x[i * width + k] - s.mean) * s.factor);
        }
        ds[1 + k] = plain;
        ds[1 + width + k] = weighted;
        layer_gradient(l, dw, BETA)[k] = (float)plain;
        layer_gradient(l, dw, GAMMA)[k] = (float)weighted;
        layer_gradient(l, dw, MOVING_MEAN)[k] = layer_gradient(l, dw, MOVING_VARIANCE)[k] = 0;
    }
}

static void backward(const struct layer *l, const struct context *c, const float *w,
                     const float *x, const float *y, float *dy, float *dx, float *dw,
                     float *scratch)
{
    size_t n = values(l, c), width = channels(l);
    const float *gamma = w + l->variable[GAMMA].at;
    (void)y, (void)dw, (void)scratch;
    if (!dx) return;
    for (size_t k = 0; k < width; k++) {
        struct scale s = scale_of(l, c, w, k);
        float plain = (float)(c->dsums[1 + k] / c->dsums[0]);
        float weighted = (float)(c->dsums[1 + width + k] / c->dsums[0]);
        for (size_t i = 0; i < n; i++) {
            size_t at = i * width + k;
            float normal = (x[at] - s.mean) * s.factor;
            dx[at] = gamma[k] * s.factor * (dy[at] - plain - normal * weighted);
        }
    }
}

static void update(const struct layer *l, float *w, const double *s)
{
    float *mean = w + l->variable[MOVING_MEAN].at;
    float *variance = w + l->variable[MOVING_VARIANCE].at;
    for (size_t k = 0; k < channels(l); k++) {
        double m = s[1 + k] / s[0], v = s[1 + channels(l) + k] / s[0] - m * m;
        mean[k] = (float)(decay * (double)mean[k] + (1 - decay) * m);
        variance[k] = (float)(decay * (double)variance[k] + (1 - decay) * (v < 0 ? 0 : v));
    }
}

const struct layer_kind batchnorm_kind = {
    .word = "batchnorm",
    .prefix = "batch_normalization",
    .help = "batchnorm [ACTIVATION] [scope=shard]",
    .parse = parse,
    .forward = forward,
    .backward = backward,
    .sums = sums,
    .gradient_sums = gradient_sums,
    .update = update,
};
