/* One channel, o = 1: the vectors lie along the runs of the window.  Included by tiles_body.h.
 */

/* Lane p becomes the sum of the lanes of v[p]: pairs, pairs of pairs, halves. */
INLINE lanes sums_of(const lanes v[LANES])
{
    const lanes_mask even = {0, 8, 2, 10, 4, 12, 6, 14}, odd = {1, 9, 3, 11, 5, 13, 7, 15};
    const lanes_mask front = {0, 1, 8, 9, 4, 5, 12, 13}, back = {2, 3, 10, 11, 6, 7, 14, 15};
    const lanes_mask low = {0, 1, 2, 3, 8, 9, 10, 11}, high = {4, 5, 6, 7, 12, 13, 14, 15};
    lanes two[4], four[2];
    UNROLL for (int p = 0; p < 4; p++) two[p] =
        __builtin_shuffle(v[2 * p], v[2 * p + 1], even) +
        __builtin_shuffle(v[2 * p], v[2 * p + 1], odd);
    UNROLL for (int p = 0; p < 2; p++) four[p] =
        __builtin_shuffle(two[2 * p], two[2 * p + 1], front) +
        __builtin_shuffle(two[2 * p], two[2 * p + 1], back);
    return __builtin_shuffle(four[0], four[1], low) + __builtin_shuffle(four[0], four[1], high);
}

/* y[p] = max(bias + sum over r, t of x[p; r, t] w[r, t], lowest) for `count` places in a row */
INLINE void one_tile(const struct grid *g, const float *x, const float *w, float bias,
                     float lowest, float *y, const int count)
{
    lanes sum[LANES] = {0};
    for (size_t r = 0; r < g->runs; r++, x += g->x_run)
        for (size_t t = 0; t < g->n; t += LANES, w += LANES) {
            lanes kernel = lanes_load(w, LANES);
            UNROLL for (int p = 0; p < count; p++) sum[p] +=
                lanes_load(x + (size_t)p * g->x_step + t, LANES) * kernel;
        }
    lanes all = sums_of(sum) + bias;
    for (int p = 0; p < count; p++)
        y[(size_t)p * g->y_step] = all[p] < lowest ? lowest : all[p];
}

static void one_tile_of(int count, const struct grid *g, const float *x, const float *w,
                        float bias, float lowest, float *y)
{
#define CASE(n)                                                                                \
    case n:                                                                                    \
        if (n <= LANES) one_tile(g, x, w, bias, lowest, y, n <= LANES ? n : 1);                \
        break
    switch (count) {
        EACH_COUNT(CASE);
    }
#undef CASE
}

static void places_of_one(const struct grid *g, const float *x, const float *w, float bias,
                          float lowest, float *y)
{
    for (size_t i = 0; i < g->rows; i++)
        for (size_t count, j = 0; j < g->columns; j += count) {
            count = tile_size(g->columns - j, LANES);
            one_tile_of((int)count, g, x + i * g->x_row + j * g->x_step, w, bias, lowest,
                        y + i * g->y_row + j * g->y_step);
        }
}

/* w[t] += sum over i, j of x[i, j; t] y[i, j] for `count` vectors of values of one run */
INLINE void one_kernel_tile(const struct grid *g, const float *x, const float *y, float *w,
                            const int count)
{
    lanes sum[HALF_MOST] = {0};
    for (size_t i = 0; i < g->rows; i++, x += g->x_row, y += g->y_row)
        for (size_t j = 0; j < g->columns; j++)
            UNROLL for (int t = 0; t < count; t++) sum[t] +=
                lanes_load(x + j * g->x_step + t * LANES, LANES) * y[j * g->y_step];
    UNROLL for (int t = 0; t < count; t++) * (lanes_memory *)(w + t * LANES) += sum[t];
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
