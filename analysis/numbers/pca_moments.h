/* pca_moments - mean and covariance of rows, in one pass over them.
 *
 * Sums are taken about the mean of the first slab and moved to the true mean at the end, so
 * that nothing cancels (shifted data: T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for
 * computing the sample variance", 1983).  All functions are Local.
 */
#ifndef ANALYSIS_NUMBERS_PCA_MOMENTS_H
#define ANALYSIS_NUMBERS_PCA_MOMENTS_H

#include "analysis/numbers/pca.h"

struct pca_moments {
    size_t rows, n;
    double *mean;       /* [n] */
    double *covariance; /* [n, n], upper triangle; NULL where the trace alone is asked for */
    double trace;       /* of the covariance */
    double about_zero;  /* mean squared length of a row */
};

/* The moments of the rows of s, each read once; with their covariance, or its trace alone.  The
 * caller frees *m with pca_moments_free, after a failure as well.  Fails with ST_DATA (no rows,
 * values that are not finite), ST_NOMEM or as read does. */
enum status pca_moments_read(struct pca_moments *m, const struct pca_source *s,
                             int covariance) MUST_USE;
void pca_moments_free(struct pca_moments *m);

/* Rows of n numbers that are read at once: about a million numbers, 2,048 rows at most.  Cannot
 * fail. */
size_t pca_moments_slab(size_t n);

/* The same of so many rows, and the bytes that pca_moments_read has at most, with what it
 * finds. Cannot fail. */
size_t pca_moments_slab_of(size_t rows, size_t n);
size_t pca_moments_bytes(size_t rows, size_t n, int covariance);

#endif
