/* cores - whether each rank has a core of its own.
 *
 * Two ranks on one core, or on the two threads of one, take about twice the time; nothing
 * else shows it.  A rank that is bound may share its core with another run, too: mpirun binds
 * to the first cores, whoever sits there.
 */
#ifndef RUN_CORES_H
#define RUN_CORES_H

#include "comm/world.h"

/* Rank 0 warns, once and in one line, of the host where it is worst.  Whoever has told Open MPI
 * to oversubscribe is not warned of that.  Collective.  Fails with ST_NOMEM on every rank
 * alike. */
enum status cores_look(struct world *w) MUST_USE;

#endif
