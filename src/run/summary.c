#include "summary.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
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
    const double *row = progress_last(p);
    fputs("  \"result\": {\n", out);
    for (int i = 0; row && i < METRICS_HISTORY; i++)
        fprintf(out, "    \"%s\": %.9g,\n", metrics_info((enum metrics_column)i)->name, row[i]);
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

/* How it begins: what summary_is_of_the_end looks for. */
static const char opening[] = "{\n  \"finished\": %s,\n  \"epochs\": %ld,\n";

int summary_is_of_the_end(const char *folder, long epochs)
{
    char path[JOB_PATH + 16], want[128], found[128] = "";
    FILE *f;
    snprintf(path, sizeof path, "%s/summary.json", folder);
    int n = snprintf(want, sizeof want, opening, "true", epochs);
    if (file_open(&f, path) != ST_OK) return 0;
    size_t got = fread(found, 1, (size_t)n, f);
    fclose(f);
    return got == (size_t)n && memcmp(found, want, got) == 0;
}

enum status summary_write(const struct run *r, int stopped)
{
    struct text t;
    TRY(text_begin(&t, "summary.json"));
    fprintf(t.out, opening, stopped ? "false" : "true", r->progress.at.epoch);
    fprintf(t.out, "  \"parameters\": %zu,\n", r->model->parameters);
    print_result(t.out, &r->progress);
    print_times(t.out, &r->times, clock_seconds() - r->began);
    print_provenance(t.out, &r->provenance);
    fputs("}\n", t.out);
    TRY(text_end(&t));
    enum status st = commit_bytes(r->folder, "summary.json", t.at, t.size);
    free(t.at);
    return st;
}
