/* results_save - a results file (store/results.h) written by all ranks together, each its own
 * rows: laid out by rank 0, written collectively, read back on every rank and compared.
 */
#ifndef PARIO_RESULTS_SAVE_H
#define PARIO_RESULTS_SAVE_H

#include "comm/world.h"
#include "store/results.h"

/* One rank's rows.  An array that is NULL on every rank with rows is not written. */
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

/* Write folder/name collectively, read it back on every rank and compare, sync, rename.
 * Collective.  Fails on every rank alike with ST_CANTCREATE; an older file of that name is
 * untouched then and no temporary file is left. */
enum status results_save(struct world *w, const char *folder, const char *name,
                         const struct results_part *mine, const struct provenance *p) MUST_USE;

#endif
