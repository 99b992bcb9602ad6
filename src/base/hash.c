#include "base/hash.h"

#include <string.h>

/* Lanes of 32 bits: what every CPU multiplies as vectors. */
enum { LANES = 32 };

/* All three steps can be undone where `next` is known, and where `hash` is. */
uint64_t hash_join(uint64_t hash, uint64_t next)
{
    return ((hash << 31 | hash >> 33) ^ next) * 0x9e3779b97f4a7c15u;
}

static uint32_t join(uint32_t hash, uint32_t next)
{
    return ((hash << 15 | hash >> 17) ^ next) * 0x9e3779b1u;
}

/* lane[k] takes word k: the lanes do not wait for each other. */
static void add_words(uint32_t lane[LANES], const void *bytes)
{
    uint32_t word[LANES];
    memcpy(word, bytes, sizeof word);
    for (int k = 0; k < LANES; k++) lane[k] = join(lane[k], word[k]);
}

uint64_t hash_bytes(const void *bytes, size_t n)
{
    enum { BLOCK = LANES * sizeof(uint32_t) };
    uint32_t lane[LANES] = {0};
    uint64_t hash = n;
    const char *at = bytes;
    char last[BLOCK] = {0};
    size_t left = n;
    for (; left >= BLOCK; at += BLOCK, left -= BLOCK) add_words(lane, at);
    if (left) memcpy(last, at, left);
    add_words(lane, last);
    for (int k = 0; k < LANES; k++) hash = hash_join(hash, lane[k]);
    return hash;
}
