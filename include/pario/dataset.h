/* dataset - rows of one split of a data set in an HDF5 file, in memory.
 *
 * /<split>/images is uint8 or float32 [N, H, W, C] with an attribute `scale` (value of one
 * unit; pixels are scale * stored); /<split>/labels, where present, uint8 [N].  Attributes of
 * /<split>/images: scale, source, sha256 (of the unpacked IDX file or of the made array); of
 * the root: name ("MNIST", "Fashion-MNIST", "made: plane", or "unknown").  A rank reads the
 * rows that it owns, once, and keeps them as they are stored.
 */
#ifndef PARIO_DATASET_H
#define PARIO_DATASET_H

#include "base/digest.h"
#include "comm/world.h"
#include "net/samples.h"

struct dataset {
    char path[1024], split[32], name[64];
    char sha256[DIGEST_HEX]; /* as the file states it */
    size_t file_bytes;       /* of the whole file */
    size_t total;            /* rows in use: of the split, or the limit if that is smaller */
    struct samples samples;  /* this rank's rows; shape and scale once it is open */
};

/* Look at a split: everything but the rows.  limit 0 means all rows.  Collective: rank 0
 * reads.  Fails on every rank alike with ST_NOINPUT, ST_DATA or ST_SHAPE. */
enum status dataset_open(struct dataset *d, struct world *w, const char *path,
                         const char *split, size_t limit) MUST_USE;

/* Read rows first .. first + rows into memory; each rank its own.  Collective, with parallel
 * HDF5.  Fails on every rank alike with ST_DATA or ST_NOMEM. */
enum status dataset_read(struct dataset *d, struct world *w, size_t first,
                         size_t rows) MUST_USE;
void dataset_free(struct dataset *d);

#endif
