#include "comm/ordered_sum.h"

#include "base/log.h"
#include "base/share.h"

#include <mpi.h>
#include <stdlib.h>
#include <string.h>

#include "world_mpi.h"

enum { MAX_DEPTH = 130 }; /* at most two subtrees a level */

/* A subtree and where its sum lies. */
struct node {
    unsigned level;
    size_t index;
    float *sum;
};

struct stack {
    int depth;
    struct node node[MAX_DEPTH];
};

struct ordered_sum {
    size_t shards, n;
    size_t first, own;      /* this rank's shards */
    size_t added;           /* of them, in this round */
    struct stack stack;     /* this rank's subtrees */
    int rooms;              /* arrays of n floats for subtrees and the leaf */
    float *memory;          /* [rooms, n] */
    float *room[MAX_DEPTH]; /* free rooms, a stack */
    int free_rooms;
    float *total;       /* [n]: the gathered sum; NULL on one rank */
    float *received;    /* [pieces of other ranks, slice] */
    struct node *piece; /* [pieces]: the subtrees of all ranks that are left, in leaf order */
    int *piece_end;     /* [size]: the pieces of rank r end here, those of r + 1 begin */
    int pieces;
    MPI_Request *request;
    int *slice_count, *slice_first; /* [size] floats, for the gathering */
};

/* ---- the rule ---------------------------------------------------------------------------- */

/* Whether a node is the only child of its parent: there is no leaf to its right. */
static int only_child(const struct node *x, size_t shards)
{
    return x->index % 2 == 0 && ((x->index + 1) << x->level) >= shards;
}

static int is_root(const struct node *x, size_t shards)
{
    return ((size_t)1 << x->level) >= shards;
}

static int siblings(const struct node *a, const struct node *b)
{
    return a->level == b->level && a->index % 2 == 0 && b->index == a->index + 1;
}

/* Push a subtree and let it grow: an only child is its parent, two siblings add up.  Merging
 * calls merge(user, left, right), which leaves the sum in left. */
static void push(struct stack *s, struct node x, size_t shards,
                 void (*merge)(void *user, float *left, float *right), void *user)
{
    s->node[s->depth++] = x;
    for (;;) {
        struct node *top = &s->node[s->depth - 1];
        if (is_root(top, shards)) return;
        if (s->depth > 1 && siblings(top - 1, top)) {
            merge(user, top[-1].sum, top->sum);
            s->depth--;
            top--;
        } else if (!only_child(top, shards)) {
            return;
        }
        top->level++;
        top->index /= 2;
    }
}

static void merge_nothing(void *user, float *left, float *right)
{
    (void)user, (void)left, (void)right;
}

/* The subtrees that rank r is left with, and how many it holds at most on the way. */
static struct stack plan(size_t shards, size_t r, size_t size, int *most)
{
    struct stack s = {0};
    size_t first = share_first(shards, r, size), end = share_first(shards, r + 1, size);
    *most = 0;
    for (size_t leaf = first; leaf < end; leaf++) {
        if (s.depth + 1 > *most) *most = s.depth + 1;
        push(&s, (struct node){0, leaf, NULL}, shards, merge_nothing, NULL);
    }
    return s;
}

/* ---- memory ------------------------------------------------------------------------------ */

static size_t aligned(size_t floats)
{
    return (floats + 15) / 16 * 16;
}

static size_t slice_most(size_t n, size_t size)
{
    return aligned((n + size - 1) / size + 1);
}

static int all_pieces(size_t shards, size_t size)
{
    int sum = 0, most;
    for (size_t r = 0; r < size; r++) sum += plan(shards, r, size, &most).depth;
    return sum;
}

/* Write down what every rank is left with. */
static int plan_all(struct ordered_sum *s, size_t size)
{
    int most, at = 0;
    s->pieces = all_pieces(s->shards, size);
    s->piece = calloc((size_t)s->pieces, sizeof *s->piece);
    s->piece_end = calloc(size, sizeof *s->piece_end);
    if (!s->piece || !s->piece_end) return 0;
    for (size_t r = 0; r < size; r++) {
        struct stack left = plan(s->shards, r, size, &most);
        memcpy(s->piece + at, left.node, (size_t)left.depth * sizeof *s->piece);
        s->piece_end[r] = at += left.depth;
    }
    return 1;
}

static int first_piece(const struct ordered_sum *s, size_t rank)
{
    return rank ? s->piece_end[rank - 1] : 0;
}

size_t ordered_sum_bytes(const struct world *w, size_t shards, size_t n)
{
    size_t size = (size_t)w->size;
    int most;
    plan(shards, (size_t)w->rank, size, &most);
    size_t floats = (size_t)most * aligned(n);
    if (size > 1) floats += aligned(n) + (size_t)all_pieces(shards, size) * slice_most(n, size);
    return floats * sizeof(float);
}

static float *floats(size_t n)
{
    float *x = aligned_alloc(64, aligned(n ? n : 1) * sizeof *x);
    if (x) memset(x, 0, aligned(n ? n : 1) * sizeof *x);
    return x;
}

