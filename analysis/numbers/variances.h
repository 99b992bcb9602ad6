/* variances - explained variance of principal components, with its sampling error.
 *
 * An eigenvalue v of the covariance of N images has a sampling error of about sqrt(2/N) v.
 * Where two neighbours are nearer than that, another sample could swap their components or
 * show mixtures of them: only the plane of the two means something (North, Bell, Cahalan and
 * Moeng, "Sampling errors in the estimation of empirical orthogonal functions", Monthly
 * Weather Review 110, 1982).  All functions are Local and cannot fail; k counts from 0.
 */
#ifndef ANALYSIS_NUMBERS_VARIANCES_H
#define ANALYSIS_NUMBERS_VARIANCES_H

#include "analysis/numbers/pca.h"

enum {
    VARIANCES_SHOWN = 5,     /* components in the figures */
    VARIANCES_COMPUTED = 20, /* where not all are: as many as have a bar of their own */
    VARIANCES_WARNING = 420  /* letters of a warning */
};

/* Share of the variance that component k, whose variance is known, explains, in [0, 1]; 0 where
 * there is no variance. */
double variances_share(const struct pca *p, size_t k);

/* Sampling error of the variance of component k: sqrt(2/N) variance[k]. */
double variances_error(const struct pca *p, size_t k);

/* Whether components k and k + 1 may swap or mix: both have variance, and their variances
 * differ by less than the sampling error of the larger. */
int variances_mix(const struct pca *p, size_t k);

/* text[n] = "Components 3 and 4 have nearly equal variances ...", of those among the first
 * `shown` and the one after, and how exact they are where their search was given up; "" where
 * all stand apart and are exact. */
void variances_warning(const struct pca *p, size_t shown, char *text, size_t n);

/* Print to stdout share, variance and error of the first components, and the warning. */
void variances_print(const struct pca *p);

#endif
