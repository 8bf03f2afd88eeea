#!/usr/bin/env bash
# Weighted second moments of n features on one thread as a share of the processor's FMA peak, which is measured before and after; beside
# them numpy's product of the n x 512 features with the weighted ones (OpenBLAS, one thread), which computes both triangles.
# usage: [PYTHON=python3] gram.sh [N...]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
[[ $# -gt 0 ]] || set -- 8 16 32 64 128 400
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null
g++ -O3 -march=native "$here/peers/peak.cpp" -o "$work/peak"
echo "FMA peak: $("$work/peak")"
"$here/bin/Release/net10.0/Benchmarks" gram "$@" >"$work/ours"
OPENBLAS_NUM_THREADS=1 "${PYTHON:-python3}" "$here/peers/gram.py" "$@" >"$work/numpy" || echo 'numpy is not here' >&2
peak=$("$work/peak")
echo "FMA peak: $peak G multiply-adds of doubles a second"
echo 'n, our G a second, share of the peak, numpy G a second'
join -a 1 --nocheck-order "$work/ours" "$work/numpy" | awk -v peak="$peak" '{ printf "%d, %.2f, %.0f %%, %.2f\n", $1, $2, 100 * $2 / peak, $3 }'
