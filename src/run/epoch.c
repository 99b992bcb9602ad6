#include "run/epoch.h"

void epoch_add(struct progress *p, const struct losses *s)
{
    const double from[] = {s->rows, s->reconstruction, s->kl, s->l1, s->squared};
    for (int i = 0; i < 5; i++) p->sums[i] += from[i];
}

/* The sums over the steps of the epoch, as the checkpoint keeps them. */
static struct losses sums_of(const struct progress *p)
{
    return (struct losses){
        .rows = p->sums[0], .reconstruction = p->sums[1], .kl = p->sums[2], .l1 = p->sums[3]};
}

static void fill_row(const struct progress *p, const struct epoch *e, double beta, double l1,
                     double *row)
{
    const struct losses train = sums_of(p), *test = &e->test;
    row[METRICS_EPOCH] = (double)(p->at.epoch + 1);
    row[METRICS_STEP] = (double)p->at.total;
    row[METRICS_TRAIN_LOSS] = losses_mean(&train, beta, l1);
    row[METRICS_VALIDATION_LOSS] = losses_mean(test, beta, l1);
    row[METRICS_RECONSTRUCTION] = test->reconstruction / test->rows;
    row[METRICS_KL] = test->kl / test->rows;
    row[METRICS_L1] = l1 * test->l1 / test->rows;
    row[METRICS_SQUARED_ERROR] = test->squared / test->rows;
    row[METRICS_LEARNING_RATE] = e->learning_rate;
}

enum status epoch_end(struct progress *p, const struct epoch *e, double beta, double l1)
{
    double row[METRICS_HISTORY];
    const double times[METRICS_TIMES] = {e->samples_per_second, e->seconds};
    fill_row(p, e, beta, l1, row);
    return progress_add(p, row, times);
}
