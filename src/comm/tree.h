/* tree - the rule by which subtrees of the allreduce grow, without the numbers. */
#ifndef COMM_TREE_H
#define COMM_TREE_H

#include <stddef.h>

enum { TREE_DEPTH = 130 }; /* at most two subtrees a level */

/* A subtree and where its sum lies. */
struct tree_node {
    unsigned level;
    size_t index;
    float *sum;
};

struct tree_stack {
    int depth;
    struct tree_node node[TREE_DEPTH];
};

typedef void tree_merge(void *user, float *left, float *right);

/* Push a subtree and let it grow: an only child is its parent, two siblings add up by
 * merge(user, left, right), which leaves the sum in left.  Local. */
void tree_push(struct tree_stack *s, struct tree_node x, size_t shards, tree_merge *merge,
               void *user);

/* The subtrees that rank r of `size` is left with after its own leaves, in their order, and
 * how many it holds at most on the way. */
struct tree_stack tree_plan(size_t shards, size_t r, size_t size, int *most);

/* The subtrees of all ranks together. */
int tree_pieces(size_t shards, size_t size);

#endif
