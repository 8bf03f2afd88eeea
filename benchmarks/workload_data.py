"""Writes the data files of the workloads, uniform on [-1, 1], into the folder given: p10.csv, p64.csv, p784.csv, points.csv."""
import random
import sys
from pathlib import Path

source = random.Random(1)
for name, columns, rows in (("p10", 11, 512), ("p64", 65, 512), ("p784", 785, 256), ("points", 2, 1024)):
    names = [f"x{k}" for k in range(columns)]
    if name != "points":
        names[-1] = "y"
    with open(Path(sys.argv[1]) / f"{name}.csv", "w") as file:
        print(*names, sep=",", file=file)
        for _ in range(rows):
            print(*(f"{source.uniform(-1, 1):.6f}" for _ in names), sep=",", file=file)
