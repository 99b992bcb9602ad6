/* run - a run folder as the analysis sees it: model, results, metrics.
 *
 * Each part may be missing or damaged by itself; a figure asks for the parts that it needs.
 */
#ifndef ANALYSIS_RUN_H
#define ANALYSIS_RUN_H

#include "analysis/metrics.h"
#include "base/job.h"
#include "net/model.h"
#include "store/results.h"

enum { RUN_WHY = 640 };

/* Whether a part is there (ST_OK), and if not, why. */
struct run_part {
    enum status st;
    char why[RUN_WHY];
};

/* What is computed when first asked for. */
struct run_later {
    struct residuals *residuals; /* analysis/residuals.h; NULL: not yet */
};

struct run {
    char folder[1024];
    struct run_part has_model, has_results, has_metrics;
    struct job job;
    struct model *model;
    struct results results;
    struct metrics metrics;
    struct run_later *later;
    uint8_t *labels;    /* [results.total], NULL where there are none */
    char epoch[32];     /* of the checkpoint behind the results, "" where unknown */
    char data_name[64]; /* "MNIST" */
};

/* Open what there is.  The caller frees *r with run_free, after a failure as well.  Local.
 * Fails with ST_NOINPUT where the folder itself is not there, or ST_NOMEM. */
enum status run_open(struct run *r, const char *folder) MUST_USE;
void run_free(struct run *r);

/* out[rows, width] = rows first .. first + rows of an array of the results.  Fails with
 * ST_DATA, also where a value is not finite. */
enum status run_read(const struct run *r, enum results_array a, size_t first, size_t rows,
                     float *out) MUST_USE;

/* The true samples: reconstruction + residual, exact to the last bit of a float.  Fails with
 * ST_DATA or ST_NOMEM. */
enum status run_samples(const struct run *r, size_t first, size_t rows, float *out) MUST_USE;

/* images[rows, H*W*C] = decoder of codes[rows, code].  Fails with ST_NOMEM, or ST_DATA where
 * an image is not finite. */
enum status run_decode(const struct run *r, const float *codes, size_t rows,
                       float *images) MUST_USE;

/* "Run vae, MNIST, epoch 50, 10,000 test images." */
void run_describe(const struct run *r, char *text, size_t n);

/* 10000 -> "10,000"; the text is good until the fourth call after. */
const char *run_count(size_t n);

#endif
