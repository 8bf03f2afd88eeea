"""Measures the elementary functions of the engine against mpmath: the largest error in units of the last place (ulp).

    python3 tools/elementary-error/measure.py [--points N] [--bits 64|32|both] [NAME ...]

Points of each function: a third of them anywhere among the patterns of its domain (subnormals and huge numbers with them), a third
uniform over the range where it varies, a third near its zeros and the ends of that range; the ends themselves, 0, infinities and NaN always.
Prints one row of a Markdown table a function and format. Where the true value is below the normal numbers an ulp is the
smallest number. Needs mpmath and a build of tests/Engine.CSharp.Tests.
"""
import argparse
import random
import struct
import subprocess
import sys
from pathlib import Path

import mpmath
from mpmath import mp, mpf

mp.prec = 140
PROBE = Path(__file__).resolve().parents[2] / "tests/Engine.CSharp.Tests/bin/Release/net10.0/Engine.CSharp.Tests.dll"

half = mpf(1) / 2


def tail(y):
    return half * mpmath.erfc(y / mpmath.sqrt(2))


def mills(y):
    if y > 60:  # the product would take an underflow times an overflow
        return sum(c / y ** (2 * k + 1) for k, c in enumerate((1, -1, 3, -15, 105, -945, 10395))) / mpmath.sqrt(2 * mpmath.pi)
    return tail(y) * mpmath.exp(y * y / 2)


# name: function, domain, range of interest, zeros and other places to look closely at
FUNCTIONS = {
    "abs": (abs, None, (-2, 2), [0]),
    "acos": (mpmath.acos, (-1, 1), (-1, 1), [1, 0.5, -0.5, -1]),
    "asin": (mpmath.asin, (-1, 1), (-1, 1), [0, 1, 0.5]),
    "atan": (mpmath.atan, None, (-8, 8), [0, 0.41421356, 1, 2.4142135]),
    "cos": (mpmath.cos, "trig", (-20, 20), [1.5707963267948966, 4.71238898038469, 0]),
    "cosh": (mpmath.cosh, "exp", (-20, 20), [0, 710]),
    "coth": (mpmath.coth, None, (-20, 20), [0]),
    "csch": (mpmath.csch, "normal", (-20, 20), [0]),
    "erf": (mpmath.erf, None, (-6, 6), [0, 2.449489742783178]),
    "erfc": (mpmath.erfc, "tail", (-6, 26), [0, 1]),
    "exp": (mpmath.exp, None, (-40, 40), [0, 709.7, -708, -745]),
    "expm1": (mpmath.expm1, None, (-40, 40), [0, 0.35, -0.35]),
    "gelu": (lambda x: x * tail(-x), "tail", (-37, 10), [0, -1]),
    "log": (mpmath.log, "positive", (0, 4), [1]),
    "log1p": (mpmath.log1p, (-1, None), (-1, 4), [0, -1]),
    "log1punit": (mpmath.log1p, (0, 1), (0, 1), [0]),
    "mills": (mills, (0, 40), (0, 40), [0]),
    "sech": (mpmath.sech, None, (-20, 20), [0, 708, 745]),
    "sigmoid": (lambda x: 1 / (1 + mpmath.exp(-x)), None, (-40, 40), [0, -708, -745]),
    "silu": (lambda x: x / (1 + mpmath.exp(-x)), "decay", (-40, 40), [0]),
    "sin": (mpmath.sin, "trig", (-20, 20), [0, 3.141592653589793, 6.283185307179586]),
    "sinh": (mpmath.sinh, "exp", (-20, 20), [0, 710]),
    "softplus": (lambda x: mpmath.log(1 + mpmath.exp(x)) if x > -50 else mpmath.exp(x), None, (-40, 40), [0]),
    "sqrt": (mpmath.sqrt, "positive", (0, 4), [1]),
    "tan": (mpmath.tan, "trig", (-20, 20), [0, 0.7853981633974483, 1.5707963267948966, 3.141592653589793]),
    "tanh": (mpmath.tanh, None, (-20, 20), [0]),
}


