/* pca - principal component analysis of more rows than fit into memory.
 *
 * Rows are read in slabs through a callback, once, so memory does not grow with their number.
 * Sums are taken about the mean of the first slab and moved to the true mean at the end, so
 * that nothing cancels (shifted data: T. F. Chan, G. H. Golub, R. J. LeVeque, "Algorithms for
 * computing the sample variance", 1983).  Products and sums are double: in float they take half
 * the time, but the small variances lose their digits.
 * Variances divide by the number of rows N (not N - 1): the variances that k components leave
 * out then add up to the squared error per row of a PCA with k components.
 */
#ifndef ANALYSIS_NUMBERS_PCA_H
#define ANALYSIS_NUMBERS_PCA_H

#include "base/status.h"

#include <stddef.h>

/* out[rows, n] = rows first .. first + rows of what `user` names.  May fail. */
typedef enum status pca_read(void *user, size_t first, size_t rows, float *out);

/* Mean and covariance of rows of n numbers. */
struct pca_moments {
    size_t rows, n;
    double *mean;       /* [n] */
    double *covariance; /* [n, n], upper triangle */
    double about_zero;  /* mean squared length of a row */
};

/* The moments of rows[rows, n], each read once.  The caller frees *m with pca_moments_free,
 * after a failure as well. Local.  Fails with ST_DATA (no rows, values that are not finite),
 * ST_NOMEM or as read does.
 */
enum status pca_moments_read(struct pca_moments *m, size_t rows, size_t n, pca_read *read,
                             void *user) MUST_USE;
void pca_moments_free(struct pca_moments *m);

struct pca {
    size_t rows, n;
    double *mean;       /* [n] */
    double *components; /* [n, n]: row k is component k, of length 1, largest entry positive */
    double *variance;   /* [n], descending; 0 where it is below the precision of the data */
    double total;       /* sum of the variances */
};

/* The principal components of the data behind m.  The caller frees *p with pca_free, after a
 * failure as well.  Local.  Fails with ST_NOMEM or ST_INTERNAL. */
enum status pca_fit(struct pca *p, const struct pca_moments *m) MUST_USE;
void pca_free(struct pca *p);

/* Mean squared error per row of the data behind m, rebuilt from the mean of p and its first k
 * components (all where there are fewer).  Cannot fail. */
double pca_error(const struct pca *p, const struct pca_moments *m, size_t k);

/* out[k] = the coordinates of row[n] along the first k components.  Cannot fail. */
void pca_project(const struct pca *p, const float *row, size_t k, double *out);

#endif
