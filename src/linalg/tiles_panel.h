/* One panel of PANEL channels in vectors of WIDTH floats, up to MOST places (or values of the
 * window) at a time; included by tiles_body.h once for each width. */

typedef float NAME(vector) __attribute__((vector_size(WIDTH * sizeof(float))));
typedef int NAME(mask) __attribute__((vector_size(WIDTH * sizeof(float))));
typedef NAME(vector) NAME(memory) __attribute__((aligned(sizeof(float)), may_alias));

/* Vectors of a panel; places of the largest tile that does not lie in a row. */
enum {
    NAME(vectors) = PANEL / WIDTH,
    NAME(scattered) = MOST < TILE_SCATTERED ? MOST : TILE_SCATTERED,
};

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
 * The sums start at bias[PANEL], or, where it is NULL, at what y holds.  In a row the first
 * place says where all are; their addresses go in threes, as those of a product's rows. */
INLINE void NAME(tile)(const struct grid *g, const float *const *x, float *const *y,
                       const float *w, const float *bias, float lowest, size_t channels,
                       const int count, const int in_row)
{
    VECTOR sum[MOST][VECTORS], kernel[VECTORS];
    const size_t step = g->x_step;
    const float *one[TILE_SCATTERED], *third[(MOST + 2) / 3];
    float *to[MOST];
    UNROLL for (int p = 0; p < count; p++) to[p] = in_row ? y[0] + (size_t)p * g->y_step : y[p];
    if (in_row)
        UNROLL for (int p = 0; p < count; p += 3) third[p / 3] = x[0] + (size_t)p * step;
    else
        UNROLL for (int p = 0; p < count; p++) one[p] = x[p];
    UNROLL for (int v = 0; v < VECTORS; v++) kernel[v] =
        NAME(load)((bias ? bias : y[0]) + v * WIDTH);
    UNROLL for (int p = 0; p < count; p++) UNROLL for (int v = 0; v < VECTORS; v++) sum[p][v] =
        kernel[v];
    if (!bias)
        UNROLL for (int p = 1; p < count; p++) UNROLL for (int v = 0; v < VECTORS; v++)
            sum[p][v] = NAME(load)(to[p] + v * WIDTH);
    for (size_t r = 0, from = 0; r < g->runs; r++, from += g->x_run) {
        for (size_t t = from; t < from + g->n; t++, w += g->w_step) {
            UNROLL for (int v = 0; v < VECTORS; v++) kernel[v] = NAME(load)(w + v * WIDTH);
            UNROLL for (int p = 0; p < count; p++)
            {
                float value = in_row ? third[p / 3][(size_t)(p % 3) * step] : one[p][t];
                UNROLL for (int v = 0; v < VECTORS; v++) sum[p][v] =
                    FMA(value - (VECTOR){0}, kernel[v], sum[p][v]);
            }
            if (in_row) UNROLL for (int p = 0; p < count; p += 3) third[p / 3]++;
        }
        if (in_row) UNROLL for (int p = 0; p < count; p += 3) third[p / 3] += g->x_run - g->n;
    }
    UNROLL for (int p = 0; p < count; p++)
        UNROLL for (size_t v = 0; v < VECTORS; v++) if (channels > v * WIDTH)
            NAME(store)(sum[p][v], lowest, to[p] + v * WIDTH, channels - v * WIDTH);
}

/* A tile that lies anywhere. */
static void NAME(tile_of)(const struct grid *g, const struct tile *at, const float *w,
                          const float *bias, float lowest, size_t channels)
{
#define CASE(n)                                                                                \
    case n:                                                                                    \
        if (n <= NAME(scattered)) NAME(tile)                                                   \
        (g, at->x, at->y, w, bias, lowest, channels, n <= NAME(scattered) ? n : 1, 0);         \
        break
    switch (at->count) {
        EACH_COUNT(CASE);
    }
#undef CASE
}

/* The tile of `count` places from x on in each row of each image. */
INLINE void NAME(tile_of_rows)(const struct grid *g, const float *x, const float *w,
                               const float *bias, float lowest, size_t channels, float *y,
                               const int count)
{
    struct walk row = walk_begin(g);
    for (; row.left > 0; walk_on(&row, g, g->columns)) {
        const float *from = x + row.x;
        float *to = y + row.y;
        NAME(tile)(g, &from, &to, w, bias, lowest, channels, count, 1);
    }
}

