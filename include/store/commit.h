/* commit - atomic writing of a file: bytes under a name in a folder, wholly or not at all.
 *
 * Plain POSIX, free of MPI and HDF5.  The bytes are written under a temporary name of this
 * writer's own (NAME.part-PID-I, O_EXCL), synced, closed, read back from the disk (not from the
 * kernel's memory, where it can be told to forget) and compared byte by byte;
 * then renamed and the folder synced.  A crash or a full disk at any moment leaves what was
 * there before.  Of several writers of one file each commits its own, and the last one stays.
 * What a killed writer leaves is nobody's to remove but of him who holds a lock on the folder.
 */
#ifndef STORE_COMMIT_H
#define STORE_COMMIT_H

#include "base/status.h"

#include <stddef.h>

/* Put n bytes under folder/name, replacing an older file of that name.  Local.  Fails with
 * ST_CANTCREATE; the temporary file is gone then.  A folder that cannot be synced because its
 * file system knows no such thing is warned of once. */
enum status commit_bytes(const char *folder, const char *name, const void *bytes,
                         size_t n) MUST_USE;

/* The two halves for a file that others write.  First: a new, empty file in the folder under a
 * temporary name for `name`; part[n] becomes that name, without the folder.  Local.  Fails with
 * ST_CANTCREATE. */
enum status commit_part(const char *folder, const char *name, char *part, size_t n) MUST_USE;

/* Then: sync folder/part, rename it to
 * folder/name, sync the folder.  Local.  Fails with ST_CANTCREATE. */
enum status commit_file(const char *folder, const char *part, const char *name) MUST_USE;

/* Sync what this host has written into a file; what is read of it from now on comes from the
 * disk and not from this host's memory, where its file system has such a thing.  Local.  Fails
 * with ST_CANTCREATE. */
enum status commit_sync(const char *path) MUST_USE;

/* Or give it up: remove folder/part, and folder/part.* that a library has put beside it.
 * Local, cannot fail. */
void commit_discard(const char *folder, const char *part);

/* Make a folder and its parents.  Existing ones are fine.  Local.  Fails with ST_CANTCREATE. */
enum status commit_folder(const char *folder) MUST_USE;

#endif
