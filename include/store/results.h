/* results - a results file, read: codes, reconstructions, residuals of a split.
 *
 * Its arrays are those of store/results_array.h, /labels where the split has them, and
 * /provenance.  All ranks together write it (pario/results_save.h); any program reads it.
 */
#ifndef STORE_RESULTS_H
#define STORE_RESULTS_H

#include "base/status.h"
#include "net/shape.h"
#include "store/results_array.h"

#include <stddef.h>
#include <stdint.h>

struct results {
    char path[1024];
    size_t total, code; /* N, width of a code */
    struct shape image;
    int has[RESULTS_ARRAYS]; /* which arrays the file holds */
    int has_labels;
    struct results_file *file; /* the open file, owned; NULL where closed */
};

/* Open a results file and check names, types and shapes of all that is in it.  The caller
 * closes *r with results_close, after a failure as well.  Local.  Fails with ST_NOINPUT,
 * ST_DATA or ST_NOMEM. */
enum status results_open(struct results *r, const char *path) MUST_USE;
void results_close(struct results *r);

/* out[rows, results_array_width] = rows first .. first + rows of an array.  Local.  Fails with
 * ST_DATA. */
enum status results_read(const struct results *r, enum results_array a, size_t first,
                         size_t rows, float *out) MUST_USE;

/* out[rows] = labels of rows first .. first + rows.  Local.  Fails with ST_DATA. */
enum status results_read_labels(const struct results *r, size_t first, size_t rows,
                                uint8_t *out) MUST_USE;

/* A text of /provenance, "" where it is not there.  text has n bytes.  Local, cannot fail. */
void results_provenance(const struct results *r, const char *name, char *text, size_t n);

#endif
