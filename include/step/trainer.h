/* trainer - everything one rank needs to train, and the step.
 *
 * The step is one straight line: own shards forward and backward, the ordered sum of this
 * rank's slice of the gradient, one small gathering that is the shared decision (loss, rows,
 * faults, stop), the whole sum, one optimiser step.
 */
#ifndef STEP_TRAINER_H
#define STEP_TRAINER_H

#include "base/job.h"
#include "comm/ordered_sum.h"
#include "comm/world.h"
#include "net/loss.h"
#include "net/model.h"
#include "optim/optimizer.h"
#include "optim/schedule.h"
#include "pario/dataset.h"
#include "step/shards.h"
#include "store/progress.h"

/* Sums over samples; the order is that of the shards, so they are equal on any rank count.
 * Also the layout of progress.sums. */
struct sums {
    double rows;
    double reconstruction;
    double kl;      /* nats */
    double l1;      /* of |code| */
    double squared; /* squared error over all pixels */
    double faults;  /* microbatches whose loss was not finite */
    double unused[2];
};

/* Seconds of this rank, by what they were spent on.  See train/moment.h. */
struct times {
    double products;    /* of the steps: matrix products and convolutions */
    double elementwise; /* of the steps: all other work on activations, losses, rows */
    double optimizer;
    double sums;    /* of gradients and batch statistics, without waiting */
    double waiting; /* for other ranks and messages */
    double validation;
    double reading;     /* the data set */
    double checkpoints; /* and the other files of an epoch */
    double results;     /* encoding the test split, writing results.h5 */
};

/* What all ranks have decided in a step. */
struct decision {
    int stop;       /* a rank was asked to stop, or the time is over */
    int checkpoint; /* it is time for one */
    struct sums sums;
};

struct trainer {
    struct world *w;
    struct job job;
    struct model *model;
    size_t group; /* shards at work together: all own ones where layers look at the
                     whole batch, otherwise one after the other */
    struct microbatch *at_work; /* [group] */
    double *numbers;            /* what is exchanged for such layers */
    float *strip; /* [model->size] where shards are cut: the gradient of a strip */
    struct optimizer optimizer;
    struct schedule schedule;
    enum loss loss;
    struct dataset train, test;
    struct shards train_shards, test_shards;
    struct ordered_sum *gradient;
    struct report *mine; /* what this rank tells the others in a step */
    struct report *all;  /* [size] of it */
    size_t report_bytes; /* of one rank's report */
    uint64_t *hashes;    /* [size]: of the ranks' replicas */
    struct progress progress;
    struct times times;
    double deadline;        /* clock_seconds() at which to stop; 0: never */
    double next_checkpoint; /* clock_seconds() of the next one within an epoch; 0: never */
};

/* Build everything but the state: model with first weights, data in memory.  Collective.
 * Fails on every rank alike.  On failure trainer_free is still to be called. */
enum status trainer_init(struct trainer *t, struct world *w, const struct job *job) MUST_USE;
void trainer_free(struct trainer *t);

/* Bytes that this rank keeps in memory for the run. */
size_t trainer_bytes(const struct trainer *t);

/* Steps of an epoch. */
long trainer_steps(const struct trainer *t);

/* One step: number progress.step of epoch progress.epoch, whose order shards_shuffle has set.
 * Collective.  Fails on every rank alike: ST_DIVERGED (a loss or gradient is not finite; the
 * parameters are those before the step) or ST_INTERNAL (the replicas differ). */
enum status trainer_step(struct trainer *t, struct decision *d) MUST_USE;

/* Compare the replicas: parameters and moments.  Collective.  Fails with ST_INTERNAL on every
 * rank alike, naming the rank that differs. */
enum status trainer_verify(struct trainer *t) MUST_USE;

/* The exact sums over the test split with the parameters as they are.  Collective.  Fails on
 * every rank alike with ST_DIVERGED where they are not finite. */
enum status trainer_evaluate(struct trainer *t, struct sums *sums) MUST_USE;

/* The learning rate of the step that progress points at. */
double trainer_rate(const struct trainer *t);

/* Loss a sample from sums: reconstruction + beta KL + l1 |code|. */
double trainer_loss(const struct trainer *t, const struct sums *s);

#endif
