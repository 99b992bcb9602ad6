#include "scratch.h"

#include "comm/world.h"
#include "pario/results_save.h"

#include <errno.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>

/* Every rank runs these tests. */
static struct world w;

enum { TOTAL = 1003, CODE = 3, SIDE = 5, PIXELS = SIDE * SIDE };

static char folder[64];

/* What the disk does with what is written at a place: keep it, say that there is no room, or
 * lose what is longer than the file's own words, in silence. */
static enum disk { KEEPS, FULL, LOSES } disk;

enum { WORDS = 8192 }; /* bytes */

/* What a write of so many bytes comes to that does not reach the disk; 0 where it does. */
static ssize_t lost(size_t n)
{
    if (disk == FULL) return errno = ENOSPC, -1;
    return disk == LOSES && n > WORDS ? (ssize_t)n : 0;
}

/* These stand before the C library's. */
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at)
{
    ssize_t gone = lost(n);
    return gone ? gone : syscall(SYS_pwrite64, fd, bytes, n, at);
}

ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t at)
{
    size_t n = 0;
    for (int i = 0; i < count; i++) n += parts[i].iov_len;
    ssize_t gone = lost(n);
    return gone ? gone : syscall(SYS_pwritev, fd, parts, (long)count, (long)at, 0L);
}

static int syncs; /* of files, by this rank */

int fsync(int fd)
{
    struct stat s;
    syncs += fstat(fd, &s) == 0 && S_ISREG(s.st_mode);
    return (int)syscall(SYS_fsync, fd);
}

