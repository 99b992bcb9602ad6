/* The sum between ranks has the bits of the tree written down as its definition. */
#include "check.h"

#include "base/fmath.h"
#include "base/share.h"
#include "comm/allreduce.h"

#include <math.h>
#include <mpi.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { RANKS = 64 };

static struct world real; /* all ranks, on this machine */
static struct world w;    /* they, as the test arranges them */
static int gone[RANKS];   /* messages that have left for that rank */
static uint32_t sums;     /* of other values each */
static int slow = -1;     /* this one of all ranks is late everywhere */

/* Stands before MPI's, as MPI's interface for tools has it. */
int MPI_Isend(const void *from, int count, MPI_Datatype type, int to, int tag, MPI_Comm comm,
              MPI_Request *request)
{
    gone[to]++;
    return PMPI_Isend(from, count, type, to, tag, comm, request);
}

static int messages_left(void)
{
    int sum = 0;
    for (int r = 0; r < RANKS; r++) sum += gone[r];
    return sum;
}

/* Values of very different size, so that another order has other bits. */
static float value(size_t shard, size_t i)
{
    uint32_t bits = (uint32_t)shard * 2654435761u + (uint32_t)i * 40503u + sums + 1;
    bits = (bits ^ bits >> 15) * 2246822519u;
    bits = (bits ^ bits >> 13) * 3266489917u;
    float x = (float)(bits & 0xffffff) - 8388608.0f;
    return bits >> 24 & 1 ? x : x * 1e-6f;
}

/* The definition: node (level, index) is the sum of its two children. */
static float tree(size_t shards, unsigned level, size_t index, size_t i)
{
    if (level == 0) return value(index, i);
    float left = tree(shards, level - 1, 2 * index, i);
    if ((2 * index + 1) << (level - 1) >= shards) return left;
    return left + tree(shards, level - 1, 2 * index + 1, i);
}

static void dawdle(void)
{
    const struct timespec time = {.tv_nsec = 3000000};
    if (real.rank == slow) nanosleep(&time, NULL);
}

static size_t together = 1; /* leaves whose sum is written at once, at most */

/* All of this rank's leaves of a range. */
static void add_leaves(struct allreduce *s, size_t shards, size_t at, size_t count)
{
    size_t own = share_count(shards, (size_t)w.rank, (size_t)w.size);
    size_t first = share_first(shards, (size_t)w.rank, (size_t)w.size);
    allreduce_range(s, at, count);
    for (size_t leaves, k = 0; k < own; k += leaves) {
        float *leaf = allreduce_leaf(s, together, &leaves);
        unsigned level = 0;
        if (at == 0) dawdle();
        while ((size_t)1 << level < leaves) level++;
        assert_true(leaves == (size_t)1 << level && leaves <= together && k + leaves <= own);
        for (size_t i = 0; i < count; i++)
            leaf[i] = tree(shards, level, (first + k) >> level, at + i);
        allreduce_add(s);
    }
}

/* x[n] becomes the sum of leaves that are in ranges of at most `most` floats, from the first
 * one on or from the last one back. */
static void sum_ranges(struct allreduce *s, size_t shards, size_t n, size_t most, int backward,
                       float *x)
{
    size_t ranges = (n + most - 1) / most;
    for (size_t r = 0; r < ranges; r++) {
        size_t at = (backward ? ranges - 1 - r : r) * most;
        add_leaves(s, shards, at, n - at < most ? n - at : most);
    }
    assert_true(allreduce_reduce_scatter(s));
    world_barrier(&w);
    struct allreduce_part part = allreduce_part(s);
    assert_true(part.first + part.count <= n);
    struct allreduce_bits bits;
    for (size_t i = 0; i < n; i++) x[i] = NAN;
    dawdle();
    memcpy(x + part.first, part.sum, part.count * sizeof *x);
    uint32_t own = fm_sum_bits(part.sum, part.count), before = fm_sum_bits(x, n) - own;
    allreduce_allgather(s, x, &bits);
    assert_int_equal(bits.before, w.size > 1 ? before : 0);
    assert_int_equal(bits.now, fm_sum_bits(x, n) - own);
}

