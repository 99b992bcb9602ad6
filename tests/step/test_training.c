/* What a step makes of the parameters is the slope of its own loss, times the rate;
 * what is drawn belongs to the epoch; what batch norm remembers is the batch. */
#include "step/made.h"

static void run_at(long epoch, long number, double rate, struct decision *d)
{
    static const struct wishes none;
    const struct position there = {epoch, number, epoch * trainer_steps(&t) + number};
    step_run(&t, &there, rate, &none, d);
    assert_true(d->losses.faults == 0 && d->faults == 0);
}

/* ---- slopes ---------------------------------------------------------------------------- */

/* The loss of the step at (epoch, number), which moves no parameter. */
static double loss_at(long epoch, long number)
{
    struct decision d;
    run_at(epoch, number, 0, &d);
    return trainer_loss(&t, &d.losses);
}

static double loss_with(float *parameter, float value)
{
    *parameter = value;
    return loss_at(at.epoch, at.step);
}

static double slope_of(float *parameter)
{
    const float h = 0x1p-8f, was = *parameter;
    double slope = 8 * (loss_with(parameter, was + h) - loss_with(parameter, was - h)) -
                   (loss_with(parameter, was + 2 * h) - loss_with(parameter, was - 2 * h));
    *parameter = was;
    return slope / (12 * (double)h);
}

/* What the step at `at` takes off every parameter at a rate of 1. */
static void changes_of_step(float *change)
{
    struct decision d;
    float *before = malloc(m->size * sizeof *before);
    assert_non_null(before);
    memcpy(before, m->w, m->size * sizeof *before);
    run_at(at.epoch, at.step, 1, &d);
    for (size_t i = 0; i < m->size; i++) change[i] = before[i] - m->w[i];
    memcpy(m->w, before, m->size * sizeof *before);
    free(before);
}

/* Of every `stride`-th parameter, change and slope differ by so much of the largest change. */
static double worst_of(const float *change, size_t stride)
{
    double worst = 0, largest = 0;
    for (int l = 0; l < m->count; l++)
        for (int k = 0; k < m->layers[l].variables; k++) {
            const struct variable *v = &m->layers[l].variable[k];
            for (size_t i = v->at; i < v->at + v->count && !v->fixed; i += stride) {
                worst = fmax(worst, fabs((double)change[i] - slope_of(&m->w[i])));
                largest = fmax(largest, fabs((double)change[i]));
            }
        }
    assert_true(largest > 1e-2);
    return worst / largest;
}

static void check_slopes(const char *text, enum plan_kind plan, long epoch, long number)
{
    start_with(0, text);
    assert_true(t.plan.kind == plan || w.size > 1);
    shards_shuffle(&shards, 1, (uint32_t)epoch);
    at.epoch = epoch, at.step = number;
    loss_at(epoch, trainer_steps(&t) - 1 - number); /* what another step leaves is no matter */
    float *change = malloc(m->size * sizeof *change);
    assert_non_null(change);
    changes_of_step(change);
    double worst = worst_of(change, m->size < 1000 ? 1 : m->size / 16);
    if (!(worst < 2e-3)) fail_msg("%s: %g of the largest change", text, worst);
    free(change);
    end(NULL);
}

#define SGD "optimizer = sgd\nmomentum = 0\n"

static void a_step_goes_down_its_own_loss(void **state)
{
    (void)state;
    check_slopes(
        "[model]\ninput = 1x1x6\nencoder = dense 4 sigmoid\ndecoder = dense 6 sigmoid\n"
        "[training]\nloss = bce-sum\nbatch = 24\nl1 = 0.3\n" SGD,
        PLAN_TOGETHER, 1, 2);
    check_slopes("[model]\ninput = 1x1x6\nencoder = noise 0.2\n  dense 5 tanh\n  dropout 0.3\n"
                 "  sampling 2\ndecoder = dense 6\n"
                 "[training]\nloss = squared-error\nbatch = 40\nbeta = 2.5\n" SGD,
                 PLAN_TOGETHER, 3, 1);
    check_slopes("[model]\ninput = 1x1x6\nencoder = dense 4\n  batchnorm tanh\n  dense 3\n"
                 "  batchnorm sigmoid scope=shard\ndecoder = dense 6\n"
                 "[training]\nloss = mse\nbatch = 48\nl1 = 0.1\n" SGD,
                 PLAN_TOGETHER, 0, 1);
}

