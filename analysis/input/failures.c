#include "analysis/input/failures.h"

#include <stdio.h>

void failures_note(struct failures *f, enum status st, const char *message)
{
    if (st <= f->worst) return;
    f->worst = st;
    snprintf(f->message, sizeof f->message, "%s", message);
}

void failures_note_parts(struct failures *f, const struct run *r)
{
    const struct run_part *parts[] = {&r->has_model, &r->has_results, &r->has_metrics};
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        if (parts[i]->st != ST_NOINPUT) failures_note(f, parts[i]->st, parts[i]->why);
}

enum status failures_status(const struct failures *f)
{
    return f->worst == ST_OK ? ST_OK : FAIL(f->worst, "%s", f->message);
}
