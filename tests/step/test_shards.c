#include "check.h"

#include "step/shards.h"

#include <stdlib.h>
#include <string.h>

/* The rows that all shards give in one step on `size` ranks, marked with the step. */
static void mark(size_t total, size_t count, int size, size_t batch, int shuffled, int *step_of)
{
    for (int rank = 0; rank < size; rank++) {
        struct shards s;
        assert_ok(shards_init(&s, total, count, rank, size, "train"));
        if (shuffled) shards_shuffle(&s, 7, 3);
        for (size_t before = 0; before < total; before += batch) {
            size_t after = before + batch < total ? before + batch : total, n;
            for (size_t i = 0; i < s.own; i++) {
                const uint32_t *row = shards_take(&s, i, before, after, &n);
                assert_true(n <= shards_most(&s, batch));
                for (size_t k = 0; k < n; k++) {
                    assert_int_equal(step_of[row[k]], 0);
                    step_of[row[k]] = 1 + (int)(before / batch);
                }
            }
        }
        shards_free(&s);
    }
}

static void
every_row_is_given_once_an_epoch_and_in_the_same_step_on_any_rank_count(void **state)
{
    static const size_t shapes[][3] = {{60, 8, 16}, {101, 8, 17}, {60, 7, 16}, {9, 8, 100}};
    (void)state;
    for (size_t k = 0; k < sizeof shapes / sizeof shapes[0]; k++) {
        size_t total = shapes[k][0];
        int one[128] = {0}, many[128];
        mark(total, shapes[k][1], 1, shapes[k][2], 1, one);
        for (size_t i = 0; i < total; i++) assert_true(one[i] > 0);
        for (int size = 2; size <= (int)shapes[k][1]; size++) {
            memset(many, 0, sizeof many);
            mark(total, shapes[k][1], size, shapes[k][2], 1, many);
            assert_memory_equal(one, many, sizeof one);
        }
    }
}

static void a_step_has_its_batch_where_shards_divide_it(void **state)
{
    int step_of[60] = {0}, rows[5] = {0};
    (void)state;
    mark(60, 4, 1, 16, 0, step_of);
    for (int i = 0; i < 60; i++) rows[step_of[i]]++;
    assert_int_equal(rows[1], 16);
    assert_int_equal(rows[4], 12); /* the last step has what is left */
}

static void each_epoch_has_its_own_order(void **state)
{
    struct shards a, b;
    (void)state;
    assert_ok(shards_init(&a, 1000, 8, 0, 1, "train"));
    assert_ok(shards_init(&b, 1000, 8, 0, 1, "train"));
    shards_shuffle(&a, 7, 3);
    shards_shuffle(&b, 7, 2);
    shards_shuffle(&b, 7, 3); /* whatever came before */
    assert_memory_equal(a.order, b.order, 1000 * sizeof *a.order);
    shards_shuffle(&b, 7, 4);
    assert_memory_not_equal(a.order, b.order, 1000 * sizeof *a.order);
    shards_shuffle(&b, 8, 3); /* and each seed */
    assert_memory_not_equal(a.order, b.order, 1000 * sizeof *a.order);
    shards_free(&a);
    shards_free(&b);
}

/* The six orders of three rows, over many epochs. */
static void every_order_is_as_likely(void **state)
{
    struct shards s;
    int seen[3][3][3] = {0};
    (void)state;
    assert_ok(shards_init(&s, 3, 1, 0, 1, "train"));
    for (uint32_t epoch = 0; epoch < 6000; epoch++) {
        shards_shuffle(&s, 1, epoch);
        seen[s.order[0]][s.order[1]][s.order[2]]++;
    }
    for (int i = 0; i < 3; i++)
        for (int k = 0; k < 3; k++)
            if (i != k) assert_in_range(seen[i][k][3 - i - k], 900, 1100);
    shards_free(&s);
}

static void more_ranks_than_shards_are_refused_with_the_way_out(void **state)
{
    struct shards s;
    (void)state;
    assert_fails(shards_init(&s, 1000, 4, 0, 5, "train"), ST_SETTING, "at most 4 ranks");
    assert_fails(shards_init(&s, 3, 4, 0, 1, "train"), ST_SETTING, "too few");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(
            every_row_is_given_once_an_epoch_and_in_the_same_step_on_any_rank_count),
        cmocka_unit_test(a_step_has_its_batch_where_shards_divide_it),
        cmocka_unit_test(each_epoch_has_its_own_order),
        cmocka_unit_test(every_order_is_as_likely),
        cmocka_unit_test(more_ranks_than_shards_are_refused_with_the_way_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
