#include "scratch.h"

#include "run/folder.h"

#include <sys/stat.h>

static char folder[64], run[80]; /* run: a folder in it, for runs */

static int begin(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "%s", scratch_folder());
    snprintf(run, sizeof run, "%s/run", folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    folder_close();
    scratch_remove(folder);
    return 0;
}

static void put(const char *name)
{
    scratch_write(scratch_path(run, name), "x", 1);
}

static int has(const char *name)
{
    return scratch_exists(scratch_path(run, name));
}

static void open_and_close(enum folder_mode mode)
{
    assert_ok(folder_open(run, mode));
    folder_close();
}

static void a_new_run_wants_a_folder_of_its_own(void **state)
{
    (void)state;
    open_and_close(FOLDER_NEW);
    assert_true(scratch_exists(run));
    assert_fails(folder_open(run, FOLDER_NEW), ST_CANTCREATE, "--overwrite");
    open_and_close(FOLDER_RESUME);
}

static void a_folder_of_somebody_else_is_no_runs(void **state)
{
    (void)state;
    assert_int_equal(mkdir(run, 0777), 0);
    put("letter.txt");
    assert_fails(folder_open(run, FOLDER_OVERWRITE), ST_CANTCREATE, "no job.ini");
    assert_fails(folder_open(run, FOLDER_RESUME), ST_CANTCREATE, "no job.ini");
    put("job.ini");
    open_and_close(FOLDER_RESUME);
}

/* What a run killed in its first moments leaves is no obstacle. */
static void an_empty_folder_is_taken(void **state)
{
    (void)state;
    assert_int_equal(mkdir(run, 0777), 0);
    put(".lock"), put("job.ini.part");
    open_and_close(FOLDER_RESUME);
}

static void overwriting_takes_what_a_run_writes_and_nothing_else(void **state)
{
    static const char *const ours[] = {
        "metrics.csv",           "metrics.csv.part",
        "summary.json",          "results.h5",
        "results.h5.part",       "checkpoint-0003-000017.h5",
        "checkpoint-12345-0.h5", "checkpoint-0003-000017.h5.part"};
    static const char *const theirs[] = {"job.ini",
                                         "checkpoint-best.h5",
                                         "checkpoint-0003-000017.h5.bak",
                                         "old-checkpoint-0003-000017.h5",
                                         "results.h5.txt",
                                         "my-metrics.csv",
                                         "notes"};
    (void)state;
    assert_int_equal(mkdir(run, 0777), 0);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) put(ours[i]);
    for (size_t i = 0; i < sizeof theirs / sizeof theirs[0]; i++) put(theirs[i]);
    open_and_close(FOLDER_OVERWRITE);
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++)
        if (has(ours[i]) != (i == 6)) fail_msg("%s", ours[i]); /* 6: not as we write it */
    for (size_t i = 0; i < sizeof theirs / sizeof theirs[0]; i++)
        if (!has(theirs[i])) fail_msg("%s is gone", theirs[i]);
}

static void one_at_a_time_holds_a_run(void **state)
{
    (void)state;
    open_and_close(FOLDER_NEW);
    assert_ok(folder_lock(run));
    assert_fails(folder_lock(run), ST_CANTCREATE, "in use by another");
    folder_close();
}

static void only_whole_checkpoints_count(void **state)
{
    (void)state;
    assert_int_equal(mkdir(run, 0777), 0);
    put("checkpoint-0001-000000.h5.part"), put("checkpoint-best.h5");
    assert_false(folder_has_checkpoint(run));
    put("checkpoint-0001-000000.h5");
    assert_true(folder_has_checkpoint(run));
    assert_false(folder_has_checkpoint("/no/such"));
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_new_run_wants_a_folder_of_its_own),
        TEST(a_folder_of_somebody_else_is_no_runs),
        TEST(an_empty_folder_is_taken),
        TEST(overwriting_takes_what_a_run_writes_and_nothing_else),
        TEST(one_at_a_time_holds_a_run),
        TEST(only_whole_checkpoints_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
