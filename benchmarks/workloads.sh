#!/usr/bin/env bash
# Steps of thirteen workloads beside plain C++ written for each, interleaved, as one Markdown table.
# usage: workloads.sh [ROUNDS [SECONDS ["THREADS..." [WORKLOAD...]]]]
# Million pairs a second of processor time (times the threads): medians over the rounds; ratios are medians of the rounds' own ratios.
# Where a peer has two variants (pair values kept or computed again), the faster one of each round counts. The workload tanh also has a
# peer in intrinsics, of AVX-512 or AVX2. Then: the share of the processor's FMA peak that the multiply-adds of dots and sums alone make (long
# vectors); the error of the drift against long double, relative, root mean square over all particles; milliseconds of processor time for the
# kernels of a fresh process: the noise's, the first and the slowest other one of the program. What does not run says "fails".
set -euo pipefail
rounds=${1:-5} seconds=${2:-0.5}
read -ra teams <<<"${3:-1 2}"
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
names=("${@:4}")
[ ${#names[@]} -gt 0 ] || names=(tanh relu softplus gelu erf sin w4 logistic p10 p64 p784 repulsion mmd)
declare -A neuron=([tanh]=1 [relu]=2 [softplus]=3 [gelu]=4 [erf]=5 [sin]=6 [w4]=7 [logistic]=1)
benchmarks=$here/bin/Release/net10.0/Benchmarks

# The source of a workload's peer with its switches.
source_of() {
    case $1 in
    p*) echo "-DP=${1#p} $here/peers/wide.cpp" ;;
    repulsion) echo "-DKIND=1 $here/peers/points.cpp" ;;
    mmd) echo "-DKIND=2 $here/peers/points.cpp" ;;
    logistic) echo "-DLOGISTIC -DNEURON=1 $here/peers/neuron.cpp" ;;
    *) echo "-DNEURON=${neuron[$1]} $here/peers/neuron.cpp" ;;
    esac
}

# NAME: a peer in both formats, in all its variants, and its reference in long double.
compile() {
    local source real
    read -ra source <<<"$(source_of "$1")"
    for real in double float; do
        local fast=(-O3 -march=native -ffast-math -mprefer-vector-width=512 -fopenmp "-DREAL=$real")
        g++ "${fast[@]}" "${source[@]}" -o "$work/$1-$real-1"
        [[ ${source[-1]} != */neuron.cpp ]] || g++ "${fast[@]}" -DKEEP "${source[@]}" -o "$work/$1-$real-2"
        [ "$1" != tanh ] ||
            g++ -O3 -march=native -fopenmp -Wno-ignored-attributes "-DREAL=$real" "$here/peers/tanh_intrinsics.cpp" -o "$work/intrinsics-$real"
    done
    g++ -O2 -march=native -fopenmp "-DREAL=long double" "${source[@]}" -o "$work/$1-reference"
}

dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null
for name in "${names[@]}"; do compile "$name"; done
g++ -O3 -march=native "$here/peers/peak.cpp" -o "$work/peak"
cp "$here"/workloads/*.toml "$work"
python3 "$here/workload_data.py" "$work"

rate() { "$@" | awk '{ for (k = 1; k < NF; k++) if ($k == "cpu-time") print $(k + 1) }'; }
median() { sort -g | awk '{ v[NR] = $1 } END { if (NR) printf "%.4g\n", (v[int((NR + 1) / 2)] + v[int(NR / 2) + 1]) / 2; else print "fails" }'; }
column() { awk -v p="$1" '$1 == p && NF == 2 { print $2 }' "$work/figures" | median; } # KIND: median of a rate
ratio() { # OURS THEIRS FORMAT: the median of the rounds' ratios
    awk -v p="$1" -v q="$2" -v f="$3\n" '$1 == p { ours[++n] = $2 } $1 == q { theirs[++m] = $2 } END { for (k = 1; k <= n; k++) if (ours[k]) printf f, ours[k] / theirs[k] }' \
        "$work/figures" | median
}

# NAME THREADS: one line "KIND RATE" of each program.
round() {
    local precision real
    for precision in double single mixed; do
        echo "$precision $(rate "$benchmarks" step "$work/$1.toml" "$seconds" "$2" "run.precision=$precision" || true)"
        real=${precision/single/float}
        [ "$precision" = mixed ] && continue
        echo "plain-$precision $(for program in "$work/$1-$real-"[12]; do rate "$program" "$seconds" "$2"; done | sort -g | tail -1)"
        [ "$1" != tanh ] || echo "hand-$precision $(rate "$work/intrinsics-$real" "$seconds" "$2")"
    done
}

error() { python3 "$here/relative_error.py" "$work/check/$1" "$work/check/reference" 2>/dev/null || echo fails; }

# NAME: the drifts of all programs and of the reference.
drifts() {
    local precision real
    rm -rf "$work/check" && mkdir "$work/check"
    for precision in double single mixed; do
        ! "$benchmarks" drift "$work/$1.toml" "$work/check" "run.precision=$precision" || mv "$work/check/drift" "$work/check/ours-$precision"
    done
    "$work/$1-reference" check "$work/check" "$work/check/reference" || true
    for real in double float; do "$work/$1-$real-1" check "$work/check" "$work/check/plain-$real" || true; done
}

share() { # NAME THREADS
    [[ $1 != p* ]] || awk -v p="${1#p}" -v peak="$peak" -v t="$2" -v d="$(column double)" -v s="$(column single)" \
        'BEGIN { printf "%.2f, %.2f", d * 2 * p / 1e3 / peak / t, s * 2 * p / 2e3 / peak / t }'
}

peak=$("$work/peak")
echo "FMA peak of one core: $peak G multiply-adds of doubles a second."
echo
echo '| workload | T | double | plain C++ | ratio | single | plain C++ | ratio | mixed | of FMA peak, double, single | error in double: ours, C++ | in single: ours, C++; mixed | kernels, ms: noise, first, slowest other |'
echo '|---|---|---|---|---|---|---|---|---|---|---|---|---|'
for name in "${names[@]}"; do
    for threads in "${teams[@]}"; do
        for ((turn = 0; turn < rounds; turn++)); do round "$name" "$threads"; done >"$work/figures"
        row="| $name | $threads"
        for precision in double single; do
            row+=" | $(column "$precision") | $(column "plain-$precision") | $(ratio "$precision" "plain-$precision" %.2f)"
            [ "$name" != tanh ] || row+=" (intrinsics $(ratio "$precision" "hand-$precision" %.3f))"
        done
        row+=" | $(column mixed) | $(share "$name" "$threads")"
        # What does not depend on threads stands once.
        [ "$threads" != "${teams[0]}" ] && { echo "$row | | | |"; continue; }
        drifts "$name"
        echo "$row | $(error ours-double), $(error plain-double) | $(error ours-single), $(error plain-float); $(error ours-mixed) | $("$benchmarks" kernels "$work/$name.toml") |"
    done
done
