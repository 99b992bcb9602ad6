#include "analysis/figures/figures.h"

#include "analysis/figures/figure.h"
#include "analysis/figures/forecast.h"
#include "analysis/figures/record_file.h"
#include "analysis/figures/scores.h"
#include "analysis/input/failures.h"
#include "store/commit.h"

#include <stdio.h>
#include <string.h>

/* What has become of the figures so far. */
struct tally {
    int drawn;
    int dry_run; /* nothing is drawn: the forecast grows */
    struct forecast forecast;
    struct failures failures;
};

static void say(const char *what, const char *name, const char *text)
{
    printf("%-8s %-24s %s\n", what, name, text);
    fflush(stdout);
}

static void draw_one(const struct figure *f, struct figure_drawing *d, struct tally *t)
{
    char files[1200];
    d->name = f->name;
    if (t->dry_run) forecast_add(&t->forecast, d->run, f);
    enum status st = t->dry_run ? ST_OK : f->draw(d);
    if (st != ST_OK) {
        say("failed", f->name, status_message());
        failures_note(&t->failures, st, status_message());
        return;
    }
    snprintf(files, sizeof files, "%s/%s.png .svg .pdf", d->to->folder, f->name);
    say(t->dry_run ? "to draw" : "drawn", f->name, files);
    t->drawn++;
}

static void draw_all(struct figure_drawing *d, struct tally *t)
{
    const struct figure *f;
    for (int i = 0; (f = figure_at(i)); i++) {
        const char *why = f->missing(d->run);
        if (why)
            say("skipped", f->name, why);
        else
            draw_one(f, d, t);
    }
}

static enum status draw_only(const struct figures_options *o, struct figure_drawing *d,
                             struct tally *t)
{
    const struct figure *f = figure_find(o->only);
    const char *why = f->missing(d->run);
    if (why == d->run->has_model.why) /* not there, or not the one of the results */
        return FAIL(d->run->has_model.st, "%s cannot be drawn: %s", f->name, why);
    if (why) return FAIL(ST_NOINPUT, "%s cannot be drawn: %s", f->name, why);
    draw_one(f, d, t);
    return ST_OK;
}

/* The arrays behind all figures go to figures.h5, those behind one to its own file, so that
 * drawing one again does not lose the others. */
static enum status save_arrays(const struct figures_options *o, const struct figure_drawing *d)
{
    char name[96];
    snprintf(name, sizeof name, "%s.h5", o->only ? o->only : "figures");
    TRY(record_file_save(d->run, d->record, d->seed, d->to->folder, name));
    printf("%-8s %-24s %s/%s\n", "wrote", "the numbers", d->to->folder, name);
    return ST_OK;
}

/* Figures or scores that look at the residuals. */
static int wants_residuals(const struct figures_options *o)
{
    return !o->only || strncmp(o->only, "residual", 8) == 0;
}

static enum status finish(struct tally *t, const struct run *r)
{
    TRY(failures_status(&t->failures));
    if (t->drawn == 0) return FAIL(ST_NOINPUT, "nothing could be drawn of %s", r->folder);
    return ST_OK;
}

static enum status draw_run(const struct figures_options *o, struct figure_drawing *d,
                            struct tally *t)
{
    const struct run *r = d->run;
    TRY(commit_folder(d->to->folder));
    if (o->only) {
        TRY(draw_only(o, d, t));
    } else {
        draw_all(d, t);
        failures_note_parts(&t->failures, r);
        scores_print(r, d->record, &t->failures);
    }
    if (wants_residuals(o)) scores_print_variances(r);
    if (t->drawn > 0) TRY(save_arrays(o, d));
    return finish(t, r);
}

/* The same walk, which says what it would draw. */
static enum status foretell_run(const struct figures_options *o, struct figure_drawing *d,
                                struct tally *t)
{
    const struct run *r = d->run;
    t->dry_run = 1;
    forecast_begin(&t->forecast, r, wants_residuals(o));
    if (o->only) {
        TRY(draw_only(o, d, t));
    } else {
        draw_all(d, t);
        failures_note_parts(&t->failures, r);
        forecast_scores(&t->forecast, r);
    }
    if (t->drawn > 0)
        printf("memory at most: %.0f MB\n", (double)forecast_bytes(&t->forecast) / 1e6);
    return finish(t, r);
}

enum status figures_draw(const struct figures_options *o)
{
    char folder[1100];
    struct run run;
    struct record record = {0};
    struct tally tally = {.drawn = 0};
    const struct page_outlet to = {.folder = folder};
    struct figure_drawing d = {.run = &run,
                               .to = &to,
                               .record = &record,
                               .palette = o->palette,
                               .dimensions = {o->dimensions[0], o->dimensions[1]}};
    if (o->only && !figure_find(o->only))
        return FAIL(ST_USAGE, "no figure is called '%s'; see hourglass-analysis figures --list",
                    o->only);
    enum status st = run_open(&run, o->run);
    if (st == ST_OK) {
        if (o->folder)
            snprintf(folder, sizeof folder, "%s", o->folder);
        else
            snprintf(folder, sizeof folder, "%s/figures", run.folder);
        d.seed = o->has_seed ? o->seed : (uint32_t)run.job.seed;
        st = o->dry_run ? foretell_run(o, &d, &tally) : draw_run(o, &d, &tally);
    }
    record_free(&record);
    run_free(&run);
    return st;
}

void figures_list(void)
{
    const struct figure *f;
    for (int i = 0; (f = figure_at(i)); i++) printf("%-24s %s\n", f->name, f->help);
}
