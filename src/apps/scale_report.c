#include "scale_report.h"

#include "base/text.h"
#include "store/commit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const kinds[SCALE_KINDS] = {"here", "strong", "weak"};

/* The columns of seconds. */
static const struct {
    const char *name, *title;
    size_t at;
} columns[] = {
    {"compute", "compute", offsetof(struct scale_seconds, compute)},
    {"sum_inside_nodes", "in node", offsetof(struct scale_seconds, inside)},
    {"sum_between_nodes", "between", offsetof(struct scale_seconds, between)},
    {"batch_norm", "b. norm", offsetof(struct scale_seconds, statistics)},
    {"decision", "decision", offsetof(struct scale_seconds, decision)},
    {"optimizer", "optimiser", offsetof(struct scale_seconds, optimizer)},
};
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static double column(const struct scale_row *row, int i)
{
    const void *at = (const char *)&row->t + columns[i].at;
    return *(const double *)at;
}

/* Measured where it has been. */
static double seconds(const struct scale_row *row)
{
    return row->measured > 0 ? row->measured : row->t.all;
}

double scale_report_rate(const struct scale_row *row)
{
    return (double)row->at.batch / seconds(row);
}

static size_t nodes_of(const struct scale_report *r, const struct scale_row *row)
{
    size_t a_node = (size_t)r->net.ranks;
    if (row->kind == SCALE_HERE && r->one_host) return 1;
    return (row->at.ranks + a_node - 1) / a_node;
}

/* ---- stdout ------------------------------------------------------------------------------ */

static void print_parts(const struct scale_report *r)
{
    const struct scale_parts *p = &r->parts;
    printf("hourglass scale: %s, %zu floats of parameters, %ld shards, batch %ld\n",
           r->job->name, p->floats, r->job->shards, r->job->batch);
    printf("\nmeasured here, with %d rank%s\n", r->ranks, r->ranks == 1 ? "" : "s");
    for (size_t i = 0; i < p->steps; i++)
        printf("  forward and back, %3zu x %4zu rows %10.3f ms\n", p->step[i].own,
               p->step[i].rows, 1e3 * p->step[i].seconds);
    printf("  optimiser                       %10.3f ms\n", 1e3 * p->optimizer);
    for (size_t i = 1; i < p->met; i++)
        printf("  meeting of %3d ranks            %10.3f ms, and %.3f to tell losses\n", 1 << i,
               1e3 * p->meet[i].sum, 1e3 * p->meet[i].tell);
    printf("  all floats added, and gathered  %10.3f ms, and %.3f\n",
           1e3 * p->add * (double)p->floats, 1e3 * p->copy * (double)p->floats);
    printf("  checkpoint of %.1f MB          %10.3f ms", p->checkpoint_bytes / 1e6,
           1e3 * p->checkpoint);
    if (r->job->checkpoint_minutes > 0)
        printf(", %.3g %% of the time at one in %g minutes",
               100 * p->checkpoint / (60 * r->job->checkpoint_minutes),
               r->job->checkpoint_minutes);
    puts("");
}

static void print_checks(const struct scale_report *r)
{
    if (r->rows == 0 || r->row[0].kind != SCALE_HERE) return;
    puts("\nthe model beside whole steps, here\n"
         "   ranks  samples/s   measured  predicted       ms");
    for (int i = 0; i < r->rows; i++) {
        const struct scale_row *row = &r->row[i];
        if (row->kind != SCALE_HERE) continue;
        printf("%8zu %10.0f %10.3f %10.3f  %+5.1f %%\n", row->at.ranks, scale_report_rate(row),
               1e3 * row->measured, 1e3 * row->t.all, 100 * (row->t.all / row->measured - 1));
    }
}

/* The row with most samples a second, and the last one at half the efficiency or more. */
static void print_best(const struct scale_report *r, enum scale_kind kind)
{
    const struct scale_row *best = NULL, *half = NULL;
    for (int i = 0; i < r->rows; i++) {
        const struct scale_row *row = &r->row[i];
        if (row->kind != kind) continue;
        if (!best || scale_report_rate(row) > scale_report_rate(best)) best = row;
        if (row->efficiency >= 0.5) half = row;
    }
    if (best && half)
        printf("  fastest: %zu ranks, %.4g samples/s; half of a rank's own speed or more up to "
               "%zu ranks\n",
               best->at.ranks, scale_report_rate(best), half->at.ranks);
}

static void print_rows(const struct scale_report *r, enum scale_kind kind)
{
    printf("%8s %6s %7s", "ranks", "nodes", "shards");
    for (int c = 0; c < COLUMNS; c++) printf(" %9s", columns[c].title);
    printf(" %9s %11s %10s\n", "step, ms", "samples/s", "efficiency");
    for (int i = 0; i < r->rows; i++) {
        const struct scale_row *row = &r->row[i];
        if (row->kind != kind) continue;
        printf("%8zu %6zu %7zu", row->at.ranks, nodes_of(r, row), row->at.shards);
        for (int c = 0; c < COLUMNS; c++) printf(" %9.3f", 1e3 * column(row, c));
        printf(" %9.3f %11.0f %8.1f %%\n", 1e3 * row->t.all, scale_report_rate(row),
               100 * row->efficiency);
    }
}

