/* A step is a shared decision: faults and drifted replicas are seen on every rank. */
#include "step/made.h"

#include "step/replica.h"

#include <string.h>

/* Calls for memory that come from this program's own code, not from MPI's or HDF5's. */
static long allocations;

#ifndef __SANITIZE_ADDRESS__ /* it has an allocator of its own */
extern const char __executable_start, etext;

#define COUNTED(name, parameters, libc, arguments)                                             \
    void *libc parameters;                                                                     \
    void *name parameters                                                                      \
    {                                                                                          \
        const char *caller = __builtin_return_address(0);                                      \
        allocations += caller > &__executable_start && caller < &etext;                        \
        return libc arguments;                                                                 \
    }
COUNTED(malloc, (size_t n), __libc_malloc, (n))
COUNTED(calloc, (size_t n, size_t size), __libc_calloc, (n, size))
COUNTED(realloc, (void *p, size_t n), __libc_realloc, (p, n))
COUNTED(aligned_alloc, (size_t alignment, size_t n), __libc_memalign, (alignment, n))
#endif

static void start(int fault)
{
    start_with(fault, "[model]\ninput = 1x1x6\nencoder = dense 3 tanh\n"
                      "decoder = dense 6\n[training]\nloss = mse\nbatch = 24\n");
}

static void steps_lower_the_loss_and_count_every_row(void **state)
{
    struct decision d;
    struct losses test;
    double first = 0, rows_seen = 0;
    (void)state;
    start(0);
    job.learning_rate = 0.01;
    for (; at.epoch < 20; at.epoch++, at.step = 0) {
        shards_shuffle(&shards, 1, (uint32_t)at.epoch);
        while (at.step < trainer_steps(&t)) {
            step(&d);
            if (first == 0) first = trainer_loss(&t, &d.losses);
            rows_seen += d.losses.rows;
        }
    }
    assert_true(rows_seen == 20 * ROWS);
    assert_true(trainer_loss(&t, &d.losses) < 0.8 * first);
    step_evaluate(&t, &test);
    assert_true(test.rows == ROWS);
}

static void wishes_of_any_rank_are_heard_and_of_checkpoints_rank_0s(void **state)
{
    struct decision d;
    (void)state;
    start(0);
    int last = w.rank == w.size - 1;
    step_with((struct wishes){.stop = last, .checkpoint = last}, &d);
    assert_true(d.stop == 1 && d.checkpoint == (w.size == 1));
    step_with((struct wishes){.checkpoint = w.rank == 0}, &d);
    assert_true(d.stop == 0 && d.checkpoint == 1);
    step_with((struct wishes){.stop = w.rank == 0}, &d);
    assert_true(d.stop == 1 && d.checkpoint == 0);
}

/* The parameters after four steps over all rows at once, cut into `shards`. */
static void train_normed(long count, const char *encoder, float *out, size_t n)
{
    struct settings s = job_settings(&job);
    struct decision d;
    read_job("[model]\ninput = 1x1x6\ndecoder = dense 6\n"
             "[training]\nloss = mse\noptimizer = sgd\nlearning_rate = 0.5\n");
    job.shards = count;
    assert_ok(settings_set(&s, "test", "encoder", encoder));
    start_job(0);
    for (; at.epoch < 4; at.epoch++, at.step = 0) step(&d);
    assert_true(m->size <= n);
    memcpy(out, m->w, m->size * sizeof *out);
    end(NULL);
}

static double largest_difference(const float *a, const float *b, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) { /* fmax here ends gcc 12 for aarch64 */
        double off = fabs((double)a[i] - (double)b[i]);
        if (off > most) most = off;
    }
    return most;
}

static void batch_norm_over_shards_is_batch_norm_over_the_batch(void **state)
{
    enum { N = 256 };
    float few[N] = {0}, many[N] = {0}, alone[N] = {0};
    const char *encoder = "dense 5,batchnorm tanh,dense 3,batchnorm";
    (void)state;
    train_normed(3, encoder, few, N);
    train_normed(8, encoder, many, N);
    assert_true(largest_difference(few, many, N) < 1e-5);
    train_normed(8, "dense 5,batchnorm tanh scope=shard,dense 3,batchnorm scope=shard", alone,
                 N);
    assert_true(largest_difference(few, alone, N) > 1e-3); /* and that is seen */
}

/* Few parameters, large activations, all rows in a step. */
static char in_pieces[] = "[run]\nshards = 7\n"
                          "[model]\ninput = 1x1x6\n"
                          "encoder = dense 6 tanh\n  upsample 100x100\n"
                          "  conv 2 3x3 same relu\n  maxpool 100x100\n  dense 3 tanh\n"
                          "decoder = dense 6\n"
                          "[training]\nloss = mse\noptimizer = sgd\nmomentum = 0\n"
                          "learning_rate = 1\nbatch = 96\n";

