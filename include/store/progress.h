/* progress - where a run stands and how it came there: position, sums, history.
 *
 * It is the same on every rank and part of a checkpoint's state, but for the times.
 */
#ifndef STORE_PROGRESS_H
#define STORE_PROGRESS_H

#include "base/status.h"
#include "optim/position.h"
#include "store/metrics.h"

enum { PROGRESS_SUMS = 8 };

struct progress {
    struct position at;         /* finished epochs, steps of the next one, all steps */
    long best_epoch;            /* 0 before the first validation */
    double best_loss;           /* validation loss there */
    double sums[PROGRESS_SUMS]; /* training sums of the unfinished epoch: struct sums of step */
    double *history; /* [at.epoch, METRICS_HISTORY]: the columns of metrics.csv that do not
                        depend on the clock; owned */
    double *timing;  /* [at.epoch, METRICS_TIMES]: the columns that do; owned */
};

/* Local, cannot fail; *p is empty then. */
void progress_free(struct progress *p);

/* An epoch has ended: append its row of metrics, row[METRICS_HISTORY] and
 * times[METRICS_TIMES], count the epoch, note the best one, begin the next one's sums at zero.
 * Local.  Fails with ST_NOMEM; p is as before then. */
enum status progress_add(struct progress *p, const double *row, const double *times) MUST_USE;

/* The last row of the history [METRICS_HISTORY]; NULL before the first epoch has ended.
 * Local, cannot fail. */
const double *progress_last(const struct progress *p);

#endif
