#include "analysis/input/metrics.h"

#include "base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name, *unit;
} columns[METRICS_COLUMNS] = {
    [METRICS_EPOCH] = {"epoch", NULL},
    [METRICS_STEP] = {"step", NULL},
    [METRICS_TRAIN_LOSS] = {"train_loss", NULL},
    [METRICS_VALIDATION_LOSS] = {"validation_loss", NULL},
    [METRICS_RECONSTRUCTION] = {"validation_reconstruction", NULL},
    [METRICS_KL] = {"validation_kl", NULL},
    [METRICS_L1] = {"validation_l1", NULL},
    [METRICS_SQUARED_ERROR] = {"validation_squared_error", NULL},
    [METRICS_LEARNING_RATE] = {"learning_rate", NULL},
    [METRICS_SAMPLES_PER_SECOND] = {"samples_per_second", "1/s"},
    [METRICS_SECONDS] = {"seconds", "s"},
};

const char *metrics_name(enum metrics_column column)
{
    return columns[column].name;
}

const char *metrics_unit(enum metrics_column column)
{
    return columns[column].unit;
}

/* Whether the first line names the columns in this order. */
static int is_header(const char *line)
{
    for (int i = 0; i < METRICS_COLUMNS; i++) {
        size_t n = strlen(columns[i].name);
        if (strncmp(line, columns[i].name, n) != 0) return 0;
        if (line[n] != (i == METRICS_COLUMNS - 1 ? '\n' : ',')) return 0;
        line += n + 1;
    }
    return *line == '\0';
}

/* One number of a line; *at moves behind its comma. */
static int take_number(char **at, int last, double *value)
{
    char *end;
    *value = strtod(*at, &end);
    if (end == *at) *value = NAN;
    if (*end != (last ? '\n' : ',')) return 0;
    *at = end + 1;
    return 1;
}

static int take_row(char *line, double *row)
{
    for (int i = 0; i < METRICS_COLUMNS; i++)
        if (!take_number(&line, i == METRICS_COLUMNS - 1, &row[i])) return 0;
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

static enum status read_rows(struct metrics *m, FILE *file, const char *path)
{
    char line[1024];
    size_t capacity = 0;
    while (fgets(line, sizeof line, file)) {
        if (!strchr(line, '\n') && feof(file)) break;
        TRY(grow(m, &capacity));
        if (!take_row(line, m->values + m->rows * METRICS_COLUMNS))
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
             ? read_rows(m, file, path)
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
