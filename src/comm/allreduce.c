#include "comm/allreduce.h"

#include "base/fmath.h"
#include "base/share.h"

#include <stdlib.h>
#include <string.h>

#include "comm/tree.h"
#include "reduce_scatter.h"

struct allreduce {
    size_t shards, n, most;
    size_t first, own;        /* this rank's shards */
    size_t at, count;         /* the range */
    size_t from, to;          /* neighbouring ranges that are complete */
    size_t ready;             /* all from here on is complete */
    size_t added;             /* of the own leaves, in this range */
    unsigned level;           /* of the subtree that is being written */
    struct tree_stack stack;  /* this rank's subtrees of the range */
    struct tree_stack plan;   /* and what they will be in the end, its forest */
    int done;                 /* of these, those that have begun in the range */
    float *end[TREE_DEPTH];   /* [n] each: where subtree k of the plan is summed */
    int spares;               /* arrays of `most` floats for the other leaves */
    float *memory;            /* [spares, most], and end[0] where there is one rank */
    float *spare[TREE_DEPTH]; /* those that are free, a stack */
    int free_spares;
    struct reduce_scatter *ranks; /* NULL on one rank */
    int finite;                   /* on one rank: the sum so far */
};

static size_t aligned(size_t floats)
{
    return (floats + 15) / 16 * 16;
}

/* ---- memory ------------------------------------------------------------------------------ */

/* Floats of this rank's own: spare arrays, and on one rank the sum. */
static size_t own_floats(const struct world *w, size_t shards, size_t n, size_t most)
{
    size_t rank = (size_t)w->rank, size = (size_t)w->size;
    int spares = tree_spares(shards, share_first(shards, rank, size),
                             share_first(shards, rank + 1, size));
    return (size_t)spares * aligned(most) + (w->size == 1 ? aligned(n) : 0) + 16;
}

size_t allreduce_bytes(const struct world *w, size_t shards, size_t n, size_t most)
{
    return own_floats(w, shards, n, most) * sizeof(float) +
           (w->size > 1 ? reduce_scatter_bytes(w, shards, n) : 0);
}

static enum status allocate(struct allreduce *s, struct world *w)
{
    size_t bytes = own_floats(w, s->shards, s->n, s->most) * sizeof(float);
    s->plan = tree_of_rank(s->shards, w->rank, w->size);
    s->spares = tree_spares(s->shards, s->first, s->first + s->own);
    s->memory = aligned_alloc(64, bytes);
    enum status st = s->memory ? ST_OK : FAIL(ST_NOMEM, "no memory for sums: %zu bytes", bytes);
    TRY(world_agree(w, st));
    memset(s->memory, 0, bytes);
    if (w->size > 1) return reduce_scatter_new(&s->ranks, w, s->shards, s->n, s->end);
    s->end[0] = s->memory + (size_t)s->spares * aligned(s->most);
    return ST_OK;
}

enum status allreduce_new(struct allreduce **out, struct world *w, size_t shards, size_t n,
                          size_t most)
{
    size_t rank = (size_t)w->rank, size = (size_t)w->size;
    struct allreduce *s = calloc(1, sizeof *s);
    enum status st = s ? ST_OK : FAIL(ST_NOMEM, "no memory for the allreduce");
    if ((st = world_agree(w, st)) != ST_OK) return free(s), st;
    s->shards = shards, s->n = n, s->most = most, s->finite = 1, s->ready = n;
    s->first = share_first(shards, rank, size);
    s->own = share_count(shards, rank, size);
    st = allocate(s, w);
    if (st != ST_OK) {
        allreduce_free(s);
        return st;
    }
    *out = s;
    return ST_OK;
}

void allreduce_free(struct allreduce *s)
{
    if (!s) return;
    reduce_scatter_free(s->ranks);
    free(s->memory);
    free(s);
}

/* ---- this rank's leaves ------------------------------------------------------------------ */

