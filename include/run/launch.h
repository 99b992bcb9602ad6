/* launch - whether ranks that were started together know of each other.
 *
 * A launcher that speaks another tongue than the MPI of this program (srun without PMIx, the
 * mpirun of another MPI) starts P programs, and each of them is alone: all would write one run.
 * Some MPIs see it themselves and end the program inside MPI_Init, in words of their own.
 */
#ifndef RUN_LAUNCH_H
#define RUN_LAUNCH_H

#include "comm/world.h"

/* To be called before world_init.  Where srun has started this process without PMIx, so that
 * MPI may end it in there, a child goes on in its place: if that ends there, the last word says
 * what to do, and the exit code is that of a wrong usage.  Local, cannot fail. */
void launch_begin(void);

/* To be called after world_init.  Fails with ST_SETTING where more ranks were started than MPI
 * knows.  Local: where that is so each rank is alone. */
enum status launch_check(const struct world *w) MUST_USE;

/* Whether this is the rank to speak: of a world its rank 0, of ranks that are each alone the
 * first of all.  Local, cannot fail. */
int launch_speaks(const struct world *w);

#endif
