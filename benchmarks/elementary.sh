#!/usr/bin/env bash
# Elementary functions in kernels beside the same by g++ -O3 -march=native -ffast-math with libmvec, as one Markdown table: million values
# a second of processor time, one thread, medians over rounds that take turns.
# usage: elementary.sh [ROUNDS [NAME...]]
set -euo pipefail
rounds=${1:-3}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
declare -A peer=(
    [exp]='std::exp(z)' [expm1]='std::expm1(z)' [log]='std::log(z)' [log1p]='std::log1p(z)' [tanh]='std::tanh(z)'
    [sin]='std::sin(z)' [cos]='std::cos(z)' [tan]='std::tan(z)' [asin]='std::asin(z)' [acos]='std::acos(z)' [atan]='std::atan(z)'
    [sinh]='std::sinh(z)' [cosh]='std::cosh(z)' [erf]='std::erf(z)' [erfc]='std::erfc(z)' [sigmoid]='1/(1+std::exp(-z))'
    [softplus]='std::max(z,Real(0))+std::log1p(std::exp(-std::abs(z)))' [gelu]='z*Real(0.5)*std::erfc(z*Real(-0.70710678118654752))'
)
names=("${@:2}")
[ ${#names[@]} -gt 0 ] || names=(exp expm1 log log1p tanh sigmoid softplus sin cos tan asin acos atan sinh cosh erf erfc gelu)
for name in "${names[@]}"; do
    for real in double float; do
        g++ -O3 -march=native -ffast-math -mprefer-vector-width=512 -fopenmp -DREAL=$real -DFUNCTION="${peer[$name]}" "$here/peers/elementary.cpp" -o "$work/$name-$real"
    done
done
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null
for ((round = 0; round < rounds; round++)); do
    "$here/bin/Release/net10.0/Benchmarks" elementary "${names[@]}" | awk '{ print $2, $3, "kernel", $5 }'
    for name in "${names[@]}"; do
        for real in double float; do
            "$work/$name-$real" 0.2 | awk -v name="$name" -v precision=${real/float/single} '{ print name, precision, "libmvec", $NF }'
        done
    done
done >"$work/figures"
median() { awk -v n="$1" -v p="$2" -v w="$3" '$1 == n && $2 == p && $3 == w { print $4 }' "$work/figures" | sort -g | awk '{ v[NR] = $1 } END { printf "%.0f", v[int((NR + 1) / 2)] }'; }
echo '| function | double | libmvec | single | libmvec |'
echo '|---|---|---|---|---|'
for name in "${names[@]}"; do
    echo "| $name | $(median "$name" double kernel) | $(median "$name" double libmvec) | $(median "$name" single kernel) | $(median "$name" single libmvec) |"
done
