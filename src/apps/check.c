/* hourglass check: whether this machine, with these ranks, comes to the bits that it should,
 * keeps what is written, and how fast it sums.  Prints a certificate. */
#include "apps/commands.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/version.h"
#include "certificate.h"
#include "check_kill.h"
#include "check_machine.h"
#include "check_runs.h"
#include "check_storage.h"
#include "check_sum.h"
#include "linalg/isa.h"
#include "run/binary.h"
#include "store/commit.h"
#include "store/library.h"

#include <errno.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the command line says; made on rank 0 and broadcast, so it holds no pointers. */
struct request {
    char folder[JOB_FOLDER / 2]; /* of this check, in the one that it tries out */
    struct check_jobs jobs;
    struct check_job kill; /* the one that is killed */
};

struct check {
    struct world *w;
    struct world few; /* as many of the ranks as every golden job has shards, far apart */
    struct request *q;
    struct certificate c;
    struct check_machine machine;
    struct check_alone (*alone)[CHECK_SETS]; /* [jobs] */
};

/* ---- rank 0: the command line, folder and data ---------------------------------------- */

static const char usage[] = "write: hourglass check [JOB.ini] [--folder DIR]";

static enum status read_words(int argc, char **argv, const char **job, const char **folder)
{
    for (int i = 0; i < argc; i++) {
        if (strcmp(argv[i], "--folder") == 0 && i + 1 < argc)
            *folder = argv[++i];
        else if (argv[i][0] != '-' && !*job)
            *job = argv[i];
        else
            return FAIL(ST_USAGE, "check: '%s' is not understood; %s", argv[i], usage);
    }
    return ST_OK;
}

static enum status make_folder(struct request *q, const char *in)
{
    int n = snprintf(q->folder, sizeof q->folder, "%s/hourglass-check-%ld", in, (long)getpid());
    if (n >= (int)sizeof q->folder) return FAIL(ST_CANTCREATE, "the path %s is too long", in);
    return commit_folder(q->folder);
}

/* The least number of shards that a golden job has: so many ranks can work on all of them. */
static int least_shards(const struct check_jobs *jobs)
{
    long least = jobs->at[0].job.shards;
    for (int i = 0; i < jobs->count; i++)
        if (*jobs->at[i].golden.results && jobs->at[i].job.shards < least)
            least = jobs->at[i].job.shards;
    return (int)least;
}

static enum status choose_jobs(struct request *q, const char *job, int ranks)
{
    struct check_jobs *jobs = &q->jobs;
    TRY(check_jobs_golden(jobs));
    if (ranks > least_shards(jobs))
        TRY(check_jobs_wide(&jobs->at[jobs->count++], "vanilla", ranks));
    if (job) TRY(check_jobs_read(&jobs->at[jobs->count++], job, ranks));
    return check_jobs_wide(&q->kill, "golden-dense", ranks);
}

static enum status make_data(struct request *q)
{
    char file[32];
    for (int i = 0; i < q->jobs.count; i++) {
        snprintf(file, sizeof file, "%d.h5", i);
        TRY(check_jobs_data(&q->jobs.at[i], q->folder, file));
    }
    return check_jobs_data(&q->kill, q->folder, "kill.h5");
}

static enum status prepare(struct request *q, int argc, char **argv, int ranks)
{
    const char *job = NULL, *folder = ".";
    TRY(read_words(argc, argv, &job, &folder));
    TRY(choose_jobs(q, job, ranks));
    TRY(make_folder(q, folder));
    return make_data(q);
}

static int remove_one(const char *path, const struct stat *s, int type, struct FTW *at)
{
    (void)s, (void)type, (void)at;
    return remove(path), 0;
}

