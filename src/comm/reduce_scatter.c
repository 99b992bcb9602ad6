/* gcc: -Wno-stringop-overflow since MPICH's MPI_STATUSES_IGNORE is the address 1. */
#include "reduce_scatter.h"

#include "base/clock.h"
#include "base/fmath.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include "comm/world_mpi.h"
#include "window.h"
#include "wire.h"

enum {
    PIECE = 2048, /* floats that are summed at a time, in the first-level cache */
    SUM_TAG = 0,
    GATHER_TAG = 1,
    PART_TAG = 3,
};

/* Of a rank of the node, before its subtrees in the window. */
struct signs {
    struct window_sign written;  /* floats of its forest, in all turns: see written_by */
    struct window_sign gathered; /* gathers in which its slice is whole */
};

/* Messages to and from one node in one round, there and in the gather back. */
struct link {
    int rank;
    struct wire out, in, sum_out, sum_in;
};

/* Forests that become one, in the order of their shards. */
struct join {
    struct tree_node *piece;
    int pieces;
    size_t floats; /* of each */
};

struct reduce_scatter {
    struct world *w;
    size_t shards, n, stride; /* stride: floats from one array to the next */
    struct window *window;    /* NULL: this rank is a node */
    struct nodes nodes;
    int place, places, slices; /* of the node; the first `slices` ranks sum a slice each */
    int own;                   /* this rank's subtrees */
    void *memory;              /* without a window: signs, subtrees, total */
    float *total;              /* [n] of the node: behind the subtrees of its first rank */
    float *received;           /* all that comes */
    struct tree_node *pieces;  /* those of all joins */
    struct signs **signs;      /* [places]: those of the node's ranks */
    struct part slice, part;   /* what this rank sums; what it has in the end */
    const float *sum;          /* [part.count] */
    struct rounds rounds;
    struct join join[ROUNDS_MOST + 1];  /* the node's forests, then after each round */
    struct link link[ROUNDS_EXCHANGES]; /* as rounds' exchanges */
    MPI_Request came[ROUNDS_EXCHANGES], sent[ROUNDS_EXCHANGES];
    uint64_t turn, gathers; /* sums and gathers so far */
    int begun;              /* this turn's messages are awaited */
    int joined;             /* joins of this turn */
    int finite;
};

static size_t aligned(size_t floats)
{
    return (floats + 15) / 16 * 16;
}

/* ---- what is summed where ---------------------------------------------------------------- */

/* Slices that all nodes can sum side by side. */
static int smallest(const struct cluster *c)
{
    if (!c->first) return 1;
    int least = c->first[1];
    for (int i = 1; i < c->nodes; i++)
        if (c->first[i + 1] - c->first[i] < least) least = c->first[i + 1] - c->first[i];
    return least;
}

/* The slice of the rank in that place, empty for those that sum none, and the rounds of it. */
static struct part plan_slice(const struct cluster *c, size_t n, int node, int place,
                              struct rounds *r)
{
    int slices = smallest(c);
    *r = (struct rounds){.count = 0};
    if (place >= slices) return (struct part){n, 0};
    struct part slice = rounds_part(n, (size_t)place, (size_t)slices);
    size_t longest = rounds_part(n, (size_t)slices - 1, (size_t)slices).count;
    *r = rounds_plan(c, rounds_way_of(c, longest), node, slice);
    return slice;
}

static struct tree_stack forest_of(const struct reduce_scatter *b, int rank)
{
    return tree_of_rank(b->shards, rank, b->w->size);
}

/* ---- memory ------------------------------------------------------------------------------ */

/* Bytes of a rank's signs, subtrees and perhaps the total. */
static size_t bytes_of(const struct reduce_scatter *b, int arrays)
{
    return sizeof(struct signs) + (size_t)arrays * b->stride * sizeof(float);
}

static size_t received_floats(const struct rounds *r)
{
    size_t floats = 0;
    for (const struct round *x = r->round; x < r->round + r->count; x++)
        for (int e = x->begin; e < x->end; e++)
            floats += aligned(x->keep.count) * (size_t)r->exchange[e].subtrees;
    return floats;
}

