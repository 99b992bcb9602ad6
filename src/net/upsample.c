/* upsample - each pixel becomes a block of fh x fw equal ones.
 *
 *   y[u, v, k]  = x[u / fh, v / fw, k]
 *   dx[i, j, k] = sum of dy over the block
 */
#include "kinds.h"
#include "window.h"

#include <string.h>

static enum status parse(struct layer *l, int count, char *const words[])
{
    size_t factor[2];
    if (count != 2) return FAIL(ST_SETTING, "write: %s", l->kind->help);
    TRY(window_sizes(words[1], "the factor", 2, factor));
    if (factor[0] > 256 || factor[1] > 256)
        return FAIL(ST_SETTING, "the factor is %s but can be 256x256 at most", words[1]);
    l->out = (struct shape){l->in.h * factor[0], l->in.w * factor[1], l->in.c};
    return ST_OK;
}

/* Where in x[in] the pixel lies that becomes pixel (u, v) of y. */
static size_t source(const struct layer *l, size_t u, size_t v)
{
    size_t i = u / (l->out.h / l->in.h), j = v / (l->out.w / l->in.w);
    return (i * l->in.w + j) * l->in.c;
}

static void forward(const struct layer *l, struct context *c, const float *w, const float *x,
                    float *y, float *scratch)
{
    (void)w, (void)scratch;
    for (size_t row = 0; row < c->rows; row++, x += shape_size(l->in))
        for (size_t u = 0; u < l->out.h; u++)
            for (size_t v = 0; v < l->out.w; v++, y += l->in.c)
                memcpy(y, x + source(l, u, v), l->in.c * sizeof *y);
}

static void backward(const struct layer *l, const struct context *c, const float *w,
                     const float *x, const float *y, float *dy, float *dx, float *dw,
                     float *scratch)
{
    (void)w, (void)x, (void)y, (void)dw, (void)scratch;
    if (!dx) return;
    memset(dx, 0, c->rows * shape_size(l->in) * sizeof *dx);
    for (size_t row = 0; row < c->rows; row++, dx += shape_size(l->in))
        for (size_t u = 0; u < l->out.h; u++)
            for (size_t v = 0; v < l->out.w; v++, dy += l->in.c)
                for (size_t k = 0; k < l->in.c; k++) dx[source(l, u, v) + k] += dy[k];
}

const struct layer_kind upsample_kind = {
    .word = "upsample",
    .prefix = "up_sampling2d",
    .help = "upsample FHxFW",
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