void scale_report_print(const struct scale_report *r)
{
    char net[256];
    scale_network_describe(&r->net, net, sizeof net);
    print_parts(r);
    print_checks(r);
    printf("\nprediction: %s; ms of a step\n", net);
    printf("\nstrong scaling: steps of %ld samples\n", r->job->batch);
    print_rows(r, SCALE_STRONG);
    print_best(r, SCALE_STRONG);
    printf("\nweak scaling: %ld samples a rank and step\n", r->job->batch);
    print_rows(r, SCALE_WEAK);
    print_best(r, SCALE_WEAK);
}

/* ---- files ------------------------------------------------------------------------------- */

/* Commit the text under a path, and free it. */
static enum status commit(struct text *t, const char *path)
{
    TRY(text_end(t));
    char folder[JOB_PATH] = ".";
    const char *slash = strrchr(path, '/');
    if (slash) snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    enum status st = commit_bytes(folder, slash ? slash + 1 : path, t->at, t->size);
    free(t->at);
    return st;
}

static void write_row(FILE *out, const struct scale_report *r, const struct scale_row *row)
{
    fprintf(out, "%s,%zu,%zu,%zu,%zu", kinds[row->kind], row->at.ranks, nodes_of(r, row),
            row->at.shards, row->at.batch);
    for (int c = 0; c < COLUMNS; c++) fprintf(out, ",%.6g", column(row, c));
    fprintf(out, ",%.6g,", row->t.all);
    if (row->measured > 0) fprintf(out, "%.6g", row->measured);
    fprintf(out, ",%.6g,%.6g\n", scale_report_rate(row), row->efficiency);
}

enum status scale_report_csv(const struct scale_report *r, const char *path)
{
    struct text t;
    char net[256];
    scale_network_describe(&r->net, net, sizeof net);
    TRY(text_begin(&t, path));
    fprintf(t.out, "# hourglass scale, a prediction\n# job: %s\n# network: %s\n", r->job->name,
            net);
    fprintf(t.out, "scaling,ranks,nodes,shards,batch");
    for (int c = 0; c < COLUMNS; c++) fprintf(t.out, ",%s", columns[c].name);
    fprintf(t.out, ",step,measured_step,samples_per_second,efficiency\n");
    for (int i = 0; i < r->rows; i++) write_row(t.out, r, &r->row[i]);
    return commit(&t, path);
}

static void write_parts(FILE *out, const struct scale_parts *p)
{
    fprintf(out, "  \"parts\": {\n    \"floats\": %zu,\n    \"forward_and_back\": [",
            p->floats);
    for (size_t i = 0; i < p->steps; i++)
        fprintf(out, "%s\n      {\"shards\": %zu, \"rows\": %zu, \"seconds\": %.6g}",
                i ? "," : "", p->step[i].own, p->step[i].rows, p->step[i].seconds);
    fprintf(out, "],\n    \"meeting\": [");
    for (size_t i = 1; i < p->met; i++)
        fprintf(out, "%s{\"ranks\": %d, \"sum\": %.6g, \"tell\": %.6g}", i > 1 ? ", " : "",
                1 << i, p->meet[i].sum, p->meet[i].tell);
    fprintf(out,
            "],\n    \"optimizer\": %.6g,\n    \"added_float\": %.6g,\n    \"gathered_float\": "
            "%.6g,\n"
            "    \"checkpoint\": %.6g,\n    \"checkpoint_bytes\": %.0f\n  },\n",
            p->optimizer, p->add, p->copy, p->checkpoint, p->checkpoint_bytes);
}

static void write_object(FILE *out, const struct scale_report *r, const struct scale_row *row)
{
    fprintf(out, "{\"scaling\": \"%s\", \"ranks\": %zu, \"nodes\": %zu, \"shards\": %zu, ",
            kinds[row->kind], row->at.ranks, nodes_of(r, row), row->at.shards);
    fprintf(out, "\"batch\": %zu, ", row->at.batch);
    for (int c = 0; c < COLUMNS; c++)
        fprintf(out, "\"%s\": %.6g, ", columns[c].name, column(row, c));
    if (row->measured > 0) fprintf(out, "\"measured_step\": %.6g, ", row->measured);
    fprintf(out, "\"step\": %.6g, \"samples_per_second\": %.6g, \"efficiency\": %.6g}",
            row->t.all, scale_report_rate(row), row->efficiency);
}

enum status scale_report_json(const struct scale_report *r, const char *path)
{
    struct text t;
    const struct scale_network *net = &r->net;
    TRY(text_begin(&t, path));
    fprintf(t.out, "{\n  \"what\": \"a prediction\",\n  \"ranks\": %d,\n", r->ranks);
    write_parts(t.out, &r->parts);
    fprintf(t.out,
            "  \"network\": {\"latency\": %.6g, \"bandwidth\": %.6g, \"oversubscription\": "
            "%.6g, \"ranks_per_node\": %.6g, \"cores_per_node\": %.6g, \"nodes_per_switch\": "
            "%.6g, \"memory_bandwidth\": %.6g},\n  \"rows\": [",
            net->latency, net->bandwidth, net->oversubscription, net->ranks, net->cores,
            net->nodes, net->memory);
    for (int i = 0; i < r->rows; i++) {
        fprintf(t.out, "%s\n    ", i ? "," : "");
        write_object(t.out, r, &r->row[i]);
    }
    fprintf(t.out, "]\n}\n");
    return commit(&t, path);
}
