#include "base/text.h"

#include <stdlib.h>

static enum status no_memory(const struct text *t)
{
    return FAIL(ST_NOMEM, "no memory for %s", t->what);
}

enum status text_begin(struct text *t, const char *what)
{
    *t = (struct text){.what = what};
    t->out = open_memstream(&t->at, &t->size);
    return t->out ? ST_OK : no_memory(t);
}

enum status text_end(struct text *t)
{
    int lost = ferror(t->out) != 0;
    lost |= fclose(t->out) != 0;
    t->out = NULL;
    if (!lost && t->at) return ST_OK;
    free(t->at);
    t->at = NULL;
    return no_memory(t);
}
