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

/* Box and Muller: (u, v) uniform -> sqrt(-2 log u) (cos 2 pi v, sin 2 pi v); u in (0, 1].
 * The first half of a block holds the cosines, the second half the sines. */
static void normals_of(const uint32_t *w, float *z)
{
    enum { HALF = BLOCK / 2 };
    for (int i = 0; i < HALF; i++) {
        float u = (float)((w[i] >> 8) + 1) * 0x1p-24f;
        float v = (float)((int32_t)w[HALF + i] >> 8) * 0x1p-24f; /* turns, [-1/2, 1/2) */
        float r = fm_sqrt(-2.0f * fm_log(u));
        z[i] = r * fm_cos_turns(v);
        z[HALF + i] = r * fm_sin_turns(v);
    }
}

void random_normal(struct random_name name, float *out, size_t n)
{
    uint32_t w[BLOCK];
    float z[BLOCK];
    for (size_t done = 0; done < n; done += BLOCK) {
        size_t take = n - done < BLOCK ? n - done : BLOCK;
        words(&name, (uint32_t)(done / 4), BLOCK / 4, w);
        normals_of(w, z);
        for (size_t i = 0; i < take; i++) out[done + i] = z[i];
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
