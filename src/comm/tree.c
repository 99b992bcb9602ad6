#include "comm/tree.h"

#include "base/share.h"

/* Whether a node is the only child of its parent: there is no leaf to its right. */
static int only_child(const struct tree_node *x, size_t shards)
{
    return x->index % 2 == 0 && ((x->index + 1) << x->level) >= shards;
}

static int is_root(const struct tree_node *x, size_t shards)
{
    return ((size_t)1 << x->level) >= shards;
}

static int siblings(const struct tree_node *a, const struct tree_node *b)
{
    return a->level == b->level && a->index % 2 == 0 && b->index == a->index + 1;
}

void tree_push(struct tree_stack *s, struct tree_node x, size_t shards, tree_merge *merge,
               void *user)
{
    s->node[s->depth++] = x;
    for (;;) {
        struct tree_node *top = &s->node[s->depth - 1];
        if (is_root(top, shards)) return;
        if (s->depth > 1 && siblings(top - 1, top)) {
            merge(user, top - 1, top);
            s->depth--;
            top--;
        } else if (!only_child(top, shards)) {
            return;
        }
        top->level++;
        top->index /= 2;
    }
}

/* The largest whole subtree that begins with leaf `first` and ends by `end`; at the right edge
 * of the tree a subtree is whole without the leaves that are not there. */
static struct tree_node largest(size_t shards, size_t first, size_t end)
{
    unsigned level = 0;
    while (((size_t)1 << level) < shards && first % ((size_t)2 << level) == 0) {
        size_t next = first + ((size_t)2 << level);
        if ((next < shards ? next : shards) > end) break;
        level++;
    }
    return (struct tree_node){level, first >> level, NULL};
}

struct tree_stack tree_range(size_t shards, size_t first, size_t end)
{
    struct tree_stack s = {0};
    while (first < end) {
        struct tree_node x = largest(shards, first, end);
        s.node[s.depth++] = x;
        first = (x.index + 1) << x.level;
    }
    return s;
}

struct tree_stack tree_of_rank(size_t shards, int r, int size)
{
    return tree_range(shards, share_first(shards, (size_t)r, (size_t)size),
                      share_first(shards, (size_t)r + 1, (size_t)size));
}

static void merge_nothing(void *user, struct tree_node *left, const struct tree_node *right)
{
    (void)user, (void)left, (void)right;
}

int tree_spares(size_t shards, size_t first, size_t end)
{
    const struct tree_stack forest = tree_range(shards, first, end);
    struct tree_stack s = {0};
    int most = 0, begun = 0;
    for (size_t leaf = first; leaf < end; leaf++) {
        const struct tree_node *next = &forest.node[begun];
        if (begun < forest.depth && next->index << next->level == leaf) begun++;
        if (s.depth + 1 - begun > most) most = s.depth + 1 - begun;
        tree_push(&s, (struct tree_node){0, leaf, NULL}, shards, merge_nothing, NULL);
    }
    return most;
}
