#include "scratch.h"

#include "comm/world.h"
#include "pario/dataset.h"
#include "store/dataset_save.h"
#include "store/h5.h"
#include "store/h5_write.h"

#include <sys/stat.h>

/* Every rank runs these tests; rank 0 makes the files. */
static struct world w;

enum { ROWS = 11, H = 3, W = 2, C = 2, PIXELS = H * W * C };

static char folder[64];

static const char *in_folder(const char *name)
{
    return scratch_path(folder, name);
}

static int begin(void **state)
{
    (void)state;
    if (w.rank == 0) snprintf(folder, sizeof folder, "%s", scratch_folder());
    world_broadcast(&w, folder, sizeof folder);
    return 0;
}

static int end(void **state)
{
    (void)state;
    world_barrier(&w);
    if (w.rank == 0) scratch_remove(folder);
    return 0;
}

static uint8_t pixel(size_t row, size_t i)
{
    return (uint8_t)(row * 17 + i * 3);
}

/* good.h5: /train as bytes with labels, /test as floats without. */
static void make_good(void)
{
    uint8_t bytes[ROWS * PIXELS], labels[ROWS];
    float values[ROWS * PIXELS];
    for (size_t i = 0; i < ROWS * PIXELS; i++) {
        bytes[i] = pixel(i / PIXELS, i % PIXELS);
        values[i] = (float)bytes[i] / 8;
    }
    for (size_t i = 0; i < ROWS; i++) labels[i] = (uint8_t)(i % 10);
    struct dataset_split splits[] = {
        {.name = "train", .bytes = bytes, .labels = labels, .scale = 0.5, .sha256 = "5a"},
        {.name = "test", .values = values, .scale = 1, .sha256 = "7e"},
    };
    for (int i = 0; i < 2; i++) {
        splits[i].rows = ROWS, splits[i].shape = (struct shape){H, W, C};
        splits[i].source = "a test", splits[i].labels_sha256 = "1a";
    }
    assert_ok(dataset_save(folder, "good.h5", "digits", splits, 2, NULL));
}

static void everybody_sees_the_same_data_set(void **state)
{
    struct dataset d;
    (void)state;
    if (w.rank == 0) make_good();
    assert_ok(dataset_open(&d, &w, in_folder("good.h5"), "train", 0));
    assert_int_equal(d.total, ROWS);
    assert_true(shape_equal(d.samples.shape, (struct shape){H, W, C}));
    assert_true(d.samples.scale == 0.5f);
    assert_string_equal(d.name, "digits");
    assert_string_equal(d.sha256, "5a");
    assert_ok(dataset_open(&d, &w, in_folder("good.h5"), "train", 4));
    assert_int_equal(d.total, 4);
    assert_ok(dataset_open(&d, &w, in_folder("good.h5"), "train", 4000));
    assert_int_equal(d.total, ROWS);
}

/* Rows of a split as each rank reads its part of them. */
static void read_parts(const char *split, float unit, int labelled)
{
    struct dataset d;
    size_t rank = (size_t)w.rank, size = (size_t)w.size;
    size_t first = ROWS * rank / size, rows = ROWS * (rank + 1) / size - first;
    assert_ok(dataset_open(&d, &w, in_folder("good.h5"), split, 0));
    assert_ok(dataset_read(&d, &w, first, rows));
    assert_int_equal(d.samples.labels != NULL, labelled);
    for (size_t i = rows; i-- > 0;) {
        float x[2 * PIXELS];
        uint32_t row[2] = {(uint32_t)(first + i), (uint32_t)first};
        samples_gather(&d.samples, row, 2, x);
        for (size_t k = 0; k < PIXELS; k++) {
            assert_true(x[k] == unit * (float)pixel(row[0], k));
            assert_true(x[PIXELS + k] == unit * (float)pixel(row[1], k));
        }
        if (labelled) assert_int_equal(d.samples.labels[i], row[0] % 10);
    }
    dataset_free(&d);
}

static void each_rank_reads_its_rows(void **state)
{
    (void)state;
    if (w.rank == 0) make_good();
    read_parts("train", 0.5f, 1);
    read_parts("test", 0.125f, 0);
}

