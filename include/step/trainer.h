/* trainer - what one rank needs for the steps of a training: the optimiser of its part of the
 * parameters, the plan, the sweeps and the sums over ranks.
 *
 * It knows no file, no terminal and no signal: where a run stands is the caller's
 * (optim/position.h), and so are model and data.
 */
#ifndef STEP_TRAINER_H
#define STEP_TRAINER_H

#include "base/job.h"
#include "comm/allreduce.h"
#include "net/samples.h"
#include "optim/optimizer.h"
#include "optim/position.h"
#include "optim/schedule.h"
#include "step/gathering.h"
#include "step/plan.h"
#include "step/statistics.h"
#include "step/stopwatch.h"

/* This rank's rows of a split.  Borrowed. */
struct split {
    const struct samples *samples;
    const struct shards *shards;
};

struct trainer {
    struct world *w;
    const struct job *job;
    struct model *model;
    struct times *times;
    struct split train, test;
    enum loss loss;
    struct schedule schedule;
    struct optimizer optimizer; /* of this rank's part of the parameters, ... */
    size_t part_first;          /* ... which begins here */
    struct plan plan;
    struct sweep *training;   /* of plan.group batches */
    struct sweep *evaluation; /* of one */
    float *spare;             /* [model->size] in pieces: the gradient of one */
    struct statistics statistics;
    struct allreduce *gradient;
    struct gathering gathering;
    uint32_t others; /* bits of what was gathered from other ranks last, where ... */
    int gathered;    /* ... something was */
    int damaged;     /* what this rank had in memory has changed by itself */
};

/* Everything but data: optimiser, schedule, loss.  job, model and times are borrowed.  Local.
 * Fails with ST_SETTING or ST_NOMEM.  trainer_free is to be called after a failure as well. */
enum status trainer_init(struct trainer *t, struct world *w, const struct job *job,
                         struct model *m, struct times *times) MUST_USE;

/* Plan and memory for steps over these splits.  Collective.  Fails with ST_NOMEM on every rank
 * alike. */
enum status trainer_attach(struct trainer *t, struct split train, struct split test) MUST_USE;

/* Collective where trainer_attach has been called. */
void trainer_free(struct trainer *t);

/* Parameters or moments have been written from outside the steps.  Local, cannot fail. */
void trainer_changed(struct trainer *t);

/* Bytes that this rank keeps in memory for the run.  Local, cannot fail. */
size_t trainer_bytes(const struct trainer *t);

/* Steps of an epoch.  Local, cannot fail. */
long trainer_steps(const struct trainer *t);

/* The learning rate of the step that follows `at`.  Local, cannot fail. */
double trainer_rate(const struct trainer *t, const struct position *at);

/* Loss a sample.  Local, cannot fail. */
double trainer_loss(const struct trainer *t, const struct losses *s);

#endif
