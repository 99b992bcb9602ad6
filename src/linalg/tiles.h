/* tiles - the inner loops of products and convolutions: a few rows, or places, times a few
 * columns, or channels, in registers.
 *
 * A grid is places (i, j) on images s that already have the zeros around them.  Its window is
 * `runs` runs of n consecutive floats, so that value t of run r at place (i, j) of image s is
 *
 *   x[s, i, j; r, t] = x[s x_image + i x_row + j x_step + r x_run + t]
 *
 * There is one table of functions for each set of vector instructions, made from tiles_body.h.
 * The bits depend on the values and the grid alone, never on where in memory they lie.
 */
#ifndef LINALG_TILES_H
#define LINALG_TILES_H

#include <stddef.h>

struct grid {
    size_t images, rows, columns;         /* places */
    size_t runs, n;                       /* the window */
    size_t x_image, x_row, x_step, x_run; /* floats from place to place, from run to run */
    size_t y_image, y_row, y_step;        /* floats from place to place */
    size_t o;                             /* channels of y */
    size_t w_step;                        /* floats from value to value of a kernel */
};

/* Kernels are packed in panels of WIDE channels: [panel][runs n][channel in it].  What is left
 * over at the end is a panel of PANEL or of HALF channels, or both; channels that are missing
 * are zeros. */
enum { TILES_WIDE = 32, TILES_PANEL = 16, TILES_HALF = 8 };

/* Channels with those that fill the last panel. */
static inline size_t tiles_padded(size_t o)
{
    return (o + TILES_HALF - 1) / TILES_HALF * TILES_HALF;
}

/* Channels of the panel that starts where `left` channels are left. */
static inline size_t tiles_width(size_t left)
{
    if (left >= TILES_WIDE) return TILES_WIDE;
    return left > TILES_HALF ? TILES_PANEL : TILES_HALF;
}

/* c[m, n] = a b, or c + a b where add is not 0: each c(i, j) is the chain fma(a(i, k), b(k, j),
 * c) over ascending k, from 0 or from what c holds.  One of a_row and a_step is 1.  b is in
 * panels of COLUMNS columns, the last one's missing columns being numbers of any kind: b(k, j)
 * of panel p is b[p b_panel + k b_step + j % COLUMNS]. */
enum { TILES_COLUMNS = 32 };

/* What is wanted after the product, fetched beside it: `lines` times a line of the cache for
 * each term, `step` floats from term to term and `jump` from time to time.  A tile that does
 * one of these times moves on to the next. */
struct product_next {
    const float *at;
    size_t step, jump;
    int lines;
};

struct product {
    size_t m, n, k;
    const float *a;
    size_t a_row, a_step; /* floats from row to row, from term to term */
    const float *b;
    size_t b_panel, b_step; /* floats from panel to panel, from term to term */
    float *c;
    size_t c_row;
    int add;
    struct product_next *next; /* may be NULL */
};

/* Products a[k, m]^T b[k, n] that are added up, a power of two of them, 2^LEVELS at most. */
enum { PRODUCT_LEVELS = 6 };

struct product_leaf {
    size_t k;       /* may be 0 */
    const float *a; /* rows p->a_step floats apart */
    const float *b; /* panels, one behind the other, [panel][k][COLUMNS] */
};

struct product_leaves {
    size_t count;
    struct product_leaf leaf[1 << PRODUCT_LEVELS];
};

struct tiles {
    const char *name;

    void (*product)(const struct product *p);

    /* p's c[m, n] = the sum of all leaves along the binary tree over them. */
    void (*product_sum)(const struct product *p, const struct product_leaves *leaves);

    /* y[s, i, j; o] = max(bias[o] + sum over r, t of x[s, i, j; r, t] w[r, t, o], lowest).  w
     * is packed, bias[padded o]. */
    void (*places)(const struct grid *g, const float *x, const float *w, const float *bias,
                   float lowest, float *y);

    /* w[r, t, o] += sum over s, i, j of x[s, i, j; r, t] y[s, i, j; o], for one panel: o = 8,
     * 16 or 32. */
    void (*kernel)(const struct grid *g, const float *x, const float *y, float *w);

    /* The same for one channel, o = 1, and runs of whole vectors, n a multiple of HALF; w is
     * not packed. */
    void (*places_of_one)(const struct grid *g, const float *x, const float *w, float bias,
                          float lowest, float *y);
    void (*kernel_of_one)(const struct grid *g, const float *x, const float *y, float *w);
};

extern const struct tiles tiles_portable, tiles_neon, tiles_avx2, tiles_avx512;

/* The best table that this CPU can run, or the one chosen last. */
const struct tiles *tiles_here(void);

/* As isa_choose of linalg/isa.h. */
int tiles_choose(const char *name);

#endif
