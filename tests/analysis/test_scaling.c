/* The table that `hourglass scale` has written, read and drawn. */
#include "check.h"

#include "drawn.h"

#include "analysis/figures/scaling.h"
#include "analysis/input/prediction.h"

#include <math.h>

#define HEADER "scaling,ranks,nodes,shards,batch,step,samples_per_second,efficiency\n"

static char folder[] = "/tmp/hourglass-scaling-XXXXXX", path[64];

static void write_table(const char *text)
{
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int before(void **state)
{
    (void)state;
    if (!mkdtemp(folder)) return 1;
    snprintf(path, sizeof path, "%s/table.csv", folder);
    return 0;
}

static const char good[] =
    "# job: vae\n# network: 2 us\n" HEADER "here,1,1,8,256,0.01,25600,1\n"
    "strong,1,1,8,256,0.01,25600,1\n"
    "strong,4,1,8,256,0.0032,80000,0.78125\n"
    "weak,4,1,8,1024,0.0125,81920,0.8\n";

static void a_table_is_read(void **state)
{
    static struct prediction p;
    (void)state;
    write_table(good);
    assert_ok(prediction_read(&p, path));
    assert_string_equal(p.job, "vae");
    assert_string_equal(p.network, "2 us");
    assert_int_equal(p.rows, 4);
    assert_int_equal(p.row[2].kind, PREDICTION_STRONG);
    assert_true(p.row[2].ranks == 4 && p.row[2].rate == 80000 && p.row[3].batch == 1024);
}

static void what_is_no_table_is_refused(void **state)
{
    static struct prediction p;
    (void)state;
    write_table("epoch,step\n1,2\n");
    assert_fails(prediction_read(&p, path), ST_DATA, "table.csv:1:");
    write_table(HEADER "strong,1,1,8,256,0.01,0,1\n");
    assert_fails(prediction_read(&p, path), ST_DATA, "table.csv:2:");
    write_table(HEADER "tall,1,1,8,256,0.01,25600,1\n");
    assert_fails(prediction_read(&p, path), ST_DATA, "table.csv:2:");
    write_table(HEADER "weak,1,1\n");
    assert_fails(prediction_read(&p, path), ST_DATA, "table.csv:2:");
    write_table(HEADER);
    assert_fails(prediction_read(&p, path), ST_DATA, "no row");
    remove(path);
    assert_fails(prediction_read(&p, path), ST_NOINPUT, "is not there");
}

static cairo_surface_t *drawn(const char *table)
{
    write_table(table);
    assert_ok(scaling_draw(&(struct scaling_options){path, folder}));
    return open_png(folder, "scaling");
}

static int equal(cairo_surface_t *s, cairo_surface_t *t)
{
    int stride = cairo_image_surface_get_stride(s), height = cairo_image_surface_get_height(s);
    return memcmp(cairo_image_surface_get_data(s), cairo_image_surface_get_data(t),
                  (size_t)stride * (size_t)height) == 0;
}

static void the_numbers_are_in_the_picture(void **state)
{
    char other[sizeof good];
    (void)state;
    strcpy(other, good);
    memcpy(strstr(other, "80000"), "40000", 5);
    cairo_surface_t *s[3] = {drawn(good), drawn(good), drawn(other)};
    assert_true(equal(s[0], s[1])); /* the control */
    assert_false(equal(s[0], s[2]));
    for (int i = 0; i < 3; i++) cairo_surface_destroy(s[i]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_table_is_read),
        cmocka_unit_test(what_is_no_table_is_refused),
        cmocka_unit_test(the_numbers_are_in_the_picture),
    };
    return cmocka_run_group_tests(tests, before, NULL);
}
