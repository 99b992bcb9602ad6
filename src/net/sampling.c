/* sampling - the head of a variational encoder: two linear layers and a draw.
 *
 *   m = x wm + bm,  v = x wv + bv  (mean and log-variance),  z = m + e^(v/2) eps
 *   KL(N(m, e^v) || N(0, 1)) = sum over units of (m^2 + e^v - 1 - v) / 2, in nats
 *
 * Kingma and Welling, "Auto-encoding variational Bayes", 2013.  The log of the variance may be
 * any real number, so a linear layer can make it.  beta * KL enters the gradient here:
 *   dm = dz + beta m,  dv = dz (z - m) / 2 + beta (e^v - 1) / 2
 */
#include "base/fmath.h"
#include "kinds.h"
#include "linalg/matmul.h"

#include <string.h>

enum { MEAN, MEAN_BIAS, LOG_VARIANCE, LOG_VARIANCE_BIAS };

/* Scratch: m[rows, out], v[rows, out], eps[rows, out], one after the other. */
struct draw {
    float *m, *v, *eps;
};

static struct draw draw_at(float *scratch, size_t n)
{
    return (struct draw){scratch, scratch + n, scratch + 2 * n};
}

static enum status parse(struct layer *l, int count, char *const words[])
{
    size_t units, in = shape_size(l->in);
    if (count != 2) return FAIL(ST_SETTING, "write: %s", l->kind->help);
    TRY(layer_word_count(words[1], "the number of units", &units));
    l->out = (struct shape){1, 1, units};
    l->scratch = 3 * units;
    layer_add_matrix(l, in, units);
    layer_add_bias(l, units);
    layer_add_matrix(l, in, units);
    layer_add_bias(l, units);
    return ST_OK;
}

/* y[rows, out] = x w + b */
static void head(const struct layer *l, const struct context *c, const float *w, int matrix,
                 const float *x, float *y)
{
    size_t out = shape_size(l->out);
    matmul(c->rows, out, shape_size(l->in), x, w + l->variable[matrix].at, y);
    activation_forward(ACTIVATION_LINEAR, y, w + l->variable[matrix + 1].at, c->rows, out);
}

static void draw_eps(const struct layer *l, const struct context *c, float *eps)
{
    size_t out = shape_size(l->out);
    for (size_t i = 0; i < c->rows; i++)
        random_normal(
            (struct random_name){c->seed, c->purpose, c->epoch, c->row[i], (uint32_t)l->index},
            eps + i * out, out);
}

static double divergence(const struct draw *d, size_t n)
{
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        double m = d->m[i], v = d->v[i];
        sum += 0.5 * (m * m + (double)fm_exp(d->v[i]) - 1.0 - v);
    }
    return sum;
}

static void forward(const struct layer *l, struct context *c, const float *w, const float *x,
                    float *y, float *scratch)
{
    size_t n = c->rows * shape_size(l->out);
    struct draw d = draw_at(scratch, n);
    head(l, c, w, MEAN, x, d.m);
    head(l, c, w, LOG_VARIANCE, x, d.v);
    c->kl += divergence(&d, n);
    if (!c->sample) {
        memcpy(y, d.m, n * sizeof *y);
        return;
    }
    draw_eps(l, c, d.eps);
    for (size_t i = 0; i < n; i++) y[i] = d.m[i] + fm_exp(0.5f * d.v[i]) * d.eps[i];
}

/* One head's share: dw, db, and dx (set or added to). */
static void head_backward(const struct layer *l, const struct context *c, const float *w,
                          int matrix, const float *x, const float *dy, float *dx, int add,
                          float *dw)
{
    size_t in = shape_size(l->in), out = shape_size(l->out);
    matmul_tn(in, out, c->rows, x, dy, layer_gradient(l, dw, matrix), 0);
    layer_bias_gradient(dy, c->rows, out, layer_gradient(l, dw, matrix + 1));
    if (dx) matmul_nt(c->rows, in, out, dy, w + l->variable[matrix].at, dx, add);
}

static void backward(const struct layer *l, const struct context *c, const float *w,
                     const float *x, const float *y, float *dy, float *dx, float *dw,
                     float *scratch)
{
    size_t n = c->rows * shape_size(l->out);
    struct draw d = draw_at(scratch, n);
    float *dv = d.eps; /* the draw is in y - m, its room is free */
    for (size_t i = 0; i < n; i++) {
        dv[i] = 0.5f * (dy[i] * (y[i] - d.m[i]) + c->beta * (fm_exp(d.v[i]) - 1.0f));
        dy[i] += c->beta * d.m[i];
    }
    head_backward(l, c, w, MEAN, x, dy, dx, 0, dw);
    head_backward(l, c, w, LOG_VARIANCE, x, dv, dx, 1, dw);
}

const struct layer_kind sampling_kind = {
    .word = "sampling",
    .prefix = "sampling",
    .help = "sampling UNITS",
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
