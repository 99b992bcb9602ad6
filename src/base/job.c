#include "base/job.h"

#define TEXT_ROW(name_, scope_, field, type_, fallback_, choices_, help_)                      \
    {                                                                                          \
        .name = name_, .type = type_, .scope = scope_, .at = offsetof(struct job, field),      \
        .size = sizeof((struct job *)0)->field, .fallback = fallback_, .unit = "",             \
        .choices = choices_, .help = help_                                                     \
    }
#define NUMBER_ROW(name_, scope_, field, type_, fallback_, min_, max_, unit_, help_)           \
    {                                                                                          \
        .name = name_, .type = type_, .scope = scope_, .at = offsetof(struct job, field),      \
        .size = sizeof((struct job *)0)->field, .fallback = fallback_, .min = min_,            \
        .max = max_, .unit = unit_, .help = help_                                              \
    }

#define TEXT(name, field, fallback, help)                                                      \
    TEXT_ROW(name, SETTING_BITS, field, SETTING_TEXT, fallback, NULL, help)
#define PLACE(name, field, fallback, help)                                                     \
    TEXT_ROW(name, SETTING_RUNNING, field, SETTING_TEXT, fallback, NULL, help)
#define CHOICE(name, field, fallback, choices, help)                                           \
    TEXT_ROW(name, SETTING_BITS, field, SETTING_CHOICE, fallback, choices, help)
#define LINES(name, field, help)                                                               \
    TEXT_ROW(name, SETTING_BITS, field, SETTING_LINES, "", NULL, help)
#define INT(name, field, fallback, min, max, unit, help)                                       \
    NUMBER_ROW(name, SETTING_BITS, field, SETTING_INT, fallback, min, max, unit, help)
#define REAL(name, field, fallback, min, max, unit, help)                                      \
    NUMBER_ROW(name, SETTING_BITS, field, SETTING_REAL, fallback, min, max, unit, help)
#define RUN_INT(name, field, fallback, min, max, unit, help)                                   \
    NUMBER_ROW(name, SETTING_RUNNING, field, SETTING_INT, fallback, min, max, unit, help)
#define RUN_REAL(name, field, fallback, min, max, unit, help)                                  \
    NUMBER_ROW(name, SETTING_RUNNING, field, SETTING_REAL, fallback, min, max, unit, help)

/* clang-format off */
static const struct setting table[] = {
    PLACE("run.name", name, "run", "name of the run"),
    PLACE("run.folder", folder, "", "run folder; empty means runs/NAME"),
    PLACE("run.owner", owner, "", "whose run it is, as a job's number: without --resume its owner goes on with it, nobody else"),
    INT("run.seed", seed, "1", 0, 4294967295.0, "", "seed of every random number"),
    INT("run.shards", shards, "8", 1, 65536, "", "pieces of the data set; the most ranks that can work"),
    RUN_INT("run.keep", keep, "3", 1, 1000, "files", "newest checkpoints to keep, beside the best"),
    RUN_REAL("run.checkpoint_minutes", checkpoint_minutes, "10", 0, 1e6, "minutes", "time between checkpoints within an epoch; 0 means at its end only"),
    RUN_REAL("run.max_hours", max_hours, "0", 0, 1e5, "hours", "stop with a checkpoint after this time; 0 means never"),
    RUN_REAL("run.stall_seconds", stall_seconds, "600", 0, 1e6, "seconds", "abort when a rank makes no progress for so long; 0 means never"),
    RUN_INT("run.verify_steps", verify_steps, "200", 0, 1e9, "steps", "steps between comparisons of the replicas; 0 means never"),
    CHOICE("run.backend", backend, "auto", "auto openblas", "matrix products: our own, or OpenBLAS's for comparison (other bits on every CPU)"),
    TEXT_ROW("run.isa", SETTING_RUNNING, isa, SETTING_CHOICE, "auto", "auto portable neon avx2 avx512", "vector instructions (the same bits)"),
    TEXT_ROW("run.allreduce", SETTING_RUNNING, allreduce, SETTING_CHOICE, "auto", "auto messages", "gradients between ranks: through the memory of one node, or by messages (the same bits)"),
    TEXT_ROW("run.progress", SETTING_RUNNING, progress, SETTING_CHOICE, "auto", "auto bar lines none", "how progress is shown on stderr"),

    PLACE("data.file", file, "data/mnist.h5", "data set, made by hourglass import"),
    TEXT("data.train", train, "train", "split to train on"),
    TEXT("data.test", test, "test", "split to validate on and to encode"),
    INT("data.limit", limit, "0", 0, 4294967295.0, "rows", "use the first rows of each split only; 0 means all"),

    TEXT("model.input", input, "28x28x1", "shape of one sample, HxWxC"),
    INT("model.code", code, "0", 0, 16777216, "units", "what the word `code` in a layer's line stands for; 0 where none says it"),
    LINES("model.encoder", encoder, "layers from the input to the code, one a line"),
    LINES("model.decoder", decoder, "layers from the code to the reconstruction, one a line"),
    CHOICE("model.initialiser", initialiser, "glorot", "glorot lecun he", "how weights start: Glorot uniform, LeCun normal, He normal"),

    CHOICE("training.loss", loss, "bce", "bce bce-sum mse squared-error", "loss a sample: cross-entropy (mean or sum over pixels), squared error (mean or sum)"),
    REAL("training.beta", beta, "1", 0, 1e6, "", "weight of the KL term (sampling layers)"),
    REAL("training.l1", l1, "0", 0, 1e6, "", "weight of the L1 norm of the code"),
    CHOICE("training.optimizer", optimizer, "adam", "sgd rmsprop adam", "how gradients become steps"),
    REAL("training.learning_rate", learning_rate, "0.001", 0, 1e3, "", "step size before the schedule"),
    TEXT("training.schedule", schedule, "constant", "[warmup EPOCHS] constant | step EPOCHS FACTOR | cosine [FINAL]"),
    REAL("training.momentum", momentum, "0", 0, 1, "", "momentum of sgd and rmsprop"),
    INT("training.batch", batch, "256", 1, 16777216, "samples", "samples of one step, over all ranks"),
    INT("training.epochs", epochs, "50", 0, 1e6, "", "passes over the data"),
};
/* clang-format on */

/* Names of the past: refused, with the name of today. */
static const struct setting_renamed renamed[] = {
    {"run.sums", "run.allreduce"},
    {NULL, NULL},
};

/* Variables that module systems set for what is installed, and the one of the job scripts. */
static const char *const foreign[] = {"HOURGLASS_BIN",
                                      "HOURGLASS_DIR",
                                      "HOURGLASS_HOME",
                                      "HOURGLASS_ROOT",
                                      "HOURGLASS_VERSION",
                                      "HOURGLASS_LAUNCH",
                                      NULL};

struct settings job_settings(struct job *job)
{
    int count = (int)(sizeof table / sizeof table[0]);
    return (struct settings){table, count, renamed, foreign, job};
}

void job_folder(const struct job *job, char *path, size_t n)
{
    if (*job->folder)
        snprintf(path, n, "%s", job->folder);
    else
        snprintf(path, n, "runs/%s", job->name);
}
