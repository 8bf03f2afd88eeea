"""The particle step of a*tanh(b*x + c) in numpy and torch: as users write it, blocked for the caches by hand, with hand-made gradients, by autograd.
usage: OMP_NUM_THREADS=T step.py numpy|numpy-blocked|torch-hand|torch-autograd double|single SECONDS THREADS"""
import math
import sys
import time

import numpy as np

PARTICLES, NODES, BLOCK = 20480, 64, 512
DRIVE, DEVIATION = -1e-3 * 50.0, math.sqrt(1e-3)


def problem(precision):
    kind, draws = (np.float64 if precision == "double" else np.float32), np.random.default_rng(1)
    x = (2 * (np.arange(NODES) + 0.5) / NODES - 1).astype(kind)
    particles = np.stack([draws.uniform(-s, s, PARTICLES) for s in (1, 3, 3)]).astype(kind)
    return kind, draws, x, np.sin(np.pi * x).astype(kind), particles


def numpy_step(precision):
    kind, draws, x, target, (a, b, c) = problem(precision)
    drive, deviation = kind(DRIVE), kind(DEVIATION)

    def step():
        t = np.tanh(np.outer(x, b) + c)
        r = ((t @ a / PARTICLES - target) / NODES).astype(kind)
        slope = r[:, None] * (1 - t * t)
        drifts = r @ t, (x @ slope) * a, slope.sum(0) * a
        for values, drift, z in zip((a, b, c), drifts, draws.standard_normal((3, PARTICLES), dtype=kind)):
            values += drive * drift + deviation * z

    return step


def numpy_blocked_step(precision):
    kind, draws, x, target, (a, b, c) = problem(precision)
    drive, deviation = kind(DRIVE), kind(DEVIATION)
    blocks = [slice(first, first + BLOCK) for first in range(0, PARTICLES, BLOCK)]
    kept = [np.empty((NODES, BLOCK), kind) for _ in blocks]

    def step():
        outputs = np.zeros(NODES, kind)
        for t, s in zip(kept, blocks):
            np.multiply.outer(x, b[s], out=t)
            t += c[s]
            np.tanh(t, out=t)
            outputs += t @ a[s]
        r = ((outputs / PARTICLES - target) / NODES).astype(kind)
        both = np.stack([r * x, r])
        sums = both.sum(1, keepdims=True)
        for t, s in zip(kept, blocks):
            first = r @ t
            np.multiply(t, t, out=t)
            others = (sums - both @ t) * a[s]
            z = draws.standard_normal((3, BLOCK), dtype=kind)
            a[s] += drive * first + deviation * z[0]
            b[s] += drive * others[0] + deviation * z[1]
            c[s] += drive * others[1] + deviation * z[2]

    return step


def torch_hand_step(precision):
    import torch

    _, _, x, target, particles = problem(precision)
    x, target, particles = (torch.from_numpy(v) for v in (x, target, particles))
    a, b, c = particles

    @torch.no_grad()
    def step():
        t = torch.tanh(torch.addcmul(c, x[:, None], b))
        r = (t @ a / PARTICLES - target) / NODES
        slope = r[:, None] * (1 - t * t)
        drifts = torch.stack([r @ t, (x @ slope) * a, slope.sum(0) * a])
        particles.add_(drifts, alpha=DRIVE).add_(torch.randn_like(particles), alpha=DEVIATION)

    return step


def torch_autograd_step(precision):
    import torch

    _, _, x, target, particles = problem(precision)
    x, target, particles = (torch.from_numpy(v) for v in (x, target, particles))
    particles.requires_grad_(True)

    def step():
        a, b, c = particles
        outputs = (a * torch.tanh(x[:, None] * b + c)).mean(1)
        loss = 0.5 * PARTICLES * ((outputs - target) ** 2).mean()
        (drift,) = torch.autograd.grad(loss, particles)
        with torch.no_grad():
            particles.add_(drift, alpha=DRIVE).add_(torch.randn_like(particles), alpha=DEVIATION)

    return step


def main(name, precision, seconds, threads):
    if name.startswith("torch"):
        import torch

        torch.set_num_threads(threads)
    step = globals()[name.replace("-", "_") + "_step"](precision)
    step()
    rates, start = [], time.process_time()
    while len(rates) < 3 or time.process_time() - start < seconds * threads:
        before = time.process_time()
        for _ in range(4):
            step()
        rates.append(4 * PARTICLES * NODES / 1e6 * threads / (time.process_time() - before))
    print(f"{name} {precision} T={threads} cpu-time {sorted(rates)[len(rates) // 2]:.2f}")


main(sys.argv[1], sys.argv[2], float(sys.argv[3]), int(sys.argv[4]))
