/* state - the digest over the state that a checkpoint holds. */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "base/digest.h"
#include "store/h5.h"

/* The whole numbers and the numbers of /progress. */
enum { STATE_INTS = 4, STATE_REALS = 1 };
extern const char *const state_ints[STATE_INTS];
extern const char *const state_reals[STATE_REALS];

/* A state in memory. */
struct state {
    struct array *arrays; /* [count]: all of /layers, /optimizer and /progress */
    int count;
    long ints[STATE_INTS];
    double reals[STATE_REALS];
    char *job; /* the text of /job */
};

/* SHA-256 over, in this order: path and bytes of every array of /layers, /optimizer and
 * /progress by name; the attributes of /progress; the text of /job.  Each array is compared
 * with its attribute sha256 on the way.  Local.  Fails with ST_DATA (naming the array) or
 * ST_NOMEM. */
enum status state_digest(const struct h5_file *f, char hex[DIGEST_HEX]) MUST_USE;

/* The same digest before there is a file: what state_digest finds in one that holds the state.
 * Sorts the arrays.  Local.  Fails with ST_INTERNAL. */
enum status state_digest_listed(struct state *s, char hex[DIGEST_HEX]) MUST_USE;

/* That of the file, compared with the root's state_sha256. */
enum status state_verify(const struct h5_file *f, char hex[DIGEST_HEX]) MUST_USE;

#endif
