/* One panel of PANEL channels in vectors of WIDTH floats, up to MOST places (or values of the
 * window) at a time; included by tiles_body.h once for each width. */

typedef float NAME(vector) __attribute__((vector_size(WIDTH * sizeof(float))));
typedef int NAME(mask) __attribute__((vector_size(WIDTH * sizeof(float))));
typedef NAME(vector) NAME(memory) __attribute__((aligned(sizeof(float)), may_alias));

enum { NAME(vectors) = PANEL / WIDTH };

#define VECTOR  NAME(vector)
#define VECTORS NAME(vectors)

INLINE VECTOR NAME(load)(const float *from)
{
    return *(const NAME(memory) *)from;
}

/* The larger one of each two values, v where it is a NaN. */
INLINE VECTOR NAME(larger)(VECTOR floor, VECTOR v)
{
#ifdef LARGER
    return LARGER(floor, v);
#else
    NAME(mask) below = v < floor; /* not so for a NaN */
    return (VECTOR)((below & (NAME(mask))floor) | (~below & (NAME(mask))v));
#endif
}

/* to[there] = max(v, lowest) */
INLINE void NAME(store)(VECTOR v, float lowest, float *to, size_t there)
{
    v = NAME(larger)(lowest - (VECTOR){0}, v);
    if (there >= WIDTH)
        *(NAME(memory) *)to = v;
    else
        for (size_t k = 0; k < there; k++) to[k] = v[k];
}

/* y[p][o] = max(start + sum over r, t of x[p][r, t] w[r, t, o], lowest) for `count` places p.
 * The sums start at bias[PANEL], or, where it is NULL, at what y holds. */
INLINE void NAME(tile)(const struct grid *g, const struct tile *at, const float *w,
                       const float *bias, float lowest, size_t channels, const int count,
                       const int in_row)
{
    VECTOR sum[MOST][VECTORS], kernel[VECTORS];
    const float *x[MOST];
    float *y[MOST];
    UNROLL for (int p = 0; p < count; p++)
    {
        x[p] = in_row ? at->x[0] + (size_t)p * g->x_step : at->x[p];
        y[p] = in_row ? at->y[0] + (size_t)p * g->y_step : at->y[p];
        UNROLL for (int v = 0; v < VECTORS; v++) sum[p][v] =
            NAME(load)((bias ? bias : y[p]) + v * WIDTH);
    }
    for (size_t r = 0, from = 0; r < g->runs; r++, from += g->x_run)
        for (size_t t = from; t < from + g->n; t++, w += g->w_step) {
            UNROLL for (int v = 0; v < VECTORS; v++) kernel[v] = NAME(load)(w + v * WIDTH);
            UNROLL for (int p = 0; p < count; p++) UNROLL for (int v = 0; v < VECTORS; v++)
                sum[p][v] = FMA(x[p][t] - (VECTOR){0}, kernel[v], sum[p][v]);
        }
    UNROLL for (int p = 0; p < count; p++)
        UNROLL for (size_t v = 0; v < VECTORS; v++) if (channels > v * WIDTH)
            NAME(store)(sum[p][v], lowest, y[p] + v * WIDTH, channels - v * WIDTH);
}

static void NAME(tile_of)(const struct grid *g, const struct tile *at, const float *w,
                          const float *bias, float lowest, size_t channels)
{
#define CASE(n)                                                                                \
    case n:                                                                                    \
        if (n <= MOST && at->in_row)                                                           \
            NAME(tile)(g, at, w, bias, lowest, channels, n <= MOST ? n : 1, 1);                \
        else if (n <= MOST)                                                                    \
            NAME(tile)(g, at, w, bias, lowest, channels, n <= MOST ? n : 1, 0);                \
        break
    switch (at->count) {
        EACH_COUNT(CASE);
    }
#undef CASE
}

