/* The digests inside a checkpoint, seen without the seal around it. */
#include "scratch.h"

#include "state.h"
#include "store/h5.h"
#include "store/h5_write.h"

/* A file in memory with one weight and all numbers, opened for reading. */
struct made {
    hid_t id;
    struct h5_file file;
};

static void write_array(hid_t id, const char *name, double value, double said)
{
    char hex[DIGEST_HEX];
    assert_ok(digest_bytes(&said, sizeof said, hex));
    struct array a = {.name = name,
                      .type = ARRAY_DOUBLE,
                      .rank = 1,
                      .dims = {1},
                      .data = &value,
                      .facts = {{"sha256", hex}}};
    assert_ok(h5_write_array(id, &a));
}

/* The weight is `value` and claims the digest of `said`; epoch and job as given. */
static void make(struct made *m, double value, double said, int64_t epoch, const char *job)
{
    assert_ok(h5_write_memory(&m->id, "checkpoint"));
    write_array(m->id, "/layers/dense/vars/0", value, said);
    assert_ok(h5_write_group(m->id, "/optimizer"));
    assert_ok(h5_write_group(m->id, "/progress"));
    for (int i = 0; i < STATE_INTS; i++)
        assert_ok(h5_write_int(m->id, "/progress", state_ints[i], epoch));
    for (int i = 0; i < STATE_REALS; i++)
        assert_ok(h5_write_real(m->id, "/progress", state_reals[i], 1.5));
    assert_ok(h5_write_text(m->id, "/job", job));
    m->file = (struct h5_file){.path = "made", .id = m->id, .bytes = (size_t)-1};
}

static void digest_of(double value, int64_t epoch, const char *job, char hex[DIGEST_HEX])
{
    struct made m;
    make(&m, value, value, epoch, job);
    assert_ok(state_digest(&m.file, hex));
    h5_drop(m.id);
}

static void every_part_of_the_state_counts(void **state)
{
    (void)state;
    char hex[5][DIGEST_HEX];
    digest_of(1, 2, "job", hex[0]);
    digest_of(1, 2, "job", hex[1]);
    assert_string_equal(hex[0], hex[1]);
    digest_of(2, 2, "job", hex[2]);
    digest_of(1, 3, "job", hex[3]);
    digest_of(1, 2, "jot", hex[4]);
    for (int i = 2; i < 5; i++) assert_string_not_equal(hex[0], hex[i]);
}

/* SHA-256 over path and 0, four dimensions (1 where there are fewer), values; the numbers; the
 * job: computed by hand, so that checkpoints of every version can be read. */
static void the_digest_of_a_state_never_changes(void **state)
{
    (void)state;
    char hex[DIGEST_HEX];
    digest_of(1, 2, "job", hex);
    assert_string_equal(hex,
                        "c460a2e537644a016a839a38c5d487e43290c60f5c9308f0c5e15103d27a3fe0");
}

static void an_array_that_is_not_what_it_says_is_named(void **state)
{
    (void)state;
    struct made m;
    char hex[DIGEST_HEX];
    make(&m, 1, 2, 3, "job");
    assert_fails(state_digest(&m.file, hex), ST_DATA, "/layers/dense/vars/0");
    h5_drop(m.id);
}

static void a_state_that_is_not_what_the_root_says_is_refused(void **state)
{
    (void)state;
    struct made m;
    char hex[DIGEST_HEX];
    make(&m, 1, 1, 3, "job");
    assert_fails(state_verify(&m.file, hex), ST_DATA, "state whose SHA-256");
    assert_ok(state_digest(&m.file, hex));
    assert_ok(h5_write_fact(m.id, "/", "state_sha256", hex));
    assert_ok(state_verify(&m.file, hex));
    write_array(m.id, "/layers/dense/vars/1", 7, 7); /* one array more */
    assert_fails(state_verify(&m.file, hex), ST_DATA, "state whose SHA-256");
    h5_drop(m.id);
}

static void links_that_lead_away_are_refused(void **state)
{
    (void)state;
    struct made m;
    char hex[DIGEST_HEX];
    make(&m, 1, 1, 3, "job");
    H5Lcreate_external("/etc/passwd", "/", m.id, "/layers/away", H5P_DEFAULT, H5P_DEFAULT);
    assert_fails(state_digest(&m.file, hex), ST_DATA, "/layers/away leads out of the file");
    assert_false(h5_exists(&m.file, "/layers/away"));
    H5Lcreate_soft("/layers/dense/vars/0", m.id, "/soft", H5P_DEFAULT, H5P_DEFAULT);
    assert_false(h5_exists(&m.file, "/soft"));
    assert_true(h5_exists(&m.file, "/layers/dense/vars/0"));
    h5_drop(m.id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_of_the_state_counts),
        cmocka_unit_test(the_digest_of_a_state_never_changes),
        cmocka_unit_test(an_array_that_is_not_what_it_says_is_named),
        cmocka_unit_test(a_state_that_is_not_what_the_root_says_is_refused),
        cmocka_unit_test(links_that_lead_away_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
