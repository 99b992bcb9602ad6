#include "analysis/report/report_tables.h"

#include "analysis/input/thousands.h"
#include "analysis/numbers/parameters.h"
#include "store/checkpoint.h"
#include "store/inspect.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void open_section(struct report_text *t, const char *id, const char *title)
{
    report_text_add(
        t, "<section id=\"%s\" aria-labelledby=\"%s-title\">\n<h2 id=\"%s-title\">%s</h2>\n",
        id, id, id, title);
}

static void close_section(struct report_text *t)
{
    report_text_add(t, "</section>\n");
}

/* The frame lets a wide table move sideways on its own, not with the page. */
static void open_table(struct report_text *t, const char *class, const char *name)
{
    report_text_add(t,
                    "<div class=\"frame\" role=\"region\" tabindex=\"0\" aria-label=\"%s\">"
                    "<table class=\"%s\">\n",
                    name, class);
}

static void close_table(struct report_text *t)
{
    report_text_add(t, "</table></div>\n");
}

static void put_absence(struct report_text *t, const char *why)
{
    report_text_add(t, "<p class=\"absent\">Not shown: ");
    report_text_escape(t, why);
    report_text_add(t, ".</p>\n");
}

/* ---- epochs --------------------------------------------------------------------------- */

/* The step says nothing that the epoch does not. */
static int is_shown(const struct metrics *m, int column)
{
    return column != METRICS_STEP && metrics_has(m, (enum metrics_column)column);
}

static void put_heads(struct report_text *t, const struct metrics *m)
{
    report_text_add(t, "<thead><tr>");
    for (int k = 0; k < METRICS_COLUMNS; k++)
        if (is_shown(m, k))
            report_text_element(t, "th scope=\"col\"",
                                metrics_info((enum metrics_column)k)->title);
    report_text_add(t, "</tr></thead>\n");
}

static void put_epoch(struct report_text *t, const struct metrics *m, size_t row)
{
    char text[64];
    report_text_add(t, "<tr>");
    for (int k = 0; k < METRICS_COLUMNS; k++) {
        if (!is_shown(m, k)) continue;
        double v = metrics_at(m, row, (enum metrics_column)k);
        snprintf(text, sizeof text, metrics_info((enum metrics_column)k)->shown, v);
        report_text_element(t, "td", isfinite(v) ? text : "-");
    }
    report_text_add(t, "</tr>\n");
}

void report_tables_epochs(struct report_text *t, const struct run *r)
{
    open_section(t, "epochs", "Epochs");
    if (r->has_metrics.st != ST_OK) {
        put_absence(t, r->has_metrics.why);
    } else {
        report_text_add(t, "<details%s><summary>%zu epoch%s, loss %s</summary>\n",
                        r->metrics.rows <= 12 ? " open" : "", r->metrics.rows,
                        r->metrics.rows == 1 ? "" : "s", r->job.loss);
        open_table(t, "figures", "Epochs");
        put_heads(t, &r->metrics);
        report_text_add(t, "<tbody>\n");
        for (size_t i = 0; i < r->metrics.rows; i++) put_epoch(t, &r->metrics, i);
        report_text_add(t, "</tbody>\n");
        close_table(t);
        report_text_add(t, "</details>\n");
    }
    close_section(t);
}

/* ---- layers --------------------------------------------------------------------------- */

static void put_shape(struct report_text *t, struct shape s)
{
    if (s.h == 1 && s.w == 1)
        report_text_add(t, "%s", thousands_text(s.c));
    else
        report_text_add(t, "%zu &times; %zu &times; %zu", s.h, s.w, s.c);
}

/* What the layer does beside its activation. */
static void put_detail(struct report_text *t, const struct layer *l)
{
    const struct patches *p = &l->patches;
    if (p->y.window) {
        report_text_add(t, "%zu &times; %zu", p->y.window, p->x.window);
        if (p->y.stride > 1) report_text_add(t, ", stride %zu", p->y.stride);
        report_text_add(t, ", ");
    }
    if (l->kind->corrupts)
        report_text_add(t, "%g, %s, ", l->rate, l->always ? "always" : "in training only");
}

static void put_layer(struct report_text *t, const struct model *m, int i)
{
    const struct layer *l = &m->layers[i];
    int logits = m->logits && i == m->count - 1; /* the sigmoid is the loss's part */
    report_text_add(t, "<tr%s>", i == m->split - 1 ? " class=\"code\"" : "");
    report_text_element(t, "th scope=\"row\"", l->name);
    report_text_add(t, "<td>");
    put_shape(t, l->out);
    report_text_add(t, "</td><td>");
    put_detail(t, l);
    report_text_add(t, "%s</td><td>%s</td></tr>\n",
                    logits ? "sigmoid" : activation_name(l->activation),
                    thousands_text(parameters_of(l)));
}

