/* residuals - mean and principal components of a run's residuals (true image - reconstruction):
 * found when first asked for, and kept with the run.
 */
#ifndef ANALYSIS_NUMBERS_RESIDUALS_H
#define ANALYSIS_NUMBERS_RESIDUALS_H

#include "analysis/input/run.h"
#include "analysis/numbers/pca.h"

/* *out, VARIANCES_COMPUTED components, belongs to the run; its about_zero is the squared error
 * per image.  Needs results with residuals.  Local.  Fails with ST_DATA (also where a value is
 * not finite), ST_NOMEM or ST_INTERNAL, at each call alike. */
enum status residuals_of(const struct run *r, const struct pca **out) MUST_USE;

/* Bytes that they take from then on, and those that finding them takes at most beside these, of
 * a run that has them.  Cannot fail. */
size_t residuals_bytes(const struct run *r);
size_t residuals_find_bytes(const struct run *r);

#endif
