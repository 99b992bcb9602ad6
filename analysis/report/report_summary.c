#include "analysis/report/report_summary.h"

#include "analysis/input/thousands.h"
#include "analysis/numbers/parameters.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* ---- title ---------------------------------------------------------------------------- */

static int has_kind(const struct model *m, const char *word)
{
    for (int i = 0; i < m->count; i++)
        if (strcmp(m->layers[i].kind->word, word) == 0) return 1;
    return 0;
}

static void put_epochs(struct report_text *t, const char *epoch)
{
    report_text_add(t, " for ");
    report_text_escape(t, epoch);
    report_text_add(t, strcmp(epoch, "1") == 0 ? " epoch" : " epochs");
}

static void put_sentence(struct report_text *t, const struct run *r)
{
    const struct model *m = r->model;
    const char *words[] = {has_kind(m, "conv") ? "convolutional " : "",
                           m->denoising ? "denoising " : "",
                           m->variational ? "variational " : ""};
    int plain = !*words[0] && !*words[1] && !*words[2];
    report_text_add(t, "<p class=\"lead\">%s %s%s%sautoencoder, trained on ",
                    plain ? "An" : "A", words[0], words[1], words[2]);
    report_text_escape(t, r->data_name);
    if (*r->epoch) put_epochs(t, r->epoch);
    report_text_add(t, ". It turns %s numbers into %s and rebuilds them from these.</p>\n",
                    thousands_text(shape_size(m->input)), thousands_text(shape_size(m->code)));
}

enum { BAR = 9, PITCH = 15, TALL = 96 };

/* Height of a bar: the square root of the values that a sample has there. */
static double height_of(struct shape s)
{
    return sqrt((double)shape_size(s));
}

static void put_bar(struct report_text *t, int place, struct shape s, double largest,
                    const char *class, const char *name)
{
    double h = fmax(height_of(s) * TALL / largest, BAR);
    report_text_add(
        t, "<rect class=\"%s\" x=\"%d\" y=\"%.1f\" width=\"%d\" height=\"%.1f\" rx=\"2\">",
        class, place * PITCH, (TALL - h) / 2, BAR, h);
    report_text_add(t, "<title>%s: %zu x %zu x %zu</title></rect>", name, s.h, s.w, s.c);
}

/* One bar for the input and one for each layer: the hourglass itself. */
static void put_outline(struct report_text *t, const struct model *m)
{
    double largest = height_of(m->input);
    for (int i = 0; i < m->count; i++) largest = fmax(largest, height_of(m->layers[i].out));
    report_text_add(
        t,
        "<svg class=\"outline\" viewBox=\"0 0 %d %d\" role=\"img\" "
        "aria-label=\"The network: one bar a layer, its height the square root of the "
        "number of values, the code in colour\">",
        (m->count + 1) * PITCH - PITCH + BAR, TALL);
    put_bar(t, 0, m->input, largest, "layer", "input");
    for (int i = 0; i < m->count; i++)
        put_bar(t, i + 1, m->layers[i].out, largest, i == m->split - 1 ? "code" : "layer",
                m->layers[i].name);
    report_text_add(t, "</svg>\n");
}

void report_summary_title(struct report_text *t, const struct run *r)
{
    int known = r->has_model.st == ST_OK;
    report_text_add(t,
                    "<header class=\"top\"><div>\n<p class=\"kicker\">hourglass report</p>\n");
    report_text_element(t, "h1", r->job.name);
    if (known) put_sentence(t, r);
    report_text_add(t, "</div>\n");
    if (known) put_outline(t, r->model);
    report_text_add(t, "</header>\n");
}

/* ---- numbers -------------------------------------------------------------------------- */

static void open_number(struct report_text *t, const char *name)
{
    report_text_add(t, "<div><dt>%s</dt><dd>", name);
}

static void close_number(struct report_text *t)
{
    report_text_add(t, "</dd></div>\n");
}

static double metric_of(const struct run *r, enum metrics_column column)
{
    return metrics_at(&r->metrics, run_metrics_row(r), column);
}

