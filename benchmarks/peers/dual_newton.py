"""The dual Newton solve of a*tanh(b*x + c) in numpy, as its users write it: the reference of benchmarks/solve.sh.

usage: dual_newton.py NODES POINTS [ROUNDS]

f = sin(pi x) on Gauss-Legendre nodes of [-1, 1], beta = 50, tau = 1, the weight a integrated out, a trapezoid rule of POINTS x POINTS points on
[-7, 7]^2, Newton's method with backtracking from alpha = 0 until the gap is below 1e-18. Two ways: the neurons computed anew at every iterate, and kept.
Prints for each: seconds (median), iterations, dual value.
"""

import statistics
import sys
import time

import numpy as np

BETA, TAU = 50.0, 1.0


def grid(points):
    axis, step = np.linspace(-7, 7, points, retstep=True)
    b, c = (part.ravel() for part in np.meshgrid(axis, axis, indexing="ij"))
    log_weights = 2 * np.log(step) - (b * b + c * c) / (2 * TAU) - np.log(2 * np.pi * TAU)
    return b, c, log_weights


def newton(x, omega, f, b, c, log_weights, keep):
    def neurons():
        return np.tanh(np.outer(b, x) + c[:, None])

    kept = neurons() if keep else None

    def at(alpha):
        g = kept if keep else neurons()
        s = g @ (omega * alpha)
        h = log_weights + 0.5 * BETA**2 * TAU * s * s
        top = h.max()
        p = np.exp(h - top)
        z = p.sum()
        p /= z
        m = BETA * TAU * s
        mean = (p * m) @ g
        second = g.T @ ((p * (m * m + TAU))[:, None] * g)
        return np.sum(omega * (alpha * f - alpha**2 / 2)) - (top + np.log(z)) / BETA, mean, second - np.outer(mean, mean)

    alpha, evaluations = np.zeros_like(f), 1
    dual, mean, covariance = at(alpha)
    while True:
        residual = f - mean - alpha
        if 0.5 * np.sum(omega * residual**2) < 1e-18:
            return evaluations, dual
        direction = np.linalg.solve(np.eye(len(x)) + BETA * covariance * omega[None, :], residual)
        slope, length = np.sum(omega * residual * direction), 1.0
        while True:
            evaluations += 1
            next_dual, mean, covariance = at(alpha + length * direction)
            if next_dual >= dual + 1e-4 * length * slope - 1e-15:
                break
            length /= 2
        alpha, dual = alpha + length * direction, next_dual


def main():
    nodes, points = int(sys.argv[1]), int(sys.argv[2])
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else 3
    x, omega = np.polynomial.legendre.leggauss(nodes)
    omega = omega / 2
    f = np.sin(np.pi * x)
    b, c, log_weights = grid(points)
    for keep in (False, True):
        seconds = []
        for _ in range(rounds):
            start = time.perf_counter()
            evaluations, dual = newton(x, omega, f, b, c, log_weights, keep)
            seconds.append(time.perf_counter() - start)
        print(f"numpy {'keeping' if keep else 'recomputing'}: {statistics.median(seconds):.4f} s, {evaluations} evaluations, dual {dual:.15f}", flush=True)


main()
