/* job - what one run is told: the settings of hourglass.
 *
 * The table in job.c is the one place where a setting is declared.  Units are in its help.
 */
#ifndef BASE_JOB_H
#define BASE_JOB_H

#include "base/settings.h"

/* Bytes; a folder leaves room for the names of the files in it. */
enum { JOB_NAME = 128, JOB_PATH = 1024, JOB_FOLDER = JOB_PATH - 64, JOB_LIST = 4096 };

struct job {
    /* [run] */
    char name[JOB_NAME];
    char folder[JOB_FOLDER]; /* "" means runs/NAME: ask job_folder */
    char owner[64];          /* "" is nobody */
    long seed;
    long shards;
    long keep;
    double checkpoint_minutes, max_hours, stall_seconds;
    long verify_steps;
    char backend[16], isa[16], allreduce[16];
    char progress[16];

    /* [data] */
    char file[JOB_PATH];
    char train[32], test[32]; /* the splits */
    long limit;

    /* [model] */
    char input[32];
    long code; /* what the word `code` in a layer's line stands for; 0: none says it */
    char encoder[JOB_LIST], decoder[JOB_LIST];
    char initialiser[16];

    /* [training] */
    char loss[16];
    double beta, l1;
    char optimizer[16];
    double learning_rate;
    char schedule[64];
    double momentum;
    long batch, epochs;
};

/* The table over *job. */
struct settings job_settings(struct job *job);

/* The run folder: run.folder, or runs/NAME where that is empty. */
void job_folder(const struct job *job, char *path, size_t n);

#endif
