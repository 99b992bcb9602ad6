/* commit - atomic writing of a file: bytes under a name in a folder, wholly or not at all.
 *
 * Plain POSIX, free of MPI and HDF5.  The bytes are written under a temporary name (O_EXCL),
 * synced, closed, read back and compared byte by byte; then renamed and the folder synced.  A
 * crash or a full disk at any moment leaves what was there before.
 */
#ifndef STORE_COMMIT_H
#define STORE_COMMIT_H

#include "base/status.h"

#include <stddef.h>

/* Put n bytes under folder/name, replacing an older file of that name.  Local.  Fails with
 * ST_CANTCREATE; the temporary file is gone then. */
enum status commit_bytes(const char *folder, const char *name, const void *bytes,
                         size_t n) MUST_USE;

/* The second half for a file that others have written: sync folder/part, rename it to
 * folder/name, sync the folder.  Local.  Fails with ST_CANTCREATE. */
enum status commit_file(const char *folder, const char *part, const char *name) MUST_USE;

/* Make a folder and its parents.  Existing ones are fine.  Local.  Fails with ST_CANTCREATE. */
enum status commit_folder(const char *folder) MUST_USE;

#endif
