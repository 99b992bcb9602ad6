/* window - memory that the ranks of a machine share. */
#ifndef COMM_WINDOW_H
#define COMM_WINDOW_H

#include <stdalign.h>
#include <stdatomic.h>

#include "comm/world.h"

struct window;

/* How far one rank is, in its window: a number that only grows. */
struct window_sign {
    alignas(64) _Atomic uint64_t at;
};

/* Machines as a sum sees them: the ranks of one share a window, and one that cannot have a
 * window counts as many as it has ranks. */
struct nodes {
    int count, mine; /* this rank's is node `mine` */
    int *first;      /* [count + 1]: the first rank of each */
};

/* `bytes` of this rank, zero, where all ranks of its machine find them, in *out; NULL on all of
 * them where they share nothing (world's `shares`) or the machine cannot have it, which place 0
 * then says.  Collective, cannot fail. */
void window_new(struct window **out, const struct world *w, size_t bytes);
/* Collective for the ranks of the machine. */
void window_free(struct window *v);

/* The bytes of the rank in that place of the machine.  Local, cannot fail. */
void *window_of(const struct window *v, int place);

/* Say that this rank is so far: who hears of it sees what the rank has written before. v is
 * NULL where nobody listens.  Local, cannot fail. */
void window_say(const struct window *v, struct window_sign *mine, uint64_t at);

/* Whether a rank has said that it is so far; what it has written before is then seen.  Local,
 * cannot fail. */
int window_heard(const struct window *v, const struct window_sign *sign, uint64_t at);

/* Wait until it has, while messages move on.  Local, cannot fail. */
void window_wait(struct world *w, const struct window *v, const struct window_sign *sign,
                 uint64_t at);

/* Who shares a window where this rank has v, or NULL.  The caller frees n->first.  Collective.
 * Fails with ST_NOMEM on every rank alike. */
enum status window_nodes(struct nodes *n, struct world *w, const struct window *v) MUST_USE;

#endif
