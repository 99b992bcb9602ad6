/* checkpoint_load - reading a checkpoint (store/checkpoint.h).
 *
 * Nothing is believed before it has been checked: the SHA-256 of the file, that of every array,
 * that of the state, then names, types and shapes.  The bytes of the last good file stay in
 * memory until checkpoint_load_end, so that one file is read once.
 */
#ifndef STORE_CHECKPOINT_LOAD_H
#define STORE_CHECKPOINT_LOAD_H

#include "base/digest.h"
#include "base/job.h"
#include "net/model.h"
#include "optim/optimizer.h"
#include "store/progress.h"

/* Read the parameters into m; the optimiser's memory into o and the progress into p where
 * these are not NULL (what p owned is freed).  Local.  Fails with ST_NOINPUT, ST_DATA or
 * ST_NOMEM, and m, o, p are then not to be used. */
enum status checkpoint_load(const char *path, struct model *m, struct optimizer *o,
                            struct progress *p) MUST_USE;

/* Free the bytes that are kept.  Local, cannot fail. */
void checkpoint_load_end(void);

/* Read the job of a checkpoint over the values that job holds (settings that the file does
 * not have stay).  Local.  Fails with ST_NOINPUT, ST_DATA or ST_NOMEM. */
enum status checkpoint_load_job(const char *path, struct job *job) MUST_USE;

/* The file's state_sha256: equal for equal state.  Local.  Fails with ST_NOINPUT, ST_DATA or
 * ST_NOMEM. */
enum status checkpoint_load_digest(const char *path, char hex[DIGEST_HEX]) MUST_USE;

/* Job (settings that the file does not have are defaults) and model of a checkpoint, with its
 * parameters.  The caller frees *m.  Local.  Fails as checkpoint_load does. */
enum status checkpoint_load_model(const char *path, struct job *job, struct model **m) MUST_USE;

#endif
