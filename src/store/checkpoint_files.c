#include "checkpoint_files.h"

#include "store/checkpoint_name.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Whether a file of that name is a checkpoint; fills f where it is. */
static int parse(const char *name, struct checkpoint_file *f)
{
    const char *rest = checkpoint_name_parse(name, &f->epoch, &f->step);
    if (!rest || *rest) return 0;
    checkpoint_name(f->epoch, f->step, f->name, sizeof f->name);
    return 1;
}

static enum status add(struct checkpoint_files *files, const struct checkpoint_file *f)
{
    size_t n = (size_t)files->count + 1;
    struct checkpoint_file *longer = realloc(files->file, n * sizeof *longer);
    if (!longer) return FAIL(ST_NOMEM, "no memory for a list of checkpoints");
    longer[files->count++] = *f;
    files->file = longer;
    return ST_OK;
}

static int newer_first(const void *a, const void *b)
{
    const struct checkpoint_file *x = a, *y = b;
    if (x->epoch != y->epoch) return x->epoch < y->epoch ? 1 : -1;
    return x->step < y->step ? 1 : x->step > y->step ? -1 : 0;
}

enum status checkpoint_files_list(struct checkpoint_files *files, const char *folder)
{
    struct checkpoint_file f;
    enum status st = ST_OK;
    *files = (struct checkpoint_files){0};
    DIR *all = opendir(folder);
    if (!all) return FAIL(ST_NOINPUT, "%s cannot be read: %s", folder, strerror(errno));
    for (struct dirent *e; st == ST_OK && (e = readdir(all));)
        if (parse(e->d_name, &f)) st = add(files, &f);
    closedir(all);
    if (st != ST_OK) checkpoint_files_free(files);
    if (files->count)
        qsort(files->file, (size_t)files->count, sizeof *files->file, newer_first);
    return st;
}

void checkpoint_files_free(struct checkpoint_files *files)
{
    free(files->file);
    *files = (struct checkpoint_files){0};
}
