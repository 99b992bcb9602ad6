/* schedule - the learning rate as a function of the step.
 *
 *   [warmup EPOCHS] constant             the rate itself
 *   [warmup EPOCHS] step EPOCHS FACTOR   times FACTOR after every EPOCHS epochs
 *   [warmup EPOCHS] cosine [FINAL]       down to FINAL (default 0) times the rate by half a
 *                                        cosine; Loshchilov and Hutter, "SGDR", 2017
 *
 * A warm-up climbs linearly from 0; the rest runs over the epochs that remain.
 */
#ifndef OPTIM_SCHEDULE_H
#define OPTIM_SCHEDULE_H

#include "base/status.h"

struct schedule {
    enum { SCHEDULE_CONSTANT, SCHEDULE_STEP, SCHEDULE_COSINE } kind;
    double warmup; /* epochs */
    double every;  /* epochs between two falls of a step schedule */
    double factor; /* of a step schedule's fall; what a cosine ends at */
};

/* Read the words of training.schedule.  Local.  Fails with ST_SETTING. */
enum status schedule_parse(struct schedule *s, const char *text) MUST_USE;

/* The rate at a point of the run, in epochs (3.5: in the middle of the fourth). */
double schedule_rate(const struct schedule *s, double base, double epoch, double epochs);

#endif
