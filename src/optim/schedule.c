#include "optim/schedule.h"

#include "base/dmath.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static enum status wrong(const char *text)
{
    return FAIL(ST_SETTING,
                "training.schedule is '%s' but must be [warmup EPOCHS] and then one of: "
                "constant, step EPOCHS FACTOR, cosine, cosine FINAL",
                text);
}

enum status schedule_parse(struct schedule *s, const char *text)
{
    const char *rest = text;
    int used = 0, end = 0;
    *s = (struct schedule){.kind = SCHEDULE_CONSTANT};
    if (sscanf(rest, " warmup %lf %n", &s->warmup, &used) == 1) rest += used;
    size_t length = strlen(rest);
    if (sscanf(rest, " step %lf %lf %n", &s->every, &s->factor, &end) == 2) {
        s->kind = SCHEDULE_STEP;
    } else if (sscanf(rest, " cosine %lf %n", &s->factor, &end) == 1 ||
               (sscanf(rest, " cosine %n", &end), end > 0)) {
        s->kind = SCHEDULE_COSINE;
    } else {
        sscanf(rest, " constant %n", &end);
    }
    int good = end > 0 && (size_t)end == length && s->warmup >= 0 && s->factor >= 0 &&
               s->factor <= 1e3 && (s->kind != SCHEDULE_STEP || s->every > 0);
    return good ? ST_OK : wrong(text);
}

/* How often a step schedule has fallen; beyond 2^53 nobody can tell. */
static uint64_t falls(double since, double every)
{
    return (uint64_t)fmin(floor(since / every), 0x1p53);
}

double schedule_rate(const struct schedule *s, double base, double epoch, double epochs)
{
    if (epoch < s->warmup) return base * epoch / s->warmup;
    double since = epoch - s->warmup, length = epochs - s->warmup;
    switch (s->kind) {
    case SCHEDULE_STEP:
        return base * dm_power(s->factor, falls(since, s->every));
    case SCHEDULE_COSINE: {
        double done = length > 0 ? fmin(since / length, 1.0) : 1.0;
        return base * (s->factor + (1.0 - s->factor) * 0.5 * (1.0 + dm_cos_pi(done)));
    }
    case SCHEDULE_CONSTANT:
        break;
    }
    return base;
}
