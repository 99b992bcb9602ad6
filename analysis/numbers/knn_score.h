/* knn_score - k-nearest-neighbour accuracy of the codes, leave-one-out: how well they tell the
 * digits apart, as a number to compare runs by.
 *
 * Each test image is given the label that most of the ten images with the nearest codes have;
 * the score is the share that get their own.  No training sees the labels.  All functions are
 * Local.
 */
#ifndef ANALYSIS_NUMBERS_KNN_SCORE_H
#define ANALYSIS_NUMBERS_KNN_SCORE_H

#include "analysis/input/run.h"

struct knn_score {
    size_t rows; /* images looked at: the first of the split, all unless these are too many */
    size_t correct;
    size_t k;        /* neighbours that vote */
    double accuracy; /* correct / rows; NaN where all codes are equal: none is nearest */
};

/* NULL where the run has what the score needs, otherwise why not: results with codes and
 * labels, two images at least. */
const char *knn_score_missing(const struct run *r);

/* Images that fit into the memory that a score may take (64 MiB of codes), 20,000 at most, of
 * a run with results. */
size_t knn_score_rows(const struct run *r);

/* Compute it, where nothing is missing.  Fails with ST_DATA or ST_NOMEM. */
enum status knn_score_compute(const struct run *r, struct knn_score *s) MUST_USE;

/* Bytes that this takes.  Cannot fail. */
size_t knn_score_bytes(const struct run *r);

/* Whether there is a score: not all codes are equal.  Cannot fail. */
int knn_score_tells(const struct knn_score *s);

/* text[n] = one line for the user.  Cannot fail. */
void knn_score_line(const struct knn_score *s, char *text, size_t n);

#endif
