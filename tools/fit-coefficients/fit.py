"""Writes the polynomial coefficients of the engine's elementary functions as a C# file, for binary64 and binary32.

Every polynomial interpolates its function, in 60-digit arithmetic, at the Chebyshev nodes of the reduced range (within a small
factor of the minimax error) and is then rounded to the format. Needs mpmath. From the root of the tree:

    python3 tools/fit-coefficients/fit.py > src/Engine.CSharp/Elementary/Coefficients.cs

Each polynomial's largest relative error before rounding, as a power of two, stands in its comment.
"""
import struct

from mpmath import atan, ceil, cos, erf, erfc, exp, expm1, log, mp, mpf, pi, sin, sqrt

mp.dps = 60


def rounded(value, bits):
    return float(value) if bits == 64 else struct.unpack("f", struct.pack("f", float(value)))[0]


def nodes(low, high, count):
    return [(low + high) / 2 + (high - low) / 2 * cos(pi * (2 * k + 1) / (2 * count)) for k in range(count)]


def interpolate(function, low, high, count):
    """Monomial coefficients, lowest degree first, by Newton's divided differences."""
    xs = nodes(mpf(low), mpf(high), count)
    table = [function(x) for x in xs]
    for order in range(1, count):
        for k in range(count - 1, order - 1, -1):
            table[k] = (table[k] - table[k - 1]) / (xs[k] - xs[k - order])
    coefficients = [mpf(0)] * count
    for k in range(count - 1, -1, -1):
        shifted = [mpf(0)] + coefficients[:-1]
        coefficients = [s - xs[k] * c for s, c in zip(shifted, coefficients)]
        coefficients[0] += table[k]
    return coefficients


def horner(coefficients, x):
    total = mpf(0)
    for c in reversed(coefficients):
        total = total * x + c
    return total


def largest_error(function, coefficients, low, high, weight):
    points = [mpf(low) + (mpf(high) - mpf(low)) * (k + mpf("0.318")) / 400 for k in range(400)]
    return max(abs(horner(coefficients, x) - function(x)) * weight(x) for x in points)


def near_zero(function, series):
    """The function, by its series where the direct formula would lose digits."""
    return lambda x: series(x) if abs(x) < mpf("1e-12") else function(x)


def table(name, summary, function, low, high, counts, weight=None):
    """One table for each format. `weight` turns the polynomial's absolute error into the result's relative one."""
    weight = weight or (lambda x: 1 / abs(function(x)))
    for bits, count in zip((64, 32), counts):
        coefficients = interpolate(function, low, high, count)
        error = largest_error(function, coefficients, low, high, weight)
        print(f"\n    /// <summary>{summary}; error 2^{int(ceil(log(error, 2)))}.</summary>")
        print(f"    public static ReadOnlySpan<double> {name}{bits} =>")
        values = ", ".join(repr(rounded(c, bits)) for c in coefficients)
        print(f"        [{values}];")


def parts(name, summary, value, counts):
    """A number as a sum of numbers of the format, each the rounding of what is left."""
    for bits, count in zip((64, 32), counts):
        left, found = value, []
        for _ in range(count):
            found.append(rounded(left, bits))
            left -= mpf(found[-1])
        print(f"\n    /// <summary>{summary}.</summary>")
        print(f"    public static ReadOnlySpan<double> {name}{bits} => [{', '.join(map(repr, found))}];")


def split(name, summary, value, high_bits):
    """A high part of few bits, so that its small multiples are exact, and the rest."""
    for bits, short in zip((64, 32), high_bits):
        high = mpf(int(value * 2**short)) / 2**short
        print(f"\n    /// <summary>{summary}, the first of {short} bits after the point.</summary>")
        print(f"    public static ReadOnlySpan<double> {name}{bits} => [{float(high)!r}, {rounded(value - high, bits)!r}];")


half = mpf(1) / 2
ln2 = log(mpf(2))
edge = sqrt(mpf(2))


def exponential(scale):
    return near_zero(lambda x: (expm1(scale * x) / scale - x) / x**2, lambda x: scale / 2 + scale**2 * x / 6)


def logarithm(z):
    s = sqrt(z)
    return mpf(2) / 3 + 2 * z / 5 if z < mpf("1e-20") else (log((1 + s) / (1 - s)) / s - 2) / z


def even(function, first):
    """f(sqrt z) for an even f, with its value at 0."""
    return lambda z: first if z < mpf("1e-20") else function(sqrt(z))


