#include "analysis/compare/compared.h"

#include "analysis/numbers/baseline.h"
#include "analysis/numbers/knn_score.h"
#include "base/log.h"
#include "base/text.h"
#include "store/commit.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { LABEL = 24 };

/* The columns: what heads them for people, and the metric that they are; of what is no metric
 * (METRICS_COLUMNS) the name in the file and the format for people. */
static const struct {
    const char *head;
    enum metrics_column metric;
    const char *name, *format;
} columns[COMPARED_COLUMNS] = {
    {"epochs", METRICS_COLUMNS, "epochs", "%.0f"},
    {"code", METRICS_COLUMNS, "code", "%.0f"},
    {"parameters", METRICS_COLUMNS, "parameters", "%.0f"},
    {"train", METRICS_TRAIN_LOSS, NULL, NULL},
    {"validation", METRICS_VALIDATION_LOSS, NULL, NULL},
    {"reconstruction", METRICS_RECONSTRUCTION, NULL, NULL},
    {"KL", METRICS_KL, NULL, NULL},
    {"L1", METRICS_L1, NULL, NULL},
    {"sq. error", METRICS_COLUMNS, "squared_error_per_image", "%.5g"},
    {"PCA", METRICS_COLUMNS, "pca_squared_error_per_image", "%.5g"},
    {"k-NN", METRICS_COLUMNS, "knn_accuracy", "%.4f"},
    {"samples/s", METRICS_SAMPLES_PER_SECOND, NULL, NULL},
    {"seconds", METRICS_SECONDS, NULL, NULL},
};

static const char *name_of(int column)
{
    enum metrics_column m = columns[column].metric;
    return m == METRICS_COLUMNS ? columns[column].name : metrics_info(m)->name;
}

static const char *format_of(int column)
{
    enum metrics_column m = columns[column].metric;
    return m == METRICS_COLUMNS ? columns[column].format : metrics_info(m)->shown;
}

static const char *last_name(const char *folder)
{
    const char *slash = strrchr(folder, '/');
    return slash && slash[1] ? slash + 1 : folder;
}

/* Two runs of one last name are told apart by their folders. */
static void set_labels(struct compared *c)
{
    for (int i = 0; i < c->count; i++) {
        const char *own = c->runs[i].run.folder, *name = last_name(own);
        int same = 0;
        for (int k = 0; k < c->count; k++)
            same += strcmp(last_name(c->runs[k].run.folder), name) == 0;
        c->runs[i].label = same > 1 ? own : name;
    }
}

/* The mean speed of the epochs, each weighted by its samples: rows / sum of rows / speed. */
static double speed(const struct metrics *m)
{
    double inverse = 0;
    for (size_t i = 0; i < m->rows; i++)
        inverse += 1 / metrics_at(m, i, METRICS_SAMPLES_PER_SECOND);
    return (double)m->rows / inverse;
}

/* A row is of one model: that of the results, at whose epoch the losses are taken. */
static void take_metrics(struct compared_run *r)
{
    const struct metrics *m = &r->run.metrics;
    size_t last = run_metrics_row(&r->run);
    double *v = r->value;
    v[COMPARED_EPOCHS] = metrics_at(m, last, METRICS_EPOCH);
    v[COMPARED_TRAIN] = metrics_at(m, last, METRICS_TRAIN_LOSS);
    v[COMPARED_VALIDATION] = metrics_at(m, last, METRICS_VALIDATION_LOSS);
    v[COMPARED_SQUARED_ERROR] = metrics_at(m, last, METRICS_SQUARED_ERROR);
    v[COMPARED_SPEED] = speed(m);
    v[COMPARED_SECONDS] = 0;
    for (size_t i = 0; i <= last; i++) v[COMPARED_SECONDS] += metrics_at(m, i, METRICS_SECONDS);
    int kl = metrics_has(m, METRICS_KL), l1 = metrics_has(m, METRICS_L1);
    if (kl) v[COMPARED_KL] = metrics_at(m, last, METRICS_KL);
    if (l1) v[COMPARED_L1] = metrics_at(m, last, METRICS_L1);
    if (kl || l1) v[COMPARED_RECONSTRUCTION] = metrics_at(m, last, METRICS_RECONSTRUCTION);
}

/* A run without results has neither baseline nor score; that is no failure. */
static enum status take_results(struct compared_run *r)
{
    struct baseline b;
    struct knn_score k;
    if (baseline_fits(&r->run)) {
        TRY(baseline_compute(&r->run, &b));
        r->value[COMPARED_PCA] = b.pca;
        if (b.on_test)
            log_warning("%s: PCA is fitted on the test images, which flatters it: %s",
                        r->run.folder, b.why);
    }
    if (!knn_score_missing(&r->run)) {
        TRY(knn_score_compute(&r->run, &k));
        r->value[COMPARED_NEIGHBOURS] = k.accuracy;
    }
    return ST_OK;
}

