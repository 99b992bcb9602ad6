#include "store/checkpoint_load.h"

#include "seal.h"
#include "state.h"
#include "store/h5.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { MOST_EPOCHS = 10000000 };

/* The last file that was found good stays in memory until checkpoint_load_end: who looks for a
 * run's newest checkpoint, reads its job and then its state reads the disk once. */
static struct {
    char *bytes; /* NULL: none */
    size_t n;
    struct stat file;
    char hex[DIGEST_HEX];
} kept;

void checkpoint_load_end(void)
{
    free(kept.bytes);
    kept.bytes = NULL;
}

static int is_kept(const struct stat *s)
{
    const struct stat *k = &kept.file;
    return kept.bytes && k->st_dev == s->st_dev && k->st_ino == s->st_ino &&
           k->st_size == s->st_size && k->st_mtim.tv_sec == s->st_mtim.tv_sec &&
           k->st_mtim.tv_nsec == s->st_mtim.tv_nsec;
}

/* Open the file once every digest in it holds. */
static enum status open_verified(struct h5_file *f, const char *path, char hex[DIGEST_HEX])
{
    struct stat file = {0};
    enum status st;
    f->id = -1;
    if (stat(path, &file) == 0 && is_kept(&file)) {
        memcpy(hex, kept.hex, sizeof kept.hex);
        return h5_open_bytes(f, path, kept.bytes, kept.n);
    }
    checkpoint_load_end();
    TRY_DONE(seal_read(path, &kept.bytes, &kept.n));
    TRY_DONE(seal_check(path, kept.bytes, &kept.n));
    TRY_DONE(h5_open_bytes(f, path, kept.bytes, kept.n));
    TRY_DONE(state_verify(f, hex));
    kept.file = file;
    memcpy(kept.hex, hex, sizeof kept.hex);
done:
    if (st != ST_OK) h5_close(f), checkpoint_load_end();
    return st;
}

static enum status read_array(const struct h5_file *f, const char *name, enum array_type type,
                              int rank, const size_t *dims, void *out)
{
    struct h5_array a;
    enum status st = h5_array_open(&a, f, name);
    if (st == ST_OK) st = h5_array_expect(&a, type, rank, dims);
    if (st == ST_OK) st = h5_array_read(&a, 0, a.dims[0], H5P_DEFAULT, out);
    h5_array_close(&a);
    return st;
}

/* A group holds exactly `wanted` things. */
static enum status expect_links(const struct h5_file *f, const char *group, long wanted)
{
    long found = h5_links(f, group);
    if (found == wanted) return ST_OK;
    return FAIL(ST_DATA, "%s: %s holds %ld things where the model of the job has %ld", f->path,
                group, found, wanted);
}

static enum status read_layer(const struct h5_file *f, const char *group, const struct layer *l,
                              float *flat)
{
    char vars[96], name[128];
    snprintf(vars, sizeof vars, "%s/%s/vars", group, l->name);
    TRY(expect_links(f, vars, l->variables));
    for (int k = 0; k < l->variables; k++) {
        const struct variable *v = &l->variable[k];
        snprintf(name, sizeof name, "%s/%d", vars, k);
        TRY(read_array(f, name, ARRAY_FLOAT, v->rank, v->dims, flat + v->at));
    }
    return ST_OK;
}

static enum status read_variables(const struct h5_file *f, const char *group,
                                  const struct model *m, float *flat)
{
    long layers = 0;
    for (int i = 0; i < m->count; i++) layers += m->layers[i].variables > 0;
    TRY(expect_links(f, group, layers));
    for (int i = 0; i < m->count; i++)
        if (m->layers[i].variables) TRY(read_layer(f, group, &m->layers[i], flat));
    return ST_OK;
}

static enum status read_optimizer(const struct h5_file *f, const struct model *m,
                                  struct optimizer *o)
{
    char group[64];
    TRY(expect_links(f, "/optimizer", o->slots));
    for (int i = 0; i < o->slots; i++) {
        snprintf(group, sizeof group, "/optimizer/%s", o->slot_name[i]);
        TRY(read_variables(f, group, m, o->slot[i]));
    }
    return ST_OK;
}

