/* upsample - each pixel becomes a block of fh x fw equal ones.
 *
 *   y[u, v, k]  = x[u / fh, v / fw, k]
 *   dx[i, j, k] = sum of dy over the block
 */
#include "kinds.h"
#include "linalg/lanes.h"
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

/* y[fw, c] = the pixel x[c], fw times */
static inline void repeat(const float *x, size_t c, size_t fw, float *y)
{
    size_t k = 0;
    for (; k + LANES <= c; k += LANES)
        for (size_t j = 0; j < fw; j++)
            lanes_store(y + j * c + k, lanes_load(x + k, LANES), LANES);
    for (size_t j = 0; j < fw; j++)
        for (size_t rest = k; rest < c; rest++) y[j * c + rest] = x[rest];
}

static void forward(const struct layer *l, const struct layer_call *c)
{
    const float *x = c->x;
    float *y = c->y;
    size_t fh = l->out.h / l->in.h, fw = l->out.w / l->in.w, row = l->out.w * l->out.c;
    for (size_t i = 0; i < c->batch->rows * l->in.h; i++) {
        float *first = y;
        for (size_t j = 0; j < l->in.w; j++, x += l->in.c)
            repeat(x, l->in.c, fw, y + j * fw * l->in.c);
        for (size_t u = 0; u < fh; u++, y += row)
            if (u) memcpy(y, first, row * sizeof *y);
    }
}

/* dx[n] = the sum of n channels of dy over a block of fh x fw pixels, rows `row` floats apart
 */
static inline void gather(const float *dy, size_t fh, size_t fw, size_t row, size_t c, size_t n,
                          float *dx)
{
    lanes sum = {0};
    for (size_t u = 0; u < fh; u++)
        for (size_t v = 0; v < fw; v++) sum += lanes_load(dy + u * row + v * c, n);
    lanes_store(dx, sum, n);
}

static void backward(const struct layer *l, const struct layer_call *c, float *dw)
{
    const float *dy = c->dy;
    float *dx = c->dx;
    size_t fh = l->out.h / l->in.h, fw = l->out.w / l->in.w, row = l->out.w * l->out.c;
    (void)dw;
    if (!dx) return;
    for (size_t i = 0; i < c->batch->rows * l->in.h; i++, dy += fh * row)
        for (size_t j = 0; j < l->in.w; j++, dx += l->in.c) {
            const float *block = dy + j * fw * l->in.c;
            size_t k = 0;
            for (; k + LANES <= l->in.c; k += LANES)
                gather(block + k, fh, fw, row, l->in.c, LANES, dx + k);
            if (k < l->in.c) gather(block + k, fh, fw, row, l->in.c, l->in.c - k, dx + k);
        }
}

const struct layer_kind upsample_kind = {
    .word = "upsample",
    .prefix = "up_sampling2d",
    .help = "upsample FHxFW",
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
