/* gram_pca - PCA through the Gram matrix: for few rows of many numbers, whose covariance
 * matrix would be larger than the rows themselves.
 *
 * With the rows x_i, centred, the matrix G = X X^T is small; its eigenvectors u_k of length 1
 * and eigenvalues s_k give the coordinates of row i as sqrt(s_k) u_k[i]: those of a PCA of the
 * same rows.
 */
#ifndef ANALYSIS_NUMBERS_GRAM_PCA_H
#define ANALYSIS_NUMBERS_GRAM_PCA_H

#include "base/status.h"

#include <stddef.h>

/* xy[rows, 2] = the coordinates of x[rows, n] along its first two principal components, 0 for
 * those that there are not; x is centred in place.  Local.  Fails with ST_NOMEM or
 * ST_INTERNAL. */
enum status gram_pca_place(float *x, size_t rows, size_t n, float *xy) MUST_USE;

#endif
