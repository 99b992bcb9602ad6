/* pca_krylov - the first components of many long rows, whose covariance would be too large:
 * it is known by its products alone (linalg/krylov.h), each a pass over the rows.
 */
#ifndef ANALYSIS_NUMBERS_PCA_KRYLOV_H
#define ANALYSIS_NUMBERS_PCA_KRYLOV_H

#include "analysis/numbers/pca.h"

/* As pca_fit, of any rows; the variances that are known are those of the components, or all
 * where the last of these has none.  A component without variance is 0. */
enum status pca_krylov_fit(struct pca *p, const struct pca_source *s, size_t wanted) MUST_USE;

/* Bytes that it has at most beside its result: less where it ends before its basis is full.
 * Cannot fail. */
size_t pca_krylov_bytes(size_t rows, size_t n, size_t wanted);

#endif
