/* convolve - geometry around the tiles: zeros around an image, kernels packed once a call.
 *
 * The places see x through the window directly.  For the image, u + before = s q + a splits the
 * pixels into s phases a an axis; phase a meets only the values di = s m + a of the window, and
 *
 *   x[s q + a - before] = sum over m < taps of y[q - m] w[s m + a]
 *
 * is a correlation of stride 1 of y, zeros around it, with the kernel of those values reversed.
 *
 * Small images go a few at a time, so that tiles and what they read again are never small.
 */
#include "linalg/convolve.h"

#include "linalg/products.h"
#include "pack.h"
#include "tiles.h"

#include <string.h>

enum { ALIGN = 16 /* floats: 64 bytes */ };

static size_t aligned(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

/* The next piece of the room. */
static float *take(float **room, size_t n)
{
    float *piece = *room;
    *room += aligned(n);
    return piece;
}

/* ---- the zeros around an image ----------------------------------------------------------- */

/* An image [h, w, c] inside a larger one, [whole_h, whole_w, c], of zeros. */
struct frame {
    size_t h, w, c;
    size_t top, left;
    size_t whole_h, whole_w;
};

static size_t larger(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t smaller(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* Of an axis of the image: as far as the last window reaches. */
static size_t reach(const struct axis *a)
{
    return larger(a->before + a->size, (a->places - 1) * a->stride + a->window);
}

/* Around x[h, w, c]. */
static struct frame frame_of_image(const struct patches *p)
{
    return (struct frame){p->y.size,   p->x.size,    p->c,        p->y.before,
                          p->x.before, reach(&p->y), reach(&p->x)};
}

/* Zeros before the places: as many as the most taps of a phase, less one. */
static size_t places_before(const struct axis *a)
{
    return (a->window - 1) / a->stride;
}

/* Of an axis of the places: as far as the last pixel asks. */
static size_t places_reach(const struct axis *a)
{
    return places_before(a) + larger(a->places, (a->size - 1 + a->before) / a->stride + 1);
}

/* Around y[places, o]. */
static struct frame frame_of_places(const struct patches *p, size_t o)
{
    return (struct frame){p->y.places,          p->x.places,          o,
                          places_before(&p->y), places_before(&p->x), places_reach(&p->y),
                          places_reach(&p->x)};
}

static int is_bare(const struct frame *f)
{
    return f->whole_h == f->h && f->whole_w == f->w;
}

static size_t frame_floats(const struct frame *f)
{
    return is_bare(f) ? 0 : f->whole_h * f->whole_w * f->c;
}

/* Images that are worked on together: places enough for many tiles, few enough for their
 * panels to stay in the nearest cache. */
static size_t at_once(const struct patches *p)
{
    enum { FEW = 160 };
    return (FEW - 1) / patches_places(p) + 1;
}

/* Room for the frames of so many images, all zeros: images are copied into them. */
static float *take_frames(float **room, const struct frame *f, size_t images)
{
    size_t n = images * frame_floats(f);
    float *whole = take(room, n);
    memset(whole, 0, n * sizeof *whole);
    return whole;
}

/* The images with the zeros around them: x itself where there are none. */
static const float *framed(const struct frame *f, size_t images, const float *x, float *whole)
{
    size_t row = f->w * f->c, whole_row = f->whole_w * f->c;
    if (is_bare(f)) return x;
    float *to = whole + f->top * whole_row + f->left * f->c;
    for (size_t s = 0; s < images; s++, to += (f->whole_h - f->h) * whole_row)
        for (size_t i = 0; i < f->h; i++, to += whole_row, x += row)
            memcpy(to, x, row * sizeof *x);
    return whole;
}

/* ---- packing ----------------------------------------------------------------------------- */

/* Whether the channel is one and its runs are whole vectors: then nothing is packed. */
static int is_one(size_t o, size_t n)
{
    return o == 1 && n % TILES_HALF == 0;
}

/* Floats of a packed kernel. */
static size_t packed_floats(const struct grid *g)
{
    return g->runs * g->n * (is_one(g->o, g->n) ? 1 : tiles_padded(g->o));
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
    if (is_one(g->o, g->n))
        tiles_here()->places_of_one(g, x, w, bias[0], lowest, y);
    else
        tiles_here()->places(g, x, w, bias, lowest, y);
}

/* ---- y from x ---------------------------------------------------------------------------- */

static struct grid grid_of_places(const struct patches *p, size_t o, const struct frame *f)
{
    size_t row = f->whole_w * f->c;
    return (struct grid){.rows = p->y.places,
                         .columns = p->x.places,
                         .runs = p->y.window,
                         .n = p->x.window * p->c,
                         .x_image = f->whole_h * row,
                         .x_row = p->y.stride * row,
                         .x_step = p->x.stride * p->c,
                         .x_run = row,
                         .y_image = patches_places(p) * o,
                         .y_row = p->x.places * o,
                         .y_step = o,
                         .o = o,
                         .w_step = o};
}

/* The kernel as the tiles want it, in the room unless it is so already. */
static const float *packed_kernel(const struct grid *g, const float *w, float *to)
{
    float *next = to;
    if (is_one(g->o, g->n)) return w;
    for (size_t width, at = 0; at < g->o; at += width, next += g->runs * g->n * width) {
        width = tiles_width(g->o - at);
        pack_places(g->runs * g->n, g->o, smaller(g->o - at, width), w + at, width, next);
    }
    return to;
}

void convolve_places(const struct patches *p, size_t o, size_t rows, const float *x,
                     const float *w, const float *bias, float lowest, float *y, float *room)
{
    uint64_t start = ticks_now();
    struct frame f = frame_of_image(p);
    struct grid g = grid_of_places(p, o, &f);
    size_t in = p->y.size * p->x.size * p->c;
    float *whole = take_frames(&room, &f, at_once(p));
    bias = packed_bias(o, bias, take(&room, tiles_padded(o)));
    w = packed_kernel(&g, w, room);
    for (size_t i = 0; i < rows; i += g.images) {
        g.images = smaller(at_once(p), rows - i);
        run(&g, framed(&f, g.images, x + i * in, whole), w, bias, lowest, y + i * g.y_image);
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
    f.first = f.taps ? q + places_before(a) - (f.taps - 1) : 0;
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
        pack_transposed(o, smaller(g->o - at, width), w + at * o, width, to + index * width);
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
            if (is_one(g->o, g->n))
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
                    const float *w, const float *bias, float lowest, float *x, float *room)
{
    uint64_t start = ticks_now();
    struct frame f = frame_of_places(p, o);
    size_t in = patches_places(p) * o, out = p->y.size * p->x.size * p->c;
    float *whole = take_frames(&room, &f, at_once(p));
    bias = packed_bias(p->c, bias, take(&room, tiles_padded(p->c)));
    pack_phases(p, o, &f, w, room);
    for (size_t count, i = 0; i < rows; i += count) {
        count = smaller(at_once(p), rows - i);
        const float *from = framed(&f, count, y + i * in, whole);
        all_phases(p, o, &f, count, from, room, bias, lowest, x + i * out);
    }
    products_add(start);
}

/* ---- w from x and y ---------------------------------------------------------------------- */

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
        pack_places(places_of(g), g->o, smaller(g->o - at, width), y + at, width,
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
            part.n = smaller(TOGETHER, g->n - t);
            copy_values(g, x + r * g->x_run + t, part.n, copy);
            add_panels(&part, copy, panels, w);
        }
}

/* to[n, o] += from[n, padded o] */
static void add_narrow(size_t n, size_t o, const float *from, float *to)
{
    size_t padded = tiles_padded(o);
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < o; k++) to[i * o + k] += from[i * padded + k];
}

/* A few images by the way that their channels ask for: y as it is where it is one panel. */
static void add_images(const struct grid *g, const float *x, const float *y, float *w,
                       float *packed)
{
    enum { MANY = 128 };
    if (is_one(g->o, g->n))
        tiles_here()->kernel_of_one(g, x, y, w);
    else if (g->o == TILES_HALF || g->o == TILES_PANEL)
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
    return fit ? smaller(fit, at_once(p)) : at_once(p);
}

/* Floats of the panels and of copied values. */
static size_t packed_places(const struct patches *p, size_t o)
{
    return at_once(p) * patches_places(p) * (tiles_padded(o) + TOGETHER);
}

void convolve_kernel(const struct patches *p, size_t o, size_t rows, const float *x,
                     const float *y, float *w, float *room)
{
    uint64_t start = ticks_now();
    struct frame f = frame_of_image(p);
    struct grid g = grid_of_places(p, o, &f);
    size_t in = p->y.size * p->x.size * p->c;
    size_t together = images_of_kernel(p, &f);
    int narrow = o != tiles_padded(o) && !is_one(o, g.n);
    float *whole = take_frames(&room, &f, at_once(p));
    float *packed = take(&room, packed_places(p, o)), *sum = w;
    if (narrow) {
        g.w_step = tiles_padded(o), sum = room;
        memset(sum, 0, patches_width(p) * g.w_step * sizeof *sum);
    }
    for (size_t i = 0; i < rows; i += g.images) {
        g.images = smaller(together, rows - i);
        add_images(&g, framed(&f, g.images, x + i * in, whole), y + i * g.y_image, sum, packed);
    }
    if (narrow) add_narrow(patches_width(p), o, sum, w);
    products_add(start);
}

/* ------------------------------------------------------------------------------------------ */

size_t convolve_room(const struct patches *p, size_t o)
{
    struct frame image = frame_of_image(p), places = frame_of_places(p, o);
    size_t window = p->y.window * p->x.window, wide = tiles_padded(o);
    size_t for_places = aligned(wide) + window * p->c * wide;
    size_t for_image = aligned(tiles_padded(p->c)) + window * o * tiles_padded(p->c);
    size_t for_kernel = aligned(packed_places(p, o)) + window * p->c * wide;
    size_t with_image =
        aligned(at_once(p) * frame_floats(&image)) + larger(for_places, for_kernel);
    return larger(with_image, aligned(at_once(p) * frame_floats(&places)) + for_image);
}

const char *convolve_backend(void)
{
    return tiles_here()->name;
}

int convolve_choose(const char *name)
{
    return tiles_choose(name);
}