/* The subtrees of a rank of the node, one behind the other. */
static float *arrays_of(const struct reduce_scatter *b, int place)
{
    return (float *)(void *)(b->signs[place] + 1);
}

/* Of all joins. */
static int count_pieces(const struct reduce_scatter *b)
{
    int pieces = 0, first = b->nodes.first[b->nodes.mine];
    for (int r = first; r < first + b->places; r++) pieces += forest_of(b, r).depth;
    for (int i = 0; i < b->rounds.count; i++) pieces += b->rounds.round[i].subtrees;
    for (int e = 0; e < b->rounds.exchanges; e++) pieces += b->rounds.exchange[e].subtrees;
    return pieces;
}

static int allocate(struct reduce_scatter *b)
{
    int first = b->nodes.first[b->nodes.mine];
    if (!b->window) {
        b->memory = aligned_alloc(64, bytes_of(b, b->own + 1));
        if (!b->memory) return 0;
        memset(b->memory, 0, bytes_of(b, b->own + 1));
    }
    b->pieces = calloc((size_t)count_pieces(b) + 1, sizeof *b->pieces);
    b->received = aligned_alloc(64, (received_floats(&b->rounds) + 16) * sizeof(float));
    b->signs = calloc((size_t)b->places, sizeof *b->signs);
    if (!b->pieces || !b->received || !b->signs) return 0;
    for (int p = 0; p < b->places; p++)
        b->signs[p] = b->window ? window_of(b->window, p) : b->memory;
    b->total = arrays_of(b, 0) + (size_t)forest_of(b, first).depth * b->stride;
    return 1;
}

/* ---- joins and messages, made once ------------------------------------------------------- */

/* Add a forest whose subtree k lies at floats + k stride. */
static void add_forest(struct join *j, const struct tree_stack *f, float *floats, size_t stride)
{
    for (int k = 0; k < f->depth; k++) {
        j->piece[j->pieces] = f->node[k];
        j->piece[j->pieces++].sum = floats + (size_t)k * stride;
    }
}

/* n floats of a join. */
struct merging {
    size_t n;
    const float *own, *end; /* this rank's arrays */
};

/* The sum goes where this rank's own is, if one is: another core's memory is slow to write. */
static void merge(void *user, struct tree_node *left, const struct tree_node *right)
{
    const struct merging *m = user;
    const float *at = right->sum;
    int is_own = at >= m->own && at < m->end;
    float *restrict to = is_own ? right->sum : left->sum;
    const float *restrict from = is_own ? left->sum : right->sum;
    for (size_t i = 0; i < m->n; i++) to[i] += from[i];
    left->sum = to;
}

/* Floats at .. at + n of a join: what becomes of its pieces. */
static struct tree_stack join_at(const struct reduce_scatter *b, int i, size_t at, size_t n)
{
    const struct join *j = &b->join[i];
    struct merging m = {n, arrays_of(b, b->place), NULL};
    struct tree_stack all = {0};
    m.end = m.own + (size_t)b->own * b->stride;
    for (int k = 0; k < j->pieces; k++) {
        struct tree_node x = j->piece[k];
        x.sum = (float *)x.sum + at;
        tree_push(&all, x, b->shards, merge, &m);
    }
    return all;
}

static struct join *next_join(struct reduce_scatter *b, int i, size_t floats)
{
    struct join *j = &b->join[i];
    *j = (struct join){i ? j[-1].piece + j[-1].pieces : b->pieces, 0, floats};
    return j;
}

/* From here on, `floats` further in each subtree. */
static void move(struct tree_stack *f, size_t floats)
{
    for (int k = 0; k < f->depth; k++) f->node[k].sum = (float *)f->node[k].sum + floats;
}

/* The node's forests over the slice. */
static void join_node(struct reduce_scatter *b)
{
    struct join *j = next_join(b, 0, b->slice.count);
    for (int p = 0; p < b->places; p++) {
        struct tree_stack f = forest_of(b, b->nodes.first[b->nodes.mine] + p);
        add_forest(j, &f, arrays_of(b, p) + b->slice.first, b->stride);
    }
}

