/* knn - exact k-nearest-neighbour search by brute force (Euclidean distance).
 *
 * |a - b|^2 = |a|^2 + |b|^2 - 2 a.b is a matrix product of a slab of rows with all rows, in
 * float.  Whatever its rounding could confuse is computed again in double from the rows
 * themselves, so the answer is that of the plain double loop, whatever the product's bits.  Of
 * rows at the same distance the one that comes first is the nearer.  All functions are Local.
 */
#ifndef ANALYSIS_NUMBERS_KNN_H
#define ANALYSIS_NUMBERS_KNN_H

#include "base/status.h"

#include <stddef.h>
#include <stdint.h>

enum {
    KNN_K = 10,     /* neighbours that vote, where there are as many */
    KNN_MOST = 64,  /* the largest k */
    KNN_SLAB = 128, /* rows that are looked up at once */
};

struct knn {
    size_t rows, width;
    const float *x;  /* [rows, width], borrowed */
    float *scaled;   /* [rows, width]: (x - mean) / the largest length of such a row */
    float *length;   /* [rows]: squared lengths of scaled */
    float *products; /* [KNN_SLAB, rows] */
};

struct knn_neighbour {
    size_t row;
    double distance; /* squared */
};

/* Prepare to look among x[rows, width], which must stay.  The caller frees *k with knn_free,
 * after a failure as well.  Fails with ST_DATA (a number is not finite) or ST_NOMEM. */
enum status knn_new(struct knn *k, const float *x, size_t rows, size_t width) MUST_USE;
void knn_free(struct knn *k);

/* Bytes that it takes beside x.  Cannot fail. */
size_t knn_bytes(size_t rows, size_t width);

/* out[count, most]: the `most` nearest of all other rows, for each of the rows first .. first
 * + count; nearest first.  count is at most KNN_SLAB, most at most KNN_MOST and less than
 * rows.  Cannot fail. */
void knn_find(struct knn *k, size_t first, size_t count, size_t most,
              struct knn_neighbour *out);

/* The rows whose label is that of most of their `most` nearest others (leave-one-out).  Where
 * labels have as many votes, the one with the nearest of these neighbours wins.  labels[rows].
 * Cannot fail. */
size_t knn_correct(struct knn *k, const uint8_t *labels, size_t most);

#endif
