/* covariance - sums of outer products in double, a slab of rows at a time. */
#ifndef LINALG_COVARIANCE_H
#define LINALG_COVARIANCE_H

#include <stddef.h>

/* c[n, n] += x[rows, n]^T x[rows, n]; only the upper triangle is touched.  Local, cannot
 * fail. */
void covariance_add(size_t rows, size_t n, const double *x, double *c);

#endif
