/* dense - y = f(x w + b), every output from every input.
 *
 *   y[i, j]  = f(sum_k x[i, k] w[k, j] + b[j])
 *   dx       = dy w^T,  dw = x^T dy,  db[j] = sum_i dy[i, j]   with dy *= f' first
 */
#include "base/size.h"
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
    l->workspace = matmul_workspace(units, shape_size(l->in));
    l->kept = matmul_panels(units, 1); /* dy, the way the parts of its gradient want it */
    return ST_OK;
}

static void forward(const struct layer *l, const struct layer_call *c, size_t count)
{
    struct matmul_rows rows[LAYER_TOGETHER] = {{0}};
    size_t out = shape_size(l->out);
    for (size_t i = 0; i < count; i++)
        rows[i] = (struct matmul_rows){c[i].batch->rows, c[i].x, c[i].y};
    matmul_each(out, shape_size(l->in), count, rows, layer_weights(l, c, WEIGHT), c->workspace);
    for (size_t i = 0; i < count; i++)
        activation_forward(l->activation, c[i].y, layer_weights(l, c, BIAS), rows[i].m, out);
}

static void backward(const struct layer *l, const struct layer_call *c, size_t count)
{
    struct matmul_rows rows[LAYER_TOGETHER] = {{0}};
    size_t out = shape_size(l->out);
    for (size_t i = 0; i < count; i++) {
        rows[i] = (struct matmul_rows){c[i].batch->rows, c[i].dy, c[i].dx};
        activation_backward(l->activation, c[i].dy, c[i].y, rows[i].m * out);
        matmul_tn_begin(out, rows[i].m, c[i].dy, c[i].kept);
    }
    if (c->dx)
        matmul_nt_each(shape_size(l->in), out, count, rows, layer_weights(l, c, WEIGHT),
                       c->workspace);
}

/* Some rows of dw at a time, and db at the end. */
static struct part part(const struct layer *l, int i)
{
    size_t in = shape_size(l->in), out = shape_size(l->out);
    size_t rows = matmul_part_rows(in, out), first = rows * (size_t)i;
    size_t bias = l->variable[BIAS].at - l->variable[WEIGHT].at;
    if (first < in)
        return (struct part){first * out, size_min(in - first, rows) * out,
                             size_min(matmul_tn_most(), LAYER_TOGETHER)};
    return (struct part){bias, first - rows < in ? out : 0, 1};
}

static void gradient(const struct layer *l, const struct layer_call *c, size_t count,
                     struct part p, float *dw)
{
    struct matmul_leaf leaf[LAYER_TOGETHER];
    size_t in = shape_size(l->in), out = shape_size(l->out);
    if (p.first >= in * out) {
        layer_bias_gradient(c->dy, c->batch->rows, out, dw);
        return;
    }
    for (size_t i = 0; i < count; i++)
        leaf[i] =
            (struct matmul_leaf){c[i].batch->rows, c[i].x + p.first / out, c[i].dy, c[i].kept};
    matmul_tn_sum(p.count / out, out, in, count, leaf, dw);
}

const struct layer_kind dense_kind = {
    .word = "dense",
    .prefix = "dense",
    .help = "dense UNITS [ACTIVATION]",
    .parse = parse,
    .forward_all = forward,
    .backward_all = backward,
    .part = part,
    .gradient = gradient,
};