/* good.h5's /train, in chunks of so many rows. */
static void make_chunked(const char *name, hsize_t images, hsize_t labels)
{
    uint8_t bytes[ROWS * PIXELS], label[ROWS];
    hsize_t dims[] = {ROWS, H, W, C}, chunk[] = {images, H - 1, W, C};
    hid_t file;
    for (size_t i = 0; i < ROWS * PIXELS; i++) bytes[i] = pixel(i / PIXELS, i % PIXELS);
    for (size_t i = 0; i < ROWS; i++) label[i] = (uint8_t)(i % 10);
    assert_ok(h5_write_file(&file, in_folder(name), "data set"));
    assert_ok(h5_write_group(file, "train"));
    for (int i = 0; i < 2; i++) {
        hid_t space = H5Screate_simple(i ? 1 : 4, dims, NULL);
        hid_t list = H5Pcreate(H5P_DATASET_CREATE);
        H5Pset_chunk(list, i ? 1 : 4, i ? &labels : chunk);
        H5Pset_deflate(list, 4);
        hid_t array = H5Dcreate(file, i ? "train/labels" : "train/images", H5T_STD_U8LE, space,
                                H5P_DEFAULT, list, H5P_DEFAULT);
        assert_true(H5Dwrite(array, H5T_STD_U8LE, H5S_ALL, H5S_ALL, H5P_DEFAULT,
                             i ? label : bytes) >= 0);
        h5_drop(array), h5_drop(list), h5_drop(space);
    }
    assert_ok(h5_write_attribute_real(file, "train/images", "scale", 0.5));
    H5Fclose(file);
}

/* Whole or not, in as many chunks as there may be, each rank gets its rows, and no others. */
static void each_rank_gets_its_rows_of_chunks(void **state)
{
    (void)state;
    for (hsize_t images = 1; images <= ROWS; images += 2) {
        if (w.rank == 0) make_chunked("good.h5", images, ROWS + 1 - images);
        read_parts("train", 0.5f, 1);
    }
}

static void a_limit_may_cut_a_chunk(void **state)
{
    struct dataset d;
    size_t rank = (size_t)w.rank, size = (size_t)w.size, first = 5 * rank / size;
    (void)state;
    if (w.rank == 0) make_chunked("cut.h5", 4, 4);
    assert_ok(dataset_open(&d, &w, in_folder("cut.h5"), "train", 5));
    assert_ok(dataset_read(&d, &w, first, 5 * (rank + 1) / size - first));
    for (size_t i = 0; i < d.samples.rows; i++) {
        assert_int_equal(d.samples.labels[i], (first + i) % 10);
        assert_int_equal(d.samples.bytes[i * PIXELS], pixel(first + i, 0));
    }
    dataset_free(&d);
}

static void a_rank_may_have_no_rows(void **state)
{
    struct dataset d;
    (void)state;
    if (w.rank == 0) make_good();
    assert_ok(dataset_open(&d, &w, in_folder("good.h5"), "train", 0));
    assert_ok(dataset_read(&d, &w, 0, w.rank == w.size - 1 ? ROWS : 0));
    assert_int_equal(d.samples.rows, w.rank == w.size - 1 ? ROWS : 0);
    dataset_free(&d);
}

/* The file is refused on every rank, in these words. */
static void refuse(const char *name, enum status st, const char *word)
{
    struct dataset d;
    assert_fails(dataset_open(&d, &w, in_folder(name), "train", 0), st, word);
}

static void what_is_no_hdf5_file_is_refused(void **state)
{
    (void)state;
    if (w.rank == 0) {
        scratch_write(in_folder("text.h5"), "not HDF5 at all", 15);
        assert_int_equal(mkfifo(in_folder("pipe.h5"), 0600), 0);
    }
    refuse("none.h5", ST_NOINPUT, "none.h5 is not there");
    refuse("text.h5", ST_DATA, "text.h5 is not an HDF5 file");
    refuse("pipe.h5", ST_DATA, "pipe.h5 is not a regular file");
    refuse(".", ST_DATA, "is a folder");
}

/* A file whose /train/images is this array of zeros. */
static void make_array(const char *name, enum array_type type, int rank)
{
    static const double zeros[100];
    struct array a = {.name = "train/images", .type = type, .rank = rank, .data = zeros};
    for (int i = 0; i < rank; i++) a.dims[i] = 2;
    assert_ok(arrays_save(folder, name, &a, 1, NULL));
}

static void what_holds_no_images_is_refused(void **state)
{
    (void)state;
    if (w.rank == 0) {
        make_array("double.h5", ARRAY_DOUBLE, 4);
        make_array("rank.h5", ARRAY_UINT8, 3);
        make_array("scale.h5", ARRAY_UINT8, 4);
        assert_ok(arrays_save(folder, "empty.h5", NULL, 0, NULL));
    }
    refuse("double.h5", ST_DATA, "holds neither uint8 nor float32");
    refuse("rank.h5", ST_DATA, "does not have the shape [N, H, W, C]");
    refuse("scale.h5", ST_DATA, "no attribute scale");
    refuse("empty.h5", ST_DATA, "/train/images is not there");
}

