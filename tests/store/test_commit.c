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
static enum disk { HONEST, CHANGES, FORGETS, ADDS, FULL } disk;
static size_t room;

/* The functions stand before the C library's. */

/* What of this has been done, in order: "file " and "folder " are synced, "rename ". */
static char calls[256];

static void note(const char *call)
{
    strncat(calls, call, sizeof calls - strlen(calls) - 1);
}

/* Why the file system cannot sync folders, and files; 0: it can. */
static int folder_fault, file_fault;

int fsync(int fd)
{
    struct stat s;
    int failed = fstat(fd, &s);
    int why = S_ISDIR(s.st_mode) ? folder_fault : file_fault;
    if (!failed && why) return errno = why, -1;
    note(S_ISDIR(s.st_mode) ? "folder " : "file ");
    return (int)syscall(SYS_fsync, fd);
}

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

int posix_fadvise(int fd, off_t from, off_t n, int advice)
{
    if (from == 0 && n == 0 && advice == POSIX_FADV_DONTNEED) note("forget ");
    (void)fd;
    return 0;
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
    assert_int_equal(scratch_count(folder, "part"), 0);
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
    assert_string_equal(calls, "file forget rename folder "); /* read back from the disk */
    scratch_write(scratch_path(folder, "b.part"), "two", 3);
    *calls = '\0';
    assert_ok(commit_file(folder, "b.part", "b"));
    assert_string_equal(calls, "file forget rename folder ");
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

/* The first temporary name of this process for "a". */
static const char *own_part(const char *folder)
{
    char name[64];
    snprintf(name, sizeof name, "a.part-%ld-0", (long)getpid());
    return scratch_path(folder, name);
}

static void what_another_writer_has_begun_is_not_touched(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    scratch_write(scratch_path(folder, "a.part"), "half of someth", 14);
    scratch_write(own_part(folder), "on another host", 15);
    assert_ok(commit_bytes(folder, "a", "whole", 5));
    expect(folder, "a", "whole");
    expect(folder, "a.part", "half of someth");
    expect(folder, strrchr(own_part(folder), '/') + 1, "on another host");
    assert_int_equal(scratch_count(folder, "a"), 3);
    scratch_remove(folder);
}

static void a_link_under_the_temporary_name_is_not_followed(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    scratch_write(scratch_path(folder, "mine"), "mine", 4);
    assert_int_equal(symlink("mine", own_part(folder)), 0);
    assert_ok(commit_bytes(folder, "a", "new", 3));
    expect(folder, "mine", "mine");
    expect(folder, "a", "new");
    scratch_remove(folder);
}

enum { WRITERS = 4, TIMES = 200, EACH = 20000 };

/* In a process of its own: commit the same file again and again; 0 where every time it could.
 */
static int commit_often(const char *folder, char letter)
{
    static char bytes[EACH];
    int failed = 0;
    memset(bytes, letter, sizeof bytes);
    for (int i = 0; i < TIMES; i++) failed += commit_bytes(folder, "a", bytes, EACH) != ST_OK;
    return failed > 0;
}

static void many_may_write_one_file_and_the_last_one_stays(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    pid_t writer[WRITERS];
    size_t n;
    for (int i = 0; i < WRITERS; i++)
        if ((writer[i] = fork()) == 0) _exit(commit_often(folder, (char)('a' + i)));
    for (int i = 0; i < WRITERS; i++) {
        int how;
        assert_int_equal(waitpid(writer[i], &how, 0), writer[i]);
        assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    }
    char *bytes = scratch_read(scratch_path(folder, "a"), &n);
    assert_int_equal(n, EACH);
    for (size_t i = 1; i < n; i++) assert_int_equal(bytes[i], bytes[0]);
    free(bytes);
    assert_int_equal(scratch_count(folder, "part"), 0);
    scratch_remove(folder);
}

/* ---- file systems that cannot sync ---------------------------------------------------- */

static enum status commit_there(const char *folder, int folders, int files)
{
    folder_fault = folders, file_fault = files;
    enum status st = commit_folder(scratch_path(folder, "b/c"));
    if (st == ST_OK) st = commit_bytes(folder, "a", "whole", 5);
    folder_fault = file_fault = 0;
    return st;
}

static void a_folder_that_cannot_be_synced_is_said_once(void **state)
{
    (void)state;
    const int faults[] = {ENOTSUP, EINVAL, ENOSYS};
    int before = scratch_listen(), failed = 0;
    for (int i = 0; i < 3; i++) {
        const char *folder = scratch_folder();
        failed += commit_there(folder, faults[i], 0) != ST_OK;
        scratch_remove(folder);
    }
    const char *said = scratch_heard(before), *warning = strstr(said, "hourglass: warning: ");
    assert_int_equal(failed, 0);
    assert_non_null(warning);
    assert_non_null(strstr(warning, "cannot be synced as a folder (Operation not supported)"));
    assert_null(strstr(warning + 1, "hourglass: warning: "));
}

static void a_disk_that_fails_to_sync_is_a_failure(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    assert_fails(commit_there(folder, EIO, 0), ST_CANTCREATE,
                 "cannot be synced: Input/output error");
    assert_fails(commit_there(folder, 0, EIO), ST_CANTCREATE,
                 "cannot be synced: Input/output error");
    assert_fails(commit_there(folder, 0, ENOTSUP), ST_CANTCREATE, "cannot be synced");
    assert_int_equal(scratch_count(folder, "part"), 0);
    scratch_remove(folder);
}

/* ---- disks that are full or wrong ------------------------------------------------------ */

/* Commit too much over an older file: it fails in these words, and the older file stays. */
static void fail_over_older(const char *folder, const char *word)
{
    char *big = calloc(BIG, 1);
    enum status st = commit_bytes(folder, "a", big, BIG);
    free(big);
    assert_fails(st, ST_CANTCREATE, word);
    assert_non_null(strstr(status_message(), "a.part"));
    assert_int_equal(scratch_count(folder, "part"), 0);
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

static void expect_seen(const char *folder, enum disk what)
{
    disk = what;
    enum status st = commit_bytes(folder, "a", "newer", 5);
    disk = HONEST;
    assert_fails(st, ST_CANTCREATE, "does not hold what was written");
    assert_int_equal(scratch_count(folder, "part"), 0);
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
           strstr(status_message(), "a.part") &&
           strstr(status_message(), " cannot be created: Permission denied; choose");
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
    char part[64], other[64];
    const char *folder = scratch_folder();
    assert_ok(commit_part(folder, "r", part, sizeof part));
    assert_ok(commit_part(folder, "r", other, sizeof other));
    assert_string_not_equal(part, other);
    scratch_write(scratch_path(folder, part), "rows", 4);
    assert_ok(commit_file(folder, part, "r"));
    expect(folder, "r", "rows");
    expect(folder, other, "");
    assert_fails(commit_file(folder, part, "r"), ST_CANTCREATE, "r.part");
    expect(folder, "r", "rows");
    scratch_remove(folder);
}

static void a_file_given_up_goes_with_what_stands_beside_it(void **state)
{
    (void)state;
    char part[64], other[80];
    const char *folder = scratch_folder();
    assert_ok(commit_part(folder, "r", part, sizeof part));
    snprintf(other, sizeof other, "%s.data.0", part);
    scratch_write(scratch_path(folder, other), "", 0);
    snprintf(other, sizeof other, "%s0", part);
    scratch_write(scratch_path(folder, other), "", 0);
    commit_discard(folder, part);
    assert_true(scratch_exists(scratch_path(folder, other)));
    assert_int_equal(scratch_count(folder, "part"), 1);
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(committed_bytes_are_there_and_replace_older_ones),
        cmocka_unit_test(bytes_are_synced_before_the_name_and_the_folder_after),
        cmocka_unit_test(nothing_can_be_committed_as_well),
        cmocka_unit_test(what_another_writer_has_begun_is_not_touched),
        cmocka_unit_test(a_link_under_the_temporary_name_is_not_followed),
        cmocka_unit_test(many_may_write_one_file_and_the_last_one_stays),
        cmocka_unit_test(a_folder_that_cannot_be_synced_is_said_once),
        cmocka_unit_test(a_disk_that_fails_to_sync_is_a_failure),
        cmocka_unit_test(a_file_too_large_keeps_the_older_one),
        cmocka_unit_test(a_full_disk_keeps_the_older_file),
        cmocka_unit_test(a_full_file_system_keeps_the_older_file),
        cmocka_unit_test(a_disk_that_gives_back_other_bytes_is_seen),
        cmocka_unit_test(a_folder_that_one_may_not_write_to_is_named),
        cmocka_unit_test(a_folder_that_is_not_there_is_named),
        cmocka_unit_test(a_folder_comes_with_its_parents),
        cmocka_unit_test(a_file_that_others_have_written_is_put_in_place),
        cmocka_unit_test(a_file_given_up_goes_with_what_stands_beside_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
