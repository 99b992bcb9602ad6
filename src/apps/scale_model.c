#include "scale_model.h"

#include "base/share.h"
#include "comm/rounds.h"

#include <math.h>
#include <stdlib.h>

enum {
    DECISION = 12, /* doubles of a shard in the gathering (step/gathering.h) */
    MOVED = 12,    /* bytes that an addition moves: two floats are read, one is written */
};

/* The ranks on their nodes, and the links between them. */
struct machine {
    const struct scale_parts *parts;
    const struct scale_network *net;
    size_t ranks, places;
    int *first; /* [nodes + 1] */
    struct cluster cluster;
    double busy;         /* ranks a core, at least one */
    struct rounds *plan; /* [nodes]: of the sum that is gone through */
    int rounds;          /* of the node that has most */
    double copies;       /* of each message: the places that send one alike */
    double bytes;        /* of a number */
    double *up, *down;   /* [nodes + switches] bytes of a round, of nodes and of switches */
    double added;        /* floats, by the rank that adds most in the round */
    double latency;      /* of the round, where it has a message */
};

/* ---- the machine ------------------------------------------------------------------------- */

static size_t at_most(double limit, size_t n)
{
    return limit < (double)n ? (size_t)limit : n;
}

/* All nodes are full but the last one. */
static int set_nodes(struct machine *m)
{
    size_t full = at_most(m->net->ranks, m->ranks), nodes = (m->ranks + full - 1) / full;
    m->first = calloc(nodes + 1, sizeof *m->first);
    if (!m->first) return 0;
    for (size_t a = 0; a < nodes; a++) m->first[a] = (int)(a * full);
    m->first[nodes] = (int)m->ranks;
    m->cluster.nodes = (int)nodes, m->cluster.first = m->first;
    m->places = m->ranks - (nodes - 1) * full; /* of the smallest node */
    m->busy = m->net->cores > 0 ? fmax(1, (double)full / m->net->cores) : 1;
    return 1;
}

static enum status set_up(struct machine *m, const struct scale_parts *parts,
                          const struct scale_network *net, const struct scale_point *at)
{
    *m = (struct machine){.parts = parts, .net = net, .ranks = at->ranks};
    m->cluster.shards = at->shards;
    int ok = set_nodes(m);
    size_t nodes = (size_t)m->cluster.nodes;
    if (ok) {
        m->plan = calloc(nodes, sizeof *m->plan);
        m->up = calloc(4 * nodes, sizeof *m->up);
        ok = m->plan && m->up;
    }
    if (!ok) return FAIL(ST_NOMEM, "no memory for the nodes of %zu ranks", at->ranks);
    m->down = m->up + 2 * nodes;
    return ST_OK;
}

static void tear_down(struct machine *m)
{
    free(m->first);
    free(m->plan);
    free(m->up);
}

/* ---- rounds ------------------------------------------------------------------------------ */

/* Seconds of n floats that every place of a node adds up or copies, all at once. */
static double moving(const struct machine *m, double n, double places, double seconds)
{
    double alone = m->busy * n * seconds;
    return m->net->memory > 0 ? fmax(alone, MOVED * n * places / m->net->memory) : alone;
}

static double adding(const struct machine *m, double n, double places)
{
    return moving(m, n, places, m->parts->add);
}

static double slowest_link(const struct machine *m)
{
    double above = m->net->nodes * m->net->bandwidth / m->net->oversubscription, seconds = 0;
    for (int i = 0; i < 2 * m->cluster.nodes; i++) {
        double bandwidth = i < m->cluster.nodes ? m->net->bandwidth : above;
        seconds = fmax(seconds, fmax(m->up[i], m->down[i]) / bandwidth);
    }
    return seconds;
}

/* Seconds of the round whose messages have been loaded; the links are free again. */
static double end_round(struct machine *m)
{
    double numbers = m->bytes / sizeof(float);
    double seconds = m->latency + slowest_link(m) + numbers * adding(m, m->added, m->copies);
    for (int i = 0; i < 4 * m->cluster.nodes; i++) m->up[i] = 0;
    m->latency = m->added = 0;
    return seconds;
}

