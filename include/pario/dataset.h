/* dataset - this rank's rows of one split of a data set, read by all ranks together.
 *
 * The file is store/dataset_layout.h's.  Rank 0 looks at what describes the rows and tells the
 * others; each rank reads its rows at their place in the file, or where they are in chunks
 * those chunks that begin in its rows (comm/rows.h).  They stay in memory as they are stored.
 */
#ifndef PARIO_DATASET_H
#define PARIO_DATASET_H

#include "base/digest.h"
#include "comm/world.h"
#include "net/samples.h"

/* An array of the file as rank 0 has found it. */
struct dataset_array {
    size_t row;   /* bytes of a row; 0: there is no such array */
    size_t block; /* rows that are stored as one */
    size_t at;    /* where the rows begin in the file, one behind the other; 0: in chunks */
};

struct dataset {
    char path[1024], split[32], name[64];
    char sha256[DIGEST_HEX]; /* as the file states it */
    size_t file_bytes;       /* of the whole file */
    size_t total;            /* rows in use: of the split, or the limit if that is smaller */
    int holds_floats;        /* the images; otherwise bytes */
    struct dataset_array images, labels;
    struct samples samples; /* this rank's rows; shape and scale once it is open */
};

/* Look at a split: everything but the rows.  limit 0 means all rows.  Collective: rank 0
 * reads, all get what it found.  Fails on every rank alike with ST_NOINPUT, ST_DATA or
 * ST_SHAPE. */
enum status dataset_open(struct dataset *d, struct world *w, const char *path,
                         const char *split, size_t limit) MUST_USE;

/* Read rows first .. first + rows into memory; each rank its own.  Collective.  Fails on every
 * rank alike with ST_NOINPUT, ST_DATA, ST_NOMEM or ST_INTERNAL; *d holds no rows then.  The
 * caller frees *d with dataset_free. */
enum status dataset_read(struct dataset *d, struct world *w, size_t first,
                         size_t rows) MUST_USE;
/* Local, cannot fail. */
void dataset_free(struct dataset *d);

#endif