static void put_loss(struct report_text *t, const struct run *r)
{
    open_number(t, "Validation loss");
    report_text_add(t, "<b>%#.4g</b><small>", metric_of(r, METRICS_VALIDATION_LOSS));
    if (metrics_has(&r->metrics, METRICS_KL))
        report_text_add(t, "%#.4g reconstruction + %#.3g KL, ",
                        metric_of(r, METRICS_RECONSTRUCTION), metric_of(r, METRICS_KL));
    report_text_add(t, "epoch %.0f</small>", metric_of(r, METRICS_EPOCH));
    close_number(t);
}

/* Two bars, the longer one as long as there is space. */
static void put_bars(struct report_text *t, const struct baseline *b)
{
    double most = fmax(b->model, b->pca);
    if (!(most > 0)) return;
    report_text_add(t,
                    "<svg class=\"bars\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" "
                    "aria-hidden=\"true\"><rect class=\"code\" width=\"%.2f\" height=\"4\"/>"
                    "<rect class=\"layer\" y=\"6\" width=\"%.2f\" height=\"4\"/></svg>",
                    100 * b->model / most, 100 * b->pca / most);
}

static void put_error(struct report_text *t, const struct baseline *b, size_t pixels)
{
    open_number(t, "Squared error");
    report_text_add(t, "<b>%#.4g</b>", b->model);
    if (b->components == pixels) {
        report_text_add(t,
                        "<small>an image; the code is not smaller than it, a PCA of its size "
                        "loses nothing</small>");
        close_number(t);
        return;
    }
    put_bars(t, b);
    report_text_add(
        t, "<small>an image; PCA with %s component%s: %#.4g, fitted on %s %s samples</small>",
        thousands_text(b->components), b->components == 1 ? "" : "s", b->pca,
        thousands_text(b->fitted), b->on_test ? "test" : "training");
    close_number(t);
}

static void put_code(struct report_text *t, const struct model *m)
{
    size_t code = shape_size(m->code), input = shape_size(m->input);
    open_number(t, "Code");
    report_text_add(t, "<b>%s</b><small>%s for %s", thousands_text(code),
                    code == 1 ? "number" : "numbers", thousands_text(input));
    if (code < input) report_text_add(t, ", 1&nbsp;:&nbsp;%.3g", (double)input / (double)code);
    report_text_add(t, "</small>");
    close_number(t);
}

static void put_parameters(struct report_text *t, const struct model *m)
{
    open_number(t, "Parameters");
    report_text_add(t, "<b>%s</b><small>encoder %s + decoder %s</small>",
                    thousands_text(m->parameters),
                    thousands_text(parameters_between(m, 0, m->split)),
                    thousands_text(parameters_between(m, m->split, m->count)));
    close_number(t);
}

static void put_speed(struct report_text *t, const struct run *r)
{
    double rate = metric_of(r, METRICS_SAMPLES_PER_SECOND);
    if (!(rate >= 1)) return;
    open_number(t, "Speed");
    report_text_add(t, "<b>%s</b><small>samples a second</small>",
                    thousands_text((size_t)rate));
    close_number(t);
}

static void put_score(struct report_text *t, const struct knn_score *k)
{
    open_number(t, "k-NN accuracy");
    report_text_add(t,
                    "<b>%.1f %%</b><small>%zu neighbours among %s test codes, leave-one-out"
                    "</small>",
                    100 * k->accuracy, k->k, thousands_text(k->rows));
    close_number(t);
}

void report_summary_numbers(struct report_text *t, const struct run *r,
                            const struct baseline *b, const struct knn_score *k)
{
    int metrics = r->has_metrics.st == ST_OK && r->metrics.rows > 0;
    report_text_add(t, "<dl class=\"numbers\" aria-label=\"The run in numbers\">\n");
    if (metrics) put_loss(t, r);
    if (b) put_error(t, b, shape_size(r->results.image));
    if (k) put_score(t, k);
    if (r->has_model.st == ST_OK) put_code(t, r->model), put_parameters(t, r->model);
    if (metrics) put_speed(t, r);
    report_text_add(t, "</dl>\n");
}
