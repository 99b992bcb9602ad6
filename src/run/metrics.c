#include "run/metrics.h"

static void fill_row(const struct trainer *t, const struct sums *test, double *row)
{
    const struct progress *p = &t->progress;
    struct sums train = {
        .rows = p->sums[0], .reconstruction = p->sums[1], .kl = p->sums[2], .l1 = p->sums[3]};
    struct trainer before = *t; /* the rate of the epoch's last step */
    before.progress.at.step--;
    row[METRICS_EPOCH] = (double)(p->at.epoch + 1);
    row[METRICS_STEP] = (double)p->at.total;
    row[METRICS_TRAIN_LOSS] = trainer_loss(t, &train);
    row[METRICS_VALIDATION_LOSS] = trainer_loss(t, test);
    row[METRICS_RECONSTRUCTION] = test->reconstruction / test->rows;
    row[METRICS_KL] = test->kl / test->rows;
    row[METRICS_L1] = t->job.l1 * test->l1 / test->rows;
    row[METRICS_SQUARED_ERROR] = test->squared / test->rows;
    row[METRICS_LEARNING_RATE] = trainer_rate(&before);
}

enum status metrics_append(struct trainer *t, const struct sums *test, double seconds,
                           double rate)
{
    double row[METRICS_HISTORY];
    const double times[METRICS_TIMES] = {rate, seconds};
    fill_row(t, test, row);
    return progress_add(&t->progress, row, times);
}
