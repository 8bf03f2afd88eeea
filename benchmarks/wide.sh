#!/usr/bin/env bash
# The sine example's neuron on two atoms in P dimensions, as a problem file on standard output. usage: wide.sh P
set -euo pipefail
point=$(seq -s ', ' 1 "$1")
cat <<TOML
[neuron]
activation = "a*tanh(dot(b, x) + c)"
parameters = ["a", "b[p]", "c"]
[input]
dimension = $1
law = "atoms"
points = [[$point], [$point]]
[target]
values = [1.0, -1.0]
[energy]
beta = 50.0
tau = 1.0
TOML
