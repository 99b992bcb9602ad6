/* A few doubles of each shard are added along the tree, on any machines. */
#include "check.h"

#include "base/share.h"
#include "comm/shard_sum.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MOST = 9 };

static struct world real, w;
static int slow = -1; /* this one of all ranks is late */

/* Of very different size, so that another order has other bits. */
static double value(size_t shard, size_t i, int turn)
{
    double x = sin((double)(shard * 31 + i * 7) + turn);
    return shard % 3 ? x * 1e-9 : x;
}

/* The definition: node (level, index) is the sum of its two children. */
static double tree(size_t shards, unsigned level, size_t index, size_t i, int turn)
{
    if (level == 0) return value(index, i, turn);
    double sum = tree(shards, level - 1, 2 * index, i, turn);
    if ((2 * index + 1) << (level - 1) >= shards) return sum;
    return sum + tree(shards, level - 1, 2 * index + 1, i, turn);
}

static void dawdle(void)
{
    const struct timespec time = {.tv_nsec = 3000000};
    if (real.rank == slow) nanosleep(&time, NULL);
}

static void check(size_t shards)
{
    size_t first = share_first(shards, (size_t)w.rank, (size_t)w.size);
    size_t own = share_count(shards, (size_t)w.rank, (size_t)w.size);
    double *numbers = malloc(own * MOST * sizeof *numbers), sum[MOST];
    unsigned root = 0;
    struct shard_sum *s;
    while (((size_t)1 << root) < shards) root++;
    assert_ok(shard_sum_new(&s, &w, shards, MOST));
    for (int turn = 0; turn < 5; turn++) {
        size_t n = turn % 2 ? MOST : 1 + (size_t)turn;
        for (size_t k = 0; k < own; k++)
            for (size_t i = 0; i < n; i++) numbers[k * n + i] = value(first + k, i, turn);
        dawdle();
        shard_sum_run(s, n, numbers, sum);
        for (size_t i = 0; i < n; i++) {
            double want = tree(shards, root, 0, i, turn);
            if (memcmp(&sum[i], &want, sizeof want) != 0)
                fail_msg("%zu shards on %d ranks of %d machines, number %zu: %.17g, not %.17g",
                         shards, w.size, w.nodes, i, sum[i], want);
        }
    }
    shard_sum_free(s);
    free(numbers);
}

static void check_many(void)
{
    for (size_t shards = (size_t)w.size; shards < (size_t)w.size + 9; shards += 2)
        check(shards);
    check(64);
}

static void sums_follow_the_tree(void **state)
{
    (void)state;
    w = real;
    check_many();
    w.shares = 0;
    check_many();
}

static void any_machines_give_the_same_bits(void **state)
{
    const int colours[] = {real.rank, real.rank / 2, real.rank > 2, real.rank % 3};
    (void)state;
    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++) {
        assert_ok(world_part(&w, &real, 0));
        assert_ok(world_split_machine(&w, colours[i]));
        check_many();
        if (w.node == w.nodes - 1) w.shares = 0;
        check_many();
        world_free(&w);
    }
}

static void a_slow_rank_is_waited_for(void **state)
{
    (void)state;
    for (int ranks = 1; ranks <= 8; ranks *= 2) {
        assert_ok(world_part(&w, &real, 0));
        assert_ok(world_split_machine(&w, real.rank / ranks));
        for (slow = 0; slow < real.size; slow++) check((size_t)w.size + 2);
        slow = -1;
        world_free(&w);
    }
}

static void another_order_has_other_bits(void **state)
{
    int differs = 0;
    (void)state;
    for (size_t i = 0; i < MOST; i++) {
        double left_to_right = 0;
        for (size_t s = 0; s < 8; s++) left_to_right += value(s, i, 1);
        differs |= left_to_right != tree(8, 3, 0, i, 1);
    }
    assert_true(differs);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_follow_the_tree),
        cmocka_unit_test(any_machines_give_the_same_bits),
        cmocka_unit_test(a_slow_rank_is_waited_for),
        cmocka_unit_test(another_order_has_other_bits),
    };
    assert_ok(world_init(&real, &argc, &argv));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&real);
    return failed;
}
