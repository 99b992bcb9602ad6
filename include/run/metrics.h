/* metrics - metrics.csv: one row an epoch, units in the names.
 *
 * The columns up to learning_rate are the same on any number of ranks and live in the
 * checkpoint, so that a resumed run writes the rows of its past again.  Local: rank 0.
 */
#ifndef RUN_METRICS_H
#define RUN_METRICS_H

#include "step/trainer.h"

/* The columns of progress.history. */
enum metric {
    METRIC_EPOCH,
    METRIC_STEP,
    METRIC_TRAIN_LOSS,
    METRIC_LOSS,
    METRIC_RECONSTRUCTION,
    METRIC_KL,
    METRIC_L1,
    METRIC_SQUARED,
    METRIC_RATE,
    METRIC_COUNT
};
_Static_assert((int)METRIC_COUNT == (int)PROGRESS_COLUMNS,
               "a history row is a row of metrics.csv");

/* Append the row of the epoch that has just ended to t->progress, and count the epoch.  On
 * every rank alike.  seconds: its wall time; rate: samples a second.  Fails with ST_NOMEM. */
enum status metrics_append(struct trainer *t, const struct sums *test, double seconds,
                           double rate) MUST_USE;

/* The last row of the history; NULL before the first epoch has ended. */
const double *metrics_last(const struct progress *p);

/* Begin folder/metrics.csv with the rows of the past.  Fails with ST_CANTCREATE. */
enum status metrics_begin(const struct progress *p, const char *folder) MUST_USE;

/* Add the last row to the file and sync it.  Fails with ST_CANTCREATE. */
enum status metrics_write(const struct progress *p, const char *folder) MUST_USE;

#endif