/* The gradient of all rows in one sweep, into dw; returns their loss. */
static double plain_gradient(float *dw)
{
    struct sweep *s;
    struct sink_flat flat = {.sum = dw};
    const struct sink sink = sink_flat(&flat);
    struct losses l = {0};
    assert_ok(sweep_new(&s, m, 1, ROWS, 1));
    s->batch[0] =
        (struct batch){.rows = ROWS, .training = 1, .corrupt = 1, .sample = 1, .x = rows};
    sweep_forward(s, 0, m->count);
    losses_compare(&l, t.loss, s, 0);
    sweep_backward(s, 0, m->count, &sink);
    sweep_free(s);
    return l.reconstruction;
}

static void shards_in_pieces_have_the_gradient_of_all_their_rows(void **state)
{
    enum { N = 512 };
    float before[N], dw[N] = {0};
    struct decision d;
    (void)state;
    start_with(0, in_pieces);
    size_t most = shards_most(&shards, ROWS), n = m->size;
    assert_int_equal(t.plan.kind, PLAN_IN_PIECES);
    assert_true(plan_pieces(&t.plan, most) > 2);
    assert_true(most % plan_pieces(&t.plan, most) > 0); /* they are not all as long */
    assert_true(n <= N);
    memcpy(before, m->w, n * sizeof *before);
    double loss = plain_gradient(dw);
    step(&d);
    assert_true(d.losses.rows == ROWS);
    assert_true(fabs(d.losses.reconstruction / loss - 1) < 1e-6);
    for (size_t i = 0; i < n; i++)
        assert_true(fabsf(before[i] - m->w[i] - dw[i] / ROWS) < 1e-6f);
    assert_true(largest_difference(before, m->w, n) > 1e-2);
}

/* The same model with batch norm, which has to see all rows of a shard at once. */
static void a_model_with_batch_norm_is_not_cut(void **state)
{
    (void)state;
    start_with(0, "[run]\nshards = 7\n[model]\ninput = 1x1x6\n"
                  "encoder = dense 6 tanh\n  upsample 100x100\n  batchnorm\n"
                  "  maxpool 100x100\n  dense 3 tanh\ndecoder = dense 6\n"
                  "[training]\nloss = mse\nbatch = 96\n");
    assert_int_equal(t.plan.kind, PLAN_TOGETHER);
    assert_int_equal(plan_pieces(&t.plan, shards_most(&shards, ROWS)), 1);
}

static void an_evaluation_has_room_for_a_shards_rows_and_no_more(void **state)
{
    start_with(0, *state);
    assert_int_equal(t.plan.evaluation, shards_most(&shards, ROWS));
    assert_true(t.plan.evaluation < ROWS);
}

static void an_epoch_allocates_nothing(void **state)
{
    struct decision d;
    struct losses test;
    start_with(0, *state);
#ifndef __SANITIZE_ADDRESS__
    assert_true(allocations > 0); /* they are counted */
#endif
    allocations = 0;
    shards_shuffle(&shards, 1, 0);
    while (at.step < trainer_steps(&t)) step(&d);
    step_evaluate(&t, &test);
    assert_int_equal(allocations, 0);
}

static void a_drifted_replica_is_named_on_every_rank(void **state)
{
    struct decision d;
    (void)state;
    start(0);
    step(&d);
    if (w.size == 1) return; /* there is nobody to differ from */
    assert_ok(replica_verify(&t, at.total));
    if (w.rank == w.size - 1) m->w[3] += 1e-6f;
    assert_fails(replica_verify(&t, at.total), ST_INTERNAL, "replica of rank");
    if (w.size > 2) assert_non_null(strstr(status_message(), "rank 2"));
}

static char normed[] = "[model]\ninput = 1x1x6\nencoder = dense 16\n  batchnorm tanh\n"
                       "  dense 3 tanh\ndecoder = dense 6\n[training]\nloss = mse\n"
                       "batch = 24\n";

/* The last rank's memory changes by itself between two steps: a parameter or, of its own part,
 * a moment.  The next step sees it, and the one after that ends. */
static void check_flip(size_t parameter, int slot)
{
    struct decision d;
    uint32_t bits;
    start_with(0, normed);
    step(&d);
    assert_ok(replica_verify(&t, at.total));
    if (w.rank == w.size - 1) {
        assert_true(t.optimizer.size > 0);
        float *word =
            slot < 0 ? &m->w[parameter] : &t.optimizer.slot[slot][parameter % t.optimizer.size];
        memcpy(&bits, word, sizeof bits);
        bits ^= 1u << 17;
        memcpy(word, &bits, sizeof bits);
    }
    step(&d);
    assert_fails(replica_verify(&t, at.total), ST_INTERNAL, "by themselves");
    step_with((struct wishes){0}, &d);
    assert_int_equal(d.damaged, 1);
    end(NULL);
}

