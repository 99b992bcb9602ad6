#include "linalg/orthonormal.h"

#include <math.h>
#include <string.h>

enum { LANES = 8 };

/* The sum has lanes of its own, so that it runs on vectors. */
static double dot(size_t n, const double *x, const double *y)
{
    double lane[LANES] = {0}, sum = 0;
    size_t j = 0;
    for (; j + LANES <= n; j += LANES)
        for (size_t k = 0; k < LANES; k++) lane[k] += x[j + k] * y[j + k];
    for (; j < n; j++) sum += x[j] * y[j];
    for (size_t k = 0; k < LANES; k++) sum += lane[k];
    return sum;
}

/* x -= (x . y) y */
static void remove_part(size_t n, double *restrict x, const double *restrict y)
{
    double part = dot(n, x, y);
    for (size_t j = 0; j < n; j++) x[j] -= part * y[j];
}

size_t orthonormal_rows(size_t count, size_t n, double *v, double least)
{
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        double *x = v + kept * n;
        if (kept < i) memcpy(x, v + i * n, n * sizeof *x);
        for (size_t k = 0; k < 2 * kept; k++) remove_part(n, x, v + k % kept * n);
        double length = sqrt(dot(n, x, x));
        if (!(length > least)) continue;
        for (size_t j = 0; j < n; j++) x[j] /= length;
        kept++;
    }
    return kept;
}

void orthonormal_sign(size_t n, double *v)
{
    size_t top = 0;
    for (size_t j = 1; j < n; j++)
        if (fabs(v[j]) > fabs(v[top])) top = j;
    if (v[top] >= 0) return;
    for (size_t j = 0; j < n; j++) v[j] = -v[j];
}
