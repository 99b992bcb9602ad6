/* run - a run folder opened for reading: its results, the model that made them, its metrics,
 * its data.
 *
 * The model is that of the checkpoint which the results name, by file and digest, and of the
 * newest one where there are no results.  Each part may be missing or damaged by itself:
 * `has_*` say which are there, and a figure asks for the parts that it needs.  All functions
 * are Local.
 */
#ifndef ANALYSIS_INPUT_RUN_H
#define ANALYSIS_INPUT_RUN_H

#include "base/job.h"
#include "net/model.h"
#include "store/metrics.h"
#include "store/results.h"

enum { RUN_WHY = 2048 };

/* Whether a part is there (ST_OK), and if not, why. */
struct run_part {
    enum status st;
    char why[RUN_WHY];
};

/* A value that is computed of the run once and freed with it. */
struct run_cache {
    void *value; /* NULL: not computed yet */
    void (*free)(void *value);
};

struct run {
    char folder[1024];
    struct run_part has_model, has_results, has_metrics;
    struct run_part has_data; /* the data set is at job.file */
    struct job job;
    struct model *model;
    struct results results;
    struct metrics metrics;
    struct run_cache *residuals; /* see numbers/residuals.h */
    uint8_t *labels;             /* [results.total], NULL where there are none */
    char epoch[32];              /* of the checkpoint behind the results, "" where unknown */
    char data_name[64];          /* "MNIST" */
    char split[32];              /* that the results are of */
};

/* Open what there is.  The caller frees *r with run_free, after a failure as well.  Fails with
 * ST_NOINPUT where the folder itself is not there, or ST_NOMEM; a part that cannot be opened
 * is no failure. */
enum status run_open(struct run *r, const char *folder) MUST_USE;
void run_free(struct run *r);

/* out[rows, width] = rows first .. first + rows of an array of the results; width: the numbers
 * of a code or of an image.  Fails with ST_DATA, also where a value is not finite. */
enum status run_read(const struct run *r, enum results_array a, size_t first, size_t rows,
                     float *out) MUST_USE;

/* out[rows, H*W*C] = the true samples: reconstruction + residual, exact to the last bit of a
 * float.  Fails with ST_DATA or ST_NOMEM. */
enum status run_samples(const struct run *r, size_t first, size_t rows, float *out) MUST_USE;

/* Whether x[n] is finite; `what` x is.  Fails with ST_DATA. */
enum status run_check_finite(const struct run *r, const char *what, const float *x,
                             size_t n) MUST_USE;

/* What a label is called, or many of them: "digit", "digits" where the data set is MNIST and
 * the labels are digits, otherwise "class", "classes".  Cannot fail. */
const char *run_label(const struct run *r, int many);

/* The row of the metrics that is of the results' model: of their epoch, and the last where they
 * do not say.  There are metrics.  Cannot fail. */
size_t run_metrics_row(const struct run *r);

/* text[n] = "Run vae, MNIST, epoch 50, 10,000 test images."  Cannot fail. */
void run_describe(const struct run *r, char *text, size_t n);

#endif
