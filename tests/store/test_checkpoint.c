#include "scratch.h"

#include "base/log.h"
#include "store/checkpoint.h"
#include "store/checkpoint_load.h"
#include "store/checkpoint_name.h"
#include "store/checkpoint_save.h"

#include <dlfcn.h>
#include <sys/stat.h>

static int openings; /* of checkpoints */

/* Stands before the C library's. */
FILE *fopen(const char *path, const char *mode)
{
    static FILE *(*real)(const char *, const char *);
    if (!real) real = (FILE * (*)(const char *, const char *)) dlsym(RTLD_NEXT, "fopen");
    openings += strstr(path, "checkpoint-") != NULL;
    return real(path, mode);
}

/* A small run and what it would save. */
struct run {
    struct job job;
    struct model *model;
    struct optimizer optimizer;
    struct progress progress;
};

static void settle(struct job *job, const char *key, const char *value)
{
    struct settings s = job_settings(job);
    assert_ok(settings_set(&s, "test", key, value));
}

/* A model of other inner width is another model. */
static void begin(struct run *r, const char *encoder)
{
    struct settings s = job_settings(&r->job);
    *r = (struct run){.model = NULL};
    assert_ok(settings_defaults(&s));
    settle(&r->job, "input", "1x1x6");
    settle(&r->job, "encoder", encoder);
    settle(&r->job, "decoder", "dense 6");
    settle(&r->job, "loss", "mse");
    assert_ok(model_new(&r->model, &r->job));
    assert_ok(optimizer_init(&r->optimizer, "adam", 0));
    assert_ok(optimizer_allocate(&r->optimizer, r->model->size));
}

/* Numbers that tell each place from each other; gaps stay zero. */
static void fill(const struct model *m, float *flat, float start)
{
    for (int i = 0; i < m->count; i++)
        for (int k = 0; k < m->layers[i].variables; k++) {
            const struct variable *v = &m->layers[i].variable[k];
            for (size_t j = 0; j < v->count; j++) flat[v->at + j] = start += 0.37f;
        }
}

/* The state after so many epochs. */
static void train_to(struct run *r, long epoch)
{
    struct progress *p = &r->progress;
    fill(r->model, r->model->w, (float)epoch);
    fill(r->model, r->optimizer.slot[0], (float)epoch + 0.1f);
    fill(r->model, r->optimizer.slot[1], (float)epoch + 0.2f);
    progress_free(p);
    *p = (struct progress){.at = {.epoch = epoch, .total = 7 * epoch}, .best_epoch = epoch};
    p->best_loss = 1.0 / (double)(epoch + 1);
    p->sums[3] = 0.25;
    p->history = calloc((size_t)epoch * METRICS_HISTORY + 1, sizeof(double));
    p->timing = calloc((size_t)epoch * METRICS_TIMES + 1, sizeof(double));
    for (long i = 0; i < epoch * METRICS_HISTORY; i++) p->history[i] = (double)i / 3;
    for (long i = 0; i < epoch * METRICS_TIMES; i++) p->timing[i] = (double)i / 7;
}

static void end(struct run *r)
{
    progress_free(&r->progress);
    optimizer_free(&r->optimizer);
    model_free(r->model);
}

static enum status save(const struct run *r, const char *folder, const struct provenance *p)
{
    struct checkpoint c = {&r->job, r->model, &r->optimizer, &r->progress, p};
    return checkpoint_save(&c, folder);
}

/* Save the states after `from` to `to` epochs. */
static void save_epochs(struct run *r, const char *folder, long from, long to)
{
    for (long epoch = from; epoch <= to; epoch++) {
        train_to(r, epoch);
        assert_ok(save(r, folder, NULL));
    }
}

static const char *file_of(const char *folder, long epoch)
{
    char name[64];
    checkpoint_name(epoch, 0, name, sizeof name);
    return scratch_path(folder, name);
}

/* The newest good checkpoint is that of the epoch. */
static void expect_newest(const char *folder, long epoch)
{
    char path[256];
    assert_ok(checkpoint_newest(folder, path, sizeof path));
    assert_string_equal(path, file_of(folder, epoch));
}

