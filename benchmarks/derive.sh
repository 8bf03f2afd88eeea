#!/usr/bin/env bash
# Milliseconds of the derivation of every example, text included: first in a fresh process, then with everything compiled; and of
# one neuron on two atoms in 2 and in 784 dimensions. usage: derive.sh [ROUNDS]; prints the medians of the rounds.
set -euo pipefail
rounds=${1:-5}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null

median() { sort -n | awk '{ value[NR] = $1 } END { print value[int((NR + 1) / 2)] }'; }

row() { # row TITLE FILE
    local lines
    lines=$(for ((round = 0; round < rounds; round++)); do dotnet "$here/bin/Release/net10.0/Benchmarks.dll" derive "$2"; done)
    printf '%-24s first %5s  again %7s ms\n' "$1" "$(awk '{ print $2 }' <<<"$lines" | median)" "$(awk '{ print $4 }' <<<"$lines" | median)"
}

for folder in "$here"/../examples/*/; do row "$(basename "$folder")" "$folder/problem.toml"; done
for p in 2 784; do
    bash "$here/wide.sh" "$p" >"$work/wide-$p.toml"
    row "p = $p" "$work/wide-$p.toml"
done
