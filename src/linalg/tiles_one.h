/* One channel, o = 1: the vectors lie along the runs of the window.  Included by tiles_body.h.
 */

/* Lane p becomes the sum of the lanes of v[p]: pairs, pairs of pairs, halves. */
INLINE lanes sums_of(const lanes v[LANES])
{
    lanes two[4], four[2];
    UNROLL for (int p = 0; p < 4; p++) two[p] =
        lanes_even(v[2 * p], v[2 * p + 1]) + lanes_odd(v[2 * p], v[2 * p + 1]);
    UNROLL for (int p = 0; p < 2; p++) four[p] =
        lanes_front(two[2 * p], two[2 * p + 1]) + lanes_back(two[2 * p], two[2 * p + 1]);
    return lanes_low(four[0], four[1]) + lanes_high(four[0], four[1]);
}

/* y[p] = max(bias + sum over r, t of x[p][r, t] w[r, t], lowest) for `count` places p.  In a
 * row the first place says where all are. */
INLINE void one_tile(const struct grid *g, const float *const *x, float *const *y,
                     const float *w, float bias, float lowest, const int count,
                     const int in_row)
{
    lanes sum[LANES] = {0};
    const float *at[LANES];
    UNROLL for (int p = 0; p < count; p++) at[p] = in_row ? x[0] + (size_t)p * g->x_step : x[p];
    for (size_t r = 0, from = 0; r < g->runs; r++, from += g->x_run)
        for (size_t t = from; t < from + g->n; t += LANES, w += LANES) {
            lanes kernel = lanes_load(w, LANES);
            UNROLL for (int p = 0; p < count; p++) sum[p] =
                lanes_fma(lanes_load(at[p] + t, LANES), kernel, sum[p]);
        }
    lanes all = sums_of(sum) + bias, floor = lanes_of(lowest);
    all = lanes_select(all < floor, floor, all);
    for (int p = 0; p < count; p++) *(in_row ? y[0] + (size_t)p * g->y_step : y[p]) = all[p];
}

/* A tile that lies anywhere. */
static void one_tile_of(const struct grid *g, const struct tile *at, const float *w, float bias,
                        float lowest)
{
#define CASE(n)                                                                                \
    case n:                                                                                    \
        if (n <= LANES) one_tile(g, at->x, at->y, w, bias, lowest, n <= LANES ? n : 1, 0);     \
        break
    switch (at->count) {
        EACH_COUNT(CASE);
    }
#undef CASE
}

/* The tile of `count` places from x on in each row of each image. */
INLINE void one_tile_of_rows(const struct grid *g, const float *x, const float *w, float bias,
                             float lowest, float *y, const int count)
{
    struct walk row = walk_begin(g);
    for (; row.left > 0; walk_on(&row, g, g->columns)) {
        const float *from = x + row.x;
        float *to = y + row.y;
        one_tile(g, &from, &to, w, bias, lowest, count, 1);
    }
}

static void one_tiles_of_rows(const struct grid *g, const float *x, const float *w, float bias,
                              float lowest, float *y, int count)
{
#define CASE(n)                                                                                \
    case n:                                                                                    \
        if (n <= LANES) one_tile_of_rows(g, x, w, bias, lowest, y, n <= LANES ? n : 1);        \
        break
    switch (count) {
        EACH_COUNT(CASE);
    }
#undef CASE
}

static void places_of_one(const struct grid *g, const float *x, const float *w, float bias,
                          float lowest, float *y)
{
    if (is_by_rows(g, LANES, LANES / 2)) {
        size_t size = tile_size(g->columns, LANES);
        for (size_t j = 0; j < g->columns; j += size)
            one_tiles_of_rows(g, x + j * g->x_step, w, bias, lowest, y + j * g->y_step,
                              (int)size_min(size, g->columns - j));
        return;
    }
    struct walk walk = walk_begin(g);
    size_t size = tile_size(walk.left, LANES);
    struct tile at;
    while (walk.left > 0) {
        walk_take(&walk, g, size, x, y, &at);
        one_tile_of(g, &at, w, bias, lowest);
    }
}

/* w[t] += sum over all places of x[place; t] y[place] for `count` vectors of values of one run
 */
INLINE void one_kernel_tile(const struct grid *g, const float *x, const float *y, float *w,
                            const int count)
{
    lanes sum[HALF_MOST];
    UNROLL for (int t = 0; t < count; t++) sum[t] = lanes_load(w + t * LANES, LANES);
    struct walk row = walk_begin(g);
    for (; row.left > 0; walk_on(&row, g, g->columns)) {
        const float *at = x + row.x, *to = y + row.y;
        for (size_t j = 0; j < g->columns; j++, at += g->x_step, to += g->y_step)
            UNROLL for (int t = 0; t < count; t++) sum[t] =
                lanes_fma(lanes_load(at + t * LANES, LANES), lanes_of(*to), sum[t]);
    }
    UNROLL for (int t = 0; t < count; t++) lanes_store(w + t * LANES, sum[t], LANES);
}

static void one_kernel_tile_of(int count, const struct grid *g, const float *x, const float *y,
                               float *w)
{
#define CASE(n)                                                                                \
    case n:                                                                                    \
        if (n <= HALF_MOST) one_kernel_tile(g, x, y, w, n <= HALF_MOST ? n : 1);               \
        break
    switch (count) {
        EACH_COUNT(CASE);
    }
#undef CASE
}

static void kernel_of_one(const struct grid *g, const float *x, const float *y, float *w)
{
    size_t vectors = g->n / LANES;
    for (size_t r = 0; r < g->runs; r++, x += g->x_run, w += g->n)
        for (size_t count, t = 0; t < vectors; t += count) {
            count = tile_size(vectors - t, HALF_MOST);
            one_kernel_tile_of((int)count, g, x + t * LANES, y, w + t * LANES);
        }
}