static int allocate(struct ordered_sum *s, const struct world *w)
{
    size_t size = (size_t)w->size;
    s->memory = floats((size_t)s->rooms * aligned(s->n));
    if (size == 1) return s->memory != NULL;
    if (!plan_all(s, size)) return 0;
    size_t mine = (size_t)(s->piece_end[w->rank] - first_piece(s, (size_t)w->rank));
    s->total = floats(s->n);
    s->received = floats((size_t)s->pieces * slice_most(s->n, size));
    s->request = calloc((size_t)s->pieces + mine * size, sizeof(MPI_Request));
    s->slice_count = calloc(2 * size, sizeof *s->slice_count);
    if (!s->memory || !s->total || !s->received || !s->request || !s->slice_count) return 0;
    s->slice_first = s->slice_count + size;
    for (size_t r = 0; r < size; r++) {
        s->slice_count[r] = (int)share_count(s->n, r, size);
        s->slice_first[r] = (int)share_first(s->n, r, size);
    }
    return 1;
}

static void begin_round(struct ordered_sum *s)
{
    s->added = 0;
    s->stack.depth = 0;
    s->free_rooms = s->rooms;
    for (int i = 0; i < s->rooms; i++) s->room[i] = s->memory + (size_t)i * aligned(s->n);
}

enum status ordered_sum_new(struct ordered_sum **out, const struct world *w, size_t shards,
                            size_t n)
{
    size_t rank = (size_t)w->rank, size = (size_t)w->size;
    struct ordered_sum *s = calloc(1, sizeof *s);
    if (!s) return FAIL(ST_NOMEM, "no memory for the sums over %zu shards", shards);
    s->shards = shards, s->n = n;
    s->first = share_first(shards, rank, size);
    s->own = share_count(shards, rank, size);
    plan(shards, rank, size, &s->rooms);
    if (!allocate(s, w)) {
        ordered_sum_free(s);
        return FAIL(ST_NOMEM, "no memory for the sums over %zu shards (%zu bytes)", shards,
                    ordered_sum_bytes(w, shards, n));
    }
    begin_round(s);
    *out = s;
    return ST_OK;
}

void ordered_sum_free(struct ordered_sum *s)
{
    if (!s) return;
    free(s->memory);
    free(s->total);
    free(s->received);
    free(s->request);
    free(s->piece);
    free(s->piece_end);
    free(s->slice_count);
    free(s);
}

/* ---- this rank's leaves ------------------------------------------------------------------ */

float *ordered_sum_leaf(struct ordered_sum *s)
{
    if (s->added == s->own) begin_round(s);
    return s->room[s->free_rooms - 1];
}

/* left += right over n floats */
static void add(float *restrict left, const float *restrict right, size_t n)
{
    for (size_t i = 0; i < n; i++) left[i] += right[i];
}

static void merge_rooms(void *user, float *left, float *right)
{
    struct ordered_sum *s = user;
    add(left, right, s->n);
    s->room[s->free_rooms++] = right;
}

void ordered_sum_add(struct ordered_sum *s)
{
    float *leaf = s->room[--s->free_rooms];
    push(&s->stack, (struct node){0, s->first + s->added++, leaf}, s->shards, merge_rooms, s);
}

/* ---- between ranks ----------------------------------------------------------------------- */

static void merge_slices(void *user, float *left, float *right)
{
    add(left, right, *(const size_t *)user);
}

/* Send rank q its slice of my subtrees, receive my slice of everybody's. */
static void exchange(struct ordered_sum *s, const struct world *w, size_t slice)
{
    size_t size = (size_t)w->size, me = (size_t)w->rank;
    int requests = 0;
    float *to = s->received;
    for (size_t q = 0; q < size; q++) {
        int count = s->piece_end[q] - first_piece(s, q);
        for (int k = 0; q != me && k < count; k++, to += slice)
            MPI_Irecv(to, s->slice_count[me], MPI_FLOAT, (int)q, k, w->mpi->comm,
                      &s->request[requests++]);
    }
    for (size_t step = 1; step < size; step++) {
        size_t q = (me + step) % size;
        for (int k = 0; k < s->stack.depth; k++)
            MPI_Isend(s->stack.node[k].sum + s->slice_first[q], s->slice_count[q], MPI_FLOAT,
                      (int)q, k, w->mpi->comm, &s->request[requests++]);
    }
    MPI_Waitall(requests, s->request, MPI_STATUSES_IGNORE);
}

/* Go on with the rule over everybody's subtrees, in the order of their leaves. */
static float *finish_slice(struct ordered_sum *s, const struct world *w, size_t slice)
{
    size_t size = (size_t)w->size, me = (size_t)w->rank;
    size_t count = (size_t)s->slice_count[me];
    struct stack all = {0};
    float *from = s->received;
    for (size_t q = 0; q < size; q++)
        for (int k = first_piece(s, q), own = 0; k < s->piece_end[q]; k++, own++) {
            struct node x = s->piece[k];
            if (q == me)
                x.sum = s->stack.node[own].sum + s->slice_first[me];
            else
                x.sum = from, from += slice;
            push(&all, x, s->shards, merge_slices, &count);
        }
    return all.node[0].sum;
}

float *ordered_sum_finish(struct ordered_sum *s, struct world *w)
{
    if (w->size == 1) return s->stack.node[0].sum;
    double start = clock_seconds();
    size_t slice = slice_most(s->n, (size_t)w->size);
    exchange(s, w, slice);
    const float *mine = finish_slice(s, w, slice);
    MPI_Allgatherv(mine, s->slice_count[w->rank], MPI_FLOAT, s->total, s->slice_count,
                   s->slice_first, MPI_FLOAT, w->mpi->comm);
    w->wait += clock_seconds() - start;
    return s->total;
}
