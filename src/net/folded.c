#include "folded.h"

#include "linalg/convolve.h"

#include <math.h>
#include <string.h>

/* The axis of the transposed convolution: from `out` values y to size / f values x. */
static struct axis fold(const struct axis *a, size_t f)
{
    return (struct axis){.size = a->places,
                         .window = a->window + f - 1,
                         .stride = f,
                         .before = a->window - 1 - a->before,
                         .places = a->size / f};
}

/* A window that grows to more than twice its side makes kernels that are no longer small. */
static int is_gain(const struct axis *a, size_t f)
{
    return a->stride == 1 && f <= a->window + 1;
}

static size_t tap_floats(const struct layer *l)
{
    return l->in.c * l->out.c;
}

static size_t kernel_floats(const struct layer *l)
{
    return l->folded.y.window * l->folded.x.window * tap_floats(l);
}

int folded_begin(struct layer *l, size_t fh, size_t fw)
{
    if (!is_gain(&l->patches.y, fh) || !is_gain(&l->patches.x, fw)) return 0;
    l->folded = (struct patches){fold(&l->patches.y, fh), fold(&l->patches.x, fw), l->out.c};
    l->room = kernel_floats(l) + tap_floats(l) + convolve_room(&l->folded, l->in.c);
    return 1;
}

/* to[n, m] = from[m, n] transposed, block by block */
static void transpose(size_t m, size_t n, const float *from, float *to)
{
    enum { BLOCK = 8 };
    for (size_t i = 0; i < m; i += BLOCK)
        for (size_t j = 0; j < n; j++)
            for (size_t k = i; k < i + BLOCK && k < m; k++) to[j * m + k] = from[k * n + j];
}

/* to[n] += from[n] */
static void add(size_t n, const float *restrict from, float *restrict to)
{
    for (size_t i = 0; i < n; i++) to[i] += from[i];
}

/* The values of the kernel that value e of the wider one is the sum of. */
static struct span values_of(const struct axis *folded, size_t e)
{
    size_t f = folded->stride, k = folded->window + 1 - f;
    return (struct span){e < k ? k - 1 - e : 0, e < f ? k : k + f - 1 - e};
}

/* wide[eh, ew, o, c] of w[kh, kw, c, o] */
static void widen(const struct layer *l, const float *w, float *wide, float *tap)
{
    const struct patches *p = &l->folded;
    size_t n = tap_floats(l);
    for (size_t i = 0; i < p->y.window; i++)
        for (size_t j = 0; j < p->x.window; j++, wide += n) {
            struct span u = values_of(&p->y, i), v = values_of(&p->x, j);
            memset(tap, 0, n * sizeof *tap);
            for (size_t di = u.first; di < u.end; di++)
                for (size_t dj = v.first; dj < v.end; dj++)
                    add(n, w + (di * l->patches.x.window + dj) * n, tap);
            transpose(l->in.c, l->out.c, tap, wide);
        }
}

/* The other way, for gradients: dw[kh, kw, c, o] += each value of wide[eh, ew, o, c] wherever
 * it is a part of. */
static void narrow(const struct layer *l, const float *wide, float *dw, float *tap)
{
    const struct patches *p = &l->folded;
    size_t n = tap_floats(l);
    for (size_t i = 0; i < p->y.window; i++)
        for (size_t j = 0; j < p->x.window; j++, wide += n) {
            struct span u = values_of(&p->y, i), v = values_of(&p->x, j);
            transpose(l->out.c, l->in.c, wide, tap);
            for (size_t di = u.first; di < u.end; di++)
                for (size_t dj = v.first; dj < v.end; dj++)
                    add(n, tap, dw + (di * l->patches.x.window + dj) * n);
        }
}

void folded_forward(const struct layer *l, const struct context *c, const float *kernel,
                    const float *bias, float lowest, const float *x, float *y)
{
    float *wide = c->room, *tap = wide + kernel_floats(l), *room = tap + tap_floats(l);
    widen(l, kernel, wide, tap);
    convolve_image(&l->folded, l->in.c, c->rows, x, wide, bias, lowest, y, room);
}

void folded_backward(const struct layer *l, const struct context *c, const float *kernel,
                     const float *x, const float *dy, float *dx, float *dkernel)
{
    float *wide = c->room, *tap = wide + kernel_floats(l), *room = tap + tap_floats(l);
    memset(wide, 0, kernel_floats(l) * sizeof *wide);
    convolve_kernel(&l->folded, l->in.c, c->rows, dy, x, wide, room);
    narrow(l, wide, dkernel, tap);
    if (!dx) return;
    widen(l, kernel, wide, tap);
    convolve_places(&l->folded, l->in.c, c->rows, dy, wide, NULL, -INFINITY, dx, room);
}
