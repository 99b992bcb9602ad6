/* convolve_kernel - the kernel from x and y: each value of it is a sum over all places.
 *
 * Tiles add up one panel of channels; what they read lies close together, in panels and copies,
 * where the channels are many.
 */

#include "linalg/convolve_kernel.h"

#include "base/size.h"
#include "geometry.h"
#include "linalg/products.h"
#include "pack.h"
#include "workspace.h"

#include <string.h>

static size_t places_of(const struct grid *g)
{
    return g->images * g->rows * g->columns;
}

/* Values of the window that are copied together: places that lie a power of two apart share a
 * few lines of the nearest cache, and copies of them do not. */
enum { TOGETHER = 24 };

/* to[places, TOGETHER] = n values of the window from x on, and zeros */
static void copy_values(const struct grid *g, const float *x, size_t n, float *to)
{
    for (size_t s = 0; s < g->images; s++)
        for (size_t i = 0; i < g->rows; i++, to += g->columns * TOGETHER)
            pack_places(g->columns, g->x_step, n, x + s * g->x_image + i * g->x_row, TOGETHER,
                        to);
}

/* to[panels][places, width] = y[places, o] */
static void pack_panels(const struct grid *g, const float *y, float *to)
{
    for (size_t width, at = 0; at < g->o; at += width) {
        width = tiles_width(g->o - at);
        pack_places(places_of(g), g->o, size_min(g->o - at, width), y + at, width,
                    to + places_of(g) * at);
    }
}

/* w[values, padded o] += x[places; values] times the panels; values from value to value of w
 * are g->w_step floats apart. */
static void add_panels(const struct grid *g, const float *x, const float *panels, float *w)
{
    struct grid part = *g;
    for (size_t at = 0; at < g->o; at += part.o) {
        part.o = part.y_step = tiles_width(g->o - at);
        part.y_row = g->columns * part.o, part.y_image = g->rows * part.y_row;
        tiles_here()->kernel(&part, x, panels + places_of(g) * at, w + at);
    }
}

/* The same from copies of x, a few values at a time. */
static void add_copied(const struct grid *g, const float *x, const float *panels, float *w,
                       float *copy)
{
    struct grid part = *g;
    part.runs = 1, part.x_step = TOGETHER;
    part.x_row = g->columns * part.x_step, part.x_image = g->rows * part.x_row;
    for (size_t r = 0; r < g->runs; r++)
        for (size_t t = 0; t < g->n; t += part.n, w += part.n * g->w_step) {
            part.n = size_min(TOGETHER, g->n - t);
            copy_values(g, x + r * g->x_run + t, part.n, copy);
            add_panels(&part, copy, panels, w);
        }
}

/* to[n, o] = from[n, padded o] */
static void narrow(size_t n, size_t o, const float *from, float *to)
{
    for (size_t i = 0; i < n; i++)
        memcpy(to + i * o, from + i * tiles_padded(o), o * sizeof *to);
}

/* A few images by the way that their channels ask for: y as it is where it is one panel. */
static void add_images(const struct grid *g, const float *x, const float *y, float *w,
                       float *packed)
{
    enum { MANY = 128 };
    if (geometry_is_one(g->o, g->n))
        tiles_here()->kernel_of_one(g, x, y, w);
    else if (g->o == tiles_width(g->o))
        tiles_here()->kernel(g, x, y, w);
    else {
        float *copy = packed + places_of(g) * tiles_padded(g->o);
        pack_panels(g, y, packed);
        if (g->o >= MANY && g->n >= TOGETHER)
            add_copied(g, x, packed, w, copy);
        else
            add_panels(g, x, packed, w);
    }
}

/* Likewise for the kernel, which reads them again and again: no more than the nearest cache
 * holds, 32 kB, where it holds one. */
static size_t images_of_kernel(const struct patches *p, const struct frame *f)
{
    enum { CACHED = 8192 };
    size_t fit = CACHED / (f->whole_h * f->whole_w * f->c);
    return fit ? size_min(fit, geometry_together(p)) : geometry_together(p);
}

/* Floats of the panels and of copied values. */
static size_t packed_places(const struct patches *p, size_t o)
{
    return geometry_together(p) * patches_places(p) * (tiles_padded(o) + TOGETHER);
}

size_t convolve_kernel_workspace(const struct patches *p, size_t o)
{
    return workspace_aligned(packed_places(p, o)) + patches_width(p) * tiles_padded(o);
}

void convolve_kernel(const struct patches *p, size_t o, size_t rows, const float *x,
                     const float *y, float *w, float *workspace)
{
    uint64_t start = ticks_now();
    struct frame f = frame_of_image(p);
    struct grid g = geometry_grid(p, o, &f);
    size_t in = p->y.size * p->x.size * p->c;
    size_t together = images_of_kernel(p, &f);
    int is_narrow = o != tiles_padded(o) && !geometry_is_one(o, g.n);
    float *whole = frame_take(&workspace, &f, size_min(together, rows));
    float *packed = workspace_take(&workspace, packed_places(p, o)), *sum = w;
    if (is_narrow) {
        g.w_step = tiles_padded(o), sum = workspace;
        pack_places(patches_width(p), o, o, w, g.w_step, sum);
    }
    for (size_t i = 0; i < rows; i += g.images) {
        g.images = size_min(together, rows - i);
        add_images(&g, frame_fill(&f, g.images, x + i * in, whole), y + i * g.y_image, sum,
                   packed);
    }
    if (is_narrow) narrow(patches_width(p), o, sum, w);
    products_add(start);
}