static void remove_folder(const char *folder)
{
    if (*folder) nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- facts ---------------------------------------------------------------------------- */

static void print_facts(const struct check *k)
{
    char now[32], mpi[128], hdf5[32];
    struct binary program;
    clock_utc(now);
    world_library(mpi, sizeof mpi);
    library_hdf5(hdf5, sizeof hdf5);
    binary_look(&program);
    certificate_fact(&k->c, "time", "%s", now);
    certificate_fact(&k->c, "hourglass", "%s (%s)", HOURGLASS_VERSION, HOURGLASS_COMMIT);
    certificate_fact(&k->c, "program", "%s", program.path);
    certificate_fact(&k->c, "its SHA-256", "%s, on every rank", program.sha256);
    certificate_fact(&k->c, "libraries", "%s, %s", mpi, hdf5);
    certificate_fact(&k->c, "ranks", "%d, their replicas compared before every step",
                     k->w->size);
    certificate_fact(&k->c, "folder", "%s", k->q->folder);
}

/* ---- bits ----------------------------------------------------------------------------- */

/* A job on the ranks that can work on it; what it comes to, on every rank. */
static enum status run_together(struct check *k, int j, struct check_digests *d, int *ranks)
{
    struct job job = k->q->jobs.at[j].job;
    struct world *w = *k->q->jobs.at[j].golden.results ? &k->few : k->w;
    snprintf(job.folder, sizeof job.folder, "%s/%d-together", k->q->folder, j);
    TRY(world_agree(k->w, w->size ? check_runs_train(w, &job, FOLDER_NEW, d) : ST_OK));
    *ranks = w->size;
    world_broadcast(k->w, d, sizeof *d);
    world_broadcast(k->w, ranks, sizeof *ranks);
    return ST_OK;
}

static enum status compare(struct check *k, int j, const struct check_digests *d, int ranks)
{
    const struct check_digests *golden = &k->q->jobs.at[j].golden;
    if (*golden->results && !check_runs_equal(d, golden))
        return FAIL(ST_INTERNAL, "%d rank%s: %s %s, not %s %s", ranks, ranks == 1 ? "" : "s",
                    d->checkpoint, d->results, golden->checkpoint, golden->results);
    return world_agree(k->w, check_runs_compare(&k->machine, k->alone[j], d));
}

static void check_bits(struct check *k)
{
    struct world alone;
    enum status st = world_part(&alone, k->w, k->w->rank);
    if (st == ST_OK)
        check_runs_alone(&alone, &k->machine, &k->q->jobs, k->q->folder, k->w->rank, k->alone);
    for (int j = 0; j < k->q->jobs.count; j++) {
        const struct check_job *c = &k->q->jobs.at[j];
        struct check_digests d = {"", ""};
        int ranks = 0;
        enum status all = st == ST_OK ? run_together(k, j, &d, &ranks) : st;
        if (all == ST_OK) all = compare(k, j, &d, ranks);
        certificate_check(&k->c, c->name, all, "%s %s  %d rank%s = 1 alone with each set%s",
                          d.checkpoint, d.results, ranks, ranks == 1 ? "" : "s",
                          *c->golden.results ? " = golden" : "");
    }
    world_free(&alone);
}

/* ---- the rest ------------------------------------------------------------------------- */

static void check_kill(struct check *k)
{
    int killed = 0;
    enum status st = check_kill_run(k->w, &k->q->kill, k->q->folder, &killed);
    certificate_check(&k->c, "resume", st,
                      "%s, and went on with %d: as if it had never stopped",
                      killed ? "a run on 1 rank was killed by SIGKILL"
                             : "a run was stopped (no process of its own could be killed)",
                      k->w->size);
}

static void check_storage(struct check *k)
{
    double bytes = 0, seconds = 0;
    enum status st = check_storage_try(k->w, k->q->folder, &bytes, &seconds);
    certificate_check(&k->c, "storage", st,
                      "%.1f MB by parallel HDF5, synced, read back twice from the disk: %.2f s",
                      bytes / 1e6, seconds);
}

static void check_sum(struct check *k, size_t millions)
{
    struct check_sum s = {0};
    char name[32], text[160] = "no other rank to add up with";
    double bytes = 4e6 * (double)millions;
    enum status st = check_sum_measure(k->w, 1000000 * millions, &s);
    snprintf(name, sizeof name, "sum of %zu M", millions);
    if (k->w->size > 1)
        snprintf(text, sizeof text,
                 "floats: %.2f ms, %.2f GB/s; MPI_Allreduce %.2f ms, %.2f GB/s", 1e3 * s.ours,
                 bytes / s.ours / 1e9, 1e3 * s.library, bytes / s.library / 1e9);
    certificate_check(&k->c, name, st, "%s", text);
}

static enum status run_checks(struct check *k)
{
    double begun = clock_seconds();
    int most = least_shards(&k->q->jobs), apart = (k->w->size + most - 1) / most;
    if (k->c.prints) puts("hourglass check: a certificate");
    print_facts(k);
    TRY(check_machine_look(&k->machine, k->w, &k->c));
    TRY(world_part(&k->few, k->w, k->w->rank % apart == 0 ? 0 : -1));
    check_bits(k);
    world_free(&k->few);
    check_kill(k);
    check_storage(k);
    check_sum(k, 1);
    check_sum(k, 5);
    certificate_fact(&k->c, "seconds", "%.1f", clock_seconds() - begun);
    return certificate_end(&k->c);
}

static enum status command(struct world *w, int argc, char **argv)
{
    struct check k = {.w = w, .c = {.prints = w->rank == 0}};
    k.q = calloc(1, sizeof *k.q);
    k.alone = calloc(CHECK_JOBS, sizeof *k.alone);
    log_quiet(); /* of the runs */
    enum status st = k.q && k.alone ? ST_OK : FAIL(ST_NOMEM, "no memory for the jobs");
    st = world_agree(w, st);
    if (st == ST_OK)
        st = world_agree(w, w->rank == 0 ? prepare(k.q, argc, argv, w->size) : ST_OK);
    if (st == ST_OK) {
        world_broadcast(w, k.q, sizeof *k.q);
        st = run_checks(&k);
    }
    if (k.q && w->rank == 0) remove_folder(k.q->folder);
    free(k.alone);
    free(k.q);
    return st;
}

const struct command check_command = {.word = "check", .together = command};