class Format:
    def __init__(self, bits):
        self.bits, self.mantissa = bits, 52 if bits == 64 else 23
        self.pack, self.word = ("d", "Q") if bits == 64 else ("f", "I")
        self.bias = (1 << (bits - self.mantissa - 2)) - 1
        self.smallest = 1 - self.bias - self.mantissa

    def value(self, pattern):
        return struct.unpack(self.pack, struct.pack(self.word, pattern))[0]

    def pattern(self, value):
        return struct.unpack(self.word, struct.pack(self.pack, value))[0]

    def round(self, value):
        return self.value(self.pattern(value)) if abs(value) < 3e38 or self.bits == 64 else value

    def ulp(self, value):
        exponent = mpmath.frexp(value)[1] - 1 - self.mantissa
        return mpf(2) ** max(int(exponent), self.smallest)

    def largest(self):
        return (2 - mpf(2) ** -self.mantissa) * mpf(2) ** self.bias


def inside(name, domain, x, format):
    if x != x or x in (float("inf"), float("-inf")):
        return False
    if name in ("coth", "csch") and x == 0 or name == "log1p" and x == -1:
        return False  # poles: the special values are the tests' business
    if domain is None:
        return True
    if domain == "positive":
        return x > 0
    if domain == "trig":
        return abs(x) <= (2**50 if format.bits == 64 else 2**20)
    if domain == "exp":
        return abs(x) < (710.4 if format.bits == 64 else 89.4)
    if domain == "normal":
        return abs(x) < (708 if format.bits == 64 else 87)
    if domain == "tail":  # up to where results leave the normal numbers
        return abs(x) < (26 if format.bits == 64 else 9) if name == "erfc" else -(37 if format.bits == 64 else 12) < x < 1e300
    if domain == "decay":
        return x > (-708 if format.bits == 64 else -87)
    low, high = domain
    return low <= x and (high is None or x <= high)


def points(name, format, count, seed):
    _, domain, (low, high), places = FUNCTIONS[name]
    source = random.Random(seed)
    found = []
    for k in range(count):
        if k % 3 == 0:
            x = format.value(source.getrandbits(format.bits))
        elif k % 3 == 1:
            x = format.round(source.uniform(low, high))
        else:
            place = source.choice(places + [low, high])
            x = format.round(place + source.choice((-1, 1)) * 2.0 ** source.uniform(-format.mantissa - 4, -1))
        if inside(name, domain, x, format):
            found.append(x)
    return found + [x for x in map(format.round, [*places, low, high]) if inside(name, domain, x, format)]


def evaluate(name, format, xs):
    text = "\n".join(f"{format.pattern(x):x}" for x in xs) + "\n"
    answer = subprocess.run(
        ["dotnet", str(PROBE), "evaluate", name, str(format.bits)], input=text, capture_output=True, text=True, check=True
    )
    return [format.value(int(line, 16)) for line in answer.stdout.split()]


def error(format, true, found):
    if abs(true) > format.largest() + format.ulp(format.largest()) / 2:
        return mpf(0) if found in (float("inf"), float("-inf")) and (found > 0) == (true > 0) else mpf("inf")
    if found != found or found in (float("inf"), float("-inf")):
        return mpf("inf")
    return abs(mpf(found) - true) / format.ulp(true) if true else (mpf(0) if found == 0 else mpf("inf"))


def main():
    reader = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    reader.add_argument("--points", type=int, default=1000000)
    reader.add_argument("--bits", choices=("64", "32", "both"), default="both")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("names", nargs="*")
    asked = reader.parse_args()
    for name in asked.names or FUNCTIONS:
        for format in [Format(bits) for bits in (64, 32) if asked.bits in (str(bits), "both")]:
            xs = points(name, format, asked.points, asked.seed)
            worst, where = mpf(-1), 0.0
            for x, found in zip(xs, evaluate(name, format, xs)):
                wrong = error(format, FUNCTIONS[name][0](mpf(x)), found)
                if wrong > worst:
                    worst, where = wrong, x
            print(f"| {name} | {format.bits} | {len(xs)} | {float(worst):.2f} | {where!r} |", flush=True)
            print(f"{name} {format.bits} done", file=sys.stderr)


main()
