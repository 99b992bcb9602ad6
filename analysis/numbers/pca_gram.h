/* pca_gram - PCA through the Gram matrix: of fewer rows than each has numbers.
 *
 * With the rows d_i, less their mean, as D[N, n], the covariance D^T D / N and the Gram matrix
 * D D^T / N have the same eigenvalues, but for zeros; of an eigenvector u of the second, u D is
 * one of the first (L. Sirovich, "Turbulence and the dynamics of coherent structures", Quart.
 * Appl. Math. 45, 1987).
 */
#ifndef ANALYSIS_NUMBERS_PCA_GRAM_H
#define ANALYSIS_NUMBERS_PCA_GRAM_H

#include "analysis/numbers/pca.h"

/* Whether rows[rows, n] are few enough for a matrix of rows x rows, and fit into memory: 256 MB
 * as float.  Cannot fail. */
int pca_gram_fits(size_t rows, size_t n);

/* As pca_fit, of rows that fit, each read once.  A component without variance is 0. */
enum status pca_gram_fit(struct pca *p, const struct pca_source *s, size_t wanted) MUST_USE;

/* Bytes that it has at most beside its result.  Cannot fail. */
size_t pca_gram_bytes(size_t rows, size_t n, size_t wanted);

#endif
