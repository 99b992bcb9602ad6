/* hourglass info: what is in a file, in words. */
#include "apps/commands.h"
#include "base/job.h"
#include "net/model.h"
#include "store/checkpoint_load.h"
#include "store/inspect.h"
#include "store/results_array.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMN = 24 }; /* where values begin */

static void line(const char *format, ...) PRINTF_LIKE(1, 2);

/* model_print wants a function for a line. */
static void line(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

static void entry(const char *name, const char *text)
{
    printf("  %-*s %s\n", COLUMN, name, text);
}

/* A text of one line, or its lines below. */
static void print_fact(const char *name, const char *text, void *data)
{
    (void)data;
    size_t n = strcspn(text, "\n");
    if (!text[n] || !text[n + 1]) {
        printf("  %-*s %.*s\n", COLUMN, name, (int)n, text);
        return;
    }
    printf("  %s\n", name);
    for (; *text; text += n + (text[n] == '\n')) {
        n = strcspn(text, "\n");
        printf("      %.*s\n", (int)n, text);
    }
}

static void print_array(const struct inspect_array *a, void *data)
{
    (void)data;
    printf("  %-*s %s", COLUMN, a->name, a->type);
    for (int i = 0; i < a->rank; i++) printf("%s%zu", i ? " x " : " ", a->dims[i]);
    putchar('\n');
}

static void print_provenance(const struct inspect *f)
{
    printf("provenance:\n");
    inspect_texts(f, "/provenance", print_fact, NULL);
}

/* ---- a data set ----------------------------------------------------------------------- */

/* An array of a data set, with what is said about it. */
static void print_part(const struct inspect_array *a, void *data)
{
    const struct inspect *f = data;
    double scale;
    char text[256];
    if (strncmp(a->name, "/provenance/", 12) == 0) return;
    print_array(a, NULL);
    if (inspect_real(f, a->name, "scale", &scale))
        printf("      scale   %.9g (value of one stored unit)\n", scale);
    if (inspect_text(f, a->name, "source", text, sizeof text))
        printf("      source  %s\n", text);
    if (inspect_text(f, a->name, "sha256", text, sizeof text))
        printf("      sha256  %s\n", text);
}

static enum status tell_data_set(struct inspect *f)
{
    char name[64];
    if (!inspect_text(f, "/", "name", name, sizeof name)) strcpy(name, "unknown");
    printf("%s: a data set, %s\n", f->path, name);
    inspect_arrays(f, "/", print_part, f);
    print_provenance(f);
    return ST_OK;
}

/* ---- a checkpoint --------------------------------------------------------------------- */

static void print_progress(const struct inspect *f, const struct job *job)
{
    long epoch = 0, step = 0, total = 0, best = 0;
    double loss = 0;
    inspect_int(f, "/progress", "epoch", &epoch);
    inspect_int(f, "/progress", "step", &step);
    inspect_int(f, "/progress", "total_steps", &total);
    inspect_int(f, "/progress", "best_epoch", &best);
    inspect_real(f, "/progress", "best_loss", &loss);
    printf("  %-*s %ld of %ld, and %ld steps of the next\n", COLUMN, "epochs done", epoch,
           job->epochs, step);
    printf("  %-*s %ld since the start\n", COLUMN, "steps done", total);
    if (best)
        printf("  %-*s %ld (validation loss %.6g)\n", COLUMN, "best epoch", best, loss);
    else
        entry("best epoch", "none yet");
    printf("  %-*s %s, learning rate %g, batch %ld\n", COLUMN, "optimiser", job->optimizer,
           job->learning_rate, job->batch);
}

static void print_model(const struct inspect *f, const struct job *job)
{
    struct model *m = NULL;
    printf("model:\n");
    if (model_new(&m, job) == ST_OK) model_print(m, line);
    model_free(m);
    inspect_arrays(f, "/layers", print_array, NULL);
}

static enum status read_job(const char *path, struct job *job)
{
    struct settings s = job_settings(job);
    TRY(settings_defaults(&s));
    return checkpoint_load_job(path, job);
}

static enum status print_settings(struct job *job)
{
    struct settings s = job_settings(job);
    char *text = settings_text(&s, 1);
    if (!text) return FAIL(ST_NOMEM, "no memory for the settings");
    print_fact("settings that decide the result", text, NULL);
    free(text);
    return ST_OK;
}

static enum status tell_checkpoint(struct inspect *f)
{
    struct job job;
    char hex[DIGEST_HEX];
    TRY(checkpoint_load_digest(f->path, hex));
    TRY(read_job(f->path, &job));
    printf("%s: a checkpoint of hourglass\n", f->path);
    print_progress(f, &job);
    entry("state_sha256", hex);
    entry("digests", "all hold: the file, every array, the state");
    print_model(f, &job);
    TRY(print_settings(&job));
    print_provenance(f);
    return ST_OK;
}

/* ---- the rest ------------------------------------------------------------------------- */

/* An array of a results file and what it holds. */
static void print_result(const struct inspect_array *a, void *data)
{
    const char *help = results_array_help(a->name + 1);
    print_array(a, data);
    if (help) printf("      %s\n", help);
}

static enum status tell_arrays(struct inspect *f)
{
    static const char *const words[] = {
        [INSPECT_RESULTS] = "results: what a trained model makes of a split; row i is row i "
                            "of the split",
        [INSPECT_ARRAYS] = "arrays: the numbers behind figures",
        [INSPECT_OTHER] = "an HDF5 file that hourglass has not written; its arrays:",
    };
    printf("%s: %s\n", f->path, words[f->kind]);
    inspect_arrays(f, "/", f->kind == INSPECT_RESULTS ? print_result : print_array, NULL);
    if (f->kind != INSPECT_OTHER) print_provenance(f);
    return ST_OK;
}

/* ---- digests -------------------------------------------------------------------------- */

struct digests {
    const struct inspect *f;
    enum status st; /* the first failure */
};

static void print_digest(const struct inspect_array *a, void *data)
{
    struct digests *d = data;
    char hex[DIGEST_HEX];
    if (d->st != ST_OK || strncmp(a->name, "/provenance/", 12) == 0) return;
    d->st = inspect_digest(d->f, a->name, hex);
    if (d->st == ST_OK) printf("%s  %s\n", hex, a->name);
}

/* A line for each array outside /provenance: equal for equal content, whoever wrote it. */
static enum status tell_digests(struct inspect *f)
{
    struct digests d = {f, ST_OK};
    char hex[DIGEST_HEX];
    if (f->kind == INSPECT_CHECKPOINT) {
        TRY(checkpoint_load_digest(f->path, hex));
        printf("%s  state\n", hex);
    }
    inspect_arrays(f, "/", print_digest, &d);
    return d.st;
}

/* One line for all of them, without texts. */
static enum status tell_bits(struct inspect *f)
{
    char hex[DIGEST_HEX];
    TRY(inspect_bits(f, hex));
    puts(hex);
    return ST_OK;
}

static enum status tell(struct inspect *f)
{
    switch (f->kind) {
    case INSPECT_DATA_SET:
        return tell_data_set(f);
    case INSPECT_CHECKPOINT:
        return tell_checkpoint(f);
    case INSPECT_RESULTS:
    case INSPECT_ARRAYS:
    case INSPECT_OTHER:
        break;
    }
    return tell_arrays(f);
}

static enum status command(int argc, char **argv)
{
    struct inspect f;
    const char *option = argc > 0 ? argv[0] : "";
    int digests = strcmp(option, "--digests") == 0, bits = strcmp(option, "--bits") == 0;
    int options = digests || bits;
    if (argc != 1 + options || argv[options][0] == '-')
        return FAIL(ST_USAGE, "info: which file?  write: hourglass info [--digests | --bits] "
                              "FILE.h5");
    enum status st = inspect_open(&f, argv[options]);
    if (st == ST_OK) st = digests ? tell_digests(&f) : bits ? tell_bits(&f) : tell(&f);
    inspect_close(&f);
    return st;
}

const struct command info_command = {.word = "info", .alone = command};
