/* binary - the program that a rank runs.  All ranks must run the same bytes: CPUs may differ,
 * but two builds are two programs, of perhaps two definitions of the same number.
 */
#ifndef RUN_BINARY_H
#define RUN_BINARY_H

#include "base/digest.h"
#include "comm/world.h"

/* The file that this process runs, and its SHA-256; "" where the system does not say. */
struct binary {
    char host[256], path[1024], sha256[DIGEST_HEX];
    uint64_t device, file; /* where the system has it; 0 */
};

/* Of this process.  Local, cannot fail. */
void binary_look(struct binary *b);

/* All ranks run the same bytes; of a machine's, the first one reads them.  Collective.  Fails
 * with ST_INTERNAL on every rank alike, naming both hosts and files. */
enum status binary_agree(struct world *w) MUST_USE;

#endif