static void put_half(struct report_text *t, const struct model *m, const char *name, int from,
                     int to)
{
    report_text_add(t, "<tbody>\n");
    for (int i = from; i < to; i++) put_layer(t, m, i);
    report_text_add(t,
                    "<tr class=\"sum\"><th scope=\"row\">%s</th><td></td><td></td>"
                    "<td>%s</td></tr>\n</tbody>\n",
                    name, thousands_text(parameters_between(m, from, to)));
}

static void put_layers(struct report_text *t, const struct model *m)
{
    open_table(t, "layers", "Layers");
    report_text_add(t, "<thead><tr><th scope=\"col\">Layer</th><th scope=\"col\">Output</th>"
                       "<th scope=\"col\">Detail</th><th scope=\"col\">Parameters</th></tr>"
                       "</thead>\n<tbody><tr><th scope=\"row\">input</th><td>");
    put_shape(t, m->input);
    report_text_add(t, "</td><td></td><td>0</td></tr></tbody>\n");
    put_half(t, m, "Encoder", 0, m->split);
    put_half(t, m, "Decoder", m->split, m->count);
    report_text_add(t,
                    "<tfoot><tr><th scope=\"row\">Whole</th><td></td><td></td><td>%s</td></tr>"
                    "</tfoot>\n",
                    thousands_text(m->parameters));
    close_table(t);
}

void report_tables_layers(struct report_text *t, const struct run *r)
{
    open_section(t, "layers", "Layers");
    if (r->has_model.st == ST_OK)
        put_layers(t, r->model);
    else
        put_absence(t, r->has_model.why);
    close_section(t);
}

/* ---- settings ------------------------------------------------------------------------- */

static size_t section_of(const struct setting *s)
{
    return strcspn(s->name, ".");
}

static void put_setting(struct report_text *t, const struct settings *s,
                        const struct setting *row)
{
    char value[JOB_LIST];
    settings_format(s, row, value, sizeof value);
    report_text_add(t, "<tr><th scope=\"row\" title=\"");
    report_text_escape(t, row->help);
    report_text_add(t, "\">%s</th>", row->name + section_of(row) + 1);
    report_text_add(t, "<td>");
    report_text_escape(t, *value ? value : "-");
    if (*value && *row->unit) report_text_add(t, " <small>%s</small>", row->unit);
    report_text_add(t, "</td></tr>\n");
}

void report_tables_settings(struct report_text *t, const struct run *r)
{
    struct job job = r->job;
    struct settings s = job_settings(&job);
    open_section(t, "settings", "Settings");
    open_table(t, "pairs", "Settings");
    for (int i = 0; i < s.count; i++) {
        const struct setting *row = &s.table[i];
        size_t n = section_of(row);
        int first = i == 0 || strncmp(row[-1].name, row->name, n + 1) != 0;
        if (first)
            report_text_add(t,
                            "%s<tbody><tr><th class=\"group\" colspan=\"2\">[%.*s]</th></tr>\n",
                            i ? "</tbody>\n" : "", (int)n, row->name);
        put_setting(t, &s, row);
    }
    report_text_add(t, "</tbody>\n");
    close_table(t);
    close_section(t);
}

/* ---- provenance ----------------------------------------------------------------------- */

/* The settings have a table of their own. */
static void put_fact(const char *name, const char *text, void *data)
{
    struct report_text *t = data;
    if (strcmp(name, "settings") == 0) return;
    report_text_add(t, "<tr>");
    report_text_element(t, "th scope=\"row\"", name);
    report_text_element(t, "td", text);
    report_text_add(t, "</tr>\n");
}

/* The file that knows: the results, or the newest checkpoint. */
static enum status find_file(const struct run *r, char *path, size_t n)
{
    if (r->has_results.st != ST_OK) return checkpoint_newest(r->folder, path, n);
    snprintf(path, n, "%s", r->results.path);
    return ST_OK;
}

static enum status put_facts(struct report_text *t, const struct run *r)
{
    struct inspect f;
    char path[1200];
    TRY(find_file(r, path, sizeof path));
    enum status st = inspect_open(&f, path);
    if (st == ST_OK) {
        open_table(t, "pairs", "Provenance");
        report_text_add(t, "<tbody>\n");
        inspect_texts(&f, "/provenance", put_fact, t);
        report_text_add(t, "</tbody>\n");
        close_table(t);
    }
    inspect_close(&f);
    return st;
}

void report_tables_provenance(struct report_text *t, const struct run *r)
{
    open_section(t, "provenance", "Provenance");
    if (put_facts(t, r) != ST_OK) put_absence(t, status_message());
    close_section(t);
}
