/* The arithmetic of `hourglass scale`: small machines by hand, and the words that describe one.
 */
#include "check.h"

#include "src/apps/scale_model.h"

#include <math.h>
#include <string.h>

enum { FLOATS = 1024 };

/* Links of 1 GB/s and 1 us: a byte is a nanosecond, a message a microsecond. */
static struct scale_network net;
static struct scale_parts parts;
static struct scale_seconds t;

static int before(void **state)
{
    (void)state;
    net = (struct scale_network){
        .latency = 1e-6, .bandwidth = 1e9, .oversubscription = 1, .ranks = 1, .nodes = 1000};
    parts = (struct scale_parts){.floats = FLOATS,
                                 .steps = 1,
                                 .step = {{1, 8, 50e-6}},
                                 .optimizer = 20e-6,
                                 .add = 1e-9,
                                 .copy = 0.5e-9,
                                 .met = 2,
                                 .meet = {{0, 0}, {3e-6, 2e-6}}};
    return 0;
}

/* As many shards as ranks, eight rows each. */
static void predict(size_t ranks)
{
    struct scale_point at = {ranks, ranks, 8 * ranks};
    assert_ok(scale_model_step(&parts, &net, &at, &t));
}

static void assert_microseconds(double seconds, double want)
{
    if (fabs(1e6 * seconds - want) > 1e-6) fail_msg("%.6f us, not %.6f", 1e6 * seconds, want);
}

static void one_rank_works_alone(void **state)
{
    (void)state;
    predict(1);
    assert_microseconds(t.compute, 50);
    assert_microseconds(t.optimizer, 20);
    assert_microseconds(t.all, 70);
}

/* Each adds its half, 512 floats, moves its half and gathers all; the first one adds what is
 * told, 12 doubles. */
static void two_ranks_of_a_node_add_halves(void **state)
{
    (void)state;
    net.ranks = 2;
    predict(2);
    assert_microseconds(t.inside, 0.512 + 0.512 + 3);
    assert_microseconds(t.decision, 2 + 0.024);
    assert_microseconds(t.optimizer, 10);
    assert_microseconds(t.between, 0);
    assert_microseconds(t.all, 50 + 4.024 + 2.024 + 10);
}

/* Three additions for a quarter, and log2 4 meetings of two. */
static void more_ranks_meet_as_log_of_their_number(void **state)
{
    (void)state;
    net.ranks = 4;
    predict(4);
    assert_microseconds(t.inside, 3 * 0.256 + 0.512 + 2 * 3);
    assert_microseconds(t.decision, 3 * 0.024 + 2 * 2);
}

/* There and back half of the array each way, 2048 bytes; 512 floats are added; 96 bytes tell
 * the losses. */
static void two_nodes_exchange_halves(void **state)
{
    (void)state;
    predict(2);
    assert_microseconds(t.between, 1 + 2.048 + 0.512 + 1 + 2.048);
    assert_microseconds(t.decision, 1 + 0.096 + 0.024);
    assert_microseconds(t.inside, 0.512);
    assert_microseconds(t.optimizer, 10);
}

/* The second of three sends all to the first one, and gets all back in the end. */
static void a_third_node_takes_two_messages_more(void **state)
{
    (void)state;
    predict(3);
    assert_microseconds(t.between,
                        1 + 4.096 + 1.024 + 1 + 2.048 + 0.512 + 1 + 2.048 + 1 + 4.096);
    assert_microseconds(t.decision, 2 * (1 + 0.096 + 0.024) + 1 + 0.096);
}

/* Two places of a node send half as much each over the link that they share, and add half. */
static void places_share_the_link_of_their_node(void **state)
{
    (void)state;
    net.ranks = 2;
    predict(4);
    assert_microseconds(t.between, 1 + 2.048 + 0.256 + 1 + 2.048);
    assert_microseconds(t.inside, 0.512 + 0.512 + 3);
    assert_microseconds(t.optimizer, 5);
    net.bandwidth = 5e8;
    predict(4);
    assert_microseconds(t.between, 1 + 4.096 + 0.256 + 1 + 4.096);
}

/* Four nodes, two under a switch: the second round goes through what is above, 1024 bytes from
 * each of two nodes, at the bandwidth of two links or of half of one. */
static void what_is_above_the_switches_is_shared(void **state)
{
    (void)state;
    net.nodes = 2;
    predict(4);
    assert_microseconds(t.between, 2 * (1 + 2.048 + 1 + 1.024) + 0.512 + 0.256);
    net.oversubscription = 4, net.above = 1e-6;
    predict(4);
    assert_microseconds(t.between, 2 * (1 + 2.048 + 1 + 1 + 4.096) + 0.512 + 0.256);
}

static void ranks_without_a_core_wait_for_one(void **state)
{
    (void)state;
    net.ranks = 4, net.cores = 2;
    predict(4);
    assert_microseconds(t.compute, 100);
    assert_microseconds(t.optimizer, 2 * 5);
    assert_microseconds(t.inside, 2 * 3 * 0.256 + 2 * 0.512 + 2 * 3);
}

