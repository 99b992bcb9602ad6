#include "base/random.h"

#include "base/fmath.h"

#include <Random123/philox.h>

enum { BLOCK = 256 }; /* numbers made at once, so that the transforms run on vectors */

/* Words 4 * first to 4 * (first + count) of the sequence. */
static void words(const struct random_name *name, uint32_t first, uint32_t count, uint32_t *out)
{
    philox4x32_key_t key = {{name->seed, (uint32_t)name->purpose}};
    for (uint32_t i = 0; i < count; i++) {
        philox4x32_ctr_t at = {{first + i, name->row, name->epoch, name->layer}};
        philox4x32_ctr_t got = philox4x32(at, key);
        for (int k = 0; k < 4; k++) out[4 * i + (uint32_t)k] = got.v[k];
    }
}

void random_uniform(struct random_name name, float *out, size_t n)
{
    uint32_t w[BLOCK];
    for (size_t done = 0; done < n; done += BLOCK) {
        size_t take = n - done < BLOCK ? n - done : BLOCK;
        words(&name, (uint32_t)(done / 4), (uint32_t)((take + 3) / 4), w);
        for (size_t i = 0; i < take; i++) out[done + i] = (float)(w[i] >> 8) * 0x1p-24f;
    }
}

/* Box and Muller: u, v uniform -> r cos 2 pi v, r sin 2 pi v, r = sqrt(-2 log u); u in (0, 1].
 */
static void radii(const uint32_t *restrict word, size_t n, float *restrict r)
{
    for (size_t i = 0; i < n; i++) {
        float u = (float)((word[i] >> 8) + 1) * 0x1p-24f;
        r[i] = fm_sqrt(-2.0f * fm_log(u));
    }
}

/* In turns, [-1/2, 1/2). */
static inline float angle(uint32_t word)
{
    return (float)((int32_t)word >> 8) * 0x1p-24f;
}

/* The first half of a block holds the cosines, the second half the sines.  Of a block that is
 * not wanted whole no more is computed than that takes. */
void random_normal(struct random_name name, float *out, size_t n)
{
    enum { HALF = BLOCK / 2 };
    uint32_t u[HALF], v[HALF];
    float r[HALF];
    for (size_t done = 0; done < n; done += BLOCK) {
        size_t take = n - done < BLOCK ? n - done : BLOCK, first = take < HALF ? take : HALF;
        uint32_t at = (uint32_t)(done / 4), count = (uint32_t)((first + 3) / 4);
        float *z = out + done;
        words(&name, at, count, u);
        words(&name, at + HALF / 4, count, v);
        radii(u, first, r);
        for (size_t i = 0; i < first; i++) z[i] = r[i] * fm_cos_turns(angle(v[i]));
        for (size_t i = 0; i + HALF < take; i++) z[HALF + i] = r[i] * fm_sin_turns(angle(v[i]));
    }
}

uint64_t random_bits(struct random_name name, uint32_t index)
{
    uint32_t w[4];
    words(&name, index, 1, w);
    return (uint64_t)w[1] << 32 | w[0];
}

uint64_t random_below(struct random_name name, uint32_t index, uint64_t n)
{
    return (uint64_t)(((unsigned __int128)random_bits(name, index) * n) >> 64);
}
