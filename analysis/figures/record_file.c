#include "analysis/figures/record_file.h"

#include "base/version.h"
#include "store/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_ENTRIES = 64 };

/* The provenance of the results; names and texts owned. */
struct origin {
    struct text_attribute entries[MOST_ENTRIES];
    int count, lost;
};

static void take(const char *name, const char *text, void *data)
{
    struct origin *o = data;
    if (o->count == MOST_ENTRIES) return;
    struct text_attribute a = {strdup(name), strdup(text)};
    o->lost |= !a.name || !a.text;
    o->entries[o->count++] = a;
}

static enum status origin_read(struct origin *o, const struct run *r)
{
    struct inspect file;
    if (r->has_results.st != ST_OK) return ST_OK;
    enum status st = inspect_open(&file, r->results.path);
    if (st == ST_OK) inspect_texts(&file, "/provenance", take, o);
    inspect_close(&file);
    return o->lost ? FAIL(ST_NOMEM, "no memory for the provenance of %s", r->results.path) : st;
}

static void origin_free(struct origin *o)
{
    for (int i = 0; i < o->count; i++) {
        free((void *)o->entries[i].name);
        free((void *)o->entries[i].text);
    }
}

enum status record_file_save(const struct run *run, struct record *record, uint32_t seed,
                             const char *folder, const char *name)
{
    char number[16];
    struct origin origin = {.count = 0};
    snprintf(number, sizeof number, "%u", seed);
    const struct text_attribute entries[] = {
        {"program", "hourglass-analysis " HOURGLASS_VERSION},
        {"git_commit", HOURGLASS_COMMIT},
        {"run", run->job.name},
        {"data", run->data_name},
        {"epoch", run->epoch},
        {"seed", number}};
    const struct provenance file = {entries, sizeof entries / sizeof entries[0]};
    enum status st = origin_read(&origin, run);
    const struct provenance from = {origin.entries, origin.count};
    if (st == ST_OK) st = record_save(record, folder, name, &file, &from);
    origin_free(&origin);
    return st;
}
