#include "run/binary.h"

#include "base/file.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char self[] = "/proc/self/exe";

static enum status add_file(struct digest *d, FILE *f)
{
    char piece[1 << 16];
    size_t n;
    while ((n = fread(piece, 1, sizeof piece, f)) > 0) TRY(digest_add(d, piece, n));
    return ferror(f) ? FAIL(ST_DATA, "%s cannot be read", self) : ST_OK;
}

static enum status digest_self(char hex[DIGEST_HEX])
{
    struct digest d = {NULL};
    FILE *f;
    TRY(file_open(&f, self));
    enum status st = digest_begin(&d);
    if (st == ST_OK) st = add_file(&d, f);
    enum status end = digest_end(&d, st == ST_OK ? hex : NULL);
    fclose(f);
    return st != ST_OK ? st : end;
}

/* All but the bytes. */
static void look(struct binary *b)
{
    struct stat file;
    memset(b, 0, sizeof *b);
    gethostname(b->host, sizeof b->host - 1);
    if (readlink(self, b->path, sizeof b->path - 1) < 0) *b->path = '\0';
    if (stat(self, &file) == 0) b->device = file.st_dev, b->file = file.st_ino;
}

void binary_look(struct binary *b)
{
    look(b);
    if (digest_self(b->sha256) != ST_OK) *b->sha256 = '\0';
}

/* Of this process, by what the first rank of its machine has read where that runs the same
 * file. */
static void look_here(struct binary *mine, struct world *w)
{
    struct binary here;
    if (w->place == 0)
        binary_look(mine);
    else
        look(mine);
    here = *mine;
    world_broadcast_here(w, &here, sizeof here);
    if (w->place == 0) return;
    if (mine->file && mine->file == here.file && mine->device == here.device)
        memcpy(mine->sha256, here.sha256, sizeof mine->sha256);
    else
        binary_look(mine);
}

enum status binary_agree(struct world *w)
{
    struct binary mine, first;
    look_here(&mine, w);
    first = mine;
    world_broadcast(w, &first, sizeof first);
    int both = *mine.sha256 && *first.sha256;
    if (!both || strcmp(mine.sha256, first.sha256) == 0) return world_agree(w, ST_OK);
    return world_agree(w,
                       FAIL(ST_INTERNAL,
                            "rank %d on %s runs another program, %s (SHA-256 %.12s...), than "
                            "rank 0 on %s, %s (SHA-256 %.12s...): start the same one on all",
                            w->rank, mine.host, mine.path, mine.sha256, first.host, first.path,
                            first.sha256));
}
