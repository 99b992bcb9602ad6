#include "run/launch.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

/* What launchers tell those that they start: the innermost first, where one starts another. */
static const struct launcher {
    const char *size, *rank; /* variables */
    const char *name;
} launchers[] = {
    {"OMPI_COMM_WORLD_SIZE", "OMPI_COMM_WORLD_RANK", "Open MPI's mpirun"},
    {"PMI_SIZE", "PMI_RANK", "an mpiexec like MPICH's"},
    {"SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "srun"},
};
enum { MPIEXEC = 1, SRUN, LAUNCHERS };

static int started = -1; /* where to say that MPI has */

static int number(const char *variable)
{
    const char *text = getenv(variable);
    return text ? atoi(text) : -1;
}

/* Which has started this process; NULL for none.  srun may speak PMI as well as MPICH's
 * mpiexec, which may be started by srun, but then says how many ranks a node has. */
static const struct launcher *find(void)
{
    int srun = number(launchers[SRUN].size) > 0 && !getenv("MPI_LOCALNRANKS");
    for (int i = 0; i < LAUNCHERS; i++)
        if (number(launchers[i].size) > 0 && (i != MPIEXEC || !srun)) return &launchers[i];
    return NULL;
}

static enum status alone(const struct launcher *l)
{
    char library[128];
    world_library(library, sizeof library);
    if (l == &launchers[SRUN])
        return FAIL(ST_SETTING,
                    "%d tasks were started but MPI sees one: use srun --mpi=pmix (srun "
                    "--mpi=list names what there is), or the mpirun of %s in place of srun",
                    number(l->size), library);
    return FAIL(ST_SETTING,
                "%d tasks were started but MPI sees one: they were started by %s, this program "
                "is built with %s: use its own mpirun",
                number(l->size), l->name, library);
}

/* Whether MPI may end this process while it starts: Open MPI does where it cannot speak to
 * srun. */
static int may_end(void)
{
    char library[128];
    const struct launcher *l = find();
    world_library(library, sizeof library);
    return l == &launchers[SRUN] && number(l->size) > 1 && !getenv("PMIX_NAMESPACE") &&
           strncmp(library, "Open MPI", 8) == 0;
}

/* Wait for the child, whose end is ours; it has said that MPI has started, or not. */
static _Noreturn void stand_by(pid_t child, int said)
{
    char byte;
    int how = 0;
    prctl(PR_SET_NAME, "hourglass-waits");              /* it takes no core */
    signal(SIGUSR1, SIG_IGN), signal(SIGTERM, SIG_IGN); /* the child gets them, too */
    ssize_t n = read(said, &byte, 1);
    while (waitpid(child, &how, 0) < 0 && errno == EINTR) continue;
    if (n == 1) _exit(WIFEXITED(how) ? WEXITSTATUS(how) : 128 + WTERMSIG(how));
    enum status st = alone(&launchers[SRUN]);
    if (number(launchers[SRUN].rank) <= 0) fprintf(stderr, "hourglass: %s\n", status_message());
    _exit(status_exit(st));
}

void launch_begin(void)
{
    int ends[2];
    if (!may_end() || pipe2(ends, O_CLOEXEC) != 0) return;
    pid_t child = fork();
    if (child > 0) close(ends[1]), stand_by(child, ends[0]);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[0]);
    started = ends[1];
}

enum status launch_check(const struct world *w)
{
    const struct launcher *l = find();
    ssize_t wrote = started >= 0 ? write(started, "", 1) : 0;
    (void)wrote;
    return w->size == 1 && l && number(l->size) > 1 ? alone(l) : ST_OK;
}

int launch_speaks(const struct world *w)
{
    const struct launcher *l = w->size == 1 ? find() : NULL;
    return w->rank == 0 && (!l || number(l->rank) <= 0);
}
