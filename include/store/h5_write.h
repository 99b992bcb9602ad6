/* h5_write - building HDF5 files: for store and pario alone.
 *
 * No object carries a time, so equal content gives equal bytes; headers carry checksums.  All
 * functions are Local and fail with ST_INTERNAL unless they say more.
 */
#ifndef STORE_H5_WRITE_H
#define STORE_H5_WRITE_H

#include "base/status.h"
#include "store/arrays.h"
#include "store/provenance.h"

#include <hdf5.h>
#include <stdint.h>

/* A new file in memory; kind is its root attribute `kind`: "checkpoint", ...  The caller closes
 * it with h5_drop, after a failure as well. */
enum status h5_write_memory(hid_t *file, const char *kind) MUST_USE;

/* The same on disk; an empty file of commit_part may be there.  Fails with ST_CANTCREATE as
 * well. */
enum status h5_write_file(hid_t *file, const char *path, const char *kind) MUST_USE;

/* A group and its parents; existing ones are fine. */
enum status h5_write_group(hid_t file, const char *name) MUST_USE;

/* Bytes of the values of an array.  Cannot fail. */
size_t h5_write_array_bytes(const struct array *a);

/* A contiguous array with its labels and attributes.  Where a->data is NULL the file gets the
 * space but no values: they are written later. */
enum status h5_write_array(hid_t file, const struct array *a) MUST_USE;

/* A scalar text as a dataset. */
enum status h5_write_text(hid_t file, const char *name, const char *text) MUST_USE;

/* Attributes of an object: a text, texts[n], a whole number, a number. */
enum status h5_write_attribute_text(hid_t file, const char *object, const char *name,
                                    const char *text) MUST_USE;
enum status h5_write_attribute_texts(hid_t file, const char *object, const char *name,
                                     const char *const *texts, int n) MUST_USE;
enum status h5_write_attribute_int(hid_t file, const char *object, const char *name,
                                   int64_t value) MUST_USE;
enum status h5_write_attribute_real(hid_t file, const char *object, const char *name,
                                    double value) MUST_USE;

/* A group ("/provenance") with the entries of p: short ones as attributes, long ones as scalar
 * texts.  p may be NULL. */
enum status h5_write_provenance(hid_t file, const char *group,
                                const struct provenance *p) MUST_USE;

/* The n bytes of a file in memory, in an array that is `spare` bytes longer.  The caller frees
 * *bytes.  Fails with ST_NOMEM as well. */
enum status h5_write_bytes(hid_t file, size_t spare, void **bytes, size_t *n) MUST_USE;

#endif
