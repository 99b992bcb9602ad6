/* isa - the set of vector instructions that products and convolutions use.
 *
 * There are portable, neon, avx2 and avx512; without the last the loops of base/wide.h leave
 * AVX-512 alone too.  All of them give the same bits (base/numbers.h):
 * the choice is one of speed.  Local, cannot fail.
 */
#ifndef LINALG_ISA_H
#define LINALG_ISA_H

/* The name of the set in use: the best that this CPU has, or the one chosen last. */
const char *isa_name(void);

/* Use the set of that name, "auto" the best again.  Returns 0, and changes nothing, where this
 * CPU or this build does not have it. */
int isa_choose(const char *name);

#endif
