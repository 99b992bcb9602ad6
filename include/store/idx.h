/* idx - the IDX files in which MNIST and its kin are published, plain or gzip.
 *
 * Four bytes 0, 0, type, rank; rank big-endian sizes; the values.  Only type 8 (uint8) is read.
 */
#ifndef STORE_IDX_H
#define STORE_IDX_H

#include "base/digest.h"

#include <stdint.h>

struct idx {
    int rank;
    size_t dims[4];          /* unused ones are 1 */
    uint8_t *values;         /* owned */
    char sha256[DIGEST_HEX]; /* of the unpacked file, header and all */
};

/* Read folder/name or folder/name.gz (any of the usual spellings of MNIST's files, as
 * t10k-images-idx3-ubyte or t10k-images.idx3-ubyte).  Local.  Fails with ST_NOINPUT, ST_DATA
 * (wrong magic, wrong length, rows beyond the end) or ST_NOMEM. */
enum status idx_read(struct idx *x, const char *folder, const char *name) MUST_USE;
void idx_free(struct idx *x);

#endif
