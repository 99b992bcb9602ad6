/* A step is a shared decision: faults and drifted replicas are seen on every rank. */
#include "check.h"

#include "base/random.h"
#include "step/strips.h"
#include "step/trainer.h"
#include "store/commit.h"
#include "store/dataset_save.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROWS = 96, WIDTH = 6 };

static struct world w;
static struct trainer t;
static float rows[ROWS * WIDTH];
static char file[32]; /* its own for each rank count: tests may run side by side */

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

/* A data set on disk; with `fault` one value of its last row is not a number. */
static void make_data(int fault)
{
    enum status mine = ST_OK;
    if (w.rank == 0) {
        random_normal((struct random_name){1, PURPOSE_MADE, 0, 0, 0}, rows, ROWS * WIDTH);
        if (fault) rows[ROWS * WIDTH - 1] = NAN;
        struct dataset_split splits[2] = {
            {.name = "train",
             .rows = ROWS,
             .shape = {1, 1, WIDTH},
             .scale = 1,
             .values = rows,
             .source = "test_step",
             .sha256 = ""},
        };
        splits[1] = splits[0];
        splits[1].name = "test";
        struct provenance none = {NULL, 0};
        mine = dataset_save(".", file, "made: test", splits, 2, &none);
    }
    assert_int_equal(world_agree(&w, mine), ST_OK);
}

static void start_with(int fault, const char *text)
{
    struct job job;
    struct settings s = job_settings(&job);
    make_data(fault);
    assert_ok(settings_defaults(&s));
    assert_ok(settings_read_text(&s, "test", text));
    assert_ok(settings_set(&s, "test", "file", file));
    assert_ok(trainer_init(&t, &w, &job));
}

static void start(int fault)
{
    start_with(fault, "[run]\nverify_steps = 1\n"
                      "[model]\ninput = 1x1x6\nencoder = dense 3 tanh\n"
                      "decoder = dense 6\n[training]\nloss = mse\nbatch = 24\n");
}

static int end(void **state)
{
    (void)state;
    trainer_free(&t);
    world_barrier(&w);
    if (w.rank == 0) unlink(file);
    world_barrier(&w);
    return 0;
}

static void steps_lower_the_loss_and_count_every_row(void **state)
{
    struct decision d;
    double first = 0, rows_seen = 0;
    (void)state;
    start(0);
    t.job.learning_rate = 0.01;
    for (int epoch = 0; epoch < 20; epoch++, t.progress.at.epoch++, t.progress.at.step = 0) {
        shards_shuffle(&t.train_shards, 1, (uint32_t)epoch);
        while (t.progress.at.step < trainer_steps(&t)) {
            assert_ok(trainer_step(&t, &d));
            if (first == 0) first = trainer_loss(&t, &d.sums);
            rows_seen += d.sums.rows;
        }
    }
    assert_true(rows_seen == 20 * ROWS);
    assert_true(trainer_loss(&t, &d.sums) < 0.8 * first);
    struct sums test;
    assert_ok(trainer_evaluate(&t, &test));
    assert_true(test.rows == ROWS);
}

/* The parameters after four steps over all rows at once, cut into `shards`. */
static void train_normed(const char *shards, const char *encoder, float *out, size_t n)
{
    struct job job;
    struct settings s = job_settings(&job);
    struct decision d;
    make_data(0);
    assert_ok(settings_defaults(&s));
    assert_ok(settings_set(&s, "test", "file", file));
    assert_ok(settings_set(&s, "test", "shards", shards));
    assert_ok(settings_set(&s, "test", "input", "1x1x6"));
    assert_ok(settings_set(&s, "test", "encoder", encoder));
    assert_ok(settings_set(&s, "test", "decoder", "dense 6"));
    assert_ok(settings_set(&s, "test", "loss", "mse"));
    assert_ok(settings_set(&s, "test", "optimizer", "sgd"));
    assert_ok(settings_set(&s, "test", "learning_rate", "0.5"));
    assert_ok(trainer_init(&t, &w, &job));
    for (t.progress.at.epoch = 0; t.progress.at.epoch < 4;
         t.progress.at.epoch++, t.progress.at.step = 0)
        assert_ok(trainer_step(&t, &d));
    assert_true(t.model->size <= n);
    memcpy(out, t.model->w, t.model->size * sizeof *out);
    end(NULL);
}

