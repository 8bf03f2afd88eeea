// The particle step of a*tanh(b*x + c) in AVX-512 by hand, -DREAL=double|float: what a kernel compiler is measured against.
// Two sweeps, tanh kept between them, counter-based normals. Compile: g++ -O3 -march=native -fopenmp -DREAL=...
#include "peer.hpp"

#include <immintrin.h>
#include <type_traits>

namespace {
constexpr int particles = 20480, nodes = 64;
constexpr Real beta = Real(50);
constexpr bool wide = std::is_same_v<Real, double>;
constexpr int lanes = wide ? 8 : 16, registers = 4, tile = lanes * registers;
using Vector = std::conditional_t<wide, __m512d, __m512>;
using Bits = __m512i;

#define OF(name) _mm512_##name##_pd
#define OFS(name) _mm512_##name##_ps
// One text for both formats: the branch that does not fit is never compiled into code.
#define BOTH(name, ...) { if constexpr (wide) return OF(name)(__VA_ARGS__); else return OFS(name)(__VA_ARGS__); }
template <class V> inline V fma_(V p, V q, V r) BOTH(fmadd, p, q, r)
template <class V> inline V fnma_(V p, V q, V r) BOTH(fnmadd, p, q, r)
template <class V> inline V add_(V p, V q) BOTH(add, p, q)
template <class V> inline V sub_(V p, V q) BOTH(sub, p, q)
template <class V> inline V mul_(V p, V q) BOTH(mul, p, q)
template <class V> inline V div_(V p, V q) BOTH(div, p, q)
template <class V> inline V min_(V p, V q) BOTH(min, p, q)
template <class V> inline V max_(V p, V q) BOTH(max, p, q)
template <class V> inline V root_(V p) BOTH(sqrt, p)
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
inline Vector load(const Real* p) { return load_<Vector>(p); }

template <int count> inline Vector horner(const double (&q)[count], Vector z) {
    Vector sum = all(q[count - 1]);
#pragma GCC unroll 16
    for (int k = count - 2; k >= 0; k--) sum = fma_(sum, z, all(q[k]));
    return sum;
}

constexpr double rounder = wide ? 6755399441055744.0 : 12582912.0;
constexpr int mantissa = wide ? 52 : 23, bias = wide ? 1023 : 127;

// E/(E + 1), E = expm1(2x)/2; coefficients from tools/fit-coefficients.
inline Vector tanhv(Vector value) {
    static constexpr double tail64[] = {1.0000000000000002, 0.6666666666666667, 0.3333333333329933, 0.13333333333328104, 0.0444444445350295,
        0.012698412712345949, 0.0031745947292631926, 0.0007054660730959366, 0.00014141478850551484, 2.5702784852542704e-05};
    static constexpr double tail32[] = {1.0, 0.6666666666666, 0.33333197, 0.13333297, 0.04458779, 0.01273026};
    const double edge = wide ? 20 : 10;
    const Vector start = all(rounder + bias);
    value = min_(all(edge), max_(all(-edge), value));
    const Vector shifted = fma_(value, all(2.8853900817779268), start), k = sub_(shifted, start);
    const Vector h = fnma_(k, all(0.34657359027997264), value);
    Vector polynomial;
    if constexpr (wide) polynomial = horner(tail64, h); else polynomial = horner(tail32, h);
    const Vector half = fma_(mul_(h, h), polynomial, h);
    const Vector scale = value_<Vector>(shift_<Vector>(pattern_(shifted), mantissa));
    const Vector e = fma_(scale, half, fma_(scale, all(0.5), all(-0.5)));
    return div_(e, add_(e, all(1)));
}

template <class V> inline V logv(V u) {
    static constexpr double tail64[] = {0.666666666666667, 0.39999999999899505, 0.28571428625975487, 0.2222221113479508, 0.18182889125261723,
        0.15331721600556042, 0.14616449685043406};
    static constexpr double tail32[] = {0.6666651718, 0.39978476, 0.29973573};
    V exponent, m;
    if constexpr (wide) {
        exponent = _mm512_getexp_pd(u), m = _mm512_getmant_pd(u, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_src);
        exponent = _mm512_mask_add_pd(exponent, _mm512_cmp_pd_mask(m, V(all(1)), _CMP_LT_OQ), exponent, V(all(1)));
    } else {
        exponent = _mm512_getexp_ps(u), m = _mm512_getmant_ps(u, _MM_MANT_NORM_p75_1p5, _MM_MANT_SIGN_src);
        exponent = _mm512_mask_add_ps(exponent, _mm512_cmp_ps_mask(m, V(all(1)), _CMP_LT_OQ), exponent, V(all(1)));
    }
    const Vector s = div_(sub_(m, all(1)), add_(m, all(1))), z = mul_(s, s);
    Vector polynomial;
    if constexpr (wide) polynomial = horner(tail64, z); else polynomial = horner(tail32, z);
    return fma_(exponent, all(0.6931471805599453), fma_(mul_(s, z), polynomial, add_(s, s)));
}

template <class V> inline void turn(V u, V& sine, V& cosine) {
    static constexpr double st64[] = {6.283185307179586, -41.341702240399634, 81.60524927594804, -76.70585970427454, 42.058685020160894,
        -15.093804209987114, 3.7808689593022957};
    static constexpr double ct64[] = {1.0, -19.73920880217842, 64.93939402236538, -85.45681709034115, 60.24462008593029, -26.42425703488269,
        7.810290968144191};
    static constexpr double st32[] = {6.2831853, -41.34166, 81.592543, -75.401613}, ct32[] = {1.0, -19.739152, 64.921234, -83.591817};
    const Vector start = all(rounder), shifted = fma_(u, all(4), start);
    const Vector f = fnma_(sub_(shifted, start), all(0.25), u), z = mul_(f, f);
    V s, co;
    if constexpr (wide) s = mul_(horner(st64, z), f), co = horner(ct64, z); else s = mul_(horner(st32, z), f), co = horner(ct32, z);
    const Bits quadrant = pattern_(shifted), next = plus_<Vector>(quadrant, word_<Vector>(1)), two = word_<Vector>(2);
    const auto sign = [two](Bits q) { return shift_<Vector>(_mm512_and_si512(q, two), wide ? 62 : 30); };
    if constexpr (wide) {
        const __mmask8 odd = _mm512_test_epi64_mask(quadrant, word_<Vector>(1));
        sine = _mm512_xor_pd(_mm512_mask_mov_pd(V(s), odd, V(co)), value_<V>(sign(quadrant)));
        cosine = _mm512_xor_pd(_mm512_mask_mov_pd(V(co), odd, V(s)), value_<V>(sign(next)));
    } else {
        const __mmask16 odd = _mm512_test_epi32_mask(quadrant, word_<Vector>(1));
        sine = _mm512_xor_ps(_mm512_mask_mov_ps(V(s), odd, V(co)), value_<V>(sign(quadrant)));
        cosine = _mm512_xor_ps(_mm512_mask_mov_ps(V(co), odd, V(s)), value_<V>(sign(next)));
    }
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

inline void normals(int first, uint32_t step, Vector (&z)[4]) {
    Vector u[4], s0, c0, s1, c1;
    units(first, step, u);
    const Vector r0 = root_(mul_(all(-2), logv(u[0]))), r1 = root_(mul_(all(-2), logv(u[2])));
    turn(u[1], s0, c0);
    turn(u[3], s1, c1);
    z[0] = mul_(r0, c0);
    z[1] = mul_(r0, s0);
    z[2] = mul_(r1, c1);
    z[3] = mul_(r1, s1);
}

Real *const a = allocate(particles), *const b = allocate(particles), *const c = allocate(particles);
Real *const x = allocate(nodes), *const weight = allocate(nodes), *const target = allocate(nodes), *const coefficient = allocate(nodes);
Real* const kept = allocate(size_t(particles) * nodes);
double moments[nodes];

constexpr int superblock = 512;

void forward() {
    std::fill_n(moments, nodes, 0.0);
#pragma omp parallel for reduction(+ : moments[:nodes])
    for (int start = 0; start < particles; start += superblock) {
        alignas(64) Real sums[nodes * lanes] = {};
        for (int first = start; first < start + superblock; first += tile) {
            Vector pa[registers], pb[registers], pc[registers];
            for (int k = 0; k < registers; k++)
                pa[k] = load(a + first + k * lanes), pb[k] = load(b + first + k * lanes), pc[k] = load(c + first + k * lanes);
            Real* t = kept + size_t(first) * nodes;
            for (int j = 0; j < nodes; j++, t += tile) {
                Vector sum = load(sums + j * lanes);
#pragma GCC unroll 4
                for (int k = 0; k < registers; k++) {
                    const Vector value = tanhv(fma_(pb[k], all(x[j]), pc[k]));
                    store_(t + k * lanes, value);
                    sum = fma_(pa[k], value, sum);
                }
                store_(sums + j * lanes, sum);
            }
        }
        for (int j = 0; j < nodes; j++) moments[j] += total_(load(sums + j * lanes));
    }
}

void backward(uint32_t step) {
    const Vector drive = all(-eta * beta), size = all(deviation), rest = all(keep);
#pragma omp parallel for
    for (int first = 0; first < particles; first += tile) {
        Vector ga[registers], gb[registers], gc[registers];
        for (int k = 0; k < registers; k++) ga[k] = gb[k] = gc[k] = all(0);
        const Real* t = kept + size_t(first) * nodes;
        for (int j = 0; j < nodes; j++, t += tile) {
            const Vector r = all(coefficient[j]), rx = all(coefficient[j] * x[j]);
#pragma GCC unroll 4
            for (int k = 0; k < registers; k++) {
                const Vector value = load(t + k * lanes), slope = fnma_(value, value, all(1));
                ga[k] = fma_(r, value, ga[k]);
                gb[k] = fma_(rx, slope, gb[k]);
                gc[k] = fma_(r, slope, gc[k]);
            }
        }
        for (int k = 0; k < registers; k++) {
            const int i = first + k * lanes;
            Vector z[4];
            normals(i, step, z);
            const Vector pa = load(a + i), push = mul_(drive, pa);
            store_(a + i, fma_(size, z[0], fma_(drive, ga[k], mul_(rest, pa))));
            store_(b + i, fma_(size, z[1], fma_(push, gb[k], mul_(rest, load(b + i)))));
            store_(c + i, fma_(size, z[2], fma_(push, gc[k], mul_(rest, load(c + i)))));
        }
    }
}

void step(uint32_t number) {
    forward();
    for (int j = 0; j < nodes; j++) coefficient[j] = Real((moments[j] / particles - target[j]) * weight[j]);
    backward(number);
}
}

int main(int count, char** arguments) {
    for (int j = 0; j < nodes; j++) {
        x[j] = Real(2 * (j + 0.5) / nodes - 1);
        weight[j] = Real(1) / nodes;
        target[j] = Real(std::sin(pi * x[j]));
    }
    if (count > 3 && std::string(arguments[1]) == "check") {
        const std::string folder = arguments[2];
        fill(folder + "/x", x), fill(folder + "/weight", weight), fill(folder + "/f", target);
        Real* const parameters[] = {a, b, c};
        check(folder, arguments[3], particles, 3, [&](int i, int k) -> Real& { return parameters[k][i]; }, step);
        return 0;
    }
    measure(count, arguments, "tanh-intrinsics", double(particles) * nodes, step);
}
