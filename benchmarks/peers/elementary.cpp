// One elementary function as the compiler's vector library (libmvec) has it: SUM_j f(b x_j + c) for particles (b, c).
// -DFUNCTION='std::exp(z)'. Prints million values a second of processor time.
#include "peer.hpp"

namespace {
constexpr int particles = 4096, nodes = 64, strip = 256 / sizeof(Real);
Real *const b = allocate(particles), *const c = allocate(particles), *const x = allocate(nodes), *const sums = allocate(particles);

inline Real function(Real z) { return FUNCTION; }

void step(uint32_t) {
    for (int first = 0; first < particles; first += strip) {
        alignas(64) Real sum[strip] = {};
        for (int j = 0; j < nodes; j++)
#pragma omp simd
            for (int k = 0; k < strip; k++) sum[k] += function(b[first + k] * x[j] + c[first + k]);
        std::copy_n(sum, strip, sums + first);
    }
}
}

int main(int count, char** arguments) {
    for (int j = 0; j < nodes; j++) x[j] = Real((j + 0.5) / nodes);
    for (int k = 0; k < particles; k++) b[k] = Real(0.5 * ((k * 37) % particles) / particles), c[k] = Real(0.5 * k / particles);
    measure(count, arguments, "libmvec", double(particles) * nodes, step);
}