/* Of 96 rows seven shards have 13 or 14: of the first 7 rows those with 13 give none. */
static void shards_without_rows_add_nothing(void **state)
{
    static const char *const encoders[] = {"dense 4 tanh", "conv 2 1x3 same tanh",
                                           "dense 4 tanh\n  sampling 2"};
    char text[256];
    struct decision d;
    (void)state;
    for (size_t i = 0; i < sizeof encoders / sizeof encoders[0]; i++) {
        snprintf(text, sizeof text,
                 "[run]\nshards = 7\n[model]\ninput = 1x1x6\nencoder = %s\n"
                 "decoder = dense 6\n[training]\nloss = squared-error\nbatch = 7\n" SGD,
                 encoders[i]);
        start_with(0, text);
        run_at(0, 0, 1, &d);
        assert_true(d.losses.rows == 5);
        end(NULL);
        check_slopes(text, PLAN_TOGETHER, 0, 0);
    }
}

/* Wide, so that a shard's activations fill a cache, with a gradient that is as large. */
static void shards_that_go_one_by_one_add_up(void **state)
{
    (void)state;
    check_slopes("[model]\ninput = 1x1x6\nencoder = dense 16000 tanh\n"
                 "  dense 2 sigmoid\n"
                 "decoder = dense 6\n[training]\nloss = mse\nbatch = 96\nl1 = 0.1\n" SGD,
                 PLAN_ONE_BY_ONE, 0, 0);
}

/* ---- rates ----------------------------------------------------------------------------- */

static double rate_at(const char *schedule, long epoch, long number)
{
    char text[256];
    snprintf(text, sizeof text,
             "[model]\ninput = 1x1x6\nencoder = dense 3 tanh\ndecoder = dense 6\n"
             "[training]\nloss = mse\nbatch = 24\nepochs = 8\nschedule = %s\n"
             "learning_rate = 0.5\n" SGD,
             schedule);
    start_with(0, text);
    double rate = trainer_rate(&t, &(struct position){.epoch = epoch, .step = number});
    end(NULL);
    return rate;
}

static void the_rate_of_a_step_is_the_schedules_in_its_middle(void **state)
{
    (void)state;
    assert_true(rate_at("constant", 7, 1) == 0.5);
    assert_true(rate_at("step 2 0.5", 1, 3) == 0.5);
    assert_true(rate_at("step 2 0.5", 5, 0) == 0.125);
    /* The middle of the second of four steps is 3/8 of an epoch. */
    assert_true(rate_at("warmup 6 constant", 0, 1) == 0.5 / 16);
    assert_true(rate_at("warmup 6 constant", 6, 1) == 0.5);
}

static void momentum_is_the_jobs(void **state)
{
    struct decision d;
    (void)state;
    start_with(0, "[model]\ninput = 1x1x6\nencoder = dense 3 tanh\ndecoder = dense 6\n"
                  "[training]\nloss = mse\nbatch = 24\noptimizer = sgd\nmomentum = 0.5\n");
    run_at(0, 0, 1, &d);
    float first = t.optimizer.slot[0][0];
    run_at(0, 1, 0, &d);
    if (t.optimizer.size == 0) return; /* of few parameters some ranks have none */
    assert_true(first != 0 && t.optimizer.slot[0][0] == first / 2);
}

/* m / sqrt(v) is then the sign of the gradient. */
static void the_first_step_of_adam_moves_by_the_rate(void **state)
{
    struct decision d;
    (void)state;
    start_with(0, "[model]\ninput = 1x1x6\nencoder = dense 3 tanh\ndecoder = dense 6\n"
                  "[training]\nloss = mse\nbatch = 24\noptimizer = adam\n");
    float before = m->w[0];
    run_at(0, 0, 0.25, &d);
    assert_true(fabsf(fabsf(m->w[0] - before) - 0.25f) < 1e-4f);
}

