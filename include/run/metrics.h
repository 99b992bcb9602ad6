/* metrics - the row of metrics.csv (store/metrics.h) of an epoch that has ended. */
#ifndef RUN_METRICS_H
#define RUN_METRICS_H

#include "step/trainer.h"

/* Append the row of the epoch that has just ended to t->progress, and count the epoch.  On
 * every rank alike.  seconds: its wall time; rate: samples a second.  Local.  Fails with
 * ST_NOMEM. */
enum status metrics_append(struct trainer *t, const struct sums *test, double seconds,
                           double rate) MUST_USE;

#endif
