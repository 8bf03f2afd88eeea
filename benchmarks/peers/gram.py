"""(c * phi) @ phi.T and phi @ a of n features at 512 points: G multiply-adds a second of processor time, of the n (n + 1)/2 that one
triangle needs. Median of 15 rounds."""
import statistics
import sys
import time

import numpy

POINTS = 512


def rate(n):
    phi = numpy.full((n, POINTS), 0.5)
    weights = numpy.ones(POINTS)
    moments, total = numpy.zeros((n, n)), numpy.zeros(n)
    rates = []
    for _ in range(15):
        start, chunks, seconds = time.thread_time(), 0, 0.0
        while seconds < 0.05:
            moments += (phi * weights) @ phi.T
            total += phi @ weights
            chunks += 1
            seconds = time.thread_time() - start
        rates.append(chunks * POINTS * n * (n + 1) / 2 / seconds / 1e9)
    return statistics.median(rates)


for n in map(int, sys.argv[1:]):
    print(n, f"{rate(n):.2f}")
