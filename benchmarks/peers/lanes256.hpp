// Four doubles or eight floats in a register of AVX2, with FMA.
#pragma once
#include "peer.hpp"

#include <immintrin.h>
#include <type_traits>

constexpr bool wide = std::is_same_v<Real, double>;
// Of sixteen registers the tile of doubles and the coefficients of tanh take all with two.
constexpr int lanes = wide ? 4 : 8, registers = wide ? 2 : 4;
using Vector = std::conditional_t<wide, __m256d, __m256>;
using Bits = __m256i;

#define OF(name) _mm256_##name##_pd
#define OFS(name) _mm256_##name##_ps
#include "operations.hpp"
template <class V> inline Bits pattern_(V p) { if constexpr (wide) return _mm256_castpd_si256(p); else return _mm256_castps_si256(p); }
template <class V> inline V value_(Bits p) { if constexpr (wide) return _mm256_castsi256_pd(p); else return _mm256_castsi256_ps(p); }
template <class V> inline V all_(double x) { if constexpr (wide) return _mm256_set1_pd(x); else return _mm256_set1_ps(float(x)); }
template <class V> inline V load_(const Real* p) { if constexpr (wide) return _mm256_load_pd((const double*)p); else return _mm256_load_ps((const float*)p); }
template <class V> inline void store_(Real* p, V v) { if constexpr (wide) _mm256_store_pd((double*)p, v); else _mm256_store_ps((float*)p, v); }
template <class V> inline Bits shift_(Bits p, int n) { if constexpr (wide) return _mm256_slli_epi64(p, n); else return _mm256_slli_epi32(p, n); }
template <class V> inline Bits down_(Bits p, int n) { if constexpr (wide) return _mm256_srli_epi64(p, n); else return _mm256_srli_epi32(p, n); }
template <class V> inline Bits word_(uint64_t w) { if constexpr (wide) return _mm256_set1_epi64x(int64_t(w)); else return _mm256_set1_epi32(int32_t(w)); }
template <class V> inline Bits plus_(Bits p, Bits q) { if constexpr (wide) return _mm256_add_epi64(p, q); else return _mm256_add_epi32(p, q); }
template <class V> inline Bits less_(Bits p, Bits q) { if constexpr (wide) return _mm256_sub_epi64(p, q); else return _mm256_sub_epi32(p, q); }
template <class V> inline double total_(V v) {
    alignas(32) Real numbers[lanes];
    store_(numbers, v);
    double sum = 0;
    for (const Real number : numbers) sum += number;
    return sum;
}

inline Vector all(double x) { return all_<Vector>(x); }

// Integers below 2^52, or 2^23, in words as wide as the numbers; AVX2 converts no 64-bit integers.
template <class V> inline V number_(Bits integer) {
    if constexpr (wide) return _mm256_sub_pd(_mm256_castsi256_pd(_mm256_or_si256(integer, word_<V>(0x4330000000000000))), all_<V>(0x1p52));
    else return _mm256_cvtepi32_ps(integer);
}

// u = 2^exponent m with m in [3/4, 3/2), for positive u.
template <class V> inline void split(V u, V& exponent, V& m) {
    constexpr int mantissa = wide ? 52 : 23;
    constexpr uint64_t least = wide ? 0x3FE8000000000000 : 0x3F400000, bias = wide ? 1024 : 128;
    // The shift is one of positive numbers: u is above 2^-bias.
    const Bits steps = down_<V>(less_<V>(plus_<V>(pattern_(u), word_<V>(bias << mantissa)), word_<V>(least)), mantissa);
    exponent = sub_(number_<V>(steps), all_<V>(bias));
    m = value_<V>(less_<V>(pattern_(u), shift_<V>(less_<V>(steps, word_<V>(bias)), mantissa)));
}

// Where the quadrant is odd `other`, else `value`; with the sign of the second bit of `signs`.
template <class V> inline V quarter(V value, V other, Bits quadrant, Bits signs) {
    const Bits sign = shift_<V>(_mm256_and_si256(signs, word_<V>(2)), wide ? 62 : 30), odd = shift_<V>(quadrant, wide ? 63 : 31);
    if constexpr (wide) return _mm256_xor_pd(_mm256_blendv_pd(value, other, value_<V>(odd)), value_<V>(sign));
    else return _mm256_xor_ps(_mm256_blendv_ps(value, other, value_<V>(odd)), value_<V>(sign));
}

struct Four { Bits w[4]; };

inline Four words(int first, uint32_t step) {
    const auto bits = [](uint64_t w) { return _mm256_set1_epi64x(int64_t(w)); };
    Bits w0 = _mm256_add_epi64(bits(first), _mm256_set_epi64x(3, 2, 1, 0)), w1 = bits(step), w2 = bits(0), w3 = bits(0);
    uint32_t k0 = 1, k1 = 0;
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
        const Bits p0 = _mm256_mul_epu32(w0, bits(0xD2511F53u)), p1 = _mm256_mul_epu32(w2, bits(0xCD9E8D57u));
        w0 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), w1), bits(k0));
        w2 = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), w3), bits(k1));
        w1 = p1;
        w3 = p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return {{w0, w1, w2, w3}};
}

// Uniforms of a vector of particles; in single precision those of the second four stand between those of the first.
template <class V> inline void units(int first, uint32_t step, V (&u)[4]) {
    const Four low = words(first, step);
    if constexpr (wide) {
        for (int k = 0; k < 4; k++)
            u[k] = fma_<V>(number_<V>(_mm256_and_si256(low.w[k], _mm256_set1_epi64x(0xFFFFFFFF))), all_<V>(0x1p-32), all_<V>(0x1p-33));
    } else {
        const Four high = words(first + 4, step);
        for (int k = 0; k < 4; k++) {
            const Bits packed = _mm256_blend_epi32(low.w[k], _mm256_slli_epi64(high.w[k], 32), 0xAA);
            const Bits centred = _mm256_xor_si256(packed, _mm256_set1_epi32(int32_t(0x80000000)));
            u[k] = fma_<V>(number_<V>(centred), all_<V>(0x1p-32), all_<V>(0.5 + 0x1p-33));
        }
    }
}