/* Floats `of` of the total. */
static int wire_total(const struct reduce_scatter *b, struct wire *x, struct part of)
{
    struct tree_node total = {.sum = b->total + of.first};
    return wire_init(x, b->w, &total, 1, of.count);
}

/* Exchange e of a round in which this node has forest `mine`; what comes goes to *received. */
static int make_link(struct reduce_scatter *b, const struct cluster *c, const struct round *x,
                     int e, const struct tree_stack *mine, struct join *j, float **received)
{
    const struct exchange *ex = &b->rounds.exchange[e];
    struct link *l = &b->link[e];
    struct tree_stack out = *mine, in = {0};
    struct part none = {0, 0};
    int before = j->pieces;
    l->rank = b->nodes.first[ex->node] + b->place;
    move(&out, ex->out.first - x->has.first);
    if (ex->subtrees) in = rounds_forest(c, ex->first, ex->last);
    add_forest(j, &in, *received, aligned(x->keep.count));
    *received += (size_t)in.depth * aligned(x->keep.count);
    return wire_init(&l->out, b->w, out.node, out.depth, ex->out.count) &&
           wire_init(&l->in, b->w, j->piece + before, in.depth, x->keep.count) &&
           wire_total(b, &l->sum_out, ex->subtrees ? x->keep : none) &&
           wire_total(b, &l->sum_in, ex->out);
}

static int make_round(struct reduce_scatter *b, const struct cluster *c, int i,
                      struct tree_stack mine, float **received)
{
    const struct round *x = &b->rounds.round[i];
    struct join *j = next_join(b, i + 1, x->keep.count);
    int e = x->begin;
    for (; e < x->end && b->rounds.exchange[e].node < b->nodes.mine; e++)
        if (!make_link(b, c, x, e, &mine, j, received)) return 0;
    struct tree_stack kept = mine;
    move(&kept, x->keep.first - x->has.first);
    for (int k = 0; k < kept.depth; k++) j->piece[j->pieces++] = kept.node[k];
    for (; e < x->end; e++)
        if (!make_link(b, c, x, e, &mine, j, received)) return 0;
    return 1;
}

static int make_joins(struct reduce_scatter *b, const struct cluster *c)
{
    float *received = b->received;
    b->sum = b->total; /* of nothing */
    if (b->place >= b->slices) return 1;
    join_node(b);
    b->part = b->slice;
    for (int i = 0; i < b->rounds.count; i++) {
        if (!make_round(b, c, i, join_at(b, i, 0, 0), &received)) return 0;
        b->part = b->rounds.round[i].keep;
    }
    b->sum = join_at(b, b->rounds.count, 0, 0).node[0].sum;
    return 1;
}

/* ---- new, free --------------------------------------------------------------------------- */

static enum status no_memory(const struct reduce_scatter *b)
{
    return FAIL(ST_NOMEM, "no memory for the sums over %zu shards (%zu bytes)", b->shards,
                reduce_scatter_bytes(b->w, b->shards, b->n));
}

/* Once the window is there, or is not. */
static enum status make(struct reduce_scatter *b)
{
    TRY(window_nodes(&b->nodes, b->w, b->window));
    struct cluster c = {b->shards, b->nodes.count, b->nodes.first};
    b->place = b->w->rank - c.first[b->nodes.mine];
    b->places = c.first[b->nodes.mine + 1] - c.first[b->nodes.mine];
    b->slices = smallest(&c);
    b->slice = plan_slice(&c, b->n, b->nodes.mine, b->place, &b->rounds);
    int ok = allocate(b) && make_joins(b, &c);
    return world_agree(b->w, ok ? ST_OK : no_memory(b));
}

