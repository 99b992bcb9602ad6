#include "run/values.h"

#include "comm/watchdog.h"
#include "net/loss.h"

#include <float.h>
#include <math.h>
#include <stdio.h>

/* Cross-entropy takes probabilities; a rounding of the scale may lead out of them. */
static const float ROUNDING = 1e-6f;

/* "DATA.h5: /train/images[17, 3, 5, 0]": the place of a value in the file. */
static void place_of(const struct dataset *d, size_t at, char *text, size_t n)
{
    struct shape s = d->samples.shape;
    size_t row = d->samples.first + at / shape_size(s), pixel = at % shape_size(s);
    snprintf(text, n, "%s: /%s/images[%zu, %zu, %zu, %zu]", d->path, d->split, row,
             pixel / s.c / s.w, pixel / s.c % s.w, pixel % s.c);
}

static enum status not_finite(const char *place, float value)
{
    return FAIL(ST_DATA,
                "%s is %s, and every value must be finite: mend this row in the file, or leave "
                "it out",
                place, isnan(value) ? "NaN" : "infinite");
}

static enum status no_probability(const struct run *r, const struct run_data *d,
                                  const char *place, float value)
{
    return FAIL(ST_DATA,
                "%s is %.9g, but training.loss = %s takes values from 0 to 1: choose "
                "training.loss = mse or squared-error, or make the file again with values from "
                "0 to 1 (where bytes go to 255, with 1/255 as the attribute scale of "
                "/%s/images, which is %.9g)",
                place, (double)value, r->job.loss, d->set.split, (double)d->set.samples.scale);
}

static enum status look(const struct run *r, const struct run_data *d, float low, float high)
{
    char place[JOB_PATH + 128];
    size_t at;
    float value;
    if (!samples_outside(&d->set.samples, low, high, &at, &value)) return ST_OK;
    place_of(&d->set, at, place, sizeof place);
    return isfinite(value) ? no_probability(r, d, place, value) : not_finite(place, value);
}

static enum status check(struct run *r, const struct run_data *d, float low, float high)
{
    struct stopwatch watch = stopwatch_start(r->w, &r->times);
    watchdog_phase("looking at the data", 0);
    enum status st = world_agree(r->w, look(r, d, low, high));
    stopwatch_lap(&watch, &r->times.reading);
    return st;
}

enum status values_check_finite(struct run *r, const struct run_data *d)
{
    return check(r, d, -FLT_MAX, FLT_MAX);
}

enum status values_check_loss(struct run *r, const struct run_data *d)
{
    if (!loss_wants_logits(loss_find(r->job.loss))) return values_check_finite(r, d);
    return check(r, d, -ROUNDING, 1 + ROUNDING);
}
