#include "check.h"

#include "base/job.h"

#include <stdlib.h>
#include <string.h>

static struct job job;
static struct settings s;

static int defaults(void **state)
{
    (void)state;
    s = job_settings(&job);
    return settings_defaults(&s) == ST_OK ? 0 : -1;
}

static void every_default_keeps_its_own_rule(void **state)
{
    (void)state;
    assert_ok(settings_defaults(&s));
    assert_int_equal(job.shards, 8);
    assert_string_equal(job.file, "data/mnist.h5");
    assert_string_equal(job.optimizer, "adam");
}

static void keys_are_unique_without_their_section(void **state)
{
    (void)state;
    for (int i = 0; i < s.count; i++) {
        const char *key = strchr(s.table[i].name, '.') + 1;
        assert_ptr_equal(settings_find(&s, key), &s.table[i]);
    }
}

static void a_job_file_is_read(void **state)
{
    (void)state;
    assert_ok(settings_read_text(&s, "x.ini",
                                 "# a comment\n[run]\nseed = 7\n[model]\nencoder =\n"
                                 "    dense 128 relu\n    # not this\n    dense 2\n"
                                 "decoder = dense 784 sigmoid\n[training]\nl1 = 1e-5\n"));
    assert_int_equal(job.seed, 7);
    assert_string_equal(job.encoder, "dense 128 relu\ndense 2");
    assert_string_equal(job.decoder, "dense 784 sigmoid");
    assert_true(job.l1 == 1e-5);
}

static void the_text_of_settings_reads_back_to_the_same(void **state)
{
    (void)state;
    assert_ok(settings_set(&s, "test", "learning_rate", "0.1"));
    assert_ok(settings_set(&s, "test", "model.encoder", "dense 3 , dense 2"));
    assert_string_equal(job.encoder, "dense 3\ndense 2");
    char *text = settings_text(&s, 0);
    struct job other;
    struct settings t = job_settings(&other);
    memset(&other, 0, sizeof other);
    assert_ok(settings_defaults(&t));
    assert_ok(settings_read_text(&t, "text", text));
    char *again = settings_text(&t, 0);
    assert_true(other.learning_rate == 0.1);
    assert_non_null(strstr(text, "learning_rate = 0.1\n"));
    assert_string_equal(other.optimizer, job.optimizer);
    assert_string_equal(text, again);
    free(text);
    free(again);
}

static void the_text_of_bits_leaves_out_how_the_run_is_run(void **state)
{
    (void)state;
    char *text = settings_text(&s, 1);
    assert_null(strstr(text, "folder"));
    assert_null(strstr(text, "progress"));
    assert_non_null(strstr(text, "seed"));
    free(text);
}

static void an_unknown_key_is_named_with_its_line_and_the_nearest(void **state)
{
    (void)state;
    assert_fails(settings_read_text(&s, "x.ini", "[training]\n\nepoch = 3\n"), ST_SETTING,
                 "x.ini:3");
    assert_non_null(strstr(status_message(), "'training.epochs'"));
    assert_fails(settings_set(&s, "command line", "sead", "1"), ST_SETTING, "run.seed");
}

static void wrong_values_are_refused(void **state)
{
    (void)state;
    assert_fails(settings_set(&s, "t", "epochs", "many"), ST_SETTING, "not a whole number");
    assert_fails(settings_set(&s, "t", "epochs", "-1"), ST_SETTING, "out of range");
    assert_fails(settings_set(&s, "t", "epochs", "3x"), ST_SETTING, "not a whole number");
    assert_fails(settings_set(&s, "t", "learning_rate", "nan"), ST_SETTING, "not a number");
    assert_fails(settings_set(&s, "t", "learning_rate", "3x"), ST_SETTING, "not a number");
    assert_fails(settings_set(&s, "t", "optimizer", "ada"), ST_SETTING, "sgd rmsprop adam");
    assert_fails(settings_set(&s, "t", "input", "12345678901234567890123456789012345"),
                 ST_SETTING, "longer");
}

static void values_that_a_job_file_would_change_are_refused(void **state)
{
    char line[300];
    (void)state;
    assert_fails(settings_set(&s, "t", "file", "a ;b.h5"), ST_SETTING, "job file");
    assert_fails(settings_set(&s, "t", "file", "a #b.h5"), ST_SETTING, "job file");
    assert_fails(settings_set(&s, "t", "file", "#b.h5"), ST_SETTING, "job file");
    assert_fails(settings_set(&s, "t", "file", " a.h5"), ST_SETTING, "job file");
    assert_fails(settings_set(&s, "t", "file", "a\nb"), ST_SETTING, "job file");
    memset(line, 'a', sizeof line);
    line[sizeof line - 1] = '\0';
    assert_fails(settings_set(&s, "t", "encoder", line), ST_SETTING, "job file");
    assert_ok(settings_set(&s, "t", "file", "a#b;c.h5")); /* the control */
    assert_string_equal(job.file, "a#b;c.h5");
}

static void a_comment_ends_a_line_of_any_kind(void **state)
{
    (void)state;
    assert_ok(
        settings_read_text(&s, "x.ini",
                           "[run] # one\nname = try1 # first\nseed = 7\t; lucky\n"
                           "folder = # none\n  shards = 4 # indented\n"
                           "[data]\nfile = a#b;c.h5 ; not here\n"
                           "[model]\nencoder = # below\n    dense 8 relu # wide\n"
                           "# between\n    dense 2 ; narrow\ndecoder = dense 784 sigmoid\n"));
    assert_string_equal(job.name, "try1");
    assert_string_equal(job.folder, "");
    assert_string_equal(job.file, "a#b;c.h5");
    assert_int_equal(job.seed, 7);
    assert_int_equal(job.shards, 4);
    assert_string_equal(job.encoder, "dense 8 relu\ndense 2");
}

