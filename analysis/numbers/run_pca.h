/* run_pca - the principal components of an array of a run's results, all rows of it. */
#ifndef ANALYSIS_NUMBERS_RUN_PCA_H
#define ANALYSIS_NUMBERS_RUN_PCA_H

#include "analysis/input/run.h"
#include "analysis/numbers/pca.h"

/* *p = the `wanted` first components of array a [total, width].  Needs results with that array.
 * The caller frees *p with pca_free, after a failure as well.  Local.  Fails with ST_DATA (also
 * where a value is not finite), ST_NOMEM or ST_INTERNAL. */
enum status run_pca_fit(const struct run *r, enum results_array a, size_t wanted,
                        struct pca *p) MUST_USE;

#endif
