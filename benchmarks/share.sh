#!/usr/bin/env bash
# What the steps of whole runs cost beside the programs that they evaluate: noise and update, metrics and snapshots, as shares of processor
# time on one thread. The sine (n = 64, three parameters) and T1 (n = 64, one parameter), in double and single.
# usage: share.sh [ROUNDS [KEY=VALUE...]]
set -euo pipefail
rounds=${1:-3}
here=$(cd "$(dirname "$0")" && pwd)
dotnet build "$here/Benchmarks.csproj" -c Release -v q -nologo >/dev/null
for example in 01-sine 02-tanh-t1; do
    for precision in double single; do
        printf '%s ' "$example"
        "$here/bin/Release/net10.0/Benchmarks" share "$here/../examples/$example/problem.toml" "$rounds" run.replicas=4 "run.precision=$precision" "${@:2}"
    done
done
