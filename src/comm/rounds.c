#include "comm/rounds.h"

#include "base/share.h"

struct part rounds_part(size_t n, size_t i, size_t parts)
{
    enum { LINE = 16 };
    size_t lines = (n + LINE - 1) / LINE;
    size_t first = share_first(lines, i, parts) * LINE;
    size_t end = share_first(lines, i + 1, parts) * LINE;
    if (first > n) first = n;
    if (end > n) end = n;
    return (struct part){first, end - first};
}

/* Part i of a part. */
static struct part part_of(struct part p, size_t i, size_t parts)
{
    struct part of = rounds_part(p.count, i, parts);
    return (struct part){p.first + of.first, of.count};
}

/* The first shard of a node. */
static size_t shard_of(const struct cluster *c, int node)
{
    int rank = c->first ? c->first[node] : node,
        ranks = c->first ? c->first[c->nodes] : c->nodes;
    return share_first(c->shards, (size_t)rank, (size_t)ranks);
}

struct tree_stack rounds_forest(const struct cluster *c, int first, int last)
{
    return tree_range(c->shards, shard_of(c, first), shard_of(c, last + 1));
}

/* ---- groups: nodes after the fold, a power of two ---------------------------------------- */

/* Nodes in groups of one or, the first `pairs`, of two. */
struct groups {
    int count, bits, pairs;
};

static struct groups groups_of(const struct cluster *c)
{
    struct groups g = {.count = 1};
    while (2 * g.count <= c->nodes) g.count *= 2, g.bits++;
    g.pairs = c->nodes - g.count;
    return g;
}

static int group_of(const struct groups *g, int node)
{
    return node < 2 * g->pairs ? node / 2 : node - g->pairs;
}

/* Its first node, which goes through the rounds for it. */
static int leader_of(const struct groups *g, int group)
{
    return group < g->pairs ? 2 * group : group + g->pairs;
}

/* ---- rounds ------------------------------------------------------------------------------ */

/* Nodes first .. last, whose forests have joined. */
struct nodes_joined {
    int first, last;
};

/* A round in which this node, which has a joined forest, keeps a part. */
static void begin(struct rounds *r, const struct cluster *c, struct part has, struct part keep,
                  struct nodes_joined j)
{
    int subtrees = rounds_forest(c, j.first, j.last).depth;
    r->round[r->count++] =
        (struct round){has, keep, j.first, j.last, subtrees, r->exchanges, r->exchanges};
}

/* With a node that has another one: `out` goes there, and its forest comes if `comes`. */
static void exchange(struct rounds *r, const struct cluster *c, int node, struct part out,
                     struct nodes_joined j, int comes)
{
    int subtrees = comes ? rounds_forest(c, j.first, j.last).depth : 0;
    r->exchange[r->exchanges++] = (struct exchange){node, out, j.first, j.last, subtrees};
    r->round[r->count - 1].end = r->exchanges;
}

static struct nodes_joined alone(int node)
{
    return (struct nodes_joined){node, node};
}

/* A node of a pair sends all it has to its neighbour, which joins it. */
static void fold(struct rounds *r, const struct cluster *c, int node, struct part all)
{
    struct part none = {all.first, 0};
    int odd = node % 2, other = node ^ 1;
    begin(r, c, all, odd ? none : all, alone(node));
    exchange(r, c, other, odd ? all : none, alone(other), !odd);
}

/* The 2^j groups around `group` have joined before round j. */
static struct nodes_joined joined(const struct groups *g, int group, int j)
{
    int first = group >> j << j, end = first + (1 << j);
    return (struct nodes_joined){leader_of(g, first), leader_of(g, end) - 1};
}

/* Groups at a distance of 1, 2, 4 ... exchange what each does not keep, or all. */
static void double_or_halve(struct rounds *r, const struct cluster *c, int node,
                            struct part all, int halve)
{
    struct groups g = groups_of(c);
    int group = group_of(&g, node);
    if (node < 2 * g.pairs) fold(r, c, node, all);
    if (node != leader_of(&g, group)) return;
    for (int j = 0; j < g.bits; j++) {
        int other = group ^ 1 << j;
        size_t upper = (size_t)(group >> j & 1);
        struct part keep = halve ? part_of(all, upper, 2) : all;
        struct part out = halve ? part_of(all, 1 - upper, 2) : all;
        begin(r, c, all, keep, joined(&g, group, j));
        exchange(r, c, leader_of(&g, other), out, joined(&g, other, j), 1);
        all = keep;
    }
}

static void directly(struct rounds *r, const struct cluster *c, int node, struct part all)
{
    size_t nodes = (size_t)c->nodes;
    begin(r, c, all, part_of(all, (size_t)node, nodes), alone(node));
    for (int q = 0; q < c->nodes; q++)
        if (q != node) exchange(r, c, q, part_of(all, (size_t)q, nodes), alone(q), 1);
}

struct rounds rounds_plan(const struct cluster *c, enum rounds_way way, int node,
                          struct part all)
{
    struct rounds r = {.count = 0};
    if (c->nodes == 1) return r;
    if (way == ROUNDS_DIRECT)
        directly(&r, c, node, all);
    else
        double_or_halve(&r, c, node, all, way == ROUNDS_HALVING);
    return r;
}

/* ---- what they cost ---------------------------------------------------------------------- */

static void add_cost(struct rounds_cost *sum, size_t floats)
{
    sum->messages += floats > 0;
    sum->floats += floats;
}

/* Those of one node; of what is summed whole, only who has sent it all gets it back. */
static struct rounds_cost cost_of(const struct rounds *r, enum rounds_way way)
{
    struct rounds_cost sum = {0, 0};
    for (const struct round *x = r->round; x < r->round + r->count; x++)
        for (int e = x->begin; e < x->end; e++) {
            const struct exchange *ex = &r->exchange[e];
            int back = ex->subtrees && (way != ROUNDS_WHOLE || ex->out.count == 0);
            add_cost(&sum, ex->out.count * (size_t)x->subtrees);
            add_cost(&sum, back ? x->keep.count : 0);
        }
    return sum;
}

struct rounds_cost rounds_cost_of(const struct cluster *c, size_t n, enum rounds_way way)
{
    struct rounds_cost most = {0, 0};
    for (int node = 0; node < c->nodes; node++) {
        struct rounds r = rounds_plan(c, way, node, (struct part){0, n});
        struct rounds_cost mine = cost_of(&r, way);
        if (mine.messages > most.messages) most.messages = mine.messages;
        if (mine.floats > most.floats) most.floats = mine.floats;
    }
    return most;
}

static size_t price(struct rounds_cost x)
{
    return x.floats + x.messages * ROUNDS_MESSAGE;
}

enum rounds_way rounds_way_of(const struct cluster *c, size_t n)
{
    if (c->nodes <= 2 || c->nodes > ROUNDS_EXCHANGES) return ROUNDS_HALVING;
    size_t halving = price(rounds_cost_of(c, n, ROUNDS_HALVING));
    return price(rounds_cost_of(c, n, ROUNDS_DIRECT)) < halving ? ROUNDS_DIRECT
                                                                : ROUNDS_HALVING;
}
