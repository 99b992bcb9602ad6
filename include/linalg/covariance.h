/* covariance - sums of outer products in double, a slab of rows or of columns at a time. */
#ifndef LINALG_COVARIANCE_H
#define LINALG_COVARIANCE_H

#include <stddef.h>

/* c[n, n] += x[rows, n]^T x[rows, n]; only the upper triangle is touched.  Local, cannot
 * fail. */
void covariance_add(size_t rows, size_t n, const double *x, double *c);

/* g[rows, rows] += x[rows, n] x[rows, n]^T, the Gram matrix; only the upper triangle is
 * touched.  Local, cannot fail. */
void covariance_add_gram(size_t rows, size_t n, const double *x, double *g);

#endif
