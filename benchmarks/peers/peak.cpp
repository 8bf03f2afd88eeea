// The processor's peak of fused multiply-adds in doubles: ten independent chains of the widest vectors. Prints G multiply-adds a second (median of 9).
#include <algorithm>
#include <cstdio>
#include <ctime>

namespace {
#ifdef __AVX512F__
constexpr int lanes = 8;
#else
constexpr int lanes = 4;
#endif
typedef double Vector __attribute__((vector_size(lanes * sizeof(double))));

double seconds() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}
}

int main() {
    // Two units with a latency of four or five cycles; with factor and addend twelve of sixteen registers.
    constexpr int chains = 10, turns = 5000000, rounds = 9;
    Vector sums[chains];
    for (int k = 0; k < chains; k++) sums[k] = Vector{} + 0.1 * k;
    const Vector factor = Vector{} + 0.999, addend = Vector{} + 1e-3;
    double rates[rounds], total = 0;
    for (double& rate : rates) {
        const double start = seconds();
        for (int turn = 0; turn < turns; turn++) {
#pragma GCC unroll 16
            for (int k = 0; k < chains; k++) sums[k] = sums[k] * factor + addend;
        }
        rate = double(chains) * lanes * turns / 1e9 / (seconds() - start);
    }
    for (const Vector& sum : sums)
        for (int lane = 0; lane < lanes; lane++) total += sum[lane];
    std::sort(rates, rates + rounds);
    std::printf("%.2f\n", total == 0 ? 0 : rates[rounds / 2]);
}
