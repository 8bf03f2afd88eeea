"""Measures the elementary functions of the engine against libquadmath: the largest error in units of the last place (ulp).

    python3 tools/elementary-error/measure.py [--points N] [--bits 64|32|both] [NAME ...]

"NAME, shared" is the function as programs compute it beside others of its family, from one exponential.

Points of each function: a third of them anywhere among the patterns of its domain (subnormals and huge numbers with them), a third
uniform over the range where it varies, a third near its zeros and the ends of that range; those places themselves always.
Prints one row of a Markdown table a function and format. Needs g++ with libquadmath and a build of tests/Engine.CSharp.Tests.
"""
import argparse
import random
import struct
import subprocess
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
PROBE = HERE.parents[1] / "tests/Engine.CSharp.Tests/bin/Release/net10.0/Engine.CSharp.Tests.dll"

# name: domain, range of interest, zeros and other places to look closely at
FUNCTIONS = {
    "abs": (None, (-2, 2), [0]),
    "acos": ((-1, 1), (-1, 1), [1, 0.5, -0.5, -1]),
    "asin": ((-1, 1), (-1, 1), [0, 1, 0.5]),
    "atan": (None, (-8, 8), [0, 0.41421356, 1, 2.4142135]),
    "cos": ("trig", (-20, 20), [1.5707963267948966, 4.71238898038469, 0]),
    "cosh": ("exp", (-20, 20), [0, 710]),
    "coth": (None, (-20, 20), [0]),
    "csch": ("normal", (-20, 20), [0]),
    "decay": (None, (-40, 40), [0, 708, 745]),
    "erf": (None, (-6, 6), [0, 2.449489742783178]),
    "erfc": ("tail", (-6, 26), [0, 1]),
    "exp": (None, (-40, 40), [0, 709.7, -708, -745]),
    "expm1": (None, (-40, 40), [0, 0.35, -0.35]),
    "gauss": (None, (-39, 39), [0, 1, 37.6]),
    "gelu": ("tail", (-37, 10), [0, -1]),
    "growth": ("exp", (-20, 20), [0, 0.35, 710]),
    "heaviside": (None, (-2, 2), [0]),
    "log": ("positive", (0, 4), [1]),
    "log1p": ((-1, None), (-1, 4), [0, -1]),
    "log1punit": ((0, 1), (0, 1), [0]),
    "mills": ((0, 40), (0, 40), [0]),
    "relu": (None, (-2, 2), [0]),
    "sech": (None, (-20, 20), [0, 708, 745]),
    "sigmoid": (None, (-40, 40), [0, -708, -745]),
    "sign": (None, (-2, 2), [0]),
    "silu": ("decay", (-40, 40), [0]),
    "sin": ("trig", (-20, 20), [0, 3.141592653589793, 6.283185307179586]),
    "sinh": ("exp", (-20, 20), [0, 710]),
    "softplus": (None, (-40, 40), [0]),
    "sqrt": ("positive", (0, 4), [1]),
    "tan": ("trig", (-20, 20), [0, 0.7853981633974483, 1.5707963267948966, 3.141592653589793]),
    "tanh": (None, (-20, 20), [0]),
}

SHARED = ", shared"
FUNCTIONS["cosh" + SHARED] = FUNCTIONS["cosh"]
FUNCTIONS["coth" + SHARED] = ("pole", (-20, 20), [0])
FUNCTIONS["csch" + SHARED] = ("normal pole", (-20, 20), [0])
FUNCTIONS["gelu" + SHARED] = FUNCTIONS["gelu"]
FUNCTIONS["gelu'" + SHARED] = ("slope", (-37, 10), [0, 1])
FUNCTIONS["sech" + SHARED] = ("normal", (-20, 20), [0])
FUNCTIONS |= {name + SHARED: FUNCTIONS[name] for name in ("sigmoid", "sinh", "softplus", "tanh")}


def base(name):
    """The function that a name means."""
    return name.removesuffix(SHARED)


class Format:
    def __init__(self, bits):
        self.bits, self.mantissa = bits, 52 if bits == 64 else 23
        self.pack, self.word = ("d", "Q") if bits == 64 else ("f", "I")

    def value(self, pattern):
        return struct.unpack(self.pack, struct.pack(self.word, pattern))[0]

    def pattern(self, value):
        return struct.unpack(self.word, struct.pack(self.pack, value))[0]

    def round(self, value):
        return self.value(self.pattern(value)) if abs(value) < 3e38 or self.bits == 64 else value


def inside(name, domain, x, format):
    if x != x or x in (float("inf"), float("-inf")):
        return False
    if base(name) in ("coth", "csch") and x == 0 or name == "log1p" and x == -1:
        return False  # poles: the special values are the tests' business
    if domain is None:
        return True
    if domain == "positive":
        return x > 0
    if domain == "trig":
        return abs(x) <= (2**50 if format.bits == 64 else 2**20)
    if domain == "exp":
        return abs(x) < (710.4 if format.bits == 64 else 89.4)
    if domain in ("pole", "normal pole") and abs(x) < (1e-307 if format.bits == 64 else 1e-37):
        return False  # a quarter of the argument is subnormal
    if domain == "pole":
        return True
    if domain in ("normal", "normal pole"):
        return abs(x) < (708 if format.bits == 64 else 87)
    if domain == "tail":  # up to where results leave the normal numbers
        return abs(x) < (26 if format.bits == 64 else 9) if name == "erfc" else -(37 if format.bits == 64 else 12) < x < 1e300
    if domain == "slope":  # away from its zero, where two terms cancel
        return -(37 if format.bits == 64 else 12) < x < 1e300 and not -1 < x < -0.5
    if domain == "decay":
        return x > (-708 if format.bits == 64 else -87)
    low, high = domain
    return low <= x and (high is None or x <= high)


def points(name, format, count, seed):
    domain, (low, high), places = FUNCTIONS[name]
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
    """The patterns of the arguments and of the engine's values."""
    arguments = [f"{format.pattern(x):x}" for x in xs]
    answer = subprocess.run(
        ["dotnet", str(PROBE), "evaluate", name, str(format.bits)],
        input="\n".join(arguments) + "\n", capture_output=True, text=True, check=True,
    )
    return zip(arguments, answer.stdout.split(), strict=True)


def main():
    reader = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    reader.add_argument("--points", type=int, default=2000000)
    reader.add_argument("--bits", choices=("64", "32", "both"), default="both")
    reader.add_argument("--seed", type=int, default=1)
    reader.add_argument("names", nargs="*")
    asked = reader.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        judge = Path(folder) / "judge"
        subprocess.run(["g++", "-O2", HERE / "judge.cpp", "-o", judge, "-lquadmath"], check=True)
        for name in asked.names or FUNCTIONS:
            for format in [Format(bits) for bits in (64, 32) if asked.bits in (str(bits), "both")]:
                pairs = evaluate(name, format, points(name, format, asked.points, asked.seed))
                text = "\n".join(f"{x} {y}" for x, y in pairs)
                judged = subprocess.run([judge, base(name), str(format.bits)], input=text, capture_output=True, text=True, check=True)
                count, worst, where = judged.stdout.split()
                print(f"| {name} | {format.bits} | {count} | {worst} | {where} |", flush=True)


if __name__ == "__main__":
    main()
