/* pulse - how a rank shows that it is alive: a number that grows with every piece of work done.
 *
 * The watchdog (comm/watchdog.h) looks whether it moves, and asks no clock when.
 */
#ifndef BASE_PULSE_H
#define BASE_PULSE_H

/* Something has been done.  Local, cannot fail; from any thread. */
void pulse_beat(void);

/* How many times so far.  Local, cannot fail; from any thread. */
unsigned long pulse_count(void);

#endif
