/* compare - the command `hourglass-analysis compare RUN...`: several runs in one table and in
 * common figures.
 */
#ifndef ANALYSIS_COMPARE_COMPARE_H
#define ANALYSIS_COMPARE_COMPARE_H

#include "base/status.h"

struct compare_options {
    int count;
    char *const *folders; /* [count] run folders */
    const char *output;   /* folder for the files, NULL: comparison */
};

/* Print a table of the runs and write it as comparison.csv; draw their losses by epoch
 * (comparison-losses) and, where their codes differ in size, error against code size
 * (code-size), naming the best; keep the numbers in comparison.h5.  Local.  Fails with
 * ST_NOINPUT where a folder is no run with at least one finished epoch, ST_DATA, ST_NOMEM,
 * ST_INTERNAL or ST_CANTCREATE. */
enum status compare_runs(const struct compare_options *o) MUST_USE;

#endif
