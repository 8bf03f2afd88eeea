// The processor's peak of fused multiply-adds: sixteen independent chains of 512-bit doubles. Prints G instructions a second (median of 9).
#include <algorithm>
#include <cstdio>
#include <ctime>
#include <immintrin.h>

namespace {
double seconds() {
    timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return now.tv_sec + 1e-9 * now.tv_nsec;
}
}

int main() {
    constexpr int chains = 16, turns = 5000000, rounds = 9;
    __m512d sums[chains];
    for (int k = 0; k < chains; k++) sums[k] = _mm512_set1_pd(0.1 * k);
    const __m512d factor = _mm512_set1_pd(0.999), addend = _mm512_set1_pd(1e-3);
    double rates[rounds], total = 0;
    for (double& rate : rates) {
        const double start = seconds();
        for (int turn = 0; turn < turns; turn++) {
#pragma GCC unroll 16
            for (int k = 0; k < chains; k++) sums[k] = _mm512_fmadd_pd(sums[k], factor, addend);
        }
        rate = double(chains) * turns / 1e9 / (seconds() - start);
    }
    for (const __m512d sum : sums) total += _mm512_reduce_add_pd(sum);
    std::sort(rates, rates + rounds);
    std::printf("%.3f\n", total == 0 ? 0 : rates[rounds / 2]);
}