static enum status open_one(struct compared_run *r, const char *folder)
{
    for (int i = 0; i < COMPARED_COLUMNS; i++) r->value[i] = NAN;
    TRY(run_open(&r->run, folder));
    const struct run_part *parts[2] = {&r->run.has_metrics, &r->run.has_model};
    for (int i = 0; i < 2; i++)
        if (parts[i]->st != ST_OK)
            return FAIL(parts[i]->st, "%s cannot be compared: %s", folder, parts[i]->why);
    if (run_metrics_row(&r->run) + 1 < r->run.metrics.rows)
        log_warning("%s: its results are of epoch %s of %zu, and so is its row: `hourglass "
                    "encode %s` takes the newest",
                    folder, r->run.epoch, r->run.metrics.rows, folder);
    take_metrics(r);
    r->value[COMPARED_CODE] = (double)shape_size(r->run.model->code);
    r->value[COMPARED_PARAMETERS] = (double)r->run.model->parameters;
    return take_results(r);
}

static int same_loss(const struct job *a, const struct job *b)
{
    return strcmp(a->loss, b->loss) == 0 && a->beta == b->beta && a->l1 == b->l1;
}

enum status compared_open(struct compared *c, int count, char *const *folders)
{
    *c = (struct compared){.same_loss = 1};
    c->runs = calloc((size_t)count, sizeof *c->runs);
    if (!c->runs) return FAIL(ST_NOMEM, "no memory for %d runs", count);
    for (; c->count < count; c->count++) {
        enum status st = open_one(&c->runs[c->count], folders[c->count]);
        if (st != ST_OK) return c->count++, st; /* it is freed with the others */
        if (!same_loss(&c->runs[0].run.job, &c->runs[c->count].run.job)) c->same_loss = 0;
    }
    set_labels(c);
    return ST_OK;
}

void compared_free(struct compared *c)
{
    for (int i = 0; i < c->count; i++) run_free(&c->runs[i].run);
    free(c->runs);
    *c = (struct compared){0};
}

struct compared_measure compared_measure(const struct compared *c)
{
    struct compared_measure m = {COMPARED_SQUARED_ERROR, METRICS_SQUARED_ERROR,
                                 "test squared error per image"};
    if (!c->same_loss) return m;
    m = (struct compared_measure){COMPARED_VALIDATION, METRICS_VALIDATION_LOSS, ""};
    snprintf(m.words, sizeof m.words, "test loss (%s)", c->runs[0].run.job.loss);
    return m;
}

int compared_sweeps(const struct compared *c)
{
    for (int i = 1; i < c->count; i++)
        if (c->runs[i].value[COMPARED_CODE] != c->runs[0].value[COMPARED_CODE]) return 1;
    return 0;
}

int compared_best(const struct compared *c)
{
    enum compared_column by = compared_measure(c).column;
    int best = 0;
    for (int i = 1; i < c->count; i++)
        if (c->runs[i].value[by] < c->runs[best].value[by]) best = i;
    return best;
}

/* ---- the table ---------------------------------------------------------------------------
 */

static int in_use(const struct compared *c, int column)
{
    for (int i = 0; i < c->count; i++)
        if (!isnan(c->runs[i].value[column])) return 1;
    return 0;
}

static void print_value(double v, const char *format, int width)
{
    char text[48];
    snprintf(text, sizeof text, format, v);
    printf("  %*s", width, isnan(v) ? "-" : text);
}

static int width_of(int column)
{
    int n = (int)strlen(columns[column].head);
    return n > 9 ? n : 9;
}

void compared_print(const struct compared *c)
{
    struct compared_measure m = compared_measure(c);
    int best = compared_best(c);
    printf("%-*s", LABEL, "run");
    for (int k = 0; k < COMPARED_COLUMNS; k++)
        if (in_use(c, k)) printf("  %*s", width_of(k), columns[k].head);
    for (int i = 0; i < c->count; i++) {
        printf("\n%-*s", LABEL, c->runs[i].label);
        for (int k = 0; k < COMPARED_COLUMNS; k++)
            if (in_use(c, k)) print_value(c->runs[i].value[k], format_of(k), width_of(k));
    }
    printf("\nbest by %s: %s, code of %.0f, %.5g\n", m.words, c->runs[best].label,
           c->runs[best].value[COMPARED_CODE], c->runs[best].value[m.column]);
}

/* A field of CSV: quoted, with quotes doubled. */
static void write_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        if (*text == '"') fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void write_table(FILE *out, const struct compared *c)
{
    fprintf(out, "run,folder,loss");
    for (int k = 0; k < COMPARED_COLUMNS; k++) fprintf(out, ",%s", name_of(k));
    for (int i = 0; i < c->count; i++) {
        const struct compared_run *r = &c->runs[i];
        fputc('\n', out), write_text(out, r->label);
        fputc(',', out), write_text(out, r->run.folder);
        fprintf(out, ",%s", r->run.job.loss);
        for (int k = 0; k < COMPARED_COLUMNS; k++)
            isnan(r->value[k]) ? fprintf(out, ",") : fprintf(out, ",%.9g", r->value[k]);
    }
    fputc('\n', out);
}

enum status compared_save(const struct compared *c, const char *folder)
{
    struct text t;
    TRY(text_begin(&t, "comparison.csv"));
    write_table(t.out, c);
    TRY(text_end(&t));
    enum status st = commit_bytes(folder, "comparison.csv", t.at, t.size);
    free(t.at);
    return st;
}