static void check_ranges(size_t shards, size_t n, size_t most, int backward)
{
    struct allreduce *s;
    float *x = malloc(n * sizeof *x);
    unsigned root = 0;
    while (((size_t)1 << root) < shards) root++;
    assert_ok(allreduce_new(&s, &w, shards, n, most));
    for (int round = 0; round < 2; round++, sums++) {
        sum_ranges(s, shards, n, most, backward, x);
        for (size_t i = 0; i < n; i++) {
            float want = tree(shards, root, 0, i);
            if (memcmp(&x[i], &want, sizeof want) != 0)
                fail_msg(
                    "%zu shards on %d ranks of %d machines, float %zu of %zu: %.9g, not %.9g",
                    shards, w.size, w.nodes, i, n, (double)x[i], (double)want);
        }
    }
    allreduce_free(s);
    free(x);
}

static void check(size_t shards, size_t n)
{
    for (together = 4; together > 0; together /= 2) check_ranges(shards, n, n, 0);
    together = 1;
}

/* Ranges that are aligned with the tree and others, arrays of a part a rank and of many. */
static void check_many(void)
{
    size_t shards = w.size > 8 ? (size_t)w.size : 8;
    for (size_t more = 0; more < 8; more += 3) check_ranges(shards + more, 101, 101, 0);
    check_ranges(shards, 2003, 160, 1); /* slices leave before the end */
    check_ranges(shards + 5, 2003, 160, 0);
    check_ranges(64, 37, 37, 0);
}

static void messages_give_the_bits_of_shared_memory(void **state)
{
    (void)state;
    assert_true(w.nodes == 1 && w.shares); /* this test runs on one machine */
    w.shares = 0;
    check_many();
    w.shares = 1;
}

/* What MPI's counts cannot say leaves in blocks. */
static void long_slices_go_in_several_blocks(void **state)
{
    (void)state;
    struct world before = w;
    w.shares = 0, w.message = 100;
    check((size_t)w.size + 3, 5003);
    check_ranges((size_t)w.size + 3, 5003, 160, 1);
    w.shares = before.shares, w.message = before.message;
}

/* Ranks of these colours are machines from here on. */
static void arrange(int colour)
{
    assert_ok(world_part(&w, &real, 0));
    assert_ok(world_split_machine(&w, colour));
    for (int i = 0; i < w.nodes; i++) assert_true(w.first[i] < w.first[i + 1]);
    assert_true(w.rank == w.first[w.node] + w.place && w.first[w.nodes] == w.size);
    assert_true(w.places == w.first[w.node + 1] - w.first[w.node]);
}

static void put_back(void)
{
    world_free(&w);
    w = real;
}

/* One rank a machine, two, three; three on the first and the rest on another; machines of 1, 2,
 * 3 ... ranks; and round robin, so that ranks are numbered anew. */
static void any_machines_give_the_same_bits(void **state)
{
    int uneven = 0;
    (void)state;
    for (int first = 0; first + uneven + 1 <= real.rank; first += uneven) uneven++;
    const int colours[] = {real.rank,     real.rank / 2, real.rank / 3,
                           real.rank > 2, uneven,        real.rank % 3};
    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++) {
        arrange(colours[i]);
        check_many();
        put_back();
    }
}

/* The first machine shares no memory. */
static void a_machine_without_a_window_takes_part(void **state)
{
    (void)state;
    arrange(real.rank / 3);
    if (w.node == 0) w.shares = 0;
    check_many();
    put_back();
}

/* Each rank in its turn is late with its last range and with its part. */
static void a_slow_rank_is_waited_for(void **state)
{
    (void)state;
    for (int ranks = 1; ranks <= 8; ranks *= 2) {
        arrange(real.rank / ranks);
        for (slow = 0; slow < real.size; slow++) check_ranges((size_t)w.size + 2, 640, 160, 1);
        slow = -1;
        put_back();
    }
}

