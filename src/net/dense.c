/* dense - y = f(x w + b), every output from every input.
 *
 *   y[i, j]  = f(sum_k x[i, k] w[k, j] + b[j])
 *   dx       = dy w^T,  dw = x^T dy,  db[j] = sum_i dy[i, j]   with dy *= f' first
 */
#include "kinds.h"
#include "linalg/matmul.h"

enum { WEIGHT, BIAS };

static enum status parse(struct layer *l, int count, char *const words[])
{
    size_t units;
    if (count < 2 || count > 3) return FAIL(ST_SETTING, "write: %s", l->kind->help);
    TRY(layer_word_count(words[1], "the number of units", &units));
    if (count == 3) l->activation = activation_find(words[2]);
    if (l->activation == ACTIVATION_COUNT)
        return FAIL(ST_SETTING, "no activation is called '%s'", words[2]);
    l->out = (struct shape){1, 1, units};
    layer_add_matrix(l, shape_size(l->in), units);
    layer_add_bias(l, units);
    l->room = shape_size(l->in) * units;
    l->scratch = units; /* dy, the way the parts of its gradient want it */
    return ST_OK;
}

static void forward(const struct layer *l, struct context *c, const float *w, const float *x,
                    float *y, float *scratch)
{
    size_t in = shape_size(l->in), out = shape_size(l->out);
    (void)scratch;
    matmul_with(c->rows, out, in, x, w + l->variable[WEIGHT].at, y, c->room, c->again);
    activation_forward(l->activation, y, w + l->variable[BIAS].at, c->rows, out);
}

static void backward(const struct layer *l, const struct context *c, const float *w,
                     const float *x, const float *y, float *dy, float *dx, float *dw,
                     float *scratch)
{
    size_t in = shape_size(l->in), out = shape_size(l->out);
    (void)x, (void)dw;
    activation_backward(l->activation, dy, y, c->rows * out);
    if (dx)
        matmul_nt_with(c->rows, in, out, dy, w + l->variable[WEIGHT].at, dx, c->room, c->again);
    matmul_tn_begin(out, c->rows, dy, scratch);
}

/* Some rows of dw at a time, and db at the end. */
static struct part part(const struct layer *l, int i)
{
    size_t in = shape_size(l->in), out = shape_size(l->out);
    size_t rows = matmul_part_rows(in, out), first = rows * (size_t)i;
    size_t bias = l->variable[BIAS].at - l->variable[WEIGHT].at;
    if (first < in)
        return (struct part){first * out, (in - first < rows ? in - first : rows) * out};
    return (struct part){bias, first - rows < in ? out : 0};
}

static void gradient(const struct layer *l, const struct context *c, const float *x,
                     const float *dy, const float *scratch, struct part p, float *dw)
{
    size_t in = shape_size(l->in), out = shape_size(l->out);
    if (p.first < in * out)
        matmul_tn_part(p.count / out, out, c->rows, x + p.first / out, in, dy, scratch, dw);
    else
        layer_bias_gradient(dy, c->rows, out, dw);
}

const struct layer_kind dense_kind = {
    .word = "dense",
    .prefix = "dense",
    .help = "dense UNITS [ACTIVATION]",
    .parse = parse,
    .forward = forward,
    .backward = backward,
    .part = part,
    .gradient = gradient,
};
