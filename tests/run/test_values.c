/* What the loss cannot mean is refused before a run exists, in words that name it, on any
 * number of ranks alike. */
#include "scratch.h"

#include "base/log.h"
#include "run/encode.h"
#include "run/train.h"
#include "store/checkpoint.h"
#include "store/dataset_save.h"

#include <math.h>

enum { ROWS = 24, H = 2, W = 3, C = 2, WIDTH = H * W * C };

/* Every rank runs these tests; rank 0 makes the files. */
static struct world w;
static char folder[64];
static float values[ROWS * WIDTH];
static uint8_t bytes[ROWS * WIDTH];

static int begin(void **state)
{
    (void)state;
    if (w.rank == 0) snprintf(folder, sizeof folder, "%s", scratch_folder());
    world_broadcast(&w, folder, sizeof folder);
    for (size_t i = 0; i < ROWS * WIDTH; i++) {
        bytes[i] = (uint8_t)(i % 3 * 127);
        values[i] = (float)(i % 3) / 2;
    }
    return 0;
}

static int end(void **state)
{
    (void)state;
    world_barrier(&w);
    if (w.rank == 0) scratch_remove(folder);
    return 0;
}

/* The place of a value in row 17, which is the last rank's: [17, 1, 2, 1]. */
enum { ROW17 = 17 * WIDTH + 11 };

/* A file with a good split of that name and one of `values`, or of bytes. */
static void make_file(const char *file, const char *good, double scale)
{
    static float zeros[ROWS * WIDTH];
    struct dataset_split splits[] = {
        {.name = strcmp(good, "test") ? "test" : "train", .values = values, .scale = 1},
        {.name = good, .values = zeros, .scale = 1},
    };
    for (int i = 0; i < 2; i++) {
        splits[i].rows = ROWS, splits[i].shape = (struct shape){H, W, C};
        splits[i].source = "a test", splits[i].sha256 = "5a";
    }
    if (scale > 0) splits[0].values = NULL, splits[0].bytes = bytes, splits[0].scale = scale;
    if (w.rank == 0) assert_ok(dataset_save(folder, file, "made", splits, 2, NULL));
    world_barrier(&w);
}

static struct job job;

static void set_job(const char *file, const char *loss)
{
    struct settings s = job_settings(&job);
    assert_ok(settings_defaults(&s));
    assert_ok(settings_read_text(&s, "test",
                                 "[run]\nshards = 3\nprogress = none\n[model]\ninput = 2x3x2\n"
                                 "encoder = dense 2\ndecoder = dense 12 sigmoid\n"
                                 "[training]\nbatch = 6\nepochs = 1\n"));
    assert_ok(settings_set(&s, "test", "file", scratch_path(folder, file)));
    assert_ok(settings_set(&s, "test", "folder", scratch_path(folder, "run")));
    assert_ok(settings_set(&s, "test", "loss", loss));
}

/* Train on a file with that loss. */
static enum status train(const char *file, const char *loss)
{
    const struct train_options options = {FOLDER_OVERWRITE, 1, 0};
    set_job(file, loss);
    return train_run(&w, &job, &options);
}

/* It is refused in these words, on every rank, and no run is there. */
static void refuse(const char *file, const char *loss, const char *word, const char *another)
{
    assert_fails(train(file, loss), ST_DATA, word);
    assert_non_null(strstr(status_message(), another));
    assert_non_null(strstr(status_message(), file));
    assert_false(scratch_exists(scratch_path(folder, "run")));
    world_barrier(&w);
}

static void nan_and_infinities_are_named_with_their_place(void **state)
{
    (void)state;
    values[ROW17] = NAN, values[ROW17 + 1] = 7;
    make_file("nan.h5", "test", 0);
    refuse("nan.h5", "mse", "/train/images[17, 1, 2, 1] is NaN", "finite");
    refuse("nan.h5", "bce", "/train/images[17, 1, 2, 1] is NaN", "finite");
    make_file("nan.h5", "train", 0);
    refuse("nan.h5", "mse", "/test/images[17, 1, 2, 1] is NaN", "finite");
    values[ROW17] = -INFINITY;
    make_file("infinite.h5", "test", 0);
    refuse("infinite.h5", "squared-error", "/train/images[17, 1, 2, 1] is infinite", "finite");
}

static void cross_entropy_takes_values_from_0_to_1(void **state)
{
    (void)state;
    values[ROW17] = 1.5f, values[20 * WIDTH] = -3;
    make_file("x.h5", "test", 0);
    refuse("x.h5", "bce", "/train/images[17, 1, 2, 1] is 1.5", "training.loss = mse");
    refuse("x.h5", "bce-sum", "/train/images[17, 1, 2, 1] is 1.5", "training.loss = bce-sum");
    assert_ok(train("x.h5", "mse")); /* the control: the way out that is named */
    assert_true(scratch_exists(scratch_path(folder, "run/results.h5")));
}

static void bytes_want_a_scale(void **state)
{
    (void)state;
    make_file("bytes.h5", "test", 1);
    refuse("bytes.h5", "bce", "/train/images[0, 0, 0, 1] is 127", "1/255");
    make_file("bytes.h5", "test", 1.0 / 255); /* the control: the other way out */
    assert_ok(train("bytes.h5", "bce"));
}

static void what_rounding_does_is_not_refused(void **state)
{
    (void)state;
    values[ROW17] = 1.0000002f, values[3] = -1e-9f;
    make_file("x.h5", "test", 0);
    assert_ok(train("x.h5", "bce"));
}

static void other_data_to_encode_are_finite(void **state)
{
    (void)state;
    static struct encode_options o = {.newest = 1, .overwrite = 1};
    const char *run = scratch_path(folder, "run");
    make_file("good.h5", "test", 0);
    assert_ok(train("good.h5", "bce"));
    assert_ok(checkpoint_newest(run, o.checkpoint, sizeof o.checkpoint));
    set_job("other.h5", "bce");
    values[ROW17] = 7; /* what is unlike the training data may be encoded */
    make_file("other.h5", "train", 0);
    assert_ok(encode_run(&w, &job, &o));
    values[ROW17] = NAN;
    make_file("other.h5", "train", 0);
    assert_fails(encode_run(&w, &job, &o), ST_DATA, "/test/images[17, 1, 2, 1] is NaN");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(nan_and_infinities_are_named_with_their_place),
        TEST(cross_entropy_takes_values_from_0_to_1),
        TEST(bytes_want_a_scale),
        TEST(what_rounding_does_is_not_refused),
        TEST(other_data_to_encode_are_finite),
    };
    assert_ok(world_init(&w, &argc, &argv));
    log_quiet();
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&w);
    return failed;
}
