/* Whole runs in this process, of a few small steps.
 *
 * initialise, stop_install, stop_requested and the clock stand in the place of
 * net/initialise.c, run/stop.c and base/clock.c: a test says at which question a stop is wanted
 * and a replica drifts, and how long it is from one question to the next.  A run asks before
 * every step and between epochs.
 */
#include "scratch.h"

#include "base/clock.h"
#include "base/log.h"
#include "net/initialise.h"
#include "run/encode.h"
#include "run/stop.h"
#include "run/train.h"
#include "store/checkpoint.h"
#include "store/checkpoint_load.h"
#include "store/checkpoint_name.h"
#include "store/dataset_save.h"
#include "store/metrics.h"
#include "store/results.h"

#include <math.h>

enum { ROWS = 96, TESTS = 40, WIDTH = 6, STEPS = 4 /* an epoch */, LATE = 1000000 };

static struct world w;
static char folder[64], run[80]; /* run: the run's folder in it */
static float rows[ROWS * WIDTH];
static struct model *trained; /* by the run */
static long questions, stop_at, drift_at;
static double now, pace; /* seconds; from one question to the next */

double clock_seconds(void)
{
    return now += 1e-6; /* it never stands still */
}

void clock_utc(char text[32])
{
    strcpy(text, "2026-01-31T23:59:59Z");
}

static int is_last(void)
{
    return w.rank == w.size - 1;
}

void stop_install(void)
{
    questions = 0;
}

int stop_requested(void)
{
    questions++;
    now += pace;
    if (questions == drift_at && is_last()) trained->w[0] += 1e-3f;
    return is_last() && questions >= stop_at;
}

void initialise(struct model *m, const struct job *job)
{
    (void)job;
    trained = m;
    for (int i = 0; i < m->count; i++)
        for (int k = 0; k < m->layers[i].variables; k++) {
            const struct variable *v = &m->layers[i].variable[k];
            random_uniform((struct random_name){1, PURPOSE_INIT, 0, (uint32_t)i, (uint32_t)k},
                           m->w + v->at, v->count);
        }
}

/* ---- data and runs --------------------------------------------------------------------- */

static const char *in_folder(const char *name)
{
    return scratch_path(folder, name);
}

static const char *in_run(const char *name)
{
    return scratch_path(run, name);
}

/* Data whose test split is the first rows of the other; `mark` stands for their SHA-256. */
static void make_data(const char *name, const char *mark)
{
    uint8_t labels[ROWS];
    for (int i = 0; i < ROWS; i++) labels[i] = (uint8_t)(i % 10);
    struct dataset_split splits[] = {{.name = "train", .rows = ROWS},
                                     {.name = "test", .rows = TESTS}};
    for (int i = 0; i < 2; i++) {
        splits[i].shape = (struct shape){1, 1, WIDTH}, splits[i].scale = 1;
        splits[i].values = rows, splits[i].labels = labels, splits[i].source = "a test";
        splits[i].sha256 = splits[i].labels_sha256 = mark;
    }
    assert_ok(dataset_save(folder, name, "made", splits, 2, NULL));
}

static int begin(void **state)
{
    (void)state;
    stop_at = drift_at = LATE, pace = 1;
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 0, 0}, rows, ROWS * WIDTH);
    if (w.rank == 0) snprintf(folder, sizeof folder, "%s", scratch_folder());
    world_broadcast(&w, folder, sizeof folder);
    snprintf(run, sizeof run, "%s/run", folder);
    if (w.rank == 0) make_data("data.h5", "5a");
    world_barrier(&w);
    return 0;
}

static int end(void **state)
{
    (void)state;
    world_barrier(&w);
    if (w.rank == 0) scratch_remove(folder);
    return 0;
}

/* A plain job, and what a test wants otherwise. */
static struct job job_with(const char *text)
{
    static struct job job;
    struct settings s = job_settings(&job);
    char place[256];
    assert_ok(settings_defaults(&s));
    snprintf(place, sizeof place, "[run]\nfolder = %s\n[data]\nfile = %s\n", run,
             in_folder("data.h5"));
    assert_ok(settings_read_text(&s, "place", place));
    assert_ok(
        settings_read_text(&s, "job",
                           "[run]\nprogress = none\nstall_seconds = 0\nkeep = 1000\n[model]\n"
                           "input = 1x1x6\nencoder = dense 3 tanh\n  dropout 0.1\n"
                           "decoder = dense 6\n[training]\nloss = mse\nbatch = 24\n"
                           "epochs = 2\nlearning_rate = 0.01\n"));
    assert_ok(settings_read_text(&s, "test", text));
    return job;
}

