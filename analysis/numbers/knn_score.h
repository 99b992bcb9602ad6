/* knn_score - how well the codes of a run tell the digits apart: a number to compare runs by.
 *
 * Each test image is given the label that most of the ten images with the nearest codes have
 * (leave-one-out); the score is the share that get their own.  No training sees the labels.
 */
#ifndef ANALYSIS_KNN_SCORE_H
#define ANALYSIS_KNN_SCORE_H

#include "analysis/record.h"
#include "analysis/run.h"

struct knn_score {
    size_t rows; /* images looked at: the first of the split, all unless these are too many */
    size_t correct;
    size_t k;        /* neighbours that vote */
    double accuracy; /* correct / rows */
};

/* NULL where the run has what the score needs, otherwise why not: results with codes and
 * labels, two images at least. */
const char *knn_score_missing(const struct run *r);

/* Images that fit into the memory that a score may take (64 MiB of codes), 20,000 at most. */
size_t knn_score_rows(const struct run *r);

/* Compute it.  Local.  Fails with ST_DATA or ST_NOMEM. */
enum status knn_score_compute(const struct run *r, struct knn_score *s) MUST_USE;

/* One line for the user. */
void knn_score_line(const struct knn_score *s, char *text, size_t n);

/* Keep the numbers as knn/... */
enum status knn_score_keep(const struct knn_score *s, struct record *record) MUST_USE;

#endif
