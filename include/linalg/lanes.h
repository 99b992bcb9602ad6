/* lanes - eight floats at a time, for loops over channels.
 *
 * The compiler makes of them what the machine has: one register or two.  A loop over channels
 * goes in steps of LANES; the last step may have fewer, n, and its missing lanes are zeros.
 */
#ifndef LINALG_LANES_H
#define LINALG_LANES_H

#include <stddef.h>

enum { LANES = 8 };

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef int lanes_mask __attribute__((vector_size(LANES * sizeof(float)))); /* 0 or -1 each */
typedef lanes lanes_memory __attribute__((aligned(sizeof(float)), may_alias));

#define LANES_INLINE static inline __attribute__((always_inline))

LANES_INLINE size_t lanes_step(size_t left)
{
    return left < LANES ? left : LANES;
}

LANES_INLINE lanes lanes_load(const float *from, size_t n)
{
    lanes v = {0};
    if (n == LANES) return *(const lanes_memory *)from;
    for (size_t k = 0; k < n; k++) v[k] = from[k];
    return v;
}

LANES_INLINE void lanes_store(float *to, lanes v, size_t n)
{
    if (n == LANES)
        *(lanes_memory *)to = v;
    else
        for (size_t k = 0; k < n; k++) to[k] = v[k];
}

LANES_INLINE lanes lanes_of(float v)
{
    return v - (lanes){0};
}

/* a where the mask is set, b elsewhere. */
LANES_INLINE lanes lanes_select(lanes_mask m, lanes a, lanes b)
{
    return (lanes)((m & (lanes_mask)a) | (~m & (lanes_mask)b));
}

#endif
