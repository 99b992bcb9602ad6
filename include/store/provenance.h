/* provenance - where a file comes from: pairs of a name and a text, written as string
 * attributes (short ones) or scalar datasets under /provenance. */
#ifndef STORE_PROVENANCE_H
#define STORE_PROVENANCE_H

struct fact {
    const char *name; /* "version", "git_commit", "hosts", "ranks", "blas", ... */
    const char *text; /* UTF-8 */
};

/* Borrowed, not owned. */
struct provenance {
    const struct fact *facts;
    int count;
};

#endif
