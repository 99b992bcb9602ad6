/* convolve - around the tiles: zeros around an image, kernels packed once a call.
 *
 * The places see x through the window directly.  For the image, u + before = s q + a splits the
 * pixels into s phases a an axis; phase a meets only the values di = s m + a of the window, and
 *
 *   x[s q + a - before] = sum over m < taps of y[q - m] w[s m + a]
 *
 * is a correlation of stride 1 of y, zeros around it, with the kernel of those values reversed.
 */
#include "linalg/convolve.h"

#include "base/size.h"
#include "geometry.h"
#include "linalg/convolve_kernel.h"
#include "linalg/products.h"
#include "pack.h"
#include "workspace.h"

#include <string.h>

/* ---- packing ----------------------------------------------------------------------------- */

/* Floats of a packed kernel. */
static size_t packed_floats(const struct grid *g)
{
    return g->runs * g->n * (geometry_is_one(g->o, g->n) ? 1 : tiles_padded(g->o));
}

static const float *packed_bias(size_t o, const float *bias, float *to)
{
    memset(to, 0, tiles_padded(o) * sizeof *to);
    if (bias) memcpy(to, bias, o * sizeof *to);
    return to;
}

static void run(const struct grid *g, const float *x, const float *w, const float *bias,
                float lowest, float *y)
{
    if (geometry_is_one(g->o, g->n))
        tiles_here()->places_of_one(g, x, w, bias[0], lowest, y);
    else
        tiles_here()->places(g, x, w, bias, lowest, y);
}

/* ---- y from x ---------------------------------------------------------------------------- */

/* The kernel as the tiles want it, in the workspace unless it is so already. */
static const float *packed_kernel(const struct grid *g, const float *w, float *to)
{
    float *next = to;
    if (geometry_is_one(g->o, g->n)) return w;
    for (size_t width, at = 0; at < g->o; at += width, next += g->runs * g->n * width) {
        width = tiles_width(g->o - at);
        pack_places(g->runs * g->n, g->o, size_min(g->o - at, width), w + at, width, next);
    }
    return to;
}

void convolve_places(const struct patches *p, size_t o, size_t rows, const float *x,
                     const float *w, const float *bias, float lowest, float *y,
                     float *workspace)
{
    uint64_t start = ticks_now();
    struct frame f = frame_of_image(p);
    struct grid g = geometry_grid(p, o, &f);
    size_t in = p->y.size * p->x.size * p->c;
    float *whole = frame_take(&workspace, &f, size_min(geometry_together(p), rows));
    bias = packed_bias(o, bias, workspace_take(&workspace, tiles_padded(o)));
    w = packed_kernel(&g, w, workspace);
    for (size_t i = 0; i < rows; i += g.images) {
        g.images = size_min(geometry_together(p), rows - i);
        run(&g, frame_fill(&f, g.images, x + i * in, whole), w, bias, lowest,
            y + i * g.y_image);
    }
    products_add(start);
}

/* ---- x from y ---------------------------------------------------------------------------- */

/* Phase a of an axis: the pixels start, start + stride, ... */
struct phase {
    size_t start, count; /* pixels */
    size_t taps;         /* places that each of them sees */
    size_t first;        /* the first of those of pixel `start`, in the frame */
};

static struct phase phase_of(const struct axis *a, size_t k)
{
    size_t s = a->stride, q = k < a->before ? (a->before - k + s - 1) / s : 0;
    struct phase f = {.start = s * q + k - a->before};
    f.count = f.start < a->size ? (a->size - f.start + s - 1) / s : 0;
    f.taps = k < a->window ? (a->window - k + s - 1) / s : 0;
    f.first = f.taps ? q + frame_before(a) - (f.taps - 1) : 0;
    return f;
}

static struct grid grid_of_phase(const struct patches *p, size_t o, const struct frame *f,
                                 struct phase u, struct phase v)
{
    size_t row = f->whole_w * o;
    return (struct grid){.rows = u.count,
                         .columns = v.count,
                         .runs = u.taps,
                         .n = v.taps * o,
                         .x_image = f->whole_h * row,
                         .x_row = row,
                         .x_step = o,
                         .x_run = row,
                         .y_image = p->y.size * p->x.size * p->c,
                         .y_row = p->y.stride * p->x.size * p->c,
                         .y_step = p->x.stride * p->c,
                         .o = p->c};
}

