/* hosts - which hosts of the ranks can be reached: for the last word of a run that stalls,
 * since MPI waits in silence for one that is gone.
 */
#ifndef COMM_HOSTS_H
#define COMM_HOSTS_H

#include "comm/world.h"

/* Learn names and addresses.  Collective.  Fails with ST_NOMEM on every rank alike. */
enum status hosts_meet(struct world *w) MUST_USE;

/* The names of those that do not answer now, as "n2, n7", into text of n bytes; "" where all
 * do, or nobody has met.  An answer is whatever the host's kernel says to a knock at a port
 * that nobody listens at.  Takes a second at most.  Local, cannot fail. */
void hosts_silent(char *text, size_t n);

#endif
