#include "run/metrics.h"

#include "store/commit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char header[] =
    "epoch,step,train_loss,validation_loss,validation_reconstruction,validation_kl,"
    "validation_l1,validation_squared_error,learning_rate,samples_per_second,seconds\n";

/* The sums over the steps of the epoch, as the checkpoint keeps them. */
static struct losses epoch_losses(const struct progress *p)
{
    return (struct losses){
        .rows = p->sums[0], .reconstruction = p->sums[1], .kl = p->sums[2], .l1 = p->sums[3]};
}

void metrics_add(struct progress *p, const struct losses *s)
{
    const double from[] = {s->rows, s->reconstruction, s->kl, s->l1, s->squared};
    for (int i = 0; i < 5; i++) p->sums[i] += from[i];
}

static void fill_row(const struct progress *p, const struct metrics_epoch *e, double beta,
                     double l1, double *row)
{
    const struct losses train = epoch_losses(p), *test = &e->test;
    row[METRIC_EPOCH] = (double)(p->epoch + 1);
    row[METRIC_STEP] = (double)p->total_steps;
    row[METRIC_TRAIN_LOSS] = losses_mean(&train, beta, l1);
    row[METRIC_LOSS] = losses_mean(test, beta, l1);
    row[METRIC_RECONSTRUCTION] = test->reconstruction / test->rows;
    row[METRIC_KL] = test->kl / test->rows;
    row[METRIC_L1] = l1 * test->l1 / test->rows;
    row[METRIC_SQUARED] = test->squared / test->rows;
    row[METRIC_RATE] = e->learning_rate;
}

static int grow(double **x, size_t n)
{
    double *bigger = realloc(*x, n * sizeof **x);
    if (bigger) *x = bigger;
    return bigger != NULL;
}

enum status metrics_append(struct progress *p, const struct metrics_epoch *e, double beta,
                           double l1)
{
    size_t epochs = (size_t)p->epoch + 1;
    if (!grow(&p->history, epochs * PROGRESS_COLUMNS) ||
        !grow(&p->timing, epochs * PROGRESS_TIMES))
        return FAIL(ST_NOMEM, "no memory for the metrics of %zu epochs", epochs);
    double *row = p->history + (epochs - 1) * PROGRESS_COLUMNS;
    fill_row(p, e, beta, l1, row);
    p->timing[(epochs - 1) * PROGRESS_TIMES] = e->samples_per_second;
    p->timing[(epochs - 1) * PROGRESS_TIMES + 1] = e->seconds;
    p->epoch++;
    p->step = 0;
    memset(p->sums, 0, sizeof p->sums);
    if (p->best_epoch == 0 || row[METRIC_LOSS] < p->best_loss)
        p->best_epoch = p->epoch, p->best_loss = row[METRIC_LOSS];
    return ST_OK;
}

const double *metrics_last(const struct progress *p)
{
    return p->epoch ? p->history + (p->epoch - 1) * PROGRESS_COLUMNS : NULL;
}

static void print_row(FILE *out, const struct progress *p, long epoch)
{
    const double *row = p->history + epoch * PROGRESS_COLUMNS;
    const double *time = p->timing + epoch * PROGRESS_TIMES;
    fprintf(out, "%.0f,%.0f", row[METRIC_EPOCH], row[METRIC_STEP]);
    for (int i = METRIC_TRAIN_LOSS; i < METRIC_COUNT; i++) fprintf(out, ",%.9g", row[i]);
    fprintf(out, ",%.1f,%.3f\n", time[0], time[1]);
}

enum status metrics_begin(const struct progress *p, const char *folder)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    if (!out) return FAIL(ST_NOMEM, "no memory for metrics.csv");
    fputs(header, out);
    for (long epoch = 0; epoch < p->epoch; epoch++) print_row(out, p, epoch);
    fclose(out);
    enum status st = commit_bytes(folder, "metrics.csv", text, n);
    free(text);
    return st;
}

enum status metrics_write(const struct progress *p, const char *folder)
{
    char path[1100];
    snprintf(path, sizeof path, "%s/metrics.csv", folder);
    FILE *out = fopen(path, "a");
    if (!out) return FAIL(ST_CANTCREATE, "%s: %s", path, strerror(errno));
    print_row(out, p, p->epoch - 1);
    int failed = fflush(out) != 0 || fsync(fileno(out)) != 0;
    failed |= fclose(out) != 0;
    return failed ? FAIL(ST_CANTCREATE, "%s: %s", path, strerror(errno)) : ST_OK;
}
