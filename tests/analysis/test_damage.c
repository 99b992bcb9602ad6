/* Damaged, truncated, empty and strange run folders: a message or a sensible figure, never a
 * crash.  Each damage is done to a copy of the bytes, in many places. */
#include "check.h"

#include "analysis/figures/figures.h"
#include "analysis/numbers/baseline.h"
#include "analysis/numbers/residuals.h"

#include "made_run.h"

#include <dirent.h>
#include <sys/stat.h>

/* ---- files of a made run -------------------------------------------------------------- */

struct bytes {
    char path[600];
    unsigned char *data;
    size_t n;
};

static struct bytes read_bytes(const struct made_run *r, const char *name)
{
    struct bytes b;
    snprintf(b.path, sizeof b.path, "%s/%s", r->folder, name);
    FILE *f = fopen(b.path, "rb");
    assert_non_null(f);
    fseek(f, 0, SEEK_END);
    b.n = (size_t)ftell(f);
    rewind(f);
    b.data = malloc(b.n + 1);
    assert_int_equal(fread(b.data, 1, b.n, f), b.n);
    fclose(f);
    return b;
}

/* The first n of the bytes as the file. */
static void write_bytes(const struct bytes *b, size_t n)
{
    FILE *f = fopen(b->path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(b->data, 1, n, f), n);
    fclose(f);
}

static const char *checkpoint_of(const struct made_run *r)
{
    static char name[300];
    DIR *d = opendir(r->folder);
    for (struct dirent *e; (e = readdir(d));)
        if (strncmp(e->d_name, "checkpoint-", 11) == 0)
            snprintf(name, sizeof name, "%s", e->d_name);
    closedir(d);
    return name;
}

/* ---- all that the figures read -------------------------------------------------------- */

/* A failure has words; what the results do not hold is not asked for. */
static void met(enum status st)
{
    if (st == ST_OK) return;
    assert_true(st == ST_DATA || st == ST_NOINPUT || st == ST_SETTING);
    assert_true(strlen(status_message()) > 10);
}

static void read_arrays(const struct run *run)
{
    size_t total = run->results.total, code = run->results.code;
    size_t width = shape_size(run->results.image);
    if (total > 1000 || code > 1000 || width > 100000) return;
    float *x = malloc(total * (code > width ? code : width) * sizeof *x);
    for (int a = 0; a < RESULTS_ARRAYS; a++)
        if (run->results.has[a]) met(run_read(run, (enum results_array)a, 0, total, x));
    if (run->results.has[RESULTS_RESIDUALS]) met(run_samples(run, 0, total, x));
    free(x);
}

static void read_all(const char *folder)
{
    struct run run;
    struct baseline b;
    const struct pca *x;
    assert_ok(run_open(&run, folder));
    met(run.has_results.st);
    met(run.has_model.st);
    met(run.has_metrics.st);
    if (run.has_results.st == ST_OK) {
        read_arrays(&run);
        if (run.results.has[RESULTS_RESIDUALS] && shape_size(run.results.image) < 5000) {
            met(residuals_of(&run, &x));
            met(baseline_compute(&run, &b));
        }
    }
    run_free(&run);
}

/* The control: without damage everything is there. */
static void assert_opens(const struct made_run *r)
{
    struct run run;
    assert_ok(run_open(&run, r->folder));
    assert_int_equal(run.has_results.st, ST_OK);
    assert_int_equal(run.has_model.st, ST_OK);
    assert_int_equal(run.has_metrics.st, ST_OK);
    run_free(&run);
}

/* Turn over one bit, or all, of every step-th byte, one at a time. */
static void flip_bytes(const struct made_run *r, const char *name, size_t step)
{
    struct bytes b = read_bytes(r, name);
    assert_opens(r);
    for (size_t at = 0, k = 0; at < b.n; at += step, k++) {
        unsigned char was = b.data[at];
        b.data[at] = (unsigned char)(was ^ (k % 3 == 2 ? 0xffu : 1u << k % 8));
        write_bytes(&b, b.n);
        read_all(r->folder);
        b.data[at] = was;
    }
    write_bytes(&b, b.n);
    free(b.data);
}

