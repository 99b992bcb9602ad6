/* dmath - the few functions of double that a training asks for, from fma and whole numbers.
 *
 * The C library's pow and cos differ in their last bits from one version to the next; these do
 * not.  NaN stays NaN.
 */
#ifndef BASE_DMATH_H
#define BASE_DMATH_H

#include <stdint.h>

static inline double dm_fma(double a, double b, double c)
{
    return __builtin_fma(a, b, c);
}

/* x^n: x to each power of two that n is a sum of, by squaring, multiplied from the smallest on.
 * Relative error below n 2^-52 where nothing is denormal; x^0 is 1 for every x. */
static inline double dm_power(double x, uint64_t n)
{
    double product = 1.0;
    for (; n; n >>= 1, x *= x)
        if (n & 1) product *= x;
    return product;
}

/* cos(pi x) for x in [0, 1], absolute error below 4e-16, within [-1, 1] and exact at both ends:
 * Taylor's series of the sine of pi (1/2 - x). */
static inline double dm_cos_pi(double x)
{
    double a = 0x1.921fb54442d18p+1 * (0.5 - x), z = a * a;
    double p = 1.9572941063391263e-20;         /* 1 / 21! */
    p = dm_fma(p, z, -8.2206352466243295e-18); /* 1 / 19! */
    p = dm_fma(p, z, 2.8114572543455206e-15);
    p = dm_fma(p, z, -7.6471637318198164e-13);
    p = dm_fma(p, z, 1.6059043836821613e-10);
    p = dm_fma(p, z, -2.5052108385441720e-08);
    p = dm_fma(p, z, 2.7557319223985893e-06);
    p = dm_fma(p, z, -1.9841269841269841e-04);
    p = dm_fma(p, z, 8.3333333333333332e-03);
    p = dm_fma(p, z, -1.6666666666666666e-01);
    return dm_fma(a * z, p, a);
}

#endif