static void one_flipped_bit_is_seen(void **state)
{
    (void)state;
    for (size_t i = 0; i < 250; i += 19) check_flip(i, -1);
    for (size_t i = 0; i < 250; i += 83) check_flip(i, 0), check_flip(i, 1);
}

/* The others are right, not the lowest rank. */
static void a_drifted_rank_0_is_named(void **state)
{
    (void)state;
    start(0);
    if (w.size < 3) return; /* of two nobody knows which */
    if (w.rank == 0) m->w[3] += 1e-6f;
    assert_fails(replica_verify(&t, 1), ST_INTERNAL, "replica of rank 0 differs");
}

static void a_loss_that_is_not_finite_is_seen_on_every_rank(void **state)
{
    struct decision d = {0};
    (void)state;
    start(1);
    float before = m->w[0];
    while (d.losses.faults == 0 && at.step < trainer_steps(&t)) {
        before = m->w[0];
        step_with((struct wishes){0}, &d);
    }
    assert_true(d.losses.faults == 1);
    assert_true(m->w[0] == before); /* the parameters are those before the step */
}

static void a_batch_smaller_than_the_shards_is_refused(void **state)
{
    (void)state;
    read_job("[model]\ninput = 1x1x6\nencoder = dense 3\ndecoder = dense 6\n"
             "[training]\nloss = mse\nbatch = 7\n");
    assert_ok(model_new(&m, &job));
    assert_fails(trainer_init(&t, &w, &job, m, &times), ST_SETTING, "training.batch is 7");
}

static void a_validation_that_is_not_finite_is_seen(void **state)
{
    struct losses losses;
    (void)state;
    start(1);
    step_evaluate(&t, &losses);
    assert_true(losses.faults == 1);
}

static void set_variable(int layer, int number, float value)
{
    const struct variable *v = &m->layers[layer].variable[number];
    for (size_t i = 0; i < v->count; i++) m->w[v->at + i] = value;
}

static void an_infinite_gradient_is_seen_before_it_is_used(void **state)
{
    struct decision d;
    (void)state;
    start(0);
    /* Codes of 0.03, outputs of 2.7e18: their squares are finite, their gradient times the
     * decoder's weights is not. */
    set_variable(0, 0, 0);
    set_variable(0, 1, 0.03f);
    set_variable(1, 0, 3e19f);
    float before = m->w[0];
    step_with((struct wishes){0}, &d);
    assert_true(d.losses.faults == 0 && d.faults > 0);
    assert_true(m->w[0] == before);
}

static char all_kinds[] =
    "[model]\ninput = 1x1x6\n"
    "encoder = noise 0.1\n  conv 2 1x3 same relu\n  batchnorm\n  dense 4 selu\n  sampling 2\n"
    "decoder = dense 9 tanh\n  dropout 0.1\n  dense 6\n"
    "[training]\nloss = mse\nbatch = 24\n";

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(steps_lower_the_loss_and_count_every_row, end),
        cmocka_unit_test_teardown(wishes_of_any_rank_are_heard_and_of_checkpoints_rank_0s, end),
        cmocka_unit_test(batch_norm_over_shards_is_batch_norm_over_the_batch),
        cmocka_unit_test_teardown(shards_in_pieces_have_the_gradient_of_all_their_rows, end),
        cmocka_unit_test_teardown(a_model_with_batch_norm_is_not_cut, end),
        cmocka_unit_test_prestate_setup_teardown(
            an_evaluation_has_room_for_a_shards_rows_and_no_more, NULL, end, all_kinds),
        cmocka_unit_test_prestate_setup_teardown(an_epoch_allocates_nothing, NULL, end,
                                                 all_kinds),
        cmocka_unit_test_prestate_setup_teardown(an_epoch_allocates_nothing, NULL, end,
                                                 in_pieces),
        cmocka_unit_test_teardown(a_drifted_replica_is_named_on_every_rank, end),
        cmocka_unit_test(one_flipped_bit_is_seen),
        cmocka_unit_test_teardown(a_drifted_rank_0_is_named, end),
        cmocka_unit_test_teardown(a_loss_that_is_not_finite_is_seen_on_every_rank, end),
        cmocka_unit_test_teardown(a_batch_smaller_than_the_shards_is_refused, end),
        cmocka_unit_test_teardown(a_validation_that_is_not_finite_is_seen, end),
        cmocka_unit_test_teardown(an_infinite_gradient_is_seen_before_it_is_used, end),
    };
    assert_ok(world_init(&w, &argc, &argv));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&w);
    return failed;
}
