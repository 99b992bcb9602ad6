#include "scratch.h"

#include "store/dataset_layout.h"
#include "store/h5_write.h"

#include <math.h>

/* A data set file in memory; every test changes one thing of a good one. */
struct made {
    struct array images, labels; /* labels.rank 0: none */
    double scale;
    int no_scale;
};

static struct made good(void)
{
    static const double zeros[64];
    struct made m = {.scale = 0.5};
    m.images = (struct array){.name = "/train/images",
                              .type = ARRAY_UINT8,
                              .rank = 4,
                              .dims = {3, 2, 4, 1},
                              .data = zeros,
                              .attributes = {{"sha256", "5a"}}};
    m.labels = (struct array){
        .name = "/train/labels", .type = ARRAY_UINT8, .rank = 1, .dims = {3}, .data = zeros};
    return m;
}

static hid_t make(const struct made *m)
{
    hid_t file;
    assert_ok(h5_write_memory(&file, "data set"));
    assert_ok(h5_write_attribute_text(file, "/", "name", "digits"));
    assert_ok(h5_write_array(file, &m->images));
    if (!m->no_scale)
        assert_ok(h5_write_attribute_real(file, m->images.name, "scale", m->scale));
    if (m->labels.rank) assert_ok(h5_write_array(file, &m->labels));
    return file;
}

/* What dataset_layout_open makes of it; the caller closes neither. */
static enum status open_made(const struct made *m, struct dataset_layout *l)
{
    hid_t id = make(m);
    struct h5_file f = {.path = "made", .id = id, .bytes = (size_t)-1};
    enum status st = dataset_layout_open(l, &f, "train");
    dataset_layout_close(l);
    h5_drop(id);
    return st;
}

static void refuse(struct made m, const char *word)
{
    struct dataset_layout l;
    assert_fails(open_made(&m, &l), ST_DATA, word);
}

static void a_good_split_is_described(void **state)
{
    (void)state;
    struct made m = good();
    hid_t id = make(&m);
    struct h5_file f = {.path = "made", .id = id, .bytes = (size_t)-1};
    struct dataset_layout l;
    assert_ok(dataset_layout_open(&l, &f, "train"));
    assert_int_equal(l.total, 3);
    assert_true(shape_equal(l.shape, (struct shape){2, 4, 1}));
    assert_true(l.scale == 0.5f);
    assert_string_equal(l.name, "digits");
    assert_string_equal(l.sha256, "5a");
    assert_true(l.images.id >= 0 && l.labels.id >= 0);
    dataset_layout_close(&l);
    h5_drop(id);
}

static void floats_without_labels_are_fine_too(void **state)
{
    (void)state;
    struct made m = good();
    struct dataset_layout l;
    m.images.type = ARRAY_FLOAT, m.labels.rank = 0;
    assert_ok(open_made(&m, &l));
    m.scale = -1; /* a negative picture is a picture */
    assert_ok(open_made(&m, &l));
}

static void images_are_what_they_must_be(void **state)
{
    (void)state;
    struct made m = good();
    m.images.name = "/test/images";
    refuse(m, "/train/images is not there");
    m = good(), m.images.type = ARRAY_DOUBLE;
    refuse(m, "holds neither uint8 nor float32");
    m = good(), m.images.rank = 3;
    refuse(m, "does not have the shape [N, H, W, C]");
    m = good(), m.images.dims[0] = 0;
    refuse(m, "/train/images is empty");
}

static void a_pixel_has_a_value(void **state)
{
    (void)state;
    const double wrong[] = {0, NAN, INFINITY, 1e-60, 1e60}; /* the last two are no float32 */
    struct made m = good();
    m.no_scale = 1;
    refuse(m, "no attribute scale");
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        m = good(), m.scale = wrong[i];
        refuse(m, "no attribute scale");
    }
}

static void there_is_one_label_a_row(void **state)
{
    (void)state;
    struct made m = good();
    m.labels.dims[0] = 2;
    refuse(m, "/train/labels is uint8 [2] where uint8 [3] is wanted");
    m = good(), m.labels.type = ARRAY_INT64;
    refuse(m, "/train/labels is int64 [3] where uint8 [3] is wanted");
    m = good(), m.labels.rank = 2, m.labels.dims[1] = 1;
    refuse(m, "/train/labels is uint8 [3, 1] where uint8 [3] is wanted");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_split_is_described),
        cmocka_unit_test(floats_without_labels_are_fine_too),
        cmocka_unit_test(images_are_what_they_must_be),
        cmocka_unit_test(a_pixel_has_a_value),
        cmocka_unit_test(there_is_one_label_a_row),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
