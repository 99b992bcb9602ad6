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
/* gcc: -fno-thread-jumps keeps two comparisons of one value two selections, as a vector loop
 * wants them. */
#include "base/fmath.h"
#include "kinds.h"
#include "linalg/matmul.h"

#include <string.h>

enum { MEAN, MEAN_BIAS, LOG_VARIANCE, LOG_VARIANCE_BIAS };

/* Kept: m[rows, out], v[rows, out], eps[rows, out], and both[rows, 2 out], a row's m and v
 * side by side, as one product makes them, or their gradients. */
struct draw {
    float *m, *v, *eps, *both;
};

static struct draw draw_at(float *kept, size_t n)
{
    return (struct draw){kept, kept + n, kept + 2 * n, kept + 3 * n};
}

static const float *log_variance(const float *kept, size_t n)
{
    return kept + n;
}

/* Workspace: w[in, 2 out], a row of wm beside the row of wv; its gradient; and what
 * matmul_nt_with makes of it. */
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
    l->kept = 5 * units;
    layer_add_matrix(l, in, units);
    layer_add_bias(l, units);
    layer_add_matrix(l, in, units);
    layer_add_bias(l, units);
    l->workspace = 2 * joined(l);
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

static void join_weights(const struct layer *l, const struct layer_call *c)
{
    if (!c->prepared)
        join(shape_size(l->in), shape_size(l->out), layer_weights(l, c, MEAN),
             layer_weights(l, c, LOG_VARIANCE), c->workspace);
}

static void draw_eps(const struct layer *l, const struct batch *b, float *eps)
{
    size_t out = shape_size(l->out);
    for (size_t i = 0; i < b->rows; i++)
        random_normal(
            (struct random_name){b->seed, b->purpose, b->epoch, b->row[i], (uint32_t)l->index},
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

static void forward(const struct layer *l, const struct layer_call *c)
{
    size_t rows = c->batch->rows, in = shape_size(l->in), out = shape_size(l->out);
    size_t n = rows * out;
    struct draw d = draw_at(c->kept, n);
    join_weights(l, c);
    matmul(rows, 2 * out, in, c->x, c->workspace, d.both);
    split(rows, out, d.both, d.m, d.v);
    activation_forward(ACTIVATION_LINEAR, d.m, layer_weights(l, c, MEAN_BIAS), rows, out);
    activation_forward(ACTIVATION_LINEAR, d.v, layer_weights(l, c, LOG_VARIANCE_BIAS), rows,
                       out);
    *c->kl += divergence(&d, n);
    if (!c->batch->sample) {
        memcpy(c->y, d.m, n * sizeof *c->y);
        return;
    }
    draw_eps(l, c->batch, d.eps);
    for (size_t i = 0; i < n; i++) c->y[i] = fm_fma(fm_exp(0.5f * d.v[i]), d.eps[i], d.m[i]);
}

/* dm in dy, dv where the draw was: the draw is in y - m too. */
static void draw_backward(const struct layer_call *c, const struct draw *d, size_t n)
{
    float *dm = c->dy, *dv = d->eps, beta = c->batch->beta;
    const float *dy = c->dy, *y = c->y;
    for (size_t i = 0; i < n; i++) {
        float divergence = beta * (fm_exp(d->v[i]) - 1.0f);
        dv[i] = 0.5f * fm_fma(dy[i], y[i] - d->m[i], divergence);
        dm[i] = fm_fma(beta, d->m[i], dm[i]);
    }
}

static void backward(const struct layer *l, const struct layer_call *c, float *dw)
{
    size_t rows = c->batch->rows, in = shape_size(l->in), out = shape_size(l->out);
    struct draw d = draw_at(c->kept, rows * out);
    float *dm = c->dy, *dv = d.eps;
    float *gradient = c->workspace + joined(l);
    draw_backward(c, &d, rows * out);
    join(rows, out, dm, dv, d.both);
    join_weights(l, c);
    if (c->dx) matmul_nt(rows, in, 2 * out, d.both, c->workspace, c->dx, 0);
    matmul_tn(in, 2 * out, rows, c->x, d.both, gradient, 0);
    split(in, out, gradient, layer_gradient(l, dw, MEAN), layer_gradient(l, dw, LOG_VARIANCE));
    layer_bias_gradient(dm, rows, out, layer_gradient(l, dw, MEAN_BIAS));
    layer_bias_gradient(dv, rows, out, layer_gradient(l, dw, LOG_VARIANCE_BIAS));
}

const struct layer_kind sampling_kind = {
    .word = "sampling",
    .prefix = "sampling",
    .help = "sampling UNITS",
    .log_variance = log_variance,
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
