#include "store/metrics.h"

#include "base/file.h"
#include "base/text.h"
#include "store/commit.h"
#include "store/progress.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct metrics_info columns[METRICS_COLUMNS] = {
    [METRICS_EPOCH] = {"epoch", "Epoch", NULL, "%.0f", "%.0f", 0},
    [METRICS_STEP] = {"step", "Step", NULL, "%.0f", "%.0f", 0},
    [METRICS_TRAIN_LOSS] = {"train_loss", "Training loss", NULL, "%.9g", "%#.5g", 0},
    [METRICS_VALIDATION_LOSS] = {"validation_loss", "Validation loss", NULL, "%.9g", "%#.5g",
                                 0},
    [METRICS_RECONSTRUCTION] = {"validation_reconstruction", "Reconstruction", NULL, "%.9g",
                                "%#.5g", 0},
    [METRICS_KL] = {"validation_kl", "KL", NULL, "%.9g", "%#.4g", 0},
    [METRICS_L1] = {"validation_l1", "L1", NULL, "%.9g", "%#.4g", 0},
    [METRICS_SQUARED_ERROR] = {"validation_squared_error", "Squared error", NULL, "%.9g",
                               "%#.5g", 0},
    [METRICS_LEARNING_RATE] = {"learning_rate", "Learning rate", NULL, "%.9g", "%.3g", 0},
    [METRICS_SAMPLES_PER_SECOND] = {"samples_per_second", "Samples/s", "1/s", "%.1f", "%.0f",
                                    1},
    [METRICS_SECONDS] = {"seconds", "Seconds", "s", "%.3f", "%.1f", 1},
};

const struct metrics_info *metrics_info(enum metrics_column column)
{
    return &columns[column];
}

/* What ends column i of a line. */
static int end_of(int i)
{
    return i == METRICS_COLUMNS - 1 ? '\n' : ',';
}

/* ---- writing -------------------------------------------------------------------------- */

static void print_header(FILE *out)
{
    for (int i = 0; i < METRICS_COLUMNS; i++) fprintf(out, "%s%c", columns[i].name, end_of(i));
}

static void print_row(FILE *out, const struct progress *p, long epoch)
{
    const double *row = p->history + epoch * METRICS_HISTORY;
    const double *times = p->timing + epoch * METRICS_TIMES;
    for (int i = 0; i < METRICS_COLUMNS; i++) {
        fprintf(out, columns[i].format,
                i < METRICS_HISTORY ? row[i] : times[i - METRICS_HISTORY]);
        fputc(end_of(i), out);
    }
}

enum status metrics_write(const struct progress *p, const char *folder)
{
    struct text t;
    TRY(text_begin(&t, "metrics.csv"));
    print_header(t.out);
    for (long epoch = 0; epoch < p->at.epoch; epoch++) print_row(t.out, p, epoch);
    TRY(text_end(&t));
    enum status st = commit_bytes(folder, "metrics.csv", t.at, t.size);
    free(t.at);
    return st;
}

/* ---- reading -------------------------------------------------------------------------- */

/* Whether the first line names the columns in this order. */
static int is_header(const char *line)
{
    for (int i = 0; i < METRICS_COLUMNS; i++) {
        size_t n = strlen(columns[i].name);
        if (strncmp(line, columns[i].name, n) != 0) return 0;
        if (line[n] != end_of(i)) return 0;
        line += n + 1;
    }
    return *line == '\0';
}

/* One number of a line; *at moves behind what ends it. */
static int read_number(char **at, int end_of_field, double *value)
{
    char *end;
    *value = strtod(*at, &end);
    if (end == *at) *value = NAN;
    if (*end != end_of_field) return 0;
    *at = end + 1;
    return 1;
}

static int read_row(char *line, double *row)
{
    for (int i = 0; i < METRICS_COLUMNS; i++)
        if (!read_number(&line, end_of(i), &row[i])) return 0;
    return *line == '\0' && isfinite(row[METRICS_EPOCH]);
}

static enum status grow(struct metrics *m, size_t *capacity)
{
    if (m->rows < *capacity) return ST_OK;
    *capacity = 2 * *capacity + 64;
    double *values = realloc(m->values, *capacity * METRICS_COLUMNS * sizeof *values);
    if (!values) return FAIL(ST_NOMEM, "no memory for %zu rows of metrics", *capacity);
    m->values = values;
    return ST_OK;
}

static enum status read_lines(struct metrics *m, FILE *file, const char *path)
{
    char line[1024];
    size_t capacity = 0;
    while (fgets(line, sizeof line, file)) {
        if (!strchr(line, '\n') && feof(file)) break;
        TRY(grow(m, &capacity));
        if (!read_row(line, m->values + m->rows * METRICS_COLUMNS))
            return FAIL(ST_DATA, "%s:%zu: not a row of %d numbers", path, m->rows + 2,
                        METRICS_COLUMNS);
        m->rows++;
    }
    return m->rows ? ST_OK : FAIL(ST_NOINPUT, "%s has no finished epoch yet", path);
}

enum status metrics_read(struct metrics *m, const char *path)
{
    char line[1024];
    *m = (struct metrics){0};
    FILE *file;
    enum status st = file_open(&file, path);
    if (st == ST_NOINPUT) return FAIL(st, "%s is not there; `hourglass train` writes it", path);
    if (st != ST_OK) return st;
    st = fgets(line, sizeof line, file) && is_header(line)
             ? read_lines(m, file, path)
             : FAIL(ST_DATA, "%s:1: the header is not that of hourglass's metrics", path);
    fclose(file);
    return st;
}

void metrics_free(struct metrics *m)
{
    free(m->values);
    *m = (struct metrics){0};
}

double metrics_at(const struct metrics *m, size_t row, enum metrics_column column)
{
    return m->values[row * METRICS_COLUMNS + column];
}

int metrics_has(const struct metrics *m, enum metrics_column column)
{
    for (size_t i = 0; i < m->rows; i++) {
        double v = metrics_at(m, i, column);
        if (isfinite(v) && v != 0) return 1;
    }
    return 0;
}