enum status reduce_scatter_new(struct reduce_scatter **out, struct world *w, size_t shards,
                               size_t n, float *mine[TREE_DEPTH])
{
    struct reduce_scatter *b = calloc(1, sizeof *b);
    enum status st = b ? ST_OK : FAIL(ST_NOMEM, "no memory for the sums over ranks");
    if ((st = world_agree(w, st)) != ST_OK) return free(b), st;
    *b = (struct reduce_scatter){.w = w, .shards = shards, .n = n, .turn = 1, .finite = 1};
    for (int e = 0; e < ROUNDS_EXCHANGES; e++) {
        struct wire none = {NULL, MPI_DATATYPE_NULL};
        b->link[e] = (struct link){0, none, none, none, none};
        b->came[e] = b->sent[e] = MPI_REQUEST_NULL;
    }
    b->stride = aligned(n ? n : 1);
    b->own = forest_of(b, w->rank).depth;
    window_new(&b->window, w, bytes_of(b, b->own + (w->place == 0)));
    TRY_DONE(make(b));
    for (int k = 0; k < b->own; k++) mine[k] = arrays_of(b, b->place) + (size_t)k * b->stride;
    *out = b, b = NULL; /* it is the caller's now */
done:
    reduce_scatter_free(b);
    return st;
}

void reduce_scatter_free(struct reduce_scatter *b)
{
    if (!b) return;
    for (int e = 0; e < b->rounds.exchanges; e++) {
        wire_free(&b->link[e].out);
        wire_free(&b->link[e].in);
        wire_free(&b->link[e].sum_out);
        wire_free(&b->link[e].sum_in);
    }
    window_free(b->window);
    free(b->memory);
    free(b->received);
    free(b->pieces);
    free(b->signs);
    free(b->nodes.first);
    free(b);
}

/* The slice and rounds of this rank where machines have windows. */
static struct part foresee(const struct world *w, size_t shards, size_t n, struct rounds *r)
{
    int windows = w->shares;
    struct cluster c = {shards, windows ? w->nodes : w->size, windows ? w->first : NULL};
    return plan_slice(&c, n, windows ? w->node : w->rank, windows ? w->place : 0, r);
}

/* Floats of other ranks' windows that this one, which sums `slice`, reads: the kernel counts
 * them as its own, too. */
static size_t others_floats(const struct reduce_scatter *b, size_t n, size_t slice)
{
    const struct world *w = b->w;
    size_t floats = w->place ? n : 0; /* the total */
    if (!w->shares) return 0;
    for (int r = w->first[w->node]; r < w->first[w->node + 1]; r++)
        if (r != w->rank) floats += (size_t)forest_of(b, r).depth * slice;
    return floats;
}

size_t reduce_scatter_bytes(const struct world *w, size_t shards, size_t n)
{
    const struct reduce_scatter b = {
        .w = (struct world *)w, /* it is only read */
        .shards = shards,
        .stride = aligned(n ? n : 1),
    };
    struct rounds r;
    size_t slice = foresee(w, shards, n, &r).count;
    return bytes_of(&b, forest_of(&b, w->rank).depth + (!w->shares || w->place == 0)) +
           (received_floats(&r) + others_floats(&b, n, slice)) * sizeof(float);
}

size_t reduce_scatter_count(const struct world *w, size_t shards, size_t n)
{
    struct rounds r;
    struct part slice = foresee(w, shards, n, &r);
    return r.count ? r.round[r.count - 1].keep.count : slice.count;
}

/* ---- the sum ----------------------------------------------------------------------------- */

/* What a rank has said once floats from .. n of its forest are there in this turn. */
static uint64_t written_by(const struct reduce_scatter *b, size_t from)
{
    return b->turn * (b->n + 1) + (b->n - from);
}

static void send_round(struct reduce_scatter *b, int i)
{
    for (int e = b->rounds.round[i].begin; e < b->rounds.round[i].end; e++)
        wire_send(&b->link[e].out, b->w, b->link[e].rank, SUM_TAG, &b->sent[e]);
}

