/* inspect - what an HDF5 file holds, for programs that tell people: `hourglass info`.
 *
 * Reading is as strict as elsewhere in store: what cannot be read safely is called "other" and
 * left alone.  All functions are Local.
 */
#ifndef STORE_INSPECT_H
#define STORE_INSPECT_H

#include "base/digest.h"

#include <stddef.h>

enum inspect_kind {
    INSPECT_DATA_SET,
    INSPECT_CHECKPOINT,
    INSPECT_RESULTS,
    INSPECT_ARRAYS, /* the numbers behind figures */
    INSPECT_OTHER
};

struct inspect {
    char path[1024];
    enum inspect_kind kind;
    struct inspect_file *file; /* the open file, owned; NULL where closed */
};

/* An array, or a text. */
struct inspect_array {
    const char *name; /* from the root: "/train/images" */
    const char *type; /* "float32", "text", ..., "other" */
    int rank;         /* 0: a scalar */
    size_t dims[5];   /* [rank] in use */
};

/* Open a file; its kind is what it says of itself, or looks like.  The caller closes it, after
 * a failure as well.  Fails with ST_NOINPUT, ST_DATA or ST_NOMEM. */
enum status inspect_open(struct inspect *f, const char *path) MUST_USE;
void inspect_close(struct inspect *f);

/* Call `each` for every array below a group ("/": all), in the order of names.  Cannot fail:
 * a group that is not there has none. */
void inspect_arrays(const struct inspect *f, const char *group,
                    void (*each)(const struct inspect_array *a, void *data), void *data);

/* Call `each` for every text that is an attribute of the object or, where it is a group, a
 * scalar in it.  Cannot fail. */
void inspect_texts(const struct inspect *f, const char *object,
                   void (*each)(const char *name, const char *text, void *data), void *data);

/* Attributes of an object: 1 where it is there and of that kind, otherwise 0 (and a text, of n
 * bytes, is empty).  Cannot fail. */
int inspect_text(const struct inspect *f, const char *object, const char *name, char *text,
                 size_t n);
int inspect_int(const struct inspect *f, const char *object, const char *name, long *value);
int inspect_real(const struct inspect *f, const char *object, const char *name, double *value);

/* SHA-256 of the bytes of an array or the text of a scalar.  Fails with ST_DATA (also where it
 * is neither) or ST_NOMEM. */
enum status inspect_digest(const struct inspect *f, const char *name,
                           char hex[DIGEST_HEX]) MUST_USE;

/* SHA-256 over names and digests of all arrays of numbers outside /provenance: of a checkpoint
 * the parameters, the moments and the history, not its job.  Equal for equal bits, whoever
 * computed them and however it was set.  Fails with ST_DATA or ST_NOMEM. */
enum status inspect_bits(const struct inspect *f, char hex[DIGEST_HEX]) MUST_USE;

#endif
