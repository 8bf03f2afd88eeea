"""Reads a run folder with numpy and json alone: python3 read_run.py RUNDIR

Prints the risk with its standard error, and mean and variance of each parameter over the neurons of all replicas at the end.
"""

import json
import pathlib
import sys

import numpy

folder = pathlib.Path(sys.argv[1])
manifest = json.loads((folder / "run.json").read_text())
results = manifest["results"]

# particles-STEP.npy: N x d, a row for each neuron, replicas below one another.
last = max(folder.glob("particles-*.npy"), key=lambda file: int(file.stem.split("-")[1]))
neurons = numpy.load(last)
assert neurons.shape == (results["particles"] * results["replicas"], len(results["law"]["mean"]))

print("risk", results["risk"], results["standardErrors"]["risk"])
print("mean", *neurons.mean(axis=0))
print("variance", *neurons.var(axis=0))