/* Join what is there, and send what goes on. */
static void join_next(struct reduce_scatter *b)
{
    const struct join *j = &b->join[b->joined];
    for (size_t at = 0; at < j->floats; at += PIECE) {
        size_t n = j->floats - at < PIECE ? j->floats - at : PIECE;
        struct tree_stack all = join_at(b, b->joined, at, n);
        const float *sum = all.node[0].sum; /* of one piece at least */
        if (sum && b->joined == b->rounds.count) b->finite &= fm_all_finite(sum, n);
    }
    if (b->joined < b->rounds.count) send_round(b, b->joined);
    b->joined++;
}

/* Whether the node's forests are there; the others may be waited for. */
static int node_has_written(struct reduce_scatter *b, int wait)
{
    uint64_t enough = written_by(b, b->slice.first);
    for (int p = 0; p < b->places; p++) {
        const struct window_sign *sign = &b->signs[p]->written;
        if (wait) window_wait(b->w, b->window, sign, enough);
        if (!window_heard(b->window, sign, enough)) return 0;
    }
    return 1;
}

/* Whether a round's messages are there. */
static int has_come(struct reduce_scatter *b, int i, int wait)
{
    const struct round *x = &b->rounds.round[i];
    MPI_Request *came = b->came + x->begin;
    int count = x->end - x->begin, all = 1;
    double start = clock_seconds();
    if (wait)
        MPI_Waitall(count, came, MPI_STATUSES_IGNORE);
    else
        MPI_Testall(count, came, &all, MPI_STATUSES_IGNORE);
    b->w->wait += clock_seconds() - start;
    return all;
}

static void begin(struct reduce_scatter *b)
{
    for (int e = 0; e < b->rounds.exchanges; e++)
        wire_receive(&b->link[e].in, b->w, b->link[e].rank, SUM_TAG, &b->came[e]);
    b->begun = 1;
}

/* Go on as far as others are, or to the end. */
static void advance(struct reduce_scatter *b, int wait)
{
    if (b->place >= b->slices) return;
    if (b->joined == 0) {
        if (!node_has_written(b, wait)) return;
        join_next(b);
    }
    while (b->joined <= b->rounds.count) {
        if (!has_come(b, b->joined - 1, wait)) return;
        join_next(b);
    }
}

void reduce_scatter_ready(struct reduce_scatter *b, size_t from)
{
    window_say(b->window, &b->signs[b->place]->written, written_by(b, from));
    if (!b->begun) begin(b);
    if (from <= b->slice.first) advance(b, 0);
}

int reduce_scatter_run(struct reduce_scatter *b)
{
    reduce_scatter_ready(b, 0);
    advance(b, 1);
    double start = clock_seconds();
    MPI_Waitall(b->rounds.exchanges, b->sent, MPI_STATUSES_IGNORE);
    b->w->wait += clock_seconds() - start;
    int finite = b->finite;
    b->turn++, b->begun = b->joined = 0, b->finite = 1;
    return finite;
}

struct part reduce_scatter_part(const struct reduce_scatter *b, const float **sum)
{
    *sum = b->sum;
    return b->part;
}

/* ---- the gather -------------------------------------------------------------------------- */

/* to[n] = from[n], and the bits of what stood there and of what does now. */
static void copy(float *restrict to, const float *restrict from, size_t n,
                 struct allreduce_bits *bits)
{
    uint32_t before = 0, now = 0;
    for (size_t i = 0; i < n; i++) {
        before += fm_to_bits(to[i]), now += fm_to_bits(from[i]);
        to[i] = from[i];
    }
    bits->before += before, bits->now += now;
}

/* The floats of a slice that are not this rank's own. */
static void copy_slice(const struct reduce_scatter *b, struct part slice, int is_mine, float *x,
                       struct allreduce_bits *bits)
{
    size_t end = slice.first + slice.count, own = is_mine ? b->part.first : end;
    size_t after = is_mine ? own + b->part.count : end;
    copy(x + slice.first, b->total + slice.first, own - slice.first, bits);
    copy(x + after, b->total + after, end - after, bits);
}

