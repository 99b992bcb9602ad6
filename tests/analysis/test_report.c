#include "check.h"

#include "analysis/report/report.h"
#include "analysis/report/report_figures.h"
#include "analysis/report/report_sources.h"
#include "analysis/report/report_text.h"
#include "analysis/report/report_weights.h"
#include "made_run.h"

/* ---- words and bytes ------------------------------------------------------------------ */

static void expect_text(struct report_text *t, const char *wanted)
{
    assert_false(t->lost);
    assert_string_equal(t->at, wanted);
    report_text_free(t);
}

static void words_cannot_become_elements(void **state)
{
    struct report_text t = {0};
    (void)state;
    report_text_escape(&t, "<b a=\"1\" c='2'>&\x01");
    expect_text(&t, "&lt;b a=&quot;1&quot; c=&#39;2&#39;&gt;&amp;\xef\xbf\xbd");
    report_text_element(&t, "td class=\"x\"", "<i>");
    expect_text(&t, "<td class=\"x\">&lt;i&gt;</td>");
    report_text_json(&t, "</script>\"\\\n&");
    expect_text(&t, "\"\\u003c/script\\u003e\\u0022\\u005c\\u000a\\u0026\"");
}

/* The examples of RFC 4648. */
static void base64_is_base64(void **state)
{
    static const char *const pairs[][2] = {{"", ""},
                                           {"f", "Zg=="},
                                           {"fo", "Zm8="},
                                           {"foo", "Zm9v"},
                                           {"foob", "Zm9vYg=="},
                                           {"fooba", "Zm9vYmE="},
                                           {"foobar", "Zm9vYmFy"}};
    (void)state;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        struct report_text t = {0};
        report_text_base64(&t, pairs[i][0], strlen(pairs[i][0]));
        expect_text(&t, pairs[i][1]);
    }
}

static void an_svg_stays_inside_its_attribute(void **state)
{
    struct report_text t = {0};
    (void)state;
    report_text_percent(&t, "<g a=\"#1\">\n50%</g>", 18);
    expect_text(&t, "%3Cg a=%22%231%22%3E%0A50%25%3C/g%3E");
}

/* ---- weights -------------------------------------------------------------------------- */

/* A run with that model and no results. */
static void open_made(struct run *run, struct made_run *r)
{
    char path[300];
    r->rows = 20;
    made_new(r);
    snprintf(path, sizeof path, "%s/results.h5", r->folder);
    assert_int_equal(unlink(path), 0);
    assert_ok(run_open(run, r->folder));
}

static const struct variable *kernel_of(const struct run *run)
{
    return &run->model->layers[run->model->split].variable[0];
}

static void close_made(struct run *run, struct made_run *r)
{
    run_free(run);
    made_free(r);
}

static void float32_loses_nothing(void **state)
{
    struct made_run r = {0};
    struct run run;
    struct report_weights w;
    (void)state;
    open_made(&run, &r);
    assert_ok(report_weights_pack(&w, &run, 100000));
    assert_int_equal(w.format, REPORT_WEIGHTS_FLOAT32);
    assert_int_equal(w.size, (2 * MADE_PIXELS + MADE_PIXELS) * 4);
    assert_memory_equal(w.bytes, run.model->w + kernel_of(&run)->at, 2 * MADE_PIXELS * 4);
    assert_true(w.error == 0);
    free(w.bytes);
    close_made(&run, &r);
}

/* Values with their IEEE binary16: exact ones, one to be rounded, a tie to even, the smallest
 * subnormal, and those beyond both ends. */
static void float16_is_rounded_to_nearest(void **state)
{
    static const struct {
        float v;
        unsigned half;
    } pairs[] = {{1, 0x3c00},       {-2, 0xc000},       {0.1f, 0x2e66},    {65504, 0x7bff},
                 {1e6f, 0x7bff},    {0x1p-24f, 0x0001}, {0x1p-26f, 0},     {0x1p-14f, 0x0400},
                 {2049.0f, 0x6800}, {2051.0f, 0x6802},  {0.99999f, 0x3c00}};
    struct made_run r = {0};
    struct run run;
    struct report_weights w;
    (void)state;
    open_made(&run, &r);
    float *kernel = run.model->w + kernel_of(&run)->at;
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) kernel[i] = pairs[i].v;
    size_t most = report_weights_bytes(run.model, REPORT_WEIGHTS_FLOAT16);
    assert_ok(report_weights_pack(&w, &run, most));
    assert_int_equal(w.format, REPORT_WEIGHTS_FLOAT16);
    assert_int_equal(w.size, most);
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++)
        assert_int_equal(w.bytes[2 * i] | w.bytes[2 * i + 1] << 8, pairs[i].half);
    free(w.bytes);
    close_made(&run, &r);
}

