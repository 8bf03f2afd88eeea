"""Prints the polynomial coefficients of the engine's elementary functions.

Every polynomial interpolates its function, in 60-digit decimal arithmetic, at the Chebyshev nodes of the reduced
range (within a small factor of the minimax error) and is then rounded to double. Run: python3 fit.py
"""
from decimal import Decimal as D, getcontext

getcontext().prec = 60
TERMS = 60


def pi():
    """Machin's formula."""
    def arctan_inverse(q):
        x, total, k = D(1) / q, D(0), 0
        while abs(x) > D(10) ** -65:
            total += x / (2 * k + 1) * (-1) ** k
            x /= q * q
            k += 1
        return total
    return 16 * arctan_inverse(5) - 4 * arctan_inverse(239)


PI, LN2 = pi(), D(2).ln()


def cosine(x):
    """cos x for |x| <= 4 by its series."""
    term, total = D(1), D(0)
    for k in range(TERMS):
        total += term
        term *= -x * x / ((2 * k + 1) * (2 * k + 2))
    return total


def chebyshev_nodes(low, high, count):
    return [(low + high) / 2 + (high - low) / 2 * cosine(PI * (2 * k + 1) / (2 * count)) for k in range(count)]


def interpolate(function, low, high, count):
    """Monomial coefficients, lowest degree first, by Newton's divided differences."""
    xs = chebyshev_nodes(low, high, count)
    table = [function(x) for x in xs]
    for order in range(1, count):
        for k in range(count - 1, order - 1, -1):
            table[k] = (table[k] - table[k - 1]) / (xs[k] - xs[k - order])
    coefficients = [D(0)] * count
    for k in range(count - 1, -1, -1):
        shifted = [D(0)] + coefficients[:-1]
        coefficients = [s - xs[k] * c for s, c in zip(shifted, coefficients)]
        coefficients[0] += table[k]
    return coefficients


def series(first, ratio):
    """SUM of terms with term(k+1) = term(k) * ratio(k)."""
    term, total = first, D(0)
    for k in range(TERMS):
        total += term
        term *= ratio(k)
    return total


def exponential_tail(scale):
    """(e^(scale x) / scale - 1/scale - x) / x^2 as a function of x."""
    return lambda x: series(scale / 2, lambda k: scale * x / (k + 3))


def logarithm_tail(z):
    """(log((1 + s) / (1 - s)) / s - 2) / z with z = s^2: 2/3 + 2/5 z + ..."""
    return sum(2 * z ** k / (2 * k + 3) for k in range(TERMS))


def sine_over_f(z):
    """sin(2 pi f) / f with z = f^2."""
    w = (2 * PI) ** 2 * z
    return series(2 * PI, lambda k: -w / ((2 * k + 2) * (2 * k + 3)))


def cosine_of_f(z):
    """cos(2 pi f) with z = f^2."""
    w = (2 * PI) ** 2 * z
    return series(D(1), lambda k: -w / ((2 * k + 1) * (2 * k + 2)))


def split(value, bits):
    """A high part of few bits, so that small multiples of it are exact, and the rest."""
    high = D(int(value * 2 ** bits)) / 2 ** bits
    return float(high), float(value - high)


def show(name, coefficients):
    print(name)
    for coefficient in coefficients:
        print(f"    {float(coefficient)!r},")


half = LN2 / 2
show("exp: (e^r - 1 - r) / r^2 on |r| <= ln2/2", interpolate(exponential_tail(D(1)), -half, half, 10))
show("tanh: (e^(2h) - 1 - 2h) / (2 h^2) on |h| <= ln2/4", interpolate(exponential_tail(D(2)), -half / 2, half / 2, 10))
edge = D(2).sqrt()
show("log: odd tail in z on 0 <= z <= ((sqrt2-1)/(sqrt2+1))^2", interpolate(logarithm_tail, D(0), ((edge - 1) / (edge + 1)) ** 2, 7))
show("sin(2 pi f)/f in z = f^2 on |f| <= 1/8", interpolate(sine_over_f, D(0), D(1) / 64, 7))
show("cos(2 pi f) in z = f^2 on |f| <= 1/8", interpolate(cosine_of_f, D(0), D(1) / 64, 7))
print("ln2 (high, low)", split(LN2, 41))
print("ln2/2", float(half))
print("1/ln2", float(1 / LN2), " 2/ln2", float(2 / LN2))
