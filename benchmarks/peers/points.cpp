// Particles in the plane that interact: -DKIND=1 repulsion by a Gaussian kernel; 2 the squared MMD to n data points.
#include "peer.hpp"

namespace {
constexpr int particles = 4096;
#if KIND == 1
constexpr const char* name = "repulsion";
constexpr int nodes = 0;
#else
constexpr const char* name = "mmd";
constexpr int nodes = 1024;
#endif
constexpr Real sharpness = Real(0.5);

Real *const u = allocate(particles), *const v = allocate(particles);
Real *const other_u = allocate(particles), *const other_v = allocate(particles);
Real *const data_u = allocate(nodes + 1), *const data_v = allocate(nodes + 1);
double energy;

// force[k] += scale * SUM_j exp(-s |w - q_j|^2) (w - q_j)
inline void attract(const Real* qu, const Real* qv, int count, Real scale, const Real* wu, const Real* wv, Real* fu, Real* fv, Real* value) {
    constexpr int strip = sizeof(Real) == 8 ? 16 : 64;
    for (int start = 0; start < block; start += strip) {
        alignas(64) Real su[strip] = {}, sv[strip] = {}, sk[strip] = {};
        for (int j = 0; j < count; j++) {
            const Real pu = qu[j], pv = qv[j];
            for (int k = 0; k < strip; k++) {
                const Real du = wu[start + k] - pu, dv = wv[start + k] - pv;
                const Real kernel = std::exp(-sharpness * (du * du + dv * dv));
                sk[k] += kernel;
                su[k] += kernel * du;
                sv[k] += kernel * dv;
            }
        }
        for (int k = 0; k < strip; k++) {
            fu[start + k] += scale * su[k];
            fv[start + k] += scale * sv[k];
            value[start + k] += scale * sk[k];
        }
    }
}

void step(uint32_t number) {
    std::copy_n(u, particles, other_u);
    std::copy_n(v, particles, other_v);
    const Real drive = eta * 2 * sharpness, size = deviation, rest = keep;
    double total = 0;
#pragma omp parallel for reduction(+ : total)
    for (int first = 0; first < particles; first += block) {
        alignas(64) Real fu[block] = {}, fv[block] = {}, value[block] = {}, z[4][block];
        attract(other_u, other_v, particles, Real(1) / particles, other_u + first, other_v + first, fu, fv, value);
        if (nodes > 0) attract(data_u, data_v, nodes, Real(-1) / std::max(nodes, 1), other_u + first, other_v + first, fu, fv, value);
        normals<block>(first, number, 0, 2, z);
        for (int k = 0; k < block; k++) {
            total += value[k];
            u[first + k] = rest * u[first + k] + drive * fu[k] + size * z[0][k];
            v[first + k] = rest * v[first + k] + drive * fv[k] + size * z[1][k];
        }
    }
    energy = total / particles;
}
}

int main(int count, char** arguments) {
    if (count > 3 && std::string(arguments[1]) == "check") {
        const auto points = nodes > 0 ? numbers(std::string(arguments[2]) + "/x") : std::vector<double>();
        for (int j = 0; j < nodes; j++) data_u[j] = Real(points.at(2 * j)), data_v[j] = Real(points.at(2 * j + 1));
        check(arguments[2], arguments[3], particles, 2, [](int i, int k) -> Real& { return (k == 0 ? u : v)[i]; }, step);
        return 0;
    }
    srand48(1);
    for (int i = 0; i < particles; i++) { u[i] = Real(2 * drand48() - 1); v[i] = Real(2 * drand48() - 1); }
    for (int j = 0; j < nodes; j++) { data_u[j] = Real(2 * drand48() - 1); data_v[j] = Real(2 * drand48() - 1); }
    measure(count, arguments, name, double(particles) * (particles + nodes), step);
}
