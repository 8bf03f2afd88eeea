"""Two clouds of points in the plane, and POT's log-domain Sinkhorn between them.

points N FROM TO: writes N normal points and N of a mixture of two normal laws.
solve FROM TO TAU STOP: POT stops when the Euclidean norm of the second marginal's error is below STOP; its L1 norm is printed.
"""

import sys
import time

import numpy as np


def points(count, source, target):
    random = np.random.default_rng(1)
    start = random.normal(size=(count, 2))
    middles = np.array([[1.5, 0.5], [-1.5, -0.5]])[random.integers(0, 2, count)]
    end = middles + 0.4 * random.normal(size=(count, 2))
    for path, law in ((source, start), (target, end)):
        np.savetxt(path, law, delimiter=",", header="x,y", comments="", fmt="%.17g")


def solve(source, target, tau, stop):
    import ot

    start, end = (np.loadtxt(path, delimiter=",", skiprows=1) for path in (source, target))
    a, b = np.full(len(start), 1 / len(start)), np.full(len(end), 1 / len(end))
    wall, processor = time.perf_counter(), time.process_time()
    costs = ot.dist(start, end) / 2
    plan, log = ot.sinkhorn(a, b, costs, tau, method="sinkhorn_log", stopThr=stop, numItermax=100000, log=True)
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    known = np.where(plan > 0, plan, 1)
    cost = (plan * costs).sum() + tau * (plan * np.log(known / np.outer(a, b))).sum()
    error = abs(plan.sum(0) - b).sum() + abs(plan.sum(1) - a).sum()
    print(f"{wall:.3f} s ({processor:.3f} s of processor), {10 * len(log['err'])} iterations, error {error:.2e}, cost {cost!r}")


if sys.argv[1] == "points":
    points(int(sys.argv[2]), *sys.argv[3:5])
else:
    solve(*sys.argv[2:4], float(sys.argv[4]), float(sys.argv[5]))