/* Rank 0 sees each rank's part where it is, and each rank what it had. */
static void check_parts(size_t n)
{
    struct allreduce *s;
    float *part = malloc((n + 1) * sizeof *part), *whole = calloc(n, sizeof *whole);
    assert_ok(allreduce_new(&s, &w, (size_t)w.size, n, n));
    struct allreduce_part mine = allreduce_part(s);
    assert_int_equal(mine.count, allreduce_part_count(&w, (size_t)w.size, n));
    for (size_t i = 0; i < mine.count; i++) part[i] = (float)(mine.first + i);
    allreduce_collect(s, part, w.rank == 0 ? whole : NULL);
    for (size_t i = 0; w.rank == 0 && i < n; i++) {
        assert_true(whole[i] == (float)i);
        whole[i] = -whole[i];
    }
    allreduce_spread(s, w.rank == 0 ? whole : NULL, part);
    for (size_t i = 0; i < mine.count; i++) assert_true(part[i] == -(float)(mine.first + i));
    allreduce_free(s);
    free(part);
    free(whole);
}

static void parts_are_collected_and_spread(void **state)
{
    (void)state;
    for (int ranks = 1; ranks <= 8; ranks *= 2) {
        arrange(real.rank / ranks);
        check_parts(5);
        check_parts(1003);
        w.message = 10;
        check_parts(1003);
        put_back();
    }
}

/* Two rounds there and two back on four machines, three on eight, whatever else there is. */
static void messages_are_twice_the_logarithm_of_the_machines(void **state)
{
    enum { N = 5000 };
    float x[N];
    struct allreduce *s;
    (void)state;
    if (real.size != 4 && real.size != 8) return;
    for (int ranks = 1; ranks <= 2; ranks++) {
        arrange(real.rank / ranks);
        int most = 0;
        for (int nodes = w.nodes; nodes > 1; nodes /= 2) most += 2;
        assert_ok(allreduce_new(&s, &w, 16, N, N));
        memset(gone, 0, sizeof gone);
        sum_ranges(s, 16, N, N, 0, x);
        assert_int_equal(messages_left(), most);
        for (int r = 0; r < w.size; r++) /* each with its own place */
            assert_true(!gone[r] || (r != w.rank && r % ranks == w.place));
        allreduce_free(s);
        put_back();
    }
}

/* Of two machines with two ranks each: the second place has all of its slice once ranges from
 * the middle on are complete, on both ranks of the machine. */
static void a_slice_leaves_before_the_end_of_backward(void **state)
{
    enum { N = 6400, RANGE = 160 };
    struct allreduce *s;
    (void)state;
    if (real.size < 4) return;
    arrange(real.rank < 4 ? real.rank / 2 : 2 + real.rank);
    if (real.size > 4) { /* the smallest machine has one rank, and one slice is all */
        put_back();
        return;
    }
    assert_ok(allreduce_new(&s, &w, 4, N, RANGE));
    memset(gone, 0, sizeof gone);
    for (size_t at = N - RANGE;; at -= RANGE) {
        int before = messages_left();
        add_leaves(s, 4, at, RANGE);
        if (w.place == 0 || at > N / 2) assert_true(at == 0 || messages_left() == 0);
        if (w.place == 1 && at + RANGE < N / 2) assert_int_equal(before, 1);
        world_barrier(&w);
        if (at == 0) break;
    }
    assert_true(allreduce_reduce_scatter(s));
    world_barrier(&w);
    allreduce_free(s);
    put_back();
}

