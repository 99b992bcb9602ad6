/* prediction - the table that `hourglass scale --csv` has written: samples a second by ranks.
 *
 * All functions are Local.
 */
#ifndef ANALYSIS_INPUT_PREDICTION_H
#define ANALYSIS_INPUT_PREDICTION_H

#include "base/status.h"

enum { PREDICTION_ROWS = 128, PREDICTION_TEXT = 256 };
enum prediction_kind { PREDICTION_HERE, PREDICTION_STRONG, PREDICTION_WEAK, PREDICTION_KINDS };

struct prediction_row {
    enum prediction_kind kind; /* HERE: measured; of the others the work is fixed, or grows */
    double ranks, batch;       /* batch: samples of a step */
    double rate;               /* samples a second */
    double efficiency;         /* beside one rank */
};

struct prediction {
    char job[PREDICTION_TEXT], network[PREDICTION_TEXT];
    struct prediction_row row[PREDICTION_ROWS];
    int rows;
};

/* Fails with ST_NOINPUT, or with ST_DATA, naming the line. */
enum status prediction_read(struct prediction *p, const char *path) MUST_USE;

#endif
