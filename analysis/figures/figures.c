#include "analysis/figures.h"

#include "analysis/baseline.h"
#include "analysis/figure.h"
#include "analysis/knn_score.h"
#include "analysis/numbers.h"
#include "analysis/residuals.h"
#include "analysis/variances.h"
#include "store/commit.h"

#include <stdio.h>
#include <string.h>

/* What has become of the figures so far. */
struct tally {
    int drawn;
    enum status worst;
    char message[1024]; /* of the worst */
};

static void note_failure(struct tally *t, enum status st)
{
    if (st <= t->worst) return;
    t->worst = st;
    snprintf(t->message, sizeof t->message, "%s", status_message());
}

static void say(const char *what, const char *name, const char *text)
{
    printf("%-8s %-24s %s\n", what, name, text);
    fflush(stdout);
}

static void draw_one(const struct figure *f, struct drawing *d, struct tally *t)
{
    char files[1200];
    d->name = f->name;
    enum status st = f->draw(d);
    if (st != ST_OK) {
        say("failed", f->name, status_message());
        note_failure(t, st);
        return;
    }
    snprintf(files, sizeof files, "%s/%s.png .svg .pdf", d->to->folder, f->name);
    say("drawn", f->name, files);
    t->drawn++;
}

static void draw_all(struct drawing *d, struct tally *t)
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

/* A part of the run that is there but broken counts as a failure; one that is not there does
 * not. */
static void note_damage(struct tally *t, const struct run_part *part)
{
    if (part->st == ST_OK || part->st == ST_NOINPUT) return;
    status_set_message(part->why);
    note_failure(t, part->st);
}

static enum status draw_only(const struct figures_options *o, struct drawing *d,
                             struct tally *t)
{
    const struct figure *f = figure_find(o->only);
    const char *why = f->missing(d->run);
    if (why) return FAIL(ST_NOINPUT, "%s cannot be drawn: %s", f->name, why);
    draw_one(f, d, t);
    return ST_OK;
}

/* Print the model's error beside PCA's. */
static void compare(const struct run *r, struct record *record, struct tally *t)
{
    struct baseline b;
    char line[320];
    if (!baseline_fits(r)) return;
    enum status st = baseline_compute(r, &b);
    if (st == ST_OK) st = baseline_keep(&b, record);
    if (st != ST_OK) {
        note_failure(t, st);
        return;
    }
    baseline_line(&b, line, sizeof line);
    printf("%s\n", line);
}

/* Print how well the codes tell the digits apart. */
static void score(const struct run *r, struct record *record, struct tally *t)
{
    struct knn_score s;
    char line[160];
    if (knn_score_missing(r)) return;
    enum status st = knn_score_compute(r, &s);
    if (st == ST_OK) st = knn_score_keep(&s, record);
    if (st != ST_OK) {
        note_failure(t, st);
        return;
    }
    knn_score_line(&s, line, sizeof line);
    printf("%s\n", line);
}

/* Print what the components of the residuals explain; where they cannot be found their figures
 * have said why. */
static void explain(const struct run *r)
{
    const struct residuals *x;
    if (figure_find("residual-variance")->missing(r)) return;
    if (residuals_of(r, &x) == ST_OK) variances_print(&x->pca);
}

/* The arrays behind all figures go to figures.h5, those behind one to its own file, so that
 * drawing one again does not lose the others. */
static enum status save_arrays(const struct figures_options *o, const struct drawing *d)
{
    char name[96];
    snprintf(name, sizeof name, "%s.h5", o->only ? o->only : "figures");
    TRY(numbers_save(d->run, d->record, d->seed, d->to->folder, name));
    printf("%-8s %-24s %s/%s\n", "wrote", "the numbers", d->to->folder, name);
    return ST_OK;
}

static enum status draw_run(const struct figures_options *o, struct drawing *d, struct tally *t)
{
    const struct run *r = d->run;
    TRY(commit_folder(d->to->folder));
    if (o->only) {
        TRY(draw_only(o, d, t));
    } else {
        draw_all(d, t);
        note_damage(t, &r->has_model);
        note_damage(t, &r->has_results);
        note_damage(t, &r->has_metrics);
        compare(r, d->record, t);
        score(r, d->record, t);
    }
    if (!o->only || strncmp(o->only, "residual", 8) == 0) explain(r);
    if (t->drawn > 0) TRY(save_arrays(o, d));
    if (t->worst != ST_OK) return FAIL(t->worst, "%s", t->message);
    if (t->drawn == 0) return FAIL(ST_NOINPUT, "nothing could be drawn of %s", r->folder);
    return ST_OK;
}

enum status figures_draw(const struct figures_options *o)
{
    char folder[1100];
    struct run run;
    struct record record = {0};
    struct tally tally = {0};
    const struct outlet to = {.folder = folder};
    struct drawing d = {.run = &run,
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
        st = draw_run(o, &d, &tally);
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
