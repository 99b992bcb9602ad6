#include "store/checkpoint.h"

#include "base/file.h"
#include "base/log.h"
#include "checkpoint_files.h"
#include "store/checkpoint_load.h"
#include "store/checkpoint_name.h"
#include "store/inspect.h"

#include <stdio.h>
#include <unistd.h>

/* Whether f lies behind where p stands. */
static int is_newer(const struct checkpoint_file *f, const struct progress *p)
{
    return f->epoch > p->at.epoch || (f->epoch == p->at.epoch && f->step > p->at.step);
}

void checkpoint_prune(const char *folder, const struct progress *p, long keep)
{
    struct checkpoint_files files;
    char path[1200];
    long kept = 0;
    if (checkpoint_files_list(&files, folder) != ST_OK) return;
    for (int i = 0; i < files.count; i++) {
        const struct checkpoint_file *f = &files.file[i];
        int newer = is_newer(f, p);
        int is_best = p->best_epoch && f->epoch == p->best_epoch && f->step == 0;
        if (!newer && (kept++ < keep || is_best)) continue;
        snprintf(path, sizeof path, "%s/%s", folder, f->name);
        if (unlink(path) != 0) log_warning("%s: an old checkpoint cannot be deleted", path);
    }
    checkpoint_files_free(&files);
}

enum status checkpoint_newest(const char *folder, char *path, size_t n)
{
    struct checkpoint_files files;
    char hex[DIGEST_HEX];
    enum status st = ST_NOINPUT;
    TRY(checkpoint_files_list(&files, folder));
    for (int i = 0; i < files.count && st != ST_OK; i++) {
        snprintf(path, n, "%s/%s", folder, files.file[i].name);
        st = checkpoint_load_digest(path, hex);
        if (st != ST_OK && i + 1 < files.count)
            log_warning("%s; taking the checkpoint before it", status_message());
    }
    if (files.count == 0)
        st = FAIL(ST_NOINPUT, "%s holds no checkpoint; has it been trained?", folder);
    checkpoint_files_free(&files);
    return st;
}

enum status checkpoint_best(const char *folder, char *path, size_t n)
{
    struct inspect f;
    char name[64];
    size_t bytes;
    long best = 0;
    TRY(checkpoint_newest(folder, path, n));
    TRY(inspect_open(&f, path));
    inspect_int(&f, "/progress", "best_epoch", &best);
    inspect_close(&f);
    if (best == 0) return FAIL(ST_NOINPUT, "%s: no epoch is done, so none is the best", folder);
    checkpoint_name(best, 0, name, sizeof name);
    snprintf(path, n, "%s/%s", folder, name);
    return file_regular(path, &bytes);
}
