/* gcc: -Wno-stringop-overflow since MPICH's MPI_STATUSES_IGNORE is the address 1. */
#include "reduce_scatter.h"

#include "base/clock.h"
#include "base/fmath.h"
#include "base/log.h"
#include "base/share.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "comm/world_mpi.h"

enum {
    SMALL = 4096, /* floats of a rank's subtrees: messages of this size cost their number */
    PIECE = 2048, /* floats that are summed at a time, in the first-level cache */
};

struct reduce_scatter {
    size_t shards, n, stride;          /* stride: floats from one array to the next */
    struct tree_node *piece;           /* [pieces]: the subtrees of all ranks, in leaf order */
    int *piece_end;                    /* [size]: those of rank r end here */
    int pieces, own;                   /* own: this rank's */
    int small;                         /* without shared memory everybody gets all subtrees */
    size_t *slice_count, *slice_first; /* [size] floats: slices of n, or of all subtrees */
    int *int_count, *int_first;        /* [size] the same for MPI, where they fit into it */
    float *mine;                       /* [own, stride]: this rank's subtrees */
    float *total;                      /* [n]: the sum */
    MPI_Win window;                    /* MPI_WIN_NULL where messages are sent */
    float **array;   /* [pieces] in shared memory, or where all are gathered */
    float *memory;   /* otherwise: mine, total, received */
    float *received; /* [pieces - own, slice], or all gathered: [pieces, stride] */
    MPI_Request *request;
    int requests; /* on their way */
    int left;     /* slices of ranks 0 .. left - 1 have not been sent yet */
    const struct world *w;
};

static size_t aligned(size_t floats)
{
    return (floats + 15) / 16 * 16;
}

static size_t slice_most(size_t n, size_t size)
{
    return aligned((n + size - 1) / size + 1);
}

static int first_piece(const struct reduce_scatter *b, size_t rank)
{
    return rank ? b->piece_end[rank - 1] : 0;
}

/* Whether everybody gets all subtrees, in one message a rank: an answer for all ranks. */
static int is_small(size_t shards, size_t n, size_t size)
{
    size_t most = 0;
    int spare;
    for (size_t r = 0; r < size; r++) {
        size_t own = (size_t)tree_plan(shards, r, size, &spare).depth;
        if (own > most) most = own;
    }
    return most * aligned(n) <= SMALL;
}

/* Floats that are received from others, where no memory is shared. */
static size_t received_floats(size_t shards, size_t n, size_t size, size_t own)
{
    size_t pieces = (size_t)tree_pieces(shards, size);
    if (is_small(shards, n, size)) return pieces * aligned(n);
    return (pieces - own) * slice_most(n, size);
}

/* ---- memory ------------------------------------------------------------------------------ */

/* Write down what every rank is left with. */
static int plan_all(struct reduce_scatter *b, const struct world *w)
{
    size_t size = (size_t)w->size;
    int most, at = 0;
    b->pieces = tree_pieces(b->shards, size);
    b->piece = calloc((size_t)b->pieces, sizeof *b->piece);
    b->array = calloc((size_t)b->pieces, sizeof *b->array);
    b->piece_end = calloc(3 * size, sizeof *b->piece_end);
    b->slice_count = calloc(2 * size, sizeof *b->slice_count);
    if (!b->piece || !b->array || !b->piece_end || !b->slice_count) return 0;
    for (size_t r = 0; r < size; r++) {
        struct tree_stack left = tree_plan(b->shards, r, size, &most);
        memcpy(b->piece + at, left.node, (size_t)left.depth * sizeof *b->piece);
        b->piece_end[r] = at += left.depth;
        if (r == (size_t)w->rank) b->own = left.depth;
    }
    b->slice_first = b->slice_count + size;
    b->int_count = b->piece_end + size, b->int_first = b->int_count + size;
    return 1;
}

