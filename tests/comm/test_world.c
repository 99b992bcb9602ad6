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
    assert_non_null(strstr(text, want));
    free(text);
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
    };
    assert_ok(world_init(&w, &argc, &argv));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&w);
    return failed;
}
