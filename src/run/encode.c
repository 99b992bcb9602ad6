#include "run/encode.h"

#include "base/file.h"
#include "base/log.h"
#include "base/memory.h"
#include "comm/watchdog.h"
#include "net/code.h"
#include "pario/results_save.h"
#include "results_place.h"
#include "run/restore.h"
#include "run/values.h"
#include "step/plan.h"
#include "store/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* ---- the rows of a split ----------------------------------------------------------------- */

/* One encoding: the sweep of one batch, and this rank's part of the results. */
struct encoding {
    const struct job *job;
    const struct model *m;
    const struct samples *samples;
    size_t most; /* rows at a time */
    struct sweep *sweep;
    struct results_part part;
};

/* Layers at the front that corrupt. */
static int corrupting_layers(const struct model *m)
{
    int n = 0;
    while (n < m->count && m->layers[n].kind->corrupts) n++;
    return n;
}

static int always_corrupts(const struct model *m)
{
    return m->denoising && m->layers[0].always;
}

static void choose_arrays(struct encoding *e)
{
    const struct model *m = e->m;
    int *has = e->part.has;
    has[RESULTS_CODES] = has[RESULTS_RECONSTRUCTIONS] = has[RESULTS_RESIDUALS] = 1;
    has[RESULTS_LOG_VARIANCE] = m->variational;
    has[RESULTS_INPUTS] = m->denoising;
    has[RESULTS_DENOISED] = m->denoising && !always_corrupts(m);
}

static size_t width_of(const struct encoding *e, enum results_array a)
{
    return results_array_width(a, e->part.code, e->part.image);
}

static enum status allocate(struct encoding *e, struct model *m)
{
    int missing = 0;
    for (enum results_array a = 0; a < RESULTS_ARRAYS; a++) {
        if (!e->part.has[a]) continue;
        e->part.array[a] = malloc(e->part.rows * width_of(e, a) * sizeof(float));
        missing |= !e->part.array[a];
    }
    if (missing) return FAIL(ST_NOMEM, "no memory for the results of %zu rows", e->part.rows);
    return sweep_new(&e->sweep, m, 1, e->most, 0);
}

static void free_encoding(struct encoding *e)
{
    for (int a = 0; a < RESULTS_ARRAYS; a++) free(e->part.array[a]);
    sweep_free(e->sweep);
}

static float *at(const struct encoding *e, enum results_array a, size_t row)
{
    return e->part.array[a] ? e->part.array[a] + row * width_of(e, a) : NULL;
}

/* The samples as the layers in front have corrupted them, rows `to` and following of /inputs.
 */
static void keep_inputs(struct encoding *e, size_t rows, size_t to)
{
    memcpy(at(e, RESULTS_INPUTS, to), e->sweep->a[0]->y[corrupting_layers(e->m) - 1],
           rows * shape_size(e->m->input) * sizeof(float));
}

/* As evaluated: codes, reconstructions, residuals; `to` counts this rank's rows. */
static void encode_clean(struct encoding *e, struct batch b, size_t to)
{
    size_t n = b.rows * shape_size(e->m->input);
    float *image = at(e, RESULTS_RECONSTRUCTIONS, to), *residual = at(e, RESULTS_RESIDUALS, to);
    float *codes = at(e, RESULTS_CODES, to);
    e->sweep->batch[0] = b;
    code_encode(e->sweep, codes, at(e, RESULTS_LOG_VARIANCE, to));
    if (always_corrupts(e->m)) keep_inputs(e, b.rows, to);
    code_decode(e->sweep, codes, image, b.rows);
    for (size_t i = 0; i < n; i++) residual[i] = b.x[i] - image[i];
}

/* With the corruption that belongs to training: inputs and what becomes of them. */
static void encode_corrupted(struct encoding *e, struct batch b, size_t to)
{
    struct sweep *s = e->sweep;
    int last = e->m->count - 1;
    b.corrupt = 1;
    s->batch[0] = b;
    sweep_forward(s, 0, e->m->count);
    code_image(e->m, s->a[0]->y[last], at(e, RESULTS_DENOISED, to), b.rows);
    keep_inputs(e, b.rows, to);
}

/* The batches are cut shard by shard, so that they are the same on any rank count. */
static void encode_rows(struct encoding *e, const struct shards *s)
{
    float *x = e->sweep->a[0]->x;
    for (size_t i = 0; i < s->own; i++) {
        size_t rows;
        const uint32_t *row = shards_take(s, i, 0, s->total, &rows);
        for (size_t done = 0; done < rows; done += e->most) {
            struct batch b = {.rows = rows - done < e->most ? rows - done : e->most,
                              .row = row + done,
                              .purpose = PURPOSE_TEST,
                              .seed = (uint32_t)e->job->seed,
                              .x = x};
            size_t to = row[done] - s->first_row;
            watchdog_phase("encoding, row", (long)row[done]);
            samples_gather(e->samples, b.row, b.rows, x);
            encode_clean(e, b, to);
            if (e->part.has[RESULTS_DENOISED]) encode_corrupted(e, b, to);
        }
    }
}

