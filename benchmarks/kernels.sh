#!/usr/bin/env bash
# Milliseconds of processor time from formulas to machine code for the kernels of the examples that run, each example in fresh processes: the noise's kernel,
# which comes first, the program's first and the slowest of the others. Prints the least of the rounds, as other processes only add.
# usage: kernels.sh [ROUNDS [KEY=VALUE...]]
set -eu
rounds=${1:-5}
here=$(cd "$(dirname "$0")" && pwd)
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null
echo '| problem | noise | first | slowest other |'
echo '|---|---|---|---|'
for problem in "$here"/../examples/*/problem.toml; do
    name=$(basename "$(dirname "$problem")")
    for ((round = 0; round < rounds; round++)); do
        dotnet "$here/bin/Release/net10.0/Benchmarks.dll" kernels "$problem" "${@:2}" 2>&1 || true
    done 2>/dev/null | grep -E '^[0-9.]+, ' | awk -F', ' -v name="$name" '
        { for (k = 1; k <= NF; k++) if (NR == 1 || $k < least[k]) least[k] = $k }
        END { if (NR > 0) printf "| %s | %s | %s | %s |\n", name, least[1], least[2], least[3] }'
done