static int switch_of(const struct machine *m, int node)
{
    return m->cluster.nodes + node / (int)m->net->nodes;
}

/* A message of each place. */
static void load(struct machine *m, int from, int to, size_t numbers)
{
    double bytes = m->copies * m->bytes * (double)numbers;
    int below = switch_of(m, from), above = switch_of(m, to);
    if (numbers == 0) return;
    m->up[from] += bytes;
    m->down[to] += bytes;
    m->latency = fmax(m->latency, m->net->latency + (below != above) * m->net->above);
    if (below != above) m->up[below] += bytes, m->down[above] += bytes;
}

/* Plan a sum of n numbers over the nodes, in which so many places go the same way. */
static void plan(struct machine *m, enum rounds_way way, size_t n, size_t bytes, size_t copies)
{
    m->bytes = (double)bytes, m->copies = (double)copies, m->rounds = 0;
    for (int a = 0; a < m->cluster.nodes; a++) {
        m->plan[a] = rounds_plan(&m->cluster, way, a, (struct part){0, n});
        if (m->plan[a].count > m->rounds) m->rounds = m->plan[a].count;
    }
}

/* Whether a node is through after its first round, in which it has sent all it had. */
static int folds(const struct rounds *r)
{
    return r->count == 1 && r->round[0].keep.count == 0;
}

/* What a node does in round i of all; NULL: it has a partner less, and nothing to do. */
static const struct round *round_of(const struct machine *m, int node, int i)
{
    const struct rounds *r = &m->plan[node];
    int own = folds(r) ? i : i - (m->rounds - r->count);
    return own >= 0 && own < r->count ? &r->round[own] : NULL;
}

/* Floats that the node adds: its forest and those that come have become the next one. */
static size_t added_in(const struct rounds *r, const struct round *x)
{
    size_t before = (size_t)x->subtrees, after = 1;
    for (int e = x->begin; e < x->end; e++) before += (size_t)r->exchange[e].subtrees;
    if (x + 1 < r->round + r->count) after = (size_t)x[1].subtrees;
    return x->keep.count * (before - after);
}

/* What a node sends there, and what back. */
static void load_round(struct machine *m, int node, int i, int back)
{
    const struct rounds *r = &m->plan[node];
    const struct round *x = round_of(m, node, i);
    for (int e = x ? x->begin : 0; x && e < x->end; e++) {
        const struct exchange *ex = &r->exchange[e];
        size_t there = ex->out.count * (size_t)x->subtrees;
        load(m, node, ex->node, !back ? there : ex->subtrees ? x->keep.count : 0);
    }
    if (x && !back) m->added = fmax(m->added, (double)added_in(r, x));
}

/* Seconds of all rounds, there or back. */
static double go(struct machine *m, int back)
{
    double seconds = 0;
    for (int i = 0; i < m->rounds; i++) {
        for (int a = 0; a < m->cluster.nodes; a++)
            load_round(m, a, back ? m->rounds - 1 - i : i, back);
        seconds += end_round(m);
    }
    return seconds;
}

/* Of a sum that all have whole: those that have folded get it. */
static double give_back(struct machine *m, size_t n)
{
    for (int a = 0; a < m->cluster.nodes; a++)
        if (folds(&m->plan[a])) load(m, a ^ 1, a, n);
    return end_round(m);
}

/* ---- inside a node ----------------------------------------------------------------------- */

/* Ranks of a node have heard of each other.  Beyond what has been measured it grows as log2 of
 * their number. */
static struct scale_meeting meeting(const struct machine *m)
{
    size_t ranks = (size_t)m->first[1], log = 0, last = m->parts->met;
    while ((size_t)1 << log < ranks) log++;
    if (log == 0 || last < 2) return (struct scale_meeting){0, 0};
    if (log < last) return m->parts->meet[log];
    struct scale_meeting most = m->parts->meet[last - 1];
    double more = (double)log / (double)(last - 1);
    return (struct scale_meeting){more * most.sum, more * most.tell};
}

