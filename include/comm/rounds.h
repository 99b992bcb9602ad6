/* rounds - how the forests of neighbouring nodes become one sum: who sends what to whom, in
 * which round.  Arithmetic alone; nothing is sent here.
 *
 * Each node holds the forest (tree.h) of its shards over floats 0 .. n - 1.  In a round it
 * sends some floats of its forest to others and keeps the rest, which it joins with what comes
 * from them; after the last round the floats that it keeps are sums over all shards.  The
 * rounds backwards gather: each gets back the sums of what it has sent.
 *
 * By halving: nodes beyond a power of two send all to a neighbour first; then neighbours, at a
 * distance of 1, 2, 4 ..., send each other one half of what they have.  Thakur, Rabenseifner
 * and Gropp, "Optimization of collective communication operations in MPICH", 2005; neighbours
 * join forests, so that the order of the sum is the tree's.  Where ranges are not aligned with
 * the tree a forest has more than one subtree and all of them travel.
 *
 * Directly: each node sends to each other one the part that this one sums, in one round.
 *
 * Whole, for few floats: as by halving, but neighbours send each other all they have, and
 * nothing is gathered but by those that sent all first.
 *
 * All functions are Local and cannot fail.
 */
#ifndef COMM_ROUNDS_H
#define COMM_ROUNDS_H

#include <stddef.h>

#include "comm/tree.h"

enum {
    ROUNDS_MOST = 34,      /* a fold and the bits of a number of nodes */
    ROUNDS_EXCHANGES = 64, /* directly: of so many nodes at most */
};

/* Floats first .. first + count. */
struct part {
    size_t first, count;
};

/* With one other node. */
struct exchange {
    int node;
    struct part out; /* of all my subtrees: goes there, and in the gather comes back */
    int first, last; /* nodes that it has the joined forest of */
    int subtrees;    /* of that forest, which comes here, of what I keep; 0: nothing comes */
};

struct round {
    struct part has, keep; /* floats before and after it */
    int first, last;       /* nodes that this one has the joined forest of, before it */
    int subtrees;          /* of that forest */
    int begin, end;        /* rounds' exchanges, in the order of the nodes */
};

struct rounds {
    int count, exchanges;
    struct round round[ROUNDS_MOST];
    struct exchange exchange[ROUNDS_EXCHANGES];
};

/* A cluster as a sum sees it.  Borrowed. */
struct cluster {
    size_t shards;
    int nodes;
    const int *first; /* [nodes + 1]: the first rank of each; NULL: each has one */
};

enum rounds_way { ROUNDS_HALVING, ROUNDS_DIRECT, ROUNDS_WHOLE };

/* The most that a node sends, there and back, in messages and in floats. */
struct rounds_cost {
    size_t messages, floats;
};

/* Those of a sum of n floats, one way. */
struct rounds_cost rounds_cost_of(const struct cluster *c, size_t n, enum rounds_way way);

/* The way that costs less, where a message costs as much as ROUNDS_MESSAGE floats. */
enum { ROUNDS_MESSAGE = 4096 };
enum rounds_way rounds_way_of(const struct cluster *c, size_t n);

/* The rounds of one node for floats of `all`. */
struct rounds rounds_plan(const struct cluster *c, enum rounds_way way, int node,
                          struct part all);

/* The forest of nodes first .. last, without its sums. */
struct tree_stack rounds_forest(const struct cluster *c, int first, int last);

/* Part i of n floats in `parts` parts of whole cache lines. */
struct part rounds_part(size_t n, size_t i, size_t parts);

#endif
