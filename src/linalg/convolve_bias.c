/* The gradient of a bias: sums over the places, eight channels at a time. */
#include "linalg/convolve_bias.h"

#include "linalg/lanes.h"

/* The sum over the places of n channels of y[places, o]: four sums side by side. */
static inline lanes sum_of(size_t places, size_t o, const float *y, size_t n)
{
    lanes sum[4] = {0};
    size_t i = 0;
    for (; i + 4 <= places; i += 4)
        for (size_t k = 0; k < 4; k++) sum[k] += lanes_load(y + (i + k) * o, n);
    for (; i < places; i++) sum[0] += lanes_load(y + i * o, n);
    return (sum[0] + sum[1]) + (sum[2] + sum[3]);
}

static float sum_of_one(size_t places, const float *y)
{
    size_t whole = places / LANES * LANES;
    lanes sums = sum_of(whole / LANES, LANES, y, LANES);
    float sum = 0;
    for (size_t k = 0; k < LANES; k++) sum += sums[k];
    for (size_t i = whole; i < places; i++) sum += y[i];
    return sum;
}

static inline void add_bias(size_t places, size_t o, const float *y, size_t n, float *bias)
{
    lanes_store(bias, lanes_load(bias, n) + sum_of(places, o, y, n), n);
}

void convolve_bias(size_t places, size_t o, const float *y, float *bias)
{
    size_t k = 0;
    if (o == 1) {
        bias[0] += sum_of_one(places, y);
        return;
    }
    for (; k + LANES <= o; k += LANES) add_bias(places, o, y + k, LANES, bias + k);
    if (k < o) add_bias(places, o, y + k, o - k, bias + k);
}
