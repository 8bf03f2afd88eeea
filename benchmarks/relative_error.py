"""The root mean square of FILE - REFERENCE over that of REFERENCE; both are little-endian doubles. usage: relative_error.py FILE REFERENCE"""
import sys
from array import array
from math import sqrt
from pathlib import Path

found, reference = (array("d", Path(name).read_bytes()) for name in sys.argv[1:3])
assert len(found) == len(reference)
error = sqrt(sum((f - r) ** 2 for f, r in zip(found, reference)) / sum(r * r for r in reference))
print(f"{error:.1e}")
