#include "analysis/input/run.h"

#include "analysis/input/data_file.h"
#include "analysis/input/thousands.h"
#include "base/log.h"
#include "store/checkpoint.h"
#include "store/checkpoint_load.h"
#include "store/checkpoint_name.h"
#include "store/slabs.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static void note(struct run_part *part, enum status st)
{
    part->st = st;
    snprintf(part->why, sizeof part->why, "%.*s", RUN_WHY - 1,
             st == ST_OK ? "" : status_message());
}

static enum status open_results(struct run *r)
{
    char path[1200];
    struct stat facts;
    snprintf(path, sizeof path, "%s/results.h5", r->folder);
    if (stat(path, &facts) != 0)
        return FAIL(ST_NOINPUT, "%s is not there: `hourglass encode %s` makes it", path,
                    r->folder);
    TRY(results_open(&r->results, path));
    if (r->results.total == 0)
        return FAIL(ST_DATA, "%s holds no rows: the test split is empty", path);
    return ST_OK;
}

static enum status read_labels(struct run *r)
{
    if (!r->results.has_labels) return ST_OK;
    r->labels = calloc(r->results.total + 1, 1);
    if (!r->labels) return FAIL(ST_NOMEM, "no memory for %zu labels", r->results.total);
    return results_read_labels(&r->results, 0, r->results.total, r->labels);
}

/* Without a job file the run is called after its folder. */
static void name_after_folder(struct run *r)
{
    const char *slash = strrchr(r->folder, '/');
    snprintf(r->job.name, sizeof r->job.name, "%.100s", slash ? slash + 1 : r->folder);
}

/* What the checkpoint does not say: name, folder, data set.  None needs job.ini, but one that
 * is there and wrong is named. */
static void complete_job(struct run *r)
{
    struct job job;
    struct settings s = job_settings(&job), known = job_settings(&r->job);
    char path[1200], *bits = r->has_model.st == ST_OK ? settings_text(&known, 1) : NULL;
    snprintf(path, sizeof path, "%s/job.ini", r->folder);
    enum status st = settings_defaults(&s);
    if (st == ST_OK) st = settings_read_file(&s, path);
    if (st == ST_OK && bits) st = settings_read_text(&s, "checkpoint", bits);
    if (st == ST_OK) r->job = job;
    if (st != ST_OK && st != ST_NOINPUT)
        log_warning(
            "%s; what only this file says of the run is not known: its name, its data set",
            status_message());
    free(bits);
}

/* A text that the results say of where they come from, "" where they do not. */
static void ask_results(const struct run *r, const char *name, char *text, size_t n)
{
    *text = '\0';
    if (r->has_results.st == ST_OK) results_provenance(&r->results, name, text, n);
}

static enum status encode_again(const struct run *r, const char *checkpoint, const char *why)
{
    return FAIL(ST_DATA, "%s comes from %s, which %s: encode again, with `hourglass encode %s`",
                r->results.path, checkpoint, why, r->folder);
}

/* The checkpoint that the results come from: its name in the run's folder or its whole path,
 * and the digest of its state.  Results of the past name none: then it is the newest. */
static enum status find_checkpoint(struct run *r, char *path, size_t n)
{
    char name[1024], wanted[DIGEST_HEX], found[DIGEST_HEX];
    ask_results(r, "checkpoint", name, sizeof name);
    ask_results(r, "checkpoint_sha256", wanted, sizeof wanted);
    if (!*name) return checkpoint_newest(r->folder, path, n);
    int inside = name[0] != '/';
    snprintf(path, n, "%s%s%s", inside ? r->folder : "", inside ? "/" : "", name);
    enum status st = checkpoint_load_digest(path, found);
    if (st == ST_NOINPUT) return encode_again(r, name, "is not there");
    if (st == ST_DATA) return encode_again(r, name, "is damaged");
    TRY(st);
    if (*wanted && strcmp(found, wanted) != 0)
        return encode_again(r, name, "holds another state now");
    return ST_OK;
}

static enum status open_model(struct run *r, char *checkpoint, size_t n)
{
    struct settings s = job_settings(&r->job);
    TRY(settings_defaults(&s));
    TRY(find_checkpoint(r, checkpoint, n));
    enum status st = checkpoint_load_model(checkpoint, &r->job, &r->model);
    checkpoint_load_end();
    return st;
}

/* Codes and images of the results fit the model. */
static enum status compare(const struct run *r)
{
    if (shape_size(r->model->code) == r->results.code &&
        shape_equal(r->model->input, r->results.image))
        return ST_OK;
    return FAIL(ST_DATA,
                "%s holds codes and images of another model: run `hourglass encode %s`",
                r->results.path, r->folder);
}

/* The epoch behind the results: their own word for it, or the checkpoint's name. */
static void find_epoch(struct run *r, const char *checkpoint)
{
    const char *slash = strrchr(checkpoint, '/');
    long epoch = 0, step = 0;
    ask_results(r, "epoch", r->epoch, sizeof r->epoch);
    if (*r->epoch || !slash || !checkpoint_name_parse(slash + 1, &epoch, &step)) return;
    snprintf(r->epoch, sizeof r->epoch, "%ld%s", epoch, step ? "+" : "");
}

/* The split of the results.  Those of the past, without the digest of their checkpoint, may say
 * the training's; they were of the test split. */
static void find_split(struct run *r)
{
    char digest[DIGEST_HEX];
    ask_results(r, "checkpoint_sha256", digest, sizeof digest);
    if (*digest) ask_results(r, "data_split", r->split, sizeof r->split);
    if (!*r->split) memcpy(r->split, r->job.test, sizeof r->split);
}