static struct results_part part_of(const struct run *r)
{
    const struct shards *s = &r->test.shards;
    const struct samples *samples = &r->test.set.samples;
    return (struct results_part){.total = s->total,
                                 .first = s->first_row,
                                 .rows = s->rows,
                                 .code = shape_size(r->model->code),
                                 .image = r->model->input,
                                 .has_labels = samples->labels != NULL,
                                 .labels = samples->labels};
}

/* Results name their checkpoint: by its name where it lies in the run's folder, by its whole
 * path where it does not. */
static void name_checkpoint(struct run *r, const char *path)
{
    const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
    char inside[2 * JOB_PATH], whole[2 * JOB_PATH];
    struct stat a, b;
    snprintf(inside, sizeof inside, "%s/%s", r->folder, name);
    file_whole_path(path, whole, sizeof whole);
    int same = stat(inside, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev &&
               a.st_ino == b.st_ino;
    provenance_set(&r->provenance, "checkpoint", same ? name : whole);
}

/* Rank 0: say what the results are of, and whether they may go there. */
static enum status describe(struct run *r, const char *checkpoint, int newest,
                            const struct results_place *to)
{
    struct inspect f;
    char state[DIGEST_HEX] = "";
    enum status st = inspect_open(&f, checkpoint);
    if (st == ST_OK) inspect_text(&f, "/", "state_sha256", state, sizeof state);
    inspect_close(&f);
    name_checkpoint(r, checkpoint);
    provenance_set(&r->provenance, "checkpoint_sha256", state);
    provenance_set_number(&r->provenance, "epoch", (double)r->progress.at.epoch);
    provenance_set_data(&r->provenance, &r->test.set);
    struct results_origin origin = {&r->test.set, state, newest};
    return st == ST_OK ? results_place_check(to, &origin) : st;
}

static struct encoding encoding_of(const struct run *r)
{
    struct encoding e = {.job = &r->job,
                         .m = r->model,
                         .samples = &r->test.set.samples,
                         .most = plan_evaluation_rows(r->model, &r->test.shards),
                         .part = part_of(r)};
    choose_arrays(&e);
    return e;
}

size_t encode_bytes(const struct run *r)
{
    struct encoding e = encoding_of(r);
    size_t floats = 0, widest = 0;
    for (enum results_array a = 0; a < RESULTS_ARRAYS; a++) {
        size_t width = e.part.has[a] ? width_of(&e, a) : 0;
        floats += width;
        if (width > widest) widest = width;
    }
    return e.part.rows * floats * sizeof(float) +
           results_save_bytes(e.part.rows, widest * sizeof(float)) +
           sweep_bytes(r->model, 1, e.most, 0);
}

static enum status encode_and_save(struct run *r, const struct results_place *to)
{
    struct encoding e = encoding_of(r);
    struct provenance p = provenance_now(&r->provenance);
    enum status st = world_agree(r->w, allocate(&e, r->model));
    if (st == ST_OK) {
        encode_rows(&e, &r->test.shards);
        st = results_save(r->w, to->folder, to->name, &e.part, &p);
    }
    free_encoding(&e);
    return st;
}

enum status encode_split(struct run *r, const char *checkpoint, int newest,
                         const struct results_place *to)
{
    struct stopwatch watch = stopwatch_start(r->w, &r->times);
    enum status mine = r->w->rank == 0 ? describe(r, checkpoint, newest, to) : ST_OK;
    TRY(world_agree(r->w, mine));
    enum status st = encode_and_save(r, to);
    stopwatch_lap(&watch, &r->times.results);
    return st;
}

/* ---- a run on disk ----------------------------------------------------------------------- */

/* What this command has in memory at most: reading the checkpoint and the rows, which is done,
 * or making something of them. */
static void say_memory(struct run *r)
{
    size_t work = memory_now() + encode_bytes(r), most = memory_peak();
    if (work > most) most = work;
    log_line("  memory     a rank at most: %.0f MB", (double)world_most(r->w, most) / 1e6);
}

static void say_what_is_next(const struct run *r, const struct results_place *to)
{
    char path[2 * JOB_PATH];
    results_place_path(to, path, sizeof path);
    if (to->chosen)
        log_line("%s is written", path);
    else
        log_line("%s is written; next: hourglass-analysis figures %s", path, r->folder);
}

static enum status load_and_encode(struct run *r, const struct encode_options *o,
                                   const struct results_place *to)
{
    const char *split = *o->split ? o->split : r->job.test;
    TRY(restore_state(r, o->checkpoint, NULL));
    TRY(run_load(r, &r->test, split));
    TRY(values_check_finite(r, &r->test));
    TRY(provenance_collect(&r->provenance, r->w, &r->job, &r->test.set, r->began));
    log_line("encoding %zu rows of '%s' (%s) with %s", r->test.set.total, split,
             r->test.set.name, o->checkpoint);
    say_memory(r);
    TRY(encode_split(r, o->checkpoint, o->newest, to));
    say_what_is_next(r, to);
    return ST_OK;
}

enum status encode_run(struct world *w, const struct job *job,
                       const struct encode_options *options)
{
    struct run r;
    struct results_place to;
    enum status st = run_begin(&r, w, job);
    if (st == ST_OK) st = world_agree(w, results_place_choose(&to, r.folder, options->output));
    if (st == ST_OK) {
        to.told |= options->overwrite;
        st = load_and_encode(&r, options, &to);
    }
    run_end(&r);
    return st;
}
