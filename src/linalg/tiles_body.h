/* The table TILES for one set of vector instructions.
 *
 * A tile is a few places in a row, or a few values of the window, whose sums stay in registers;
 * the compiler unrolls one copy of it for each number it may have.
 *
 * HALF_WIDTH, PANEL_WIDTH   floats of a vector in a panel of 8 and of 16 channels
 * HALF_MOST, PANEL_MOST     of a tile, as many as the registers hold
 */
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

/* The next of the tiles that share `left` as evenly as they can. */
static inline size_t tile_size(size_t left, size_t most)
{
    size_t tiles = (left + most - 1) / most;
    return (left + tiles - 1) / tiles;
}

#define PANEL   TILES_HALF
#define WIDTH   HALF_WIDTH
#define MOST    HALF_MOST
#define NAME(x) half_##x
#include "tiles_panel.h"

#define PANEL   TILES_PANEL
#define WIDTH   PANEL_WIDTH
#define MOST    PANEL_MOST
#define NAME(x) panel_##x
#include "tiles_panel.h"

#include "tiles_one.h"

static void places(const struct grid *g, const float *x, const float *w, const float *bias,
                   float lowest, float *y)
{
    for (size_t width, at = 0; at < g->o; at += width, w += g->runs * g->n * width) {
        width = tiles_width(g->panel, g->o - at);
        if (width == TILES_HALF)
            half_places(g, g->o - at, x, w, bias + at, lowest, y + at);
        else
            panel_places(g, g->o - at, x, w, bias + at, lowest, y + at);
    }
}

static void kernel(const struct grid *g, const float *x, const float *y, float *w)
{
    (g->o == TILES_HALF ? half_kernel : panel_kernel)(g, x, y, w);
}

const struct tiles TILES = {
    .name = TILES_NAME,
    .most = PANEL_MOST,
    .places = places,
    .kernel = kernel,
    .places_of_one = places_of_one,
    .kernel_of_one = kernel_of_one,
};
