#include "fused_upsample.h"

#include "linalg/convolve.h"
#include "linalg/convolve_kernel.h"
#include "window.h"

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

/* Own: the factors of the upsampling. */
enum { KERNEL, BIAS };
enum { FACTOR_Y, FACTOR_X };

/* The transposed convolution that both are. */
static struct patches folded(const struct layer *l)
{
    return (struct patches){fold(&l->patches.y, l->own[FACTOR_Y]),
                            fold(&l->patches.x, l->own[FACTOR_X]), l->out.c};
}

static size_t kernel_floats(const struct layer *l, const struct patches *p)
{
    return p->y.window * p->x.window * tap_floats(l);
}

void fused_upsample_begin(struct layer *up, struct layer *conv)
{
    size_t fh = up->out.h / up->in.h, fw = up->out.w / up->in.w;
    if (!is_gain(&conv->patches.y, fh) || !is_gain(&conv->patches.x, fw)) return;
    up->view = 1;
    conv->kind = &fused_upsample_kind;
    conv->own[FACTOR_Y] = fh, conv->own[FACTOR_X] = fw;
    struct patches p = folded(conv);
    conv->workspace =
        kernel_floats(conv, &p) + tap_floats(conv) + convolve_workspace(&p, conv->in.c);
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
static void widen(const struct layer *l, const struct patches *p, const float *w, float *wide,
                  float *tap)
{
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
static void narrow(const struct layer *l, const struct patches *p, const float *wide, float *dw,
                   float *tap)
{
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

/* The workspace: the wider kernel or its gradient, one value of it for all channels, and what
 * the products want. */
struct workspace {
    float *wide, *tap, *rest;
};

static struct workspace workspace_of(const struct layer *l, const struct patches *p, float *at)
{
    float *tap = at + kernel_floats(l, p);
    return (struct workspace){at, tap, tap + tap_floats(l)};
}

static void forward(const struct layer *l, const struct layer_call *c)
{
    struct patches p = folded(l);
    struct workspace s = workspace_of(l, &p, c->workspace);
    widen(l, &p, layer_weights(l, c, KERNEL), s.wide, s.tap);
    convolve_image(&p, l->in.c, c->batch->rows, c->x, s.wide, layer_weights(l, c, BIAS),
                   window_lowest(l), c->y, s.rest);
    window_activate(l, c);
}

static void backward(const struct layer *l, const struct layer_call *c, float *dw)
{
    struct patches p = folded(l);
    struct workspace s = workspace_of(l, &p, c->workspace);
    window_begin_backward(l, c, dw);
    memset(s.wide, 0, kernel_floats(l, &p) * sizeof *s.wide);
    convolve_kernel(&p, l->in.c, c->batch->rows, c->dy, c->x, s.wide, s.rest);
    narrow(l, &p, s.wide, layer_gradient(l, dw, KERNEL), s.tap);
    if (!c->dx) return;
    widen(l, &p, layer_weights(l, c, KERNEL), s.wide, s.tap);
    convolve_places(&p, l->in.c, c->batch->rows, c->dy, s.wide, NULL, -INFINITY, c->dx, s.rest);
}

const struct layer_kind fused_upsample_kind = {
    .word = "conv",
    .prefix = "conv2d",
    .help = "conv FILTERS KHxKW [same|valid] [stride N] [ACTIVATION]",
    .forward = forward,
    .backward = backward,
};
