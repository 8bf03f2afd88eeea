#!/usr/bin/env bash
# Milliseconds from a problem file to its first step, each in a fresh process: the sine example, then with many more particles,
# nodes and input dimensions, on which the cost must not depend. usage: prepare.sh [ROUNDS]; prints medians.
set -euo pipefail
rounds=${1:-5}
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null
sine="$here/../examples/01-sine/problem.toml"

row() { # row TITLE ARGUMENTS...
    local title=$1 && shift
    for ((round = 0; round < rounds; round++)); do dotnet "$here/bin/Release/net10.0/Benchmarks.dll" prepare "$@"; done |
        awk '{ print $(NF - 1), $0 }' | sort -n | awk -v title="$title" '{ sub(/^[0-9]+ /, ""); line[NR] = $0 } END { printf "%-18s %s\n", title, line[int((NR + 1) / 2)] }'
}

for p in 10 784; do bash "$here/wide.sh" "$p" >"$work/wide-$p.toml"; done
row "sine" "$sine"
row "N = 10^6" "$sine" run.particles=1000000
row "n = 256" "$sine" input.nodes=256
row "p = 10" "$work/wide-10.toml"
row "p = 784" "$work/wide-784.toml"