static void int8_has_a_scale_a_row(void **state)
{
    struct made_run r = {0};
    struct run run;
    struct report_weights w;
    float scale;
    (void)state;
    open_made(&run, &r);
    float *row = run.model->w + kernel_of(&run)->at + MADE_PIXELS; /* the second */
    for (int i = 0; i < MADE_PIXELS; i++) row[i] = (float)(i - 63) / 10;
    size_t most = report_weights_bytes(run.model, REPORT_WEIGHTS_INT8);
    assert_ok(report_weights_pack(&w, &run, most));
    assert_int_equal(w.format, REPORT_WEIGHTS_INT8);
    const unsigned char *second = w.bytes + 4 + MADE_PIXELS;
    memcpy(&scale, second, 4);
    assert_true(fabs((double)scale - 6.3 / 127) < 1e-7);
    assert_int_equal((signed char)second[4], -127);
    assert_int_equal((signed char)second[4 + 63], 0);
    assert_true(w.error > 0 && w.error < 0.05);
    free(w.bytes);
    assert_ok(report_weights_pack(&w, &run, most - 1));
    assert_int_equal(w.format, REPORT_WEIGHTS_NONE);
    close_made(&run, &r);
}

/* ---- the page's decoder --------------------------------------------------------------- */

/* Whether the list of names from `at` to "};" has that one. */
static int is_listed(const char *at, const char *name)
{
    const char *end = strstr(at, "};");
    size_t n = strlen(name);
    for (; (at = strstr(at, name)) && at < end; at += n)
        if (strchr(" \"", at[-1]) && strchr(",:\"", at[n])) return 1;
    return 0;
}

static void the_page_knows_every_layer_and_activation(void **state)
{
    const char *kinds = strstr(report_sources_script, "const kinds = {");
    const char *activations = strstr(report_sources_script, "const activations = {");
    (void)state;
    assert_non_null(kinds);
    assert_non_null(activations);
    assert_false(is_listed(kinds, "pool"));
    for (int i = 0; layer_kind_at(i); i++) {
        const char *word = layer_kind_at(i)->word;
        if (strcmp(word, "sampling") != 0 &&
            !is_listed(kinds, word)) /* that is the encoder's */
            fail_msg("no %s", word);
    }
    for (int a = 0; a < ACTIVATION_COUNT; a++)
        if (!is_listed(activations, activation_name((enum activation)a)))
            fail_msg("no %s", activation_name((enum activation)a));
}

/* ---- figures -------------------------------------------------------------------------- */

static int count_there(const struct report_figures *f)
{
    int n = 0;
    for (int i = 0; i < f->count; i++) n += f->figure[i].why == NULL;
    return n;
}

static int count_small(const struct report_figures *f)
{
    int n = 0;
    for (int i = 0; i < f->count; i++) n += f->figure[i].use_small;
    return n;
}

static void figures_shrink_before_they_go(void **state)
{
    struct made_run r = {.rows = 60};
    struct run run;
    struct report_figures f;
    struct report_text t = {0};
    (void)state;
    made_new(&r);
    assert_ok(run_open(&run, r.folder));
    assert_ok(report_figures_draw(&f, &run));
    int all = count_there(&f);
    assert_true(all >= 8);
    report_figures_write(&t, &f);
    size_t fine = t.size;
    assert_ok(report_figures_fit(&f, fine + 50000));
    assert_int_equal(count_small(&f), 0);
    assert_ok(report_figures_fit(&f, fine - 20000));
    assert_true(count_small(&f) > 0);
    assert_int_equal(count_there(&f), all);
    report_text_free(&t);
    report_figures_write(&t, &f);
    assert_true(t.size <= fine - 20000);
    assert_ok(report_figures_fit(&f, 0));
    assert_int_equal(count_there(&f), 0);
    report_text_free(&t);
    report_figures_free(&f);
    run_free(&run);
    made_free(&r);
}

/* ---- what a run may lack -------------------------------------------------------------- */

/* The page of a run, to be freed. */
static char *read_page(const struct made_run *r)
{
    char path[300];
    snprintf(path, sizeof path, "%s/report.html", r->folder);
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *text = calloc(1, REPORT_BYTES + 1);
    size_t n = fread(text, 1, REPORT_BYTES, f);
    assert_true(n > 1000 && n < REPORT_BYTES);
    fclose(f);
    assert_non_null(strstr(text, "</html>"));
    return text;
}

