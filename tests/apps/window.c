/* window - stands before MPI_Win_allocate_shared in a program, which calls it before the first
 * step, once for losses, once for gradients: each call is a line in the file WINDOW_LOG; where
 * WINDOW_FAILS is set, this rank is told that there is no memory, the others are not; where
 * WINDOW_SIGNAL is set, this rank gets that signal, and where WINDOW_EARLY is, before MPI
 * starts; where WINDOW_LATE is set, it comes to MPI so many seconds late.  For test_messages,
 * test_resume and test_stall. */
#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int MPI_Win_allocate_shared(MPI_Aint size, int unit, MPI_Info info, MPI_Comm comm, void *base,
                            MPI_Win *window)
{
    FILE *log = fopen(getenv("WINDOW_LOG"), "a");
    if (log) fprintf(log, "%ld bytes\n", (long)size), fclose(log);
    if (getenv("WINDOW_SIGNAL")) raise(atoi(getenv("WINDOW_SIGNAL")));
    int st = PMPI_Win_allocate_shared(size, unit, info, comm, base, window);
    return getenv("WINDOW_FAILS") ? MPI_ERR_NO_MEM : st;
}

int MPI_Init_thread(int *argc, char ***argv, int wanted, int *provided)
{
    if (getenv("WINDOW_EARLY")) raise(atoi(getenv("WINDOW_EARLY")));
    if (getenv("WINDOW_LATE")) sleep((unsigned)atoi(getenv("WINDOW_LATE")));
    return PMPI_Init_thread(argc, argv, wanted, provided);
}
