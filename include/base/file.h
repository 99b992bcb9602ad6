/* file - files that are read, checked first: what is no regular file is refused, because a
 * FIFO in place of a file makes a reader wait for ever; and the whole path of a file.
 */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/status.h"

#include <stddef.h>
#include <stdio.h>

/* Fails with ST_DATA where path is no regular file, with ST_NOINPUT where it is not there or
 * cannot be read; gives its size.  Local. */
enum status file_regular(const char *path, size_t *bytes) MUST_USE;

/* The same, and open it for reading.  The caller closes *f; it is NULL after a failure. */
enum status file_open(FILE **f, const char *path) MUST_USE;

/* n bytes of an open file from `at` on.  Local.  Fails with ST_DATA where there are none or
 * they cannot be read; path names it in messages. */
enum status file_read(FILE *f, const char *path, size_t at, size_t n, void *out) MUST_USE;

/* whole (of n bytes) = path from the root, links not followed; path itself where the working
 * directory has no name or the two do not fit.  Local, cannot fail. */
void file_whole_path(const char *path, char *whole, size_t n);

#endif
