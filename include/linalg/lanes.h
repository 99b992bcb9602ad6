/* lanes - eight floats at a time, for loops over channels.
 *
 * The compiler makes of them what the machine has: one register or two.  A loop over channels
 * goes in steps of LANES; the last step may have fewer, n, and its missing lanes are zeros.
 */
#ifndef LINALG_LANES_H
#define LINALG_LANES_H

#include <stddef.h>
#ifdef __FMA__
#include <immintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

enum { LANES = 8 };

typedef float lanes __attribute__((vector_size(LANES * sizeof(float))));
typedef float lanes_half __attribute__((vector_size(LANES / 2 * sizeof(float))));
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

/* a b + c, each value rounded once. */
LANES_INLINE lanes_half lanes_half_fma(lanes_half a, lanes_half b, lanes_half c)
{
#ifdef __FMA__
    return _mm_fmadd_ps(a, b, c);
#elif defined(__aarch64__)
    return vfmaq_f32(c, a, b);
#else
    for (int k = 0; k < LANES / 2; k++) c[k] = __builtin_fmaf(a[k], b[k], c[k]);
    return c;
#endif
}

LANES_INLINE lanes lanes_fma(lanes a, lanes b, lanes c)
{
#ifdef __FMA__
    return _mm256_fmadd_ps(a, b, c);
#else
    union {
        lanes all;
        lanes_half half[2];
    } x = {a}, y = {b}, z = {c};
    for (int k = 0; k < 2; k++) z.half[k] = lanes_half_fma(x.half[k], y.half[k], z.half[k]);
    return z.all;
#endif
}

/* Lanes of a and b by their numbers, a's from 0 and b's from LANES on; gcc has Clang's builtin
 * since 12. */
#if defined(__clang__) || __GNUC__ >= 12
#define LANES_PICK(a, b, ...)     __builtin_shufflevector(a, b, __VA_ARGS__)
#define LANES_HALF(v, i, j, k, l) __builtin_shufflevector(v, v, i, j, k, l)
#else
#define LANES_PICK(a, b, ...)     __builtin_shuffle(a, b, (lanes_mask){__VA_ARGS__})
#define LANES_HALF(v, i, j, k, l) ((lanes_half){v[i], v[j], v[k], v[l]})
#endif

/* What a transposition, or sums across lanes, are made of: the first or second of every two
 * neighbours, of every two pairs, of the two halves; a's, then b's. */
LANES_INLINE lanes lanes_even(lanes a, lanes b)
{
    return LANES_PICK(a, b, 0, 8, 2, 10, 4, 12, 6, 14);
}

LANES_INLINE lanes lanes_odd(lanes a, lanes b)
{
    return LANES_PICK(a, b, 1, 9, 3, 11, 5, 13, 7, 15);
}

LANES_INLINE lanes lanes_front(lanes a, lanes b)
{
    return LANES_PICK(a, b, 0, 1, 8, 9, 4, 5, 12, 13);
}

LANES_INLINE lanes lanes_back(lanes a, lanes b)
{
    return LANES_PICK(a, b, 2, 3, 10, 11, 6, 7, 14, 15);
}

LANES_INLINE lanes lanes_low(lanes a, lanes b)
{
    return LANES_PICK(a, b, 0, 1, 2, 3, 8, 9, 10, 11);
}

LANES_INLINE lanes lanes_high(lanes a, lanes b)
{
    return LANES_PICK(a, b, 4, 5, 6, 7, 12, 13, 14, 15);
}

/* a where the mask is set, b elsewhere. */
LANES_INLINE lanes lanes_select(lanes_mask m, lanes a, lanes b)
{
    return (lanes)((m & (lanes_mask)a) | (~m & (lanes_mask)b));
}

#endif
