/* state - the digest over the state that a checkpoint holds. */
#ifndef STORE_STATE_H
#define STORE_STATE_H

#include "base/digest.h"
#include "h5.h"

/* The whole numbers and the numbers of /progress, ended by NULL. */
extern const char *const state_ints[];
extern const char *const state_reals[];

/* SHA-256 over, in this order: path and bytes of every array of /layers, /optimizer and
 * /progress by name; the attributes of /progress; the text of /job.  Each array is compared
 * with its attribute sha256 on the way.  Local.  Fails with ST_DATA (naming the array) or
 * ST_NOMEM. */
enum status state_digest(const struct h5_file *f, char hex[DIGEST_HEX]) MUST_USE;

/* The same, compared with the root's state_sha256. */
enum status state_verify(const struct h5_file *f, char hex[DIGEST_HEX]) MUST_USE;

#endif
