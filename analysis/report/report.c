#include "analysis/report/report.h"

#include "analysis/input/failures.h"
#include "analysis/report/report_explorer.h"
#include "analysis/report/report_figures.h"
#include "analysis/report/report_sources.h"
#include "analysis/report/report_summary.h"
#include "analysis/report/report_tables.h"
#include "base/digest.h"
#include "base/version.h"
#include "store/commit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the page is made of. */
struct report {
    struct run run;
    struct report_figures figures;
    struct report_text script, tables, pictures, data, page;
    char why[STATUS_TEXT]; /* there is no explorer; "": there is */
    struct failures failures;
};

/* ---- the head ------------------------------------------------------------------------- */

/* 'sha256-...' of a text, as a Content-Security-Policy names it. */
static void put_hash(struct report_text *t, const char *text)
{
    char hex[DIGEST_HEX];
    unsigned char bytes[DIGEST_HEX / 2];
    if (digest_bytes(text, strlen(text), hex) != ST_OK) {
        t->lost = 1;
        return;
    }
    for (size_t i = 0; i < sizeof bytes; i++) {
        const char pair[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (unsigned char)strtoul(pair, NULL, 16);
    }
    report_text_add(t, "'sha256-");
    report_text_base64(t, bytes, sizeof bytes);
    report_text_add(t, "'");
}

/* Nothing is loaded from anywhere; the one style and the one script are known by their hash, so
 * that no other can run. */
static void put_policy(struct report *r)
{
    struct report_text *t = &r->page;
    report_text_add(t,
                    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
                    "'none'; img-src data:; base-uri 'none'; form-action 'none'; style-src ");
    put_hash(t, report_sources_style);
    report_text_add(t, "; script-src ");
    put_hash(t, r->script.at ? r->script.at : "");
    report_text_add(t, "\">\n");
}

static void put_head(struct report *r)
{
    struct report_text *t = &r->page;
    report_text_add(t,
                    "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    put_policy(r);
    report_text_add(t,
                    "<meta name=\"viewport\" content=\"width=device-width, "
                    "initial-scale=1\">\n<meta name=\"generator\" "
                    "content=\"hourglass-analysis %s\">\n<link rel=\"icon\" "
                    "href=\"data:,\">\n<title>",
                    HOURGLASS_VERSION);
    report_text_escape(t, r->run.job.name);
    report_text_add(t, " - hourglass</title>\n<style>");
    report_text_bytes(t, report_sources_style, strlen(report_sources_style));
    report_text_add(t, "</style>\n</head>\n<body>\n");
}

static void put_links(struct report_text *t)
{
    static const char *const links[][2] = {
        {"explorer", "Explore"}, {"figures", "Figures"},   {"epochs", "Epochs"},
        {"layers", "Layers"},    {"settings", "Settings"}, {"provenance", "Provenance"}};
    report_text_add(t, "<a class=\"skip\" href=\"#figures\">Skip to the figures</a>\n"
                       "<nav aria-label=\"Sections\"><div>\n");
    for (size_t i = 0; i < sizeof links / sizeof links[0]; i++)
        report_text_add(t, "<a href=\"#%s\">%s</a>\n", links[i][0], links[i][1]);
    report_text_add(t, "<span id=\"theme\"></span></div></nav>\n");
}

/* ---- the explorer --------------------------------------------------------------------- */

/* The page without figures and weights. */
static size_t used(const struct report *r)
{
    enum { TOP = 30000 }; /* for what stands above the tables, and tags */
    return TOP + strlen(report_sources_style) + r->script.size + r->tables.size +
           r->pictures.size + r->data.size;
}

static size_t rest_of(size_t taken)
{
    return taken < REPORT_BYTES ? REPORT_BYTES - taken : 0;
}

/* Why there is no explorer goes to r->why. */
static void give_up_explorer(struct report *r, enum status st)
{
    snprintf(r->why, sizeof r->why, "%s", status_message());
    failures_note(&r->failures, st, r->why);
    report_text_free(&r->data);
}

static void open_explorer(struct report *r)
{
    const char *missing = report_explorer_missing(&r->run);
    snprintf(r->why, sizeof r->why, "%s", missing ? missing : "");
    if (missing) return;
    enum status st = report_explorer_open(&r->data, &r->run);
    if (st != ST_OK) give_up_explorer(r, st);
}

/* The weights take what the figures leave. */
static void close_explorer(struct report *r)
{
    if (*r->why) return;
    enum status st = report_explorer_close(&r->data, &r->run, rest_of(used(r)));
    if (st != ST_OK) give_up_explorer(r, st);
}

/* The figures leave space for the weights in their shortest form, where that leaves some for
 * them. */
static enum status make_figures(struct report *r)
{
    enum { FEWEST = 300000 };
    size_t least = *r->why ? 0 : report_explorer_least(&r->run), rest = rest_of(used(r));
    TRY(report_figures_fit(&r->figures, least + FEWEST < rest ? rest - least : rest));
    report_figures_write(&r->pictures, &r->figures);
    return ST_OK;
}

static void put_explorer(struct report_text *t, const char *why)
{
    report_text_add(t, "<section id=\"explorer\" aria-labelledby=\"explorer-title\">\n"
                       "<h2 id=\"explorer-title\">Explore</h2>\n");
    if (*why) {
        report_text_add(t, "<p class=\"absent\">The decoder cannot run here: ");
        report_text_escape(t, why);
        report_text_add(t, ".</p>\n");
    } else {
        report_text_add(t,
                        "<noscript><p class=\"absent\">Here the decoder runs in the page, "
                        "where scripts are allowed; all the rest does without.</p></noscript>\n"
                        "<div id=\"stage\"></div>\n");
    }
    report_text_add(t, "</section>\n");
}

/* ---- the whole ------------------------------------------------------------------------ */

static void put_foot(struct report_text *t)
{
    report_text_add(t,
                    "</main>\n<footer><p>Written by hourglass-analysis %s (%s). This file is "
                    "complete: it loads nothing and sends nothing.</p></footer>\n",
                    HOURGLASS_VERSION, HOURGLASS_COMMIT);
}

static void make_tables(struct report *r)
{
    report_tables_epochs(&r->tables, &r->run);
    report_tables_layers(&r->tables, &r->run);
    report_tables_settings(&r->tables, &r->run);
    report_tables_provenance(&r->tables, &r->run);
}

/* Numbers that take the whole split to compute; what fails is left out and noted. */
static void put_numbers(struct report *r)
{
    struct baseline b;
    struct knn_score k;
    int fits = baseline_fits(&r->run), labelled = !knn_score_missing(&r->run);
    enum status compared = fits ? baseline_compute(&r->run, &b) : ST_OK;
    failures_note(&r->failures, compared, status_message());
    enum status scored = labelled ? knn_score_compute(&r->run, &k) : ST_OK;
    failures_note(&r->failures, scored, status_message());
    report_summary_numbers(&r->page, &r->run, fits && compared == ST_OK ? &b : NULL,
                           labelled && scored == ST_OK && knn_score_tells(&k) ? &k : NULL);
}

static void put_text(struct report_text *t, struct report_text *part)
{
    if (part->at) report_text_bytes(t, part->at, part->size);
    t->lost |= part->lost;
}

/* The parts in the order in which they can know how much space there is. */
static enum status make_parts(struct report *r)
{
    report_text_add(&r->script, "(() => {\n\"use strict\";\n%s})();\n", report_sources_script);
    make_tables(r);
    open_explorer(r);
    TRY(make_figures(r));
    close_explorer(r);
    return ST_OK;
}

static enum status compose(struct report *r)
{
    struct report_text *t = &r->page;
    TRY(make_parts(r));
    put_head(r);
    put_links(t);
    report_text_add(t, "<main>\n");
    report_summary_title(t, &r->run);
    put_numbers(r);
    put_explorer(t, r->why);
    put_text(t, &r->pictures);
    put_text(t, &r->tables);
    put_foot(t);
    put_text(t, &r->data);
    report_text_add(t, "<script>");
    put_text(t, &r->script);
    report_text_add(t, "</script>\n</body>\n</html>\n");
    return t->lost ? FAIL(ST_NOMEM, "no memory for the report") : ST_OK;
}

static enum status make(struct report *r, const char *folder)
{
    TRY(run_open(&r->run, folder));
    TRY(report_figures_draw(&r->figures, &r->run));
    TRY(compose(r));
    TRY(commit_bytes(r->run.folder, "report.html", r->page.at, r->page.size));
    printf("wrote %s/report.html, %.2f MB\n", r->run.folder, (double)r->page.size / 1e6);
    failures_note_parts(&r->failures, &r->run);
    failures_note(&r->failures, r->figures.failures.worst, r->figures.failures.message);
    return failures_status(&r->failures);
}

enum status report_write(const char *folder)
{
    struct report r = {.why = ""};
    enum status st = make(&r, folder);
    struct report_text *texts[] = {&r.script, &r.tables, &r.pictures, &r.data, &r.page};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) report_text_free(texts[i]);
    report_figures_free(&r.figures);
    run_free(&r.run);
    return st;
}

enum status report_command(int argc, char **argv)
{
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        printf("usage: hourglass-analysis report RUN\n\n"
               "Writes RUN/report.html: the figures, the numbers and an explorer of the codes\n"
               "with the decoder at work in the page, in one file that loads nothing.\n");
        return ST_OK;
    }
    if (argc != 2 || argv[1][0] == '-')
        return FAIL(ST_USAGE,
                    "report wants one run folder, as in: hourglass-analysis report runs/vae");
    return report_write(argv[1]);
}