/* rows[count, columns]; the caller owns them.  NULL where count is 0. */
static enum status read_rows(const struct h5_file *f, const char *name, long count,
                             size_t columns, double **rows)
{
    size_t dims[2] = {(size_t)count, columns};
    *rows = NULL;
    if (!count) return ST_OK;
    *rows = calloc(dims[0] * columns, sizeof **rows);
    if (!*rows) return FAIL(ST_NOMEM, "no memory for %s of %s", name, f->path);
    return read_array(f, name, ARRAY_DOUBLE, 2, dims, *rows);
}

static enum status read_numbers(const struct h5_file *f, struct progress *p)
{
    long *const ints[] = {&p->at.epoch, &p->at.step, &p->at.total, &p->best_epoch};
    double *const reals[] = {&p->best_loss};
    int ok = 1;
    for (int i = 0; i < STATE_INTS; i++)
        ok = ok && h5_attribute_int(f, "/progress", state_ints[i], ints[i]) && *ints[i] >= 0;
    for (int i = 0; i < STATE_REALS; i++)
        ok = ok && h5_attribute_real(f, "/progress", state_reals[i], reals[i]);
    if (!ok || p->at.epoch > MOST_EPOCHS || p->best_epoch > p->at.epoch)
        return FAIL(ST_DATA, "%s: the numbers of /progress make no sense", f->path);
    return ST_OK;
}

static enum status fill_progress(const struct h5_file *f, struct progress *p)
{
    size_t sums = PROGRESS_SUMS;
    TRY(read_numbers(f, p));
    TRY(read_array(f, "/progress/sums", ARRAY_DOUBLE, 1, &sums, p->sums));
    TRY(read_rows(f, "/progress/history", p->at.epoch, METRICS_HISTORY, &p->history));
    /* No part of the state: a file may lack it. */
    long timed = h5_exists(f, "/provenance/timing") ? p->at.epoch : 0;
    TRY(read_rows(f, "/provenance/timing", timed, METRICS_TIMES, &p->timing));
    if (!p->timing) p->timing = calloc((size_t)p->at.epoch * METRICS_TIMES + 1, sizeof(double));
    return p->timing ? ST_OK : FAIL(ST_NOMEM, "no memory for the times of %s", f->path);
}

static enum status read_progress(const struct h5_file *f, struct progress *p)
{
    struct progress fresh = {0};
    enum status st = fill_progress(f, &fresh);
    if (st != ST_OK) {
        progress_free(&fresh);
        return st;
    }
    progress_free(p);
    *p = fresh;
    return ST_OK;
}

enum status checkpoint_load(const char *path, struct model *m, struct optimizer *o,
                            struct progress *p)
{
    struct h5_file f;
    char hex[DIGEST_HEX];
    enum status st;
    TRY(open_verified(&f, path, hex));
    TRY_DONE(read_variables(&f, "/layers", m, m->w));
    if (o) TRY_DONE(read_optimizer(&f, m, o));
    if (p) TRY_DONE(read_progress(&f, p));
done:
    h5_close(&f);
    return st;
}

enum status checkpoint_load_digest(const char *path, char hex[DIGEST_HEX])
{
    struct h5_file f;
    TRY(open_verified(&f, path, hex));
    h5_close(&f);
    return ST_OK;
}

enum status checkpoint_load_job(const char *path, struct job *job)
{
    struct settings s = job_settings(job);
    struct h5_file f;
    char hex[DIGEST_HEX], where[PATH_MAX + 8], *text = NULL;
    TRY(open_verified(&f, path, hex));
    enum status st = h5_text(&f, "/job", &text);
    h5_close(&f);
    snprintf(where, sizeof where, "%s:/job", path);
    if (st == ST_OK && settings_read_text(&s, where, text) != ST_OK) st = ST_DATA;
    free(text);
    return st;
}

enum status checkpoint_load_model(const char *path, struct job *job, struct model **m)
{
    struct settings s = job_settings(job);
    struct model *made = NULL;
    enum status st;
    TRY(settings_defaults(&s));
    TRY(checkpoint_load_job(path, job));
    TRY_DONE(model_new(&made, job));
    TRY_DONE(checkpoint_load(path, made, NULL, NULL));
    *m = made, made = NULL; /* it is the caller's now */
done:
    model_free(made);
    return st;
}