/* ---- what is saved is what is read ---------------------------------------------------- */

static void expect_equal(const struct run *a, const struct run *b)
{
    size_t n = a->model->size * sizeof(float);
    const struct progress *p = &a->progress, *q = &b->progress;
    assert_memory_equal(a->model->w, b->model->w, n);
    assert_memory_equal(a->optimizer.slot[0], b->optimizer.slot[0], n);
    assert_memory_equal(a->optimizer.slot[1], b->optimizer.slot[1], n);
    assert_memory_equal(p, q, offsetof(struct progress, history));
    if (!p->at.epoch) return;
    assert_memory_equal(p->history, q->history,
                        (size_t)p->at.epoch * METRICS_HISTORY * sizeof(double));
    assert_memory_equal(p->timing, q->timing,
                        (size_t)p->at.epoch * METRICS_TIMES * sizeof(double));
}

static void the_state_comes_back(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct run r, back;
    begin(&r, "dense 4 relu");
    for (long epoch = 0; epoch <= 2; epoch += 2) {
        save_epochs(&r, folder, epoch, epoch);
        begin(&back, "dense 4 relu");
        assert_ok(checkpoint_load(file_of(folder, epoch), back.model, &back.optimizer,
                                  &back.progress));
        expect_equal(&r, &back);
        end(&back);
    }
    end(&r);
    scratch_remove(folder);
}

static void a_run_is_opened_with_its_model(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct run r;
    struct job job;
    struct model *m;
    begin(&r, "dense 5 tanh\ndense 2");
    save_epochs(&r, folder, 1, 3);
    expect_newest(folder, 3);
    assert_ok(checkpoint_load_model(file_of(folder, 3), &job, &m));
    assert_string_equal(job.encoder, "dense 5 tanh\ndense 2");
    assert_memory_equal(m->w, r.model->w, m->size * sizeof(float));
    model_free(m);
    end(&r);
    scratch_remove(folder);
}

static void equal_state_gives_equal_bytes(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct run r;
    size_t n, m;
    begin(&r, "dense 4 relu");
    save_epochs(&r, folder, 2, 2);
    char *first = scratch_read(file_of(folder, 2), &n);
    save_epochs(&r, folder, 2, 2);
    char *second = scratch_read(file_of(folder, 2), &m);
    assert_int_equal(n, m);
    assert_memory_equal(first, second, n);
    free(first), free(second);
    end(&r);
    scratch_remove(folder);
}

/* The digest is made from the state in memory and looked for by a walk over the file, which
 * meets dense_10 before dense_2. */
static void layers_of_two_digits_are_digested_in_the_files_order(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct run r;
    begin(&r, "dense 4\ndense 4\ndense 4\ndense 4\ndense 4\ndense 4\n"
              "dense 4\ndense 4\ndense 4\ndense 4\ndense 4\ndense 4");
    save_epochs(&r, folder, 1, 1);
    expect_newest(folder, 1);
    end(&r);
    scratch_remove(folder);
}

static void provenance_is_no_part_of_the_state(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct run r;
    char one[DIGEST_HEX], two[DIGEST_HEX], three[DIGEST_HEX], text[3000];
    memset(text, 'x', sizeof text - 1), text[sizeof text - 1] = '\0';
    struct text_attribute entries[] = {{"hosts", "a: 1"}, {"settings", text}};
    begin(&r, "dense 4 relu");
    save_epochs(&r, folder, 1, 1);
    assert_ok(checkpoint_load_digest(file_of(folder, 1), one));
    r.progress.timing[1] += 1;
    assert_ok(save(&r, folder, &(struct provenance){entries, 2}));
    assert_ok(checkpoint_load_digest(file_of(folder, 1), two));
    assert_string_equal(one, two);
    r.progress.best_loss += 1e-9; /* the control: this is state */
    assert_ok(save(&r, folder, &(struct provenance){entries, 2}));
    assert_ok(checkpoint_load_digest(file_of(folder, 1), three));
    assert_string_not_equal(one, three);
    end(&r);
    scratch_remove(folder);
}

