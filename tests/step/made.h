/* made.h - a trainer over made rows, as a test describes its job. */
#ifndef TESTS_STEP_MADE_H
#define TESTS_STEP_MADE_H

#include "check.h"

#include "base/random.h"
#include "net/initialise.h"
#include "step/step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { ROWS = 96, WIDTH = 6 };

static struct world w;
static struct trainer t;
static struct job job;
static struct model *m;
static struct times times;
static struct position at;
static struct shards shards;   /* of training and of test alike */
static struct samples samples; /* this rank's rows of `rows` */
static float rows[ROWS * WIDTH];

/* The same values on every rank; with `fault` one of the last row is not a number. */
static inline void make_rows(int fault)
{
    random_normal((struct random_name){1, PURPOSE_MADE, 0, 0, 0}, rows, ROWS * WIDTH);
    if (fault) rows[ROWS * WIDTH - 1] = NAN;
}

static inline void read_job(const char *text)
{
    struct settings s = job_settings(&job);
    assert_ok(settings_defaults(&s));
    assert_ok(settings_read_text(&s, "test", text));
}

/* A trainer for `job` over all rows. */
static inline void start_job(int fault)
{
    make_rows(fault);
    at = (struct position){0};
    assert_ok(model_new(&m, &job));
    initialise(m, &job);
    assert_ok(trainer_init(&t, &w, &job, m, &times));
    assert_ok(shards_init(&shards, ROWS, (size_t)job.shards, w.rank, w.size, "train"));
    samples = (struct samples){.shape = {1, 1, WIDTH},
                               .scale = 1,
                               .first = shards.first_row,
                               .rows = shards.rows,
                               .values = rows + shards.first_row * WIDTH};
    const struct split split = {&samples, &shards};
    assert_ok(trainer_attach(&t, split, split));
}

static inline void start_with(int fault, const char *text)
{
    read_job(text);
    start_job(fault);
}

static inline int end(void **state)
{
    (void)state;
    trainer_free(&t);
    shards_free(&shards);
    model_free(m);
    m = NULL;
    return 0;
}

static inline void step_with(struct wishes mine, struct decision *d)
{
    step_run(&t, &at, trainer_rate(&t, &at), &mine, d);
    at.step++, at.total++;
}

static inline void step(struct decision *d)
{
    step_with((struct wishes){0}, d);
    assert_true(d->losses.faults == 0 && d->faults == 0 && d->damaged == 0);
}

#endif
