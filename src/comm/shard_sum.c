/* gcc: -Wno-stringop-overflow since MPICH's MPI_STATUSES_IGNORE is the address 1. */
#include "comm/shard_sum.h"

#include "base/clock.h"
#include "base/share.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include "comm/rounds.h"
#include "comm/tree.h"
#include "comm/world_mpi.h"
#include "window.h"

enum { TAG = 2 };

/* A rank's part of the window, before its forest and the sum behind it.  One of each is enough:
 * a rank writes its next forest once it has heard that the sum of this one is there, and the
 * first rank the next sum once all have written, so have read this one. */
struct signs {
    struct window_sign written, summed; /* times */
};

struct shard_sum {
    struct world *w;
    size_t shards, most;
    size_t first, own;     /* this rank's shards */
    struct window *window; /* NULL: this rank is a node */
    struct nodes nodes;
    struct cluster cluster; /* they, as the rounds want them */
    struct rounds rounds;
    size_t depth;         /* of the forests that go from node to node, at most */
    double *packed, *got; /* [depth, most] each: what leaves and what comes */
    double *next;         /* [depth, most] */
    void *memory;         /* without a window */
    int place, places;    /* of the node */
    struct signs **signs; /* [places]: those of the node's ranks */
    uint64_t turn;
};

/* ---- where numbers are ------------------------------------------------------------------- */

static struct tree_stack forest_of(const struct shard_sum *s, int rank)
{
    return tree_of_rank(s->shards, rank, s->w->size);
}

/* Doubles of a rank's forest and of the sum. */
static size_t doubles_of(const struct shard_sum *s, int rank)
{
    return ((size_t)forest_of(s, rank).depth + 1) * s->most;
}

static double *forest_at(const struct shard_sum *s, int place)
{
    return (double *)(void *)(s->signs[place] + 1);
}

/* The node's. */
static double *sum_at(const struct shard_sum *s)
{
    int rank = s->nodes.first[s->nodes.mine];
    return forest_at(s, 0) + (size_t)forest_of(s, rank).depth * s->most;
}

/* ---- new, free --------------------------------------------------------------------------- */

static size_t bytes_here(const struct shard_sum *s)
{
    size_t bytes = sizeof(struct signs) + doubles_of(s, s->w->rank) * sizeof(double);
    return (bytes + 63) / 64 * 64;
}

static size_t deepest(const struct rounds *r)
{
    int most = 1;
    for (int i = 0; i < r->count; i++)
        if (r->round[i].subtrees > most) most = r->round[i].subtrees;
    for (int e = 0; e < r->exchanges; e++)
        if (r->exchange[e].subtrees > most) most = r->exchange[e].subtrees;
    return (size_t)most;
}

static int allocate(struct shard_sum *s)
{
    s->depth = deepest(&s->rounds);
    size_t doubles = s->depth * s->most + 1;
    s->packed = calloc(doubles, sizeof *s->packed);
    s->got = calloc(doubles, sizeof *s->got);
    s->next = calloc(doubles, sizeof *s->next);
    if (!s->window) s->memory = aligned_alloc(64, bytes_here(s));
    if (s->memory) memset(s->memory, 0, bytes_here(s));
    s->signs = calloc((size_t)s->places, sizeof *s->signs);
    if (!s->packed || !s->got || !s->next || !s->signs || (!s->window && !s->memory)) return 0;
    for (int p = 0; p < s->places; p++)
        s->signs[p] = s->window ? window_of(s->window, p) : s->memory;
    return 1;
}

static enum status make(struct shard_sum *s)
{
    TRY(window_nodes(&s->nodes, s->w, s->window));
    s->cluster = (struct cluster){s->shards, s->nodes.count, s->nodes.first};
    s->place = s->w->rank - s->nodes.first[s->nodes.mine];
    s->places = s->nodes.first[s->nodes.mine + 1] - s->nodes.first[s->nodes.mine];
    s->rounds =
        rounds_plan(&s->cluster, ROUNDS_WHOLE, s->nodes.mine, (struct part){0, s->most});
    enum status st =
        allocate(s) ? ST_OK : FAIL(ST_NOMEM, "no memory for sums of %zu numbers", s->most);
    return world_agree(s->w, st);
}

enum status shard_sum_new(struct shard_sum **out, struct world *w, size_t shards, size_t most)
{
    struct shard_sum *s = calloc(1, sizeof *s);
    enum status st = s ? ST_OK : FAIL(ST_NOMEM, "no memory for sums");
    if ((st = world_agree(w, st)) != ST_OK) return free(s), st;
    *s = (struct shard_sum){.w = w, .shards = shards, .most = most};
    s->first = share_first(shards, (size_t)w->rank, (size_t)w->size);
    s->own = share_count(shards, (size_t)w->rank, (size_t)w->size);
    window_new(&s->window, w, bytes_here(s));
    TRY_DONE(make(s));
    *out = s, s = NULL; /* it is the caller's now */
done:
    shard_sum_free(s);
    return st;
}

void shard_sum_free(struct shard_sum *s)
{
    if (!s) return;
    window_free(s->window);
    free(s->nodes.first);
    free(s->packed);
    free(s->got);
    free(s->next);
    free(s->memory);
    free(s->signs);
    free(s);
}