/* ---- what is damaged is not believed -------------------------------------------------- */

/* Two checkpoints, the newer one in memory to be spoiled. */
struct pair {
    char folder[64];
    struct run r;
    char *bytes; /* [n] of the newer */
    size_t n;
};

static void begin_pair(struct pair *p)
{
    snprintf(p->folder, sizeof p->folder, "%s", scratch_folder());
    begin(&p->r, "dense 4 relu");
    save_epochs(&p->r, p->folder, 1, 2);
    p->bytes = scratch_read(file_of(p->folder, 2), &p->n);
    expect_newest(p->folder, 2);
}

static void end_pair(struct pair *p)
{
    free(p->bytes);
    end(&p->r);
    scratch_remove(p->folder);
}

static void a_flipped_bit_anywhere_is_seen_and_the_one_before_is_taken(void **state)
{
    (void)state;
    struct pair p;
    begin_pair(&p);
    for (size_t at = 0; at < p.n; at += at < p.n - 100 ? 61 : 1) {
        p.bytes[at] ^= (char)(1 << at % 8);
        scratch_write(file_of(p.folder, 2), p.bytes, p.n);
        expect_newest(p.folder, 1);
        p.bytes[at] ^= (char)(1 << at % 8);
    }
    scratch_write(file_of(p.folder, 2), p.bytes, p.n);
    expect_newest(p.folder, 2);
    end_pair(&p);
}

static void a_truncated_checkpoint_is_passed_over(void **state)
{
    (void)state;
    struct pair p;
    begin_pair(&p);
    for (size_t n = 0; n < p.n; n += n < p.n - 100 ? 997 : 1) {
        scratch_write(file_of(p.folder, 2), p.bytes, n);
        expect_newest(p.folder, 1);
    }
    end_pair(&p);
}

static void a_pipe_or_folder_in_its_place_is_passed_over(void **state)
{
    (void)state;
    struct pair p;
    struct job job;
    begin_pair(&p);
    unlink(file_of(p.folder, 2));
    assert_int_equal(mkfifo(file_of(p.folder, 2), 0600), 0);
    expect_newest(p.folder, 1);
    assert_fails(checkpoint_load_job(file_of(p.folder, 2), &job), ST_DATA, "regular");
    unlink(file_of(p.folder, 2));
    assert_int_equal(mkdir(file_of(p.folder, 2), 0700), 0);
    expect_newest(p.folder, 1);
    end_pair(&p);
}

static void a_leftover_of_a_killed_run_is_no_checkpoint(void **state)
{
    (void)state;
    struct pair p;
    begin_pair(&p);
    scratch_write(scratch_path(p.folder, "checkpoint-0003-000000.h5.part"), p.bytes, 99);
    expect_newest(p.folder, 2);
    end_pair(&p);
}

static void a_folder_without_any_says_so(void **state)
{
    (void)state;
    char path[256];
    const char *folder = scratch_folder();
    assert_fails(checkpoint_newest(folder, path, sizeof path), ST_NOINPUT, "no checkpoint");
    scratch_remove(folder);
    assert_fails(checkpoint_newest(folder, path, sizeof path), ST_NOINPUT, folder);
}

/* ---- a checkpoint fits its model or is refused ---------------------------------------- */

/* What was saved from one model is refused by another, with that word. */
static void refuse(const char *saved, const char *wanted, const char *word)
{
    const char *folder = scratch_folder();
    struct run a, b;
    begin(&a, saved);
    begin(&b, wanted);
    save_epochs(&a, folder, 1, 1);
    assert_fails(checkpoint_load(file_of(folder, 1), b.model, NULL, NULL), ST_DATA, word);
    end(&a), end(&b);
    scratch_remove(folder);
}

static void names_and_shapes_are_exactly_the_models(void **state)
{
    (void)state;
    refuse("dense 4 relu", "dense 5 relu", "is float32 [6, 4] where float32 [6, 5] is wanted");
    refuse("dense 4", "dense 4\ndense 4", "/layers holds 2");
    refuse("dense 4\ndense 4", "dense 4", "/layers holds 3");
}

