/* check_machine - hosts and CPUs of the ranks, and the sets of vector instructions that they
 * have. */
#ifndef APPS_CHECK_MACHINE_H
#define APPS_CHECK_MACHINE_H

#include "certificate.h"
#include "comm/world.h"

enum { CHECK_SETS = 4 };

struct check_machine {
    char host[64], cpu[96];      /* of this rank */
    const char *set[CHECK_SETS]; /* that this CPU has, [sets] in use, from the best down */
    int sets;
    int place, alike; /* this rank among those on CPUs of the same name, and their number */
};

/* Look, and put it into the certificate.  Collective.  Fails with ST_NOMEM on every rank alike.
 */
enum status check_machine_look(struct check_machine *m, struct world *w,
                               const struct certificate *c) MUST_USE;

#endif
