#!/usr/bin/env bash
# The dual Newton solve of a*tanh(b*x + c) on a fixed rule of POINTS x POINTS points, ours against numpy recomputing and keeping the neurons, one after
# the other in each round. Needs numpy (Debian: python3-numpy, with libopenblas0 for its matrix products); PYTHON names the interpreter.
# usage: solve.sh [ROUNDS [POINTS [NODES]]]
set -euo pipefail
rounds=${1:-3} points=${2:-200} nodes=${3:-64}
here=$(cd "$(dirname "$0")" && pwd)
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null
for ((round = 0; round < rounds; round++)); do
    "$here/bin/Release/net10.0/Benchmarks" newton "$here/../examples/01-sine/problem.toml" "$points" 5 "input.nodes=$nodes"
    "${PYTHON:-python3}" "$here/peers/dual_newton.py" "$nodes" "$points" 5
done