/* To look for the newest, to read its job and to read its state is one reading. */
static void a_good_file_is_read_once(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    char path[1200];
    struct run r;
    struct job job;
    struct settings s = job_settings(&job);
    begin(&r, "dense 4");
    save_epochs(&r, folder, 1, 2);
    openings = 0;
    assert_ok(settings_defaults(&s));
    assert_ok(checkpoint_newest(folder, path, sizeof path));
    assert_ok(checkpoint_load_job(path, &job));
    assert_ok(checkpoint_load(path, r.model, &r.optimizer, &r.progress));
    assert_int_equal(openings, 1);
    save_epochs(&r, folder, 1, 2); /* another file of the same name */
    assert_ok(checkpoint_load(path, r.model, NULL, NULL));
    assert_int_equal(openings, 2);
    checkpoint_load_end();
    assert_ok(checkpoint_load(path, r.model, NULL, NULL));
    assert_int_equal(openings, 3);
    checkpoint_load_end();
    end(&r);
    scratch_remove(folder);
}

static void a_best_epoch_that_has_not_been_is_refused(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct run r;
    begin(&r, "dense 4");
    save_epochs(&r, folder, 2, 2);
    assert_ok(checkpoint_load(file_of(folder, 2), r.model, NULL, &r.progress));
    r.progress.best_epoch = 3;
    assert_ok(save(&r, folder, NULL));
    assert_fails(checkpoint_load(file_of(folder, 2), r.model, NULL, &r.progress), ST_DATA,
                 "/progress make no sense");
    end(&r);
    scratch_remove(folder);
}

static void the_memory_of_another_optimiser_is_refused(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct run a;
    struct optimizer sgd;
    begin(&a, "dense 4");
    save_epochs(&a, folder, 1, 1);
    assert_ok(optimizer_init(&sgd, "sgd", 0.9));
    assert_ok(optimizer_allocate(&sgd, a.model->size));
    assert_fails(checkpoint_load(file_of(folder, 1), a.model, &sgd, NULL), ST_DATA,
                 "/optimizer holds 2");
    optimizer_free(&sgd);
    end(&a);
    scratch_remove(folder);
}

/* ---- the files of a run --------------------------------------------------------------- */

/* checkpoint_name_parse finds rest in name, or (rest NULL) that it is none. */
static void expect_parsed(const char *name, const char *rest)
{
    long epoch, step;
    const char *found = checkpoint_name_parse(name, &epoch, &step);
    if (!rest) {
        assert_null(found);
        return;
    }
    assert_non_null(found);
    assert_string_equal(found, rest);
    assert_int_equal(epoch, 12);
    assert_int_equal(step, 345);
}

static void a_name_is_read_to_the_letter(void **state)
{
    (void)state;
    char name[64];
    long epoch, step;
    checkpoint_name(12345, 9876543, name, sizeof name); /* wider than usual */
    assert_string_equal(checkpoint_name_parse(name, &epoch, &step), "");
    assert_int_equal(epoch, 12345);
    assert_int_equal(step, 9876543);
    expect_parsed("checkpoint-0012-000345.h5", "");
    expect_parsed("checkpoint-0012-000345.h5.part", ".part");
    expect_parsed("checkpoint-0012-000345.h5x", "x");
    expect_parsed("checkpoint-12-345.h5", NULL);
    expect_parsed("checkpoint-+012-000345.h5", NULL);
    expect_parsed("checkpoint- 012-000345.h5", NULL);
    expect_parsed("checkpoint-0012-000345.h", NULL);
    expect_parsed("checkpoint-0012-000345", NULL);
    expect_parsed("checkpoint-0012.h5", NULL);
    expect_parsed("a-checkpoint-0012-000345.h5", NULL);
    expect_parsed("", NULL);
}