/* ---- draws ----------------------------------------------------------------------------- */

/* A model that draws in that layer, all rows a step: epochs differ in their draws alone. */
static void start_drawing(const char *encoder)
{
    char text[256];
    snprintf(text, sizeof text,
             "[model]\ninput = 1x1x6\nencoder = %s\ndecoder = dense 6\n"
             "[training]\nloss = mse\nbatch = 96\n" SGD,
             encoder);
    start_with(0, text);
}

static double validation_loss(void)
{
    struct losses losses;
    step_evaluate(&t, &losses);
    return trainer_loss(&t, &losses);
}

static void every_epoch_and_every_seed_has_its_own_draws(void **state)
{
    static const char *const encoders[] = {"noise 0.3\n  dense 3 tanh",
                                           "dense 3 tanh\n  dropout 0.3",
                                           "dense 3 tanh\n  sampling 2"};
    (void)state;
    for (size_t i = 0; i < sizeof encoders / sizeof encoders[0]; i++) {
        start_drawing(encoders[i]);
        double first = loss_at(0, 0);
        assert_true(loss_at(1, 0) != first);
        assert_true(loss_at(0, 0) == first); /* whatever came before */
        job.seed = 2;
        assert_true(loss_at(0, 0) != first);
        end(NULL);
    }
}

static void training_corrupts_what_validation_does_not(void **state)
{
    (void)state;
    start_drawing("dense 3 tanh");
    double plain = validation_loss();
    assert_true(loss_at(0, 0) == plain); /* the control: the same rows in the same order */
    end(NULL);
    start_drawing("noise 0.3\n  dense 3 tanh");
    assert_true(validation_loss() == plain && loss_at(0, 0) != plain);
    end(NULL);
}

static void training_and_validation_draw_other_numbers(void **state)
{
    (void)state;
    start_drawing("noise 0.3 always\n  dense 3 tanh");
    assert_true(validation_loss() != loss_at(0, 0));
    end(NULL);
    start_drawing("dense 3 tanh\n  sampling 2");
    assert_true(validation_loss() != loss_at(0, 0));
    end(NULL);
}

/* ---- moving averages ------------------------------------------------------------------- */

/* One step over all rows, whose columns batch norm sees first. */
static void check_memory(const char *encoder)
{
    struct decision d;
    start_drawing(encoder);
    run_at(0, 0, 1, &d);
    const struct variable *v = m->layers[0].variable;
    for (size_t k = 0; k < WIDTH; k++) {
        double mean = 0, square = 0;
        for (size_t i = 0; i < ROWS; i++) {
            double x = (double)rows[i * WIDTH + k];
            mean += x / ROWS, square += x * x / ROWS;
        }
        double variance = square - mean * mean;
        assert_true(fabs((double)m->w[v[2].at + k] - 0.01 * mean) < 1e-7);
        assert_true(fabs((double)m->w[v[3].at + k] - 0.99 - 0.01 * variance) < 1e-6);
    }
    end(NULL);
}

static void batch_norm_remembers_the_rows_of_all_shards(void **state)
{
    (void)state;
    check_memory("batchnorm\n  dense 3");
    check_memory("batchnorm scope=shard\n  dense 3");
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_step_goes_down_its_own_loss),
        cmocka_unit_test(shards_without_rows_add_nothing),
        cmocka_unit_test(shards_that_go_one_by_one_add_up),
        cmocka_unit_test(the_rate_of_a_step_is_the_schedules_in_its_middle),
        cmocka_unit_test_teardown(momentum_is_the_jobs, end),
        cmocka_unit_test_teardown(the_first_step_of_adam_moves_by_the_rate, end),
        cmocka_unit_test(every_epoch_and_every_seed_has_its_own_draws),
        cmocka_unit_test(training_corrupts_what_validation_does_not),
        cmocka_unit_test(training_and_validation_draw_other_numbers),
        cmocka_unit_test(batch_norm_remembers_the_rows_of_all_shards),
    };
    assert_ok(world_init(&w, &argc, &argv));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&w);
    return failed;
}
