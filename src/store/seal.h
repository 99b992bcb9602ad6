/* seal - a checksum of a whole file, as one line at its end: the SHA-256 of all bytes before
 * it.
 *
 * HDF5 ignores what follows the end that it has noted for itself.  Other programs that change
 * the file lose the line or break it: either is seen before HDF5 is asked to read.
 */
#ifndef STORE_SEAL_H
#define STORE_SEAL_H

#include "base/status.h"

#include <stddef.h>

enum { SEAL_BYTES = 82 }; /* "hourglass sha256 ", 64 digits, a line's end */

/* Write the seal of bytes[n] behind them: the array has n + SEAL_BYTES.  Local.  Fails
 * with ST_INTERNAL. */
enum status seal_write(char *bytes, size_t n) MUST_USE;

/* Check bytes[*n], seal included, and take its length off *n.  path is for the message.
 * Local.  Fails with ST_DATA. */
enum status seal_check(const char *path, const char *bytes, size_t *n) MUST_USE;

/* Read a whole regular file; the caller frees it.  Local.  Fails with ST_NOINPUT, ST_DATA or
 * ST_NOMEM. */
enum status seal_read(const char *path, char **bytes, size_t *n) MUST_USE;

#endif
