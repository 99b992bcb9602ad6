/* scale_report - what `hourglass scale` has found: a table on stdout, CSV and JSON.  All
 * functions are Local. */
#ifndef APPS_SCALE_REPORT_H
#define APPS_SCALE_REPORT_H

#include "base/job.h"
#include "scale_model.h"

enum { SCALE_ROWS = 100 };
enum scale_kind { SCALE_HERE, SCALE_STRONG, SCALE_WEAK, SCALE_KINDS };

/* A number of ranks. */
struct scale_row {
    enum scale_kind kind;
    struct scale_point at;
    struct scale_seconds t; /* predicted */
    double measured;        /* seconds of a step, here; 0 where it is a prediction alone */
    double efficiency;      /* beside one rank */
};

struct scale_report {
    const struct job *job;
    int ranks;    /* that have measured .. */
    int one_host; /* .. all on one */
    struct scale_parts parts;
    struct scale_network net;
    struct scale_row row[SCALE_ROWS];
    int rows;
};

/* Samples a second. */
double scale_report_rate(const struct scale_row *row);

void scale_report_print(const struct scale_report *r);

/* Commit the rows as a table, or everything as JSON.  Fails with ST_NOMEM or ST_CANTCREATE. */
enum status scale_report_csv(const struct scale_report *r, const char *path) MUST_USE;
enum status scale_report_json(const struct scale_report *r, const char *path) MUST_USE;

#endif
