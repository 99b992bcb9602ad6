/* hourglass encode: codes, reconstructions and residuals of the test split of a run. */
#include "run/encode.h"
#include "apps/commands.h"
#include "comm/world.h"

#include <stdio.h>
#include <string.h>

struct request {
    char folder[1024], checkpoint[1024], file[1024];
};

static enum status take(char *to, size_t n, const char *word)
{
    if (!word || strlen(word) >= n)
        return FAIL(ST_USAGE, "encode: a value is missing or too long");
    strcpy(to, word);
    return ST_OK;
}

static enum status read_request(struct request *q, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--checkpoint") == 0) {
            TRY(take(q->checkpoint, sizeof q->checkpoint, next));
            i++;
        } else if (strcmp(argv[i], "--file") == 0) {
            TRY(take(q->file, sizeof q->file, next));
            i++;
        } else if (argv[i][0] == '-' || *q->folder) {
            return FAIL(ST_USAGE,
                        "encode: '%s' is not understood; write: hourglass encode RUN "
                        "[--checkpoint FILE] [--file DATA]",
                        argv[i]);
        } else {
            TRY(take(q->folder, sizeof q->folder, argv[i]));
        }
    }
    return *q->folder ? ST_OK
                      : FAIL(ST_USAGE, "encode: which run?  write: hourglass encode RUN");
}

enum status encode_command(struct world *w, int argc, char **argv)
{
    struct request q = {"", "", ""};
    TRY(world_agree(w, w->rank == 0 ? read_request(&q, argc, argv) : ST_OK));
    world_broadcast(w, &q, sizeof q);
    return encode_run(w, q.folder, q.checkpoint, q.file);
}