static void NAME(tiles_of_rows)(const struct grid *g, const float *x, const float *w,
                                const float *bias, float lowest, size_t channels, float *y,
                                int count)
{
#define CASE(n)                                                                                \
    case n:                                                                                    \
        if (n <= MOST)                                                                         \
            NAME(tile_of_rows)(g, x, w, bias, lowest, channels, y, n <= MOST ? n : 1);         \
        break
    switch (count) {
        EACH_COUNT(CASE);
    }
#undef CASE
}

/* All places of all images, in tiles of about the same size: a few columns of all rows and then
 * the next, or one place after the other. */
static void NAME(all_tiles)(const struct grid *g, const float *x, const float *w,
                            const float *bias, float lowest, size_t channels, float *y)
{
    if (is_by_rows(g, MOST, (TILE_CHAINS - 1) / VECTORS + 1)) {
        size_t size = tile_size(g->columns, MOST);
        for (size_t j = 0; j < g->columns; j += size) NAME(tiles_of_rows)
        (g, x + j * g->x_step, w, bias, lowest, channels, y + j * g->y_step,
         (int)size_min(size, g->columns - j));
        return;
    }
    struct walk walk = walk_begin(g);
    size_t size = tile_size(walk.left, NAME(scattered));
    struct tile at;
    while (walk.left > 0) {
        walk_take(&walk, g, size, x, y, &at);
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

/* w[r, t, o] += sum over all places of x[place; r, t] y[place; o] for `runs` runs and `count`
 * values t of each, all of them where there are several runs. */
INLINE void NAME(kernel_tile)(const struct grid *g, const float *x, const float *y, float *w,
                              const int count, const int runs)
{
    VECTOR sum[MOST][VECTORS], of_y[VECTORS];
    const float *at[KERNEL_RUNS];
    UNROLL for (int t = 0; t < runs * count; t++) UNROLL for (int v = 0; v < VECTORS; v++)
        sum[t][v] = NAME(load)(w + (size_t)t * g->w_step + v * WIDTH);
    struct walk row = walk_begin(g);
    for (; row.left > 0; walk_on(&row, g, g->columns)) {
        const float *to = y + row.y;
        UNROLL for (int r = 0; r < runs; r++) at[r] = x + row.x + (size_t)r * g->x_run;
        for (size_t j = 0; j < g->columns; j++, to += g->y_step) {
            UNROLL for (int v = 0; v < VECTORS; v++) of_y[v] = NAME(load)(to + v * WIDTH);
            UNROLL for (int t = 0; t < runs * count; t++)
                UNROLL for (int v = 0; v < VECTORS; v++) sum[t][v] =
                    FMA(at[t / count][t % count] - (VECTOR){0}, of_y[v], sum[t][v]);
            UNROLL for (int r = 0; r < runs; r++) at[r] += g->x_step;
        }
    }
    UNROLL for (int t = 0; t < runs * count; t++) UNROLL for (int v = 0; v < VECTORS; v++) *
        (NAME(memory) *)(w + (size_t)t * g->w_step + v * WIDTH) = sum[t][v];
}

static void NAME(kernel_tile_of)(int count, int runs, const struct grid *g, const float *x,
                                 const float *y, float *w)
{
#define FITS(n, most) ((n) * (most) <= MOST)
#define CASE(n)                                                                                \
    case n:                                                                                    \
        if (FITS(n, 1) && runs == 1)                                                           \
            NAME(kernel_tile)(g, x, y, w, FITS(n, 1) ? n : 1, 1);                              \
        else if (FITS(n, 2) && runs == 2)                                                      \
            NAME(kernel_tile)(g, x, y, w, FITS(n, 2) ? n : 1, 2);                              \
        else if (FITS(n, 3))                                                                   \
            NAME(kernel_tile)(g, x, y, w, FITS(n, 3) ? n : 1, 3);                              \
        break
    switch (count) {
        EACH_COUNT(CASE);
    }
#undef CASE
#undef FITS
}

/* Short runs go several at a time: the more sums, the less one waits for another. */
static void NAME(kernel)(const struct grid *g, const float *x, const float *y, float *w)
{
    size_t most = size_min(KERNEL_RUNS, size_max(MOST / g->n, 1));
    for (size_t runs, r = 0; r < g->runs; r += runs) {
        runs = size_min(most, g->runs - r);
        for (size_t count, t = 0; t < g->n; t += count) {
            count = tile_size(g->n - t, MOST);
            NAME(kernel_tile_of)
            ((int)count, (int)runs, g, x + r * g->x_run + t, y, w + (r * g->n + t) * g->w_step);
        }
    }
}

#undef VECTOR
#undef VECTORS
#undef PANEL
#undef WIDTH
#undef MOST
#undef LARGER
#undef FMA
#undef NAME