static enum status find_data(struct run *r)
{
    char path[JOB_PATH];
    const struct results *results = r->has_results.st == ST_OK ? &r->results : NULL;
    enum status st = data_file_find(results, &r->job, r->folder, path);
    memcpy(r->job.file, path, sizeof path);
    return st;
}

/* The data set's own name, from the results or from the file itself, or the file's name. */
static void find_data_name(struct run *r)
{
    struct slabs s;
    const char *slash = strrchr(r->job.file, '/');
    ask_results(r, "data_name", r->data_name, sizeof r->data_name);
    if (*r->data_name) return;
    snprintf(r->data_name, sizeof r->data_name, "%.60s", slash ? slash + 1 : r->job.file);
    if (r->has_data.st != ST_OK) return;
    if (slabs_open(&s, r->job.file, r->job.test) == ST_OK && strcmp(s.name, "unknown") != 0)
        snprintf(r->data_name, sizeof r->data_name, "%s", s.name);
    slabs_close(&s);
}

static void open_parts(struct run *r)
{
    char path[1200], checkpoint[2200] = "";
    note(&r->has_results, open_results(r));
    note(&r->has_model, open_model(r, checkpoint, sizeof checkpoint));
    name_after_folder(r);
    complete_job(r);
    snprintf(path, sizeof path, "%s/metrics.csv", r->folder);
    note(&r->has_metrics, metrics_read(&r->metrics, path));
    if (r->has_results.st == ST_OK) note(&r->has_results, read_labels(r));
    if (r->has_results.st == ST_OK && r->has_model.st == ST_OK) note(&r->has_model, compare(r));
    find_epoch(r, checkpoint);
    find_split(r);
    note(&r->has_data, find_data(r));
    find_data_name(r);
}

enum status run_open(struct run *r, const char *folder)
{
    struct stat facts;
    *r = (struct run){.labels = NULL};
    if (strlen(folder) >= sizeof r->folder)
        return FAIL(ST_NOINPUT, "the name of the run folder is too long");
    r->residuals = calloc(1, sizeof *r->residuals);
    if (!r->residuals) return FAIL(ST_NOMEM, "no memory for the run %s", folder);
    strcpy(r->folder, folder);
    for (size_t n = strlen(folder); n > 1 && r->folder[n - 1] == '/'; n--)
        r->folder[n - 1] = '\0';
    if (stat(folder, &facts) != 0 || !S_ISDIR(facts.st_mode))
        return FAIL(ST_NOINPUT, "%s is not a run folder; `hourglass train` makes one", folder);
    open_parts(r);
    return ST_OK;
}

void run_free(struct run *r)
{
    results_close(&r->results);
    model_free(r->model);
    metrics_free(&r->metrics);
    free(r->labels);
    if (r->residuals && r->residuals->value) r->residuals->free(r->residuals->value);
    free(r->residuals);
    r->model = NULL, r->labels = NULL, r->residuals = NULL;
}

enum status run_check_finite(const struct run *r, const char *what, const float *x, size_t n)
{
    size_t wrong = 0;
    for (size_t i = 0; i < n; i++) wrong += (size_t)!isfinite(x[i]);
    return wrong == 0 ? ST_OK
                      : FAIL(ST_DATA,
                             "%s: %s hold values that are not finite: the model has diverged; "
                             "train it again with a smaller learning rate",
                             r->folder, what);
}

enum status run_read(const struct run *r, enum results_array a, size_t first, size_t rows,
                     float *out)
{
    size_t width = results_array_width(a, r->results.code, r->results.image);
    TRY(results_read(&r->results, a, first, rows, out));
    return run_check_finite(r, results_array_name(a), out, rows * width);
}

enum status run_samples(const struct run *r, size_t first, size_t rows, float *out)
{
    enum status st = ST_OK;
    size_t n = rows * shape_size(r->results.image);
    float *residual = calloc(n + 1, sizeof *residual);
    if (!residual) return FAIL(ST_NOMEM, "no memory for %zu images", rows);
    TRY_DONE(run_read(r, RESULTS_RECONSTRUCTIONS, first, rows, out));
    TRY_DONE(run_read(r, RESULTS_RESIDUALS, first, rows, residual));
    for (size_t i = 0; i < n; i++) out[i] += residual[i];
done:
    free(residual);
    return st;
}

static int are_digits(const struct run *r)
{
    if (strcmp(r->data_name, "MNIST") != 0 || !r->labels) return 0;
    for (size_t i = 0; i < r->results.total; i++)
        if (r->labels[i] > 9) return 0;
    return 1;
}

const char *run_label(const struct run *r, int many)
{
    if (are_digits(r)) return many ? "digits" : "digit";
    return many ? "classes" : "class";
}

size_t run_metrics_row(const struct run *r)
{
    double epoch = strtod(r->epoch, NULL);
    for (size_t i = r->metrics.rows; i-- > 0;)
        if (metrics_at(&r->metrics, i, METRICS_EPOCH) == epoch) return i;
    return r->metrics.rows - 1;
}

void run_describe(const struct run *r, char *text, size_t n)
{
    char epoch[48] = "", count[64] = "";
    int known = r->has_results.st == ST_OK;
    if (*r->epoch) snprintf(epoch, sizeof epoch, ", epoch %s", r->epoch);
    if (known)
        snprintf(count, sizeof count, ", %s %s %s", thousands_text(r->results.total), r->split,
                 r->results.total == 1 ? "image" : "images");
    snprintf(text, n, "Run %s, %s%s%s.", r->job.name, r->data_name, epoch, count);
}
