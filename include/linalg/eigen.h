/* eigen - eigenvalues and eigenvectors of a symmetric matrix, in double.
 *
 * LAPACK's divide and conquer (dsyevd).  An eigenvector's sign is free; here its entry of
 * largest absolute value is positive, so that figures repeat.
 */
#ifndef LINALG_EIGEN_H
#define LINALG_EIGEN_H

#include "base/status.h"

#include <stddef.h>

/* a[n, n] symmetric (the upper triangle is read) -> a[n, n], its rows the orthonormal
 * eigenvectors, and values[n], descending.  Of several entries of the largest absolute value
 * the first is positive.  Local.  Fails with ST_DATA where an entry is not finite, ST_NOMEM or
 * ST_INTERNAL; a is lost then. */
enum status eigen_symmetric(size_t n, double *a, double *values) MUST_USE;

/* Bytes that eigen_symmetric takes beside the matrix and its values.  Cannot fail. */
size_t eigen_bytes(size_t n);

#endif
