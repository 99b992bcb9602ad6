#include "scratch.h"

#include "run/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>

static int fault; /* why the file system gives no lock; 0: it gives them */

/* Stands before the C library's. */
int flock(int fd, int operation)
{
    if (fault) return errno = fault, -1;
    return (int)syscall(SYS_flock, fd, operation);
}

/* Files of a run, what one has left half written, and what is not of a run. */
static const char *const whole[] = {"job.ini", "results.h5", "checkpoint-0001-000000.h5"};
static const char *const left[] = {"job.ini.part-7-0", "results.h5.part",
                                   "metrics.csv.part-12-3",
                                   "checkpoint-0002-000000.h5.part-7-0"};
static const char *const others[] = {"report.html.part-7-0", "mine.part", "x.h5.part-1-0"};

#define FOR_EACH(list) for (size_t i = 0; i < sizeof list / sizeof list[0]; i++)

static const char *make_run(void)
{
    const char *folder = scratch_folder();
    FOR_EACH(whole) scratch_write(scratch_path(folder, whole[i]), "", 0);
    FOR_EACH(left) scratch_write(scratch_path(folder, left[i]), "", 0);
    FOR_EACH(others) scratch_write(scratch_path(folder, others[i]), "", 0);
    return folder;
}

static void what_a_killed_run_has_left_goes_under_the_lock(void **state)
{
    (void)state;
    const char *folder = make_run();
    assert_ok(folder_open(folder, FOLDER_RESUME));
    FOR_EACH(whole) assert_true(scratch_exists(scratch_path(folder, whole[i])));
    FOR_EACH(left) assert_false(scratch_exists(scratch_path(folder, left[i])));
    FOR_EACH(others) assert_true(scratch_exists(scratch_path(folder, others[i])));
    folder_close();
    scratch_remove(folder);
}

static void a_run_that_starts_anew_keeps_what_is_not_its_own(void **state)
{
    (void)state;
    const char *folder = make_run();
    assert_ok(folder_open(folder, FOLDER_OVERWRITE));
    FOR_EACH(whole)
    assert_int_equal(scratch_exists(scratch_path(folder, whole[i])), i == 0);
    FOR_EACH(others) assert_true(scratch_exists(scratch_path(folder, others[i])));
    folder_close();
    scratch_remove(folder);
}

static void a_folder_in_use_is_refused_and_not_touched(void **state)
{
    (void)state;
    const char *folder = make_run();
    int other = open(scratch_path(folder, ".lock"), O_RDWR | O_CREAT, 0666);
    assert_int_equal(flock(other, LOCK_EX), 0);
    assert_fails(folder_open(folder, FOLDER_RESUME), ST_CANTCREATE, "in use by another");
    FOR_EACH(left) assert_true(scratch_exists(scratch_path(folder, left[i])));
    close(other);
    assert_ok(folder_open(folder, FOLDER_RESUME)); /* the control */
    folder_close();
    scratch_remove(folder);
}

/* Open a run where locks fail so; what it says is heard. */
static enum status open_there(const char *folder, int why, const char **said)
{
    int before = scratch_listen();
    fault = why;
    enum status st = folder_open(folder, FOLDER_RESUME);
    fault = 0;
    *said = scratch_heard(before);
    folder_close();
    return st;
}

static void a_file_system_without_locks_is_warned_of(void **state)
{
    (void)state;
    const int faults[] = {ENOLCK, ENOSYS, ENOTSUP, EINVAL};
    const char *folder = make_run(), *said;
    FOR_EACH(faults)
    {
        assert_ok(open_there(folder, faults[i], &said));
        assert_non_null(strstr(said, "hourglass: warning: run folder "));
        assert_non_null(strstr(said, "cannot be locked ("));
    }
    FOR_EACH(left) assert_true(scratch_exists(scratch_path(folder, left[i])));
    assert_ok(open_there(folder, 0, &said)); /* the control */
    assert_string_equal(said, "");
    scratch_remove(folder);
}

static void a_lock_that_fails_is_a_failure(void **state)
{
    (void)state;
    const char *folder = make_run(), *said;
    assert_fails(open_there(folder, EIO, &said), ST_CANTCREATE,
                 "cannot be locked: Input/output error");
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_killed_run_has_left_goes_under_the_lock),
        cmocka_unit_test(a_run_that_starts_anew_keeps_what_is_not_its_own),
        cmocka_unit_test(a_folder_in_use_is_refused_and_not_touched),
        cmocka_unit_test(a_file_system_without_locks_is_warned_of),
        cmocka_unit_test(a_lock_that_fails_is_a_failure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
