/* watchdog - a thread that ends the job when this rank makes no progress.
 *
 * mpirun waits for ever for a rank that hangs.  The watchdog knows what the rank is doing and
 * since when; past its limit it says which rank is stuck where and aborts the job with
 * EXIT_STALLED.
 */
#ifndef COMM_WATCHDOG_H
#define COMM_WATCHDOG_H

#include "comm/world.h"

/* Start it with a limit in seconds; 0 means no watchdog.  Local.  Fails with ST_INTERNAL. */
enum status watchdog_start(struct world *w, double limit) MUST_USE;
void watchdog_stop(void);

/* Progress: what is done from now on (a string constant) and a number that goes with it.
 * Local, cannot fail. */
void watchdog_phase(const char *what, long number);

#endif
