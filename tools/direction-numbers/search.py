"""Finds direction numbers for a Sobol sequence and prints them: one line a coordinate from the second on, the primitive polynomial
as a number (bit k is the coefficient of x^k), then m_1, m_2, ... of its degree.

Each coordinate is taken so that Sobol's property A holds (the first 2^d points of the first d coordinates lie one in each orthant: the
d x d matrix of first bits is regular), and, among random candidates with it, so that the t-values of its two-dimensional projections with
the coordinates before it are smallest (summed over 2^2 .. 2^MOST points). Seeded: every run prints the same. About ten minutes.

    python3 tools/direction-numbers/search.py > src/Engine.CSharp/InputLaws/direction-numbers.txt
"""
import random

DIMENSIONS = 1111  # all primitive polynomials of degree up to 13
MOST = 11


def multiply(a, b, polynomial, degree):
    product = 0
    while b:
        if b & 1:
            product ^= a
        b >>= 1
        a <<= 1
        if a >> degree:
            a ^= polynomial
    return product


def power(exponent, polynomial, degree):
    result, base = 1, 2 if degree > 1 else 2 ^ polynomial
    while exponent:
        if exponent & 1:
            result = multiply(result, base, polynomial, degree)
        base = multiply(base, base, polynomial, degree)
        exponent >>= 1
    return result


def primes_of(number):
    return [p for p in range(2, number + 1) if number % p == 0 and all(p % q for q in range(2, int(p**0.5) + 1))]


def primitive_polynomials():
    yield 3
    degree = 2
    while True:
        order = 2**degree - 1
        primes = primes_of(order)
        for polynomial in range(2**degree + 1, 2 ** (degree + 1), 2):
            full = power(order, polynomial, degree) == 1
            if full and all(power(order // p, polynomial, degree) != 1 for p in primes):
                yield polynomial
        degree += 1


def columns(polynomial, m, count):
    """The first columns as numbers of MOST bits, the highest worth a half."""
    degree = polynomial.bit_length() - 1
    found = [m[k] << (MOST - 1 - k) if k < MOST else m[k] >> (k - MOST + 1) for k in range(min(degree, count))]
    for k in range(len(found), count):
        column = found[k - degree] >> degree
        for i in range(1, degree + 1):
            if polynomial >> (degree - i) & 1:
                column ^= found[k - i]
        found.append(column)
    return found


def rows(of):
    """Row r of the generating matrix, as a number whose bit k is column k."""
    return [sum((column >> (MOST - 1 - r) & 1) << k for k, column in enumerate(of)) for r in range(MOST)]


def independent(basis, row):
    for pivot, vector in basis:
        if row >> pivot & 1:
            row ^= vector
    if row:
        basis.append((row.bit_length() - 1, row))
    return row != 0


def weakness(one, two):
    """The sum over 2^m points of the t-values of a pair of matrices, more for larger ones."""
    total = 0
    for m in range(2, MOST + 1):
        mask = (1 << m) - 1
        regular = m
        for a in range(m + 1):
            basis = []
            if not all(independent(basis, row & mask) for row in one[:a]):
                regular = min(regular, a - 1)
                break
            for b in range(m - a):
                if not independent(basis, two[b] & mask):
                    regular = min(regular, a + b)
                    break
        total += (m - regular) ** 2
    return total


def first_bits(polynomial, m):
    """First bits of all columns: a shift register that starts with the highest bits of m."""
    degree = polynomial.bit_length() - 1
    taps = sum(1 << (i - 1) for i in range(1, degree + 1) if polynomial >> (degree - i) & 1)
    register = row = 0
    for k in range(DIMENSIONS):
        bit = m[k] >> k & 1 if k < degree else (register & taps).bit_count() & 1
        register = (register << 1 | bit) & ((1 << degree) - 1)
        row |= bit << k
    return row


def reduced(row, echelon):
    """The row less what earlier ones make of it, in the order of their pivots."""
    for pivot, vector in enumerate(echelon):
        if row >> pivot & 1:
            row ^= vector
    return row


def best_of(polynomial, dimension, matrices, echelon, generator):
    """The best candidate that keeps property A: its m, matrix and row of first bits."""
    degree = polynomial.bit_length() - 1
    others = matrices[-40:] + matrices[:24] if len(matrices) > 64 else matrices
    wanted = 60 if dimension <= 100 else 10
    best = (float("inf"), None, None, None)
    while wanted:
        m = [2 * generator.randrange(2**k) + 1 for k in range(degree)]
        row = reduced(first_bits(polynomial, m), echelon)
        if not row >> (dimension - 1) & 1:
            continue
        wanted -= 1
        matrix, total = rows(columns(polynomial, m, MOST)), 0
        for other in others:
            total += weakness(matrix, other)
            if total >= best[0]:
                break
        else:
            best = (total, m, matrix, row)
    return best[1:]


def main():
    generator = random.Random(1)
    polynomials = primitive_polynomials()
    matrices = [rows([1 << (MOST - 1 - k) for k in range(MOST)])]
    echelon = [1]  # the first bits of coordinate 0: column 0 alone
    print("# Direction numbers by tools/direction-numbers/search.py: a primitive polynomial, then m_1, m_2, ...")
    for dimension in range(2, DIMENSIONS + 1):
        polynomial = next(polynomials)
        m, matrix, row = best_of(polynomial, dimension, matrices, echelon, generator)
        matrices.append(matrix)
        echelon.append(row)
        print(polynomial, *m, flush=True)


main()
