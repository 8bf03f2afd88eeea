// Eight doubles or sixteen floats in a register of AVX-512.
#pragma once
#include "peer.hpp"

#include <immintrin.h>
#include <type_traits>

constexpr bool wide = std::is_same_v<Real, double>;
constexpr int lanes = wide ? 8 : 16, registers = 4;
using Vector = std::conditional_t<wide, __m512d, __m512>;
using Bits = __m512i;

#define OF(name) _mm512_##name##_pd
#define OFS(name) _mm512_##name##_ps
#include "operations.hpp"
template <class V> inline Bits pattern_(V p) { if constexpr (wide) return _mm512_castpd_si512(p); else return _mm512_castps_si512(p); }
template <class V> inline V value_(Bits p) { if constexpr (wide) return _mm512_castsi512_pd(p); else return _mm512_castsi512_ps(p); }
template <class V> inline V all_(double x) { if constexpr (wide) return _mm512_set1_pd(x); else return _mm512_set1_ps(float(x)); }
template <class V> inline V load_(const Real* p) BOTH(load, p)
template <class V> inline void store_(Real* p, V v) { if constexpr (wide) _mm512_store_pd(p, v); else _mm512_store_ps(p, v); }
template <class V> inline double total_(V v) { if constexpr (wide) return _mm512_reduce_add_pd(v); else return _mm512_reduce_add_ps(v); }
template <class V> inline Bits shift_(Bits p, int n) { if constexpr (wide) return _mm512_slli_epi64(p, n); else return _mm512_slli_epi32(p, n); }
template <class V> inline Bits word_(uint64_t w) { if constexpr (wide) return _mm512_set1_epi64(int64_t(w)); else return _mm512_set1_epi32(int32_t(w)); }
template <class V> inline Bits plus_(Bits p, Bits q) { if constexpr (wide) return _mm512_add_epi64(p, q); else return _mm512_add_epi32(p, q); }

inline Vector all(double x) { return all_<Vector>(x); }

// u = 2^exponent m with m in [3/4, 3/2).
template <class V> inline void split(V u, V& exponent, V& m) {
    if constexpr (wide) {
        exponent = _mm512_getexp_pd(u), m = _mm512_getmant_pd(u, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_src);
        exponent = _mm512_mask_add_pd(exponent, _mm512_cmp_pd_mask(m, V(all(1)), _CMP_LT_OQ), exponent, V(all(1)));
    } else {
        exponent = _mm512_getexp_ps(u), m = _mm512_getmant_ps(u, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_src);
        exponent = _mm512_mask_add_ps(exponent, _mm512_cmp_ps_mask(m, V(all(1)), _CMP_LT_OQ), exponent, V(all(1)));
    }
}

// Where the quadrant is odd `other`, else `value`; with the sign of the second bit of `signs`.
template <class V> inline V quarter(V value, V other, Bits quadrant, Bits signs) {
    const Bits sign = shift_<V>(_mm512_and_si512(signs, word_<V>(2)), wide ? 62 : 30);
    if constexpr (wide)
        return _mm512_xor_pd(_mm512_mask_mov_pd(value, _mm512_test_epi64_mask(quadrant, word_<V>(1)), other), value_<V>(sign));
    else
        return _mm512_xor_ps(_mm512_mask_mov_ps(value, _mm512_test_epi32_mask(quadrant, word_<V>(1)), other), value_<V>(sign));
}

struct Four { Bits w[4]; };

inline Four words(int first, uint32_t step) {
    const auto bits = [](uint64_t w) { return _mm512_set1_epi64(int64_t(w)); };
    Bits w0 = _mm512_add_epi64(bits(first), _mm512_set_epi64(7, 6, 5, 4, 3, 2, 1, 0)), w1 = bits(step), w2 = bits(0), w3 = bits(0);
    uint32_t k0 = 1, k1 = 0;
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
        const Bits p0 = _mm512_mul_epu32(w0, bits(0xD2511F53u)), p1 = _mm512_mul_epu32(w2, bits(0xCD9E8D57u));
        w0 = _mm512_xor_si512(_mm512_xor_si512(_mm512_srli_epi64(p1, 32), w1), bits(k0));
        w2 = _mm512_xor_si512(_mm512_xor_si512(_mm512_srli_epi64(p0, 32), w3), bits(k1));
        w1 = p1;
        w3 = p0;
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return {{w0, w1, w2, w3}};
}

// Uniforms of a vector of particles.
template <class V> inline void units(int first, uint32_t step, V (&u)[4]) {
    const Four low = words(first, step);
    if constexpr (wide) {
        for (int k = 0; k < 4; k++) {
            const V number = V(_mm512_cvtepu64_pd(_mm512_and_si512(low.w[k], _mm512_set1_epi64(0xFFFFFFFF))));
            u[k] = fma_<V>(number, all_<V>(0x1p-32), all_<V>(0x1p-33));
        }
    } else {
        const Four high = words(first + 8, step);
        for (int k = 0; k < 4; k++) {
            const Bits packed = _mm512_inserti64x4(_mm512_castsi256_si512(_mm512_cvtepi64_epi32(low.w[k])), _mm512_cvtepi64_epi32(high.w[k]), 1);
            u[k] = fma_<V>(V(_mm512_cvtepu32_ps(packed)), all_<V>(0x1p-32), all_<V>(0x1p-33));
        }
    }
}
