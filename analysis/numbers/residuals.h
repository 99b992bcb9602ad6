/* residuals - mean and principal components of a run's residuals (true image - reconstruction):
 * found in one pass over the file when first asked for, and kept with the run.
 */
#ifndef ANALYSIS_NUMBERS_RESIDUALS_H
#define ANALYSIS_NUMBERS_RESIDUALS_H

#include "analysis/input/run.h"
#include "analysis/numbers/pca.h"

struct residuals {
    struct pca_moments moments; /* moments.about_zero: squared error per image */
    struct pca pca;
};

/* *out belongs to the run.  Needs results with residuals.  Local.  Fails with ST_DATA (also
 * where a value is not finite), ST_NOMEM or ST_INTERNAL, at each call alike. */
enum status residuals_of(const struct run *r, const struct residuals **out) MUST_USE;

#endif