static enum status train(const char *text, enum folder_mode mode, int encode)
{
    struct job job = job_with(text);
    const struct train_options options = {.mode = mode, .encode = encode};
    world_barrier(&w); /* nobody looks at what the last run has left any more */
    return train_run(&w, &job, &options);
}

static enum status train_anew(const char *text)
{
    world_barrier(&w);
    if (w.rank == 0) scratch_remove(run);
    return train(text, FOLDER_NEW, 0);
}

static const char *checkpoint_at(long epoch, long step)
{
    char name[64];
    checkpoint_name(epoch, step, name, sizeof name);
    return in_run(name);
}

static void digest_at(long epoch, long step, char hex[DIGEST_HEX])
{
    assert_ok(checkpoint_load_digest(checkpoint_at(epoch, step), hex));
}

/* The state of a run after so many steps. */
struct loaded {
    struct job job;
    struct model *model;
    struct optimizer optimizer;
    struct progress progress;
};

static void load(struct loaded *l, long epoch, long step)
{
    *l = (struct loaded){.model = NULL};
    struct settings s = job_settings(&l->job);
    assert_ok(settings_defaults(&s));
    assert_ok(checkpoint_load_job(checkpoint_at(epoch, step), &l->job));
    assert_ok(model_new(&l->model, &l->job));
    assert_ok(optimizer_init(&l->optimizer, l->job.optimizer, l->job.momentum));
    assert_ok(optimizer_allocate(&l->optimizer, l->model->size));
    assert_ok(
        checkpoint_load(checkpoint_at(epoch, step), l->model, &l->optimizer, &l->progress));
}

static void unload(struct loaded *l)
{
    model_free(l->model);
    optimizer_free(&l->optimizer);
    progress_free(&l->progress);
}

/* ---- stop and go on -------------------------------------------------------------------- */

static const char three_epochs[] = "[training]\nepochs = 3\n";

/* The columns of metrics.csv that do not depend on the clock. */
static void read_history(double out[3 * METRICS_HISTORY])
{
    struct metrics t;
    assert_ok(metrics_read(&t, in_run("metrics.csv")));
    assert_int_equal(t.rows, 3);
    for (size_t i = 0; i < 3 * METRICS_HISTORY; i++)
        out[i] =
            metrics_at(&t, i / METRICS_HISTORY, (enum metrics_column)(i % METRICS_HISTORY));
    metrics_free(&t);
}

static void a_run_stopped_anywhere_goes_on_to_the_same_end(void **state)
{
    /* Question 5 is that between the first two epochs; at 4, in an epoch's last step, nothing
     * else stops a run. */
    static const struct {
        long question, epoch, step;
    } stops[] = {{1, 0, 1}, {2, 0, 2}, {4, 1, 0}, {5, 1, 0}, {6, 1, 1}, {13, 2, 3}};
    char whole[DIGEST_HEX], resumed[DIGEST_HEX];
    double history[2][3 * METRICS_HISTORY];
    (void)state;
    assert_ok(train_anew(three_epochs));
    digest_at(3, 0, whole);
    read_history(history[0]);
    for (size_t i = 0; i < sizeof stops / sizeof stops[0]; i++) {
        stop_at = stops[i].question;
        assert_fails(train_anew(three_epochs), ST_STOPPED, "--resume");
        digest_at(stops[i].epoch, stops[i].step, resumed); /* it is there */
        assert_false(scratch_exists(checkpoint_at(3, 0)));
        stop_at = LATE;
        assert_ok(train(three_epochs, FOLDER_RESUME, 0));
        digest_at(3, 0, resumed);
        assert_string_equal(resumed, whole);
        read_history(history[1]);
        assert_memory_equal(history[1], history[0], sizeof history[0]);
    }
}

static void a_run_is_over_after_its_last_epoch(void **state)
{
    char whole[DIGEST_HEX], again[DIGEST_HEX];
    (void)state;
    stop_at = 2 * STEPS + 1; /* in the last step of the last epoch nothing is left to stop */
    assert_ok(train_anew(""));
    digest_at(2, 0, whole);
    assert_ok(train("", FOLDER_RESUME, 0));
    digest_at(2, 0, again);
    assert_string_equal(again, whole);
}

static void other_data_are_refused_on_the_way(void **state)
{
    (void)state;
    assert_ok(train_anew("[training]\nepochs = 1\n"));
    world_barrier(&w);
    if (w.rank == 0) make_data("data.h5", "5b");
    world_barrier(&w);
    assert_fails(train("", FOLDER_RESUME, 0), ST_DATA, "other training data");
}

/* ---- what an epoch is ------------------------------------------------------------------ */

