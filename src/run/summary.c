#include "summary.h"

#include "base/clock.h"
#include "run/metrics.h"
#include "store/commit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_string(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (c == '"' || c == '\\')
            fprintf(out, "\\%c", c);
        else if (c == '\n')
            fputs("\\n", out);
        else if (c < 32)
            fprintf(out, "\\u%04x", c);
        else
            fputc(c, out);
    }
    fputc('"', out);
}

static void print_provenance(FILE *out, const struct provenance_record *p)
{
    fputs("  \"provenance\": {\n", out);
    for (int i = 0; i < p->count; i++) {
        fputs("    ", out);
        print_string(out, p->entry[i].name);
        fputs(": ", out);
        print_string(out, p->entry[i].text);
        fputs(i + 1 < p->count ? ",\n" : "\n", out);
    }
    fputs("  }\n", out);
}

static void print_result(FILE *out, const struct progress *p)
{
    static const char *const names[METRIC_COUNT] = {"epoch",
                                                    "step",
                                                    "train_loss",
                                                    "validation_loss",
                                                    "validation_reconstruction",
                                                    "validation_kl",
                                                    "validation_l1",
                                                    "validation_squared_error",
                                                    "learning_rate"};
    const double *row = metrics_last(p);
    fputs("  \"result\": {\n", out);
    for (int i = 0; row && i < METRIC_COUNT; i++)
        fprintf(out, "    \"%s\": %.9g,\n", names[i], row[i]);
    fprintf(out, "    \"best_epoch\": %ld,\n    \"best_validation_loss\": %.9g\n  },\n",
            p->best_epoch, p->best_loss);
}

static void print_times(FILE *out, const struct times *s, double wall)
{
    const struct {
        const char *name;
        double seconds;
    } parts[] = {
        {"products", s->products},   {"elementwise", s->elementwise},
        {"optimizer", s->optimizer}, {"allreduce", s->allreduce},
        {"waiting", s->waiting},     {"validation", s->validation},
        {"reading", s->reading},     {"checkpoints", s->checkpoints},
        {"results", s->results},
    };
    fprintf(out, "  \"seconds\": {\"wall\": %.3f", wall);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        fprintf(out, ", \"%s\": %.4f", parts[i].name, parts[i].seconds);
    fputs("},\n", out);
}

enum status summary_write(const struct run *r, int stopped)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    if (!out) return FAIL(ST_NOMEM, "no memory for summary.json");
    fprintf(out, "{\n  \"finished\": %s,\n  \"epochs\": %ld,\n  \"parameters\": %zu,\n",
            stopped ? "false" : "true", r->progress.epoch, r->model->parameters);
    print_result(out, &r->progress);
    print_times(out, &r->times, clock_seconds() - r->began);
    print_provenance(out, &r->provenance);
    fputs("}\n", out);
    fclose(out);
    enum status st = commit_bytes(r->folder, "summary.json", text, n);
    free(text);
    return st;
}
