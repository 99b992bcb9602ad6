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

/* to[there] = max(v, lowest) */
INLINE void NAME(store)(VECTOR v, float lowest, float *to, size_t there)
{
    VECTOR floor = lowest - (VECTOR){0};
    NAME(mask) below = v < floor; /* not so for a NaN */
    v = (VECTOR)((below & (NAME(mask))floor) | (~below & (NAME(mask))v));
    if (there >= WIDTH)
        *(NAME(memory) *)to = v;
    else
        for (size_t k = 0; k < there; k++) to[k] = v[k];
}

/* y[p, o] = max(start[p, o] + sum over r, t of x[p; r, t] w[r, t, o], lowest) for `count`
 * places p in a row; those of start lie start_step floats apart. */
INLINE void NAME(tile)(const struct grid *g, const float *x, const float *w, const float *start,
                       size_t start_step, float lowest, size_t channels, float *y,
                       const int count)
{
    VECTOR sum[MOST][VECTORS], kernel[VECTORS];
    UNROLL for (int p = 0; p < count; p++) UNROLL for (int v = 0; v < VECTORS; v++) sum[p][v] =
        NAME(load)(start + (size_t)p * start_step + v * WIDTH);
    for (size_t r = 0; r < g->runs; r++, x += g->x_run)
        for (size_t t = 0; t < g->n; t++, w += PANEL) {
            UNROLL for (int v = 0; v < VECTORS; v++) kernel[v] = NAME(load)(w + v * WIDTH);
            UNROLL for (int p = 0; p < count; p++) UNROLL for (int v = 0; v < VECTORS; v++)
                sum[p][v] += x[(size_t)p * g->x_step + t] * kernel[v];
        }
    UNROLL for (int p = 0; p < count; p++)
        UNROLL for (size_t v = 0; v < VECTORS; v++) if (channels > v * WIDTH) NAME(store)(
            sum[p][v], lowest, y + (size_t)p * g->y_step + v * WIDTH, channels - v * WIDTH);
}

static void NAME(tile_of)(int count, const struct grid *g, const float *x, const float *w,
                          const float *start, size_t start_step, float lowest, size_t channels,
                          float *y)
{
#define CASE(n)                                                                                \
    case n:                                                                                    \
        if (n <= MOST)                                                                         \
            NAME(tile)(g, x, w, start, start_step, lowest, channels, y, n <= MOST ? n : 1);    \
        break
    switch (count) {
        EACH_COUNT(CASE);
    }
#undef CASE
}

/* All places: tiles of about the same size, row by row.  The sums start at bias[PANEL], or,
 * where it is NULL, at what y holds. */
static void NAME(all_tiles)(const struct grid *g, const float *x, const float *w,
                            const float *bias, float lowest, size_t channels, float *y)
{
    for (size_t i = 0; i < g->rows; i++)
        for (size_t count, j = 0; j < g->columns; j += count) {
            float *to = y + i * g->y_row + j * g->y_step;
            count = tile_size(g->columns - j, MOST);
            NAME(tile_of)
            ((int)count, g, x + i * g->x_row + j * g->x_step, w, bias ? bias : to,
             bias ? 0 : g->y_step, lowest, channels, to);
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
        for (size_t t = 0; t < g->n; t += part.n, w += part.n * PANEL) {
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

/* w[t, o] += sum over i, j of x[i, j; t] y[i, j; o] for `count` values t of one run */
INLINE void NAME(kernel_tile)(const struct grid *g, const float *x, const float *y, float *w,
                              const int count)
{
    VECTOR sum[MOST][VECTORS], of_y[VECTORS];
    UNROLL for (int t = 0; t < count; t++) UNROLL for (int v = 0; v < VECTORS; v++) sum[t][v] =
        (VECTOR){0};
    for (size_t i = 0; i < g->rows; i++, x += g->x_row, y += g->y_row)
        for (size_t j = 0; j < g->columns; j++) {
            const float *at = x + j * g->x_step;
            UNROLL for (int v = 0; v < VECTORS; v++) of_y[v] =
                NAME(load)(y + j * g->y_step + v * WIDTH);
            UNROLL for (int t = 0; t < count; t++) UNROLL for (int v = 0; v < VECTORS; v++)
                sum[t][v] += at[t] * of_y[v];
        }
    UNROLL for (int t = 0; t < count; t++) UNROLL for (int v = 0; v < VECTORS; v++)
    {
        NAME(memory) *to = (NAME(memory) *)(w + (size_t)t * g->w_step + v * WIDTH);
        *to += sum[t][v];
    }
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
#undef NAME
