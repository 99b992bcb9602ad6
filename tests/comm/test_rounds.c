/* The rounds of all nodes, replayed on plain arrays: the sum has the bits of the tree, and what
 * it costs is what is said. */
#include "check.h"

#include "comm/rounds.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Subtrees over floats of `has`: subtree k is floats[has.count] at k has.count. */
struct forest {
    struct tree_stack stack;
    struct part has;
    float *floats;
};

struct node {
    struct rounds rounds;
    struct forest forest;
    int at, sent;                /* the round, and whether its messages have left */
    size_t messages, floats;     /* that this node has sent */
    float *total;                /* [n] */
    int given[ROUNDS_EXCHANGES]; /* sums that have come back */
};

static struct cluster c;
static enum rounds_way way;
static size_t n;
static struct node *node; /* [c.nodes] */

/* Values of very different size, so that another order has other bits. */
static float value(size_t shard, size_t i)
{
    uint32_t x = (uint32_t)shard * 2654435761u + (uint32_t)i * 40503u + 1;
    x = (x ^ x >> 15) * 2246822519u;
    x ^= x >> 13;
    float y = (float)(x & 0xffffff) - 8388608.0f;
    return x >> 24 & 1 ? y : y * 1e-6f;
}

/* The definition: node (level, index) is the sum of its two children. */
static float tree(unsigned level, size_t index, size_t i)
{
    if (level == 0) return value(index, i);
    float left = tree(level - 1, 2 * index, i);
    if ((2 * index + 1) << (level - 1) >= c.shards) return left;
    return left + tree(level - 1, 2 * index + 1, i);
}

/* ---- forests ----------------------------------------------------------------------------- */

static void *memory(size_t bytes)
{
    void *p = calloc(1, bytes + 1);
    assert_non_null(p);
    return p;
}

/* A copy of floats `of`. */
static struct forest cut(const struct forest *x, struct part of)
{
    struct forest y = {x->stack, of, memory((size_t)x->stack.depth * of.count * sizeof(float))};
    assert_true(of.first >= x->has.first);
    assert_true(of.first + of.count <= x->has.first + x->has.count);
    for (int k = 0; k < y.stack.depth; k++) {
        float *to = y.floats + (size_t)k * of.count;
        const float *from = x->stack.node[k].sum;
        memcpy(to, from + (of.first - x->has.first), of.count * sizeof *to);
        y.stack.node[k].sum = to;
    }
    return y;
}

static void replace(struct forest *x, struct part of)
{
    struct forest y = cut(x, of);
    free(x->floats);
    *x = y;
}

/* left += right over the floats of a forest */
static void merge(void *forest, struct tree_node *left, const struct tree_node *right)
{
    float *to = left->sum;
    const float *from = right->sum;
    for (size_t i = 0; i < ((struct forest *)forest)->has.count; i++) to[i] += from[i];
}

/* x becomes the forest of x and of what follows it, whose memory is taken. */
static void join(struct forest *x, struct forest *next)
{
    struct forest all = *x;
    for (int k = 0; k < next->stack.depth; k++)
        tree_push(&all.stack, next->stack.node[k], c.shards, merge, x);
    struct forest y = cut(&all, x->has);
    free(x->floats);
    free(next->floats);
    *x = y, next->floats = NULL;
}

static struct forest leaf(size_t shard)
{
    struct forest x = {.has = {0, n}, .floats = memory(n * sizeof *x.floats)};
    for (size_t i = 0; i < n; i++) x.floats[i] = value(shard, i);
    tree_push(&x.stack, (struct tree_node){0, shard, x.floats}, c.shards, merge, &x);
    return x;
}

/* ---- the sum ----------------------------------------------------------------------------- */

/* Node i's exchange with node j, the only one. */
static int exchange_with(int i, int j)
{
    const struct rounds *r = &node[i].rounds;
    int found = -1;
    for (int e = 0; e < r->exchanges; e++)
        if (r->exchange[e].node == j) {
            assert_int_equal(found, -1);
            found = e;
        }
    assert_true(found >= 0);
    return found;
}

static void count(struct node *x, size_t floats)
{
    x->messages += floats > 0, x->floats += floats;
}

static struct forest **boxes; /* [c.nodes][ROUNDS_EXCHANGES]: what has come */

