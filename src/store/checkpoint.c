/* checkpoint - writing, naming and deleting; reading is in checkpoint_load.c. */
#include "store/checkpoint.h"

#include "base/log.h"
#include "checkpoint_files.h"
#include "h5.h"
#include "h5_write.h"
#include "seal.h"
#include "state.h"
#include "store/commit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

void checkpoint_name(long epoch, long step, char *name, size_t n)
{
    snprintf(name, n, "checkpoint-%04ld-%06ld.h5", epoch, step);
}

/* ---- writing -------------------------------------------------------------------------- */

/* Write an array with its digest. */
static enum status write_array(hid_t file, struct array *a)
{
    char hex[DIGEST_HEX];
    size_t n = h5_type_bytes(a->type);
    for (int i = 0; i < a->rank; i++) n *= a->dims[i];
    TRY(digest_bytes(a->data, n, hex));
    a->facts[0] = (struct fact){"sha256", hex};
    return h5_write_array(file, a);
}

/* The variables of all layers under /group/NAME/vars, from a flat array of the model. */
static enum status write_variables(hid_t file, const char *group, const struct model *m,
                                   const float *flat)
{
    char name[128];
    TRY(h5_write_group(file, group));
    for (int i = 0; i < m->count; i++) {
        const struct layer *l = &m->layers[i];
        for (int k = 0; k < l->variables; k++) {
            const struct variable *v = &l->variable[k];
            struct array a = {.name = name, .type = ARRAY_FLOAT, .rank = v->rank};
            memcpy(a.dims, v->dims, sizeof a.dims);
            a.data = flat + v->at;
            snprintf(name, sizeof name, "%s/%s/vars/%d", group, l->name, k);
            TRY(write_array(file, &a));
        }
    }
    return ST_OK;
}

static enum status write_optimizer(hid_t file, const struct checkpoint *c)
{
    const struct optimizer *o = c->optimizer;
    char group[64];
    TRY(h5_write_group(file, "/optimizer"));
    for (int i = 0; i < o->slots; i++) {
        snprintf(group, sizeof group, "/optimizer/%s", o->slot_name[i]);
        TRY(write_variables(file, group, c->model, o->slot[i]));
    }
    return ST_OK;
}

/* One row a finished epoch; before the first there is no array. */
static enum status write_rows(hid_t file, const char *name, const double *rows, long count,
                              size_t columns)
{
    struct array a = {.name = name, .type = ARRAY_DOUBLE, .rank = 2, .data = rows};
    a.dims[0] = (size_t)count, a.dims[1] = columns;
    a.labels[0] = "epoch", a.labels[1] = "column";
    return count && rows ? write_array(file, &a) : ST_OK;
}

static enum status write_progress(hid_t file, const struct progress *p)
{
    const long ints[] = {p->epoch, p->step, p->total_steps, p->best_epoch};
    const double reals[] = {p->best_loss};
    struct array sums = {.name = "/progress/sums",
                         .type = ARRAY_DOUBLE,
                         .rank = 1,
                         .dims = {PROGRESS_SUMS},
                         .data = p->sums};
    TRY(h5_write_group(file, "/progress"));
    for (int i = 0; state_ints[i]; i++)
        TRY(h5_write_int(file, "/progress", state_ints[i], ints[i]));
    for (int i = 0; state_reals[i]; i++)
        TRY(h5_write_real(file, "/progress", state_reals[i], reals[i]));
    TRY(write_array(file, &sums));
    return write_rows(file, "/progress/history", p->history, p->epoch, PROGRESS_COLUMNS);
}

static enum status write_job(hid_t file, const struct job *job)
{
    struct job copy = *job;
    struct settings s = job_settings(&copy);
    char *text = settings_text(&s, 1);
    if (!text) return FAIL(ST_NOMEM, "no memory for the settings");
    enum status st = h5_write_text(file, "/job", text);
    free(text);
    return st;
}

static enum status write_state_digest(hid_t id)
{
    struct h5_file f = {.path = "the checkpoint in memory", .id = id, .bytes = (size_t)-1};
    char hex[DIGEST_HEX];
    TRY(state_digest(&f, hex));
    return h5_write_fact(id, "/", "state_sha256", hex);
}

static enum status build(hid_t file, const struct checkpoint *c)
{
    const struct progress *p = c->progress;
    TRY(write_variables(file, "/layers", c->model, c->model->w));
    TRY(write_optimizer(file, c));
    TRY(write_progress(file, p));
    TRY(write_job(file, c->job));
    TRY(write_state_digest(file));
    TRY(h5_write_provenance(file, c->provenance));
    return write_rows(file, "/provenance/timing", p->timing, p->epoch, PROGRESS_TIMES);
}

/* Commit the bytes with their seal. */
static enum status seal_and_commit(const char *folder, const char *name, void **bytes, size_t n)
{
    char *longer = realloc(*bytes, n + SEAL_BYTES);
    if (!longer) return FAIL(ST_NOMEM, "no memory for a checkpoint of %zu bytes", n);
    *bytes = longer;
    TRY(seal_write(longer, n));
    return commit_bytes(folder, name, longer, n + SEAL_BYTES);
}

enum status checkpoint_save(const struct checkpoint *c, const char *folder)
{
    char name[64];
    hid_t file = -1;
    void *bytes = NULL;
    size_t n;
    enum status st;
    checkpoint_name(c->progress->epoch, c->progress->step, name, sizeof name);
    TRY_DONE(h5_write_memory(&file, "checkpoint"));
    TRY_DONE(build(file, c));
    TRY_DONE(h5_write_bytes(file, &bytes, &n));
    TRY_DONE(seal_and_commit(folder, name, &bytes, n));
done:
    h5_drop(file);
    free(bytes);
    return st;
}

void progress_free(struct progress *p)
{
    free(p->history);
    free(p->timing);
    *p = (struct progress){0};
}

/* ---- the files of a folder ------------------------------------------------------------ */

/* Whether f lies behind where p stands. */
static int is_newer(const struct checkpoint_file *f, const struct progress *p)
{
    return f->epoch > p->epoch || (f->epoch == p->epoch && f->step > p->step);
}

void checkpoint_prune(const char *folder, const struct progress *p, long keep)
{
    struct checkpoint_files files;
    char path[1200];
    long kept = 0;
    if (checkpoint_files_list(&files, folder) != ST_OK) return;
    for (int i = 0; i < files.count; i++) {
        const struct checkpoint_file *f = &files.file[i];
        int newer = is_newer(f, p);
        int is_best = p->best_epoch && f->epoch == p->best_epoch && f->step == 0;
        if (!newer && (kept++ < keep || is_best)) continue;
        snprintf(path, sizeof path, "%s/%s", folder, f->name);
        if (unlink(path) != 0) log_warning("%s: an old checkpoint cannot be deleted", path);
    }
    checkpoint_files_free(&files);
}

enum status checkpoint_newest(const char *folder, char *path, size_t n)
{
    struct checkpoint_files files;
    char hex[DIGEST_HEX];
    enum status st = ST_NOINPUT;
    TRY(checkpoint_files_list(&files, folder));
    for (int i = 0; i < files.count && st != ST_OK; i++) {
        snprintf(path, n, "%s/%s", folder, files.file[i].name);
        st = checkpoint_digest(path, hex);
        if (st != ST_OK && i + 1 < files.count)
            log_warning("%s; taking the checkpoint before it", status_message());
    }
    if (files.count == 0)
        st = FAIL(ST_NOINPUT, "%s holds no checkpoint; has it been trained?", folder);
    checkpoint_files_free(&files);
    return st;
}
