/* conv_transpose - the map that a convolution's gradient goes through: from small to large.
 *
 *   y[u, v, o] = f(sum over i, j, di, dj, k of x[i, j, k] w[di, dj, o, k] + b[o])
 *   dw[di, dj, o, k] = sum over i, j of x[i, j, k] dy[u, v, o]        with dy *= f' first
 *   dx[i, j, k]      = sum over di, dj, o of w[di, dj, o, k] dy[u, v, o]
 *   db[o]            = sum over u, v of dy[u, v, o]
 *
 * where u = i s + di - before lies inside y, v likewise.  Kernel [kh, kw, out, in].  `same`
 * makes in * stride values of in, `valid` in * stride + max(k - stride, 0).  The geometry is
 * that of the convolution from y to x.
 */
#include "kinds.h"
#include "linalg/convolve.h"
#include "linalg/convolve_kernel.h"
#include "window.h"

#include <math.h>

enum { KERNEL, BIAS };

/* The axis of the convolution that leads back from the output to in values. */
static struct axis back_to(size_t in, size_t window, size_t stride, int same)
{
    size_t more = window > stride && !same ? window - stride : 0, out = in * stride + more;
    return same ? patches_same(out, window, stride) : patches_valid(out, window, stride);
}

static enum status parse(struct layer *l, int count, char *const words[])
{
    struct window window;
    size_t filters;
    if (count < 3) return FAIL(ST_SETTING, "write: %s", l->kind->help);
    TRY(layer_word_count(words[1], "the number of filters", &filters));
    TRY(window_parse(&window, l, 2, count, words, 1));
    size_t stride = window.stride ? window.stride : 1;
    l->patches.y = back_to(l->in.h, window.size[0], stride, window.same);
    l->patches.x = back_to(l->in.w, window.size[1], stride, window.same);
    l->patches.c = filters;
    l->out = (struct shape){l->patches.y.size, l->patches.x.size, filters};
    return window_add_kernel(l, l->in.c);
}

static void forward(const struct layer *l, const struct layer_call *c)
{
    convolve_image(&l->patches, l->in.c, c->batch->rows, c->x, layer_weights(l, c, KERNEL),
                   layer_weights(l, c, BIAS), window_lowest(l), c->y, c->workspace);
    window_activate(l, c);
}

static void backward(const struct layer *l, const struct layer_call *c, float *dw)
{
    window_begin_backward(l, c, dw);
    convolve_kernel(&l->patches, l->in.c, c->batch->rows, c->dy, c->x,
                    layer_gradient(l, dw, KERNEL), c->workspace);
    if (c->dx)
        convolve_places(&l->patches, l->in.c, c->batch->rows, c->dy,
                        layer_weights(l, c, KERNEL), NULL, -INFINITY, c->dx, c->workspace);
}

const struct layer_kind conv_transpose_kind = {
    .word = "conv_transpose",
    .prefix = "conv2d_transpose",
    .help = "conv_transpose FILTERS KHxKW [same|valid] [stride N] [ACTIVATION]",
    .by_rows = 1,
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
