/* idx - the IDX files in which MNIST and its kin are published, plain or gzip.
 *
 * Four bytes 0, 0, type, rank; rank big-endian sizes; the values.  Only type 8 (uint8) is read.
 */
#ifndef STORE_IDX_H
#define STORE_IDX_H

#include "base/digest.h"

#include <stdint.h>

/* A file in memory. */
struct idx {
    int rank;
    size_t dims[4];          /* unused ones are 1 */
    uint8_t *values;         /* [dims[0], ..., dims[3]], owned */
    char sha256[DIGEST_HEX]; /* of the unpacked file, header and all */
};

/* Read folder/name or folder/name.gz (any of the usual spellings of MNIST's files, as
 * t10k-images-idx3-ubyte or t10k-images.idx3-ubyte).  Local.  Fails with ST_NOINPUT, ST_DATA
 * (wrong magic, wrong length, rows beyond the end), ST_NOMEM or ST_INTERNAL; *x is empty
 * then.  The caller frees it with idx_free. */
enum status idx_read(struct idx *x, const char *folder, const char *name) MUST_USE;
void idx_free(struct idx *x);

#endif