/* One value w[c, o] of the window into its place in each panel: its o numbers from `index` on.
 */
static void pack_value(const struct grid *g, size_t index, size_t o, const float *w, float *to)
{
    for (size_t width, at = 0; at < g->o; at += width, to += g->runs * g->n * width) {
        width = tiles_width(g->o - at);
        pack_transposed(o, size_min(g->o - at, width), w + at * o, o, width,
                        to + index * width);
    }
}

/* The values (s m + a, s n + b) of the window, reversed and transposed, as the tiles want
 * them. */
static void pack_phase(const struct patches *p, const struct grid *g, size_t a, size_t b,
                       size_t o, const float *w, float *to)
{
    size_t taps = g->n / o, index = 0;
    for (size_t m = g->runs; m-- > 0;)
        for (size_t n = taps; n-- > 0; index += o) {
            size_t di = p->y.stride * m + a, dj = p->x.stride * n + b;
            const float *from = w + (di * p->x.window + dj) * p->c * o;
            if (geometry_is_one(g->o, g->n))
                memcpy(to + index, from, o * sizeof *to);
            else
                pack_value(g, index, o, from, to);
        }
}

/* All phases one behind the other. */
static void pack_phases(const struct patches *p, size_t o, const struct frame *f,
                        const float *w, float *to)
{
    for (size_t a = 0; a < p->y.stride; a++)
        for (size_t b = 0; b < p->x.stride; b++) {
            struct grid g = grid_of_phase(p, o, f, phase_of(&p->y, a), phase_of(&p->x, b));
            pack_phase(p, &g, a, b, o, w, to);
            to += packed_floats(&g);
        }
}

/* x of so many images from their framed y. */
static void all_phases(const struct patches *p, size_t o, const struct frame *f, size_t images,
                       const float *y, const float *w, const float *bias, float lowest,
                       float *x)
{
    for (size_t a = 0; a < p->y.stride; a++)
        for (size_t b = 0; b < p->x.stride; b++) {
            struct phase u = phase_of(&p->y, a), v = phase_of(&p->x, b);
            struct grid g = grid_of_phase(p, o, f, u, v);
            g.images = images;
            run(&g, y + (u.first * f->whole_w + v.first) * o, w, bias, lowest,
                x + (u.start * p->x.size + v.start) * p->c);
            w += packed_floats(&g);
        }
}

void convolve_image(const struct patches *p, size_t o, size_t rows, const float *y,
                    const float *w, const float *bias, float lowest, float *x, float *workspace)
{
    uint64_t start = ticks_now();
    struct frame f = frame_of_places(p, o);
    size_t in = patches_places(p) * o, out = p->y.size * p->x.size * p->c;
    float *whole = frame_take(&workspace, &f, size_min(geometry_together(p), rows));
    bias = packed_bias(p->c, bias, workspace_take(&workspace, tiles_padded(p->c)));
    pack_phases(p, o, &f, w, workspace);
    for (size_t count, i = 0; i < rows; i += count) {
        count = size_min(geometry_together(p), rows - i);
        const float *from = frame_fill(&f, count, y + i * in, whole);
        all_phases(p, o, &f, count, from, workspace, bias, lowest, x + i * out);
    }
    products_add(start);
}

/* ------------------------------------------------------------------------------------------ */

size_t convolve_workspace(const struct patches *p, size_t o)
{
    struct frame image = frame_of_image(p), places = frame_of_places(p, o);
    size_t window = p->y.window * p->x.window, wide = tiles_padded(o);
    size_t for_places = workspace_aligned(wide) + window * p->c * wide;
    size_t for_image = workspace_aligned(tiles_padded(p->c)) + window * o * tiles_padded(p->c);
    size_t with_image = workspace_aligned(geometry_together(p) * frame_floats(&image)) +
                        size_max(for_places, convolve_kernel_workspace(p, o));
    return size_max(with_image,
                    workspace_aligned(geometry_together(p) * frame_floats(&places)) +
                        for_image);
}
