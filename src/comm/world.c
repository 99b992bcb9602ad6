#include "comm/world.h"

#include "base/clock.h"
#include "base/pulse.h"
#include "base/text.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "comm/world_mpi.h"

/* MPI's errors end the job (MPI_ERRORS_ARE_FATAL, the default), so calls are not checked. */

enum { MACHINES_TAG = 5 };

/* Ranks are numbered machine by machine: by the first rank of theirs, then as before. */
static void number(struct world_mpi *m)
{
    int leader;
    MPI_Comm ordered;
    MPI_Comm_rank(m->comm, &leader);
    MPI_Bcast(&leader, 1, MPI_INT, 0, m->node);
    MPI_Comm_split(m->comm, 0, leader, &ordered);
    MPI_Comm_free(&m->comm);
    m->comm = ordered;
}

/* Where begins[size] is not 0, and the end: [*count + 1], or NULL without memory. */
static int *table_of(const int *begins, int size, int *count)
{
    int n = 0, *first;
    for (int r = 0; r < size; r++) n += begins[r] != 0;
    first = malloc(((size_t)n + 1) * sizeof *first);
    *count = n;
    if (!first) return NULL;
    first[n] = size;
    for (int r = size; r-- > 0;)
        if (begins[r]) first[--n] = r;
    return first;
}

enum status world_firsts(struct world *w, int begins, int **first, int *count)
{
    int *all = malloc((size_t)w->size * sizeof *all);
    enum status st = world_agree(w, all ? ST_OK : FAIL(ST_NOMEM, "no memory for ranks"));
    *first = NULL;
    if (st != ST_OK) return free(all), st;
    MPI_Allgather(&begins, 1, MPI_INT, all, 1, MPI_INT, w->mpi->comm);
    int *table = table_of(all, w->size, count);
    free(all);
    st = world_agree(w, table ? ST_OK : FAIL(ST_NOMEM, "no memory for %d machines", *count));
    if (st != ST_OK) return free(table), st;
    *first = table;
    return ST_OK;
}

/* Take w->mpi->node for the ranks of a machine. */
static enum status arrange(struct world *w)
{
    int *first;
    number(w->mpi);
    MPI_Comm_rank(w->mpi->comm, &w->rank);
    MPI_Comm_size(w->mpi->comm, &w->size);
    MPI_Comm_rank(w->mpi->node, &w->place);
    MPI_Comm_size(w->mpi->node, &w->places);
    w->shares = 1;
    TRY(world_firsts(w, w->place == 0, &first, &w->nodes));
    free(w->mpi->first);
    w->first = w->mpi->first = first;
    for (w->node = 0; first[w->node + 1] <= w->rank;) w->node++;
    return ST_OK;
}

static void split_by_machine(struct world_mpi *m)
{
    int rank;
    MPI_Comm_rank(m->comm, &rank);
    MPI_Comm_split_type(m->comm, MPI_COMM_TYPE_SHARED, rank, MPI_INFO_NULL, &m->node);
}

enum status world_init(struct world *w, int *argc, char ***argv)
{
    int provided;
    *w = (struct world){.mpi = calloc(1, sizeof *w->mpi), .message = 1 << 28};
    if (!w->mpi) return FAIL(ST_NOMEM, "no memory to start MPI");
    /* Shared file pointers are not used, but MPI-IO makes them at every opening.  Of the ways
     * to do so, a semaphore that a killed run leaves in /dev/shm can hang the next one, and a
     * lock file would stand beside the user's data set. */
    setenv("OMPI_MCA_sharedfp", "individual", 0);
    if (MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided) != MPI_SUCCESS)
        return FAIL(ST_INTERNAL, "MPI cannot start");
    MPI_Comm_dup(MPI_COMM_WORLD, &w->mpi->comm);
    split_by_machine(w->mpi);
    return arrange(w);
}

