#include "check_kill.h"

#include "base/clock.h"
#include "check_runs.h"
#include "run/train.h"
#include "store/checkpoint.h"
#include "store/checkpoint_name.h"
#include "store/commit.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* ---- a process of its own ------------------------------------------------------------- */

/* What a launcher tells the ranks must not reach it: it is no rank; nor is a setting for it. */
static int is_for_ranks(const char *variable)
{
    static const char *const prefixes[] = {"OMPI_",  "PMIX_",  "PMI_",     "PRTE_",
                                           "HYDRA_", "SLURM_", "MPIEXEC_", "HOURGLASS_"};
    for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
        if (strncmp(variable, prefixes[i], strlen(prefixes[i])) == 0) return 1;
    return 0;
}

/* The caller frees it; NULL without memory. */
static char **environment(void)
{
    static char alone[] = "OMPI_MCA_ess_singleton_isolated=1"; /* Open MPI 4 */
    size_t n = 0, to = 0;
    while (environ[n]) n++;
    char **e = calloc(n + 2, sizeof *e);
    if (!e) return NULL;
    for (size_t i = 0; i < n; i++)
        if (!is_for_ranks(environ[i])) e[to++] = environ[i];
    e[to] = alone;
    return e;
}

/* Start it, silent; 0 where it cannot be. */
static pid_t start(char *ini)
{
    char name[] = "hourglass", train[] = "train", no_encode[] = "--no-encode";
    char *argv[] = {name, train, ini, no_encode, NULL}, **e = environment();
    posix_spawn_file_actions_t files;
    pid_t pid = 0;
    posix_spawn_file_actions_init(&files);
    for (int fd = 0; fd < 3; fd++)
        posix_spawn_file_actions_addopen(&files, fd, "/dev/null", O_RDWR, 0);
    if (!e || posix_spawn(&pid, "/proc/self/exe", &files, NULL, argv, e) != 0) pid = 0;
    posix_spawn_file_actions_destroy(&files);
    free(e);
    return pid;
}

/* Whether a checkpoint behind the first one is there. */
static int has_moved(const char *folder)
{
    char path[JOB_PATH], first[64];
    checkpoint_name(0, 0, first, sizeof first);
    return folder_has_checkpoint(folder) &&
           checkpoint_newest(folder, path, sizeof path) == ST_OK && !strstr(path, first);
}

/* Kill it once it is under way; whether it was alive until then. */
static int kill_under_way(pid_t pid, const char *folder)
{
    enum { PATIENCE = 20 }; /* seconds */
    const struct timespec nap = {.tv_nsec = 2000000};
    double begun = clock_seconds();
    int how = 0, moved = 0, ended = 0;
    while (!moved && !ended && clock_seconds() - begun < PATIENCE) {
        nanosleep(&nap, NULL);
        ended = waitpid(pid, &how, WNOHANG) == pid;
        moved = has_moved(folder);
    }
    if (ended) return 0;
    kill(pid, SIGKILL);
    waitpid(pid, &how, 0);
    return moved && WIFSIGNALED(how) && WTERMSIG(how) == SIGKILL;
}

static int kill_a_run(const struct job *job, const char *folder)
{
    char path[JOB_PATH];
    struct job copy = *job;
    struct settings s = job_settings(&copy);
    char *text = settings_text(&s, 0);
    snprintf(path, sizeof path, "%s/kill.ini", folder);
    enum status st = text ? commit_bytes(folder, "kill.ini", text, strlen(text)) : ST_NOMEM;
    free(text);
    pid_t pid = st == ST_OK ? start(path) : 0;
    return pid > 0 && kill_under_way(pid, job->folder);
}

/* ---- and its end ---------------------------------------------------------------------- */

/* All ranks begin, and stop after a step. */
static enum status stop_a_run(struct world *w, const struct job *job)
{
    struct job brief = *job;
    struct train_options options = {.mode = FOLDER_OVERWRITE};
    brief.max_hours = 1e-12;
    enum status st = train_run(w, &brief, &options);
    return st == ST_STOPPED ? ST_OK
           : st == ST_OK    ? FAIL(ST_INTERNAL, "a run that should stop did not")
                            : st;
}

enum status check_kill_run(struct world *w, const struct check_job *c, const char *folder,
                           int *killed)
{
    enum { EPOCHS = 40 };
    struct check_digests whole, resumed;
    struct job job = c->job;
    job.epochs = EPOCHS;
    snprintf(job.folder, sizeof job.folder, "%.900s/whole", folder);
    TRY(check_runs_train(w, &job, FOLDER_NEW, &whole));
    snprintf(job.folder, sizeof job.folder, "%.900s/killed", folder);
    job.checkpoint_minutes = 1e-12; /* after every step */
    *killed = w->rank == 0 && kill_a_run(&job, folder);
    world_broadcast(w, killed, sizeof *killed);
    if (!*killed) TRY(stop_a_run(w, &job));
    TRY(check_runs_train(w, &job, FOLDER_RESUME, &resumed));
    if (check_runs_equal(&whole, &resumed)) return ST_OK;
    return FAIL(ST_INTERNAL,
                "the run that went on comes to %s %s, the one that never stopped to "
                "%s %s",
                resumed.checkpoint, resumed.results, whole.checkpoint, whole.results);
}