/* Subtrees that go when the forests of a node's ranks are joined. */
static size_t joins_in(const struct machine *m, int node)
{
    size_t subtrees = 0, shards = m->cluster.shards;
    for (int r = m->first[node]; r < m->first[node + 1]; r++) {
        size_t first = share_first(shards, (size_t)r, m->ranks);
        size_t end = share_first(shards, (size_t)r + 1, m->ranks);
        subtrees += (size_t)tree_range(shards, first, end).depth;
    }
    return subtrees - (size_t)rounds_forest(&m->cluster, node, node).depth;
}

static double most_joins(const struct machine *m)
{
    size_t most = 0;
    for (int a = 0; a < m->cluster.nodes; a++)
        if (joins_in(m, a) > most) most = joins_in(m, a);
    return (double)most;
}

/* ---- a step ------------------------------------------------------------------------------ */

/* The most floats that a rank has of the sum. */
static size_t longest_part(const struct machine *m, size_t slice)
{
    size_t most = m->rounds ? 0 : slice;
    for (int a = 0; a < m->cluster.nodes; a++) {
        const struct rounds *r = &m->plan[a];
        if (r->count && r->round[r->count - 1].keep.count > most)
            most = r->round[r->count - 1].keep.count;
    }
    return most;
}

/* Sum and gather, each place its slice; and the optimiser's part. */
static void sum_gradients(struct machine *m, struct scale_seconds *t)
{
    size_t n = m->parts->floats;
    size_t slice = rounds_part(n, m->places - 1, m->places).count;
    plan(m, rounds_way_of(&m->cluster, slice), slice, sizeof(float), m->places);
    t->between = go(m, 0) + go(m, 1);
    t->inside = adding(m, most_joins(m) * (double)slice, (double)m->places) +
                moving(m, (double)n, (double)m->first[1], m->parts->copy) + meeting(m).sum;
    t->optimizer *= (double)longest_part(m, slice) / (double)n;
}

/* Seconds of n doubles of each shard that all must know: one rank a node joins and sends. */
static double tell(struct machine *m, size_t n)
{
    plan(m, ROUNDS_WHOLE, n, sizeof(double), 1);
    double seconds = meeting(m).tell + 2 * adding(m, most_joins(m) * (double)n, 1);
    return seconds + go(m, 0) + give_back(m, n);
}

static void tell_all(struct machine *m, struct scale_seconds *t)
{
    size_t exchanges = m->parts->exchanges;
    t->decision = tell(m, DECISION);
    if (exchanges)
        t->statistics = (double)exchanges * tell(m, m->parts->statistics / exchanges);
}

static const struct scale_step *find(const struct scale_parts *parts, struct scale_step share)
{
    for (size_t i = 0; i < parts->steps; i++)
        if (parts->step[i].own == share.own && parts->step[i].rows == share.rows)
            return &parts->step[i];
    return NULL;
}

struct scale_point scale_model_point(size_t shards, size_t ranks, size_t batch)
{
    return (struct scale_point){ranks, shards > ranks ? shards : ranks, batch};
}

struct scale_step scale_model_share(const struct scale_point *at)
{
    return (struct scale_step){.own = (at->shards + at->ranks - 1) / at->ranks,
                               .rows = (at->batch + at->shards - 1) / at->shards};
}

enum status scale_model_step(const struct scale_parts *parts, const struct scale_network *net,
                             const struct scale_point *at, struct scale_seconds *t)
{
    struct machine m;
    struct scale_step share = scale_model_share(at);
    const struct scale_step *step = find(parts, share);
    *t = (struct scale_seconds){0};
    if (!step)
        return FAIL(ST_INTERNAL, "%zu shards of %zu rows have not been measured", share.own,
                    share.rows);
    enum status st = set_up(&m, parts, net, at);
    if (st == ST_OK) {
        t->compute = m.busy * step->seconds;
        t->optimizer = m.busy * parts->optimizer;
        if (m.ranks > 1) sum_gradients(&m, t), tell_all(&m, t);
        t->all =
            t->compute + t->inside + t->between + t->statistics + t->decision + t->optimizer;
    }
    tear_down(&m);
    return st;
}
