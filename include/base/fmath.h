/* fmath - float exp, log, tanh and their kin as branch-free polynomials.
 *
 * Plain C without tables or branches, so that a loop over them becomes vector code, and the
 * same bits come out for an element wherever in an array it stands, by every compiler and on
 * every machine: what is fused is written as fma.  Errors are the largest over all floats of
 * the domain, and tested in tests/base/test_fmath.c against the double functions of libm.
 * Denormals are numbers like others and NaN stays NaN, but for fm_log.  The minimax polynomials
 * for exp and log are those of S. Moshier's Cephes library.
 */
#ifndef BASE_FMATH_H
#define BASE_FMATH_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

static inline float fm_from_bits(uint32_t u)
{
    float f;
    memcpy(&f, &u, sizeof f);
    return f;
}

static inline uint32_t fm_to_bits(float f)
{
    uint32_t u;
    memcpy(&u, &f, sizeof u);
    return u;
}

/* The machine's own, correctly rounded: a b + c with one rounding, and the square root. */
static inline float fm_fma(float a, float b, float c)
{
    return __builtin_fmaf(a, b, c);
}

static inline float fm_sqrt(float x)
{
    return __builtin_sqrtf(x);
}

static inline float fm_fabs(float x)
{
    return __builtin_fabsf(x);
}

/* x, but 0 for a denormal; NaN stays NaN. */
static inline float fm_normal(float x)
{
    return fm_fabs(x) < 0x1p-126f ? 0.0f : x;
}

/* e^x, at most 1.02 ulp; 0 below -87.69, 2.2e38 above 88.3, infinity too (finite: a fault stays
 * visible as a large loss, and NaN stays NaN).
 *
 * Adding 1.5 * 2^23 leaves no room for a fraction: the sum's last bits are the whole number n
 * with x = n log 2 + r, and with 127 they are the exponent of 2^n (0 for n = -127). */
static inline float fm_exp(float x)
{
    const float big = 0x1.8p23f;
    float c = x < -88.0f ? -88.0f : x;
    c = c > 88.3f ? 88.3f : c;
    float sum = fm_fma(c, 0x1.715476p+0f, big), n = sum - big;
    float r = fm_fma(n, 2.12194440e-4f, fm_fma(n, -0.693359375f, c));
    float p = 1.9875691500e-4f;
    p = fm_fma(p, r, 1.3981999507e-3f);
    p = fm_fma(p, r, 8.3334519073e-3f);
    p = fm_fma(p, r, 4.1665795894e-2f);
    p = fm_fma(p, r, 1.6666665459e-1f);
    p = fm_fma(p, r, 5.0000001201e-1f);
    p = fm_fma(p, r * r, r) + 1.0f;
    return p * fm_from_bits((fm_to_bits(sum) + 127u) << 23);
}

/* log x for normal x > 0, at most 0.83 ulp.  Where there is no such number, at 0, for
 * denormals, negative ones, infinities and NaN, it is finite and means nothing. */
static inline float fm_log(float x)
{
    uint32_t u = fm_to_bits(x);
    int32_t e = (int32_t)(u >> 23) - 126;
    float m = fm_from_bits((u & 0x007fffffu) | 0x3f000000u); /* [1/2, 1) */
    int small = m < 0.707106781186547524f;
    float n = (float)(small ? e - 1 : e);
    float r = small ? m + m - 1.0f : m - 1.0f;
    float z = r * r;
    float p = 7.0376836292e-2f;
    p = fm_fma(p, r, -1.1514610310e-1f);
    p = fm_fma(p, r, 1.1676998740e-1f);
    p = fm_fma(p, r, -1.2420140846e-1f);
    p = fm_fma(p, r, 1.4249322787e-1f);
    p = fm_fma(p, r, -1.6668057665e-1f);
    p = fm_fma(p, r, 2.0000714765e-1f);
    p = fm_fma(p, r, -2.4999993993e-1f);
    p = fm_fma(p, r, 3.3333331174e-1f);
    float y = fm_fma(r * z, p, n * -2.12194440e-4f);
    return fm_fma(n, 0.693359375f, r + fm_fma(-0.5f, z, y));
}

/* log(1 + x) for 0 <= x < 1e38, at most 1.25 ulp: what is lost in 1 + x comes back as the slope
 * of log.  NaN for infinity. */
static inline float fm_log1p(float x)
{
    float u = 1.0f + x;
    return fm_log(u) + (x - (u - 1.0f)) / u;
}

/* sin and cos of 2 pi v for v in [-1/2, 1/2], absolute error below 2.3e-7; the sine of -0 is 0,
 * the cosine of 0 is 1 - 2^-23.  Taylor's series on [-1/4, 1/4], reached by sin(pi - a) =
 * sin(a) and cos(a) = sin(a + pi/2). */
static inline float fm_sin_turns(float v)
{
    float w = v > 0.25f ? 0.5f - v : v;
    w = w < -0.25f ? -0.5f - w : w;
    float a = w * 6.283185307f, z = a * a;
    float p = -2.5052108e-8f;
    p = fm_fma(p, z, 2.7557319e-6f);
    p = fm_fma(p, z, -1.9841270e-4f);
    p = fm_fma(p, z, 8.3333333e-3f);
    p = fm_fma(p, z, -1.6666667e-1f);
    return fm_fma(a * z, p, a);
}

static inline float fm_cos_turns(float v)
{
    float w = v + 0.25f;
    return fm_sin_turns(w > 0.5f ? w - 1.0f : w);
}

/* 1 / (1 + e^-x), at most 2.41 ulp; 0 below -87.69 and at -infinity, 1 at infinity. */
static inline float fm_sigmoid(float x)
{
    float e = fm_exp(-fm_fabs(x));
    return (x < 0.0f ? e : 1.0f) / (1.0f + e);
}

/* tanh x, at most 1.34 ulp; 0 at -0, 1 and -1 at infinity.  Near zero Cephes' odd polynomial,
 * elsewhere by e^2|x|. */
static inline float fm_tanh(float x)
{
    float a = fm_fabs(x), z = x * x;
    float p = -5.70498872745e-3f;
    p = fm_fma(p, z, 2.06390887954e-2f);
    p = fm_fma(p, z, -5.37397155531e-2f);
    p = fm_fma(p, z, 1.33314422036e-1f);
    p = fm_fma(p, z, -3.33332819422e-1f);
    float near = fm_fma(x * z, p, x);
    float far = 1.0f - 2.0f / (fm_exp(a + a) + 1.0f);
    far = x < 0.0f ? -far : far;
    return a > 0.625f ? far : near;
}

/* The bits of x[n] as whole numbers, added modulo 2^32: one that flips always changes the sum.
 */
static inline uint32_t fm_sum_bits(const float *x, size_t n)
{
    uint32_t sum = 0;
    for (size_t i = 0; i < n; i++) sum += fm_to_bits(x[i]);
    return sum;
}

/* Whether all of x[n] is finite: 0 * x is 0 for every finite x and NaN for the rest. */
static inline int fm_all_finite(const float *x, size_t n)
{
    enum { FM_LANES = 64 }; /* so many that none waits for the last sum */
    float lane[FM_LANES] = {0}, sum = 0;
    size_t i = 0;
    for (; i + FM_LANES <= n; i += FM_LANES)
        for (size_t k = 0; k < FM_LANES; k++) lane[k] = fm_fma(0.0f, x[i + k], lane[k]);
    for (; i < n; i++) sum += 0.0f * x[i];
    for (int k = 0; k < FM_LANES; k++) sum += lane[k];
    return sum == 0.0f;
}

#endif
