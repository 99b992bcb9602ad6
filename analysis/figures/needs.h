/* needs - what figures need of a run: predicates that say why it is not there, NULL where it
 * is.  All functions are Local and cannot fail.
 */
#ifndef ANALYSIS_FIGURES_NEEDS_H
#define ANALYSIS_FIGURES_NEEDS_H

#include "analysis/input/run.h"

/* A model; metrics; results. */
const char *needs_model(const struct run *r);
const char *needs_metrics(const struct run *r);
const char *needs_results(const struct run *r);

/* Results with codes. */
const char *needs_codes(const struct run *r);

/* Results with labels. */
const char *needs_labels(const struct run *r);

/* Results with reconstructions and residuals of samples that are images. */
const char *needs_images(const struct run *r);

/* A variational model of samples that are images: its codes have a prior to draw from. */
const char *needs_prior(const struct run *r);

#endif
