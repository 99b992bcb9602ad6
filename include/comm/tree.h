/* tree - the rule by which subtrees of the allreduce grow, without the numbers.
 *
 * All functions are Local and cannot fail.
 */
#ifndef COMM_TREE_H
#define COMM_TREE_H

#include <stddef.h>

enum { TREE_DEPTH = 130 }; /* at most two subtrees a level */

/* A subtree and where its sum lies. */
struct tree_node {
    unsigned level;
    size_t index;
    void *sum;
};

struct tree_stack {
    int depth;
    struct tree_node node[TREE_DEPTH];
};

/* left->sum += right->sum; or left->sum becomes where right's was, with the sum in it. */
typedef void tree_merge(void *user, struct tree_node *left, const struct tree_node *right);

/* Push a subtree and let it grow: an only child is its parent, two siblings add up by
 * merge.  Local. */
void tree_push(struct tree_stack *s, struct tree_node x, size_t shards, tree_merge *merge,
               void *user);

/* The subtrees that leaves first .. end - 1 grow to, in their order: the forest of the range.
 * Two of neighbouring ranges, pushed one after the other, are the forest of their union. */
struct tree_stack tree_range(size_t shards, size_t first, size_t end);

/* That of the shards of rank r of `size`. */
struct tree_stack tree_of_rank(size_t shards, int r, int size);

/* How many arrays of one leaf there are at most on the way, leaf by leaf, beside those of the
 * forest: in these the first leaf of each subtree is written. */
int tree_spares(size_t shards, size_t first, size_t end);

#endif