/* What each rank sums, or, in one message to all, sends. */
static void plan_slices(struct reduce_scatter *b, size_t size)
{
    b->small = b->window == MPI_WIN_NULL && is_small(b->shards, b->n, size);
    for (size_t r = 0; r < size; r++) {
        size_t first = (size_t)first_piece(b, r), end = (size_t)b->piece_end[r];
        b->slice_count[r] = b->small ? (end - first) * b->stride : share_count(b->n, r, size);
        b->slice_first[r] = b->small ? first * b->stride : share_first(b->n, r, size);
        b->int_count[r] = (int)b->slice_count[r], b->int_first[r] = (int)b->slice_first[r];
    }
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

/* Whether all ranks' windows fit, with something to spare for MPI's own and the twentieth that
 * Open MPI wants to stay free; the same answer on every rank. */
static int fits(const struct world *w, size_t bytes)
{
    enum { SPARE = 8 << 20, SPARE_A_RANK = 1 << 20 };
    const char *place = place_of_windows();
    size_t free_bytes = room_for_windows(place);
    unsigned long mine = bytes + SPARE_A_RANK, all;
    MPI_Allreduce(&mine, &all, 1, MPI_UNSIGNED_LONG, MPI_SUM, w->mpi->comm);
    all += all / 20 + SPARE;
    int no = all > free_bytes, any;
    MPI_Allreduce(&no, &any, 1, MPI_INT, MPI_MAX, w->mpi->comm);
    if (any && w->rank == 0)
        log_line("shared memory: %s has %zu MB free and the sums want %lu MB: the ranks "
                 "send messages instead (the same bits, slower)",
                 place, free_bytes >> 20, (all >> 20) + 1);
    return !any;
}

/* Everything in one window of the node; rank 0's part has the total as well.  Returns 0 on
 * every rank where that cannot be had. */
static int share_memory(struct reduce_scatter *b, const struct world *w)
{
    MPI_Comm node;
    MPI_Info info;
    int failed, any;
    size_t bytes = ((size_t)b->own + (w->rank == 0)) * b->stride * sizeof(float);
    if (!w->shares || !fits(w, bytes)) return 0;
    MPI_Comm_dup(w->mpi->comm, &node); /* it reports its errors */
    MPI_Comm_set_errhandler(node, MPI_ERRORS_RETURN);
    MPI_Info_create(&info);
    MPI_Info_set(info, "alloc_shared_noncontig", "true");
    failed = MPI_Win_allocate_shared((MPI_Aint)bytes, sizeof(float), info, node, &b->mine,
                                     &b->window) != MPI_SUCCESS;
    MPI_Info_free(&info);
    MPI_Comm_free(&node);
    MPI_Allreduce(&failed, &any, 1, MPI_INT, MPI_MAX, w->mpi->comm);
    if (any) { /* what one rank could not have, the others leave unused */
        b->window = MPI_WIN_NULL;
        return 0;
    }
    MPI_Win_lock_all(MPI_MODE_NOCHECK, b->window);
    return 1;
}

/* Where everybody's subtrees are. */
static void find_arrays(struct reduce_scatter *b, const struct world *w)
{
    for (int r = 0; r < w->size; r++) {
        MPI_Aint bytes;
        int unit, first = first_piece(b, (size_t)r), count = b->piece_end[r] - first;
        float *base;
        MPI_Win_shared_query(b->window, r, &bytes, &unit, &base);
        for (int k = 0; k < count; k++) b->array[first + k] = base + (size_t)k * b->stride;
        if (r == 0) b->total = base + (size_t)count * b->stride;
    }
    memset(b->mine, 0, ((size_t)b->own + (w->rank == 0)) * b->stride * sizeof(float));
}

/* Messages that so many floats leave in. */
static size_t messages(const struct world *w, size_t floats)
{
    return (floats + w->message - 1) / w->message;
}

static int allocate(struct reduce_scatter *b, const struct world *w)
{
    size_t own = (size_t)b->own, others = (size_t)b->pieces - own, size = (size_t)w->size;
    size_t floats = (own + 1) * b->stride + received_floats(b->shards, b->n, size, own);
    b->memory = aligned_alloc(64, floats * sizeof(float));
    b->request = calloc((others + own * size) * messages(w, slice_most(b->n, size)),
                        sizeof(MPI_Request));
    if (!b->memory || !b->request) return 0;
    memset(b->memory, 0, floats * sizeof(float));
    b->mine = b->memory;
    b->total = b->mine + own * b->stride;
    b->received = b->total + b->stride;
    for (int k = 0; k < b->pieces; k++) b->array[k] = b->received + (size_t)k * b->stride;
    return 1;
}

enum status reduce_scatter_new(struct reduce_scatter **out, struct world *w, size_t shards,
                               size_t n, float *mine[TREE_DEPTH])
{
    struct reduce_scatter *b = calloc(1, sizeof *b);
    int ok = b != NULL;
    if (ok) {
        *b = (struct reduce_scatter){
            .shards = shards, .n = n, .window = MPI_WIN_NULL, .left = w->size, .w = w};
        b->stride = aligned(n ? n : 1);
        ok = plan_all(b, w);
    }
    enum status st = ok ? ST_OK : FAIL(ST_NOMEM, "no memory for the sums over ranks");
    TRY_DONE(world_agree(w, st));
    if (share_memory(b, w))
        find_arrays(b, w);
    else
        ok = allocate(b, w);
    plan_slices(b, (size_t)w->size);
    st = ok ? ST_OK
            : FAIL(ST_NOMEM, "no memory for the sums over %zu shards (%zu bytes)", shards,
                   reduce_scatter_bytes(w, shards, n));
    TRY_DONE(world_agree(w, st));
    for (int k = 0; k < b->own; k++) mine[k] = b->mine + (size_t)k * b->stride;
    *out = b, b = NULL; /* it is the caller's now */
done:
    reduce_scatter_free(b);
    return st;
}

void reduce_scatter_free(struct reduce_scatter *b)
{
    if (!b) return;
    if (b->window != MPI_WIN_NULL) {
        MPI_Win_unlock_all(b->window);
        MPI_Win_free(&b->window);
    }
    free(b->memory);
    free(b->request);
    free(b->piece);
    free(b->array);
    free(b->piece_end);
    free(b->slice_count);
    free(b);
}

size_t reduce_scatter_bytes(const struct world *w, size_t shards, size_t n)
{
    size_t size = (size_t)w->size;
    int spare;
    size_t own = (size_t)tree_plan(shards, (size_t)w->rank, size, &spare).depth;
    size_t floats = (own + 1) * aligned(n) + received_floats(shards, n, size, own);
    return floats * sizeof(float);
}

/* ---- the sum ----------------------------------------------------------------------------- */

/* left += right over n floats */
static void merge(void *user, float *restrict left, float *restrict right)
{
    size_t n = *(const size_t *)user;
    for (size_t i = 0; i < n; i++) left[i] += right[i];
}

/* Where this rank finds what it sums of subtree k. */
typedef float *where(const struct reduce_scatter *b, const struct world *w, int k);

/* Go on with the rule over everybody's subtrees: the sum[count] into `to`.  Returns whether it
 * is finite. */
static int sum_subtrees(const struct reduce_scatter *b, const struct world *w, where *find,
                        size_t count, float *to)
{
    int finite = 1;
    for (size_t at = 0; at < count; at += PIECE) {
        size_t n = count - at < PIECE ? count - at : PIECE;
        struct tree_stack all = {0};
        for (int k = 0; k < b->pieces; k++) {
            struct tree_node x = b->piece[k];
            x.sum = find(b, w, k) + at;
            tree_push(&all, x, b->shards, merge, &n);
        }
        memcpy(to + at, all.node[0].sum, n * sizeof *to); /* NOLINT: of one piece at least */
        finite &= fm_all_finite(to + at, n);
    }
    return finite;
}

/* In shared memory: what others have written is seen after this. */
static void meet(const struct reduce_scatter *b, struct world *w)
{
    MPI_Win_sync(b->window);
    world_barrier(w);
    MPI_Win_sync(b->window);
}

static float *shared_slice(const struct reduce_scatter *b, const struct world *w, int k)
{
    return b->array[k] + b->slice_first[w->rank];
}

/* Nobody touches another's slice.  All have left the last total when they meet here. */
static int slices_in_shared_memory(struct reduce_scatter *b, struct world *w)
{
    meet(b, w);
    int finite = sum_subtrees(b, w, shared_slice, b->slice_count[w->rank],
                              b->total + b->slice_first[w->rank]);
    MPI_Win_sync(b->window);
    return finite;
}

static float *gathered(const struct reduce_scatter *b, const struct world *w, int k)
{
    (void)w;
    return b->array[k];
}

/* Everybody's subtrees to everybody, who sums them all. */
static int gather_small(struct reduce_scatter *b, struct world *w)
{
    double start = clock_seconds();
    MPI_Allgatherv(b->mine, b->int_count[w->rank], MPI_FLOAT, b->received, b->int_count,
                   b->int_first, MPI_FLOAT, w->mpi->comm);
    w->wait += clock_seconds() - start;
    return sum_subtrees(b, w, gathered, b->n, b->total);
}

/* The part of n floats, from `at` on, that goes in one message. */
static int part(const struct reduce_scatter *b, size_t n, size_t at)
{
    return (int)(n - at < b->w->message ? n - at : b->w->message);
}

/* Messages of one slice arrive in the order they left in: `tag` names the subtree. */
static void receive_slice(struct reduce_scatter *b, float *to, size_t n, size_t from, int tag)
{
    for (size_t at = 0; at < n; at += b->w->message)
        MPI_Irecv(to + at, part(b, n, at), MPI_FLOAT, (int)from, tag, b->w->mpi->comm,
                  &b->request[b->requests++]);
}

static void send_slice(struct reduce_scatter *b, const float *from, size_t n, int to, int tag)
{
    for (size_t at = 0; at < n; at += b->w->message)
        MPI_Isend(from + at, part(b, n, at), MPI_FLOAT, to, tag, b->w->mpi->comm,
                  &b->request[b->requests++]);
}

/* Receive my slice of everybody's subtrees. */
static void receive(struct reduce_scatter *b)
{
    size_t size = (size_t)b->w->size, me = (size_t)b->w->rank, slice = slice_most(b->n, size);
    float *to = b->received;
    for (size_t q = 0; q < size; q++) {
        int count = b->piece_end[q] - first_piece(b, q);
        for (int k = 0; q != me && k < count; k++, to += slice)
            receive_slice(b, to, b->slice_count[me], q, k);
    }
}

/* Send ranks first .. b->left their slices, each rank beginning with another one. */
static void send(struct reduce_scatter *b, int first)
{
    int ranks = b->left - first, me = b->w->rank;
    for (int i = 0; i < ranks; i++) {
        int q = first + (me + 1 + i) % ranks;
        for (int k = 0; q != me && k < b->own; k++)
            send_slice(b, b->mine + (size_t)k * b->stride + b->slice_first[q],
                       b->slice_count[q], q, k);
    }
    b->left = first;
}

void reduce_scatter_ready(struct reduce_scatter *b, size_t from)
{
    int first = b->left, done;
    if (b->window != MPI_WIN_NULL || b->small) return;
    if (b->requests == 0) receive(b);
    while (first > 0 && b->slice_first[first - 1] >= from) first--;
    send(b, first);
    MPI_Testall(b->requests, b->request, &done, MPI_STATUSES_IGNORE); /* they move on */
}

static float *sent_slice(const struct reduce_scatter *b, const struct world *w, int k)
{
    size_t slice = slice_most(b->n, (size_t)w->size);
    int first = first_piece(b, (size_t)w->rank);
    if (k >= first && k < first + b->own)
        return b->mine + (size_t)(k - first) * b->stride + b->slice_first[w->rank];
    return b->received + (size_t)(k < first ? k : k - b->own) * slice;
}

static int slices_by_messages(struct reduce_scatter *b, struct world *w)
{
    double start = clock_seconds();
    reduce_scatter_ready(b, 0);
    MPI_Waitall(b->requests, b->request, MPI_STATUSES_IGNORE);
    b->requests = 0, b->left = w->size;
    w->wait += clock_seconds() - start;
    return sum_subtrees(b, w, sent_slice, b->slice_count[w->rank],
                        b->total + b->slice_first[w->rank]);
}

int reduce_scatter_run(struct reduce_scatter *b, struct world *w)
{
    if (b->window != MPI_WIN_NULL) return slices_in_shared_memory(b, w);
    return b->small ? gather_small(b, w) : slices_by_messages(b, w);
}

/* The same of slices that do not fit into MPI's counts. */
static void broadcast_slices(struct reduce_scatter *b, struct world *w)
{
    for (int r = 0; r < w->size; r++)
        for (size_t at = 0; at < b->slice_count[r]; at += w->message)
            MPI_Bcast(b->total + b->slice_first[r] + at, part(b, b->slice_count[r], at),
                      MPI_FLOAT, r, w->mpi->comm);
}

const float *reduce_scatter_allgather(struct reduce_scatter *b, struct world *w)
{
    double start = clock_seconds();
    if (b->window != MPI_WIN_NULL)
        MPI_Win_sync(b->window);
    else if (!b->small && b->n <= w->message)
        MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_FLOAT, b->total, b->int_count, b->int_first,
                       MPI_FLOAT, w->mpi->comm);
    else if (!b->small)
        broadcast_slices(b, w);
    w->wait += clock_seconds() - start;
    return b->total;
}
