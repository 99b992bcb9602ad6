/* conv - each output channel is one small kernel laid over every place of the image.
 *
 *   y[i, j, o]        = f(sum over di, dj, k of x[u, v, k] w[di, dj, k, o] + b[o])
 *   dw[di, dj, k, o]  = sum over i, j of x[u, v, k] dy[i, j, o]       with dy *= f' first
 *   dx[u, v, k]      += w[di, dj, k, o] dy[i, j, o]  for all i, j, di, dj, o
 *   db[o]             = sum over i, j of dy[i, j, o]
 *
 * where u = i s + di - before, v likewise, and x is 0 outside the image.  Kernel [kh, kw, in,
 * out].  A sample at a time: what the window sees as a matrix, times the kernel, so that the
 * bits of a row do not depend on its neighbours.
 */
#include "kinds.h"
#include "linalg/matmul.h"
#include "window.h"

#include <string.h>

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
    return window_add_kernel(l, l->in.c, filters);
}

static void forward(const struct layer *l, struct context *c, const float *w, const float *x,
                    float *y, float *scratch)
{
    size_t in = shape_size(l->in), out = shape_size(l->out);
    size_t places = patches_places(&l->patches), width = patches_width(&l->patches);
    (void)scratch;
    for (size_t i = 0; i < c->rows; i++) {
        patches_gather(&l->patches, x + i * in, c->room);
        matmul(places, l->out.c, width, c->room, w + l->variable[KERNEL].at, y + i * out);
    }
    activation_forward(l->activation, y, w + l->variable[BIAS].at, c->rows * places, l->out.c);
}

/* One sample: dw and db are added to, dx[in] is written unless NULL. */
static void backward_one(const struct layer *l, float *columns, const float *w, const float *x,
                         const float *dy, float *dx, float *dw)
{
    size_t places = patches_places(&l->patches), width = patches_width(&l->patches);
    patches_gather(&l->patches, x, columns);
    matmul_tn(width, l->out.c, places, columns, dy, dw + l->variable[KERNEL].at, 1);
    window_add_bias_gradient(places, l->out.c, dy, columns + places * width,
                             dw + l->variable[BIAS].at);
    if (!dx) return;
    matmul_nt(places, width, l->out.c, dy, w + l->variable[KERNEL].at, columns, 0);
    memset(dx, 0, shape_size(l->in) * sizeof *dx);
    patches_scatter(&l->patches, columns, dx);
}

static void backward(const struct layer *l, const struct context *c, const float *w,
                     const float *x, const float *y, float *dy, float *dx, float *dw,
                     float *scratch)
{
    (void)scratch;
    window_backward(l, c, w, x, y, dy, dx, dw, backward_one);
}

const struct layer_kind conv_kind = {
    .word = "conv",
    .prefix = "conv2d",
    .help = "conv FILTERS KHxKW [same|valid] [stride N] [ACTIVATION]",
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
