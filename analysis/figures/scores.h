/* scores - the run in numbers that go with its figures: error beside a PCA's, k-NN accuracy of
 * the codes, explained variance of the residuals.  All functions are Local.
 */
#ifndef ANALYSIS_FIGURES_SCORES_H
#define ANALYSIS_FIGURES_SCORES_H

#include "analysis/figures/record.h"
#include "analysis/input/failures.h"

/* Print to stdout, a line each, baseline and k-NN accuracy where the run has what they need,
 * and keep them as baseline/... and knn/...  What fails is counted in *f. */
void scores_print(const struct run *r, struct record *record, struct failures *f);

/* Bytes that scores_print takes at most, beside the residuals' components.  Cannot fail. */
size_t scores_bytes(const struct run *r);

/* Print to stdout what the first components of the residuals explain; nothing where the run has
 * no residuals, or they are damaged: then their figures have said why. */
void scores_print_variances(const struct run *r);

#endif