/* The rounds backwards: this rank's slice of the total becomes whole. */
static void gather_slice(struct reduce_scatter *b)
{
    const struct rounds *r = &b->rounds;
    double start = clock_seconds();
    for (int e = 0; e < r->exchanges; e++)
        wire_receive(&b->link[e].sum_in, b->w, b->link[e].rank, GATHER_TAG, &b->came[e]);
    for (int i = r->count - 1; i >= 0; i--) {
        const struct round *x = &r->round[i];
        for (int e = x->begin; e < x->end; e++)
            wire_send(&b->link[e].sum_out, b->w, b->link[e].rank, GATHER_TAG, &b->sent[e]);
        MPI_Waitall(x->end - x->begin, b->came + x->begin, MPI_STATUSES_IGNORE);
    }
    MPI_Waitall(r->exchanges, b->sent, MPI_STATUSES_IGNORE);
    b->w->wait += clock_seconds() - start;
}

void reduce_scatter_gather(struct reduce_scatter *b, float *x, struct allreduce_bits *bits)
{
    b->gathers++;
    *bits = (struct allreduce_bits){0, 0};
    if (b->place < b->slices) {
        memcpy(b->total + b->part.first, x + b->part.first, b->part.count * sizeof *x);
        gather_slice(b);
        window_say(b->window, &b->signs[b->place]->gathered, b->gathers);
    }
    for (int i = 0; i < b->slices; i++) {
        int p = (b->place + i) % b->slices;
        window_wait(b->w, b->window, &b->signs[p]->gathered, b->gathers);
        copy_slice(b, rounds_part(b->n, (size_t)p, (size_t)b->slices), p == b->place, x, bits);
    }
}

/* ---- rank 0 has it all ------------------------------------------------------------------- */

static void send_floats(const struct world *w, const float *from, size_t n, int to)
{
    for (size_t take; n; from += take, n -= take) {
        take = n < w->message ? n : w->message;
        MPI_Send(from, (int)take, MPI_FLOAT, to, PART_TAG, w->mpi->comm);
    }
}

static void receive_floats(const struct world *w, float *to, size_t n, int from)
{
    for (size_t take; n; to += take, n -= take) {
        take = n < w->message ? n : w->message;
        MPI_Recv(to, (int)take, MPI_FLOAT, from, PART_TAG, w->mpi->comm, MPI_STATUS_IGNORE);
    }
}

/* The part of rank r, on rank 0 and on r. */
static struct part part_of_rank(const struct reduce_scatter *b, int r)
{
    struct part part = b->part;
    const MPI_Comm comm = b->w->mpi->comm;
    if (r == 0) return part;
    if (b->w->rank == r) MPI_Send(&part, sizeof part, MPI_BYTE, 0, PART_TAG, comm);
    if (b->w->rank == 0)
        MPI_Recv(&part, sizeof part, MPI_BYTE, r, PART_TAG, comm, MPI_STATUS_IGNORE);
    return part;
}

void reduce_scatter_collect(struct reduce_scatter *b, const float *part, float *whole)
{
    int rank = b->w->rank;
    double start = clock_seconds();
    for (int r = 0; r < b->w->size; r++) {
        if (rank != 0 && rank != r) continue;
        struct part p = part_of_rank(b, r);
        if (r > 0 && rank == r) send_floats(b->w, part, p.count, 0);
        if (r > 0 && rank == 0) receive_floats(b->w, whole + p.first, p.count, r);
    }
    if (rank == 0) memcpy(whole + b->part.first, part, b->part.count * sizeof *part);
    b->w->wait += clock_seconds() - start;
}

void reduce_scatter_spread(struct reduce_scatter *b, const float *whole, float *part)
{
    int rank = b->w->rank;
    double start = clock_seconds();
    for (int r = 0; r < b->w->size; r++) {
        if (rank != 0 && rank != r) continue;
        struct part p = part_of_rank(b, r);
        if (r > 0 && rank == 0) send_floats(b->w, whole + p.first, p.count, r);
        if (r > 0 && rank == r) receive_floats(b->w, part, p.count, 0);
    }
    if (rank == 0) memcpy(part, whole + b->part.first, b->part.count * sizeof *part);
    b->w->wait += clock_seconds() - start;
}
