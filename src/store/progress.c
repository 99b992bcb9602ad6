#include "store/progress.h"

#include <stdlib.h>
#include <string.h>

void progress_free(struct progress *p)
{
    free(p->history);
    free(p->timing);
    *p = (struct progress){0};
}

/* Make place for n numbers at *x; 0 where there is no memory. */
static int grow(double **x, size_t n)
{
    double *bigger = realloc(*x, n * sizeof **x);
    if (bigger) *x = bigger;
    return bigger != NULL;
}

enum status progress_add(struct progress *p, const double *row, const double *times)
{
    size_t before = (size_t)p->at.epoch, epochs = before + 1;
    if (!grow(&p->history, epochs * METRICS_HISTORY) ||
        !grow(&p->timing, epochs * METRICS_TIMES))
        return FAIL(ST_NOMEM, "no memory for the metrics of %zu epochs", epochs);
    memcpy(p->history + before * METRICS_HISTORY, row, METRICS_HISTORY * sizeof *row);
    memcpy(p->timing + before * METRICS_TIMES, times, METRICS_TIMES * sizeof *times);
    p->at.epoch++;
    p->at.step = 0;
    memset(p->sums, 0, sizeof p->sums);
    if (p->best_epoch == 0 || row[METRICS_VALIDATION_LOSS] < p->best_loss)
        p->best_epoch = p->at.epoch, p->best_loss = row[METRICS_VALIDATION_LOSS];
    return ST_OK;
}

const double *progress_last(const struct progress *p)
{
    return p->at.epoch ? p->history + (p->at.epoch - 1) * METRICS_HISTORY : NULL;
}
