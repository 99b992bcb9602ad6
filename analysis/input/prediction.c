#include "analysis/input/prediction.h"

#include "base/file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIELDS = 24 };

static const char *const kinds[PREDICTION_KINDS] = {"here", "strong", "weak"};

/* Where the columns are that are read. */
struct columns {
    int scaling, ranks, batch, rate, efficiency;
};

/* The fields of a line, which is cut up. */
static int cut(char *line, char *field[FIELDS])
{
    int n = 0;
    line[strcspn(line, "\n")] = '\0';
    for (char *at = line; at && n < FIELDS; n++) {
        field[n] = at;
        at = strchr(at, ',');
        if (at) *at++ = '\0';
    }
    return n;
}

static int find(char *const field[FIELDS], int n, const char *name)
{
    for (int i = 0; i < n; i++)
        if (strcmp(field[i], name) == 0) return i;
    return FIELDS;
}

/* Whether the line names all that is read. */
static int read_header(struct columns *c, char *line)
{
    char *field[FIELDS];
    int n = cut(line, field);
    *c = (struct columns){find(field, n, "scaling"), find(field, n, "ranks"),
                          find(field, n, "batch"), find(field, n, "samples_per_second"),
                          find(field, n, "efficiency")};
    return c->scaling < n && c->ranks < n && c->batch < n && c->rate < n && c->efficiency < n;
}

static int read_number(const char *text, double *value)
{
    char *end;
    *value = strtod(text, &end);
    return end != text && !*end && isfinite(*value) && *value > 0;
}

static int read_row(struct prediction *p, const struct columns *c, char *line)
{
    char *field[FIELDS];
    int n = cut(line, field), kind = 0;
    struct prediction_row *row = &p->row[p->rows];
    if (n <= c->scaling || n <= c->ranks || n <= c->batch || n <= c->rate || n <= c->efficiency)
        return 0;
    while (kind < PREDICTION_KINDS && strcmp(field[c->scaling], kinds[kind]) != 0) kind++;
    row->kind = (enum prediction_kind)kind;
    p->rows++;
    return kind < PREDICTION_KINDS && read_number(field[c->ranks], &row->ranks) &&
           read_number(field[c->batch], &row->batch) &&
           read_number(field[c->rate], &row->rate) &&
           read_number(field[c->efficiency], &row->efficiency);
}

/* "# job: vanilla" */
static void read_comment(struct prediction *p, const char *line)
{
    int n = (int)strcspn(line, "\n");
    if (strncmp(line, "# job: ", 7) == 0)
        snprintf(p->job, sizeof p->job, "%.*s", n - 7, line + 7);
    if (strncmp(line, "# network: ", 11) == 0)
        snprintf(p->network, sizeof p->network, "%.*s", n - 11, line + 11);
}

static enum status read_lines(struct prediction *p, FILE *file, const char *path)
{
    char line[1024];
    struct columns c = {0};
    int header = 0;
    for (int number = 1; fgets(line, sizeof line, file); number++) {
        int good = p->rows < PREDICTION_ROWS;
        if (*line == '#')
            read_comment(p, line);
        else if (!header)
            good = header = read_header(&c, line);
        else if (good)
            good = read_row(p, &c, line);
        if (!good)
            return FAIL(ST_DATA, "%s:%d: this is no line of hourglass scale's", path, number);
    }
    return p->rows ? ST_OK : FAIL(ST_DATA, "%s: no row of hourglass scale's", path);
}

enum status prediction_read(struct prediction *p, const char *path)
{
    FILE *file;
    *p = (struct prediction){.rows = 0};
    TRY(file_open(&file, path));
    enum status st = read_lines(p, file, path);
    fclose(file);
    return st;
}