/* A split that is good but for its scale and its labels. */
static void make_split(const char *name, double scale, size_t labels)
{
    static const float zeros[16];
    hid_t file;
    struct array x = {.name = "train/images", .type = ARRAY_FLOAT, .rank = 4, .data = zeros};
    struct array y = {.name = "train/labels", .type = ARRAY_UINT8, .rank = 1, .data = zeros};
    for (int i = 0; i < 4; i++) x.dims[i] = 2;
    y.dims[0] = labels;
    assert_ok(h5_write_file(&file, in_folder(name), "data set"));
    assert_ok(h5_write_array(file, &x));
    assert_ok(h5_write_array(file, &y));
    assert_ok(h5_write_attribute_real(file, x.name, "scale", scale));
    h5_drop(file);
}

static void what_the_layout_forbids_is_refused_on_every_rank(void **state)
{
    struct dataset d;
    (void)state;
    if (w.rank == 0) {
        make_split("good.h5", 1, 2);
        make_split("zero.h5", 0, 2);
        make_split("labels.h5", 1, 3);
    }
    assert_ok(dataset_open(&d, &w, in_folder("good.h5"), "train", 0));
    refuse("zero.h5", ST_DATA, "no attribute scale");
    refuse("labels.h5", ST_DATA, "train/labels is uint8 [3] where uint8 [2] is wanted");
}

static void a_truncated_file_is_refused(void **state)
{
    (void)state;
    if (w.rank == 0) {
        size_t n;
        make_good();
        char *bytes = scratch_read(in_folder("good.h5"), &n);
        scratch_write(in_folder("short.h5"), bytes, n - 300);
        free(bytes);
    }
    refuse("short.h5", ST_DATA, "damaged or truncated");
}

/* /train/images, as bytes, with its data in another file or nowhere. */
static void make_elsewhere(const char *name, int external)
{
    hid_t file, list = H5Pcreate(H5P_DATASET_CREATE);
    hsize_t dims[4] = {2, 2, 2, 2};
    assert_ok(h5_write_file(&file, in_folder(name), "data set"));
    assert_ok(h5_write_group(file, "train"));
    if (external) H5Pset_external(list, "/etc/passwd", 0, 16);
    hid_t space = H5Screate_simple(4, dims, NULL);
    hid_t images =
        H5Dcreate(file, "train/images", H5T_STD_U8LE, space, H5P_DEFAULT, list, H5P_DEFAULT);
    assert_true(images >= 0);
    h5_drop(images), h5_drop(space), h5_drop(list);
    H5Fclose(file);
}

static void data_outside_the_file_are_refused(void **state)
{
    (void)state;
    if (w.rank == 0) {
        make_elsewhere("external.h5", 1);
        make_elsewhere("nowhere.h5", 0);
    }
    refuse("external.h5", ST_DATA, "lies outside the file");
    refuse("nowhere.h5", ST_DATA, "has no data");
}

static void a_link_to_another_file_is_refused(void **state)
{
    (void)state;
    if (w.rank == 0) {
        hid_t file;
        make_good();
        assert_ok(h5_write_file(&file, in_folder("link.h5"), "data set"));
        H5Lcreate_external("good.h5", "/train", file, "train", H5P_DEFAULT, H5P_DEFAULT);
        H5Fclose(file);
    }
    refuse("link.h5", ST_DATA, "/train/images is not there");
}

static void a_file_that_has_changed_meanwhile_is_refused(void **state)
{
    struct dataset d;
    (void)state;
    if (w.rank == 0) make_good();
    assert_ok(dataset_open(&d, &w, in_folder("good.h5"), "train", 0));
    assert_fails(dataset_read(&d, &w, 0, ROWS + 1), ST_DATA, "has changed");
    /* Also where one rank alone finds it so. */
    size_t rows = w.rank == w.size - 1 ? ROWS + 1 : ROWS;
    assert_ok(dataset_open(&d, &w, in_folder("good.h5"), "train", 0));
    assert_fails(dataset_read(&d, &w, 0, rows), ST_DATA, "has changed");
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, begin, end)

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        TEST(everybody_sees_the_same_data_set),
        TEST(each_rank_reads_its_rows),
        TEST(each_rank_gets_its_rows_of_chunks),
        TEST(a_limit_may_cut_a_chunk),
        TEST(a_rank_may_have_no_rows),
        TEST(what_is_no_hdf5_file_is_refused),
        TEST(what_holds_no_images_is_refused),
        TEST(what_the_layout_forbids_is_refused_on_every_rank),
        TEST(a_truncated_file_is_refused),
        TEST(data_outside_the_file_are_refused),
        TEST(a_link_to_another_file_is_refused),
        TEST(a_file_that_has_changed_meanwhile_is_refused),
    };
    assert_ok(world_init(&w, &argc, &argv));
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    world_free(&w);
    return failed;
}