static struct forest **box(int i, int e)
{
    return &boxes[(size_t)i * ROUNDS_EXCHANGES + (size_t)e];
}

static void send_round(int i, const struct round *x)
{
    assert_int_equal(node[i].forest.stack.depth, x->subtrees);
    assert_true(node[i].forest.has.first == x->has.first);
    assert_true(node[i].forest.has.count == x->has.count);
    for (int e = x->begin; e < x->end; e++) {
        const struct exchange *ex = &node[i].rounds.exchange[e];
        int there = exchange_with(ex->node, i);
        if (!node[ex->node].rounds.exchange[there].subtrees) {
            assert_true(ex->out.count == 0);
            continue;
        }
        struct forest **to = box(ex->node, there);
        assert_null(*to);
        *to = memory(sizeof **to);
        **to = cut(&node[i].forest, ex->out);
        count(&node[i], ex->out.count * (size_t)x->subtrees);
    }
}

static int all_has_come(int i, const struct round *x)
{
    for (int e = x->begin; e < x->end; e++)
        if (node[i].rounds.exchange[e].subtrees && !*box(i, e)) return 0;
    return 1;
}

/* What came, and what stays, in the order of the nodes. */
static void join_round(int i, const struct round *x)
{
    struct forest all = {.has = x->keep, .floats = memory(0)};
    int mine = 0;
    replace(&node[i].forest, x->keep);
    for (int e = x->begin; e <= x->end; e++) {
        const struct exchange *ex = &node[i].rounds.exchange[e];
        if (!mine && (e == x->end || ex->node > i)) join(&all, &node[i].forest), mine = 1;
        if (e == x->end || !ex->subtrees) continue;
        struct forest *came = *box(i, e);
        assert_int_equal(came->stack.depth, ex->subtrees);
        assert_true(came->has.first == x->keep.first && came->has.count == x->keep.count);
        join(&all, came);
        free(came);
    }
    node[i].forest = all;
}

/* As far as it can; whether it got on. */
static int go_on(int i)
{
    struct node *x = &node[i];
    int before = x->at + x->sent;
    while (x->at < x->rounds.count) {
        const struct round *round = &x->rounds.round[x->at];
        if (!x->sent) send_round(i, round), x->sent = 1;
        if (!all_has_come(i, round)) break;
        join_round(i, round);
        x->at++, x->sent = 0;
    }
    return x->at + x->sent != before;
}

static void sum_all(void)
{
    for (int moved = 1; moved;) {
        moved = 0;
        for (int i = 0; i < c.nodes; i++) moved |= go_on(i);
    }
    for (int i = 0; i < c.nodes; i++) assert_int_equal(node[i].at, node[i].rounds.count);
}

/* ---- back -------------------------------------------------------------------------------- */

static int gives_back(const struct exchange *e)
{
    return e->subtrees && (way != ROUNDS_WHOLE || !e->out.count);
}

static int gets_back(const struct exchange *e)
{
    return e->out.count && (way != ROUNDS_WHOLE || !e->subtrees);
}

static void give_round(int i, const struct round *x)
{
    for (int e = x->begin; e < x->end; e++) {
        const struct exchange *ex = &node[i].rounds.exchange[e];
        if (!gives_back(ex)) continue;
        int there = exchange_with(ex->node, i);
        struct part p = x->keep, out = node[ex->node].rounds.exchange[there].out;
        assert_true(p.first == out.first && p.count == out.count);
        memcpy(node[ex->node].total + p.first, node[i].total + p.first,
               p.count * sizeof(float));
        node[ex->node].given[there] = 1;
        count(&node[i], p.count);
    }
}

static int all_was_given(int i, const struct round *x)
{
    for (int e = x->begin; e < x->end; e++)
        if (gets_back(&node[i].rounds.exchange[e]) && !node[i].given[e]) return 0;
    return 1;
}

static int go_back(int i)
{
    struct node *x = &node[i];
    int before = 2 * x->at - x->sent;
    while (x->at > 0) {
        const struct round *round = &x->rounds.round[x->at - 1];
        if (!x->sent) give_round(i, round), x->sent = 1;
        if (!all_was_given(i, round)) break;
        x->at--, x->sent = 0;
    }
    return 2 * x->at - x->sent != before;
}

