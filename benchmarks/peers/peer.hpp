// What all peers share: memory, counter-based normals in loops for the compiler's vector library, threads, timing, the check of drifts.
// Compile: g++ -O3 -march=native -ffast-math -mprefer-vector-width=512 -fopenmp -DREAL=double|float
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <new>
#include <omp.h>
#include <string>
#include <vector>

using Real = REAL;
constexpr int block = 256;
constexpr double pi = 3.14159265358979323846;
// The update is w = keep*w + eta*drift + deviation*normal; a check has it leave the drift.
inline Real keep = 1, eta = Real(1e-3), deviation = std::sqrt(eta);

inline Real* allocate(size_t count) {
    void* memory = std::aligned_alloc(64, (count * sizeof(Real) + 63) / 64 * 64);
    if (!memory) throw std::bad_alloc();
    std::fill_n(static_cast<Real*>(memory), count, Real(0));
    return static_cast<Real*>(memory);
}

struct Words { uint32_t w0, w1, w2, w3; };

inline Words philox(uint32_t c0, uint32_t c1, uint32_t c2) {
    uint32_t c3 = 0, k0 = 1, k1 = 0;
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

// In (0, 1), through a signed conversion, which the vector units have.
inline Real unit(uint32_t word) { return int32_t(word ^ 0x80000000u) * Real(0x1p-32) + Real(0.5 + 0x1p-33); }

// Four components z[0..3][width] of the particles from `first` on; those beyond `count` are left out.
template <int width> inline void normals(int first, uint32_t step, uint32_t group, int count, Real (*z)[width]) {
    alignas(64) uint32_t words[4][width];
    alignas(64) Real radius[width];
    for (int k = 0; k < width; k++) {
        const Words w = philox(first + k, step, group);
        words[0][k] = w.w0; words[1][k] = w.w1; words[2][k] = w.w2; words[3][k] = w.w3;
    }
    for (int pair = 0; 2 * pair < count; pair++) {
        const uint32_t* const u = words[2 * pair];
        const uint32_t* const v = words[2 * pair + 1];
        for (int k = 0; k < width; k++) radius[k] = std::sqrt(-2 * std::log(std::max(unit(u[k]), Real(1e-12))));
        for (int k = 0; k < width; k++) z[2 * pair][k] = radius[k] * std::sin(Real(2 * pi) * unit(v[k]));
        if (2 * pair + 1 < count)
            for (int k = 0; k < width; k++) z[2 * pair + 1][k] = radius[k] * std::sin(Real(2 * pi) * unit(v[k]) + Real(pi / 2));
    }
}

inline double seconds(clockid_t clock) {
    timespec now;
    clock_gettime(clock, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}

// Calls step(number) over and over; prints the median rate in million pairs a second by processor time (times the threads).
template <class Step> void measure(int count, char** arguments, const char* name, double pairs, Step step) {
    const double budget = count > 1 ? std::atof(arguments[1]) : 1;
    const int threads = count > 2 ? std::atoi(arguments[2]) : 1;
    omp_set_num_threads(threads);
    uint32_t number = 0;
    const auto spent = [=](double start) { return (seconds(CLOCK_PROCESS_CPUTIME_ID) - start) / threads; };
    for (const double start = seconds(CLOCK_PROCESS_CPUTIME_ID); number < 2 || spent(start) < 0.2;) step(number++);
    std::vector<double> rates;
    for (const double start = seconds(CLOCK_PROCESS_CPUTIME_ID); spent(start) < budget;) {
        const double before = seconds(CLOCK_PROCESS_CPUTIME_ID);
        int steps = 0;
        do { step(number++); steps++; } while (spent(before) < 0.05);
        rates.push_back(steps * pairs / 1e6 / spent(before));
    }
    std::sort(rates.begin(), rates.end());
    std::printf("c++ %s %s T=%d cpu-time %.2f\n", name, sizeof(Real) == 8 ? "double" : "single", threads, rates[rates.size() / 2]);
}

// The little-endian doubles of a file.
inline std::vector<double> numbers(const std::string& file) {
    std::ifstream stream(file, std::ios::binary | std::ios::ate);
    std::vector<double> result(size_t(std::max(std::streamoff(0), std::streamoff(stream.tellg()))) / sizeof(double));
    stream.seekg(0).read(reinterpret_cast<char*>(result.data()), std::streamsize(result.size() * sizeof(double)));
    return result;
}

// Reads a column of nodes.
inline void fill(const std::string& file, Real* column) {
    const auto values = numbers(file);
    std::copy(values.begin(), values.end(), column);
}

// The drift at the particles of a folder, as a file of doubles like theirs: place(i, k) is where number k of particle i stands.
template <class Place, class Step> void check(const std::string& folder, const char* output, int particles, int dimension, Place place, Step step) {
    auto rows = numbers(folder + "/particles");
    for (int i = 0; i < particles; i++)
        for (int k = 0; k < dimension; k++) place(i, k) = Real(rows.at(size_t(i) * dimension + k));
    keep = 0, eta = 1, deviation = 0;
    step(0);
    for (int i = 0; i < particles; i++)
        for (int k = 0; k < dimension; k++) rows[size_t(i) * dimension + k] = double(place(i, k));
    std::ofstream(output, std::ios::binary).write(reinterpret_cast<const char*>(rows.data()), std::streamsize(rows.size() * sizeof(double)));
}
