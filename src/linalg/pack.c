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

/* A few columns at a time, so that what is written stays in cache. */
void pack_transposed(size_t n, size_t there, const float *w, size_t width, float *to)
{
    enum { BLOCK = 16 };
    for (size_t left, at = 0; at < n; at += BLOCK, w += BLOCK, to += BLOCK * width) {
        left = n - at < BLOCK ? n - at : BLOCK;
        for (size_t k = 0; k < there; k++)
            for (size_t i = 0; i < left; i++) to[i * width + k] = w[k * n + i];
        for (size_t k = there; k < width; k++)
            for (size_t i = 0; i < left; i++) to[i * width + k] = 0;
    }
}
