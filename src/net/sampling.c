/* sampling - the head of a variational encoder: two linear layers and a draw.
 *
 *   m = x wm + bm,  v = x wv + bv  (mean and log-variance),  z = m + e^(v/2) eps
 *   KL(N(m, e^v) || N(0, 1)) = sum over units of (m^2 + e^v - 1 - v) / 2, in nats
 *
 * Kingma and Welling, "Auto-encoding variational Bayes", 2013.  The log of the variance may be
 * any real number, so a linear layer can make it.  beta * KL enters the gradient here:
 *   dm = dz + beta m,  dv = dz (z - m) / 2 + beta (e^v - 1) / 2
 *
 * Codes are narrow, so the two layers are computed as one of twice the width.
 */
#include "base/fmath.h"
#include "kinds.h"
#include "linalg/matmul.h"

#include <string.h>

enum { MEAN, MEAN_BIAS, LOG_VARIANCE, LOG_VARIANCE_BIAS };

/* Scratch: m[rows, out], v[rows, out], eps[rows, out], and both[rows, 2 out], a row's m and v
 * side by side, as one product makes them, or their gradients. */
struct draw {
    float *m, *v, *eps, *both;
};

static struct draw draw_at(float *scratch, size_t n)
{
    return (struct draw){scratch, scratch + n, scratch + 2 * n, scratch + 3 * n};
}

/* Room: w[in, 2 out], a row of wm beside the row of wv; its gradient; and what matmul_nt_with
 * makes of it. */
static size_t joined(const struct layer *l)
{
    return shape_size(l->in) * 2 * shape_size(l->out);
}

static enum status parse(struct layer *l, int count, char *const words[])
{
    size_t units, in = shape_size(l->in);
    if (count != 2) return FAIL(ST_SETTING, "write: %s", l->kind->help);
    TRY(layer_word_count(words[1], "the number of units", &units));
    l->out = (struct shape){1, 1, units};
    l->scratch = 5 * units;
    layer_add_matrix(l, in, units);
    layer_add_bias(l, units);
    layer_add_matrix(l, in, units);
    layer_add_bias(l, units);
    l->room = 3 * joined(l);
    return ST_OK;
}

/* both[rows, 2 width] = a[rows, width] beside b[rows, width], and back. */
static void join(size_t rows, size_t width, const float *a, const float *b, float *both)
{
    for (size_t i = 0; i < rows; i++, both += 2 * width) {
        memcpy(both, a + i * width, width * sizeof *a);
        memcpy(both + width, b + i * width, width * sizeof *b);
    }
}

static void split(size_t rows, size_t width, const float *both, float *a, float *b)
{
    for (size_t i = 0; i < rows; i++, both += 2 * width) {
        memcpy(a + i * width, both, width * sizeof *a);
        memcpy(b + i * width, both + width, width * sizeof *b);
    }
}

static void join_weights(const struct layer *l, const struct context *c, const float *w)
{
    if (!c->again)
        join(shape_size(l->in), shape_size(l->out), w + l->variable[MEAN].at,
             w + l->variable[LOG_VARIANCE].at, c->room);
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
    size_t in = shape_size(l->in), out = shape_size(l->out), n = c->rows * out;
    struct draw d = draw_at(scratch, n);
    join_weights(l, c, w);
    matmul(c->rows, 2 * out, in, x, c->room, d.both);
    split(c->rows, out, d.both, d.m, d.v);
    activation_forward(ACTIVATION_LINEAR, d.m, w + l->variable[MEAN_BIAS].at, c->rows, out);
    activation_forward(ACTIVATION_LINEAR, d.v, w + l->variable[LOG_VARIANCE_BIAS].at, c->rows,
                       out);
    c->kl += divergence(&d, n);
    if (!c->sample) {
        memcpy(y, d.m, n * sizeof *y);
        return;
    }
    draw_eps(l, c, d.eps);
    for (size_t i = 0; i < n; i++) y[i] = d.m[i] + fm_exp(0.5f * d.v[i]) * d.eps[i];
}

static void backward(const struct layer *l, const struct context *c, const float *w,
                     const float *x, const float *y, float *dy, float *dx, float *dw,
                     float *scratch)
{
    size_t in = shape_size(l->in), out = shape_size(l->out), n = c->rows * out;
    struct draw d = draw_at(scratch, n);
    float *dm = dy, *dv = d.eps; /* the draw is in y - m, its room is free */
    float *gradient = c->room + joined(l), *room = gradient + joined(l);
    for (size_t i = 0; i < n; i++) {
        dv[i] = 0.5f * (dy[i] * (y[i] - d.m[i]) + c->beta * (fm_exp(d.v[i]) - 1.0f));
        dm[i] += c->beta * d.m[i];
    }
    join(c->rows, out, dm, dv, d.both);
    join_weights(l, c, w);
    if (dx) matmul_nt_with(c->rows, in, 2 * out, d.both, c->room, dx, room, c->again);
    matmul_tn(in, 2 * out, c->rows, x, d.both, gradient, 0);
    split(in, out, gradient, layer_gradient(l, dw, MEAN), layer_gradient(l, dw, LOG_VARIANCE));
    layer_bias_gradient(dm, c->rows, out, layer_gradient(l, dw, MEAN_BIAS));
    layer_bias_gradient(dv, c->rows, out, layer_gradient(l, dw, LOG_VARIANCE_BIAS));
}

const struct layer_kind sampling_kind = {
    .word = "sampling",
    .prefix = "sampling",
    .help = "sampling UNITS",
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
