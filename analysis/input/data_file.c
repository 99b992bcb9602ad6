#include "analysis/input/data_file.h"

#include "base/file.h"
#include "store/inspect.h"

#include <stdio.h>
#include <string.h>

/* What is looked for, and the first failure. */
struct search {
    char images[64], sha256[DIGEST_HEX]; /* of the split; "" where nothing says it */
    char *path;                          /* [JOB_PATH]: the place */
    enum status st;
    char why[JOB_PATH + 128];
};

/* Whether the file at s->path is it. */
static enum status check(const struct search *s)
{
    struct inspect f;
    char found[DIGEST_HEX] = "";
    size_t bytes;
    TRY(file_regular(s->path, &bytes));
    TRY(inspect_open(&f, s->path));
    inspect_text(&f, s->images, "sha256", found, sizeof found);
    inspect_close(&f);
    if (!*s->sha256 || strcmp(found, s->sha256) == 0) return ST_OK;
    return FAIL(ST_DATA, "%s holds other data", s->path);
}

/* Whether the search has ended, or ends at folder/name. */
static int found(struct search *s, const char *folder, const char *name)
{
    char first[JOB_PATH];
    if (s->st == ST_OK) return 1;
    snprintf(first, sizeof first, "%s", s->path);
    int n = snprintf(s->path, JOB_PATH, "%s%s%s", folder, *folder ? "/" : "", name);
    enum status st = n < JOB_PATH ? check(s) : ST_NOINPUT;
    if (st == ST_OK) return s->st = st, 1;
    if (!*s->why) s->st = st, snprintf(s->why, sizeof s->why, "%s", status_message());
    if (*first) strcpy(s->path, first);
    return 0;
}

/* From the run's folder up to the root. */
static void search_above(struct search *s, const char *folder, const char *name)
{
    char above[2 * JOB_PATH];
    file_whole_path(folder, above, sizeof above);
    for (char *slash; !found(s, above, name) && (slash = strrchr(above, '/'));) *slash = '\0';
}

static void read_origin(struct search *s, const struct results *r, char file[JOB_PATH])
{
    char split[32] = "";
    results_provenance(r, "data_file", file, JOB_PATH);
    results_provenance(r, "data_split", split, sizeof split);
    results_provenance(r, "data_sha256", s->sha256, sizeof s->sha256);
    snprintf(s->images, sizeof s->images, "/%s/images", split);
}

enum status data_file_find(const struct results *r, const struct job *job, const char *folder,
                           char path[JOB_PATH])
{
    struct search s = {.path = path, .st = ST_NOINPUT};
    char file[JOB_PATH] = "";
    *path = '\0';
    if (r) read_origin(&s, r, file);
    if (*file) (void)found(&s, "", file);
    (void)found(&s, "", job->file);
    if (job->file[0] != '/') search_above(&s, folder, job->file);
    return s.st == ST_OK ? ST_OK : FAIL(s.st, "%s", s.why);
}
