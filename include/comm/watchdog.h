/* watchdog - a thread that ends the job when this rank makes no progress.
 *
 * mpirun waits for ever for a rank that hangs.  The watchdog knows what the rank is doing and
 * looks whether its pulse (base/pulse.h) goes; when it has not gone for as long as the limit,
 * it says which rank is stuck where, and which hosts do not answer any more, and aborts the job
 * with EXIT_STALLED.  It counts the time
 * that this process could run: one that was suspended, with its machine or alone, has not
 * stalled.
 */
#ifndef COMM_WATCHDOG_H
#define COMM_WATCHDOG_H

#include "comm/world.h"

/* Start it with a limit in seconds, in place of an earlier one; 0 means no watchdog.  w is NULL
 * before MPI has started.  Local.  Fails with ST_INTERNAL. */
enum status watchdog_start(struct world *w, double limit) MUST_USE;
void watchdog_stop(void);

/* Progress: what is done from now on (a string constant) and a number that goes with it.
 * Local, cannot fail. */
void watchdog_phase(const char *what, long number);

/* From now on, until the next phase, this rank waits for what shows it no pulse: another rank,
 * whose own watchdog looks, or the disk.  It may wait for ten times the limit.  Local, cannot
 * fail. */
void watchdog_wait(const char *what, long number);

/* What rank 0 does from now on, a phase there, while the others wait for it.  Local, cannot
 * fail. */
void watchdog_first(const struct world *w, const char *what, long number);

#endif
