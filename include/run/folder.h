/* folder - the folder of a run: made, locked, never overwritten by accident.
 *
 * Local: rank 0 calls these.
 */
#ifndef RUN_FOLDER_H
#define RUN_FOLDER_H

#include "base/status.h"

enum folder_mode { FOLDER_NEW, FOLDER_OVERWRITE, FOLDER_RESUME };

/* Make the folder (NEW), empty it of what hourglass and hourglass-analysis write (OVERWRITE),
 * or take it as it is (RESUME, which makes it where it is not there), and lock it for this
 * process.  Fails with ST_CANTCREATE where it exists and mode is NEW, where it is no run's, or
 * where another process holds the lock. */
enum status folder_open(const char *folder, enum folder_mode mode) MUST_USE;

/* Whether folder_open would take it: before much is done for nothing.  Fails as it does. */
enum status folder_check(const char *folder, enum folder_mode mode) MUST_USE;

/* Lock a folder that is there (folder_open does): one process at a time writes to a run.  What
 * a killed run has left half written is removed then.  A file system without locks is warned
 * of, and nothing is removed.  Fails with ST_CANTCREATE where another holds the lock, or it
 * cannot be had for another reason. */
enum status folder_lock(const char *folder) MUST_USE;

/* Give the lock back. */
void folder_close(void);

/* Whether it holds any checkpoint, good or not. */
int folder_has_checkpoint(const char *folder);

#endif