static void expect_words(const struct made_run *r, const char *there, const char *absent)
{
    char *text = read_page(r);
    if (!strstr(text, there)) fail_msg("the page lacks '%s'", there);
    if (absent && strstr(text, absent)) fail_msg("the page has '%s'", absent);
    free(text);
}

static void remove_from(const struct made_run *r, const char *pattern)
{
    char command[400];
    snprintf(command, sizeof command, "rm '%s'/%s", r->folder, pattern);
    assert_int_equal(system(command), 0);
}

static void an_ordinary_run_has_all_parts(void **state)
{
    struct made_run r = {.rows = 50};
    (void)state;
    made_new(&r);
    assert_ok(report_write(r.folder));
    expect_words(&r, "id=\"data\"", "Not shown");
    expect_words(&r, "\"labels\":\"", "\"codes\":null");
    expect_words(&r, "id=\"latent-manifold\"", NULL);
    made_free(&r);
}

static void a_run_without_results_keeps_its_decoder(void **state)
{
    struct made_run r = {.rows = 50};
    (void)state;
    made_new(&r);
    remove_from(&r, "results.h5");
    assert_ok(report_write(r.folder));
    expect_words(&r, "\"codes\":null", "id=\"latent-scatter\"");
    expect_words(&r, "hourglass encode", NULL);
    made_free(&r);
}

static void a_run_without_labels_has_a_plain_map(void **state)
{
    struct made_run r = {.rows = 50, .no_labels = 1};
    (void)state;
    made_new(&r);
    assert_ok(report_write(r.folder));
    expect_words(&r, "\"labels\":null", "\"picks\":null");
    made_free(&r);
}

static void a_run_without_checkpoint_keeps_its_figures(void **state)
{
    struct made_run r = {.rows = 50};
    (void)state;
    made_new(&r);
    remove_from(&r, "checkpoint-*");
    remove_from(&r, "metrics.csv");
    assert_ok(report_write(r.folder));
    expect_words(&r, "The decoder cannot run here", "id=\"data\"");
    expect_words(&r, "id=\"reconstructions\"", "id=\"loss-curves\"");
    made_free(&r);
}

static void one_row_is_enough(void **state)
{
    struct made_run r = {.rows = 1};
    (void)state;
    made_new(&r);
    assert_ok(report_write(r.folder));
    expect_words(&r, "\"picks\":null", NULL);
    made_free(&r);
}

/* What is damaged is said, in the page and by the status. */
static void damage_is_reported_after_writing(void **state)
{
    struct made_run r = {.rows = 50, .nan = 1};
    (void)state;
    made_new(&r);
    assert_fails(report_write(r.folder), ST_DATA, "not finite");
    expect_words(&r, "not finite", "id=\"residual-pca-own\"");
    made_free(&r);
}

static void the_page_allows_one_script_and_no_request(void **state)
{
    struct made_run r = {.rows = 5};
    (void)state;
    made_new(&r);
    assert_ok(report_write(r.folder));
    expect_words(&r, "default-src 'none'; img-src data:", " src=\"http");
    expect_words(&r, "script-src 'sha256-", "unsafe-inline");
    made_free(&r);
}

static void a_folder_that_is_not_there_is_named(void **state)
{
    (void)state;
    assert_fails(report_write("/nowhere/run"), ST_NOINPUT, "/nowhere/run");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_cannot_become_elements),
        cmocka_unit_test(base64_is_base64),
        cmocka_unit_test(an_svg_stays_inside_its_attribute),
        cmocka_unit_test(float32_loses_nothing),
        cmocka_unit_test(float16_is_rounded_to_nearest),
        cmocka_unit_test(int8_has_a_scale_a_row),
        cmocka_unit_test(the_page_knows_every_layer_and_activation),
        cmocka_unit_test(figures_shrink_before_they_go),
        cmocka_unit_test(an_ordinary_run_has_all_parts),
        cmocka_unit_test(a_run_without_results_keeps_its_decoder),
        cmocka_unit_test(a_run_without_labels_has_a_plain_map),
        cmocka_unit_test(a_run_without_checkpoint_keeps_its_figures),
        cmocka_unit_test(one_row_is_enough),
        cmocka_unit_test(damage_is_reported_after_writing),
        cmocka_unit_test(the_page_allows_one_script_and_no_request),
        cmocka_unit_test(a_folder_that_is_not_there_is_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
