/* forecast - what `hourglass-analysis figures` has in memory at most, said before anything is
 * drawn.
 *
 * The run is open, and what that takes is measured; each figure says what it takes more and
 * what of it the record keeps (figure.h).  A figure alone may take less: it does not need all
 * that figures leave for one another.  All functions are Local and cannot fail.
 */
#ifndef ANALYSIS_FIGURES_FORECAST_H
#define ANALYSIS_FIGURES_FORECAST_H

#include "analysis/figures/figure.h"

/* Bytes beside those of the open run. */
struct forecast {
    size_t lasting; /* what figures leave in the run: its residuals' components and so on */
    size_t kept;    /* the record, so far */
    size_t most;    /* so far */
};

/* Whether residuals are asked for: by a figure, or by the scores. */
void forecast_begin(struct forecast *f, const struct run *r, int residuals);

/* The figure is drawn next; then the scores are printed. */
void forecast_add(struct forecast *f, const struct run *r, const struct figure *figure);
void forecast_scores(struct forecast *f, const struct run *r);

/* Bytes of the whole process, where the record is saved then. */
size_t forecast_bytes(const struct forecast *f);

#endif