/* All places of all images, one after the other, in tiles of about the same size. */
static void NAME(all_tiles)(const struct grid *g, const float *x, const float *w,
                            const float *bias, float lowest, size_t channels, float *y)
{
    struct walk walk = walk_tiles(g, MOST, FEW);
    struct tile at;
    while (walk.left > 0) {
        walk_take(&walk, g, x, y, &at);
        NAME(tile_of)(g, &at, w, bias, lowest, channels);
    }
}

/* The same for a window whose kernel is too large for the nearest cache: a part of it for all
 * places, then the next. */
static void NAME(parts)(const struct grid *g, const float *x, const float *w, const float *bias,
                        float lowest, float *y)
{
    struct grid part = *g;
    part.runs = 1;
    for (size_t r = 0; r < g->runs; r++)
        for (size_t t = 0; t < g->n; t += part.n, w += part.n * g->w_step) {
            part.n = tile_size(g->n - t, CACHED / PANEL);
            int last = r + 1 == g->runs && t + part.n == g->n;
            NAME(all_tiles)
            (&part, x + r * g->x_run + t, w, r + t ? NULL : bias, last ? lowest : -INFINITY,
             PANEL, y);
        }
}

static void NAME(places)(const struct grid *g, size_t channels, const float *x, const float *w,
                         const float *bias, float lowest, float *y)
{
    if (channels >= PANEL && g->runs * g->n > CACHED / PANEL)
        NAME(parts)(g, x, w, bias, lowest, y);
    else
        NAME(all_tiles)(g, x, w, bias, lowest, channels, y);
}

/* w[t, o] += sum over all places of x[place; t] y[place; o] for `count` values t of one run */
INLINE void NAME(kernel_tile)(const struct grid *g, const float *x, const float *y, float *w,
                              const int count)
{
    VECTOR sum[MOST][VECTORS], of_y[VECTORS];
    UNROLL for (int t = 0; t < count; t++) UNROLL for (int v = 0; v < VECTORS; v++) sum[t][v] =
        NAME(load)(w + (size_t)t * g->w_step + v * WIDTH);
    struct walk row = walk_begin(g);
    for (; row.left > 0; walk_on(&row, g, g->columns)) {
        const float *at = x + row.x, *to = y + row.y;
        for (size_t j = 0; j < g->columns; j++, at += g->x_step, to += g->y_step) {
            UNROLL for (int v = 0; v < VECTORS; v++) of_y[v] = NAME(load)(to + v * WIDTH);
            UNROLL for (int t = 0; t < count; t++) UNROLL for (int v = 0; v < VECTORS; v++)
                sum[t][v] = FMA(at[t] - (VECTOR){0}, of_y[v], sum[t][v]);
        }
    }
    UNROLL for (int t = 0; t < count; t++) UNROLL for (int v = 0; v < VECTORS; v++) *
        (NAME(memory) *)(w + (size_t)t * g->w_step + v * WIDTH) = sum[t][v];
}

static void NAME(kernel_tile_of)(int count, const struct grid *g, const float *x,
                                 const float *y, float *w)
{
#define CASE(n)                                                                                \
    case n:                                                                                    \
        if (n <= MOST) NAME(kernel_tile)(g, x, y, w, n <= MOST ? n : 1);                       \
        break
    switch (count) {
        EACH_COUNT(CASE);
    }
#undef CASE
}

static void NAME(kernel)(const struct grid *g, const float *x, const float *y, float *w)
{
    for (size_t r = 0; r < g->runs; r++)
        for (size_t count, t = 0; t < g->n; t += count) {
            count = tile_size(g->n - t, MOST);
            NAME(kernel_tile_of)
            ((int)count, g, x + r * g->x_run + t, y, w + (r * g->n + t) * g->w_step);
        }
}

#undef VECTOR
#undef VECTORS
#undef PANEL
#undef WIDTH
#undef MOST
#undef LARGER
#undef FEW
#undef FMA
#undef NAME