/* At a rate of 0 the sums after the first step are those of its rows. */
static void every_epoch_has_its_own_order(void **state)
{
    struct loaded first, second;
    (void)state;
    assert_ok(train_anew("[run]\ncheckpoint_minutes = 1e-9\n[model]\n"
                         "encoder = dense 3 tanh\n[training]\nlearning_rate = 0\n"));
    load(&first, 0, 1), load(&second, 1, 1);
    assert_memory_equal(first.model->w, second.model->w, first.model->size * sizeof(float));
    assert_true(first.progress.sums[0] == 24 && second.progress.sums[0] == 24);
    assert_true(first.progress.sums[1] != second.progress.sums[1]);
    assert_true(second.progress.at.total == STEPS + 1);
    unload(&first), unload(&second);
}

/* Checkpoints after these steps within epochs, and no others. */
static void expect_steps(const int there[2][STEPS])
{
    for (long epoch = 0; epoch < 2; epoch++)
        for (long step = 1; step < STEPS; step++)
            assert_int_equal(scratch_exists(checkpoint_at(epoch, step)), there[epoch][step]);
    for (long epoch = 0; epoch <= 2; epoch++)
        assert_true(scratch_exists(checkpoint_at(epoch, 0)));
}

static void checkpoints_come_as_often_as_the_clock_says(void **state)
{
    (void)state;
    pace = 10;
    /* Due after 15 s: at the third question, at 20 s; after the epoch's own, at 40 s, at the
     * seventh. */
    assert_ok(train_anew("[run]\ncheckpoint_minutes = 0.25\n"));
    expect_steps((const int[2][STEPS]){{[3] = 1}, {[2] = 1}});
    assert_ok(train_anew("[run]\ncheckpoint_minutes = 0\n"));
    expect_steps((const int[2][STEPS]){{0}});
}

static void a_run_stops_when_its_hours_are_over(void **state)
{
    (void)state;
    pace = 1000;
    assert_fails(train_anew("[run]\nmax_hours = 0.5\n"), ST_STOPPED, "epoch 0, step 3");
    assert_true(scratch_exists(checkpoint_at(0, 3)));
}

static void the_newest_and_the_best_are_kept(void **state)
{
    (void)state;
    assert_ok(train_anew("[run]\nkeep = 2\n[training]\nepochs = 6\nlearning_rate = 0\n"));
    for (long epoch = 0; epoch <= 6; epoch++) /* the first is the best: none is better */
        assert_int_equal(scratch_exists(checkpoint_at(epoch, 0)), epoch == 1 || epoch > 4);
}

/* A factor of 0 makes the second epoch stand still; the table has the rate of an epoch's last
 * step. */
static void steps_follow_the_schedule(void **state)
{
    struct loaded first, second;
    (void)state;
    assert_ok(train_anew("[training]\noptimizer = sgd\nschedule = step 1 0\n"));
    load(&first, 1, 0), load(&second, 2, 0);
    assert_memory_equal(first.model->w, second.model->w, first.model->size * sizeof(float));
    assert_true(second.progress.history[METRICS_LEARNING_RATE] == 0.01);
    assert_true(progress_last(&second.progress)[METRICS_LEARNING_RATE] == 0);
    unload(&first), unload(&second);
}

/* ---- what is wrong is seen ------------------------------------------------------------- */

static void a_replica_that_drifts_is_seen_and_not_saved(void **state)
{
    (void)state;
    if (w.size == 1) return;
    drift_at = 2;
    assert_fails(train_anew("[run]\nverify_steps = 1\n"), ST_INTERNAL, "after step 1");
    assert_fails(train_anew("[run]\nverify_steps = 0\n"), ST_INTERNAL, "before step 2");
    assert_false(scratch_exists(checkpoint_at(1, 0)));
}

static void a_run_that_diverges_ends_with_its_checkpoints(void **state)
{
    char hex[DIGEST_HEX];
    (void)state;
    assert_fails(train_anew("[training]\noptimizer = sgd\nlearning_rate = 1000\nepochs = 90\n"),
                 ST_DIVERGED, "the loss is not finite");
    assert_non_null(strstr(status_message(), "the learning rate (1000) is too high"));
    digest_at(0, 0, hex);
    assert_false(scratch_exists(in_run("summary.json")));
}

static void data_of_another_shape_are_refused(void **state)
{
    (void)state;
    assert_fails(train_anew("[model]\ninput = 1x1x3\ndecoder = dense 3\n"), ST_SHAPE,
                 "model.input is 1x1x3");
    assert_false(scratch_exists(run));
}

static void expect_finished(const char *word)
{
    size_t n;
    char want[32], *text = scratch_read(in_run("summary.json"), &n);
    snprintf(want, sizeof want, "\"finished\": %s,", word);
    assert_non_null(strstr(text, want));
    free(text);
}

