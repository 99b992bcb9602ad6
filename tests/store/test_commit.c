#include "scratch.h"

#include "store/commit.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

enum { BIG = 300000 };

/* What the disk does to what is read back: nothing, one byte changed, one left out, one
 * added; or it has no more room than so many bytes. */
static enum { HONEST, CHANGES, FORGETS, ADDS, FULL } disk;
static size_t room;

/* These stand before the C library's. */
ssize_t write(int fd, const void *bytes, size_t n)
{
    if (disk == FULL && room == 0) return errno = ENOSPC, -1;
    if (disk == FULL && n > room) n = room;
    ssize_t wrote = syscall(SYS_write, fd, bytes, n);
    if (disk == FULL && wrote > 0) room -= (size_t)wrote;
    return wrote;
}

ssize_t read(int fd, void *bytes, size_t n)
{
    ssize_t got = syscall(SYS_read, fd, bytes, n);
    if (got > 0 && disk == CHANGES) ((char *)bytes)[got - 1] ^= 1;
    if (got > 0 && disk == FORGETS) got--;
    if (got > 0 && disk == ADDS && (size_t)got < n) got++;
    return got;
}

/* What of this has been done, in order: "file " and "folder " are synced, "rename ". */
static char calls[256];

static void note(const char *call)
{
    strncat(calls, call, sizeof calls - strlen(calls) - 1);
}

int fsync(int fd)
{
    struct stat s;
    assert_int_equal(fstat(fd, &s), 0);
    note(S_ISDIR(s.st_mode) ? "folder " : "file ");
    return (int)syscall(SYS_fsync, fd);
}

int rename(const char *from, const char *to)
{
    note("rename ");
    return renameat(AT_FDCWD, from, AT_FDCWD, to);
}

static void expect(const char *folder, const char *name, const char *wanted)
{
    size_t n;
    char *found = scratch_read(scratch_path(folder, name), &n);
    assert_string_equal(found, wanted);
    free(found);
}

static void committed_bytes_are_there_and_replace_older_ones(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    assert_ok(commit_bytes(folder, "a", "one", 3));
    expect(folder, "a", "one");
    assert_ok(commit_bytes(folder, "a", "second", 6));
    expect(folder, "a", "second");
    assert_false(scratch_exists(scratch_path(folder, "a.part")));
    scratch_remove(folder);
}

/* What a power cut may come between: the bytes are on disk before the name is, and the name
 * before commit returns. */
static void bytes_are_synced_before_the_name_and_the_folder_after(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    *calls = '\0';
    assert_ok(commit_bytes(folder, "a", "one", 3));
    assert_string_equal(calls, "file rename folder ");
    scratch_write(scratch_path(folder, "b.part"), "two", 3);
    *calls = '\0';
    assert_ok(commit_file(folder, "b.part", "b"));
    assert_string_equal(calls, "file rename folder ");
    *calls = '\0';
    assert_ok(commit_folder(scratch_path(folder, "c")));
    assert_string_equal(calls, "folder ");
    scratch_remove(folder);
}

static void nothing_can_be_committed_as_well(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    assert_ok(commit_bytes(folder, "a", "", 0));
    expect(folder, "a", "");
    scratch_remove(folder);
}

static void what_a_killed_run_has_left_is_replaced(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    scratch_write(scratch_path(folder, "a.part"), "half of someth", 14);
    assert_ok(commit_bytes(folder, "a", "whole", 5));
    expect(folder, "a", "whole");
    assert_false(scratch_exists(scratch_path(folder, "a.part")));
    scratch_remove(folder);
}

static void a_link_under_the_temporary_name_is_not_followed(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    scratch_write(scratch_path(folder, "mine"), "mine", 4);
    assert_int_equal(symlink("mine", scratch_path(folder, "a.part")), 0);
    assert_ok(commit_bytes(folder, "a", "new", 3));
    expect(folder, "mine", "mine");
    expect(folder, "a", "new");
    scratch_remove(folder);
}

/* Commit too much over an older file: it fails in these words, and the older file stays. */
static void fail_over_older(const char *folder, const char *word)
{
    char *big = calloc(BIG, 1);
    enum status st = commit_bytes(folder, "a", big, BIG);
    free(big);
    assert_fails(st, ST_CANTCREATE, word);
    assert_non_null(strstr(status_message(), "a.part"));
    assert_false(scratch_exists(scratch_path(folder, "a.part")));
    expect(folder, "a", "older");
}

static void a_file_too_large_keeps_the_older_one(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct rlimit before, small = {100000, RLIM_INFINITY};
    assert_ok(commit_bytes(folder, "a", "older", 5));
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small.rlim_max = before.rlim_max;
    setrlimit(RLIMIT_FSIZE, &small);
    fail_over_older(folder, "File too large");
    setrlimit(RLIMIT_FSIZE, &before);
    scratch_remove(folder);
}

