/* residuals - mean and principal components of a run's residuals: found once, in one pass over
 * the file, however many figures and numbers ask for them.
 */
#ifndef ANALYSIS_RESIDUALS_H
#define ANALYSIS_RESIDUALS_H

#include "analysis/pca.h"
#include "analysis/run.h"

struct residuals {
    struct pca_moments moments; /* moments.about_zero: squared error per image */
    struct pca pca;
};

/* *out belongs to the run.  Needs results with residuals.  Local.  Fails with ST_DATA (also
 * where a value is not finite), ST_NOMEM or ST_INTERNAL, at each call alike. */
enum status residuals_of(const struct run *r, const struct residuals **out) MUST_USE;

/* For run_free. */
void residuals_free(struct residuals *x);

#endif
