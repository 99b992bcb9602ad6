#include "summary.h"

#include "base/log.h"
#include "store/commit.h"
#include "store/metrics.h"

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

static void print_facts(FILE *out, const struct facts *f)
{
    fputs("  \"provenance\": {\n", out);
    for (int i = 0; i < f->count; i++) {
        fputs("    ", out);
        print_string(out, f->fact[i].name);
        fputs(": ", out);
        print_string(out, f->fact[i].text);
        fputs(i + 1 < f->count ? ",\n" : "\n", out);
    }
    fputs("  }\n", out);
}

static void print_result(FILE *out, const struct trainer *t, const double *row)
{
    fputs("  \"result\": {\n", out);
    for (int i = 0; row && i < METRICS_HISTORY; i++)
        fprintf(out, "    \"%s\": %.9g,\n", metrics_info((enum metrics_column)i)->name, row[i]);
    fprintf(out, "    \"best_epoch\": %ld,\n    \"best_validation_loss\": %.9g\n  },\n",
            t->progress.best_epoch, t->progress.best_loss);
}

static void print_times(FILE *out, const struct trainer *t, const struct facts *f)
{
    const struct times *s = &t->times;
    const struct {
        const char *name;
        double seconds;
    } parts[] = {
        {"products", s->products},   {"elementwise", s->elementwise},
        {"optimizer", s->optimizer}, {"sums", s->sums},
        {"waiting", s->waiting},     {"validation", s->validation},
        {"reading", s->reading},     {"checkpoints", s->checkpoints},
        {"results", s->results},
    };
    fprintf(out, "  \"seconds\": {\"wall\": %.3f", clock_seconds() - f->started);
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++)
        fprintf(out, ", \"%s\": %.4f", parts[i].name, parts[i].seconds);
    fputs("},\n", out);
}

enum status summary_write(const struct trainer *t, const struct facts *f, const char *folder,
                          int stopped)
{
    char *text = NULL;
    size_t n;
    FILE *out = open_memstream(&text, &n);
    if (!out) return FAIL(ST_NOMEM, "no memory for summary.json");
    fprintf(out, "{\n  \"finished\": %s,\n  \"epochs\": %ld,\n  \"parameters\": %zu,\n",
            stopped ? "false" : "true", t->progress.at.epoch, t->model->parameters);
    print_result(out, t, progress_last(&t->progress));
    print_times(out, t, f);
    print_facts(out, f);
    fputs("}\n", out);
    fclose(out);
    enum status st = commit_bytes(folder, "summary.json", text, n);
    free(text);
    return st;
}