static int begin(void **state)
{
    (void)state;
    if (w.rank == 0) snprintf(folder, sizeof folder, "%s", scratch_folder());
    world_broadcast(&w, folder, sizeof folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    world_barrier(&w);
    if (w.rank == 0) scratch_remove(folder);
    return 0;
}

static size_t width_of(int a)
{
    return a == RESULTS_CODES || a == RESULTS_LOG_VARIANCE ? CODE : PIXELS;
}

static float value(int a, size_t row, size_t i)
{
    return (float)a + 10 * (float)row + 0.01f * (float)i;
}

/* This rank's rows of arrays that are known at each place. */
static void make_part(struct results_part *p)
{
    size_t rank = (size_t)w.rank, size = (size_t)w.size;
    *p = (struct results_part){.total = TOTAL, .first = TOTAL * rank / size, .code = CODE};
    p->rows = TOTAL * (rank + 1) / size - p->first;
    p->image = (struct shape){SIDE, SIDE, 1};
    p->labels = calloc(p->rows + 1, 1);
    p->has_labels = 1;
    for (size_t i = 0; i < p->rows; i++) p->labels[i] = (uint8_t)((p->first + i) % 10);
    for (int a = 0; a < RESULTS_ARRAYS; a++) {
        p->has[a] = a != RESULTS_INPUTS && a != RESULTS_DENOISED;
        if (!p->has[a]) continue;
        p->array[a] = calloc(p->rows * width_of(a) + 1, sizeof(float));
        for (size_t i = 0; i < p->rows * width_of(a); i++)
            p->array[a][i] = value(a, p->first + i / width_of(a), i % width_of(a));
    }
}

static void free_part(struct results_part *p)
{
    free(p->labels);
    for (int a = 0; a < RESULTS_ARRAYS; a++) free(p->array[a]);
}

static void expect_array(const struct results *r, int a)
{
    size_t width = width_of(a);
    float *out = calloc(TOTAL * width, sizeof *out);
    assert_ok(results_read(r, (enum results_array)a, 0, TOTAL, out));
    for (size_t i = 0; i < TOTAL * width; i++)
        assert_true(out[i] == value(a, i / width, i % width));
    assert_ok(results_read(r, (enum results_array)a, 700, 2, out));
    assert_true(out[width] == value(a, 701, 0));
    free(out);
}

/* The file holds every row at its place, whoever wrote it. */
static void expect_all(const char *path)
{
    struct results r;
    uint8_t labels[TOTAL];
    char text[16];
    assert_ok(results_open(&r, path));
    assert_int_equal(r.total, TOTAL);
    assert_int_equal(r.code, CODE);
    assert_true(shape_equal(r.image, (struct shape){SIDE, SIDE, 1}));
    assert_false(r.has[RESULTS_INPUTS]);
    for (int a = 0; a < RESULTS_ARRAYS; a++)
        if (r.has[a]) expect_array(&r, a);
    assert_true(r.has_labels);
    assert_ok(results_read_labels(&r, 0, TOTAL, labels));
    for (size_t i = 0; i < TOTAL; i++) assert_int_equal(labels[i], i % 10);
    results_provenance(&r, "run", text, sizeof text);
    assert_string_equal(text, "a test");
    results_provenance(&r, "nothing", text, sizeof text);
    assert_string_equal(text, "");
    assert_int_equal(results_read_labels(&r, TOTAL - 1, 2, labels), ST_DATA);
    results_close(&r);
}

static const struct text_attribute entries[] = {{"run", "a test"}};
static const struct provenance provenance = {entries, 1};

static void every_row_is_at_its_place(void **state)
{
    struct results_part p;
    (void)state;
    make_part(&p);
    assert_ok(results_save(&w, folder, "results.h5", &p, &provenance));
    expect_all(scratch_path(folder, "results.h5"));
    assert_ok(results_save(&w, folder, "results.h5", &p, &provenance)); /* and once more */
    expect_all(scratch_path(folder, "results.h5"));
    assert_int_equal(scratch_count(folder, "part"), 0);
    free_part(&p);
}

static void every_rank_syncs_its_bytes_before_the_name_is_given(void **state)
{
    struct results_part p;
    (void)state;
    make_part(&p);
    syncs = 0;
    assert_ok(results_save(&w, folder, "results.h5", &p, &provenance));
    assert_int_equal(syncs, w.rank == 0 ? 2 : 1);
    free_part(&p);
}

static void what_another_writer_has_begun_is_not_touched(void **state)
{
    struct results_part p;
    (void)state;
    make_part(&p);
    if (w.rank == 0) scratch_write(scratch_path(folder, "results.h5.part"), "half", 4);
    assert_ok(results_save(&w, folder, "results.h5", &p, &provenance));
    expect_all(scratch_path(folder, "results.h5"));
    assert_int_equal(scratch_count(folder, "part"), 1);
    free_part(&p);
}

static void a_folder_that_is_not_there_is_named_on_every_rank(void **state)
{
    struct results_part p;
    (void)state;
    make_part(&p);
    assert_fails(results_save(&w, "/no/such", "r.h5", &p, NULL), ST_CANTCREATE,
                 "/no/such/r.h5");
    free_part(&p);
}

static void a_damaged_results_file_is_refused(void **state)
{
    struct results_part p;
    struct results r;
    (void)state;
    make_part(&p);
    p.has[RESULTS_RECONSTRUCTIONS] = 0;
    assert_ok(results_save(&w, folder, "r.h5", &p, NULL));
    assert_fails(results_open(&r, scratch_path(folder, "r.h5")), ST_DATA,
                 "/reconstructions is not there");
    assert_fails(results_open(&r, "/no/such.h5"), ST_NOINPUT, "/no/such.h5");
    assert_fails(results_open(&r, folder), ST_DATA, "folder");
    free_part(&p);
}

/* With no room for the rows, saving fails on every rank alike and the older file stays. */
static void fail_to_save(struct results_part *p)
{
    enum status st = results_save(&w, folder, "results.h5", p, &provenance);
    int part = scratch_count(folder, "part");
    int older = scratch_exists(scratch_path(folder, "results.h5"));
    world_barrier(&w); /* all have looked before one cleans up */
    assert_int_equal(st, ST_CANTCREATE);
    assert_false(part);
    assert_true(older);
}

static void a_file_too_large_fails_on_every_rank_alike(void **state)
{
    struct results_part p;
    struct rlimit before, small;
    (void)state;
    make_part(&p);
    if (w.rank == 0) scratch_write(scratch_path(folder, "results.h5"), "older", 5);
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    small = (struct rlimit){60000, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &small);
    fail_to_save(&p);
    setrlimit(RLIMIT_FSIZE, &before);
    free_part(&p);
}

static void fail_on(enum disk what)
{
    struct results_part p;
    make_part(&p);
    if (w.rank == 0) scratch_write(scratch_path(folder, "results.h5"), "older", 5);
    disk = what;
    fail_to_save(&p);
    disk = KEEPS;
    free_part(&p);
}

static void a_full_disk_fails_on_every_rank_alike(void **state)
{
    (void)state;
    fail_on(FULL);
}

static void a_disk_that_loses_rows_fails_on_every_rank_alike(void **state)
{
    (void)state;
    fail_on(LOSES);
}

static void a_full_file_system_fails_on_every_rank_alike(void **state)
{
    struct results_part p;
    (void)state;
    int mounted = w.rank == 0 && mount("tmpfs", folder, "tmpfs", 0, "size=128k") == 0;
    world_broadcast(&w, &mounted, sizeof mounted);
    if (!mounted) {
        print_message("skipped: only root can mount a small file system\n");
        skip();
    }
    make_part(&p);
    if (w.rank == 0) scratch_write(scratch_path(folder, "results.h5"), "older", 5);
    fail_to_save(&p);
    if (w.rank == 0) umount2(folder, MNT_DETACH);
    free_part(&p);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(every_row_is_at_its_place),
        TEST(every_rank_syncs_its_bytes_before_the_name_is_given),
        TEST(what_another_writer_has_begun_is_not_touched),
        TEST(a_folder_that_is_not_there_is_named_on_every_rank),
        TEST(a_damaged_results_file_is_refused),
        TEST(a_file_too_large_fails_on_every_rank_alike),
        TEST(a_full_disk_fails_on_every_rank_alike),
        TEST(a_disk_that_loses_rows_fails_on_every_rank_alike),
        TEST(a_full_file_system_fails_on_every_rank_alike),
    };
    assert_ok(world_init(&w, &argc, &argv));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&w);
    return failed;
}