/* The part of a run that lives in that file; NULL for job.ini, which none needs. */
static const struct run_part *part_of(const struct run *run, const char *file)
{
    return strcmp(file, "results.h5") == 0         ? &run->has_results
           : strcmp(file, "metrics.csv") == 0      ? &run->has_metrics
           : strncmp(file, "checkpoint-", 11) == 0 ? &run->has_model
                                                   : NULL;
}

/* That file is no file: its part is not there, in words that name it, and all others are. */
static void expect_without(const struct made_run *r, const char *file)
{
    struct run run;
    assert_ok(run_open(&run, r->folder));
    const struct run_part *parts[] = {&run.has_results, &run.has_model, &run.has_metrics};
    const struct run_part *lost = part_of(&run, file);
    for (int i = 0; i < 3; i++) assert_int_equal(parts[i]->st == ST_OK, parts[i] != lost);
    if (lost) {
        assert_true(lost->st == ST_NOINPUT || lost->st == ST_DATA);
        assert_non_null(strstr(lost->why, lost == &run.has_model ? "checkpoint" : file));
    }
    run_free(&run);
    read_all(r->folder);
}

static void cut_short(const struct made_run *r, const char *name)
{
    struct bytes b = read_bytes(r, name);
    for (size_t k = 0; k < 24; k++) {
        write_bytes(&b, b.n * k / 24);
        read_all(r->folder);
        if (strstr(name, ".h5")) expect_without(r, name); /* a table has fewer rows */
    }
    write_bytes(&b, b.n);
    free(b.data);
}

/* ---- the tests ------------------------------------------------------------------------ */

static void flipped_bytes_of_the_results_are_survived(void **state)
{
    (void)state;
    struct made_run r = {.rows = 12, .denoising = 1};
    made_new(&r);
    flip_bytes(&r, "results.h5", 53);
    cut_short(&r, "results.h5");
    made_free(&r);
}

static void flipped_bytes_of_a_checkpoint_are_always_seen(void **state)
{
    (void)state;
    struct made_run r = {.rows = 4};
    struct run run;
    made_new(&r);
    struct bytes b = read_bytes(&r, checkpoint_of(&r));
    for (size_t at = 0; at < b.n; at += b.n / 150) {
        b.data[at] ^= 0x10;
        write_bytes(&b, b.n);
        assert_ok(run_open(&run, r.folder));
        assert_int_equal(run.has_model.st, ST_DATA);
        assert_non_null(strstr(run.has_model.why, "checkpoint-"));
        run_free(&run);
        b.data[at] ^= 0x10;
    }
    free(b.data);
    cut_short(&r, checkpoint_of(&r));
    made_free(&r);
}

static void flipped_bytes_of_texts_are_survived(void **state)
{
    (void)state;
    struct made_run r = {.rows = 4};
    made_new(&r);
    flip_bytes(&r, "metrics.csv", 3);
    flip_bytes(&r, "job.ini", 17);
    cut_short(&r, "metrics.csv");
    cut_short(&r, "job.ini");
    made_free(&r);
}

static void damage_of_a_metrics_table_is_drawn_or_named(void **state)
{
    (void)state;
    static const char *const rows[] = {
        "1,0,1e308,-1e308,1,1,1,1,1,1,1\n2,0,-1e308,1e308,1,1,1,1,1,1,1\n",
        "1,0,1e-320,1e-310,1,1,1,1,1,1,1\n2,0,1e308,1e-300,1,1,1,1,1,1,1\n",
        "-1e300,0,1,2,,,,,,,\n1e300,0,2,1,,,,,,,\n",
        "1,0,nan,inf,-inf,nan,,,,,\n",
        "5,0,,,,,,,,,\n",
        "2,0,1,1,1,1,1,1,1,1,1\n1,0,2,2,2,2,2,2,2,2,2\n",
        "1e-310,0,0,0,0,0,0,0,0,0,0\n2e-310,0,0,0,0,0,0,0,0,0,0\n",
    };
    struct made_run r = {.rows = 4};
    made_new(&r);
    struct bytes b = read_bytes(&r, "metrics.csv");
    size_t header = (size_t)((unsigned char *)memchr(b.data, '\n', b.n) - b.data) + 1;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        memcpy(b.data + header, rows[i], strlen(rows[i]));
        write_bytes(&b, header + strlen(rows[i]));
        met(figures_draw(&(struct figures_options){.run = r.folder, .only = "loss-curves"}));
    }
    free(b.data);
    made_free(&r);
}

