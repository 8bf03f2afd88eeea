#!/usr/bin/env bash
# The particle step beside programs by hand, which take turns, so that every ratio is of figures that saw the same machine.
# usage: step.sh [ROUNDS [SECONDS ["PRECISIONS" ["THREADS"]]]]; PYTHON names an interpreter with numpy and torch (Debian: python3-numpy, python3-torch);
# without them their lines are left out.
# Prints each program's median in million particle-node pairs a second of processor time (times the threads), the median of the workbench's ratio to it, and
# the greatest value that this median exceeds with a probability of 95 % or more whatever the ratios' law (a rank of the rounds' own ratios; - below five rounds).
set -euo pipefail
rounds=${1:-11} seconds=${2:-0.3}
read -ra precisions <<<"${3:-double single}"
read -ra teams <<<"${4:-1 2}"
here=$(cd "$(dirname "$0")" && pwd)
python=${PYTHON:-python3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
product="$here/bin/Release/net10.0/Benchmarks step $here/../examples/01-sine/problem.toml"

for precision in "${precisions[@]}"; do
    real=${precision/single/float}
    g++ -O3 -march=native -fopenmp -Wno-ignored-attributes "-DREAL=$real" "$here/peers/tanh_intrinsics.cpp" -o "$work/intrinsics-$precision"
    plain=(-O3 -march=native -ffast-math -mprefer-vector-width=512 -fopenmp "-DREAL=$real" -DNEURON=1 "$here/peers/neuron.cpp")
    g++ "${plain[@]}" -o "$work/plain-$precision"
    g++ "${plain[@]}" -DKEEP -o "$work/plain-keep-$precision"
done
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null

libraries=()
if "$python" -c "import numpy" 2>/dev/null; then libraries+=(numpy numpy-blocked); fi
if "$python" -c "import torch" 2>/dev/null; then libraries+=(torch-hand torch-autograd); fi

# NAME PRECISION THREADS
rate() {
    case $1 in
    workbench | mixed)
        local precision=${1/workbench/$2}
        $product "$seconds" "$3" run.particles=20480 run.replicas=1 "run.precision=$precision"
        ;;
    numpy* | torch*) OMP_NUM_THREADS=$3 OPENBLAS_NUM_THREADS=$3 "$python" "$here/peers/step.py" "$1" "$2" "$seconds" "$3" ;;
    *) "$work/$1-$2" "$seconds" "$3" ;;
    esac | awk '{ for (k = 1; k < NF; k++) if ($k == "cpu-time") print $(k + 1) }'
}

for precision in "${precisions[@]}"; do
    names=(workbench mixed intrinsics plain plain-keep "${libraries[@]}")
    for threads in "${teams[@]}"; do
        for ((round = 0; round < rounds; round++)); do
            for name in "${names[@]}"; do echo "$round $name $(rate "$name" "$precision" "$threads")"; done
        done >"$work/figures"
        echo "$precision, $threads thread(s): median Mpairs/s, workbench / program, its lower bound"
        for name in "${names[@]}"; do
            awk -v name="$name" '$2 == "workbench" { ours[$1] = $3 } $2 == name { print ours[$1] / $3, $3 }' "$work/figures" | sort -g |
                awk -v name="$name" '
                    function median(v, n) { return (v[int((n + 1) / 2)] + v[int(n / 2) + 1]) / 2 }
                    { ratio[NR] = $1; rates = rates "\n" $2 }
                    END {
                        # As many of the smallest ratios may lie below the median as leave a tail of at most 5 %.
                        for (term = tail = 0.5 ^ NR; tail <= 0.05; tail += term) { rank++; term *= (NR - rank + 1) / rank }
                        n = split(substr(rates, 2), figure, "\n")
                        for (i = 2; i <= n; i++) for (j = i; j > 1 && figure[j] + 0 < figure[j - 1] + 0; j--) { t = figure[j]; figure[j] = figure[j - 1]; figure[j - 1] = t }
                        printf "  %-15s %8.1f %8.3f %8s\n", name, median(figure, n), median(ratio, NR), rank ? sprintf("%.3f", ratio[rank]) : "-"
                    }'
        done
    done
done