static void layers_with_commas_are_those_of_the_command_line(void **state)
{
    (void)state;
    assert_ok(
        settings_read_text(&s, "x.ini",
                           "[model]\nencoder = dense 8 relu, dense 4 , dense 2\n"
                           "decoder = dense 4,\n    dense 8,dense 16 relu,\n    dense 784\n"));
    assert_string_equal(job.encoder, "dense 8 relu\ndense 4\ndense 2");
    assert_string_equal(job.decoder, "dense 4\ndense 8\ndense 16 relu\ndense 784");
    assert_ok(settings_set(&s, "t", "decoder", "dense 4, dense 8,dense 16 relu, dense 784"));
    assert_string_equal(job.decoder, "dense 4\ndense 8\ndense 16 relu\ndense 784");
}

/* A path of n characters, of folders that may exist. */
static void make_path(char *path, size_t n)
{
    for (size_t i = 0; i < n; i++) path[i] = i % 200 == 0 ? '/' : 'a';
    path[n] = '\0';
}

static void long_paths_go_into_a_job_file_and_come_back(void **state)
{
    char folder[JOB_FOLDER], file[JOB_PATH + 1];
    (void)state;
    make_path(folder, JOB_FOLDER - 1);
    make_path(file, JOB_PATH - 1);
    assert_ok(settings_set(&s, "t", "folder", folder));
    assert_ok(settings_set(&s, "t", "file", file));
    char *text = settings_text(&s, 0);
    assert_ok(settings_defaults(&s));
    assert_ok(settings_read_text(&s, "text", text));
    free(text);
    assert_string_equal(job.folder, folder);
    assert_string_equal(job.file, file);
    make_path(file, JOB_PATH);
    assert_fails(settings_set(&s, "t", "file", file), ST_SETTING, "longer than 1023 bytes");
}

static void damaged_job_files_are_refused(void **state)
{
    static char line[10000];
    (void)state;
    assert_fails(settings_read_text(&s, "x", "[run]\nseed\n"), ST_SETTING, "x:2");
    assert_fails(settings_read_text(&s, "x", "[run]\nseed = 1\nseed = 2\n"), ST_SETTING,
                 "twice");
    memset(line, 'a', sizeof line - 1);
    assert_fails(settings_read_text(&s, "x", line), ST_SETTING, "longer than");
    line[1000] = '\0'; /* no name in what inih can take of it */
    assert_fails(settings_read_text(&s, "x", line), ST_SETTING, "x:1");
    assert_fails(settings_read_file(&s, "/nowhere/x.ini"), ST_NOINPUT, "/nowhere/x.ini");
}

static void the_environment_is_read(void **state)
{
    (void)state;
    setenv("HOURGLASS_RUN_SEED", "99", 1);
    assert_ok(settings_read_environment(&s));
    unsetenv("HOURGLASS_RUN_SEED");
    assert_int_equal(job.seed, 99);
}

/* What the environment is refused for with this variable in it; it does not stay. */
static void refuse_variable(const char *name, const char *word)
{
    setenv(name, "3", 1);
    enum status st = settings_read_environment(&s);
    unsetenv(name);
    assert_fails(st, ST_SETTING, word);
    assert_non_null(strstr(status_message(), name));
}

static void a_variable_that_is_no_setting_is_refused_with_the_nearest(void **state)
{
    (void)state;
    refuse_variable("HOURGLASS_TRAINING_EPOCH", "'training.epochs'");
    refuse_variable("HOURGLASS_EPOCHS", "'training.epochs'");
    refuse_variable("HOURGLASS_LEARNING_RATE", "'training.learning_rate'");
    refuse_variable("HOURGLASS_RUN_SUMS", "is called 'run.allreduce' now");
    refuse_variable("HOURGLASS_", "no setting");
    setenv("HOURGLASS_ROOT", "/opt/hourglass", 1); /* a module system's */
    setenv("HOURGLASSES", "3", 1);
    assert_ok(settings_read_environment(&s));
    unsetenv("HOURGLASS_ROOT");
    unsetenv("HOURGLASSES");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(every_default_keeps_its_own_rule, defaults),
        cmocka_unit_test_setup(keys_are_unique_without_their_section, defaults),
        cmocka_unit_test_setup(a_job_file_is_read, defaults),
        cmocka_unit_test_setup(the_text_of_settings_reads_back_to_the_same, defaults),
        cmocka_unit_test_setup(the_text_of_bits_leaves_out_how_the_run_is_run, defaults),
        cmocka_unit_test_setup(an_unknown_key_is_named_with_its_line_and_the_nearest, defaults),
        cmocka_unit_test_setup(wrong_values_are_refused, defaults),
        cmocka_unit_test_setup(values_that_a_job_file_would_change_are_refused, defaults),
        cmocka_unit_test_setup(damaged_job_files_are_refused, defaults),
        cmocka_unit_test_setup(the_environment_is_read, defaults),
        cmocka_unit_test_setup(a_comment_ends_a_line_of_any_kind, defaults),
        cmocka_unit_test_setup(layers_with_commas_are_those_of_the_command_line, defaults),
        cmocka_unit_test_setup(long_paths_go_into_a_job_file_and_come_back, defaults),
        cmocka_unit_test_setup(a_variable_that_is_no_setting_is_refused_with_the_nearest,
                               defaults),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
