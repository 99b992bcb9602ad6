/* figures - the command `hourglass-analysis figures RUN`: draws all figures that a run has what
 * they need for.
 */
#ifndef ANALYSIS_FIGURES_FIGURES_H
#define ANALYSIS_FIGURES_FIGURES_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

struct palette;

struct figures_options {
    const char *run;    /* folder */
    const char *only;   /* name of one figure, NULL: all that can be drawn */
    const char *folder; /* where the files go, NULL: RUN/figures */
    int has_seed;       /* otherwise the run's own seed */
    uint32_t seed;
    const struct palette *palette; /* NULL: the default one */
    size_t dimensions[2];          /* of the code, from 1, for the scatter; 0: its own choice */
    int dry_run;                   /* say what would be drawn and how much memory that takes */
};

/* Draw, and say on stdout in one line each what was drawn and what was not, and why.  What can
 * be drawn is drawn, whatever else fails.  Local.  Fails with the worst failure of a figure or
 * of a damaged file of the run; ST_NOINPUT where nothing could be drawn; ST_USAGE where `only`
 * is no figure. */
enum status figures_draw(const struct figures_options *o) MUST_USE;

/* Print names and help to stdout.  Local, cannot fail. */
void figures_list(void);

#endif
