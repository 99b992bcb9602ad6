#include "pack.h"

#include "linalg/lanes.h"

void pack_places(size_t places, size_t o, size_t there, const float *y, size_t width, float *to)
{
    for (size_t i = 0; i < places; i++, y += o, to += width) {
        size_t k = 0;
        for (; k + LANES <= there; k += LANES)
            lanes_store(to + k, lanes_load(y + k, LANES), LANES);
        if (k < there) lanes_store(to + k, lanes_load(y + k, there - k), LANES), k += LANES;
        for (; k < width; k += LANES) lanes_store(to + k, lanes_of(0), LANES);
    }
}

/* Lane i of v[k] becomes lane k of v[i]: neighbours, pairs, halves. */
LANES_INLINE void transpose(lanes v[LANES])
{
    lanes two[LANES], four[LANES];
    for (int k = 0; k < LANES; k += 2) {
        two[k] = lanes_even(v[k], v[k + 1]);
        two[k + 1] = lanes_odd(v[k], v[k + 1]);
    }
    for (int k = 0; k < LANES; k += 4)
        for (int i = k; i < k + 2; i++) {
            four[i] = lanes_front(two[i], two[i + 2]);
            four[i + 2] = lanes_back(two[i], two[i + 2]);
        }
    for (int i = 0; i < LANES / 2; i++) {
        v[i] = lanes_low(four[i], four[i + 4]);
        v[i + 4] = lanes_high(four[i], four[i + 4]);
    }
}

/* The same for columns of w that are no whole vector, or fewer rows of it. */
static void transpose_rest(size_t columns, size_t rows, const float *w, size_t w_row,
                           size_t width, float *to)
{
    for (size_t i = 0; i < columns; i++)
        for (size_t k = 0; k < rows; k++) to[i * width + k] = w[k * w_row + i];
}

/* A few columns at a time, so that what is written stays in cache. */
void pack_turned(size_t n, size_t there, const float *w, size_t w_row, size_t width, float *to)
{
    for (size_t left = n, step; left > 0; left -= step, w += step, to += step * width) {
        size_t k = 0;
        step = lanes_step(left);
        for (; k + LANES <= there && step == LANES; k += LANES) {
            lanes v[LANES];
            for (size_t i = 0; i < LANES; i++) v[i] = lanes_load(w + (k + i) * w_row, LANES);
            transpose(v);
            for (size_t i = 0; i < LANES; i++) lanes_store(to + i * width + k, v[i], LANES);
        }
        transpose_rest(step, there - k, w + k * w_row, w_row, width, to + k);
    }
}

void pack_transposed(size_t n, size_t there, const float *w, size_t w_row, size_t width,
                     float *to)
{
    pack_turned(n, there, w, w_row, width, to);
    for (size_t i = 0; there < width && i < n; i++)
        for (size_t k = there; k < width; k++) to[i * width + k] = 0;
}