void world_free(struct world *w)
{
    if (!w->mpi) return;
    MPI_Comm_free(&w->mpi->node);
    MPI_Comm_free(&w->mpi->comm);
    if (!w->mpi->is_part) MPI_Finalize();
    free(w->mpi->first);
    free(w->mpi);
    w->mpi = NULL;
}

enum status world_part(struct world *part, struct world *w, int colour)
{
    struct world_mpi *mpi = calloc(1, sizeof *mpi);
    *part = (struct world){.message = w->message};
    enum status st = world_agree(w, mpi ? ST_OK : FAIL(ST_NOMEM, "no memory for a part"));
    if (st != ST_OK) return free(mpi), st;
    MPI_Comm_split(w->mpi->comm, colour < 0 ? MPI_UNDEFINED : colour, w->rank, &mpi->comm);
    if (colour < 0) return free(mpi), world_agree(w, ST_OK);
    mpi->is_part = 1, part->mpi = mpi;
    split_by_machine(mpi);
    st = arrange(part);
    return world_agree(w, st);
}

enum status world_split_machine(struct world *w, int colour)
{
    MPI_Comm mine;
    MPI_Comm_split(w->mpi->node, colour, w->place, &mine);
    MPI_Comm_free(&w->mpi->node);
    w->mpi->node = mine;
    return arrange(w);
}

enum status world_worst(struct world *w, enum status mine)
{
    /* The worst status first, of equals the lowest rank: one number to take the maximum of. */
    double start = clock_seconds();
    int key = (int)mine * w->size + (w->size - 1 - w->rank), worst;
    MPI_Allreduce(&key, &worst, 1, MPI_INT, MPI_MAX, w->mpi->comm);
    enum status st = (enum status)(worst / w->size);
    if (st != ST_OK) {
        char text[STATUS_TEXT];
        snprintf(text, sizeof text, "%s", status_message());
        MPI_Bcast(text, sizeof text, MPI_CHAR, w->size - 1 - worst % w->size, w->mpi->comm);
        status_set_message(text);
    }
    w->wait += clock_seconds() - start;
    return st;
}

_Noreturn void world_abort(struct world *w, int exit_code)
{
    MPI_Abort(w->mpi->comm, exit_code);
    _Exit(exit_code);
}

/* The n bytes of rank `from` to all, in as many messages as they need. */
static void broadcast(struct world *w, int from, char *bytes, size_t n)
{
    size_t most = w->message * sizeof(float);
    for (size_t take; n; bytes += take, n -= take) {
        take = n < most ? n : most;
        MPI_Bcast(bytes, (int)take, MPI_BYTE, from, w->mpi->comm);
        pulse_beat();
    }
}

void world_broadcast(struct world *w, void *bytes, size_t n)
{
    double start = clock_seconds();
    broadcast(w, 0, bytes, n);
    w->wait += clock_seconds() - start;
}

/* More than one message from each rank: rank after rank. */
static void gather_long(struct world *w, const void *mine, size_t n, char *all)
{
    memcpy(all + (size_t)w->rank * n, mine, n);
    for (int r = 0; r < w->size; r++) broadcast(w, r, all + (size_t)r * n, n);
}

void world_gather_all(struct world *w, const void *mine, size_t n, void *all)
{
    double start = clock_seconds();
    if (n > w->message * sizeof(float))
        gather_long(w, mine, n, all);
    else
        MPI_Allgather(mine, (int)n, MPI_BYTE, all, (int)n, MPI_BYTE, w->mpi->comm);
    w->wait += clock_seconds() - start;
}

void world_gather_machines(struct world *w, const void *mine, size_t n, void *all)
{
    double start = clock_seconds();
    if (w->rank == 0) {
        memcpy(all, mine, n);
        for (int i = 1; i < w->nodes; i++)
            MPI_Recv((char *)all + (size_t)i * n, (int)n, MPI_BYTE, w->first[i], MACHINES_TAG,
                     w->mpi->comm, MPI_STATUS_IGNORE);
    } else if (w->place == 0) {
        MPI_Send(mine, (int)n, MPI_BYTE, 0, MACHINES_TAG, w->mpi->comm);
    }
    w->wait += clock_seconds() - start;
}

