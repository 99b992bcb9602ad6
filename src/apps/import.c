/* hourglass import: IDX files, or made data, to a data set file. */
#include "apps/commands.h"
#include "base/log.h"
#include "base/version.h"
#include "made.h"
#include "store/commit.h"
#include "store/dataset_save.h"
#include "store/idx.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

enum { TRAIN, TEST, SPLITS };

static const char usage[] =
    "write: hourglass import DIR -o FILE [--name NAME] [--overwrite], or "
    "hourglass import --make plane|curve|pixels [--shape HxWxC] [--rows N] [--seed S] -o FILE "
    "[--overwrite]";

/* What the command line says. */
struct request {
    const char *folder, *output, *name, *make, *shape; /* NULL where not said */
    long rows, seed;
    int overwrite;
};

/* Data sets that are known by the SHA-256 of their unpacked files. */
static const struct known {
    const char *name, *source;
    const char *images[SPLITS], *labels[SPLITS];
} known[] = {
    {"MNIST",
     "the MNIST database of handwritten digits (LeCun, Cortes, Burges)",
     {"ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
     {"65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"}},
    {"Fashion-MNIST",
     "Fashion-MNIST (Xiao, Rasul, Vollgraf; Zalando Research)",
     {"c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
      "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b"},
     {"bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
      "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34"}},
};
enum { KNOWN = sizeof known / sizeof known[0] };

/* ---- the command line ----------------------------------------------------------------- */

static enum status number(const char *option, const char *word, long min, long max, long *value)
{
    char *end;
    errno = 0;
    *value = strtol(word, &end, 10);
    if (end == word || *end || errno || *value < min || *value > max)
        return FAIL(ST_USAGE, "import: %s %s: wanted is a whole number from %ld to %ld", option,
                    word, min, max);
    return ST_OK;
}

/* Take the option at argv[0]; *used is the number of words taken. */
static enum status take(struct request *q, int left, char **argv, int *used)
{
    const char *word = argv[0], *value = left > 1 ? argv[1] : NULL;
    *used = 1;
    if (strcmp(word, "--overwrite") == 0) return q->overwrite = 1, ST_OK;
    if (word[0] != '-' && !q->folder) return q->folder = word, ST_OK;
    *used = 2;
    const char **text = strcmp(word, "-o") == 0        ? &q->output
                        : strcmp(word, "--name") == 0  ? &q->name
                        : strcmp(word, "--make") == 0  ? &q->make
                        : strcmp(word, "--shape") == 0 ? &q->shape
                                                       : NULL;
    if (text && value) return *text = value, ST_OK;
    if (value && strcmp(word, "--rows") == 0)
        return number(word, value, 1, 100000000, &q->rows);
    if (value && strcmp(word, "--seed") == 0)
        return number(word, value, 0, 4294967295, &q->seed);
    return FAIL(ST_USAGE, "import: '%s' is not understood; %s", word, usage);
}

static int makes_pixels(const struct request *q)
{
    return q->make && strcmp(q->make, "pixels") == 0;
}

static enum status read_request(struct request *q, int argc, char **argv)
{
    *q = (struct request){.rows = 6000, .seed = 1};
    for (int i = 0, used; i < argc; i += used) TRY(take(q, argc - i, argv + i, &used));
    if (!q->output) return FAIL(ST_USAGE, "import: -o FILE is missing; %s", usage);
    if (!q->folder == !q->make)
        return FAIL(ST_USAGE, "import: wanted is one folder, or --make; %s", usage);
    if (q->make && !makes_pixels(q) && !made_width(q->make))
        return FAIL(ST_USAGE, "import: --make %s: there are plane, curve and pixels", q->make);
    if (q->shape && !makes_pixels(q))
        return FAIL(ST_USAGE, "import: --shape is for --make pixels alone");
    if (q->make && q->name)
        return FAIL(ST_USAGE, "import: made data has its own name; leave out --name");
    return ST_OK;
}

/* Cut a path into folder and file; refuse what is there already. */
static enum status check_output(const struct request *q, char folder[1024], const char **file)
{
    struct stat s;
    const char *slash = strrchr(q->output, '/');
    if (strlen(q->output) >= 1000)
        return FAIL(ST_CANTCREATE, "the path %s is too long", q->output);
    *file = slash ? slash + 1 : q->output;
    snprintf(folder, 1024, "%.*s", slash ? (int)(slash - q->output) : 1,
             slash ? q->output : ".");
    if (slash == q->output) strcpy(folder, "/");
    if (!**file) return FAIL(ST_USAGE, "import: -o %s names a folder, not a file", q->output);
    if (lstat(q->output, &s) != 0) return commit_folder(folder);
    if (!S_ISREG(s.st_mode))
        return FAIL(ST_CANTCREATE, "%s is there and is not a regular file", q->output);
    if (!q->overwrite)
        return FAIL(ST_CANTCREATE, "%s is there already; --overwrite replaces it", q->output);
    return ST_OK;
}

static enum status write_file(const struct request *q, const char *name,
                              const struct dataset_split splits[SPLITS])
{
    char folder[1024];
    const char *file = NULL;
    const struct text_attribute entries[] = {{"program", "hourglass import"},
                                             {"version", HOURGLASS_VERSION},
                                             {"git_commit", HOURGLASS_COMMIT}};
    struct provenance p = {entries, sizeof entries / sizeof entries[0]};
    TRY(check_output(q, folder, &file));
    TRY(dataset_save(folder, file, name, splits, SPLITS, &p));
    log_line("%s holds %s: %zu training and %zu test rows of %zux%zux%zu", q->output, name,
             splits[TRAIN].rows, splits[TEST].rows, splits[TRAIN].shape.h,
             splits[TRAIN].shape.w, splits[TRAIN].shape.c);
    return ST_OK;
}

/* ---- IDX files ------------------------------------------------------------------------ */

struct files {
    struct idx images[SPLITS], labels[SPLITS];
};

/* Images without channels, or with. */
static enum status read_images(struct idx *x, const char *folder, const char *set)
{
    char name[64];
    snprintf(name, sizeof name, "%s-images-idx4-ubyte", set);
    enum status st = idx_read(x, folder, name);
    if (st != ST_NOINPUT) return st;
    snprintf(name, sizeof name, "%s-images-idx3-ubyte", set);
    return idx_read(x, folder, name);
}

static enum status read_split(struct files *f, int split, const char *folder)
{
    const char *set = split == TRAIN ? "train" : "t10k";
    char name[64];
    const struct idx *x = &f->images[split], *y = &f->labels[split];
    TRY(read_images(&f->images[split], folder, set));
    snprintf(name, sizeof name, "%s-labels-idx1-ubyte", set);
    TRY(idx_read(&f->labels[split], folder, name));
    if (x->rank < 3)
        return FAIL(ST_DATA, "%s: the %s images have %d dimensions; wanted are 3 or 4", folder,
                    set, x->rank);
    if (y->rank != 1 || y->dims[0] != x->dims[0])
        return FAIL(ST_DATA, "%s: the %s set has %zu images but %zu labels", folder, set,
                    x->dims[0], y->dims[0]);
    return ST_OK;
}

static enum status read_files(struct files *f, const char *folder)
{
    struct stat s;
    if (stat(folder, &s) != 0 || !S_ISDIR(s.st_mode))
        return FAIL(ST_NOINPUT, "%s is not a folder with IDX files", folder);
    for (int i = 0; i < SPLITS; i++) TRY(read_split(f, i, folder));
    for (int i = 1; i < 4; i++)
        if (f->images[TRAIN].dims[i] != f->images[TEST].dims[i])
            return FAIL(ST_DATA, "%s: training and test images differ in size", folder);
    return ST_OK;
}

static void free_files(struct files *f)
{
    for (int i = 0; i < SPLITS; i++) idx_free(&f->images[i]), idx_free(&f->labels[i]);
}

static const struct known *recognise(const struct files *f)
{
    for (int k = 0; k < KNOWN; k++) {
        int same = 1;
        for (int i = 0; i < SPLITS; i++)
            same = same && strcmp(known[k].images[i], f->images[i].sha256) == 0 &&
                   strcmp(known[k].labels[i], f->labels[i].sha256) == 0;
        if (same) return &known[k];
    }
    return NULL;
}

/* The name to write: the one asked for, unless it belongs to other data. */
static enum status choose_name(const struct request *q, const struct known *is,
                               const char **name)
{
    *name = q->name ? q->name : is ? is->name : "unknown";
    for (int k = 0; k < KNOWN; k++)
        if (is != &known[k] && strcasecmp(*name, known[k].name) == 0)
            return FAIL(ST_DATA,
                        "%s is not %s: the SHA-256 of its files are others; choose another "
                        "--name",
                        q->folder, known[k].name);
    if (strlen(*name) >= 64 || !**name)
        return FAIL(ST_USAGE, "import: --name wants 1 to 63 bytes");
    return ST_OK;
}

static struct dataset_split split_of(const struct files *f, int i, const char *source)
{
    const struct idx *x = &f->images[i];
    return (struct dataset_split){.name = i == TRAIN ? "train" : "test",
                                  .rows = x->dims[0],
                                  .shape = {x->dims[1], x->dims[2], x->dims[3]},
                                  .scale = 1.0 / 255.0,
                                  .bytes = x->values,
                                  .labels = f->labels[i].values,
                                  .source = source,
                                  .sha256 = x->sha256,
                                  .labels_sha256 = f->labels[i].sha256};
}

static enum status import_folder(const struct request *q)
{
    struct files f = {0};
    const char *name;
    enum status st;
    TRY_DONE(read_files(&f, q->folder));
    const struct known *is = recognise(&f);
    TRY_DONE(choose_name(q, is, &name));
    const char *source = is ? is->source : "IDX files";
    struct dataset_split splits[] = {split_of(&f, TRAIN, source), split_of(&f, TEST, source)};
    TRY_DONE(write_file(q, name, splits));
done:
    free_files(&f);
    return st;
}

/* ---- made data ------------------------------------------------------------------------ */

/* The rows of both splits and what is said about them. */
struct made {
    struct shape shape;
    size_t rows[SPLITS];
    float *x[SPLITS];       /* [rows, shape], or NULL and then */
    uint8_t *bytes[SPLITS]; /* [rows, shape] */
    char sha256[SPLITS][DIGEST_HEX], name[64], source[192];
};

static enum status make_points(struct made *m, const struct request *q)
{
    size_t width = shape_size(m->shape);
    for (int i = 0; i < SPLITS; i++) {
        m->x[i] = malloc(m->rows[i] * width * sizeof(float));
        if (!m->x[i]) return FAIL(ST_NOMEM, "no memory for %zu made rows", m->rows[i]);
        made_fill(q->make, (uint32_t)q->seed, (uint32_t)i, m->rows[i], m->x[i]);
    }
    made_centre(m->x[TRAIN], m->rows[TRAIN], m->x[TEST], m->rows[TEST], width);
    for (int i = 0; i < SPLITS; i++)
        TRY(digest_bytes(m->x[i], m->rows[i] * width * sizeof(float), m->sha256[i]));
    return ST_OK;
}

static enum status make_pixels(struct made *m, const struct request *q)
{
    size_t width = shape_size(m->shape);
    for (int i = 0; i < SPLITS; i++) {
        m->bytes[i] = calloc(m->rows[i], width);
        if (!m->bytes[i]) return FAIL(ST_NOMEM, "no memory for %zu made rows", m->rows[i]);
        made_pixels((uint32_t)q->seed, (uint32_t)i, m->rows[i], width, m->bytes[i]);
        TRY(digest_bytes(m->bytes[i], m->rows[i] * width, m->sha256[i]));
    }
    return ST_OK;
}

static struct dataset_split made_split(const struct made *m, int i)
{
    return (struct dataset_split){.name = i == TRAIN ? "train" : "test",
                                  .rows = m->rows[i],
                                  .shape = m->shape,
                                  .scale = m->bytes[i] ? 1.0 / 255.0 : 1,
                                  .bytes = m->bytes[i],
                                  .values = m->x[i],
                                  .source = m->source,
                                  .sha256 = m->sha256[i]};
}

static enum status read_shape(const char *text, struct shape *s)
{
    unsigned h, w, c;
    char rest;
    if (sscanf(text, "%4ux%4ux%4u%c", &h, &w, &c, &rest) != 3 || !h || !w || !c)
        return FAIL(ST_USAGE, "import: --shape %s: wanted is HEIGHTxWIDTHxCHANNELS", text);
    *s = (struct shape){h, w, c};
    return ST_OK;
}

/* What was typed, complete. */
static void write_source(struct made *m, const struct request *q)
{
    char shape[80] = "";
    if (makes_pixels(q))
        snprintf(shape, sizeof shape, " --shape %zux%zux%zu", m->shape.h, m->shape.w,
                 m->shape.c);
    snprintf(m->source, sizeof m->source, "hourglass import --make %s%s --rows %ld --seed %ld",
             q->make, shape, q->rows, q->seed);
}

static enum status import_made(const struct request *q)
{
    size_t rows = (size_t)q->rows;
    struct made m = {.shape = {1, 1, made_width(q->make)}, .rows = {rows, (rows + 5) / 6}};
    enum status st;
    if (makes_pixels(q)) TRY(read_shape(q->shape ? q->shape : "28x28x1", &m.shape));
    snprintf(m.name, sizeof m.name, "made: %s", q->make);
    write_source(&m, q);
    TRY_DONE(makes_pixels(q) ? make_pixels(&m, q) : make_points(&m, q));
    struct dataset_split splits[] = {made_split(&m, TRAIN), made_split(&m, TEST)};
    TRY_DONE(write_file(q, m.name, splits));
done:
    for (int i = 0; i < SPLITS; i++) free(m.x[i]), free(m.bytes[i]);
    return st;
}

static enum status command(int argc, char **argv)
{
    struct request q;
    char folder[1024];
    const char *file = NULL;
    TRY(read_request(&q, argc, argv));
    TRY(check_output(&q, folder, &file)); /* before the work */
    return q.make ? import_made(&q) : import_folder(&q);
}

const struct command import_command = {.word = "import", .alone = command};
