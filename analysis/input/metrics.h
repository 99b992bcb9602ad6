/* metrics - the learning curves of a run: metrics.csv, one row a finished epoch.
 *
 * A column that the training does not have, as the KL divergence of a plain autoencoder, is
 * empty or 0.  All functions are Local.
 */
#ifndef ANALYSIS_INPUT_METRICS_H
#define ANALYSIS_INPUT_METRICS_H

#include "base/status.h"

#include <stddef.h>

enum metrics_column {
    METRICS_EPOCH,
    METRICS_STEP,
    METRICS_TRAIN_LOSS,
    METRICS_VALIDATION_LOSS,
    METRICS_RECONSTRUCTION,
    METRICS_KL,
    METRICS_L1,
    METRICS_SQUARED_ERROR,
    METRICS_LEARNING_RATE,
    METRICS_SAMPLES_PER_SECOND,
    METRICS_SECONDS,
    METRICS_COLUMNS
};

struct metrics {
    size_t rows;
    double *values; /* [rows, METRICS_COLUMNS]; an empty field is NaN */
};

/* Read the table; a last line without its end is still being written and is left out.  The
 * caller frees *m with metrics_free, after a failure as well.  Fails with ST_NOINPUT (also
 * where no epoch is finished), ST_DATA (naming the line) or ST_NOMEM. */
enum status metrics_read(struct metrics *m, const char *path) MUST_USE;
void metrics_free(struct metrics *m);

/* The name in the file: "train_loss"; the unit: "s", NULL where there is none.  Cannot fail. */
const char *metrics_name(enum metrics_column column);
const char *metrics_unit(enum metrics_column column);

/* One field, NaN where it is empty.  Cannot fail. */
double metrics_at(const struct metrics *m, size_t row, enum metrics_column column);

/* Whether any row has a finite value there other than 0.  Cannot fail. */
int metrics_has(const struct metrics *m, enum metrics_column column);

#endif
