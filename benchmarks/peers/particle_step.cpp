// The particle step of sigma = a*tanh(b*x + c) as a careful C++ programmer writes it, twice:
//   plain:      loops for the compiler's vector library   g++ -O3 -march=native -ffast-math -mprefer-vector-width=512 -DPLAIN
//   intrinsics: AVX-512 by hand                           g++ -O3 -march=native
// Two sweeps, tanh kept between them, counter-based normals, one thread. Prints million particle-node pairs a second of processor time.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <new>
#include <vector>
#ifndef PLAIN
#include <immintrin.h>
#endif

namespace {
constexpr int particles = 20480, nodes = 64;
constexpr double eta = 1e-3, beta = 50, pi = 3.14159265358979323846;

double* allocate(size_t count) {
    void* memory = std::aligned_alloc(64, count * sizeof(double));
    if (!memory) throw std::bad_alloc();
    std::fill_n(static_cast<double*>(memory), count, 0.0);
    return static_cast<double*>(memory);
}

double *const a = allocate(particles), *const b = allocate(particles), *const c = allocate(particles);
double *const x = allocate(nodes), *const target = allocate(nodes), *const coefficient = allocate(nodes);
double *const kept = allocate(size_t(particles) * nodes);
double moments[nodes];

double seconds() {
    timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

#ifdef PLAIN

constexpr int block = 256;

struct Words { uint32_t w0, w1, w2, w3; };

inline Words philox(uint32_t c0, uint32_t c1) {
    uint32_t c2 = 0, c3 = 0, k0 = 1, k1 = 0;
#pragma GCC unroll 10
    for (int round = 0; round < 10; round++) {
        const uint64_t p0 = uint64_t(0xD2511F53u) * c0, p1 = uint64_t(0xCD9E8D57u) * c2;
        c0 = uint32_t(p1 >> 32) ^ c1 ^ k0;
        c2 = uint32_t(p0 >> 32) ^ c3 ^ k1;
        c1 = uint32_t(p1);
        c3 = uint32_t(p0);
        k0 += 0x9E3779B9u;
        k1 += 0xBB67AE85u;
    }
    return {c0, c1, c2, c3};
}

// Through a signed conversion, which the vector units have.
inline double unit(uint32_t word) { return int32_t(word ^ 0x80000000u) * 0x1p-32 + (0.5 + 0x1p-33); }

void normals(int first, uint32_t step, double* z0, double* z1, double* z2) {
    alignas(64) uint32_t words[4][block];
    alignas(64) double radius[2][block];
    for (int k = 0; k < block; k++) {
        const Words w = philox(first + k, step);
        words[0][k] = w.w0; words[1][k] = w.w1; words[2][k] = w.w2; words[3][k] = w.w3;
    }
    for (int k = 0; k < block; k++) radius[0][k] = std::sqrt(-2 * std::log(unit(words[0][k])));
    for (int k = 0; k < block; k++) radius[1][k] = std::sqrt(-2 * std::log(unit(words[2][k])));
    for (int k = 0; k < block; k++) z0[k] = radius[0][k] * std::sin(2 * pi * unit(words[1][k]));
    for (int k = 0; k < block; k++) z1[k] = radius[0][k] * std::sin(2 * pi * unit(words[1][k]) + pi / 2);
    for (int k = 0; k < block; k++) z2[k] = radius[1][k] * std::sin(2 * pi * unit(words[3][k]));
}

void forward() {
    for (int first = 0; first < particles; first += block)
        for (int j = 0; j < nodes; j++) {
            double* const t = kept + size_t(first) * nodes + size_t(j) * block;
            double sum = 0;
            for (int k = 0; k < block; k++) {
                t[k] = std::tanh(b[first + k] * x[j] + c[first + k]);
                sum += a[first + k] * t[k];
            }
            moments[j] += sum;
        }
}

void backward(uint32_t step) {
    const double drive = -eta * beta, deviation = std::sqrt(eta);
    for (int first = 0; first < particles; first += block) {
        alignas(64) double ga[block] = {}, gb[block] = {}, gc[block] = {}, z0[block], z1[block], z2[block];
        for (int j = 0; j < nodes; j++) {
            const double* const t = kept + size_t(first) * nodes + size_t(j) * block;
            const double r = coefficient[j], rx = r * x[j];
            for (int k = 0; k < block; k++) {
                const double slope = 1 - t[k] * t[k];
                ga[k] += r * t[k];
                gb[k] += rx * slope;
                gc[k] += r * slope;
            }
        }
        normals(first, step, z0, z1, z2);
        for (int k = 0; k < block; k++) {
            const int i = first + k;
            const double push = drive * a[i];
            a[i] += drive * ga[k] + deviation * z0[k];
            b[i] += push * gb[k] + deviation * z1[k];
            c[i] += push * gc[k] + deviation * z2[k];
        }
    }
}

#else

constexpr int lanes = 8, registers = 2, block = lanes * registers;
using Vector = __m512d;
using Bits = __m512i;

inline Vector all(double value) { return _mm512_set1_pd(value); }
inline Bits bits(uint64_t value) { return _mm512_set1_epi64(int64_t(value)); }
inline Vector fma(Vector p, Vector q, Vector r) { return _mm512_fmadd_pd(p, q, r); }

template <int count> inline Vector horner(const double (&q)[count], Vector z) {
    Vector sum = all(q[count - 1]);
#pragma GCC unroll 16
    for (int k = count - 2; k >= 0; k--) sum = fma(sum, z, all(q[k]));
    return sum;
}

// E/(E + 1), E = expm1(2x)/2; coefficients from tools/fit-coefficients.
inline Vector tanh8(Vector value) {
    static constexpr double tail[] = {1.0000000000000002, 0.6666666666666667, 0.3333333333329933, 0.13333333333328104, 0.0444444445350295,
        0.012698412712345949, 0.0031745947292631926, 0.0007054660730959366, 0.00014141478850551484, 2.5702784852542704e-05};
    const Vector rounder = all(6755399441055744.0 + 1023);
    value = _mm512_min_pd(all(20), _mm512_max_pd(all(-20), value));
    const Vector shifted = fma(value, all(2.8853900817779268), rounder), k = _mm512_sub_pd(shifted, rounder);
    const Vector h = _mm512_fnmadd_pd(k, all(0.34657359027997264), value);
    const Vector half = fma(_mm512_mul_pd(h, h), horner(tail, h), h);
    const Vector scale = _mm512_castsi512_pd(_mm512_slli_epi64(_mm512_castpd_si512(shifted), 52));
    const Vector e = fma(scale, half, fma(scale, all(0.5), all(-0.5)));
    return _mm512_div_pd(e, _mm512_add_pd(e, all(1)));
}

inline Vector unit(Bits word) {
    const Vector number = _mm512_cvtepu64_pd(_mm512_and_si512(word, bits(0xFFFFFFFFu)));
    return fma(number, all(0x1p-32), all(0x1p-33));
}

inline Vector log8(Vector u) {
    static constexpr double tail[] = {0.666666666666667, 0.39999999999899505, 0.28571428625975487, 0.2222221113479508, 0.18182889125261723,
        0.15331721600556042, 0.14616449685043406};
    Vector exponent = _mm512_getexp_pd(u), m = _mm512_getmant_pd(u, _MM_MANT_NORM_1_2, _MM_MANT_SIGN_src);
    const __mmask8 high = _mm512_cmp_pd_mask(m, all(1.4142135623730951), _CMP_GT_OQ);
    m = _mm512_mask_mul_pd(m, high, m, all(0.5));
    exponent = _mm512_mask_add_pd(exponent, high, exponent, all(1));
    const Vector s = _mm512_div_pd(_mm512_sub_pd(m, all(1)), _mm512_add_pd(m, all(1))), z = _mm512_mul_pd(s, s);
    const Vector mantissa = fma(_mm512_mul_pd(s, z), horner(tail, z), _mm512_add_pd(s, s));
    return fma(exponent, all(0.6931471805599453), mantissa);
}

inline void turn(Vector u, Vector& sine, Vector& cosine) {
    static constexpr double st[] = {6.283185307179586, -41.341702240399634, 81.60524927594804, -76.70585970427454, 42.058685020160894,
        -15.093804209987114, 3.7808689593022957};
    static constexpr double ct[] = {1.0, -19.73920880217842, 64.93939402236538, -85.45681709034115, 60.24462008593029, -26.42425703488269,
        7.810290968144191};
    const Vector rounder = all(6755399441055744.0), shifted = fma(u, all(4), rounder);
    const Vector f = _mm512_fnmadd_pd(_mm512_sub_pd(shifted, rounder), all(0.25), u), z = _mm512_mul_pd(f, f);
    const Vector s = _mm512_mul_pd(horner(st, z), f), co = horner(ct, z);
    const Bits quadrant = _mm512_castpd_si512(shifted), next = _mm512_add_epi64(quadrant, bits(1));
    const __mmask8 odd = _mm512_test_epi64_mask(quadrant, bits(1));
    const auto sign = [](Bits q) { return _mm512_castsi512_pd(_mm512_slli_epi64(_mm512_and_si512(q, bits(2)), 62)); };
    sine = _mm512_xor_pd(_mm512_mask_mov_pd(s, odd, co), sign(quadrant));
    cosine = _mm512_xor_pd(_mm512_mask_mov_pd(co, odd, s), sign(next));
}

inline void normals(int first, uint32_t step, Vector (&z)[4]) {
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
    const Vector r0 = _mm512_sqrt_pd(_mm512_mul_pd(all(-2), log8(unit(w0)))), r1 = _mm512_sqrt_pd(_mm512_mul_pd(all(-2), log8(unit(w2))));
    Vector s0, c0, s1, c1;
    turn(unit(w1), s0, c0);
    turn(unit(w3), s1, c1);
    z[0] = _mm512_mul_pd(r0, c0);
    z[1] = _mm512_mul_pd(r0, s0);
    z[2] = _mm512_mul_pd(r1, c1);
    z[3] = _mm512_mul_pd(r1, s1);
}

alignas(64) double laneSums[nodes * lanes];

void forward() {
    std::fill_n(laneSums, nodes * lanes, 0.0);
    for (int first = 0; first < particles; first += block) {
        Vector pa[registers], pb[registers], pc[registers];
        for (int k = 0; k < registers; k++) {
            pa[k] = _mm512_load_pd(a + first + k * lanes);
            pb[k] = _mm512_load_pd(b + first + k * lanes);
            pc[k] = _mm512_load_pd(c + first + k * lanes);
        }
        double* t = kept + size_t(first) * nodes;
        for (int j = 0; j < nodes; j++, t += block) {
            Vector sum = _mm512_load_pd(laneSums + j * lanes);
#pragma GCC unroll 2
            for (int k = 0; k < registers; k++) {
                const Vector value = tanh8(fma(pb[k], all(x[j]), pc[k]));
                _mm512_store_pd(t + k * lanes, value);
                sum = fma(pa[k], value, sum);
            }
            _mm512_store_pd(laneSums + j * lanes, sum);
        }
    }
    for (int j = 0; j < nodes; j++) moments[j] = _mm512_reduce_add_pd(_mm512_load_pd(laneSums + j * lanes));
}

void backward(uint32_t step) {
    const Vector drive = all(-eta * beta), deviation = all(std::sqrt(eta));
    for (int first = 0; first < particles; first += block) {
        Vector ga[registers], gb[registers], gc[registers];
        for (int k = 0; k < registers; k++) ga[k] = gb[k] = gc[k] = all(0);
        const double* t = kept + size_t(first) * nodes;
        for (int j = 0; j < nodes; j++, t += block) {
            const Vector r = all(coefficient[j]), rx = all(coefficient[j] * x[j]);
#pragma GCC unroll 2
            for (int k = 0; k < registers; k++) {
                const Vector value = _mm512_load_pd(t + k * lanes), slope = _mm512_fnmadd_pd(value, value, all(1));
                ga[k] = fma(r, value, ga[k]);
                gb[k] = fma(rx, slope, gb[k]);
                gc[k] = fma(r, slope, gc[k]);
            }
        }
        for (int k = 0; k < registers; k++) {
            const int i = first + k * lanes;
            Vector z[4];
            normals(i, step, z);
            const Vector pa = _mm512_load_pd(a + i), push = _mm512_mul_pd(drive, pa);
            _mm512_store_pd(a + i, fma(deviation, z[0], fma(drive, ga[k], pa)));
            _mm512_store_pd(b + i, fma(deviation, z[1], fma(push, gb[k], _mm512_load_pd(b + i))));
            _mm512_store_pd(c + i, fma(deviation, z[2], fma(push, gc[k], _mm512_load_pd(c + i))));
        }
    }
}

#endif

void step(uint32_t number) {
    std::fill_n(moments, nodes, 0.0);
    forward();
    for (int j = 0; j < nodes; j++) coefficient[j] = (moments[j] / particles - target[j]) / nodes;
    backward(number);
}
}

int main(int count, char** arguments) {
    const double budget = count > 1 ? std::atof(arguments[1]) : 1;
    srand48(1);
    for (int i = 0; i < particles; i++) {
        a[i] = 2 * drand48() - 1;
        b[i] = 6 * drand48() - 3;
        c[i] = 6 * drand48() - 3;
    }
    for (int j = 0; j < nodes; j++) {
        x[j] = 2 * (j + 0.5) / nodes - 1;
        target[j] = std::sin(pi * x[j]);
    }
    uint32_t number = 0;
    for (; number < 20; number++) step(number);
    std::vector<double> rates;
    for (const double start = seconds(); seconds() - start < budget;) {
        const double before = seconds();
        for (int k = 0; k < 20; k++) step(number++);
        rates.push_back(20.0 * particles * nodes / 1e6 / (seconds() - before));
    }
    std::sort(rates.begin(), rates.end());
#ifdef PLAIN
    const char* name = "plain";
#else
    const char* name = "intrinsics";
#endif
    std::printf("c++-%s double T=1 cpu-time %.1f check %.9g\n", name, rates[rates.size() / 2], moments[5] / particles);
}