def mills(y):
    return erfc(y / sqrt(mpf(2))) * exp(y * y / 2) / 2


print("""namespace MeanField.Engine.Elementary;

/// <summary>
/// Polynomials from the lowest degree and constants in parts, for binary64 and binary32. Written by tools/fit-coefficients/fit.py:
/// change the script, not this file.
/// </summary>
internal static class Coefficients
{""", end="")
table("ExponentialTail", "(e^r - 1 - r)/r^2 on |r| at most ln2/2, as a part of e^r - 1", exponential(mpf(1)), -ln2 / 2, ln2 / 2, (10, 5), lambda r: r * r / abs(expm1(r)))
table("LogarithmTail", "(log((1 + s)/(1 - s))/s - 2)/z in z = s^2 on s at most (sqrt2 - 1)/(sqrt2 + 1)", logarithm, 0, ((edge - 1) / (edge + 1)) ** 2, (7, 3), lambda z: z / 2)
table("Log1pOfUnit", "log(1 + t)/t - 1 in v = t - 1/2 on t in [0, 1]", lambda v: log(1 + v + half) / (v + half) - 1, -half, half, (22, 10), lambda v: (v + half) / log(1 + v + half))
table("SineTurn", "sin(2 pi f)/f in z = f^2 on |f| at most 1/8", even(lambda f: sin(2 * pi * f) / f, 2 * pi), 0, mpf(1) / 64, (7, 4))
table("CosineTurn", "cos(2 pi f) in z = f^2 on |f| at most 1/8", even(lambda f: cos(2 * pi * f), mpf(1)), 0, mpf(1) / 64, (7, 4))
table("Sine", "(sin r - r)/r^3 in z = r^2 on |r| at most pi/2", even(lambda r: (sin(r) - r) / r**3, -mpf(1) / 6), 0, (pi / 2) ** 2, (8, 5), lambda z: z)
table("ShortSine", "(sin r - r)/r^3 in z = r^2 on |r| at most pi/4", even(lambda r: (sin(r) - r) / r**3, -mpf(1) / 6), 0, (pi / 4) ** 2, (6, 3), lambda z: z)
table("ShortCosine", "(cos r - 1 + r^2/2)/r^4 in z = r^2 on |r| at most pi/4", even(lambda r: (cos(r) - 1 + r * r / 2) / r**4, mpf(1) / 24), 0, (pi / 4) ** 2, (6, 3), lambda z: z * z)
table("Arctangent", "(atan t - t)/t^3 in z = t^2 on |t| at most tan(pi/8)", even(lambda t: (atan(t) - t) / t**3, -mpf(1) / 3), 0, (edge - 1) ** 2, (11, 5), lambda z: z)
table("Arcsine", "(asin s - s)/s^3 in z = s^2 on s at most 1/2", even(lambda s: (mp.asin(s) - s) / s**3, mpf(1) / 6), 0, mpf(1) / 4, (13, 6), lambda z: z)
inside = even(lambda y: erf(y) / y, 2 / sqrt(pi))
table("ErrorInside", "erf(y)/y in v = y^2 - 3 on y in [0, sqrt 6]", lambda v: inside(v + 3), -3, 3, (20, 12))
table("ErrorOutside", "erf(y) in v = y - 17/4 on y in [sqrt 6, 6]", lambda v: erf(v + mpf(17) / 4), sqrt(mpf(6)) - mpf(17) / 4, mpf(7) / 4, (28, 14))
table("Mills", "Phi(-y) e^(y^2/2)/t in v = t - 1/2, t = 3/(3 + y) on y in [0, 45]", lambda v: mills(3 / (v + half) - 3) / (v + half), mpf(1) / 16 - half, half, (26, 12))
split("Ln2", "ln 2 in two parts", ln2, (41, 14))
parts("RoundedLn2", "ln 2", +ln2, (1, 1))
parts("Log2E", "1/ln 2", 1 / ln2, (1, 1))
parts("Pi", "pi in parts", +pi, (3, 3))
parts("HalfPi", "pi/2 in parts", pi / 2, (3, 3))
parts("InversePi", "1/pi", 1 / pi, (1, 1))
parts("TwoOverPi", "2/pi", 2 / pi, (1, 1))
parts("TangentOfEighth", "tan(pi/8)", edge - 1, (1, 1))
print("}")