static void the_best_is_found_as_the_newest_knows_it(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct run r;
    char path[256];
    begin(&r, "dense 4");
    save_epochs(&r, folder, 1, 3);
    train_to(&r, 4);
    r.progress.best_epoch = 2;
    assert_ok(save(&r, folder, NULL));
    assert_ok(checkpoint_best(folder, path, sizeof path));
    assert_string_equal(path, file_of(folder, 2));
    assert_int_equal(unlink(path), 0);
    assert_fails(checkpoint_best(folder, path, sizeof path), ST_NOINPUT, "is not there");
    train_to(&r, 5);
    r.progress.best_epoch = 0;
    assert_ok(save(&r, folder, NULL));
    assert_fails(checkpoint_best(folder, path, sizeof path), ST_NOINPUT, "no epoch is done");
    end(&r);
    scratch_remove(folder);
}

static void the_newest_and_the_best_are_kept(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct run r;
    begin(&r, "dense 4");
    save_epochs(&r, folder, 1, 6);
    struct progress p = {.at.epoch = 6, .best_epoch = 3};
    checkpoint_prune(folder, &p, 2);
    for (long epoch = 1; epoch <= 6; epoch++)
        assert_int_equal(scratch_exists(file_of(folder, epoch)), epoch == 3 || epoch > 4);
    end(&r);
    scratch_remove(folder);
}

static void one_just_written_is_kept_whatever_lies_behind_it(void **state)
{
    (void)state;
    const char *folder = scratch_folder();
    struct run r;
    begin(&r, "dense 4");
    save_epochs(&r, folder, 1, 6); /* 5 and 6 are a past that was given up */
    struct progress p = {.at.epoch = 4, .best_epoch = 1};
    checkpoint_prune(folder, &p, 1);
    for (long epoch = 1; epoch <= 6; epoch++)
        assert_int_equal(scratch_exists(file_of(folder, epoch)), epoch == 1 || epoch == 4);
    end(&r);
    scratch_remove(folder);
}

/* By number, in whatever order they were written. */
static void of_one_epoch_the_later_step_is_newer(void **state)
{
    static const long steps[] = {3, 10, 1, 9, 2, 11, 4, 100, 5, 20};
    (void)state;
    const char *folder = scratch_folder();
    struct run r;
    char path[256], name[64];
    begin(&r, "dense 4");
    train_to(&r, 2);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        r.progress.at.step = steps[i];
        assert_ok(save(&r, folder, NULL));
    }
    assert_ok(checkpoint_newest(folder, path, sizeof path));
    assert_non_null(strstr(path, "checkpoint-0002-000100.h5"));
    r.progress.at.step = 100;
    checkpoint_prune(folder, &r.progress, 3);
    for (size_t i = 0; i < sizeof steps / sizeof steps[0]; i++) {
        checkpoint_name(2, steps[i], name, sizeof name);
        assert_int_equal(scratch_exists(scratch_path(folder, name)), steps[i] > 10);
    }
    end(&r);
    scratch_remove(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_state_comes_back),
        cmocka_unit_test(a_run_is_opened_with_its_model),
        cmocka_unit_test(equal_state_gives_equal_bytes),
        cmocka_unit_test(layers_of_two_digits_are_digested_in_the_files_order),
        cmocka_unit_test(provenance_is_no_part_of_the_state),
        cmocka_unit_test(a_flipped_bit_anywhere_is_seen_and_the_one_before_is_taken),
        cmocka_unit_test(a_truncated_checkpoint_is_passed_over),
        cmocka_unit_test(one_just_written_is_kept_whatever_lies_behind_it),
        cmocka_unit_test(a_pipe_or_folder_in_its_place_is_passed_over),
        cmocka_unit_test(a_leftover_of_a_killed_run_is_no_checkpoint),
        cmocka_unit_test(a_folder_without_any_says_so),
        cmocka_unit_test(a_name_is_read_to_the_letter),
        cmocka_unit_test(names_and_shapes_are_exactly_the_models),
        cmocka_unit_test(a_good_file_is_read_once),
        cmocka_unit_test(a_best_epoch_that_has_not_been_is_refused),
        cmocka_unit_test(of_one_epoch_the_later_step_is_newer),
        cmocka_unit_test(the_memory_of_another_optimiser_is_refused),
        cmocka_unit_test(the_best_is_found_as_the_newest_knows_it),
        cmocka_unit_test(the_newest_and_the_best_are_kept),
    };
    log_quiet();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
