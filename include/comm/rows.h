/* rows - rows of an array of which each rank owns a range, read in whole blocks.
 *
 * What a file stores as one block (HDF5: a chunk) is read once, by the rank that owns its first
 * row; this one hands on the rows of it that others own.
 */
#ifndef COMM_ROWS_H
#define COMM_ROWS_H

#include "comm/world.h"

struct rows {
    size_t first, end; /* this rank owns these */
    size_t block;      /* rows that are stored as one */
    size_t total;      /* of all ranks */
};

/* This rank reads rows from .. to - 1, maybe none.  Local, cannot fail. */
size_t rows_from(const struct rows *r);
size_t rows_to(const struct rows *r);

/* Rows, from r->first on, that this rank has in memory meanwhile.  Local, cannot fail. */
size_t rows_held(const struct rows *r);

/* row[rows_held, bytes], of which each rank has filled what it reads, gets all rows that this
 * rank owns.  Collective.  Fails with ST_NOMEM on every rank alike. */
enum status rows_hand_on(const struct rows *r, struct world *w, size_t bytes,
                         void *row) MUST_USE;

#endif
