/* dataset_save - writing a data set file (store/dataset_layout.h), whole and without ranks. */
#ifndef STORE_DATASET_SAVE_H
#define STORE_DATASET_SAVE_H

#include "base/status.h"
#include "net/shape.h"
#include "store/provenance.h"

#include <stddef.h>
#include <stdint.h>

/* One split.  Borrowed. */
struct dataset_split {
    const char *name; /* "train", "test" */
    size_t rows;
    struct shape shape;
    double scale;          /* value of one stored unit; not 0 */
    const uint8_t *bytes;  /* [rows, H, W, C], or NULL and then */
    const float *values;   /* [rows, H, W, C] */
    const uint8_t *labels; /* [rows]; NULL: none */
    const char *source, *sha256;
    const char *labels_sha256; /* NULL: none */
};

/* Commit folder/file with the root attribute `name`, splits[count] and /provenance; p may be
 * NULL.  Local.  Fails with
 * ST_CANTCREATE, ST_NOMEM or ST_INTERNAL; an older file of that name is untouched then. */
enum status dataset_save(const char *folder, const char *file, const char *name,
                         const struct dataset_split *splits, int count,
                         const struct provenance *p) MUST_USE;

#endif
