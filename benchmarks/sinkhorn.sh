#!/usr/bin/env bash
# Entropic transport between 2000 and 2000 points in the plane: ours against POT's log-domain solver (Debian's python3-pot), one thread
# each, in one run. tau = 0.05 to a marginal error of 1e-8 in L1 (POT stops by the Euclidean norm, set so that its L1 norm ends there), then
# both to 1e-11 for their costs; then ours alone at tau = 0.001.
# usage: [PYTHON=/usr/bin/python3] sinkhorn.sh [THREADS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python=${PYTHON:-/usr/bin/python3}
export OMP_NUM_THREADS=${1:-1} OPENBLAS_NUM_THREADS=${1:-1}
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null
"$python" "$here/peers/sinkhorn.py" points 2000 "$work/from.csv" "$work/to.csv"
ours() { "$here/bin/Release/net10.0/Benchmarks" sinkhorn "$work/from.csv" "$work/to.csv" "$@"; }
pot() { "$python" "$here/peers/sinkhorn.py" solve "$work/from.csv" "$work/to.csv" "$@"; }
echo 'tau 0.05 to 1e-8, ours, three rounds:'
ours 0.05 1e-8 "${1:-1}" 3
echo 'tau 0.05 to 1e-8, POT:'
pot 0.05 3e-10
echo 'tau 0.05 to 1e-11, ours, then POT:'
ours 0.05 1e-11 "${1:-1}" 1
pot 0.05 3e-13
echo 'tau 0.001 to 1e-8, ours:'
ours 0.001 1e-8 "${1:-1}" 1
