#include "check.h"

#include "comm/world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct world w;

static void everybody_learns_the_worst_status_and_its_message(void **state)
{
    (void)state;
    int last = w.size - 1;
    enum status mine = ST_OK;
    if (w.rank == 0) mine = FAIL(ST_USAGE, "mild");
    if (w.rank == last) mine = FAIL(ST_NOMEM, "bad on %d", w.rank);
    char want[32];
    snprintf(want, sizeof want, "bad on %d", last);
    assert_int_equal(world_agree(&w, mine), ST_NOMEM);
    assert_string_equal(status_message(), want);
}

static void of_equal_failures_the_lowest_ranks_message_is_shown(void **state)
{
    (void)state;
    assert_int_equal(world_agree(&w, FAIL(ST_DATA, "rank %d", w.rank)), ST_DATA);
    assert_string_equal(status_message(), "rank 0");
}

static void all_well_is_well(void **state)
{
    (void)state;
    assert_int_equal(world_agree(&w, ST_OK), ST_OK);
}

static void bytes_travel(void **state)
{
    int mine = 10 * w.rank, all[8] = {0}, word = w.rank == 0 ? 77 : 0;
    (void)state;
    world_gather_all(&w, &mine, sizeof mine, all);
    for (int r = 0; r < w.size; r++) assert_int_equal(all[r], 10 * r);
    world_broadcast(&w, &word, sizeof word);
    assert_int_equal(word, 77);
}

/* What does not fit into one message goes in several. */
static void long_bytes_travel(void **state)
{
    enum { LONG = 11, MOST = 8 };
    size_t message = w.message;
    char mine[LONG], all[MOST][LONG], word[LONG];
    (void)state;
    w.message = 1;
    for (int i = 0; i < LONG; i++) mine[i] = (char)(LONG * w.rank + i);
    world_gather_all(&w, mine, LONG, all);
    memcpy(word, mine, LONG);
    world_broadcast(&w, word, LONG);
    w.message = message;
    assert_memory_equal(word, all[0], LONG);
    for (int r = 0; r < w.size; r++)
        for (int i = 0; i < LONG; i++) assert_int_equal(all[r][i], LONG * r + i);
}

static void hosts_count_all_ranks(void **state)
{
    (void)state;
    char *text = world_hosts(&w), want[16];
    snprintf(want, sizeof want, ": %d", w.size);
    if (w.rank == 0)
        assert_non_null(strstr(text, want));
    else
        assert_string_equal(text, "");
    free(text);
}

static void a_part_is_a_world_of_its_own(void **state)
{
    struct world part;
    (void)state;
    int colour = w.rank == 0 ? -1 : w.rank % 2;
    assert_int_equal(world_part(&part, &w, colour), ST_OK);
    int want = colour < 0 ? 0 : colour ? w.size / 2 : (w.size - 1) / 2;
    assert_int_equal(part.size, want);
    if (part.size) {
        int mine = w.rank, all[8];
        assert_int_equal(part.rank, (w.rank - 1) / 2);
        assert_int_equal(world_agree(&part, FAIL(ST_DATA, "rank %d", w.rank)), ST_DATA);
        assert_string_equal(status_message(), colour ? "rank 1" : "rank 2");
        world_gather_all(&part, &mine, sizeof mine, all);
        for (int r = 0; r < part.size; r++) assert_int_equal(all[r], 2 * r + (colour ? 1 : 2));
    }
    world_free(&part);
    assert_int_equal(world_agree(&w, ST_OK), ST_OK); /* the whole one goes on */
}

static void one_rank_with_another_number_is_seen(void **state)
{
    (void)state;
    for (int r = 0; r < w.size; r++) {
        assert_int_equal(world_equal(&w, w.rank == r ? 1 : UINT64_MAX), w.size == 1);
        assert_int_equal(world_equal(&w, w.rank == r ? 7 : 6), w.size == 1);
    }
    assert_true(world_equal(&w, 0) && world_equal(&w, UINT64_MAX));
}

/* Two machines, where there are ranks for them. */
static void machines_speak_by_their_first_ranks(void **state)
{
    struct world part;
    int all[2] = {-1, -1}, half = (w.size + 1) / 2;
    (void)state;
    assert_int_equal(world_part(&part, &w, 0), ST_OK);
    assert_int_equal(world_split_machine(&part, part.rank >= half), ST_OK);
    int mine = 10 * part.rank, here = part.rank;
    world_gather_machines(&part, &mine, sizeof mine, all);
    world_broadcast_here(&part, &here, sizeof here);
    assert_int_equal(here, part.rank < half ? 0 : half);
    assert_int_equal(all[0], part.rank == 0 ? 0 : -1);
    assert_int_equal(all[1], part.rank == 0 && part.nodes == 2 ? 10 * half : -1);
    world_free(&part);
}

static void the_library_sums_over_all_ranks(void **state)
{
    float x[3] = {1, (float)w.rank, -2};
    (void)state;
    world_library_sum(&w, x, 3);
    assert_true(x[0] == (float)w.size && x[2] == (float)(-2 * w.size));
    assert_true(x[1] == (float)(w.size * (w.size - 1) / 2));
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(everybody_learns_the_worst_status_and_its_message),
        cmocka_unit_test(of_equal_failures_the_lowest_ranks_message_is_shown),
        cmocka_unit_test(all_well_is_well),
        cmocka_unit_test(bytes_travel),
        cmocka_unit_test(long_bytes_travel),
        cmocka_unit_test(hosts_count_all_ranks),
        cmocka_unit_test(a_part_is_a_world_of_its_own),
        cmocka_unit_test(one_rank_with_another_number_is_seen),
        cmocka_unit_test(machines_speak_by_their_first_ranks),
        cmocka_unit_test(the_library_sums_over_all_ranks),
    };
    assert_ok(world_init(&w, &argc, &argv));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&w);
    return failed;
}
