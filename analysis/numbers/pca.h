/* pca - principal component analysis of more rows, and of longer ones, than fit into memory.
 *
 * Rows are read in slabs through a callback, so memory does not grow with their number.  Of
 * three ways the data choose the one:
 *
 *   rows of up to PCA_WHOLE numbers        all components, of the covariance matrix: one pass
 *   up to PCA_WHOLE rows, which fit        all variances, of the Gram matrix (pca_gram.h): one
 *   more of both                           those wanted alone (pca_krylov.h): tens of passes
 *
 * All agree where they meet (tests/analysis/test_pca).  Products and sums are double: in float
 * they take half the time, but the small variances lose their digits.
 * Variances divide by the number of rows N (not N - 1): the variances that k components leave
 * out then add up to the squared error per row of a PCA with k components.  All functions are
 * Local.
 */
#ifndef ANALYSIS_NUMBERS_PCA_H
#define ANALYSIS_NUMBERS_PCA_H

#include "base/status.h"

#include <stddef.h>

enum { PCA_WHOLE = 3072 }; /* the eigenproblem of this order takes ten seconds */

/* out[rows, n] = rows first .. first + rows of what `user` names.  May fail. */
typedef enum status pca_read(void *user, size_t first, size_t rows, float *out);

/* The rows [rows, n]. */
struct pca_source {
    size_t rows, n;
    pca_read *read;
    void *user;
};

struct pca {
    size_t rows, n;
    size_t count;       /* components: as many as wanted at least, where n allows it */
    size_t known;       /* variances: all n of them, or the largest `count` */
    double *mean;       /* [n] */
    double *components; /* [count, n]: row k is component k, of length 1, largest entry
                         * positive; of one without variance any direction, or 0 */
    double *variance;   /* [known], descending; 0 where it is below the precision of the data */
    double total;       /* sum of all n variances */
    double about_zero;  /* mean squared length of a row */
    double residual;    /* of the components, relative to their variance: 0, or as in
                         * linalg/krylov.h, more than 1e-10 where that gave up */
};

/* The `wanted` first principal components of the rows.  The caller frees *p with pca_free,
 * after a failure as well.  Fails with ST_DATA (no rows, values that are not finite), ST_NOMEM,
 * ST_INTERNAL or as read does. */
enum status pca_fit(struct pca *p, const struct pca_source *s, size_t wanted) MUST_USE;
void pca_free(struct pca *p);

/* Bytes of a fit: those that pca_fit has at most, with its result (and without what read has);
 * those of the result alone; those that pca_error has at most beside it.  Cannot fail. */
size_t pca_fit_bytes(size_t rows, size_t n, size_t wanted);
size_t pca_bytes(size_t n, size_t wanted);
size_t pca_error_bytes(size_t rows, size_t n);

/* *error = mean squared error per row of s, which has as many numbers a row, rebuilt from the
 * mean of p and its first k components (all where there are fewer).  Fails with ST_DATA,
 * ST_NOMEM or as read does. */
enum status pca_error(const struct pca *p, const struct pca_source *s, size_t k,
                      double *error) MUST_USE;

/* What the ways have in common.  pca_new: arrays of 0 for min(wanted, n) components and `known`
 * variances; fails with ST_DATA (no rows) or ST_NOMEM.  pca_drop_rounding: variances that mean
 * nothing beside about_zero become 0, and total the sum of all; cannot fail. */
enum status pca_new(struct pca *p, const struct pca_source *s, size_t wanted,
                    size_t known) MUST_USE;
void pca_drop_rounding(struct pca *p);

/* out[k] = the coordinates of row[n] along the first k components, k <= count.  Cannot fail. */
void pca_project(const struct pca *p, const float *row, size_t k, double *out);

#endif
