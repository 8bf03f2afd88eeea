// The particle step of a*tanh(b*x + c) by hand, -DREAL=double|float: what a kernel compiler is measured against. In AVX-512 where there is, else in AVX2.
// Two sweeps, tanh kept between them, counter-based normals. Compile: g++ -O3 -march=native -fopenmp -DREAL=...
#ifdef __AVX512F__
#include "lanes512.hpp"
#else
#include "lanes256.hpp"
#endif

namespace {
constexpr int particles = 20480, nodes = 64;
constexpr Real beta = Real(50);
constexpr int tile = lanes * registers;
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
    split(u, exponent, m);
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
    const Bits quadrant = pattern_(shifted), next = plus_<Vector>(quadrant, word_<Vector>(1));
    sine = quarter(s, co, quadrant, quadrant);
    cosine = quarter(co, s, quadrant, next);
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
