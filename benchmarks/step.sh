#!/usr/bin/env bash
# The particle step beside hand-written C++, interleaved so that every pair of figures saw the same machine.
# usage: step.sh [ROUNDS [SECONDS]]; further peers: PEERS="prog1 args;prog2 args", each printing
# lines "... T=1 ... cpu-time FIGURE ..." (the best line counts).
# Prints each program's median in million particle-node pairs a second of processor time, and the median of the pairwise ratios.
set -euo pipefail
rounds=${1:-7} seconds=${2:-0.5}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

g++ -O3 -march=native -fopenmp -Wno-ignored-attributes -DREAL=double "$here/peers/tanh_intrinsics.cpp" -o "$work/intrinsics"
g++ -O3 -march=native -ffast-math -mprefer-vector-width=512 -fopenmp -DREAL=double -DNEURON=1 -DKEEP "$here/peers/neuron.cpp" -o "$work/plain"
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null

commands=("$here/bin/Release/net10.0/Benchmarks step $here/../examples/01-sine/problem.toml $seconds" "$work/intrinsics $seconds" "$work/plain $seconds")
IFS=';' read -ra more <<<"${PEERS:-}"
commands+=("${more[@]}")

for ((round = 0; round < rounds; round++)); do
    for index in "${!commands[@]}"; do
        figure=$(${commands[index]} | awk '/T=1 / { for (k = 1; k < NF; k++) if ($k ~ /cpu-time/) { v = $(k + 1) + 0 == 0 ? $(k + 2) : $(k + 1); if (v > best) best = v } } END { print best }')
        echo "$round $index $figure"
    done
done >"$work/figures"

for index in "${!commands[@]}"; do
    ratio=$(awk -v i="$index" '$2 == 0 { ours[$1] = $3 } $2 == i { theirs[$1] = $3 } END { for (r in ours) print ours[r] / theirs[r] }' "$work/figures" |
        sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }')
    median=$(awk -v i="$index" '$2 == i { print $3 }' "$work/figures" | sort -n | awk '{ v[NR] = $1 } END { print v[int((NR + 1) / 2)] }')
    printf '%8.1f Mpairs/s  ours/this %.3f  %s\n' "$median" "$ratio" "$(basename "${commands[index]%% *}") ${commands[index]#* }"
done
