"""Writes golden values of the elementary functions by mpmath, at points drawn as in measure.py. From the root of the tree:

    python3 tools/elementary-error/golden.py > src/Engine.CSharp/Machines/reference.tsv

Columns: function, bits of the format, pattern of the argument, pattern of the true value cut off towards zero, and what the cut took away
in units of the last place: the true value lies that fraction of the way to the next number. Overflow is the pattern of infinity.
"""
import mpmath
from measure import FUNCTIONS, Format, base, points
from mpmath import mp, mpf

POINTS = 110
EXACT = ("abs", "heaviside", "relu", "sign")  # the tests of special values say all of them

mp.dps = 50


def tail(y):
    return mpmath.erfc(y / mpmath.sqrt(2)) / 2


TRUTH = {
    "log1punit": mpmath.log1p,
    "decay": lambda x: mpmath.exp(-abs(x)),
    "gauss": lambda x: mpmath.exp(-x * x / 2),
    "gelu": lambda x: x * tail(-x),
    "gelu'": lambda x: tail(-x) + x * mpmath.npdf(x),
    "growth": lambda x: mpmath.expm1(abs(x)) / 2,
    "mills": lambda y: tail(y) * mpmath.exp(y * y / 2),
    "sigmoid": lambda x: 1 / (1 + mpmath.exp(-x)),
    "silu": lambda x: x / (1 + mpmath.exp(-x)),
    "softplus": lambda x: max(x, 0) + mpmath.log1p(mpmath.exp(-abs(x))),
}


def cut(value, format):
    """Pattern of the value cut off towards zero, and the rest in units of the last place."""
    bias = (1 << (format.bits - format.mantissa - 2)) - 1
    sign = (1 << (format.bits - 1)) if value < 0 else 0
    if value == 0:
        return sign, mpf(0)
    exponent = max(int(mpmath.frexp(abs(value))[1]) - 1, 1 - bias)
    if exponent > bias:
        return sign + ((2 * bias + 1) << format.mantissa), mpf(0)
    units = mpmath.ldexp(abs(value), format.mantissa - exponent)
    whole = int(mpmath.floor(units))
    return sign + ((exponent + bias - 1) << format.mantissa) + whole, units - whole


for name in FUNCTIONS:
    if name in EXACT:
        continue
    truth = TRUTH.get(base(name)) or getattr(mpmath, base(name))
    for format in (Format(64), Format(32)):
        for x in sorted(points(name, format, POINTS, seed=6)):
            # Saturated long before: larger arguments would only make integers of the exponent huge.
            held = mpf(x) if base(name) in ("acos", "asin", "atan", "log", "log1p", "sqrt", "gelu", "softplus", "silu") else min(max(mpf(x), -1e16), 1e16)
            pattern, fraction = cut(truth(held), format)
            print(f"{name}\t{format.bits}\t{format.pattern(x):x}\t{pattern:x}\t{mpmath.nstr(fraction, 4)}")
