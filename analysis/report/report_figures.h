/* report_figures - the figure gallery of the page: pictures in memory with their titles and
 * captions.
 *
 * They are those of `hourglass-analysis figures`, drawn by the same functions through an outlet
 * that keeps title and caption as words and the body as a picture: PNG, or SVG where that is
 * smaller.  All functions are Local.
 */
#ifndef ANALYSIS_REPORT_REPORT_FIGURES_H
#define ANALYSIS_REPORT_REPORT_FIGURES_H

#include "analysis/draw/canvas.h"
#include "analysis/figures/figure.h"
#include "analysis/input/failures.h"
#include "analysis/report/report_text.h"

/* A picture as the page holds it. */
struct report_picture {
    enum canvas_format format;
    struct canvas_bytes file;
};

struct report_figure {
    const struct figure *figure;
    char *why; /* it is not there; NULL: it is */
    char *title, *caption;
    double width, height;              /* points */
    struct report_picture fine, small; /* small has fewer pixels, for want of space */
    int use_small;
};

struct report_figures {
    struct report_figure *figure; /* [count], in the order of the table */
    int count;
    struct failures failures; /* of those that should have been drawn */
};

/* Draw all that can be drawn.  The caller frees *f with report_figures_free, after a failure as
 * well.  Fails with ST_NOMEM; a figure that fails is not there and says why. */
enum status report_figures_draw(struct report_figures *f, const struct run *r) MUST_USE;
void report_figures_free(struct report_figures *f);

/* Make the figures take at most that many bytes of the page: some with fewer pixels; where that
 * is not enough, the largest go and say so.  Fails with ST_NOMEM. */
enum status report_figures_fit(struct report_figures *f, size_t bytes) MUST_USE;

/* One <figure> each, and the list of those that are not there.  Cannot fail. */
void report_figures_write(struct report_text *t, const struct report_figures *f);

#endif