/* ---- the sum ----------------------------------------------------------------------------- */

/* left += right over n doubles */
static void merge(void *user, struct tree_node *left, const struct tree_node *right)
{
    size_t n = *(const size_t *)user;
    double *to = left->sum;
    const double *from = right->sum;
    for (size_t i = 0; i < n; i++) to[i] += from[i];
}

/* Push a forest whose subtree k is numbers[k, n]. */
static void push(struct tree_stack *all, const struct shard_sum *s, struct tree_stack f,
                 double *numbers, size_t n)
{
    for (int k = 0; k < f.depth; k++) {
        f.node[k].sum = numbers + (size_t)k * n;
        tree_push(all, f.node[k], s->shards, merge, &n);
    }
}

/* to[k, n] = subtree k */
static void pack(const struct tree_stack *f, size_t n, double *to)
{
    for (int k = 0; k < f->depth; k++)
        memcpy(to + (size_t)k * n, f->node[k].sum, n * sizeof *to);
}

/* The own shards' forest. */
static void write_own(struct shard_sum *s, size_t n, double *numbers)
{
    struct tree_stack all = {0};
    for (size_t k = 0; k < s->own; k++)
        tree_push(&all, (struct tree_node){0, s->first + k, numbers + k * n}, s->shards, merge,
                  &n);
    pack(&all, n, forest_at(s, s->place));
    window_say(s->window, &s->signs[s->place]->written, s->turn);
}

/* All forests of the node, joined. */
static struct tree_stack join_node(struct shard_sum *s, size_t n)
{
    struct tree_stack all = {0};
    for (int p = 0; p < s->places; p++) {
        window_wait(s->w, s->window, &s->signs[p]->written, s->turn);
        push(&all, s, forest_of(s, s->nodes.first[s->nodes.mine] + p), forest_at(s, p), n);
    }
    return all;
}

static void send(struct shard_sum *s, const double *from, size_t n, int node, MPI_Request *r)
{
    MPI_Isend(from, (int)n, MPI_DOUBLE, s->nodes.first[node], TAG, s->w->mpi->comm, r);
}

static void receive(struct shard_sum *s, double *to, size_t n, int node)
{
    MPI_Recv(to, (int)n, MPI_DOUBLE, s->nodes.first[node], TAG, s->w->mpi->comm,
             MPI_STATUS_IGNORE);
}

/* One round: s->packed[subtrees, n] there, theirs here, joined into s->packed again. */
static void exchange(struct shard_sum *s, int i, size_t n)
{
    const struct round *x = &s->rounds.round[i];
    const struct exchange *e = &s->rounds.exchange[x->begin];
    struct tree_stack all = {0}, mine = rounds_forest(&s->cluster, x->first, x->last);
    MPI_Request sent = MPI_REQUEST_NULL;
    if (e->out.count) send(s, s->packed, (size_t)x->subtrees * n, e->node, &sent);
    if (!e->subtrees) {
        MPI_Wait(&sent, MPI_STATUS_IGNORE);
        return;
    }
    struct tree_stack theirs = rounds_forest(&s->cluster, e->first, e->last);
    receive(s, s->got, (size_t)e->subtrees * n, e->node);
    MPI_Wait(&sent, MPI_STATUS_IGNORE);
    if (e->node < s->nodes.mine) push(&all, s, theirs, s->got, n);
    push(&all, s, mine, s->packed, n);
    if (e->node > s->nodes.mine) push(&all, s, theirs, s->got, n);
    pack(&all, n, s->next);
    double *free_now = s->packed;
    s->packed = s->next, s->next = free_now;
}

/* A neighbour that has only sent gets the sum. */
static void give_back(struct shard_sum *s, size_t n)
{
    MPI_Request sent = MPI_REQUEST_NULL;
    for (int e = 0; e < s->rounds.exchanges; e++) {
        const struct exchange *x = &s->rounds.exchange[e];
        if (!x->subtrees) receive(s, s->packed, n, x->node);
        if (!x->out.count) send(s, s->packed, n, x->node, &sent);
    }
    MPI_Wait(&sent, MPI_STATUS_IGNORE);
}

/* The first rank of a node, for all of it. */
static void sum_for_all(struct shard_sum *s, size_t n)
{
    struct tree_stack all = join_node(s, n);
    pack(&all, n, s->packed);
    double start = clock_seconds();
    for (int i = 0; i < s->rounds.count; i++) exchange(s, i, n);
    give_back(s, n);
    s->w->wait += clock_seconds() - start;
    memcpy(sum_at(s), s->packed, n * sizeof *s->packed);
    window_say(s->window, &s->signs[0]->summed, s->turn);
}

void shard_sum_run(struct shard_sum *s, size_t n, double *numbers, double *sum)
{
    s->turn++;
    write_own(s, n, numbers);
    if (s->place == 0) sum_for_all(s, n);
    window_wait(s->w, s->window, &s->signs[0]->summed, s->turn);
    memcpy(sum, sum_at(s), n * sizeof *sum);
}
