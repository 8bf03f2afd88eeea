"""Writes the two clouds: 300 normal points, and 300 of two normal laws around (1.5, 0.5) and (-1.5, -0.5)."""

import numpy as np

random = np.random.default_rng(23)
start = random.normal(size=(300, 2))
middles = np.array([[1.5, 0.5], [-1.5, -0.5]])[random.integers(0, 2, 300)]
end = middles + 0.4 * random.normal(size=(300, 2))
for name, points in (("start", start), ("end", end)):
    np.savetxt(f"{name}.csv", points, delimiter=",", header="x,y", comments="", fmt="%.6f")