static void gather_all(void)
{
    for (int moved = 1; moved;) {
        moved = 0;
        for (int i = 0; i < c.nodes; i++) moved |= go_back(i);
    }
    for (int i = 0; i < c.nodes; i++) assert_int_equal(node[i].at, 0);
}

/* ---- both -------------------------------------------------------------------------------- */

static size_t shard_of(int i)
{
    size_t rank = (size_t)(c.first ? c.first[i] : i);
    return rank * c.shards / (size_t)(c.first ? c.first[c.nodes] : c.nodes);
}

static void begin(void)
{
    node = memory((size_t)c.nodes * sizeof *node);
    boxes = memory((size_t)c.nodes * ROUNDS_EXCHANGES * sizeof(void *));
    for (int i = 0; i < c.nodes; i++) {
        node[i].rounds = rounds_plan(&c, way, i, (struct part){0, n});
        node[i].total = memory(n * sizeof(float));
        node[i].forest = leaf(shard_of(i));
        for (size_t s = shard_of(i) + 1; s < shard_of(i + 1); s++) {
            struct forest next = leaf(s);
            join(&node[i].forest, &next);
        }
    }
}

static void end(void)
{
    for (int i = 0; i < c.nodes; i++) {
        free(node[i].forest.floats);
        free(node[i].total);
    }
    free(boxes);
    free(node);
}

/* Each float is summed by one node, or whole by all that have not sent theirs away. */
static void take_sums(void)
{
    int *times = memory(n * sizeof *times), whole = 0;
    for (int i = 0; i < c.nodes; i++) {
        const struct forest *x = &node[i].forest;
        if (x->has.count == 0) continue;
        assert_int_equal(x->stack.depth, 1);
        memcpy(node[i].total + x->has.first, x->floats, x->has.count * sizeof(float));
        for (size_t k = 0; k < x->has.count; k++) times[x->has.first + k]++;
        whole++;
    }
    for (size_t k = 0; k < n; k++) assert_int_equal(times[k], way == ROUNDS_WHOLE ? whole : 1);
    free(times);
}

static void check_bits(void)
{
    float *want = memory(n * sizeof *want);
    unsigned root = 0;
    while (((size_t)1 << root) < c.shards) root++;
    for (size_t k = 0; k < n; k++) want[k] = tree(root, 0, k);
    for (int i = 0; i < c.nodes; i++)
        if (memcmp(node[i].total, want, n * sizeof *want) != 0)
            fail_msg("%zu shards, %d nodes, way %d: node %d has other bits", c.shards, c.nodes,
                     (int)way, i);
    free(want);
}

static void check_cost(void)
{
    struct rounds_cost said = rounds_cost_of(&c, n, way), most = {0, 0};
    for (int i = 0; i < c.nodes; i++) {
        if (node[i].messages > most.messages) most.messages = node[i].messages;
        if (node[i].floats > most.floats) most.floats = node[i].floats;
    }
    assert_int_equal(said.messages, most.messages);
    assert_int_equal(said.floats, most.floats);
}

static void replay(enum rounds_way by, size_t floats)
{
    way = by, n = floats;
    begin();
    sum_all();
    take_sums();
    gather_all();
    check_bits();
    check_cost();
    end();
}

/* ---- tests ------------------------------------------------------------------------------- */

/* By halving, of n floats: the messages of a node, and its floats in units of n. */
static const struct shape {
    size_t shards;
    int nodes;
    size_t messages;
    double floats;
} shapes[] = {
    {8, 2, 2, 1.00},     {8, 4, 4, 1.50},       {8, 8, 6, 1.75},        {8, 3, 3, 2.50},
    {8, 5, 5, 3.00},     {8, 7, 5, 2.50},       {12, 5, 5, 3.00},       {64, 4, 4, 1.50},
    {64, 12, 7, 5.00},   {64, 7, 5, 4.50},      {64, 64, 12, 1.97},     {100, 10, 7, 4.38},
    {96, 12, 7, 2.75},   {128, 100, 13, 5.09},  {256, 16, 8, 1.88},     {256, 48, 11, 5.84},
    {1000, 16, 8, 8.88}, {1024, 100, 13, 8.70}, {1024, 1024, 20, 2.00},
};

static const struct shape *const shapes_end = shapes + sizeof shapes / sizeof shapes[0];

static int bits_of(int nodes)
{
    int bits = 0;
    while (2 << bits <= nodes) bits++;
    return bits;
}

