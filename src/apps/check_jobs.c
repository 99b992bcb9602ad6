#include "check_jobs.h"

#include "check_texts.h"
#include "made.h"
#include "net/model.h"
#include "store/dataset_save.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- the texts in the program --------------------------------------------------------- */

/* Where the job of that name begins among the job files, in its first line; NULL. */
static const char *find(const char *name)
{
    char line[JOB_NAME + 8];
    snprintf(line, sizeof line, "# %s - ", name);
    return strstr(check_texts_jobs, line);
}

/* Its text, up to the sections of the next one; comments of that one do no harm.  The caller
 * frees it. */
static char *copy_text(const char *from)
{
    const char *section = "\n[run]", *own = strstr(from, section);
    const char *next = own ? strstr(own + 1, section) : NULL;
    return strndup(from, next ? (size_t)(next - from) : strlen(from));
}

/* Settings that hold for every job here. */
static void set_job(struct check_job *c)
{
    strcpy(c->job.progress, "none");
    strcpy(c->job.train, "train");
    strcpy(c->job.test, "test");
    c->job.verify_steps = 1; /* the replicas are compared before every step */
    c->job.max_hours = 0;
}

static enum status read_text(struct check_job *c, const char *name)
{
    const char *from = find(name);
    char *text = from ? copy_text(from) : NULL;
    struct settings s = job_settings(&c->job);
    snprintf(c->name, sizeof c->name, "%s", name);
    enum status st = text ? settings_defaults(&s) : FAIL(ST_INTERNAL, "no job %s here", name);
    if (st == ST_OK) st = settings_read_text(&s, name, text);
    if (st == ST_OK) set_job(c);
    free(text);
    return st;
}

/* A line of the digests: its job, where it is here; otherwise c->name stays "". */
static enum status read_line(struct check_job *c, const char *line)
{
    char name[64];
    long limit, batch, epochs;
    *c = (struct check_job){.rows = 600, .tests = 100}; /* as tests/golden/run.sh makes them */
    if (sscanf(line, "%63s %ld %ld %ld %16s %16s", name, &limit, &batch, &epochs,
               c->golden.checkpoint, c->golden.results) != 6 ||
        *name == '#' || !find(name))
        return ST_OK;
    TRY(read_text(c, name));
    c->job.limit = limit, c->job.batch = batch, c->job.epochs = epochs;
    return ST_OK;
}

enum status check_jobs_golden(struct check_jobs *list)
{
    list->count = 0;
    for (const char *line = check_texts_digests; *line && list->count < CHECK_JOBS;) {
        struct check_job *c = &list->at[list->count];
        TRY(read_line(c, line));
        list->count += *c->name != '\0';
        line += strcspn(line, "\n");
        line += *line == '\n';
    }
    return list->count ? ST_OK : FAIL(ST_INTERNAL, "the program has no golden digests");
}

/* ---- any number of ranks -------------------------------------------------------------- */

/* Two steps an epoch, the second one smaller. */
static void widen(struct check_job *c, int ranks)
{
    struct job *job = &c->job;
    if (job->shards < ranks) job->shards = ranks;
    job->batch = 2 * job->shards, job->epochs = 1, job->limit = 0;
    c->rows = 3 * job->shards, c->tests = job->shards;
    c->golden = (struct check_digests){"", ""};
}

enum status check_jobs_wide(struct check_job *c, const char *name, int ranks)
{
    TRY(read_text(c, name));
    snprintf(c->name, sizeof c->name, "all ranks");
    widen(c, ranks);
    return ST_OK;
}

enum status check_jobs_read(struct check_job *c, const char *path, int ranks)
{
    struct settings s = job_settings(&c->job);
    struct model *m = NULL;
    TRY(settings_defaults(&s));
    TRY(settings_read_file(&s, path));
    const char *slash = strrchr(path, '/');
    snprintf(c->name, sizeof c->name, "%s", slash ? slash + 1 : path);
    set_job(c);
    widen(c, ranks);
    enum status st = model_new(&m, &c->job); /* what is wrong with it is said now */
    model_free(m);
    return st;
}

/* ---- data ----------------------------------------------------------------------------- */

static enum status shape_of(const struct job *job, struct shape *shape)
{
    struct model *m = NULL;
    enum status st = model_new(&m, job);
    if (st == ST_OK) *shape = m->input;
    model_free(m);
    return st;
}

static enum status make_split(struct dataset_split *s, const char *name, long rows,
                              uint32_t split, uint8_t **bytes)
{
    size_t width = shape_size(s->shape);
    *bytes = calloc((size_t)rows, width);
    if (!*bytes) return FAIL(ST_NOMEM, "no memory for %ld made rows", rows);
    made_pixels(1, split, (size_t)rows, width, *bytes);
    s->name = name, s->rows = (size_t)rows, s->bytes = *bytes;
    s->scale = 1.0 / 255.0, s->source = "hourglass check", s->sha256 = "";
    return ST_OK;
}

enum status check_jobs_data(struct check_job *c, const char *folder, const char *file)
{
    struct shape shape;
    uint8_t *bytes[2] = {NULL, NULL};
    enum status st;
    TRY(shape_of(&c->job, &shape));
    struct dataset_split splits[2] = {{.shape = shape}, {.shape = shape}};
    TRY_DONE(make_split(&splits[0], "train", c->rows, 0, &bytes[0]));
    TRY_DONE(make_split(&splits[1], "test", c->tests, 1, &bytes[1]));
    TRY_DONE(dataset_save(folder, file, "made: pixels", splits, 2, NULL));
    snprintf(c->job.file, sizeof c->job.file, "%s/%s", folder, file);
done:
    free(bytes[0]);
    free(bytes[1]);
    return st;
}