static double largest_difference(const float *a, const float *b, size_t n)
{
    double most = 0;
    for (size_t i = 0; i < n; i++) most = fmax(most, fabs((double)a[i] - (double)b[i]));
    return most;
}

static void batch_norm_over_shards_is_batch_norm_over_the_batch(void **state)
{
    enum { N = 256 };
    float few[N] = {0}, many[N] = {0}, alone[N] = {0};
    const char *encoder = "dense 5,batchnorm tanh,dense 3,batchnorm";
    (void)state;
    train_normed("3", encoder, few, N);
    train_normed("8", encoder, many, N);
    assert_true(largest_difference(few, many, N) < 1e-5);
    train_normed("8", "dense 5,batchnorm tanh scope=shard,dense 3,batchnorm scope=shard", alone,
                 N);
    assert_true(largest_difference(few, alone, N) > 1e-3); /* and that is seen */
}

/* Few parameters, large activations, all rows in a step. */
static char in_strips[] = "[run]\nverify_steps = 1\nshards = 7\n"
                          "[model]\ninput = 1x1x6\n"
                          "encoder = dense 6 tanh\n  upsample 100x100\n"
                          "  conv 2 3x3 same relu\n  maxpool 100x100\n  dense 3 tanh\n"
                          "decoder = dense 6\n"
                          "[training]\nloss = mse\noptimizer = sgd\nmomentum = 0\n"
                          "learning_rate = 1\nbatch = 96\n";

/* The gradient of all rows in one pass, into dw; returns their loss. */
static double plain_gradient(const struct model *m, float *dw)
{
    struct pass *p;
    struct context c = {.rows = ROWS, .training = 1, .corrupt = 1, .sample = 1};
    assert_ok(pass_new(&p, m, ROWS, 1));
    const float *y = model_forward(m, p, &c, 0, m->count, rows);
    struct loss_sums s = loss_compare(t.loss, y, rows, ROWS, WIDTH, p->dy[m->count - 1]);
    model_backward(m, p, &c, 0, m->count, rows, dw);
    pass_free(p);
    return s.loss;
}

static void shards_cut_into_strips_have_the_gradient_of_all_their_rows(void **state)
{
    enum { N = 512 };
    float before[N], dw[N] = {0};
    struct decision d;
    (void)state;
    start_with(0, in_strips);
    size_t most = shards_most(&t.train_shards, ROWS), n = t.model->size;
    assert_true(strips_count(t.model, most) > 2);
    assert_true(most % strips_count(t.model, most) > 0); /* they are not all as long */
    assert_true(n <= N);
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 0, 0}, rows, ROWS * WIDTH);
    memcpy(before, t.model->w, n * sizeof *before);
    double loss = plain_gradient(t.model, dw);
    assert_ok(trainer_step(&t, &d));
    assert_true(d.sums.rows == ROWS);
    assert_true(fabs(d.sums.reconstruction / loss - 1) < 1e-6);
    for (size_t i = 0; i < n; i++)
        assert_true(fabsf(before[i] - t.model->w[i] - dw[i] / ROWS) < 1e-6f);
    assert_true(largest_difference(before, t.model->w, n) > 1e-2);
}

static void an_epoch_allocates_nothing(void **state)
{
    struct decision d;
    struct sums test;
    start_with(0, *state);
#ifndef __SANITIZE_ADDRESS__
    assert_true(allocations > 0); /* they are counted */
#endif
    allocations = 0;
    shards_shuffle(&t.train_shards, 1, 0);
    while (t.progress.at.step < trainer_steps(&t)) assert_ok(trainer_step(&t, &d));
    assert_ok(trainer_evaluate(&t, &test));
    assert_int_equal(allocations, 0);
}

