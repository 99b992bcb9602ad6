#include "tree.h"

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
            merge(user, top[-1].sum, top->sum);
            s->depth--;
            top--;
        } else if (!only_child(top, shards)) {
            return;
        }
        top->level++;
        top->index /= 2;
    }
}

static void merge_nothing(void *user, float *left, float *right)
{
    (void)user, (void)left, (void)right;
}

struct tree_stack tree_plan(size_t shards, size_t r, size_t size, int *most)
{
    struct tree_stack s = {0};
    size_t first = share_first(shards, r, size), end = share_first(shards, r + 1, size);
    *most = 0;
    for (size_t leaf = first; leaf < end; leaf++) {
        if (s.depth + 1 > *most) *most = s.depth + 1;
        tree_push(&s, (struct tree_node){0, leaf, NULL}, shards, merge_nothing, NULL);
    }
    return s;
}

int tree_pieces(size_t shards, size_t size)
{
    int sum = 0, most;
    for (size_t r = 0; r < size; r++) sum += tree_plan(shards, r, size, &most).depth;
    return sum;
}
