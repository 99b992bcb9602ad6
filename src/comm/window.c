#include "window.h"

#include "base/clock.h"
#include "base/log.h"

#include <mpi.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "comm/world_mpi.h"

struct window {
    MPI_Win win;
};

enum { LINE = 64 }; /* bytes of a cache line */

/* Where a line begins in what MPI has given: at the same byte for all ranks, since each has it
 * mapped from the beginning of a page. */
static void *aligned(void *base)
{
    return (char *)base + (LINE - (uintptr_t)base % LINE) % LINE;
}

/* Where Open MPI puts windows; another MPI is taken to do the same. */
static const char *place_of_windows(void)
{
    const char *told = getenv("OMPI_MCA_osc_sm_backing_directory"), *session = getenv("TMPDIR");
    if (told) return told;
    if (access("/dev/shm", W_OK) == 0) return "/dev/shm";
    return session ? session : "/tmp";
}

/* Bytes that are free there, the most where that is not known.  A window that does not fit
 * there hangs Open MPI: rank 0 fails, the others wait for it. */
static size_t room_for_windows(const char *place)
{
    struct statvfs fs;
    if (statvfs(place, &fs) != 0) return SIZE_MAX;
    return (size_t)fs.f_bavail * fs.f_frsize;
}

/* Whether the windows of all ranks here fit, with something to spare for MPI's own and the
 * twentieth that Open MPI wants to stay free; the same answer on all of them. */
static int fit(const struct world *w, unsigned long all)
{
    enum { SPARE = 8 << 20 };
    const char *place = place_of_windows();
    size_t free_bytes = room_for_windows(place);
    all += all / 20 + SPARE;
    int no = all > free_bytes, any;
    MPI_Allreduce(&no, &any, 1, MPI_INT, MPI_MAX, w->mpi->node);
    if (any && w->place == 0)
        log_line("shared memory: %s has %zu MB free and the sums want %lu MB: the ranks "
                 "send messages instead (the same bits, slower)",
                 place, free_bytes >> 20, (all >> 20) + 1);
    return !any;
}

/* Whether all ranks here have a window, zero. */
static int allocate(struct window *v, const struct world *w, size_t bytes)
{
    MPI_Comm node;
    MPI_Info info;
    void *mine;
    int failed, any;
    MPI_Comm_dup(w->mpi->node, &node); /* it reports its errors */
    MPI_Comm_set_errhandler(node, MPI_ERRORS_RETURN);
    MPI_Info_create(&info);
    MPI_Info_set(info, "alloc_shared_noncontig", "true");
    failed = MPI_Win_allocate_shared((MPI_Aint)(bytes + LINE), 1, info, node, &mine, &v->win) !=
             MPI_SUCCESS;
    MPI_Info_free(&info);
    MPI_Comm_free(&node);
    if (!failed) {
        memset(aligned(mine), 0, bytes);
        MPI_Win_lock_all(MPI_MODE_NOCHECK, v->win);
        MPI_Win_sync(v->win);
    }
    MPI_Allreduce(&failed, &any, 1, MPI_INT, MPI_MAX, w->mpi->node);
    return !any; /* what one rank could not have, the others leave unused */
}

void window_new(struct window **out, const struct world *w, size_t bytes)
{
    enum { SPARE_A_RANK = 1 << 20 };
    *out = NULL;
    if (!w->shares || w->places == 1) return;
    struct window *v = calloc(1, sizeof *v);
    unsigned long mine[2] = {bytes + SPARE_A_RANK, !v}, all[2];
    MPI_Allreduce(mine, all, 2, MPI_UNSIGNED_LONG, MPI_SUM, w->mpi->node);
    if (v && all[1] == 0 && fit(w, all[0]) && allocate(v, w, bytes)) *out = v, v = NULL;
    free(v);
}

void window_free(struct window *v)
{
    if (!v) return;
    MPI_Win_unlock_all(v->win);
    MPI_Win_free(&v->win);
    free(v);
}

void *window_of(const struct window *v, int place)
{
    MPI_Aint bytes;
    int unit;
    void *base;
    MPI_Win_shared_query(v->win, place, &bytes, &unit, &base);
    return aligned(base);
}

void window_say(const struct window *v, struct window_sign *mine, uint64_t at)
{
    if (!v) return;
    MPI_Win_sync(v->win);
    atomic_store_explicit(&mine->at, at, memory_order_release);
}

int window_heard(const struct window *v, const struct window_sign *sign, uint64_t at)
{
    if (!v) return 1;
    if (atomic_load_explicit(&sign->at, memory_order_acquire) < at) return 0;
    MPI_Win_sync(v->win);
    return 1;
}

/* Others may want this core, and MPI moves messages only while it is called: those too that it
 * says have left, as ranks of one machine send them where a larger window did not fit. */
static void give_way(const struct world *w)
{
    int any;
    MPI_Iprobe(MPI_ANY_SOURCE, MPI_ANY_TAG, w->mpi->comm, &any, MPI_STATUS_IGNORE);
    sched_yield();
}

void window_wait(struct world *w, const struct window *v, const struct window_sign *sign,
                 uint64_t at)
{
    enum { LOOKS = 64 };
    if (window_heard(v, sign, at)) return;
    double start = clock_seconds();
    for (unsigned looks = 1; !window_heard(v, sign, at); looks++)
        if (looks % LOOKS == 0) give_way(w);
    w->wait += clock_seconds() - start;
}

enum status window_nodes(struct nodes *n, struct world *w, const struct window *v)
{
    *n = (struct nodes){.count = 0};
    TRY(world_firsts(w, !v || w->place == 0, &n->first, &n->count));
    while (n->first[n->mine + 1] <= w->rank) n->mine++;
    return ST_OK;
}
