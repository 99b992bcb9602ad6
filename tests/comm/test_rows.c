#include "check.h"

#include "base/share.h"
#include "comm/rows.h"

#include <stdlib.h>
#include <string.h>

/* Every rank runs these tests. */
static struct world w;

enum { MOST = 200 };

static struct rows rows_of(size_t total, size_t block)
{
    size_t rank = (size_t)w.rank, size = (size_t)w.size;
    return (struct rows){share_first(total, rank, size), share_first(total, rank + 1, size),
                         block, total};
}

/* For some numbers of rows, fewer than ranks among them, and of rows in a block. */
static void in_all_shapes(void (*check)(struct rows r))
{
    static const size_t totals[] = {1, 3, 8, 23, 64, MOST},
                        blocks[] = {1, 2, 3, 7, 16, 23, 500};
    for (size_t t = 0; t < sizeof totals / sizeof *totals; t++)
        for (size_t b = 0; b < sizeof blocks / sizeof *blocks; b++)
            check(rows_of(totals[t], blocks[b]));
}

static void check_blocks(struct rows r)
{
    size_t mine[2] = {rows_from(&r), rows_to(&r)}, all[8][2], next = 0;
    world_gather_all(&w, mine, sizeof mine, all);
    for (int q = 0; q < w.size; q++) {
        if (all[q][0] == all[q][1]) continue;
        assert_int_equal(all[q][0], next);
        assert_int_equal(all[q][0] % r.block, 0);
        assert_true(all[q][1] % r.block == 0 || all[q][1] == r.total);
        next = all[q][1];
    }
    assert_int_equal(next, r.total);
}

static void whole_blocks_are_read_once(void **state)
{
    (void)state;
    in_all_shapes(check_blocks);
}

static void check_owners(struct rows r)
{
    size_t row[MOST + 1][3];
    assert_true(rows_held(&r) <= MOST);
    memset(row, 0xff, sizeof row);
    for (size_t i = rows_from(&r); i < rows_to(&r); i++)
        for (size_t k = 0; k < 3; k++) row[i - r.first][k] = 3 * i + k;
    assert_int_equal(rows_hand_on(&r, &w, sizeof row[0], row), ST_OK);
    for (size_t i = r.first; i < r.end; i++)
        for (size_t k = 0; k < 3; k++) assert_int_equal(row[i - r.first][k], 3 * i + k);
}

static void every_row_reaches_its_owner(void **state)
{
    (void)state;
    in_all_shapes(check_owners);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_blocks_are_read_once),
        cmocka_unit_test(every_row_reaches_its_owner),
    };
    assert_ok(world_init(&w, &argc, &argv));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&w);
    return failed;
}