/* A FIFO, a folder or nothing in place of each file; nobody waits. */
static void what_is_no_file_is_named(void **state)
{
    (void)state;
    struct made_run r = {.rows = 4};
    made_new(&r);
    const char *names[] = {"results.h5", "metrics.csv", "job.ini", checkpoint_of(&r)};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct bytes b = read_bytes(&r, names[i]);
        assert_int_equal(remove(b.path), 0);
        expect_without(&r, names[i]);
        assert_int_equal(mkfifo(b.path, 0600), 0);
        expect_without(&r, names[i]);
        assert_int_equal(remove(b.path), 0);
        assert_int_equal(mkdir(b.path, 0700), 0);
        expect_without(&r, names[i]);
        assert_int_equal(rmdir(b.path), 0);
        write_bytes(&b, 0);
        expect_without(&r, names[i]);
        write_bytes(&b, b.n);
        free(b.data);
    }
    assert_opens(&r);
    made_free(&r);
}

/* Whatever is drawn, no temporary file is left. */
static void assert_no_part(const char *folder)
{
    DIR *d = opendir(folder);
    for (struct dirent *e; d && (e = readdir(d));)
        if (strstr(e->d_name, ".part")) fail_msg("%s is left", e->d_name);
    if (d) closedir(d);
}

static void results_of_one_value_are_drawn_or_named(void **state)
{
    (void)state;
    const float values[] = {NAN, INFINITY, -INFINITY, 3e38f, -3e38f, 1e-45f, 0};
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        struct made_run r = {.rows = 12, .denoising = 1, .filled = 1, .fill = values[i]};
        made_new(&r);
        enum status st =
            figures_draw(&(struct figures_options){.run = r.folder, .folder = r.folder});
        if (!isfinite(values[i])) {
            assert_int_equal(st, ST_DATA);
            assert_non_null(strstr(status_message(), "not finite"));
        }
        met(st);
        assert_no_part(r.folder);
        made_free(&r);
    }
}

static void results_of_another_shape_are_named(void **state)
{
    (void)state;
    struct made_run r = {.rows = 12, .code = 3};
    struct run run;
    made_new(&r);
    assert_ok(run_open(&run, r.folder));
    assert_int_equal(run.has_results.st, ST_OK);
    assert_int_equal(run.has_model.st, ST_DATA);
    assert_non_null(strstr(run.has_model.why, "hourglass encode"));
    run_free(&run);
    made_free(&r);
}

static void results_without_rows_are_named(void **state)
{
    (void)state;
    struct made_run r = {.rows = 0};
    made_new(&r);
    struct figures_options o = {.run = r.folder, .folder = r.folder, .only = "reconstructions"};
    assert_fails(figures_draw(&o), ST_NOINPUT, "empty");
    made_free(&r);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flipped_bytes_of_the_results_are_survived),
        cmocka_unit_test(flipped_bytes_of_a_checkpoint_are_always_seen),
        cmocka_unit_test(flipped_bytes_of_texts_are_survived),
        cmocka_unit_test(damage_of_a_metrics_table_is_drawn_or_named),
        cmocka_unit_test(what_is_no_file_is_named),
        cmocka_unit_test(results_of_one_value_are_drawn_or_named),
        cmocka_unit_test(results_of_another_shape_are_named),
        cmocka_unit_test(results_without_rows_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
