#include "results_place.h"

#include "base/file.h"
#include "store/inspect.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What the results that are there say of themselves; "" where they do not. */
struct present {
    char file[JOB_PATH], split[32], data[DIGEST_HEX];
    char checkpoint[JOB_PATH], state[DIGEST_HEX];
};

enum status results_place_choose(struct results_place *p, const char *folder,
                                 const char *output)
{
    const char *slash = strrchr(output, '/'), *name = slash ? slash + 1 : output;
    if (!*output) {
        *p = (struct results_place){.name = "results.h5"};
        snprintf(p->folder, sizeof p->folder, "%s", folder);
        return ST_OK;
    }
    if (!*name || strlen(name) >= sizeof p->name)
        return FAIL(ST_USAGE, "-o %s: that is not the name of a file", output);
    *p = (struct results_place){.folder = ".", .chosen = 1, .told = 1};
    strcpy(p->name, name);
    size_t n = slash ? (size_t)(slash - output) : 0;
    if (slash) snprintf(p->folder, sizeof p->folder, "%.*s", n ? (int)n : 1, output);
    return ST_OK;
}

void results_place_path(const struct results_place *p, char *path, size_t n)
{
    int here = strcmp(p->folder, ".") == 0;
    snprintf(path, n, "%s%s%s", here ? "" : p->folder, here ? "" : "/", p->name);
}

/* Whether a results file is there. */
static int look(const char *path, struct present *p)
{
    struct inspect f;
    const struct {
        const char *name;
        char *text;
        size_t n;
    } texts[] = {{"data_file", p->file, sizeof p->file},
                 {"data_split", p->split, sizeof p->split},
                 {"data_sha256", p->data, sizeof p->data},
                 {"checkpoint", p->checkpoint, sizeof p->checkpoint},
                 {"checkpoint_sha256", p->state, sizeof p->state}};
    if (inspect_open(&f, path) != ST_OK) return 0;
    int found = f.kind == INSPECT_RESULTS;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        inspect_text(&f, "/provenance", texts[i].name, texts[i].text, texts[i].n);
    inspect_close(&f);
    return found;
}

/* The data are told by the digest that they state, and where they state none by their place. */
static int is_of_these_data(const struct present *p, const struct dataset *d)
{
    char whole[2 * JOB_PATH];
    file_whole_path(d->path, whole, sizeof whole);
    if (strcmp(p->split, d->split) != 0 || strcmp(p->data, d->sha256) != 0) return 0;
    return *d->sha256 || strcmp(p->file, whole) == 0;
}

/* Results without the digest of their checkpoint are an earlier hourglass's: their split and
 * digest of data were the training's. */
static int is_of_the_same(const struct present *p, const struct results_origin *o)
{
    if (!*p->state) return o->newest;
    return is_of_these_data(p, o->data) && (o->newest || strcmp(p->state, o->state) == 0);
}

enum status results_place_check(const struct results_place *p,
                                const struct results_origin *origin)
{
    struct present present = {.file = ""};
    char path[2 * JOB_PATH];
    results_place_path(p, path, sizeof path);
    if (access(path, F_OK) != 0) return ST_OK;
    int results = look(path, &present);
    if (p->chosen && !results)
        return FAIL(ST_CANTCREATE,
                    "%s is there and holds no results: choose another file with -o", path);
    if (p->told || !results || is_of_the_same(&present, origin)) return ST_OK;
    return FAIL(ST_CANTCREATE,
                "%s holds results of '%s' of %s, by %s: write these to another file with -o "
                "FILE, or replace those with --overwrite",
                path, present.split, present.file, present.checkpoint);
}

int results_place_holds(const char *folder, const char *state, const char *file)
{
    struct present p = {.file = ""};
    char path[JOB_PATH + 16], whole[2 * JOB_PATH];
    snprintf(path, sizeof path, "%s/results.h5", folder);
    file_whole_path(file, whole, sizeof whole);
    return access(path, F_OK) == 0 && look(path, &p) && strcmp(p.state, state) == 0 &&
           strcmp(p.file, whole) == 0;
}
