/* scaling - the command `hourglass-analysis scale`: samples a second by ranks, predicted by
 * `hourglass scale`, with what it has measured beside it.
 */
#ifndef ANALYSIS_FIGURES_SCALING_H
#define ANALYSIS_FIGURES_SCALING_H

#include "base/status.h"

struct scaling_options {
    const char *table;  /* that `hourglass scale --csv` has written */
    const char *folder; /* for the files */
};

/* Draw folder/scaling.png, .svg and .pdf and keep the numbers in folder/scaling.h5.  Local.
 * Fails with ST_NOINPUT, ST_DATA, ST_NOMEM, ST_INTERNAL or ST_CANTCREATE. */
enum status scaling_draw(const struct scaling_options *o) MUST_USE;

#endif
