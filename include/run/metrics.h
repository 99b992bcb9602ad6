/* metrics - metrics.csv: one row an epoch, units in the names.
 *
 * The columns up to learning_rate are the same on any number of ranks and live in the
 * checkpoint, so that a resumed run writes the rows of its past again.  All functions are
 * Local.
 */
#ifndef RUN_METRICS_H
#define RUN_METRICS_H

#include "step/losses.h"
#include "store/checkpoint.h"

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

/* What is known of an epoch that has just ended, beside the sums over its steps. */
struct metrics_epoch {
    struct losses test;
    double learning_rate; /* of its last step */
    double samples_per_second, seconds;
};

/* Add the losses of a step to the sums of the epoch.  Cannot fail. */
void metrics_add(struct progress *p, const struct losses *losses);

/* Append the row of the epoch to p, and count the epoch; beta and l1 are the loss's weights.
 * On every rank alike.  Fails with ST_NOMEM. */
enum status metrics_append(struct progress *p, const struct metrics_epoch *e, double beta,
                           double l1) MUST_USE;

/* The last row of the history; NULL before the first epoch has ended. */
const double *metrics_last(const struct progress *p);

/* Rank 0: begin folder/metrics.csv with the rows of the past.  Fails with ST_CANTCREATE. */
enum status metrics_begin(const struct progress *p, const char *folder) MUST_USE;

/* Rank 0: add the last row to the file and sync it.  Fails with ST_CANTCREATE. */
enum status metrics_write(const struct progress *p, const char *folder) MUST_USE;

#endif