static void a_drifted_replica_is_named_on_every_rank(void **state)
{
    struct decision d;
    (void)state;
    start(0);
    assert_ok(trainer_step(&t, &d));
    if (w.size == 1) return; /* there is nobody to differ from */
    if (w.rank == w.size - 1) t.model->w[3] += 1e-6f;
    assert_int_equal(trainer_step(&t, &d), ST_INTERNAL);
    assert_non_null(strstr(status_message(), "replica of rank"));
    if (w.size > 2) assert_non_null(strstr(status_message(), "rank 2"));
}

static void a_loss_that_is_not_finite_is_seen_on_every_rank(void **state)
{
    struct decision d;
    enum status st = ST_OK;
    (void)state;
    start(1);
    float before = t.model->w[0];
    while (st == ST_OK && t.progress.at.step < trainer_steps(&t)) {
        before = t.model->w[0];
        st = trainer_step(&t, &d);
    }
    assert_int_equal(st, ST_DIVERGED);
    assert_true(t.model->w[0] == before); /* the parameters are those before the step */
    assert_non_null(strstr(status_message(), "the loss is not finite"));
}

static void a_batch_smaller_than_the_shards_is_refused(void **state)
{
    struct job job;
    struct settings s = job_settings(&job);
    (void)state;
    make_data(0);
    assert_ok(settings_defaults(&s));
    assert_ok(settings_set(&s, "test", "file", file));
    assert_ok(settings_set(&s, "test", "batch", "7"));
    assert_fails(trainer_init(&t, &w, &job), ST_SETTING, "training.batch is 7");
}

static void a_validation_that_is_not_finite_is_seen(void **state)
{
    struct sums sums;
    (void)state;
    start(1);
    assert_fails(trainer_evaluate(&t, &sums), ST_DIVERGED, "the validation loss");
}

static void set_variable(int layer, int number, float value)
{
    const struct variable *v = &t.model->layers[layer].variable[number];
    for (size_t i = 0; i < v->count; i++) t.model->w[v->at + i] = value;
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
    float before = t.model->w[0];
    assert_int_equal(trainer_step(&t, &d), ST_DIVERGED);
    assert_non_null(strstr(status_message(), "the gradient is not finite"));
    assert_true(t.model->w[0] == before);
}

static char all_kinds[] =
    "[run]\nverify_steps = 1\n[model]\ninput = 1x1x6\n"
    "encoder = noise 0.1\n  conv 2 1x3 same relu\n  batchnorm\n  dense 4 selu\n  sampling 2\n"
    "decoder = dense 9 tanh\n  dropout 0.1\n  dense 6\n"
    "[training]\nloss = mse\nbatch = 24\n";

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_teardown(steps_lower_the_loss_and_count_every_row, end),
        cmocka_unit_test(batch_norm_over_shards_is_batch_norm_over_the_batch),
        cmocka_unit_test_teardown(shards_cut_into_strips_have_the_gradient_of_all_their_rows,
                                  end),
        cmocka_unit_test_prestate_setup_teardown(an_epoch_allocates_nothing, NULL, end,
                                                 all_kinds),
        cmocka_unit_test_prestate_setup_teardown(an_epoch_allocates_nothing, NULL, end,
                                                 in_strips),
        cmocka_unit_test_teardown(a_drifted_replica_is_named_on_every_rank, end),
        cmocka_unit_test_teardown(a_loss_that_is_not_finite_is_seen_on_every_rank, end),
        cmocka_unit_test_teardown(a_batch_smaller_than_the_shards_is_refused, end),
        cmocka_unit_test_teardown(a_validation_that_is_not_finite_is_seen, end),
        cmocka_unit_test_teardown(an_infinite_gradient_is_seen_before_it_is_used, end),
    };
    assert_ok(world_init(&w, &argc, &argv));
    snprintf(file, sizeof file, "test_step-%d.h5", w.size);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&w);
    return failed;
}
