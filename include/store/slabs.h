/* slabs - hyperslabs of rows of one split of a data set, read without ranks.
 *
 * A few rows at a time, so that memory does not grow with the data set; the file is checked as
 * store/dataset_layout.h says.  All functions are Local.
 */
#ifndef STORE_SLABS_H
#define STORE_SLABS_H

#include "base/status.h"
#include "net/shape.h"

struct slabs {
    char path[1024], split[32], name[64]; /* name: of the data set, "unknown" without one */
    size_t total;                         /* rows of the split */
    struct shape shape;
    float scale;             /* value of one stored unit */
    struct slabs_file *file; /* the open file, owned; NULL where closed */
};

/* Open /<split>/images.  The caller closes *s with slabs_close, after a failure as well.
 * Fails with ST_NOINPUT, ST_DATA or ST_NOMEM. */
enum status slabs_open(struct slabs *s, const char *path, const char *split) MUST_USE;
void slabs_close(struct slabs *s);

/* out[rows, H*W*C] = rows first .. first + rows, scaled.  Fails with ST_DATA or
 * ST_INTERNAL. */
enum status slabs_read(const struct slabs *s, size_t first, size_t rows, float *out) MUST_USE;

#endif
