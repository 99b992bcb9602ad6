/* conv - each output channel is one small kernel laid over every place of the image.
 *
 *   y[i, j, o]        = f(sum over di, dj, k of x[u, v, k] w[di, dj, k, o] + b[o])
 *   dw[di, dj, k, o]  = sum over i, j of x[u, v, k] dy[i, j, o]       with dy *= f' first
 *   dx[u, v, k]      += w[di, dj, k, o] dy[i, j, o]  for all i, j, di, dj, o
 *   db[o]             = sum over i, j of dy[i, j, o]
 *
 * where u = i s + di - before, v likewise, and x is 0 outside the image.  Kernel [kh, kw, in,
 * out].  The bits of a row do not depend on its neighbours.
 */
#include "kinds.h"
#include "linalg/convolve.h"
#include "linalg/convolve_kernel.h"
#include "window.h"

#include <math.h>

enum { KERNEL, BIAS };

static enum status parse(struct layer *l, int count, char *const words[])
{
    struct window window;
    size_t filters;
    if (count < 3) return FAIL(ST_SETTING, "write: %s", l->kind->help);
    TRY(layer_word_count(words[1], "the number of filters", &filters));
    TRY(window_parse(&window, l, 2, count, words, 1));
    size_t stride = window.stride ? window.stride : 1;
    TRY(window_place(&window, l, stride, stride));
    l->out = (struct shape){l->patches.y.places, l->patches.x.places, filters};
    return window_add_kernel(l, filters);
}

static void forward(const struct layer *l, const struct layer_call *c)
{
    convolve_places(&l->patches, l->out.c, c->batch->rows, c->x, layer_weights(l, c, KERNEL),
                    layer_weights(l, c, BIAS), window_lowest(l), c->y, c->workspace);
    window_activate(l, c);
}

static void backward(const struct layer *l, const struct layer_call *c, float *dw)
{
    window_begin_backward(l, c, dw);
    convolve_kernel(&l->patches, l->out.c, c->batch->rows, c->x, c->dy,
                    layer_gradient(l, dw, KERNEL), c->workspace);
    if (c->dx)
        convolve_image(&l->patches, l->out.c, c->batch->rows, c->dy,
                       layer_weights(l, c, KERNEL), NULL, -INFINITY, c->dx, c->workspace);
}

const struct layer_kind conv_kind = {
    .word = "conv",
    .prefix = "conv2d",
    .help = "conv FILTERS KHxKW [same|valid] [stride N] [ACTIVATION]",
    .by_rows = 1,
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
