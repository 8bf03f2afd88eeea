#!/usr/bin/env bash
# Steps of fourteen workloads beside plain C++ written for each, interleaved, as one Markdown table.
# usage: workloads.sh [ROUNDS [SECONDS [THREADS [WORKLOAD...]]]]
# Million pairs a second of processor time (times the threads): medians over the rounds; ratios are medians of the rounds' own ratios.
# Where a peer has two variants (pair values kept or computed again), the faster one of each round counts. The workload tanh also has a
# peer in AVX-512 intrinsics. The last columns: the share of the processor's FMA peak that the multiply-adds of dots and sums alone make
# (long vectors), and the milliseconds in which a fresh process compiles and runs its first step.
set -euo pipefail
rounds=${1:-5} seconds=${2:-0.5} threads=${3:-1}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
all=(tanh relu softplus gelu erf sin w4 logistic p10 p64 p784 repulsion mmd)
names=("${@:4}")
[ ${#names[@]} -gt 0 ] || names=("${all[@]}")
declare -A neuron=([tanh]=1 [relu]=2 [softplus]=3 [gelu]=4 [erf]=5 [sin]=6 [w4]=7 [logistic]=1)

compile() { # OUTPUT FLAGS... SOURCE
    g++ -O3 -march=native -ffast-math -mprefer-vector-width=512 -fopenmp "${@:2}" -o "$work/$1"
}

for real in double float; do
    for name in "${names[@]}"; do
        case $name in
        p*) compile "$name-$real-1" -DREAL=$real -DP="${name#p}" "$here/peers/wide.cpp" ;;
        repulsion) compile "$name-$real-1" -DREAL=$real -DKIND=1 "$here/peers/points.cpp" ;;
        mmd) compile "$name-$real-1" -DREAL=$real -DKIND=2 "$here/peers/points.cpp" ;;
        *)
            extra=()
            [ "$name" = logistic ] && extra=(-DLOGISTIC)
            compile "$name-$real-1" -DREAL=$real -DNEURON="${neuron[$name]}" "${extra[@]}" "$here/peers/neuron.cpp"
            compile "$name-$real-2" -DREAL=$real -DNEURON="${neuron[$name]}" -DKEEP "${extra[@]}" "$here/peers/neuron.cpp"
            ;;
        esac
    done
    g++ -O3 -march=native -fopenmp -Wno-ignored-attributes -DREAL=$real "$here/peers/tanh_intrinsics.cpp" -o "$work/intrinsics-$real"
done
g++ -O3 -march=native "$here/peers/peak.cpp" -o "$work/peak"
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null
cp "$here"/workloads/*.toml "$work"
python3 "$here/workload_data.py" "$work"

rate() { "$@" | awk '{ for (k = 1; k < NF; k++) if ($k == "cpu-time") print $(k + 1) }'; }
ours() { rate "$here/bin/Release/net10.0/Benchmarks" step "$work/$1.toml" "$seconds" "$threads" "run.precision=$2"; }
median() { sort -g | awk '{ v[NR] = $1 } END { print NR ? v[int((NR + 1) / 2)] : "" }'; }

peak=$("$work/peak")
echo "FMA peak of one core: $peak G vector instructions of 512 bits a second; T = $threads."
echo
echo '| workload | double | plain C++ | ratio | single | plain C++ | ratio | mixed | of FMA peak, double, single | first step ms |'
echo '|---|---|---|---|---|---|---|---|---|---|'
for name in "${names[@]}"; do
    : >"$work/figures"
    for ((round = 0; round < rounds; round++)); do
        for real in double float; do
            precision=${real/float/single}
            mine=$(ours "$name" "$precision")
            theirs=$(for program in "$work/$name-$real-"[12]; do rate "$program" "$seconds" "$threads"; done | sort -g | tail -1)
            echo "$precision $mine $theirs" >>"$work/figures"
            [ "$name" != tanh ] || echo "hand-$precision $mine $(rate "$work/intrinsics-$real" "$seconds" "$threads")" >>"$work/figures"
        done
        echo "mixed $(ours "$name" mixed)" >>"$work/figures"
    done
    row="| $name"
    for precision in double single; do
        row+=" | $(awk -v p=$precision '$1 == p { print $2 }' "$work/figures" | median)"
        row+=" | $(awk -v p=$precision '$1 == p { print $3 }' "$work/figures" | median)"
        row+=" | $(awk -v p=$precision '$1 == p { printf "%.2f\n", $2 / $3 }' "$work/figures" | median)"
        [ "$name" != tanh ] || row+=" (intrinsics $(awk -v p=hand-$precision '$1 == p { printf "%.3f\n", $2 / $3 }' "$work/figures" | median))"
    done
    row+=" | $(awk '$1 == "mixed" { print $2 }' "$work/figures" | median)"
    share=""
    if [[ $name == p* ]]; then
        share=$(awk -v p="${name#p}" -v peak="$peak" -v t="$threads" '$1 == "double" { d = $2 } $1 == "single" { s = $2 }
            END { printf "%.2f, %.2f", d * 2 * p / 8e3 / peak / t, s * 2 * p / 16e3 / peak / t }' "$work/figures")
    fi
    first=$("$here/bin/Release/net10.0/Benchmarks" first "$work/$name.toml")
    echo "$row | $share | $first |"
done