void allreduce_range(struct allreduce *s, size_t first, size_t count)
{
    s->at = first, s->count = count;
    s->added = 0, s->done = 0;
    s->stack.depth = 0;
    s->free_spares = s->spares;
    for (int i = 0; i < s->spares; i++) s->spare[i] = s->memory + (size_t)i * aligned(s->most);
}

/* Whether the next leaf is the first of a subtree of the plan: it is summed in its place. */
static int begins_subtree(const struct allreduce *s)
{
    if (s->done == s->plan.depth) return 0;
    const struct tree_node *x = &s->plan.node[s->done];
    return x->index << x->level == s->first + s->added;
}

/* Where it is to be written. */
static float *leaf_of(const struct allreduce *s)
{
    return begins_subtree(s) ? s->end[s->done] + s->at : s->spare[s->free_spares - 1];
}

/* The level of the largest whole subtree that begins with the next leaf and has `most` leaves.
 */
static unsigned level_from(const struct allreduce *s, size_t most)
{
    unsigned level = 0;
    size_t next = s->first + s->added, left = s->own - s->added;
    for (size_t two = 2; two <= most && two <= left && next % two == 0; two *= 2) level++;
    return level;
}

float *allreduce_leaf(struct allreduce *s, size_t most, size_t *leaves)
{
    s->level = level_from(s, most);
    *leaves = (size_t)1 << s->level;
    return leaf_of(s);
}

/* left += right over the range; right is a spare array, since the leaf furthest left is not. */
static void merge(void *user, struct tree_node *left, const struct tree_node *right)
{
    struct allreduce *s = user;
    size_t n = s->count;
    float *restrict to = left->sum;
    const float *restrict from = right->sum;
    for (size_t i = 0; i < n; i++) to[i] += from[i];
    s->spare[s->free_spares++] = right->sum;
}

/* A range has all own leaves.  Gradients come in backward order, layer by layer, and those of
 * a layer from its first range on. */
static void end_range(struct allreduce *s)
{
    if (!s->ranks) { /* its sum is still in cache */
        s->finite &= fm_all_finite(s->end[0] + s->at, s->count);
        return;
    }
    if (s->at != aligned(s->to)) s->from = s->at;
    s->to = s->at + s->count;
    if (aligned(s->to) < s->ready) return;
    s->ready = s->from;
    reduce_scatter_ready(s->ranks, s->ready);
}

void allreduce_add(struct allreduce *s)
{
    float *leaf = leaf_of(s);
    if (begins_subtree(s))
        s->done++;
    else
        s->free_spares--;
    tree_push(&s->stack, (struct tree_node){s->level, (s->first + s->added) >> s->level, leaf},
              s->shards, merge, s);
    s->added += (size_t)1 << s->level;
    if (s->added == s->own) end_range(s);
}

int allreduce_reduce_scatter(struct allreduce *s)
{
    s->ready = s->n, s->from = s->to = 0;
    if (s->ranks) return reduce_scatter_run(s->ranks);
    int finite = s->finite;
    s->finite = 1;
    return finite;
}

struct allreduce_part allreduce_part(const struct allreduce *s)
{
    const float *sum = s->end[0];
    struct part part = {0, s->n};
    if (s->ranks) part = reduce_scatter_part(s->ranks, &sum);
    return (struct allreduce_part){part.first, part.count, sum};
}

size_t allreduce_part_count(const struct world *w, size_t shards, size_t n)
{
    return w->size > 1 ? reduce_scatter_count(w, shards, n) : n;
}

void allreduce_collect(struct allreduce *s, const float *part, float *whole)
{
    if (s->ranks)
        reduce_scatter_collect(s->ranks, part, whole);
    else
        memcpy(whole, part, s->n * sizeof *part);
}

void allreduce_spread(struct allreduce *s, const float *whole, float *part)
{
    if (s->ranks)
        reduce_scatter_spread(s->ranks, whole, part);
    else
        memcpy(part, whole, s->n * sizeof *part);
}

void allreduce_allgather(struct allreduce *s, float *x, struct allreduce_bits *bits)
{
    *bits = (struct allreduce_bits){0, 0};
    if (s->ranks) reduce_scatter_gather(s->ranks, x, bits);
}
