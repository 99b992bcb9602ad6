/* The table TILES for one set of vector instructions.
 *
 * A tile is a few places in a row, or a few values of the window, whose sums stay in registers;
 * the compiler unrolls one copy of it for each number it may have.
 *
 * HALF_WIDTH, PANEL_WIDTH   floats of a vector in a panel of 8 and of 16 channels
 * HALF_MOST, PANEL_MOST     of a tile, as many as the registers hold
 * WIDE_MOST                 the same of panels of 32 channels, where it is worth while
 * HALF_FMA, PANEL_FMA       x w + s of vectors, each value rounded once
 * PRODUCT_ROWS, _VECTORS    of a product's tile, with vectors of PANEL_WIDTH
 * HALF_LARGER, PANEL_LARGER the instruction that takes the larger of two vectors' values, the
 *                           second one's where there is a NaN; both or neither
 */
#include "base/size.h"
#include "linalg/lanes.h"

#include <math.h>

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")
#define EACH_COUNT(CASE)                                                                       \
    CASE(1);                                                                                   \
    CASE(2);                                                                                   \
    CASE(3);                                                                                   \
    CASE(4);                                                                                   \
    CASE(5);                                                                                   \
    CASE(6);                                                                                   \
    CASE(7);                                                                                   \
    CASE(8);                                                                                   \
    CASE(9);                                                                                   \
    CASE(10);                                                                                  \
    CASE(11);                                                                                  \
    CASE(12);                                                                                  \
    CASE(13);                                                                                  \
    CASE(14)

/* Floats of a kernel that stay in the nearest cache beside what they meet: 16 kB. */
enum { CACHED = 4096 };

/* Places of the largest tile whose places lie anywhere: an address each.  Sums that a tile
 * needs to keep the machine busy. */
enum { TILE_SCATTERED = 8, TILE_CHAINS = 7 };

/* Runs of a kernel that a tile may have. */
enum { KERNEL_RUNS = 3 };

/* The largest of the tiles that share `left` as evenly as they can. */
static inline size_t tile_size(size_t left, size_t most)
{
    size_t tiles = (left + most - 1) / most;
    return tiles ? (left + tiles - 1) / tiles : most;
}

/* The next tile's places, wherever they lie: what their windows see first, and their channels.
 */
struct tile {
    const float *x[TILE_SCATTERED];
    float *y[TILE_SCATTERED];
    int count;
};

/* Place (i, j) of an image, on the way through all of them: its floats x and y in the grid. */
struct walk {
    size_t i, j, x, y;
    size_t left; /* places */
};

static inline struct walk walk_begin(const struct grid *g)
{
    return (struct walk){.left = g->images * g->rows * g->columns};
}

/* Whether tiles of at most `most` places lie along rows: where they then have at least `few`,
 * on the average. */
static inline int is_by_rows(const struct grid *g, size_t most, size_t few)
{
    size_t tiles = (g->columns + most - 1) / most;
    return g->columns >= tiles * few;
}

/* Over `count` places, to the end of the row at most. */
static inline void walk_on(struct walk *at, const struct grid *g, size_t count)
{
    at->x += count * g->x_step, at->y += count * g->y_step;
    at->left -= count;
    if ((at->j += count) < g->columns) return;
    at->x += g->x_row - g->columns * g->x_step, at->y += g->y_row - g->columns * g->y_step;
    at->j = 0;
    if (++at->i < g->rows) return;
    at->x += g->x_image - g->rows * g->x_row, at->y += g->y_image - g->rows * g->y_row;
    at->i = 0;
}

/* A tile of x and y, of `size` places if there are as many: also from row to row and from image
 * to image. */
static inline void walk_take(struct walk *at, const struct grid *g, size_t size, const float *x,
                             float *y, struct tile *to)
{
    size_t count = size_min(at->left, size);
    to->count = (int)count;
    for (size_t p = 0; p < count; p++, walk_on(at, g, 1))
        to->x[p] = x + at->x, to->y[p] = y + at->y;
}

#define PANEL TILES_HALF
#define WIDTH HALF_WIDTH
#define MOST  HALF_MOST
#ifdef HALF_LARGER
#define LARGER HALF_LARGER
#endif
#define FMA     HALF_FMA
#define NAME(x) half_##x
#include "tiles_panel.h"

#define PANEL TILES_PANEL
#define WIDTH PANEL_WIDTH
#define MOST  PANEL_MOST
#ifdef PANEL_LARGER
#define LARGER PANEL_LARGER
#endif
#define FMA     PANEL_FMA
#define NAME(x) panel_##x
#include "tiles_panel.h"

#ifdef WIDE_MOST
#define PANEL TILES_WIDE
#define WIDTH PANEL_WIDTH
#define MOST  WIDE_MOST
#ifdef PANEL_LARGER
#define LARGER PANEL_LARGER
#endif
#define FMA     PANEL_FMA
#define NAME(x) wide_##x
#include "tiles_panel.h"
#endif

#include "tiles_one.h"

#include "tiles_product.h"

/* A panel of WIDE channels: at once, or as two of PANEL. */
static void two_places(const struct grid *g, size_t channels, const float *x, const float *w,
                       const float *bias, float lowest, float *y)
{
#ifdef WIDE_MOST
    wide_places(g, channels, x, w, bias, lowest, y);
#else
    enum { SECOND = TILES_PANEL };
    panel_places(g, channels, x, w, bias, lowest, y);
    panel_places(g, channels - SECOND, x, w + SECOND, bias + SECOND, lowest, y + SECOND);
#endif
}

static void two_kernel(const struct grid *g, const float *x, const float *y, float *w)
{
#ifdef WIDE_MOST
    wide_kernel(g, x, y, w);
#else
    panel_kernel(g, x, y, w);
    panel_kernel(g, x, y + TILES_PANEL, w + TILES_PANEL);
#endif
}

static void places(const struct grid *g, const float *x, const float *w, const float *bias,
                   float lowest, float *y)
{
    struct grid panel = *g;
    for (size_t at = 0; at < g->o; at += panel.w_step, w += g->runs * g->n * panel.w_step) {
        size_t left = g->o - at;
        panel.w_step = tiles_width(left);
        if (panel.w_step == TILES_HALF)
            half_places(&panel, left, x, w, bias + at, lowest, y + at);
        else if (panel.w_step == TILES_PANEL)
            panel_places(&panel, left, x, w, bias + at, lowest, y + at);
        else
            two_places(&panel, left, x, w, bias + at, lowest, y + at);
    }
}

static void kernel(const struct grid *g, const float *x, const float *y, float *w)
{
    if (g->o == TILES_HALF)
        half_kernel(g, x, y, w);
    else if (g->o == TILES_PANEL)
        panel_kernel(g, x, y, w);
    else
        two_kernel(g, x, y, w);
}

const struct tiles TILES = {
    .name = TILES_NAME,
    .product = product,
    .product_sum = product_sum,
    .places = places,
    .kernel = kernel,
    .places_of_one = places_of_one,
    .kernel_of_one = kernel_of_one,
};