/* 12 bytes an addition, 512 of them on each of two ranks, from 4 GB/s; a gather moves as much
 * for each of 1024 floats. */
static void a_slow_memory_is_waited_for(void **state)
{
    (void)state;
    net.ranks = 2, net.memory = 4e9;
    predict(2);
    assert_microseconds(t.inside, 3.072 + 6.144 + 3);
}

/* Two layers' statistics of 100 doubles each, forward and back: whole between two nodes. */
static void batch_norm_exchanges_what_it_has(void **state)
{
    (void)state;
    parts.exchanges = 4, parts.statistics = 400;
    predict(2);
    assert_microseconds(t.statistics, 4 * (1 + 0.8 + 0.2));
}

static void a_share_that_nobody_measured_is_refused(void **state)
{
    struct scale_point at = scale_model_point(8, 2, 64);
    (void)state;
    assert_int_equal(at.shards, 8);
    assert_int_equal(scale_model_share(&at).own, 4);
    assert_int_equal(scale_model_share(&at).rows, 8);
    assert_int_equal(scale_model_point(8, 32, 64).shards, 32);
    assert_fails(scale_model_step(&parts, &net, &at, &t), ST_INTERNAL, "4 shards of 8 rows");
}

/* Thousands of ranks are gone through as two are, and more of them never take less between. */
static void many_ranks_are_no_other_case(void **state)
{
    double last = 0;
    (void)state;
    net.ranks = 32, net.nodes = 16;
    for (size_t ranks = 32; ranks <= 4096; ranks *= 2) {
        predict(ranks);
        assert_true(t.between >= last && t.all < 1);
        last = t.between;
    }
}

/* ---- words ------------------------------------------------------------------------------- */

static const struct scale_network_option *option(const char *name)
{
    const struct scale_network_option *o;
    for (int i = 0; (o = scale_network_option(i)); i++)
        if (strcmp(o->name, name) == 0) return o;
    fail_msg("no option %s", name);
    return NULL;
}

static void words_have_units(void **state)
{
    (void)state;
    assert_ok(scale_network_set(&net, option("--latency"), "2.5us"));
    assert_microseconds(net.latency, 2.5);
    assert_ok(scale_network_set(&net, option("--bandwidth"), "200Mbit/s"));
    assert_true(net.bandwidth == 25e6);
    assert_ok(scale_network_set(&net, option("--ranks-per-node"), "128"));
    assert_true(net.ranks == 128);
    assert_ok(scale_network_set(&net, option("--memory-bandwidth"), "0"));
    assert_true(net.memory == 0);
}

static void what_is_no_such_thing_is_refused(void **state)
{
    static const char *const wrong[][2] = {
        {"--latency", "2"},         {"--latency", "2GB/s"},     {"--latency", "us"},
        {"--latency", "20s"},       {"--bandwidth", "0GB/s"},   {"--bandwidth", "12.5GB"},
        {"--ranks-per-node", "0"},  {"--ranks-per-node", "8s"}, {"--oversubscription", "nan"},
        {"--nodes-per-switch", ""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++)
        assert_fails(scale_network_set(&net, option(wrong[i][0]), wrong[i][1]), ST_USAGE,
                     wrong[i][0]);
}

static void every_option_has_a_value_of_its_own(void **state)
{
    const struct scale_network_option *o;
    char text[256];
    (void)state;
    for (int i = 0; (o = scale_network_option(i)); i++)
        assert_ok(scale_network_set(&net, o, o->fallback));
    scale_network_describe(&net, text, sizeof text);
    assert_string_equal(text,
                        "2 us and 12.5 GB/s a node, 32 ranks a node, switches of 16 nodes "
                        "with 0.5 us");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(one_rank_works_alone, before),
        cmocka_unit_test_setup(two_ranks_of_a_node_add_halves, before),
        cmocka_unit_test_setup(more_ranks_meet_as_log_of_their_number, before),
        cmocka_unit_test_setup(two_nodes_exchange_halves, before),
        cmocka_unit_test_setup(a_third_node_takes_two_messages_more, before),
        cmocka_unit_test_setup(places_share_the_link_of_their_node, before),
        cmocka_unit_test_setup(what_is_above_the_switches_is_shared, before),
        cmocka_unit_test_setup(ranks_without_a_core_wait_for_one, before),
        cmocka_unit_test_setup(a_slow_memory_is_waited_for, before),
        cmocka_unit_test_setup(batch_norm_exchanges_what_it_has, before),
        cmocka_unit_test_setup(a_share_that_nobody_measured_is_refused, before),
        cmocka_unit_test_setup(many_ranks_are_no_other_case, before),
        cmocka_unit_test_setup(words_have_units, before),
        cmocka_unit_test_setup(what_is_no_such_thing_is_refused, before),
        cmocka_unit_test_setup(every_option_has_a_value_of_its_own, before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