void world_gather_here(struct world *w, const void *mine, size_t n, void *all)
{
    double start = clock_seconds();
    MPI_Allgather(mine, (int)n, MPI_BYTE, all, (int)n, MPI_BYTE, w->mpi->node);
    w->wait += clock_seconds() - start;
}

void world_broadcast_here(struct world *w, void *bytes, size_t n)
{
    double start = clock_seconds();
    MPI_Bcast(bytes, (int)n, MPI_BYTE, 0, w->mpi->node);
    w->wait += clock_seconds() - start;
}

size_t world_most(struct world *w, size_t mine)
{
    unsigned long number = mine, most;
    double start = clock_seconds();
    MPI_Allreduce(&number, &most, 1, MPI_UNSIGNED_LONG, MPI_MAX, w->mpi->comm);
    w->wait += clock_seconds() - start;
    return most;
}

int world_equal(struct world *w, uint64_t mine)
{
    uint64_t both[2] = {mine, ~mine}, most[2]; /* the largest, and the smallest's complement */
    double start = clock_seconds();
    MPI_Allreduce(both, most, 2, MPI_UINT64_T, MPI_MAX, w->mpi->comm);
    w->wait += clock_seconds() - start;
    return most[0] == ~most[1];
}

void world_library_sum(struct world *w, float *x, size_t n)
{
    double start = clock_seconds();
    MPI_Allreduce(MPI_IN_PLACE, x, (int)n, MPI_FLOAT, MPI_SUM, w->mpi->comm);
    w->wait += clock_seconds() - start;
}

void world_barrier(struct world *w)
{
    double start = clock_seconds();
    MPI_Barrier(w->mpi->comm);
    w->wait += clock_seconds() - start;
}

void world_rest(struct world *w)
{
    const struct timespec nap = {.tv_nsec = 2000000};
    double start = clock_seconds();
    MPI_Request all;
    int here = 0;
    MPI_Ibarrier(w->mpi->comm, &all);
    for (MPI_Test(&all, &here, MPI_STATUS_IGNORE); !here;
         MPI_Test(&all, &here, MPI_STATUS_IGNORE)) {
        nanosleep(&nap, NULL);
        pulse_beat();
    }
    w->wait += clock_seconds() - start;
}

/* all[nodes, n]: one line for neighbours of the same name. */
static void print_hosts(const struct world *w, const char *all, size_t n, FILE *out)
{
    for (int i = 0, next; i < w->nodes; i = next) {
        const char *host = all + (size_t)i * n;
        for (next = i + 1; next < w->nodes && strcmp(host, all + (size_t)next * n) == 0;)
            next++;
        fprintf(out, "%s%s: %d", i ? "\n" : "", host, w->first[next] - w->first[i]);
    }
}

char *world_hosts(struct world *w)
{
    enum { NAME = MPI_MAX_PROCESSOR_NAME };
    int length, first = w->rank == 0;
    char name[NAME] = "", *all = malloc(first ? (size_t)w->nodes * NAME : 1);
    struct text hosts = {.at = NULL};
    if (world_agree(w, all ? ST_OK : FAIL(ST_NOMEM, "no memory for host names")) != ST_OK)
        goto done;
    MPI_Get_processor_name(name, &length);
    world_gather_machines(w, name, NAME, all);
    if (text_begin(&hosts, "host names") != ST_OK) goto done;
    if (first) print_hosts(w, all, NAME, hosts.out);
    if (text_end(&hosts) != ST_OK) hosts.at = NULL;
done:
    free(all);
    return hosts.at;
}

void world_library(char *text, size_t n)
{
    char full[MPI_MAX_LIBRARY_VERSION_STRING] = "";
    int length;
    MPI_Get_library_version(full, &length);
    snprintf(text, n, "%.*s", (int)strcspn(full, ",\n"), full);
}
