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
#include "folded.h"
#include "kinds.h"
#include "linalg/convolve.h"
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

static void forward(const struct layer *l, struct context *c, const float *w, const float *x,
                    float *y, float *scratch)
{
    (void)scratch;
    const float *kernel = w + l->variable[KERNEL].at, *bias = w + l->variable[BIAS].at;
    if (is_folded(l))
        folded_forward(l, c, kernel, bias, window_lowest(l), x, y);
    else
        convolve_places(&l->patches, l->out.c, c->rows, x, kernel, bias, window_lowest(l), y,
                        c->room);
    window_activate(l, c->rows, y);
}

static void backward(const struct layer *l, const struct context *c, const float *w,
                     const float *x, const float *y, float *dy, float *dx, float *dw,
                     float *scratch)
{
    (void)scratch;
    window_begin_backward(l, c->rows, y, dy, dw);
    const float *kernel = w + l->variable[KERNEL].at;
    float *dkernel = layer_gradient(l, dw, KERNEL);
    if (is_folded(l)) {
        folded_backward(l, c, kernel, x, dy, dx, dkernel);
        return;
    }
    convolve_kernel(&l->patches, l->out.c, c->rows, x, dy, dkernel, c->room);
    if (dx)
        convolve_image(&l->patches, l->out.c, c->rows, dy, kernel, NULL, -INFINITY, dx,
                       c->room);
}

const struct layer_kind conv_kind = {
    .word = "conv",
    .prefix = "conv2d",
    .help = "conv FILTERS KHxKW [same|valid] [stride N] [ACTIVATION]",
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