static void a_full_disk_keeps_the_older_file(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    assert_ok(commit_bytes(folder, "a", "older", 5));
    for (size_t most = 0; most < BIG; most += BIG / 3) {
        disk = FULL, room = most;
        fail_over_older(folder, "No space left");
        disk = HONEST;
    }
    scratch_remove(folder);
}

static void a_full_file_system_keeps_the_older_file(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    if (mount("tmpfs", folder, "tmpfs", 0, "size=128k") != 0) {
        print_message("skipped: only root can mount a small file system\n");
        scratch_remove(folder);
        skip();
    }
    assert_ok(commit_bytes(folder, "a", "older", 5));
    fail_over_older(folder, "No space left");
    assert_ok(commit_bytes(folder, "a", "newer", 5));
    umount(folder);
    scratch_remove(folder);
}

static void expect_seen(const char *folder, int what)
{
    disk = what;
    enum status st = commit_bytes(folder, "a", "newer", 5);
    disk = HONEST;
    assert_fails(st, ST_CANTCREATE, "does not hold what was written");
    assert_false(scratch_exists(scratch_path(folder, "a.part")));
    expect(folder, "a", "older");
}

static void a_disk_that_gives_back_other_bytes_is_seen(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    assert_ok(commit_bytes(folder, "a", "older", 5));
    expect_seen(folder, CHANGES);
    expect_seen(folder, FORGETS);
    expect_seen(folder, ADDS);
    scratch_remove(folder);
}

static int may_not_write(const char *folder)
{
    return commit_bytes(folder, "a", "x", 1) == ST_CANTCREATE &&
           strstr(status_message(), "a.part cannot be created: Permission denied; choose");
}

/* What a user finds, who may not write everywhere as root may: somebody else, if need be. */
static int found_by_a_user(int (*look)(const char *folder), const char *folder)
{
    int how;
    pid_t user = fork();
    assert_true(user >= 0);
    if (user == 0) {
        int is_root = geteuid() == 0;
        if (is_root && (setgroups(0, NULL) || setgid(65534) || setuid(65534))) _exit(2);
        _exit(look(folder) ? 1 : 0);
    }
    assert_int_equal(waitpid(user, &how, 0), user);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) < 2);
    return WEXITSTATUS(how);
}

static void a_folder_that_one_may_not_write_to_is_named(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    assert_int_equal(chmod(folder, 0555), 0);
    assert_true(found_by_a_user(may_not_write, folder));
    assert_int_equal(chmod(folder, 0777), 0);
    assert_false(found_by_a_user(may_not_write, folder)); /* the control */
    expect(folder, "a", "x");
    scratch_remove(folder);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    assert_fails(commit_bytes("/no/such/folder", "a", "x", 1), ST_CANTCREATE,
                 "/no/such/folder/a.part");
}

static void a_folder_comes_with_its_parents(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    assert_ok(commit_folder(scratch_path(folder, "b/c//d/")));
    assert_ok(commit_folder(scratch_path(folder, "b/c/d")));
    assert_ok(commit_bytes(scratch_path(folder, "b/c/d"), "a", "x", 1));
    scratch_write(scratch_path(folder, "file"), "", 0);
    assert_fails(commit_folder(scratch_path(folder, "file/e")), ST_CANTCREATE, "file");
    scratch_remove(folder);
}

static void a_file_that_others_have_written_is_put_in_place(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    scratch_write(scratch_path(folder, "r.part"), "rows", 4);
    assert_ok(commit_file(folder, "r.part", "r"));
    expect(folder, "r", "rows");
    assert_fails(commit_file(folder, "r.part", "r"), ST_CANTCREATE, "r.part");
    expect(folder, "r", "rows");
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(committed_bytes_are_there_and_replace_older_ones),
        cmocka_unit_test(bytes_are_synced_before_the_name_and_the_folder_after),
        cmocka_unit_test(nothing_can_be_committed_as_well),
        cmocka_unit_test(what_a_killed_run_has_left_is_replaced),
        cmocka_unit_test(a_link_under_the_temporary_name_is_not_followed),
        cmocka_unit_test(a_file_too_large_keeps_the_older_one),
        cmocka_unit_test(a_full_disk_keeps_the_older_file),
        cmocka_unit_test(a_full_file_system_keeps_the_older_file),
        cmocka_unit_test(a_disk_that_gives_back_other_bytes_is_seen),
        cmocka_unit_test(a_folder_that_one_may_not_write_to_is_named),
        cmocka_unit_test(a_folder_that_is_not_there_is_named),
        cmocka_unit_test(a_folder_comes_with_its_parents),
        cmocka_unit_test(a_file_that_others_have_written_is_put_in_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
