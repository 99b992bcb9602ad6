/* digest - SHA-256, the fingerprint of files and arrays. */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/status.h"

#include <stddef.h>

enum { DIGEST_HEX = 65 }; /* 64 hexadecimal digits and the end */

/* The digest of n bytes, in hexadecimal.  Local.  Fails with ST_INTERNAL. */
enum status digest_bytes(const void *bytes, size_t n, char hex[DIGEST_HEX]) MUST_USE;

/* A digest over several pieces: begin, add as often as needed, end.  Every begin wants its
 * end, which frees what begin took; end with hex == NULL only frees.  Local.  Fail with
 * ST_INTERNAL. */
struct digest {
    void *context;
};
enum status digest_begin(struct digest *d) MUST_USE;
enum status digest_add(struct digest *d, const void *bytes, size_t n) MUST_USE;
enum status digest_end(struct digest *d, char *hex) MUST_USE;

#endif
