/* hourglass encode: codes, reconstructions and residuals of the test split of a run. */
#include "run/encode.h"

#include "apps/commands.h"
#include "comm/world.h"

#include <string.h>

static enum status take_value(char to[JOB_PATH], const char *word)
{
    if (!word || strlen(word) >= JOB_PATH)
        return FAIL(ST_USAGE, "encode: a value is missing or too long");
    strcpy(to, word);
    return ST_OK;
}

static enum status read_options(struct encode_options *o, int argc, char **argv)
{
    for (int i = 0; i < argc; i++) {
        const char *next = i + 1 < argc ? argv[i + 1] : NULL;
        if (strcmp(argv[i], "--checkpoint") == 0) {
            TRY(take_value(o->checkpoint, next));
            i++;
        } else if (strcmp(argv[i], "--file") == 0) {
            TRY(take_value(o->file, next));
            i++;
        } else if (argv[i][0] == '-' || *o->folder) {
            return FAIL(ST_USAGE,
                        "encode: '%s' is not understood; write: hourglass encode RUN "
                        "[--checkpoint FILE] [--file DATA]",
                        argv[i]);
        } else {
            TRY(take_value(o->folder, argv[i]));
        }
    }
    return *o->folder ? ST_OK
                      : FAIL(ST_USAGE, "encode: which run?  write: hourglass encode RUN");
}

static enum status command(struct world *w, int argc, char **argv)
{
    struct encode_options o = {"", "", ""};
    TRY(world_agree(w, w->rank == 0 ? read_options(&o, argc, argv) : ST_OK));
    world_broadcast(w, &o, sizeof o);
    return encode_run(w, &o);
}

const struct command encode_command = {.word = "encode", .together = command};