/* One float of one leaf: the rank that sums it says so, once. */
static void check_fault(size_t n, float fault)
{
    struct allreduce *s;
    size_t shards = 2 * (size_t)w.size, own = 2, most = n / 2;
    assert_ok(allreduce_new(&s, &w, shards, n, most));
    for (int round = 0; round < 2; round++) {
        for (size_t at = 0; at < n; at += most) {
            allreduce_range(s, at, most);
            for (size_t k = 0; k < own; k++) {
                size_t one;
                float *leaf = allreduce_leaf(s, 1, &one);
                for (size_t i = 0; i < most; i++) leaf[i] = 1;
                if (round == 0 && at == 0 && k == 1 && w.rank == w.size - 1) leaf[7] = fault;
                allreduce_add(s);
            }
        }
        size_t bad = !allreduce_reduce_scatter(s), any = world_most(&w, bad);
        assert_true(any == (round == 0));
    }
    allreduce_free(s);
}

static void what_is_not_finite_is_seen(void **state)
{
    (void)state;
    int shares = w.shares;
    for (int messages = 0; messages < 2; messages++) {
        w.shares = shares && !messages;
        for (size_t n = 192; n < 10000; n += 8000) {
            check_fault(n, NAN);
            check_fault(n, -INFINITY);
        }
    }
    w.shares = shares;
}

static void ranges_do_not_change_the_bits(void **state)
{
    (void)state;
    size_t shards = w.size > 8 ? (size_t)w.size : 8;
    check_ranges(shards, 101, 48, 0);
    check_ranges(shards, 101, 16, 0);
    check_ranges(shards + 5, 101, 96, 0);
}

static void sums_follow_the_tree_for_any_number_of_shards(void **state)
{
    (void)state;
    for (size_t shards = (size_t)w.size; shards < 24; shards += 2) check(shards, 37);
    check_ranges(100, 3, 3, 0);
}

static void short_and_long_arrays_are_summed(void **state)
{
    (void)state;
    size_t shards = w.size > 8 ? (size_t)w.size : 8;
    check(shards, 1);
    check(shards, 2);
    check(shards, 10007);
}

/* Beside the forests, which all ranges share, memory is for leaves that wait for a sibling. */
static void a_rank_with_one_shard_has_no_spare_array(void **state)
{
    enum { SHORT = 16, LONG = 4096 };
    size_t n = 10007, one = (size_t)real.size;
    (void)state;
    assert_int_equal(allreduce_bytes(&real, one, n, LONG),
                     allreduce_bytes(&real, one, n, SHORT));
    assert_int_equal(allreduce_bytes(&real, 2 * one, n, LONG),
                     allreduce_bytes(&real, 2 * one, n, SHORT) +
                         (LONG - SHORT) * sizeof(float));
}

static void another_order_has_other_bits(void **state)
{
    int differs = 0;
    (void)state;
    for (size_t i = 0; i < 100; i++) {
        float left_to_right = 0;
        for (size_t s = 0; s < 8; s++) left_to_right += value(s, i);
        differs |= left_to_right != tree(8, 3, 0, i);
    }
    assert_true(differs);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sums_follow_the_tree_for_any_number_of_shards),
        cmocka_unit_test(messages_give_the_bits_of_shared_memory),
        cmocka_unit_test(long_slices_go_in_several_blocks),
        cmocka_unit_test(any_machines_give_the_same_bits),
        cmocka_unit_test(a_machine_without_a_window_takes_part),
        cmocka_unit_test(a_slow_rank_is_waited_for),
        cmocka_unit_test(parts_are_collected_and_spread),
        cmocka_unit_test(messages_are_twice_the_logarithm_of_the_machines),
        cmocka_unit_test(a_slice_leaves_before_the_end_of_backward),
        cmocka_unit_test(what_is_not_finite_is_seen),
        cmocka_unit_test(ranges_do_not_change_the_bits),
        cmocka_unit_test(short_and_long_arrays_are_summed),
        cmocka_unit_test(a_rank_with_one_shard_has_no_spare_array),
        cmocka_unit_test(another_order_has_other_bits),
    };
    assert_ok(world_init(&real, &argc, &argv));
    assert_true(real.size <= RANKS);
    w = real;
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&real);
    return failed;
}
