#include "analysis/figures/record_file.h"

#include "base/version.h"
#include "store/inspect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MOST_FACTS = 64 };

/* Facts of the results; names and texts owned. */
struct origin {
    struct fact facts[MOST_FACTS];
    int count, lost;
};

static void take(const char *name, const char *text, void *data)
{
    struct origin *o = data;
    if (o->count == MOST_FACTS) return;
    struct fact f = {strdup(name), strdup(text)};
    o->lost |= !f.name || !f.text;
    o->facts[o->count++] = f;
}

static enum status origin_read(struct origin *o, const struct run *r)
{
    struct inspect file;
    if (r->has_results.st != ST_OK) return ST_OK;
    enum status st = inspect_open(&file, r->results.path);
    if (st == ST_OK) inspect_facts(&file, "/provenance", take, o);
    inspect_close(&file);
    return o->lost ? FAIL(ST_NOMEM, "no memory for the facts of %s", r->results.path) : st;
}

static void origin_free(struct origin *o)
{
    for (int i = 0; i < o->count; i++) {
        free((void *)o->facts[i].name);
        free((void *)o->facts[i].text);
    }
}

enum status record_file_save(const struct run *run, const struct record *record, uint32_t seed,
                             const char *folder, const char *name)
{
    char number[16];
    struct origin origin = {.count = 0};
    snprintf(number, sizeof number, "%u", seed);
    const struct fact facts[] = {{"program", "hourglass-analysis " HOURGLASS_VERSION},
                                 {"git_commit", HOURGLASS_COMMIT},
                                 {"run", run->job.name},
                                 {"data", run->data_name},
                                 {"epoch", run->epoch},
                                 {"seed", number}};
    const struct provenance file = {facts, sizeof facts / sizeof facts[0]};
    enum status st = origin_read(&origin, run);
    const struct provenance from = {origin.facts, origin.count};
    if (st == ST_OK) st = record_save(record, folder, name, &file, &from);
    origin_free(&origin);
    return st;
}
