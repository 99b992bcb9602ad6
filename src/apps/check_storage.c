#include "check_storage.h"

#include "base/clock.h"
#include "base/share.h"
#include "pario/results_save.h"
#include "store/commit.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 64, PIXELS = SIDE * SIDE, ROWS = 512 /* all ranks', or four a rank */ };

/* Any value, by its place. */
static float value(size_t row, size_t i)
{
    uint32_t x = (uint32_t)(row * PIXELS + i) * 2654435761u;
    return (float)(x >> 8);
}

static void fill(float *rows, size_t first, size_t count, size_t width)
{
    for (size_t i = 0; i < count * width; i++) rows[i] = value(first + i / width, i % width);
}

/* The rows of a rank. */
static struct results_part part_of(int rank, int size)
{
    size_t total = 4 * (size_t)size > ROWS ? 4 * (size_t)size : ROWS;
    return (struct results_part){
        .total = total,
        .first = share_first(total, (size_t)rank, (size_t)size),
        .rows = share_count(total, (size_t)rank, (size_t)size),
        .code = 1,
        .image = {SIDE, SIDE, 1},
        .has = {[RESULTS_CODES] = 1, [RESULTS_RECONSTRUCTIONS] = 1, [RESULTS_RESIDUALS] = 1}};
}

/* What one rank does alone: read the rows of another rank. */
static enum status read_rows(const char *path, const struct results_part *of, float *got,
                             const float *want)
{
    struct results r;
    TRY(commit_sync(path));
    enum status st = results_open(&r, path);
    if (st == ST_OK) st = results_read(&r, RESULTS_RESIDUALS, of->first, of->rows, got);
    results_close(&r);
    if (st == ST_OK && memcmp(got, want, of->rows * PIXELS * sizeof *got) != 0)
        st = FAIL(ST_DATA, "%s: rows of another rank are not what it has written", path);
    return st;
}

static enum status write_and_read(struct world *w, const char *folder, float *mine, float *got)
{
    struct results_part own = part_of(w->rank, w->size);
    struct results_part next = part_of((w->rank + 1) % w->size, w->size);
    char path[2048];
    snprintf(path, sizeof path, "%s/storage.h5", folder);
    fill(mine, own.first, own.rows, PIXELS);
    own.array[RESULTS_CODES] = own.array[RESULTS_RECONSTRUCTIONS] =
        own.array[RESULTS_RESIDUALS] = mine;
    TRY(results_save(w, folder, "storage.h5", &own, NULL));
    fill(mine, next.first, next.rows, PIXELS);
    return world_agree(w, read_rows(path, &next, got, mine));
}

enum status check_storage_try(struct world *w, const char *folder, double *bytes,
                              double *seconds)
{
    struct results_part own = part_of(w->rank, w->size);
    size_t n = (own.rows + 1) * PIXELS; /* another rank may have a row more */
    double begun = clock_seconds();
    float *mine = malloc(n * sizeof *mine), *got = malloc(n * sizeof *got);
    enum status st = mine && got ? ST_OK : FAIL(ST_NOMEM, "no memory for %zu rows", own.rows);
    st = world_agree(w, st);
    if (st == ST_OK) st = write_and_read(w, folder, mine, got);
    free(mine);
    free(got);
    *bytes = (double)own.total * (2 * PIXELS + 1) * sizeof(float);
    *seconds = clock_seconds() - begun;
    return st;
}
