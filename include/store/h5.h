/* h5 - reading HDF5 files strictly: for store and pario alone.
 *
 * A file is checked before it is believed: it is a regular file, each name leads by hard links
 * to an array inside it, type, rank and dimensions are known and the storage is as long as they
 * say. Only then is memory taken.  The library prints nothing.  All functions are Local; with a
 * collective transfer list, those that take the list are Collective.
 */
#ifndef STORE_H5_H
#define STORE_H5_H

#include "base/status.h"
#include "store/arrays.h"

#include <hdf5.h>
#include <stddef.h>

struct h5_file {
    char path[1280]; /* for messages */
    hid_t id;        /* -1 where closed */
    size_t bytes;    /* in the file */
};

struct h5_array {
    const struct h5_file *file;
    char name[256];
    hid_t id; /* -1 where closed */
    enum array_type type;
    int rank;
    size_t dims[ARRAY_RANK]; /* unused ones are 1 */
    size_t count;            /* product of dims */
    size_t block;            /* rows that are stored as one: of a chunk, otherwise 1 */
    size_t at;               /* where the values begin in the file, row by row; 0: in chunks */
};

/* Close any handle; negative ones are ignored.  Cannot fail. */
void h5_drop(hid_t id);

/* Open an existing file read-only.  The caller closes *f, after a failure as well.  Fails with
 * ST_NOINPUT or ST_DATA. */
enum status h5_open(struct h5_file *f, const char *path) MUST_USE;
void h5_close(struct h5_file *f);

/* The same for a file of n bytes in memory, which stay the caller's and must live until *f is
 * closed; path names it in messages.  Fails with ST_DATA. */
enum status h5_open_bytes(struct h5_file *f, const char *path, const void *bytes,
                          size_t n) MUST_USE;

/* A name for a file in memory: no file on disk, and no other in memory, has it.  Cannot
 * fail. */
void h5_memory_name(char name[64]);

/* Whether hard links lead to that name.  Cannot fail. */
int h5_exists(const struct h5_file *f, const char *name);

/* What the link leads to: H5I_DATASET, H5I_GROUP, H5I_DATATYPE, or H5I_BADID where it cannot be
 * read. */
H5I_type_t h5_kind(hid_t group, const char *name);

/* Number of links in a group, -1 where there is no such group.  Cannot fail. */
long h5_links(const struct h5_file *f, const char *group);

/* Open an array of numbers and check all that can be checked without reading it.  The caller
 * closes *a, after a failure as well.  Fails with ST_DATA. */
enum status h5_array_open(struct h5_array *a, const struct h5_file *f,
                          const char *name) MUST_USE;
void h5_array_close(struct h5_array *a);

/* Fails with ST_DATA unless the array has that type, rank and dimensions. */
enum status h5_array_expect(const struct h5_array *a, enum array_type type, int rank,
                            const size_t *dims) MUST_USE;

/* Rows first .. first + rows into out, in the array's own type; transfer is a transfer list or
 * H5P_DEFAULT.  out[rows, dims[1], ...]; rows may be 0.  Fails with ST_DATA or ST_INTERNAL. */
enum status h5_array_read(const struct h5_array *a, size_t first, size_t rows, hid_t transfer,
                          void *out) MUST_USE;

/* Select rows first .. first + rows: the space in the file, and that in memory.  The caller
 * drops both.  Fails with ST_INTERNAL. */
enum status h5_array_select(const struct h5_array *a, size_t first, size_t rows,
                            hid_t *file_space, hid_t *memory_space) MUST_USE;

/* Bytes of one number, and its name in messages.  Cannot fail. */
size_t h5_type_bytes(enum array_type type);
const char *h5_type_name(enum array_type type);

/* The type in files and in memory (the same bytes).  Cannot fail; the caller closes nothing. */
hid_t h5_type(enum array_type type);

/* A scalar text.  The caller frees it.  Fails with ST_DATA or ST_NOMEM. */
enum status h5_text(const struct h5_file *f, const char *name, char **text) MUST_USE;

/* Attributes of an object: a text (of n bytes), a whole number, a number.  1 where it is there
 * and of that kind, otherwise 0 (and the text is empty).  Cannot fail. */
int h5_attribute_text(const struct h5_file *f, const char *object, const char *name, char *text,
                      size_t n);
int h5_attribute_int(const struct h5_file *f, const char *object, const char *name,
                     long *value);
int h5_attribute_real(const struct h5_file *f, const char *object, const char *name,
                      double *value);

#endif
