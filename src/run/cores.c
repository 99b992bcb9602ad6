#include "run/cores.h"

#include "base/log.h"

#include <dirent.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where a rank may run. */
struct seat {
    char host[64];
    long process;
    cpu_set_t cpus, cores; /* a core is known by the first of its CPUs */
};

/* How crowded a rank's cores are. */
struct crowd {
    char host[64];
    int cores;  /* that it may run on */
    int ranks;  /* of this world that may run there and nowhere else, with itself .. */
    int cpus;   /* .. on so many CPUs: a core may be several */
    int others; /* processes of other runs that may run there and nowhere else .. */
    long other; /* .. and one of them */
};

/* ---- what the system says ---------------------------------------------------------------- */

/* The first number in a file; `otherwise` where it has none. */
static unsigned first_number(const char *path, unsigned otherwise)
{
    FILE *f = fopen(path, "r");
    unsigned n;
    if (!f) return otherwise;
    if (fscanf(f, "%u", &n) != 1) n = otherwise;
    fclose(f);
    return n;
}

static cpu_set_t cores_of(const cpu_set_t *cpus)
{
    cpu_set_t cores;
    char path[96];
    CPU_ZERO(&cores);
    for (unsigned i = 0; i < CPU_SETSIZE; i++) {
        if (!CPU_ISSET(i, cpus)) continue;
        snprintf(path, sizeof path,
                 "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list", i);
        CPU_SET(first_number(path, i), &cores);
    }
    return cores;
}

static int is_within(const cpu_set_t *a, const cpu_set_t *b)
{
    cpu_set_t both;
    CPU_AND(&both, a, b);
    return CPU_EQUAL(&both, a);
}

/* The name that the system knows this program's processes by. */
static void name_of(const char *process, char name[32])
{
    char path[64];
    snprintf(path, sizeof path, "/proc/%.20s/comm", process);
    FILE *f = fopen(path, "r");
    *name = '\0';
    if (f && !fgets(name, 32, f)) *name = '\0';
    if (f) fclose(f);
}

static int is_ours(long process, const struct seat *all, int places)
{
    for (int p = 0; p < places; p++)
        if (all[p].process == process) return 1;
    return 0;
}

/* The processes of this program, and of none of these ranks, that may run on these cores alone.
 */
static void find_others(const struct seat *mine, const struct seat *all, int places,
                        struct crowd *c)
{
    char name[32], own[32];
    DIR *dir = opendir("/proc");
    name_of("self", own);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        long process = strtol(e->d_name, NULL, 10);
        cpu_set_t cpus;
        if (process <= 0 || is_ours(process, all, places)) continue;
        name_of(e->d_name, name);
        if (strcmp(name, own) != 0) continue;
        if (sched_getaffinity((pid_t)process, sizeof cpus, &cpus) != 0) continue;
        cpu_set_t cores = cores_of(&cpus);
        if (is_within(&cores, &mine->cores)) c->others++, c->other = process;
    }
    if (dir) closedir(dir);
}

/* ---- what comes of it -------------------------------------------------------------------- */

static struct seat take_seat(void)
{
    struct seat s;
    memset(&s, 0, sizeof s);
    gethostname(s.host, sizeof s.host - 1);
    s.process = (long)getpid();
    if (sched_getaffinity(0, sizeof s.cpus, &s.cpus) != 0) CPU_ZERO(&s.cpus);
    s.cores = cores_of(&s.cpus);
    return s;
}

/* all[places]: of the ranks of this host. */
static struct crowd crowd_of(const struct seat *mine, const struct seat *all, int places)
{
    struct crowd c;
    cpu_set_t cpus;
    memset(&c, 0, sizeof c);
    memcpy(c.host, mine->host, sizeof c.host);
    c.cores = CPU_COUNT(&mine->cores);
    CPU_ZERO(&cpus);
    for (int p = 0; p < places; p++) {
        if (!is_within(&all[p].cores, &mine->cores)) continue;
        c.ranks++;
        CPU_OR(&cpus, &cpus, &all[p].cpus);
    }
    c.cpus = CPU_COUNT(&cpus);
    if (CPU_COUNT(&mine->cpus) < sysconf(_SC_NPROCESSORS_ONLN))
        find_others(mine, all, places, &c);
    return c;
}

/* mpirun --oversubscribe, in the words of 4 and of 5. */
static int is_wanted(void)
{
    const char *four = getenv("OMPI_MCA_rmaps_base_oversubscribe");
    const char *five = getenv("PRTE_MCA_rmaps_default_mapping_policy");
    return (four && strcmp(four, "0") != 0) || (five && strstr(five, "oversubscribe"));
}

static int is_crowded(const struct crowd *c)
{
    return c->ranks > c->cores && !is_wanted();
}

/* Ranks that one core has to carry; 0 where nobody is to be warned. */
static double load_of(const struct crowd *c)
{
    int is_shared = c->others && c->ranks + c->others > c->cores;
    if (c->cores == 0 || (!is_crowded(c) && !is_shared)) return 0;
    return (double)(c->ranks + c->others) / c->cores;
}

static void warn(const struct crowd *c)
{
    if (!is_crowded(c))
        log_warning("another hourglass, process %ld of host %s, is bound to the same core: "
                    "start one of them with mpirun --bind-to none (or --cpu-set), mpiexec "
                    "-bind-to none, or srun --exact",
                    c->other, c->host);
    else if (c->ranks > c->cpus)
        log_warning("%d ranks share %d core%s of host %s, and wait for each other: start one a "
                    "core; where the host has more, mpirun --map-by core, mpiexec -bind-to "
                    "core, or srun --cpu-bind=cores",
                    c->ranks, c->cores, c->cores == 1 ? "" : "s", c->host);
    else
        log_warning("%d ranks run on the hardware threads of %d core%s of host %s: start one a "
                    "core, with mpirun --map-by core, mpiexec -bind-to core, or srun "
                    "--hint=nomultithread",
                    c->ranks, c->cores, c->cores == 1 ? "" : "s", c->host);
}

/* The one that is worst off. */
static struct crowd worst_of(const struct crowd *all, int n)
{
    const struct crowd *worst = all;
    for (int i = 1; i < n; i++)
        if (load_of(&all[i]) > load_of(worst)) worst = &all[i];
    return *worst;
}

enum status cores_look(struct world *w)
{
    int most = w->rank == 0 && w->nodes > w->places ? w->nodes : w->places;
    struct seat mine = take_seat(), *all = calloc((size_t)w->places, sizeof *all);
    struct crowd crowd, *crowds = calloc((size_t)most, sizeof *crowds);
    int good = all && crowds;
    enum status st = world_agree(w, good ? ST_OK : FAIL(ST_NOMEM, "no memory for the cores"));
    if (st != ST_OK) goto done;
    world_gather_here(w, &mine, sizeof mine, all);
    crowd = crowd_of(&mine, all, w->places);
    world_gather_here(w, &crowd, sizeof crowd, crowds);
    crowd = worst_of(crowds, w->places);
    world_gather_machines(w, &crowd, sizeof crowd, crowds);
    if (w->rank == 0) crowd = worst_of(crowds, w->nodes);
    if (w->rank == 0 && load_of(&crowd) > 0) warn(&crowd);
done:
    free(all), free(crowds);
    return st;
}
