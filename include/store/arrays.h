/* arrays - an HDF5 file of named arrays, written whole.
 *
 * The file is built in memory and committed, as a checkpoint is.
 */
#ifndef STORE_ARRAYS_H
#define STORE_ARRAYS_H

#include "base/status.h"
#include "store/provenance.h"

#include <stddef.h>

enum array_type { ARRAY_FLOAT, ARRAY_DOUBLE, ARRAY_UINT8, ARRAY_INT64 };
enum { ARRAY_RANK = 5, ARRAY_ATTRIBUTES = 8 };

struct array {
    const char *name; /* "residual_pca/components"; groups are made as needed */
    enum array_type type;
    int rank;
    size_t dims[ARRAY_RANK];
    const char *labels[ARRAY_RANK]; /* of the dimensions; NULL: none */
    const void *data;               /* [dims[0], ..., dims[rank - 1]], borrowed */
    struct text_attribute attributes[ARRAY_ATTRIBUTES]; /* unused: name == NULL */
};

/* Commit folder/name with arrays[count] and /provenance; p may be NULL.  Local.  Fails with
 * ST_CANTCREATE, ST_NOMEM or ST_INTERNAL; an older file of that name is untouched then. */
enum status arrays_save(const char *folder, const char *name, const struct array *arrays,
                        int count, const struct provenance *p) MUST_USE;

#endif
