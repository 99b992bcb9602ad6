/* The rounds of a sum over nodes: small cases by hand, and what holds for any. */
#include "check.h"

#include "comm/rounds.h"

#include <string.h>

static struct rounds r;

/* Node `node` of so many, with a rank each. */
static void plan(enum rounds_way way, size_t shards, int nodes, int node, size_t n)
{
    const struct cluster c = {shards, nodes, NULL};
    r = rounds_plan(&c, way, node, (struct part){0, n});
}

/* Round i is one exchange: with that node, floats there, subtrees here, floats kept. */
static void assert_round(int i, int node, size_t out, int subtrees, size_t keep)
{
    assert_true(i < r.count && r.round[i].end == r.round[i].begin + 1);
    const struct exchange *e = &r.exchange[r.round[i].begin];
    assert_int_equal(e->node, node);
    assert_int_equal(e->out.count, out);
    assert_int_equal(e->subtrees, subtrees);
    assert_int_equal(r.round[i].keep.count, keep);
}

static void one_node_sends_nothing(void **state)
{
    (void)state;
    for (int way = ROUNDS_HALVING; way <= ROUNDS_WHOLE; way++) {
        plan((enum rounds_way)way, 8, 1, 0, 100);
        assert_int_equal(r.count + r.exchanges, 0);
    }
}

/* 112 floats are seven lines of cache: three and four. */
static void two_nodes_exchange_halves(void **state)
{
    (void)state;
    plan(ROUNDS_HALVING, 8, 2, 0, 112);
    assert_int_equal(r.count, 1);
    assert_round(0, 1, 64, 1, 48);
    plan(ROUNDS_HALVING, 8, 2, 1, 112);
    assert_round(0, 0, 48, 1, 64);
}

/* Three leaves on three nodes: ((0 1) 2).  Node 1 goes to node 0, whose forest is one subtree;
 * with that of node 2, which goes up alone, it joins to the root. */
static void a_third_node_folds_in(void **state)
{
    (void)state;
    plan(ROUNDS_HALVING, 3, 3, 1, 64);
    assert_int_equal(r.count, 1);
    assert_round(0, 0, 64, 0, 0);
    plan(ROUNDS_HALVING, 3, 3, 0, 64);
    assert_int_equal(r.count, 2);
    assert_round(0, 1, 0, 1, 64);
    assert_round(1, 2, 32, 1, 32);
    assert_int_equal(r.round[1].subtrees, 1);
    plan(ROUNDS_HALVING, 3, 3, 2, 64);
    assert_int_equal(r.count, 1);
    assert_round(0, 0, 32, 1, 32);
}

/* Six leaves on two nodes: 0 1 | 2 and 3 | 4 5: two subtrees each. */
static void forests_travel_where_ranges_are_not_aligned(void **state)
{
    (void)state;
    plan(ROUNDS_HALVING, 6, 2, 0, 64);
    assert_int_equal(r.round[0].subtrees, 2);
    assert_round(0, 1, 32, 2, 32);
}

static void all_of_a_few_floats_doubles(void **state)
{
    (void)state;
    plan(ROUNDS_WHOLE, 4, 4, 2, 16);
    assert_int_equal(r.count, 2);
    assert_round(0, 3, 16, 1, 16);
    assert_round(1, 0, 16, 1, 16);
}

/* Aligned ranges: no more than any allreduce must send. */
static void aligned_ranges_cost_least(void **state)
{
    (void)state;
    for (int nodes = 2, log = 1; nodes <= 256; nodes *= 2, log++) {
        const struct cluster c = {4 * (size_t)nodes, nodes, NULL};
        struct rounds_cost cost = rounds_cost_of(&c, 4096, ROUNDS_HALVING);
        assert_int_equal(cost.messages, 2 * log);
        assert_int_equal(cost.floats, 2 * (4096 - 4096 / (size_t)nodes));
    }
}

/* As another program has counted them, which sums up real forests: shards, nodes, most messages
 * of a node, most floats of one, in hundredths of the array. */
static void as_a_simulation_has_counted(void **state)
{
    static const size_t cases[][4] = {
        {8, 2, 2, 100},     {8, 4, 4, 150},     {8, 8, 6, 175},       {8, 3, 3, 250},
        {8, 5, 5, 300},     {8, 7, 5, 250},     {12, 5, 5, 300},      {64, 12, 7, 500},
        {64, 7, 5, 450},    {100, 10, 7, 438},  {96, 12, 7, 275},     {128, 100, 13, 509},
        {256, 48, 11, 584}, {1000, 16, 8, 888}, {1024, 100, 13, 870},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct cluster c = {cases[i][0], (int)cases[i][1], NULL};
        struct rounds_cost cost = rounds_cost_of(&c, 4096, ROUNDS_HALVING);
        assert_int_equal(cost.messages, cases[i][2]);
        assert_int_equal((100 * cost.floats + 2048) / 4096, cases[i][3]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_node_sends_nothing),
        cmocka_unit_test(two_nodes_exchange_halves),
        cmocka_unit_test(a_third_node_folds_in),
        cmocka_unit_test(forests_travel_where_ranges_are_not_aligned),
        cmocka_unit_test(all_of_a_few_floats_doubles),
        cmocka_unit_test(aligned_ranges_cost_least),
        cmocka_unit_test(as_a_simulation_has_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
