/* checkpoint - the whole state of a run at a step, as one HDF5 file: finding, deleting.
 *
 * One rank, which has the parameters as all have and the moments in one piece, writes
 * (store/checkpoint_save.h) and reads (store/checkpoint_load.h).  The file is built in memory
 * and committed, so it is on disk wholly or not at all.  Equal state gives equal bytes outside
 * /provenance.
 *
 *   /layers/NAME/vars/0, 1, ...        float32, Keras 3's names and layouts
 *   /optimizer/SLOT/NAME/vars/0, ...   float32, same shapes: momentum, velocity
 *   /progress                          attributes: epoch, step, total_steps, best_epoch, ...
 *   /progress/sums [PROGRESS_SUMS]     float64: sums over the epoch so far
 *   /progress/history [epochs, METRICS_HISTORY]  float64: one row a finished epoch
 *   /job                               the settings that decide the bits, as text
 *   /provenance                        texts, and /provenance/timing [epochs, METRICS_TIMES]
 *
 * Every array has an attribute sha256; the root has `state_sha256`, the digest over the arrays
 * of /layers, /optimizer and /progress and the text of /job, in a fixed order.  A last line,
 * behind what HDF5 reads, is the SHA-256 of all bytes before it.
 */
#ifndef STORE_CHECKPOINT_H
#define STORE_CHECKPOINT_H

#include "base/status.h"

#include <stddef.h>

struct progress;

/* After the one that p stands at has been committed: delete all but the newest `keep` up to it
 * and the best.  Newer ones are broken or of a past that was given up; they go as well.  Local,
 * cannot fail: what cannot be deleted is named with log_warning. */
void checkpoint_prune(const char *folder, const struct progress *p, long keep);

/* The newest checkpoint of the folder that reads without fault (path, of n bytes).  A broken
 * one is named with log_warning and passed over.  Local.  Fails with ST_NOINPUT where there
 * is none, with ST_DATA where none can be read. */
enum status checkpoint_newest(const char *folder, char *path, size_t n) MUST_USE;

/* The checkpoint of the epoch with the least validation loss, as the newest good one knows it.
 * Local.  Fails as checkpoint_newest does, and with ST_NOINPUT where no epoch is done or that
 * checkpoint is gone. */
enum status checkpoint_best(const char *folder, char *path, size_t n) MUST_USE;

#endif
