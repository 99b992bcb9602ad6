/* maxpool - of each window the largest value of every channel; windows lie side by side.
 *
 *   y[i, j, k]   = max over di, dj of x[u, v, k]     u = i kh + di - before, v likewise
 *   dx[u, v, k] += dy[i, j, k]                       where x[u, v, k] is that maximum
 *
 * Only values inside the image count.  Of equal ones the first wins; a NaN wins over all.
 */
#include "kinds.h"
#include "window.h"

#include <string.h>

static enum status parse(struct layer *l, int count, char *const words[])
{
    struct window window;
    TRY(window_parse(&window, l, 1, count, words, 0));
    TRY(window_place(&window, l, window.size[0], window.size[1]));
    l->out = (struct shape){l->patches.y.places, l->patches.x.places, l->in.c};
    l->scratch = shape_size(l->out);
    return ST_OK;
}

/* Where in x[h, w, c] value (di, dj) of the window at place (i, j) lies. */
static size_t inside(const struct patches *p, size_t i, size_t j, size_t di, size_t dj)
{
    size_t row = i * p->y.stride + di - p->y.before,
           column = j * p->x.stride + dj - p->x.before;
    return (row * p->x.size + column) * p->c;
}

/* y[c] and winner[c] take v[c] where it is larger, or the first NaN. */
static void challenge(float *restrict y, float *restrict winner, const float *restrict v,
                      float place, size_t c)
{
    for (size_t k = 0; k < c; k++) {
        int wins = !(v[k] <= y[k]) & (y[k] == y[k]);
        y[k] = wins ? v[k] : y[k];
        winner[k] = wins ? place : winner[k];
    }
}

/* y[c], winner[c]: the largest values at place (i, j), and where in the window they stand,
 * di * kw + dj, which a float holds exactly. */
static void pool(const struct patches *p, const float *x, size_t i, size_t j, float *y,
                 float *winner)
{
    struct span u = patches_span(&p->y, i), v = patches_span(&p->x, j);
    memcpy(y, x + inside(p, i, j, u.first, v.first), p->c * sizeof *y);
    for (size_t k = 0; k < p->c; k++) winner[k] = (float)(u.first * p->x.window + v.first);
    for (size_t di = u.first; di < u.end; di++)
        for (size_t dj = v.first; dj < v.end; dj++)
            challenge(y, winner, x + inside(p, i, j, di, dj), (float)(di * p->x.window + dj),
                      p->c);
}

/* winner[rows, out] is kept for backward. */
static void forward(const struct layer *l, struct context *c, const float *w, const float *x,
                    float *y, float *winner)
{
    const struct patches *p = &l->patches;
    (void)w;
    for (size_t row = 0; row < c->rows; row++, x += shape_size(l->in))
        for (size_t i = 0; i < p->y.places; i++)
            for (size_t j = 0; j < p->x.places; j++, y += p->c, winner += p->c)
                pool(p, x, i, j, y, winner);
}

static void backward(const struct layer *l, const struct context *c, const float *w,
                     const float *x, const float *y, float *dy, float *dx, float *dw,
                     float *winner)
{
    const struct patches *p = &l->patches;
    (void)w, (void)x, (void)y, (void)dw;
    if (!dx) return;
    memset(dx, 0, c->rows * shape_size(l->in) * sizeof *dx);
    for (size_t row = 0; row < c->rows; row++, dx += shape_size(l->in))
        for (size_t i = 0; i < p->y.places; i++)
            for (size_t j = 0; j < p->x.places; j++, dy += p->c, winner += p->c)
                for (size_t k = 0; k < p->c; k++) {
                    size_t place = (size_t)winner[k];
                    dx[inside(p, i, j, place / p->x.window, place % p->x.window) + k] += dy[k];
                }
}

const struct layer_kind maxpool_kind = {
    .word = "maxpool",
    .prefix = "max_pooling2d",
    .help = "maxpool KHxKW [same|valid]",
    .parse = parse,
    .forward = forward,
    .backward = backward,
};
