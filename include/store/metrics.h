/* metrics - metrics.csv, one row a finished epoch: its columns, writing it, reading it.
 *
 * The columns up to learning_rate are the same on any number of ranks; they are the history in
 * a checkpoint, so that a resumed run writes the rows of its past again.
 */
#ifndef STORE_METRICS_H
#define STORE_METRICS_H

#include "base/status.h"

#include <stddef.h>

struct progress;

enum metrics_column {
    METRICS_EPOCH,              /* finished epochs */
    METRICS_STEP,               /* steps since the start */
    METRICS_TRAIN_LOSS,         /* a sample, mean over the epoch's steps */
    METRICS_VALIDATION_LOSS,    /* a sample of the test split, after the epoch; its parts: */
    METRICS_RECONSTRUCTION,     /* reconstruction */
    METRICS_KL,                 /* Kullback-Leibler divergence, nats */
    METRICS_L1,                 /* L1 penalty on the code */
    METRICS_SQUARED_ERROR,      /* a sample of the test split, summed over its pixels */
    METRICS_LEARNING_RATE,      /* of the epoch's last step */
    METRICS_SAMPLES_PER_SECOND, /* training samples */
    METRICS_SECONDS,            /* the epoch's wall time, validation included */
    METRICS_COLUMNS
};

/* The first METRICS_HISTORY columns are part of a checkpoint's state; the METRICS_TIMES behind
 * them depend on the clock. */
enum {
    METRICS_HISTORY = METRICS_SAMPLES_PER_SECOND,
    METRICS_TIMES = METRICS_COLUMNS - METRICS_HISTORY
};

/* A column in words. */
struct metrics_info {
    const char *name;   /* in the header of metrics.csv: "train_loss" */
    const char *title;  /* over a table: "Training loss" */
    const char *unit;   /* "s", NULL where there is none */
    const char *format; /* of its numbers in metrics.csv */
    const char *shown;  /* of its numbers for people */
    int clock;          /* whether it depends on the clock */
};

/* Local, cannot fail. */
const struct metrics_info *metrics_info(enum metrics_column column);

/* Commit folder/metrics.csv with a row for each of p's epochs.  Local: rank 0.  Fails with
 * ST_NOMEM or ST_CANTCREATE; an older file is untouched then. */
enum status metrics_write(const struct progress *p, const char *folder) MUST_USE;

struct metrics {
    size_t rows;
    double *values; /* [rows, METRICS_COLUMNS]; an empty field is NaN */
};

/* Read the table; a last line without its end is still being written and is left out.  The
 * caller frees *m with metrics_free, after a failure as well.  Local.  Fails with ST_NOINPUT,
 * ST_DATA (naming the line) or ST_NOMEM. */
enum status metrics_read(struct metrics *m, const char *path) MUST_USE;
void metrics_free(struct metrics *m);

/* One number of a row < m->rows.  Local, cannot fail. */
double metrics_at(const struct metrics *m, size_t row, enum metrics_column column);

/* Whether any row has a finite value there other than 0.  Local, cannot fail. */
int metrics_has(const struct metrics *m, enum metrics_column column);

#endif