static void the_summary_says_whether_it_is_finished(void **state)
{
    (void)state;
    stop_at = 2;
    assert_int_equal(train_anew(""), ST_STOPPED);
    expect_finished("false");
    stop_at = LATE;
    assert_ok(train("", FOLDER_RESUME, 0));
    expect_finished("true");
}

/* ---- results --------------------------------------------------------------------------- */

/* All rows of an array, which the caller frees. */
static float *read_all(const struct results *r, enum results_array a)
{
    float *out = malloc(TESTS * WIDTH * sizeof *out);
    assert_non_null(out);
    assert_ok(results_read(r, a, 0, TESTS, out));
    return out;
}

static void expect_residuals(const struct results *r, const float *of)
{
    float *image = read_all(r, RESULTS_RECONSTRUCTIONS);
    float *residual = read_all(r, RESULTS_RESIDUALS);
    for (int i = 0; i < TESTS * WIDTH; i++) assert_true(residual[i] == of[i] - image[i]);
    free(image), free(residual);
}

static void open_results(struct results *r)
{
    uint8_t labels[TESTS];
    assert_ok(results_open(r, in_run("results.h5")));
    assert_int_equal(r->total, TESTS);
    assert_ok(results_read_labels(r, 0, TESTS, labels));
    for (int i = 0; i < TESTS; i++) assert_int_equal(labels[i], i % 10);
}

static void residuals_are_samples_less_reconstructions(void **state)
{
    struct results r;
    char text[64];
    (void)state;
    assert_ok(train("[training]\nepochs = 1\n", FOLDER_NEW, 1));
    open_results(&r);
    expect_residuals(&r, rows);
    assert_false(r.has[RESULTS_INPUTS] || r.has[RESULTS_DENOISED]);
    results_provenance(&r, "checkpoint", text, sizeof text);
    assert_string_equal(text, "checkpoint-0001-000000.h5");
    results_close(&r);
}

/* /inputs and /denoised of samples that noise has changed. */
static void a_denoiser_shows_what_it_was_given(void **state)
{
    struct results r;
    (void)state;
    assert_ok(train("[model]\nencoder = noise 0.5\n  dense 3 tanh\n[training]\nepochs = 1\n",
                    FOLDER_NEW, 1));
    open_results(&r);
    expect_residuals(&r, rows);
    float *given = read_all(&r, RESULTS_INPUTS), *made = read_all(&r, RESULTS_DENOISED);
    float *clean = read_all(&r, RESULTS_RECONSTRUCTIONS);
    double noise = 0;
    int other = 0;
    for (int i = 0; i < TESTS * WIDTH; i++) {
        noise += pow((double)given[i] - (double)rows[i], 2) / (TESTS * WIDTH);
        other += made[i] != clean[i];
    }
    assert_true(fabs(sqrt(noise) - 0.5) < 0.1);
    assert_true(other > TESTS * WIDTH / 2);
    free(given), free(made), free(clean);
    results_close(&r);
}

static void encoding_by_itself_gives_the_same(void **state)
{
    static struct encode_options options = {.newest = 1};
    const struct job job = job_with("");
    struct results r;
    float *codes[2];
    (void)state;
    assert_ok(train("", FOLDER_NEW, 1));
    assert_ok(checkpoint_newest(run, options.checkpoint, sizeof options.checkpoint));
    for (int i = 0; i < 2; i++) {
        open_results(&r);
        codes[i] = malloc(TESTS * 3 * sizeof(float));
        assert_ok(results_read(&r, RESULTS_CODES, 0, TESTS, codes[i]));
        results_close(&r);
        world_barrier(&w);
        if (i == 0) assert_ok(encode_run(&w, &job, &options));
    }
    assert_memory_equal(codes[0], codes[1], TESTS * 3 * sizeof(float));
    free(codes[0]), free(codes[1]);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(a_run_stopped_anywhere_goes_on_to_the_same_end),
        TEST(a_run_is_over_after_its_last_epoch),
        TEST(other_data_are_refused_on_the_way),
        TEST(every_epoch_has_its_own_order),
        TEST(checkpoints_come_as_often_as_the_clock_says),
        TEST(a_run_stops_when_its_hours_are_over),
        TEST(the_newest_and_the_best_are_kept),
        TEST(steps_follow_the_schedule),
        TEST(a_replica_that_drifts_is_seen_and_not_saved),
        TEST(a_run_that_diverges_ends_with_its_checkpoints),
        TEST(data_of_another_shape_are_refused),
        TEST(the_summary_says_whether_it_is_finished),
        TEST(residuals_are_samples_less_reconstructions),
        TEST(a_denoiser_shows_what_it_was_given),
        TEST(encoding_by_itself_gives_the_same),
    };
    log_quiet();
    assert_ok(world_init(&w, &argc, &argv));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&w);
    return failed;
}
