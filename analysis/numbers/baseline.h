/* baseline - the reconstruction error of a PCA with as many components as the code has
 * numbers, beside the model's.
 *
 * A fair comparison fits the PCA on the training images and applies it to the test images.
 * Where the run's data set is not found, or is another one by now, the PCA is fitted on the
 * test images themselves, which flatters it, and the line says so.  Of samples with more
 * numbers than PCA_WHOLE it is fitted on the first of them, 512 MB as float at most.  All
 * functions are Local.
 */
#ifndef ANALYSIS_NUMBERS_BASELINE_H
#define ANALYSIS_NUMBERS_BASELINE_H

#include "analysis/input/run.h"

struct baseline {
    double model, pca; /* squared error per test image */
    size_t components;
    size_t fitted; /* images the PCA was fitted on */
    int on_test;   /* these are the test images.. */
    char why[256]; /* .. because the training images cannot be had */
};

/* Whether the run has what both need: results with reconstructions and residuals; where a
 * sample has more numbers than PCA_WHOLE, a code of 512 numbers at most. */
int baseline_fits(const struct run *r);

/* Compute both, of a run that fits.  Fails with ST_DATA, ST_NOMEM or ST_INTERNAL. */
enum status baseline_compute(const struct run *r, struct baseline *b) MUST_USE;

/* Bytes that this takes at most, beside the residuals' components.  Cannot fail. */
size_t baseline_bytes(const struct run *r);

/* text[n] = one line for the user.  Cannot fail. */
void baseline_line(const struct baseline *b, char *text, size_t n);

#endif
