/* What this machine can do at most, on one core: hash, read memory from end to end, and fetch rows at random. */

#include <stdint.h>

static inline uint64_t mix(uint64_t value)
{
    value = (value ^ value >> 30) * 0xBF58476D1CE4E5B9u;
    value = (value ^ value >> 27) * 0x94D049BB133111EBu;
    return value ^ value >> 31;
}

/* Independent hashes, as many as a compiler can do side by side. */
uint64_t hashes(uint64_t key, int64_t count)
{
    uint64_t all = 0;
    for (int64_t i = 0; i < count; i++)
        all ^= mix(key + (uint64_t)i * 0x9E3779B97F4A7C15u);
    return all;
}

/* The sum of an array, read in order. */
uint64_t read_in_order(const uint64_t *words, int64_t count)
{
    uint64_t all = 0;
    for (int64_t i = 0; i < count; i++)
        all += words[i];
    return all;
}

/* One word of each of `count` cache lines, picked at random and independently: many are under way at a time. */
uint64_t read_at_random(const uint64_t *words, int64_t lines, uint64_t key, int64_t count)
{
    uint64_t all = 0;
    for (int64_t i = 0; i < count; i++) {
        uint64_t bits = mix(key + (uint64_t)i * 0x9E3779B97F4A7C15u);
        all += words[8 * (int64_t)((unsigned __int128)bits * (uint64_t)lines >> 64)];
    }
    return all;
}