static void every_way_has_the_bits_of_the_tree(void **state)
{
    (void)state;
    for (const struct shape *s = shapes; s < shapes_end; s++) {
        c = (struct cluster){s->shards, s->nodes, NULL};
        replay(ROUNDS_HALVING, (size_t)16 << bits_of(s->nodes));
        replay(ROUNDS_HALVING, 101); /* and some nodes have nothing to keep */
        replay(ROUNDS_WHOLE, 9);
        if (s->nodes > ROUNDS_EXCHANGES) continue;
        replay(ROUNDS_DIRECT, 16 * (size_t)s->nodes);
        replay(ROUNDS_DIRECT, 101);
    }
}

static void nodes_may_have_unlike_many_ranks(void **state)
{
    const int first[] = {0, 1, 4, 5, 11, 13, 14, 20, 21};
    (void)state;
    for (int nodes = 1; nodes <= 8; nodes++)
        for (size_t shards = 21; shards < 50; shards += 9) {
            c = (struct cluster){shards, nodes, first};
            for (int by = ROUNDS_HALVING; by <= ROUNDS_WHOLE; by++) {
                replay((enum rounds_way)by, 16);
                replay((enum rounds_way)by, 333);
            }
        }
}

/* There and back, and one more where nodes fold. */
static void messages_are_twice_the_logarithm_of_the_nodes(void **state)
{
    (void)state;
    for (const struct shape *s = shapes; s < shapes_end; s++) {
        int bits = bits_of(s->nodes);
        size_t floats = (size_t)16 << bits;
        c = (struct cluster){s->shards, s->nodes, NULL};
        struct rounds_cost cost = rounds_cost_of(&c, floats, ROUNDS_HALVING);
        assert_int_equal(cost.messages, s->messages);
        assert_int_equal(cost.messages, 2 * bits + (s->nodes > 1 << bits));
        assert_true(fabs((double)cost.floats / (double)floats - s->floats) < 0.0051);
    }
}

static size_t price(size_t floats, enum rounds_way by)
{
    struct rounds_cost cost = rounds_cost_of(&c, floats, by);
    return cost.floats + cost.messages * ROUNDS_MESSAGE;
}

static void the_dearer_way_is_never_taken(void **state)
{
    int taken[2] = {0, 0};
    (void)state;
    for (int nodes = 1; nodes <= ROUNDS_EXCHANGES + 1; nodes++)
        for (size_t floats = 1; floats < 1 << 22; floats *= 8) {
            c = (struct cluster){64 + (size_t)nodes, nodes, NULL};
            enum rounds_way by = rounds_way_of(&c, floats);
            assert_true(by == ROUNDS_HALVING || by == ROUNDS_DIRECT);
            taken[by == ROUNDS_DIRECT]++;
            if (nodes > ROUNDS_EXCHANGES) {
                assert_true(by == ROUNDS_HALVING); /* there is no other */
                continue;
            }
            assert_true(price(floats, by) <= price(floats, ROUNDS_HALVING));
            assert_true(price(floats, by) <= price(floats, ROUNDS_DIRECT));
        }
    assert_true(taken[0] > 0 && taken[1] > 0);
    c = (struct cluster){64, 64, NULL};
    assert_true(rounds_way_of(&c, 1) == ROUNDS_HALVING); /* few messages */
    c = (struct cluster){64, 3, NULL};
    assert_true(rounds_way_of(&c, 1 << 20) == ROUNDS_DIRECT); /* few floats */
}

static void parts_are_whole_cache_lines(void **state)
{
    (void)state;
    for (size_t floats = 0; floats < 400; floats += 7)
        for (size_t parts = 1; parts < 40; parts += 3) {
            size_t at = 0;
            for (size_t i = 0; i < parts; i++) {
                struct part p = rounds_part(floats, i, parts);
                assert_true(p.first == at && (at % 16 == 0 || at == floats));
                at += p.count;
            }
            assert_true(at == floats);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_way_has_the_bits_of_the_tree),
        cmocka_unit_test(nodes_may_have_unlike_many_ranks),
        cmocka_unit_test(messages_are_twice_the_logarithm_of_the_nodes),
        cmocka_unit_test(the_dearer_way_is_never_taken),
        cmocka_unit_test(parts_are_whole_cache_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
