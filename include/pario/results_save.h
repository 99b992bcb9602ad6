/* results_save - writing a results file (store/results.h), all ranks together, each its own
 * rows.
 *
 * Rank 0 lays the file out; all write; all read their rows back and compare, because on a full
 * disk a collective write returns success while data are missing.
 */
#ifndef PARIO_RESULTS_SAVE_H
#define PARIO_RESULTS_SAVE_H

#include "comm/world.h"
#include "store/results.h"

/* One rank's rows.  Borrowed. */
struct results_part {
    size_t total;       /* N, the same on every rank */
    size_t first, rows; /* this rank's rows: first .. first + rows */
    size_t code;
    struct shape image;
    int has[RESULTS_ARRAYS]; /* which arrays there are, the same on every rank */
    int has_labels;
    float *array[RESULTS_ARRAYS]; /* [rows, code] or [rows, H, W, C] */
    uint8_t *labels;              /* [rows] */
};

/* Write folder/name, read it back on every rank and compare, sync, rename; p (rank 0's counts)
 * may be NULL.  Collective.  Fails on every rank alike with ST_CANTCREATE or ST_NOMEM; an older
 * file of that name is untouched then and no temporary file is left. */
enum status results_save(struct world *w, const char *folder, const char *name,
                         const struct results_part *mine, const struct provenance *p) MUST_USE;

/* Bytes that a rank with so many rows of at most `row` bytes takes beside them.  Local, cannot
 * fail. */
size_t results_save_bytes(size_t rows, size_t row);

#endif
