#include "analysis/metrics.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char header[] =
    "epoch,step,train_loss,validation_loss,validation_reconstruction,validation_kl,"
    "validation_l1,validation_squared_error,learning_rate,samples_per_second,seconds\n";

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

static enum status grow(struct metrics *m, size_t *room)
{
    if (m->rows < *room) return ST_OK;
    *room = 2 * *room + 64;
    double *values = realloc(m->values, *room * METRICS_COLUMNS * sizeof *values);
    if (!values) return FAIL(ST_NOMEM, "no room for %zu rows of metrics", *room);
    m->values = values;
    return ST_OK;
}

static enum status read_rows(struct metrics *m, FILE *file, const char *path)
{
    char line[1024];
    size_t room = 0;
    while (fgets(line, sizeof line, file)) {
        if (!strchr(line, '\n') && feof(file)) break;
        TRY(grow(m, &room));
        if (!take_row(line, m->values + m->rows * METRICS_COLUMNS))
            return FAIL(ST_DATA, "%s:%zu: not a row of %d numbers", path, m->rows + 2,
                        METRICS_COLUMNS);
        m->rows++;
    }
    return m->rows ? ST_OK : FAIL(ST_NOINPUT, "%s has no finished epoch yet", path);
}

enum status metrics_read(struct metrics *m, const char *path)
{
    char line[sizeof header + 64];
    *m = (struct metrics){0};
    FILE *file = fopen(path, "r");
    if (!file) return FAIL(ST_NOINPUT, "%s is not there; `hourglass train` writes it", path);
    enum status st =
        fgets(line, sizeof line, file) && strcmp(line, header) == 0
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
