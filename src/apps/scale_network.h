/* scale_network - the machine that `hourglass scale` predicts for, as its user describes it:
 * nodes, their links, the switches between them. */
#ifndef APPS_SCALE_NETWORK_H
#define APPS_SCALE_NETWORK_H

#include "base/status.h"

#include <stddef.h>

struct scale_network {
    double latency;          /* seconds of a message without bytes, under one switch */
    double above;            /* seconds more, from switch to switch */
    double bandwidth;        /* bytes a second of a node's link, each way */
    double oversubscription; /* by so much less leaves a switch than enters it; 1: as much */
    double memory; /* bytes a second of a node's memory; 0: each rank as fast as here */
    double ranks;  /* a node, at most */
    double cores;  /* a node; 0: one a rank */
    double nodes;  /* under one switch */
};

/* An option that describes it. */
struct scale_network_option {
    const char *name;     /* "--latency" */
    const char *fallback; /* what it is where nobody says it */
    size_t at;            /* of its double in struct scale_network */
    const char *units;    /* "us ms s"; "" for a plain number */
    double min, max;      /* in seconds, bytes a second, or the number */
};

/* The options: index 0, 1, ... until NULL.  Local, cannot fail. */
const struct scale_network_option *scale_network_option(int index);

/* Set one by its text, "2us" or "12.5GB/s".  Local.  Fails with ST_USAGE. */
enum status scale_network_set(struct scale_network *net, const struct scale_network_option *o,
                              const char *text) MUST_USE;

/* It in words.  Local, cannot fail. */
void scale_network_describe(const struct scale_network *net, char *text, size_t n);

#endif
