/* scale_model - seconds of a step on any number of ranks, from what its parts take here and a
 * described machine.
 *
 * It is no formula: the sum's own rounds (comm/rounds.h) are gone through, message by message,
 * and each round takes the time of its most loaded link: that of a node, which all its places
 * share, or that above a switch.  What leaves while backward runs is not counted as such: it is
 * the time of a sum that begins when all are through.  All functions are Local.
 */
#ifndef APPS_SCALE_MODEL_H
#define APPS_SCALE_MODEL_H

#include "scale_network.h"

enum { SCALE_POINTS = 40, SCALE_MEETINGS = 17 };

/* Forward and backward of a rank: `own` shards, each with `rows` rows. */
struct scale_step {
    size_t own, rows;
    double seconds;
};

/* A sum of next to nothing over ranks of one machine, and a few numbers of each told to all. */
struct scale_meeting {
    double sum, tell; /* seconds */
};

/* What is known of this machine. */
struct scale_parts {
    size_t floats;     /* of the gradient */
    size_t statistics; /* doubles of batch norm that are summed, all exchanges together */
    size_t exchanges;  /* of them in a step */
    size_t steps;
    struct scale_step step[SCALE_POINTS];
    double optimizer; /* seconds for all floats */
    double add;       /* seconds a float that is added to another, the cores at work */
    double copy;      /* seconds a float that is gathered */
    size_t met;
    struct scale_meeting meet[SCALE_MEETINGS]; /* [met]: of 1, 2, 4 ... ranks */
    double checkpoint;                         /* seconds */
    double checkpoint_bytes;
};

/* Where a prediction is asked for. */
struct scale_point {
    size_t ranks, shards, batch;
};

/* Seconds of a step, by what they are spent on. */
struct scale_seconds {
    double compute;
    double inside;     /* sum and gather, inside the node */
    double between;    /* and between nodes */
    double statistics; /* batch norm's, between ranks */
    double decision;   /* losses and wishes of all */
    double optimizer;
    double all;
};

/* With as many shards as ranks where the job has fewer. */
struct scale_point scale_model_point(size_t shards, size_t ranks, size_t batch);

/* What a rank works on there: its `own` shards, and the rows of each. */
struct scale_step scale_model_share(const struct scale_point *at);

/* Fails with ST_NOMEM, and with ST_INTERNAL where that share of work has not been measured. */
enum status scale_model_step(const struct scale_parts *parts, const struct scale_network *net,
                             const struct scale_point *at, struct scale_seconds *t) MUST_USE;

#endif
