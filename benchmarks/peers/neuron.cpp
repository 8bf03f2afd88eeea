// The step of a net of neurons a*s(b*x + c) with one input, written out for one activation:
//   -DNEURON=1 tanh, 2 relu, 3 softplus, 4 gelu, 5 erf, 6 sin, 7 (b*x + c)^4;  -DLOGISTIC: labels and the logistic loss.
// -DKEEP keeps value and slope of every pair between the two sweeps; without it the second sweep computes them again.
#include "peer.hpp"

namespace {
constexpr int particles = 20480, nodes = 64, strip = 256 / sizeof(Real);
constexpr Real beta = Real(50);

#if NEURON == 1
constexpr const char* name = "tanh";
inline void neuron(Real z, Real& value, Real& slope) { value = std::tanh(z); slope = 1 - value * value; }
#elif NEURON == 2
constexpr const char* name = "relu";
// Choices would be branches, which do not vectorise here.
inline void neuron(Real z, Real& value, Real& slope) { value = (z + std::abs(z)) / 2; slope = (std::copysign(Real(1), z) + 1) / 2; }
#elif NEURON == 3
constexpr const char* name = "softplus";
inline void neuron(Real z, Real& value, Real& slope) {
    const Real e = std::exp(-std::abs(z));
    value = std::max(z, Real(0)) + std::log1p(e);
    slope = (z < 0 ? e : Real(1)) / (1 + e);
}
#elif NEURON == 4
constexpr const char* name = "gelu";
inline void neuron(Real z, Real& value, Real& slope) {
    const Real probability = Real(0.5) + Real(0.5) * std::erf(z * Real(0.70710678118654752));
    value = z * probability;
    slope = probability + z * std::exp(-z * z / 2) * Real(0.39894228040143268);
}
#elif NEURON == 5
constexpr const char* name = "erf";
inline void neuron(Real z, Real& value, Real& slope) { value = std::erf(z); slope = std::exp(-z * z) * Real(1.1283791670955126); }
#elif NEURON == 6
constexpr const char* name = "sin";
// A call of sin and cos together would be a scalar one.
inline void neuron(Real z, Real& value, Real& slope) { value = std::sin(z); slope = std::sin(z + Real(pi / 2)); }
#else
constexpr const char* name = "w^4";
inline void neuron(Real z, Real& value, Real& slope) { const Real cube = z * z * z; value = cube * z; slope = 4 * cube; }
#endif

Real *const a = allocate(particles), *const b = allocate(particles), *const c = allocate(particles);
Real *const x = allocate(nodes), *const weight = allocate(nodes), *const target = allocate(nodes), *const coefficient = allocate(nodes);
#ifdef KEEP
constexpr int numbers = NEURON == 1 ? 1 : 2;
Real* const kept = allocate(size_t(particles) * nodes * numbers);
#endif
double moments[nodes];

void forward() {
    std::fill_n(moments, nodes, 0.0);
#pragma omp parallel for reduction(+ : moments[:nodes])
    for (int first = 0; first < particles; first += block)
        for (int j = 0; j < nodes; j++) {
            Real sum = 0;
#ifdef KEEP
            Real* const values = kept + (size_t(first) * nodes + size_t(j) * block) * numbers;
            Real* const slopes = values + block;
#endif
#pragma omp simd reduction(+ : sum)
            for (int k = 0; k < block; k++) {
                Real value, slope;
                neuron(b[first + k] * x[j] + c[first + k], value, slope);
#ifdef KEEP
                values[k] = value;
                if (numbers == 2) slopes[k] = slope;
#endif
                sum += a[first + k] * value;
            }
            moments[j] += sum;
        }
}

// Strips of particles whose three sums stay in registers while the nodes pass.
inline void gradients(int first, Real* ga, Real* gb, Real* gc) {
    for (int start = 0; start < block; start += strip) {
        alignas(64) Real sa[strip] = {}, sb[strip] = {}, sc[strip] = {};
        const Real* const pb = b + first + start;
        const Real* const pc = c + first + start;
        for (int j = 0; j < nodes; j++) {
            const Real r = coefficient[j], rx = r * x[j];
#ifdef KEEP
            const Real* const values = kept + (size_t(first) * nodes + size_t(j) * block) * numbers + start;
            const Real* const slopes = values + block;
#endif
#pragma omp simd
            for (int k = 0; k < strip; k++) {
                Real value, slope;
#ifdef KEEP
                value = values[k];
                slope = numbers == 2 ? slopes[k] : 1 - value * value;
#else
                neuron(pb[k] * x[j] + pc[k], value, slope);
#endif
                sa[k] += r * value;
                sb[k] += rx * slope;
                sc[k] += r * slope;
            }
        }
        std::copy_n(sa, strip, ga + start);
        std::copy_n(sb, strip, gb + start);
        std::copy_n(sc, strip, gc + start);
    }
}

void backward(uint32_t step) {
    const Real drive = -eta * beta, size = deviation, rest = keep;
#pragma omp parallel for
    for (int first = 0; first < particles; first += block) {
        alignas(64) Real ga[block], gb[block], gc[block], z[4][block];
        gradients(first, ga, gb, gc);
        normals<block>(first, step, 0, 3, z);
        for (int k = 0; k < block; k++) {
            const int i = first + k;
            const Real push = drive * a[i];
            a[i] = rest * a[i] + drive * ga[k] + size * z[0][k];
            b[i] = rest * b[i] + push * gb[k] + size * z[1][k];
            c[i] = rest * c[i] + push * gc[k] + size * z[2][k];
        }
    }
}

void step(uint32_t number) {
    forward();
    for (int j = 0; j < nodes; j++) {
        const double output = moments[j] / particles;
#ifdef LOGISTIC
        coefficient[j] = Real(-target[j] / (1 + std::exp(target[j] * output)) * weight[j]);
#else
        coefficient[j] = Real((output - target[j]) * weight[j]);
#endif
    }
    backward(number);
}
}

int main(int count, char** arguments) {
    for (int j = 0; j < nodes; j++) {
        x[j] = Real(2 * (j + 0.5) / nodes - 1);
        weight[j] = Real(1) / nodes;
#ifdef LOGISTIC
        target[j] = std::sin(pi * x[j]) < 0 ? -1 : 1;
#else
        target[j] = Real(std::sin(pi * x[j]));
#endif
    }
    if (count > 3 && std::string(arguments[1]) == "check") {
        const std::string folder = arguments[2];
        fill(folder + "/x", x), fill(folder + "/weight", weight), fill(folder + "/f", target);
        Real* const parameters[] = {a, b, c};
        check(folder, arguments[3], particles, 3, [&](int i, int k) -> Real& { return parameters[k][i]; }, step);
        return 0;
    }
#ifdef LOGISTIC
    const char* const title = "logistic";
#else
    const char* const title = name;
#endif
    measure(count, arguments, title, double(particles) * nodes, step);
}
