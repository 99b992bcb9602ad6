/* compared - the table of a model comparison: one row a run, one column a number.
 *
 * All functions are Local.
 */
#ifndef ANALYSIS_COMPARE_COMPARED_H
#define ANALYSIS_COMPARE_COMPARED_H

#include "analysis/input/run.h"

enum compared_column {
    COMPARED_EPOCHS,
    COMPARED_CODE,
    COMPARED_PARAMETERS,
    COMPARED_TRAIN,
    COMPARED_VALIDATION,
    COMPARED_RECONSTRUCTION,
    COMPARED_KL,
    COMPARED_L1,
    COMPARED_SQUARED_ERROR,
    COMPARED_PCA,
    COMPARED_NEIGHBOURS,
    COMPARED_SPEED,
    COMPARED_SECONDS,
    COMPARED_COLUMNS
};

struct compared_run {
    const char *label; /* the folder's last name, or the folder where two share that */
    struct run run;
    double value[COMPARED_COLUMNS]; /* NaN where the run does not have it */
};

struct compared {
    int count;
    struct compared_run *runs; /* [count], in the order given */
    int same_loss;             /* all minimise the same loss, so that losses can be compared */
};

/* Open the runs and gather their numbers.  The caller frees *c with compared_free, after a
 * failure as well.  Fails with ST_NOINPUT where a folder is no run with a finished epoch,
 * ST_DATA, ST_NOMEM or ST_INTERNAL. */
enum status compared_open(struct compared *c, int count, char *const *folders) MUST_USE;
void compared_free(struct compared *c);

/* What the runs are measured by: the validation loss where all minimise the same, the squared
 * error otherwise; its column, its column in the metrics, its words.  Cannot fail. */
struct compared_measure {
    enum compared_column column;
    enum metrics_column metric;
    char words[64];
};
struct compared_measure compared_measure(const struct compared *c);

/* Whether the codes of the runs differ in size, and the run with the least measure.  Cannot
 * fail. */
int compared_sweeps(const struct compared *c);
int compared_best(const struct compared *c);

/* Print the table to stdout, for people.  Cannot fail. */
void compared_print(const struct compared *c);

/* Commit it as folder/comparison.csv, for programs.  Fails with ST_NOMEM or ST_CANTCREATE. */
enum status compared_save(const struct compared *c, const char *folder) MUST_USE;

#endif
