#include "scale_measure.h"

#include "base/clock.h"
#include "comm/allreduce.h"
#include "comm/shard_sum.h"
#include "linalg/isa.h"
#include "linalg/matmul.h"
#include "made.h"
#include "net/initialise.h"
#include "step/step.h"
#include "store/checkpoint_name.h"
#include "store/checkpoint_save.h"
#include "store/commit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    MOST_STEPS = 400,
    FEW_STEPS = 5,
    SUMS = 100,
    SMALL_SUM = 16 /* floats */,
    TOLD = 12 /* doubles */
};
static const double steps_seconds = 0.25; /* that a share of work is measured for, about .. */
static const double most_seconds = 3;     /* .. and at most, but for one step */

int scale_measure_cores(void)
{
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n > 0 ? (int)n : 1;
}

static int ascending(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static double median(double *t, size_t n)
{
    qsort(t, n, sizeof *t, ascending);
    return t[n / 2];
}

/* Whether n steps, which have taken so many seconds, will do. */
static int enough(size_t n, double seconds)
{
    if (n == 0) return 0;
    return n == MOST_STEPS || seconds > most_seconds ||
           (n >= FEW_STEPS && seconds > steps_seconds);
}

/* Seconds since *begun, which becomes now. */
static double lap(double *begun)
{
    double now = clock_seconds(), passed = now - *begun;
    *begun = now;
    return passed;
}

static double slowest(struct world *w, double seconds)
{
    return (double)world_most(w, (size_t)(1e9 * seconds)) / 1e9;
}

/* ---- a training on made pixels ----------------------------------------------------------- */

struct bench {
    struct job job;
    struct model *model;
    struct samples samples;
    struct shards shards;
    struct times times;
    struct trainer t;
    struct position at;
};

/* What one rank does alone. */
static enum status make(struct bench *b, const struct world *w)
{
    const struct job *job = &b->job;
    struct shards *s = &b->shards;
    TRY(model_new(&b->model, job));
    initialise(b->model, job);
    TRY(shards_init(s, (size_t)job->batch, (size_t)job->shards, w->rank, w->size, "made"));
    struct shape shape = b->model->input;
    b->samples = (struct samples){
        .shape = shape, .scale = 1 / 255.0f, .first = s->first_row, .rows = s->rows};
    b->samples.bytes = malloc(s->rows * shape_size(shape));
    if (!b->samples.bytes) return FAIL(ST_NOMEM, "no memory for %zu made rows", s->rows);
    made_pixels(1, 0, s->rows, shape_size(shape), b->samples.bytes);
    return ST_OK;
}

/* Collective, as is end. */
static enum status begin(struct bench *b, struct world *w, const struct job *job,
                         const struct scale_point *at)
{
    *b = (struct bench){.job = *job};
    b->job.shards = (long)at->shards, b->job.batch = (long)at->batch;
    TRY(world_agree(w, make(b, w)));
    TRY(world_agree(w, trainer_init(&b->t, w, &b->job, b->model, &b->times)));
    struct split rows = {&b->samples, &b->shards};
    return trainer_attach(&b->t, rows, rows);
}

static void end(struct bench *b)
{
    trainer_free(&b->t);
    samples_free(&b->samples);
    shards_free(&b->shards);
    model_free(b->model);
}

/* It goes nowhere, so it cannot diverge. */
static void take_step(struct bench *b)
{
    const struct wishes none = {0};
    struct decision d;
    step_run(&b->t, &b->at, 0, &none, &d);
    b->at.total++;
}

/* ---- parts ------------------------------------------------------------------------------- */

/* This rank alone: the medians of a few steps. */
static enum status measure_share(struct world *alone, const struct job *job,
                                 struct scale_step *step, double *optimizer)
{
    struct bench b;
    const struct scale_point at = {1, step->own, step->own * step->rows};
    double shares[MOST_STEPS], optimizers[MOST_STEPS], begun;
    size_t n = 0;
    enum status st = begin(&b, alone, job, &at);
    if (st == ST_OK) take_step(&b);
    for (begun = clock_seconds(); st == ST_OK && !enough(n, clock_seconds() - begun); n++) {
        b.times = (struct times){0};
        take_step(&b);
        shares[n] = b.times.products + b.times.elementwise + b.times.allreduce;
        optimizers[n] = b.times.optimizer;
    }
    if (st == ST_OK) step->seconds = median(shares, n), *optimizer = median(optimizers, n);
    end(&b);
    return st;
}

static enum status measure_shares(struct world *w, struct world *alone, const struct job *job,
                                  struct scale_parts *parts)
{
    for (size_t i = 0; i < parts->steps; i++) {
        struct scale_step *step = &parts->step[i];
        double optimizer = 0;
        step->seconds = 0;
        enum status mine = alone->size ? measure_share(alone, job, step, &optimizer) : ST_OK;
        world_rest(w);
        TRY(world_agree(w, mine));
        step->seconds = slowest(w, step->seconds);
        optimizer = slowest(w, optimizer);
        if (i == 0 || optimizer < parts->optimizer) parts->optimizer = optimizer;
    }
    return ST_OK;
}

/* Sums over ranks, of n floats; and what a step does with them. */
struct sums {
    struct world *w;
    struct allreduce *gradient;
    struct shard_sum *decision;
    size_t n;
    float *x; /* [n] */
};

/* Seconds of the sum, of a few numbers told to all, of the gather. */
struct sum_seconds {
    double sum, tell, gather;
};

/* Collective, as is end_sums. */
static enum status begin_sums(struct sums *s, struct world *w, size_t n)
{
    *s = (struct sums){.w = w, .n = n, .x = calloc(n, sizeof *s->x)};
    TRY(world_agree(w, s->x ? ST_OK : FAIL(ST_NOMEM, "no memory for %zu floats", n)));
    TRY(allreduce_new(&s->gradient, w, (size_t)w->size, n, n));
    return shard_sum_new(&s->decision, w, (size_t)w->size, TOLD);
}

static void end_sums(struct sums *s)
{
    shard_sum_free(s->decision);
    allreduce_free(s->gradient);
    free(s->x);
}

/* As in a step; each rank has just written its array. */
static void sum_once(struct sums *s, struct sum_seconds *t)
{
    double numbers[TOLD] = {0}, told[TOLD], begun;
    struct allreduce_bits bits;
    size_t one;
    allreduce_range(s->gradient, 0, s->n);
    memset(allreduce_leaf(s->gradient, 1, &one), 0, s->n * sizeof *s->x);
    world_barrier(s->w);
    begun = clock_seconds();
    allreduce_add(s->gradient);
    (void)allreduce_reduce_scatter(s->gradient);
    t->sum += lap(&begun);
    shard_sum_run(s->decision, TOLD, numbers, told);
    t->tell += lap(&begun);
    struct allreduce_part part = allreduce_part(s->gradient);
    if (part.count) memcpy(s->x + part.first, part.sum, part.count * sizeof *s->x);
    allreduce_allgather(s->gradient, s->x, &bits);
    t->gather += lap(&begun);
}

static enum status measure_sum(struct world *w, size_t n, struct sum_seconds *t)
{
    struct sums s;
    enum status st = begin_sums(&s, w, n);
    if (st == ST_OK) {
        sum_once(&s, t);
        *t = (struct sum_seconds){0};
        for (int i = 0; i < SUMS; i++) sum_once(&s, t);
    }
    end_sums(&s);
    return st;
}

/* The same of the first ranks, while the others sleep; *one_node: whether they are on one. */
static enum status measure_sum_of(struct world *w, int ranks, size_t n, struct sum_seconds *t,
                                  int *one_node)
{
    struct world few;
    *t = (struct sum_seconds){0};
    TRY(world_part(&few, w, w->rank < ranks ? 0 : -1));
    *one_node = world_most(w, (size_t)few.nodes) == 1;
    enum status mine = few.size && *one_node ? measure_sum(&few, n, t) : ST_OK;
    world_free(&few);
    world_rest(w);
    TRY(world_agree(w, mine));
    t->sum = slowest(w, t->sum) / SUMS;
    t->tell = slowest(w, t->tell) / SUMS;
    t->gather = slowest(w, t->gather) / SUMS;
    return ST_OK;
}

static void add(size_t n, float *restrict x, const float *restrict y)
{
    for (size_t i = 0; i < n; i++) x[i] += y[i];
}

/* Two arrays of this rank's. */
static enum status measure_add(size_t n, double *seconds)
{
    float *x = calloc(2 * n, sizeof *x);
    volatile float kept;
    if (!x) return FAIL(ST_NOMEM, "no memory for %zu floats", 2 * n);
    add(n, x, x + n);
    double begun = clock_seconds();
    for (int i = 0; i < SUMS; i++) add(n, x, x + n), kept = x[(size_t)i % n];
    *seconds = (clock_seconds() - begun) / (SUMS * (double)n);
    (void)kept;
    free(x);
    return ST_OK;
}

/* Of 1, 2, 4 ... ranks; *busy of them are on this machine, a core each. */
static enum status measure_meetings(struct world *w, struct scale_parts *parts, int *busy)
{
    struct sum_seconds t;
    int one_node = 1;
    parts->met = 1, *busy = 1;
    for (int ranks = 2; ranks <= w->size && parts->met < SCALE_MEETINGS; ranks *= 2) {
        TRY(measure_sum_of(w, ranks, SMALL_SUM, &t, &one_node));
        if (!one_node) break;
        parts->meet[parts->met++] = (struct scale_meeting){t.sum + t.gather, t.tell};
        if (ranks <= scale_measure_cores()) *busy = ranks;
    }
    return ST_OK;
}

/* What a float costs beside, with all cores at work. */
static enum status measure_sums(struct world *w, struct scale_parts *parts)
{
    struct sum_seconds small, large;
    int busy, one_node;
    double n = (double)parts->floats;
    TRY(world_agree(w, measure_add(parts->floats, &parts->add)));
    parts->add = parts->copy = slowest(w, parts->add);
    TRY(measure_meetings(w, parts, &busy));
    if (busy == 1) return ST_OK;
    TRY(measure_sum_of(w, busy, SMALL_SUM, &small, &one_node));
    TRY(measure_sum_of(w, busy, parts->floats, &large, &one_node));
    double add = (large.sum - small.sum) * busy / ((busy - 1) * n);
    double copy = (large.gather - small.gather) / n;
    if (add > parts->add) parts->add = add;
    if (copy > 0) parts->copy = copy;
    return ST_OK;
}

/* ---- a checkpoint ------------------------------------------------------------------------ */

static enum status save(struct bench *b, const char *folder, struct scale_parts *parts)
{
    struct progress progress = {0};
    const struct checkpoint c = {&b->job, b->model, &b->t.optimizer, &progress, NULL};
    char name[64], path[JOB_PATH + 64];
    struct stat info;
    TRY(commit_folder(folder));
    double begun = clock_seconds();
    enum status st = checkpoint_save(&c, folder);
    parts->checkpoint = clock_seconds() - begun;
    checkpoint_name(0, 0, name, sizeof name);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    if (stat(path, &info) == 0) parts->checkpoint_bytes = (double)info.st_size;
    unlink(path);
    rmdir(folder);
    return st;
}

static enum status measure_checkpoint(struct world *alone, const struct job *job,
                                      const char *folder, struct scale_parts *parts)
{
    struct bench b;
    char own[JOB_PATH];
    const struct scale_point at = {1, 1, 1};
    snprintf(own, sizeof own, "%.900s/hourglass-scale-%ld", folder, (long)getpid());
    enum status st = begin(&b, alone, job, &at);
    if (st == ST_OK) st = save(&b, own, parts);
    end(&b);
    return st;
}

/* ---- all --------------------------------------------------------------------------------- */

static enum status count(const struct job *job, struct scale_parts *parts)
{
    struct model *m = NULL;
    TRY(model_new(&m, job));
    parts->floats = m->size;
    for (int i = 0; i < m->count; i++) {
        const struct layer *l = &m->layers[i];
        if (!l->statistics || l->alone) continue;
        parts->statistics += 2 * l->statistics; /* forward and backward */
        parts->exchanges += 2;
    }
    model_free(m);
    return ST_OK;
}

static enum status prepare(const struct job *job, struct scale_parts *parts)
{
    TRY(matmul_init(matmul_choice_of(job->backend)));
    if (!isa_choose(job->isa))
        return FAIL(ST_SETTING, "run.isa = %s: this machine or this build does not have it",
                    job->isa);
    return count(job, parts);
}

enum status scale_measure_parts(struct world *w, const struct job *job, const char *folder,
                                struct scale_parts *parts)
{
    struct world alone;
    TRY(world_agree(w, prepare(job, parts)));
    TRY(world_part(&alone, w, w->rank < scale_measure_cores() ? w->rank : -1));
    enum status st = measure_shares(w, &alone, job, parts);
    if (st == ST_OK) {
        enum status mine =
            w->rank == 0 ? measure_checkpoint(&alone, job, folder, parts) : ST_OK;
        world_rest(w);
        st = world_agree(w, mine);
    }
    world_free(&alone);
    return st == ST_OK ? measure_sums(w, parts) : st;
}

static enum status measure_steps(struct world *w, const struct job *job,
                                 const struct scale_point *at, double *seconds)
{
    struct bench b;
    size_t n = 0;
    enum status st = begin(&b, w, job, at);
    if (st == ST_OK) {
        take_step(&b);
        world_barrier(w);
        double begun = clock_seconds(), passed = 0;
        for (; !enough(n, passed); n++) {
            take_step(&b);
            if (n % FEW_STEPS == 0) passed = slowest(w, clock_seconds() - begun) / 2;
        }
        *seconds = (clock_seconds() - begun) / (double)n;
    }
    end(&b);
    return st;
}

enum status scale_measure_step(struct world *w, const struct job *job,
                               const struct scale_point *at, double *seconds)
{
    struct world few;
    *seconds = 0;
    TRY(world_part(&few, w, w->rank < (int)at->ranks ? 0 : -1));
    enum status mine = few.size ? measure_steps(&few, job, at, seconds) : ST_OK;
    world_free(&few);
    world_rest(w);
    TRY(world_agree(w, mine));
    *seconds = slowest(w, *seconds);
    return ST_OK;
}
