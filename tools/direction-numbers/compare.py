"""Errors of scrambled Sobol points by the table beside those of scipy, which has Joe and Kuo's: root mean square over 24 scrambles,
ours / scipy's. Needs numpy and scipy (Debian: python3-scipy).

    /usr/bin/python3 tools/direction-numbers/compare.py
"""
import os

import numpy
from scipy.stats import qmc

BITS = 30
TABLE = os.path.join(os.path.dirname(__file__), "../../src/Engine.CSharp/InputLaws/direction-numbers.txt")
NUMBERS = [[int(number) for number in line.split()] for line in open(TABLE) if line[0] != "#"]


def columns(coordinate):
    if coordinate == 0:
        return [1 << (BITS - 1 - k) for k in range(BITS)]
    polynomial, *m = NUMBERS[coordinate - 1]
    found = [m[k] << (BITS - 1 - k) for k in range(len(m))]
    for k in range(len(m), BITS):
        column = found[k - len(m)] >> len(m)
        for i in range(1, len(m) + 1):
            if polynomial >> (len(m) - i) & 1:
                column ^= found[k - i]
        found.append(column)
    return found


def scrambled(column, rows):
    return sum(((row & column).bit_count() & 1) << (BITS - 1 - r) for r, row in enumerate(rows))


def ours(dimension, count, generator):
    index, points = numpy.arange(count), numpy.empty((count, dimension))
    for coordinate in range(dimension):
        own = [1 << (BITS - 1 - r) for r in range(BITS)]
        rows = [bit | int(generator.integers(1 << BITS)) & -2 * bit & (1 << BITS) - 1 for bit in own]
        bits = numpy.full(count, int(generator.integers(1 << BITS)))
        for k, column in enumerate(columns(coordinate)[: count.bit_length()]):
            bits ^= (index >> k & 1) * scrambled(column, rows)
        points[:, coordinate] = (bits + 0.5) / 2**BITS
    return points


# Means 0, 0, and one that all points together estimate.
FUNCTIONS = {
    "smooth": lambda x: numpy.prod(1 + (x - 0.5) / numpy.sqrt(numpy.arange(1, x.shape[1] + 1)), axis=1) - 1,
    "pairs": lambda x: ((x - 0.5).sum(1) ** 2 - ((x - 0.5) ** 2).sum(1)) / 2,
    "kink": lambda x: numpy.maximum(0, (x - 0.5).sum(1) * numpy.sqrt(12 / x.shape[1])),
}


def main():
    generator = numpy.random.default_rng(0)
    for dimension in (2, 5, 20, 50):
        for count in (256, 4096):
            means = {name: ([], []) for name in FUNCTIONS}
            for scramble in range(24):
                samples = ours(dimension, count, generator), qmc.Sobol(dimension, seed=scramble).random(count)
                for name, function in FUNCTIONS.items():
                    for list_of, points in zip(means[name], samples):
                        list_of.append(function(points).mean())
            shown = []
            for name, pair in means.items():
                exact = numpy.mean(pair) if name == "kink" else 0
                shown.append(name + " " + " / ".join(f"{numpy.sqrt(numpy.mean((numpy.array(of) - exact) ** 2)):.1e}" for of in pair))
            print(f"{dimension} dimensions, {count} points:", ", ".join(shown), flush=True)


main()
