// The step of a net of neurons a*tanh(dot(b, x) + c) with P inputs (-DP=10|64|784): blocks of particles in the first-level cache's reach,
// several nodes or components at a time in unrolled loops, so that the compiler keeps sums in registers.
#include "peer.hpp"

namespace {
#if P >= 500
constexpr int particles = 4096, nodes = 256;
#else
constexpr int particles = 4096, nodes = 512;
#endif
constexpr Real beta = Real(50);
constexpr int tile = 256 / sizeof(Real), breadth = 8;

// Particles in tiles: b[tile][component][lane].
Real *const a = allocate(particles), *const b = allocate(size_t(particles) * P), *const c = allocate(particles);
Real *const x = allocate(size_t(nodes) * P), *const target = allocate(nodes), *const coefficient = allocate(nodes);
Real* const kept = allocate(size_t(particles) * nodes);
double moments[nodes];

void forward() {
    std::fill_n(moments, nodes, 0.0);
#pragma omp parallel for reduction(+ : moments[:nodes])
    for (int first = 0; first < particles; first += tile) {
        const Real* const weights = b + size_t(first) * P;
        for (int j = 0; j < nodes; j += breadth) {
            alignas(64) Real z[breadth][tile];
            for (int r = 0; r < breadth; r++)
                for (int k = 0; k < tile; k++) z[r][k] = c[first + k];
            for (int i = 0; i < P; i++)
#pragma GCC unroll 8
                for (int r = 0; r < breadth; r++) {
                    const Real input = x[size_t(j + r) * P + i];
#pragma omp simd
                    for (int k = 0; k < tile; k++) z[r][k] += weights[size_t(i) * tile + k] * input;
                }
            for (int r = 0; r < breadth; r++) {
                Real* const t = kept + size_t(first) * nodes + size_t(j + r) * tile;
                Real sum = 0;
                for (int k = 0; k < tile; k++) {
                    t[k] = std::tanh(z[r][k]);
                    sum += a[first + k] * t[k];
                }
                moments[j + r] += sum;
            }
        }
    }
}

void backward(uint32_t step) {
    const Real drive = -eta * beta, size = deviation, rest = keep;
#pragma omp parallel for
    for (int first = 0; first < particles; first += tile) {
        alignas(64) Real ga[tile] = {}, gc[tile] = {}, push[tile];
        std::vector<Real> slopes(size_t(nodes) * tile);
        for (int j = 0; j < nodes; j++) {
            const Real* const t = kept + size_t(first) * nodes + size_t(j) * tile;
            Real* const s = slopes.data() + size_t(j) * tile;
            const Real r = coefficient[j];
            for (int k = 0; k < tile; k++) {
                s[k] = r * (1 - t[k] * t[k]);
                ga[k] += r * t[k];
                gc[k] += s[k];
            }
        }
        for (int k = 0; k < tile; k++) push[k] = drive * a[first + k];
        Real* const weights = b + size_t(first) * P;
        for (int group = 0; group < P; group += 4) {
            const int parts = std::min(4, P - group);
            alignas(64) Real g[4][tile] = {};
            if (parts == 4)
                for (int j = 0; j < nodes; j++)
#pragma GCC unroll 4
                    for (int r = 0; r < 4; r++) {
                        const Real input = x[size_t(j) * P + group + r];
#pragma omp simd
                        for (int k = 0; k < tile; k++) g[r][k] += slopes[size_t(j) * tile + k] * input;
                    }
            else
                for (int j = 0; j < nodes; j++)
                    for (int r = 0; r < parts; r++)
                        for (int k = 0; k < tile; k++) g[r][k] += slopes[size_t(j) * tile + k] * x[size_t(j) * P + group + r];
            alignas(64) Real z[4][tile];
            normals<tile>(first, step, group, parts, z);
            for (int r = 0; r < parts; r++)
                {
                Real* const w = weights + size_t(group + r) * tile;
                for (int k = 0; k < tile; k++) w[k] = rest * w[k] + push[k] * g[r][k] + size * z[r][k];
            }
        }
        alignas(64) Real z[4][tile];
        normals<tile>(first, step, P, 2, z);
        for (int k = 0; k < tile; k++) {
            a[first + k] = rest * a[first + k] + drive * ga[k] + size * z[0][k];
            c[first + k] = rest * c[first + k] + push[k] * gc[k] + size * z[1][k];
        }
    }
}

void step(uint32_t number) {
    forward();
    for (int j = 0; j < nodes; j++) coefficient[j] = Real((moments[j] / particles - target[j]) / nodes);
    backward(number);
}
}

Real& parameter(int i, int k) {
    if (k == 0 || k > P) return (k == 0 ? a : c)[i];
    return b[size_t(i) / tile * tile * P + size_t(k - 1) * tile + i % tile];
}

int main(int count, char** arguments) {
    if (count > 3 && std::string(arguments[1]) == "check") {
        const std::string folder = arguments[2];
        fill(folder + "/x", x), fill(folder + "/f", target);
        check(folder, arguments[3], particles, P + 2, parameter, step);
        return 0;
    }
    srand48(1);
    for (size_t k = 0; k < size_t(nodes) * P; k++) x[k] = Real(2 * drand48() - 1);
    for (int j = 0; j < nodes; j++) target[j] = Real(2 * drand48() - 1);
    measure(count, arguments, "p=", double(particles) * nodes, step);
}
